// SPDX-License-Identifier: MIT OR Apache-2.0
//! An eIM that does not know the certificates of a card: it believes nothing, asks, checks the
//! chain, and then takes what had to wait.

use certs::{Pki, TEST_EID};
use harness::eim::Eim;
use harness::iut::{EimSettings, EuiccCertificates, KnownEuicc, OrderStatus};
use rsp::ecdsa::Curve;
use rsp::sgp32::*;
use serde_json::json;

use crate::kit::{Bench, acknowledged, card, certificates, eim, known, pki, provide};

async fn bench() -> Bench {
    let unknown = KnownEuicc {
        certificates: None,
        ..known(TEST_EID)
    };
    let eim = eim(vec![unknown], EimSettings::default()).await;
    Bench {
        card: card(&eim),
        eim,
        euicc: pki().issue_euicc(&TEST_EID, Curve::NistP256).unwrap(),
    }
}

/// Answers a data request with these certificates and results.
async fn answer(
    eim: &Eim,
    request: IpaEuiccDataRequest,
    pair: EuiccCertificates,
    results: Vec<EuiccPackageResult>,
) -> Vec<i64> {
    let data = IpaEuiccData {
        eum_certificate: Some(pair.eum.into()),
        euicc_certificate: Some(pair.euicc.into()),
        euicc_package_result_list: Some(results),
        eim_transaction_id: request.eim_transaction_id,
        ..Default::default()
    };
    let response = IpaEuiccDataResponse::IpaEuiccData(data);
    let result = EimPackageResult::IpaEuiccDataResponse(response);
    acknowledged(&provide(eim, Some(TEST_EID), result).await)
}

/// Sends a package whose result cannot be verified; returns the question that follows, with the
/// order and its result.
async fn asked(bench: &mut Bench) -> (String, EuiccPackageResult, IpaEuiccDataRequest) {
    let order = bench.eco(json!([{ "listEim": {} }]));
    let request = bench.fetch().await;
    let result = bench.execute(&request);
    assert_eq!(acknowledged(&bench.provide(result.clone()).await), [0; 0]);
    assert_eq!(bench.status(&order), OrderStatus::Sent);
    let GetEimPackageResponse::IpaEuiccDataRequest(question) = bench.poll().await else {
        panic!("expected to be asked for certificates");
    };
    assert_eq!(question.tag_list.as_ref(), [0xA5, 0xA6, 0xA2]);
    (order, result, question)
}

#[tokio::test]
async fn certificates_are_asked_for_and_the_result_that_waited_is_taken() {
    let mut bench = bench().await;
    let (order, result, question) = asked(&mut bench).await;
    let own = certificates(&TEST_EID);
    let numbers = answer(&bench.eim, question, own, vec![result]).await;
    assert_eq!(numbers.len(), 1);
    assert_eq!(bench.status(&order), OrderStatus::Done);
    assert!(bench.eim.euicc_report(&TEST_EID).unwrap().certified);
}

#[tokio::test]
async fn certificates_of_another_pki_or_card_are_not_believed() {
    let other_card = {
        let mut eid = TEST_EID;
        eid[13] ^= 1;
        certificates(&eid)
    };
    let other_pki = {
        let pki = Pki::seeded(2).unwrap();
        let curve = Curve::NistP256;
        EuiccCertificates {
            euicc: pki.issue_euicc(&TEST_EID, curve).unwrap().certificate,
            eum: pki.eum_for(&TEST_EID, curve).unwrap().certificate,
        }
    };
    for wrong in [other_card, other_pki] {
        let mut bench = bench().await;
        let (order, result, question) = asked(&mut bench).await;
        let numbers = answer(&bench.eim, question, wrong, vec![result]).await;
        assert_eq!(numbers, [0; 0]);
        assert_eq!(bench.status(&order), OrderStatus::Sent);
        assert!(!bench.eim.euicc_report(&TEST_EID).unwrap().certified);
    }
}
