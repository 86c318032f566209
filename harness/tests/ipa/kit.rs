// SPDX-License-Identifier: MIT OR Apache-2.0
//! A card with profiles, eIMs behind TLS that record what they are told, and a network that follows
//! the enabled profile.

mod device;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use certs::{Pki, Role, TEST_EID};
use harness::defect::IpaDefect;
use harness::eim::{Eim, roots};
use harness::ipa::{Error, Ipa};
use harness::iut::{
    EimEnvironment, EuiccCertificates, IpaEnvironment, IpaSettings, KnownEuicc, Order, OrderStatus,
    Policy,
};
use harness::wire::esipa::{Server, handler};
use harness::wire::net::Resolver;
use harness::wire::tls::{Identity, server_config};
use rsp::asn1::SubjectPublicKeyInfo;
use rsp::der::{decode, encode};
use rsp::ecdsa::Curve;
use rsp::env::{Env as _, SeededEnv};
use rsp::sgp22::Iccid;
use rsp::sgp32::*;
use rsp::tlv::{self, Tag};
use veuicc::{
    Card, CardConfig, Event, Metadata, NotificationConfiguration, Personality, ProfileState,
};

pub(crate) use device::{Requests, TestCard, TestModem};

pub(crate) const EIM1: &str = "eim1.test.example";
pub(crate) const EIM2: &str = "eim2.test.example";
/// Profiles of the card: 1 is enabled at first.
pub(crate) const BOOTSTRAP: u8 = 1;
pub(crate) const OPERATIONAL: u8 = 2;
pub(crate) const EMERGENCY: u8 = 3;

pub(crate) fn pki() -> &'static Pki {
    static PKI: OnceLock<Pki> = OnceLock::new();
    PKI.get_or_init(|| Pki::seeded(1).unwrap())
}

/// ICCID of profile `n` (tag 5A).
pub(crate) fn iccid(n: u8) -> [u8; 10] {
    [0x98, 0, 0, 0, 0, 0, 0, 0, 0, n]
}

/// A profile package of a header and an end.
fn elements(iccid: [u8; 10]) -> Vec<u8> {
    let mut header = vec![0x80, 1, 2, 0x81, 1, 3];
    tlv::write(
        &mut header,
        Tag::new(0x83),
        &iccid.map(|byte| byte.rotate_left(4)),
    );
    tlv::write(&mut header, Tag::new(0xA5), &[0x81, 0]);
    tlv::write(&mut header, Tag::new(0xA6), &[]);
    let mut elements = tlv::tlv(Tag::new(0xA0), &header);
    elements.extend_from_slice(&[0xAA, 5, 0xA0, 3, 0x81, 1, 2]);
    elements
}

/// An eIM that serves, and what it heard and said.
pub(crate) struct Running {
    pub(crate) eim: Arc<Eim>,
    pub(crate) heard: Arc<Mutex<Vec<EsipaMessageFromIpaToEim>>>,
    /// What is answered instead of the eIM's own answer, which acts nevertheless.
    instead: Arc<Mutex<Option<Instead>>>,
    _server: Server,
}

/// Another answer to a message; none leaves the eIM's own.
type Instead = Box<dyn FnMut(&EsipaMessageFromIpaToEim) -> Option<Vec<u8>> + Send>;

/// Profiles under which nobody is reached although the modem sees a network.
pub(crate) type Dark = Arc<Mutex<BTreeSet<u8>>>;

impl Running {
    async fn new(
        id: &'static str,
        token: i64,
        card: &Arc<TestCard>,
        resolver: &Resolver,
        dark: &Dark,
    ) -> Self {
        let tls = pki()
            .issue_tls(Role::EimTls, &[id], Curve::NistP256)
            .unwrap();
        let identity = Identity {
            chain: vec![tls.certificate.clone()],
            key: tls.key_der().unwrap(),
        };
        let listen = || tokio::net::TcpListener::bind("127.0.0.1:0");
        let own = card.with(|card| card.config().credentials.first().unwrap().clone());
        let eim = Eim::new(EimEnvironment {
            eim_id: id.to_owned(),
            signing: pki().issue_eim_signing(id, Curve::NistP256).unwrap(),
            tls: identity.clone(),
            listener: listen().await.unwrap(),
            resolver: resolver.clone(),
            roots: roots(pki()),
            euiccs: vec![KnownEuicc {
                eid: TEST_EID,
                counter_value: 0,
                association_token: Some(token),
                certificates: Some(EuiccCertificates {
                    euicc: own.euicc_certificate,
                    eum: own.eum_certificate,
                }),
            }],
            env: Box::new(SeededEnv::new(1, id)),
            timeout: Duration::from_secs(5),
            settings: Default::default(),
        })
        .unwrap();
        let heard = Arc::new(Mutex::new(Vec::new()));
        let instead = Arc::new(Mutex::new(None::<Instead>));
        let (to, log, other) = (eim.clone(), heard.clone(), instead.clone());
        let handle = move |posted: harness::wire::esipa::Posted| {
            let (to, log, other) = (to.clone(), log.clone(), other.clone());
            async move {
                let message: EsipaMessageFromIpaToEim = decode(&posted.body).unwrap();
                log.lock().unwrap().push(message.clone());
                let answer = to.handle(&posted.body).await;
                let mut other = other.lock().unwrap();
                let other = other.as_mut().and_then(|other| other(&message));
                other.unwrap_or(answer)
            }
        };
        let listener = listen().await.unwrap();
        resolver.insert(id, listener.local_addr().unwrap());
        let tls = server_config(&identity, SeededEnv::new(1, "clock").now()).unwrap();
        let (card, dark) = (card.clone(), dark.clone());
        let gone = move || {
            card.enabled()
                .is_some_and(|it| dark.lock().unwrap().contains(&it))
        };
        Self {
            eim,
            heard,
            instead,
            _server: Server::start_gated(listener, tls, handler(handle), Arc::new(gone)),
        }
    }

    /// Answers other things from now on.
    pub(crate) fn answer_instead(
        &self,
        other: impl FnMut(&EsipaMessageFromIpaToEim) -> Option<Vec<u8>> + Send + 'static,
    ) {
        *self.instead.lock().unwrap() = Some(Box::new(other));
    }

    /// Orders a package of PSMOs.
    pub(crate) fn psmo(&self, list: Vec<Psmo>) -> String {
        let package = encode(&EuiccPackage::PsmoList(list)).unwrap();
        self.eim
            .order(TEST_EID, Order::EuiccPackage(package))
            .unwrap()
    }

    pub(crate) fn status(&self, order: &str) -> OrderStatus {
        self.eim.order_status(order).unwrap()
    }

    /// The polls that came.
    pub(crate) fn polls(&self) -> Vec<GetEimPackageRequest> {
        let heard = self.heard.lock().unwrap();
        heard
            .iter()
            .filter_map(|message| match message {
                EsipaMessageFromIpaToEim::GetEimPackageRequest(poll) => Some(poll.clone()),
                _ => None,
            })
            .collect()
    }

    /// The causes of changes that it was told of, poll by poll.
    pub(crate) fn causes(&self) -> Vec<StateChangeCause> {
        let polls = self.polls().into_iter();
        polls.filter_map(|poll| poll.state_change_cause).collect()
    }

    /// The results that came.
    pub(crate) fn results(&self) -> Vec<EimPackageResult> {
        let heard = self.heard.lock().unwrap();
        heard
            .iter()
            .filter_map(|message| match message {
                EsipaMessageFromIpaToEim::ProvideEimPackageResult(result) => {
                    Some(result.eim_package_result.clone())
                }
                _ => None,
            })
            .collect()
    }
}

/// Everything there is.
pub(crate) struct World {
    pub(crate) card: Arc<TestCard>,
    pub(crate) requests: Requests,
    pub(crate) eims: Vec<Running>,
    pub(crate) modem: Arc<TestModem>,
    pub(crate) dark: Dark,
    pub(crate) resolver: Resolver,
    pub(crate) settings: IpaSettings,
    folder: tempfile::TempDir,
}

impl World {
    /// One eIM, a card that follows the specification.
    pub(crate) async fn new() -> Self {
        Self::with(&[EIM1], Personality::spec()).await
    }

    pub(crate) async fn with(eims: &[&'static str], personality: Personality) -> Self {
        let config = CardConfig::from_pki(pki(), TEST_EID).unwrap();
        let config = config.with_personality(personality);
        let mut card = Card::new(config, Box::new(SeededEnv::new(1, "card")));
        let requests = Requests::default();
        card.set_tap(Box::new(requests.clone()));
        for n in [BOOTSTRAP, OPERATIONAL, EMERGENCY] {
            install(&mut card, n);
        }
        let resolver = Resolver::new();
        let mut associated = Vec::new();
        for (token, id) in (1..).zip(eims) {
            associated.push((*id, token));
            associate(&mut card, id, token);
        }
        let card = TestCard::new(card);
        let dark = Dark::default();
        let mut running = Vec::new();
        for (id, token) in associated {
            running.push(Running::new(id, token, &card, &resolver, &dark).await);
        }
        let modem = Arc::new(TestModem::default());
        Self {
            settings: IpaSettings {
                modem: Some(modem.clone()),
                policy: Policy {
                    pause: Duration::from_millis(1),
                    ..Policy::default()
                },
                ..IpaSettings::default()
            },
            card,
            requests,
            eims: running,
            modem,
            dark,
            resolver,
            folder: tempfile::tempdir().unwrap(),
        }
    }

    pub(crate) fn state(&self) -> PathBuf {
        self.folder.path().join("ipa.json")
    }

    pub(crate) fn eim(&self) -> &Running {
        self.eims.first().unwrap()
    }

    pub(crate) fn mistaken(mut self, defect: IpaDefect) -> Self {
        self.settings.defects = [defect].into_iter().collect();
        self
    }

    /// Switches the device on.
    pub(crate) fn start(&self) -> Result<Ipa, Error> {
        let mut settings = self.settings.clone();
        settings.state = Some(self.state().into());
        Ipa::start(IpaEnvironment {
            card: self.card.clone(),
            resolver: self.resolver.clone(),
            roots: roots(pki()),
            env: Box::new(SeededEnv::new(1, "ipa")),
            timeout: Duration::from_secs(5),
            settings,
        })
    }

    /// Switches the device on for one round.
    pub(crate) async fn round(&self) -> Result<(), Error> {
        self.start()?.round().await
    }
}

fn install(card: &mut Card, n: u8) {
    let mut metadata = Metadata::for_iccid(&iccid(n), &format!("Profile {n}"));
    metadata.fallback_allowed = Some(n == BOOTSTRAP);
    metadata.ecall_indication = Some(n == EMERGENCY);
    metadata.notification_configuration_info = vec![NotificationConfiguration {
        events: Event::ALL.to_vec(),
        address: "smdp1.test.example".to_owned(),
    }];
    let aid = card.install_profile(&elements(iccid(n)), metadata).unwrap();
    card.edit_state(|state| {
        for profile in state
            .profiles
            .iter_mut()
            .filter(|profile| profile.aid == aid)
        {
            if n == BOOTSTRAP {
                profile.state = ProfileState::Enabled;
            }
        }
    })
    .unwrap();
}

fn associate(card: &mut Card, id: &str, token: i64) {
    let signing = pki().issue_eim_signing(id, Curve::NistP256).unwrap();
    let tls = pki()
        .issue_tls(Role::EimTls, &[id], Curve::NistP256)
        .unwrap();
    let spki = signing.key.public_key().to_spki();
    let configuration = EimConfigurationData {
        eim_id: id.to_owned(),
        eim_fqdn: Some(id.to_owned()),
        eim_id_type: Some(EimIdType::EIM_ID_TYPE_FQDN),
        counter_value: Some(0),
        association_token: Some(token),
        eim_public_key_data: Some(EimConfigurationDataEimPublicKeyData::EimPublicKey(
            SubjectPublicKeyInfo::from_der(spki),
        )),
        trusted_public_key_data_tls: Some(
            EimConfigurationDataTrustedPublicKeyDataTls::TrustedCertificateTls(
                Certificate::from_der(tls.certificate.clone()),
            ),
        ),
        euicc_ci_pk_id: Some(pki().ci_key_id(Curve::NistP256).unwrap().into()),
        ..Default::default()
    };
    let configuration = encode(&configuration).unwrap();
    card.edit_state(|state| {
        state.eims.push(veuicc::Eim {
            eim_id: id.to_owned(),
            counter_value: 0,
            association_token: Some(token),
            configuration,
        });
        state.next_association_token = token + 1;
    })
    .unwrap();
}

pub(crate) fn enable(n: u8, rollback: bool) -> Psmo {
    Psmo::Enable(PsmoEnable {
        iccid: Iccid::from(iccid(n)),
        rollback_flag: rollback.then_some(()),
        additions: Default::default(),
    })
}

/// The acknowledgement of these numbers.
pub(crate) fn acknowledgement(numbers: impl IntoIterator<Item = i64>) -> Vec<u8> {
    let list = numbers.into_iter().map(SequenceNumber).collect();
    encode(&ProvideEimPackageResultResponse::EimAcknowledgements(
        EimAcknowledgements(list),
    ))
    .unwrap()
}

/// Whether a message is the delivery of a result.
pub(crate) fn is_result(message: &EsipaMessageFromIpaToEim) -> bool {
    matches!(
        message,
        EsipaMessageFromIpaToEim::ProvideEimPackageResult(_)
    )
}

pub(crate) fn set_fallback(n: u8) -> Psmo {
    Psmo::SetFallbackAttribute(PsmoSetFallbackAttribute {
        iccid: Iccid::from(iccid(n)),
        additions: Default::default(),
    })
}
