// SPDX-License-Identifier: MIT OR Apache-2.0
//! ES2+ over mutual TLS (SGP.22 §6.1): the certificate of the client decides.

use std::sync::Arc;

use certs::{Credential, Curve, Pki, Role};
use rsp::json::{Es2Call, Es2Function, Es2Request, decode_es2_response};
use sha2::{Digest as _, Sha256};
use smdp::config::OperatorConfig;
use smdp::credentials::TlsIdentity;
use smdp::http::{ClientCertificates, ClientTrust, Limits, Pin, Tls, TlsClock, TlsOptions};

use crate::desk::{Desk, of_type};
use crate::support::wire::{Client, Listening, NAME};

/// The certificate of the operator, made by itself.
fn own() -> Credential {
    let pki = Pki::seeded(7).unwrap();
    pki.credential(Role::DpTls, Curve::NistP256)
        .unwrap()
        .clone()
}

/// A desk that knows the operator by its certificate.
fn desk() -> Desk {
    Desk::with_operators(vec![OperatorConfig {
        name: "mno1".to_owned(),
        requester: None,
        oid: None,
        certificate_sha256: Some(hex::encode(Sha256::digest(&own().certificate))),
        notify: None,
        notify_as_v3: false,
        profile_types: None,
    }])
}

/// A listener that takes pinned certificates only.
fn listening<'a>(desk: &'a Desk, pins: &[&Credential]) -> Listening<'a> {
    let pki = &desk.kit.pki;
    let tls = pki
        .issue_tls(Role::DpTls, &[NAME], Curve::NistP256)
        .unwrap();
    let identity = TlsIdentity {
        chain: vec![tls.certificate.clone()],
        key_pkcs8: tls.key_der().unwrap(),
    };
    let mut trust = ClientTrust::default();
    for pin in pins {
        trust = trust.with_pin(Pin::Certificate(pin.certificate.clone()));
    }
    let options = TlsOptions {
        clients: ClientCertificates::Required(Arc::new(trust)),
        clock: Arc::new(TlsClock(desk.kit.clock.clone())),
        ..TlsOptions::default()
    };
    let tls = Tls::new(&[identity], &options).unwrap();
    Listening::new(&desk.kit, tls, Limits::default())
}

/// The status and the body of a DownloadOrder; nothing when there is no answer.
fn ordered(
    desk: &Desk,
    listening: &Listening<'_>,
    own: Option<&Credential>,
) -> Option<(u16, Vec<u8>)> {
    let mut client = Client::new(&desk.kit.pki);
    client.identity = own.map(|own| (vec![own.certificate.clone()], own.key_der().unwrap()));
    let mut wire = listening.connect(&client).ok()?;
    let function = Es2Function::DownloadOrder;
    let body = Es2Request {
        header: desk.header(),
        call: Es2Call::DownloadOrder(of_type("ENDLESS")),
    }
    .to_json();
    let head = format!(
        "POST {} HTTP/1.1\r\nhost: {NAME}\r\ncontent-type: application/json\r\n\
         x-admin-protocol: gsma/rsp/v2.5.0\r\ncontent-length: {}\r\n\r\n",
        function.path(),
        body.len()
    );
    let reply = wire.exchange(&[head.into_bytes(), body].concat()).ok()?;
    Some((reply.status, reply.body))
}

#[test]
fn an_operator_is_served() {
    let desk = desk();
    let listening = listening(&desk, &[&own()]);
    let (status, body) = ordered(&desk, &listening, Some(&own())).unwrap();
    assert_eq!(status, 200);
    assert!(
        decode_es2_response(Es2Function::DownloadOrder, &body)
            .unwrap()
            .is_ok()
    );
    listening.shutdown();
}

/// TC_ES2Plus_Wrong_Client_Cert
#[test]
fn an_unknown_certificate_is_refused() {
    let desk = desk();
    let listening = listening(&desk, &[&own()]);
    let foreign = Pki::seeded(8).unwrap();
    let foreign = foreign.credential(Role::DpTls, Curve::NistP256).unwrap();
    assert_eq!(ordered(&desk, &listening, Some(foreign)), None);
    assert_eq!(ordered(&desk, &listening, None), None);
    let orders = desk
        .kit
        .service
        .with_smdp(|smdp| smdp.orders().iter().count());
    assert_eq!(orders, 0);
    listening.shutdown();
}

#[test]
fn a_certificate_that_is_trusted_but_no_operators_is_refused() {
    let desk = desk();
    let other = Pki::seeded(8).unwrap();
    let other = other.credential(Role::DpTls, Curve::NistP256).unwrap();
    let listening = listening(&desk, &[other]);
    let (status, body) = ordered(&desk, &listening, Some(other)).unwrap();
    assert_eq!((status, body), (403, Vec::new()));
    listening.shutdown();
}
