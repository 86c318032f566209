// SPDX-License-Identifier: MIT OR Apache-2.0
//! Results: nothing counts that the card did not sign, and exactly what was stored is acknowledged.

use certs::TEST_EID;
use harness::iut::{Order, OrderStatus};
use rsp::association::token_tlv;
use rsp::der::{decode, encode};
use rsp::raw::Raw;
use rsp::sgp32::*;
use serde_json::json;

use crate::kit::{Bench, TOKEN, acknowledged, provide, sequence_number};
use crate::polling::IDLE;

impl Bench {
    /// A result of a package as the card would sign it over `token`.
    pub(crate) fn signed(
        &self,
        package: &EuiccPackageSigned,
        euicc_result: Vec<EuiccResultData>,
        seq_number: i64,
        token: &[u8],
    ) -> EuiccPackageResult {
        let data = Raw::new(EuiccPackageResultDataSigned {
            eim_id: package.eim_id.clone(),
            counter_value: package.counter_value,
            eim_transaction_id: package.eim_transaction_id.clone(),
            seq_number,
            euicc_result,
            additions: Default::default(),
        })
        .unwrap();
        let signature = self.euicc.key.sign(&[data.bytes(), token].concat());
        EuiccPackageResult::EuiccPackageResultSigned(EuiccPackageResultSigned {
            euicc_package_result_data_signed: data,
            euicc_sign_epr: signature.into(),
            additions: Default::default(),
        })
    }

    /// An error of a package as the card would sign it.
    pub(crate) fn signed_error(
        &self,
        package: &EuiccPackageSigned,
        code: EuiccPackageErrorCode,
    ) -> EuiccPackageResult {
        let data = Raw::new(EuiccPackageErrorDataSigned {
            eim_id: package.eim_id.clone(),
            counter_value: package.counter_value,
            eim_transaction_id: package.eim_transaction_id.clone(),
            euicc_package_error_code: code,
            additions: Default::default(),
        })
        .unwrap();
        let input = [data.bytes(), &token_tlv(Some(TOKEN))].concat();
        EuiccPackageResult::EuiccPackageErrorSigned(EuiccPackageErrorSigned {
            euicc_package_error_data_signed: data,
            euicc_sign_epe: self.euicc.key.sign(&input).into(),
            additions: Default::default(),
        })
    }
}

pub(crate) fn listed() -> Vec<EuiccResultData> {
    vec![EuiccResultData::ListEimResult(ListEimResult::EimIdList(
        Vec::new(),
    ))]
}

#[tokio::test]
async fn a_result_ends_its_order_and_is_acknowledged_as_often_as_it_comes() {
    let mut bench = Bench::new().await;
    let order = bench.eco(json!([{ "listEim": {} }]));
    let request = bench.fetch().await;
    assert_eq!(request.euicc_package_signed.counter_value, 0x80);
    assert_eq!(bench.status(&order), OrderStatus::Sent);
    let result = bench.execute(&request);
    let number = sequence_number(&result);
    assert!(number >= 40, "no number of an order");
    for _ in 0..3 {
        assert_eq!(acknowledged(&bench.provide(result.clone()).await), [number]);
        assert_eq!(bench.status(&order), OrderStatus::Done);
    }
}

#[tokio::test]
async fn a_result_signed_over_another_token_changes_nothing() {
    let bench = Bench::new().await;
    let order = bench.eco(json!([{ "listEim": {} }]));
    let package = bench.fetch().await.euicc_package_signed;
    for token in [&[0x84, 0x01, 0x00][..], &[0x84, 0x01, 0xC8], &[]] {
        let result = bench.signed(&package, listed(), 5, token);
        assert_eq!(acknowledged(&bench.provide(result).await), [0; 0]);
        assert_eq!(bench.status(&order), OrderStatus::Sent);
    }
    let result = bench.signed(&package, listed(), 5, &[0x84, 0x02, 0x00, 0xC8]);
    assert_eq!(acknowledged(&bench.provide(result).await), [5]);
}

#[tokio::test]
async fn a_result_of_what_was_not_sent_is_not_acknowledged() {
    let bench = Bench::new().await;
    let order = bench.eco(json!([{ "listEim": {} }]));
    let package = bench.fetch().await.euicc_package_signed.into_value();
    let token = token_tlv(Some(TOKEN));
    let counter = EuiccPackageSigned {
        counter_value: package.counter_value + 1,
        ..package.clone()
    };
    let transaction = EuiccPackageSigned {
        eim_transaction_id: Some(vec![9; 8].into()),
        ..package.clone()
    };
    let other_eim = EuiccPackageSigned {
        eim_id: "eim2.test.example".to_owned(),
        ..package
    };
    for wrong in [counter, transaction, other_eim] {
        let result = bench.signed(&wrong, listed(), 5, &token);
        for _ in 0..2 {
            assert_eq!(acknowledged(&bench.provide(result.clone()).await), [0; 0]);
        }
        assert_eq!(bench.status(&order), OrderStatus::Sent);
    }
}

#[tokio::test]
async fn a_result_finds_its_order_after_a_later_package_was_sent() {
    let mut bench = Bench::new().await;
    let first = bench.eco(json!([{ "listEim": {} }]));
    let request = bench.fetch().await;
    let late = bench.execute(&request);
    for _ in 1..5 {
        bench.fetch().await;
    }
    let second = bench.psmo(json!([{ "listProfileInfo": {} }]));
    assert_eq!(bench.round().await.len(), 1);
    assert_eq!(bench.status(&second), OrderStatus::Done);
    assert_eq!(acknowledged(&bench.provide(late).await).len(), 1);
    assert_eq!(bench.status(&first), OrderStatus::Done);
}

#[tokio::test]
async fn the_eid_may_be_left_out_when_the_transaction_tells_it() {
    let mut bench = Bench::new().await;
    let order = bench.eco(json!([{ "listEim": {} }]));
    let request = bench.fetch().await;
    let result = EimPackageResult::EuiccPackageResult(bench.execute(&request));
    for _ in 0..2 {
        let answer = provide(&bench.eim, None, result.clone()).await;
        assert_eq!(acknowledged(&answer).len(), 1);
    }
    assert_eq!(bench.status(&order), OrderStatus::Done);
    let nobody = EimPackageResult::EimPackageResultResponseError(EimPackageResultResponseError {
        eim_transaction_id: None,
        eim_package_result_error_code: EimPackageResultErrorCode::UNDEFINED_ERROR,
        additions: Default::default(),
    });
    use ProvideEimPackageResultResponse as Response;
    use ProvideEimPackageResultResponseProvideEimPackageResultError as Code;
    let missing = Response::ProvideEimPackageResultError(Code::MISSING_EID);
    assert_eq!(provide(&bench.eim, None, nobody.clone()).await, missing);
    let unknown = Response::ProvideEimPackageResultError(Code::EID_NOT_FOUND);
    assert_eq!(provide(&bench.eim, Some([0x11; 16]), nobody).await, unknown);
}

#[tokio::test]
async fn a_rollback_is_a_second_result_of_the_same_package() {
    let mut bench = Bench::new().await;
    let order = bench.psmo(json!([
        { "enable": { "iccid": crate::kit::DISABLED, "rollbackFlag": {} } },
    ]));
    let request = bench.fetch().await;
    let first = bench.execute(&request);
    bench.provide(first.clone()).await;
    assert_eq!(bench.status(&order), OrderStatus::Done);
    bench.card.restart().unwrap();
    let rollback = ProfileRollbackRequest {
        refresh_flag: true,
        additions: Default::default(),
    };
    let answer = bench.card.es10(&encode(&rollback).unwrap()).unwrap();
    let rolled: ProfileRollbackResponse = decode(&answer).unwrap();
    let second = rolled.euicc_package_result.unwrap();
    let number = sequence_number(&second);
    assert_eq!(acknowledged(&bench.provide(second).await), [number]);
    assert_eq!(bench.status(&order), OrderStatus::Failed);
    assert_eq!(bench.told(&order), ["enable ok", "rollback ok"]);
    // the first result again changes nothing any more
    bench.provide(first).await;
    assert_eq!(bench.report(&order).note, "rolled back");
}

#[tokio::test]
async fn an_error_of_the_card_ends_the_order_only_when_it_is_signed() {
    let bench = Bench::new().await;
    let order = bench.eco(json!([{ "listEim": {} }]));
    let package = bench.fetch().await.euicc_package_signed;
    let EuiccPackageResult::EuiccPackageErrorSigned(mut forged) =
        bench.signed_error(&package, EuiccPackageErrorCode::SIZE_OVERFLOW)
    else {
        panic!("expected an error");
    };
    let good = EuiccPackageResult::EuiccPackageErrorSigned(forged.clone());
    forged.euicc_sign_epe = vec![1; 64].into();
    let forged = EuiccPackageResult::EuiccPackageErrorSigned(forged);
    assert_eq!(acknowledged(&bench.provide(forged).await), [0; 0]);
    assert_eq!(bench.status(&order), OrderStatus::Sent);
    assert_eq!(acknowledged(&bench.provide(good).await), [0; 0]);
    assert_eq!(bench.status(&order), OrderStatus::Failed);
    assert_eq!(
        bench.report(&order).note,
        "euiccPackageErrorCode sizeOverflow(15)"
    );
}

#[tokio::test]
async fn an_unsigned_error_is_no_proof_against_a_signed_result() {
    let bench = Bench::new().await;
    let order = bench.eco(json!([{ "listEim": {} }]));
    let package = bench.fetch().await.euicc_package_signed;
    let unsigned = EuiccPackageResult::EuiccPackageErrorUnsigned(EuiccPackageErrorUnsigned {
        eim_id: package.eim_id.clone(),
        eim_transaction_id: package.eim_transaction_id.clone(),
        ..Default::default()
    });
    bench.provide(unsigned).await;
    assert_eq!(bench.status(&order), OrderStatus::Failed);
    let result = bench.signed(&package, listed(), 5, &token_tlv(Some(TOKEN)));
    assert_eq!(acknowledged(&bench.provide(result).await), [5]);
    assert_eq!(bench.status(&order), OrderStatus::Done);
}

#[tokio::test]
async fn the_ipa_may_answer_with_an_error_and_the_next_order_follows() {
    let bench = Bench::new().await;
    let data = rsp::schema::from_value("IpaEuiccDataRequest", &json!({ "tagList": "bf20" }));
    let first = Order::IpaEuiccDataRequest(data.unwrap());
    let first = bench.eim.order(TEST_EID, first).unwrap();
    let GetEimPackageResponse::IpaEuiccDataRequest(asked) = bench.poll().await else {
        panic!("expected a data request");
    };
    let error = IpaEuiccDataResponseError {
        eim_transaction_id: asked.eim_transaction_id,
        ipa_euicc_data_error_code: IpaEuiccDataErrorCode::INCORRECT_TAG_LIST,
        additions: Default::default(),
    };
    let response = IpaEuiccDataResponse::IpaEuiccDataResponseError(error);
    let result = EimPackageResult::IpaEuiccDataResponse(response);
    provide(&bench.eim, Some(TEST_EID), result).await;
    assert_eq!(bench.status(&first), OrderStatus::Failed);
    let told = bench.report(&first).result.unwrap();
    assert!(told.to_string().contains("incorrectTagList"), "{told}");
    assert_eq!(bench.poll().await, IDLE);
}
