// SPDX-License-Identifier: MIT OR Apache-2.0
//! The certificate of an eUICC: checked before anything that it signs is believed.

use rsp::chain::{Anchor, CertificateView, verify_euicc};
use rsp::ecdsa::PublicKey;
use rsp::sgp22::OtherSignedNotification;
use rsp::sgp32::{
    EimPackageResult, IpaEuiccData, IpaEuiccDataResponse, Sgp32PendingNotification as Notification,
};

use super::result::notifications;
use crate::iut::EuiccCertificates;

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

/// Whether a notification is signed by an eUICC whose certificate, which it carries, leads to a CI.
pub(super) fn is_genuine(other: &OtherSignedNotification, anchors: &[Anchor]) -> bool {
    let euicc = CertificateView::parse(other.euicc_certificate.as_der());
    let eum = CertificateView::parse(other.eum_certificate.as_der());
    let (Ok(euicc), Ok(eum)) = (euicc, eum) else {
        return false;
    };
    let signed = other.tbs_other_notification.bytes();
    let signature = &other.euicc_notification_signature;
    verify_euicc(&euicc, &eum, &[], anchors, None)
        .is_ok_and(|identity| identity.public_key.verify(signed, signature).is_ok())
}

/// The key of a certificate, whoever issued it.
pub(super) fn any_key(certificate: &[u8]) -> Option<PublicKey> {
    let view = CertificateView::parse(certificate).ok()?;
    view.public_key().ok().cloned()
}

/// The certificates that a result carries: in the data asked for, or in its notifications.
pub(super) fn certificates_of(result: &EimPackageResult) -> Vec<EuiccCertificates> {
    let mut found = Vec::new();
    if let EimPackageResult::IpaEuiccDataResponse(IpaEuiccDataResponse::IpaEuiccData(data)) = result
    {
        found.extend(of_data(data));
    }
    found.extend(notifications(result).iter().filter_map(of_notification));
    found
}

fn of_data(data: &IpaEuiccData) -> Option<EuiccCertificates> {
    Some(EuiccCertificates {
        euicc: data.euicc_certificate.as_ref()?.as_der().to_vec(),
        eum: data.eum_certificate.as_ref()?.as_der().to_vec(),
    })
}

fn of_notification(notification: &Notification) -> Option<EuiccCertificates> {
    match notification {
        Notification::OtherSignedNotification(other) => Some(EuiccCertificates {
            euicc: other.euicc_certificate.as_der().to_vec(),
            eum: other.eum_certificate.as_der().to_vec(),
        }),
        Notification::ProfileInstallationResult(_)
        | Notification::CompactProfileInstallationResult(_)
        | Notification::CompactOtherSignedNotification(_) => None,
    }
}
