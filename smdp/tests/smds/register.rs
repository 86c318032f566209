// SPDX-License-Identifier: MIT OR Apache-2.0
//! ES12: RegisterEvent and DeleteEvent (SGP.22 §5.9).

use certs::{Curve, Role};
use rsp::json::{Es12Function, Es12Request, read_status};
use serde_json::{Value, json};
use smdp::config::{SmDsConfig, SmDsEventConfig};
use smdp::http::Client;

use crate::kit::{
    DsKit, SMDP, assert_refused, client, delete, entry, register, register_forwarded, registration,
    smdp1, smdp2, test_eid,
};
use crate::support::kit::pki;

/// TC_SM-DS_ES12.RegisterEvent (group)
#[test]
fn a_registered_event_is_visible_on_es11() {
    let kit = DsKit::new();
    kit.register(&smdp1(), "EVENT-1").unwrap();
    assert_eq!(kit.listed(), [entry("EVENT-1", SMDP)]);
}

/// TC_SM-DS_ES12.DeleteEvent (group)
#[test]
fn a_deleted_event_is_gone() {
    let kit = DsKit::new();
    kit.register(&smdp1(), "EVENT-1").unwrap();
    kit.delete(&smdp1(), "EVENT-1").unwrap();
    assert_eq!(kit.listed(), []);
    assert_eq!(kit.events(), 0);
    // Its EventID may be used again.
    kit.register(&smdp1(), "EVENT-1").unwrap();
}

#[test]
fn an_answer_is_a_header_and_nothing_else() {
    let kit = DsKit::new();
    for request in [register("EVENT-1"), delete("EVENT-1")] {
        let answer = kit.es12_raw(
            Some(&smdp1()),
            &request.function().path(),
            &request.to_json(),
        );
        assert_eq!(
            answer.body,
            br#"{"header":{"functionExecutionStatus":{"status":"Executed-Success"}}}"#
        );
        assert_eq!(answer.media_type, "application/json;charset=UTF-8");
    }
}

/// TC_SM-DS_ES12_ErrorCases#D01
#[test]
fn d01_an_event_id_that_this_server_has_registered() {
    let kit = DsKit::new();
    kit.register(&smdp1(), "EVENT-1").unwrap();
    assert_refused(kit.register(&smdp1(), "EVENT-1"), "8.9.5", "3.3");
    // For another eUICC it is the same EventID.
    let mut other = registration("EVENT-1");
    other.eid = "89049032000000000000000000000001".parse().unwrap();
    assert_refused(
        kit.es12(&smdp1(), &Es12Request::RegisterEvent(other)),
        "8.9.5",
        "3.3",
    );
    assert_eq!(kit.events(), 1);
    kit.register(&smdp2(), "EVENT-1").unwrap();
}

/// TC_SM-DS_ES12_ErrorCases#D02
#[test]
fn d02_deletion_of_an_unknown_event() {
    let kit = DsKit::new();
    kit.register(&smdp1(), "EVENT-1").unwrap();
    assert_refused(kit.delete(&smdp1(), "EVENT-2"), "8.9.5", "3.9");
    let Es12Request::DeleteEvent(mut other) = delete("EVENT-1") else {
        panic!("another request");
    };
    other.eid = "89049032000000000000000000000001".parse().unwrap();
    assert_refused(
        kit.es12(&smdp1(), &Es12Request::DeleteEvent(other)),
        "8.9.5",
        "3.9",
    );
    assert_eq!(kit.events(), 1);
}

#[test]
fn only_the_registrant_deletes() {
    let kit = DsKit::new();
    kit.register(&smdp1(), "EVENT-1").unwrap();
    assert_refused(kit.delete(&smdp2(), "EVENT-1"), "8.9.5", "3.9");
    // The same OID in a renewed certificate is the same server.
    let renewed = pki()
        .issue_tls(Role::DpTls, &["renewed.test.example"], Curve::NistP256)
        .unwrap();
    let renewed = Client {
        certificate: renewed.certificate,
        ..smdp1()
    };
    kit.delete(&renewed, "EVENT-1").unwrap();
}

#[test]
fn a_pinned_certificate_without_an_oid_stands_for_itself() {
    let pinned = |octet| Client {
        certificate: vec![octet],
        oid: None,
    };
    let kit = DsKit::new();
    kit.register(&pinned(1), "EVENT-1").unwrap();
    kit.register(&pinned(2), "EVENT-1").unwrap();
    assert_refused(kit.delete(&pinned(3), "EVENT-1"), "8.9.5", "3.9");
    kit.delete(&pinned(1), "EVENT-1").unwrap();
    assert_eq!(kit.events(), 1);
}

/// TC_SM-DS_ES12_ErrorCases#D03
#[test]
fn d03_a_caller_without_a_certificate() {
    let kit = DsKit::new();
    for request in [register("EVENT-1"), delete("EVENT-1")] {
        let answer = kit.es12_raw(None, &request.function().path(), &request.to_json());
        assert_eq!(answer.status, 401);
        assert!(answer.body.is_empty());
    }
    assert_eq!(kit.events(), 0);
}

#[test]
fn a_caller_that_is_neither_sm_dp_nor_sm_ds() {
    let kit = DsKit::new();
    let request = register("EVENT-1");
    for role in [Role::DpAuth, Role::DsAuth, Role::Euicc, Role::Eum] {
        let answer = kit.es12_raw(
            Some(&client(role)),
            &request.function().path(),
            &request.to_json(),
        );
        assert_eq!(answer.status, 403, "{role}");
    }
    assert_eq!(kit.events(), 0);
}

/// A request as JSON to be changed.
fn body(request: &Es12Request) -> Value {
    serde_json::from_slice(&request.to_json()).unwrap()
}

#[track_caller]
fn malformed(function: Es12Function, body: &Value, subject: &str, reason: &str) {
    let kit = DsKit::new();
    let body = body.to_string();
    let answer = kit.es12_raw(Some(&smdp1()), &function.path(), body.as_bytes());
    assert_refused(read_status(&answer.body).unwrap(), subject, reason);
    assert_eq!(kit.events(), 0);
}

/// TC_SM-DS_ES12_ErrorCases#D04
#[test]
fn d04_a_malformed_eid() {
    for request in [register("EVENT-1"), delete("EVENT-1")] {
        for eid in ["", "8904", "8904903212345123451234567890123F"] {
            let mut body = body(&request);
            body["eid"] = json!(eid);
            malformed(request.function(), &body, "8.1.1", "2.1");
        }
        let mut body = body(&request);
        body.as_object_mut().unwrap().remove("eid");
        malformed(request.function(), &body, "8.1.1", "2.2");
    }
}

#[test]
fn missing_members_are_named() {
    for request in [register("EVENT-1"), delete("EVENT-1")] {
        let names: Vec<String> = body(&request)
            .as_object()
            .unwrap()
            .keys()
            .cloned()
            .collect();
        for name in names.iter().filter(|name| *name != "eid") {
            let mut body = body(&request);
            body.as_object_mut().unwrap().remove(name);
            malformed(request.function(), &body, "1.3.1", "2.2");
        }
    }
}

#[test]
fn malformed_members_are_refused() {
    for (name, value) in [
        (
            "header",
            json!({"functionRequesterIdentifier": 1, "functionCallIdentifier": "1"}),
        ),
        ("rspServerAddress", json!("https://smdp1.test.example/")),
        ("rspServerAddress", json!("")),
        ("eventId", json!("")),
        ("forwardingIndicator", json!("false")),
    ] {
        let mut body = body(&register("EVENT-1"));
        body[name] = value;
        malformed(Es12Function::RegisterEvent, &body, "1.3.1", "2.1");
    }
    let mut body = body(&delete("EVENT-1"));
    body["eventId"] = json!("");
    malformed(Es12Function::DeleteEvent, &body, "1.3.1", "2.1");
}

#[test]
fn what_is_no_json_gets_400() {
    let kit = DsKit::new();
    for function in Es12Function::ALL {
        let answer = kit.es12_raw(Some(&smdp1()), &function.path(), b"{");
        assert_eq!(answer.status, 400);
    }
}

#[test]
fn room_is_bounded_per_euicc_and_in_all() {
    let kit = DsKit::with(SmDsConfig {
        event_limit: 3,
        events_per_eid: 2,
        ..SmDsConfig::default()
    });
    let of = |eid: &str, event_id: &str| {
        let mut registration = registration(event_id);
        registration.eid = eid.parse().unwrap();
        kit.es12(&smdp1(), &Es12Request::RegisterEvent(registration))
    };
    let (first, second) = (
        "89049032000000000000000000000001",
        "89049032000000000000000000000002",
    );
    of(first, "EVENT-1").unwrap();
    of(first, "EVENT-2").unwrap();
    assert_refused(of(first, "EVENT-3"), "8.9", "4.8");
    of(second, "EVENT-3").unwrap();
    assert_refused(of(second, "EVENT-4"), "8.9", "4.8");
    assert_eq!(kit.events(), 3);
}

#[test]
fn a_root_keeps_an_event_that_asks_to_be_forwarded() {
    let kit = DsKit::new();
    kit.es12(&smdp1(), &register_forwarded("EVENT-1")).unwrap();
    assert_eq!(kit.listed(), [entry("EVENT-1", SMDP)]);
}

#[test]
fn events_of_the_configuration_are_there_from_the_beginning() {
    let event = |event_id: &str, registrant: Option<&str>| SmDsEventConfig {
        eid: test_eid().to_string(),
        event_id: event_id.to_owned(),
        rsp_server_address: SMDP.to_owned(),
        registrant: registrant.map(str::to_owned),
    };
    let kit = DsKit::with(SmDsConfig {
        events: vec![event("EVENT-1", None), event("EVENT-2", Some("2.999.10"))],
        ..SmDsConfig::default()
    });
    assert_eq!(
        kit.listed(),
        [entry("EVENT-1", SMDP), entry("EVENT-2", SMDP)]
    );
    assert_refused(kit.delete(&smdp1(), "EVENT-1"), "8.9.5", "3.9");
    kit.delete(&smdp1(), "EVENT-2").unwrap();
}
