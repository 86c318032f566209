// SPDX-License-Identifier: MIT OR Apache-2.0
//! Keys of the transport level.

use std::time::Duration;

use veuicc::{FaultAt, FaultKind, Reset};

use crate::rig::*;

/// EnableProfileResponse ok.
const ENABLED: &str = "BF3103800100";
/// GetEuiccChallenge.
const CHALLENGE: &str = "BF2E00";
/// GetEID and its answer.
const GET_EID: &str = "BF3E035C015A";
const EID: &str = "BF3E125A1089049032123451234512345678901235";
const TERMINAL_PROFILE: &str = "8010000004FFFFFFFF";
const TERMINAL_RESPONSE: &str = "801400000C810301010482028281830100";

#[test]
fn refresh() {
    for (key, status, after_command, after_reset) in [
        ("sw91", "910B", 1, 2),
        ("silent", "9000", 1, 2),
        ("none", "9000", 2, 2),
    ] {
        let mut card = card_with_profiles(&format!("{{refresh: {key}}}"));
        send(&mut card, TERMINAL_PROFILE);
        assert_eq!(enable(&mut card, 2, true), format!("{ENABLED}{status}"));
        assert_eq!(enabled(&card), Some(after_command), "{key}");
        card.reset(Reset::Cold);
        assert_eq!(enabled(&card), Some(after_reset), "{key}");
    }
}

#[test]
fn refresh_qualifier() {
    for (key, fetched) in [(4, "D009810301010482028182"), (0, "D009810301010082028182")] {
        let mut card = card_with_profiles(&format!("{{refresh_qualifier: {key}}}"));
        send(&mut card, TERMINAL_PROFILE);
        enable(&mut card, 2, true);
        assert_eq!(send(&mut card, "801200000B"), format!("{fetched}9000"));
    }
}

#[test]
fn refresh_when() {
    // STORE DATA with Le, the same without Le and with GET RESPONSE, STATUS
    for (key, direct, fetched, status) in [
        ("command", "910B", "910B", "910B"),
        ("get_response", "9000", "910B", "9000"),
        ("status", "9000", "9000", "910B"),
    ] {
        let mut card = card_with_profiles(&format!("{{refresh_when: {key}}}"));
        send(&mut card, TERMINAL_PROFILE);
        assert_eq!(enable(&mut card, 2, true), format!("{ENABLED}{direct}"));
        assert_eq!(send(&mut card, &format!("80E2910006{GET_EID}")), "6115");
        assert_eq!(send(&mut card, "00C0000015"), format!("{EID}{fetched}"));
        assert_eq!(send(&mut card, "80F2000C"), status, "{key}");
    }
}

#[test]
fn refresh_gap_ms() {
    let mut card = card_with_profiles("{refresh_gap_ms: 2500}");
    card.reset(Reset::Cold);
    assert_eq!(card.take_delay(), Duration::ZERO);
    select(&mut card);
    enable(&mut card, 2, true);
    assert_eq!(card.take_delay(), Duration::ZERO);
    card.reset(Reset::Cold);
    assert_eq!(card.take_delay(), Duration::from_millis(2500));
    card.reset(Reset::Cold);
    assert_eq!(card.take_delay(), Duration::ZERO);
}

#[test]
fn block_after_change() {
    // what each step does about it, in the order of the recovery ladder
    let clears = |key: &str| {
        let block = format!("{{block_after_change: {{status: '6985', unblock: {key}}}}}");
        let mut card = card_with_profiles(&block);
        assert!(es10(&mut card, CHALLENGE).starts_with("BF2E"));
        assert_eq!(enable(&mut card, 2, true), format!("{ENABLED}9000"));
        let mut cleared = Vec::new();
        assert_eq!(es10(&mut card, CHALLENGE), "6985");
        for step in ["select", "channel", "warm", "cold"] {
            match step {
                "channel" => drop(send(&mut card, "0070000001")),
                "warm" => drop(card.reset(Reset::Warm)),
                "cold" => drop(card.reset(Reset::Cold)),
                _ => {}
            }
            select(&mut card);
            cleared.push(es10(&mut card, CHALLENGE) != "6985");
        }
        cleared
    };
    assert_eq!(clears("select"), [true, true, true, true]);
    assert_eq!(clears("channel"), [false, true, true, true]);
    assert_eq!(clears("warm"), [false, false, true, true]);
    assert_eq!(clears("cold"), [false, false, false, true]);
}

#[test]
fn bf28_after_change() {
    let mut card = card_with_profiles("{bf28_after_change: '6E00'}");
    assert_eq!(es10(&mut card, "BF2800"), "BF2802A0009000");
    enable(&mut card, 2, true);
    assert_eq!(es10(&mut card, "BF2800"), "6E00");
    assert!(es10(&mut card, "BF2B00").starts_with("BF2B"));
    card.reset(Reset::Warm);
    select(&mut card);
    assert!(es10(&mut card, "BF2800").starts_with("BF28"));
}

#[test]
fn proactive_queue() {
    let polling_off = "D009810301040082028182";
    let done = |command: &str| format!("801400000C8103{command}82028281830100");
    let queue = |when: &str| {
        format!("{{proactive_queue: {{when: {when}, commands: [{polling_off}], block: true}}}}")
    };
    let mut card = card_with_profiles(&queue("change"));
    assert_eq!(send(&mut card, TERMINAL_PROFILE), "9000");
    assert_eq!(enable(&mut card, 2, true), format!("{ENABLED}910B"));
    assert_eq!(es10(&mut card, CHALLENGE), "6985");
    answers(
        &mut card,
        &[
            ("801200000B", &format!("{polling_off}9000")),
            (&done("010400"), "910B"),
            ("801200000B", "D0098103010104820281829000"),
            (&done("010104"), "9000"),
        ],
    );
    select(&mut card);
    assert!(es10(&mut card, CHALLENGE).starts_with("BF2E"));

    let mut card = card_with_profiles(&queue("terminal_profile"));
    // said twice, it queues once
    assert_eq!(send(&mut card, TERMINAL_PROFILE), "910B");
    assert_eq!(send(&mut card, TERMINAL_PROFILE), "910B");
    assert_eq!(es10(&mut card, CHALLENGE), "6985");
    let fetched = send(&mut card, "801200000B");
    assert_eq!(fetched, format!("{polling_off}9000"));
    assert_eq!(send(&mut card, &done("010400")), "9000");
    assert!(es10(&mut card, CHALLENGE).starts_with("BF2E"));
}

#[test]
fn proactive_cla_check() {
    for (key, status) in [(true, "6881"), (false, "9000")] {
        let mut card = card_with_profiles(&format!("{{proactive_cla_check: {key}}}"));
        send(&mut card, TERMINAL_PROFILE);
        assert_eq!(send(&mut card, "0070000001"), "019000");
        enable(&mut card, 2, true);
        let fetched = send(&mut card, "811200000B");
        assert!(fetched.ends_with(status), "{fetched}");
        let answered = send(&mut card, &TERMINAL_RESPONSE.replacen("80", "81", 1));
        assert_eq!(answered, status);
    }
}

#[test]
fn termcap() {
    let (lpa, ipa) = ("80AA000005A903830107", "80AA000005A903840107");
    for (key, first, second, then) in [
        ("{}", lpa, ipa, ["9000", "9000", "BF2E"]),
        ("{required: true}", lpa, ipa, ["9000", "9000", "BF2E"]),
        (
            "{required: true, tag: '84'}",
            lpa,
            ipa,
            ["6A80", "9000", "BF2E"],
        ),
        (
            "{required: true, tag: '84'}",
            lpa,
            lpa,
            ["6A80", "6A80", "6985"],
        ),
        (
            "{required: true, tag: '83'}",
            lpa,
            ipa,
            ["9000", "6A80", "BF2E"],
        ),
        ("{reject_dup: true}", ipa, ipa, ["9000", "6985", "BF2E"]),
    ] {
        let mut card = card(&format!("{{termcap: {key}}}"));
        select(&mut card);
        let refused = es10(&mut card, CHALLENGE) == "6985";
        assert_eq!(refused, key.contains("required"), "{key}");
        let told = [send(&mut card, first), send(&mut card, second)];
        assert_eq!(told, then[..2], "{key}");
        assert!(es10(&mut card, CHALLENGE).starts_with(then[2]), "{key}");
    }
}

#[test]
fn select_reply() {
    let fci = "6F24 8410A0000005591010FFFFFFFF8900000100 A5049F6501FF E0058203020500 E103800100";
    let whole = format!("{}9000", fci.replace(' ', ""));
    for (key, with_le, without_le) in [
        ("by_le", whole.as_str(), "6126"),
        ("'61'", "6126", "6126"),
        ("data", whole.as_str(), whole.as_str()),
        ("empty", "9000", "9000"),
    ] {
        let mut card = card(&format!("{{select_reply: {key}}}"));
        let command = format!("00A4040010{ISDR}");
        assert_eq!(send(&mut card, &format!("{command}00")), with_le, "{key}");
        assert_eq!(send(&mut card, &command), without_le, "{key}");
        if without_le == "6126" {
            assert_eq!(send(&mut card, "00C0000026"), whole, "{key}");
        }
    }
}

#[test]
fn select_basic_then_supp() {
    for (key, status) in [("null", "9000"), ("'6999'", "6999")] {
        let mut card = card(&format!("{{select_basic_then_supp: {key}}}"));
        assert_eq!(send(&mut card, "0070000001"), "019000");
        let on_1 = format!("01A4040C10{ISDR}");
        assert_eq!(send(&mut card, &on_1), "9000");
        select(&mut card);
        assert_eq!(send(&mut card, &on_1), status);
    }
}

#[test]
fn fci() {
    for (key, e0, e1) in [
        ("both", true, true),
        ("E0", true, false),
        ("E1", false, true),
        ("none", false, false),
    ] {
        let mut card = card(&format!("{{fci: {key}}}"));
        let answer = send(&mut card, &format!("00A4040010{ISDR}00"));
        assert_eq!(answer.contains("E0058203020500"), e0, "{key}: {answer}");
        assert_eq!(answer.contains("E103800100"), e1, "{key}: {answer}");
        assert!(answer.starts_with("6F") && answer.ends_with("9000"));
    }
}

#[test]
fn isdr_aid() {
    let own = "A0000005591010FFFFFFFF8900050500";
    let mut card = card(&format!("{{isdr_aid: {own}}}"));
    assert_eq!(select(&mut card), "6A82");
    let answer = send(&mut card, &format!("00A4040010{own}00"));
    assert!(answer.contains(&format!("8410{own}")), "{answer}");
    assert!(es10(&mut card, CHALLENGE).starts_with("BF2E"));
    assert_eq!(send(&mut card, "80F2000100"), format!("8410{own}9000"));
}

#[test]
fn channels() {
    for (key, exchanges) in [
        (
            "{}",
            [
                ("0070000001", "019000"),
                ("0070000500", "9000"),
                ("0070000001", "029000"),
            ],
        ),
        (
            "{max: 2}",
            [
                ("0070000001", "019000"),
                ("0070000001", "6A81"),
                ("0070000200", "6881"),
            ],
        ),
        (
            "{assign: false}",
            [
                ("0070000500", "6A81"),
                ("0070000001", "019000"),
                ("0070000001", "029000"),
            ],
        ),
        (
            "{dynamic: false}",
            [
                ("0070000001", "6A81"),
                ("0070000100", "9000"),
                ("0070000001", "6A81"),
            ],
        ),
        (
            "{first: 4}",
            [
                ("0070000001", "049000"),
                ("0070000001", "059000"),
                ("0070000200", "9000"),
            ],
        ),
        (
            "{first: 19}",
            [
                ("0070000001", "139000"),
                ("0070000001", "6A81"),
                ("0070000200", "9000"),
            ],
        ),
    ] {
        let mut card = card(&format!("{{channels: {key}}}"));
        answers(&mut card, &exchanges);
    }
}

#[test]
fn getresp_cla() {
    for (key, interindustry, proprietary) in [
        ("any", true, true),
        ("'00'", true, false),
        ("'80'", false, true),
    ] {
        for (class, accepted) in [("00", interindustry), ("80", proprietary)] {
            let mut card = card(&format!("{{getresp_cla: {key}}}"));
            select(&mut card);
            assert_eq!(send(&mut card, &format!("80E2910006{GET_EID}")), "6115");
            let answer = send(&mut card, &format!("{class}C0000015"));
            let expected = if accepted {
                format!("{EID}9000")
            } else {
                "6E00".to_owned()
            };
            assert_eq!(answer, expected, "{key} {class}");
        }
    }
}

#[test]
fn response_mode() {
    for (key, answer) in [("direct", format!("{EID}9000")), ("t0", "6115".to_owned())] {
        let mut card = card(&format!("{{response_mode: {key}}}"));
        select(&mut card);
        assert_eq!(es10(&mut card, GET_EID), answer);
    }
    let mut card = card("{response_mode: t0}");
    select(&mut card);
    es10(&mut card, GET_EID);
    assert_eq!(send(&mut card, "00C00000FF"), "6C15");
    assert_eq!(send(&mut card, "00C0000015"), format!("{EID}9000"));
}

#[test]
fn max_le() {
    let mut card = card("{max_le: 16}");
    select(&mut card);
    let first = format!("{}6105", &EID[..32]);
    assert_eq!(es10(&mut card, GET_EID), first);
    assert_eq!(send(&mut card, "00C0000005"), format!("{}9000", &EID[32..]));
    send(&mut card, &format!("80E2910006{GET_EID}"));
    assert_eq!(send(&mut card, "00C0000000"), first);
}

#[test]
fn max_lc() {
    let mut card = card("{max_lc: 5}");
    assert_eq!(send(&mut card, "00A4040C05A000000559"), "9000");
    assert_eq!(send(&mut card, "80E2110006BF3E035C015A"), "6700");
    assert_eq!(send(&mut card, "80E2110005BF3E035C01"), "9000");
    assert_eq!(send(&mut card, "80E29101015A00"), format!("{EID}9000"));
}

#[test]
fn extended_length() {
    let extended = format!("80E29100 000006 {GET_EID} 0000");
    for (key, answer) in [(true, format!("{EID}9000")), (false, "6700".to_owned())] {
        let mut card = card(&format!("{{extended_length: {key}}}"));
        select(&mut card);
        assert_eq!(send(&mut card, &extended), answer);
        let atr = card.reset(Reset::Cold);
        assert_eq!(atr[13] & 0x40 != 0, key, "{}", hex::encode(&atr));
        assert_eq!(atr[1..].iter().fold(0, |sum, byte| sum ^ byte), 0);
    }
}

#[test]
fn protocol() {
    for (key, protocols) in [("t0", "803f"), ("t1", "813f"), ("both", "80813f")] {
        let atr = card(&format!("{{protocol: {key}}}")).reset(Reset::Cold);
        let shown = hex::encode(&atr);
        assert!(shown.starts_with(&format!("3b9c96{protocols}")), "{shown}");
        assert_eq!(atr[1..].iter().fold(0, |sum, byte| sum ^ byte), 0);
    }
}

#[test]
fn a_reader_shows_the_protocol() {
    let direct = format!("{EID}9000");
    for (keys, answer) in [
        ("protocol: t0", "6115"),
        ("protocol: t1", direct.as_str()),
        ("protocol: both", &direct),
        // unless the card has an opinion
        ("protocol: t0, response_mode: direct", &direct),
        ("protocol: t1, response_mode: t0", "6115"),
    ] {
        let mut card = card(&format!("{{{keys}}}"));
        card.put_into_reader();
        select(&mut card);
        assert_eq!(es10(&mut card, GET_EID), answer, "{keys}");
        // what a terminal that speaks T=0 sends
        let fetched = send(&mut card, &format!("80E2910006{GET_EID}"));
        assert_eq!(fetched, "6115", "{keys}");
    }
}

#[test]
fn power_cut_at() {
    let mut card = card("{power_cut_at: 3}");
    assert_eq!(select(&mut card), "9000");
    assert!(es10(&mut card, CHALLENGE).starts_with("BF2E"));
    assert_eq!(es10(&mut card, CHALLENGE), "");
    assert!(!card.is_powered());
    assert_eq!(select(&mut card), "");
    card.reset(Reset::Cold);
    assert_eq!(es10(&mut card, CHALLENGE), "6D00");
    assert_eq!(select(&mut card), "9000");
    assert!(es10(&mut card, CHALLENGE).starts_with("BF2E"));
}

#[test]
fn faults() {
    let mut card = card("{faults: [{at: {function: 'BF3E'}, kind: {status: '6F00'}, times: 2}]}");
    assert_eq!(card.faults()[0].at, FaultAt::Function(0xBF3E));
    assert!(matches!(card.faults()[0].kind, FaultKind::Status(_)));
    select(&mut card);
    assert!(es10(&mut card, CHALLENGE).starts_with("BF2E"));
    assert_eq!(es10(&mut card, GET_EID), "6F00");
    assert_eq!(es10(&mut card, GET_EID), "6F00");
    assert_eq!(es10(&mut card, GET_EID), format!("{EID}9000"));
}

#[test]
fn slow_ms() {
    let mut card = card("{slow_ms: 40}");
    assert_eq!(card.take_delay(), Duration::ZERO);
    select(&mut card);
    select(&mut card);
    assert_eq!(card.take_delay(), Duration::from_millis(80));
}
