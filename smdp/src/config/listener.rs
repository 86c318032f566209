// SPDX-License-Identifier: MIT OR Apache-2.0
//! `[[listener]]`: where the server listens, for whom, and with which TLS.

use std::net::SocketAddr;
use std::path::PathBuf;

use schemars::JsonSchema;
use serde::Deserialize;

use super::error::Problem;

/// One listener. Without any, ES9+ is served on the address of `--listen`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ListenerConfig {
    /// Address to listen on; port 0 takes a free one.
    #[schemars(with = "String")]
    pub address: SocketAddr,
    /// What is served there.
    pub interfaces: Vec<InterfaceConfig>,
    /// The CIs under which this listener authenticates and is authenticated, by their curve.
    pub curves: Vec<CurveConfig>,
    /// TLS versions to offer.
    pub tls: Vec<TlsVersionConfig>,
    /// Curve of the TLS certificate.
    pub tls_certificate: CurveConfig,
    /// Certificates in files, shown as they are: the one whose names have what the client asks for
    /// in SNI, else the first; none for one that the PKI issues for the names of the server.
    pub tls_files: Vec<TlsFiles>,
    /// Whether clients show a certificate. One that is shown is always verified. ES2+ and ES12
    /// answer nobody without one.
    pub client_certificates: ClientCertificates,
    /// Files with client certificates (PEM or DER) that are trusted as they are; none to trust
    /// those that the CI has issued.
    pub client_pins: Vec<PathBuf>,
    /// HTTP without TLS, for `admin` alone.
    pub plain: bool,
}

impl Default for ListenerConfig {
    fn default() -> Self {
        Self {
            address: SocketAddr::from(([127, 0, 0, 1], 8443)),
            interfaces: vec![InterfaceConfig::Es9Plus],
            curves: vec![CurveConfig::NistP256, CurveConfig::BrainpoolP256r1],
            tls: vec![TlsVersionConfig::Tls12, TlsVersionConfig::Tls13],
            tls_certificate: CurveConfig::NistP256,
            tls_files: Vec::new(),
            client_certificates: ClientCertificates::None,
            client_pins: Vec::new(),
            plain: false,
        }
    }
}

/// A TLS certificate and its key.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TlsFiles {
    /// The certificate and those above it, without the CI: PEM, or DER for one alone.
    pub chain: PathBuf,
    /// Its private key, PEM.
    pub key: PathBuf,
}

/// An interface of SGP.22 §5, or the administration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum InterfaceConfig {
    /// LPA and IPA to SM-DP+ (SGP.22 §5.6).
    Es9Plus,
    /// Operator to SM-DP+ (SGP.22 §5.3).
    Es2Plus,
    /// LPA and IPA to SM-DS (SGP.22 §5.8).
    Es11,
    /// SM-DP+ and SM-DS to SM-DS (SGP.22 §5.9).
    Es12,
    /// The JSON API and the status page of this server.
    Admin,
}

impl InterfaceConfig {
    /// Whether nobody is answered without a client certificate.
    pub fn needs_client(self) -> bool {
        matches!(self, Self::Es2Plus | Self::Es12)
    }

    /// As the configuration writes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Es9Plus => "es9plus",
            Self::Es2Plus => "es2plus",
            Self::Es11 => "es11",
            Self::Es12 => "es12",
            Self::Admin => "admin",
        }
    }
}

/// A curve of the test PKI.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum CurveConfig {
    /// NIST P-256.
    NistP256,
    /// brainpoolP256r1.
    BrainpoolP256r1,
}

impl From<CurveConfig> for certs::Curve {
    fn from(curve: CurveConfig) -> Self {
        match curve {
            CurveConfig::NistP256 => Self::NistP256,
            CurveConfig::BrainpoolP256r1 => Self::BrainpoolP256r1,
        }
    }
}

/// A TLS version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
pub enum TlsVersionConfig {
    /// TLS 1.2.
    #[serde(rename = "1.2")]
    Tls12,
    /// TLS 1.3.
    #[serde(rename = "1.3")]
    Tls13,
}

/// Whether a listener asks for a client certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum ClientCertificates {
    /// It does not ask.
    None,
    /// It asks, and goes on without one.
    Optional,
    /// It ends a handshake without one.
    Required,
}

impl ListenerConfig {
    /// Whether several members fit together.
    ///
    /// # Errors
    /// They do not.
    pub fn check(&self) -> Result<(), Problem> {
        let admin = self.interfaces.contains(&InterfaceConfig::Admin);
        let alone = self
            .interfaces
            .iter()
            .all(|it| *it == InterfaceConfig::Admin);
        let (key, problem) = if self.interfaces.is_empty() {
            let known = "es9plus, es2plus, es11, es12 or admin";
            ("interfaces", format!("expected {known}, got nothing"))
        } else if admin && !alone {
            let problem = "expected admin on a listener of its own, got it beside others";
            ("interfaces", problem.to_owned())
        } else if admin && !self.address.ip().is_loopback() {
            let problem = format!(
                "expected a loopback address for admin, got {}",
                self.address
            );
            ("address", problem)
        } else if self.plain && !admin {
            let problem = "expected TLS for everything but admin, got plain HTTP";
            ("plain", problem.to_owned())
        } else if self.tls.is_empty() {
            ("tls", "expected \"1.2\" or \"1.3\", got nothing".to_owned())
        } else if self.curves.is_empty() {
            let problem = "expected nistP256 or brainpoolP256r1, got nothing";
            ("curves", problem.to_owned())
        } else if self.client_certificates == ClientCertificates::None
            && self.interfaces.iter().any(|it| it.needs_client())
        {
            let problem = "expected optional or required for es2plus and es12, got none";
            ("client_certificates", problem.to_owned())
        } else {
            return Ok(());
        };
        Err(Problem::new(key, problem))
    }
}
