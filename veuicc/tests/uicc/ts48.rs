// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a terminal does with the generic test profile of GSMA TS.48 v7.0 when it is switched on.

use super::fixture::*;

#[test]
fn a_terminal_can_start_up() {
    let Some(package) = ts48_package() else {
        return;
    };
    let mut card = card_with(config(), &package);
    answers(
        &mut card,
        &[
            ("00A40004023F00 00", "62*9000"),
            ("00A4000C022FE2", "9000"),
            ("00B000000A", "98001032547698103214 9000"),
            ("00A4000C022F05", "9000"),
            ("00B0000000", "656EFFFFFFFF 9000"),
            // EF.DIR names the applications
            ("00A4000C022F00", "9000"),
            (
                "00B2010421",
                "61144F0CA0000000871002FF49FF05895004555349*FFFFFF9000",
            ),
            ("00A4040C0C A0000000871002FF49FF0589", "9000"),
            ("80F2000100", "840CA0000000871002FF49FF0589 9000"),
            // PIN1 is disabled in this profile: 8 bits for 81, 01, 0A and 0B
            ("00200001", "63C3"),
            ("0020000108 30303030FFFFFFFF", "6984"),
            ("00B0870000", "080910101032547698 9000"),
            ("00A4000C026F38", "9000"),
            ("00B0000000", "9EFFBF1DFF3E0083410310010400403E39 9000"),
            ("00A4080C047FFF6FAD", "9000"),
            ("00D6000001 00", "6982"),
            ("0020000A08 3535353535353535", "9000"),
            // FDN needs PIN2
            ("00A4080C047FFF6F3B", "9000"),
            (&format!("00DC01041C {}", "00".repeat(28)), "6982"),
            ("0020008108 39393939FFFFFFFF", "9000"),
            (&format!("00DC01041C {}", "00".repeat(28)), "9000"),
            // and is shared with DF.TELECOM
            ("00A4080C047F106F3B", "9000"),
            ("00B201041C", &format!("{}9000", "00".repeat(28))),
        ],
    );
}

#[test]
fn the_phonebook_of_the_profile_can_be_read() {
    let Some(package) = ts48_package() else {
        return;
    };
    let mut card = card_with(config(), &package);
    let first = "546573746E722E31FFFFFFFFFFFF069194982143F1FFFFFFFFFFFFFF";
    answers(
        &mut card,
        &[
            ("00A4080C067F105F3A4F30", "9000"),
            ("00B2010400", "A823C0034F3A0A*9000"),
            ("00A4080C067F105F3A4F3A", "9000"),
            ("00B2010400", &format!("{first}9000")),
            ("00B201541C", &format!("{first}9000")),
            ("00A4080C047F106F3A", "9000"),
            ("00B2010400", &format!("{first}9000")),
            ("00A2010408 546573746E722E31 00", "01 9000"),
        ],
    );
}
