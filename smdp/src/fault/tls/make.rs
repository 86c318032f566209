// SPDX-License-Identifier: MIT OR Apache-2.0
//! Handshakes with something wrong, made from the listener's own configuration.

use std::sync::Arc;

use certs::{Credential, Curve, Flaw, Pki, Role};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::{ClientHello, ResolvesServerCert, WebPkiClientVerifier};
use rustls::sign::{CertifiedKey, Signer, SigningKey, SingleCertAndKey};
use rustls::{
    RootCertStore, ServerConfig, SignatureAlgorithm, SignatureScheme, SupportedProtocolVersion,
};

use super::{Outcome, TlsHand};
use crate::fault::NotDone;
use crate::http::Handshake;

/// The listener's configuration with HTTP/1.1 alone.
pub(in crate::fault) fn without_http2(usual: &Arc<ServerConfig>) -> Handshake {
    let mut config = ServerConfig::clone(usual);
    config.alpn_protocols.retain(|protocol| protocol != b"h2");
    Handshake::With(Arc::new(config))
}

pub(in crate::fault) fn changed(
    hand: &TlsHand<'_>,
    change: impl FnOnce(&mut ServerConfig),
) -> Outcome {
    let mut config = ServerConfig::clone(hand.usual);
    change(&mut config);
    Ok(Handshake::With(Arc::new(config)))
}

/// The listener's configuration with other versions and those suites whose names are wanted.
pub(in crate::fault) fn rebuilt(
    hand: &TlsHand<'_>,
    versions: &[&'static SupportedProtocolVersion],
    wanted: impl Fn(&str) -> bool,
) -> Outcome {
    let mut provider = CryptoProvider::clone(hand.usual.crypto_provider());
    let name = |suite: rustls::CipherSuite| format!("{suite:?}");
    provider
        .cipher_suites
        .retain(|suite| wanted(&name(suite.suite())));
    let mut config = ServerConfig::builder_with_provider(Arc::new(provider))
        .with_protocol_versions(versions)
        .map_err(NotDone::new)?
        .with_no_client_auth()
        .with_cert_resolver(Arc::clone(&hand.usual.cert_resolver));
    config.alpn_protocols.clone_from(&hand.usual.alpn_protocols);
    config.key_log = Arc::clone(&hand.usual.key_log);
    Ok(Handshake::With(Arc::new(config)))
}

/// The listener's configuration with another certificate.
pub(in crate::fault) fn shown(
    hand: &TlsHand<'_>,
    chain: Vec<Vec<u8>>,
    key_pkcs8: Vec<u8>,
) -> Outcome {
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key_pkcs8));
    let provider = hand.usual.crypto_provider().key_provider;
    let key = provider.load_private_key(key).map_err(NotDone::new)?;
    let chain = chain.into_iter().map(CertificateDer::from).collect();
    let key = CertifiedKey::new(chain, key);
    changed(hand, |config| {
        config.cert_resolver = Arc::new(SingleCertAndKey::from(key));
    })
}

pub(in crate::fault) fn lent<'a>(hand: &TlsHand<'a>) -> Result<&'a Pki, NotDone> {
    let none = || NotDone::new("expected a PKI that lends certificates, got none");
    hand.pki.ok_or_else(none)
}

pub(in crate::fault) fn another_key(hand: &TlsHand<'_>) -> Result<Vec<u8>, NotDone> {
    let other = lent(hand)?.credential(Role::Dp2Tls, Curve::NistP256);
    other.map_err(NotDone::new)?.key_der().map_err(NotDone::new)
}

/// The listener's certificate as it should be, with the certificates between it and the CI.
pub(in crate::fault) fn leaf(hand: &TlsHand<'_>) -> Result<(Credential, Vec<Vec<u8>>), NotDone> {
    let pki = lent(hand)?;
    let hosts: Vec<&str> = hand.hosts.iter().map(String::as_str).collect();
    let leaf = pki.issue_tls(hand.role, &hosts, Curve::NistP256);
    let chain = pki.chain(hand.role, Curve::NistP256);
    Ok((leaf.map_err(NotDone::new)?, chain.map_err(NotDone::new)?))
}

pub(in crate::fault) fn invalid(hand: &TlsHand<'_>, flaw: Flaw) -> Outcome {
    let hosts: Vec<&str> = hand.hosts.iter().map(String::as_str).collect();
    let invalid = lent(hand)?.flawed_tls(hand.role, &hosts, Curve::NistP256, flaw);
    let invalid = invalid.map_err(NotDone::new)?;
    let key = invalid.credential.key_der().map_err(NotDone::new)?;
    let mut chain = vec![invalid.credential.certificate];
    chain.extend(invalid.chain);
    shown(hand, chain, key)
}

pub(in crate::fault) fn demand_certificate(hand: &TlsHand<'_>) -> Outcome {
    let mut roots = RootCertStore::empty();
    let ci = lent(hand)?.credential(Role::Ci, Curve::NistP256);
    let ci = ci.map_err(NotDone::new)?.certificate.clone();
    roots.add(CertificateDer::from(ci)).map_err(NotDone::new)?;
    let provider = Arc::clone(hand.usual.crypto_provider());
    let verifier =
        WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider))
            .build()
            .map_err(NotDone::new)?;
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(NotDone::new)?
        .with_client_cert_verifier(verifier)
        .with_cert_resolver(Arc::clone(&hand.usual.cert_resolver));
    config.alpn_protocols.clone_from(&hand.usual.alpn_protocols);
    Ok(Handshake::With(Arc::new(config)))
}

/// A ServerHello of TLS 1.2 or before, which chooses that version, suite and compression.
pub(in crate::fault) fn server_hello(version: [u8; 2], suite: [u8; 2], compression: u8) -> Vec<u8> {
    let [major, minor] = version;
    let mut hello = vec![major, minor];
    hello.extend([0x5A; 32]);
    // no session, the suite, the compression, no extensions
    hello.push(0);
    hello.extend(suite);
    hello.push(compression);
    let length = u8::try_from(hello.len()).unwrap_or_default();
    let mut record = vec![22, major, minor, 0, length + 4, 2, 0, 0, length];
    record.extend(hello);
    record
}

/// The usual certificate, with a key that signs something else.
#[derive(Debug)]
pub(in crate::fault) struct WrongSignature(pub(super) Arc<dyn ResolvesServerCert>);

impl ResolvesServerCert for WrongSignature {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let usual = self.0.resolve(hello)?;
        let mut spoiled = CertifiedKey::clone(&usual);
        spoiled.key = Arc::new(Spoiled(Arc::clone(&usual.key)));
        Some(Arc::new(spoiled))
    }
}

#[derive(Debug)]
struct Spoiled(Arc<dyn SigningKey>);

impl SigningKey for Spoiled {
    fn choose_scheme(&self, offered: &[SignatureScheme]) -> Option<Box<dyn Signer>> {
        let signer = self.0.choose_scheme(offered)?;
        Some(Box::new(SpoiledSigner(signer)))
    }

    fn algorithm(&self) -> SignatureAlgorithm {
        self.0.algorithm()
    }
}

#[derive(Debug)]
struct SpoiledSigner(Box<dyn Signer>);

impl Signer for SpoiledSigner {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, rustls::Error> {
        self.0.sign(&[message, b"and more"].concat())
    }

    fn scheme(&self) -> SignatureScheme {
        self.0.scheme()
    }
}
