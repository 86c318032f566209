// SPDX-License-Identifier: MIT OR Apache-2.0
//! What an eIM of a case does wrong on purpose: TLS, HTTP and JSON as the servers of `smdp`, CoAP
//! and DTLS by faults of their own.

use std::sync::Arc;

use certs::{Curve, Flaw, Pki, Role};
use smdp::{ArmedFault, Faults};

use crate::run::SetUpError;
use crate::wire::coap::{ArmedCoapFault, CoapFaults, DtlsVersion, Effect, Psk, Settings};
use crate::wire::tls::Identity;

/// The faults of one eIM.
#[derive(Debug)]
pub(in crate::run) struct Misbehaviour {
    /// Of TLS, HTTP and JSON.
    pub(super) https: Arc<Faults>,
    /// Of CoAP and DTLS.
    pub(super) coap: Arc<CoapFaults>,
    /// Armed from the beginning.
    names: Vec<String>,
}

impl Misbehaviour {
    /// The faults of the eIM called `host`, those armed that the case names for the beginning.
    pub(super) fn new(pki: &Pki, host: &str, names: &[String]) -> Result<Self, SetUpError> {
        let own = Self {
            https: Arc::new(Faults::lending(pki.clone(), Role::EimTls, &[host])),
            coap: Arc::default(),
            names: names.to_vec(),
        };
        own.arm(names).map_err(SetUpError::Value)?;
        Ok(own)
    }

    /// Arms named faults; those before stay.
    pub(in crate::run) fn arm(&self, names: &[String]) -> Result<(), String> {
        for name in names {
            if is_of_coap(name) {
                let fault: ArmedCoapFault = name.parse().map_err(|error| format!("{error}"))?;
                self.coap.arm(fault);
            } else {
                let fault: ArmedFault = name.parse().map_err(|error| format!("{error}"))?;
                self.https.arm(fault).map_err(|error| error.to_string())?;
            }
        }
        Ok(())
    }

    /// What a server of CoAP is told.
    pub(super) fn settings(&self, settings: Settings) -> Settings {
        let only = self.coap.strike(Effect::Version, None);
        let psk_only = self.coap.strike(Effect::PskOnly, None).is_some();
        Settings {
            mtu: self.coap.strike_number(Effect::Mtu, None),
            only: only.map(|version| match version.as_str() {
                "1.3" => DtlsVersion::V13,
                _ => DtlsVersion::V12,
            }),
            psk_only,
            psk: psk_only.then(Psk::laboratory),
            faults: Some(self.coap.clone()),
            ..settings
        }
    }

    /// The certificate that a server of DTLS shows when a fault of TLS says another.
    pub(super) fn identity(&self, pki: &Pki, host: &str) -> Result<Option<Identity>, SetUpError> {
        let flaw = self.names.iter().find_map(|name| flaw(name));
        let Some(flaw) = flaw else { return Ok(None) };
        let invalid = pki.flawed_tls(Role::EimTls, &[host], Curve::NistP256, flaw);
        let invalid = invalid.map_err(SetUpError::of("PKI"))?;
        let key = invalid.credential.key_der();
        Ok(Some(Identity {
            chain: vec![invalid.credential.certificate],
            key: key.map_err(SetUpError::of("PKI"))?,
        }))
    }
}

/// Whether a fault is one of CoAP or DTLS.
pub(super) fn is_of_coap(name: &str) -> bool {
    name.starts_with("coap-") || name.starts_with("dtls-")
}

/// The flaw of a certificate that a fault of TLS stands for.
fn flaw(name: &str) -> Option<Flaw> {
    Some(match name {
        "tls-expired" => Flaw::Expired,
        "tls-not-yet-valid" => Flaw::NotYetValid,
        "tls-untrusted-ci" => Flaw::UnknownCi,
        "tls-wrong-name" => Flaw::Name,
        "tls-self-signed" => Flaw::SelfSigned,
        "tls-damaged-certificate" => Flaw::Signature,
        "tls-client-role" => Flaw::ExtendedKeyUsage,
        _ => return None,
    })
}
