// SPDX-License-Identifier: MIT OR Apache-2.0
//! What eIMs inject (SGP.32 §5.14.4): results are the answer, acknowledgements remove what was
//! answered, triggers are stored before they are acknowledged.

use rsp::der::{decode, encode};
use rsp::sgp32::*;
use veuicc::Personality;

use crate::kit::*;

fn response(bytes: &[u8]) -> TransferEimPackageResponse {
    decode(bytes).unwrap()
}

/// A package of eIM `n`, as retrieval would get it, made into an injection.
async fn package(world: &World, n: usize, list: Vec<Psmo>) -> Vec<u8> {
    let eim = &world.eims[n];
    eim.psmo(list);
    let answer = eim.eim.handle(&encode(&poll()).unwrap()).await;
    match decode(&answer).unwrap() {
        GetEimPackageResponse::EuiccPackageRequest(request) => {
            encode(&TransferEimPackageRequest::EuiccPackageRequest(request)).unwrap()
        }
        other => panic!("expected a package, got {other:?}"),
    }
}

fn poll() -> GetEimPackageRequest {
    GetEimPackageRequest {
        eid_value: certs::TEST_EID.into(),
        notify_state_change: None,
        state_change_cause: None,
        r_plmn: None,
        additions: Default::default(),
    }
}

fn acknowledge(numbers: impl IntoIterator<Item = i64>) -> Vec<u8> {
    let list = numbers.into_iter().map(SequenceNumber).collect();
    let list = TransferEimPackageRequest::EimAcknowledgements(EimAcknowledgements(list));
    encode(&list).unwrap()
}

#[tokio::test]
async fn a_package_is_executed_and_its_result_removed_when_acknowledged() {
    let world = World::with(&[EIM1, EIM2], Personality::spec()).await;
    let message = package(&world, 0, vec![enable(OPERATIONAL, false)]).await;
    let mut ipa = world.start().unwrap();
    let answer = response(&ipa.inject(EIM1, &message).unwrap());
    assert!(
        matches!(answer, TransferEimPackageResponse::EprAndNotifications(_)),
        "{answer:?}"
    );
    assert_eq!(world.card.enabled(), Some(OPERATIONAL));
    let pending = world.card.pending();
    // the other eIM, or numbers that nobody sent, remove nothing
    ipa.inject(EIM2, &acknowledge(0..50)).unwrap();
    assert_eq!(world.card.pending(), pending);
    let answer = response(&ipa.inject(EIM1, &acknowledge(0..50)).unwrap());
    assert_eq!(answer, TransferEimPackageResponse::EimPackageReceived(()));
    assert_eq!(world.card.pending(), [0; 0]);
    // the package again: the card refuses it, and its word is the answer
    let again = response(&ipa.inject(EIM1, &message).unwrap());
    assert!(
        format!("{again:?}").contains("EuiccPackageErrorSigned"),
        "{again:?}"
    );
    // the other eIM hears of the change at its next poll
    ipa.round().await.unwrap();
    assert_eq!(world.eims[1].causes(), [StateChangeCause::OTHER_EIM]);
}

#[tokio::test]
async fn data_triggers_and_nonsense_have_their_answers() {
    let world = World::new().await;
    let mut ipa = world.start().unwrap();
    let data = IpaEuiccDataRequest {
        tag_list: [0xBF, 0x20].into(),
        ..Default::default()
    };
    let data = TransferEimPackageRequest::IpaEuiccDataRequest(data);
    let answer = response(&ipa.inject(EIM1, &encode(&data).unwrap()).unwrap());
    assert!(matches!(
        answer,
        TransferEimPackageResponse::IpaEuiccDataResponse(IpaEuiccDataResponse::IpaEuiccData(_))
    ));
    let trigger = ProfileDownloadTriggerRequest {
        profile_download_data: Some(ProfileDownloadData::ActivationCode("nonsense".to_owned())),
        eim_transaction_id: Some(vec![9].into()),
        additions: Default::default(),
    };
    let trigger = TransferEimPackageRequest::ProfileDownloadTriggerRequest(trigger);
    let trigger = encode(&trigger).unwrap();
    for _ in 0..2 {
        let answer = response(&ipa.inject(EIM1, &trigger).unwrap());
        assert_eq!(answer, TransferEimPackageResponse::EimPackageReceived(()));
    }
    drop(ipa);
    // after a restart it is carried out, once
    drop(world.round().await);
    assert_eq!(world.eim().results().len(), 1);
    drop(world.round().await);
    assert_eq!(world.eim().results().len(), 1);
    let mut ipa = world.start().unwrap();
    for (wrong, code) in [("bf4e02bf5a", 1), ("bf4e03bf5a00", 2), ("bf5000", 1)] {
        let answer = response(&ipa.inject(EIM1, &hex::decode(wrong).unwrap()).unwrap());
        let expected = TransferEimPackageResponseEimPackageError(code);
        assert_eq!(
            answer,
            TransferEimPackageResponse::EimPackageError(expected),
            "{wrong}"
        );
    }
    assert!(ipa.inject(EIM2, &trigger).is_err());
}

#[tokio::test]
async fn an_eim_injects_over_tls_and_acknowledges() {
    use std::sync::Arc;

    let world = World::new().await;
    let ipa = Arc::new(tokio::sync::Mutex::new(world.start().unwrap()));
    let host = "ipa1.test.example";
    let curve = rsp::ecdsa::Curve::NistP256;
    let tls = pki()
        .issue_tls(certs::Role::EimTls, &[host], curve)
        .unwrap();
    let identity = harness::wire::tls::Identity {
        chain: vec![tls.certificate.clone()],
        key: tls.key_der().unwrap(),
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    world.resolver.insert(host, listener.local_addr().unwrap());
    let _server = harness::ipa::receive(ipa, listener, &identity)
        .await
        .unwrap();
    let package = encode(&EuiccPackage::PsmoList(vec![enable(OPERATIONAL, false)])).unwrap();
    let eim = &world.eim().eim;
    let order = harness::iut::Order::EuiccPackage(package);
    let order = eim.order_at(certs::TEST_EID, order, Some(host)).unwrap();
    eim.inject(&order).await.unwrap();
    assert_eq!(world.eim().status(&order), harness::iut::OrderStatus::Done);
    assert_eq!(world.card.enabled(), Some(OPERATIONAL));
    assert_eq!(world.card.pending(), [0; 0]);
}
