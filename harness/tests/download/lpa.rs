// SPDX-License-Identifier: MIT OR Apache-2.0
//! `harness lpa` as somebody uses it: a card behind TCP, servers by name, a command after the other.

use std::net::{SocketAddr, TcpListener as StdListener};
use std::process::{Command, Output};
use std::sync::Arc;

use certs::{Pki, TEST_EID};
use harness::fixture::Fixtures;
use rsp::env::SystemEnv;
use smdp::config::{MetadataConfig, OrderConfig};
use smdp::http::{Limits, TlsVersions};
use smdp::{Config, Credentials, Entity, Profiles, SmDp, SmDpService};
use veuicc::link::{Slot, tcp};
use veuicc::{Card, CardConfig};

const SMDP: &str = "smdp1.test.example";
const ICCID: &str = "8988100000000000015";

struct Table {
    card: SocketAddr,
    smdp: SocketAddr,
    service: Arc<SmDpService>,
    runtime: tokio::runtime::Runtime,
    _server: smdp::http::Server,
}

impl Table {
    fn new() -> Self {
        let pki = Pki::seeded(1).unwrap();
        let config = CardConfig::from_pki(&pki, TEST_EID).unwrap();
        let slot = Slot::new(Card::new(config, Box::new(SystemEnv::new().unwrap())));
        let listener = StdListener::bind(("127.0.0.1", 0)).unwrap();
        let card = listener.local_addr().unwrap();
        std::thread::spawn(move || tcp::serve(&listener, &slot));
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let (service, server) = runtime.block_on(serve(&pki));
        Self {
            card,
            smdp: server.local_addr(),
            service,
            runtime,
            _server: server,
        }
    }

    fn lpa(&self, arguments: &[&str]) -> (i32, String) {
        let output = Command::new(env!("CARGO_BIN_EXE_harness"))
            .arg("lpa")
            .args(arguments)
            .arg("--card")
            .arg(format!("tcp:{}", self.card))
            .arg("--resolve")
            .arg(format!("{SMDP}={}", self.smdp))
            .output()
            .unwrap();
        let Output {
            status,
            stdout,
            stderr,
        } = output;
        let text = String::from_utf8([stdout, stderr].concat()).unwrap();
        (status.code().unwrap(), text)
    }

    fn succeeds(&self, arguments: &[&str], expected: &str) {
        let (code, text) = self.lpa(arguments);
        assert_eq!(code, 0, "{arguments:?}: {text}");
        assert!(
            text.contains(expected),
            "{arguments:?}: expected {expected:?} in {text}"
        );
    }

    fn fails(&self, arguments: &[&str], expected_code: i32, expected: &str) {
        let (code, text) = self.lpa(arguments);
        assert_eq!(code, expected_code, "{arguments:?}: {text}");
        assert!(
            text.contains(expected),
            "{arguments:?}: expected {expected:?} in {text}"
        );
    }
}

async fn serve(pki: &Pki) -> (Arc<SmDpService>, smdp::http::Server) {
    let credentials = Credentials::from_pki(pki, Entity::First, &[SMDP]).unwrap();
    let config = Config {
        address: SMDP.to_owned(),
        ..Config::default()
    };
    let tls = smdp::http::server_config(&credentials.tls, TlsVersions::Both, None).unwrap();
    let mut smdp = SmDp::new(config, credentials);
    let cases = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../testcases");
    let mut profiles = Profiles::default();
    profiles.insert(
        "operational",
        Fixtures::new(&cases).profile("operational").unwrap(),
    );
    let order = OrderConfig {
        profile: "operational".into(),
        matching_id: "LPA-1".to_owned(),
        confirmation_code: Some("2468".to_owned()),
        metadata: MetadataConfig::default(),
        ..OrderConfig::default()
    };
    smdp.add_order(&order, &profiles).unwrap();
    let service = Arc::new(SmDpService::new(smdp, Box::new(SystemEnv::new().unwrap())));
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0))
        .await
        .unwrap();
    let server = smdp::http::serve(listener, service.clone(), tls, Limits::default()).unwrap();
    (service, server)
}

#[test]
fn a_profile_is_downloaded_used_and_deleted() {
    let table = Table::new();
    let code = format!("LPA:1${SMDP}$LPA-1$$1");
    table.succeeds(&["info"], "EID");
    table.succeeds(&["profiles"], "the card has no profile");
    table.succeeds(&["notifications"], "no notification waits");
    table.succeeds(
        &[
            "download",
            &code,
            "--confirmation-code",
            "2468",
            "--keep-notifications",
        ],
        ICCID,
    );
    table.succeeds(&["notifications"], "install");
    table.succeeds(
        &["notifications", "--send"],
        "delivered to smdp1.test.example",
    );
    table.succeeds(&["nickname", ICCID, "mine"], "mine");
    table.succeeds(&["enable", ICCID], "(enable) delivered");
    table.succeeds(&["profiles"], "enabled");
    table.fails(&["delete", ICCID], 1, "profileNotInDisabledState");
    table.succeeds(&["disable", ICCID], "(disable) delivered");
    table.succeeds(&["delete", ICCID], "(delete) delivered");
    table.succeeds(&["profiles"], "the card has no profile");
    table.succeeds(&["default-smdp", SMDP], SMDP);
    table.succeeds(&["default-smdp"], SMDP);
    table.succeeds(&["default-smdp", "--clear"], "none");
}

#[test]
fn exit_codes_tell_whose_fault_it_is() {
    let table = Table::new();
    let code = format!("1${SMDP}$LPA-1");
    table.fails(&["download", "2$x"], 2, "activation code format 1");
    table.fails(&["download"], 2, "no default SM-DP+");
    table.fails(&["download", &code], 1, "confirmation code");
    table.fails(
        &["download", &code, "--confirmation-code", "1"],
        1,
        "8.2.7/3.8",
    );
    table.fails(&["download", &format!("1${SMDP}$OTHER")], 1, "8.2.6/3.8");
    table.fails(&["enable", ICCID], 1, "iccidOrAidNotFound");
    table.fails(&["notifications", "--remove", "9"], 1, "found none");
    table.fails(&["default-smdp", "no host"], 2, "FQDN");
    table
        .service
        .faults()
        .arm("http-no-answer".parse().unwrap())
        .unwrap();
    table.fails(&["download", &code], 3, SMDP);
    drop(table.runtime);
}
