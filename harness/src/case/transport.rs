// SPDX-License-Identifier: MIT OR Apache-2.0
//! How the request of a scripted IPA goes out, and what the transport may answer.

use std::collections::BTreeMap;
use std::fmt;

use schemars::JsonSchema;
use serde::Deserialize;

use super::node::Node;

/// How a request goes out over HTTP: on a connection of its own, as an IPA would write it but for
/// what is written here.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HttpForm {
    /// The method instead of POST.
    pub method: Option<String>,
    /// The path instead of that of the binding.
    pub path: Option<String>,
    /// Header fields by their names in lower case; `absent` leaves one out.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// The octets of the body instead of the message, in hex.
    pub body: Option<String>,
    /// The text of the body instead of the message.
    pub text: Option<String>,
    /// JSON: changes to the body, JSON pointer to new value; `absent` removes.
    #[serde(default)]
    pub json: BTreeMap<String, Node>,
    /// The body goes in chunks of so many octets.
    pub chunked: Option<usize>,
    /// By how much Content-Length is more than the body has.
    pub length: Option<i64>,
    /// So many octets of zero follow the body, until an answer comes.
    pub fill: Option<u64>,
    /// Half of the request is sent, and the connection stays open until the case is over.
    #[serde(default)]
    pub hold: bool,
    /// What TLS offers.
    #[serde(default)]
    pub tls: TlsForm,
}

/// What the client offers in TLS.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TlsForm {
    /// The only version.
    pub version: Option<TlsVersion>,
    /// The only cipher suite, by its name in the registry of IANA.
    pub suite: Option<String>,
    /// Whether the name of the server is told; it is, unless `false`.
    pub sni: Option<bool>,
}

/// Versions of TLS.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Deserialize, JsonSchema)]
pub enum TlsVersion {
    /// TLS 1.2.
    #[serde(rename = "1.2")]
    V1_2,
    /// TLS 1.3.
    #[serde(rename = "1.3")]
    V1_3,
}

/// How a request goes out over CoAP.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CoapForm {
    /// The method instead of POST: GET, PUT, DELETE.
    pub method: Option<String>,
    /// The path instead of that of the binding.
    pub path: Option<String>,
    /// A message that is not confirmable.
    #[serde(default)]
    pub non: bool,
    /// Further options: number to value in hex.
    #[serde(default)]
    pub options: BTreeMap<u16, String>,
    /// Content-Format instead of that of the binding.
    pub format: Option<u16>,
    /// The octets of the body instead of the message, in hex.
    pub body: Option<String>,
    /// So many octets of zero follow the body.
    pub fill: Option<usize>,
    /// The size of blocks in both directions.
    pub block: Option<usize>,
    /// Something that happens to the datagrams.
    pub fault: Option<CoapFault>,
}

/// What happens to the datagrams of a request.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum CoapFault {
    /// The same message goes out a second time in a record of its own; both answers must be the
    /// same, else the outcome is `another`.
    Again,
    /// The second of three blocks is left out.
    Hole,
    /// The token has nine octets.
    LongToken,
    /// It goes out without DTLS.
    Plain,
    /// Its DTLS record goes out a second time; an answer to that is the outcome `another`.
    Replay,
    /// A record with a damaged tag goes before it.
    Corrupt,
    /// The first flight of the server is lost.
    Lose,
    /// The client starts again on the same address and port, and knows nothing of its session.
    Restart,
    /// The client only offers a pre-shared key.
    Psk,
}

/// What the transport may answer: an HTTP status, a code of CoAP in quotes (`'4.04'`), `closed` (no
/// answer, and the connection ended), `reset` (CoAP), `silent` (nothing came), `held`.
#[derive(Clone, Debug, Eq, PartialEq, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Status {
    /// A status of HTTP.
    Number(u16),
    /// A code of CoAP, or a word.
    Word(String),
}

impl Status {
    /// Whether `outcome` is this.
    #[must_use]
    pub fn is(&self, outcome: &str) -> bool {
        self.to_string() == outcome
    }

    /// Whether it is something that can come.
    #[must_use]
    pub fn is_known(&self) -> bool {
        match self {
            Self::Number(number) => (100..600).contains(number),
            Self::Word(word) => {
                ["closed", "reset", "silent", "held"].contains(&word.as_str())
                    || matches!(word.as_bytes(), [b'2' | b'4' | b'5', b'.', _, _])
            }
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Word(word) => f.write_str(word),
        }
    }
}

/// Several of them in words.
#[must_use]
pub fn any_of(awaited: &[Status]) -> String {
    let words: Vec<String> = awaited.iter().map(Status::to_string).collect();
    words.join(" or ")
}

/// A connection to the eIM under test over which no message goes.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ConnectStep {
    /// What is tried.
    pub hello: Hello,
    /// What may come of it; a refusal (`alert`, `closed`) when nothing is written.
    #[serde(default)]
    pub expect: Vec<Greeting>,
}

impl ConnectStep {
    /// What may come of it.
    #[must_use]
    pub fn expected(&self) -> &[Greeting] {
        match (self.expect.as_slice(), self.hello) {
            ([], Hello::Renegotiation) => &[Greeting::Alert, Greeting::Closed, Greeting::Ignored],
            ([], _) => &[Greeting::Alert, Greeting::Closed],
            (expected, _) => expected,
        }
    }
}

/// What a client that is written by hand tries in a handshake.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Hello {
    /// TLS 1.1 at most.
    #[serde(rename = "tls-1.1")]
    Tls11,
    /// Key exchange by RSA only.
    RsaKeyExchange,
    /// Suites with NULL, RC4 and 3DES only.
    WeakSuites,
    /// The CBC suite of SGP.22 only.
    CbcSuite,
    /// No ECDSA with SHA-256 or better among the signature algorithms.
    NoEcdsa,
    /// No group that an eIM has.
    NoCommonGroup,
    /// Brainpool curves only.
    Brainpool,
    /// A ClientHello of 16 KB.
    Large,
    /// Application data right behind the ClientHello.
    DataBeforeFinished,
    /// A Finished that is damaged.
    BadFinished,
    /// A second handshake within a session of TLS 1.2.
    Renegotiation,
    /// Octets that are no TLS.
    Garbage,
    /// Nothing at all; the connection stays open until the case is over.
    Idle,
    /// DTLS: a ClientHello without a cookie.
    Dtls,
    /// DTLS: the same in two fragments.
    DtlsFragments,
}

impl Hello {
    /// Whether it goes over UDP.
    #[must_use]
    pub const fn is_dtls(self) -> bool {
        matches!(self, Self::Dtls | Self::DtlsFragments)
    }
}

/// What comes of a [`ConnectStep`].
#[derive(Clone, Copy, Debug, Eq, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Greeting {
    /// An alert.
    Alert,
    /// The connection ended.
    Closed,
    /// The server went on with the handshake.
    ServerHello,
    /// DTLS: the server asks for its cookie.
    HelloVerify,
    /// The server went on with its session as if there had been no hello.
    Ignored,
    /// Nothing came.
    Silent,
}

impl fmt::Display for Greeting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Alert => "an alert",
            Self::Closed => "a closed connection",
            Self::ServerHello => "a ServerHello",
            Self::HelloVerify => "a HelloVerifyRequest",
            Self::Ignored => "a session that goes on without it",
            Self::Silent => "nothing",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_come_is_known() {
        let word = |text: &str| Status::Word(text.to_owned());
        assert!(Status::Number(405).is("405") && !Status::Number(405).is("404"));
        assert!(word("4.04").is("4.04") && word("4.04").is_known());
        assert!(word("closed").is_known() && !word("shut").is_known());
        assert!(!Status::Number(40).is_known() && !word("4.4").is_known());
        assert_eq!(
            any_of(&[Status::Number(400), word("closed")]),
            "400 or closed"
        );
    }

    #[test]
    fn a_refusal_is_awaited_unless_the_case_says_more() {
        let step: ConnectStep = serde_json::from_str(r#"{"hello": "tls-1.1"}"#).unwrap();
        assert_eq!(step.expected(), [Greeting::Alert, Greeting::Closed]);
        let text = r#"{"hello": "dtls", "expect": ["hello-verify"]}"#;
        let step: ConnectStep = serde_json::from_str(text).unwrap();
        assert!(step.hello.is_dtls());
        assert_eq!(step.expected(), [Greeting::HelloVerify]);
    }
}
