// SPDX-License-Identifier: MIT OR Apache-2.0
//! The certificate of an eUICC: checked before anything that it signs is believed.

use rsp::chain::{Anchor, CertificateView, verify_euicc};
use rsp::ecdsa::PublicKey;

/// The key of an eUICC certificate that leads to a CI and belongs to this EID.
pub(super) fn trusted_key(
    euicc: &[u8],
    eum: &[u8],
    anchors: &[Anchor],
    eid: &[u8; 16],
) -> Option<PublicKey> {
    let euicc = CertificateView::parse(euicc).ok()?;
    let eum = CertificateView::parse(eum).ok()?;
    match verify_euicc(&euicc, &eum, &[], anchors, None) {
        Ok(identity) if identity.eid.as_bytes() == eid => Some(identity.public_key),
        Ok(identity) => {
            tracing::warn!(eid = %identity.eid, "eUICC certificate of another EID");
            None
        }
        Err(error) => {
            tracing::warn!(%error, "eUICC certificate not accepted");
            None
        }
    }
}
