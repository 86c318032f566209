// SPDX-License-Identifier: MIT OR Apache-2.0
//! DownloadOrder (SGP.22 §5.3.1).

use rsp::json::DownloadOrder;
use smdp::OrderState;
use smdp::config::OrderConfig;

use crate::desk::{Desk, EID, ENDLESS, POOL, UNKNOWN, by_iccid, eid, iccid, of_type, refused};

/// TC_ES2Plus_DownloadOrder_01_Nominal_ICCID
#[test]
fn nominal_by_iccid() {
    let desk = Desk::new();
    let ordered = desk.order(by_iccid(POOL[1])).unwrap();
    assert_eq!(ordered.to_string(), POOL[1]);
    assert_eq!(desk.state(&ordered), Some(OrderState::Allocated));
}

/// TC_ES2Plus_DownloadOrder_02_Nominal_ProfileType
#[test]
fn nominal_by_profile_type() {
    let desk = Desk::new();
    let first = desk.order(of_type("POOL")).unwrap();
    let second = desk.order(of_type("POOL")).unwrap();
    assert_eq!([first, second], POOL.map(iccid));
    let profile = desk.change(&second, |order| order.profile.clone());
    assert_eq!(profile.iccid(), *second.as_bytes());
}

#[test]
fn an_order_for_an_eid_is_linked() {
    let desk = Desk::new();
    let ordered = desk.ordered(Some(EID));
    assert_eq!(desk.state(&ordered), Some(OrderState::Linked));
    assert_eq!(desk.change(&ordered, |order| order.eid), Some(eid(EID)));
}

#[test]
fn metadata_and_package_have_the_iccid_of_the_order() {
    let desk = Desk::new();
    let ordered = desk.order(of_type("ENDLESS")).unwrap();
    let (metadata, package) = desk.change(&ordered, |order| {
        (order.metadata.clone(), order.profile.package().into_owned())
    });
    let inside = |bytes: &[u8]| bytes.windows(10).any(|part| part == ordered.as_bytes());
    assert!(inside(&metadata) && inside(&package));
}

#[test]
fn an_endless_type_has_an_iccid_for_every_order() {
    let desk = Desk::new();
    let first = desk.order(of_type("ENDLESS")).unwrap();
    assert_eq!(first.to_string(), ENDLESS);
    let ordered: std::collections::BTreeSet<_> = (0..50)
        .map(|_| desk.order(of_type("ENDLESS")).unwrap())
        .collect();
    assert_eq!(ordered.len(), 50);
    assert!(ordered.iter().all(|iccid| iccid.has_valid_check_digit()));
    // One of them by its name: it is reserved, and one beyond is not.
    let taken = ordered.last().unwrap().to_string();
    refused(desk.order(by_iccid(&taken)), "8.2.1", "3.3");
    let beyond = "8988100000000200003";
    assert_eq!(desk.order(by_iccid(beyond)).unwrap().to_string(), beyond);
}

#[test]
fn an_iccid_may_come_with_its_type() {
    let desk = Desk::new();
    let call = DownloadOrder {
        iccid: Some(iccid(POOL[0])),
        ..of_type("POOL")
    };
    assert_eq!(desk.order(call).unwrap(), iccid(POOL[0]));
}

/// TC_ES2Plus_DownloadOrder_Error_01_ICCID_AlreadyInUse
#[test]
fn an_ordered_iccid_is_refused() {
    let desk = Desk::new();
    desk.order(by_iccid(POOL[0])).unwrap();
    refused(desk.order(by_iccid(POOL[0])), "8.2.1", "3.3");
}

#[test]
fn the_iccid_of_a_configured_order_is_in_use() {
    let mut desk = Desk::new();
    let id = desk.kit.add_order(OrderConfig {
        matching_id: "MATCHING-1".to_owned(),
        ..OrderConfig::default()
    });
    let own = desk.kit.order_of(id, |order| order.profile.iccid_digits());
    assert_eq!(own, POOL[0]);
    refused(desk.order(by_iccid(&own)), "8.2.1", "3.3");
    // The pool goes on behind it.
    assert_eq!(desk.order(of_type("POOL")).unwrap(), iccid(POOL[1]));
}

/// TC_ES2Plus_DownloadOrder_Error_02_Unknown_ICCID
#[test]
fn an_unknown_iccid_is_refused() {
    let desk = Desk::new();
    refused(desk.order(by_iccid(UNKNOWN)), "8.2.1", "3.9");
}

#[test]
fn neither_iccid_nor_type_is_refused() {
    let desk = Desk::new();
    refused(desk.order(DownloadOrder::default()), "8.2.1", "2.2");
}

#[test]
fn an_unknown_type_is_refused() {
    let desk = Desk::new();
    refused(desk.order(of_type("NONE")), "8.2.5", "3.9");
    let call = DownloadOrder {
        iccid: Some(iccid(POOL[0])),
        ..of_type("NONE")
    };
    refused(desk.order(call), "8.2.5", "3.9");
}

#[test]
fn an_iccid_of_another_type_is_refused() {
    let desk = Desk::new();
    let call = DownloadOrder {
        iccid: Some(iccid(POOL[0])),
        ..of_type("ENDLESS")
    };
    refused(desk.order(call), "8.2.5", "3.8");
}

#[test]
fn an_exhausted_type_is_refused() {
    let desk = Desk::new();
    for _ in POOL {
        desk.order(of_type("POOL")).unwrap();
    }
    refused(desk.order(of_type("POOL")), "8.2.5", "3.7");
}
