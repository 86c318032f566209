// SPDX-License-Identifier: MIT OR Apache-2.0
//! READ BINARY and UPDATE BINARY; links; deactivated files.

use veuicc::ResponseMode;

use super::fixture::*;

#[test]
fn bytes_are_read_from_an_offset() {
    answers(
        &mut card(),
        &[
            ("00B0000000", "6986"),
            ("00A4000C022F10", "9000"),
            ("00B0000000", "0102030405 9000"),
            ("00B0000003", "010203 9000"),
            ("00B0000302", "0405 9000"),
            ("00B0000303", "0405 6282"),
            ("00B0000500", "6B00"),
            ("00B00000 000002", "0102 9000"),
            ("00B00000", "6105"),
            ("00B0000001 00 00", "6700"),
            ("00A4000C022F11", "9000"),
            ("00B0000000", "6981"),
            ("00D6000001 00", "6981"),
            ("00A4000C027F10", "9000"),
            ("00B0000000", "6986"),
        ],
    );
}

#[test]
fn long_files_are_read_in_pieces_or_with_extended_length() {
    let mut card = card();
    let (zeros, rest) = ("00".repeat(256), "00".repeat(44));
    answers(
        &mut card,
        &[
            ("00A4000C022F15", "9000"),
            ("00B0000000", &format!("{zeros}9000")),
            ("00B0010000", &format!("{rest}9000")),
            ("00B000FF05", "00 00000000 9000"),
            ("00B0000000 0000", &format!("{zeros}{rest}9000")),
            ("00B0000000 012C", &format!("{zeros}{rest}9000")),
            ("00B0000000 012D", &format!("{zeros}{rest}6282")),
            // a whole file in one command
            (&format!("00D60000 00012C {}", "5A".repeat(300)), "9000"),
            ("00B0010000", &format!("{}9000", "5A".repeat(44))),
            (&format!("00D60001 00012C {}", "5A".repeat(300)), "6700"),
        ],
    );
}

#[test]
fn bytes_are_written_whole_or_not_at_all() {
    answers(
        &mut card(),
        &[
            ("00D6810102 AABB", "9000"),
            ("00B0000000", "01AABB0405 9000"),
            ("00D6000402 CCDD", "6700"),
            ("00D6000501 CC", "6B00"),
            ("00D60000", "6700"),
            ("00B0000000", "01AABB0405 9000"),
        ],
    );
}

#[test]
fn a_link_shows_the_body_of_its_target_under_its_own_rule() {
    answers(
        &mut card(),
        &[
            (
                "00A40004022F18 00",
                "6216 82024121 83022F18 8A0105 8B032F0602 80020005 8800 9000",
            ),
            ("00B0000000", "0102030405 9000"),
            ("00D6000001 FF", "6982"),
            ("00D6810001 FF", "9000"),
            ("00A4000C022F18", "9000"),
            ("00B0000000", "FF02030405 9000"),
            (&format!("0020000A08 {ADM}"), "9000"),
            ("00D6000001 EE", "9000"),
            ("00B0810000", "EE02030405 9000"),
        ],
    );
}

#[test]
fn deactivated_files_keep_their_content_to_themselves() {
    answers(
        &mut card(),
        &[
            ("00A4000C022F16", "6283"),
            ("00B0000000", "6984"),
            ("00D6000001 00", "6984"),
            ("0044000002 2F16", "9000"),
            ("00B0000000", "BEEF 9000"),
            (
                "00A40004022F16 00",
                "6216 82024121 83022F16 8A0105 8B032F0607 80020002 8800 9000",
            ),
            ("00040000", "9000"),
            ("00B0000000", "6984"),
            ("00440000", "9000"),
            ("00B0000000", "BEEF 9000"),
            // this one says that it can be read all the same
            ("00A4000C022F17", "6283"),
            ("00B0000000", "CAFE 9000"),
            // by path, and where it is not allowed
            ("0004080002 2F10", "9000"),
            ("00A4000C022F10", "6283"),
            ("0004000002 2FE2", "6982"),
            ("0004000002 7F10", "6981"),
            ("0004000002 2FFF", "6A82"),
            ("0004000003 2FFF00", "6700"),
            ("0004010002 2F10", "6A86"),
            ("8004000002 2F10", "6E00"),
        ],
    );
}

#[test]
fn over_t_0_the_length_has_to_be_right() {
    let config = veuicc::CardConfig {
        response_mode: Some(ResponseMode::GetResponse),
        ..config()
    };
    let mut card = card_with(config, &package());
    answers(
        &mut card,
        &[
            ("00A40004022F10", "6119"),
            ("00C0000019", "6217*9000"),
            ("00B0000000", "6C05"),
            ("00B0000005", "0102030405 9000"),
            ("00B0000003", "010203 9000"),
            ("00B0000009", "6C05"),
            ("00B0000005", "0102030405 9000"),
            ("00A4000C022F11", "9000"),
            // a record is not passed over when its length was not known
            ("00B2000200", "6C04"),
            ("00B2000204", "11111111 9000"),
            ("00B2000204", "22222222 9000"),
            ("80F2000000", "6C25"),
            ("80F2000025", "6223*9000"),
        ],
    );
}
