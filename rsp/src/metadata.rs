// SPDX-License-Identifier: MIT OR Apache-2.0
//! The metadata inside a bound profile package, for whoever compares it with what was announced
//! (SGP.22 §5.6.2, SGP.32 §5.14.2).
//!
//! Trap: the `88` segments are protected by a MAC only, so their content can be read without keys;
//! the last eight octets of each are that MAC (SGP.22 §2.6.4).

use crate::sgp22::BoundProfilePackage;

/// Octets of the MAC at the end of a segment.
const MAC_SIZE: usize = 8;

/// `StoreMetadataRequest` (BF25) of a bound profile package; nothing when a segment has no room for
/// its MAC.
#[must_use]
pub fn of_package(package: &BoundProfilePackage) -> Option<Vec<u8>> {
    let mut metadata = Vec::new();
    for segment in &package.sequence_of88 {
        let content: &[u8] = segment.as_ref();
        let end = content.len().checked_sub(MAC_SIZE)?;
        metadata.extend_from_slice(content.get(..end)?);
    }
    Some(metadata)
}
