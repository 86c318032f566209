// SPDX-License-Identifier: MIT OR Apache-2.0
//! The control endpoint.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::served::{EID, SELECT, Served};

const NOTHING: &str = "80F2000C";

fn code(answer: &Value) -> &str {
    assert_eq!(answer["ok"], false, "{answer}");
    assert!(answer["error"]["message"].is_string(), "{answer}");
    answer["error"]["code"].as_str().unwrap()
}

#[test]
fn what_is_wrong_is_told_and_ends_nothing() {
    let served = Served::controlled(&["--link", "at"]);
    let mut control = served.control();
    for (line, expected) in [
        (&b"{"[..], "json"),
        (b"[]", "json"),
        (b"\xFF\x00", "json"),
        (b"{\"command\":5}", "command"),
        (b"{}", "command"),
        (b"{\"command\":\"explode\"}", "command"),
        (b"{\"command\":\"state\",\"card\":0}", "card"),
        (b"{\"command\":\"state\",\"card\":2}", "card"),
        (b"{\"command\":\"state\",\"card\":\"1\"}", "card"),
        (b"{\"command\":\"state\",\"more\":1}", "parameter"),
        (b"{\"command\":\"reset\",\"kind\":\"hot\"}", "parameter"),
        (b"{\"command\":\"apdu\"}", "parameter"),
        (b"{\"command\":\"apdu\",\"apdu\":\"0\"}", "parameter"),
        (b"{\"command\":\"log\",\"last\":-1}", "parameter"),
        (b"{\"command\":\"install\"}", "parameter"),
        (
            b"{\"command\":\"install\",\"path\":\"/no/such/file\"}",
            "parameter",
        ),
        (b"{\"command\":\"install\",\"package\":\"00\"}", "refused"),
        (b"{\"command\":\"fault\",\"fault\":{}}", "parameter"),
    ] {
        assert_eq!(code(&control.line(line)), expected, "{line:?}");
    }
    // deeper than anybody reads, longer than anybody holds
    assert_eq!(code(&control.line(&[b'['; 200_000])), "json");
    assert_eq!(code(&control.line(&vec![b' '; 0x50_0000])), "tooLong");
    let answer = control.done(&json!({ "command": "cards", "id": { "any": [1] } }));
    assert_eq!(answer["id"], json!({ "any": [1] }));
}

#[test]
fn it_shows_and_moves_the_card() {
    let served = Served::controlled(&["--link", "at", "--cards", "2"]);
    let mut control = served.control();
    let cards = control.done(&json!({ "command": "cards" }))["cards"].clone();
    assert_eq!(cards.as_array().unwrap().len(), 2);
    assert_eq!(cards[0], json!({ "card": 1, "eid": EID, "present": true }));
    let state = control.done(&json!({ "command": "state" }));
    assert_eq!(state["state"]["eid"], EID);
    let other = control.done(&json!({ "command": "state", "card": 2 }));
    assert_ne!(other["state"]["eid"], EID);
    let send = |apdu: &str| json!({ "command": "apdu", "apdu": apdu });
    assert_eq!(control.done(&send("0070000001"))["response"], "019000");
    assert_eq!(control.done(&send("81F2000C"))["response"], "9000");
    for kind in ["warm", "cold"] {
        let answer = control.done(&json!({ "command": "reset", "kind": kind }));
        assert!(answer["atr"].as_str().unwrap().starts_with("3B"));
        assert_eq!(control.done(&send("81F2000C"))["response"], "6881");
    }
    assert_eq!(
        control.done(&json!({ "command": "remove" }))["changed"],
        true
    );
    assert_eq!(
        control.done(&json!({ "command": "remove" }))["changed"],
        false
    );
    assert_eq!(code(&control.ask(&send(NOTHING))), "removed");
    assert_eq!(
        code(&control.ask(&json!({ "command": "reset" }))),
        "removed"
    );
    assert_eq!(
        control.done(&json!({ "command": "insert" }))["changed"],
        true
    );
    let log = control.done(&json!({ "command": "log", "last": 3 }))["log"].clone();
    assert_eq!(log[0], json!({ "number": 7, "event": "removed" }));
    assert_eq!(log[1], json!({ "number": 8, "event": "inserted" }));
    assert_eq!(log[2]["reset"], "cold");
}

#[test]
fn it_installs_profiles() {
    let served = Served::controlled(&["--link", "at"]);
    let mut control = served.control();
    let answer = control.install();
    assert_eq!(answer["iccid"], "8988100000000000023");
    let state = control.done(&json!({ "command": "state" }))["state"].clone();
    assert_eq!(state["profiles"][0]["state"], "enabled");
    let file = served.path("package.der");
    std::fs::write(&file, crate::served::package()).unwrap();
    let again = json!({ "command": "install", "path": file, "class": "test" });
    assert_eq!(code(&control.ask(&again)), "refused");
    let select = json!({ "command": "apdu", "apdu": "00A4000C022FE2" });
    assert_eq!(control.done(&select)["response"], "9000");
}

#[test]
fn armed_faults_happen() {
    let served = Served::controlled(&["--link", "at"]);
    let mut control = served.control();
    let send = json!({ "command": "apdu", "apdu": NOTHING });
    let arm = |fault: Value| json!({ "command": "fault", "fault": fault });
    let wrong = json!({ "at": { "nth": 2 }, "kind": { "status": "6F00" } });
    let answer = control.done(&arm(wrong));
    assert_eq!(answer["faults"].as_array().unwrap().len(), 1);
    assert_eq!(control.done(&send)["response"], "9000");
    assert_eq!(control.done(&send)["response"], "6F00");
    assert_eq!(
        control.done(&json!({ "command": "faults" }))["faults"],
        json!([])
    );
    // late, and the slot is free meanwhile
    control.done(&arm(
        json!({ "at": { "nth": 1 }, "kind": { "delay": 300 } }),
    ));
    let start = Instant::now();
    control.done(&send);
    assert!(start.elapsed() >= Duration::from_millis(300));
    // torn: nothing but a reset helps
    control.done(&arm(
        json!({ "at": { "instruction": "F2" }, "kind": "tearBefore" }),
    ));
    assert_eq!(control.done(&send)["response"], "");
    assert_eq!(control.done(&send)["response"], "");
    control.done(&json!({ "command": "reset" }));
    let select = json!({ "command": "apdu", "apdu": SELECT });
    let answer = control.done(&select);
    assert!(answer["response"].as_str().unwrap().ends_with("9000"));
    control.done(&arm(json!({ "at": { "nth": 9 }, "kind": "tearAfter" })));
    assert_eq!(
        control.done(&json!({ "command": "disarm" }))["faults"],
        json!([])
    );
    let personality = control.done(&json!({ "command": "personality" }));
    assert_eq!(personality["personality"]["name"], "spec");
}
