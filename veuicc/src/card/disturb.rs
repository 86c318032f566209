// SPDX-License-Identifier: MIT OR Apache-2.0
//! The one place where armed faults meet commands, and what follows from a lost power.

use std::time::Duration;

use super::{Card, Reset};
use crate::apdu::{CommandApdu, Response};
use crate::command::{ClassByte, Command};
use crate::context::Draft;
use crate::fault::{self, ArmedFault, FaultAt, FaultKind, Seen};
use crate::state::ProfileChange;
use crate::toolkit;

impl Card {
    /// Arms a fault; several wait side by side.
    pub fn arm(&mut self, fault: ArmedFault) {
        self.faults.arm(fault);
    }

    /// The faults that have not happened yet; [`FaultAt::Nth`] counts down.
    #[must_use]
    pub fn faults(&self) -> &[ArmedFault] {
        self.faults.armed()
    }

    /// Takes all faults, failures and answers back.
    pub fn disarm(&mut self) {
        self.faults.clear();
        self.armed.clear();
        self.answers.clear();
    }

    /// False between a tear and the next reset: the card does not answer.
    #[must_use]
    pub fn is_powered(&self) -> bool {
        self.powered
    }

    /// How long the last answers are to be held back. The card does not wait itself: whoever
    /// carries its answers does.
    pub fn take_delay(&mut self) -> Duration {
        std::mem::take(&mut self.delay)
    }

    /// Arms the faults that the card was made with.
    pub(super) fn arm_personality(&mut self) {
        let keys = &self.config.personality.keys;
        let cut = keys
            .power_cut_at
            .map(|nth| ArmedFault::new(FaultAt::Nth(nth), FaultKind::TearBefore));
        for fault in keys.faults.iter().copied().chain(cut) {
            self.faults.arm(fault);
        }
    }

    /// Takes a command, with whatever happens to it.
    pub(super) fn disturbed(&mut self, command: &[u8]) -> Vec<u8> {
        if !self.powered {
            return Vec::new();
        }
        let seen = Seen {
            instruction: command.get(1).copied(),
            function: self.completes(command),
        };
        let struck = self.faults.strike(seen);
        let slow = u64::from(self.config.personality.keys.slow_ms);
        self.delay += fault::delay(&struck) + Duration::from_millis(slow);
        if struck.contains(&FaultKind::TearBefore) {
            self.lose_power();
            return Vec::new();
        }
        let refused = struck.iter().find_map(|kind| match kind {
            FaultKind::Status(status) => Some(*status),
            _ => None,
        });
        let answer = match refused {
            Some(status) => Err(status),
            None => self.answer(command),
        };
        let answer = answer.unwrap_or_else(Response::status).into_bytes();
        let answer = fault::disturb(answer, &struck);
        if struck.contains(&FaultKind::TearAfter) {
            self.lose_power();
        }
        answer
    }

    /// A reset completes the change of profile that waits for it; some cards go back to the
    /// fallback profile instead.
    pub(super) fn change_at_reset(&mut self, draft: &mut Draft) {
        let keys = &self.config.personality.keys;
        if self.quirks.profile_has_changed() {
            self.delay += Duration::from_millis(u64::from(keys.refresh_gap_ms));
        }
        if draft.profile_change.is_some() {
            toolkit::activate(draft);
        } else if let Some(aid) = self.quirks.reverts_to(keys, draft) {
            let disable = draft.enabled_profile().map(|profile| profile.aid.clone());
            draft.set_enabled(&ProfileChange {
                disable,
                enable: Some(aid),
            });
        }
    }

    pub(super) fn quirks_after_reset(&mut self, kind: Reset) {
        let keys = &self.config.personality.keys;
        let quirks = std::mem::take(&mut self.quirks);
        self.quirks = quirks.after_reset(keys, &self.state, kind == Reset::Warm);
    }

    fn lose_power(&mut self) {
        tracing::info!("power lost");
        self.powered = false;
    }

    /// Tag of the ES10 request whose last block this command is.
    fn completes(&mut self, command: &[u8]) -> Option<u16> {
        let apdu = CommandApdu::parse(command).ok()?;
        let class = ClassByte::parse(apdu.cla).ok()?;
        let Ok(Command::StoreData {
            last: true,
            block,
            data,
        }) = Command::parse(&apdu, class.class)
        else {
            return None;
        };
        self.channels.get(class.channel).ok()?.tag_with(block, data)
    }
}
