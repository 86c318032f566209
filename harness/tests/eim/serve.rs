// SPDX-License-Identifier: MIT OR Apache-2.0
//! `harness eim serve` as a process: killed at any moment and started again, it has forgotten
//! nothing that it said, and a card executes everything once.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};

use certs::{Role, TEST_EID};
use harness::wire::esipa_client::Client;
use harness::wire::net::Resolver;
use harness::wire::tls::Trust;
use rsp::der::{decode, encode};
use rsp::ecdsa::Curve;
use rsp::env::{Env as _, SystemEnv};
use rsp::sgp32::*;
use serde_json::{Value, json};
use veuicc::Card;
use veuicc::terminal::Terminal;

use crate::api::{eid, http};
use crate::kit::{EIM_ID, acknowledged, pki, sequence_number};

struct Process {
    child: Child,
    esipa: SocketAddr,
    api: SocketAddr,
}

impl Drop for Process {
    fn drop(&mut self) {
        // it may have ended already
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn command(folder: &Path, more: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_harness"));
    command
        .args([
            "eim",
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--api",
            "127.0.0.1:0",
        ])
        .args(["--counter", "127", "--token", "200", "--db"])
        .arg(folder.join("eim.redb"))
        .args(more)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    command
}

impl Process {
    fn start(folder: &Path) -> Self {
        Self::start_with(folder, &[])
    }

    /// Starts it and waits until it has said where it is.
    fn start_with(folder: &Path, more: &[&str]) -> Self {
        let mut child = command(folder, more).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut address = |scheme: &str| {
            let line = lines.next().unwrap().unwrap();
            let (_, rest) = line.split_once(scheme).unwrap();
            rest.split('/').next().unwrap().parse().unwrap()
        };
        let (esipa, api) = (address("https://"), address("http://"));
        Self { child, esipa, api }
    }

    fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    #[cfg(unix)]
    fn terminate(mut self) -> ExitStatus {
        let id = self.child.id().to_string();
        assert!(
            Command::new("kill")
                .args(["-TERM", &id])
                .status()
                .unwrap()
                .success()
        );
        self.child.wait().unwrap()
    }

    fn client(&self) -> Client {
        let ci = pki()
            .credential(Role::Ci, Curve::NistP256)
            .unwrap()
            .certificate
            .clone();
        let resolver = Resolver::new();
        resolver.insert(EIM_ID, self.esipa);
        let now = SystemEnv::new().unwrap().now();
        Client::new(EIM_ID, resolver, &Trust::Roots(vec![ci]), now).unwrap()
    }

    async fn send<Q: rasn::Encode, R: rasn::Decode>(&self, request: &Q) -> R {
        let answer = self.client().post(encode(request).unwrap()).await.unwrap();
        decode(&answer).unwrap()
    }

    async fn fetch(&self) -> EuiccPackageRequest {
        match self.send(&poll()).await {
            GetEimPackageResponse::EuiccPackageRequest(request) => request,
            other => panic!("expected an eUICC package, got {other:?}"),
        }
    }

    async fn provide(&self, result: &EuiccPackageResult) -> Vec<i64> {
        acknowledged(&self.send(&provided(result)).await)
    }

    async fn order(&self) -> String {
        let order = json!({ "eid": eid(), "psmo": [{ "listProfileInfo": {} }] });
        let (status, body) = http(self.api, "POST", "/orders", Some(&order)).await;
        assert_eq!(status, 201, "{body}");
        let told: Value = serde_json::from_str(&body).unwrap();
        told["id"].as_str().unwrap().to_owned()
    }

    async fn get(&self, path: &str) -> Value {
        let (status, body) = http(self.api, "GET", path, None).await;
        assert_eq!(status, 200, "{body}");
        serde_json::from_str(&body).unwrap()
    }
}

fn poll() -> GetEimPackageRequest {
    GetEimPackageRequest {
        eid_value: TEST_EID.into(),
        ..Default::default()
    }
}

fn provided(result: &EuiccPackageResult) -> ProvideEimPackageResult {
    ProvideEimPackageResult {
        eid_value: Some(TEST_EID.into()),
        eim_package_result: EimPackageResult::EuiccPackageResult(result.clone()),
        additions: Default::default(),
    }
}

/// A card that is associated with the eIM of the process: the PKI gives both the same keys.
async fn card() -> Terminal<Card> {
    crate::kit::Bench::new().await.card
}

fn execute(card: &mut Terminal<Card>, request: &EuiccPackageRequest) -> EuiccPackageResult {
    decode(&card.es10(&encode(request).unwrap()).unwrap()).unwrap()
}

#[tokio::test]
async fn killed_between_any_two_steps_it_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let mut card = card().await;
    let process = Process::start(folder.path());
    let order = process.order().await;
    process.kill();
    let process = Process::start(folder.path());
    let request = process.fetch().await;
    process.kill();
    let process = Process::start(folder.path());
    assert_eq!(process.fetch().await, request, "no second counter");
    let result = execute(&mut card, &request);
    let number = sequence_number(&result);
    assert_eq!(process.provide(&result).await, [number]);
    process.kill();
    let process = Process::start(folder.path());
    let path = format!("/orders/{order}");
    assert_eq!(process.get(&path).await["status"], "done");
    assert_eq!(
        process.provide(&result).await,
        [number],
        "acknowledged again"
    );
    let next = process.order().await;
    let request = process.fetch().await;
    assert_eq!(request.euicc_package_signed.counter_value, 0x81);
    let result = execute(&mut card, &request);
    process.provide(&result).await;
    assert_eq!(
        process.get(&format!("/orders/{next}")).await["status"],
        "done"
    );
}

/// Sends a message and kills the process at once, so that it dies at whatever point it has come
/// to; tells whether an answer came.
async fn killed_amid(process: Process, message: Vec<u8>, turns: usize) -> bool {
    let client = process.client();
    let sent = tokio::spawn(async move { client.post(message).await.is_ok() });
    // each number of turns lets it come a little further
    for _ in 0..turns {
        tokio::task::yield_now().await;
        std::hint::black_box(http(process.api, "GET", "/health", None).await);
    }
    process.kill();
    sent.await.unwrap()
}

#[tokio::test]
async fn killed_in_the_middle_of_a_message_nothing_is_lost_or_done_twice() {
    let folder = tempfile::tempdir().unwrap();
    let mut card = card().await;
    for turns in 0..6 {
        let process = Process::start(folder.path());
        let order = process.order().await;
        killed_amid(process, encode(&poll()).unwrap(), turns).await;
        let process = Process::start(folder.path());
        let request = process.fetch().await;
        let result = execute(&mut card, &request);
        let number = sequence_number(&result);
        killed_amid(process, encode(&provided(&result)).unwrap(), turns).await;
        let process = Process::start(folder.path());
        // an acknowledgement that did not arrive is asked for again
        assert_eq!(process.provide(&result).await, [number]);
        assert_eq!(
            process.get(&format!("/orders/{order}")).await["status"],
            "done"
        );
        let idle = GetEimPackageResponse::EimPackageError(
            GetEimPackageResponseEimPackageError::NO_EIM_PACKAGE_AVAILABLE,
        );
        assert_eq!(
            process.send::<_, GetEimPackageResponse>(&poll()).await,
            idle
        );
    }
}

#[cfg(unix)]
#[tokio::test]
async fn it_ends_in_order_when_it_is_asked_to() {
    let folder = tempfile::tempdir().unwrap();
    let process = Process::start(folder.path());
    let order = process.order().await;
    assert!(process.terminate().success());
    let process = Process::start(folder.path());
    assert_eq!(
        process.get(&format!("/orders/{order}")).await["status"],
        "waiting"
    );
}

#[tokio::test]
async fn the_orders_of_its_options_are_taken_once() {
    let folder = tempfile::tempdir().unwrap();
    let options = ["--order", "enable:8988100000000000015"];
    for _ in 0..2 {
        let process = Process::start_with(folder.path(), &options);
        assert_eq!(process.get("/orders").await["total"], 1);
    }
}

#[tokio::test]
async fn several_euiccs_come_from_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("euiccs.toml");
    let text = format!(
        "[[euicc]]\neid = \"{}\"\ncounterValue = 5\norders = [{{ psmo = [{{ getRAT = {{}} }}] }}]\n\
         [[euicc]]\neid = \"89044045118427484800000000011736\"\ncertificates = \"learn\"\n",
        eid()
    );
    std::fs::write(&file, text).unwrap();
    let path = file.to_str().unwrap();
    let process = Process::start_with(folder.path(), &["--euiccs", path]);
    let euiccs = process.get("/euiccs").await;
    let told: Vec<_> = euiccs
        .as_array()
        .unwrap()
        .iter()
        .map(|it| (it["counterValue"].clone(), it["certified"].clone()))
        .collect();
    assert_eq!(told, [(json!(5), json!(true)), (json!(0), json!(false))]);
    assert_eq!(process.fetch().await.euicc_package_signed.counter_value, 6);
    std::fs::write(&file, "[[euicc]]\neid = \"12\"\n").unwrap();
    let other = tempfile::tempdir().unwrap();
    let failed = command(other.path(), &["--euiccs", path]).output().unwrap();
    assert_eq!(failed.status.code(), Some(2));
}
