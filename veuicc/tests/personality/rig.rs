// SPDX-License-Identifier: MIT OR Apache-2.0
//! Cards with keys, and short ways to talk to them in hex.

use rsp::env::SeededEnv;
use rsp::raw::Additions;
use rsp::sgp22::{EnableProfileRequest, EnableProfileRequestProfileIdentifier, OctetTo16};
use veuicc::terminal::{Terminal, TerminalOptions};
use veuicc::{Card, CardConfig, Metadata, Personality, ProfileState};

use crate::common;
use crate::fixture::{self, Bench, Eim, iccid, metadata, wire_iccid};

/// The standard AID of the ISD-R.
pub(crate) const ISDR: &str = "A0000005591010FFFFFFFF8900000100";

/// A configuration with keys in YAML flow style.
pub(crate) fn config(keys: &str) -> CardConfig {
    fixture::config().with_personality(personality(keys))
}

pub(crate) fn personality(keys: &str) -> Personality {
    let text = format!("{{name: test, description: A test., source: [TEST-1], keys: {keys}}}");
    Personality::from_yaml(&text).unwrap()
}

/// An empty card.
pub(crate) fn card(keys: &str) -> Card {
    Card::new(config(keys), Box::new(SeededEnv::new(1, "card")))
}

/// A card with fixture profiles 1, 2 and 3, of which 1 is enabled, and the ISD-R selected on
/// channel 0.
pub(crate) fn card_with_profiles(keys: &str) -> Card {
    let mut card = card(keys);
    install(&mut card, [metadata(1), metadata(2), metadata(3)]);
    card.reset(veuicc::Reset::Cold);
    assert_eq!(select(&mut card), "9000");
    card
}

/// Installs profiles and enables the first.
pub(crate) fn install<const N: usize>(card: &mut Card, profiles: [Metadata; N]) {
    for metadata in profiles {
        let digits: Vec<u8> = metadata.iccid.iter().map(|it| it.rotate_left(4)).collect();
        let elements = common::elements(&hex::encode(digits));
        card.install_profile(&elements, metadata).unwrap();
    }
    card.edit_state(|state| state.profiles[0].state = ProfileState::Enabled)
        .unwrap();
}

/// A terminal around a card with profiles, and an eIM that it knows under a token.
pub(crate) fn bench(keys: &str) -> Bench {
    let mut card = card(keys);
    install(&mut card, [metadata(1), metadata(2), metadata(3)]);
    let mut bench = Bench {
        terminal: terminal(card),
        eim: Eim::new("eim1"),
    };
    let mut configuration = bench.eim.configuration();
    configuration.association_token = Some(-1);
    bench.add_initial_eim(vec![configuration]);
    bench.eim.token = bench.card().state().eims[0].association_token;
    bench
}

pub(crate) fn terminal(card: Card) -> Terminal<Card> {
    let options = TerminalOptions {
        toolkit: false,
        ..TerminalOptions::default()
    };
    Terminal::open(card, options).unwrap()
}

/// Sends a command and returns the answer, both in hex; blanks are ignored.
pub(crate) fn send(card: &mut Card, command: &str) -> String {
    let command = hex::decode(command.replace(' ', "")).unwrap();
    hex::encode_upper(card.transmit(&command))
}

/// Sends commands and compares the answers.
#[track_caller]
pub(crate) fn answers(card: &mut Card, exchanges: &[(&str, &str)]) {
    for (command, expected) in exchanges {
        let answer = send(card, command);
        assert_eq!(answer, expected.replace(' ', ""), "answer to {command}");
    }
}

/// SELECT of the ISD-R on channel 0, without FCI.
pub(crate) fn select(card: &mut Card) -> String {
    send(card, &format!("00A4040C10{ISDR}"))
}

/// An ES10 request on channel 0 in one block, with Le.
pub(crate) fn es10(card: &mut Card, request: &str) -> String {
    let request = request.replace(' ', "");
    send(
        card,
        &format!("80E29100{:02X}{request}00", request.len() / 2),
    )
}

/// EnableProfile by ICCID of a fixture profile.
pub(crate) fn enable(card: &mut Card, n: u8, refresh: bool) -> String {
    let by = EnableProfileRequestProfileIdentifier::Iccid(wire_iccid(n));
    es10(card, &enable_request(by, refresh))
}

/// The same by the AID of its ISD-P.
pub(crate) fn enable_by_aid(card: &mut Card, n: u8, refresh: bool) -> String {
    let aid = card
        .state()
        .profile_by_iccid(&iccid(n))
        .unwrap()
        .aid
        .clone();
    let by = EnableProfileRequestProfileIdentifier::IsdpAid(OctetTo16::from(aid));
    es10(card, &enable_request(by, refresh))
}

fn enable_request(by: EnableProfileRequestProfileIdentifier, refresh_flag: bool) -> String {
    let request = EnableProfileRequest {
        profile_identifier: by,
        refresh_flag,
        target_esim_port: None,
        additions: Additions::none(),
    };
    hex::encode_upper(rsp::der::encode(&request).unwrap())
}

/// Number of the enabled fixture profile.
pub(crate) fn enabled(card: &Card) -> Option<u8> {
    card.state()
        .enabled_profile()?
        .metadata
        .iccid
        .last()
        .copied()
}
