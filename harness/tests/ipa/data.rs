// SPDX-License-Identifier: MIT OR Apache-2.0
//! Data requests (SGP.32 §2.11.1.2, §2.11.2.2): what is asked for and nothing else.

use certs::TEST_EID;
use harness::defect::IpaDefect;
use harness::iut::Order;
use rsp::der::encode;
use rsp::sgp22::NotificationEvent;
use rsp::sgp32::*;

use crate::kit::*;

/// Tags of all members that can be asked for.
const TAGS: [&str; 11] = [
    "a0", "81", "a2", "bf20", "bf22", "83", "84", "a5", "a6", "a8", "a9",
];

fn request(tags: &str) -> IpaEuiccDataRequest {
    IpaEuiccDataRequest {
        tag_list: hex::decode(tags).unwrap().into(),
        ..Default::default()
    }
}

async fn ask(world: &World, request: &IpaEuiccDataRequest) -> IpaEuiccDataResponse {
    let order = Order::IpaEuiccDataRequest(encode(request).unwrap());
    world.eim().eim.order(TEST_EID, order).unwrap();
    world.round().await.unwrap();
    match world.eim().results().pop().unwrap() {
        EimPackageResult::IpaEuiccDataResponse(response) => response,
        other => panic!("expected data, got {other:?}"),
    }
}

async fn data(world: &World, request: &IpaEuiccDataRequest) -> IpaEuiccData {
    match ask(world, request).await {
        IpaEuiccDataResponse::IpaEuiccData(data) => data,
        other => panic!("expected data, got {other:?}"),
    }
}

async fn error(world: &World, request: &IpaEuiccDataRequest) -> IpaEuiccDataErrorCode {
    match ask(world, request).await {
        IpaEuiccDataResponse::IpaEuiccDataResponseError(error) => {
            assert!(error.eim_transaction_id.is_some());
            error.ipa_euicc_data_error_code
        }
        other => panic!("expected an error, got {other:?}"),
    }
}

/// The tags of the members that are there, in the order of [`TAGS`].
fn members(data: &IpaEuiccData) -> Vec<&'static str> {
    let there = [
        data.notifications_list.is_some(),
        data.default_smdp_address.is_some(),
        data.euicc_package_result_list.is_some(),
        data.euicc_info1.is_some(),
        data.euicc_info2.is_some(),
        data.root_smds_address.is_some(),
        data.association_token.is_some(),
        data.eum_certificate.is_some(),
        data.euicc_certificate.is_some(),
        data.ipa_capabilities.is_some(),
        data.device_info.is_some(),
    ];
    let there = TAGS.into_iter().zip(there);
    there
        .filter_map(|(tag, there)| there.then_some(tag))
        .collect()
}

#[tokio::test]
async fn every_tag_alone_and_all_together() {
    let world = World::new().await;
    world.card.with(|card| {
        card.edit_state(|state| state.default_dp_address = Some("smdp1.test.example".to_owned()))
            .unwrap();
    });
    for tag in TAGS {
        let data = data(&world, &request(tag)).await;
        assert_eq!(members(&data), [tag]);
        assert!(data.eim_transaction_id.is_some());
    }
    let backwards: String = TAGS.into_iter().rev().collect();
    assert_eq!(members(&data(&world, &request(&backwards)).await), TAGS);
    assert_eq!(members(&data(&world, &request("87")).await), [""; 0]);
}

#[tokio::test]
async fn wrong_lists_and_keys_have_their_codes() {
    let world = World::new().await;
    for wrong in ["5a", "bf2d", "bf", "bf2b", "a081bf"] {
        let code = error(&world, &request(wrong)).await;
        assert_eq!(code, IpaEuiccDataErrorCode::INCORRECT_TAG_LIST, "{wrong}");
    }
    let ci = pki().ci_key_id(rsp::ecdsa::Curve::NistP256).unwrap();
    for (length, known) in [(20, true), (4, true), (1, true), (0, true)] {
        let mut request = request("a6");
        let id: Vec<u8> = ci.iter().take(length).copied().collect();
        request.euicc_ci_pk_identifier_to_be_used = Some(id.into());
        let answer = ask(&world, &request).await;
        let data = matches!(answer, IpaEuiccDataResponse::IpaEuiccData(_));
        // an empty prefix fits every key, and only one key leaves no doubt
        assert!(data == known || length == 0, "{length}: {answer:?}");
    }
    let mut unknown = request("a6");
    unknown.euicc_ci_pk_identifier_to_be_used = Some(vec![0xEE; 4].into());
    let code = error(&world, &unknown).await;
    assert_eq!(code, IpaEuiccDataErrorCode::EUICC_CI_PK_ID_NOT_FOUND);
}

#[tokio::test]
async fn a_card_that_fails_is_reported() {
    let world = World::new().await;
    world.card.with(|card| card.arm_failure("GetCerts"));
    let code = error(&world, &request("a5")).await;
    assert!(
        [
            IpaEuiccDataErrorCode::UNDEFINED_ERROR,
            IpaEuiccDataErrorCode::EUICC_CI_PK_ID_NOT_FOUND
        ]
        .contains(&code)
    );
}

/// A card on which notifications of a disable and an enable wait, and a package result.
async fn with_notifications(defect: Option<IpaDefect>) -> World {
    let mut world = World::new().await;
    world.eim().psmo(vec![enable(OPERATIONAL, false)]);
    // nothing is acknowledged, so everything stays
    world
        .eim()
        .answer_instead(|message| is_result(message).then(|| acknowledgement([])));
    assert!(world.round().await.is_ok());
    assert_eq!(world.card.pending().len(), 3);
    world.settings.defects = defect.into_iter().collect();
    world
}

/// The numbers of notifications and of package results in the answer to a request that the eIM
/// sends next to what it is told anyway.
async fn numbers(world: &World, request: &IpaEuiccDataRequest) -> (usize, usize) {
    let mut ipa = world.start().unwrap();
    let request = TransferEimPackageRequest::IpaEuiccDataRequest(request.clone());
    let answer = ipa.inject(EIM1, &encode(&request).unwrap()).unwrap();
    let TransferEimPackageResponse::IpaEuiccDataResponse(IpaEuiccDataResponse::IpaEuiccData(data)) =
        rsp::der::decode(&answer).unwrap()
    else {
        panic!("expected data, got {}", hex::encode(answer))
    };
    (
        data.notifications_list.unwrap_or_default().len(),
        data.euicc_package_result_list.unwrap_or_default().len(),
    )
}

#[tokio::test]
async fn notifications_and_results_are_searched_for_as_asked() {
    use IpaEuiccDataRequestSearchCriteriaNotification as Notification;
    let world = with_notifications(None).await;
    let all = request("a0a2");
    assert_eq!(numbers(&world, &all).await, (2, 1));
    let mut enabled = request("a0");
    enabled.search_criteria_notification = Some(Notification::ProfileManagementOperation(
        NotificationEvent::of(&[NotificationEvent::NOTIFICATION_ENABLE]),
    ));
    assert_eq!(numbers(&world, &enabled).await, (1, 0));
    let mut none = request("a0a2");
    none.search_criteria_notification = Some(Notification::SeqNumber(1000));
    none.search_criteria_euicc_package_result =
        Some(IpaEuiccDataRequestSearchCriteriaEuiccPackageResult::SeqNumber(1000));
    assert_eq!(numbers(&world, &none).await, (0, 0));
    let mistaken = with_notifications(Some(IpaDefect::IgnoresSearchCriteria)).await;
    assert_eq!(numbers(&mistaken, &enabled).await, (2, 0));
}

#[tokio::test]
async fn mistakes_in_data_are_seen() {
    for (defect, seen) in [
        (None, vec!["bf20", "bf22"]),
        (Some(IpaDefect::DropsSecondMember), vec!["bf20"]),
    ] {
        let mut world = World::new().await;
        world.settings.defects = defect.into_iter().collect();
        assert_eq!(
            members(&data(&world, &request("bf20bf22")).await),
            seen,
            "{defect:?}"
        );
    }
    let world = World::new().await.mistaken(IpaDefect::IgnoresTagList);
    assert!(members(&data(&world, &request("bf20")).await).len() > 5);
    let world = World::new().await.mistaken(IpaDefect::DataInErrorArm);
    let code = error(&world, &request("bf20")).await;
    assert_eq!(code, IpaEuiccDataErrorCode::UNDEFINED_ERROR);
}
