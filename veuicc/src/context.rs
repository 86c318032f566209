// SPDX-License-Identifier: MIT OR Apache-2.0
//! What an ES10 function may touch.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use rsp::env::Env;

use crate::config::{CardConfig, EuiccCredential};
use crate::es10c::switch;
use crate::isdp::Isdp;
use crate::personality::volatile::Quirks;
use crate::personality::{Keys, Refresh, ResultSignature};
use crate::session::{Session, UntilReset};
use crate::state::{ProfileChange, State};
use crate::toolkit::{self, Toolkit};

/// Our own failure: storage, a key, an encoder. Never the terminal's fault.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// A value of ours could not be encoded.
    #[error("cannot encode {what}: {why}")]
    Encode {
        /// What.
        what: &'static str,
        /// The encoder's words.
        why: String,
    },
    /// The card has no credential although it needs one here.
    #[error("no credential for {0}")]
    Credential(String),
    /// The state could not be kept.
    #[error("cannot keep the state: {0}")]
    Store(String),
    /// The card's own data contradict each other.
    #[error("{0}")]
    Inconsistent(String),
}

impl Fault {
    /// A value of ours that could not be encoded.
    pub(crate) fn encode(what: &'static str, why: &dyn std::fmt::Display) -> Self {
        Self::Encode {
            what,
            why: why.to_string(),
        }
    }
}

/// The persistent state as a function sees it: a copy on the first write, which becomes the card's
/// state when the function returns `Ok` and the store has taken it. Nothing is ever half changed.
#[derive(Debug, Clone)]
pub(crate) struct Draft(Arc<State>);

impl Draft {
    /// A draft that still shares its content with the card.
    pub(crate) fn new(state: &Arc<State>) -> Self {
        Self(Arc::clone(state))
    }

    /// The new state, if anything was written.
    pub(crate) fn changed(self, before: &Arc<State>) -> Option<Arc<State>> {
        (!Arc::ptr_eq(&self.0, before)).then_some(self.0)
    }
}

impl Deref for Draft {
    type Target = State;

    fn deref(&self) -> &State {
        &self.0
    }
}

impl DerefMut for Draft {
    fn deref_mut(&mut self) -> &mut State {
        Arc::make_mut(&mut self.0)
    }
}

/// What an ES10 function may touch.
pub(crate) struct Context<'a> {
    /// Persistent state.
    pub(crate) state: Draft,
    /// The RSP session.
    pub(crate) session: &'a mut Session,
    /// Identity, keys, limits.
    pub(crate) config: &'a CardConfig,
    /// Randomness.
    pub(crate) env: &'a mut dyn Env,
    /// Pending REFRESH.
    pub(crate) toolkit: &'a Toolkit,
    /// What the personality remembers until the next reset.
    pub(crate) quirks: &'a mut Quirks,
    /// What else is gone after a reset.
    pub(crate) until_reset: &'a mut UntilReset,
    /// A REFRESH is wanted. It is requested once the state is kept, so that nothing is announced
    /// that did not happen.
    pub(crate) refresh: bool,
    /// What fails when it comes to it, once each.
    pub(crate) armed: &'a mut Vec<String>,
    /// The card failed in this function; it runs again to say so.
    pub(crate) failed: bool,
}

impl<'a> Context<'a> {
    /// How this card differs.
    pub(crate) fn keys(&self) -> &'a Keys {
        &self.config.personality.keys
    }

    /// The signature of a package, if what is signed later needs it.
    pub(crate) fn kept_signature(&self, eim_signature: Vec<u8>) -> Vec<u8> {
        if self.keys().epr_sign == ResultSignature::PackageSignature {
            eim_signature
        } else {
            Vec::new()
        }
    }

    /// Fails where a failure was armed, or where this card always fails.
    ///
    /// # Errors
    /// When `name` is to fail.
    pub(crate) fn checkpoint(&mut self, name: &str) -> Result<(), Fault> {
        let armed = self.armed.iter().position(|armed| armed == name);
        if let Some(position) = armed {
            self.armed.remove(position);
        }
        if armed.is_some() || self.config.capabilities.refuses(name) {
            return Err(Fault::Inconsistent(format!("{name} is to fail")));
        }
        Ok(())
    }

    /// The credential under that CI key.
    ///
    /// # Errors
    /// When the card has none.
    pub(crate) fn credential(&self, ci_key_id: &[u8]) -> Result<&'a EuiccCredential, Fault> {
        self.config
            .credentials
            .iter()
            .find(|credential| credential.ci_key_id == ci_key_id)
            .ok_or_else(|| Fault::Credential(hex::encode(ci_key_id)))
    }

    /// The credential that euiccCiPKIdToBeUsed names; the identifier may be truncated, but not to
    /// nothing (SGP.32 §5.14.1).
    pub(crate) fn credential_for_signing(&self, ci_key_id: &[u8]) -> Option<&'a EuiccCredential> {
        self.config
            .credentials
            .iter()
            .find(|credential| !ci_key_id.is_empty() && credential.ci_key_id.starts_with(ci_key_id))
    }

    /// The credential that signs when nobody chose one: the first of the signing list.
    ///
    /// # Errors
    /// When the card has none at all.
    pub(crate) fn first_credential(&self) -> Result<&'a EuiccCredential, Fault> {
        self.config
            .credentials
            .first()
            .ok_or_else(|| Fault::Credential("signing".to_owned()))
    }

    /// Changes the enabled profile: by REFRESH when one is wanted and the terminal can do it, else
    /// at once.
    pub(crate) fn change_profile(&mut self, change: ProfileChange, refresh: bool) {
        self.state.profile_change = Some(change);
        match self.keys().refresh {
            Refresh::Sw91 if refresh && self.toolkit.is_supported() => self.refresh = true,
            Refresh::Silent if refresh => {}
            Refresh::Sw91 | Refresh::Silent | Refresh::None => {
                toolkit::activate(&mut self.state);
            }
        }
    }

    /// Tells the terminal that the enabled profile is gone, by REFRESH when it can do it.
    pub(crate) fn announce_loss(&mut self) {
        self.quirks.profile_changed(self.keys());
        self.refresh = self.keys().refresh == Refresh::Sw91 && self.toolkit.is_supported();
    }

    /// True for an Emergency Profile, on a card that supports them (SGP.32 §5.9.22).
    pub(crate) fn is_emergency(&self, profile: &Isdp) -> bool {
        self.config.capabilities.ecall && profile.metadata.ecall_indication == Some(true)
    }

    /// True while the Emergency Profile is enabled or about to be.
    pub(crate) fn is_emergency_active(&self) -> bool {
        switch::next_enabled(&self.state).is_some_and(|profile| self.is_emergency(profile))
    }
}
