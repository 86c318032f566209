/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A virtual eUICC in process: command APDUs in, response APDUs out. Test keys only.
 * Generated from veuicc/capi/src/lib.rs; do not edit. */

#ifndef VEUICC_H
#define VEUICC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Longest response APDU: extended length and the status word.
#define VEUICC_RESPONSE_MAX 65538

// How a call ended.
typedef enum {
  // Done.
  VEUICC_STATUS_OK = 0,
  // An argument is wrong: a null pointer, no EID, no JSON.
  VEUICC_STATUS_ARGUMENT = 1,
  // The buffer is too small. The command was executed; veuicc_card_response() gives the
  // response again.
  VEUICC_STATUS_BUFFER = 2,
  // The card or its surroundings refused it; veuicc_last_error() says why.
  VEUICC_STATUS_REFUSED = 3,
  // The card is broken: please report what veuicc_last_error() says.
  VEUICC_STATUS_PANIC = 4,
} VeuiccStatus;

// A card.
typedef struct VeuiccCard VeuiccCard;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

// Makes a card. `seed` decides its keys, its PKI and its random numbers. `eid` is 32 digits, or
// null for that of the test PKI. `state_path` names a file that keeps the card's state, or is null
// for a card that forgets; an existing file keeps its EID. Null when that fails.
//
// # Safety
// `eid` and `state_path` are null or strings.
VeuiccCard *veuicc_card_new(uint64_t seed, const char *eid, const char *state_path);

// Frees a card; null is no card.
//
// # Safety
// `card` is null or from veuicc_card_new() and is not used again.
void veuicc_card_free(VeuiccCard *card);

// Sends a command APDU. `*response_length` is the size of the buffer before and the length of the
// response after the call. A response of no bytes says that the card lost its power.
//
// # Safety
// `card` is a card that no other thread uses now; the buffers are as long as their lengths.
VeuiccStatus veuicc_card_transmit(VeuiccCard *card,
                                  const uint8_t *command,
                                  size_t command_length,
                                  uint8_t *response,
                                  size_t *response_length);

// Gives the last response or answer to reset again, for a buffer that was too small.
//
// # Safety
// As for veuicc_card_transmit().
VeuiccStatus veuicc_card_response(VeuiccCard *card, uint8_t *response, size_t *response_length);

// Resets the card, cold or warm, and gives its answer to reset.
//
// # Safety
// As for veuicc_card_transmit().
VeuiccStatus veuicc_card_reset(VeuiccCard *card, bool warm, uint8_t *atr, size_t *atr_length);

// Installs a profile package (DER) without a download; the ICCID is that of its header. With
// `enable` it becomes the enabled profile, and the card is reset.
//
// # Safety
// `card` is a card that no other thread uses now; `package` has so many bytes.
VeuiccStatus veuicc_card_install(VeuiccCard *card,
                                 const uint8_t *package,
                                 size_t package_length,
                                 bool enable);

// Arms a fault, in the JSON form of the control endpoint:
// {"at": {"nth": 1}, "kind": {"status": "6F00"}}.
//
// # Safety
// `card` is a card that no other thread uses now; `fault` is a string.
VeuiccStatus veuicc_card_arm_fault(VeuiccCard *card, const char *fault);

// How many milliseconds late the last answer is, by an armed fault; the card itself never waits.
//
// # Safety
// `card` is null or a card that no other thread uses now.
uint64_t veuicc_card_take_delay(VeuiccCard *card);

// What went wrong last in this thread; empty when nothing did. Valid until the next call.
const char *veuicc_last_error(void);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* VEUICC_H */
