// SPDX-License-Identifier: MIT OR Apache-2.0
//! Answers of the eUICC on their way to the server: compact forms become the full ones again, and
//! whether they have become the right ones is what the eUICC's signature tells (SGP.32 §5.14.2,
//! §5.14.3, §5.14.7, §5.14.8).
//!
//! What came in full passes through as it is: judging it is the server's business.

use rsp::asn1::ObjectIdentifier;
use rsp::compact::{self, ExpandError};
use rsp::der;
use rsp::raw::Raw;
use rsp::sgp32::{
    Sgp32AuthenticateServerResponse as Authenticated, Sgp32CancelSessionResponse as Cancelled,
    Sgp32PrepareDownloadResponse as Prepared, Sgp32ProfileInstallationResult,
};
use rsp::tlv::{self, Tag};

use super::download::Download;
use super::euicc::Euicc;
use crate::iut::EuiccCertificates;
use crate::wire::reencode;

const SIGNATURE: Tag = Tag::new(0x5F37);

/// Why a compact answer is not relayed.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unusable {
    /// Something is missing.
    #[error(transparent)]
    Expand(#[from] ExpandError),
    /// The eUICC has not signed what the compact form was expanded to.
    #[error("expected the eUICC's signature of the expanded {0}, it is of something else")]
    Signature(&'static str),
}

/// What is needed to expand the answers of one session.
pub(super) struct Expander<'a> {
    pub(super) download: &'a Download,
    pub(super) euicc: &'a Euicc,
    /// Expands to other octets, and does not check.
    pub(super) wrong_octets: bool,
}

impl Expander<'_> {
    /// The full answer to AuthenticateServer. Which certificates were left out, when the eUICC has
    /// several pairs, its signature tells.
    pub(super) fn authenticated(&self, response: Authenticated) -> Result<Authenticated, Unusable> {
        let Authenticated::CompactAuthenticateResponseOk(short) = response else {
            return Ok(response);
        };
        let download = self.download;
        let signed1 = download
            .signed1()
            .ok_or(ExpandError::Unknown("serverSigned1"))?;
        let expanded = |pair: Option<&EuiccCertificates>| {
            let known = compact::authenticate::Known {
                server_signed1: &signed1,
                euicc_info2: self.euicc.knowledge.info2.as_deref(),
                ctx_params1: download.ctx_params1.as_deref(),
                euicc_certificate: pair.map(|pair| pair.euicc.as_slice()),
                eum_certificate: pair.map(|pair| pair.eum.as_slice()),
            };
            compact::authenticate::expand(&short, &known)
        };
        let pairs = self.euicc.certificates.iter();
        for (pair, key) in pairs.zip(&self.euicc.keys) {
            let mut full = expanded(Some(pair))?;
            let signed = full.euicc_signed1.bytes();
            let fits = key.verify(signed, &full.euicc_signature1).is_ok();
            if self.miswrite(&mut full.euicc_signed1) || fits {
                return Ok(Authenticated::AuthenticateResponseOk(full));
            }
        }
        expanded(None)?;
        Err(Unusable::Signature("euiccSigned1"))
    }

    /// The full answer to PrepareDownload.
    pub(super) fn prepared(&self, response: Prepared) -> Result<Prepared, Unusable> {
        let Prepared::CompactDownloadResponseOk(short) = response else {
            return Ok(response);
        };
        let download = self.download;
        let known = compact::download::Known {
            transaction_id: &download.transaction_id(),
            bpp_euicc_otpk: download.bpp_euicc_otpk.as_deref(),
            hash_cc: download.hash_cc.as_ref(),
        };
        let mut full = compact::download::expand(&short, &known)?;
        if self.miswrite(&mut full.euicc_signed2) {
            return Ok(Prepared::DownloadResponseOk(full));
        }
        let mut covered = full.euicc_signed2.bytes().to_vec();
        tlv::write(&mut covered, SIGNATURE, &download.smdp_signature2);
        self.check("euiccSigned2", &covered, &full.euicc_signature2)?;
        Ok(Prepared::DownloadResponseOk(full))
    }

    /// The full answer to CancelSession.
    pub(super) fn cancelled(&self, response: Cancelled) -> Result<Cancelled, Unusable> {
        let Cancelled::CompactCancelSessionResponseOk(short) = response else {
            return Ok(response);
        };
        let known = compact::cancel::Known {
            transaction_id: &self.download.transaction_id(),
            smdp_oid: &self.download.server_oid(),
            reason: self.download.refusal(),
        };
        let mut full = compact::cancel::expand(&short, &known)?;
        if self.miswrite(&mut full.euicc_cancel_session_signed) {
            return Ok(Cancelled::CancelSessionResponseOk(full));
        }
        let signed = full.euicc_cancel_session_signed.bytes();
        let signature = &full.euicc_cancel_session_signature;
        self.check("euiccCancelSessionSigned", signed, signature)?;
        Ok(Cancelled::CancelSessionResponseOk(full))
    }

    /// The full installation result.
    pub(super) fn installed(
        &self,
        short: &rsp::sgp32::CompactProfileInstallationResult,
    ) -> Result<Sgp32ProfileInstallationResult, Unusable> {
        let download = self.download;
        let signed1 = download
            .signed1()
            .ok_or(ExpandError::Unknown("serverSigned1"))?;
        let iccid = download.metadata.as_deref().and_then(iccid_of);
        let oid: ObjectIdentifier = download.server_oid();
        let known = compact::notification::Known {
            address: &signed1.server_address,
            smdp_oid: &oid,
            iccid: iccid.as_deref(),
        };
        let mut full = compact::notification::expand_result(short, &known)?;
        if self.miswrite(&mut full.profile_installation_result_data) {
            return Ok(full);
        }
        let signed = full.profile_installation_result_data.bytes();
        self.check(
            "profileInstallationResultData",
            signed,
            &full.euicc_sign_pir,
        )?;
        Ok(full)
    }

    fn check(&self, what: &'static str, signed: &[u8], signature: &[u8]) -> Result<(), Unusable> {
        if self.euicc.has_signed(signed, signature) {
            return Ok(());
        }
        Err(Unusable::Signature(what))
    }

    /// Writes what is signed in other octets, for an eIM that makes this mistake; true when it does.
    fn miswrite<T: rasn::Decode + Clone>(&self, signed: &mut Raw<T>) -> bool {
        if self.wrong_octets {
            *signed = reencode::longer(signed);
        }
        self.wrong_octets
    }
}

/// `iccid` of profile metadata.
pub(super) fn iccid_of(metadata: &[u8]) -> Option<Vec<u8>> {
    let metadata = tlv::find(metadata, Tag::new(0xBF25))?;
    Some(metadata.child(Tag::new(0x5A))?.value.to_vec())
}

/// The same bytes as the type of the other specification.
pub(super) fn converted<A: rasn::Encode, B: rasn::Decode>(value: &A) -> Option<B> {
    der::decode(&der::encode(value).ok()?).ok()
}
