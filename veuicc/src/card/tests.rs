// SPDX-License-Identifier: MIT OR Apache-2.0
//! REFRESH and the change of the enabled profile; the answer to reset; the store.

use std::sync::{Arc, Mutex};

use certs::{Pki, TEST_EID};
use rsp::env::SeededEnv;

use super::*;
use crate::context::Fault;
use crate::state::ProfileChange;
use crate::store::StoreError;

fn card_with(store: Option<Box<dyn Store>>) -> Card {
    let config = CardConfig::from_pki(&Pki::seeded(1).unwrap(), TEST_EID).unwrap();
    let mut state = config.factory_state();
    state.add_profile(Default::default(), None, Vec::new());
    Card::with_state(config, Box::new(SeededEnv::new(1, "card")), state, store)
}

/// Asks for the only profile to be enabled, as EnableProfile with refreshFlag does.
fn enable(card: &mut Card) {
    let change = ProfileChange {
        disable: None,
        enable: Some(card.profiles()[0].aid.clone()),
    };
    let draft = Draft::new(&card.state);
    card.run(draft, |context| {
        context.change_profile(change, true);
        Ok::<_, Fault>(())
    })
    .unwrap();
}

fn send(card: &mut Card, command: &str) -> String {
    hex::encode_upper(card.transmit(&hex::decode(command).unwrap()))
}

const STATUS: &str = "80F2000C";
const PROFILE: &str = "8010000002FFFF";
const FETCH: &str = "801200000B";
const REFRESH: &str = "D0098103010104820281829000";

fn terminal_response(result: &str) -> String {
    format!("801400000C8103010104820282818301{result}")
}

#[test]
fn without_a_terminal_profile_the_change_happens_at_once() {
    let mut card = card_with(None);
    enable(&mut card);
    assert!(card.profiles()[0].is_enabled());
    assert_eq!(send(&mut card, STATUS), "9000");
}

#[test]
fn with_a_terminal_profile_the_change_waits_for_the_refresh() {
    let mut card = card_with(None);
    assert_eq!(send(&mut card, PROFILE), "9000");
    enable(&mut card);
    assert!(!card.profiles()[0].is_enabled());
    assert_eq!(send(&mut card, STATUS), "910B");
    // an error status stays what it is
    assert_eq!(send(&mut card, "00A4000C022FE2"), "6A82");
    assert_eq!(send(&mut card, FETCH), REFRESH);
    assert_eq!(send(&mut card, STATUS), "9000");
    assert!(!card.profiles()[0].is_enabled());
    assert_eq!(send(&mut card, &terminal_response("00")), "9000");
    assert!(card.profiles()[0].is_enabled());
    assert_eq!(send(&mut card, FETCH), "6985");
}

#[test]
fn a_refresh_that_cannot_be_done_now_is_announced_again() {
    let mut card = card_with(None);
    send(&mut card, PROFILE);
    enable(&mut card);
    send(&mut card, FETCH);
    assert_eq!(send(&mut card, &terminal_response("20")), "910B");
    assert!(!card.profiles()[0].is_enabled());
    send(&mut card, FETCH);
    // beyond the terminal's capabilities: only a reset helps
    assert_eq!(send(&mut card, &terminal_response("30")), "9000");
    assert!(!card.profiles()[0].is_enabled());
    card.reset(Reset::Warm);
    assert!(card.profiles()[0].is_enabled());
}

#[test]
fn a_reset_completes_the_change() {
    let mut card = card_with(None);
    send(&mut card, PROFILE);
    enable(&mut card);
    card.reset(Reset::Cold);
    assert!(card.profiles()[0].is_enabled());
    assert_eq!(card.state().profile_change, None);
}

#[test]
fn the_answer_to_reset_checks_itself() {
    let atr = card_with(None).answer_to_reset();
    assert_eq!(atr.iter().skip(1).fold(0, |sum, byte| sum ^ byte), 0);
    let historical = usize::from(atr[1] & 0x0F);
    // TS, T0, TA1, TD1, TD2, TA3, TB3, historical bytes, TCK
    assert_eq!(atr.len(), 7 + historical + 1);
}

/// Keeps what it is given, as long as it is not full.
#[derive(Clone, Default)]
struct Memory(Arc<Mutex<(Vec<State>, bool)>>);

impl Store for Memory {
    fn save(&mut self, state: &State) -> Result<(), StoreError> {
        let mut kept = self.0.lock().unwrap();
        if kept.1 {
            return Err(StoreError::File {
                path: "memory".into(),
                source: std::io::Error::other("full"),
            });
        }
        kept.0.push(state.clone());
        Ok(())
    }
}

const SELECT: &str = "00A4040C10A0000005591010FFFFFFFF8900000100";
const SET_ADDRESS: &str = "80E2910006BF3F0380016100";
const GET_CHALLENGE: &str = "80E2910003BF2E0000";

#[test]
fn the_store_gets_every_change_and_nothing_else() {
    let store = Memory::default();
    let mut card = card_with(Some(Box::new(store.clone())));
    assert_eq!(send(&mut card, SELECT), "9000");
    assert!(send(&mut card, GET_CHALLENGE).ends_with("9000"));
    assert_eq!(store.0.lock().unwrap().0.len(), 0);
    assert_eq!(send(&mut card, SET_ADDRESS), "BF3F038001009000");
    let kept = store.0.lock().unwrap().0.clone();
    assert_eq!(kept, [card.state().clone()]);
    assert_eq!(card.state().default_dp_address.as_deref(), Some("a"));
}

#[test]
fn what_cannot_be_kept_does_not_happen() {
    let store = Memory::default();
    let mut card = card_with(Some(Box::new(store.clone())));
    store.0.lock().unwrap().1 = true;
    send(&mut card, SELECT);
    // undefinedError; a function without that code answers 6581
    assert_eq!(send(&mut card, SET_ADDRESS), "BF3F0380017F9000");
    assert_eq!(card.state().default_dp_address, None);
}

/// Replaces the first byte of every response.
struct Edit(Arc<Mutex<Vec<Vec<u8>>>>);

impl Es10Tap for Edit {
    fn exchange(&mut self, request: &[u8], mut response: Vec<u8>) -> Vec<u8> {
        self.0.lock().unwrap().push(request.to_vec());
        response[0] = 0x00;
        response
    }
}

#[test]
fn the_tap_sees_whole_requests_and_edits_before_the_cut() {
    let mut card = card_with(None);
    let seen = Arc::new(Mutex::new(Vec::new()));
    card.set_tap(Box::new(Edit(Arc::clone(&seen))));
    send(&mut card, SELECT);
    assert_eq!(send(&mut card, "80E2110003BF3E03"), "9000");
    assert_eq!(send(&mut card, "80E29101035C015A"), "6115");
    let eid = hex::encode_upper(TEST_EID);
    assert_eq!(
        send(&mut card, "80C0000015"),
        format!("003E125A10{eid}9000")
    );
    assert_eq!(
        *seen.lock().unwrap(),
        [hex::decode("BF3E035C015A").unwrap()]
    );
}
