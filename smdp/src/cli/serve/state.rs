// SPDX-License-Identifier: MIT OR Apache-2.0
//! What is served: the servers with their keys, packages and orders, and the file behind them.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;

use certs::{Pki, Role};
use rsp::env::Env;
use smdp::admin::ListenerView;
use smdp::config::{Config, EntityConfig};
use smdp::credentials::TlsIdentity;
use smdp::peer::{Client, ClientOptions, KeptSender, Peers, Sender, roots_of};
use smdp::smds::SmDsCredentials;
use smdp::store::{Keeper, Source, Store};
use smdp::trace::Tracer;
use smdp::{
    ArmedFault, Credentials, Entity, Faults, Profile, Profiles, SmDp, SmDpService, SmDs,
    SmDsService,
};

use super::identity::{self, texts};
use super::{Failure, order_of};

/// What a server finds around it.
pub(super) struct Surroundings {
    /// The address in activation codes.
    pub(super) name: String,
    /// Where it listens.
    pub(super) local: Vec<SocketAddr>,
    /// The same for the administration.
    pub(super) listeners: Vec<ListenerView>,
    /// Where other servers are, by their names.
    pub(super) resolve: HashMap<String, SocketAddr>,
    /// What goes wrong on purpose.
    pub(super) faults: Vec<ArmedFault>,
}

/// The servers and what belongs to them.
pub(super) struct Served {
    pub(super) service: Arc<SmDpService>,
    pub(super) smds: Arc<SmDsService>,
    pub(super) faults: Arc<Faults>,
    pub(super) peers: Arc<dyn Peers>,
    pub(super) keeper: Option<Arc<Keeper>>,
    pub(super) tracer: Option<Arc<Tracer>>,
    pub(super) profiles: Profiles,
    pub(super) pki: Pki,
    pub(super) entity: Entity,
    /// The address in activation codes.
    pub(super) name: String,
    /// Where it listens.
    pub(super) listeners: Vec<ListenerView>,
    /// The names in the TLS certificate of the SM-DP+, its address first.
    pub(super) hosts: Vec<String>,
    /// The same for the SM-DS.
    pub(super) smds_hosts: Vec<String>,
}

impl Served {
    pub(super) fn new(
        mut config: Config,
        profiles: Profiles,
        surroundings: Surroundings,
        env: Box<dyn Env>,
        smds_env: Box<dyn Env>,
    ) -> Result<Self, Failure> {
        let pki = pki(&config)?;
        let entity = match config.pki.entity {
            EntityConfig::First => Entity::First,
            EntityConfig::Second => Entity::Second,
        };
        let local = &surroundings.local;
        let hosts = identity::hosts(&config.address, &config.also_accept, local);
        let credentials = Credentials::from_pki(&pki, entity, &texts(&hosts));
        let credentials = credentials.map_err(Failure::input)?;
        let resolve = surroundings.resolve;
        let peers = client(&pki, &credentials.tls, resolve.clone())?;
        let role = tls_role(entity);
        let faults = Faults::lending(pki.clone(), role, &texts(&hosts));
        faults.arm_configured(&config).map_err(Failure::input)?;
        for fault in surroundings.faults {
            faults.arm(fault).map_err(Failure::input)?;
        }
        let faults = Arc::new(faults);
        let mut smds_config = config.smds.take().unwrap_or_default();
        if smds_config.accept_port {
            let local = local.iter().flat_map(addresses);
            smds_config.also_accept.extend(local);
        }
        let smds_hosts = identity::hosts(&smds_config.address, &smds_config.also_accept, local);
        let smds_credentials = SmDsCredentials::from_pki(&pki, &texts(&smds_hosts));
        let smds_credentials = smds_credentials.map_err(Failure::input)?;
        let smds_peers = client(&pki, &smds_credentials.tls, resolve)?;
        let smds = SmDs::new(smds_config, smds_credentials);
        let mut smds = smds.map_err(Failure::input)?;
        let store = config.db.as_deref().map(Store::open).transpose();
        let store = store.map_err(Failure::input)?;
        if let Some(store) = &store {
            smds.restore(store).map_err(Failure::input)?;
        }
        let smds = SmDsService::new(smds, smds_env);
        let smds = Arc::new(smds.with_faults(Arc::clone(&faults)));
        smds.set_peers(smds_peers);

        let tracer = config.trace.as_deref().map(Tracer::open).transpose();
        let tracer = tracer.map_err(Failure::input)?.map(Arc::new);
        let smdp = smdp(config, credentials, &profiles, store.as_ref(), env.now())?;
        if smdp.orders().is_empty() && smdp.config().profile_types.is_empty() {
            tracing::warn!("no profile and no order: every download will be refused");
        }
        let service = SmDpService::new(smdp, env).with_faults(Arc::clone(&faults));
        let service = Arc::new(service);
        let sources: Vec<Arc<dyn Source>> = vec![Arc::clone(&service) as _, Arc::clone(&smds) as _];
        let keeper = store.map(|store| Arc::new(Keeper::new(store, sources)));
        if let Some(keeper) = &keeper {
            keeper.commit().map_err(Failure::work)?;
        }
        Ok(Self {
            service,
            smds,
            faults,
            peers,
            keeper,
            tracer,
            profiles,
            pki,
            entity,
            name: surroundings.name,
            listeners: surroundings.listeners,
            hosts,
            smds_hosts,
        })
    }
}

impl Served {
    /// Who sends what waits; with a file, what became of it is kept.
    pub(super) fn sender(&self) -> Arc<dyn Sender> {
        let service = Arc::clone(&self.service);
        match &self.keeper {
            Some(keeper) => Arc::new(KeptSender::new(service, Arc::clone(keeper))),
            None => service,
        }
    }
}

/// The role of the SM-DP+'s TLS certificate.
pub(super) fn tls_role(entity: Entity) -> Role {
    match entity {
        Entity::First => Role::DpTls,
        Entity::Second => Role::Dp2Tls,
    }
}

fn pki(config: &Config) -> Result<Pki, Failure> {
    config.pki.pki().map_err(Failure::input)
}

/// The addresses by which a client on the same machine calls a listener.
fn addresses(local: &SocketAddr) -> [String; 2] {
    [local.to_string(), format!("localhost:{}", local.port())]
}

/// A server as client of SM-DS and operators.
fn client(
    pki: &Pki,
    identity: &TlsIdentity,
    hosts: HashMap<String, SocketAddr>,
) -> Result<Arc<dyn Peers>, Failure> {
    let options = ClientOptions {
        identity: Some(identity.clone()),
        roots: roots_of(pki).map_err(Failure::input)?,
        hosts,
        ..ClientOptions::default()
    };
    Ok(Arc::new(Client::new(options).map_err(Failure::work)?))
}

/// The server with the state of its file and the orders of its configuration.
fn smdp(
    config: Config,
    credentials: Credentials,
    profiles: &Profiles,
    store: Option<&Store>,
    now: i64,
) -> Result<SmDp, Failure> {
    let mut smdp = SmDp::new(config, credentials);
    smdp.set_now(now);
    for kind in smdp.config().profile_types.clone() {
        smdp.add_profile_type(&kind, profiles)
            .map_err(Failure::input)?;
    }
    if let Some(store) = store {
        smdp.restore(store).map_err(Failure::input)?;
    }
    for order in smdp.config().orders.clone() {
        let added = match store {
            Some(_) => smdp.add_configured_order(&order, profiles),
            None => smdp.add_order(&order, profiles).map(Some),
        };
        added.map_err(Failure::input)?;
    }
    Ok(smdp)
}

/// Reads the packages: those of the folder, and those that orders and profile types name by a path
/// of their own. Without orders and types, each package gets an order.
pub(super) fn profiles(config: &mut Config) -> Result<Profiles, Failure> {
    let mut profiles = match &config.profiles {
        Some(folder) => Profiles::load(folder).map_err(Failure::input)?,
        None => Profiles::default(),
    };
    let types = config.profile_types.iter().map(|kind| &kind.profile);
    for name in config
        .orders
        .iter()
        .map(|order| &order.profile)
        .chain(types)
    {
        if profiles.get(name).is_none() {
            let profile = Profile::load(&config.beside(name)).map_err(Failure::input)?;
            profiles.insert(name, profile);
        }
    }
    if config.orders.is_empty() && config.profile_types.is_empty() {
        config.orders = profiles.iter().map(|(name, _)| order_of(name)).collect();
    }
    Ok(profiles)
}
