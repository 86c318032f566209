// SPDX-License-Identifier: MIT OR Apache-2.0
//! The modem on its pseudo-terminal.

use std::fs::File;
use std::io::{Read, Write};

use serde_json::json;

use crate::served::Served;

const ISDR: &str = "A0000005591010FFFFFFFF8900000100";

struct Modem {
    _served: Served,
    port: File,
    control: crate::served::Control,
}

impl Modem {
    fn start(arguments: &[&str]) -> Self {
        let served = Served::controlled(&[&["--link", "at:@/modem"], arguments].concat());
        let path = served.path("modem");
        let port = File::options().read(true).write(true).open(path).unwrap();
        let control = served.control();
        let mut modem = Self {
            _served: served,
            port,
            control,
        };
        assert_eq!(modem.ask("ATE0"), "ATE0\r|OK");
        modem
    }

    /// Sends a line and returns what comes up to the result code, lines parted by `|`.
    fn ask(&mut self, line: &str) -> String {
        self.port.write_all(format!("{line}\r").as_bytes()).unwrap();
        let mut answer = Vec::new();
        loop {
            let mut buffer = [0; 512];
            let count = self.port.read(&mut buffer).unwrap();
            answer.extend_from_slice(&buffer[..count]);
            let text = String::from_utf8(answer.clone()).unwrap();
            let last = text.trim_end().rsplit("\r\n").next().unwrap();
            let ended = text.ends_with("\r\n");
            if ended && (last == "OK" || last.contains("ERROR")) {
                let lines = text.split("\r\n").filter(|line| !line.is_empty());
                return lines.collect::<Vec<_>>().join("|");
            }
        }
    }

    fn answers(&mut self, expected: &[(&str, &str)]) {
        for (line, answer) in expected {
            assert_eq!(self.ask(line), *answer, "{line}");
        }
    }
}

#[test]
fn it_introduces_itself() {
    let mut modem = Modem::start(&[]);
    modem.answers(&[
        ("AT", "OK"),
        ("at", "OK"),
        ("ATE0V1X4&C1;+CMEE=0", "OK"),
        ("AT+CGMI", "veuicc|OK"),
        ("AT+CGSN;+GCAP", "004999010640000|+GCAP: +CGSM|OK"),
        ("AT+CSIM=?", "OK"),
        ("AT+CCHO=?;+CGLA=?;+CCHC=?;+CRSM=?", "OK"),
        ("AT+NOSUCH", "ERROR"),
        ("AT+CRSM=", "ERROR"),
        ("AT+CMEE=1;+CMEE?", "+CMEE: 1|OK"),
        ("AT+CRSM=", "+CME ERROR: 50"),
        ("AT+CSIM=2,\"0070000001\"", "+CME ERROR: 50"),
        ("AT+CSIM", "+CME ERROR: 4"),
        ("AT+CMEE=2", "OK"),
        ("AT+CSIM=10", "+CME ERROR: Incorrect parameters"),
        ("AT+CMEE=3", "+CME ERROR: Incorrect parameters"),
        ("AT+CPIN?", "+CME ERROR: SIM failure"),
        ("ATE2", "ERROR"),
    ]);
    assert!(modem.ask("ATI").starts_with("veuicc "));
}

#[test]
fn channels_are_sessions() {
    let mut modem = Modem::start(&[]);
    modem.answers(&[
        ("AT+CMEE=1", "OK"),
        (&format!("AT+CCHO=\"{ISDR}\""), "+CCHO: 1|OK"),
        // the modem sets the channel
        (
            "AT+CGLA=1,22,\"80E2910006BF3E035C015A\"",
            "+CGLA: 4,\"6115\"|OK",
        ),
        (
            "AT+CGLA=1,10,\"80C0000015\"",
            "+CGLA: 46,\"BF3E125A10890490321234512345123456789012359000\"|OK",
        ),
        ("AT+CSIM=10,\"0070000001\"", "+CSIM: 6,\"029000\"|OK"),
        ("AT+CCHC=2", "+CCHC|OK"),
        ("AT+CCHC=2", "+CME ERROR: 22"),
        ("AT+CGLA=2,10,\"80F2000C00\"", "+CGLA: 4,\"6881\"|OK"),
        ("AT+CCHO=\"A0000000871002\"", "+CME ERROR: 22"),
        ("AT+CCHO=\"\"", "+CME ERROR: 50"),
        ("AT+CGLA=20,10,\"80F2000C00\"", "+CME ERROR: 50"),
        ("AT+CGLA=1,10,\"80F2000Cx0\"", "+CME ERROR: 50"),
        ("AT+CFUN=1,1", "OK"),
        ("AT+CGLA=1,10,\"80F2000C00\"", "+CGLA: 4,\"6881\"|OK"),
        ("AT+CCHC=1", "+CME ERROR: 22"),
    ]);
    let mut bare = Modem::start(&["--bare-ccho"]);
    bare.answers(&[(&format!("AT+CCHO=\"{ISDR}\""), "1|OK")]);
}

/// A card that goes mute in the middle of a command fails that command; the next one finds it
/// with power again and without its channels.
#[test]
fn a_card_without_power_gets_it_again() {
    let mut modem = Modem::start(&[]);
    let opened = (
        "AT+CMEE=1;+CCHO=\"A0000005591010FFFFFFFF8900000100\"",
        "+CCHO: 1|OK",
    );
    let used = "AT+CGLA=1,22,\"81E2910006BF3E035C015A\"";
    modem.answers(&[opened]);
    modem.control.done(&json!({
        "command": "fault",
        "fault": { "at": { "nth": 1 }, "kind": "tearBefore" }
    }));
    modem.answers(&[
        (used, "+CME ERROR: 13"),
        (used, "+CGLA: 4,\"6881\"|OK"),
        opened,
    ]);
}

#[test]
fn files_of_the_enabled_profile_are_read() {
    let mut modem = Modem::start(&[]);
    modem.answers(&[("AT+CRSM=176,12258,0,0,10", "+CRSM: 106,130|OK")]);
    modem.control.install();
    modem.answers(&[
        ("AT+CMEE=1;+CPIN?", "+CPIN: SIM PIN|OK"),
        ("AT+CRSM=176,12258,0,0,10", "+CRSM: 144,0,\"988801000000000020F3\"|OK"),
        ("AT+CRSM=176,12258,0,0,0,,\"3F00\"", "+CRSM: 144,0,\"988801000000000020F3\"|OK"),
        ("AT+CCID", "+CCID: 8988100000000000023|OK"),
        // EF.IMSI is behind the PIN
        ("AT+CRSM=176,28423,0,0,9", "+CRSM: 105,130|OK"),
        ("AT+CIMI", "+CME ERROR: 13"),
        ("AT+CPIN=\"9999\"", "+CME ERROR: 16"),
        ("AT+CPIN=\"12\"", "+CME ERROR: 50"),
        ("AT+CPIN=\"1234\"", "OK"),
        ("AT+CPIN?", "+CPIN: READY|OK"),
        ("AT+CRSM=176,28423,0,0,9", "+CRSM: 144,0,\"080910100000000020\"|OK"),
        ("AT+CRSM=176,28423,0,0,9,,\"3F007FFF\"", "+CRSM: 144,0,\"080910100000000020\"|OK"),
        ("AT+CIMI", "001010000000002|OK"),
        // EF.DIR, first record
        (
            "AT+CRSM=178,12032,1,4,38",
            "+CRSM: 144,0,\"61184F10A0000000871002FFFFFFFF890001000050045553494DFFFFFFFFFFFFFFFFFFFFFFFF\"|OK",
        ),
        ("AT+CRSM=176,12000,0,0,1", "+CRSM: 106,130|OK"),
        ("AT+CRSM=214,12258,0,0,1,\"00\"", "+CRSM: 105,130|OK"),
        ("AT+CRSM=214,12258,0,0,2,\"00\"", "+CME ERROR: 50"),
        ("AT+CRSM=1,12258", "+CME ERROR: 4"),
    ]);
    let status = modem.ask("AT+CRSM=242,0,0,0,0,,");
    assert!(status.starts_with("+CRSM: "), "{status}");
    let fcp = modem.ask("AT+CRSM=192,12258");
    assert!(fcp.starts_with("+CRSM: 144,0,\"62"), "{fcp}");
}

#[test]
fn an_empty_slot_is_told() {
    let mut modem = Modem::start(&[]);
    modem.control.done(&json!({ "command": "remove" }));
    modem.answers(&[
        ("AT+CMEE=1", "OK"),
        ("AT+CPIN?", "+CME ERROR: 10"),
        ("AT+CSIM=10,\"0070000001\"", "+CME ERROR: 10"),
        ("AT+CRSM=176,12258,0,0,10", "+CME ERROR: 10"),
        (&format!("AT+CCHO=\"{ISDR}\""), "+CME ERROR: 10"),
    ]);
    modem.control.done(&json!({ "command": "insert" }));
    modem.answers(&[("AT+CSIM=10,\"0070000001\"", "+CSIM: 6,\"019000\"|OK")]);
}

#[test]
fn noise_and_corrections_are_taken() {
    let mut modem = Modem::start(&[]);
    modem
        .port
        .write_all(b"garbage\r\xFF\xFE\r\n\rAX\x08T+CGM\x7FSX\x08N")
        .unwrap();
    assert_eq!(modem.ask(""), "004999010640000|OK");
    // longer than any command: refused as a whole
    let long = format!("AT+CSIM=10,\"{}\"", "0".repeat(200_000));
    let port = modem.port.try_clone().unwrap();
    let writer = std::thread::spawn(move || (&port).write_all(long.as_bytes()).unwrap());
    writer.join().unwrap();
    assert_eq!(modem.ask(""), "ERROR");
    assert_eq!(modem.ask("AT"), "OK");
}
