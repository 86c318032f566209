// SPDX-License-Identifier: MIT OR Apache-2.0
//! Cases against an eIM that is a program.

use crate::program::{Bench, described};

#[test]
fn our_own_eim_as_a_program_passes_what_it_claims() {
    let told = Bench::with(&described("mock-eim.toml")).harness(&["run", "--suite", "core"]);
    told.says(0, &["eim/psmo/enable-with-notification @ iut"]);
    assert!(!told.text.contains("0 pass"), "{}", told.text);
}

#[test]
fn an_eim_that_is_not_there_is_an_error_of_the_set_up() {
    let text = described("mock-eim.toml").replace("\"{harness}\"", "\"./no-such-eim\"");
    let told = Bench::with(&text).harness(&["run", "eim/package-retrieval/idle"]);
    told.says(3, &["no-such-eim", "cannot be started"]);
}

#[test]
fn an_order_that_cannot_be_written_does_not_apply() {
    let text =
        described("mock-eim.toml").replace("[order.http.place.any]", "[order.http.place.data]");
    let told = Bench::with(&text).harness(&["run", "eim/psmo/failed-command"]);
    told.says(0, &["unsupported", "expected place.psmo"]);
}

#[test]
fn a_template_that_leaves_something_out_is_not_used() {
    let url = "http://127.0.0.1:{api_port}/orders";
    let plain = format!(
        "[order.http.place.\"psmo.enable\"]\nmethod = \"POST\"\nurl = \"{url}\"\nanswer = \"/id\"\n\
         body = '{{\"eid\": \"{{eid}}\", \"psmo\": [{{\"enable\": {{\"iccid\": \"{{iccid}}\"}}}}]}}'\n"
    );
    let text =
        described("mock-eim.toml").replace("[order.http.place.any]", "[order.http.place.data]");
    let told = Bench::with(&format!("{text}\n{plain}")).harness(&["run", "eim/psmo/enable/"]);
    told.says(
        0,
        &[
            "pass  eim/psmo/enable/plain",
            "unsupported  eim/psmo/enable/with-rollback-flag",
            "place.psmo.enable+rollbackFlag",
        ],
    );
}

#[cfg(unix)]
#[test]
fn a_wrapper_says_that_a_case_does_not_apply() {
    let text = described("mock-eim.toml").replace("\"{harness}\"", "\"sh\", \"-c\", \"exit 127\"");
    let told = Bench::with(&text).harness(&["run", "eim/package-retrieval/idle"]);
    told.says(0, &["unsupported"]);
}

/// What an LPA does is what it says at its end: success, failure, nothing at all, "I cannot".
#[test]
fn an_lpa_is_taken_at_its_word() {
    let case = ["run", "lpa/tls/refuses/expired"];
    for (command, status, words) in [
        (r#"["false"]"#, 0, "pass  lpa/tls/refuses/expired"),
        (r#"["true"]"#, 1, "it ended as if all were well"),
        (
            r#"["sleep", "60"]"#,
            1,
            "it was still at work when its time was up",
        ),
        (
            r#"["sh", "-c", "exit 127"]"#,
            0,
            "unsupported  lpa/tls/refuses/expired",
        ),
    ] {
        let text = format!(
            "role = \"lpa\"\nreach = \"proxy\"\ntimeout = 2\n[user]\ndownload = {command}\n"
        );
        Bench::with(&text).harness(&case).says(status, &[words]);
    }
    let shown = r#"role = "lpa"
reach = "proxy"
[user]
profiles = ["{harness}", "lpa", "info", "--card", "tcp:{card}"]
"#;
    let told = Bench::with(shown).harness(&["run", "lpa/profiles/shown"]);
    told.says(1, &["the user to be shown Operational test profile"]);
}
