// SPDX-License-Identifier: MIT OR Apache-2.0
//! eUICC packages: signing requests and checking results (SGP.32 §2.11.1.1, §2.11.2.1).

use rsp::association::token_tlv;
use rsp::der;
use rsp::dialect::Dialect;
use rsp::ecdsa::{Curve, PrivateKey};
use rsp::raw::Raw;
use rsp::sgp22::{Octet16, TransactionId};
use rsp::sgp32::{EuiccPackage, EuiccPackageRequest, EuiccPackageSigned};
use rsp::sgp32_v1_0 as v1_0;
use rsp::tlv::{self, Tag};

use super::careless;
use super::order::Entry;
use crate::defect::{Defects, EimDefect};
use crate::wire::dialect::DialectError;

/// Tag of counterValue in euiccPackageSigned.
const COUNTER_VALUE: Tag = Tag::new(0x81);
/// Tag of every signature.
const SIGNATURE: Tag = Tag::new(0x5F37);
/// Tag of the request, by which nothing is signed.
const REQUEST: Tag = Tag::new(0xBF51);

/// All that makes a signed request out of a package.
pub(super) struct Signing<'a> {
    pub(super) eim_id: &'a str,
    pub(super) key: &'a PrivateKey,
    pub(super) defects: &'a Defects<EimDefect>,
    /// The wire version of the card.
    pub(super) dialect: Dialect,
    pub(super) eid: [u8; 16],
    pub(super) counter_value: i64,
    pub(super) token: Option<i64>,
    pub(super) transaction: Option<TransactionId>,
}

impl Signing<'_> {
    fn has(&self, defect: EimDefect) -> bool {
        self.defects.has(defect)
    }

    /// Makes the signed request of a package.
    pub(super) fn sign(&self, package: EuiccPackage) -> Result<EuiccPackageRequest, DialectError> {
        let content = self.content(package);
        let style = |bytes| {
            if self.has(EimDefect::UnsignedCounter) {
                unsigned_counter(bytes)
            } else {
                bytes
            }
        };
        let euicc_package_signed = if self.dialect == Dialect::V1_0 {
            Raw::encoded(v1_0::EuiccPackageSigned::try_from(content)?, style)?.map(Into::into)
        } else {
            Raw::encoded(content, style)?
        };
        let input = self.input(euicc_package_signed.bytes());
        Ok(EuiccPackageRequest {
            eim_signature: self.signature(&input).into(),
            euicc_package_signed,
            additions: Default::default(),
        })
    }

    fn content(&self, package: EuiccPackage) -> EuiccPackageSigned {
        let mut eid = self.eid;
        if self.has(EimDefect::WrongEid) {
            eid.reverse();
        }
        let eim_id = if self.has(EimDefect::WrongEimId) {
            format!("not-{}", self.eim_id)
        } else {
            self.eim_id.to_owned()
        };
        EuiccPackageSigned {
            eim_id,
            eid_value: Octet16::from(eid),
            counter_value: self.counter_value,
            eim_transaction_id: self.transaction.clone(),
            euicc_package: self.commands(package),
            additions: Default::default(),
        }
    }

    fn commands(&self, mut package: EuiccPackage) -> EuiccPackage {
        if self.has(EimDefect::ReversesCommands) {
            match &mut package {
                EuiccPackage::PsmoList(list) => list.reverse(),
                EuiccPackage::EcoList(list) => list.reverse(),
            }
        }
        if self.has(EimDefect::DropsLastCommand) {
            match &mut package {
                EuiccPackage::PsmoList(list) => list.truncate(list.len().saturating_sub(1).max(1)),
                EuiccPackage::EcoList(list) => list.truncate(list.len().saturating_sub(1).max(1)),
            }
        }
        if self.has(EimDefect::DropsOptions) {
            careless::drop_options(&mut package);
        }
        if self.has(EimDefect::UnswappedIccid) {
            careless::unswap_iccids(&mut package);
        }
        package
    }

    /// What is signed: euiccPackageSigned with its tag and length, then the token.
    fn input(&self, signed: &[u8]) -> Vec<u8> {
        let covered = if self.has(EimDefect::SignsValueOnly) {
            content_of(signed).to_vec()
        } else if self.has(EimDefect::SignsWholeRequest) {
            tlv::tlv(REQUEST, signed)
        } else {
            signed.to_vec()
        };
        let token = if self.has(EimDefect::SignsWithoutToken) {
            Vec::new()
        } else if self.has(EimDefect::SignsZeroToken) {
            token_tlv(None)
        } else {
            token_tlv(self.token)
        };
        [covered, token].concat()
    }

    fn signature(&self, input: &[u8]) -> Vec<u8> {
        if self.has(EimDefect::WrongKey)
            && let Ok(other) = PrivateKey::from_scalar(Curve::NistP256, &[0x42; 32])
        {
            return other.sign(input).to_vec();
        }
        if self.has(EimDefect::DerSignature) {
            return self.key.sign_der(input);
        }
        self.key.sign(input).to_vec()
    }
}

fn content_of(bytes: &[u8]) -> &[u8] {
    tlv::Tlv::only(bytes).map_or(bytes, |outer| outer.value)
}

/// Writes counterValue without the zero octet that keeps it positive.
fn unsigned_counter(bytes: Vec<u8>) -> Vec<u8> {
    let mut content = Vec::new();
    for child in tlv::walk(content_of(&bytes)).flatten() {
        match child.value {
            [0x00, rest @ ..] if child.tag == COUNTER_VALUE && !rest.is_empty() => {
                tlv::write(&mut content, child.tag, rest);
            }
            _ => content.extend_from_slice(child.raw),
        }
    }
    tlv::tlv(Tag::SEQUENCE, &content)
}

/// What the eUICC signs of a result or an error (`euiccSignEPR`, `euiccSignEPE`): the data, then the
/// token, or in SGP.32 v1.0 the eimSignature of the package.
pub(super) fn signed_of_result(data: &[u8], order: &Entry) -> Vec<u8> {
    let second = match order.spoken() {
        Dialect::V1_0 => tlv::tlv(SIGNATURE, &order.signature),
        Dialect::V1_2 | Dialect::V1_3 => token_tlv(order.token),
    };
    [data, &second].concat()
}

/// A request as it is kept and told: only to be looked at.
pub(super) fn encoded<T: rasn::Encode>(value: &T) -> Vec<u8> {
    der::encode(value).unwrap_or_default()
}
