// SPDX-License-Identifier: MIT OR Apache-2.0
//! LoadCRL (SGP.22 §5.7.12): revocation lists of the CIs, whole or in parts.
//!
//! Traps: a card has no clock, so a list is old only when a list with a higher number came; a part
//! of a list counts at once. Revoked is what the CI issued: certificates below a sub-CA are not in
//! its list.

use rsp::asn1::CertificateList;
use rsp::chain::{CertificateView, find_anchor};
use rsp::raw::Additions;
use rsp::sgp22::{
    LoadCrlRequest, LoadCrlResponse, LoadCrlResponseError, LoadCrlResponseOk,
    LoadCrlResponseOkMissingParts,
};
use rsp::tlv::{Tag, Tlv, walk};

use crate::context::{Context, Fault};
use crate::isdr::Function;
use crate::state::{RevocationList, State};

/// Most bytes of serial numbers that are kept of all lists.
const MEMORY: usize = 0x1000;
/// Most parts of one list.
const MOST_PARTS: u32 = 64;

const SEQUENCE: Tag = Tag::SEQUENCE;
const INTEGER: Tag = Tag::new(0x02);
const BIT_STRING: Tag = Tag::new(0x03);
const EXTENSIONS: Tag = Tag::new(0xA0);
/// ecdsa-with-SHA256 without parameters.
const ALGORITHM: [u8; 12] = [
    0x30, 0x0A, 0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03, 0x02,
];
/// authorityKeyIdentifier
const AUTHORITY_KEY: [u8; 3] = [0x55, 0x1D, 0x23];
/// cRLNumber
const CRL_NUMBER: [u8; 3] = [0x55, 0x1D, 0x14];
/// id-rsp-totalPartialCrlNumber, 2.23.146.1.2.0.2
const TOTAL_PARTS: [u8; 7] = [0x67, 0x81, 0x12, 1, 2, 0, 2];
/// id-rsp-partialCrlNumber, 2.23.146.1.2.0.3
const PART: [u8; 7] = [0x67, 0x81, 0x12, 1, 2, 0, 3];

impl Function for LoadCrlRequest {
    type Response = LoadCrlResponse;

    fn execute(self, card: &mut Context<'_>) -> Result<LoadCrlResponse, Fault> {
        let loaded = load(&self.crl, card);
        Ok(match loaded {
            Ok(missing) => LoadCrlResponse::LoadCrlResponseOk(LoadCrlResponseOk {
                missing_parts: (!missing.is_empty()).then_some(missing),
                additions: Additions::none(),
            }),
            Err(code) => LoadCrlResponse::LoadCrlResponseError(code),
        })
    }
}

/// Checks and keeps a list, or a part of one; returns the parts that are still missing.
fn load(
    crl: &CertificateList,
    card: &mut Context<'_>,
) -> Result<Vec<LoadCrlResponseOkMissingParts>, LoadCrlResponseError> {
    use LoadCrlResponseError as Code;
    let list = Crl::read(crl.as_der()).ok_or(Code::INVALID_CRL_FORMAT)?;
    let anchor = find_anchor(&card.config.trusted_cis, list.ci_key_id)
        .filter(|anchor| anchor.key_id() == list.ci_key_id)
        .ok_or(Code::VERIFICATION_KEY_NOT_FOUND)?;
    anchor
        .public_key()
        .verify_der(list.tbs, list.signature)
        .map_err(|_| Code::INVALID_SIGNATURE)?;
    let kept = card.state.revocation_lists.iter();
    let newest = kept
        .filter(|kept| kept.ci_key_id == list.ci_key_id)
        .map(|kept| kept.number)
        .max();
    if newest.is_none_or(|newest| newest <= list.number) {
        keep(&list, card)?;
    }
    Ok(missing(&list, &card.state))
}

/// Puts the part in the place of what it replaces: itself, and everything older.
fn keep(list: &Crl<'_>, card: &mut Context<'_>) -> Result<(), LoadCrlResponseError> {
    let replaced = |kept: &RevocationList| {
        kept.ci_key_id == list.ci_key_id && (kept.number < list.number || kept.part == list.part)
    };
    let lists = card.state.revocation_lists.iter();
    let others = lists.filter(|kept| !replaced(kept));
    let size: usize = others.map(size).sum();
    let new = RevocationList {
        ci_key_id: list.ci_key_id.to_vec(),
        number: list.number,
        part: list.part,
        serials: list.serials.iter().map(hex::encode).collect(),
    };
    if size.saturating_add(self::size(&new)) > MEMORY {
        return Err(LoadCrlResponseError::NOT_ENOUGH_MEMORY_SPACE);
    }
    card.state.revocation_lists.retain(|kept| !replaced(kept));
    card.state.revocation_lists.push(new);
    Ok(())
}

fn size(list: &RevocationList) -> usize {
    list.serials.iter().map(|serial| serial.len() / 2 + 4).sum()
}

fn missing(list: &Crl<'_>, state: &State) -> Vec<LoadCrlResponseOkMissingParts> {
    let is_there = |part: &u32| {
        state.revocation_lists.iter().any(|kept| {
            kept.ci_key_id == list.ci_key_id && kept.number >= list.number && kept.part == *part
        })
    };
    let numbers = (1..=list.parts).filter(|part| !is_there(part));
    numbers
        .map(|number| LoadCrlResponseOkMissingParts {
            number: i64::from(number),
            additions: Additions::none(),
        })
        .collect()
}

/// True when the list of the CI that issued the certificate has its serial number.
pub(crate) fn is_revoked(state: &State, certificate: &CertificateView) -> bool {
    let Some(issuer) = certificate.authority_key_id() else {
        return false;
    };
    let Some(serial) = serial_number(certificate.der()) else {
        return false;
    };
    let serial = hex::encode(serial);
    let mut lists = state.revocation_lists.iter();
    lists.any(|list| list.ci_key_id == issuer && list.serials.contains(&serial))
}

fn serial_number(certificate: &[u8]) -> Option<&[u8]> {
    let tbs = walk(Tlv::only(certificate).ok()?.value).next()?.ok()?;
    let serial = walk(tbs.value).map_while(Result::ok);
    Some(
        serial
            .into_iter()
            .find(|member| member.tag == INTEGER)?
            .value,
    )
}

/// What matters of a CertificateList (RFC 5280 §5.1).
struct Crl<'a> {
    tbs: &'a [u8],
    signature: &'a [u8],
    ci_key_id: &'a [u8],
    number: u64,
    /// From 1; a list in one piece is its own only part.
    part: u32,
    parts: u32,
    serials: Vec<&'a [u8]>,
}

impl<'a> Crl<'a> {
    fn read(der: &'a [u8]) -> Option<Self> {
        let [tbs, algorithm, signature] = members(Tlv::only(der).ok()?)?.try_into().ok()?;
        if algorithm.raw != ALGORITHM || signature.tag != BIT_STRING || tbs.tag != SEQUENCE {
            return None;
        }
        let signature = signature.value.strip_prefix(&[0])?;
        let content = members(tbs)?;
        // version 2, signature, issuer, thisUpdate, nextUpdate?, revokedCertificates?, extensions
        let [version, inner, issuer, ..] = content.as_slice() else {
            return None;
        };
        let right = version.tag == INTEGER && version.value == [1] && inner.raw == ALGORITHM;
        let last = content.last().filter(|last| last.tag == EXTENSIONS)?;
        if !right || issuer.tag != SEQUENCE {
            return None;
        }
        let extensions = extensions(*last)?;
        let value = |oid: &[u8]| {
            let found = extensions.iter().find(|(known, _)| *known == oid);
            found.map(|(_, value)| *value)
        };
        let ci_key_id = Tlv::only(value(&AUTHORITY_KEY)?)
            .ok()?
            .child(Tag::new(0x80))?;
        let number = unsigned(value(&CRL_NUMBER)?)?;
        let count = |oid: &[u8]| value(oid).map_or(Some(1), unsigned);
        let part = u32::try_from(count(&PART)?).ok()?;
        let parts = u32::try_from(count(&TOTAL_PARTS)?).ok()?;
        if parts > MOST_PARTS || part == 0 || part > parts {
            return None;
        }
        let revoked = content.iter().skip(3).find(|member| member.tag == SEQUENCE);
        let serials = revoked.map_or(Some(Vec::new()), |revoked| serials(*revoked))?;
        Some(Self {
            tbs: tbs.raw,
            signature,
            ci_key_id: ci_key_id.value,
            number,
            part,
            parts,
            serials,
        })
    }
}

fn members<'a>(tlv: Tlv<'a>) -> Option<Vec<Tlv<'a>>> {
    walk(tlv.value).collect::<Result<_, _>>().ok()
}

fn serials<'a>(revoked: Tlv<'a>) -> Option<Vec<&'a [u8]>> {
    let entries = members(revoked)?.into_iter().map(|entry| {
        let serial = walk(entry.value).next()?.ok()?;
        (serial.tag == INTEGER).then_some(serial.value)
    });
    entries.collect()
}

/// Identifier and contents of every extension, critical or not: a list of all a CI revoked has
/// issuingDistributionPoint critical.
fn extensions<'a>(tlv: Tlv<'a>) -> Option<Vec<(&'a [u8], &'a [u8])>> {
    let [list] = <[Tlv<'a>; 1]>::try_from(members(tlv)?).ok()?;
    let entry = |extension: Tlv<'a>| match members(extension)?.as_slice() {
        [oid, value] | [oid, _, value] => Some((oid.value, value.value)),
        _ => None,
    };
    members(list)?.into_iter().map(entry).collect()
}

/// A DER INTEGER that is not negative.
fn unsigned(der: &[u8]) -> Option<u64> {
    let integer = Tlv::only(der).ok().filter(|tlv| tlv.tag == INTEGER)?;
    let [first, ..] = integer.value else {
        return None;
    };
    let short = integer.value.len() <= 8 && first & 0x80 == 0;
    let digits = integer.value.iter();
    short.then(|| digits.fold(0, |sum, byte| sum << 8 | u64::from(*byte)))
}
