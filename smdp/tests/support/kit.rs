// SPDX-License-Identifier: MIT OR Apache-2.0
//! An SM-DP+ ready to be asked.

use std::ops::{Deref, DerefMut};
use std::sync::{Arc, OnceLock};

use certs::Pki;
use rsp::env::{Clock, SeededEnv};
use smdp::config::OrderConfig;
use smdp::{
    Config, Credentials, Entity, Event, Faults, Order, OrderId, OrderState, Profile, Profiles,
    SmDp, SmDpService,
};

use super::host::Host;
use super::profile::package;

/// What a kit is made of; `Setup { …, ..Setup::default() }`.
pub(crate) struct Setup {
    pub(crate) pki: Arc<Pki>,
    pub(crate) entity: Entity,
    /// Configuration; its own orders are left aside.
    pub(crate) config: Config,
    /// The package of the orders that name none.
    pub(crate) profile: Profile,
    pub(crate) orders: Vec<OrderConfig>,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            pki: pki(),
            entity: Entity::First,
            config: Config::default(),
            profile: package(),
            orders: Vec::new(),
        }
    }
}

/// The PKI of seed 1.
pub(crate) fn pki() -> Arc<Pki> {
    static PKI: OnceLock<Arc<Pki>> = OnceLock::new();
    Arc::clone(PKI.get_or_init(|| Arc::new(Pki::seeded(1).unwrap())))
}

/// An order with the MatchingID that [`super::lpa::Lpa`] sends.
pub(crate) fn order() -> OrderConfig {
    OrderConfig {
        matching_id: "MATCHING-1".to_owned(),
        ..OrderConfig::default()
    }
}

/// An SM-DP+ with ES9+ in both bindings; further interfaces are mounted on its host.
pub(crate) struct Kit {
    pub(crate) pki: Arc<Pki>,
    pub(crate) service: Arc<SmDpService>,
    /// The clock of the server.
    pub(crate) clock: Clock,
    pub(crate) orders: Vec<OrderId>,
    profile: Profile,
    host: Host,
}

impl Deref for Kit {
    type Target = Host;

    fn deref(&self) -> &Host {
        &self.host
    }
}

impl DerefMut for Kit {
    fn deref_mut(&mut self) -> &mut Host {
        &mut self.host
    }
}

impl Kit {
    /// A server with one order.
    pub(crate) fn new(order: OrderConfig) -> Self {
        Self::with(Setup {
            orders: vec![order],
            ..Setup::default()
        })
    }

    pub(crate) fn with(setup: Setup) -> Self {
        let name = setup.config.address.clone();
        let credentials = Credentials::from_pki(&setup.pki, setup.entity, &[&name]).unwrap();
        let smdp = SmDp::new(setup.config, credentials);
        let clock = Clock::default();
        let env = SeededEnv::with_clock(1, "smdp", clock.clone());
        let lent = (*setup.pki).clone();
        let faults = Faults::lending(lent, certs::Role::DpTls, &[&name]);
        let service = SmDpService::new(smdp, Box::new(env)).with_faults(Arc::new(faults));
        let service = Arc::new(service);
        let mut host = Host::new();
        host.mount("ES9+", service.clone());
        let mut kit = Self {
            pki: setup.pki,
            service,
            clock,
            orders: Vec::new(),
            profile: setup.profile,
            host,
        };
        for order in setup.orders {
            kit.add_order(order);
        }
        kit
    }

    /// Takes a further order, for the kit's package unless it is given another.
    pub(crate) fn add_order(&mut self, order: OrderConfig) -> OrderId {
        self.add_order_for(self.profile.clone(), order)
    }

    pub(crate) fn add_order_for(&mut self, profile: Profile, mut order: OrderConfig) -> OrderId {
        let mut profiles = Profiles::default();
        profiles.insert("package.der", profile);
        order.profile = "package.der".into();
        let id = self
            .service
            .with_smdp(|smdp| smdp.add_order(&order, &profiles))
            .unwrap();
        self.orders.push(id);
        id
    }

    /// Looks at the first order, or changes it.
    pub(crate) fn order<R>(&self, look: impl FnOnce(&mut Order) -> R) -> R {
        let id = *self.orders.first().expect("an order");
        self.order_of(id, look)
    }

    pub(crate) fn order_of<R>(&self, id: OrderId, look: impl FnOnce(&mut Order) -> R) -> R {
        self.service
            .with_smdp(|smdp| look(smdp.orders_mut().get_mut(id).unwrap()))
    }

    /// Where the first order stands.
    pub(crate) fn state(&self) -> OrderState {
        self.order(|order| order.state)
    }

    pub(crate) fn open_sessions(&self) -> usize {
        self.service.with_smdp(|smdp| smdp.open_sessions())
    }

    /// What happened so far.
    pub(crate) fn journal(&self) -> Vec<Event> {
        self.service
            .with_smdp(|smdp| smdp.journal().cloned().collect())
    }
}
