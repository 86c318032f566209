// SPDX-License-Identifier: MIT OR Apache-2.0
//! Two forms of one message that the specification gives the same meaning. A case writes the one,
//! and the other one fits as well.

use std::borrow::Cow;

use serde_json::Value;

use crate::case::Node;

/// The pattern of the message called `name` in the form that `value` has.
pub(super) fn in_its_form<'a>(name: &str, pattern: &'a Node, value: &Value) -> Cow<'a, Node> {
    match name {
        "provideEimPackageResult" => beside_nothing(pattern, value),
        "provideEimPackageResultResponse" => acknowledging_nothing(pattern, value),
        _ => Cow::Borrowed(pattern),
    }
}

/// `eimAcknowledgements` without a number says what `emptyResponse` says (SGP.32 §5.14.6).
fn acknowledging_nothing<'a>(pattern: &'a Node, value: &Value) -> Cow<'a, Node> {
    let numbers = value.get("eimAcknowledgements").and_then(Value::as_array);
    let expects_nothing = member(pattern, "emptyResponse").is_some()
        || member(pattern, "eimAcknowledgements") == Some(&Node::Absent);
    if expects_nothing && numbers.is_some_and(Vec::is_empty) {
        return Cow::Owned(map("eimAcknowledgements", Node::Any));
    }
    Cow::Borrowed(pattern)
}

/// A result that goes without notifications is a bare `euiccPackageResult`, or one beside an empty
/// list (SGP.32 §2.11.2).
fn beside_nothing<'a>(pattern: &'a Node, value: &Value) -> Cow<'a, Node> {
    let result = member(pattern, "eimPackageResult");
    let bare = result.and_then(|result| member(result, "euiccPackageResult"));
    let together = value.pointer("/eimPackageResult/ePRAndNotifications/notificationList");
    let empty = together
        .and_then(Value::as_array)
        .is_some_and(Vec::is_empty);
    let (Some(bare), true) = (bare, empty) else {
        return Cow::Borrowed(pattern);
    };
    let both = map(
        "ePRAndNotifications",
        map("euiccPackageResult", bare.clone()),
    );
    let Node::Map(members) = pattern else {
        return Cow::Borrowed(pattern);
    };
    let members = members.iter().map(|(key, inner)| match key.as_str() {
        "eimPackageResult" => (key.clone(), both.clone()),
        _ => (key.clone(), inner.clone()),
    });
    Cow::Owned(Node::Map(members.collect()))
}

fn map(name: &str, content: Node) -> Node {
    Node::Map(vec![(name.to_owned(), content)])
}

fn member<'a>(pattern: &'a Node, name: &str) -> Option<&'a Node> {
    let Node::Map(members) = pattern else {
        return None;
    };
    let found = members.iter().find(|(key, _)| key == name);
    found.map(|(_, inner)| inner)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::case::parse_node;

    const NAME: &str = "provideEimPackageResult";

    #[test]
    fn an_empty_list_beside_a_result_changes_nothing() {
        let pattern = "{eidValue: '01', eimPackageResult: {euiccPackageResult: $result}}";
        let pattern = parse_node(pattern).unwrap();
        let said = |list: Value| json!({"eimPackageResult": {"ePRAndNotifications": {"notificationList": list}}});
        let with_empty = "{eidValue: '01', eimPackageResult: {ePRAndNotifications: \
                          {euiccPackageResult: $result}}}";
        assert_eq!(
            *in_its_form(NAME, &pattern, &said(json!([]))),
            parse_node(with_empty).unwrap()
        );
        assert_eq!(*in_its_form(NAME, &pattern, &said(json!([1]))), pattern);
        assert_eq!(*in_its_form("another", &pattern, &said(json!([]))), pattern);
    }

    #[test]
    fn an_acknowledgement_of_nothing_is_an_empty_response() {
        let name = "provideEimPackageResultResponse";
        let any = parse_node("{eimAcknowledgements: any}").unwrap();
        for text in ["{emptyResponse: {}}", "{eimAcknowledgements: absent}"] {
            let pattern = parse_node(text).unwrap();
            let said = |numbers: Value| json!({ "eimAcknowledgements": numbers });
            assert_eq!(*in_its_form(name, &pattern, &said(json!([]))), any);
            assert_eq!(*in_its_form(name, &pattern, &said(json!([1]))), pattern);
        }
        let some = parse_node("{eimAcknowledgements: [1]}").unwrap();
        let none = json!({"eimAcknowledgements": []});
        assert_eq!(*in_its_form(name, &some, &none), some);
    }
}
