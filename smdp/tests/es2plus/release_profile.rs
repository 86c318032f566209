// SPDX-License-Identifier: MIT OR Apache-2.0
//! ReleaseProfile (SGP.22 §5.3.4).

use rsp::id::Iccid;
use rsp::json::ConfirmOrder;
use smdp::OrderState;

use crate::desk::{
    Desk, EID, NOWHERE, POOL, REFUSING, SMDS, UNKNOWN, confirmation, iccid, refused,
};

/// An order that is confirmed and not released, with an SM-DS if one is given.
fn confirmed(desk: &Desk, smds: Option<&str>) -> Iccid {
    let ordered = desk.ordered(Some(EID));
    let call = ConfirmOrder {
        release_flag: false,
        smds_address: smds.map(str::to_owned),
        ..confirmation(&ordered)
    };
    desk.confirm(call).unwrap();
    ordered
}

#[test]
fn nominal() {
    let desk = Desk::new();
    let ordered = confirmed(&desk, None);
    desk.release(&ordered).unwrap();
    assert_eq!(desk.state(&ordered), Some(OrderState::Released));
}

#[test]
fn an_unknown_profile_is_refused() {
    let desk = Desk::new();
    refused(desk.release(&iccid(UNKNOWN)), "8.2.1", "3.9");
}

#[test]
fn a_profile_that_is_not_confirmed_is_refused() {
    let desk = Desk::new();
    refused(desk.release(&iccid(POOL[0])), "8.2.1", "3.5");
    let ordered = desk.ordered(None);
    refused(desk.release(&ordered), "8.2.1", "3.5");
    desk.confirm(confirmation(&ordered)).unwrap();
    refused(desk.release(&ordered), "8.2.1", "3.5");
}

#[test]
fn an_sm_ds_gets_the_event_first() {
    let desk = Desk::new();
    let ordered = confirmed(&desk, Some(SMDS));
    desk.release(&ordered).unwrap();
    assert_eq!(desk.others.seen.lock().unwrap().len(), 1);
    let event = desk.change(&ordered, |order| order.smds.clone());
    assert!(event.unwrap().registered);
}

#[test]
fn an_sm_ds_that_is_not_there_holds_the_release() {
    let desk = Desk::new();
    let ordered = confirmed(&desk, Some(NOWHERE));
    refused(desk.release(&ordered), "8.9", "5.1");
    assert_eq!(desk.state(&ordered), Some(OrderState::Confirmed));
}

#[test]
fn an_sm_ds_that_refuses_holds_the_release() {
    let desk = Desk::new();
    let ordered = confirmed(&desk, Some(REFUSING));
    refused(desk.release(&ordered), "8.9", "4.2");
    assert_eq!(desk.state(&ordered), Some(OrderState::Confirmed));
}
