// SPDX-License-Identifier: MIT OR Apache-2.0
//! How ESipa messages are carried (SGP.32 §6.1 to §6.4).

use std::fmt;

use clap::ValueEnum;

/// A binding of ESipa.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd, ValueEnum)]
pub enum Binding {
    /// ASN.1 messages over HTTPS, one path for all functions (SGP.32 §6.1.1, §6.3).
    #[default]
    Asn1,
    /// JSON over HTTPS, one path per function (SGP.32 §6.1.2, §6.4).
    Json,
    /// ASN.1 messages over CoAP and DTLS (SGP.32 §6.2, §6.3).
    Coap,
}

impl Binding {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Asn1, Self::Json, Self::Coap];
}

impl fmt::Display for Binding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Asn1 => "asn1",
            Self::Json => "json",
            Self::Coap => "coap",
        })
    }
}
