// SPDX-License-Identifier: MIT OR Apache-2.0
//! Access rules: who may do what to which file.

use super::fixture::*;

#[test]
fn each_rule_asks_for_its_own_key() {
    answers(
        &mut card(),
        &[
            // read always, update never, not even with everything verified
            ("00A4000C022FE2", "9000"),
            ("00B0000000", "988801000000000020F3 9000"),
            (&format!("0020000108 {PIN}"), "9000"),
            (&format!("0020000A08 {ADM}"), "9000"),
            ("00D6000001 00", "6982"),
            ("00040000", "6982"),
            // read always, update ADM
            ("00A4000C022F06", "9000"),
            ("00B2010428", "80015AA40683010A950108*9000"),
        ],
    );
}

#[test]
fn reading_needs_the_pin_and_writing_the_administrator() {
    answers(
        &mut card(),
        &[
            (&usim(), "9000"),
            ("00B0870000", "6982"),
            (&format!("0020000108 {PIN}"), "9000"),
            ("00B0870000", "080910100000000020 9000"),
            ("00D6870001 07", "6982"),
            (&format!("0020000A08 {ADM}"), "9000"),
            ("00D6870001 07", "9000"),
            ("00B0870000", "070910100000000020 9000"),
        ],
    );
}

#[test]
fn rules_follow_what_is_written_into_their_file() {
    let record = format!("80011B9000{}", "FF".repeat(35));
    answers(
        &mut card(),
        &[
            ("00A4000C022F14", "9000"),
            ("00B0000000", "6982"),
            (&format!("0020000A08 {ADM}"), "9000"),
            ("00A4000C022F06", "9000"),
            (&format!("00DC040428 {record}"), "9000"),
            ("00A4000C022F14", "9000"),
            ("00B0000000", "0A0B0C 9000"),
        ],
    );
}

#[test]
fn the_phonebook_can_be_read_and_written_with_the_pin() {
    let entry = "414C4943 45 FF 03 81 5555 FFFFFFFF".replace(' ', "");
    answers(
        &mut card(),
        &[
            ("00A4080C067F105F3A4F3A", "9000"),
            ("00B201040E", "6982"),
            (&format!("0020000108 {PIN}"), "9000"),
            ("00B201040E", "06912143658709FFFFFFFFFFFFFF 9000"),
            (&format!("00DC02040E {entry}"), "9000"),
            ("00B202140E", &format!("{entry}9000")),
            ("00A2011405 414C494345 00", "02 9000"),
        ],
    );
}
