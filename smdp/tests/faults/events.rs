// SPDX-License-Identifier: MIT OR Apache-2.0
//! Faults of an SM-DS, seen by a device, and refusals on ES12.

use std::sync::Arc;

use rsp::chain::{CertificateView, Role};
use smdp::{ArmedFault, Es2PlusHandler};

use crate::smds::{DsKit, SMDP, entry, smdp1};
use crate::support::kit::{Kit, order};
use crate::support::lpa::Lpa;

/// An SM-DS with one event.
fn kit() -> DsKit {
    let mut kit = DsKit::new();
    kit.conformant = false;
    kit.register(&smdp1(), "EVENT-1").unwrap();
    kit
}

fn arm(kit: &DsKit, fault: &str) {
    let armed: ArmedFault = fault.parse().unwrap();
    kit.service.faults().arm(armed).unwrap();
}

/// What a device is told with a fault; without it, it is told of the event.
fn listed(fault: &str) -> Vec<(String, String)> {
    let kit = kit();
    arm(&kit, &format!("{fault}@x1"));
    let listed = kit.listed();
    assert!(kit.service.faults().list().is_empty(), "{fault}");
    assert_eq!(kit.listed(), [entry("EVENT-1", SMDP)], "without {fault}");
    listed
}

macro_rules! faults {
    ($($test:ident: $fault:literal => $expected:expr;)+) => {
        pub(crate) const BY_SMDS: &[&str] = &[$($fault),+, "auth-by-smdp"];
        $(#[test]
        fn $test() {
            let expected: Vec<(&str, &str)> = $expected;
            let expected: Vec<_> = expected.into_iter().map(|(id, at)| entry(id, at)).collect();
            assert_eq!(listed($fault), expected);
        })+
    };
}

faults! {
    events_none: "events-none" => vec![];
    events_doubled: "events-doubled" => vec![("EVENT-1", SMDP), ("EVENT-1", SMDP)];
    events_unknown_id: "events-unknown-id" => vec![("UNKNOWN-EVENT", SMDP)];
    events_other_address: "events-other-address" => vec![("EVENT-1", "nowhere.test.example")];
    events_cascade_endless: "events-cascade-endless" => vec![("EVENT-1", "smds1.test.example")];
}

#[test]
fn auth_by_smdp() {
    let kit = kit();
    let role = |ok: &rsp::sgp22::InitiateAuthenticationOkEs9| {
        let view = CertificateView::parse(ok.server_certificate.as_der()).unwrap();
        let key = view.public_key().unwrap();
        key.verify(ok.server_signed1.bytes(), &ok.server_signature1)
            .unwrap();
        Role::from_policy(view.policies().first().unwrap())
            .unwrap()
            .0
    };
    arm(&kit, "auth-by-smdp@x1");
    let mut lpa = kit.lpa();
    assert_eq!(role(&lpa.initiated(&kit)), Role::DpAuth);
    assert_eq!(role(&lpa.initiated(&kit)), Role::DsAuth);
}

#[test]
fn faults_of_the_authentication_reach_es11() {
    let kit = kit();
    let right = |ok: &rsp::sgp22::InitiateAuthenticationOkEs9| {
        let view = CertificateView::parse(ok.server_certificate.as_der()).unwrap();
        let key = view.public_key().unwrap();
        key.verify(ok.server_signed1.bytes(), &ok.server_signature1)
            .is_ok()
    };
    arm(&kit, "server-signature1-wrong@es11@x1");
    let mut lpa = kit.lpa();
    assert!(!right(&lpa.initiated(&kit)));
    assert!(right(&lpa.initiated(&kit)));
}

#[test]
fn es12_is_refused_and_only_es12() {
    let kit = kit();
    arm(&kit, "refuse:8.9.5/3.3@es12@registerEvent");
    let failure = kit.register(&smdp1(), "EVENT-2").unwrap_err();
    assert!(failure.is("8.9.5", "3.3"), "{failure}");
    kit.delete(&smdp1(), "EVENT-1").unwrap();
    kit.lpa().initiated(&kit);
}

#[test]
fn es2plus_is_refused_and_only_es2plus() {
    let mut kit = Kit::new(order());
    kit.conformant = false;
    let handler = Es2PlusHandler::new(kit.service.clone(), None).without_client_certificate();
    kit.mount("ES2+", Arc::new(handler));
    let path = "/gsma/rsp2/es2plus/downloadOrder";
    let right = kit.post(path, smdp::JSON, b"{}");
    crate::json::arm(&kit, "refuse:8.2.5/3.9@es2@x1");
    let refused = kit.post(path, smdp::JSON, b"{}");
    let text = String::from_utf8(refused.body).unwrap();
    assert!(
        text.contains(r#""subjectCode":"8.2.5","reasonCode":"3.9""#),
        "{text}"
    );
    assert_eq!(kit.post(path, smdp::JSON, b"{}").body, right.body);
    crate::json::arm(&kit, "http-status:500@es2");
    Lpa::new(&kit).initiated(&kit);
    assert_eq!(kit.post(path, smdp::JSON, b"{}").status, 500);
}
