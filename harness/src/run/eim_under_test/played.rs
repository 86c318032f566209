// SPDX-License-Identifier: MIT OR Apache-2.0
//! An eIM under test that is played from its tape.

use std::net::SocketAddr;

use super::NoOrder;
use crate::fixture::EimFixture;
use crate::recording::{Actor, Door, OrderAnswer, Player, Walking};
use crate::run::SetUpError;
use crate::run::actors::{Stage, address, listen};
use crate::run::cast::{eim_tls, identity};
use crate::verdict::{Fault, Finding};
use crate::wire::tls::server_config;

/// The player, and the tape that runs in it. It serves with the key of the case: that of an eIM
/// that has its own nobody else has.
pub(in crate::run) struct Played {
    player: Player,
    address: SocketAddr,
    ended: bool,
    _walking: Walking,
}

impl Played {
    /// Opens the ESipa server, and puts the tape behind it.
    pub(super) async fn start(
        stage: &Stage<'_>,
        fixture: &EimFixture,
        player: &Player,
    ) -> Result<Self, SetUpError> {
        let listener = listen().await?;
        let address = address(&listener)?;
        let tls = identity(&eim_tls(&stage.cast.options.pki, fixture.fqdn())?)?;
        let now = stage.cast.env("clock").now();
        let tls = server_config(&tls, now).map_err(SetUpError::of("eIM"))?;
        let door = Door::open(listener, tls);
        Ok(Self {
            player: player.clone(),
            address,
            ended: false,
            _walking: player.play_eim(door, stage.resolver.clone()),
        })
    }

    /// Where its ESipa server listens.
    pub(super) const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Whether it was ended by the case.
    pub(super) const fn is_ended(&self) -> bool {
        self.ended
    }

    /// The case ends it, or starts it again.
    pub(super) fn end(&mut self, ended: bool) -> Result<(), Finding> {
        if self.player.recording().header.described.is_some() {
            return Err(not_again());
        }
        self.ended = ended;
        Ok(())
    }

    /// What it says on its northbound interface.
    pub(super) async fn answer(&self) -> Result<String, NoOrder> {
        match self.player.ordered().await {
            Some(OrderAnswer::Said(said)) => Ok(said),
            Some(OrderAnswer::Refused { fault, reason, by }) => Err(NoOrder {
                fault,
                reason,
                by_eim: by == Actor::Iut,
            }),
            None => Err(NoOrder {
                fault: Fault::Unclear,
                reason: "it was not asked for this when the tape was recorded".to_owned(),
                by_eim: false,
            }),
        }
    }

    /// How it ended, when that was before it was asked to, and what it wrote.
    pub(super) fn stop(&self) -> (Option<String>, Vec<u8>) {
        (self.player.last_words(), self.player.output())
    }
}

/// A program for an eIM is not ended within a case.
pub(super) fn not_again() -> Finding {
    let expected = "an eIM that can be ended and started again";
    let actual = "the harness does not start a program for an eIM again";
    Finding::new(Fault::Unsupported, expected, actual)
}
