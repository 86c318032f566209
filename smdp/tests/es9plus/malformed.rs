// SPDX-License-Identifier: MIT OR Apache-2.0
//! Members of GetBoundProfilePackage, CancelSession and HandleNotification that are missing or
//! malformed (SGP.22 §6.5): the session stays, and the right request is answered afterwards.

use rsp::json::{Es9Request, Interface};
use rsp::sgp22::*;
use serde_json::{Map, Value, json};
use smdp::{Binding, HttpAnswer, JSON, OrderState};

use crate::cancel::{cancel, signed};
use crate::scene::{Scene, acknowledged};
use crate::support::answer::Answer;
use crate::support::kit::order;
use crate::support::profile::ICCID;

fn members(request: &Es9Request) -> Map<String, Value> {
    serde_json::from_slice(&request.to_json().unwrap()).unwrap()
}

fn post(scene: &Scene, request: &Es9Request, body: &Map<String, Value>) -> HttpAnswer {
    let body = serde_json::to_vec(body).unwrap();
    scene.kit.post(&request.function().path(), JSON, &body)
}

/// Every member left out, and every malformed value in its place.
#[track_caller]
fn refused(scene: &Scene, request: &Es9Request, binary: &str) {
    let good = members(request);
    let answer = |body: &Map<String, Value>| Answer {
        interface: Interface::Es9,
        function: request.function(),
        binding: Binding::Json,
        http: post(scene, request, body),
    };
    for member in ["transactionId", binary] {
        let mut body = good.clone();
        body.remove(member).unwrap();
        answer(&body).refused("1.3.1", "2.2");
    }
    // No text, no hexadecimal, half an octet, nothing, and more octets than there can be.
    for wrong in [
        json!(7),
        json!("XY"),
        json!("ABC"),
        json!(""),
        json!("00".repeat(17)),
    ] {
        let mut body = good.clone();
        body.insert("transactionId".to_owned(), wrong);
        answer(&body).refused("1.3.1", "2.1");
    }
    // No text, no Base64, no TLV, a cut one, another structure, one with something behind it.
    let whole = good[binary].as_str().unwrap();
    for wrong in [
        json!({}),
        json!("****"),
        json!("AAAA"),
        json!(whole.get(..8).unwrap()),
        json!("vyQA"),
        json!(""),
    ] {
        let mut body = good.clone();
        body.insert(binary.to_owned(), wrong);
        answer(&body).refused("1.3.1", "2.1");
    }
}

#[test]
fn get_bound_profile_package() {
    let mut scene = Scene::new(order());
    let ok = scene.authenticated();
    let request = scene.lpa.euicc.prepare(&ok, None);
    let typed = Es9Request::GetBoundProfilePackage(request.clone());
    refused(&scene, &typed, "prepareDownloadResponse");
    assert_eq!(scene.state(), OrderState::Released);
    scene.opens(&scene.get(request).package());
}

#[test]
fn cancel_session() {
    let mut scene = Scene::new(order());
    let id = scene.authenticated().transaction_id;
    let content = signed(&id, CancelSessionReason::END_USER_REJECTION);
    let request = scene.lpa.euicc.cancel(&id, content);
    let typed = Es9Request::CancelSession(request.clone());
    refused(&scene, &typed, "cancelSessionResponse");
    assert_eq!(scene.state(), OrderState::Released);
    cancel(&scene, request).ok();
}

/// There is no refusal of a notification, and nothing to acknowledge.
#[test]
fn handle_notification() {
    let mut scene = Scene::new(order());
    let id = scene.downloaded().transaction_id;
    let result = scene.lpa.euicc.result(&id, ICCID, None);
    let request = Es9Request::HandleNotification(result);
    let good = members(&request);
    let whole = good["pendingNotification"].as_str().unwrap();
    for wrong in [
        None,
        Some(json!(7)),
        Some(json!("****")),
        Some(json!("AAAA")),
        Some(json!(whole.get(..8).unwrap())),
        Some(json!("vyQA")),
    ] {
        let mut body = good.clone();
        body.remove("pendingNotification");
        body.extend(wrong.map(|value| ("pendingNotification".to_owned(), value)));
        let answer = post(&scene, &request, &body);
        assert_eq!((answer.status, answer.body.len()), (400, 0), "{body:?}");
    }
    assert_eq!(scene.state(), OrderState::Downloaded);
    acknowledged(&scene.lpa.call(&scene.kit, request));
    assert_eq!(scene.state(), OrderState::Installed);
}

/// Members that a later version adds are left aside.
#[test]
fn unknown_members_are_left_aside() {
    let mut scene = Scene::new(order());
    let ok = scene.authenticated();
    let request = scene.lpa.euicc.prepare(&ok, None);
    let request = Es9Request::GetBoundProfilePackage(request);
    let mut body = members(&request);
    body.insert("hashCc".to_owned(), json!(["anything"]));
    let answer = Answer {
        interface: Interface::Es9,
        function: request.function(),
        binding: Binding::Json,
        http: post(&scene, &request, &body),
    };
    scene.opens(&answer.package());
}
