// SPDX-License-Identifier: MIT OR Apache-2.0
//! Walks along a tape and does what the implementation under test did: commands to the card,
//! requests to the servers of the case. What comes back is compared, and the tape goes on whatever
//! it is.

use std::collections::BTreeMap;
use std::io;
use std::time::Duration;

use tokio::task::JoinHandle;
use veuicc::link::Slot;

use super::compare::{self, Field};
use super::door::Door;
use super::event::{Actor, Event};
use super::line::{Line, Target};
use super::player::Player;
use crate::case::Interface;
use crate::message::Direction;
use crate::wire::net::Resolver;

/// How long an answer is waited for that came when the tape was recorded.
const PATIENCE: Duration = Duration::from_secs(5);
/// What is offered where TLS did not come so far as to agree on something.
const HTTP: &str = "http/1.1";
/// What a case takes beyond the time of a step to give it up.
const MARGIN: Duration = Duration::from_secs(5);

/// A tape that is being played; it stops when this is dropped.
#[derive(Debug)]
pub(crate) struct Walking(JoinHandle<()>);

impl Drop for Walking {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Player {
    /// Plays an IPA: against the card of `slot`, and the servers that `resolver` knows.
    pub(crate) fn play(&self, slot: Slot, resolver: Resolver) -> Walking {
        self.walk(Some(slot), None, resolver)
    }

    /// Plays an eIM: behind `door`, and against the servers that `resolver` knows.
    pub(crate) fn play_eim(&self, door: Door, resolver: Resolver) -> Walking {
        self.walk(None, Some(door), resolver)
    }

    fn walk(&self, slot: Option<Slot>, door: Option<Door>, resolver: Resolver) -> Walking {
        let walk = Walk {
            player: self.clone(),
            slot,
            door,
            resolver,
            lines: BTreeMap::new(),
            late: 0,
        };
        Walking(tokio::spawn(walk.along()))
    }
}

struct Walk {
    player: Player,
    /// The card of an IPA.
    slot: Option<Slot>,
    /// The server of an eIM.
    door: Option<Door>,
    resolver: Resolver,
    lines: BTreeMap<u64, Open>,
    /// Steps that were given up so far.
    late: usize,
}

/// A connection that is open.
struct Open {
    line: Line,
    interface: Interface,
    /// What comes on it.
    comes: Direction,
    /// Its bytes are the same whenever the same is said.
    is_exact: bool,
}

impl Walk {
    async fn along(mut self) {
        let player = self.player.clone();
        for (index, event) in player.recording().events.iter().enumerate() {
            self.event(index, event).await;
        }
        player.done();
    }

    async fn event(&mut self, index: usize, event: &Event) {
        match event {
            Event::Apdu { command, answer } => {
                let command = command.0.clone();
                let now = self.on_card(move |slot| slot.transmit(&command)).await;
                self.card(index, now, &answer.0);
            }
            Event::Reset { kind, atr } => {
                let kind = *kind;
                let now = self.on_card(move |slot| slot.reset(kind.into())).await;
                self.card(index, now, &atr.0);
            }
            Event::Open { .. } => self.open(index, event).await,
            Event::Failed { host, .. } => {
                let target = Target {
                    host,
                    tls: true,
                    alpn: Some(HTTP),
                };
                // it comes to nothing again, or is left as it is
                let _nothing = Line::connect(&self.resolver, &target, PATIENCE).await;
            }
            Event::Sent { connection, said } => {
                if let Some(open) = self.lines.get_mut(connection)
                    && let Err(error) = open.line.write(&said.bytes()).await
                {
                    self.lost(index, &error);
                }
            }
            Event::Got { connection, said } => self.got(index, *connection, &said.bytes()).await,
            Event::Close { connection, by } => {
                if let Some(open) = self.lines.remove(connection) {
                    match by {
                        Actor::Iut => open.line.close().await,
                        Actor::Harness => open.line.closed(PATIENCE).await,
                    }
                }
            }
            Event::Step { .. } => self.player.at_step().await,
            Event::Late { .. } => {
                self.late += 1;
                let patience = self.player.recording().header.patience();
                let patience = patience.saturating_add(MARGIN);
                self.player.at_late(self.late, patience).await;
            }
            Event::Ended { .. }
            | Event::Told { .. }
            | Event::Order { .. }
            | Event::Status { .. } => self.player.tell(event),
            Event::Output { .. } => (),
        }
    }

    /// Opens a connection as the implementation did, or takes one.
    async fn open(&mut self, index: usize, event: &Event) {
        let Event::Open {
            by,
            connection,
            interface,
            host,
            tls,
            alpn,
        } = event
        else {
            return;
        };
        let line = match by {
            Actor::Iut => {
                let target = Target {
                    host,
                    tls: *tls,
                    alpn: alpn.as_deref(),
                };
                Line::connect(&self.resolver, &target, PATIENCE).await
            }
            Actor::Harness => self.take().await,
        };
        match line {
            Ok(line) => {
                let open = Open {
                    line,
                    interface: *interface,
                    // what comes back on a connection to somebody else are answers
                    comes: match by {
                        Actor::Iut => Direction::Response,
                        Actor::Harness => Direction::Request,
                    },
                    is_exact: alpn.as_deref() != Some("h2"),
                };
                self.lines.insert(*connection, open);
            }
            Err(error) => self.lost(index, &error),
        }
    }

    async fn take(&mut self) -> io::Result<Line> {
        let next = match &mut self.door {
            Some(door) => door.next(PATIENCE).await,
            None => None,
        };
        next.ok_or_else(|| io::Error::other("nobody connects"))
    }

    /// Asks the card away from everybody else: it may take its time.
    async fn on_card(
        &self,
        ask: impl FnOnce(&Slot) -> Option<Vec<u8>> + Send + 'static,
    ) -> Option<Vec<u8>> {
        let slot = self.slot.clone()?;
        let asked = tokio::task::spawn_blocking(move || ask(&slot));
        asked.await.ok().flatten()
    }

    fn card(&self, index: usize, now: Option<Vec<u8>>, recorded: &[u8]) {
        let different = match now {
            Some(now) => compare::apdu(recorded, &now),
            None => Some(field("card", "in its slot", "not there")),
        };
        self.player.compared(index, different);
    }

    async fn got(&mut self, index: usize, connection: u64, recorded: &[u8]) {
        let Some(open) = self.lines.get_mut(&connection) else {
            return;
        };
        if !open.is_exact {
            return open.line.skip(recorded.len(), PATIENCE).await;
        }
        let now = open.line.read(recorded, PATIENCE).await;
        let different = compare::said(open.interface, open.comes, recorded, &now);
        self.player.compared(index, different);
    }

    fn lost(&self, index: usize, error: &io::Error) {
        let different = field("connection", "open", &error.to_string());
        self.player.compared(index, Some(different));
    }
}

fn field(name: &str, recorded: &str, now: &str) -> Field {
    (name.to_owned(), recorded.to_owned(), now.to_owned())
}
