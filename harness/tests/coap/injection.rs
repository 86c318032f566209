// SPDX-License-Identifier: MIT OR Apache-2.0
//! Package injection over CoAP: the eIM is the client, and shows who it is.

use std::sync::{Arc, Mutex};

use certs::{Curve, Pki, Role, TEST_EID};
use harness::ipa::Ipa;
use harness::iut::{Order, OrderStatus};
use harness::wire::binding::Binding;
use harness::wire::coap::{CoapServer, Settings};
use harness::wire::esipa::handler;
use serde_json::json;
use tokio::net::UdpSocket;

use crate::device::{Anchor, World, package};
use crate::{HOST, identity, quick};

const IPA: &str = "ipa1.test.example";

#[tokio::test]
async fn a_package_is_injected_over_coap() {
    let profile = package("operational").unwrap();
    let world = World::new(&profile, Anchor::Certificate, quick()).await;
    let pki = Pki::seeded(1).unwrap();
    let issue = |name| {
        pki.issue_tls(Role::EimTls, &[name], Curve::NistP256)
            .unwrap()
    };
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    world.resolver.insert(IPA, socket.local_addr().unwrap());
    let peers = Arc::new(Mutex::new(Vec::new()));
    let seen = peers.clone();
    let device = world.device(Binding::Coap, quick());
    let ipa = Arc::new(Mutex::new(Ipa::start(device).unwrap()));
    let ipa = handler(move |message| {
        seen.lock().unwrap().push(message.peer);
        let answer = ipa.lock().unwrap().inject(HOST, &message.body).unwrap();
        async { answer }
    });
    let settings = Settings {
        asks_certificate: true,
        ..quick()
    };
    let _server = CoapServer::start(socket, &identity(&issue(IPA)), settings, ipa).unwrap();

    let value = json!({"ecoList": [{"listEim": {}}]});
    let order = Order::EuiccPackage(rsp::schema::from_value("EuiccPackage", &value).unwrap());
    let address = format!("coaps://{IPA}");
    let id = world.eim.order_at(TEST_EID, order, Some(&address)).unwrap();
    world.eim.inject(&id).await.unwrap();

    assert_eq!(world.eim.order_status(&id), Some(OrderStatus::Done));
    let certificate = issue(HOST).certificate;
    // the package, and the acknowledgement of its result
    assert_eq!(
        *peers.lock().unwrap(),
        [[certificate.clone()], [certificate]]
    );
}

#[tokio::test]
async fn a_server_that_asks_for_a_certificate_refuses_who_has_none() {
    let settings = Settings {
        asks_certificate: true,
        handshake_retries: 2,
        ..quick()
    };
    let echo = crate::Echo::start(settings.clone()).await;
    let nobody = echo
        .client(quick())
        .with_timeout(std::time::Duration::from_secs(1));
    nobody.post(vec![1]).await.unwrap_err();
    let known = echo.client(Settings {
        identity: Some(identity(&echo.tls)),
        ..quick()
    });
    assert_eq!(known.post(vec![2]).await.unwrap(), [2]);
    assert_eq!(echo.executed(), [[2]]);
}
