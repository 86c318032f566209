// SPDX-License-Identifier: MIT OR Apache-2.0
//! Whole procedures in each version: card, reference IPA, mock eIM and SM-DP+.

use harness::iut::{EimSettings, IndirectDownload, Order, OrderStatus};
use rsp::dialect::Dialect;
use rsp::sgp32_v1_0 as v1_0;
use rsp::tlv::{self, Tag};
use serde_json::json;

use crate::device::{World, exchange};

fn speaking(dialect: Dialect) -> EimSettings {
    EimSettings {
        dialect,
        ..EimSettings::default()
    }
}

/// Downloads through the eIM, enables, lists and deletes; every answer is signed by the card and
/// checked by the eIM.
async fn life(dialect: Dialect) {
    let world = World::new(dialect, speaking(dialect)).await;
    let code = World::activation_code();
    let download = world.order(Order::IndirectDownload(IndirectDownload::new(&code)));
    world.run(None).await;
    assert_eq!(world.status(&download), OrderStatus::Done);
    let [(iccid, false)] = &world.profiles()[..] else {
        panic!("expected one disabled profile, got {:?}", world.profiles())
    };
    let iccid = hex::encode(iccid);
    let packages = [
        json!({"psmoList": [{"listProfileInfo": {}}, {"enable": {"iccid": iccid}}]}),
        json!({"ecoList": [{"listEim": {}}]}),
        json!({"psmoList": [{"getRAT": {}}, {"disable": {"iccid": iccid}}]}),
        json!({"psmoList": [{"delete": {"iccid": iccid}}]}),
    ];
    for package in packages {
        let order = world.order_package(&package);
        world.run(None).await;
        assert_eq!(world.status(&order), OrderStatus::Done, "{package}");
    }
    assert_eq!(world.profiles(), []);
    assert_eq!(world.pending(), 0);
}

#[tokio::test]
async fn a_profile_lives_in_v1_0() {
    life(Dialect::V1_0).await;
}

#[tokio::test]
async fn a_profile_lives_in_v1_2() {
    life(Dialect::V1_2).await;
}

#[tokio::test]
async fn a_profile_lives_in_v1_3() {
    life(Dialect::V1_3).await;
}

#[tokio::test]
async fn a_v1_0_result_is_signed_over_the_signature_of_its_package() {
    let world = World::new(Dialect::V1_0, speaking(Dialect::V1_0)).await;
    world.order_package(&json!({"ecoList": [{"listEim": {}}]}));
    let said = world.run(None).await;
    let (_, answer) = exchange(&said, &[0xBF, 0x4F]);
    let v1_0::GetEimPackageResponse::EuiccPackageRequest(package) =
        rsp::der::decode(answer).unwrap()
    else {
        panic!("expected an eUICC package, got {}", hex::encode(answer))
    };
    let (result, acknowledged) = exchange(&said, &[0xBF, 0x50]);
    let v1_0::ProvideEimPackageResult::EuiccPackageResult(
        v1_0::EuiccPackageResult::EuiccPackageResultSigned(signed),
    ) = rsp::der::decode(result).unwrap()
    else {
        panic!("expected a signed result, got {}", hex::encode(result))
    };
    let data = &signed.euicc_package_result_data_signed;
    let pki = certs::Pki::seeded(1).unwrap();
    let euicc = pki
        .issue_euicc(&certs::TEST_EID, certs::Curve::NistP256)
        .unwrap();
    let covered = [
        data.bytes(),
        &tlv::tlv(Tag::new(0x5F37), &package.eim_signature),
    ]
    .concat();
    let key = euicc.key.public_key();
    assert!(key.verify(&covered, &signed.euicc_sign_epr).is_ok());
    // eimIdType of a listed eIM is 84 in v1.0
    let [v1_0::EuiccResultData::ListEimResult(v1_0::ListEimResult::EimIdList(eims))] =
        &data.euicc_result[..]
    else {
        panic!("expected a list of eIMs, got {:?}", data.euicc_result)
    };
    assert!(eims.iter().all(|eim| eim.eim_id_type.is_some()));
    // BF50 { BF53 { 80 seqNumber } }
    let number = [&[0x80, 1][..], &[u8::try_from(data.seq_number).unwrap()]].concat();
    let expected = tlv::tlv(Tag::new(0xBF50), &tlv::tlv(Tag::new(0xBF53), &number));
    assert_eq!(*acknowledged, expected);
}

#[tokio::test]
async fn v1_0_data_come_without_any_name_and_find_their_order() {
    let world = World::new(Dialect::V1_0, speaking(Dialect::V1_0)).await;
    let request = json!({"tagList": "81bf20bf22a584a8a0a2"});
    let request = rsp::schema::from_value("IpaEuiccDataRequest", &request).unwrap();
    let order = world.order(Order::IpaEuiccDataRequest(request));
    let said = world.run(None).await;
    // 80 defaultSmdpAddress, 88 ipaCapabilities, BF2B notifications and results, no transaction
    let (_, asked) = exchange(&said, &[0xBF, 0x4F]);
    assert_eq!(hex::encode(asked), "bf4f0fbf520c5c0a80bf20bf22a58488bf2b");
    let (told, answer) = exchange(&said, &[0xBF, 0x50]);
    let v1_0::ProvideEimPackageResult::IpaEuiccDataResponse(
        v1_0::IpaEuiccDataResponse::IpaEuiccData(data),
    ) = rsp::der::decode(told).unwrap()
    else {
        panic!("expected data, got {}", hex::encode(told))
    };
    assert!(data.notifications_list.is_some() && data.ipa_capabilities.is_some());
    assert_eq!(data.association_token, Some(crate::device::TOKEN));
    assert!(data.additions.is_empty());
    assert_eq!(hex::encode(answer), "bf5000");
    assert_eq!(world.status(&order), OrderStatus::Done);
}

#[tokio::test]
async fn a_v1_0_ipa_reports_a_direct_download() {
    let world = World::new(Dialect::V1_0, speaking(Dialect::V1_0)).await;
    let order = world.order(Order::direct_download(&World::activation_code()).unwrap());
    let said = world.run(None).await;
    assert_eq!(world.status(&order), OrderStatus::Done);
    assert_eq!(world.profiles().len(), 1);
    let (told, _) = exchange(&said, &[0xBF, 0x50]);
    let told: v1_0::ProvideEimPackageResult = rsp::der::decode(told).unwrap();
    assert!(matches!(
        told,
        v1_0::ProvideEimPackageResult::ProfileDownloadTriggerResult(_)
    ));
}

#[tokio::test]
async fn what_v1_0_does_not_have_ends_its_order_and_the_next_has_its_turn() {
    let world = World::new(Dialect::V1_0, speaking(Dialect::V1_0)).await;
    let order = world.order_package(&json!({"psmoList": [{"unsetFallbackAttribute": {}}]}));
    let next = world.order_package(&json!({"ecoList": [{"listEim": {}}]}));
    let message = hex::decode(format!("bf4f125a10{}", hex::encode(certs::TEST_EID))).unwrap();
    let answer = world.eim.handle(&message).await;
    assert!(
        matches!(
            rsp::der::decode(&answer).unwrap(),
            v1_0::GetEimPackageResponse::EuiccPackageRequest(_)
        ),
        "{}",
        hex::encode(answer)
    );
    assert_eq!(world.status(&order), OrderStatus::Failed);
    world.run(None).await;
    assert_eq!(world.status(&next), OrderStatus::Done);
}

#[tokio::test]
async fn what_v1_0_cannot_ask_for_is_an_error() {
    let world = World::new(Dialect::V1_0, speaking(Dialect::V1_0)).await;
    // notifications by one criterion, results by none: v1.0 has one criterion for both
    let request = json!({"tagList": "a0a2", "searchCriteriaNotification": {"seqNumber": 5}});
    let request = rsp::schema::from_value("IpaEuiccDataRequest", &request).unwrap();
    world.order(Order::IpaEuiccDataRequest(request));
    let message = hex::decode(format!("bf4f125a10{}", hex::encode(certs::TEST_EID))).unwrap();
    let answer = world.eim.handle(&message).await;
    assert_eq!(hex::encode(answer), "bf4f0302017f");
}
