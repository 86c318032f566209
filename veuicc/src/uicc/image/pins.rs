// SPDX-License-Identifier: MIT OR Apache-2.0
//! PINs and PUKs (TS 102 221 §9.4, §9.5).

use super::{DirId, Image};

/// A PIN list: PINs that are defined together and may be shared by several directories.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PinContext {
    /// The PINs.
    pub pins: Vec<PinCode>,
}

/// A PIN, an ADM or a universal PIN.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PinCode {
    /// Key reference: P2 of VERIFY PIN.
    pub reference: u8,
    /// Its value, padded with FF.
    pub value: [u8; 8],
    /// Key reference of the PUK that unblocks it.
    pub puk: Option<u8>,
    /// True when it has to be verified from the start.
    pub enabled: bool,
    /// True when CHANGE PIN may change it.
    pub changeable: bool,
    /// True when DISABLE PIN may disable it.
    pub can_be_disabled: bool,
    /// Retries after a right value.
    pub retries: u8,
    /// Retries left at the start.
    pub left: u8,
}

/// A PUK.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PukCode {
    /// Key reference by which PINs name it.
    pub reference: u8,
    /// Its value.
    pub value: [u8; 8],
    /// Retries after a right value.
    pub retries: u8,
    /// Retries left at the start.
    pub left: u8,
}

/// A PIN list of an image: shared lists have one number.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
#[serde(transparent)]
pub struct PinContextId(pub(crate) u16);

impl Image {
    /// The PIN list with that number.
    #[must_use]
    pub fn pin_context(&self, id: PinContextId) -> Option<&PinContext> {
        self.pin_contexts.get(usize::from(id.0))
    }

    /// The PIN a key reference names in a directory: in the nearest list, from the directory up to
    /// the MF, that has it. An ADF asks the MF next.
    #[must_use]
    pub fn pin(&self, dir: DirId, reference: u8) -> Option<(PinContextId, &PinCode)> {
        let mut next = Some(dir);
        // no tree is deeper than the number of its directories
        for _ in 0..=self.dirs.len() {
            let dir = self.dir(next?)?;
            let found = dir.pins.and_then(|id| {
                let pins = &self.pin_context(id)?.pins;
                Some((id, pins.iter().find(|pin| pin.reference == reference)?))
            });
            if found.is_some() {
                return found;
            }
            next = dir.parent;
        }
        None
    }

    /// The PUK with that key reference.
    #[must_use]
    pub fn puk(&self, reference: u8) -> Option<&PukCode> {
        self.puks.iter().find(|puk| puk.reference == reference)
    }
}
