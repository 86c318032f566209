// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the keys need to remember within one session of the card.

use super::values::{AutoRevert, EnableBy, EnableRefresh, StateVisible, Unblock};
use super::{Block, Keys};
use crate::isdp::Isdp;
use crate::state::State;
use crate::status_word::StatusWord;

/// Gone with the power.
#[derive(Debug, Default)]
pub(crate) struct Quirks {
    /// The enabled profile changed, or is about to, since the last reset.
    changed: bool,
    /// Why ES10 is blocked.
    blocked: Option<Block>,
    /// Requests to enable a profile so far.
    enables: u8,
    /// The profiles as they were at reset, where the card still shows those.
    shown: Option<Vec<Isdp>>,
}

impl Quirks {
    /// What is known after a reset; `warm` is one that keeps the power.
    pub(crate) fn after_reset(self, keys: &Keys, state: &State, warm: bool) -> Self {
        let stays = |block: &Block| warm && block.unblock == Unblock::Cold;
        Self {
            blocked: self.blocked.filter(stays),
            shown: (keys.state_visible == StateVisible::AfterReset).then(|| state.profiles.clone()),
            ..Self::default()
        }
    }

    /// A change of the enabled profile was carried out or waits for its reset.
    pub(crate) fn profile_changed(&mut self, keys: &Keys) {
        self.changed = true;
        self.blocked = keys.block_after_change;
    }

    /// Whether that happened.
    pub(crate) fn profile_has_changed(&self) -> bool {
        self.changed
    }

    /// The status word that all of ES10 gets, or one function by its tag.
    pub(crate) fn refusal(&self, keys: &Keys, tag: Option<u16>) -> Option<StatusWord> {
        let list = keys
            .bf28_after_change
            .filter(|_| self.changed && tag == Some(0xBF28));
        self.blocked.map(|block| block.status).or(list)
    }

    /// The ISD-R is selected, or a channel opened.
    pub(crate) fn unblock(&mut self, by: Unblock) {
        self.blocked = self.blocked.filter(|block| block.unblock != by);
    }

    /// Whether a request to enable a profile is answered catBusy this time.
    pub(crate) fn is_busy_for_enable(&mut self, keys: &Keys) -> bool {
        let busy = self.enables < keys.enable.busy;
        self.enables = self.enables.saturating_add(1);
        busy
    }

    /// The profiles that the card shows.
    pub(crate) fn shown<'a>(&'a self, state: &'a State) -> &'a [Isdp] {
        self.shown.as_ref().unwrap_or(&state.profiles)
    }

    /// AID of the profile that a reset brings back.
    pub(crate) fn reverts_to(&self, keys: &Keys, state: &State) -> Option<Vec<u8>> {
        if keys.auto_revert == AutoRevert::Never || self.changed {
            return None;
        }
        let enabled = state.enabled_profile()?;
        let fallback = state.profiles.iter().find(|it| it.fallback_attribute)?;
        (fallback.aid != enabled.aid).then(|| fallback.aid.clone())
    }
}

/// Whether the card enables a profile when asked that way.
pub(crate) fn enables(keys: &Keys, by_aid: bool, refresh: bool) -> bool {
    let by = match keys.enable.by {
        EnableBy::Both => true,
        EnableBy::Iccid => !by_aid,
        EnableBy::Aid => by_aid,
    };
    by && match keys.enable.refresh {
        EnableRefresh::Both => true,
        EnableRefresh::With => refresh,
        EnableRefresh::Without => !refresh,
    }
}
