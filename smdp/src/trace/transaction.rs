// SPDX-License-Identifier: MIT OR Apache-2.0
//! To which session a body belongs.
//!
//! Traps: in the ASN.1 binding the TransactionID is the first [0] of its message, but in the
//! metadata of a notification (BF2F) [0] is the sequence number; and HandleNotification in JSON has
//! no member for it, only the notification.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rsp::tlv::{Tag, Tlv, walk};
use serde_json::Value;

/// How deep a TransactionID is looked for.
const DEPTH: usize = 6;
/// Notification metadata.
const METADATA: Tag = Tag::new(0xBF2F);

/// The TransactionID in hexadecimal.
pub(super) fn of(body: &[u8]) -> Option<String> {
    if body.first() != Some(&b'{') {
        return in_der(body, DEPTH);
    }
    let Ok(Value::Object(members)) = serde_json::from_slice(body) else {
        return None;
    };
    let text = |name: &str| members.get(name).and_then(Value::as_str);
    match text("transactionId") {
        // a name of a file is made of it
        Some(id) => id_from(&hex::decode(id).ok()?),
        None => in_der(&STANDARD.decode(text("pendingNotification")?).ok()?, DEPTH),
    }
}

fn id_from(bytes: &[u8]) -> Option<String> {
    (1..=16)
        .contains(&bytes.len())
        .then(|| hex::encode_upper(bytes))
}

fn in_der(bytes: &[u8], depth: usize) -> Option<String> {
    if depth == 0 {
        return None;
    }
    let elements: Vec<Tlv<'_>> = walk(bytes).map_while(Result::ok).collect();
    let own = elements
        .iter()
        .find(|element| element.tag == Tag::new(0x80));
    own.and_then(|element| id_from(element.value)).or_else(|| {
        let inner = elements
            .iter()
            .filter(|element| element.tag.is_constructed() && element.tag != METADATA);
        inner
            .filter_map(|element| in_der(element.value, depth - 1))
            .next()
    })
}

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn a_transaction_id_is_found_in_both_bindings() {
        for (body, expected) in [
            (&br#"{"transactionId":"00AA"}"#[..], Some("00AA")),
            (br#"{"transactionId":"../x"}"#, None),
            (br#"{"transactionId":""}"#, None),
            // a ProfileInstallationResult with TransactionID 0102
            (
                br#"{"pendingNotification":"vzcHvycEgAIBAg=="}"#,
                Some("0102"),
            ),
            (br#"{"eid":"1"}"#, None),
            (b"", None),
        ] {
            assert_eq!(of(body).as_deref(), expected);
        }
        let asn1 = hex::decode("A209BF3B0680020102A100").unwrap();
        assert_eq!(of(&asn1).as_deref(), Some("0102"));
        // another notification has a sequence number there
        let other = hex::decode("A208BF3D053003BF2F00").unwrap();
        assert_eq!(of(&other), None);
    }
}
