// SPDX-License-Identifier: MIT OR Apache-2.0
//! An eIM in process, and a real card beside it that executes what the eIM hands out.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use certs::{Credential, Pki, Role, TEST_EID};
use harness::defect::EimDefect;
use harness::eim::{Eim, OrderReport, roots};
use harness::fixture::Fixtures;
use harness::iut::{
    EimEnvironment, EimSettings, EuiccCertificates, KnownEuicc, Order, OrderStatus,
};
use harness::wire::net::Resolver;
use harness::wire::tls::Identity;
use rsp::der::{decode, encode};
use rsp::ecdsa::Curve;
use rsp::env::SeededEnv;
use rsp::sgp32::*;
use serde_json::{Value, json};
use veuicc::terminal::{Terminal, TerminalOptions};
use veuicc::{Card, CardConfig, Metadata, ProfileState};

pub(crate) const EIM_ID: &str = "eim1.test.example";
/// The counter that the association begins with: the next one needs a leading zero in DER.
pub(crate) const COUNTER: i64 = 0x7F;
/// The association token: one that needs a leading zero in DER.
pub(crate) const TOKEN: i64 = 200;
/// The first sequence number of the card, which is no order's number.
const SEQUENCE: i64 = 40;
/// The profile that is enabled, and the one that is not.
pub(crate) const ENABLED: &str = "988801000000000020f3";
pub(crate) const DISABLED: &str = "988801000000000010f5";

pub(crate) fn pki() -> Pki {
    Pki::seeded(1).unwrap()
}

pub(crate) fn fixtures() -> Fixtures {
    Fixtures::new(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../testcases"))
}

pub(crate) fn certificates(eid: &[u8; 16]) -> EuiccCertificates {
    let pki = pki();
    let curve = Curve::NistP256;
    EuiccCertificates {
        euicc: pki.issue_euicc(eid, curve).unwrap().certificate,
        eum: pki.eum_for(eid, curve).unwrap().certificate,
    }
}

pub(crate) fn known(eid: [u8; 16]) -> KnownEuicc {
    KnownEuicc {
        eid,
        counter_value: COUNTER,
        association_token: Some(TOKEN),
        certificates: Some(certificates(&eid)),
    }
}

/// An eIM for these eUICCs.
pub(crate) async fn eim(euiccs: Vec<KnownEuicc>, settings: EimSettings) -> Arc<Eim> {
    let pki = pki();
    let curve = Curve::NistP256;
    let tls = pki.credential(Role::EimTls, curve).unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    Eim::new(EimEnvironment {
        eim_id: EIM_ID.to_owned(),
        signing: pki.issue_eim_signing(EIM_ID, curve).unwrap(),
        tls: Identity {
            chain: vec![tls.certificate.clone()],
            key: tls.key_der().unwrap(),
        },
        listener,
        resolver: Resolver::new(),
        roots: roots(&pki),
        euiccs,
        env: Box::new(SeededEnv::new(1, "eim")),
        timeout: Duration::from_secs(5),
        settings,
    })
    .unwrap()
}

/// A card with two profiles that knows the eIM.
pub(crate) fn card(eim: &Eim) -> Terminal<Card> {
    let config = CardConfig::from_pki(&pki(), TEST_EID).unwrap();
    let mut card = Card::new(config, Box::new(SeededEnv::new(1, "card")));
    for (package, enabled) in [("bootstrap", true), ("operational", false)] {
        install(&mut card, package, enabled);
    }
    let told = eim.configuration(None, Some(COUNTER), true).unwrap();
    card.edit_state(|state| {
        state.next_association_token = TOKEN;
        state.next_sequence_number = SEQUENCE;
    })
    .unwrap();
    let request = hex::decode(told["addInitialEimRequest"].as_str().unwrap()).unwrap();
    let mut terminal = Terminal::open(card, TerminalOptions::default()).unwrap();
    let added: AddInitialEimResponse = decode(&terminal.es10(&request).unwrap()).unwrap();
    assert!(
        matches!(added, AddInitialEimResponse::AddInitialEimOk(_)),
        "{added:?}"
    );
    terminal
}

fn install(card: &mut Card, package: &str, enabled: bool) {
    let profile = fixtures().profile(package).unwrap();
    let metadata = Metadata::for_iccid(&profile.iccid(), package);
    let aid = card.install_profile(&profile.package(), metadata).unwrap();
    card.edit_state(|state| {
        for installed in &mut state.profiles {
            if installed.aid == aid && enabled {
                installed.state = ProfileState::Enabled;
            }
            // so that the fallback attribute may go anywhere
            installed.metadata.fallback_allowed = Some(true);
        }
    })
    .unwrap();
}

/// The eIM with its card.
pub(crate) struct Bench {
    pub(crate) eim: Arc<Eim>,
    pub(crate) card: Terminal<Card>,
    pub(crate) euicc: Credential,
}

impl Bench {
    pub(crate) async fn new() -> Self {
        Self::with(EimSettings::default()).await
    }

    pub(crate) async fn with_defect(defect: Option<EimDefect>) -> Self {
        let settings = EimSettings {
            defects: defect.into_iter().collect(),
            ..Default::default()
        };
        Self::with(settings).await
    }

    pub(crate) async fn with(settings: EimSettings) -> Self {
        let eim = eim(vec![known(TEST_EID)], settings).await;
        Self {
            card: card(&eim),
            eim,
            euicc: pki().issue_euicc(&TEST_EID, Curve::NistP256).unwrap(),
        }
    }

    /// Orders PSMOs.
    pub(crate) fn psmo(&self, list: Value) -> String {
        self.package(json!({ "psmoList": list }))
    }

    /// Orders eCOs.
    pub(crate) fn eco(&self, list: Value) -> String {
        self.package(json!({ "ecoList": list }))
    }

    pub(crate) fn package(&self, value: Value) -> String {
        let package = rsp::schema::from_value("EuiccPackage", &value).unwrap();
        let order = Order::EuiccPackage(package);
        self.eim.order(TEST_EID, order).unwrap()
    }

    pub(crate) async fn poll(&self) -> GetEimPackageResponse {
        poll(&self.eim, TEST_EID).await
    }

    /// Fetches an eUICC package, which has to be the next thing.
    pub(crate) async fn fetch(&self) -> EuiccPackageRequest {
        match self.poll().await {
            GetEimPackageResponse::EuiccPackageRequest(request) => request,
            other => panic!("expected an eUICC package, got {other:?}"),
        }
    }

    /// Has the card execute a package.
    pub(crate) fn execute(&mut self, request: &EuiccPackageRequest) -> EuiccPackageResult {
        decode(&self.card.es10(&encode(request).unwrap()).unwrap()).unwrap()
    }

    pub(crate) async fn provide(
        &self,
        result: EuiccPackageResult,
    ) -> ProvideEimPackageResultResponse {
        let result = EimPackageResult::EuiccPackageResult(result);
        provide(&self.eim, Some(TEST_EID), result).await
    }

    /// Fetches, executes and delivers one package; returns what was acknowledged.
    pub(crate) async fn round(&mut self) -> Vec<i64> {
        let request = self.fetch().await;
        let result = self.execute(&request);
        acknowledged(&self.provide(result).await)
    }

    pub(crate) fn status(&self, id: &str) -> OrderStatus {
        self.eim.order_status(id).unwrap()
    }

    pub(crate) fn report(&self, id: &str) -> OrderReport {
        self.eim.order_report(id).unwrap()
    }

    /// The operations of an order, as `name text`.
    pub(crate) fn told(&self, id: &str) -> Vec<String> {
        let operations = self.report(id).operations;
        operations
            .iter()
            .map(|it| format!("{} {}", it.name, it.text))
            .collect()
    }
}

pub(crate) async fn send<Q: rasn::Encode, R: rasn::Decode>(eim: &Eim, request: &Q) -> R {
    decode(&eim.handle(&encode(request).unwrap()).await).unwrap()
}

pub(crate) async fn poll(eim: &Eim, eid: [u8; 16]) -> GetEimPackageResponse {
    let request = GetEimPackageRequest {
        eid_value: eid.into(),
        ..Default::default()
    };
    send(eim, &request).await
}

pub(crate) async fn provide(
    eim: &Eim,
    eid: Option<[u8; 16]>,
    eim_package_result: EimPackageResult,
) -> ProvideEimPackageResultResponse {
    let message = ProvideEimPackageResult {
        eid_value: eid.map(Into::into),
        eim_package_result,
        additions: Default::default(),
    };
    send(eim, &message).await
}

/// The sequence numbers of an answer.
pub(crate) fn acknowledged(response: &ProvideEimPackageResultResponse) -> Vec<i64> {
    match response {
        ProvideEimPackageResultResponse::EimAcknowledgements(list) => {
            list.0.iter().map(|number| number.0).collect()
        }
        ProvideEimPackageResultResponse::EmptyResponse(_) => Vec::new(),
        ProvideEimPackageResultResponse::ProvideEimPackageResultError(code) => {
            panic!("expected acknowledgements, got {code}")
        }
    }
}

/// The sequence number of a signed result.
pub(crate) fn sequence_number(result: &EuiccPackageResult) -> i64 {
    match result {
        EuiccPackageResult::EuiccPackageResultSigned(signed) => {
            signed.euicc_package_result_data_signed.seq_number
        }
        other => panic!("expected a signed result, got {other:?}"),
    }
}
