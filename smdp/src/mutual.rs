// SPDX-License-Identifier: MIT OR Apache-2.0
//! Common mutual authentication (SGP.22 §3.0.1): what ES9+ and ES11 have in common.
//!
//! Trap: the signature of the eUICC is verified over the bytes that came, since an eUICC of SGP.32
//! signs members that SGP.22 does not know.

use rsp::activation::same_address;
use rsp::asn1::Certificate;
use rsp::chain::{Anchor, CertificateView, EuiccIdentity};
use rsp::json::Failure;
use rsp::sgp22::{AuthenticateResponseOk, EuiccSigned1};
use rsp::status::{
    EUICC_CERTIFICATE_INVALID, EUICC_SIGNATURE_INVALID, EUM_CERTIFICATE_INVALID, Refusal,
    TRANSACTION_ID_UNKNOWN,
};

/// What a server put into `serverSigned1`, and the eUICC has to repeat.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Challenge<'a> {
    pub(crate) transaction_id: &'a [u8],
    pub(crate) server_challenge: &'a [u8],
    pub(crate) server_address: &'a str,
}

/// Verifies EUM and eUICC certificate below a CI, and then the signature over the bytes that came
/// (SGP.22 §5.6.3, §5.8.2).
pub(crate) fn verify_euicc(
    ci: &Anchor,
    ok: &AuthenticateResponseOk,
    now: i64,
) -> Result<EuiccIdentity, Failure> {
    let others = ok.other_certs_in_chain.iter().flatten();
    let others = others
        .map(|certificate| view(certificate, EUM_CERTIFICATE_INVALID))
        .collect::<Result<Vec<_>, _>>()?;
    let eum = view(&ok.eum_certificate, EUM_CERTIFICATE_INVALID)?;
    let euicc = view(&ok.euicc_certificate, EUICC_CERTIFICATE_INVALID)?;
    let anchors = std::slice::from_ref(ci);
    let identity = rsp::chain::verify_euicc(&euicc, &eum, &others, anchors, Some(now))
        .map_err(|error| Failure::because(error.refusal(), &error))?;
    identity
        .public_key
        .verify(ok.euicc_signed1.bytes(), &ok.euicc_signature1)
        .map_err(|error| Failure::because(EUICC_SIGNATURE_INVALID, &error))?;
    Ok(identity)
}

/// Compares what the eUICC signed with what the server sent.
pub(crate) fn check_signed1(sent: Challenge<'_>, signed: &EuiccSigned1) -> Result<(), Failure> {
    if *signed.transaction_id != *sent.transaction_id {
        return Err(TRANSACTION_ID_UNKNOWN.into());
    }
    if *signed.server_challenge != *sent.server_challenge {
        return Err(Failure::because(
            EUICC_SIGNATURE_INVALID,
            &"another serverChallenge",
        ));
    }
    if !same_address(&signed.server_address, sent.server_address) {
        return Err(Failure::because(
            EUICC_SIGNATURE_INVALID,
            &signed.server_address,
        ));
    }
    Ok(())
}

fn view(certificate: &Certificate, refusal: Refusal) -> Result<CertificateView, Failure> {
    CertificateView::parse(certificate.as_der()).map_err(|error| Failure::because(refusal, &error))
}
