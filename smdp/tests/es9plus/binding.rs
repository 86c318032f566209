// SPDX-License-Identifier: MIT OR Apache-2.0
//! Headers, media types and members of ES9+ over TLS (SGP.22 §6.2 to §6.5), and what becomes of
//! deviations.

use certs::Curve;
use hyper::Method;
use rsp::json::{Es9Request, Function, Interface};
use serde_json::{Map, Value, json};
use smdp::http::{Call, Limits, TlsVersions, server_config};
use smdp::{ASN1_PATH, Binding};

use crate::support::answer::Answer;
use crate::support::kit::{Kit, order};
use crate::support::lpa::Lpa;
use crate::support::profile::ICCID;
use crate::support::wire::{Client, Listening, Reply, Wire};

const JSON: &str = "Content-Type: application/json\r\n";

/// Runs a test on one connection to a server with one order.
pub(crate) fn on_the_wire(test: impl FnOnce(&Kit, &mut Lpa, &mut Wire<'_>)) {
    let kit = Kit::new(order());
    let mut lpa = Lpa::new(&kit);
    let credentials = kit.service.with_smdp(|smdp| smdp.credentials().clone());
    let tls = server_config(&credentials.tls, TlsVersions::Both, None).unwrap();
    let listening = Listening::new(&kit, tls, Limits::default());
    let mut wire = listening.connect(&Client::new(&kit.pki)).unwrap();
    test(&kit, &mut lpa, &mut wire);
    drop(wire);
    listening.shutdown();
}

/// InitiateAuthentication as a JSON object.
fn initiate(lpa: &mut Lpa) -> Map<String, Value> {
    let request = Es9Request::InitiateAuthentication(lpa.euicc.initiate());
    serde_json::from_slice(&request.to_json().unwrap()).unwrap()
}

fn post(wire: &mut Wire<'_>, headers: &str, body: &Map<String, Value>) -> Reply {
    let body = Value::Object(body.clone()).to_string();
    wire.post(
        &Function::InitiateAuthentication.path(),
        headers,
        body.as_bytes(),
    )
}

#[track_caller]
fn succeeded(reply: &Reply) {
    assert_eq!(reply.status, 200, "{}", reply.head);
    let text = reply.text();
    assert!(text.contains(r#""status":"Executed-Success""#), "{text}");
}

#[track_caller]
fn failed(reply: &Reply, subject: &str, reason: &str) {
    assert_eq!(reply.status, 200, "{}", reply.head);
    let body: Value = serde_json::from_slice(&reply.body).unwrap();
    let data = &body["header"]["functionExecutionStatus"]["statusCodeData"];
    assert_eq!(data["subjectCode"], subject, "{body}");
    assert_eq!(data["reasonCode"], reason, "{body}");
}

/// TC_SM-DP+_TLS_ErrorCases#D05
#[test]
fn tls_d05_broken_json() {
    on_the_wire(|kit, lpa, wire| {
        let path = Function::InitiateAuthentication.path();
        let good = Value::Object(initiate(lpa)).to_string();
        let twice = good.replacen('{', r#"{"smdpAddress":"smdp1.test.example","#, 1);
        let cut = &good[..good.len() - 1];
        for body in ["", "{", "[]", "null", "\u{feff}{}", cut, &twice] {
            let reply = wire.post(&path, JSON, body.as_bytes());
            assert_eq!((reply.status, reply.body.len()), (400, 0), "{body}");
            assert_eq!(reply.header("content-type"), None);
        }
        let reply = wire.post(&path, JSON, b"{}");
        failed(&reply, "1.3.1", "2.2");
        assert_eq!(kit.open_sessions(), 0);
        succeeded(&wire.post(&path, JSON, good.as_bytes()));
    });
}

/// TC_SM-DP+_TLS_ErrorCases#D06
#[test]
fn tls_d06_wrong_x_admin_protocol() {
    on_the_wire(|_, lpa, wire| {
        for (value, served) in [
            (None, true),
            (Some("gsma/rsp/v2.5.0"), true),
            (Some("gsma/rsp/v2.0.0"), true),
            (Some("gsma/rsp/v2.99.7"), true),
            (Some("gsma/rsp/v1.0.0"), false),
            (Some("gsma/rsp/v3.1.0"), false),
            (Some("v2.2.0"), false),
            (Some(""), false),
        ] {
            let header = value.map(|value| format!("x-ADMIN-protocol: {value}\r\n"));
            let headers = format!("{JSON}{}", header.unwrap_or_default());
            let reply = post(wire, &headers, &initiate(lpa));
            if served {
                succeeded(&reply);
            } else {
                failed(&reply, "8.8.3", "3.1");
            }
            let own = reply.header("x-admin-protocol");
            assert_eq!(own, Some("gsma/rsp/v2.5.0"), "{value:?}");
        }
    });
}

/// TC_SM-DP+_TLS_ErrorCases#D07
#[test]
fn tls_d07_asn1_on_the_path_of_json() {
    on_the_wire(|kit, lpa, wire| {
        let request = Es9Request::InitiateAuthentication(lpa.euicc.initiate());
        let path = Function::InitiateAuthentication.path();
        let asn1 = "Content-Type: application/x-gsma-rsp-asn1\r\n";
        let (der, json) = (request.to_asn1().unwrap(), request.to_json().unwrap());
        for (path, headers, body, status) in [
            (path.as_str(), asn1, &der, 415),
            (&path, JSON, &der, 400),
            (&path, "", &der, 400),
            (ASN1_PATH, JSON, &json, 415),
            (ASN1_PATH, asn1, &json, 400),
            (ASN1_PATH, "", &json, 400),
            (ASN1_PATH, JSON, &der, 415),
        ] {
            assert_eq!(wire.post(path, headers, body).status, status, "{headers}");
        }
        assert_eq!(kit.open_sessions(), 0);
        // without a media type the body speaks for itself
        succeeded(&wire.post(&path, "", &json));
        let reply = wire.post(ASN1_PATH, "", &der);
        assert_eq!(reply.status, 200);
        let media_type = reply.header("content-type");
        assert_eq!(media_type, Some("application/x-gsma-rsp-asn1"));
    });
}

#[test]
fn media_types_are_compared_without_their_parameters() {
    on_the_wire(|_, lpa, wire| {
        for value in [
            "application/json;charset=UTF-8",
            "application/json; charset=utf-8",
            "Application/JSON",
        ] {
            let headers = format!("Content-Type: {value}\r\n");
            let reply = post(wire, &headers, &initiate(lpa));
            succeeded(&reply);
            let media_type = reply.header("content-type");
            assert_eq!(media_type, Some("application/json;charset=utf-8"));
        }
        for value in ["text/plain", "application/json2", "*/*"] {
            let headers = format!("Content-Type: {value}\r\n");
            assert_eq!(post(wire, &headers, &initiate(lpa)).status, 415, "{value}");
        }
    });
}

#[test]
fn unknown_members_and_a_request_header_are_ignored() {
    on_the_wire(|_, lpa, wire| {
        let mut body = initiate(lpa);
        let header = json!({
            "functionRequesterIdentifier": "2.999.99",
            "functionCallIdentifier": "TX-1",
        });
        body.insert("header".to_owned(), header);
        body.insert("lpaRspCapability".to_owned(), json!("AwIFoA=="));
        body.insert("unknown".to_owned(), json!([1, {"a": null}]));
        succeeded(&post(wire, JSON, &body));
    });
}

#[test]
fn members_of_a_wrong_form_are_refused() {
    on_the_wire(|kit, lpa, wire| {
        for (member, value, reason) in [
            ("euiccChallenge", None, "2.2"),
            ("euiccInfo1", None, "2.2"),
            ("smdpAddress", None, "2.2"),
            ("euiccChallenge", Some(json!("AAAA")), "2.1"),
            ("euiccChallenge", Some(json!(7)), "2.1"),
            ("euiccInfo1", Some(json!("AAAA")), "2.1"),
            ("euiccInfo1", Some(json!("****")), "2.1"),
            ("smdpAddress", Some(json!({})), "2.1"),
        ] {
            let mut body = initiate(lpa);
            match value {
                Some(value) => body.insert(member.to_owned(), value),
                None => body.remove(member),
            };
            failed(&post(wire, JSON, &body), "1.3.1", reason);
        }
        assert_eq!(kit.open_sessions(), 0);
    });
}

#[test]
fn every_function_names_what_is_missing_or_malformed() {
    on_the_wire(|_, _, wire| {
        for function in Function::ALL {
            let missing = wire.post(&function.path(), JSON, b"{}");
            let malformed = wire.post(&function.path(), JSON, br#"{"transactionId":"A"}"#);
            match function {
                // a notification has no place for a refusal
                Function::HandleNotification => {
                    assert_eq!((missing.status, malformed.status), (400, 400));
                }
                Function::InitiateAuthentication => failed(&missing, "1.3.1", "2.2"),
                _ => {
                    failed(&missing, "1.3.1", "2.2");
                    failed(&malformed, "1.3.1", "2.1");
                }
            }
        }
    });
}

#[test]
fn base64_is_read_in_the_standard_alphabet_with_line_breaks() {
    on_the_wire(|_, lpa, wire| {
        let mut body = initiate(lpa);
        let text = body["euiccInfo1"].as_str().unwrap().to_owned();
        let (first, rest) = text.split_at(20);
        body["euiccInfo1"] = json!(format!("{first}\r\n{rest}\n"));
        succeeded(&post(wire, JSON, &body));
        // fourteen octets of ones, so that both alphabets differ, and padding is needed
        for wrong in [
            "_____________________w==",
            "/////////////////////w",
            "//////////////// ////w==",
        ] {
            let mut body = initiate(lpa);
            body["euiccChallenge"] = json!(wrong);
            failed(&post(wire, JSON, &body), "1.3.1", "2.1");
        }
        let mut body = initiate(lpa);
        body["euiccChallenge"] = json!("/////////////////////w==");
        succeeded(&post(wire, JSON, &body));
    });
}

#[test]
fn transaction_ids_are_hexadecimal_of_either_case() {
    on_the_wire(|_, lpa, wire| {
        let ok = wire
            .call(
                Binding::Json,
                &Es9Request::InitiateAuthentication(lpa.euicc.initiate()),
            )
            .initiated();
        let request = Es9Request::AuthenticateClient(lpa.euicc.authenticate(&ok, "MATCHING-1"));
        let text = String::from_utf8(request.to_json().unwrap()).unwrap();
        let upper = hex::encode_upper(&*ok.transaction_id);
        assert!(text.contains(&upper));
        let text = text.replace(&upper, &upper.to_lowercase());
        let path = Function::AuthenticateClient.path();
        let reply = wire.post(&path, JSON, text.as_bytes());
        succeeded(&reply);
        assert!(reply.text().contains(&upper));
        for (id, reason) in [
            ("", "2.1"),
            ("0", "2.1"),
            ("XY", "2.1"),
            (&"AA".repeat(17), "2.1"),
        ] {
            let mut body: Map<String, Value> = serde_json::from_str(&text).unwrap();
            body["transactionId"] = json!(id);
            let body = Value::Object(body).to_string();
            failed(&wire.post(&path, JSON, body.as_bytes()), "1.3.1", reason);
        }
        let mut body: Map<String, Value> = serde_json::from_str(&text).unwrap();
        body["transactionId"] = json!("AA".repeat(16));
        let body = Value::Object(body).to_string();
        failed(&wire.post(&path, JSON, body.as_bytes()), "8.10.1", "3.9");
    });
}

#[test]
fn answers_have_the_members_of_the_clause_and_no_other() {
    on_the_wire(|kit, lpa, wire| {
        kit.order(|order| order.reusable = true);
        let names = |answer: &Answer| -> Vec<String> {
            let body: Map<String, Value> = serde_json::from_slice(&answer.http.body).unwrap();
            body.keys().cloned().collect()
        };
        let request = Es9Request::InitiateAuthentication(lpa.euicc.initiate());
        let answer = wire.call(Binding::Json, &request);
        assert_eq!(
            names(&answer),
            [
                "header",
                "transactionId",
                "serverSigned1",
                "serverSignature1",
                "euiccCiPKIdToBeUsed",
                "serverCertificate"
            ]
        );
        let request = lpa.euicc.authenticate(&answer.initiated(), "MATCHING-1");
        let answer = wire.call(Binding::Json, &Es9Request::AuthenticateClient(request));
        assert_eq!(
            names(&answer),
            [
                "header",
                "transactionId",
                "profileMetadata",
                "smdpSigned2",
                "smdpSignature2",
                "smdpCertificate"
            ]
        );
        let ok = answer.authenticated();
        let request = lpa.euicc.prepare(&ok, None);
        let request = Es9Request::GetBoundProfilePackage(request);
        let answer = wire.call(Binding::Json, &request);
        assert_eq!(
            names(&answer),
            ["header", "transactionId", "boundProfilePackage"]
        );
        // a notification has neither body nor media type
        let result =
            Es9Request::HandleNotification(lpa.euicc.result(&ok.transaction_id, ICCID, None));
        for (path, headers, body) in [
            (
                Function::HandleNotification.path(),
                JSON,
                result.to_json().unwrap(),
            ),
            (
                ASN1_PATH.to_owned(),
                "Content-Type: application/x-gsma-rsp-asn1\r\n",
                result.to_asn1().unwrap(),
            ),
        ] {
            let reply = wire.post(&path, headers, &body);
            assert_eq!((reply.status, reply.body.len()), (204, 0));
            assert_eq!(reply.header("content-type"), None);
            let own = reply.header("x-admin-protocol");
            assert_eq!(own, Some("gsma/rsp/v2.5.0"));
        }
        // a cancellation has the header alone
        let ok = lpa.authenticated(kit);
        let reason = rsp::sgp22::CancelSessionReason::POSTPONED;
        let answer = lpa.cancel(kit, &ok.transaction_id, reason);
        assert_eq!(names(&answer), ["header"]);
    });
}

#[test]
fn another_protocol_version_is_refused_by_every_function_that_can_refuse() {
    let kit = Kit::new(order());
    for (function, tag) in [
        (Function::AuthenticateClient, 0x3B),
        (Function::GetBoundProfilePackage, 0x3A),
        (Function::CancelSession, 0x41),
    ] {
        let json = (Binding::Json, function.path(), b"{}".to_vec());
        let asn1 = vec![0xA2, 3, 0xBF, tag, 0];
        for (binding, path, body) in [json, (Binding::Asn1, ASN1_PATH.to_owned(), asn1)] {
            let http = kit.send(Call {
                method: Method::POST,
                protocol: Some("gsma/rsp/v3.0.0".parse().unwrap()),
                path,
                body,
                ..Call::default()
            });
            let answer = Answer {
                interface: Interface::Es9,
                function,
                binding,
                http,
            };
            answer.refused("8.8.3", "3.1");
        }
    }
}

#[test]
fn a_notification_of_another_protocol_version_is_taken() {
    on_the_wire(|kit, lpa, wire| {
        let id = lpa.downloaded(kit).transaction_id;
        let result = Es9Request::HandleNotification(lpa.euicc.result(&id, ICCID, None));
        let headers = format!("{JSON}X-Admin-Protocol: gsma/rsp/v9.0.0\r\n");
        let path = Function::HandleNotification.path();
        let reply = wire.post(&path, &headers, &result.to_json().unwrap());
        assert_eq!(reply.status, 204);
        assert_eq!(kit.state(), smdp::OrderState::Installed);
    });
}

#[test]
fn brainpool_sessions_go_over_the_same_listener() {
    on_the_wire(|kit, _, wire| {
        let mut lpa = Lpa::on(kit, Curve::BrainpoolP256r1, Binding::Asn1);
        let request = Es9Request::InitiateAuthentication(lpa.euicc.initiate());
        let ok = wire.call(Binding::Asn1, &request).initiated();
        let request = lpa.euicc.authenticate(&ok, "MATCHING-1");
        wire.call(Binding::Asn1, &Es9Request::AuthenticateClient(request))
            .authenticated();
    });
}
