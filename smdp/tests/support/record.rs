// SPDX-License-Identifier: MIT OR Apache-2.0
//! Every answer of every interface passes here, whichever way a test asked.

use std::cell::RefCell;
use std::path::Path;

use serde_json::{Map, Value};
use smdp::HttpAnswer;
use smdp::coverage::Recorder;

thread_local! {
    /// What this test reaches: every test has a thread of its own.
    static RECORDER: RefCell<Recorder> = RefCell::new(Recorder::new(
        Path::new(env!("CARGO_TARGET_TMPDIR")),
        env!("CARGO_CRATE_NAME"),
    ));
}

/// Takes note of an answer, and refuses one whose header is not that of SGP.22 §6.5.1.4.
#[track_caller]
pub(crate) fn record(interface: &str, function: &str, answer: &HttpAnswer) {
    RECORDER.with_borrow_mut(|recorder| recorder.note(interface, function, answer));
    if answer.status == 200 && answer.media_type.starts_with("application/json") {
        let body: Value = serde_json::from_slice(&answer.body).unwrap();
        check_header(interface, function, &body);
    }
}

/// Status words and members of a header; nothing else may be in it.
#[track_caller]
fn check_header(interface: &str, function: &str, body: &Value) {
    let seen = format!("{interface}.{function}: {body}");
    let header = body.get("header").and_then(Value::as_object).expect(&seen);
    assert_eq!(header.len(), 1, "{seen}");
    let execution = header["functionExecutionStatus"].as_object().expect(&seen);
    match execution["status"].as_str().expect(&seen) {
        "Executed-Success" => assert_eq!(execution.len(), 1, "{seen}"),
        "Executed-WithWarning" | "Expired" => {}
        "Failed" => {
            let data = execution["statusCodeData"].as_object().expect(&seen);
            check_status_code_data(data, &seen);
            assert_eq!(body.as_object().expect(&seen).len(), 1, "{seen}");
        }
        other => panic!("status {other}: {seen}"),
    }
}

#[track_caller]
fn check_status_code_data(data: &Map<String, Value>, seen: &str) {
    for name in ["subjectCode", "reasonCode", "message"] {
        assert!(data.get(name).is_some_and(Value::is_string), "{seen}");
    }
    let identified = data.get("subjectIdentifier").is_some_and(Value::is_string);
    assert_eq!(data.len(), 3 + usize::from(identified), "{seen}");
}
