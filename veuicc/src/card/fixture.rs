// SPDX-License-Identifier: MIT OR Apache-2.0
//! What tests and the harness do to a card past its protocol.

use rsp::id::Iccid;
use rsp::pe::ProfileElement;
use rsp::tlv::Tlv;

use super::{Card, Reset};
use crate::context::{Draft, Fault};
use crate::es8::{Elements, PackageError};
use crate::isdp::{Metadata, ProfileState};
use crate::profile::DEFAULT_MEMORY;
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
    /// When the package cannot be carried out or the ICCID is there already.
    pub fn install_profile(
        &mut self,
        profile_package: &[u8],
        metadata: Metadata,
    ) -> Result<Vec<u8>, InstallError> {
        let refuse = |error: PackageError| InstallError::ProfilePackage(error.to_string());
        let mut elements = Elements::new(&metadata.iccid, DEFAULT_MEMORY);
        elements.push(profile_package).map_err(refuse)?;
        let package = elements.finish().map_err(refuse)?;
        if self.state.profile_by_iccid(&metadata.iccid).is_some() {
            return Err(InstallError::IccidExists(metadata.printed_iccid()));
        }
        let mut draft = Draft::new(&self.state);
        let aid = draft.add_profile(metadata, None, package.bytes);
        self.commit(draft)?;
        Ok(aid)
    }

    /// Enables the profile in the ISD-P with that AID and no other, and resets the card: a fixture.
    ///
    /// # Errors
    /// When there is no such profile, or the store does not take the new state.
    pub fn enable_profile(&mut self, aid: &[u8]) -> Result<(), InstallError> {
        if !self.state.profiles.iter().any(|profile| profile.aid == aid) {
            return Err(InstallError::UnknownAid(hex::encode(aid)));
        }
        self.edit_state(|state| {
            state.profile_change = None;
            for profile in &mut state.profiles {
                profile.state = if profile.aid == aid {
                    ProfileState::Enabled
                } else {
                    ProfileState::Disabled
                };
            }
        })?;
        self.reset(Reset::Cold);
        Ok(())
    }
}

impl Metadata {
    /// What the header of a profile package says: its ICCID, and its type as the name.
    ///
    /// # Errors
    /// When the package does not begin with a header.
    pub fn of_package(profile_package: &[u8]) -> Result<Self, InstallError> {
        let refuse = |why: &dyn std::fmt::Display| InstallError::ProfilePackage(why.to_string());
        let (first, _) = Tlv::read(profile_package).map_err(|error| refuse(&error))?;
        let element = rsp::der::decode(first.raw).map_err(|error| refuse(&error))?;
        let ProfileElement::Header(header) = element else {
            return Err(refuse(&"expected a header first"));
        };
        // the header writes the digits in their order, the metadata swaps them
        let swapped: Vec<u8> = header.iccid.iter().map(|it| it.rotate_left(4)).collect();
        let iccid = <[u8; 10]>::try_from(swapped).map_err(|found| {
            refuse(&format!(
                "expected an iccid of 10 bytes, got {}",
                found.len()
            ))
        })?;
        let name = header.profile_type.as_deref().unwrap_or("Profile");
        // profileName has at most 64 characters
        let name: String = name.chars().take(64).collect();
        Ok(Self::for_iccid(&iccid, &name))
    }

    /// The ICCID as it is printed on a card: digits. What is no ICCID stays hex.
    pub(crate) fn printed_iccid(&self) -> String {
        Iccid::from_bytes(&self.iccid).map_or_else(
            |_| hex::encode_upper(&self.iccid),
            |iccid| iccid.to_string(),
        )
    }
}

/// Why a fixture profile was not installed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InstallError {
    /// The package cannot be carried out.
    #[error("not a profile package: {0}")]
    ProfilePackage(String),
    /// A profile with that ICCID is installed.
    #[error("a profile with iccid {0} is installed already")]
    IccidExists(String),
    /// No profile in an ISD-P of that AID.
    #[error("expected the aid of a profile, got {0}")]
    UnknownAid(String),
    /// The card could not keep it.
    #[error(transparent)]
    Fault(#[from] Fault),
}
