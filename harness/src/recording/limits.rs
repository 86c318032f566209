// SPDX-License-Identifier: MIT OR Apache-2.0
//! Which cases no tape can carry.

use crate::case::{Binding, Case, RoleName, Step};
use crate::run::{RunOptions, binding_of, is_injected};

/// Why a case cannot be recorded; nothing when it can.
#[must_use]
pub(super) fn unsupported(case: &Case, options: &RunOptions) -> Option<&'static str> {
    let file = &case.file;
    if binding_of(case, options) == Binding::Coap {
        return Some("a tape has no datagrams of CoAP over DTLS");
    }
    // into a scripted IPA they go as into any server of the case
    if is_injected(case) && (file.iut == RoleName::Ipa || !file.roles.is_scripted(RoleName::Ipa)) {
        return Some("a tape has no packages that are injected into an IPA");
    }
    let by_hand = |step: &Step| matches!(step, Step::Connect(_));
    if file.steps.iter().any(|step| by_hand(step)) {
        return Some("a tape has no handshakes that the case makes by hand");
    }
    None
}
