// SPDX-License-Identifier: MIT OR Apache-2.0
//! An eIM that is not told which version an IPA speaks.

use certs::TEST_EID;
use harness::iut::{EimSettings, Order, OrderStatus};
use rsp::dialect::Dialect;
use serde_json::json;

use crate::device::World;

fn data_request() -> Order {
    let value = json!({"tagList": "81"});
    Order::IpaEuiccDataRequest(rsp::schema::from_value("IpaEuiccDataRequest", &value).unwrap())
}

/// `BF4F { 5A eid, rest }`.
fn poll(rest: &str) -> Vec<u8> {
    let eid = hex::encode(TEST_EID);
    let length = 18 + rest.len() / 2;
    hex::decode(format!("bf4f{length:02x}5a10{eid}{rest}")).unwrap()
}

#[tokio::test]
async fn the_form_of_a_poll_shows_its_version() {
    let world = World::new(Dialect::V1_2, EimSettings::default()).await;
    world.order(data_request());
    // 81 is rPLMN in v1.0: what is sent then has the tags of v1.0
    let answer = hex::encode(
        world
            .eim
            .handle(&poll("8103 62f210".replace(' ', "").as_str()))
            .await,
    );
    assert_eq!(answer, "bf4f06bf52035c0180");
    // and stays known for a poll that shows nothing
    let answer = hex::encode(world.eim.handle(&poll("")).await);
    assert_eq!(answer, "bf4f06bf52035c0180");
    // stateChangeCause, one octet: v1.2 again
    let answer = hex::encode(world.eim.handle(&poll("810100")).await);
    assert!(answer.contains("5c0181"), "{answer}");
}

#[tokio::test]
async fn a_fixed_version_refuses_the_form_of_another() {
    let settings = EimSettings {
        fixed_dialect: true,
        ..EimSettings::default()
    };
    let world = World::new(Dialect::V1_2, settings).await;
    let order = world.order(data_request());
    // three octets under 81 are no cause, whatever number they make
    let answer = world.eim.handle(&poll("810362f210")).await;
    assert_eq!(hex::encode(answer), "bf4f0302017f");
    assert_eq!(world.status(&order), OrderStatus::Waiting);
    // the error of v1.0 under provideEimPackageResult
    let answer = world
        .eim
        .handle(&hex::decode("bf5003020101").unwrap())
        .await;
    assert_eq!(hex::encode(answer), "bf500302017f");
}

#[tokio::test]
async fn a_result_shows_by_its_signature_what_the_polls_did_not() {
    let world = World::new(Dialect::V1_0, EimSettings::default()).await;
    let order = world.order_package(&json!({"psmoList": [{"getRAT": {}}]}));
    world.run(None).await;
    assert_eq!(world.status(&order), OrderStatus::Done);
    world.order(data_request());
    let answer = hex::encode(world.eim.handle(&poll("")).await);
    assert_eq!(answer, "bf4f06bf52035c0180");
}

#[tokio::test]
async fn a_fixed_version_accepts_no_other_signature() {
    let settings = EimSettings {
        fixed_dialect: true,
        ..EimSettings::default()
    };
    let world = World::new(Dialect::V1_0, settings).await;
    let order = world.order_package(&json!({"psmoList": [{"getRAT": {}}]}));
    world.run(Some(Dialect::V1_2)).await;
    assert_ne!(world.status(&order), OrderStatus::Done);
    assert_eq!(world.pending(), 1);
}
