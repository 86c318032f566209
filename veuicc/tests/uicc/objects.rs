// SPDX-License-Identifier: MIT OR Apache-2.0
//! BER-TLV files: RETRIEVE DATA and SET DATA.

use super::fixture::*;

#[test]
fn objects_are_set_retrieved_listed_and_deleted() {
    answers(
        &mut card(),
        &[
            ("00A4000C022F13", "9000"),
            ("80CB008001 5C 00", "5C00 9000"),
            ("80CB008001 80 00", "6A88"),
            ("80DB008005 8003010203", "9000"),
            ("80DB008004 9F010155", "9000"),
            ("80CB008001 80 00", "8003010203 9000"),
            ("80CB008002 9F01 00", "9F010155 9000"),
            ("80CB008001 5C 00", "5C03809F01 9000"),
            ("80DB008003 8001FF", "9000"),
            ("80CB008001 80 00", "8001FF 9000"),
            ("80DB008002 8000", "9000"),
            ("80CB008001 80 00", "6A88"),
            ("80DB008002 9F01", "9000"),
            ("80CB008001 5C 00", "5C00 9000"),
            ("80DB008002 9F01", "6A88"),
        ],
    );
}

#[test]
fn long_objects_go_in_blocks() {
    let mut card = card();
    let first = format!("80DB0080FF 8082012C {}", "A5".repeat(251));
    let second = format!("80DB000031 {}", "A5".repeat(49));
    answers(
        &mut card,
        &[
            ("00A4000C022F13", "9000"),
            (&first, "63F1"),
            (&second, "9000"),
            // at most what Le says, then the next block
            ("80CB008001 80 04", "8082012C 62F1"),
            ("80CB000000", &format!("{}62F1", "A5".repeat(256))),
            ("80CB000000", &format!("{}9000", "A5".repeat(44))),
            ("80CB000000", "6985"),
            // another command ends the transfer
            (&first, "63F1"),
            ("80F2000C", "9000"),
            (&second, "9000"),
            (&first, "63F1"),
            ("00B0810000", "0102030405 9000"),
            ("00A4000C022F13", "9000"),
            (&second, "6985"),
            // the first object is still whole
            ("80CB008001 80 04", "8082012C 62F1"),
        ],
    );
}

#[test]
fn there_are_limits_and_rules() {
    answers(
        &mut card(),
        &[
            ("80CB008001 80", "6986"),
            ("80CB00A001 80", "6A86"),
            ("80CB010001 80", "6A86"),
            ("80CB0080", "6700"),
            ("00CB008001 80", "6E00"),
            ("00A4000C022F13", "9000"),
            ("80CB008002 8080", "6A80"),
            // more than the file may become
            ("80DB008005 80820300AA", "6A84"),
            ("80DB008004 8002FF", "6700"),
            ("80DB008004 8001FFFF", "6A80"),
            ("80DB008003 808000", "6A80"),
            ("80DB000001 00", "6985"),
            // by short identifier
            ("00A4000C023F00", "9000"),
            ("80DB008703 810155", "9000"),
            ("80CB008701 81 00", "810155 9000"),
            ("80CB008101 81 00", "6981"),
        ],
    );
}
