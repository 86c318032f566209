// SPDX-License-Identifier: MIT OR Apache-2.0
//! IPA eUICC data requests: the tag list and the search criteria.
//!
//! v1.0 asks for notifications and eUICC package results under one tag (`BF2B`) with one criterion;
//! later versions have a tag (`A0`, `A2`) and a criterion for each.

use super::ConvertError;
use crate::asn1::OctetString;
use crate::sgp32::{
    IpaEuiccDataRequestSearchCriteriaEuiccPackageResult as ResultCriteria,
    IpaEuiccDataRequestSearchCriteriaNotification as NotificationCriteria,
};
use crate::sgp32_v1_0::IpaEuiccDataRequestSearchCriteria as Criteria;
use crate::tlv::Tag;
use crate::{sgp32, sgp32_v1_0 as v1_0};

/// Notifications and results, in v1.0.
const BOTH: Tag = Tag::new(0xBF2B);
/// Notifications.
const NOTIFICATIONS: Tag = Tag::new(0xA0);
/// eUICC package results.
const RESULTS: Tag = Tag::new(0xA2);
/// Members with another tag: in v1.0, later. v1.0 names `ipaCapabilities` by `88`, though it is a
/// SEQUENCE.
const RENAMED: [(Tag, Tag); 2] = [
    (Tag::new(0x80), Tag::new(0x81)),
    (Tag::new(0x88), Tag::new(0xA8)),
];

impl From<v1_0::IpaEuiccDataRequest> for sgp32::IpaEuiccDataRequest {
    fn from(old: v1_0::IpaEuiccDataRequest) -> Self {
        let (notifications, results) = match old.search_criteria {
            None => (None, None),
            Some(Criteria::SeqNumber(number)) => (
                Some(NotificationCriteria::SeqNumber(number)),
                Some(ResultCriteria::SeqNumber(number)),
            ),
            Some(Criteria::ProfileManagementOperation(ref set)) => (
                Some(NotificationCriteria::ProfileManagementOperation(
                    set.clone(),
                )),
                None,
            ),
            Some(Criteria::EuiccPackageResults(())) => (None, None),
        };
        let pending: &[Tag] = match old.search_criteria {
            None | Some(Criteria::SeqNumber(_)) => &[NOTIFICATIONS, RESULTS],
            Some(Criteria::ProfileManagementOperation(_)) => &[NOTIFICATIONS],
            Some(Criteria::EuiccPackageResults(())) => &[RESULTS],
        };
        let list = translated(old.tag_list.as_bytes(), &|tag, out| {
            if tag == BOTH {
                out.extend_from_slice(pending);
            } else {
                let renamed = RENAMED.iter().find(|(from, _)| *from == tag);
                out.push(renamed.map_or(tag, |(_, to)| *to));
            }
        });
        Self {
            tag_list: OctetString::from(list),
            euicc_ci_pk_identifier_to_be_used: old
                .euicc_ci_pk_id
                .map(|id| OctetString::from(id.to_vec())),
            search_criteria_notification: notifications,
            search_criteria_euicc_package_result: results,
            eim_transaction_id: None,
            additions: old.additions,
        }
    }
}

/// v1.0 has no transaction identifier here; it is left out.
impl TryFrom<sgp32::IpaEuiccDataRequest> for v1_0::IpaEuiccDataRequest {
    type Error = ConvertError;

    fn try_from(new: sgp32::IpaEuiccDataRequest) -> Result<Self, ConvertError> {
        let mut notifications = false;
        let mut results = false;
        for tag in tags(new.tag_list.as_bytes()).0 {
            notifications |= tag == NOTIFICATIONS;
            results |= tag == RESULTS;
        }
        let search_criteria = criteria(&new, notifications, results)?;
        let list = translated(new.tag_list.as_bytes(), &|tag, out| {
            if [NOTIFICATIONS, RESULTS].contains(&tag) {
                if !out.contains(&BOTH) {
                    out.push(BOTH);
                }
            } else {
                let renamed = RENAMED.iter().find(|(_, from)| *from == tag);
                out.push(renamed.map_or(tag, |(to, _)| *to));
            }
        });
        Ok(Self {
            tag_list: OctetString::from(list),
            euicc_ci_pk_id: new
                .euicc_ci_pk_identifier_to_be_used
                .map(|id| id.to_vec().into()),
            search_criteria,
            additions: new.additions,
        })
    }
}

/// The one criterion of v1.0 for what is asked for.
fn criteria(
    new: &sgp32::IpaEuiccDataRequest,
    notifications: bool,
    results: bool,
) -> Result<Option<Criteria>, ConvertError> {
    let of_notifications = new.search_criteria_notification.as_ref();
    let of_results = new.search_criteria_euicc_package_result.as_ref();
    Ok(match (notifications, results) {
        (false, false) => None,
        (true, false) => of_notifications.map(|criteria| match criteria {
            NotificationCriteria::SeqNumber(number) => Criteria::SeqNumber(*number),
            NotificationCriteria::ProfileManagementOperation(set) => {
                Criteria::ProfileManagementOperation(set.clone())
            }
        }),
        (false, true) => Some(match of_results {
            None => Criteria::EuiccPackageResults(()),
            Some(ResultCriteria::SeqNumber(number)) => Criteria::SeqNumber(*number),
        }),
        (true, true) => match (of_notifications, of_results) {
            (None, None) => None,
            (
                Some(NotificationCriteria::SeqNumber(one)),
                Some(ResultCriteria::SeqNumber(other)),
            ) if one == other => Some(Criteria::SeqNumber(*one)),
            _ => {
                return Err(ConvertError::Missing(
                    "notifications and results by different criteria",
                ));
            }
        },
    })
}

/// A tag list with other tags; what is no tag at its end stays as it is, to be refused.
fn translated(list: &[u8], change: &dyn Fn(Tag, &mut Vec<Tag>)) -> Vec<u8> {
    let (tags, rest) = tags(list);
    let mut changed = Vec::new();
    for tag in tags {
        change(tag, &mut changed);
    }
    let mut out = Vec::new();
    for tag in changed {
        tag.write(&mut out);
    }
    out.extend_from_slice(rest);
    out
}

/// The tags of a list, and what is left of it when it ends within one.
fn tags(mut list: &[u8]) -> (Vec<Tag>, &[u8]) {
    let mut found = Vec::new();
    while let Ok(tag) = Tag::read(list) {
        found.push(tag);
        list = list.get(tag.size()..).unwrap_or_default();
    }
    (found, list)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn old(list: &str, search_criteria: Option<Criteria>) -> v1_0::IpaEuiccDataRequest {
        v1_0::IpaEuiccDataRequest {
            tag_list: OctetString::from(hex::decode(list).unwrap()),
            search_criteria,
            ..Default::default()
        }
    }

    #[test]
    fn tag_lists_and_criteria_are_translated() {
        let rows = [
            (
                "80bf20bf228384a5a688a9bf2b",
                None,
                "81bf20bf228384a5a6a8a9a0a2",
            ),
            ("bf2b", Some(Criteria::SeqNumber(5)), "a0a2"),
            (
                "84bf2b",
                Some(Criteria::ProfileManagementOperation(Default::default())),
                "84a0",
            ),
            ("bf2b84", Some(Criteria::EuiccPackageResults(())), "a284"),
            ("84", None, "84"),
            ("", None, ""),
        ];
        for (list, criteria, expected) in rows {
            let before = old(list, criteria);
            let new = sgp32::IpaEuiccDataRequest::from(before.clone());
            assert_eq!(hex::encode(new.tag_list.as_bytes()), expected, "{list}");
            assert_eq!(
                v1_0::IpaEuiccDataRequest::try_from(new).unwrap(),
                before,
                "{list}"
            );
        }
    }

    #[test]
    fn a_list_that_ends_within_a_tag_stays_wrong() {
        let new = sgp32::IpaEuiccDataRequest::from(old("80bf", None));
        assert_eq!(new.tag_list.as_bytes(), [0x81, 0xBF]);
    }

    #[test]
    fn two_criteria_that_differ_cannot_be_said() {
        let new = sgp32::IpaEuiccDataRequest {
            tag_list: OctetString::from([0xA0, 0xA2]),
            search_criteria_notification: Some(NotificationCriteria::SeqNumber(1)),
            search_criteria_euicc_package_result: Some(ResultCriteria::SeqNumber(2)),
            ..Default::default()
        };
        let error = v1_0::IpaEuiccDataRequest::try_from(new).unwrap_err();
        assert!(error.to_string().contains("different criteria"), "{error}");
    }
}
