// SPDX-License-Identifier: MIT OR Apache-2.0
//! rustls takes the TLS certificates, on both ends of a handshake and for every host name.

use std::sync::Arc;

use certs::{Credential, Curve, Pki, Role, Variant};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::server::WebPkiClientVerifier;
use rustls::{ClientConfig, ClientConnection, RootCertStore, ServerConfig, ServerConnection};

/// A credential and the certificates above it.
struct Identity {
    credential: Credential,
    chain: Vec<Vec<u8>>,
}

fn with_chain(pki: &Pki, role: Role) -> Identity {
    Identity {
        credential: pki.credential(role, Curve::NistP256).unwrap().clone(),
        chain: pki.chain(role, Curve::NistP256).unwrap(),
    }
}

fn chain_and_key(identity: &Identity) -> (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>) {
    let credential = &identity.credential;
    let key = PrivateKeyDer::Pkcs8(credential.key_der().unwrap().into());
    let chain = std::iter::once(&credential.certificate).chain(&identity.chain);
    (chain.cloned().map(Into::into).collect(), key)
}

fn roots(pki: &Pki) -> Arc<RootCertStore> {
    let mut roots = RootCertStore::empty();
    let ci = pki.credential(Role::Ci, Curve::NistP256).unwrap();
    roots.add(ci.certificate.clone().into()).unwrap();
    Arc::new(roots)
}

/// A handshake with certificates on both sides.
fn handshake(pki: &Pki, identity: &Identity, host: &str) -> Result<(), rustls::Error> {
    let verifier = WebPkiClientVerifier::builder(roots(pki)).build().unwrap();
    let (chain, key) = chain_and_key(identity);
    let server = ServerConfig::builder()
        .with_client_cert_verifier(verifier)
        .with_single_cert(chain, key)?;
    let (chain, key) = chain_and_key(identity);
    let client = ClientConfig::builder()
        .with_root_certificates(roots(pki))
        .with_client_auth_cert(chain, key)?;
    let name = ServerName::try_from(host.to_owned()).unwrap();
    let mut client = ClientConnection::new(Arc::new(client), name)?;
    let mut server = ServerConnection::new(Arc::new(server))?;
    while client.is_handshaking() || server.is_handshaking() {
        let mut wire = Vec::new();
        client.write_tls(&mut wire).unwrap();
        server.read_tls(&mut wire.as_slice()).unwrap();
        server.process_new_packets()?;
        wire.clear();
        server.write_tls(&mut wire).unwrap();
        client.read_tls(&mut wire.as_slice()).unwrap();
        client.process_new_packets()?;
    }
    Ok(())
}

#[test]
fn every_tls_role_shakes_hands_under_each_of_its_names() {
    for variant in [Variant::O, Variant::Ov3, Variant::A] {
        shake_hands(&Pki::seeded_variant(1, variant).unwrap());
    }
}

/// The certificate of the CI's sub-CA has certificatePolicies critical, as it is published, and
/// webpki takes no such certificate. Were this to change, the test above could take these in.
#[test]
fn rustls_alone_knows_no_sub_ca_of_the_ci() {
    for variant in [Variant::B, Variant::C] {
        let pki = Pki::seeded_variant(1, variant).unwrap();
        let refused = handshake(&pki, &with_chain(&pki, Role::DpTls), "localhost").unwrap_err();
        let expected = "UnsupportedCriticalExtension";
        assert!(refused.to_string().contains(expected), "{refused}");
    }
}

fn shake_hands(pki: &Pki) {
    for role in pki.roles().filter(|role| role.is_tls()) {
        let credential = &with_chain(pki, role);
        for host in role.host_names(pki.variant()) {
            handshake(pki, credential, host)
                .unwrap_or_else(|error| panic!("{role} {host}: {error}"));
        }
        let refused = handshake(pki, credential, "other.test.example").unwrap_err();
        assert!(
            refused.to_string().contains("not valid for name"),
            "{refused}"
        );
    }
}

#[test]
fn the_names_that_tests_use_are_covered() {
    let host_names: Vec<&str> = Role::ALL
        .iter()
        .flat_map(|role| role.host_names(Variant::O))
        .copied()
        .collect();
    for host in [
        "smdp1.test.example",
        "smdp2.test.example",
        "smds1.test.example",
        "eim1.test.example",
    ] {
        assert!(host_names.contains(&host), "{host}");
    }
}

#[test]
fn certificates_on_demand_serve_addresses_and_long_names() {
    let pki = Pki::seeded(1).unwrap();
    let long = format!("{}.{}.test.example", "a".repeat(60), "b".repeat(60));
    let hosts = [long.as_str(), "127.0.0.1", "::1"];
    let credential = Identity {
        credential: pki
            .issue_tls(Role::EimTls, &hosts, Curve::NistP256)
            .unwrap(),
        chain: Vec::new(),
    };
    for host in hosts {
        handshake(&pki, &credential, host).unwrap_or_else(|error| panic!("{host}: {error}"));
    }
}

#[test]
fn a_leaf_of_another_ci_is_refused() {
    let (ours, theirs) = (Pki::seeded(1).unwrap(), Pki::seeded(2).unwrap());
    let credential = with_chain(&theirs, Role::DpTls);
    handshake(&theirs, &credential, "localhost").unwrap();
    let refused = handshake(&ours, &credential, "localhost").unwrap_err();
    assert!(
        matches!(refused, rustls::Error::InvalidCertificate(_)),
        "{refused}"
    );
}
