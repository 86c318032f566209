// SPDX-License-Identifier: MIT OR Apache-2.0
//! Requests that are not what SGP.22 §6.5.2 says, and requests that come twice (§6.5.1.3).

use rsp::json::{AdminProtocol, Es2Call, Es2Function, Es2Request, decode_es2_response};
use serde_json::{Value, json};
use smdp::config::Es2PlusConfig;
use smdp::http::{Call, Handler};
use smdp::{Config, Es2PlusHandler};

use crate::desk::{Desk, POOL, of_type, package, refused};

/// The functions that an operator calls.
const FUNCTIONS: [Es2Function; 4] = [
    Es2Function::DownloadOrder,
    Es2Function::ConfirmOrder,
    Es2Function::CancelOrder,
    Es2Function::ReleaseProfile,
];

fn full(function: Es2Function) -> Value {
    let header = json!({"functionRequesterIdentifier": "1", "functionCallIdentifier": "2"});
    match function {
        Es2Function::ConfirmOrder => {
            json!({"header": header, "iccid": POOL[0], "releaseFlag": true})
        }
        Es2Function::CancelOrder => json!({
            "header": header, "iccid": POOL[0], "finalProfileStatusIndicator": "Available"
        }),
        _ => json!({"header": header, "iccid": POOL[0]}),
    }
}

#[track_caller]
fn answered(function: Es2Function, body: &Value, subject: &str, reason: &str) {
    let desk = Desk::new();
    let answer = desk.raw(function, body.to_string());
    assert_eq!(answer.status, 200);
    let response = decode_es2_response(function, &answer.body).unwrap();
    refused(response, subject, reason);
}

/// One test per function: a request without a header, one of a wrong type, and no JSON.
macro_rules! malformed {
    ($($name:ident: $function:ident;)+) => {$(
        mod $name {
            use super::*;

            #[test]
            fn without_a_header() {
                let function = Es2Function::$function;
                let mut body = full(function);
                body.as_object_mut().unwrap().remove("header");
                answered(function, &body, "1.3.1", "2.2");
            }

            #[test]
            fn with_half_a_header() {
                let function = Es2Function::$function;
                let mut body = full(function);
                body["header"] = json!({"functionRequesterIdentifier": "1"});
                answered(function, &body, "1.3.1", "2.2");
            }

            #[test]
            fn with_a_number_for_an_iccid() {
                let function = Es2Function::$function;
                let mut body = full(function);
                body["iccid"] = json!(1);
                answered(function, &body, "1.3.1", "2.1");
            }

            #[test]
            fn without_json() {
                let desk = Desk::new();
                for body in ["", "[]", "{", r#"{"header":1,"header":1}"#, "<html>"] {
                    let answer = desk.raw(Es2Function::$function, body);
                    assert_eq!((answer.status, answer.body), (400, Vec::new()));
                }
            }
        }
    )+};
}

malformed! {
    download_order: DownloadOrder;
    confirm_order: ConfirmOrder;
    cancel_order: CancelOrder;
    release_profile: ReleaseProfile;
}

#[test]
fn unknown_members_are_ignored() {
    let desk = Desk::new();
    let function = Es2Function::DownloadOrder;
    let mut body = full(function);
    body["somethingElse"] = json!({"a": [1]});
    let answer = desk.raw(function, body.to_string());
    assert!(decode_es2_response(function, &answer.body).unwrap().is_ok());
}

#[test]
fn another_major_version_is_refused() {
    let desk = Desk::new();
    for function in FUNCTIONS {
        let call = |major| Call {
            method: hyper::Method::POST,
            path: function.path(),
            protocol: Some(AdminProtocol {
                version: [major, 0, 0],
            }),
            body: full(function).to_string().into_bytes(),
            ..Call::default()
        };
        let response = |major| {
            let answer = desk.kit.send(call(major));
            decode_es2_response(function, &answer.body).unwrap()
        };
        refused(response(3), "8.8.3", "3.1");
        if let Err(failure) = response(2) {
            assert!(!failure.is("8.8.3", "3.1"), "{function}: {failure}");
        }
    }
}

#[test]
fn what_goes_to_the_operator_is_not_served() {
    let desk = Desk::new();
    let handler = Es2PlusHandler::new(desk.kit.service.clone(), None);
    for function in Es2Function::ALL {
        let served = handler.resource(&function.path());
        assert_eq!(
            served.is_some(),
            FUNCTIONS.contains(&function),
            "{function}"
        );
        assert!(served.is_none_or(|resource| resource.needs_client));
    }
    let open = handler.without_client_certificate();
    let path = Es2Function::DownloadOrder.path();
    assert!(!open.resource(&path).unwrap().needs_client);
}

#[test]
fn a_repetition_gets_the_same_answer() {
    let desk = Desk::new();
    let request = Es2Request {
        header: desk.header(),
        call: Es2Call::DownloadOrder(of_type("ENDLESS")),
    };
    let first = desk.send(&request).unwrap();
    assert_eq!(desk.send(&request).unwrap(), first);
    let next = Es2Request {
        header: desk.header(),
        ..request.clone()
    };
    assert_ne!(desk.send(&next).unwrap(), first);
}

#[test]
fn a_server_without_memory_takes_every_call_for_a_new_one() {
    let config = Config {
        es2plus: Es2PlusConfig {
            remembered_calls: 0,
            ..Es2PlusConfig::default()
        },
        ..Config::default()
    };
    let desk = Desk::of(config, &package());
    let request = Es2Request {
        header: desk.header(),
        call: Es2Call::DownloadOrder(of_type("ENDLESS")),
    };
    assert_ne!(desk.send(&request).unwrap(), desk.send(&request).unwrap());
}
