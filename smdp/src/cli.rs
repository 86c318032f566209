// SPDX-License-Identifier: MIT OR Apache-2.0
//! Arguments, and the way from them to a running server.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;

use certs::Pki;
use clap::{Args, Parser, Subcommand, ValueEnum};
use rsp::env::{Env, SeededEnv, SystemEnv};
use smdp::config::{Config, OrderConfig};
use smdp::http::{self, Limits, TlsVersions};
use smdp::{Credentials, Entity, Es9Service, KeyMode, Profile, Profiles, SmDp};
use tokio::net::TcpListener;

/// Mock SM-DP+ for tests. Its keys are public; never use it for anything else.
#[derive(Debug, Parser)]
#[command(
    version,
    about,
    after_help = "Exit codes:
  0  stopped by a signal
  1  it could not start or serve: a port or the system failed
  2  an input (PKI, profiles, configuration, orders) or the command line is wrong"
)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serves ES9+ over HTTPS until it is interrupted.
    Serve(Box<Serve>),
}

#[derive(Debug, Args)]
struct Serve {
    /// Address to listen on; port 0 takes a free one.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8443")]
    listen: SocketAddr,
    /// Folder with a PKI in SGP.26 file naming; without it, a PKI made from the seed.
    #[arg(long, value_name = "DIR")]
    pki: Option<PathBuf>,
    /// Folder with profile packages (*.der); without orders, each gets one that can be used again.
    #[arg(long, value_name = "DIR")]
    profiles: Option<PathBuf>,
    /// TOML configuration with orders.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
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
    /// Accepts only the name itself as smdpAddress, without a port and without other names.
    #[arg(long)]
    strict_address: bool,
    /// Seed of the PKI (1 when absent); when given, randomness follows from it too and the clock
    /// stands still.
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Which SM-DP+ of the PKI to be.
    #[arg(long, value_enum, default_value = "first")]
    entity: EntityArgument,
    /// TLS versions to offer.
    #[arg(long, value_enum, default_value = "both")]
    tls: TlsArgument,
    /// Allows an address that is not a loopback one.
    #[arg(long)]
    public: bool,
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

/// One `--order`.
#[derive(Debug, Clone)]
struct OrderArgument(OrderConfig);

impl FromStr for OrderArgument {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (matching_id, rest) = text
            .split_once('=')
            .ok_or("expected MATCHINGID=FILE, got no =".to_owned())?;
        let mut parts = rest.split(',');
        let profile = parts
            .next()
            .filter(|file| !file.is_empty())
            .ok_or("expected a file name")?;
        let mut order = OrderConfig {
            profile: PathBuf::from(profile),
            matching_id: matching_id.to_owned(),
            ..OrderConfig::default()
        };
        for part in parts {
            match part.split_once('=') {
                Some(("cc", code)) => order.confirmation_code = Some(code.to_owned()),
                Some(("eid", eid)) => order.eid = Some(eid.to_owned()),
                None if part == "ppk" => order.key_mode = KeyMode::ProfileProtectionKeys,
                None if part == "reusable" => order.reusable = true,
                _ => return Err(format!("expected cc=, eid=, ppk or reusable, got {part:?}")),
            }
        }
        Ok(Self(order))
    }
}

/// A reason not to start or to go on: the exit code and the one line that says why.
pub(crate) struct Failure {
    pub(crate) code: u8,
    pub(crate) message: String,
}

impl Failure {
    /// What the user gave is wrong.
    fn input(error: impl std::fmt::Display) -> Self {
        Self {
            code: 2,
            message: error.to_string(),
        }
    }

    /// What the user gave is right, the surroundings are not.
    fn work(error: impl std::fmt::Display) -> Self {
        Self {
            code: 1,
            message: error.to_string(),
        }
    }
}

/// Runs the command.
pub(crate) fn run(arguments: Arguments) -> Result<(), Failure> {
    match arguments.command {
        Command::Serve(serve) => {
            let runtime = tokio::runtime::Runtime::new().map_err(Failure::work)?;
            runtime.block_on(serve.run())
        }
    }
}

impl Serve {
    async fn run(self) -> Result<(), Failure> {
        if !self.public && !self.listen.ip().is_loopback() {
            let problem = "expected a loopback address (or --public), got";
            return Err(Failure::input(format!("{problem} {}", self.listen)));
        }
        let mut config = self.config()?;
        let profiles = self.profiles(&mut config)?;
        let listener = TcpListener::bind(self.listen)
            .await
            .map_err(|error| Failure::work(format!("cannot listen on {}: {error}", self.listen)))?;
        let local = listener.local_addr().map_err(Failure::work)?;
        let public_name = self.name_addresses(&mut config, local);

        let credentials = self.credentials(&config, local)?;
        let versions = match self.tls {
            TlsArgument::Both => TlsVersions::Both,
            TlsArgument::Tls12 => TlsVersions::Tls12,
            TlsArgument::Tls13 => TlsVersions::Tls13,
        };
        let tls = http::server_config(&credentials.tls, versions, None).map_err(Failure::work)?;
        let smdp = SmDp::with_orders(config, credentials, &profiles).map_err(Failure::input)?;
        if smdp.config().orders.is_empty() {
            tracing::warn!("no profile and no order: every download will be refused");
        }
        announce(&smdp, &public_name, local).map_err(Failure::work)?;
        let service = Arc::new(Es9Service::new(smdp, self.env()?));
        let server =
            http::serve(listener, service, tls, Limits::default()).map_err(Failure::work)?;
        stop_signal().await.map_err(Failure::work)?;
        server.shutdown().await;
        Ok(())
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
        config
            .orders
            .extend(self.orders.iter().map(|order| order.0.clone()));
        Ok(config)
    }

    /// Reads the packages: those of the folder, and those that orders name by a path of their own.
    fn profiles(&self, config: &mut Config) -> Result<Profiles, Failure> {
        let mut profiles = match &self.profiles {
            Some(folder) => Profiles::load(folder).map_err(Failure::input)?,
            None => Profiles::default(),
        };
        for order in &config.orders {
            if profiles.get(&order.profile).is_none() {
                let profile = Profile::load(&order.profile).map_err(Failure::input)?;
                profiles.insert(&order.profile, profile);
            }
        }
        if config.orders.is_empty() {
            config.orders = profiles
                .iter()
                .map(|(name, _)| OrderConfig {
                    profile: name.to_owned(),
                    matching_id: matching_id(&name.with_extension("").to_string_lossy()),
                    reusable: true,
                    ..OrderConfig::default()
                })
                .collect();
        }
        Ok(profiles)
    }

    fn credentials(&self, config: &Config, local: SocketAddr) -> Result<Credentials, Failure> {
        let pki = match &self.pki {
            Some(folder) => Pki::load(folder),
            None => Pki::seeded(self.seed.unwrap_or(1)),
        };
        let pki = pki.map_err(Failure::input)?;
        let entity = match self.entity {
            EntityArgument::First => Entity::First,
            EntityArgument::Second => Entity::Second,
        };
        let ip = local.ip().to_string();
        let names = BTreeSet::from(["localhost", ip.as_str()]);
        let mut hosts = vec![config.address.as_str()];
        hosts.extend(names.into_iter().filter(|name| *name != config.address));
        Credentials::from_pki(&pki, entity, &hosts).map_err(Failure::input)
    }

    fn env(&self) -> Result<Box<dyn Env>, Failure> {
        Ok(match self.seed {
            Some(seed) => Box::new(SeededEnv::new(seed, "smdp")),
            None => Box::new(SystemEnv::new().map_err(Failure::work)?),
        })
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

fn announce(smdp: &SmDp, name: &str, local: SocketAddr) -> std::io::Result<()> {
    let address = &smdp.config().address;
    let mut out = std::io::stdout().lock();
    writeln!(
        out,
        "listening on {local} as {address}, with test keys only"
    )?;
    for (_, order) in smdp.orders().iter() {
        let suffix = if order.confirmation_code.is_some() {
            "$$1"
        } else {
            ""
        };
        let iccid = order.profile.iccid_digits();
        writeln!(
            out,
            "activation code LPA:1${name}${}{suffix}  ICCID {iccid}",
            order.matching_id
        )?;
    }
    out.flush()
}

/// Waits for an interrupt or, on Unix, for a request to terminate.
async fn stop_signal() -> std::io::Result<()> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminate = signal(SignalKind::terminate())?;
        tokio::select! {
            result = tokio::signal::ctrl_c() => result,
            _ = terminate.recv() => Ok(()),
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await
}
