// SPDX-License-Identifier: MIT OR Apache-2.0
//! What tests and the harness do to a card past its protocol.

use super::Card;
use crate::context::{Draft, Fault};
use crate::es8::{ElementError, Elements};
use crate::isdp::Metadata;
use crate::state::State;

impl Card {
    /// Changes the persistent state from outside the protocol: fixtures and the control interface.
    ///
    /// # Errors
    /// When the store does not take the new state; the card keeps the old one.
    pub fn edit_state(&mut self, edit: impl FnOnce(&mut State)) -> Result<(), Fault> {
        let mut draft = Draft::new(&self.state);
        edit(&mut draft);
        self.commit(draft)
    }

    /// Installs a profile without a download: a fixture. Returns the AID of its ISD-P.
    ///
    /// # Errors
    /// When the package cannot be parsed or the ICCID is there already.
    pub fn install_profile(
        &mut self,
        profile_package: &[u8],
        metadata: Metadata,
    ) -> Result<Vec<u8>, InstallError> {
        let refuse = |error: ElementError| InstallError::ProfilePackage(error.to_string());
        let mut elements = Elements::new(&metadata.iccid);
        elements.push(profile_package).map_err(refuse)?;
        let elements = elements.finish().map_err(refuse)?;
        if self.state.profile_by_iccid(&metadata.iccid).is_some() {
            return Err(InstallError::IccidExists(hex::encode(&metadata.iccid)));
        }
        let mut draft = Draft::new(&self.state);
        let aid = draft.add_profile(metadata, None, elements);
        self.commit(draft)?;
        Ok(aid)
    }
}

/// Why a fixture profile was not installed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InstallError {
    /// The package is not a sequence of profile elements.
    #[error("not a profile package: {0}")]
    ProfilePackage(String),
    /// A profile with that ICCID is installed.
    #[error("a profile with iccid {0} is installed already")]
    IccidExists(String),
    /// The card could not keep it.
    #[error(transparent)]
    Fault(#[from] Fault),
}
