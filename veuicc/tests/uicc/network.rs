// SPDX-License-Identifier: MIT OR Apache-2.0
//! AUTHENTICATE and GET IDENTITY as commands: who may, and that what they change is kept.

use veuicc::Reset;

use super::fixture::*;

/// TS 35.208 §4.3.1: RAND, AUTN from its SQN, AK, AMF and MAC-A; then the known answers.
const RAND: &str = "23553CBE9637A89D218AE64DAE47BF35";
const AUTN: &str = "55F328B43577B9B94A9FFAC354DFAFB3";
const RES: &str = "A54211D5E3BA50BF";
const CK: &str = "B40BA9A3C58B2A05BBF0D987B21BF8CB";
const IK: &str = "F769BCD751044604127672711C6D3441";

fn authenticate() -> String {
    format!("0088008122 10{RAND}10{AUTN} 00")
}

#[test]
fn a_fresh_vector_is_accepted_once() {
    let mut card = card();
    answers(
        &mut card,
        &[
            (&authenticate(), "6985"),
            (&usim(), "9000"),
            (&authenticate(), "6982"),
            (&format!("0020000108 {PIN}"), "9000"),
            (&authenticate(), &format!("DB08{RES}10{CK}10{IK}08*9000")),
            (&authenticate(), "DC0E*9000"),
        ],
    );
    // the sequence number is not forgotten
    card.reset(Reset::Cold);
    answers(
        &mut card,
        &[
            (&usim(), "9000"),
            (&format!("0020000108 {PIN}"), "9000"),
            (&authenticate(), "DC0E*9000"),
            (&authenticate().replace("AFB3", "AFB4"), "9862"),
            ("8088008122", "6E00"),
            ("0089008122", "6D00"),
        ],
    );
}

#[test]
fn a_refused_vector_changes_nothing() {
    let mut card = card();
    answers(
        &mut card,
        &[
            (&usim(), "9000"),
            (&format!("0020000108 {PIN}"), "9000"),
            (&authenticate().replace("AFB3", "AFB4"), "9862"),
            ("0088008105 0411223344", "6700"),
        ],
    );
    assert!(card.state().enabled_profile().unwrap().uicc.is_empty());
    answers(&mut card, &[(&authenticate(), "DB08*9000")]);
    assert!(!card.state().enabled_profile().unwrap().uicc.is_empty());
}

#[test]
fn an_identity_is_only_calculated_where_the_profile_asks_for_it() {
    answers(
        &mut card(),
        &[
            ("8078000100", "6985"),
            (&usim(), "9000"),
            ("8078000100", "6982"),
            (&format!("0020000108 {PIN}"), "9000"),
            ("8078000100", "6985"),
            ("0078000100", "6E00"),
        ],
    );
}
