// SPDX-License-Identifier: MIT OR Apache-2.0
//! Everybody in the bootstrap scenario: the card and the SM-DP+ in this process, the eIM and the
//! IPA as processes of their own, and between them gates that follow the enabled profile.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use certs::Pki;
use rsp::env::SystemEnv;
use smdp::config::{MetadataConfig, OrderConfig};
use smdp::http::{Limits, TlsVersions};
use smdp::{Credentials, Entity, Profiles, SmDp, SmDpService};
use tokio::net::TcpListener;
use veuicc::link::{Slot, tcp};
use veuicc::{Card, CardConfig, Es10Tap, Metadata, NotificationConfiguration, ProfileState};

use super::super::gate::{Gate, Open, Watch};
use super::super::process::Process;
use super::killing::Killing;
use crate::fixture::Fixtures;

/// The SM-DP+.
pub(super) const SMDP: &str = "smdp1.test.example";
/// The eIM.
pub(super) const EIM: &str = "eim1.test.example";
/// MatchingID of the operational profile.
pub(super) const MATCHING_ID: &str = "BOOTSTRAP-1";

/// A profile of the scenario, and whether its network is there.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Subscription {
    /// ICCID as in EF.ICCID, in hexadecimal.
    pub(super) iccid: &'static str,
    /// What it is called in the story.
    pub(super) name: &'static str,
}

/// The profile with which the device leaves the factory.
pub(super) const BOOTSTRAP: Subscription = Subscription {
    iccid: "988801000000000020f3",
    name: "bootstrap profile",
};
/// The profile that it is to live on.
pub(super) const OPERATIONAL: Subscription = Subscription {
    iccid: "988801000000000010f5",
    name: "operational profile",
};

/// Which networks are there: ICCID to reachability. No profile enabled means no network.
#[derive(Clone, Debug)]
pub(super) struct Networks(Arc<Mutex<BTreeMap<&'static str, bool>>>);

impl Networks {
    fn new() -> Self {
        let table = [(BOOTSTRAP.iccid, true), (OPERATIONAL.iccid, false)];
        Self(Arc::new(Mutex::new(table.into())))
    }

    pub(super) fn set(&self, subscription: Subscription, reachable: bool) {
        self.table().insert(subscription.iccid, reachable);
    }

    fn reaches(&self, iccid: &str) -> bool {
        self.table().get(iccid).copied().unwrap_or(false)
    }

    fn table(&self) -> std::sync::MutexGuard<'_, BTreeMap<&'static str, bool>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What was executed on the card, counted: nothing may happen twice.
#[derive(Clone, Debug, Default)]
pub(super) struct Executed {
    packages: Arc<AtomicUsize>,
    installations: Arc<AtomicUsize>,
}

impl Executed {
    /// eUICC packages carried out, profiles installed.
    pub(super) fn counts(&self) -> (usize, usize) {
        let packages = self.packages.load(Ordering::SeqCst);
        (packages, self.installations.load(Ordering::SeqCst))
    }
}

/// Counts what the card executed, and lets the killing happen between two commands.
struct CardTap {
    executed: Executed,
    killing: Arc<Killing>,
}

impl Es10Tap for CardTap {
    fn exchange(&mut self, _: &[u8], response: Vec<u8>) -> Vec<u8> {
        // BF51 A0: an eUICC package was carried out; BF37: a profile package ended
        if response.starts_with(&[0xBF, 0x51]) && after_header(&response) == Some(0xA0) {
            self.executed.packages.fetch_add(1, Ordering::SeqCst);
        }
        if response.starts_with(&[0xBF, 0x37]) && is_installed(&response) {
            self.executed.installations.fetch_add(1, Ordering::SeqCst);
        }
        self.killing.card_answered();
        response
    }
}

fn after_header(message: &[u8]) -> Option<u8> {
    let outer = rsp::tlv::walk(message).flatten().next()?;
    outer.value.first().copied()
}

fn is_installed(result: &[u8]) -> bool {
    use rsp::sgp22::ProfileInstallationResultDataFinalResult as Final;
    let result = rsp::der::decode::<rsp::sgp22::ProfileInstallationResult>(result);
    result.is_ok_and(|result| {
        let data = &result.profile_installation_result_data;
        matches!(data.final_result, Final::SuccessResult(_))
    })
}

/// Everybody.
pub(super) struct World {
    pub(super) eid: [u8; 16],
    pub(super) networks: Networks,
    pub(super) executed: Executed,
    pub(super) card: Slot,
    pub(super) card_address: SocketAddr,
    pub(super) killing: Arc<Killing>,
    pub(super) folder: PathBuf,
    pub(super) smdp_gate: Gate,
    pub(super) smdp_address: SocketAddr,
    _smdp_server: smdp::http::Server,
}

impl World {
    /// Makes the card, starts the SM-DP+, and opens the card's link.
    pub(super) async fn new(
        pki: &Pki,
        fixtures: &Fixtures,
        folder: &Path,
        killing: Arc<Killing>,
    ) -> Result<Self, Box<dyn std::error::Error>> {
        let executed = Executed::default();
        let mut card = card(pki, fixtures)?;
        card.set_tap(Box::new(CardTap {
            executed: executed.clone(),
            killing: killing.clone(),
        }));
        let card = Slot::new(card);
        let networks = Networks::new();
        let smdp_server = smdp(pki, fixtures).await?;
        let smdp_address = smdp_server.local_addr();
        let open = open(&card, &networks);
        let smdp_gate = Gate::new(smdp_address, open, Arc::new(|| {})).await?;
        Ok(Self {
            eid: certs::TEST_EID,
            networks,
            executed,
            card_address: serve(&card)?,
            card,
            killing,
            folder: folder.to_owned(),
            smdp_gate,
            smdp_address,
            _smdp_server: smdp_server,
        })
    }

    /// A gate between the device and a server that listens on `address`.
    pub(super) async fn gate(&self, address: SocketAddr, watch: Watch) -> std::io::Result<Gate> {
        Gate::new(address, open(&self.card, &self.networks), watch).await
    }

    /// A command of this program whose log is in the folder of the scenario.
    pub(super) fn process(&self, name: &'static str, arguments: &[String]) -> Arc<Process> {
        let log = self.folder.join(format!("{name}.log"));
        Process::new(name, arguments.to_vec(), log)
    }

    /// ICCID of the enabled profile, in hexadecimal.
    pub(super) fn enabled(&self) -> Option<String> {
        enabled(&self.card)
    }

    /// The association token that the card has given the eIM.
    pub(super) fn token(&self) -> Option<i64> {
        self.card
            .with_card(|card| card.state().eims.first()?.association_token)
    }

    /// ICCIDs of all profiles.
    pub(super) fn profiles(&self) -> Vec<String> {
        self.card.with_card(|card| {
            let profiles = card.profiles().iter();
            profiles.map(|it| hex::encode(&it.metadata.iccid)).collect()
        })
    }
}

/// The device's way is open while the network of its enabled profile is there.
fn open(card: &Slot, networks: &Networks) -> Open {
    let (card, networks) = (card.clone(), networks.clone());
    Arc::new(move || enabled(&card).is_some_and(|iccid| networks.reaches(&iccid)))
}

fn enabled(card: &Slot) -> Option<String> {
    card.with_card(|card| {
        let mut profiles = card.profiles().iter();
        let enabled = profiles.find(|it| it.state == ProfileState::Enabled)?;
        Some(hex::encode(&enabled.metadata.iccid))
    })
}

/// A card that has the bootstrap profile only, enabled, and no eIM.
fn card(pki: &Pki, fixtures: &Fixtures) -> Result<Card, Box<dyn std::error::Error>> {
    let config = CardConfig::from_pki(pki, certs::TEST_EID)?;
    let mut card = Card::new(config, Box::new(SystemEnv::new()?));
    let profile = fixtures.profile("bootstrap")?;
    let mut metadata = Metadata::for_iccid(&profile.iccid(), "Bootstrap");
    metadata.profile_class = veuicc::ProfileClass::Provisioning;
    metadata.fallback_allowed = Some(true);
    metadata.notification_configuration_info = vec![NotificationConfiguration {
        events: veuicc::Event::ALL.to_vec(),
        address: SMDP.to_owned(),
    }];
    let aid = card.install_profile(&profile.package(), metadata)?;
    card.edit_state(|state| {
        for installed in state.profiles.iter_mut().filter(|it| it.aid == aid) {
            installed.state = ProfileState::Enabled;
        }
    })?;
    Ok(card)
}

fn serve(card: &Slot) -> std::io::Result<SocketAddr> {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0))?;
    let address = listener.local_addr()?;
    let slot = card.clone();
    std::thread::spawn(move || {
        if let Err(error) = tcp::serve(&listener, &slot) {
            tracing::warn!(%error, "card link gave up");
        }
    });
    Ok(address)
}

/// The SM-DP+ with the order for the operational profile.
async fn smdp(
    pki: &Pki,
    fixtures: &Fixtures,
) -> Result<smdp::http::Server, Box<dyn std::error::Error>> {
    let credentials = Credentials::from_pki(pki, Entity::First, &[SMDP])?;
    let config = smdp::Config {
        address: SMDP.to_owned(),
        ..smdp::Config::default()
    };
    let tls = smdp::http::server_config(&credentials.tls, TlsVersions::Both, None)?;
    let mut smdp = SmDp::new(config, credentials);
    let mut profiles = Profiles::default();
    profiles.insert("operational", fixtures.profile("operational")?);
    let order = OrderConfig {
        profile: "operational".into(),
        matching_id: MATCHING_ID.to_owned(),
        metadata: MetadataConfig {
            profile_name: "Operational".to_owned(),
            ..MetadataConfig::default()
        },
        ..OrderConfig::default()
    };
    smdp.add_order(&order, &profiles)?;
    let service = Arc::new(SmDpService::new(smdp, Box::new(SystemEnv::new()?)));
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    Ok(smdp::http::serve(
        listener,
        service,
        tls,
        Limits::default(),
    )?)
}
