// SPDX-License-Identifier: MIT OR Apache-2.0
//! brainpoolP256r1 in TLS 1.2 (RFC 7027), which the TLS library does not have: a server key, and
//! the group of the key exchange.
//!
//! Traps: in TLS 1.2 the scheme 0x0403 means ECDSA with SHA-256 on any curve, in TLS 1.3 on P-256
//! alone; so a certificate on this curve is for TLS 1.2. A client that does not name the group in
//! `supported_groups` refuses the certificate as well.

use rsp::ecdsa::{Curve, PrivateKey, PublicKey};
use rsp::env::SystemEnv;
use rustls::crypto::{ActiveKeyExchange, SharedSecret, SupportedKxGroup};
use rustls::ffdhe_groups::FfdheGroup;
use rustls::pki_types::SubjectPublicKeyInfoDer;
use rustls::sign::{Signer, SigningKey};
use rustls::{
    Error, NamedGroup, PeerMisbehaved, ProtocolVersion, SignatureAlgorithm, SignatureScheme,
};

/// brainpoolP256r1 in `supported_groups` (RFC 7027 §2).
pub(super) const NAME: NamedGroup = NamedGroup::Unknown(26);

/// The key exchange on brainpoolP256r1.
pub(super) const GROUP: &dyn SupportedKxGroup = &BrainpoolGroup;

/// A TLS server key on brainpoolP256r1.
#[derive(Debug, Clone)]
pub(super) struct BrainpoolKey {
    key: PrivateKey,
    spki: Vec<u8>,
}

impl BrainpoolKey {
    pub(super) fn new(key: PrivateKey) -> Self {
        let spki = key.public_key().to_spki();
        Self { key, spki }
    }
}

impl SigningKey for BrainpoolKey {
    fn choose_scheme(&self, offered: &[SignatureScheme]) -> Option<Box<dyn Signer>> {
        offered
            .contains(&SignatureScheme::ECDSA_NISTP256_SHA256)
            .then(|| Box::new(self.clone()) as Box<dyn Signer>)
    }

    fn public_key(&self) -> Option<SubjectPublicKeyInfoDer<'_>> {
        Some(SubjectPublicKeyInfoDer::from(self.spki.as_slice()))
    }

    fn algorithm(&self) -> SignatureAlgorithm {
        SignatureAlgorithm::ECDSA
    }
}

impl Signer for BrainpoolKey {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Error> {
        Ok(self.key.sign_der(message))
    }

    fn scheme(&self) -> SignatureScheme {
        SignatureScheme::ECDSA_NISTP256_SHA256
    }
}

#[derive(Debug)]
struct BrainpoolGroup;

impl SupportedKxGroup for BrainpoolGroup {
    fn start(&self) -> Result<Box<dyn ActiveKeyExchange>, Error> {
        let mut env = SystemEnv::new().map_err(|_| Error::FailedToGetRandomBytes)?;
        let key = PrivateKey::generate(Curve::BrainpoolP256r1, &mut env);
        let point = key.public_key().to_point();
        Ok(Box::new(Exchange { key, point }))
    }

    fn ffdhe_group(&self) -> Option<FfdheGroup<'static>> {
        None
    }

    fn name(&self) -> NamedGroup {
        NAME
    }

    fn usable_for_version(&self, version: ProtocolVersion) -> bool {
        version == ProtocolVersion::TLSv1_2
    }
}

struct Exchange {
    key: PrivateKey,
    point: [u8; 65],
}

impl ActiveKeyExchange for Exchange {
    fn complete(self: Box<Self>, peer: &[u8]) -> Result<SharedSecret, Error> {
        let invalid = || Error::from(PeerMisbehaved::InvalidKeyShare);
        // RFC 8422 §5.4: uncompressed points alone, which a compressed one of 33 bytes is not.
        if peer.len() != self.point.len() {
            return Err(invalid());
        }
        let peer = PublicKey::from_point(Curve::BrainpoolP256r1, peer).map_err(|_| invalid())?;
        let secret = self.key.agree(&peer).map_err(|_| invalid())?;
        Ok(SharedSecret::from(secret.as_slice()))
    }

    fn pub_key(&self) -> &[u8] {
        &self.point
    }

    fn group(&self) -> NamedGroup {
        NAME
    }
}
