// SPDX-License-Identifier: MIT OR Apache-2.0
//! What an implementation of v1.0 cannot say: members that came with v1.2. Cases are written in the
//! messages of v1.2; what v1.0 does not have is not asked of it.

use std::borrow::Cow;

use serde_json::Value;

use crate::case::Node;

/// A message, and the path of a member that v1.0 does not have.
const LATER: &[(&str, &str)] = &[
    ("provideEimPackageResult", "eidValue"),
    (
        "provideEimPackageResult",
        "eimPackageResult.ipaEuiccDataResponse.ipaEuiccData.eimTransactionId",
    ),
    (
        "provideEimPackageResult",
        "eimPackageResult.ipaEuiccDataResponse.ipaEuiccData.euiccPackageResultList",
    ),
    (
        "provideEimPackageResult",
        "eimPackageResult.ipaEuiccDataResponse.ipaEuiccDataResponseError.eimTransactionId",
    ),
    (
        "provideEimPackageResult",
        "eimPackageResult.eimPackageResultResponseError.eimTransactionId",
    ),
    (
        "provideEimPackageResult",
        "eimPackageResult.profileDownloadTriggerResult.profileDownloadTriggerResultData.profileDownloadError.profileDownloadErrorReason",
    ),
    (
        "provideEimPackageResult",
        "eimPackageResult.euiccPackageResult.euiccPackageErrorUnsigned.eimTransactionId",
    ),
    (
        "provideEimPackageResult",
        "eimPackageResult.euiccPackageResult.euiccPackageErrorSigned.euiccPackageErrorDataSigned.eimTransactionId",
    ),
    (
        "provideEimPackageResult",
        "eimPackageResult.ePRAndNotifications.euiccPackageResult.euiccPackageErrorUnsigned.eimTransactionId",
    ),
    (
        "provideEimPackageResult",
        "eimPackageResult.ePRAndNotifications.euiccPackageResult.euiccPackageErrorSigned.euiccPackageErrorDataSigned.eimTransactionId",
    ),
    (
        "euiccPackageResult",
        "euiccPackageErrorUnsigned.eimTransactionId",
    ),
    (
        "euiccPackageResult",
        "euiccPackageErrorSigned.euiccPackageErrorDataSigned.eimTransactionId",
    ),
    ("initiateAuthenticationRequestEsipa", "eimTransactionId"),
    ("getEimPackageRequest", "stateChangeCause"),
];

/// The pattern of the message called `name` without the members that v1.0 does not have and that are
/// not in `value` either.
pub(super) fn asked_of_old<'a>(name: &str, pattern: &'a Node, value: &Value) -> Cow<'a, Node> {
    let mut pattern = Cow::Borrowed(pattern);
    for (_, path) in LATER.iter().filter(|(message, _)| *message == name) {
        let path: Vec<&str> = path.split('.').collect();
        if asks(&pattern, Some(value), &path) {
            remove(pattern.to_mut(), &path);
        }
    }
    pattern
}

/// Whether the pattern has the member at `path` and the value does not.
fn asks(pattern: &Node, value: Option<&Value>, path: &[&str]) -> bool {
    let Some((first, rest)) = path.split_first() else {
        return value.is_none();
    };
    let value = value.and_then(|value| value.get(first));
    member(pattern, first).is_some_and(|inner| asks(inner, value, rest))
}

fn member<'a>(pattern: &'a Node, name: &str) -> Option<&'a Node> {
    let Node::Map(members) = pattern else {
        return None;
    };
    let found = members.iter().find(|(key, _)| key == name);
    found.map(|(_, inner)| inner)
}

fn remove(pattern: &mut Node, path: &[&str]) {
    let (Node::Map(members), Some((first, rest))) = (pattern, path.split_first()) else {
        return;
    };
    if rest.is_empty() {
        members.retain(|(key, _)| key != first);
        return;
    }
    for (_, inner) in members.iter_mut().filter(|(key, _)| key == first) {
        remove(inner, rest);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::case::parse_node;

    #[test]
    fn only_what_is_missing_is_not_asked() {
        let name = "provideEimPackageResult";
        let pattern = parse_node(
            "{eidValue: '01', eimPackageResult: {ipaEuiccDataResponse: {ipaEuiccData: \
             {eimTransactionId: '02', euiccInfo1: any}}}}",
        );
        let pattern = pattern.unwrap();
        let asked = asked_of_old(name, &pattern, &json!({}));
        let left = "{eimPackageResult: {ipaEuiccDataResponse: {ipaEuiccData: {euiccInfo1: any}}}}";
        assert_eq!(*asked, parse_node(left).unwrap());
        let whole = json!({
            "eidValue": "03",
            "eimPackageResult": {"ipaEuiccDataResponse": {"ipaEuiccData": {"eimTransactionId": "02"}}},
        });
        assert_eq!(*asked_of_old(name, &pattern, &whole), pattern);
        assert_eq!(
            *asked_of_old("handleNotificationEsipa", &pattern, &json!({})),
            pattern
        );
    }
}
