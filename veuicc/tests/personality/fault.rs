// SPDX-License-Identifier: MIT OR Apache-2.0
//! Faults armed at a command.

use std::time::Duration;

use veuicc::{ArmedFault, FaultAt, FaultKind, Reset, StatusWord};

use crate::rig::*;

const GET_EID: &str = "BF3E035C015A";
const EID: &str = "BF3E125A1089049032123451234512345678901235";

#[test]
fn each_kind_changes_one_answer_and_no_other() {
    let whole = format!("{EID}9000");
    for (kind, answer) in [
        (FaultKind::Status(StatusWord(0x6F42)), "6F42".to_owned()),
        (
            FaultKind::StatusAfter(StatusWord(0x9108)),
            "9108".to_owned(),
        ),
        (FaultKind::Truncate(4), EID[..8].to_owned()),
        (FaultKind::Truncate(99), whole.clone()),
        (FaultKind::Corrupt(1), format!("BFC1{}9000", &EID[4..])),
        (FaultKind::Corrupt(99), whole.clone()),
        (FaultKind::Delay(30), whole.clone()),
    ] {
        let mut card = card("{}");
        card.arm(ArmedFault::new(FaultAt::Nth(3), kind));
        select(&mut card);
        assert_eq!(es10(&mut card, GET_EID), whole);
        assert_eq!(es10(&mut card, GET_EID), answer, "{kind:?}");
        assert_eq!(es10(&mut card, GET_EID), whole);
        let delay = if kind == FaultKind::Delay(30) { 30 } else { 0 };
        assert_eq!(card.take_delay(), Duration::from_millis(delay));
        assert_eq!(card.faults(), []);
    }
}

#[test]
fn a_status_word_comes_instead_of_the_command_or_after_it() {
    for (kind, enabled_after) in [
        (FaultKind::Status(StatusWord(0x6F00)), 1),
        (FaultKind::StatusAfter(StatusWord(0x6F00)), 2),
        (FaultKind::TearBefore, 1),
        (FaultKind::TearAfter, 2),
    ] {
        let mut card = card_with_profiles("{}");
        card.arm(ArmedFault::new(FaultAt::Function(0xBF31), kind));
        let answer = enable(&mut card, 2, false);
        assert!(answer.is_empty() || answer == "6F00", "{answer}");
        card.reset(Reset::Cold);
        assert_eq!(enabled(&card), Some(enabled_after), "{kind:?}");
    }
}

#[test]
fn a_tear_takes_what_is_volatile() {
    let mut card = card("{}");
    select(&mut card);
    send(&mut card, "0070000001");
    card.arm(ArmedFault::new(
        FaultAt::Instruction(0xF2),
        FaultKind::TearAfter,
    ));
    assert_eq!(send(&mut card, "80F2000C"), "");
    assert!(!card.is_powered());
    assert_eq!(send(&mut card, "80F2000C"), "");
    assert_eq!(card.reset(Reset::Cold)[0], 0x3B);
    assert!(card.is_powered());
    answers(&mut card, &[("81F2000C", "6881"), ("80F2000C", "9000")]);
    assert_eq!(es10(&mut card, GET_EID), "6D00");
}

#[test]
fn a_function_is_met_where_its_request_is_complete() {
    let mut card = card("{}");
    select(&mut card);
    let kind = FaultKind::Status(StatusWord(0x6F00));
    card.arm(ArmedFault::new(FaultAt::Function(0xBF3E), kind));
    answers(
        &mut card,
        &[
            ("80E2110001BF", "9000"),
            ("80E21101013E", "9000"),
            ("80E2910204035C015A00", "6F00"),
        ],
    );
}

#[test]
fn faults_can_be_taken_back() {
    let mut card = card("{}");
    card.arm(ArmedFault::new(FaultAt::Nth(1), FaultKind::TearBefore));
    card.disarm();
    assert_eq!(card.faults(), []);
    assert_eq!(select(&mut card), "9000");
}
