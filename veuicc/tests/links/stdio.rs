// SPDX-License-Identifier: MIT OR Apache-2.0
//! lpac's driver protocol.

use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;

use crate::served::{EID, veuicc};

#[test]
fn stdio_speaks_lpacs_driver_protocol() {
    let mut child = veuicc(&["serve", "--link", "stdio", "--seed", "1"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    let mut ask = |function: &str, parameter: &str| -> serde_json::Value {
        let parameter = match parameter {
            "" => "null".to_owned(),
            hex => format!("\"{hex}\""),
        };
        writeln!(
            input,
            "{{\"type\":\"apdu\",\"payload\":{{\"func\":\"{function}\",\"param\":{parameter}}}}}"
        )
        .unwrap();
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        let answer: serde_json::Value = serde_json::from_str(&line).unwrap();
        assert_eq!(answer["type"], "apdu");
        answer["payload"].clone()
    };
    assert_eq!(ask("connect", "")["ecode"], 0);
    assert_eq!(ask("logic_channel_open", "A0000000871002")["ecode"], -1);
    let channel = &ask("logic_channel_open", "A0000005591010FFFFFFFF8900000100")["ecode"];
    assert_eq!(*channel, 1);
    // case 3, as lpac sends it: 61xx and GET RESPONSE
    assert_eq!(ask("transmit", "81E2910006BF3E035C015A")["data"], "6115");
    let answer = ask("transmit", "81C0000015");
    assert_eq!(answer["data"], format!("bf3e125a10{EID}9000"));
    assert_eq!(ask("logic_channel_close", "01")["ecode"], 0);
    assert_eq!(ask("disconnect", "")["ecode"], 0);
    assert_eq!(ask("no_such_function", "")["ecode"], -1);
    drop(input);
    assert!(child.wait().unwrap().success());
}
