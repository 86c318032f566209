// SPDX-License-Identifier: MIT OR Apache-2.0
//! A pcscd that ends and starts again while its card is served. Each test has one of its own, whose
//! clients are the tools of Debian: the library in this process belongs to the pcscd of `.ci/pcscd`.

use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::json;

use crate::readers::{PATIENCE, first_port};
use crate::served::Served;
use crate::tools;

/// Beside the ports of `.ci/pcscd`, and below those that the harness gives away and systems give to
/// outgoing connections.
const PORTS: std::ops::Range<u16> = 16_080..16_180;
/// Binds a folder over the compiled-in place of the socket; a mount namespace is its own.
const START: &str =
    r#"mount --bind "$1/run" /run/pcscd && exec pcscd --foreground --config "$1/readers""#;

/// A pcscd with one reader of two slots.
struct Pcscd {
    folder: tempfile::TempDir,
    port: u16,
    child: Option<Child>,
}

impl Pcscd {
    /// Nothing where there is no pcscd, or none can be beside another one.
    fn new() -> Option<Self> {
        first_port()?;
        if !tools::installed("opensc-tool") {
            return None;
        }
        let mut unshare = Command::new("unshare");
        if !unshare
            .args(["-m", "true"])
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|it| it.success())
        {
            eprintln!("skipped: expected to be allowed a mount namespace");
            return None;
        }
        let free = |port: &u16| TcpListener::bind(("0.0.0.0", *port)).is_ok();
        let port = PORTS
            .step_by(2)
            .find(|port| free(port) && free(&(port + 1)));
        let folder = tempfile::tempdir().unwrap();
        let pcscd = Self {
            folder,
            port: port.unwrap(),
            child: None,
        };
        for name in ["run", "readers"] {
            std::fs::create_dir(pcscd.folder.path().join(name)).unwrap();
        }
        let hex = format!("0x{:04X}", pcscd.port);
        let reader = format!(
            "FRIENDLYNAME \"Again\"\nDEVICENAME /dev/null:{hex}\nLIBPATH {}\nCHANNELID {hex}\n",
            driver().display()
        );
        std::fs::write(pcscd.folder.path().join("readers/vpcd"), reader).unwrap();
        Some(pcscd)
    }

    fn start(&mut self) {
        let mut command = Command::new("unshare");
        command
            .args(["-m", "sh", "-c", START, "sh"])
            .arg(self.folder.path());
        command.stdout(Stdio::null()).stderr(Stdio::null());
        self.child = Some(command.spawn().unwrap());
    }

    /// Ends it by a signal, and waits.
    fn end(&mut self, signal: &str) {
        let mut child = self.child.take().unwrap();
        let mut kill = Command::new("kill");
        kill.args(["-s", signal]).arg(child.id().to_string());
        assert!(kill.status().unwrap().success());
        child.wait().unwrap();
    }

    /// A tool that is a client of it.
    fn client(&self, tool: &str) -> Command {
        let mut command = tools::tool(tool);
        command.env(
            "PCSCLITE_CSOCK_NAME",
            self.folder.path().join("run/pcscd.comm"),
        );
        command
    }

    /// What the card answers to GetEID, once it is seen.
    fn asked(&self) -> String {
        let begun = Instant::now();
        loop {
            let mut tool = self.client("opensc-tool");
            tool.args(["-r", "0", "-c", "default"]);
            tool.args(["-s", tools::SELECT, "-s", tools::GET_EID]);
            let output = tool.output().unwrap();
            if output.status.success() {
                return String::from_utf8(output.stdout).unwrap();
            }
            assert!(begun.elapsed() < PATIENCE, "{output:?}");
            std::thread::sleep(Duration::from_millis(200));
        }
    }
}

impl Drop for Pcscd {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().ok();
            child.wait().ok();
        }
    }
}

/// The library of vsmartcard's vpcd.
fn driver() -> std::path::PathBuf {
    let drivers = std::fs::read_dir("/usr/lib/pcsc/drivers/serial").unwrap();
    let mut files = drivers.map(|entry| entry.unwrap().path());
    files
        .find(|path| path.to_string_lossy().contains("libifdvpcd.so."))
        .unwrap()
}

#[test]
fn the_card_comes_back_by_itself_to_a_pcscd_that_starts_again() {
    let Some(mut pcscd) = Pcscd::new() else {
        return;
    };
    let at = format!("127.0.0.1:{}", pcscd.port);
    // the card is there first
    let mut served = Served::controlled(&["--link", &format!("vpcd:{at}")]);
    served.wait_for(&format!("waiting for a reader at {at}: "));
    for signal in ["TERM", "KILL", "TERM"] {
        pcscd.start();
        served.wait_for(&format!("in the reader at {at}"));
        let answer = pcscd.asked();
        assert!(tools::bytes_of(&answer).contains(&tools::eid()), "{answer}");
        pcscd.end(signal);
        served.wait_for(&format!("out of the reader at {at}"));
        // told once, however often it is tried
        served.wait_for(&format!("waiting for a reader at {at}: "));
    }
    // one that was taken out meanwhile does not come
    let mut control = served.control();
    control.done(&json!({ "command": "remove" }));
    pcscd.start();
    let begun = Instant::now();
    loop {
        let listed = pcscd.client("opensc-tool").arg("-l").output().unwrap();
        let listed = String::from_utf8(listed.stdout).unwrap();
        if listed.contains("Again 00 00") {
            assert!(
                tools::row(&listed, "Again 00 00").contains("No"),
                "{listed}"
            );
            break;
        }
        assert!(begun.elapsed() < PATIENCE, "{listed}");
        std::thread::sleep(Duration::from_millis(200));
    }
    control.done(&json!({ "command": "insert" }));
    served.wait_for(&format!("in the reader at {at}"));
    assert!(tools::bytes_of(&pcscd.asked()).contains(&tools::eid()));
}
