// SPDX-License-Identifier: MIT OR Apache-2.0
//! Faults of DTLS that strike on the way: datagrams that are lost, repeated, exchanged, damaged.

use std::sync::Arc;

use crate::wire::coap::{CoapFaults, Effect};

/// Content type of a handshake message (RFC 6347 §4.1).
const HANDSHAKE: u8 = 22;

/// The way of the datagrams of one server.
#[derive(Debug, Default)]
pub(in crate::run::front) struct Spoiled(Option<Arc<CoapFaults>>);

/// A datagram of the server that waits for the next.
#[derive(Debug)]
pub(super) enum Held {
    /// It goes behind the next.
    Late(Vec<u8>),
    /// It went already, and goes again behind the next.
    Again(Vec<u8>),
}

impl Spoiled {
    /// The way on which these faults strike.
    pub(in crate::run::front) const fn new(faults: Option<Arc<CoapFaults>>) -> Self {
        Self(faults)
    }

    fn strikes(&self, effect: Effect) -> bool {
        let faults = self.0.as_ref();
        faults.is_some_and(|faults| faults.strike(effect, None).is_some())
    }

    /// Whether a datagram of the client never arrives.
    pub(super) fn is_lost(&self, datagram: &[u8]) -> bool {
        begins_handshake(datagram) && self.strikes(Effect::LoseFlight)
    }

    /// Whether the server forgets the session before this datagram.
    pub(super) fn forgets(&self, datagram: &[u8]) -> bool {
        is_protected(datagram) && self.strikes(Effect::Restart)
    }

    /// What arrives of a datagram of the server.
    pub(super) fn back(&self, datagram: &[u8], held: &mut Option<Held>) -> Vec<Vec<u8>> {
        let own = datagram.to_vec();
        if self.0.is_none() {
            return vec![own];
        }
        match held.take() {
            Some(Held::Late(late)) => return vec![own, late],
            Some(Held::Again(again)) => return vec![own, again],
            None => (),
        }
        if self.strikes(Effect::Duplicate) {
            return vec![own.clone(), own];
        }
        if !is_protected(datagram) {
            if self.strikes(Effect::Reorder) {
                *held = Some(Held::Late(own));
                return Vec::new();
            }
            return vec![own];
        }
        if self.strikes(Effect::Damaged) {
            return vec![damaged(datagram), own];
        }
        if self.strikes(Effect::Replay) {
            *held = Some(Held::Again(own.clone()));
        }
        vec![own]
    }
}

/// Whether a datagram begins with a ClientHello (RFC 6347 §4.2.2).
fn begins_handshake(datagram: &[u8]) -> bool {
    const HELLO: u8 = 1;
    datagram.first() == Some(&HANDSHAKE) && datagram.get(13) == Some(&HELLO)
}

/// Whether a datagram begins with a record of application data of DTLS 1.2, or any protected one
/// of DTLS 1.3 (RFC 9147 §4.1).
const fn is_protected(datagram: &[u8]) -> bool {
    matches!(datagram, [23 | 32..=63, ..])
}

fn damaged(datagram: &[u8]) -> Vec<u8> {
    let mut copy = datagram.to_vec();
    if let Some(last) = copy.last_mut() {
        *last = !*last;
    }
    copy
}
