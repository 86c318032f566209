// SPDX-License-Identifier: MIT OR Apache-2.0
//! Every deliberate mistake in packages, polling and results can be seen from outside, and without
//! it the same exchange is as it should be.

use certs::TEST_EID;
use harness::defect::EimDefect as Defect;
use harness::iut::{EimSettings, EuiccCertificates, KnownEuicc, Order, OrderStatus};
use rsp::association::token_tlv;
use rsp::der::{decode, encode};
use rsp::ecdsa::Curve;
use rsp::sgp32::*;
use serde_json::json;

use crate::kit::{
    Bench, DISABLED, ENABLED, TOKEN, acknowledged, card, certificates, eim, known, pki, poll,
    provide, sequence_number,
};
use crate::polling::IDLE;
use crate::results::listed;

/// What is looked at.
#[derive(Clone, Copy, Debug)]
enum Scene {
    /// Two packages, the first of two commands, executed by a card.
    Packages,
    /// Transactions are there and differ.
    Transactions,
    /// After its result an order does not come again.
    Again,
    /// The answer to a poll without work, as bytes.
    Idle,
    /// Polls of an EID that is not managed.
    Unknown,
    /// Orders of another EID.
    Other,
    /// A poll that tells of a change of state.
    StateChange,
    /// The order of orders.
    Turn,
    /// An order after one that failed.
    AfterFailure,
    /// A forged result.
    Forged,
    /// Certificates that lead to no CI.
    Certificates,
    /// A result with another counter, then one with another transaction.
    Correlation,
    /// A result without an EID.
    NoEid,
    /// A result on another connection than the poll.
    Connection,
    /// Acknowledgements of a result, twice.
    Acknowledgements,
    /// A result whose operation failed.
    Code,
}

const TABLE: [(Defect, Scene); 34] = [
    (Defect::SignsWithoutToken, Scene::Packages),
    (Defect::SignsZeroToken, Scene::Packages),
    (Defect::SignsValueOnly, Scene::Packages),
    (Defect::SignsWholeRequest, Scene::Packages),
    (Defect::DerSignature, Scene::Packages),
    (Defect::WrongKey, Scene::Packages),
    (Defect::CounterStandsStill, Scene::Packages),
    (Defect::CounterGoesBack, Scene::Packages),
    (Defect::UnsignedCounter, Scene::Packages),
    (Defect::WrongEid, Scene::Packages),
    (Defect::WrongEimId, Scene::Packages),
    (Defect::NoTransactionId, Scene::Transactions),
    (Defect::ReusesTransactionId, Scene::Transactions),
    (Defect::ReversesCommands, Scene::Packages),
    (Defect::DropsLastCommand, Scene::Packages),
    (Defect::ResendsPackage, Scene::Again),
    (Defect::SilentWhenIdle, Scene::Idle),
    (Defect::UndefinedWhenIdle, Scene::Idle),
    (Defect::UnknownEidAsIdle, Scene::Unknown),
    (Defect::OneQueueForAll, Scene::Other),
    (Defect::IgnoresStateChange, Scene::StateChange),
    (Defect::LastInFirstOut, Scene::Turn),
    (Defect::BlockedByFailure, Scene::AfterFailure),
    (Defect::VerifiesNothing, Scene::Forged),
    (Defect::TrustsAnyCertificate, Scene::Certificates),
    (Defect::IgnoresCounter, Scene::Correlation),
    (Defect::IgnoresTransactionId, Scene::Correlation),
    (Defect::RequiresEid, Scene::NoEid),
    (Defect::TiesStateToConnection, Scene::Connection),
    (Defect::AcknowledgesOwnIds, Scene::Acknowledgements),
    (Defect::AcknowledgesUnverified, Scene::Forged),
    (Defect::AcknowledgesNothing, Scene::Acknowledgements),
    (Defect::RefusesRepetition, Scene::Acknowledgements),
    (Defect::SuccessWhateverTheCode, Scene::Code),
];

#[tokio::test]
async fn each_mistake_is_seen_and_nothing_else_is() {
    let mut wrong = Vec::new();
    for (defect, scene) in TABLE {
        if let Err(seen) = look(scene, None).await {
            wrong.push(format!("{scene:?} without a mistake: {seen}"));
        }
        if look(scene, Some(defect)).await.is_ok() {
            wrong.push(format!("{defect:?} is not seen in {scene:?}"));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

type Seen = Result<(), String>;

fn same<T: PartialEq + std::fmt::Debug>(seen: T, expected: T) -> Seen {
    if seen == expected {
        return Ok(());
    }
    Err(format!("expected {expected:?}, got {seen:?}"))
}

async fn look(scene: Scene, defect: Option<Defect>) -> Seen {
    let mut bench = Bench::with_defect(defect).await;
    let bench = &mut bench;
    match scene {
        Scene::Packages => packages(bench).await,
        Scene::Transactions => transactions(bench).await,
        Scene::Again => again(bench).await,
        Scene::Idle => idle(bench).await,
        Scene::Unknown => {
            use GetEimPackageResponseEimPackageError as Code;
            let expected = GetEimPackageResponse::EimPackageError(Code::EID_NOT_FOUND);
            same(poll(&bench.eim, [0x11; 16]).await, expected)
        }
        Scene::Other => other(bench).await,
        Scene::StateChange => {
            let request = GetEimPackageRequest {
                eid_value: TEST_EID.into(),
                notify_state_change: Some(()),
                ..Default::default()
            };
            same(crate::kit::send(&bench.eim, &request).await, IDLE)
        }
        Scene::Turn => turn(bench).await,
        Scene::AfterFailure => after_failure(bench).await,
        Scene::Forged => forged(bench).await,
        Scene::Certificates => learned(defect).await,
        Scene::Correlation => correlation(bench).await,
        Scene::NoEid => {
            let (order, result) = executed(bench).await;
            let result = EimPackageResult::EuiccPackageResult(result);
            provide(&bench.eim, None, result).await;
            same(bench.status(&order), OrderStatus::Done)
        }
        Scene::Connection => connection(bench).await,
        Scene::Acknowledgements => acknowledgements(bench).await,
        Scene::Code => {
            let order = bench.psmo(json!([{ "enable": { "iccid": "98001032547698103299" } }]));
            bench.round().await;
            same(bench.status(&order), OrderStatus::Failed)
        }
    }
}

/// An order with the result that the card gave.
async fn executed(bench: &mut Bench) -> (String, EuiccPackageResult) {
    let order = bench.eco(json!([{ "listEim": {} }]));
    let request = bench.fetch().await;
    let result = bench.execute(&request);
    (order, result)
}

async fn packages(bench: &mut Bench) -> Seen {
    let switch = json!([
        { "disable": { "iccid": ENABLED } },
        { "enable": { "iccid": DISABLED } },
        { "setDefaultDpAddress": { "defaultDpAddress": "smdp1.test.example" } },
    ]);
    let order = bench.psmo(switch);
    let request = bench.fetch().await;
    let result = bench.execute(&request);
    let EuiccPackageResult::EuiccPackageResultSigned(signed) = &result else {
        return Err(format!("the card refuses the first package: {result:?}"));
    };
    let names: Vec<_> = signed
        .euicc_package_result_data_signed
        .euicc_result
        .iter()
        .map(|result| match result {
            EuiccResultData::DisableResult(code) => format!("disable {code}"),
            EuiccResultData::EnableResult(code) => format!("enable {code}"),
            EuiccResultData::SetDefaultDpAddressResult(_) => "setDefaultDpAddress".to_owned(),
            other => format!("{other:?}"),
        })
        .collect();
    same(
        names.join(", "),
        "disable ok(0), enable ok(0), setDefaultDpAddress".to_owned(),
    )?;
    bench.provide(result).await;
    same(bench.status(&order), OrderStatus::Done)?;
    bench.card.restart().unwrap();
    let (order, result) = executed(bench).await;
    bench.provide(result).await;
    same(bench.status(&order), OrderStatus::Done)
}

async fn transactions(bench: &mut Bench) -> Seen {
    let mut seen = Vec::new();
    for _ in 0..2 {
        bench.eco(json!([{ "listEim": {} }]));
        let request = bench.fetch().await;
        seen.push(request.euicc_package_signed.eim_transaction_id.clone());
        let result = bench.execute(&request);
        bench.provide(result).await;
    }
    match seen.as_slice() {
        [Some(one), Some(other)] if one != other => Ok(()),
        other => Err(format!("expected two transactions, got {other:?}")),
    }
}

async fn again(bench: &mut Bench) -> Seen {
    let (order, result) = executed(bench).await;
    bench.provide(result).await;
    same(bench.status(&order), OrderStatus::Done)?;
    same(bench.poll().await, IDLE)
}

async fn idle(bench: &Bench) -> Seen {
    let request = GetEimPackageRequest {
        eid_value: TEST_EID.into(),
        ..Default::default()
    };
    let answer = bench.eim.handle(&encode(&request).unwrap()).await;
    same(answer, encode(&IDLE).unwrap())
}

async fn other(bench: &Bench) -> Seen {
    let mut eid = TEST_EID;
    eid[13] ^= 1;
    bench.eim.manage(known(eid));
    let data = rsp::schema::from_value("IpaEuiccDataRequest", &json!({ "tagList": "bf20" }));
    let order = Order::IpaEuiccDataRequest(data.unwrap());
    bench.eim.order(eid, order).unwrap();
    same(bench.poll().await, IDLE)
}

async fn turn(bench: &Bench) -> Seen {
    let first = bench.eco(json!([{ "listEim": {} }]));
    let second = bench.psmo(json!([{ "listProfileInfo": {} }]));
    bench.fetch().await;
    same(
        (bench.status(&first), bench.status(&second)),
        (OrderStatus::Sent, OrderStatus::Waiting),
    )
}

async fn after_failure(bench: &mut Bench) -> Seen {
    bench.psmo(json!([{ "delete": { "iccid": "98001032547698103299" } }]));
    bench.round().await;
    let next = bench.eco(json!([{ "listEim": {} }]));
    bench.poll().await;
    same(bench.status(&next), OrderStatus::Sent)
}

async fn forged(bench: &Bench) -> Seen {
    let order = bench.eco(json!([{ "listEim": {} }]));
    let package = bench.fetch().await.euicc_package_signed;
    let forged = bench.signed(&package, listed(), 5, &[0x84, 0x01, 0x07]);
    same(acknowledged(&bench.provide(forged).await), Vec::new())?;
    same(bench.status(&order), OrderStatus::Sent)
}

/// A card of another PKI brings its certificates along.
async fn learned(defect: Option<Defect>) -> Seen {
    let settings = EimSettings {
        defects: defect.into_iter().collect(),
        ..Default::default()
    };
    let unknown = KnownEuicc {
        certificates: None,
        ..known(TEST_EID)
    };
    let eim = eim(vec![unknown], settings).await;
    let stranger = certs::Pki::seeded(2).unwrap();
    let curve = Curve::NistP256;
    let pair = EuiccCertificates {
        euicc: stranger.issue_euicc(&TEST_EID, curve).unwrap().certificate,
        eum: stranger.eum_for(&TEST_EID, curve).unwrap().certificate,
    };
    assert_ne!(pair, certificates(&TEST_EID));
    let bench = Bench {
        card: card(&eim),
        eim,
        euicc: pki().issue_euicc(&TEST_EID, curve).unwrap(),
    };
    let data = IpaEuiccData {
        eum_certificate: Some(pair.eum.into()),
        euicc_certificate: Some(pair.euicc.into()),
        ..Default::default()
    };
    let response = IpaEuiccDataResponse::IpaEuiccData(data);
    let result = EimPackageResult::IpaEuiccDataResponse(response);
    provide(&bench.eim, Some(TEST_EID), result).await;
    same(bench.eim.euicc_report(&TEST_EID).unwrap().certified, false)
}

async fn correlation(bench: &Bench) -> Seen {
    let order = bench.eco(json!([{ "listEim": {} }]));
    let package = bench.fetch().await.euicc_package_signed.into_value();
    let counter = EuiccPackageSigned {
        counter_value: package.counter_value + 1,
        ..package.clone()
    };
    let transaction = EuiccPackageSigned {
        eim_transaction_id: Some(vec![9; 8].into()),
        ..package
    };
    for wrong in [counter, transaction] {
        let result = bench.signed(&wrong, listed(), 5, &token_tlv(Some(TOKEN)));
        bench.provide(result).await;
        same(bench.status(&order), OrderStatus::Sent)?;
    }
    Ok(())
}

async fn connection(bench: &mut Bench) -> Seen {
    let order = bench.eco(json!([{ "listEim": {} }]));
    let poll = GetEimPackageRequest {
        eid_value: TEST_EID.into(),
        ..Default::default()
    };
    let answer = bench
        .eim
        .handle_from(Some(1), &encode(&poll).unwrap())
        .await;
    let GetEimPackageResponse::EuiccPackageRequest(request) = decode(&answer).unwrap() else {
        return Err("expected an eUICC package".to_owned());
    };
    let result = ProvideEimPackageResult {
        eid_value: Some(TEST_EID.into()),
        eim_package_result: EimPackageResult::EuiccPackageResult(bench.execute(&request)),
        additions: Default::default(),
    };
    bench
        .eim
        .handle_from(Some(2), &encode(&result).unwrap())
        .await;
    same(bench.status(&order), OrderStatus::Done)
}

async fn acknowledgements(bench: &mut Bench) -> Seen {
    let (_, result) = executed(bench).await;
    let number = sequence_number(&result);
    for _ in 0..2 {
        let numbers = acknowledged(&bench.provide(result.clone()).await);
        same(numbers, vec![number])?;
    }
    Ok(())
}
