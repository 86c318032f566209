// SPDX-License-Identifier: MIT OR Apache-2.0
//! Encodings that are not DER, for cards that write them.
//!
//! What a signature covers is encoded before it is signed ([`signed`], with the key `sign_over_ber`);
//! [`rewrite`] leaves it as it is, so that every signature stays right. A signature follows what it
//! covers, under tag 5F37.

use rsp::raw::Raw;
use rsp::schema::{Kind, Tree, Type};
use rsp::tlv::{self, Tag};

use super::values::{LengthForm, NamedBits, NullForm, TrueOctet};
use super::{Keys, response};
use crate::context::Fault;

/// Tag of every signature.
const SIGNATURE: u32 = 0x5F37;
/// `[30]`, one octet: a member that no module knows.
const UNKNOWN_MEMBER: [u8; 3] = [0x9E, 1, 0];

/// Encodes what is to be signed; `type_name` is its name in the module.
pub(crate) fn signed<T: rasn::Encode>(
    keys: &Keys,
    type_name: &'static str,
    value: T,
) -> Result<Raw<T>, Fault> {
    Raw::encoded(value, |der| {
        let bytes = if keys.sign_over_ber {
            rewrite(keys, type_name, der)
        } else {
            der
        };
        response::profile_lists(keys, bytes)
    })
    .map_err(|error| Fault::encode(type_name, &error))
}

/// A message in the encoding of the keys.
pub(crate) fn rewrite(keys: &Keys, type_name: &str, der: Vec<u8>) -> Vec<u8> {
    if is_der(keys) {
        return der;
    }
    let mut bytes = Vec::with_capacity(der.len());
    write(
        keys,
        &rsp::schema::decode_lenient(type_name, &der),
        &mut bytes,
    );
    bytes
}

fn is_der(keys: &Keys) -> bool {
    keys.len_form == LengthForm::Der
        && keys.bool_true == TrueOctet::Ff
        && !keys.nonminimal_int
        && !keys.unsigned_int
        && keys.bitstring == NamedBits::Der
        && keys.null_form == NullForm::Null
        && !keys.inject_unknown
}

fn write(keys: &Keys, node: &Tree, out: &mut Vec<u8>) {
    let kind = node.ty.map(kind_of);
    let contents = contents(keys, node, kind);
    // a CHOICE without a tag has no header of its own
    let Some(tag) = node.tag.filter(|_| node.header_len() > 0) else {
        out.extend_from_slice(&contents);
        return;
    };
    let null = matches!(kind, Some(Kind::Null)) && tag == Tag::new(0x05);
    if null && keys.null_form == NullForm::EmptySequence {
        Tag::SEQUENCE.write(out);
    } else {
        tag.write(out);
    }
    write_length(keys, contents.len(), out);
    out.extend_from_slice(&contents);
}

fn contents(keys: &Keys, node: &Tree, kind: Option<Kind>) -> Vec<u8> {
    let old = node.contents();
    match kind {
        Some(Kind::Boolean) if old.iter().any(|octet| *octet != 0) => match keys.bool_true {
            TrueOctet::Ff => old.to_vec(),
            TrueOctet::One => vec![1],
        },
        Some(Kind::Integer(_)) => integer(keys, old),
        Some(Kind::BitString(names)) if !names.is_empty() => match keys.bitstring {
            NamedBits::Der => old.to_vec(),
            NamedBits::TrailingZeros => whole_octets(old),
        },
        _ if node.children.is_empty() && !matches!(kind, Some(Kind::Sequence(_))) => old.to_vec(),
        _ => {
            let mut inside = Vec::new();
            let mut rest = node.children.iter().peekable();
            while let Some(child) = rest.next() {
                let covered = rest
                    .peek()
                    .is_some_and(|next| next.tag == Some(Tag::new(SIGNATURE)));
                if covered {
                    inside.extend_from_slice(child.raw());
                } else {
                    write(keys, child, &mut inside);
                }
            }
            if keys.inject_unknown && matches!(kind, Some(Kind::Sequence(_))) {
                inside.extend_from_slice(&UNKNOWN_MEMBER);
            }
            inside
        }
    }
}

/// The kind of a type, whatever names it has.
fn kind_of(ty: &'static Type) -> Kind {
    match ty.kind() {
        Kind::Alias(other) => kind_of(other),
        kind => kind,
    }
}

fn integer(keys: &Keys, old: &[u8]) -> Vec<u8> {
    match old {
        [0, rest @ ..] if keys.unsigned_int && !rest.is_empty() => rest.to_vec(),
        [first, ..] if keys.nonminimal_int && first & 0x80 == 0 => {
            let mut padded = vec![0];
            padded.extend_from_slice(old);
            padded
        }
        _ => old.to_vec(),
    }
}

/// No unused bits: those at the end are zero.
fn whole_octets(old: &[u8]) -> Vec<u8> {
    match old {
        [_, bits @ ..] => {
            let mut whole = vec![0];
            whole.extend_from_slice(bits);
            whole
        }
        [] => Vec::new(),
    }
}

fn write_length(keys: &Keys, length: usize, out: &mut Vec<u8>) {
    let mut shortest = Vec::new();
    tlv::write_length(&mut shortest, length);
    match (keys.len_form, shortest.as_slice()) {
        (LengthForm::Long, [short @ ..=0x7F]) => out.extend_from_slice(&[0x81, *short]),
        (LengthForm::Long, [count, octets @ ..]) => {
            out.extend_from_slice(&[count.saturating_add(1), 0]);
            out.extend_from_slice(octets);
        }
        _ => out.append(&mut shortest),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// EuiccPackageResult, signed, with a list of one profile.
    fn result() -> Vec<u8> {
        let profile = json!({ "iccid": "98", "profileState": "enabled", "ecallIndication": true });
        let list = json!({ "profileInfoListOk": [profile] });
        let data = json!({
            "eimId": "eim1",
            "counterValue": 2000,
            "seqNumber": 128,
            "euiccResult": [{ "listProfileInfoResult": list }],
        });
        let signed = json!({ "euiccPackageResultDataSigned": data, "euiccSignEPR": "aabb" });
        let result = json!({ "euiccPackageResultSigned": signed });
        rsp::schema::from_value("EuiccPackageResult", &result).unwrap()
    }

    #[test]
    fn whatever_the_keys_signed_bytes_stay() {
        let keys = Keys {
            len_form: LengthForm::Long,
            bool_true: TrueOctet::One,
            nonminimal_int: true,
            inject_unknown: true,
            ..Keys::default()
        };
        let rewritten = rewrite(&keys, "EuiccPackageResult", result());
        let signed = &result()[5..result().len() - 5];
        assert!(
            rewritten
                .windows(signed.len())
                .any(|window| window == signed),
            "{}",
            hex::encode_upper(&rewritten)
        );
        assert!(rewritten.starts_with(&[0xBF, 0x51, 0x81]));
    }

    #[test]
    fn a_rewritten_message_says_the_same() {
        let info = json!({
            "seqNumber": 128,
            "profileManagementOperation": ["notificationEnable"],
            "notificationAddress": "a.b",
            "iccid": "98",
        });
        let info = rsp::schema::from_value("NotificationMetadata", &info).unwrap();
        assert_eq!(
            hex::encode_upper(&info),
            "BF2F10 80020080 81020640 0C03612E62 5A0198".replace(' ', "")
        );
        let keys = Keys {
            len_form: LengthForm::Long,
            bitstring: NamedBits::TrailingZeros,
            ..Keys::default()
        };
        let rewritten = rewrite(&keys, "NotificationMetadata", info.clone());
        let value =
            |bytes: &[u8]| rsp::schema::decode_lenient("NotificationMetadata", bytes).to_value();
        assert_eq!(value(&rewritten), value(&info));
        assert_eq!(
            hex::encode_upper(&rewritten),
            "BF2F8114 8081020080 8181020040 0C8103612E62 5A810198".replace(' ', "")
        );
    }

    #[test]
    fn lengths_take_one_octet_more_than_they_need() {
        let keys = Keys {
            len_form: LengthForm::Long,
            ..Keys::default()
        };
        for (length, written) in [(5, "8105"), (200, "8200c8"), (300, "8300012c")] {
            let mut out = Vec::new();
            write_length(&keys, length, &mut out);
            assert_eq!(hex::encode(out), written);
        }
    }
}
