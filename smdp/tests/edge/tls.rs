// SPDX-License-Identifier: MIT OR Apache-2.0
//! TLS as SGP.23 and its derived rows ask for it, and what a listener can be told to offer.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};

use certs::{Credential, Curve, Flaw, Pki, Role};
use rsp::chain::{Anchor, CertificateView, Role as ChainRole, verify_tls_server};
use rsp::env::{SEEDED_START, SeededEnv};
use rustls::version::{TLS12, TLS13};
use rustls::{CipherSuite, HandshakeKind, KeyLog, NamedGroup};
use smdp::config::SmDsConfig;
use smdp::http::{
    ClientCertificates, ClientTrust, Handler, Limits, Router, TlsError, TlsOptions, TlsVersions,
    server_config_with,
};
use smdp::smds::{Es11Handler, Es12Handler, SmDs, SmDsCredentials, SmDsService};

use crate::hello::{Hello, Reply};
use crate::kit::{Bench, HOST, client_config, exchange, identity, initiate_post, options};

/// handshake_failure (RFC 5246 §7.2.2)
const HANDSHAKE_FAILURE: Reply = Reply::Alert(40);
/// protocol_version
const PROTOCOL_VERSION: Reply = Reply::Alert(70);

fn anchor(pki: &Pki, curve: Curve) -> Anchor {
    let ci = pki.credential(Role::Ci, curve).unwrap();
    Anchor::from_certificate(&CertificateView::parse(&ci.certificate).unwrap()).unwrap()
}

/// Checks a certificate that a server has shown as a device does (SGP.22 §2.6.6).
fn check_certificate(pki: &Pki, role: ChainRole, shown: &[u8], host: &str) {
    let view = CertificateView::parse(shown).unwrap();
    let anchors = [anchor(pki, Curve::NistP256)];
    verify_tls_server(role, &view, &[], &anchors, host, Some(SEEDED_START)).unwrap();
}

async fn smdp(options: &TlsOptions) -> Bench {
    let pki = Pki::seeded(1).unwrap();
    let tls = pki
        .issue_tls(Role::DpTls, &[HOST], Curve::NistP256)
        .unwrap();
    Bench::with(&pki, &[identity(&tls)], options, Limits::default()).await
}

/// An SM-DS with ES11 and ES12 on one port, its clients under the CI.
async fn smds() -> Bench {
    let pki = Pki::seeded(1).unwrap();
    let tls = pki
        .issue_tls(Role::DsTls, &[HOST], Curve::NistP256)
        .unwrap();
    let roles = [ChainRole::DpTls, ChainRole::DsTls];
    let trust = ClientTrust::default().with_ci([anchor(&pki, Curve::NistP256)], &roles);
    let options = TlsOptions {
        clients: ClientCertificates::Required(Arc::new(trust)),
        ..options(TlsVersions::Both)
    };
    let credentials = SmDsCredentials::from_pki(&pki, &[HOST]).unwrap();
    let smds = SmDs::new(SmDsConfig::default(), credentials).unwrap();
    let service = SmDsService::new(smds, Box::new(SeededEnv::new(1, "smds")));
    let service = Arc::new(service);
    Bench::behind(&pki, &[identity(&tls)], &options, Limits::default(), |_| {
        let handlers: Vec<Arc<dyn Handler>> = vec![
            Arc::new(Es11Handler(Arc::clone(&service))),
            Arc::new(Es12Handler(service)),
        ];
        Arc::new(Router(handlers))
    })
    .await
}

/// TC_SM-DP+_ES9+_Server_Authentication_for_HTTPS_EstablishmentNIST
#[tokio::test]
async fn server_authentication_nist() {
    let bench = smdp(&options(TlsVersions::Both)).await;
    let mut config = client_config(&bench.pki, &[&TLS12], None);
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    let mut stream = bench.connect_with(config, HOST).await.unwrap();
    let connection = stream.get_ref().1;
    let suite = connection.negotiated_cipher_suite().unwrap().suite();
    let allowed = [
        CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
        CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
    ];
    assert!(allowed.contains(&suite), "{suite:?}");
    let shown = connection.peer_certificates().unwrap().to_vec();
    check_certificate(&bench.pki, ChainRole::DpTls, &shown[0], HOST);
    let (head, _) = exchange(&mut stream, &initiate_post(&bench.pki)).await;
    assert!(head.starts_with("http/1.1 200 "), "{head}");
    // a client that has the suite and the curve of the test specification alone
    let answer = Hello::default().say(&bench).await;
    let expected = Reply::Hello {
        version: 0x0303,
        suite: 0xC02B,
    };
    assert_eq!(answer, expected);
}

/// What `openssl s_client` reports about a connection.
fn openssl(bench: &Bench, curve: Curve, arguments: &[&str]) -> String {
    let ci = bench.pki.credential(Role::Ci, curve).unwrap();
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(ci.certificate_pem().unwrap().as_bytes())
        .unwrap();
    let address = bench.server.local_addr().to_string();
    let output = Command::new("openssl")
        .args(["s_client", "-connect", &address, "-servername", HOST])
        .args(["-verify_return_error", "-verify_hostname", HOST, "-attime"])
        .arg(SEEDED_START.to_string())
        .arg("-CAfile")
        .arg(file.path())
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .expect("openssl is there");
    let (out, err) = (output.stdout, output.stderr);
    String::from_utf8_lossy(&[out, err].concat()).into_owned()
}

/// TC_SM-DP+_ES9+_Server_Authentication_for_HTTPS_EstablishmentBRP
#[tokio::test(flavor = "multi_thread")]
async fn server_authentication_brp() {
    let pki = Pki::seeded(1).unwrap();
    let curve = Curve::BrainpoolP256r1;
    let tls = pki.issue_tls(Role::DpTls, &[HOST], curve).unwrap();
    let options = options(TlsVersions::Both);
    let bench = Bench::with(&pki, &[identity(&tls)], &options, Limits::default()).await;
    for (groups, key_exchange) in [
        ("brainpoolP256r1", "brainpoolP256r1"),
        ("P-256:brainpoolP256r1", "prime256v1"),
    ] {
        let report = openssl(&bench, curve, &["-tls1_2", "-groups", groups]);
        assert!(report.contains("Verify return code: 0 (ok)"), "{report}");
        assert!(
            report.contains("Verified peername: smdp1.test.example"),
            "{report}"
        );
        assert!(
            report.contains(&format!("ECDH, {key_exchange}, 256 bits")),
            "{report}"
        );
        assert!(
            report.contains("New, TLSv1.2, Cipher is ECDHE-ECDSA-AES"),
            "{report}"
        );
        assert!(report.contains("GCM-SHA"), "{report}");
    }
    // a client that offers TLS 1.3 as well gets TLS 1.2
    let report = openssl(&bench, curve, &["-groups", "P-256:brainpoolP256r1"]);
    assert!(
        report.contains("New, TLSv1.2, Cipher is ECDHE-ECDSA-AES"),
        "{report}"
    );
    // without the curve of the certificate among its groups, a client refuses it
    let report = openssl(&bench, curve, &["-groups", "P-256"]);
    assert!(report.contains("wrong curve"), "{report}");
}

/// TC_SM-DP+_TLS_ErrorCases#D01
#[tokio::test]
async fn tls_error_d01_tls_1_1_is_refused() {
    refuses_old_versions(&smdp(&options(TlsVersions::Both)).await).await;
}

/// TC_SM-DS_TLS_ErrorCases#D01
#[tokio::test]
async fn smds_tls_error_d01_tls_1_1_is_refused() {
    refuses_old_versions(&smds().await).await;
}

async fn refuses_old_versions(bench: &Bench) {
    for version in [0x0300, 0x0301, 0x0302] {
        let hello = Hello {
            version,
            ..Hello::default()
        };
        assert_eq!(hello.say(bench).await, PROTOCOL_VERSION, "{version:#06x}");
    }
}

/// TC_SM-DP+_TLS_ErrorCases#D02
#[tokio::test]
async fn tls_error_d02_no_allowed_suite() {
    refuses_weak_suites(&smdp(&options(TlsVersions::Both)).await).await;
}

/// TC_SM-DS_TLS_ErrorCases#D02
#[tokio::test]
async fn smds_tls_error_d02_no_allowed_suite() {
    refuses_weak_suites(&smds().await).await;
}

async fn refuses_weak_suites(bench: &Bench) {
    // NULL, RC4, 3DES, RSA key exchange with CBC and GCM, RSA signature, finite fields
    for suite in [0x0001, 0xC007, 0xC008, 0x002F, 0x009C, 0xC02F, 0x009E] {
        let hello = Hello {
            suites: vec![suite],
            ..Hello::default()
        };
        assert_eq!(hello.say(bench).await, HANDSHAKE_FAILURE, "{suite:#06x}");
    }
}

/// TC_SM-DP+_TLS_ErrorCases#D03
#[tokio::test]
async fn tls_error_d03_no_common_curve() {
    let bench = smdp(&options(TlsVersions::Both)).await;
    // secp521r1, sect283k1, brainpoolP384r1, ffdhe2048
    for group in [25, 9, 27, 256] {
        let hello = Hello {
            groups: vec![group],
            ..Hello::default()
        };
        assert_eq!(hello.say(&bench).await, HANDSHAKE_FAILURE, "{group}");
    }
}

/// Remembers the secrets of every session.
#[derive(Debug, Default)]
struct Secrets(Mutex<Vec<Vec<u8>>>);

impl KeyLog for Secrets {
    fn log(&self, _: &str, _: &[u8], secret: &[u8]) {
        self.0.lock().unwrap().push(secret.to_vec());
    }
}

/// TC_SM-DP+_TLS_ErrorCases#D04
#[tokio::test]
async fn tls_error_d04_each_session_has_new_keys() {
    for version in [&TLS12, &TLS13] {
        let secrets = Arc::new(Secrets::default());
        let options = TlsOptions {
            key_log: Some(secrets.clone()),
            ..options(TlsVersions::Both)
        };
        let bench = smdp(&options).await;
        // a client that would resume
        let config = client_config(&bench.pki, &[version], None);
        for _ in 0..3 {
            let mut stream = bench.connect_with(config.clone(), HOST).await.unwrap();
            exchange(&mut stream, &initiate_post(&bench.pki)).await;
            let kind = stream.get_ref().1.handshake_kind().unwrap();
            assert_eq!(kind, HandshakeKind::Full);
        }
        let secrets = secrets.0.lock().unwrap();
        assert!(secrets.len() >= 3, "{}", secrets.len());
        let distinct: BTreeSet<_> = secrets.iter().collect();
        assert_eq!(distinct.len(), secrets.len());
    }
}

/// TC_SM-DS_ES11 HTTPS server authentication (group)
#[tokio::test]
async fn smds_server_authentication() {
    let bench = smds().await;
    let own = bench.pki.credential(Role::DpTls, Curve::NistP256).unwrap();
    let config = client_config(&bench.pki, &[&TLS12], Some(own));
    let stream = bench.connect_with(config, HOST).await.unwrap();
    let shown = stream.get_ref().1.peer_certificates().unwrap();
    check_certificate(&bench.pki, ChainRole::DsTls, &shown[0], HOST);
}

/// Whether a client is let in, by what comes back after the handshake: in TLS 1.3 the client is
/// done before the server has seen its certificate.
async fn is_let_in(bench: &Bench, own: Option<&Credential>) -> bool {
    let config = client_config(&bench.pki, &[&TLS12], own);
    let Ok(mut stream) = bench.connect_with(config, HOST).await else {
        return false;
    };
    let (head, _) = exchange(&mut stream, "GET / HTTP/1.1\r\nhost: x\r\n\r\n").await;
    head.starts_with("http/1.1 404 ")
}

/// TC_SM-DS_ES12/ES15 mutual authentication (group)
#[tokio::test]
async fn smds_mutual_authentication() {
    let bench = smds().await;
    let of = |role| bench.pki.credential(role, Curve::NistP256).unwrap();
    assert!(is_let_in(&bench, Some(of(Role::DpTls))).await);
    assert!(is_let_in(&bench, Some(of(Role::DsTls))).await);
    assert!(!is_let_in(&bench, None).await);
}

/// TC_SM-DS_TLS_ErrorCases#D03
#[tokio::test]
async fn smds_tls_error_d03_expired_client_certificate() {
    let bench = smds().await;
    let flawed = |flaw| {
        bench
            .pki
            .invalid(Role::DpTls, Curve::NistP256, flaw)
            .unwrap()
    };
    assert!(!is_let_in(&bench, Some(&flawed(Flaw::Expired))).await);
    assert!(!is_let_in(&bench, Some(&flawed(Flaw::NotYetValid))).await);
}

/// TC_SM-DS_TLS_ErrorCases#D04
#[tokio::test]
async fn smds_tls_error_d04_client_certificate_of_another_role() {
    let bench = smds().await;
    for role in [
        Role::DpAuth,
        Role::DpPb,
        Role::DsAuth,
        Role::EimTls,
        Role::Euicc,
    ] {
        let own = bench.pki.credential(role, Curve::NistP256).unwrap();
        assert!(!is_let_in(&bench, Some(own)).await, "{role}");
    }
}

#[tokio::test]
async fn a_listener_offers_the_suites_and_groups_it_is_told() {
    let only = TlsOptions {
        suites: vec!["TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384".parse().unwrap()],
        groups: vec!["secp384r1".parse().unwrap()],
        ..options(TlsVersions::Tls12)
    };
    let bench = smdp(&only).await;
    let stream = bench.connect(&[&TLS12]).await.unwrap();
    let connection = stream.get_ref().1;
    let suite = connection.negotiated_cipher_suite().unwrap().suite();
    assert_eq!(suite, CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384);
    let group = connection.negotiated_key_exchange_group().unwrap().name();
    assert_eq!(group, NamedGroup::secp384r1);
    assert_eq!(Hello::default().say(&bench).await, HANDSHAKE_FAILURE);
}

#[tokio::test]
async fn suites_that_fit_no_version_are_no_listener() {
    let pki = Pki::seeded(1).unwrap();
    let tls = pki
        .issue_tls(Role::DpTls, &[HOST], Curve::NistP256)
        .unwrap();
    let wrong = TlsOptions {
        suites: vec!["TLS_AES_128_GCM_SHA256".parse().unwrap()],
        ..options(TlsVersions::Tls12)
    };
    let error = server_config_with(&identity(&tls), &wrong).unwrap_err();
    assert!(matches!(error, TlsError::Versions(_)), "{error}");
    let curve = Curve::BrainpoolP256r1;
    let tls = pki.issue_tls(Role::DpTls, &[HOST], curve).unwrap();
    let error = server_config_with(&identity(&tls), &options(TlsVersions::Tls13)).unwrap_err();
    assert!(matches!(error, TlsError::Brainpool), "{error}");
}

#[tokio::test]
async fn the_certificate_is_chosen_by_name_and_curve() {
    let pki = Pki::seeded(1).unwrap();
    let tls = |role, host, curve| identity(&pki.issue_tls(role, &[host], curve).unwrap());
    let identities = [
        tls(Role::DpTls, HOST, Curve::NistP256),
        tls(Role::DpTls, HOST, Curve::BrainpoolP256r1),
        tls(Role::Dp2Tls, "other.test.example", Curve::NistP256),
    ];
    let options = options(TlsVersions::Both);
    let bench = Bench::with(&pki, &identities, &options, Limits::default()).await;
    for (name, expected) in [
        (HOST, 0),
        ("SMDP1.test.example", 0),
        ("other.test.example", 2),
    ] {
        let config = client_config(&pki, rustls::ALL_VERSIONS, None);
        let stream = bench.connect_with(config, name).await.unwrap();
        let shown = &stream.get_ref().1.peer_certificates().unwrap()[0];
        assert_eq!(shown.as_ref(), identities[expected].chain[0], "{name}");
    }
    // brainpoolP256r1 first, P-256 second: the other certificate, and TLS 1.2
    for (groups, curve) in [
        (vec![26, 23], Curve::BrainpoolP256r1),
        (vec![23, 26], Curve::NistP256),
        (vec![29, 23], Curve::NistP256),
    ] {
        let hello = Hello {
            groups: groups.clone(),
            ..Hello::default()
        };
        let shown = hello.certificate(&bench).await;
        let view = CertificateView::parse(&shown).unwrap();
        assert_eq!(view.public_key().unwrap().curve(), curve, "{groups:?}");
    }
}

#[tokio::test]
async fn odd_client_hellos_are_answered_or_closed() {
    let bench = smdp(&options(TlsVersions::Both)).await;
    let big = Hello {
        padding: 17_000,
        ..Hello::default()
    };
    assert!(matches!(big.say(&bench).await, Reply::Hello { .. }));
    let no_schemes = Hello {
        schemes: vec![0x0203],
        ..Hello::default()
    };
    assert_eq!(no_schemes.say(&bench).await, HANDSHAKE_FAILURE);
    let everything = Hello {
        suites: (0..0x7000).collect(),
        groups: (0..2000).collect(),
        schemes: (0..2000).collect(),
        ..Hello::default()
    };
    assert!(!matches!(everything.say(&bench).await, Reply::Alert(80)));
}
