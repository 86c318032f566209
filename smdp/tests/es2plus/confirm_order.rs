// SPDX-License-Identifier: MIT OR Apache-2.0
//! ConfirmOrder (SGP.22 §5.3.2).

use rsp::json::{ConfirmOrder, Es2Call, Es2Ok, Es12Function, Es12Request};
use smdp::OrderState;

use crate::desk::{
    Desk, EID, NONSENSE, NOWHERE, OTHER_EID, POOL, REFUSING, SMDS, UNKNOWN, confirmation, eid,
    iccid, refused,
};

/// TC_ES2Plus_ConfirmOrder_01_Nominal
#[test]
fn nominal() {
    let desk = Desk::new();
    let ordered = desk.ordered(Some(EID));
    let call = Es2Call::ConfirmOrder(ConfirmOrder {
        matching_id: Some("MATCHING-1".to_owned()),
        confirmation_code: Some("1234".to_owned()),
        ..confirmation(&ordered)
    });
    assert_eq!(
        desk.call(call).unwrap(),
        Es2Ok::ConfirmOrder {
            eid: Some(eid(EID)),
            matching_id: "MATCHING-1".to_owned(),
            smdp_address: Some("smdp1.test.example".to_owned()),
        }
    );
    assert_eq!(desk.state(&ordered), Some(OrderState::Released));
    let code = desk.change(&ordered, |order| order.confirmation_code.clone());
    assert_eq!(code.as_deref(), Some("1234"));
}

#[test]
fn a_matching_id_is_made_when_none_is_given() {
    let desk = Desk::new();
    let made: Vec<String> = [desk.ordered(None), desk.ordered(None)]
        .iter()
        .map(|ordered| desk.confirm(confirmation(ordered)).unwrap())
        .collect();
    assert_ne!(made[0], made[1]);
    for matching_id in made {
        assert_eq!(matching_id.len(), 23);
        let plain = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '-';
        assert!(matching_id.chars().all(plain), "{matching_id}");
    }
}

#[test]
fn without_the_release_flag_the_order_waits() {
    let desk = Desk::new();
    let ordered = desk.ordered(None);
    let call = ConfirmOrder {
        release_flag: false,
        ..confirmation(&ordered)
    };
    desk.confirm(call).unwrap();
    assert_eq!(desk.state(&ordered), Some(OrderState::Confirmed));
}

#[test]
fn an_empty_matching_id_makes_an_order_for_the_eid() {
    let desk = Desk::new();
    let ordered = desk.ordered(None);
    let call = ConfirmOrder {
        eid: Some(eid(EID)),
        matching_id: Some(String::new()),
        ..confirmation(&ordered)
    };
    assert_eq!(desk.confirm(call).unwrap(), "");
    assert_eq!(desk.change(&ordered, |order| order.eid), Some(eid(EID)));
}

/// TC_ES2Plus_ConfirmOrder_Error_01_Unknown_Profile
#[test]
fn an_unknown_profile_is_refused() {
    let desk = Desk::new();
    let response = desk.confirm(confirmation(&iccid(UNKNOWN)));
    refused(response, "8.2.1", "3.9");
}

/// TC_ES2Plus_ConfirmOrder_Error_02_Profile_Available
#[test]
fn an_available_profile_is_refused() {
    let desk = Desk::new();
    let response = desk.confirm(confirmation(&iccid(POOL[0])));
    refused(response, "8.2.1", "3.5");
}

/// TC_ES2Plus_ConfirmOrder_Error_03_Conflicting_MatchingID
#[test]
fn a_matching_id_in_use_is_refused() {
    let desk = Desk::new();
    let named = |ordered: &_| ConfirmOrder {
        matching_id: Some("MATCHING-1".to_owned()),
        ..confirmation(ordered)
    };
    let (first, second) = (desk.ordered(None), desk.ordered(None));
    desk.confirm(named(&first)).unwrap();
    refused(desk.confirm(named(&second)), "8.2.6", "3.3");
    assert_eq!(desk.state(&second), Some(OrderState::Allocated));
}

#[test]
fn a_malformed_matching_id_is_refused() {
    let desk = Desk::new();
    let ordered = desk.ordered(None);
    for text in [
        "matching-1",
        "MATCHING 1",
        "MATCHING$1",
        "É",
        &"M".repeat(256),
    ] {
        let call = ConfirmOrder {
            matching_id: Some(text.to_owned()),
            ..confirmation(&ordered)
        };
        refused(desk.confirm(call), "8.2.6", "2.1");
    }
}

/// TC_ES2Plus_ConfirmOrder_Error_04_Incorrect_SmdsAddress
#[test]
fn an_sm_ds_that_is_not_there_is_refused() {
    let desk = Desk::new();
    let ordered = desk.ordered(Some(EID));
    let call = ConfirmOrder {
        smds_address: Some(NOWHERE.to_owned()),
        ..confirmation(&ordered)
    };
    refused(desk.confirm(call), "8.9", "5.1");
    assert_eq!(desk.state(&ordered), Some(OrderState::Linked));
    assert!(desk.posted().is_empty());
}

#[test]
fn an_sm_ds_that_refuses_the_event_is_told_of() {
    let desk = Desk::new();
    let ordered = desk.ordered(Some(EID));
    for address in [REFUSING, NONSENSE] {
        let call = ConfirmOrder {
            smds_address: Some(address.to_owned()),
            ..confirmation(&ordered)
        };
        refused(desk.confirm(call), "8.9", "4.2");
        assert_eq!(desk.state(&ordered), Some(OrderState::Linked));
    }
}

#[test]
fn an_sm_ds_gets_the_event_before_the_release() {
    let desk = Desk::new();
    let ordered = desk.ordered(Some(EID));
    let call = ConfirmOrder {
        smds_address: Some(SMDS.to_owned()),
        ..confirmation(&ordered)
    };
    let matching_id = desk.confirm(call).unwrap();
    assert_eq!(desk.state(&ordered), Some(OrderState::Released));
    let seen = desk.others.seen.lock().unwrap();
    let [message] = seen.as_slice() else {
        panic!("{seen:?}")
    };
    assert_eq!(message.path, "/gsma/rsp2/es12/registerEvent");
    let request = Es12Request::from_json(Es12Function::RegisterEvent, &message.body);
    let Es12Request::RegisterEvent(request) = request.unwrap() else {
        panic!("another request")
    };
    assert_eq!(request.eid, eid(EID));
    assert_eq!(request.event_id, matching_id);
    assert_eq!(request.rsp_server_address, "smdp1.test.example");
    assert_eq!(request.header.function_requester_identifier, "2.999.10");
}

#[test]
fn without_the_release_flag_no_event_is_registered() {
    let desk = Desk::new();
    let ordered = desk.ordered(Some(EID));
    let call = ConfirmOrder {
        smds_address: Some(NOWHERE.to_owned()),
        release_flag: false,
        ..confirmation(&ordered)
    };
    desk.confirm(call).unwrap();
    assert!(desk.others.seen.lock().unwrap().is_empty());
}

/// TC_ES2Plus_ConfirmOrder_Error_05_Missing_EID_Empty_MatchingID
#[test]
fn an_empty_matching_id_needs_an_eid() {
    let desk = Desk::new();
    let ordered = desk.ordered(None);
    let call = ConfirmOrder {
        matching_id: Some(String::new()),
        ..confirmation(&ordered)
    };
    refused(desk.confirm(call), "8.1.1", "2.2");
}

#[test]
fn an_sm_ds_needs_an_eid() {
    let desk = Desk::new();
    let ordered = desk.ordered(None);
    let call = ConfirmOrder {
        smds_address: Some(SMDS.to_owned()),
        ..confirmation(&ordered)
    };
    refused(desk.confirm(call), "8.1.1", "2.2");
}

/// TC_ES2Plus_ConfirmOrder_Error_06_Different_EID
#[test]
fn another_eid_than_that_of_the_order_is_refused() {
    let desk = Desk::new();
    let ordered = desk.ordered(Some(EID));
    let call = ConfirmOrder {
        eid: Some(eid(OTHER_EID)),
        ..confirmation(&ordered)
    };
    refused(desk.confirm(call), "8.1.1", "3.10");
}

#[test]
fn a_confirmation_that_comes_twice_is_answered_twice() {
    let desk = Desk::new();
    let ordered = desk.ordered(None);
    let call = confirmation(&ordered);
    let matching_id = desk.confirm(call.clone()).unwrap();
    assert_eq!(desk.confirm(call.clone()).unwrap(), matching_id);
    let named = ConfirmOrder {
        matching_id: Some(matching_id.clone()),
        ..call.clone()
    };
    assert_eq!(desk.confirm(named).unwrap(), matching_id);
    let with_code = ConfirmOrder {
        confirmation_code: Some("1".to_owned()),
        ..call
    };
    refused(desk.confirm(with_code), "8.2.1", "3.5");
}

#[test]
fn a_second_matching_id_for_one_profile_is_refused() {
    let desk = Desk::new();
    let ordered = desk.ordered(None);
    desk.confirm(confirmation(&ordered)).unwrap();
    let call = ConfirmOrder {
        matching_id: Some("MATCHING-2".to_owned()),
        ..confirmation(&ordered)
    };
    refused(desk.confirm(call), "8.2.6", "3.10");
}

#[test]
fn an_order_beyond_its_release_is_refused() {
    let desk = Desk::new();
    let ordered = desk.ordered(None);
    for state in [
        OrderState::Downloaded,
        OrderState::Installed,
        OrderState::Error,
        OrderState::Unavailable,
    ] {
        desk.change(&ordered, |order| order.state = state);
        refused(desk.confirm(confirmation(&ordered)), "8.2.1", "3.5");
    }
}

#[test]
fn every_refusal_leaves_the_order_as_it_was() {
    let desk = Desk::new();
    let ordered = desk.ordered(None);
    let before = desk.change(&ordered, |order| format!("{order:?}"));
    for call in [
        ConfirmOrder {
            matching_id: Some(String::new()),
            ..confirmation(&ordered)
        },
        ConfirmOrder {
            eid: Some(eid(EID)),
            smds_address: Some(NOWHERE.to_owned()),
            ..confirmation(&ordered)
        },
    ] {
        assert!(desk.confirm(call).is_err());
    }
    assert_eq!(desk.change(&ordered, |order| format!("{order:?}")), before);
}
