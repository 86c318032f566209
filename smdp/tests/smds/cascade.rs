// SPDX-License-Identifier: MIT OR Apache-2.0
//! Two SM-DS: an alternative one registers at the root what it is asked to (SGP.22 §3.6.1).

use std::sync::Arc;

use certs::Role;
use rsp::json::{DeleteEvent, Es12Function, Es12Request};
use smdp::peer::PeerError;

use crate::kit::{
    ALTERNATIVE, DsKit, ROOT, SMDP, Wires, assert_refused, client, delete, entry, header, register,
    register_forwarded, registration, smdp1, test_eid,
};

/// An alternative SM-DS wired to a root.
struct Pair {
    root: DsKit,
    alternative: DsKit,
    wires: Arc<Wires>,
}

impl Pair {
    fn new() -> Self {
        let (root, alternative) = (DsKit::new(), DsKit::alternative());
        let wires = Wires::new(client(Role::DsTls), &[(ROOT, &root)]);
        alternative.service.set_peers(wires.clone());
        Self {
            root,
            alternative,
            wires,
        }
    }

    fn break_with(&self, error: Option<PeerError>) {
        *self.wires.broken.lock().unwrap() = error;
    }
}

fn absent() -> PeerError {
    PeerError::Timeout {
        address: ROOT.to_owned(),
        seconds: 10,
    }
}

/// TC_SM-DS_ES15.RegisterEvent (group)
#[test]
fn a_registration_reaches_both() {
    let pair = Pair::new();
    pair.alternative
        .es12(&smdp1(), &register_forwarded("EVENT-1"))
        .unwrap();
    assert_eq!(pair.alternative.listed(), [entry("EVENT-1", SMDP)]);
    let listed = pair.root.listed();
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0].1, ALTERNATIVE);

    let sent = pair.wires.sent.lock().unwrap();
    assert_eq!(sent.len(), 1);
    assert_eq!(sent[0].path, "/gsma/rsp2/es12/registerEvent");
    let request = Es12Request::from_json(Es12Function::RegisterEvent, &sent[0].body).unwrap();
    let Es12Request::RegisterEvent(request) = request else {
        panic!("another request");
    };
    assert_eq!(request.eid, test_eid());
    assert_eq!(request.rsp_server_address, ALTERNATIVE);
    assert_eq!(request.event_id, listed[0].0);
    assert!(!request.forwarding_indicator);
    assert_eq!(request.header.function_requester_identifier, "2.999.15");
}

/// TC_SM-DS_ES15.DeleteEvent (group)
#[test]
fn a_deletion_reaches_both() {
    let pair = Pair::new();
    for event_id in ["EVENT-1", "EVENT-2"] {
        pair.alternative
            .es12(&smdp1(), &register_forwarded(event_id))
            .unwrap();
    }
    let second = pair.root.listed()[1].clone();
    pair.alternative.delete(&smdp1(), "EVENT-1").unwrap();
    assert_eq!(pair.alternative.listed(), [entry("EVENT-2", SMDP)]);
    assert_eq!(pair.root.listed(), [second]);
}

#[test]
fn without_the_indicator_the_root_is_not_told() {
    let pair = Pair::new();
    pair.alternative.register(&smdp1(), "EVENT-1").unwrap();
    pair.alternative.delete(&smdp1(), "EVENT-1").unwrap();
    assert!(pair.wires.sent.lock().unwrap().is_empty());
}

#[test]
fn the_event_at_the_root_belongs_to_the_alternative_sm_ds() {
    let pair = Pair::new();
    pair.alternative
        .es12(&smdp1(), &register_forwarded("EVENT-1"))
        .unwrap();
    let (event_id, _) = pair.root.listed().remove(0);
    assert_refused(pair.root.delete(&smdp1(), &event_id), "8.9.5", "3.9");
    pair.root.delete(&client(Role::DsTls), &event_id).unwrap();
}

/// TC_SM-DS_ES12_ErrorCases#D05
#[test]
fn d05_a_registration_that_cannot_be_forwarded_is_undone() {
    let pair = Pair::new();
    for (error, reason) in [
        (absent(), "5.1"),
        (PeerError::Http(401), "5.1"),
        (PeerError::Http(503), "5.1"),
    ] {
        pair.break_with(Some(error));
        let response = pair
            .alternative
            .es12(&smdp1(), &register_forwarded("EVENT-1"));
        assert_refused(response, "8.9", reason);
        assert_eq!(pair.alternative.events(), 0);
    }
    pair.break_with(None);
    pair.alternative
        .es12(&smdp1(), &register_forwarded("EVENT-1"))
        .unwrap();
}

#[test]
fn a_refusal_of_the_root_is_a_failure_of_the_cascade() {
    let root = DsKit::with(smdp::config::SmDsConfig {
        events_per_eid: 1,
        ..Default::default()
    });
    let alternative = DsKit::alternative();
    alternative
        .service
        .set_peers(Wires::new(client(Role::DsTls), &[(ROOT, &root)]));
    alternative
        .es12(&smdp1(), &register_forwarded("EVENT-1"))
        .unwrap();
    let response = alternative.es12(&smdp1(), &register_forwarded("EVENT-2"));
    assert_refused(response, "8.9", "4.2");
    assert_eq!(alternative.listed(), [entry("EVENT-1", SMDP)]);
}

#[test]
fn a_deletion_that_cannot_be_forwarded_can_be_repeated() {
    let pair = Pair::new();
    pair.alternative
        .es12(&smdp1(), &register_forwarded("EVENT-1"))
        .unwrap();
    pair.break_with(Some(absent()));
    assert_refused(pair.alternative.delete(&smdp1(), "EVENT-1"), "8.9", "5.1");
    assert_eq!(pair.alternative.listed(), [entry("EVENT-1", SMDP)]);
    pair.break_with(None);
    pair.alternative.delete(&smdp1(), "EVENT-1").unwrap();
    assert_eq!((pair.alternative.events(), pair.root.events()), (0, 0));
}

#[test]
fn what_the_root_has_forgotten_is_deleted() {
    let pair = Pair::new();
    pair.alternative
        .es12(&smdp1(), &register_forwarded("EVENT-1"))
        .unwrap();
    let (event_id, _) = pair.root.listed().remove(0);
    pair.root.delete(&client(Role::DsTls), &event_id).unwrap();
    pair.alternative.delete(&smdp1(), "EVENT-1").unwrap();
    assert_eq!(pair.alternative.events(), 0);
}

#[test]
fn a_deletion_that_the_root_refuses_is_a_failure_of_the_cascade() {
    let alternative = DsKit::alternative();
    let root = DsKit::new();
    alternative
        .service
        .set_peers(Wires::new(client(Role::DsTls), &[(ROOT, &root)]));
    alternative
        .es12(&smdp1(), &register_forwarded("EVENT-1"))
        .unwrap();
    alternative.service.set_peers(Arc::new(Refusing));
    assert_refused(alternative.delete(&smdp1(), "EVENT-1"), "8.9", "4.2");
    assert_eq!(alternative.events(), 1);
}

/// A root that refuses everything.
struct Refusing;

impl smdp::peer::Peers for Refusing {
    fn call<'a>(&'a self, _: &'a smdp::peer::Message) -> smdp::peer::Calling<'a> {
        let refused = rsp::json::Failure::from(rsp::status::FUNCTION_NOT_ALLOWED);
        let body = rsp::json::write_status(&Err(refused));
        Box::pin(async move { Ok(body) })
    }
}

#[test]
fn the_paths_of_es15_are_served_too() {
    let root = DsKit::new();
    let smds = client(Role::DsTls);
    let mut request = registration("EVENT-1");
    request.rsp_server_address = ALTERNATIVE.to_owned();
    let request = Es12Request::RegisterEvent(request);
    let path = "/gsma/rsp2/es15/registerEvent";
    let answer = root.es12_raw(Some(&smds), path, &request.to_json());
    assert_eq!(rsp::json::read_status(&answer.body).unwrap(), Ok(()));
    assert_eq!(root.listed(), [entry("EVENT-1", ALTERNATIVE)]);
    let request = Es12Request::DeleteEvent(DeleteEvent {
        header: header(),
        eid: test_eid(),
        event_id: "EVENT-1".to_owned(),
    });
    let path = "/gsma/rsp2/es15/deleteEvent";
    let answer = root.es12_raw(Some(&smds), path, &request.to_json());
    assert_eq!(rsp::json::read_status(&answer.body).unwrap(), Ok(()));
    assert_eq!(root.events(), 0);
}

#[test]
fn an_event_id_is_taken_while_the_root_is_asked() {
    // The root's answer is held back until the second registration has been answered.
    let pair = Pair::new();
    let held = Arc::new(Held::new(pair.wires.clone()));
    pair.alternative.service.set_peers(held.clone());
    let service = pair.alternative.service.clone();
    let runtime = &pair.alternative.runtime;
    runtime.block_on(async {
        let registrant = smdp::smds::Registrant::from(&smdp1());
        let (function, body) = (
            Es12Function::RegisterEvent,
            register_forwarded("EVENT-1").to_json(),
        );
        let first = {
            let (service, registrant, body) = (service.clone(), registrant.clone(), body.clone());
            tokio::spawn(async move { service.call_es12(function, &registrant, &body).await })
        };
        held.asked.notified().await;
        let second = register("EVENT-1").to_json();
        let answer = service.call_es12(function, &registrant, &second).await;
        assert_refused(
            rsp::json::read_status(&answer.body).unwrap(),
            "8.9.5",
            "3.3",
        );
        let answer = service
            .call_es12(
                Es12Function::DeleteEvent,
                &registrant,
                &delete("EVENT-1").to_json(),
            )
            .await;
        assert_refused(
            rsp::json::read_status(&answer.body).unwrap(),
            "8.9.5",
            "3.9",
        );
        held.go_on.notify_one();
        let answer = first.await.unwrap();
        assert_eq!(rsp::json::read_status(&answer.body).unwrap(), Ok(()));
    });
    assert_eq!(pair.alternative.listed(), [entry("EVENT-1", SMDP)]);
}

/// Wires that wait for a word before they carry a message.
struct Held {
    wires: Arc<Wires>,
    asked: tokio::sync::Notify,
    go_on: tokio::sync::Notify,
}

impl Held {
    fn new(wires: Arc<Wires>) -> Self {
        Self {
            wires,
            asked: tokio::sync::Notify::new(),
            go_on: tokio::sync::Notify::new(),
        }
    }
}

impl smdp::peer::Peers for Held {
    fn call<'a>(&'a self, message: &'a smdp::peer::Message) -> smdp::peer::Calling<'a> {
        Box::pin(async move {
            self.asked.notify_one();
            self.go_on.notified().await;
            self.wires.call(message).await
        })
    }
}
