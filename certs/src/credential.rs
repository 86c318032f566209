// SPDX-License-Identifier: MIT OR Apache-2.0
//! A certificate with its private key, in the forms that programs take.

use der::Decode;
use der::pem::LineEnding;
use rsp::ecdsa::PrivateKey;
use x509_cert::certificate::Certificate;

use crate::error::PkiError;
use crate::issue::subject_key_id;

/// A certificate and its private key.
#[derive(Debug, Clone)]
pub struct Credential {
    /// SGP.26's file name without its `CERT_`, and, where the certificate was issued on demand, to
    /// whom.
    pub name: String,
    /// The DER-coded certificate.
    pub certificate: Vec<u8>,
    /// The private key. Where a flaw put a key of another size into the certificate, that of the
    /// valid one; [`Self::key_der`] and [`Self::key_pem`] give the one in the certificate.
    pub key: PrivateKey,
    /// PKCS#8 of the key in the certificate, when it is on a curve that [`Self::key`] cannot be on.
    pub other_key: Option<Vec<u8>>,
}

impl Credential {
    /// The certificate as PEM text.
    ///
    /// # Errors
    /// The encoder refuses, which a certificate of this crate does not cause.
    pub fn certificate_pem(&self) -> Result<String, PkiError> {
        pem("CERTIFICATE", &self.certificate)
    }

    /// The private key as PKCS#8 PEM text.
    ///
    /// # Errors
    /// The encoder refuses, which a valid key does not cause.
    pub fn key_pem(&self) -> Result<String, PkiError> {
        match &self.other_key {
            Some(key) => pem("PRIVATE KEY", key),
            None => Ok(self.key.to_pem()?),
        }
    }

    /// The private key as DER-coded PKCS#8, for TLS libraries.
    ///
    /// # Errors
    /// The encoder refuses, which a valid key does not cause.
    pub fn key_der(&self) -> Result<Vec<u8>, PkiError> {
        match &self.other_key {
            Some(key) => Ok(key.clone()),
            None => Ok(self.key.to_pkcs8_der()?),
        }
    }

    /// The subjectKeyIdentifier, or the SHA-1 of the public key when there is none.
    ///
    /// # Errors
    /// The certificate is damaged.
    pub fn key_id(&self) -> Result<Vec<u8>, PkiError> {
        Ok(subject_key_id(&self.parsed()?, self.key.public_key()))
    }

    pub(crate) fn parsed(&self) -> Result<Certificate, PkiError> {
        Ok(Certificate::from_der(&self.certificate)?)
    }
}

pub(crate) fn pem(label: &'static str, der: &[u8]) -> Result<String, PkiError> {
    der::pem::encode_string(label, LineEnding::LF, der)
        .map_err(|error| PkiError::Encoding(error.to_string()))
}
