// SPDX-License-Identifier: MIT OR Apache-2.0
//! Bytes of a connection as a tape has them: a whole message of HTTP/1 by its parts, anything else
//! in hex. Either way they are the same bytes again.

use serde::{Deserialize, Serialize};

use super::event::{Octets, short};

/// What one end said.
#[derive(Clone, Debug, Eq, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Said {
    /// A message of HTTP/1.
    Http(Http),
    /// Other bytes, or a part of a message.
    Bytes(Octets),
}

/// A message of HTTP/1, whose body is as long as its header says, or which has none.
#[derive(Clone, Debug, Eq, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Http {
    /// The first line.
    pub line: String,
    /// Names and values as they were written, in their order.
    pub fields: Vec<(String, String)>,
    /// The body.
    pub body: Body,
}

/// A body: text where it is plain text, else in hex.
#[derive(Clone, Debug, Eq, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Body {
    /// Text.
    Text(String),
    /// Octets.
    Hex(Octets),
}

impl Body {
    fn of(bytes: &[u8]) -> Self {
        match std::str::from_utf8(bytes) {
            Ok(text)
                if text
                    .chars()
                    .all(|it| !it.is_control() || it.is_whitespace()) =>
            {
                Self::Text(text.to_owned())
            }
            _ => Self::Hex(Octets(bytes.to_vec())),
        }
    }

    /// The bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        match self {
            Self::Text(text) => text.as_bytes(),
            Self::Hex(octets) => &octets.0,
        }
    }
}

impl Http {
    fn read(bytes: &[u8]) -> Option<Self> {
        let head = end_of_head(bytes)?;
        let (head, body) = bytes.split_at_checked(head)?;
        let mut lines = std::str::from_utf8(head).ok()?.split("\r\n");
        let line = lines.next()?.to_owned();
        let is_http = line.starts_with("HTTP/1.") || line.ends_with(" HTTP/1.1");
        if !is_http {
            return None;
        }
        let fields = lines.filter(|line| !line.is_empty()).map(|line| {
            let (name, value) = line.split_once(": ")?;
            Some((name.to_owned(), value.to_owned()))
        });
        Some(Self {
            line,
            fields: fields.collect::<Option<_>>()?,
            body: Body::of(body),
        })
    }

    /// The bytes.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        let mut bytes = self.line.clone().into_bytes();
        bytes.extend(b"\r\n");
        for (name, value) in &self.fields {
            bytes.extend(format!("{name}: {value}\r\n").into_bytes());
        }
        bytes.extend(b"\r\n");
        bytes.extend(self.body.bytes());
        bytes
    }
}

impl Said {
    /// The form of some bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        match Http::read(bytes) {
            Some(http) if http.bytes() == bytes => Self::Http(http),
            _ => Self::Bytes(Octets(bytes.to_vec())),
        }
    }

    /// The bytes.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        match self {
            Self::Http(http) => http.bytes(),
            Self::Bytes(octets) => octets.0.clone(),
        }
    }

    /// In a few words.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::Http(http) => http.line.clone(),
            Self::Bytes(octets) => short(&octets.0),
        }
    }
}

/// The place behind the header of a message.
fn end_of_head(bytes: &[u8]) -> Option<usize> {
    let at = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
    at.checked_add(4)
}

/// How long the message of HTTP/1 at the beginning of `bytes` is; nothing while it is not whole, or
/// when only the end of the connection tells.
#[must_use]
pub(super) fn whole(bytes: &[u8]) -> Option<usize> {
    let head = end_of_head(bytes)?;
    let text = String::from_utf8_lossy(bytes.get(..head)?).to_ascii_lowercase();
    let field = |name: &str| {
        let mut lines = text.split("\r\n");
        lines.find_map(|line| {
            Some(
                line.strip_prefix(name)?
                    .strip_prefix(':')?
                    .trim()
                    .to_owned(),
            )
        })
    };
    if field("transfer-encoding").is_some_and(|it| it.contains("chunked")) {
        const END: &[u8] = b"0\r\n\r\n";
        let body = bytes.get(head..)?;
        let at = body.windows(END.len()).position(|five| five == END)?;
        return head.checked_add(at)?.checked_add(END.len());
    }
    let is_request = !text.starts_with("http/");
    let bodiless = is_request || text.contains(" 204 ") || text.starts_with("http/1.1 1");
    let length = match field("content-length") {
        Some(length) => length.parse().ok()?,
        None if bodiless => 0,
        None => return None,
    };
    let end = head.checked_add(length)?;
    (bytes.len() >= end).then_some(end)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_message_is_taken_apart_and_any_other_bytes_are_kept() {
        let bytes = b"POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n\xBF\x00";
        let Said::Http(http) = Said::of(bytes) else {
            panic!("{:?}", Said::of(bytes));
        };
        assert_eq!(http.fields[1].0, "Content-Length");
        assert_eq!(http.body.bytes(), b"\xBF\x00");
        assert_eq!(http.bytes(), bytes);
        for odd in [
            &b"POST /a HTTP/1.1\r\nHost:x\r\n\r\n"[..],
            b"POST /a HTTP/1.1\r\nHost",
            b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
            b"\x00\x01",
        ] {
            assert_eq!(Said::of(odd), Said::Bytes(Octets(odd.to_vec())));
        }
    }

    #[test]
    fn the_end_of_a_message_is_found() {
        assert_eq!(whole(b"HTTP/1.1 204 No Content\r\n\r\n"), Some(27));
        assert_eq!(
            whole(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab"),
            None
        );
        let message = b"HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nabcd";
        assert_eq!(whole(message), Some(message.len() - 1));
        let chunked = b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n";
        assert_eq!(whole(chunked), Some(chunked.len()));
        assert_eq!(whole(b"GET / HTTP/1.1\r\n\r\n"), Some(18));
        assert_eq!(whole(b"HTTP/1.1 200 OK\r\n\r\nabc"), None);
        assert_eq!(
            whole(b"HTTP/1.1 200 OK\r\ncontent-length: 99999999999999999999\r\n\r\n"),
            None
        );
    }

    proptest! {
        #[test]
        fn bytes_come_back(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            prop_assert_eq!(Said::of(&bytes).bytes(), bytes.clone());
            let _end = whole(&bytes);
        }

        #[test]
        fn messages_come_back(head in "(POST /x HTTP/1.1|HTTP/1.1 200 OK)(\r\n[a-zA-Z-]{1,8}: ?[ -~]{0,8}){0,4}\r\n\r\n", body in any::<Vec<u8>>()) {
            let mut bytes = head.into_bytes();
            bytes.extend(&body);
            prop_assert_eq!(Said::of(&bytes).bytes(), bytes.clone());
            let _end = whole(&bytes);
        }
    }
}
