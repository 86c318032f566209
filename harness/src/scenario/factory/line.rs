// SPDX-License-Identifier: MIT OR Apache-2.0
//! Who is in the factory: the SM-DP+ with its orders, which can be switched off and on, and the
//! devices on the line, each with a card of its own.

use std::error::Error;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use certs::{Curve, Pki, Role, TEST_EID};
use rsp::env::SystemEnv;
use rsp::id::{Eid, Iccid};
use rsp::json::Interface;
use smdp::config::{MetadataConfig, OrderConfig};
use smdp::http::{Limits, Server, TlsVersions};
use smdp::{
    Config, Credentials, Entity, OrderId, OrderState, Profile, Profiles, SmDp, SmDpService,
};
use tokio::net::TcpListener;
use veuicc::{Card, CardConfig, Metadata, ProfileState, Reset};

use crate::fixture::Fixtures;
use crate::ipa::{Contact, Ipa, TableModem};
use crate::iut::{CardLink, IpaEnvironment, IpaSettings, LinkError, Modem};
use crate::wire::net::Resolver;

/// The SM-DP+.
pub(super) const SMDP: &str = "smdp1.test.example";
/// Seconds for one exchange: everybody is on this machine.
const PATIENCE: Duration = Duration::from_secs(20);
/// The byte of an EID in which devices differ, before the check digits.
const SERIAL: usize = 14;
/// The digits of an ICCID before the number of the device and the check digit.
const ICCID: &str = "8988100000000001";

/// What is the same for everybody.
pub(super) struct Factory {
    pub(super) resolver: Resolver,
    pki: Pki,
    profile: Profile,
    bootstrap: Profile,
    credentials: Credentials,
    service: Arc<SmDpService>,
    server: Option<Server>,
}

impl Factory {
    pub(super) fn new(pki: Pki, fixtures: &Fixtures) -> Result<Self, Box<dyn Error>> {
        let credentials = Credentials::from_pki(&pki, Entity::First, &[SMDP])?;
        let config = Config {
            address: SMDP.to_owned(),
            ..Config::default()
        };
        let smdp = SmDp::new(config, credentials.clone());
        Ok(Self {
            resolver: Resolver::new(),
            profile: fixtures.profile("operational")?,
            bootstrap: fixtures.profile("bootstrap")?,
            service: Arc::new(SmDpService::new(smdp, Box::new(SystemEnv::new()?))),
            credentials,
            pki,
            server: None,
        })
    }

    /// Takes an order for one EID; returns its MatchingID.
    pub(super) fn order(&self, number: u8, eid: &Eid) -> Result<Ordered, Box<dyn Error>> {
        let iccid = Iccid::with_check_digit(&format!("{ICCID}{number:02}"))?;
        let name = format!("device-{number}");
        let mut profiles = Profiles::default();
        profiles.insert(name.as_str(), self.profile.with_iccid(iccid.as_bytes())?);
        let order = OrderConfig {
            profile: name.as_str().into(),
            matching_id: format!("LINE-{number}"),
            eid: Some(eid.to_string()),
            metadata: MetadataConfig {
                profile_name: "Operational".to_owned(),
                ..MetadataConfig::default()
            },
            ..OrderConfig::default()
        };
        let id = self
            .service
            .with_smdp(|smdp| smdp.add_order(&order, &profiles))?;
        Ok(Ordered {
            id,
            iccid,
            contact: Contact {
                address: SMDP.to_owned(),
                matching_id: Some(order.matching_id),
                oid: None,
                is: Some(Interface::Es9),
            },
        })
    }

    /// Where an order stands.
    pub(super) fn state(&self, id: OrderId) -> Option<OrderState> {
        self.service
            .with_smdp(|smdp| smdp.orders().get(id).map(|order| order.state))
    }

    /// Switches the SM-DP+ on; what it knows it knows from before.
    pub(super) async fn open(&mut self) -> Result<(), Box<dyn Error>> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let tls = smdp::http::server_config(&self.credentials.tls, TlsVersions::Both, None)?;
        self.resolver.insert(SMDP, listener.local_addr()?);
        let service = self.service.clone();
        self.server = Some(smdp::http::serve(
            listener,
            service,
            tls,
            Limits::default(),
        )?);
        Ok(())
    }

    /// Switches it off: its socket is gone.
    pub(super) async fn close(&mut self) {
        if let Some(server) = self.server.take() {
            server.shutdown().await;
        }
    }

    /// Whether anybody is at its address.
    pub(super) async fn answers(&self) -> bool {
        match self.resolver.resolve(SMDP) {
            Ok(address) => tokio::net::TcpStream::connect(address).await.is_ok(),
            Err(_) => false,
        }
    }

    /// A device with an empty card.
    pub(super) fn device(&self, number: u8) -> Result<Device, Box<dyn Error>> {
        let mut eid = TEST_EID;
        if let Some(serial) = eid.get_mut(SERIAL) {
            *serial = number;
        }
        let eid = Eid::from_bytes(&eid)?.with_check_digits();
        let config = CardConfig::from_pki(&self.pki, *eid.as_bytes())?;
        let card = Card::new(config, Box::new(SystemEnv::new()?));
        let card = Arc::new(Tray(Mutex::new(card)));
        Ok(Device {
            ipa: self.start(&card, None)?,
            card,
            eid,
        })
    }

    /// Starts the device's software in the line, where a cable takes the place of the modem; the
    /// card is reset.
    pub(super) fn plug_in(&self, device: &mut Device) -> Result<(), Box<dyn Error>> {
        device.ipa = self.start(&device.card, None)?;
        Ok(())
    }

    /// Starts it where there is but the modem, which has a network under an enabled profile only.
    pub(super) fn power_on(&self, device: &mut Device) -> Result<(), Box<dyn Error>> {
        device.ipa = self.start(&device.card, Some(Arc::new(TableModem::default())))?;
        Ok(())
    }

    fn start(
        &self,
        card: &Arc<Tray>,
        modem: Option<Arc<dyn Modem>>,
    ) -> Result<Ipa, Box<dyn Error>> {
        let ci = self.pki.credential(Role::Ci, Curve::NistP256)?;
        Ok(Ipa::start(IpaEnvironment {
            card: card.clone(),
            resolver: self.resolver.clone(),
            roots: vec![ci.certificate.clone()],
            env: Box::new(SystemEnv::new()?),
            timeout: PATIENCE,
            settings: IpaSettings {
                modem,
                ..IpaSettings::default()
            },
        })?)
    }

    /// Puts the bootstrap profile onto a card, enabled, as its maker does.
    pub(super) fn preload(&self, device: &Device) -> Result<(), Box<dyn Error>> {
        let metadata = Metadata::for_iccid(&self.bootstrap.iccid(), "Bootstrap");
        let mut card = device.card.card();
        let aid = card.install_profile(&self.bootstrap.package(), metadata)?;
        card.edit_state(|state| {
            for profile in state.profiles.iter_mut().filter(|it| it.aid == aid) {
                profile.state = ProfileState::Enabled;
            }
        })?;
        Ok(())
    }
}

/// An order as the line needs it.
pub(super) struct Ordered {
    pub(super) id: OrderId,
    pub(super) iccid: Iccid,
    pub(super) contact: Contact,
}

/// A card in its holder.
pub(super) struct Tray(Mutex<Card>);

impl Tray {
    fn card(&self) -> std::sync::MutexGuard<'_, Card> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl CardLink for Tray {
    fn transmit(&self, command: &[u8]) -> Result<Vec<u8>, LinkError> {
        Ok(self.card().transmit(command))
    }

    fn reset(&self) -> Result<Vec<u8>, LinkError> {
        Ok(self.card().reset(Reset::Cold))
    }
}

/// A device on the line.
pub(super) struct Device {
    pub(super) eid: Eid,
    pub(super) card: Arc<Tray>,
    pub(super) ipa: Ipa,
}

impl Device {
    /// The enabled profile: its network is the only one that the device has.
    pub(super) fn network(&self) -> Option<String> {
        let card = self.card.card();
        let mut profiles = card.profiles().iter();
        let enabled = profiles.find(|profile| profile.state == ProfileState::Enabled)?;
        let iccid = Iccid::from_bytes(&enabled.metadata.iccid).ok()?;
        Some(iccid.to_string())
    }

    /// Notifications and results that wait on the card.
    pub(super) fn waiting(&self) -> usize {
        self.card.card().state().pending.len()
    }
}
