// SPDX-License-Identifier: MIT OR Apache-2.0
//! Whatever comes over a link or to the control endpoint, the next right thing is answered.

use proptest::prelude::*;
use rsp::env::SeededEnv;
use serde_json::json;
use veuicc::link::Slot;
use veuicc::link::at::{Modem, ModemOptions};
use veuicc::link::control::Control;
use veuicc::{Card, CardConfig};

fn slot() -> Slot {
    static PKI: std::sync::OnceLock<certs::Pki> = std::sync::OnceLock::new();
    let pki = PKI.get_or_init(|| certs::Pki::seeded(1).unwrap());
    let config = CardConfig::from_pki(pki, certs::TEST_EID).unwrap();
    Slot::new(Card::new(config, Box::new(SeededEnv::new(1, "card"))))
}

/// Pieces of command lines, so that something gets past the first letters.
fn line() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "AT",
        "at",
        "E0",
        "+CSIM=",
        "+CRSM=",
        "+CCHO=",
        "+CGLA=",
        "+CCHC=",
        "+CPIN=",
        "+CMEE=",
        "10,",
        "176,",
        "242",
        "12258,",
        "0,",
        "1",
        ",",
        ";",
        "\"",
        "\"0070000001\"",
        "?",
        "=?",
        "3F00",
        "A0000005591010FFFFFFFF8900000100",
        "&",
        "S3=",
        "\u{e4}",
        "-1",
        "99999999999999999999",
    ]);
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn a_modem_survives_every_line(lines in prop::collection::vec(line(), 1..6), noise: Vec<u8>) {
        let mut modem = Modem::new(slot(), ModemOptions::default());
        for line in lines {
            let _ = modem.receive(format!("{line}\r").as_bytes());
        }
        let _ = modem.receive(&noise);
        let answer = modem.receive(b"\rAT\r");
        prop_assert!(answer.ends_with(b"\r\nOK\r\n"), "{:?}", String::from_utf8_lossy(&answer));
    }

    #[test]
    fn a_control_endpoint_answers_every_request(
        command in "(state|reset|apdu|log|install|fault|faults|personality|[a-z]{0,6})",
        key in "(kind|apdu|last|package|path|fault|card|id|[a-z]{0,6})",
        value in "[ -~]{0,20}",
        noise: Vec<u8>,
    ) {
        let control = Control::new(vec![slot()]);
        let request = json!({ "command": command, key: value });
        for request in [request.to_string().into_bytes(), noise] {
            let answer = control.answer(&request);
            prop_assert!(answer["ok"].is_boolean());
            prop_assert_eq!(answer["ok"] == false, answer["error"]["code"].is_string());
        }
    }
}
