// SPDX-License-Identifier: MIT OR Apache-2.0
//! A running `smdp serve`, its lines, and its administration over plain HTTP.

use std::io::{BufRead, BufReader, Lines, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

use serde_json::Value;

/// How long somebody waits before the test fails.
pub(super) const PATIENCE: Duration = Duration::from_secs(60);

/// `smdp serve` with its outputs caught.
pub(super) fn smdp(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_smdp"));
    command.arg("serve").args(arguments).env_remove("RUST_LOG");
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// A package with a header and nothing to install.
pub(super) fn package() -> Vec<u8> {
    let mut package = hex::decode("A015800102810103820154830A89000123456789012341A500").unwrap();
    package[1] = u8::try_from(package.len() - 2).unwrap();
    package
}

/// A running server. It ends with the test.
pub(super) struct Smdp {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Smdp {
    /// Starts a server; its lines are there to be read.
    #[track_caller]
    pub(super) fn start(arguments: &[&str]) -> Self {
        let mut child = smdp(arguments).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, lines }
    }

    /// The next line on standard output.
    #[track_caller]
    pub(super) fn line(&mut self) -> String {
        match self.lines.next() {
            Some(line) => line.unwrap(),
            None => panic!("expected a line, got the end: {}", self.errors()),
        }
    }

    /// The address of the next listener.
    #[track_caller]
    pub(super) fn es9(&mut self) -> SocketAddr {
        let line = self.line();
        let address = line.strip_prefix("listening on ").unwrap_or_default();
        let address = address.split(' ').next().unwrap_or_default();
        address.parse().unwrap_or_else(|_| panic!("{line}"))
    }

    /// The administration, which is announced next.
    #[track_caller]
    pub(super) fn admin(&mut self) -> Admin {
        let line = self.line();
        let address = line.strip_prefix("admin on http://").unwrap_or_default();
        let address = address.trim_end_matches('/').parse();
        Admin(address.unwrap_or_else(|_| panic!("{line}")))
    }

    /// Ends it at once, wherever it is.
    pub(super) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// The number by which somebody else can end it.
    pub(super) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Waits for an end that somebody else has brought about.
    pub(super) fn wait(&mut self) {
        self.child.wait().unwrap();
    }

    /// Asks it to end: its exit code, and what it wrote to standard error.
    pub(super) fn terminate(mut self) -> (Option<i32>, String) {
        signal(self.id(), "TERM");
        let status = self.child.wait().unwrap();
        (status.code(), self.errors())
    }

    fn errors(&mut self) -> String {
        let mut text = String::new();
        if let Some(mut errors) = self.child.stderr.take() {
            errors.read_to_string(&mut text).unwrap();
        }
        text
    }
}

impl Drop for Smdp {
    fn drop(&mut self) {
        // it may have ended already
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Sends a signal to a process of this test.
pub(super) fn signal(id: u32, name: &str) {
    let status = Command::new("kill")
        .args([&format!("-{name}"), &id.to_string()])
        .stderr(Stdio::null())
        .status();
    // a process that ended by itself meanwhile is as good
    drop(status);
}

/// The administration of a server.
#[derive(Debug, Clone, Copy)]
pub(super) struct Admin(pub(super) SocketAddr);

/// One HTTP answer.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) head: String,
    pub(super) body: String,
}

impl Reply {
    #[track_caller]
    pub(super) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("{self:?}"))
    }

    /// The sentence of an error with a status.
    #[track_caller]
    pub(super) fn error(&self, status: u16) -> String {
        assert_eq!(self.status, status, "{self:?}");
        let json = self.json();
        assert_eq!(json.as_object().unwrap().len(), 1, "{json}");
        json["error"].as_str().unwrap().to_owned()
    }
}

impl Admin {
    /// A request with header lines, each ended by `\r\n`.
    #[track_caller]
    pub(super) fn ask(self, method: &str, path: &str, headers: &str, body: &str) -> Reply {
        let mut stream = TcpStream::connect(self.0).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let length = body.len();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nConnection: close\r\nContent-Length: {length}\r\n\
             {headers}\r\n{body}"
        );
        stream.write_all(request.as_bytes()).unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        Reply {
            status: head.split(' ').nth(1).unwrap().parse().unwrap(),
            head: head.to_lowercase(),
            body: body.to_owned(),
        }
    }

    fn host(self) -> String {
        format!("Host: {}\r\n", self.0)
    }

    #[track_caller]
    pub(super) fn get(self, path: &str) -> Reply {
        self.ask("GET", path, &self.host(), "")
    }

    /// A change with a JSON body.
    #[track_caller]
    pub(super) fn send(self, method: &str, path: &str, body: &Value) -> Reply {
        let headers = format!("{}Content-Type: application/json\r\n", self.host());
        self.ask(method, path, &headers, &body.to_string())
    }

    /// The orders, at most a thousand.
    #[track_caller]
    pub(super) fn orders(self) -> Vec<Value> {
        let page = self.get("/api/orders?limit=1000").json();
        page["orders"].as_array().unwrap().clone()
    }
}
