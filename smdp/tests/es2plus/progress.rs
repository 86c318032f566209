// SPDX-License-Identifier: MIT OR Apache-2.0
//! HandleDownloadProgressInfo (SGP.22 §5.3.5): what the operator is told.

use rsp::id::Iccid;
use rsp::json::{DownloadProgress, Es2Call, Es2Function, Es2Request};
use rsp::sgp22::CancelSessionReason;
use smdp::config::OperatorConfig;
use smdp::peer::Interface;

use crate::desk::{Desk, confirmation, of_type};
use crate::support::lpa::Lpa;

const OPERATOR: &str = "mno1.test.example:9443";

fn operator(notify_as_v3: bool) -> OperatorConfig {
    OperatorConfig {
        name: "mno1".to_owned(),
        requester: None,
        oid: None,
        certificate_sha256: None,
        notify: Some(OPERATOR.to_owned()),
        notify_as_v3,
        profile_types: None,
    }
}

/// A released order of an operator, with the MatchingID that the device sends.
fn released(desk: &Desk, code: Option<&str>) -> Iccid {
    let ordered = desk.order(of_type("ENDLESS")).unwrap();
    let mut call = confirmation(&ordered);
    call.matching_id = Some("MATCHING-1".to_owned());
    call.confirmation_code = code.map(str::to_owned);
    desk.confirm(call).unwrap();
    ordered
}

/// What the operator was told, each message as it has to be.
#[track_caller]
fn told(desk: &Desk, function: Es2Function) -> Vec<DownloadProgress> {
    let read = |message: &smdp::peer::Message| {
        assert_eq!(message.interface, Interface::Es2Plus);
        assert_eq!(message.address, OPERATOR);
        assert_eq!(message.path, function.path());
        let request = Es2Request::from_json(function, &message.body).unwrap();
        assert_eq!(request.header.function_requester_identifier, "2.999.10");
        match request.call {
            Es2Call::HandleDownloadProgressInfo(progress)
            | Es2Call::HandleNotification(progress) => progress,
            other => panic!("{other:?}"),
        }
    };
    desk.posted().iter().map(read).collect()
}

/// Points and pairs, in their order; `-` for a success.
fn points(told: &[DownloadProgress]) -> Vec<String> {
    let shown = |progress: &DownloadProgress| {
        let data = progress.failure.as_ref();
        let data = data.and_then(|failure| failure.status_code_data.as_ref());
        let pair = data.map(|data| format!("{}/{}", data.subject_code, data.reason_code));
        let point = progress.notification_point_id;
        format!("{point}: {}", pair.as_deref().unwrap_or("-"))
    };
    told.iter().map(shown).collect()
}

#[test]
fn the_operator_is_told_of_every_step_of_a_download() {
    let desk = Desk::with_operators(vec![operator(false)]);
    let ordered = released(&desk, None);
    let mut lpa = Lpa::new(&desk.kit);
    let ok = lpa.downloaded(&desk.kit);
    lpa.report(&desk.kit, &ok.transaction_id, *ordered.as_bytes(), None);
    let told = told(&desk, Es2Function::HandleDownloadProgressInfo);
    assert_eq!(points(&told), ["1: -", "3: -", "4: -"]);
    for progress in &told {
        assert_eq!(progress.iccid, ordered);
        assert_eq!(progress.profile_type, "ENDLESS");
        assert_eq!(progress.timestamp.to_string(), "2026-01-01T00:00:00Z");
        assert!(progress.eid.is_some());
    }
    // The last one carries the ProfileInstallationResult as it came.
    let data = told[2].result_data.as_deref().unwrap();
    assert_eq!(&data[..2], [0xBF, 0x37]);
}

#[test]
fn a_server_may_use_the_later_name_of_the_function() {
    let desk = Desk::with_operators(vec![operator(true)]);
    released(&desk, None);
    let mut lpa = Lpa::new(&desk.kit);
    lpa.downloaded(&desk.kit);
    let told = told(&desk, Es2Function::HandleNotification);
    assert_eq!(points(&told), ["1: -", "3: -"]);
}

#[test]
fn an_order_of_nobody_is_told_to_nobody() {
    let mut desk = Desk::with_operators(vec![operator(false)]);
    desk.kit.add_order(crate::support::kit::order());
    let mut lpa = Lpa::new(&desk.kit);
    lpa.downloaded(&desk.kit);
    assert!(desk.posted().is_empty());
}

/// What the operator is told when the device cancels for a reason.
#[track_caller]
fn cancelled(reason: CancelSessionReason, expected: Option<&str>) {
    let desk = Desk::with_operators(vec![operator(false)]);
    released(&desk, None);
    let mut lpa = Lpa::new(&desk.kit);
    let ok = lpa.authenticated(&desk.kit);
    lpa.cancel(&desk.kit, &ok.transaction_id, reason);
    let told = told(&desk, Es2Function::HandleDownloadProgressInfo);
    let expected = expected.map(str::to_owned);
    let expected: Vec<String> = ["1: -".to_owned()].into_iter().chain(expected).collect();
    assert_eq!(points(&told), expected);
}

#[test]
fn end_user_rejection() {
    cancelled(
        CancelSessionReason::END_USER_REJECTION,
        Some("2: 8.8.5/3.8"),
    );
}

#[test]
fn ppr_not_allowed() {
    cancelled(CancelSessionReason::PPR_NOT_ALLOWED, Some("2: 8.2.8/1.2"));
}

#[test]
fn metadata_mismatch() {
    cancelled(
        CancelSessionReason::METADATA_MISMATCH,
        Some("3: 8.2.9/3.11"),
    );
}

#[test]
fn load_bpp_execution_error() {
    let reason = CancelSessionReason::LOAD_BPP_EXECUTION_ERROR;
    cancelled(reason, Some("4: 8.2.10/4.2"));
}

#[test]
fn undefined_reason() {
    cancelled(CancelSessionReason::UNDEFINED_REASON, Some("2: 8/4.2"));
}

#[test]
fn postponed_is_no_failure() {
    cancelled(CancelSessionReason::POSTPONED, None);
}

#[test]
fn a_timeout_is_no_failure() {
    cancelled(CancelSessionReason::TIMEOUT, None);
}
