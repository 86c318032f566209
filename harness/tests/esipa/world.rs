// SPDX-License-Identifier: MIT OR Apache-2.0
//! A card, its IPA, its eIM and an SM-DP+, all real, joined by one binding in one wire version; and a
//! record of what went over ESipa.

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use certs::{Credential, Curve, Pki, Role, TEST_EID};
use harness::defect::{Defects, EimDefect, IpaDefect};
use harness::eim::{Eim, roots};
use harness::fixture::Fixtures;
use harness::iut::{
    CardLink, EimEnvironment, EimSettings, EuiccCertificates, IndirectDownload, IpaEnvironment,
    IpaSettings, KnownEuicc, LinkError, Order, OrderStatus,
};
use harness::wire::binding::Binding;
use harness::wire::coap::{CoapServer, Settings};
use harness::wire::esipa::{ADMIN_PROTOCOL, Handler, Manner, Server, handler};
use harness::wire::http::header;
use harness::wire::net::Resolver;
use harness::wire::tls::{Identity, server_config};
use rsp::dialect::Dialect;
use rsp::env::{Env as _, SeededEnv};
use rsp::json::esipa::Function;
use rsp::sgp32::*;
use serde_json::json;
use smdp::config::{MetadataConfig, OrderConfig};
use smdp::http::{Limits, TlsVersions};
use smdp::{Config, Credentials, Entity, Profiles, SmDp, SmDpService};
use tokio::net::{TcpListener, UdpSocket};
use veuicc::{Card, CardConfig, Reset};

use crate::{HOST, SMDP};

/// MatchingIDs of a profile, and of one for which nobody has the confirmation code.
pub(crate) const PLAIN: &str = "PLAIN";
pub(crate) const CODED: &str = "CODED";

/// One exchange of ESipa.
#[derive(Clone, Debug)]
pub(crate) struct Exchange {
    pub(crate) binding: Binding,
    pub(crate) version: Option<String>,
    pub(crate) agent: Option<String>,
    pub(crate) request: Vec<u8>,
    pub(crate) answer: Vec<u8>,
    pub(crate) pair: Option<(String, String)>,
}

impl Exchange {
    pub(crate) fn function(&self) -> Option<Function> {
        Function::of_message(&self.request)
    }
}

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

/// What carries ESipa.
enum Carrier {
    Https(#[expect(dead_code, reason = "it serves while it lives")] Server),
    Coap(#[expect(dead_code, reason = "it serves while it lives")] CoapServer),
}

/// How a world is.
#[derive(Clone, Debug, Default)]
pub(crate) struct Way {
    pub(crate) binding: Binding,
    pub(crate) dialect: Dialect,
    pub(crate) ipa: Defects<IpaDefect>,
    pub(crate) eim: Defects<EimDefect>,
}

/// Everybody, started.
pub(crate) struct World {
    pub(crate) card: Arc<Shared>,
    pub(crate) eim: Arc<Eim>,
    pub(crate) resolver: Resolver,
    pub(crate) pki: Pki,
    way: Way,
    seen: Arc<Mutex<Vec<Exchange>>>,
    _smdp: smdp::http::Server,
    _carrier: Carrier,
}

pub(crate) fn identity(credential: &Credential) -> Identity {
    Identity {
        chain: vec![credential.certificate.clone()],
        key: credential.key_der().unwrap(),
    }
}

pub(crate) fn tls(pki: &Pki, host: &str) -> Credential {
    pki.issue_tls(Role::EimTls, &[host], Curve::NistP256)
        .unwrap()
}

impl World {
    pub(crate) async fn new(way: Way) -> Self {
        Self::at(way, HOST).await
    }

    /// The server shows the certificate of another name under another key.
    pub(crate) async fn behind_a_stranger(way: Way) -> Self {
        Self::at(way, "eim2.test.example").await
    }

    async fn at(way: Way, name: &str) -> Self {
        let pki = Pki::seeded(1).unwrap();
        let resolver = Resolver::new();
        let card = card(&pki, way.dialect);
        let smdp = serve_profiles(&pki, &resolver).await;
        let eim = eim(&pki, resolver.clone(), &way).await;
        let seen = Arc::default();
        let shown = identity(&tls(&pki, name));
        let carrier = serve(shown, &way, recorded(&eim, &seen), &resolver).await;
        Self {
            card,
            eim,
            resolver,
            pki,
            way,
            seen,
            _smdp: smdp,
            _carrier: carrier,
        }
    }

    /// Runs the IPA until its eIM has nothing more to do.
    pub(crate) async fn run(&self) -> Result<(), harness::ipa::Error> {
        harness::ipa::run(self.environment()).await
    }

    /// All that the IPA is given.
    pub(crate) fn environment(&self) -> IpaEnvironment {
        IpaEnvironment {
            card: self.card.clone(),
            resolver: self.resolver.clone(),
            roots: roots(&self.pki),
            env: Box::new(SeededEnv::new(1, "ipa")),
            timeout: Duration::from_secs(20),
            settings: IpaSettings {
                binding: self.way.binding,
                defects: self.way.ipa.clone(),
                ..IpaSettings::default()
            },
        }
    }

    pub(crate) fn seen(&self) -> Vec<Exchange> {
        self.seen.lock().unwrap().clone()
    }

    /// Orders the list of associated eIMs: an eUICC package that changes nothing.
    pub(crate) fn order_list(&self) -> String {
        let list = Eco::ListEim(EcoListEim::default());
        let package = rsp::der::encode(&EuiccPackage::EcoList(vec![list])).unwrap();
        let order = self.eim.order(TEST_EID, Order::EuiccPackage(package));
        order.unwrap()
    }

    pub(crate) fn order_download(&self, matching_id: &str) -> String {
        let download = IndirectDownload::new(&format!("1${SMDP}${matching_id}"));
        let order = self.eim.order(TEST_EID, Order::IndirectDownload(download));
        order.unwrap()
    }

    pub(crate) fn status(&self, order: &str) -> OrderStatus {
        self.eim.order_status(order).unwrap()
    }

    pub(crate) fn profiles(&self) -> usize {
        self.card.0.lock().unwrap().state().profiles.len()
    }
}

/// The eIM's own answers, with a record of them.
fn recorded(eim: &Arc<Eim>, seen: &Arc<Mutex<Vec<Exchange>>>) -> Handler {
    let (eim, seen) = (eim.clone(), seen.clone());
    handler(move |posted| {
        let (eim, seen) = (eim.clone(), seen.clone());
        async move {
            let answer = eim.respond(posted.connection, &posted.body).await;
            let data = answer.failure.as_ref();
            let data = data.and_then(|failure| failure.status_code_data.clone());
            seen.lock().unwrap().push(Exchange {
                binding: posted.binding,
                version: header(&posted.headers, ADMIN_PROTOCOL).map(str::to_owned),
                agent: header(&posted.headers, "user-agent").map(str::to_owned),
                request: posted.body,
                answer: answer.message.clone(),
                pair: data.map(|data| (data.subject_code, data.reason_code)),
            });
            answer
        }
    })
}

async fn serve(identity: Identity, way: &Way, handler: Handler, resolver: &Resolver) -> Carrier {
    if way.binding == Binding::Coap {
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        resolver.insert(HOST, socket.local_addr().unwrap());
        let server = CoapServer::start(socket, &identity, Settings::default(), handler);
        return Carrier::Coap(server.unwrap());
    }
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    resolver.insert(HOST, listener.local_addr().unwrap());
    let now = SeededEnv::new(1, "clock").now();
    let config = server_config(&identity, now).unwrap();
    let manner = Manner {
        dialect: way.dialect,
        defects: way.eim.clone(),
        ..Manner::default()
    };
    Carrier::Https(Server::start_as(listener, config, handler, manner))
}

fn card(pki: &Pki, dialect: Dialect) -> Arc<Shared> {
    let config = CardConfig::from_pki(pki, TEST_EID).unwrap();
    let config = config.with_dialect(dialect);
    let mut card = Card::new(config, Box::new(SeededEnv::new(1, "card")));
    let signing = pki.issue_eim_signing(HOST, Curve::NistP256).unwrap();
    let configuration = json!({
        "eimId": HOST,
        "eimFqdn": HOST,
        "eimIdType": "eimIdTypeFqdn",
        "counterValue": 0,
        "eimPublicKeyData": {"eimPublicKey": hex::encode(signing.key.public_key().to_spki())},
        "trustedPublicKeyDataTls":
            {"trustedCertificateTls": hex::encode(tls(pki, HOST).certificate)},
        "euiccCiPKId": hex::encode(pki.ci_key_id(Curve::NistP256).unwrap()),
        "indirectProfileDownload": {},
    });
    let configuration = rsp::schema::from_value("EimConfigurationData", &configuration).unwrap();
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

async fn serve_profiles(pki: &Pki, resolver: &Resolver) -> smdp::http::Server {
    let credentials = Credentials::from_pki(pki, Entity::First, &[SMDP]).unwrap();
    let config = Config {
        address: SMDP.to_owned(),
        ..Config::default()
    };
    let mut smdp = SmDp::new(config, credentials.clone());
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("../testcases");
    for (matching_id, package, code) in [
        (PLAIN, "operational", None),
        (CODED, "bootstrap", Some("4711".to_owned())),
    ] {
        let mut profiles = Profiles::default();
        profiles.insert(package, Fixtures::new(&cases).profile(package).unwrap());
        let order = OrderConfig {
            profile: package.into(),
            matching_id: matching_id.to_owned(),
            confirmation_code: code,
            metadata: MetadataConfig {
                profile_name: package.to_owned(),
                ..MetadataConfig::default()
            },
            ..OrderConfig::default()
        };
        smdp.add_order(&order, &profiles).unwrap();
    }
    let service = Arc::new(SmDpService::new(smdp, Box::new(SeededEnv::new(1, "smdp"))));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    resolver.insert(SMDP, listener.local_addr().unwrap());
    let tls = smdp::http::server_config(&credentials.tls, TlsVersions::Both, None).unwrap();
    smdp::http::serve(listener, service, tls, Limits::default()).unwrap()
}

async fn eim(pki: &Pki, resolver: Resolver, way: &Way) -> Arc<Eim> {
    let curve = Curve::NistP256;
    let eim = Eim::new(EimEnvironment {
        eim_id: HOST.to_owned(),
        signing: pki.issue_eim_signing(HOST, curve).unwrap(),
        tls: identity(&tls(pki, HOST)),
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
        timeout: Duration::from_secs(20),
        settings: EimSettings {
            dialect: way.dialect,
            defects: way.eim.clone(),
            ..EimSettings::default()
        },
    });
    eim.unwrap()
}
