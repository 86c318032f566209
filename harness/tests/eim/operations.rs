// SPDX-License-Identifier: MIT OR Apache-2.0
//! Every PSMO and eCO, executed by a real card, and what their results change.

use certs::TEST_EID;
use harness::iut::{Order, OrderStatus};
use rsp::sgp32::{EimConfigurationData, GetEimPackageResponse};
use serde_json::{Value, json};

use crate::kit::{Bench, DISABLED, EIM_ID, ENABLED, TOKEN};

/// Runs one order and returns its status and what its operations came to.
async fn ran(bench: &mut Bench, order: &str) -> (OrderStatus, Vec<String>) {
    let acknowledged = bench.round().await;
    assert_eq!(acknowledged.len(), 1, "{order}: one result, one number");
    (bench.status(order), bench.told(order))
}

#[tokio::test]
async fn every_psmo_is_executed() {
    let mut bench = Bench::new().await;
    let iccid = |iccid: &str| json!({ "iccid": iccid });
    let steps: [(Value, &str); 10] = [
        (
            json!({ "listProfileInfo": {} }),
            "listProfileInfo 2 profiles",
        ),
        (json!({ "getRAT": {} }), "getRAT 1 rules"),
        (
            json!({ "configureImmediateEnable": { "immediateEnableFlag": {} } }),
            "configureImmediateEnable ok",
        ),
        (
            json!({ "setDefaultDpAddress": { "defaultDpAddress": "smdp1.test.example" } }),
            "setDefaultDpAddress ok",
        ),
        (
            json!({ "setFallbackAttribute": iccid(DISABLED) }),
            "setFallbackAttribute ok",
        ),
        (
            json!({ "unsetFallbackAttribute": {} }),
            "unsetFallbackAttribute ok",
        ),
        (
            json!({ "enable": { "iccid": DISABLED, "rollbackFlag": {} } }),
            "enable ok",
        ),
        (json!({ "enable": iccid(ENABLED) }), "enable ok"),
        (json!({ "disable": iccid(ENABLED) }), "disable ok"),
        (json!({ "delete": iccid(ENABLED) }), "delete ok"),
    ];
    for (psmo, expected) in steps {
        let order = bench.psmo(json!([psmo]));
        let (status, told) = ran(&mut bench, &order).await;
        assert_eq!(
            (status, told),
            (OrderStatus::Done, vec![expected.to_owned()])
        );
        bench.card.restart().unwrap();
    }
    let report = bench.eim.euicc_report(&TEST_EID).unwrap();
    let profiles: Vec<_> = report.profiles.iter().collect();
    let [(iccid, profile)] = profiles.as_slice() else {
        panic!("expected one profile, got {profiles:?}");
    };
    assert_eq!(
        (iccid.as_str(), profile.state.as_str()),
        (DISABLED, "disabled")
    );
}

#[tokio::test]
async fn the_picture_of_profiles_follows_the_results() {
    let mut bench = Bench::new().await;
    bench.psmo(json!([{ "listProfileInfo": {} }]));
    bench.round().await;
    let order = bench.psmo(json!([
        { "disable": { "iccid": ENABLED } }, { "enable": { "iccid": DISABLED } },
    ]));
    assert_eq!(ran(&mut bench, &order).await.0, OrderStatus::Done);
    let report = bench.eim.euicc_report(&TEST_EID).unwrap();
    let state = |iccid: &str| report.profiles[iccid].state.clone();
    assert_eq!(
        (state(ENABLED).as_str(), state(DISABLED).as_str()),
        ("disabled", "enabled")
    );
    assert_eq!(
        report.profiles[DISABLED].name.as_deref(),
        Some("operational")
    );
}

#[tokio::test]
async fn an_operation_that_fails_is_told_by_its_own_code() {
    let mut bench = Bench::new().await;
    let order = bench.psmo(json!([
        { "disable": { "iccid": ENABLED } },
        { "enable": { "iccid": "98001032547698103299" } },
        { "listProfileInfo": {} },
    ]));
    let (status, told) = ran(&mut bench, &order).await;
    assert_eq!(status, OrderStatus::Failed);
    assert_eq!(told[..2], ["disable ok", "enable iccidOrAidNotFound"]);
    assert_eq!(bench.report(&order).note, "enable: iccidOrAidNotFound");
}

#[tokio::test]
async fn eims_are_added_listed_updated_and_deleted() {
    let mut bench = Bench::new().await;
    let other = json!({ "eimId": "eim2.test.example" });
    let mut data =
        bench.eim.configuration(None, Some(3), true).unwrap()["eimConfigurationData"].clone();
    data["eimId"] = other["eimId"].clone();
    let added = bench.eco(json!([{ "addEim": data }, { "listEim": {} }]));
    let (status, told) = ran(&mut bench, &added).await;
    assert_eq!(status, OrderStatus::Done);
    assert_eq!(
        told,
        [
            format!("addEim associationToken {}", TOKEN + 1),
            "listEim 2 eIMs".to_owned()
        ]
    );
    let report = bench.eim.euicc_report(&TEST_EID).unwrap();
    assert_eq!(report.eims["eim2.test.example"], Some(TOKEN + 1));
    let rest = bench.eco(json!([
        { "updateEim": { "eimId": "eim2.test.example", "counterValue": 9 } },
        { "deleteEim": other },
        { "listEim": {} },
    ]));
    let (_, told) = ran(&mut bench, &rest).await;
    assert_eq!(told, ["updateEim ok", "deleteEim ok", "listEim 1 eIMs"]);
    let report = bench.eim.euicc_report(&TEST_EID).unwrap();
    assert_eq!(report.eims.keys().collect::<Vec<_>>(), [EIM_ID]);
}

#[tokio::test]
async fn an_update_of_its_own_counter_holds_from_the_next_package_on() {
    let mut bench = Bench::new().await;
    let update = bench.eco(json!([{ "updateEim": { "eimId": EIM_ID, "counterValue": 5000 } }]));
    assert_eq!(ran(&mut bench, &update).await.0, OrderStatus::Done);
    let list = bench.psmo(json!([{ "listProfileInfo": {} }]));
    assert_eq!(ran(&mut bench, &list).await.0, OrderStatus::Done);
    assert_eq!(bench.report(&list).counter_value, Some(5001));
}

#[tokio::test]
async fn a_new_key_signs_once_the_card_has_it() {
    let mut bench = Bench::new().await;
    let spki = |bench: &Bench| {
        let told = bench
            .eim
            .configuration(Some(TEST_EID), None, false)
            .unwrap();
        told["eimConfigurationData"]["eimPublicKeyData"].clone()
    };
    let before = spki(&bench);
    let order = bench.eim.order(TEST_EID, Order::NewKey).unwrap();
    let request = bench.fetch().await;
    assert_eq!(spki(&bench), before, "nothing changes before the result");
    let result = bench.execute(&request);
    bench.provide(result).await;
    assert_eq!(bench.status(&order), OrderStatus::Done);
    assert_ne!(spki(&bench), before);
    let list = bench.eco(json!([{ "listEim": {} }]));
    assert_eq!(ran(&mut bench, &list).await.0, OrderStatus::Done);
}

#[tokio::test]
async fn an_association_that_the_eim_deletes_and_begins_anew_has_another_token() {
    let mut bench = Bench::new().await;
    let mut data: Value =
        bench.eim.configuration(None, Some(0), true).unwrap()["eimConfigurationData"].take();
    data["counterValue"] = json!(0);
    let order = bench.eco(json!([{ "deleteEim": { "eimId": EIM_ID } }, { "addEim": data }]));
    assert_eq!(ran(&mut bench, &order).await.0, OrderStatus::Done);
    let report = bench.eim.euicc_report(&TEST_EID).unwrap();
    assert_eq!(
        (report.association_token, report.counter_value),
        (Some(TOKEN + 1), 0)
    );
    let list = bench.eco(json!([{ "listEim": {} }]));
    assert_eq!(ran(&mut bench, &list).await.0, OrderStatus::Done);
    assert_eq!(bench.report(&list).counter_value, Some(1));
}

#[tokio::test]
async fn without_an_association_no_package_is_handed_out() {
    let mut bench = Bench::new().await;
    let order = bench.eco(json!([{ "deleteEim": { "eimId": EIM_ID } }]));
    let (status, told) = ran(&mut bench, &order).await;
    assert_eq!(
        (status, told),
        (
            OrderStatus::Done,
            vec!["deleteEim lastEimDeleted".to_owned()]
        )
    );
    assert!(!bench.eim.euicc_report(&TEST_EID).unwrap().associated);
    bench.psmo(json!([{ "listProfileInfo": {} }]));
    let data =
        rsp::schema::from_value("IpaEuiccDataRequest", &json!({ "tagList": "bf20" })).unwrap();
    bench
        .eim
        .order(TEST_EID, Order::IpaEuiccDataRequest(data))
        .unwrap();
    assert!(matches!(
        bench.poll().await,
        GetEimPackageResponse::IpaEuiccDataRequest(_)
    ));
}

#[tokio::test]
async fn the_configuration_is_what_a_card_takes() {
    let bench = Bench::new().await;
    let told = bench.eim.configuration(Some(TEST_EID), None, true).unwrap();
    let data = &told["eimConfigurationData"];
    let der = rsp::schema::from_value("EimConfigurationData", data).unwrap();
    let data: EimConfigurationData = rsp::der::decode(&der).unwrap();
    assert_eq!(data.counter_value, Some(crate::kit::COUNTER));
    assert_eq!(data.association_token, Some(-1));
}
