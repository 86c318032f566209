// SPDX-License-Identifier: MIT OR Apache-2.0
//! `CompactAuthenticateResponseOk` (SGP.32 §5.14.3): without what `serverSigned1` said, without
//! `euiccInfo2` but for the part that changes, without certificates that the eIM has.

use super::ExpandError;
use crate::asn1::{Certificate, OctetString};
use crate::der::{self, CodecError};
use crate::raw::{Additions, Raw};
use crate::sgp22::{CtxParams1, ServerSigned1};
use crate::sgp32::{
    CompactAuthenticateResponseOk, CompactAuthenticateResponseOkSignedData as SignedData,
    CompactEuiccSigned1, Sgp32AuthenticateResponseOk, Sgp32EuiccSigned1,
};
use crate::tlv::{self, Tag};

const SEQUENCE: Tag = Tag::new(0x30);
const TRANSACTION_ID: Tag = Tag::new(0x80);
const SERVER_ADDRESS: Tag = Tag::new(0x83);
const SERVER_CHALLENGE: Tag = Tag::new(0x84);
const EUICC_INFO2: Tag = Tag::new(0xBF22);
const EXT_CARD_RESOURCE: Tag = Tag::new(0x84);

/// What the eIM knows when the answer to AuthenticateServer comes.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    /// What the server has signed in this session.
    pub server_signed1: &'a ServerSigned1,
    /// `EUICCInfo2` (BF22) as the eUICC gave it last; its extCardResource may have changed since.
    pub euicc_info2: Option<&'a [u8]>,
    /// `ctxParams1` in DER, when the eIM wrote it.
    pub ctx_params1: Option<&'a [u8]>,
    /// CERT.EUICC.
    pub euicc_certificate: Option<&'a [u8]>,
    /// CERT.EUM.
    pub eum_certificate: Option<&'a [u8]>,
}

/// The full form.
///
/// # Errors
/// Something that is left out is not known.
pub fn expand(
    compact: &CompactAuthenticateResponseOk,
    known: &Known<'_>,
) -> Result<Sgp32AuthenticateResponseOk, ExpandError> {
    let euicc_signed1 = match &compact.signed_data {
        SignedData::EuiccSigned1(full) => full.clone(),
        SignedData::CompactEuiccSigned1(compact) => signed1(compact, known)?,
    };
    let certificate = |sent: &Option<Certificate>, kept: Option<&[u8]>, what| match (sent, kept) {
        (Some(sent), _) => Ok(sent.clone()),
        (None, Some(kept)) => Ok(Certificate::from_der(kept)),
        (None, None) => Err(ExpandError::Unknown(what)),
    };
    Ok(Sgp32AuthenticateResponseOk {
        euicc_signed1,
        euicc_signature1: compact.euicc_signature1.clone(),
        euicc_certificate: certificate(
            &compact.euicc_certificate,
            known.euicc_certificate,
            "euiccCertificate",
        )?,
        eum_certificate: certificate(
            &compact.eum_certificate,
            known.eum_certificate,
            "eumCertificate",
        )?,
        additions: compact.additions.clone(),
    })
}

fn signed1(
    compact: &CompactEuiccSigned1,
    known: &Known<'_>,
) -> Result<Raw<Sgp32EuiccSigned1>, ExpandError> {
    let info2 = known
        .euicc_info2
        .ok_or(ExpandError::Unknown("euiccInfo2"))?;
    let ctx_params1 = match (&compact.ctx_params1, known.ctx_params1) {
        (Some(sent), _) => der::encode(sent)?,
        (None, Some(kept)) => kept.to_vec(),
        (None, None) => return Err(ExpandError::Unknown("ctxParams1")),
    };
    let server = known.server_signed1;
    let mut content = Vec::new();
    tlv::write(&mut content, TRANSACTION_ID, &server.transaction_id);
    tlv::write(
        &mut content,
        SERVER_ADDRESS,
        server.server_address.as_bytes(),
    );
    tlv::write(&mut content, SERVER_CHALLENGE, &server.server_challenge);
    content.extend(with_ext_card_resource(info2, &compact.ext_card_resource)?);
    content.extend(ctx_params1);
    Ok(Raw::from_bytes(tlv::tlv(SEQUENCE, &content))?)
}

/// `EUICCInfo2` with another extCardResource, and every other member as it was.
fn with_ext_card_resource(info2: &[u8], resource: &[u8]) -> Result<Vec<u8>, ExpandError> {
    let wrong = |reason: String| CodecError::Decode {
        expected: "EUICCInfo2",
        reason,
    };
    let outer = tlv::Tlv::only(info2).map_err(|error| wrong(error.to_string()))?;
    if outer.tag != EUICC_INFO2 {
        return Err(wrong(format!("saw {}", outer.tag)).into());
    }
    let mut content = Vec::with_capacity(outer.value.len());
    for child in outer.children() {
        let child = child.map_err(|error| wrong(error.to_string()))?;
        if child.tag == EXT_CARD_RESOURCE {
            tlv::write(&mut content, child.tag, resource);
        } else {
            content.extend_from_slice(child.raw);
        }
    }
    Ok(tlv::tlv(EUICC_INFO2, &content))
}

/// The compact form for an eIM that knows this; nothing when it would leave nothing out or could
/// not be expanded to the bytes of the card.
#[must_use]
pub fn shorten(
    full: &Sgp32AuthenticateResponseOk,
    known: &Known<'_>,
) -> Option<CompactAuthenticateResponseOk> {
    let signed = &full.euicc_signed1;
    let candidates = [
        compact_signed1(signed, known).map(SignedData::CompactEuiccSigned1),
        Some(SignedData::EuiccSigned1(signed.clone())),
    ];
    let kept = |certificate: &Certificate, kept: Option<&[u8]>| {
        (kept != Some(certificate.as_der())).then(|| certificate.clone())
    };
    let euicc_certificate = kept(&full.euicc_certificate, known.euicc_certificate);
    let eum_certificate = kept(&full.eum_certificate, known.eum_certificate);
    candidates.into_iter().flatten().find_map(|signed_data| {
        let is_full = matches!(signed_data, SignedData::EuiccSigned1(_));
        let compact = CompactAuthenticateResponseOk {
            signed_data,
            euicc_signature1: full.euicc_signature1.clone(),
            euicc_certificate: euicc_certificate.clone(),
            eum_certificate: eum_certificate.clone(),
            additions: full.additions.clone(),
        };
        let shorter = !is_full || euicc_certificate.is_none() || eum_certificate.is_none();
        let same = expand(&compact, known).is_ok_and(|expanded| expanded == *full);
        (shorter && same).then_some(compact)
    })
}

fn compact_signed1(
    signed: &Raw<Sgp32EuiccSigned1>,
    known: &Known<'_>,
) -> Option<CompactEuiccSigned1> {
    let outer = tlv::find(signed.bytes(), SEQUENCE)?;
    let resource = outer.child(EUICC_INFO2)?.child(EXT_CARD_RESOURCE)?;
    let ctx_params1: &CtxParams1 = &signed.ctx_params1;
    Some(CompactEuiccSigned1 {
        ext_card_resource: OctetString::from(resource.value.to_vec()),
        ctx_params1: known.ctx_params1.is_none().then(|| ctx_params1.clone()),
        additions: Additions::none(),
    })
}
