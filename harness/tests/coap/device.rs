// SPDX-License-Identifier: MIT OR Apache-2.0
//! A device with its card, its eIM and an SM-DP+: everything real.

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use certs::{Credential, Curve, Pki, Role, TEST_EID};
use harness::eim::{Eim, roots};
use harness::fixture::Fixtures;
use harness::iut::{
    CardLink, EimEnvironment, EuiccCertificates, IpaEnvironment, IpaSettings, KnownEuicc, LinkError,
};
use harness::wire::binding::Binding;
use harness::wire::coap::{CoapServer, Settings};
use harness::wire::net::Resolver;
use rsp::env::SeededEnv;
use serde_json::json;
use smdp::config::{MetadataConfig, OrderConfig};
use smdp::http::{Limits, TlsVersions};
use smdp::{Config, Credentials, Entity, Profiles, SmDp, SmDpService};
use tokio::net::{TcpListener, UdpSocket};
use veuicc::{Card, CardConfig, Reset};

use crate::{HOST, identity};

const SMDP: &str = "smdp1.test.example";
const MATCHING_ID: &str = "LARGE";

/// A card that several can hold.
pub(crate) struct Shared(Mutex<Card>);

impl CardLink for Shared {
    fn transmit(&self, command: &[u8]) -> Result<Vec<u8>, LinkError> {
        Ok(self.0.lock().unwrap().transmit(command))
    }

    fn reset(&self) -> Result<Vec<u8>, LinkError> {
        Ok(self.0.lock().unwrap().reset(Reset::Cold))
    }
}

/// Everybody, started.
pub(crate) struct World {
    pub(crate) card: Arc<Shared>,
    pub(crate) eim: Arc<Eim>,
    pub(crate) resolver: Resolver,
    pki: Pki,
    _smdp: smdp::http::Server,
    _coap: CoapServer,
}

/// What the card trusts its eIM by.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Anchor {
    Certificate,
    Ca,
    PublicKey,
}

impl World {
    /// A card without profiles, and a server that has the package `profile` for it.
    pub(crate) async fn new(profile: &smdp::Profile, anchor: Anchor, coap: Settings) -> Self {
        let pki = Pki::seeded(1).unwrap();
        let resolver = Resolver::new();
        let card = card(&pki, anchor);
        let smdp = serve_profile(&pki, profile, &resolver).await;
        let eim = eim(&pki, resolver.clone()).await;
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        resolver.insert(HOST, socket.local_addr().unwrap());
        let coap = eim.serve_coap(socket, coap).unwrap();
        Self {
            card,
            eim,
            resolver,
            pki,
            _smdp: smdp,
            _coap: coap,
        }
    }

    /// The activation code of the profile.
    pub(crate) fn activation_code() -> String {
        format!("1${SMDP}${MATCHING_ID}")
    }

    /// Runs the IPA until its eIM has nothing more to do.
    pub(crate) async fn run(&self, coap: Settings) -> Result<(), harness::ipa::Error> {
        let environment = self.device(Binding::Coap, coap);
        Box::pin(harness::ipa::run(environment)).await
    }

    /// What an IPA on this card is given.
    pub(crate) fn device(&self, binding: Binding, coap: Settings) -> IpaEnvironment {
        IpaEnvironment {
            card: self.card.clone(),
            resolver: self.resolver.clone(),
            roots: roots(&self.pki),
            env: Box::new(SeededEnv::new(1, "ipa")),
            timeout: Duration::from_secs(20),
            settings: IpaSettings {
                binding,
                coap,
                ..IpaSettings::default()
            },
        }
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
}

/// A package of the fixtures; nothing where a published one is not on this machine.
pub(crate) fn package(name: &str) -> Option<smdp::Profile> {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("../testcases");
    match Fixtures::new(&cases).profile(name) {
        Ok(profile) => Some(profile),
        Err(error) => {
            assert!(std::env::var_os("CI").is_none(), "{error}");
            eprintln!("left out: {error}");
            None
        }
    }
}

fn card(pki: &Pki, anchor: Anchor) -> Arc<Shared> {
    let config = CardConfig::from_pki(pki, TEST_EID).unwrap();
    let mut card = Card::new(config, Box::new(SeededEnv::new(1, "card")));
    let configuration = configuration(pki, anchor);
    card.edit_state(|state| {
        state.eims.push(veuicc::Eim {
            eim_id: HOST.to_owned(),
            counter_value: 0,
            association_token: None,
            configuration,
        });
    })
    .unwrap();
    Arc::new(Shared(Mutex::new(card)))
}

fn tls(pki: &Pki) -> Credential {
    pki.issue_tls(Role::EimTls, &[HOST], Curve::NistP256)
        .unwrap()
}

fn configuration(pki: &Pki, anchor: Anchor) -> Vec<u8> {
    let signing = pki.issue_eim_signing(HOST, Curve::NistP256).unwrap();
    let tls = tls(pki);
    let ci = pki.credential(Role::Ci, Curve::NistP256).unwrap();
    let trusted = match anchor {
        Anchor::Certificate => json!({"trustedCertificateTls": hex::encode(&tls.certificate)}),
        Anchor::Ca => json!({"trustedCertificateTls": hex::encode(&ci.certificate)}),
        Anchor::PublicKey => {
            json!({"trustedEimPkTls": hex::encode(tls.key.public_key().to_spki())})
        }
    };
    let value = json!({
        "eimId": HOST,
        "eimFqdn": HOST,
        "eimIdType": "eimIdTypeFqdn",
        "counterValue": 0,
        "eimPublicKeyData": {"eimPublicKey": hex::encode(signing.key.public_key().to_spki())},
        "trustedPublicKeyDataTls": trusted,
        "eimSupportedProtocol": ["eimRetrieveCoaps"],
        "euiccCiPKId": hex::encode(pki.ci_key_id(Curve::NistP256).unwrap()),
        "indirectProfileDownload": {},
    });
    rsp::schema::from_value("EimConfigurationData", &value).unwrap()
}

async fn serve_profile(
    pki: &Pki,
    profile: &smdp::Profile,
    resolver: &Resolver,
) -> smdp::http::Server {
    let credentials = Credentials::from_pki(pki, Entity::First, &[SMDP]).unwrap();
    let config = Config {
        address: SMDP.to_owned(),
        ..Config::default()
    };
    let mut smdp = SmDp::new(config, credentials.clone());
    let mut profiles = Profiles::default();
    profiles.insert("large", profile.clone());
    let order = OrderConfig {
        profile: "large".into(),
        matching_id: MATCHING_ID.to_owned(),
        metadata: MetadataConfig {
            profile_name: "Large".to_owned(),
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

async fn eim(pki: &Pki, resolver: Resolver) -> Arc<Eim> {
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
            counter_value: 0,
            association_token: None,
            certificates: Some(EuiccCertificates {
                euicc: pki.issue_euicc(&TEST_EID, curve).unwrap().certificate,
                eum: pki.eum_for(&TEST_EID, curve).unwrap().certificate,
            }),
        }],
        env: Box::new(SeededEnv::new(1, "eim")),
        timeout: Duration::from_secs(10),
        settings: Default::default(),
    })
    .unwrap()
}
