/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Reads the EID of a virtual card: what an IPA's unit test does first.
 *
 *   cargo build -p veuicc-capi --release
 *   cc -Iveuicc/capi/include veuicc/capi/examples/geteid.c -Ltarget/release -lveuicc_c -o geteid
 */
#include <stdio.h>
#include <string.h>

#include "veuicc.h"

static int send(VeuiccCard *card, const uint8_t *command, size_t length, uint8_t *response,
                size_t *response_length) {
    VeuiccStatus status = veuicc_card_transmit(card, command, length, response, response_length);
    if (status != VEUICC_STATUS_OK) {
        fprintf(stderr, "transmit: %d: %s\n", (int)status, veuicc_last_error());
        return 0;
    }
    /* 9000: the command was executed */
    return *response_length >= 2 && response[*response_length - 2] == 0x90;
}

int main(void) {
    static const uint8_t select[] = {0x00, 0xA4, 0x04, 0x00, 0x10, 0xA0, 0x00, 0x00,
                                     0x05, 0x59, 0x10, 0x10, 0xFF, 0xFF, 0xFF, 0xFF,
                                     0x89, 0x00, 0x00, 0x01, 0x00, 0x00};
    static const uint8_t get_eid[] = {0x80, 0xE2, 0x91, 0x00, 0x06, 0xBF,
                                      0x3E, 0x03, 0x5C, 0x01, 0x5A, 0x00};
    static uint8_t response[VEUICC_RESPONSE_MAX];
    size_t length = sizeof response;
    size_t i;
    VeuiccCard *card = veuicc_card_new(1, NULL, NULL);

    if (card == NULL) {
        fprintf(stderr, "new: %s\n", veuicc_last_error());
        return 1;
    }
    if (!send(card, select, sizeof select, response, &length)) {
        return 1;
    }
    length = sizeof response;
    if (!send(card, get_eid, sizeof get_eid, response, &length) || length != 23) {
        return 1;
    }
    /* BF3E 12 { 5A 10 EID } 9000 */
    for (i = 5; i < length - 2; i++) {
        printf("%02X", response[i]);
    }
    printf("\n");

    length = 1;
    if (veuicc_card_reset(card, true, response, &length) != VEUICC_STATUS_BUFFER || length < 2) {
        return 1;
    }
    length = sizeof response;
    if (veuicc_card_response(card, response, &length) != VEUICC_STATUS_OK || response[0] != 0x3B) {
        return 1;
    }
    if (veuicc_card_install(card, response, length, false) != VEUICC_STATUS_REFUSED) {
        return 1;
    }
    fprintf(stderr, "as it should be: %s\n", veuicc_last_error());
    veuicc_card_free(card);
    return 0;
}
