// SPDX-License-Identifier: MIT OR Apache-2.0
//! What commands changed since a profile was installed: the part of a profile that is kept beside
//! its package.
//!
//! Files are named by their place (`3F00/7F10/6F3A`, or the AID of the application instead of
//! `3F00`), so that a state file can be read, and stays valid when the tables of file templates
//! grow.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use super::aka::SqnState;
use super::image::{DirId, EfId, Image, PinCode, PinContextId};
use crate::state::hex_bytes;

/// Changes of one profile.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct Overlay {
    /// Files by place.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    files: BTreeMap<String, FileChange>,
    /// PINs.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pins: Vec<PinState>,
    /// PUKs.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    puks: Vec<PukState>,
    /// Sequence numbers by the AID of the application that has the key.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    sequence_numbers: BTreeMap<String, SqnState>,
}

/// Change of one file.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
struct FileChange {
    /// Its whole body.
    #[serde(with = "hex_bytes::option", skip_serializing_if = "Option::is_none")]
    content: Option<Vec<u8>>,
    /// False when it is deactivated.
    #[serde(skip_serializing_if = "Option::is_none")]
    active: Option<bool>,
}

/// A PIN that is no longer as the package made it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct PinState {
    /// The list it is in.
    pub(super) context: PinContextId,
    /// Its key reference.
    pub(super) reference: u8,
    /// Its value.
    #[serde(with = "hex_bytes")]
    pub(super) value: Vec<u8>,
    /// Whether it has to be verified.
    pub(super) enabled: bool,
    /// Tries left.
    pub(super) left: u8,
    /// Key reference of the PIN that replaces it while it is disabled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) replacement: Option<u8>,
}

/// A PUK whose counter is no longer as the package set it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct PukState {
    reference: u8,
    left: u8,
}

impl Overlay {
    /// True when nothing changed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The body of a file, if it changed. For a link, `id` is its target.
    pub(super) fn content(&self, image: &Image, id: EfId) -> Option<&[u8]> {
        self.file(image, id)?.content.as_deref()
    }

    /// Whether a file is active, if that changed.
    pub(super) fn active(&self, image: &Image, id: EfId) -> Option<bool> {
        self.file(image, id)?.active
    }

    pub(super) fn set_content(&mut self, image: &Image, id: EfId, content: Vec<u8>) {
        self.files.entry(place(image, id)).or_default().content = Some(content);
    }

    pub(super) fn set_active(&mut self, image: &Image, id: EfId, active: bool) {
        self.files.entry(place(image, id)).or_default().active = Some(active);
    }

    fn file(&self, image: &Image, id: EfId) -> Option<&FileChange> {
        if self.files.is_empty() {
            return None;
        }
        self.files.get(&place(image, id))
    }

    /// A PIN as it is now.
    pub(super) fn pin(&self, context: PinContextId, code: &PinCode) -> PinState {
        self.pins
            .iter()
            .find(|pin| pin.context == context && pin.reference == code.reference)
            .cloned()
            .unwrap_or_else(|| PinState {
                context,
                reference: code.reference,
                value: code.value.to_vec(),
                enabled: code.enabled,
                left: code.left,
                replacement: None,
            })
    }

    /// True when some PIN has been replaced by that one.
    pub(super) fn is_replacement(&self, reference: u8) -> bool {
        self.pins
            .iter()
            .any(|pin| !pin.enabled && pin.replacement == Some(reference))
    }

    pub(super) fn set_pin(&mut self, pin: PinState) {
        let known = self
            .pins
            .iter_mut()
            .find(|known| known.context == pin.context && known.reference == pin.reference);
        match known {
            Some(known) => *known = pin,
            None => self.pins.push(pin),
        }
    }

    /// Tries left of a PUK, if that changed.
    pub(super) fn puk_left(&self, reference: u8) -> Option<u8> {
        let puk = self.puks.iter().find(|puk| puk.reference == reference)?;
        Some(puk.left)
    }

    /// The sequence numbers of the profile's applications.
    pub(super) fn sequence_numbers(&self, image: &Image) -> BTreeMap<DirId, SqnState> {
        image
            .adfs()
            .filter_map(|(id, _)| {
                let state = self.sequence_numbers.get(&application(image, id)?)?;
                Some((id, state.clone()))
            })
            .collect()
    }

    pub(super) fn set_sequence_numbers(
        &mut self,
        image: &Image,
        states: BTreeMap<DirId, SqnState>,
    ) {
        let named = states.into_iter();
        self.sequence_numbers = named
            .filter_map(|(id, state)| Some((application(image, id)?, state)))
            .collect();
    }

    pub(super) fn set_puk_left(&mut self, reference: u8, left: u8) {
        self.puks.retain(|puk| puk.reference != reference);
        self.puks.push(PukState { reference, left });
    }
}

/// The AID of an application, as text.
fn application(image: &Image, id: DirId) -> Option<String> {
    let adf = image.dir(id)?.adf.as_ref()?;
    Some(hex::encode_upper(&adf.aid))
}

/// Where a file is, as text.
fn place(image: &Image, id: EfId) -> String {
    let mut place = String::new();
    let Some(ef) = image.ef(id) else {
        return place;
    };
    let adf = image.adf_of(ef.parent);
    if let Some(adf) = adf.and_then(|adf| application(image, adf)) {
        place = adf;
    }
    for fid in image.path_of(ef.parent).into_iter().chain([ef.fid]) {
        let separator = if place.is_empty() { "" } else { "/" };
        // writing to a String does not fail
        let _ = write!(place, "{separator}{fid:04X}");
    }
    place
}
