// SPDX-License-Identifier: MIT OR Apache-2.0
//! The command in a process of its own.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, Command, Output, Stdio};

use serde_json::{Value, json};

/// Select the ISD-R on the basic channel.
pub(crate) const SELECT: &str = "00A4040410A0000005591010FFFFFFFF890000010000";
pub(crate) const GET_EID: &str = "80E2910006BF3E035C015A00";
pub(crate) const EID: &str = "89049032123451234512345678901235";

pub(crate) fn veuicc(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_veuicc"));
    command.args(arguments).env_remove("RUST_LOG");
    command
}

pub(crate) fn run(arguments: &[&str]) -> Output {
    veuicc(arguments).output().unwrap()
}

/// Exit code, standard output, standard error.
pub(crate) fn told(arguments: &[&str]) -> (i32, String, String) {
    let output = run(arguments);
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (
        output.status.code().unwrap(),
        text(output.stdout),
        text(output.stderr),
    )
}

/// A serving card; it ends with the test.
pub(crate) struct Served {
    pub(crate) child: Child,
    told: Option<BufReader<ChildStderr>>,
    /// For sockets and other names.
    pub(crate) folder: tempfile::TempDir,
}

impl Served {
    /// Serves with these arguments; `@` stands for the folder.
    pub(crate) fn start(arguments: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let at = folder.path().to_str().unwrap();
        let mut child = veuicc(&["serve", "--seed", "1"])
            .args(arguments.iter().map(|it| it.replace('@', at)))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let told = child.stderr.take().map(BufReader::new);
        Self {
            child,
            told,
            folder,
        }
    }

    /// Serves with a control endpoint on `control` in the folder as well, and waits for it.
    pub(crate) fn controlled(arguments: &[&str]) -> Self {
        let mut served = Self::start(&[arguments, &["--control", "unix:@/control"]].concat());
        served.wait_for("control on ");
        served
    }

    /// The rest of the next line on standard error that has this in it.
    pub(crate) fn wait_for(&mut self, text: &str) -> String {
        loop {
            let mut line = String::new();
            let told = self.told.as_mut().unwrap();
            assert_ne!(
                told.read_line(&mut line).unwrap(),
                0,
                "nothing with {text:?}"
            );
            if let Some((_, rest)) = line.split_once(text) {
                return rest.trim_end().to_owned();
            }
        }
    }

    /// Closes the reading end of its standard error.
    pub(crate) fn stop_listening(&mut self) {
        self.told = None;
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn control(&self) -> Control {
        Control::connect(&self.path("control"))
    }

    /// A signal by its name.
    pub(crate) fn signal(&self, name: &str) {
        let mut kill = Command::new("kill");
        kill.args(["-s", name]).arg(self.child.id().to_string());
        assert!(kill.status().unwrap().success());
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// A connection to a control endpoint.
pub(crate) struct Control(BufReader<UnixStream>);

impl Control {
    fn connect(path: &Path) -> Self {
        Self(BufReader::new(UnixStream::connect(path).unwrap()))
    }

    /// Sends a line and returns the answer.
    pub(crate) fn line(&mut self, line: &[u8]) -> Value {
        self.0.get_mut().write_all(line).unwrap();
        self.0.get_mut().write_all(b"\n").unwrap();
        let mut answer = String::new();
        self.0.read_line(&mut answer).unwrap();
        serde_json::from_str(&answer).unwrap()
    }

    pub(crate) fn ask(&mut self, request: &Value) -> Value {
        self.line(request.to_string().as_bytes())
    }

    /// Asks what has to be done.
    pub(crate) fn done(&mut self, request: &Value) -> Value {
        let answer = self.ask(request);
        assert_eq!(answer["ok"], true, "{request}: {answer}");
        answer
    }

    /// Installs the test package and enables it.
    pub(crate) fn install(&mut self) -> Value {
        let package = hex::encode(package());
        self.done(&json!({ "command": "install", "package": package, "enable": true }))
    }
}

/// A profile with a USIM: IMSI 001010000000002, PIN 1234.
pub(crate) fn package() -> Vec<u8> {
    let elements: Vec<Value> =
        serde_saphyr::from_str(include_str!("../uicc/package.yaml")).unwrap();
    rsp::package::build(&elements).unwrap()
}
