// SPDX-License-Identifier: MIT OR Apache-2.0
//! Who may order what: operators by their client certificate and their
//! functionRequesterIdentifier (SGP.22 §6.1, §6.5.1.3).

use rsp::json::{Es2Function, ReleaseProfile};
use sha2::{Digest as _, Sha256};
use smdp::OrderState;
use smdp::config::OperatorConfig;
use smdp::http::Client;

use crate::desk::{Desk, POOL, by_iccid, cancellation, confirmation, iccid, of_type, refused};

fn operator(name: &str) -> OperatorConfig {
    OperatorConfig {
        name: name.to_owned(),
        requester: None,
        oid: None,
        certificate_sha256: None,
        notify: None,
        notify_as_v3: false,
        profile_types: None,
    }
}

fn client(certificate: &[u8], oid: &str) -> Client {
    Client {
        certificate: certificate.to_vec(),
        oid: Some(oid.parse().unwrap()),
    }
}

/// `red` is known by the OID of its certificate, `blue` by the certificate itself and by its name.
fn desk() -> Desk {
    Desk::with_operators(vec![
        OperatorConfig {
            oid: Some("2.999.1".to_owned()),
            profile_types: Some(vec!["POOL".to_owned()]),
            ..operator("red")
        },
        OperatorConfig {
            certificate_sha256: Some(hex::encode(Sha256::digest(b"blue"))),
            requester: Some("2.999.2".to_owned()),
            ..operator("blue")
        },
    ])
}

fn red(desk: &mut Desk) {
    desk.client = Some(client(b"red", "2.999.1"));
    desk.requester = "anything";
}

fn blue(desk: &mut Desk) {
    desk.client = Some(client(b"blue", "2.999.77"));
    desk.requester = "2.999.2";
}

#[test]
fn an_order_belongs_to_the_operator_that_made_it() {
    let mut desk = desk();
    red(&mut desk);
    let ordered = desk.ordered(None);
    let owner = desk.change(&ordered, |order| order.operator.clone());
    assert_eq!(owner.as_deref(), Some("red"));
    desk.confirm(confirmation(&ordered)).unwrap();
}

#[test]
fn a_certificate_of_nobody_is_refused() {
    let mut desk = desk();
    for stranger in [None, Some(client(b"green", "2.999.3"))] {
        desk.client = stranger;
        let answer = desk.raw(Es2Function::ReleaseProfile, {
            let call = ReleaseProfile {
                iccid: iccid(POOL[0]),
            };
            rsp::json::Es2Request {
                header: desk.header(),
                call: rsp::json::Es2Call::ReleaseProfile(call),
            }
            .to_json()
        });
        assert_eq!((answer.status, answer.body), (403, Vec::new()));
    }
}

/// Every function answers the same to the holder of a certificate that calls in another name.
mod in_another_name {
    use super::*;

    fn stranger() -> Desk {
        let mut desk = desk();
        blue(&mut desk);
        desk.requester = "2.999.3";
        desk
    }

    #[test]
    fn download_order() {
        refused(stranger().order(of_type("POOL")), "1.6", "1.2");
    }

    #[test]
    fn confirm_order() {
        let call = confirmation(&iccid(POOL[0]));
        refused(stranger().confirm(call), "1.6", "1.2");
    }

    #[test]
    fn cancel_order() {
        let call = cancellation(&iccid(POOL[0]));
        refused(stranger().cancel(call), "1.6", "1.2");
    }

    #[test]
    fn release_profile() {
        refused(stranger().release(&iccid(POOL[0])), "1.6", "1.2");
    }
}

/// The profile of another operator is out of reach.
mod of_another_operator {
    use super::*;

    /// An order of `red`, and `blue` at the desk.
    fn foreign() -> (Desk, rsp::id::Iccid) {
        let mut desk = desk();
        red(&mut desk);
        let ordered = desk.ordered(None);
        blue(&mut desk);
        (desk, ordered)
    }

    #[test]
    fn download_order() {
        let (desk, ordered) = foreign();
        let response = desk.order(by_iccid(&ordered.to_string()));
        refused(response, "8.2.1", "1.2");
    }

    #[test]
    fn confirm_order() {
        let (desk, ordered) = foreign();
        refused(desk.confirm(confirmation(&ordered)), "8.2.1", "1.2");
        assert_eq!(desk.state(&ordered), Some(OrderState::Allocated));
    }

    #[test]
    fn cancel_order() {
        let (desk, ordered) = foreign();
        refused(desk.cancel(cancellation(&ordered)), "8.2.1", "1.2");
        assert_eq!(desk.state(&ordered), Some(OrderState::Allocated));
    }

    #[test]
    fn release_profile() {
        let (desk, ordered) = foreign();
        refused(desk.release(&ordered), "8.2.1", "1.2");
    }
}

#[test]
fn a_profile_type_that_is_not_the_callers_is_refused() {
    let mut desk = desk();
    red(&mut desk);
    refused(desk.order(of_type("ENDLESS")), "8.2.5", "1.2");
    refused(desk.order(by_iccid(crate::desk::ENDLESS)), "8.2.1", "1.2");
    blue(&mut desk);
    desk.order(of_type("ENDLESS")).unwrap();
}

#[test]
fn the_same_call_identifier_of_two_operators_is_two_calls() {
    let mut desk = desk();
    red(&mut desk);
    let request = rsp::json::Es2Request {
        header: rsp::json::CallHeader {
            function_requester_identifier: "2.999.2".to_owned(),
            function_call_identifier: "1".to_owned(),
        },
        call: rsp::json::Es2Call::DownloadOrder(of_type("POOL")),
    };
    let first = desk.send(&request).unwrap();
    blue(&mut desk);
    assert_ne!(desk.send(&request).unwrap(), first);
}
