// SPDX-License-Identifier: MIT OR Apache-2.0
//! `smdp serve`: from its arguments to running listeners, and to an end in order.

mod identity;
mod listener;
mod order;
mod state;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use certs::Variant;
use clap::{Args, ValueEnum};
use rsp::env::{Env, SeededEnv, SystemEnv};
use smdp::ArmedFault;
use smdp::config::{
    Config, EntityConfig, InterfaceConfig, ListenerConfig, OrderConfig, TlsVersionConfig,
};
use smdp::peer::{Delivery, deliver};
use smdp::store::Keeper;

use self::order::{OrderArgument, ResolveArgument};
use super::Failure;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Address to listen on for ES9+, when the configuration has no listener; port 0 takes a free
    /// one [default: 127.0.0.1:8443].
    #[arg(long, value_name = "ADDR")]
    listen: Option<SocketAddr>,
    /// Loopback address for the admin API and the status page, over plain HTTP.
    #[arg(long, value_name = "ADDR")]
    admin: Option<SocketAddr>,
    /// Folder with a PKI in SGP.26 file naming; without it, a PKI made from the seed.
    #[arg(long, value_name = "DIR")]
    pki: Option<PathBuf>,
    /// Variant of the chains: O, Ov3, A, B or C [default: the folder's own, O without a folder].
    #[arg(long, value_name = "V")]
    variant: Option<Variant>,
    /// Folder with profile packages (*.der); without orders, each gets one that can be used again.
    #[arg(long, value_name = "DIR")]
    profiles: Option<PathBuf>,
    /// TOML configuration; `smdp config` prints one with every key.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// File that keeps orders and what belongs to them over a restart; made when absent.
    #[arg(long, value_name = "FILE")]
    db: Option<PathBuf>,
    /// Writes every exchange as a JSON line: into one file (*.jsonl), or into a folder with a file
    /// per session.
    #[arg(long, value_name = "PATH")]
    trace: Option<PathBuf>,
    /// An order, also several times: MATCHINGID=FILE[,cc=CODE][,eid=EID][,ppk][,reusable].
    #[arg(long = "order", value_name = "ORDER")]
    orders: Vec<OrderArgument>,
    /// Name of the server, in activation codes and in what it signs. Without it the server goes by
    /// its socket address as well as by smdp1.test.example, and activation codes carry the socket
    /// address: lpac takes such a code, but it is none of SGP.22, which allows no port.
    #[arg(long, value_name = "NAME")]
    host: Option<String>,
    /// Where eUICCs send notifications, unless an order says otherwise [default: the address of
    /// the activation codes].
    #[arg(long, value_name = "ADDRESS")]
    notification_address: Option<String>,
    /// Where to find another server (an SM-DS, an operator) instead of asking the name service,
    /// also several times: HOST=ADDRESS:PORT.
    #[arg(long = "resolve", value_name = "HOST=ADDR")]
    resolve: Vec<ResolveArgument>,
    /// Accepts only the name itself as smdpAddress, without a port and without other names.
    #[arg(long)]
    strict_address: bool,
    /// Seed of the PKI (1 when absent); when given, randomness follows from it too and the clock
    /// stands still.
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Which SM-DP+ of the PKI to be [default: first].
    #[arg(long, value_enum)]
    entity: Option<EntityArgument>,
    /// TLS versions to offer, when the configuration has no listener [default: both].
    #[arg(long, value_enum)]
    tls: Option<TlsArgument>,
    /// Goes wrong on purpose, also several times: NAME[:PARAMETER][@SCOPE]..., where a scope is a
    /// MatchingID, xN for the next N answers, or a function; `smdp faults` lists the names.
    #[arg(long = "fault", value_name = "FAULT")]
    faults: Vec<ArmedFault>,
    /// Allows an address that is not a loopback one; never for the administration.
    #[arg(long)]
    public: bool,
    /// Prints the documented default configuration, and does not serve.
    #[arg(long)]
    print_config: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum EntityArgument {
    First,
    Second,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum TlsArgument {
    Both,
    #[value(name = "1.2")]
    Tls12,
    #[value(name = "1.3")]
    Tls13,
}

impl Arguments {
    pub(super) fn run(self) -> Result<(), Failure> {
        if self.print_config {
            return super::config::print();
        }
        let runtime = tokio::runtime::Runtime::new().map_err(Failure::work)?;
        runtime.block_on(self.serve())
    }

    async fn serve(self) -> Result<(), Failure> {
        let mut config = self.config()?;
        let listeners = self.listeners(&mut config)?;
        let profiles = state::profiles(&mut config)?;
        let bound = listener::bind(listeners, self.public).await?;
        let local = listener::main_address(&bound);
        let name = self.name_addresses(&mut config, local);
        let env = self.env("smdp")?;
        let resolve = self.resolve.iter().cloned();
        let surroundings = state::Surroundings {
            name,
            local: bound.iter().map(|bound| bound.local).collect(),
            listeners: bound.iter().map(listener::view).collect(),
            resolve: resolve.map(|it| (it.0, it.1)).collect(),
            faults: self.faults.clone(),
        };
        let served = state::Served::new(config, profiles, surroundings, env, self.env("smds")?)?;

        let mut servers = Vec::new();
        for bound in bound {
            servers.push(listener::start(bound, &served)?);
        }
        // before anybody is told that there is something to stop
        let mut signals = Signals::new().map_err(Failure::work)?;
        listener::announce(&served, &servers).map_err(Failure::work)?;
        let delivery = deliver(served.sender(), Arc::clone(&served.peers));
        let signal = signals.next().await;
        tracing::info!(signal, "stopping: open exchanges finish");
        let end = end(servers, delivery, served.keeper.clone());
        tokio::select! {
            ended = end => ended,
            again = signals.next() => {
                Err(Failure::work(format!("expected open exchanges to finish, got {again} again")))
            }
        }
    }

    /// Settles by which addresses the server goes, and returns the one for activation codes. A
    /// server without a given name is called by its socket address, so that a client on the same
    /// machine reaches it without a name service.
    fn name_addresses(&self, config: &mut Config, local: SocketAddr) -> String {
        let socket = local.to_string();
        if !self.strict_address {
            let localhost = format!("localhost:{}", local.port());
            config.also_accept.extend([socket.clone(), localhost]);
        }
        let named = self.host.is_some() || self.config.is_some() || self.strict_address;
        let name = if named {
            config.address.clone()
        } else {
            socket
        };
        if let Some(address) = &self.notification_address {
            config.notification_address = Some(address.clone());
        }
        config
            .notification_address
            .get_or_insert_with(|| name.clone());
        name
    }

    /// The configuration with what the command line says instead.
    fn config(&self) -> Result<Config, Failure> {
        let mut config = match &self.config {
            Some(path) => Config::load(path).map_err(Failure::input)?,
            None => Config::default(),
        };
        if let Some(host) = &self.host {
            config.address.clone_from(host);
        }
        if self.strict_address {
            config.accept_port = false;
        }
        if let Some(folder) = &self.pki {
            config.pki.folder = Some(folder.clone());
        }
        config.pki.variant = self.variant.or(config.pki.variant);
        if let Some(seed) = self.seed {
            config.pki.seed = Some(seed);
        }
        if let Some(entity) = self.entity {
            config.pki.entity = match entity {
                EntityArgument::First => EntityConfig::First,
                EntityArgument::Second => EntityConfig::Second,
            };
        }
        for (given, kept) in [
            (&self.profiles, &mut config.profiles),
            (&self.db, &mut config.db),
            (&self.trace, &mut config.trace),
        ] {
            if given.is_some() {
                kept.clone_from(given);
            }
        }
        if self.seed.is_some() && config.db.is_some() {
            let problem = "--seed: expected no --db beside it: after a restart the same TransactionIDs would come again";
            return Err(Failure::input(format!(
                "{problem} ([pki] seed chooses the PKI alone)"
            )));
        }
        let orders = self.orders.iter().map(|order| order.0.clone());
        config.orders.extend(orders);
        Ok(config)
    }

    /// The listeners of the configuration, or those of the command line.
    fn listeners(&self, config: &mut Config) -> Result<Vec<ListenerConfig>, Failure> {
        let mut listeners = std::mem::take(&mut config.listeners);
        let given = [
            ("--listen", self.listen.is_some()),
            ("--tls", self.tls.is_some()),
        ];
        if let Some((flag, _)) = given
            .iter()
            .find(|(_, given)| *given && !listeners.is_empty())
        {
            let problem = "expected no [[listener]] in the configuration beside it";
            return Err(Failure::input(format!("{flag}: {problem}")));
        }
        if listeners.is_empty() {
            let mut listener = ListenerConfig::default();
            if let Some(address) = self.listen {
                listener.address = address;
            }
            listener.tls = match self.tls {
                None | Some(TlsArgument::Both) => listener.tls,
                Some(TlsArgument::Tls12) => vec![TlsVersionConfig::Tls12],
                Some(TlsArgument::Tls13) => vec![TlsVersionConfig::Tls13],
            };
            listeners.push(listener);
        }
        if let Some(address) = self.admin {
            listeners.push(ListenerConfig {
                address,
                interfaces: vec![InterfaceConfig::Admin],
                plain: true,
                ..ListenerConfig::default()
            });
        }
        Ok(listeners)
    }

    fn env(&self, label: &str) -> Result<Box<dyn Env>, Failure> {
        Ok(match self.seed {
            Some(seed) => Box::new(SeededEnv::new(seed, label)),
            None => Box::new(SystemEnv::new().map_err(Failure::work)?),
        })
    }
}

/// An order for each package, which can be used again.
pub(super) fn order_of(profile: &std::path::Path) -> OrderConfig {
    OrderConfig {
        profile: profile.to_owned(),
        matching_id: matching_id(&profile.with_extension("").to_string_lossy()),
        reusable: true,
        ..OrderConfig::default()
    }
}

/// A MatchingID from a file name: capitals, digits and hyphens (SGP.22 §4.1.1).
fn matching_id(name: &str) -> String {
    name.chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() {
                c.to_ascii_uppercase()
            } else {
                '-'
            }
        })
        .collect()
}

/// Lets open exchanges finish, then messages under way; what waits is kept.
async fn end(
    servers: Vec<listener::Running>,
    delivery: Delivery,
    keeper: Option<Arc<Keeper>>,
) -> Result<(), Failure> {
    let mut closing = tokio::task::JoinSet::new();
    for running in servers {
        closing.spawn(running.server.shutdown());
    }
    while closing.join_next().await.is_some() {}
    delivery.shutdown().await;
    match keeper {
        Some(keeper) => keeper.commit().map_err(Failure::work),
        None => Ok(()),
    }
}

/// The requests to stop.
struct Signals {
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
}

impl Signals {
    /// From now on, such a request ends the program in order.
    fn new() -> std::io::Result<Self> {
        #[cfg(unix)]
        {
            use tokio::signal::unix::{SignalKind, signal};
            Ok(Self {
                interrupt: signal(SignalKind::interrupt())?,
                terminate: signal(SignalKind::terminate())?,
            })
        }
        #[cfg(not(unix))]
        Ok(Self {})
    }

    /// Waits for the next, and names it.
    async fn next(&mut self) -> &'static str {
        #[cfg(unix)]
        tokio::select! {
            _ = self.interrupt.recv() => "an interrupt",
            _ = self.terminate.recv() => "a request to terminate",
        }
        #[cfg(not(unix))]
        {
            // without the signal nobody can ask
            drop(tokio::signal::ctrl_c().await);
            "an interrupt"
        }
    }
}
