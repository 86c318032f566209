// SPDX-License-Identifier: MIT OR Apache-2.0
//! `smdp serve` and a thousand clients that say nothing. A program of its own, as its sockets are
//! nearly all that a process may open by default.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use certs::{Curve, Pki, Role};
use rsp::env::Clock;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use smdp::http::TlsClock;

type Wire = StreamOwned<ClientConnection, TcpStream>;

/// The clients that are idle.
const IDLE: usize = 1000;
/// The connections that `smdp serve` keeps.
const KEPT: usize = 512;

struct Server {
    process: Child,
    address: SocketAddr,
    client: Arc<ClientConfig>,
}

impl Server {
    fn start() -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_smdp"))
            .args(["serve", "--listen", "127.0.0.1:0", "--seed", "1"])
            .env_remove("RUST_LOG")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let listening = lines
            .map_while(Result::ok)
            .find_map(|line| {
                let rest = line.strip_prefix("listening on ")?;
                rest.split(' ').next()?.parse().ok()
            })
            .unwrap();
        let pki = Pki::seeded(1).unwrap();
        let ci = pki.credential(Role::Ci, Curve::NistP256).unwrap();
        let mut roots = RootCertStore::empty();
        roots
            .add(CertificateDer::from(ci.certificate.clone()))
            .unwrap();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let clock = Arc::new(TlsClock(Clock::default()));
        let client = ClientConfig::builder_with_details(provider, clock)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        Self {
            process,
            address: listening,
            client: Arc::new(client),
        }
    }

    fn connect(&self) -> Wire {
        let stream = TcpStream::connect(self.address).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(20)))
            .unwrap();
        let name = ServerName::try_from("127.0.0.1").unwrap();
        let connection = ClientConnection::new(Arc::clone(&self.client), name).unwrap();
        let mut stream = StreamOwned::new(connection, stream);
        while stream.conn.is_handshaking() {
            stream.conn.complete_io(&mut stream.sock).unwrap();
        }
        stream
    }

    /// Resident memory in bytes, where the system tells.
    fn memory(&self) -> Option<usize> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id()));
        let line = status.ok()?;
        let line = line.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
        let kib: usize = line.trim().strip_suffix(" kB")?.trim().parse().ok()?;
        Some(kib * 1024)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The status of the answer to a request.
fn ask(stream: &mut Wire) -> String {
    let request = "POST /gsma/rsp2/es9plus/cancelSession HTTP/1.1\r\nhost: x\r\n\
                   content-length: 2\r\n\r\n{}";
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = [0; 1024];
    let length = stream.read(&mut answer).unwrap();
    String::from_utf8_lossy(&answer[..length.min(12)]).into_owned()
}

/// Whether the server has not closed a connection.
fn is_open(stream: &Wire) -> bool {
    stream.sock.set_nonblocking(true).unwrap();
    let mut buffer = [0; 4096];
    loop {
        match (&stream.sock).read(&mut buffer) {
            Ok(0) => return false,
            Ok(_) => {}
            Err(error) => return error.kind() == ErrorKind::WouldBlock,
        }
    }
}

#[test]
fn a_thousand_idle_connections_leave_room_for_the_next() {
    let server = Server::start();
    assert_eq!(ask(&mut server.connect()), "HTTP/1.1 200");
    let before = server.memory();
    let mut idle: Vec<_> = (0..IDLE).map(|_| server.connect()).collect();
    let start = Instant::now();
    assert_eq!(ask(&mut server.connect()), "HTTP/1.1 200");
    assert!(
        start.elapsed() < Duration::from_secs(10),
        "{:?}",
        start.elapsed()
    );
    let open = idle.iter().filter(|stream| is_open(stream)).count();
    assert!(open <= KEPT, "{open}");
    if let (Some(before), Some(after)) = (before, server.memory()) {
        let each = after.saturating_sub(before) / KEPT;
        println!("{before} bytes before, {after} bytes after: {each} for each connection kept");
        assert!(each < 256 << 10, "{each} bytes for each connection");
    }
    // the latest is still there, and so is the server when all are gone
    let mut latest = idle.pop().unwrap();
    latest.sock.set_nonblocking(false).unwrap();
    assert_eq!(ask(&mut latest), "HTTP/1.1 200");
    drop(idle);
    assert_eq!(ask(&mut server.connect()), "HTTP/1.1 200");
}
