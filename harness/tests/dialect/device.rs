// SPDX-License-Identifier: MIT OR Apache-2.0
//! A device with its card, its eIM and an SM-DP+, everything real, and all that IPA and eIM said.

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use certs::{Credential, Curve, Pki, Role, TEST_EID};
use harness::eim::{Eim, roots};
use harness::fixture::Fixtures;
use harness::iut::{
    CardLink, EimEnvironment, EimSettings, EuiccCertificates, IpaEnvironment, IpaSettings,
    KnownEuicc, LinkError, Order, OrderStatus,
};
use harness::wire::esipa::{Posted, Server, handler};
use harness::wire::net::Resolver;
use harness::wire::tls::{Identity, server_config};
use rsp::dialect::Dialect;
use rsp::env::{Env as _, SeededEnv};
use serde_json::{Value, json};
use smdp::config::{MetadataConfig, OrderConfig};
use smdp::http::{Limits, TlsVersions};
use smdp::{Config, Credentials, Entity, Profiles, SmDp, SmDpService};
use tokio::net::TcpListener;
use veuicc::{Card, CardConfig, Reset};

pub(crate) const HOST: &str = "eim1.test.example";
const SMDP: &str = "smdp1.test.example";
const MATCHING_ID: &str = "OLD";
/// The association token: one that needs a leading zero in DER.
pub(crate) const TOKEN: i64 = 200;

/// A card that several can hold.
struct Shared(Mutex<Card>);

impl CardLink for Shared {
    fn transmit(&self, command: &[u8]) -> Result<Vec<u8>, LinkError> {
        Ok(self.0.lock().unwrap().transmit(command))
    }

    fn reset(&self) -> Result<Vec<u8>, LinkError> {
        Ok(self.0.lock().unwrap().reset(Reset::Cold))
    }
}

/// A message of the IPA, and the answer.
pub(crate) type Exchange = (Vec<u8>, Vec<u8>);

/// Everybody, started.
pub(crate) struct World {
    card: Arc<Shared>,
    pub(crate) eim: Arc<Eim>,
    resolver: Resolver,
    pki: Pki,
    said: Arc<Mutex<Vec<Exchange>>>,
    _servers: (smdp::http::Server, Server),
}

impl World {
    /// A card of that version without profiles, and an eIM with these settings.
    pub(crate) async fn new(dialect: Dialect, settings: EimSettings) -> Self {
        let pki = Pki::seeded(1).unwrap();
        let resolver = Resolver::new();
        let eim = eim(&pki, resolver.clone(), settings).await;
        let said = Arc::new(Mutex::new(Vec::new()));
        let (to, log) = (eim.clone(), said.clone());
        let handle = move |posted: Posted| {
            let (to, log) = (to.clone(), log.clone());
            async move {
                let answer = to.handle(&posted.body).await;
                log.lock().unwrap().push((posted.body, answer.clone()));
                answer
            }
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        resolver.insert(HOST, listener.local_addr().unwrap());
        let now = SeededEnv::new(1, "clock").now();
        let tls = server_config(&identity(&tls(&pki)), now).unwrap();
        let esipa = Server::start(listener, tls, handler(handle));
        let smdp = serve_profile(&pki, &resolver).await;
        Self {
            card: card(&pki, dialect),
            eim,
            resolver,
            pki,
            said,
            _servers: (smdp, esipa),
        }
    }

    /// The activation code of the profile.
    pub(crate) fn activation_code() -> String {
        format!("1${SMDP}${MATCHING_ID}")
    }

    /// Orders an `EuiccPackage`.
    pub(crate) fn order_package(&self, value: &Value) -> String {
        let package = rsp::schema::from_value("EuiccPackage", value).unwrap();
        self.order(Order::EuiccPackage(package))
    }

    /// Orders something for the card.
    pub(crate) fn order(&self, order: Order) -> String {
        self.eim.order(TEST_EID, order).unwrap()
    }

    pub(crate) fn status(&self, order: &str) -> OrderStatus {
        self.eim.order_status(order).unwrap()
    }

    /// Runs the IPA until its eIM has nothing more to do; returns what was said.
    pub(crate) async fn run(&self, dialect: Option<Dialect>) -> Vec<Exchange> {
        harness::ipa::run(IpaEnvironment {
            card: self.card.clone(),
            resolver: self.resolver.clone(),
            roots: roots(&self.pki),
            env: Box::new(SeededEnv::new(1, "ipa")),
            timeout: Duration::from_secs(20),
            settings: IpaSettings {
                dialect,
                ..IpaSettings::default()
            },
        })
        .await
        .unwrap();
        std::mem::take(&mut *self.said.lock().unwrap())
    }

    /// ICCIDs of the installed profiles, and whether each is enabled.
    pub(crate) fn profiles(&self) -> Vec<(Vec<u8>, bool)> {
        let card = self.card.0.lock().unwrap();
        let profiles = card.state().profiles.iter();
        profiles
            .map(|profile| {
                let enabled = profile.state == veuicc::ProfileState::Enabled;
                (profile.metadata.iccid.to_vec(), enabled)
            })
            .collect()
    }

    /// How many notifications and results wait on the card.
    pub(crate) fn pending(&self) -> usize {
        self.card.0.lock().unwrap().state().pending.len()
    }
}

/// The first exchange whose request begins with this tag.
pub(crate) fn exchange<'a>(said: &'a [Exchange], tag: &[u8]) -> &'a Exchange {
    let mut found = said.iter().filter(|(request, _)| request.starts_with(tag));
    found.next().unwrap()
}

fn identity(credential: &Credential) -> Identity {
    Identity {
        chain: vec![credential.certificate.clone()],
        key: credential.key_der().unwrap(),
    }
}

fn tls(pki: &Pki) -> Credential {
    pki.issue_tls(Role::EimTls, &[HOST], Curve::NistP256)
        .unwrap()
}

fn card(pki: &Pki, dialect: Dialect) -> Arc<Shared> {
    let config = CardConfig::from_pki(pki, TEST_EID).unwrap();
    let config = config.with_dialect(dialect);
    let mut card = Card::new(config, Box::new(SeededEnv::new(1, "card")));
    let signing = pki.issue_eim_signing(HOST, Curve::NistP256).unwrap();
    let value = json!({
        "eimId": HOST,
        "eimFqdn": HOST,
        "eimIdType": "eimIdTypeFqdn",
        "counterValue": 0,
        "associationToken": TOKEN,
        "eimPublicKeyData": {"eimPublicKey": hex::encode(signing.key.public_key().to_spki())},
        "trustedPublicKeyDataTls": {"trustedCertificateTls": hex::encode(&tls(pki).certificate)},
        "eimSupportedProtocol": ["eimRetrieveHttps"],
        "euiccCiPKId": hex::encode(pki.ci_key_id(Curve::NistP256).unwrap()),
    });
    let configuration = rsp::schema::from_value("EimConfigurationData", &value).unwrap();
    card.edit_state(|state| {
        state.eims.push(veuicc::Eim {
            eim_id: HOST.to_owned(),
            counter_value: 0,
            association_token: Some(TOKEN),
            configuration,
        });
        state.next_association_token = TOKEN + 1;
    })
    .unwrap();
    Arc::new(Shared(Mutex::new(card)))
}

async fn serve_profile(pki: &Pki, resolver: &Resolver) -> smdp::http::Server {
    let credentials = Credentials::from_pki(pki, Entity::First, &[SMDP]).unwrap();
    let config = Config {
        address: SMDP.to_owned(),
        ..Config::default()
    };
    let mut smdp = SmDp::new(config, credentials.clone());
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("../testcases");
    let profile = Fixtures::new(&cases).profile("operational").unwrap();
    let mut profiles = Profiles::default();
    profiles.insert("operational", profile);
    let order = OrderConfig {
        profile: "operational".into(),
        matching_id: MATCHING_ID.to_owned(),
        metadata: MetadataConfig {
            profile_name: "Operational".to_owned(),
            ..MetadataConfig::default()
        },
        ..OrderConfig::default()
    };
    smdp.add_order(&order, &profiles).unwrap();
    let service = Arc::new(SmDpService::new(smdp, Box::new(SeededEnv::new(1, "smdp"))));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    resolver.insert(SMDP, listener.local_addr().unwrap());
    let tls = smdp::http::server_config(&credentials.tls, TlsVersions::Both, None).unwrap();
    smdp::http::serve(listener, service, tls, Limits::default()).unwrap()
}

async fn eim(pki: &Pki, resolver: Resolver, settings: EimSettings) -> Arc<Eim> {
    let curve = Curve::NistP256;
    Eim::new(EimEnvironment {
        eim_id: HOST.to_owned(),
        signing: pki.issue_eim_signing(HOST, curve).unwrap(),
        tls: identity(&tls(pki)),
        listener: TcpListener::bind("127.0.0.1:0").await.unwrap(),
        resolver,
        roots: roots(pki),
        euiccs: vec![KnownEuicc {
            eid: TEST_EID,
            counter_value: 0x7F,
            association_token: Some(TOKEN),
            certificates: Some(EuiccCertificates {
                euicc: pki.issue_euicc(&TEST_EID, curve).unwrap().certificate,
                eum: pki.eum_for(&TEST_EID, curve).unwrap().certificate,
            }),
        }],
        env: Box::new(SeededEnv::new(1, "eim")),
        timeout: Duration::from_secs(10),
        settings,
    })
    .unwrap()
}
