// SPDX-License-Identifier: MIT OR Apache-2.0
//! ES8+: what is inside a bound profile package, read segment by segment as STORE DATA brings it.
//!
//! Traps: the package as a whole is longer than any chain of blocks, so nothing waits for its end;
//! the card answers at the first segment that is wrong, with data, and what follows is no longer
//! expected. The reader does not care where a terminal cuts: it takes bytes and acts on every TLV
//! that is whole.

mod channel;
mod elements;
mod head;
mod metadata;
mod reader;
mod result;
mod test_profile;

use rsp::bsp::BspError;
use rsp::sgp22::{BppCommandId, ErrorReason};

use crate::context::Fault;

pub(crate) use elements::{Elements, PackageError};
pub(crate) use reader::{Loader, Progress};
pub(crate) use result::report_interruption;

/// Why a package is refused (`ErrorResult`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BppError {
    pub(crate) command: BppCommandId,
    pub(crate) reason: ErrorReason,
    /// `EUICCResponse`, when the profile elements are to blame.
    pub(crate) sima_response: Option<Vec<u8>>,
}

impl BppError {
    pub(crate) fn new(command: BppCommandId, reason: ErrorReason) -> Self {
        Self {
            command,
            reason,
            sima_response: None,
        }
    }

    /// A MAC or a padding is wrong, or else the form of a segment.
    fn segment(command: BppCommandId, error: &BspError) -> Self {
        let reason = if error.is_security() {
            ErrorReason::SCP03T_SECURITY_ERROR
        } else {
            ErrorReason::SCP03T_STRUCTURE_ERROR
        };
        Self::new(command, reason)
    }
}

/// The identifier of an ES8+ command.
fn command_name(command: BppCommandId) -> &'static str {
    match command {
        BppCommandId::INITIALISE_SECURE_CHANNEL => "initialiseSecureChannel",
        BppCommandId::CONFIGURE_ISDP => "configureISDP",
        BppCommandId::STORE_METADATA => "storeMetadata",
        BppCommandId::REPLACE_SESSION_KEYS => "replaceSessionKeys",
        _ => "loadProfileElements",
    }
}

/// Why reading stops.
#[derive(Debug)]
pub(crate) enum Stop {
    /// The package is wrong.
    Refused(BppError),
    /// The card failed.
    Fault(Fault),
}

impl From<BppError> for Stop {
    fn from(error: BppError) -> Self {
        Self::Refused(error)
    }
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}
