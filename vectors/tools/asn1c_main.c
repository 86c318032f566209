/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Wrapper around the code asn1c generates: reads lines "Type hex", decodes the bytes with the
 * generated BER decoder, encodes the value again with the generated DER encoder, and prints
 * "hex" or "error: ...". A byte string that comes back unchanged was read with the tags asn1c
 * derived from the module, so it is that compiler's encoding of the value.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <asn_application.h>

extern asn_TYPE_descriptor_t *asn_pdu_collection[];

static int print_bytes(const void *buffer, size_t size, void *key) {
    const unsigned char *bytes = buffer;
    (void)key;
    for (size_t i = 0; i < size; i++) printf("%02x", bytes[i]);
    return 0;
}

static asn_TYPE_descriptor_t *find(const char *name) {
    for (asn_TYPE_descriptor_t **type = asn_pdu_collection; *type; type++)
        if (strcmp((*type)->name, name) == 0) return *type;
    return NULL;
}

static void answer(const char *name, const char *hex) {
    asn_TYPE_descriptor_t *type = find(name);
    if (!type) {
        printf("error: no type %s\n", name);
        return;
    }
    size_t size = strlen(hex) / 2;
    unsigned char *bytes = malloc(size + 1);
    for (size_t i = 0; i < size; i++) {
        unsigned value = 0;
        sscanf(hex + 2 * i, "%2x", &value);
        bytes[i] = (unsigned char)value;
    }
    void *structure = NULL;
    asn_dec_rval_t decoded = ber_decode(NULL, type, &structure, bytes, size);
    if (decoded.code != RC_OK || decoded.consumed != size) {
        printf("error: decoder stopped at octet %zu of %zu\n", decoded.consumed, size);
    } else if (der_encode(type, structure, print_bytes, NULL).encoded < 0) {
        printf(" error: encoder failed\n");
    } else {
        printf("\n");
    }
    free(bytes);
}

int main(void) {
    char *line = NULL;
    size_t capacity = 0;
    while (getline(&line, &capacity, stdin) > 0) {
        char *hex = strchr(line, ' ');
        if (!hex) continue;
        *hex++ = '\0';
        hex[strcspn(hex, "\r\n")] = '\0';
        answer(line, hex);
        fflush(stdout);
    }
    free(line);
    return 0;
}
