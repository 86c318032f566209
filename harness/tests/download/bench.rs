// SPDX-License-Identifier: MIT OR Apache-2.0
//! Everybody in a direct download.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use certs::{Curve, Pki, Role, TEST_EID};
use harness::fixture::Fixtures;
use harness::ipa::{Error, Ipa};
use harness::iut::{CardLink, IpaEnvironment, IpaSettings, LinkError};
use harness::wire::esipa::{Posted, Server, handler};
use harness::wire::net::Resolver;
use harness::wire::tls::{Identity, server_config};
use rsp::env::{SEEDED_START, SeededEnv};
use rsp::id::Eid;
use rsp::sgp32::*;
use serde_json::json;
use smdp::config::{MetadataConfig, OrderConfig, SmDsConfig};
use smdp::http::{Limits, TlsVersions};
use smdp::smds::{Es11Handler, Event, Registrant, SmDs, SmDsCredentials, SmDsService};
use smdp::{Config, Credentials, Entity, Faults, Profiles, SmDp, SmDpService};
use tokio::net::TcpListener;
use veuicc::{Card, CardConfig, Reset};

use crate::recorder::{CardTap, Recorder, Seen, ServerTap};

pub(crate) const EIM: &str = "eim1.test.example";
pub(crate) const SMDP: &str = "smdp1.test.example";
/// An SM-DP+ that has nothing to offer and takes notifications.
pub(crate) const OTHER: &str = "smdp2.test.example";
pub(crate) const SMDS: &str = "smds1.test.example";
pub(crate) const ALTERNATIVE: &str = "smds2.test.example";
pub(crate) const MATCHING_ID: &str = "MATCHING-1";
/// `eimTransactionId` of every trigger.
pub(crate) const TRANSACTION: [u8; 4] = [1, 2, 3, 4];

/// The card in its reader.
pub(crate) struct Reader(Mutex<Card>, AtomicUsize);

impl Reader {
    pub(crate) fn card(&self) -> MutexGuard<'_, Card> {
        self.0.lock().unwrap()
    }

    /// How many commands it was sent.
    pub(crate) fn commands(&self) -> usize {
        self.1.load(Ordering::SeqCst)
    }
}

impl CardLink for Reader {
    fn transmit(&self, command: &[u8]) -> Result<Vec<u8>, LinkError> {
        self.1.fetch_add(1, Ordering::SeqCst);
        Ok(self.card().transmit(command))
    }

    fn reset(&self) -> Result<Vec<u8>, LinkError> {
        Ok(self.card().reset(Reset::Cold))
    }
}

/// Everybody, started.
pub(crate) struct Bench {
    pub(crate) reader: Arc<Reader>,
    pub(crate) seen: Recorder,
    pub(crate) smdp: Arc<SmDpService>,
    pub(crate) smds: Arc<SmDsService>,
    pub(crate) alternative: Arc<SmDsService>,
    packages: Arc<Mutex<VecDeque<GetEimPackageResponse>>>,
    resolver: Resolver,
    pki: Pki,
    _eim: Server,
    _servers: Vec<smdp::http::Server>,
}

impl Bench {
    pub(crate) async fn new() -> Self {
        Box::pin(Self::with(|_| {})).await
    }

    /// With a card made otherwise.
    pub(crate) async fn with(card: impl FnOnce(&mut CardConfig)) -> Self {
        let pki = Pki::seeded(1).unwrap();
        let (seen, resolver) = (Recorder::default(), Resolver::new());
        let mut config = CardConfig::from_pki(&pki, TEST_EID).unwrap();
        config.root_ds_address = SMDS.to_owned();
        card(&mut config);
        let mut card = Card::new(config, Box::new(SeededEnv::new(1, "card")));
        associate(&mut card, &pki);
        card.set_tap(Box::new(CardTap(seen.clone())));
        let mut servers = Vec::new();
        let smdp = smdp(&pki, SMDP, Entity::First, &resolver, &seen, &mut servers).await;
        self::smdp(&pki, OTHER, Entity::Second, &resolver, &seen, &mut servers).await;
        let smds = smds(&pki, SMDS, &resolver, &mut servers).await;
        let alternative = self::smds(&pki, ALTERNATIVE, &resolver, &mut servers).await;
        let packages = Arc::default();
        Self {
            reader: Arc::new(Reader(Mutex::new(card), AtomicUsize::new(0))),
            _eim: eim(&pki, &resolver, &seen, &packages).await,
            seen,
            smdp,
            smds,
            alternative,
            packages,
            resolver,
            pki,
            _servers: servers,
        }
    }

    /// Takes an order at the SM-DP+.
    pub(crate) fn order(&self, change: impl FnOnce(&mut OrderConfig)) {
        let cases = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../testcases");
        let mut profiles = Profiles::default();
        let profile = Fixtures::new(&cases).profile("operational").unwrap();
        profiles.insert("operational", profile);
        let mut order = OrderConfig {
            profile: "operational".into(),
            matching_id: MATCHING_ID.to_owned(),
            metadata: MetadataConfig::default(),
            ..OrderConfig::default()
        };
        change(&mut order);
        self.smdp
            .with_smdp(|smdp| smdp.add_order(&order, &profiles))
            .unwrap();
    }

    /// Makes something go wrong at the SM-DP+.
    pub(crate) fn fault(&self, fault: &str) {
        self.smdp.faults().arm(fault.parse().unwrap()).unwrap();
    }

    /// Registers an event for the card; `root` is the EventID by which a root SM-DS knows it.
    pub(crate) fn event(smds: &SmDsService, event_id: &str, address: &str, root: Option<&str>) {
        let event = Event {
            eid: Eid::from_bytes(&TEST_EID).unwrap(),
            event_id: event_id.to_owned(),
            rsp_server_address: address.to_owned(),
            registrant: Registrant::Configuration,
            root_event_id: root.map(str::to_owned),
            is_listed: true,
        };
        smds.with_smds(|smds| smds.events_mut().add(event)).unwrap();
    }

    /// The eIM's next package.
    pub(crate) fn trigger(&self, data: ProfileDownloadData) {
        let trigger = ProfileDownloadTriggerRequest {
            profile_download_data: Some(data),
            eim_transaction_id: Some(TRANSACTION.to_vec().into()),
            additions: Default::default(),
        };
        let package = GetEimPackageResponse::ProfileDownloadTriggerRequest(trigger);
        self.packages.lock().unwrap().push_back(package);
    }

    /// The trigger for the order.
    pub(crate) fn trigger_by_code(&self) {
        let code = format!("1${SMDP}${MATCHING_ID}");
        self.trigger(ProfileDownloadData::ActivationCode(code));
    }

    /// Lets the IPA do a round.
    pub(crate) async fn run(&self, change: impl FnOnce(&mut IpaSettings)) -> Result<(), Error> {
        Box::pin(self.start(change).round()).await
    }

    /// Starts the IPA.
    pub(crate) fn start(&self, change: impl FnOnce(&mut IpaSettings)) -> Ipa {
        let mut settings = IpaSettings::default();
        settings.download.pause = Duration::from_millis(1);
        settings.policy.pause = Duration::from_millis(1);
        change(&mut settings);
        let ci = self.pki.credential(Role::Ci, Curve::NistP256).unwrap();
        Ipa::start(IpaEnvironment {
            card: self.reader.clone(),
            resolver: self.resolver.clone(),
            roots: vec![ci.certificate.clone()],
            env: Box::new(SeededEnv::new(1, "ipa")),
            timeout: Duration::from_secs(20),
            settings,
        })
        .unwrap()
    }

    /// How many profiles the card has.
    pub(crate) fn profiles(&self) -> usize {
        self.reader.card().profiles().len()
    }

    /// How many notifications wait on the card.
    pub(crate) fn waiting(&self) -> usize {
        self.reader.card().state().pending.len()
    }
}

async fn listen(resolver: &Resolver, host: &str) -> TcpListener {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    resolver.insert(host, listener.local_addr().unwrap());
    listener
}

async fn smdp(
    pki: &Pki,
    host: &'static str,
    entity: Entity,
    resolver: &Resolver,
    seen: &Recorder,
    servers: &mut Vec<smdp::http::Server>,
) -> Arc<SmDpService> {
    let credentials = Credentials::from_pki(pki, entity, &[host]).unwrap();
    let config = Config {
        address: host.to_owned(),
        ..Config::default()
    };
    let tls = smdp::http::server_config(&credentials.tls, TlsVersions::Both, None).unwrap();
    let smdp = SmDp::new(config, credentials);
    let service = SmDpService::new(smdp, Box::new(SeededEnv::new(1, host)));
    // some faults show certificates of others
    let faults = Faults::lending(pki.clone(), Role::DpTls, &[host]);
    let service = Arc::new(service.with_faults(Arc::new(faults)));
    service.set_tap(Some(Box::new(ServerTap(host, seen.clone()))));
    let listener = listen(resolver, host).await;
    let mounted = service.clone();
    servers.push(smdp::http::serve(listener, mounted, tls, Limits::default()).unwrap());
    service
}

async fn smds(
    pki: &Pki,
    host: &str,
    resolver: &Resolver,
    servers: &mut Vec<smdp::http::Server>,
) -> Arc<SmDsService> {
    let config = SmDsConfig {
        address: host.to_owned(),
        ..SmDsConfig::default()
    };
    let credentials = SmDsCredentials::from_pki(pki, &[host]).unwrap();
    let tls = smdp::http::server_config(&credentials.tls, TlsVersions::Both, None).unwrap();
    let smds = SmDs::new(config, credentials).unwrap();
    let service = Arc::new(SmDsService::new(smds, Box::new(SeededEnv::new(1, host))));
    let listener = listen(resolver, host).await;
    let handler = Arc::new(Es11Handler(service.clone()));
    servers.push(smdp::http::serve(listener, handler, tls, Limits::default()).unwrap());
    service
}

/// An eIM that hands out what is in the queue, and acknowledges everything it gets with nothing.
async fn eim(
    pki: &Pki,
    resolver: &Resolver,
    seen: &Recorder,
    packages: &Arc<Mutex<VecDeque<GetEimPackageResponse>>>,
) -> Server {
    let tls = pki
        .issue_tls(Role::EimTls, &[EIM], Curve::NistP256)
        .unwrap();
    let identity = Identity {
        chain: vec![tls.certificate.clone()],
        key: tls.key_der().unwrap(),
    };
    let listener = listen(resolver, EIM).await;
    let (seen, packages) = (seen.clone(), packages.clone());
    let handler = handler(move |posted: Posted| {
        let answer = answer(&posted.body, &seen, &packages);
        async move { answer }
    });
    Server::start(
        listener,
        server_config(&identity, SEEDED_START).unwrap(),
        handler,
    )
}

fn answer(
    body: &[u8],
    seen: &Recorder,
    packages: &Mutex<VecDeque<GetEimPackageResponse>>,
) -> Vec<u8> {
    use GetEimPackageResponseEimPackageError as Code;
    match rsp::der::decode(body).unwrap() {
        EsipaMessageFromIpaToEim::GetEimPackageRequest(_) => {
            let package = packages.lock().unwrap().pop_front();
            let none = GetEimPackageResponse::EimPackageError(Code::NO_EIM_PACKAGE_AVAILABLE);
            rsp::der::encode(&package.unwrap_or(none)).unwrap()
        }
        EsipaMessageFromIpaToEim::ProvideEimPackageResult(message) => {
            seen.note(Seen::Result(Box::new(message.eim_package_result)));
            let nothing = ProvideEimPackageResultResponse::EmptyResponse(Default::default());
            rsp::der::encode(&nothing).unwrap()
        }
        EsipaMessageFromIpaToEim::HandleNotificationEsipa(_) => {
            seen.note(Seen::Notified);
            Vec::new()
        }
        other => panic!("expected a message of a direct download, got {other:?}"),
    }
}

/// Associates the card with the eIM.
fn associate(card: &mut Card, pki: &Pki) {
    let signing = pki.issue_eim_signing(EIM, Curve::NistP256).unwrap();
    let tls = pki
        .issue_tls(Role::EimTls, &[EIM], Curve::NistP256)
        .unwrap();
    let value = json!({
        "eimId": EIM,
        "eimFqdn": EIM,
        "eimIdType": "eimIdTypeFqdn",
        "counterValue": 0,
        "eimPublicKeyData": {"eimPublicKey": hex::encode(signing.key.public_key().to_spki())},
        "trustedPublicKeyDataTls": {"trustedCertificateTls": hex::encode(&tls.certificate)},
        "eimSupportedProtocol": ["eimRetrieveHttps"],
    });
    let configuration = rsp::schema::from_value("EimConfigurationData", &value).unwrap();
    card.edit_state(|state| {
        state.eims.push(veuicc::Eim {
            eim_id: EIM.to_owned(),
            counter_value: 0,
            association_token: None,
            configuration,
        });
    })
    .unwrap();
}
