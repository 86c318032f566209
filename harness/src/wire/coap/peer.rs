// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the server has of one peer address: the session in use, and one that is to replace it.

use std::time::{Duration, Instant};

use super::responder::{Responder, begins_request};
use super::session::Session;
use super::{CoapError, Job};

/// A session that nobody used for so long is forgotten.
const IDLE: Duration = Duration::from_secs(600);
/// A handshake takes no longer.
const HANDSHAKE: Duration = Duration::from_secs(60);

/// A session and what came over it.
pub(super) struct Association {
    pub(super) number: u64,
    pub(super) session: Session,
    pub(super) responder: Responder,
    pub(super) used: Instant,
    /// DTLS failed.
    pub(super) failed: bool,
    pub(super) weakness: Weakness,
}

/// Deliberate mistakes with records, and what they need.
#[derive(Default)]
pub(super) struct Weakness {
    /// The answer to a record goes out again when the record comes again.
    pub(super) replays: bool,
    /// A damaged record ends the session.
    pub(super) fragile: bool,
    pub(super) record: Vec<u8>,
    pub(super) answer: Vec<u8>,
}

impl Association {
    /// When it is given up unless something comes.
    pub(super) fn end(&self) -> Instant {
        let limit = if self.session.is_connected() {
            IDLE
        } else {
            HANDSHAKE
        };
        self.used + limit
    }

    /// Takes a datagram; requests that are complete come back. While the server is `gone`, there
    /// are no new ones.
    pub(super) fn receive(&mut self, datagram: &[u8], now: Instant, gone: bool) -> Vec<Job> {
        let was_connected = self.session.is_connected();
        if self.weakness.replays && self.weakness.record == datagram {
            let answer = self.weakness.answer.clone();
            // a session that takes nothing has nothing to answer
            let _sent = self.session.send(&answer);
        }
        if self.weakness.replays {
            self.weakness.record = datagram.to_vec();
        }
        if let Err(error) = self.session.receive(datagram, now) {
            self.fail(&error);
            return Vec::new();
        }
        if self.session.is_connected() && !was_connected {
            self.used = now;
        }
        let mut jobs = Vec::new();
        let mut empty = was_connected && self.weakness.fragile;
        while let Some(message) = self.session.data() {
            empty = false;
            self.used = now;
            if gone && begins_request(&message) {
                continue;
            }
            jobs.extend(self.responder.receive(&message, now));
        }
        if empty {
            self.session.abandon();
        }
        jobs
    }

    pub(super) fn tick(&mut self, now: Instant) {
        if let Err(error) = self.session.tick(now) {
            self.fail(&error);
        }
        self.responder.tick(now);
    }

    /// Every error of DTLS ends the session.
    fn fail(&mut self, error: &CoapError) {
        tracing::info!(%error, "DTLS session ended");
        self.failed = true;
        self.session.abandon();
    }

    /// The datagrams to send.
    pub(super) fn poll(&mut self) -> Vec<Vec<u8>> {
        while let Some(message) = self.responder.poll() {
            if self.weakness.replays {
                self.weakness.answer.clone_from(&message);
            }
            if let Err(error) = self.session.send(&message) {
                self.fail(&error);
                break;
            }
        }
        std::iter::from_fn(|| self.session.poll()).collect()
    }
}

/// One peer address: the session in use, and the one that is to replace it.
#[derive(Default)]
pub(super) struct Peer {
    pub(super) current: Option<Association>,
    pub(super) next: Option<Association>,
}

impl Peer {
    pub(super) fn associations(&mut self) -> impl Iterator<Item = &mut Association> {
        self.current.iter_mut().chain(self.next.iter_mut())
    }

    /// Drops what failed or grew old, and lets a complete handshake take over.
    pub(super) fn settle(&mut self, now: Instant) {
        let lives =
            |association: &Association| !association.session.is_closed() && association.end() > now;
        self.current = self.current.take().filter(lives);
        self.next = self.next.take().filter(lives);
        let ready = |next: &Association| next.session.is_connected();
        if self.current.is_none() || self.next.as_ref().is_some_and(ready) {
            self.current = self.next.take().or_else(|| self.current.take());
        }
    }

    pub(super) fn is_connected(&self) -> bool {
        let current = self.current.as_ref();
        current.is_some_and(|association| association.session.is_connected())
    }

    pub(super) fn used(&self) -> Option<Instant> {
        let all = self.current.iter().chain(self.next.iter());
        all.map(|association| association.used).max()
    }
}
