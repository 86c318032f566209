// SPDX-License-Identifier: MIT OR Apache-2.0

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::json::{ExecutionStatus, JsonError};
use crate::status;

const EID: &str = "89049032123451234512345678901235";
const ICCID: &str = "8900001234567890123";

fn header() -> Value {
    json!({"functionRequesterIdentifier": "2.999.1", "functionCallIdentifier": "FCI-1"})
}

fn with(members: Value) -> Value {
    let mut body = json!({ "header": header() });
    let object = body.as_object_mut().unwrap();
    object.extend(members.as_object().unwrap().clone());
    body
}

fn read(function: Es2Function, body: &Value) -> Result<Es2Request, JsonError> {
    Es2Request::from_json(function, body.to_string().as_bytes())
}

/// One full body per function, as the clause writes it.
fn bodies() -> Vec<(Es2Function, Value)> {
    let progress = with(json!({
        "eid": EID, "iccid": ICCID, "profileType": "T", "timestamp": "2026-01-01T00:00:00Z",
        "notificationPointId": 4,
        "notificationPointStatus": {"status": "Failed", "statusCodeData": {
            "subjectCode": "8.2.10", "reasonCode": "4.2", "message": "m"}},
        "resultData": "vzcA"
    }));
    vec![
        (
            Es2Function::DownloadOrder,
            with(json!({"eid": EID, "iccid": ICCID, "profileType": "T"})),
        ),
        (
            Es2Function::ConfirmOrder,
            with(json!({
                "iccid": ICCID, "eid": EID, "matchingId": "M-1", "confirmationCode": "1234",
                "smdsAddress": "smds.test.example", "releaseFlag": true
            })),
        ),
        (
            Es2Function::CancelOrder,
            with(json!({
                "iccid": ICCID, "eid": EID, "matchingId": "",
                "finalProfileStatusIndicator": "Unavailable"
            })),
        ),
        (Es2Function::ReleaseProfile, with(json!({ "iccid": ICCID }))),
        (Es2Function::HandleDownloadProgressInfo, progress.clone()),
        (Es2Function::HandleNotification, progress),
    ]
}

#[test]
fn requests_have_exactly_the_members_of_the_clause() {
    for (function, body) in bodies() {
        let request = read(function, &body).unwrap();
        assert_eq!(request.call.function(), function);
        let written = String::from_utf8(request.to_json()).unwrap();
        assert_eq!(written, body.to_string());
    }
}

#[test]
fn every_function_is_found_by_its_path() {
    for function in Es2Function::ALL {
        assert_eq!(Es2Function::from_path(&function.path()), Some(function));
        assert!(function.clause().starts_with("SGP.22 §5.3."));
    }
    assert_eq!(Es2Function::from_path("/gsma/rsp2/es2plus/rpmOrder"), None);
    assert_eq!(
        Es2Function::ReleaseProfile.path(),
        "/gsma/rsp2/es2plus/releaseProfile"
    );
}

#[test]
fn a_request_without_a_header_is_refused() {
    for (function, mut body) in bodies() {
        let missing = |member| Err(JsonError::Missing { member });
        body["header"] = json!({"functionRequesterIdentifier": "2.999.1"});
        assert_eq!(read(function, &body), missing("functionCallIdentifier"));
        body["header"] = json!({"functionCallIdentifier": "1"});
        assert_eq!(
            read(function, &body),
            missing("functionRequesterIdentifier")
        );
        body.as_object_mut().unwrap().remove("header");
        assert_eq!(read(function, &body), missing("header"));
        body["header"] = json!({
            "functionRequesterIdentifier": "x".repeat(257), "functionCallIdentifier": "1"
        });
        let error = read(function, &body).unwrap_err().to_string();
        assert_eq!(
            error,
            "member functionRequesterIdentifier: expected at most 256 bytes, got 257"
        );
    }
}

#[test]
fn mandatory_members_are_named_when_they_are_missing() {
    let optional = [
        "eid",
        "profileType",
        "matchingId",
        "confirmationCode",
        "smdsAddress",
        "resultData",
    ];
    for (function, body) in bodies() {
        for name in body.as_object().unwrap().keys() {
            let mut less = body.clone();
            less.as_object_mut().unwrap().remove(name);
            let free = optional.contains(&name.as_str()) && !function.is_notification()
                || function == Es2Function::DownloadOrder && name == "iccid"
                || ["eid", "resultData"].contains(&name.as_str());
            match read(function, &less) {
                Ok(_) => assert!(free, "{function} without {name}"),
                Err(error) => {
                    assert_eq!(error.to_string(), format!("expected member {name}"));
                    assert!(!free, "{function} without {name}");
                }
            }
        }
    }
}

#[test]
fn wrong_types_are_named() {
    for (function, body) in bodies() {
        for name in body.as_object().unwrap().keys() {
            let mut wrong = body.clone();
            wrong[name] = json!([]);
            let error = read(function, &wrong).unwrap_err().to_string();
            assert!(error.starts_with(&format!("member {name}: ")), "{error}");
        }
    }
    for (member, value, problem) in [
        ("eid", json!("123"), "expected an EID of 32 digits, found 3"),
        ("iccid", json!("12A"), "decimal digits, F only at the end"),
        ("profileType", json!("x".repeat(1025)), "got 1025"),
    ] {
        let error = read(Es2Function::DownloadOrder, &with(json!({ member: value }))).unwrap_err();
        assert!(error.to_string().contains(problem), "{error}");
    }
}

#[test]
fn what_peers_write_differently_is_understood() {
    let iccid = |text: &str| {
        let body = with(json!({"iccid": text, "profile_type": "ignored"}));
        match read(Es2Function::ReleaseProfile, &body).unwrap().call {
            Es2Call::ReleaseProfile(call) => call.iccid.to_string(),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(iccid("8900001234567890123F"), ICCID);
    assert_eq!(iccid(ICCID), ICCID);

    let (_, mut body) = bodies().swap_remove(1);
    body["releaseFlag"] = json!("false");
    let read_back = read(Es2Function::ConfirmOrder, &body).unwrap();
    assert!(matches!(&read_back.call, Es2Call::ConfirmOrder(call) if !call.release_flag));

    let (function, body) = bodies().swap_remove(4);
    let expected = read(function, &body).unwrap();
    let mut other = body.clone();
    other["notificationPointId"] = json!("4");
    other.as_object_mut().unwrap().remove("timestamp");
    for moment in [json!(1_767_225_600), json!("1767225600")] {
        other["timeStamp"] = moment;
        assert_eq!(read(function, &other).unwrap(), expected);
    }
    other["notificationPointId"] = json!(-1);
    assert!(read(function, &other).is_err());
    let mut success = body;
    success["notificationPointStatus"] = json!({"status": "Executed-Success"});
    let Es2Call::HandleDownloadProgressInfo(call) = read(function, &success).unwrap().call else {
        panic!("another function")
    };
    assert_eq!(call.failure, None);
}

#[test]
fn answers_have_exactly_the_members_of_the_clause() {
    let iccid = ICCID.parse().unwrap();
    let answers = [
        (
            Es2Function::DownloadOrder,
            Es2Ok::DownloadOrder { iccid },
            json!({ "iccid": ICCID }),
        ),
        (
            Es2Function::ConfirmOrder,
            Es2Ok::ConfirmOrder {
                eid: Some(EID.parse().unwrap()),
                matching_id: "M-1".to_owned(),
                smdp_address: Some("smdp1.test.example".to_owned()),
            },
            json!({"eid": EID, "matchingId": "M-1", "smdpAddress": "smdp1.test.example"}),
        ),
        (Es2Function::CancelOrder, Es2Ok::CancelOrder, json!({})),
        (
            Es2Function::ReleaseProfile,
            Es2Ok::ReleaseProfile,
            json!({}),
        ),
    ];
    for (function, ok, members) in answers {
        let mut expected = json!({
            "header": {"functionExecutionStatus": {"status": "Executed-Success"}}
        });
        let object = expected.as_object_mut().unwrap();
        object.extend(members.as_object().unwrap().clone());
        let response = Ok(ok);
        let body = encode_es2_response(&response);
        assert_eq!(
            String::from_utf8(body.clone()).unwrap(),
            expected.to_string()
        );
        assert_eq!(decode_es2_response(function, &body).unwrap(), response);
    }
    let told = Ok(Es2Ok::Told);
    assert_eq!(encode_es2_response(&told), b"");
    let function = Es2Function::HandleDownloadProgressInfo;
    assert_eq!(decode_es2_response(function, b"").unwrap(), told);
    assert!(decode_es2_response(Es2Function::CancelOrder, b"").is_err());
}

#[test]
fn refusals_keep_their_codes_and_their_message() {
    let response: Es2Response = Err(status::ICCID_IN_USE.into());
    let body = encode_es2_response(&response);
    let value: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(value.as_object().unwrap().len(), 1);
    let status = &value["header"]["functionExecutionStatus"];
    assert_eq!(status["status"], ExecutionStatus::Failed.name());
    assert_eq!(status["statusCodeData"]["subjectCode"], "8.2.1");
    for function in Es2Function::ALL {
        assert_eq!(decode_es2_response(function, &body).unwrap(), response);
    }
}

fn text() -> impl Strategy<Value = Option<String>> {
    proptest::option::of(".{0,12}")
}

fn calls() -> impl Strategy<Value = Es2Call> {
    let eid = proptest::option::of("[0-9]{32}")
        .prop_map(|text| text.map(|text| text.parse::<Eid>().unwrap()));
    let iccid = "[0-9]{18,20}".prop_map(|text| text.parse::<Iccid>().unwrap());
    let failure = proptest::option::of(Just(Failure::from(status::PPR_NOT_ALLOWED)));
    let data = proptest::option::of(proptest::collection::vec(any::<u8>(), 0..20));
    (
        (0..6_u8, eid, iccid, any::<bool>(), any::<u32>()),
        (text(), text(), text(), data, failure),
    )
        .prop_map(
            |((kind, eid, iccid, flag, number), (a, b, c, data, failure))| {
                let progress = || DownloadProgress {
                    eid,
                    iccid,
                    profile_type: a.clone().unwrap_or_default(),
                    timestamp: Timestamp::nearest(i64::from(number)),
                    notification_point_id: number,
                    failure: failure.clone(),
                    result_data: data.clone(),
                };
                match kind {
                    0 => Es2Call::DownloadOrder(DownloadOrder {
                        eid,
                        iccid: flag.then_some(iccid),
                        profile_type: a,
                    }),
                    1 => Es2Call::ConfirmOrder(ConfirmOrder {
                        iccid,
                        eid,
                        matching_id: a,
                        confirmation_code: b,
                        smds_address: c,
                        release_flag: flag,
                    }),
                    2 => Es2Call::CancelOrder(CancelOrder {
                        iccid,
                        eid,
                        matching_id: a,
                        final_profile_status_indicator: if flag {
                            FinalProfileStatus::Available
                        } else {
                            FinalProfileStatus::Unavailable
                        },
                    }),
                    3 => Es2Call::ReleaseProfile(ReleaseProfile { iccid }),
                    4 => Es2Call::HandleDownloadProgressInfo(progress()),
                    _ => Es2Call::HandleNotification(progress()),
                }
            },
        )
}

proptest! {
    #[test]
    fn every_request_is_read_as_it_was_written(call in calls(), from in ".{0,9}", id in ".{0,9}") {
        let header = CallHeader {
            function_requester_identifier: from,
            function_call_identifier: id,
        };
        let request = Es2Request { header, call };
        let function = request.call.function();
        prop_assert_eq!(Es2Request::from_json(function, &request.to_json()), Ok(request));
    }

    #[test]
    fn no_body_makes_the_reader_stop(body in proptest::collection::vec(any::<u8>(), 0..200)) {
        for function in Es2Function::ALL {
            prop_assert!(Es2Request::from_json(function, &body).is_err());
        }
    }

    #[test]
    fn moments_survive(seconds in -62_167_219_200_i64..253_402_300_800) {
        let moment = Timestamp::new(seconds).unwrap();
        prop_assert_eq!(moment.to_string().parse(), Ok(moment));
    }
}
