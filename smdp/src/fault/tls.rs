// SPDX-License-Identifier: MIT OR Apache-2.0
//! Faults of the TLS handshake: versions, suites, certificates, alerts (SGP.22 §2.6.6, SGP.32
//! §2.6.3, SGP.26 §5). They strike per connection.
//!
//! Trap: a handshake with other versions or suites asks for no client certificate; what the
//! listener demands of clients is not copied.

mod make;

use std::sync::Arc;

use certs::{Curve, Flaw, Pki, Role};
use rustls::ServerConfig;

use super::{Act, Fault, NotDone, Parameter, hand};
use crate::http::Handshake;

pub(super) use make::without_http2;
use make::{
    WrongSignature, another_key, changed, demand_certificate, invalid, leaf, lent, rebuilt,
    server_hello, shown,
};

/// What the function of a TLS fault has at hand.
pub(crate) struct TlsHand<'a> {
    pub(super) parameter: &'a str,
    /// The listener's configuration.
    pub(super) usual: &'a Arc<ServerConfig>,
    /// Certificates with something wrong.
    pub(super) pki: Option<&'a Pki>,
    /// The role of the listener's certificate.
    pub(super) role: Role,
    /// The names of the listener.
    pub(super) hosts: &'a [String],
}

type Outcome = Result<Handshake, NotDone>;

const fn flawed(
    name: &'static str,
    sentence: &'static str,
    act: fn(&TlsHand<'_>) -> Outcome,
) -> Fault {
    Fault {
        name,
        sentence,
        parameter: Parameter::None,
        act: Act::Handshake(act),
    }
}

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        name: "tls-version",
        sentence: "the server speaks this version alone: a device goes along with 1.2 and 1.3 as \
                   far as it has them, and refuses 1.0 and 1.1 (SGP.22 §2.6.6)",
        parameter: Parameter::Choice(&["1.2", "1.3", "1.1", "1.0"]),
        act: Act::Handshake(|hand| match hand.parameter {
            "1.3" => rebuilt(hand, &[&rustls::version::TLS13], |_| true),
            "1.2" => rebuilt(hand, &[&rustls::version::TLS12], |_| true),
            "1.1" => Ok(Handshake::Say(server_hello([3, 2], [0xC0, 0x09], 0))),
            _ => Ok(Handshake::Say(server_hello([3, 1], [0xC0, 0x09], 0))),
        }),
    },
    Fault {
        name: "tls-suite",
        sentence: "the server has this cipher suite alone: a device goes along as far as it has it \
                   (SGP.22 §2.6.6)",
        parameter: Parameter::Choice(&[
            "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
            "TLS13_AES_128_GCM_SHA256",
            "TLS13_AES_256_GCM_SHA384",
            "TLS13_CHACHA20_POLY1305_SHA256",
        ]),
        act: Act::Handshake(|hand| {
            let version = match hand.parameter.starts_with("TLS13") {
                true => &rustls::version::TLS13,
                false => &rustls::version::TLS12,
            };
            rebuilt(hand, &[version], |name| name == hand.parameter)
        }),
    },
    flawed(
        "tls-suite-null",
        "the server chooses a suite without encryption, which nobody offers: the device refuses \
         with an alert (RFC 5246 §7.4.1.3)",
        |_| Ok(Handshake::Say(server_hello([3, 3], [0xC0, 0x06], 0))),
    ),
    flawed(
        "tls-suite-rc4",
        "the server chooses a suite with RC4, which nobody may offer: the device refuses with an \
         alert (RFC 7465)",
        |_| Ok(Handshake::Say(server_hello([3, 3], [0xC0, 0x07], 0))),
    ),
    flawed(
        "tls-compression",
        "the server chooses compression, which nobody offers: the device refuses with an alert (RFC \
         5246 §7.4.1.3)",
        |_| Ok(Handshake::Say(server_hello([3, 3], [0xC0, 0x2B], 1))),
    ),
    flawed(
        "tls-damaged-record",
        "the server's encrypted records are damaged, in TLS 1.2 its Finished: the device refuses \
         with bad_record_mac(20) (RFC 8446 §5.2, RFC 5246 §7.4.9)",
        |hand| Ok(Handshake::Damaged(Arc::clone(hand.usual))),
    ),
    Fault {
        name: "tls-alert",
        sentence: "the ClientHello is answered with this fatal alert, without a number \
                   handshake_failure(40): the device reports it (RFC 8446 §6.2)",
        parameter: Parameter::Number {
            what: "ALERT",
            default: 40,
            least: 10,
            most: 120,
        },
        act: Act::Handshake(|hand| {
            let number: u8 = hand.parameter.parse().map_err(NotDone::new)?;
            Ok(Handshake::Say(vec![21, 3, 3, 0, 2, 2, number]))
        }),
    },
    flawed(
        "tls-plain-http",
        "the ClientHello is answered in plain HTTP, as by a wrong port: the device takes it for no \
         TLS",
        |_| {
            let text = b"HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n";
            Ok(Handshake::Say(text.to_vec()))
        },
    ),
    flawed(
        "tls-close",
        "the connection is closed at the ClientHello: the device reports it or tries again",
        |_| Ok(Handshake::Close),
    ),
    flawed(
        "tls-stall",
        "the ClientHello is never answered: the device's timer ends it",
        |_| Ok(Handshake::Stall),
    ),
    flawed(
        "tls-close-after-handshake",
        "the connection is closed in order right after the handshake, before a request: the \
         device reports it or tries again",
        |hand| Ok(Handshake::CloseAfter(Arc::clone(hand.usual))),
    ),
    flawed(
        "tls-name-required",
        "a client that does not name the server, or another one, is refused with \
         unrecognized_name(112) (RFC 6066 §3): the device has to send SNI",
        |hand| {
            let names = hand.hosts.to_vec();
            Ok(Handshake::NeedsName(Arc::clone(hand.usual), names))
        },
    ),
    flawed(
        "tls-alpn-ignored",
        "the server chooses no application protocol: the device goes on with HTTP/1.1 (RFC 7301 \
         §3.2)",
        |hand| changed(hand, |config| config.alpn_protocols.clear()),
    ),
    flawed(
        "tls-alpn-refused",
        "a device that offers application protocols is refused with no_application_protocol(120) \
         (RFC 7301 §3.2)",
        |hand| {
            changed(hand, |config| {
                config.alpn_protocols = vec![b"none".to_vec()]
            })
        },
    ),
    flawed(
        "tls-client-certificate",
        "the server demands a client certificate, which no device has (SGP.22 §2.6.6): the \
         handshake fails",
        demand_certificate,
    ),
    flawed(
        "tls-signature",
        "the signature over the handshake is wrong: the device refuses with decrypt_error(51) (RFC \
         8446 §4.4.3)",
        |hand| {
            let usual = Arc::clone(&hand.usual.cert_resolver);
            changed(hand, |config| {
                config.cert_resolver = Arc::new(WrongSignature(usual))
            })
        },
    ),
    Fault {
        name: "tls-certificate",
        sentence: "the certificate has the flaw of its SGP.26 name: the device refuses the \
                   handshake (SGP.22 §2.6.6, SGP.26 §5)",
        parameter: Parameter::Certificate(Role::DpTls),
        act: Act::Handshake(|hand| {
            let flaw = hand::flaw(Role::DpTls, hand.parameter);
            invalid(
                hand,
                flaw.ok_or_else(|| NotDone::new("no such certificate"))?,
            )
        }),
    },
    flawed(
        "tls-expired",
        "the certificate has expired: the device refuses with certificate_expired(45) (RFC 5280 \
         §6.1.3)",
        |hand| invalid(hand, Flaw::Expired),
    ),
    flawed(
        "tls-not-yet-valid",
        "the certificate is not valid yet: the device refuses (RFC 5280 §6.1.3)",
        |hand| invalid(hand, Flaw::NotYetValid),
    ),
    flawed(
        "tls-untrusted-ci",
        "a CI of the same name and another key issued the certificate: the device refuses with \
         unknown_ca(48) (SGP.22 §2.6.6)",
        |hand| invalid(hand, Flaw::UnknownCi),
    ),
    flawed(
        "tls-wrong-policy",
        "the certificate has the policy of CERT.DPauth: a device that checks the role refuses \
         (SGP.22 §4.5.2.2)",
        |hand| invalid(hand, Flaw::WrongRole),
    ),
    flawed(
        "tls-damaged-certificate",
        "the CI's signature on the certificate is damaged: the device refuses with \
         bad_certificate(42) or decrypt_error(51) (SGP.26 §5)",
        |hand| invalid(hand, Flaw::Signature),
    ),
    flawed(
        "tls-wrong-name",
        "the certificate is for another name than the one asked for: the device refuses (RFC 9525 \
         §6)",
        |hand| invalid(hand, Flaw::Name),
    ),
    flawed(
        "tls-other-key",
        "the certificate is right in everything, and for another key than before: a device that \
         was told the server's key or certificate refuses (SGP.32 §2.6.3)",
        |hand| {
            let mut hosts: Vec<&str> = hand.hosts.iter().map(String::as_str).collect();
            // a certificate for more names has a key of its own
            hosts.push("second.test.example");
            let other = lent(hand)?.issue_tls(hand.role, &hosts, Curve::NistP256);
            let other = other.map_err(NotDone::new)?;
            let key = other.key_der().map_err(NotDone::new)?;
            let mut chain = lent(hand)?
                .chain(hand.role, Curve::NistP256)
                .map_err(NotDone::new)?;
            chain.insert(0, other.certificate);
            shown(hand, chain, key)
        },
    ),
    flawed(
        "tls-self-signed",
        "the certificate is signed with its own key: the device refuses with unknown_ca(48) \
         (SGP.22 §2.6.6)",
        |hand| invalid(hand, Flaw::SelfSigned),
    ),
    flawed(
        "tls-client-role",
        "extendedKeyUsage is clientAuth alone: the device refuses (RFC 5280 §4.2.1.12)",
        |hand| invalid(hand, Flaw::ExtendedKeyUsage),
    ),
    flawed(
        "tls-wrong-curve",
        "the certificate's key is on P-384, which no profile of SGP.22 §2.6.6 has: a strict device \
         refuses",
        |hand| invalid(hand, Flaw::Curve),
    ),
    flawed(
        "tls-no-chain",
        "the certificates between the server's and the CI are left out, where there are some \
         (SGP.26 Variants A, B and C): the device refuses with unknown_ca(48) (RFC 5246 §7.4.2)",
        |hand| {
            let (leaf, between) = leaf(hand)?;
            if between.is_empty() {
                return Err(NotDone::new("the CI itself issues the certificate"));
            }
            let key = leaf.key_der().map_err(NotDone::new)?;
            shown(hand, vec![leaf.certificate], key)
        },
    ),
    flawed(
        "tls-empty-chain",
        "the server sends no certificate at all: the device refuses (RFC 8446 §4.4.2)",
        |hand| {
            let key = another_key(hand)?;
            shown(hand, Vec::new(), key)
        },
    ),
    flawed(
        "tls-ci-as-leaf",
        "the server shows the CI's own certificate: the device refuses, for it names no host and \
         is a CA (SGP.22 §4.5.2.2)",
        |hand| {
            let ci = lent(hand)?.credential(Role::Ci, Curve::NistP256);
            let ci = ci.map_err(NotDone::new)?;
            let key = ci.key_der().map_err(NotDone::new)?;
            shown(hand, vec![ci.certificate.clone()], key)
        },
    ),
    flawed(
        "tls-chain-order",
        "the CI's certificate comes before the server's: the device takes the first for the \
         server's and refuses (RFC 5246 §7.4.2)",
        |hand| {
            let ci = lent(hand)?.credential(Role::Ci, Curve::NistP256);
            let (leaf, between) = leaf(hand)?;
            let key = leaf.key_der().map_err(NotDone::new)?;
            let mut chain = vec![ci.map_err(NotDone::new)?.certificate.clone()];
            chain.extend(between);
            chain.push(leaf.certificate);
            shown(hand, chain, key)
        },
    ),
    flawed(
        "tls-key-mismatch",
        "the server proves another key than the certificate has: the device refuses with \
         decrypt_error(51) (RFC 8446 §4.4.3)",
        |hand| {
            let (leaf, mut chain) = leaf(hand)?;
            chain.insert(0, leaf.certificate);
            shown(hand, chain, another_key(hand)?)
        },
    ),
];
