// SPDX-License-Identifier: MIT OR Apache-2.0
//! ES12 over mutual TLS (SGP.22 §2.6.6, §6.1): who is let in, and the cascade on real sockets.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

use certs::{Credential, Curve, Flaw, Role};
use rsp::chain::{Anchor, CertificateView, Role as ChainRole};
use rsp::json::{Es12Request, Failure, read_status};
use smdp::credentials::TlsIdentity;
use smdp::http::{
    ClientCertificates, ClientTrust, Limits, Server, Tls, TlsClock, TlsOptions, serve,
};
use smdp::peer::{Client, ClientOptions, Interface, Message, PeerError, roots_of};
use smdp::smds::Es12Handler;
use tokio::net::TcpListener;

use crate::kit::{
    ALTERNATIVE, DsKit, ROOT, SMDP, assert_refused, delete, entry, register, register_forwarded,
};
use crate::support::kit::pki;

/// Puts ES12 of an SM-DS on a port that lets SM-DP+ and SM-DS of the CI in.
fn listen(kit: &DsKit) -> Server {
    let ci = kit.pki.credential(Role::Ci, Curve::NistP256).unwrap();
    let view = CertificateView::parse(&ci.certificate).unwrap();
    let anchor = Anchor::from_certificate(&view).unwrap();
    let trust = ClientTrust::default().with_ci([anchor], &[ChainRole::DpTls, ChainRole::DsTls]);
    let options = TlsOptions {
        clients: ClientCertificates::Required(Arc::new(trust)),
        clock: Arc::new(TlsClock(kit.clock.clone())),
        ..TlsOptions::default()
    };
    let credentials = kit.service.with_smds(|smds| smds.credentials().clone());
    let tls = Tls::new(std::slice::from_ref(&credentials.tls), &options).unwrap();
    let _context = kit.runtime.enter();
    let listener = kit
        .runtime
        .block_on(TcpListener::bind("127.0.0.1:0"))
        .unwrap();
    let handler = Arc::new(Es12Handler(kit.service.clone()));
    serve(listener, handler, tls, Limits::default()).unwrap()
}

fn identity(credential: &Credential) -> TlsIdentity {
    TlsIdentity {
        chain: vec![credential.certificate.clone()],
        key_pkcs8: credential.key_der().unwrap(),
    }
}

fn of(role: Role) -> Credential {
    pki().credential(role, Curve::NistP256).unwrap().clone()
}

/// A server as client of others.
fn client(own: Option<&Credential>, servers: &[(&str, &Server)]) -> Client {
    let hosts = servers
        .iter()
        .map(|(name, server)| ((*name).to_owned(), server.local_addr()));
    Client::new(ClientOptions {
        identity: own.map(identity),
        roots: roots_of(&pki()).unwrap(),
        hosts: hosts.collect(),
        ..ClientOptions::default()
    })
    .unwrap()
}

fn send(
    kit: &DsKit,
    client: &Client,
    address: &str,
    request: &Es12Request,
) -> Result<Result<(), Failure>, PeerError> {
    let message = Message {
        interface: Interface::Es12,
        address: address.to_owned(),
        path: request.function().path(),
        body: request.to_json(),
    };
    let answer = kit.runtime.block_on(client.call(&message))?;
    Ok(read_status(&answer).unwrap())
}

/// Tries to register an event as the holder of a certificate.
fn knock(own: Option<&Credential>) -> Result<Result<(), Failure>, PeerError> {
    let kit = DsKit::new();
    let server = listen(&kit);
    let outcome = send(
        &kit,
        &client(own, &[(ROOT, &server)]),
        ROOT,
        &register("EVENT-1"),
    );
    let registered = matches!(outcome, Ok(Ok(())));
    assert_eq!(kit.events(), usize::from(registered));
    kit.runtime.block_on(server.shutdown());
    outcome
}

#[track_caller]
fn assert_not_let_in(own: Option<&Credential>) {
    let error = knock(own).unwrap_err();
    assert!(error.is_absence(), "{error}");
}

/// TC_SM-DS_ES12/ES15 mutual authentication (group)
#[test]
fn sm_dp_and_sm_ds_are_let_in() {
    for role in [Role::DpTls, Role::Dp2Tls, Role::DsTls] {
        assert_eq!(knock(Some(&of(role))), Ok(Ok(())), "{role}");
    }
}

/// TC_SM-DS_ES12_ErrorCases#D03
#[test]
fn d03_a_caller_that_is_not_authenticated() {
    assert_not_let_in(None);
    let flawed = |flaw| pki().invalid(Role::DpTls, Curve::NistP256, flaw).unwrap();
    for flaw in [Flaw::UnknownCi, Flaw::Signature] {
        assert_not_let_in(Some(&flawed(flaw)));
    }
}

/// TC_SM-DS_TLS_ErrorCases#D03
#[test]
fn tls_d03_an_expired_client_certificate() {
    let expired = pki().invalid(Role::DpTls, Curve::NistP256, Flaw::Expired);
    assert_not_let_in(Some(&expired.unwrap()));
}

/// TC_SM-DS_TLS_ErrorCases#D04
#[test]
fn tls_d04_a_client_certificate_of_another_role() {
    for role in [Role::DpAuth, Role::DsAuth, Role::EimTls] {
        assert_not_let_in(Some(&of(role)));
    }
}

/// A ClientHello as another implementation would send it, and the type of the record that answers.
fn hello(version: [u8; 2], suite: [u8; 2]) -> u8 {
    let kit = DsKit::new();
    let server = listen(&kit);
    // supported_groups with secp256r1, ec_point_formats, signature_algorithms with
    // ecdsa_secp256r1_sha256 and ecdsa_sha1
    let extensions =
        hex::decode("000a00040002 0017000b00020100000d0006000404030203".replace(' ', ""));
    let extensions = extensions.unwrap();
    let mut body = version.to_vec();
    body.extend([7; 32]);
    body.push(0);
    body.extend([0, 2]);
    body.extend(suite);
    body.extend([1, 0]);
    body.extend(u16::try_from(extensions.len()).unwrap().to_be_bytes());
    body.extend(extensions);
    let mut message = vec![1, 0];
    message.extend(u16::try_from(body.len()).unwrap().to_be_bytes());
    message.extend(body);
    let mut record = vec![0x16, 3, 1];
    record.extend(u16::try_from(message.len()).unwrap().to_be_bytes());
    record.extend(message);

    let mut stream = TcpStream::connect(server.local_addr()).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(20)))
        .unwrap();
    stream.write_all(&record).unwrap();
    let mut kind = [0];
    stream.read_exact(&mut kind).unwrap();
    kit.runtime.block_on(server.shutdown());
    kind[0]
}

const ALERT: u8 = 0x15;
const HANDSHAKE: u8 = 0x16;
/// TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256.
const USUAL: [u8; 2] = [0xC0, 0x2B];

#[test]
fn the_hello_is_otherwise_good() {
    assert_eq!(hello([3, 3], USUAL), HANDSHAKE);
}

/// TC_SM-DS_TLS_ErrorCases#D01
#[test]
fn tls_d01_a_client_of_tls_1_1() {
    assert_eq!(hello([3, 2], USUAL), ALERT);
}

/// TC_SM-DS_TLS_ErrorCases#D02
#[test]
fn tls_d02_a_client_without_an_allowed_suite() {
    // TLS_RSA_WITH_AES_128_CBC_SHA, TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA
    for suite in [[0x00, 0x2F], [0xC0, 0x09]] {
        assert_eq!(hello([3, 3], suite), ALERT);
    }
}

#[test]
fn a_cascade_over_tls() {
    let (root, alternative) = (DsKit::new(), DsKit::alternative());
    let (root_server, server) = (listen(&root), listen(&alternative));
    let to_root = client(Some(&of(Role::DsTls)), &[(ROOT, &root_server)]);
    alternative.service.set_peers(Arc::new(to_root));
    let smdp = client(
        Some(&of(Role::DpTls)),
        &[(ALTERNATIVE, &server), (ROOT, &root_server)],
    );
    let ask =
        |address: &str, request: &Es12Request| send(&alternative, &smdp, address, request).unwrap();

    ask(ALTERNATIVE, &register_forwarded("EVENT-1")).unwrap();
    assert_eq!(alternative.listed(), [entry("EVENT-1", SMDP)]);
    let (event_id, address) = root.listed().remove(0);
    assert_eq!(address, ALTERNATIVE);
    // The event at the root is the alternative one's, whoever the SM-DP+ is.
    assert_refused(ask(ROOT, &delete(&event_id)), "8.9.5", "3.9");

    ask(ALTERNATIVE, &delete("EVENT-1")).unwrap();
    assert_eq!((alternative.events(), root.events()), (0, 0));

    // Without the root, the cascade fails and leaves nothing.
    root.runtime.block_on(root_server.shutdown());
    assert_refused(
        ask(ALTERNATIVE, &register_forwarded("EVENT-1")),
        "8.9",
        "5.1",
    );
    assert_eq!(alternative.events(), 0);
    alternative.runtime.block_on(server.shutdown());
}

#[test]
fn a_root_that_does_not_know_the_alternative_is_not_accessible() {
    let (root, alternative) = (DsKit::new(), DsKit::alternative());
    let (root_server, server) = (listen(&root), listen(&alternative));
    let stranger = client(Some(&of(Role::EimTls)), &[(ROOT, &root_server)]);
    alternative.service.set_peers(Arc::new(stranger));
    let smdp = client(Some(&of(Role::DpTls)), &[(ALTERNATIVE, &server)]);
    let outcome = send(
        &alternative,
        &smdp,
        ALTERNATIVE,
        &register_forwarded("EVENT-1"),
    );
    assert_refused(outcome.unwrap(), "8.9", "5.1");
    assert_eq!((alternative.events(), root.events()), (0, 0));
}
