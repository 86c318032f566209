// SPDX-License-Identifier: MIT OR Apache-2.0
//! Package injection: the package goes to the IPA, the result comes back in the answer, and its
//! number is acknowledged by a second message.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use certs::{Role, TEST_EID};
use harness::eim::{Eim, roots};
use harness::iut::{EimEnvironment, Order, OrderStatus};
use harness::wire::esipa::{Server, handler};
use harness::wire::net::Resolver;
use harness::wire::tls::{Identity, server_config};
use rsp::der::{decode, encode};
use rsp::ecdsa::Curve;
use rsp::env::{Env as _, SeededEnv};
use rsp::sgp32::*;
use serde_json::json;
use tokio::net::TcpListener;
use veuicc::Card;
use veuicc::terminal::Terminal;

use crate::kit::{EIM_ID, card, known, pki};

const IPA: &str = "ipa.test.example";

/// What an IPA saw.
#[derive(Default)]
struct Device {
    card: Option<Terminal<Card>>,
    acknowledged: Vec<i64>,
    /// Whether it only says that it has received a package.
    defers: bool,
}

impl Device {
    fn take(&mut self, request: TransferEimPackageRequest) -> TransferEimPackageResponse {
        match request {
            _ if self.defers => TransferEimPackageResponse::EimPackageReceived(()),
            TransferEimPackageRequest::EuiccPackageRequest(request) => {
                let card = self.card.as_mut().unwrap();
                let answer = card.es10(&encode(&request).unwrap()).unwrap();
                TransferEimPackageResponse::EuiccPackageResult(decode(&answer).unwrap())
            }
            TransferEimPackageRequest::EimAcknowledgements(numbers) => {
                self.acknowledged.extend(numbers.0.iter().map(|it| it.0));
                TransferEimPackageResponse::EimPackageReceived(())
            }
            _ => TransferEimPackageResponse::EimPackageError(
                TransferEimPackageResponseEimPackageError::UNKNOWN_PACKAGE,
            ),
        }
    }
}

struct Scene {
    eim: Arc<Eim>,
    device: Arc<Mutex<Device>>,
    _server: Server,
}

async fn scene(defers: bool) -> Scene {
    let pki = pki();
    let curve = Curve::NistP256;
    let resolver = Resolver::new();
    let tls = pki.credential(Role::EimTls, curve).unwrap();
    let own = Identity {
        chain: vec![tls.certificate.clone()],
        key: tls.key_der().unwrap(),
    };
    let eim = Eim::new(EimEnvironment {
        eim_id: EIM_ID.to_owned(),
        signing: pki.issue_eim_signing(EIM_ID, curve).unwrap(),
        tls: own,
        listener: TcpListener::bind("127.0.0.1:0").await.unwrap(),
        resolver: resolver.clone(),
        roots: roots(&pki),
        euiccs: vec![known(TEST_EID)],
        env: Box::new(SeededEnv::new(1, "eim")),
        timeout: Duration::from_secs(5),
        settings: Default::default(),
    })
    .unwrap();
    let device = Arc::new(Mutex::new(Device {
        card: Some(card(&eim)),
        defers,
        ..Default::default()
    }));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    resolver.insert(IPA, listener.local_addr().unwrap());
    let tls = pki.issue_tls(Role::EimTls, &[IPA], curve).unwrap();
    let identity = Identity {
        chain: vec![tls.certificate.clone()],
        key: tls.key_der().unwrap(),
    };
    let now = SeededEnv::new(1, "clock").now();
    let shared = Arc::clone(&device);
    let serve = handler(move |posted| {
        let request = decode(&posted.body).unwrap();
        let answer = shared.lock().unwrap().take(request);
        async move { encode(&answer).unwrap() }
    });
    Scene {
        eim,
        device,
        _server: Server::start(listener, server_config(&identity, now).unwrap(), serve),
    }
}

impl Scene {
    fn order(&self, host: &str) -> String {
        let package = json!({ "ecoList": [{ "listEim": {} }] });
        let package = rsp::schema::from_value("EuiccPackage", &package).unwrap();
        let order = Order::EuiccPackage(package);
        self.eim.order_at(TEST_EID, order, Some(host)).unwrap()
    }
}

#[tokio::test]
async fn an_injected_package_is_executed_and_its_result_acknowledged() {
    let scene = scene(false).await;
    let id = scene.order(IPA);
    assert_eq!(
        crate::kit::poll(&scene.eim, TEST_EID).await,
        crate::polling::IDLE
    );
    scene.eim.inject(&id).await.unwrap();
    assert_eq!(scene.eim.order_status(&id), Some(OrderStatus::Done));
    assert_eq!(scene.device.lock().unwrap().acknowledged, [40]);
}

#[tokio::test]
async fn a_package_that_was_only_received_waits_for_its_result() {
    let scene = scene(true).await;
    let id = scene.order(IPA);
    scene.eim.inject(&id).await.unwrap();
    assert_eq!(scene.eim.order_status(&id), Some(OrderStatus::Sent));
}

#[tokio::test]
async fn an_ipa_that_is_not_there_can_be_tried_again_with_the_same_package() {
    let scene = scene(false).await;
    let id = scene.order("elsewhere.test.example");
    assert!(scene.eim.inject(&id).await.is_err());
    let counter = scene.eim.order_report(&id).unwrap().counter_value;
    assert!(scene.eim.inject(&id).await.is_err());
    assert_eq!(scene.eim.order_report(&id).unwrap().counter_value, counter);
    assert!(scene.eim.inject("77").await.is_err());
}

#[tokio::test]
async fn what_the_ipa_refuses_has_failed() {
    let scene = scene(false).await;
    let data = rsp::schema::from_value("IpaEuiccDataRequest", &json!({ "tagList": "bf20" }));
    let order = Order::IpaEuiccDataRequest(data.unwrap());
    let id = scene.eim.order_at(TEST_EID, order, Some(IPA)).unwrap();
    scene.eim.inject(&id).await.unwrap();
    assert_eq!(scene.eim.order_status(&id), Some(OrderStatus::Failed));
}
