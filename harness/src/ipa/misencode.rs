// SPDX-License-Identifier: MIT OR Apache-2.0
//! Deliberate mistakes in the encoding of what is sent: applied to the bytes, since no correct type
//! can hold them.

use rsp::sgp32::{
    CompactAuthenticateResponseOk, CompactAuthenticateResponseOkSignedData as SignedData,
    EimConfigurationData,
};
use rsp::tlv::{self, Tag, Tlv};

use crate::defect::{Defects, IpaDefect};

const PROVIDE_RESULT: Tag = Tag::new(0xBF50);
const PACKAGE_RESULT: Tag = Tag::new(0xBF51);
const RESULT_AND_NOTIFICATIONS: Tag = Tag::new(0x30);
const SIGNED: Tag = Tag::new(0xA0);
const UNSIGNED_ERROR: Tag = Tag::new(0xA2);

/// A message with the mistakes that were asked for; as it was without any.
pub(super) fn message(message: Vec<u8>, defects: &Defects<IpaDefect>) -> Vec<u8> {
    let bare = defects.has(IpaDefect::BareResult);
    if !bare && !defects.has(IpaDefect::ErrorArmForResult) {
        return message;
    }
    let Some(provided) = tlv::find(&message, PROVIDE_RESULT) else {
        return message;
    };
    within(&provided, bare).unwrap_or(message)
}

/// A compact answer to AuthenticateServer without `ctxParams1`, as if the eIM had written them.
pub(super) fn forget_context(short: &mut CompactAuthenticateResponseOk) {
    if let SignedData::CompactEuiccSigned1(signed) = &mut short.signed_data {
        signed.ctx_params1 = None;
    }
}

/// The TLV with the arm of each signed result in it changed.
fn within(outer: &Tlv<'_>, bare: bool) -> Option<Vec<u8>> {
    let mut content = Vec::new();
    for inner in outer.children() {
        let inner = inner.ok()?;
        let changed = match inner.tag {
            PACKAGE_RESULT => arm(&inner, bare),
            RESULT_AND_NOTIFICATIONS => within(&inner, bare),
            _ => None,
        };
        content.extend(changed.unwrap_or_else(|| inner.raw.to_vec()));
    }
    Some(tlv::tlv(outer.tag, &content))
}

fn arm(result: &Tlv<'_>, bare: bool) -> Option<Vec<u8>> {
    let signed = result.child(SIGNED)?;
    let content = if bare {
        signed.value.to_vec()
    } else {
        tlv::tlv(UNSIGNED_ERROR, signed.value)
    };
    Some(tlv::tlv(PACKAGE_RESULT, &content))
}

/// An eIM that the card knows nothing of.
pub(super) fn invented_eim() -> EimConfigurationData {
    EimConfigurationData {
        eim_id: "eim1.test.example".to_owned(),
        eim_fqdn: Some("eim1.test.example".to_owned()),
        eim_id_type: None,
        counter_value: None,
        association_token: None,
        eim_public_key_data: None,
        trusted_public_key_data_tls: None,
        eim_supported_protocol: None,
        euicc_ci_pk_id: None,
        indirect_profile_download: None,
        esipa_proprietary_protocol_information: None,
        additions: Default::default(),
    }
}

/// An answer with nothing but the last of what stands in it.
pub(super) fn last_arm(answer: &[u8]) -> Option<Vec<u8>> {
    let outer = Tlv::only(answer).ok()?;
    let last = outer.children().flatten().last()?;
    Some(tlv::tlv(outer.tag, last.raw))
}

/// What follows the tag of an eUICC package in an answer, wherever that stands.
pub(super) fn found_package(answer: &[u8]) -> Option<Vec<u8>> {
    let tag = [0xBF, 0x51];
    let at = answer.windows(tag.len()).position(|found| found == tag)?;
    answer.get(at..).map(<[u8]>::to_vec)
}

/// ES10b.RemoveNotificationFromList with a number that lacks the zero octet which keeps it positive.
pub(super) fn unsigned_removal(number: i64) -> Vec<u8> {
    let octets = number.to_be_bytes();
    let minimal = octets.iter().position(|octet| *octet != 0).unwrap_or(7);
    let number = tlv::tlv(Tag::new(0x80), octets.get(minimal..).unwrap_or_default());
    tlv::tlv(Tag::new(0xBF30), &number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mistaken(bytes: &str, defect: IpaDefect) -> String {
        let defects = [defect].into_iter().collect();
        hex::encode(message(hex::decode(bytes).unwrap(), &defects))
    }

    #[test]
    fn arms_are_changed_alone_and_beside_notifications() {
        let alone = "bf5007bf5104a0023000";
        assert_eq!(mistaken(alone, IpaDefect::BareResult), "bf5005bf51023000");
        assert_eq!(
            mistaken(alone, IpaDefect::ErrorArmForResult),
            "bf5007bf5104a2023000"
        );
        let beside = "bf500b3009bf5104a0023000a000";
        assert_eq!(
            mistaken(beside, IpaDefect::BareResult),
            "bf50093007bf51023000a000"
        );
        assert_eq!(mistaken(alone, IpaDefect::WrongEid), alone);
        assert_eq!(
            mistaken("bf4f03020101", IpaDefect::BareResult),
            "bf4f03020101"
        );
    }

    #[test]
    fn removals_lose_their_sign() {
        assert_eq!(
            hex::encode(unsigned_removal(128)),
            "bf30038001 80".replace(' ', "")
        );
        assert_eq!(hex::encode(unsigned_removal(1)), "bf3003800101");
    }
}
