// SPDX-License-Identifier: MIT OR Apache-2.0
//! The life of a PIN.

use veuicc::Reset;

use super::fixture::*;

fn verify(reference: &str, value: &str) -> String {
    format!("002000{reference}08 {value}")
}

#[test]
fn wrong_values_cost_tries_until_the_pin_is_blocked() {
    let mut card = card();
    answers(
        &mut card,
        &[
            ("00200001", "63C3"),
            (&verify("01", WRONG), "63C2"),
            (&verify("01", PIN), "9000"),
            ("0020000100", "63C3"),
            (&verify("01", WRONG), "63C2"),
            (&verify("01", WRONG), "63C1"),
        ],
    );
    // a reset gives no tries back
    card.reset(Reset::Cold);
    answers(
        &mut card,
        &[
            (&verify("01", WRONG), "63C0"),
            (&verify("01", PIN), "6983"),
            ("00200001", "63C0"),
            (&format!("0024000110 {PIN}{WRONG}"), "6983"),
            (&format!("0026000108 {PIN}"), "6983"),
            // the PUK sets a new value and verifies it
            ("002C0001", "63CA"),
            (&format!("002C000110 {PUK2}{WRONG}"), "63C9"),
            (&format!("002C000110 {PUK}{WRONG}"), "9000"),
            ("002C0001", "63CA"),
            ("00A4000C022F14", "9000"),
            ("00B0000000", "0A0B0C 9000"),
            (&verify("01", PIN), "63C2"),
            (&verify("01", WRONG), "9000"),
        ],
    );
}

#[test]
fn a_puk_without_tries_is_the_end() {
    let mut card = card();
    answers(
        &mut card,
        &[
            (&usim(), "9000"),
            (&format!("002C008110 {PUK}{WRONG}"), "63C1"),
            (&format!("002C008110 {PUK}{WRONG}"), "63C0"),
            (&format!("002C008110 {PUK2}{WRONG}"), "6983"),
            ("002C0081", "63C0"),
            (&verify("81", PIN2), "9000"),
        ],
    );
}

#[test]
fn values_are_judged_before_they_are_compared() {
    answers(
        &mut card(),
        &[
            (&format!("0020000107 {}", &PIN[..14]), "6700"),
            (&format!("0024000108 {PIN}"), "6700"),
            // three digits, a letter, a digit behind the padding
            (&format!("0024000110 {PIN} 313233FFFFFFFFFF"), "6A80"),
            (&format!("0024000110 {PIN} 31323341FFFFFFFF"), "6A80"),
            (&format!("0024000110 {PIN} 31323334FF31FFFF"), "6A80"),
            ("00200001", "63C3"),
            (&verify("02", PIN), "6A88"),
            (&verify("00", PIN), "6A88"),
            ("0020010108 31323334FFFFFFFF", "6A86"),
            ("0020006108 31323334FFFFFFFF", "6A86"),
            ("8020000108 31323334FFFFFFFF", "6E00"),
            // PIN2 is one of the USIM
            (&verify("81", PIN2), "6A88"),
            // an ADM has no PUK and is not for CHANGE or DISABLE
            (&format!("002C000A10 {PUK}{WRONG}"), "6A88"),
            (&format!("0024000A10 {ADM}{ADM}"), "6985"),
            (&format!("0026000A08 {ADM}"), "6985"),
            (&verify("0A", WRONG), "63C9"),
            (&verify("0A", ADM), "9000"),
        ],
    );
}

#[test]
fn a_pin_can_be_changed() {
    let mut card = card();
    answers(
        &mut card,
        &[
            (&format!("0024000110 {WRONG}{PIN2}"), "63C2"),
            (&format!("0024000110 {PIN}{PIN2}"), "9000"),
            ("00A4000C022F14", "9000"),
            ("00B0000000", "0A0B0C 9000"),
        ],
    );
    card.reset(Reset::Warm);
    answers(
        &mut card,
        &[(&verify("01", PIN), "63C2"), (&verify("01", PIN2), "9000")],
    );
}

#[test]
fn a_disabled_pin_asks_nobody() {
    let mut card = card();
    let refused = format!("0028000108 {PIN}");
    answers(
        &mut card,
        &[
            ("00A4000C022F14", "9000"),
            ("00B0000000", "6982"),
            (&refused, "6985"),
            (&format!("0026000108 {WRONG}"), "63C2"),
            (&format!("0026000108 {PIN}"), "9000"),
        ],
    );
    card.reset(Reset::Cold);
    answers(
        &mut card,
        &[
            ("00A4000C022F14", "9000"),
            ("00B0000000", "0A0B0C 9000"),
            // what the template says of it
            (
                "00A40004023F00 00",
                "6223 82027821 83023F00 A506800171870101 8A0105 8B032F0601 \
                 C609 900140 830101 83010A 9000",
            ),
            (&verify("01", PIN), "6984"),
            (&format!("0024000110 {PIN}{PIN2}"), "6984"),
            (&format!("0026000108 {PIN}"), "6984"),
            ("00200001", "63C3"),
            (&format!("0028000108 {WRONG}"), "63C2"),
            (&format!("0028000108 {PIN}"), "9000"),
        ],
    );
    card.reset(Reset::Cold);
    answers(
        &mut card,
        &[("00A4000C022F14", "9000"), ("00B0000000", "6982")],
    );
}

#[test]
fn only_a_universal_pin_replaces_another() {
    answers(
        &mut card(),
        &[
            (&format!("0026810108 {PIN}"), "6A86"),
            (&format!("0026910108 {PIN}"), "6A88"),
            (&format!("0026010108 {PIN}"), "6A86"),
            ("00200001", "63C3"),
        ],
    );
}

#[test]
fn a_wrong_value_takes_the_verification_back() {
    answers(
        &mut card(),
        &[
            (&verify("01", PIN), "9000"),
            ("00A4000C022F14", "9000"),
            ("00B0000000", "0A0B0C 9000"),
            (&verify("01", WRONG), "63C2"),
            ("00B0000000", "6982"),
        ],
    );
}

#[test]
fn a_local_pin_is_forgotten_when_its_application_ends() {
    let mut card = card();
    answers(
        &mut card,
        &[
            (&usim(), "9000"),
            (&verify("81", PIN2), "9000"),
            ("00D6850001 01", "9000"),
            // a second channel on the application keeps the session
            ("0070000001", "01 9000"),
            (&format!("01{}", &usim()[2..]), "9000"),
            (&format!("00A4040C10 {OTHER}"), "9000"),
            (&usim(), "9000"),
            ("00D6850001 02", "9000"),
            ("0070800100", "9000"),
            ("00D6850001 03", "9000"),
            (&format!("00A4044C10 {USIM}"), "9000"),
            (&usim(), "9000"),
            ("00D6850001 04", "6982"),
            ("00B0850000", "03 9000"),
        ],
    );
}
