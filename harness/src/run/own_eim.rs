// SPDX-License-Identifier: MIT OR Apache-2.0
//! An eIM under test that has keys of its own: the card of a case knows those instead of ours.

use std::path::Path;

use rsp::chain::CertificateView;
use rsp::ecdsa::PublicKey;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use serde_json::{Value, json};

use super::{RunOptions, SetUpError};
use crate::recording::Octets;

/// Its certificates, DER.
#[derive(Default)]
pub(super) struct OwnCertificates {
    /// Of its ESipa server.
    pub(super) tls: Option<Vec<u8>>,
    /// With which it signs.
    signing: Option<Vec<u8>>,
}

impl OwnCertificates {
    /// Those that the description of the program under test names.
    pub(super) fn of(options: &RunOptions) -> Result<Self, SetUpError> {
        let Some(description) = &options.under_test else {
            return Ok(Self::default());
        };
        if let Some(player) = &options.played {
            // its tape brings them: nobody has the files
            let described = player.recording().header.described.as_ref();
            let own = |octets: Option<&Octets>| octets.map(|it| it.0.clone());
            return Ok(Self {
                tls: own(described.and_then(|it| it.tls_certificate.as_ref())),
                signing: own(described.and_then(|it| it.signing_certificate.as_ref())),
            });
        }
        let here = description.here();
        let own = &description.eim;
        let read = |path: &Option<std::path::PathBuf>| {
            let path = path.as_ref().map(|path| here.join(path));
            path.map(|path| one(&path)).transpose()
        };
        Ok(Self {
            tls: read(&own.tls_certificate)?,
            signing: read(&own.signing_certificate)?,
        })
    }

    /// Whether there are any.
    pub(super) const fn any(&self) -> bool {
        self.tls.is_some() || self.signing.is_some()
    }

    /// The key with which it signs.
    pub(super) fn signing_key(&self) -> Result<Option<PublicKey>, SetUpError> {
        let Some(certificate) = &self.signing else {
            return Ok(None);
        };
        let view = CertificateView::parse(certificate).map_err(SetUpError::of("eIM"))?;
        let key = view.public_key().map_err(SetUpError::of("eIM"))?;
        Ok(Some(key.clone()))
    }

    /// `EimConfigurationData` with its keys in place of ours.
    pub(super) fn configured(&self, configuration: &[u8]) -> Result<Vec<u8>, SetUpError> {
        const TYPE: &str = "EimConfigurationData";
        let mut value = rsp::schema::decode_lenient(TYPE, configuration).to_value();
        put(
            &mut value,
            "eimPublicKeyData",
            ["eimPublicKey", "eimCertificate"],
            self.signing.as_deref(),
        )?;
        let anchors = ["trustedEimPkTls", "trustedCertificateTls"];
        put(
            &mut value,
            "trustedPublicKeyDataTls",
            anchors,
            self.tls.as_deref(),
        )?;
        rsp::schema::from_value(TYPE, &value).map_err(SetUpError::of("eIM"))
    }
}

/// Puts a certificate, or its key, where a member has one.
fn put(
    value: &mut Value,
    member: &str,
    [key, whole]: [&str; 2],
    own: Option<&[u8]>,
) -> Result<(), SetUpError> {
    let (Some(own), Some(anchor)) = (own, value.get_mut(member)) else {
        return Ok(());
    };
    let view = CertificateView::parse(own).map_err(SetUpError::of("eIM"))?;
    *anchor = if anchor.get(key).is_some() {
        json!({ key: hex::encode(view.spki()) })
    } else {
        json!({ whole: hex::encode(own) })
    };
    Ok(())
}

/// Reads a certificate in PEM or DER.
pub(crate) fn certificate(path: &Path) -> Result<Vec<u8>, String> {
    one(path).map_err(|error| error.to_string())
}

fn one(path: &Path) -> Result<Vec<u8>, SetUpError> {
    let wrong = |error: &dyn std::fmt::Display| {
        SetUpError::Value(format!("[eim] {}: {error}", path.display()))
    };
    let bytes = std::fs::read(path).map_err(|error| wrong(&error))?;
    let der = if bytes.trim_ascii_start().starts_with(b"-----") {
        let first = CertificateDer::from_pem_slice(&bytes);
        first.map_err(|error| wrong(&error))?.to_vec()
    } else {
        bytes
    };
    CertificateView::parse(&der).map_err(|error| wrong(&error))?;
    Ok(der)
}
