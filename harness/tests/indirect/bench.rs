// SPDX-License-Identifier: MIT OR Apache-2.0
//! A card, its IPA, an eIM, an SM-DP+ and an SM-DS, with real sockets between them; what crosses
//! ESipa and ES9+' is noted.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use certs::{Credential, Curve, Pki, Role, TEST_EID};
use harness::defect::{EimDefect, IpaDefect};
use harness::eim::{Eim, roots};
use harness::fixture::Fixtures;
use harness::ipa::{Ipa, receive};
use harness::iut::{
    CardLink, EimEnvironment, EimSettings, IndirectDownload, IpaEnvironment, IpaFeatures,
    IpaSettings, KnownEuicc, LinkError, Order, OrderStatus, RelaySettings,
};
use harness::wire::binding::Binding;
use harness::wire::coap::{self, CoapServer};
use harness::wire::esipa::{Handler, Server, handler};
use harness::wire::net::Resolver;
use harness::wire::tls::{Identity, server_config};
use rsp::der;
use rsp::dialect::Dialect;
use rsp::env::{Clock, Env, SeededEnv};
use rsp::json::{Es9Request, Es9Response, Function};
use rsp::sgp32::{EsipaMessageFromEimToIpa as Answer, EsipaMessageFromIpaToEim as Request};
use rsp::status::Refusal;
use serde_json::json;
use smdp::config::{OrderConfig, SmDsConfig, SmDsEventConfig};
use smdp::http::{Limits, TlsVersions};
use smdp::{
    Config, Credentials, Entity, Es9Tap, OrderId, OrderState, Profiles, SmDp, SmDpService, SmDs,
    SmDsCredentials, SmDsService,
};
use tokio::net::{TcpListener, UdpSocket};
use veuicc::{Card, CardConfig, Reset};

pub(crate) const IPA: &str = "ipa1.test.example";
pub(crate) const EIM: &str = "eim1.test.example";
pub(crate) const SMDP: &str = "smdp1.test.example";
pub(crate) const SMDS: &str = "smds1.test.example";
pub(crate) const CODE: &str = "1$smdp1.test.example$MATCHING-1";
/// All that the eIM can learn of a card and its IPA.
const TAGS: [u8; 10] = [0xBF, 0x20, 0xBF, 0x22, 0xA5, 0xA6, 0xA8, 0xA9, 0x81, 0x83];

/// What a bench is made of; `Setup { …, ..Setup::default() }`.
#[derive(Clone, Default)]
pub(crate) struct Setup {
    pub(crate) features: IpaFeatures,
    pub(crate) binding: Binding,
    pub(crate) dialect: Dialect,
    pub(crate) relay: RelaySettings,
    pub(crate) order: OrderConfig,
    pub(crate) events: Vec<String>,
    pub(crate) ipa: Vec<IpaDefect>,
    pub(crate) eim: Vec<EimDefect>,
    pub(crate) db: Option<PathBuf>,
    /// The eUICC's certificates come with a message only.
    pub(crate) stranger: bool,
}

/// What the SM-DP+ saw and answered, and what it is told to answer instead.
#[derive(Default)]
pub(crate) struct Watch {
    pub(crate) seen: Vec<Es9Request>,
    pub(crate) refuse: Option<(Function, Refusal)>,
    pub(crate) edit: Option<fn(&Es9Request, Es9Response) -> Es9Response>,
}

struct Tap(Arc<Mutex<Watch>>);

impl Es9Tap for Tap {
    fn edit(
        &mut self,
        _: &Credentials,
        request: &Es9Request,
        response: Es9Response,
    ) -> Es9Response {
        let mut watch = self.0.lock().unwrap();
        watch.seen.push(request.clone());
        match (watch.refuse, watch.edit) {
            (Some((function, refusal)), _) if function == request.function() => Err(refusal.into()),
            (_, Some(edit)) => edit(request, response),
            _ => response,
        }
    }
}

pub(crate) struct TestCard(pub(crate) Mutex<Card>);

impl CardLink for TestCard {
    fn transmit(&self, command: &[u8]) -> Result<Vec<u8>, LinkError> {
        Ok(self.0.lock().unwrap().transmit(command))
    }

    fn reset(&self) -> Result<Vec<u8>, LinkError> {
        Ok(self.0.lock().unwrap().reset(Reset::Cold))
    }
}

type Exchanges = Arc<Mutex<Vec<(Vec<u8>, Vec<u8>)>>>;

pub(crate) struct Bench {
    pub(crate) pki: Pki,
    pub(crate) card: Arc<TestCard>,
    pub(crate) eim: Arc<Eim>,
    pub(crate) smdp: Arc<SmDpService>,
    pub(crate) watch: Arc<Mutex<Watch>>,
    pub(crate) resolver: Resolver,
    pub(crate) clock: Clock,
    smdp_order: OrderId,
    exchanges: Exchanges,
    setup: Setup,
    _servers: (
        smdp::http::Server,
        smdp::http::Server,
        Option<Server>,
        Option<CoapServer>,
    ),
}

impl Bench {
    pub(crate) async fn new(setup: Setup) -> Self {
        let pki = Pki::seeded(1).unwrap();
        let clock = Clock::default();
        let env =
            |who: &str| -> Box<dyn Env> { Box::new(SeededEnv::with_clock(1, who, clock.clone())) };
        let resolver = Resolver::new();
        let tls = pki
            .issue_tls(Role::EimTls, &[EIM], Curve::NistP256)
            .unwrap();
        let card = Arc::new(TestCard(Mutex::new(card(&pki, &tls, env("card")))));
        let (smdp, smdp_order, smdp_server) = smdp(&pki, &setup, env("smdp"), &resolver).await;
        let watch = Arc::<Mutex<Watch>>::default();
        smdp.set_tap(Some(Box::new(Tap(watch.clone()))));
        let smds_server = smds(&pki, &setup, env("smds"), &resolver).await;
        let identity = Identity {
            chain: vec![tls.certificate.clone()],
            key: tls.key_der().unwrap(),
        };
        let eim = eim(&pki, &setup, &identity, env("eim"), &resolver).await;
        let exchanges = Exchanges::default();
        let handler = noting(&eim, &exchanges);
        let (mut over_https, mut over_coap) = (None, None);
        if setup.binding == Binding::Coap {
            let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
            resolver.insert(EIM, socket.local_addr().unwrap());
            let settings = coap::Settings::default();
            let server = CoapServer::start(socket, &identity, settings, handler);
            over_coap = Some(server.unwrap());
        } else {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            resolver.insert(EIM, listener.local_addr().unwrap());
            let config = server_config(&identity, clock.now()).unwrap();
            over_https = Some(Server::start(listener, config, handler));
        }
        Self {
            pki,
            card,
            eim,
            smdp,
            watch,
            resolver,
            clock,
            smdp_order,
            exchanges,
            setup,
            _servers: (smdp_server, smds_server, over_https, over_coap),
        }
    }

    /// Orders an indirect download of [`CODE`].
    pub(crate) fn order(&self) -> String {
        self.order_of(IndirectDownload::new(CODE))
    }

    pub(crate) fn order_of(&self, download: IndirectDownload) -> String {
        let order = Order::IndirectDownload(download);
        self.eim.order(TEST_EID, order).unwrap()
    }

    /// Has the eIM ask for everything that the IPA can tell.
    pub(crate) fn ask(&self) -> String {
        let request = rsp::sgp32::IpaEuiccDataRequest {
            tag_list: TAGS.to_vec().into(),
            ..Default::default()
        };
        let order = Order::IpaEuiccDataRequest(der::encode(&request).unwrap());
        self.eim.order(TEST_EID, order).unwrap()
    }

    /// One round of the IPA.
    pub(crate) async fn run(&self) {
        self.try_run().await.unwrap();
    }

    pub(crate) async fn try_run(&self) -> Result<(), harness::ipa::Error> {
        harness::ipa::run(self.environment()).await
    }

    fn environment(&self) -> IpaEnvironment {
        IpaEnvironment {
            card: self.card.clone(),
            resolver: self.resolver.clone(),
            roots: roots(&self.pki),
            env: Box::new(SeededEnv::with_clock(1, "ipa", self.clock.clone())),
            timeout: Duration::from_secs(20),
            settings: IpaSettings {
                binding: self.setup.binding,
                features: self.setup.features,
                defects: self.setup.ipa.iter().copied().collect(),
                dialect: Some(self.setup.dialect),
                ..IpaSettings::default()
            },
        }
    }

    /// The IPA as a server at [`IPA`] that takes what the eIM injects.
    pub(crate) async fn receiving(&self) -> (Arc<tokio::sync::Mutex<Ipa>>, Server) {
        let ipa = Ipa::start(self.environment()).unwrap();
        let ipa = Arc::new(tokio::sync::Mutex::new(ipa));
        let tls = self.pki.issue_tls(Role::EimTls, &[IPA], Curve::NistP256);
        let tls = tls.unwrap();
        let identity = Identity {
            chain: vec![tls.certificate.clone()],
            key: tls.key_der().unwrap(),
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        self.resolver.insert(IPA, listener.local_addr().unwrap());
        let server = receive(ipa.clone(), listener, &identity).await.unwrap();
        (ipa, server)
    }

    pub(crate) fn status(&self, order: &str) -> OrderStatus {
        self.eim.order_status(order).unwrap()
    }

    /// ICCIDs on the card.
    pub(crate) fn profiles(&self) -> Vec<String> {
        let card = self.card.0.lock().unwrap();
        let profiles = card.profiles().iter();
        profiles
            .map(|profile| hex::encode(&profile.metadata.iccid))
            .collect()
    }

    /// Notifications that the card still has.
    pub(crate) fn pending(&self) -> usize {
        self.card.0.lock().unwrap().state().pending.len()
    }

    /// Where the order of the SM-DP+ stands.
    pub(crate) fn state(&self) -> OrderState {
        self.smdp
            .with_smdp(|smdp| smdp.orders().get(self.smdp_order).unwrap().state)
    }

    /// What the SM-DP+ was asked, by function.
    pub(crate) fn asked(&self, function: Function) -> Vec<Es9Request> {
        let watch = self.watch.lock().unwrap();
        let seen = watch.seen.iter().filter(|it| it.function() == function);
        seen.cloned().collect()
    }

    /// Messages of the IPA, as the eIM saw them.
    pub(crate) fn requests(&self) -> Vec<Request> {
        let exchanges = self.exchanges.lock().unwrap();
        exchanges
            .iter()
            .map(|(request, _)| der::decode(request).unwrap())
            .collect()
    }

    /// Answers of the eIM.
    pub(crate) fn answers(&self) -> Vec<Answer> {
        let exchanges = self.exchanges.lock().unwrap();
        exchanges
            .iter()
            .filter(|(_, answer)| !answer.is_empty())
            .map(|(_, answer)| der::decode(answer).unwrap())
            .collect()
    }
}

fn noting(eim: &Arc<Eim>, exchanges: &Exchanges) -> Handler {
    let (eim, exchanges) = (eim.clone(), exchanges.clone());
    handler(move |posted| {
        let (eim, exchanges) = (eim.clone(), exchanges.clone());
        async move {
            let answer = eim.handle(&posted.body).await;
            exchanges
                .lock()
                .unwrap()
                .push((posted.body, answer.clone()));
            answer
        }
    })
}

fn card(pki: &Pki, tls: &Credential, env: Box<dyn Env>) -> Card {
    let config = CardConfig::from_pki(pki, TEST_EID).unwrap();
    let mut card = Card::new(config, env);
    let signing = pki.issue_eim_signing(EIM, Curve::NistP256).unwrap();
    let configuration = rsp::schema::from_value(
        "EimConfigurationData",
        &json!({
            "eimId": EIM,
            "eimFqdn": EIM,
            "eimIdType": "eimIdTypeFqdn",
            "counterValue": 0,
            "eimPublicKeyData": {
                "eimPublicKey": hex::encode(signing.key.public_key().to_spki()),
            },
            "trustedPublicKeyDataTls": { "trustedCertificateTls": hex::encode(&tls.certificate) },
            "eimSupportedProtocol": ["eimRetrieveHttps"],
            "euiccCiPKId": hex::encode(pki.ci_key_id(Curve::NistP256).unwrap()),
            "indirectProfileDownload": {},
        }),
    );
    let eim = veuicc::Eim {
        eim_id: EIM.to_owned(),
        counter_value: 0,
        association_token: None,
        configuration: configuration.unwrap(),
    };
    card.edit_state(|state| state.eims.push(eim)).unwrap();
    card
}

async fn smdp(
    pki: &Pki,
    setup: &Setup,
    env: Box<dyn Env>,
    resolver: &Resolver,
) -> (Arc<SmDpService>, OrderId, smdp::http::Server) {
    let credentials = Credentials::from_pki(pki, Entity::First, &[SMDP]).unwrap();
    let config = Config {
        address: SMDP.to_owned(),
        ..Config::default()
    };
    let mut smdp = SmDp::new(config, credentials.clone());
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("../testcases");
    let mut profiles = Profiles::default();
    let package = Fixtures::new(&cases).profile("operational").unwrap();
    profiles.insert("package.der", package);
    let mut order = setup.order.clone();
    order.profile = "package.der".into();
    if order.matching_id.is_empty() && order.eid.is_none() {
        order.matching_id = "MATCHING-1".to_owned();
    }
    let id = smdp.add_order(&order, &profiles).unwrap();
    let service = Arc::new(SmDpService::new(smdp, env));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    resolver.insert(SMDP, listener.local_addr().unwrap());
    let tls = smdp::http::server_config(&credentials.tls, TlsVersions::Both, None).unwrap();
    let server = smdp::http::serve(listener, service.clone(), tls, Limits::default());
    (service, id, server.unwrap())
}

async fn smds(
    pki: &Pki,
    setup: &Setup,
    env: Box<dyn Env>,
    resolver: &Resolver,
) -> smdp::http::Server {
    let credentials = SmDsCredentials::from_pki(pki, &[SMDS]).unwrap();
    let tls = smdp::http::server_config(&credentials.tls, TlsVersions::Both, None).unwrap();
    let event = |event_id: &String| SmDsEventConfig {
        eid: hex::encode(TEST_EID),
        event_id: event_id.clone(),
        rsp_server_address: SMDP.to_owned(),
        registrant: None,
    };
    let config = SmDsConfig {
        address: SMDS.to_owned(),
        events: setup.events.iter().map(event).collect(),
        ..SmDsConfig::default()
    };
    let smds = SmDs::new(config, credentials).unwrap();
    let service = Arc::new(SmDsService::new(smds, env));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    resolver.insert(SMDS, listener.local_addr().unwrap());
    let handler = Arc::new(smdp::smds::Es11Handler(service));
    smdp::http::serve(listener, handler, tls, Limits::default()).unwrap()
}

async fn eim(
    pki: &Pki,
    setup: &Setup,
    identity: &Identity,
    env: Box<dyn Env>,
    resolver: &Resolver,
) -> Arc<Eim> {
    let certificates = harness::iut::EuiccCertificates {
        euicc: pki
            .issue_euicc(&TEST_EID, Curve::NistP256)
            .unwrap()
            .certificate,
        eum: pki.eum_for(&TEST_EID, Curve::NistP256).unwrap().certificate,
    };
    Eim::new(EimEnvironment {
        eim_id: EIM.to_owned(),
        signing: pki.issue_eim_signing(EIM, Curve::NistP256).unwrap(),
        tls: identity.clone(),
        listener: TcpListener::bind("127.0.0.1:0").await.unwrap(),
        resolver: resolver.clone(),
        roots: roots(pki),
        euiccs: vec![KnownEuicc {
            eid: TEST_EID,
            counter_value: 0,
            association_token: None,
            certificates: Some(certificates).filter(|_| !setup.stranger),
        }],
        env,
        timeout: Duration::from_secs(20),
        settings: EimSettings {
            dialect: setup.dialect,
            relay: setup.relay.clone(),
            defects: setup.eim.iter().copied().collect(),
            db: setup.db.clone(),
            ..EimSettings::default()
        },
    })
    .unwrap()
}
