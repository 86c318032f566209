// SPDX-License-Identifier: MIT OR Apache-2.0
//! What every message must hold without a case saying so.

use crate::message::{Message, UNDECODABLE};
use crate::wire::esipa::{ADMIN_PROTOCOL, MEDIA_TYPE};
use crate::wire::http::{Headers, header};

/// What is wrong with the form of a message: it cannot be read, or is no DER of its type.
#[must_use]
pub fn of_message(message: &Message) -> Vec<String> {
    if message.name == UNDECODABLE {
        let reason = message.value.get("reason").and_then(|it| it.as_str());
        return vec![reason.unwrap_or(UNDECODABLE).to_owned()];
    }
    let Some(tree) = &message.tree else {
        return Vec::new();
    };
    tree.deviations()
        .into_iter()
        .map(|deviation| format!("{}: {}", deviation.path, deviation.text))
        .collect()
}

/// Name of a header field, what it must be, and that in words.
type Rule<'a> = (&'a str, &'a dyn Fn(&str) -> bool, &'a str);

/// What is wrong with the header fields of an IPA's request (SGP.32 §6.1, §6.1.1).
///
/// The version behind `gsma/rsp/` is not judged: v1.2 fixes v2.1.0, v1.3 lets the IPA say its own.
#[must_use]
pub fn of_headers(headers: &Headers) -> Vec<String> {
    let agent = |value: &str| {
        let name = value.split(';').next().unwrap_or_default().trim();
        matches!(name, "gsma-rsp-ipad" | "gsma-rsp-ipae")
    };
    let protocol = |value: &str| value.starts_with("gsma/rsp/v");
    let media = |value: &str| {
        let essence = value.split(';').next().unwrap_or_default().trim();
        essence.eq_ignore_ascii_case(MEDIA_TYPE)
    };
    let rules: [Rule<'_>; 3] = [
        ("user-agent", &agent, "gsma-rsp-ipad or gsma-rsp-ipae"),
        (ADMIN_PROTOCOL, &protocol, "gsma/rsp/v and a version"),
        ("content-type", &media, MEDIA_TYPE),
    ];
    rules
        .iter()
        .filter_map(|(name, fits, wanted)| match header(headers, name) {
            Some(value) if fits(value) => None,
            Some(value) => Some(format!("{name}: expected {wanted}, got {value}")),
            None => Some(format!("{name}: expected {wanted}, got nothing")),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::Interface;
    use crate::message::Direction;

    fn headers(fields: &[(&str, &str)]) -> Headers {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        fields.iter().map(owned).collect()
    }

    #[test]
    fn headers_of_an_ipa() {
        let good = headers(&[
            ("content-type", "application/x-gsma-rsp-asn1"),
            ("user-agent", "gsma-rsp-ipad; some text"),
            ("x-admin-protocol", "gsma/rsp/v2.1.0"),
        ]);
        assert_eq!(of_headers(&good), Vec::<String>::new());
        let bad = headers(&[("user-agent", "curl/8"), ("x-admin-protocol", "v2.1.0")]);
        assert_eq!(
            of_headers(&bad),
            [
                "user-agent: expected gsma-rsp-ipad or gsma-rsp-ipae, got curl/8",
                "x-admin-protocol: expected gsma/rsp/v and a version, got v2.1.0",
                "content-type: expected application/x-gsma-rsp-asn1, got nothing",
            ]
        );
    }

    #[test]
    fn a_message_that_is_no_der_is_named() {
        let read = |hex: &str| {
            let raw = hex::decode(hex).unwrap();
            of_message(&Message::decode(Interface::Esipa, Direction::Request, &raw))
        };
        let eid = "89049032123451234512345678901235";
        assert_eq!(read(&format!("bf4f125a10{eid}")), Vec::<String>::new());
        assert_eq!(read(&format!("bf4f135a10{eid}")).len(), 1);
        assert_eq!(read(&format!("bf4f81125a10{eid}")).len(), 1);
    }
}
