// SPDX-License-Identifier: MIT OR Apache-2.0
//! Requests of the ASN.1 binding as peers are known to write them, brought into the form of
//! SGP.22 §6.6.
//!
//! - CancelSession: the answer of the eUICC has a tag of its own (BF41), which the request replaces
//!   by A1. Seen besides: A1 around BF41, BF41 in its place, and a request without transactionId.
//! - HandleNotification: the notification is inside A0, because it is a CHOICE. Seen besides: the
//!   notification in its place.

use std::borrow::Cow;

use super::Function;
use crate::tlv::{Tag, Tlv, tlv};

const TRANSACTION_ID: Tag = Tag::new(0x80);
const CARD_ANSWER: Tag = Tag::new(0xBF41);
const IMPLICIT_ANSWER: Tag = Tag::new(0xA1);
const PENDING_NOTIFICATION: Tag = Tag::new(0xA0);
const INSTALLATION_RESULT: Tag = Tag::new(0xBF37);

/// The message in the form of SGP.22 §6.6; as it is when nothing of the above is recognised.
pub(super) fn regular<'a>(function: Function, message: &Tlv<'a>) -> Cow<'a, [u8]> {
    let rewritten = match function {
        Function::CancelSession => cancel_session(message),
        Function::HandleNotification => handle_notification(message),
        _ => None,
    };
    rewritten.map_or(Cow::Borrowed(message.raw), Cow::Owned)
}

fn cancel_session(message: &Tlv<'_>) -> Option<Vec<u8>> {
    let answer = match message.child(IMPLICIT_ANSWER) {
        Some(around) => around.child(CARD_ANSWER)?,
        None => message.child(CARD_ANSWER)?,
    };
    let transaction_id = match message.child(TRANSACTION_ID) {
        Some(member) => member.value,
        None => signed_transaction_id(&answer)?,
    };
    let mut content = tlv(TRANSACTION_ID, transaction_id);
    content.extend(tlv(IMPLICIT_ANSWER, answer.value));
    Some(tlv(message.tag, &content))
}

/// The identifier that the eUICC has signed: BF41 { A0 { 30 { 80 } } }.
fn signed_transaction_id<'a>(answer: &Tlv<'a>) -> Option<&'a [u8]> {
    let ok = answer.child(Tag::new(0xA0))?;
    let signed = ok.child(Tag::SEQUENCE)?;
    Some(signed.child(TRANSACTION_ID)?.value)
}

fn handle_notification(message: &Tlv<'_>) -> Option<Vec<u8>> {
    let notification = Tlv::only(message.value).ok()?;
    let bare = notification.tag == INSTALLATION_RESULT || notification.tag == Tag::SEQUENCE;
    bare.then(|| tlv(message.tag, &tlv(PENDING_NOTIFICATION, notification.raw)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn regular_hex(function: Function, hex: &str) -> String {
        let bytes = hex::decode(hex.replace(' ', "")).unwrap();
        hex::encode_upper(regular(function, &Tlv::only(&bytes).unwrap()))
    }

    #[test]
    fn cancel_session_is_understood_in_four_forms() {
        let regular = "BF410C8001AAA107A00530038001AA";
        for seen in [
            "BF410C 8001AA A107 A005 3003 8001AA",
            "BF410F 8001AA A10A BF4107 A005 3003 8001AA",
            "BF410D 8001AA BF4107 A005 3003 8001AA",
            "BF410A BF4107 A005 3003 8001AA",
        ] {
            assert_eq!(
                regular_hex(Function::CancelSession, seen),
                regular,
                "{seen}"
            );
        }
        // an error arm without an identifier says nothing about whose it is
        let error = "BF4106BF4103810105";
        assert_eq!(regular_hex(Function::CancelSession, error), error);
    }

    #[test]
    fn a_notification_is_understood_without_its_wrapper() {
        for (seen, regular) in [
            ("BF3D05 A003 BF3700", "BF3D05A003BF3700"),
            ("BF3D03 BF3700", "BF3D05A003BF3700"),
            ("BF3D02 3000", "BF3D04A0023000"),
            ("BF3D03 BF5000", "BF3D03BF5000"),
        ] {
            assert_eq!(regular_hex(Function::HandleNotification, seen), regular);
        }
    }
}
