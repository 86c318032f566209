// SPDX-License-Identifier: MIT OR Apache-2.0
//! What leaves the card.

use super::memory::integer;
use super::{Breach, RuleName, Said, Watch};
use crate::case::{Dialect, RoleName};

/// Judges RemoveNotificationFromList of an IPA. v1.0 has no acknowledgements, and the user of an LPA
/// may remove what he likes.
pub(super) fn of_message(watch: &Watch, said: &Said<'_>) -> Option<Breach> {
    let asked = watch.iut == RoleName::Ipa && said.message.name == "notificationSentRequest";
    if !asked || watch.dialect == Dialect::V1_0 {
        return None;
    }
    let node = said.message.tree.as_ref()?.child("seqNumber")?;
    let number = integer(node.contents())?;
    let memory = &watch.memory;
    if memory.acknowledged.contains(&number) || memory.delivered.contains(&number) {
        return None;
    }
    let actual = format!("seqNumber {number} is removed, which nobody has acknowledged");
    Some(Breach::new(RuleName::Removed, actual))
}
