// SPDX-License-Identifier: MIT OR Apache-2.0
//! CoAP on a command line, the same for eIM and IPA.

use clap::Args;
use rsp::env::Env;

use super::{DtlsVersion, PATH, Psk, Settings};

/// How CoAP is spoken.
#[derive(Args, Clone, Debug)]
pub struct CoapArgs {
    /// Pre-shared key of DTLS, for a laboratory: SGP.32 has no such mode
    #[arg(long, value_name = "IDENTITY:HEX")]
    coap_psk: Option<Psk>,
    /// Path of ESipa over CoAP
    #[arg(long, value_name = "PATH", default_value = PATH)]
    coap_path: String,
    /// Largest block, in bytes: 16, 32, … 1024
    #[arg(long, value_name = "BYTES", default_value_t = 1024, value_parser = block)]
    coap_block: usize,
    /// Version of DTLS that a client offers; a server takes both
    #[arg(long, value_name = "VERSION", default_value = "1.2")]
    dtls: DtlsVersion,
}

fn block(text: &str) -> Result<usize, String> {
    let size = text.parse().ok();
    let allowed = |size: &usize| size.is_power_of_two() && (16..=1024).contains(size);
    size.filter(allowed)
        .ok_or_else(|| format!("expected a power of two from 16 to 1024, got {text:?}"))
}

impl CoapArgs {
    /// The settings, with a seed drawn from `env`.
    pub(crate) fn settings(&self, env: &mut dyn Env) -> Settings {
        Settings {
            path: self.coap_path.clone(),
            block_size: self.coap_block,
            version: self.dtls,
            psk: self.coap_psk.clone(),
            seed: u64::from_be_bytes(env.array()),
            ..Settings::default()
        }
    }
}

/// The octet of a code such as `4.04`: three bits of class, five of detail (RFC 7252 §3).
pub(super) fn code_byte(code: &str) -> Option<u8> {
    let (class, detail) = code.split_once('.')?;
    let (class, detail): (u8, u8) = (class.parse().ok()?, detail.parse().ok()?);
    let fits = (2..=5).contains(&class) && detail < 32;
    fits.then_some(class << 5 | detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_block_sizes_of_the_rfc_pass() {
        assert_eq!(block("16"), Ok(16));
        assert_eq!(block("1024"), Ok(1024));
        for wrong in ["8", "100", "2048", "", "x"] {
            assert!(block(wrong).is_err(), "{wrong}");
        }
    }
}
