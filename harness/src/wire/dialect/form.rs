// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the bytes of a message tell about its wire version before anything is read: the same
//! tags mean other things in SGP.32 v1.0 than later, so a message in another version may decode and
//! say something it does not mean.

use rsp::dialect::Dialect;
use rsp::tlv::{self, Tag, Tlv};

const INITIATE_AUTHENTICATION: u32 = 0xBF39;
const HANDLE_NOTIFICATION: u32 = 0xBF3D;
const TRANSFER_EIM_PACKAGE: u32 = 0xBF4E;
const GET_EIM_PACKAGE: u32 = 0xBF4F;
const PROVIDE_EIM_PACKAGE_RESULT: u32 = 0xBF50;
const EUICC_PACKAGE_RESULT: u32 = 0xBF51;
const IPA_EUICC_DATA: u32 = 0xBF52;
const TRIGGER_RESULT: u32 = 0xBF54;
const NOTIFICATIONS_LIST: u32 = 0xBF2B;
const EID: Tag = Tag::new(0x5A);
const SEQUENCE: Tag = Tag::new(0x30);

/// The wire version that a message of an IPA shows by its form; nothing when it has the same form in
/// all of them.
pub fn form(message: &[u8]) -> Option<Dialect> {
    let (outer, _) = Tlv::read(message).ok()?;
    match outer.tag.octets() {
        INITIATE_AUTHENTICATION => outer.child(Tag::new(0x82)).map(|_| Dialect::V1_2),
        HANDLE_NOTIFICATION => match first(&outer)?.tag.octets() {
            0xA1 => Some(Dialect::V1_0),
            PROVIDE_EIM_PACKAGE_RESULT => Some(Dialect::V1_2),
            _ => None,
        },
        TRANSFER_EIM_PACKAGE => match first(&outer)?.tag.octets() {
            0xBF60 | 0xBF61 => Some(Dialect::V1_3),
            _ => result(&first(&outer)?),
        },
        GET_EIM_PACKAGE => poll(&outer),
        PROVIDE_EIM_PACKAGE_RESULT => {
            let arm = first(&outer)?;
            match arm.tag.octets() {
                0x5A | 0xA0 => Some(Dialect::V1_2),
                0x02 => Some(Dialect::V1_0),
                _ => result(&arm),
            }
        }
        _ => None,
    }
}

/// The same of a message of an eIM.
pub(crate) fn form_of_answer(message: &[u8]) -> Option<Dialect> {
    let (outer, _) = Tlv::read(message).ok()?;
    match outer.tag.octets() {
        GET_EIM_PACKAGE | TRANSFER_EIM_PACKAGE => {
            let request = outer.child(Tag::new(IPA_EUICC_DATA))?;
            let later = [Tag::new(0xA2), Tag::new(0x83)];
            let is_later = later.iter().any(|tag| request.child(*tag).is_some());
            is_later.then_some(Dialect::V1_2)
        }
        PROVIDE_EIM_PACKAGE_RESULT => match first(&outer).map(|arm| arm.tag.octets()) {
            None => Some(Dialect::V1_0),
            Some(0x02 | 0x30) => Some(Dialect::V1_2),
            Some(_) => None,
        },
        _ => None,
    }
}

/// Whether a message in that form can be read as `dialect`.
pub fn fits(form: Option<Dialect>, dialect: Dialect) -> bool {
    form.is_none_or(|form| (form == Dialect::V1_0) == (dialect == Dialect::V1_0))
}

/// `81` is `rPLMN`, three octets, in v1.0 and `stateChangeCause`, one octet, later; `82` is the
/// later `rPLMN`.
fn poll(request: &Tlv<'_>) -> Option<Dialect> {
    if request.child(Tag::new(0x82)).is_some() {
        return Some(Dialect::V1_2);
    }
    let second = request.child(Tag::new(0x81))?;
    Some(if second.value.len() == 3 {
        Dialect::V1_0
    } else {
        Dialect::V1_2
    })
}

/// A result of whatever kind.
fn result(arm: &Tlv<'_>) -> Option<Dialect> {
    match arm.tag.octets() {
        EUICC_PACKAGE_RESULT => listed_eim(arm),
        // ePRAndNotifications
        0x30 => arm
            .children()
            .flatten()
            .find_map(|member| match member.tag.octets() {
                NOTIFICATIONS_LIST => Some(Dialect::V1_0),
                0xA0 => Some(Dialect::V1_2),
                _ => None,
            }),
        IPA_EUICC_DATA => data(&first(arm)?),
        TRIGGER_RESULT => {
            // errorResponse, the card's answer, in v1.0; profileDownloadErrorReason later
            let error = arm.child(SEQUENCE)?;
            Some(match error.child(Tag::new(0x80)) {
                Some(reason) if reason.value.len() <= 2 => Dialect::V1_2,
                _ => Dialect::V1_0,
            })
        }
        _ => None,
    }
}

/// `eimIdType` of a listed eIM is `84` in v1.0 and `82` later: the one difference in what the card
/// signs.
fn listed_eim(result: &Tlv<'_>) -> Option<Dialect> {
    let data = first(result)?.child(SEQUENCE)?;
    let results = data.child(SEQUENCE)?;
    let mut lists = results.children().flatten();
    let list = lists.find(|result| result.tag.octets() == 0xAB)?;
    let mut eims = list.child(Tag::new(0xA0))?.value;
    while let Ok((eim, rest)) = Tlv::read(eims) {
        eims = rest;
        if eim.child(Tag::new(0x84)).is_some() {
            return Some(Dialect::V1_0);
        }
        if eim.child(Tag::new(0x82)).is_some() {
            return Some(Dialect::V1_2);
        }
    }
    None
}

/// `IpaEuiccData` or its error.
fn data(arm: &Tlv<'_>) -> Option<Dialect> {
    match arm.tag.octets() {
        0x81 => Some(Dialect::V1_0),
        0xA1 => Some(Dialect::V1_2),
        _ => arm
            .children()
            .flatten()
            .find_map(|member| match member.tag.octets() {
                0x80 | NOTIFICATIONS_LIST => Some(Dialect::V1_0),
                0xA0 | 0x81 | 0xA2 | 0x87 => Some(Dialect::V1_2),
                _ => None,
            }),
    }
}

/// Who a message is about, as far as its bytes tell.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct About {
    /// The EID.
    pub eid: Option<Vec<u8>>,
    /// The transaction of the eIM's package that an eUICC package result names.
    pub package: Option<Vec<u8>>,
    /// The transaction of the SM-DP+ whose download goes on.
    pub download: Option<Vec<u8>>,
}

/// Reads who a message of an IPA is about, without reading the message.
pub fn about(message: &[u8]) -> About {
    let Ok((outer, _)) = Tlv::read(message) else {
        return About::default();
    };
    let value = |found: Option<Tlv<'_>>| found.map(|found| found.value.to_vec());
    match outer.tag.octets() {
        GET_EIM_PACKAGE => About {
            eid: value(outer.child(EID)),
            ..About::default()
        },
        PROVIDE_EIM_PACKAGE_RESULT => About {
            eid: value(outer.child(EID)),
            package: value(package_transaction(&outer)),
            download: None,
        },
        // AuthenticateClient, GetBoundProfilePackage, CancelSession
        0xBF3B | 0xBF3A | 0xBF41 => About {
            download: value(outer.child(Tag::new(0x80))),
            ..About::default()
        },
        _ => About::default(),
    }
}

/// The transaction inside an eUICC package result, alone or with notifications.
fn package_transaction<'a>(provided: &Tlv<'a>) -> Option<Tlv<'a>> {
    let wanted = Tag::new(EUICC_PACKAGE_RESULT);
    let together = || tlv::find(provided.child(SEQUENCE)?.value, wanted);
    let result = tlv::find(provided.value, wanted).or_else(together)?;
    let arm = first(&result)?;
    match arm.tag.octets() {
        0xA0 | 0xA1 => arm.child(SEQUENCE)?.child(Tag::new(0x82)),
        _ => arm.child(Tag::new(0x82)),
    }
}

fn first<'a>(outer: &Tlv<'a>) -> Option<Tlv<'a>> {
    outer.children().next()?.ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use Dialect::{V1_0, V1_2, V1_3};

    #[test]
    fn forms_that_only_one_version_has() {
        let rows = [
            // rPLMN, stateChangeCause, rPLMN of later versions, neither
            ("bf4f085a01008103 62f210", Some(V1_0)),
            ("bf4f065a0100810101", Some(V1_2)),
            ("bf4f085a0100820362f210", Some(V1_2)),
            ("bf4f035a0100", None),
            // the EID, the error of either, results with either list
            ("bf50085a0100a0030201 01", Some(V1_2)),
            ("bf5003020101", Some(V1_0)),
            ("bf50083006bf5100bf2b00", Some(V1_0)),
            ("bf50073005bf5100a000", Some(V1_2)),
            ("bf5003bf5100", None),
            (
                "bf5015bf5112a010300e300cab0aa0083006800161840101",
                Some(V1_0),
            ),
            (
                "bf5015bf5112a010300e300cab0aa0083006800161820102",
                Some(V1_2),
            ),
            // IpaEuiccData, its errors, the error of a download
            ("bf5006bf5203810101", Some(V1_0)),
            ("bf5008bf5205a103020101", Some(V1_2)),
            ("bf5007bf5204a0028000", Some(V1_0)),
            ("bf5007bf5204a0028100", Some(V1_2)),
            ("bf5007bf5204a0028400", None),
            ("bf500abf54073005800301 0203", Some(V1_0)),
            ("bf5008bf5405300380017f", Some(V1_2)),
            // HandleNotification, TransferEimPackage, InitiateAuthentication
            ("bf3d02a100", Some(V1_0)),
            ("bf3d03bf5000", Some(V1_2)),
            ("bf3d02a000", None),
            ("bf4e03bf6000", Some(V1_3)),
            ("bf4e020500", None),
            ("bf3905810082 0101", Some(V1_2)),
            ("bf39028100", None),
            // no message at all
            ("", None),
            ("bf4f81", None),
        ];
        for (bytes, expected) in rows {
            let message = hex::decode(bytes.replace(' ', "")).unwrap();
            assert_eq!(form(&message), expected, "{bytes}");
        }
    }

    #[test]
    fn forms_of_answers_that_only_one_version_has() {
        let rows = [
            ("bf5000", Some(V1_0)),
            ("bf50023000", Some(V1_2)),
            ("bf5003020102", Some(V1_2)),
            ("bf5003bf5300", None),
            ("bf4f09bf52065c0180830107", Some(V1_2)),
            ("bf4e06bf52035c0180", None),
            ("bf4f03020101", None),
        ];
        for (bytes, expected) in rows {
            let message = hex::decode(bytes).unwrap();
            assert_eq!(form_of_answer(&message), expected, "{bytes}");
        }
    }

    #[test]
    fn later_versions_read_each_other() {
        assert!(fits(Some(V1_3), V1_2) && fits(None, V1_0) && fits(Some(V1_0), V1_0));
        assert!(!fits(Some(V1_0), V1_2) && !fits(Some(V1_2), V1_0));
    }

    #[test]
    fn who_a_message_is_about() {
        let of = |bytes: &str| about(&hex::decode(bytes).unwrap());
        assert_eq!(of("bf4f035a0107").eid, Some(vec![7]));
        assert_eq!(of("bf500abf5107a0053003820109").package, Some(vec![9]));
        let with_notifications = of("bf50133011bf5107a0053003820109bf2b04a0020000");
        assert_eq!(with_notifications.package, Some(vec![9]));
        assert_eq!(of("bf5008bf5105a203820108").package, Some(vec![8]));
        assert_eq!(of("bf3b03800105").download, Some(vec![5]));
        assert_eq!(of("bf3d02a000"), About::default());
    }
}
