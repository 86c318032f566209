// SPDX-License-Identifier: MIT OR Apache-2.0
//! CancelOrder (SGP.22 §5.3.3).

use rsp::id::Iccid;
use rsp::json::{
    CancelOrder, ConfirmOrder, Es2Function, Es12Function, Es12Request, FinalProfileStatus,
    decode_es2_response,
};
use serde_json::json;
use smdp::Config;
use smdp::OrderState;
use smdp::config::Es2PlusConfig;

use crate::desk::{
    Desk, EID, OTHER_EID, POOL, SMDS, UNKNOWN, by_iccid, cancellation, confirmation, eid, iccid,
    of_type, package, refused,
};

/// A released order for an EID with a MatchingID, and the cancellation that fits it.
fn released(desk: &Desk) -> (Iccid, CancelOrder) {
    let ordered = desk.ordered(Some(EID));
    let matching_id = desk.confirm(confirmation(&ordered)).unwrap();
    let call = CancelOrder {
        eid: Some(eid(EID)),
        matching_id: Some(matching_id),
        ..cancellation(&ordered)
    };
    (ordered, call)
}

/// TC_ES2Plus_CancelOrder_01_Nominal
#[test]
fn nominal() {
    let desk = Desk::new();
    let (ordered, call) = released(&desk);
    desk.cancel(call).unwrap();
    assert_eq!(desk.state(&ordered), None);
    // It may be ordered again, by its name and as one of its type.
    desk.order(by_iccid(&ordered.to_string())).unwrap();
}

#[test]
fn an_order_that_is_not_confirmed_needs_no_more_than_its_iccid() {
    let desk = Desk::new();
    let ordered = desk.ordered(None);
    desk.cancel(cancellation(&ordered)).unwrap();
    assert_eq!(desk.state(&ordered), None);
}

#[test]
fn a_cancelled_profile_goes_back_into_its_pool() {
    let desk = Desk::new();
    let first = desk.ordered(None);
    desk.ordered(None);
    desk.cancel(cancellation(&first)).unwrap();
    assert_eq!(desk.order(of_type("POOL")).unwrap(), first);
    refused(desk.order(of_type("POOL")), "8.2.5", "3.7");

    let endless = desk.order(of_type("ENDLESS")).unwrap();
    desk.cancel(cancellation(&endless)).unwrap();
    assert_eq!(desk.order(of_type("ENDLESS")).unwrap(), endless);
}

#[test]
fn an_unavailable_profile_is_never_delivered() {
    let desk = Desk::new();
    let (ordered, call) = released(&desk);
    let call = CancelOrder {
        final_profile_status_indicator: FinalProfileStatus::Unavailable,
        ..call
    };
    desk.cancel(call.clone()).unwrap();
    assert_eq!(desk.state(&ordered), Some(OrderState::Unavailable));
    refused(desk.order(by_iccid(&ordered.to_string())), "8.2.1", "3.3");
    refused(desk.cancel(call), "8.2.1", "3.5");
}

/// TC_ES2Plus_CancelOrder_Error_01_Unknown_ICCID
#[test]
fn an_unknown_iccid_is_refused() {
    let desk = Desk::new();
    refused(desk.cancel(cancellation(&iccid(UNKNOWN))), "8.2.1", "3.9");
}

/// TC_ES2Plus_CancelOrder_Error_02_Missing_EID
#[test]
fn the_eid_of_the_order_has_to_be_there() {
    let desk = Desk::new();
    let (ordered, call) = released(&desk);
    refused(
        desk.cancel(CancelOrder { eid: None, ..call }),
        "8.1.1",
        "2.2",
    );
    assert_eq!(desk.state(&ordered), Some(OrderState::Released));
}

#[test]
fn another_eid_is_refused() {
    let desk = Desk::new();
    let (_, call) = released(&desk);
    let call = CancelOrder {
        eid: Some(eid(OTHER_EID)),
        ..call
    };
    refused(desk.cancel(call), "8.2.1", "3.10");
}

/// TC_ES2Plus_CancelOrder_Error_03_Incorrect_MatchingID
#[test]
fn another_matching_id_is_refused() {
    let desk = Desk::new();
    let (_, call) = released(&desk);
    let call = CancelOrder {
        matching_id: Some("ANOTHER".to_owned()),
        ..call
    };
    refused(desk.cancel(call), "8.2.6", "3.10");
}

#[test]
fn the_matching_id_of_the_order_has_to_be_there() {
    let desk = Desk::new();
    let (_, call) = released(&desk);
    let call = CancelOrder {
        matching_id: None,
        ..call
    };
    refused(desk.cancel(call), "8.2.6", "2.2");
}

#[test]
fn a_lenient_server_is_content_with_the_iccid() {
    let config = Config {
        es2plus: Es2PlusConfig {
            strict_cancel: false,
            ..Es2PlusConfig::default()
        },
        ..Config::default()
    };
    let desk = Desk::of(config, &package());
    let (ordered, _) = released(&desk);
    desk.cancel(cancellation(&ordered)).unwrap();
    assert_eq!(desk.state(&ordered), None);
}

/// TC_ES2Plus_CancelOrder_Error_04_Profile_Available
#[test]
fn an_available_profile_is_refused() {
    let desk = Desk::new();
    refused(desk.cancel(cancellation(&iccid(POOL[0]))), "8.2.1", "3.5");
}

#[test]
fn a_downloaded_profile_is_refused() {
    let desk = Desk::new();
    let (ordered, call) = released(&desk);
    for state in [OrderState::Downloaded, OrderState::Installed] {
        desk.change(&ordered, |order| order.state = state);
        refused(desk.cancel(call.clone()), "8.2.1", "3.3");
        assert_eq!(desk.state(&ordered), Some(state));
    }
    desk.change(&ordered, |order| order.state = OrderState::Error);
    desk.cancel(call).unwrap();
}

#[test]
fn the_event_of_a_cancelled_order_is_deleted() {
    let desk = Desk::new();
    let ordered = desk.ordered(Some(EID));
    let call = ConfirmOrder {
        smds_address: Some(SMDS.to_owned()),
        ..confirmation(&ordered)
    };
    let matching_id = desk.confirm(call).unwrap();
    assert!(desk.posted().is_empty());
    let call = CancelOrder {
        eid: Some(eid(EID)),
        matching_id: Some(matching_id.clone()),
        ..cancellation(&ordered)
    };
    desk.cancel(call).unwrap();
    let posted = desk.posted();
    let [message] = posted.as_slice() else {
        panic!("{posted:?}")
    };
    assert_eq!(message.address, SMDS);
    let request = Es12Request::from_json(Es12Function::DeleteEvent, &message.body).unwrap();
    let Es12Request::DeleteEvent(request) = request else {
        panic!("another request")
    };
    assert_eq!((request.eid, request.event_id), (eid(EID), matching_id));
}

/// What CancelOrder says when a member is absent.
#[track_caller]
fn absent(member: &str) {
    let desk = Desk::new();
    let mut body = json!({
        "header": {"functionRequesterIdentifier": "1", "functionCallIdentifier": "2"},
        "iccid": POOL[0],
        "finalProfileStatusIndicator": "Available"
    });
    body.as_object_mut().unwrap().remove(member);
    let function = Es2Function::CancelOrder;
    let answer = desk.raw(function, body.to_string());
    let response = decode_es2_response(function, &answer.body).unwrap();
    refused(response, "8.2.1", "2.2");
}

#[test]
fn an_absent_iccid_is_refused() {
    absent("iccid");
}

#[test]
fn an_absent_final_status_is_refused() {
    absent("finalProfileStatusIndicator");
}
