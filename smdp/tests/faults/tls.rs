// SPDX-License-Identifier: MIT OR Apache-2.0
//! Faults of the TLS handshake, seen by a client that trusts the CI.

use std::io;
use std::net::TcpStream;
use std::sync::Arc;
use std::time::{Duration, Instant};

use certs::{Curve, Pki, Role, Variant};
use rsp::env::SeededEnv;
use rsp::json::Es9Request;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection};
use smdp::credentials::TlsIdentity;
use smdp::http::{Limits, TlsVersions, server_config};
use smdp::{Binding, Config, Credentials, Entity, Faults, SmDp, SmDpService};

use crate::json::arm;
use crate::support::host::Host;
use crate::support::kit::{Kit, order, pki};
use crate::support::wire::{Client, Listening, NAME, Wire};

fn check(fault: &str, look: fn(io::Result<Wire<'_>>)) {
    let mut kit = Kit::new(order());
    kit.conformant = false;
    let tls = kit.service.with_smdp(|smdp| smdp.credentials().tls.clone());
    let tls = server_config(&tls, TlsVersions::Both, None).unwrap();
    let limits = Limits {
        patience: Duration::from_millis(1500),
        ..Limits::default()
    };
    let listening = Listening::new(&kit, tls, limits);
    let client = Client::new(&kit.pki);
    arm(&kit, &format!("{fault}@x1"));
    look(listening.connect(&client));
    assert!(kit.service.faults().list().is_empty(), "{fault}");
    works(listening.connect(&client));
    listening.shutdown();
}

/// A connection on which a function is answered.
fn works(wire: io::Result<Wire<'_>>) {
    let mut wire = wire.unwrap();
    let mut euicc = crate::support::euicc::Euicc::new(&pki(), Curve::NistP256);
    let request = Es9Request::InitiateAuthentication(euicc.initiate());
    wire.call(Binding::Json, &request).initiated();
}

/// Why a connection did not come about.
fn problem(wire: io::Result<Wire<'_>>) -> String {
    match wire {
        Ok(_) => panic!("the handshake succeeds"),
        Err(error) => error.to_string(),
    }
}

fn refused(wire: io::Result<Wire<'_>>, part: &str) {
    let problem = problem(wire);
    assert!(problem.contains(part), "expected {part}, got {problem}");
}

macro_rules! faults {
    ($($test:ident: $fault:literal, $look:expr;)+) => {
        pub(crate) const BY_CLIENT: &[&str] = &[$($fault),+];
        $(#[test]
        fn $test() {
            check($fault, $look);
        })+
    };
}

faults! {
    tls_version_1_2: "tls-version", |wire| {
        let wire = wire.unwrap();
        let version = wire.stream.conn.protocol_version();
        assert_eq!(version, Some(rustls::ProtocolVersion::TLSv1_2));
        works(Ok(wire));
    };
    tls_version_1_3: "tls-version:1.3", |wire| {
        let wire = wire.unwrap();
        let version = wire.stream.conn.protocol_version();
        assert_eq!(version, Some(rustls::ProtocolVersion::TLSv1_3));
        works(Ok(wire));
    };
    tls_version_1_1: "tls-version:1.1", |wire| refused(wire, "incompatible");
    tls_version_1_0: "tls-version:1.0", |wire| refused(wire, "incompatible");
    tls_suite: "tls-suite:TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", |wire| {
        let wire = wire.unwrap();
        let suite = wire.stream.conn.negotiated_cipher_suite().unwrap().suite();
        assert_eq!(
            suite,
            rustls::CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384
        );
        works(Ok(wire));
    };
    tls_suite_of_1_3: "tls-suite:TLS13_CHACHA20_POLY1305_SHA256", |wire| {
        let wire = wire.unwrap();
        let suite = wire.stream.conn.negotiated_cipher_suite().unwrap().suite();
        assert_eq!(suite, rustls::CipherSuite::TLS13_CHACHA20_POLY1305_SHA256);
        works(Ok(wire));
    };
    tls_suite_null: "tls-suite-null", |wire| {
        refused(wire, "SelectedUnofferedCipherSuite");
    };
    tls_suite_rc4: "tls-suite-rc4", |wire| refused(wire, "SelectedUnofferedCipherSuite");
    tls_compression: "tls-compression", |wire| refused(wire, "Compression");
    tls_damaged_record: "tls-damaged-record", |wire| refused(wire, "cannot decrypt");
    tls_alert: "tls-alert", |wire| refused(wire, "HandshakeFailure");
    tls_alert_by_number: "tls-alert:70", |wire| refused(wire, "ProtocolVersion");
    tls_plain_http: "tls-plain-http", |wire| refused(wire, "corrupt message");
    tls_close: "tls-close", |wire| {
        let error = wire.map(drop).unwrap_err();
        let kinds = [io::ErrorKind::UnexpectedEof, io::ErrorKind::ConnectionReset];
        assert!(kinds.contains(&error.kind()), "{error}");
    };
    tls_stall: "tls-stall", |wire| {
        // the server's patience ends it here, in place of the client's
        drop(problem(wire));
    };
    tls_close_after_handshake: "tls-close-after-handshake", |wire| {
        // in TLS 1.3 the client is through before the server is
        if let Ok(mut wire) = wire {
            let error = wire.exchange(b"POST / HTTP/1.1\r\n\r\n").unwrap_err();
            let kinds = [
                io::ErrorKind::UnexpectedEof,
                io::ErrorKind::ConnectionReset,
                io::ErrorKind::BrokenPipe,
            ];
            assert!(kinds.contains(&error.kind()), "{error}");
        }
    };
    tls_name_required: "tls-name-required", works;
    tls_other_key: "tls-other-key", works;
    tls_alpn_ignored: "tls-alpn-ignored", |wire| {
        assert_eq!(wire.as_ref().unwrap().stream.conn.alpn_protocol(), None);
        works(wire);
    };
    tls_alpn_refused: "tls-alpn-refused", works;
    tls_client_certificate: "tls-client-certificate", |wire| {
        // in TLS 1.3 the refusal comes after the client's part
        let problem = match wire {
            Ok(mut wire) => wire.exchange(b"POST / HTTP/1.1\r\n\r\n").unwrap_err().to_string(),
            Err(error) => error.to_string(),
        };
        assert!(problem.contains("CertificateRequired"), "{problem}");
    };
    tls_signature: "tls-signature", |wire| refused(wire, "BadSignature");
    tls_certificate: "tls-certificate:INV_SIGN", |wire| refused(wire, "BadSignature");
    tls_expired: "tls-expired", |wire| refused(wire, "certificate expired");
    tls_not_yet_valid: "tls-not-yet-valid", |wire| refused(wire, "not valid yet");
    tls_untrusted_ci: "tls-untrusted-ci", |wire| {
        let problem = problem(wire);
        // the name of the CI is right and its key is not
        let parts = ["BadSignature", "UnknownIssuer"];
        assert!(parts.iter().any(|part| problem.contains(part)), "{problem}");
    };
    tls_wrong_policy: "tls-wrong-policy", |wire| {
        // the policy is critical, as published, which this client refuses whatever it is
        refused(wire, "UnsupportedCriticalExtension");
    };
    tls_damaged_certificate: "tls-damaged-certificate", |wire| refused(wire, "BadSignature");
    tls_wrong_name: "tls-wrong-name", |wire| refused(wire, "not valid for name");
    tls_self_signed: "tls-self-signed", |wire| refused(wire, "invalid peer certificate");
    tls_client_role: "tls-client-role", |wire| refused(wire, "invalid peer certificate");
    tls_wrong_curve: "tls-wrong-curve", |wire| {
        let chain = wire.as_ref().unwrap().stream.conn.peer_certificates().unwrap();
        // OID of secp384r1
        let p384 = [0x06, 0x05, 0x2B, 0x81, 0x04, 0x00, 0x22];
        assert!(chain[0].windows(7).any(|window| window == p384));
        works(wire);
    };
    tls_empty_chain: "tls-empty-chain", |wire| refused(wire, "certificate");
    tls_ci_as_leaf: "tls-ci-as-leaf", |wire| refused(wire, "invalid peer certificate");
    tls_chain_order: "tls-chain-order", |wire| refused(wire, "invalid peer certificate");
    tls_key_mismatch: "tls-key-mismatch", |wire| refused(wire, "BadSignature");
}

/// Tested below, under a PKI of three tiers.
pub(crate) const BY_TIERS: &[&str] = &["tls-no-chain"];

#[test]
fn tls_no_chain() {
    let tiers = Pki::seeded_variant(1, Variant::A).unwrap();
    let faults = Arc::new(Faults::lending(tiers.clone(), Role::DpTls, &[NAME]));
    let credentials = Credentials::from_pki(&pki(), Entity::First, &[NAME]).unwrap();
    let smdp = SmDp::new(Config::default(), credentials);
    let env = SeededEnv::new(1, "smdp");
    let service = SmDpService::new(smdp, Box::new(env)).with_faults(Arc::clone(&faults));
    let mut host = Host::new();
    host.mount("ES9+", Arc::new(service));
    let tls = server_config(&identity(&tiers), TlsVersions::Both, None).unwrap();
    let listening = Listening::new(&host, tls, Limits::default());
    let client = Client::new(&tiers);
    faults.arm("tls-no-chain@x1".parse().unwrap()).unwrap();
    refused(listening.connect(&client), "UnknownIssuer");
    assert!(listening.connect(&client).is_ok());
    listening.shutdown();
}

/// What the listener shows, with the certificates up to the CI.
fn identity(pki: &Pki) -> TlsIdentity {
    let role = Role::DpTls;
    let leaf = pki.issue_tls(role, &[NAME], Curve::NistP256).unwrap();
    let mut chain = vec![leaf.certificate.clone()];
    chain.extend(pki.chain(role, Curve::NistP256).unwrap());
    TlsIdentity {
        key_pkcs8: leaf.key_der().unwrap(),
        chain,
    }
}

#[test]
fn a_stalled_handshake_lasts_as_long_as_the_patience() {
    let started = Instant::now();
    check("tls-stall", |wire| drop(problem(wire)));
    assert!(started.elapsed() >= Duration::from_millis(1500));
}

/// A handshake with a configuration of one's own: the chosen protocol, or the problem.
fn handshake(listening: &Listening<'_>, config: ClientConfig) -> Result<Option<Vec<u8>>, String> {
    let mut stream = TcpStream::connect(listening.address()).unwrap();
    let name = ServerName::try_from(NAME).unwrap();
    let mut connection = ClientConnection::new(Arc::new(config), name).unwrap();
    while connection.is_handshaking() {
        let done = connection.complete_io(&mut stream);
        done.map_err(|error| error.to_string())?;
    }
    Ok(connection.alpn_protocol().map(<[u8]>::to_vec))
}

fn with_alpn(kit: &Kit) -> ClientConfig {
    let mut config = ClientConfig::clone(&Client::new(&kit.pki).config());
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    config
}

#[test]
fn names_and_protocols_of_the_client_make_the_difference() {
    let mut kit = Kit::new(order());
    kit.conformant = false;
    let tls = kit.service.with_smdp(|smdp| smdp.credentials().tls.clone());
    let tls = server_config(&tls, TlsVersions::Both, None).unwrap();
    let listening = Listening::new(&kit, tls, Limits::default());
    let (h2, http11) = (b"h2".to_vec(), b"http/1.1".to_vec());
    assert_eq!(handshake(&listening, with_alpn(&kit)), Ok(Some(h2)));
    arm(&kit, "tls-alpn-ignored@x1");
    assert_eq!(handshake(&listening, with_alpn(&kit)), Ok(None));
    arm(&kit, "tls-alpn-refused@x1");
    let problem = handshake(&listening, with_alpn(&kit)).unwrap_err();
    assert!(problem.contains("NoApplicationProtocol"), "{problem}");
    // an answer that is written by hand cannot go out on HTTP/2
    arm(&kit, "http-chunked");
    assert_eq!(handshake(&listening, with_alpn(&kit)), Ok(Some(http11)));
    kit.service.faults().clear();
    let mut nameless = with_alpn(&kit);
    nameless.enable_sni = false;
    assert!(handshake(&listening, nameless.clone()).is_ok());
    arm(&kit, "tls-name-required");
    let problem = handshake(&listening, nameless).unwrap_err();
    assert!(problem.contains("UnrecognisedName"), "{problem}");
    assert!(handshake(&listening, with_alpn(&kit)).is_ok());
    listening.shutdown();
}
