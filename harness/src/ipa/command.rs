// SPDX-License-Identifier: MIT OR Apache-2.0
//! `harness ipa`: the reference IPA by hand, one line per step on standard output.

mod add_eim;
mod device;

use std::error::Error;
use std::io::Write as _;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use certs::Role;
use clap::Args;
use rsp::dialect::Dialect;
use rsp::ecdsa::Curve;
use rsp::env::SystemEnv;
use rsp::id::Iccid;
use tokio::sync::Mutex;

pub use add_eim::{AddEimArgs, add_eim};
pub use device::{
    EmergencyArgs, FallbackArgs, OnOff, ResetArgs, ReturnArgs, StatusArgs, emergency, fallback,
    reset, return_from_fallback, status,
};

use super::link::CardAddress;
use super::modem::TableModem;
use super::{Ipa, run as round};
use crate::by_hand::PkiArgs;
use crate::defect::IpaDefect;
use crate::iut::{IpaEnvironment, IpaSettings, Modem, Policy};
use crate::wire::binding::Binding;
use crate::wire::coap::CoapArgs;
use crate::wire::esipa::Server;
use crate::wire::net::Resolver;
use crate::wire::tls::Identity;

/// What every command of the IPA has in common: its card and its surroundings.
#[derive(Args, Debug)]
pub struct DeviceArgs {
    /// Where the card is: tcp:ADDR (`veuicc serve --link tcp:ADDR`), pcsc:READER (part of its
    /// name), stdio:COMMAND (lpac's protocol)
    #[arg(long, value_name = "LINK")]
    card: CardAddress,
    /// What must survive a restart is kept in FILE
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,
    /// Address of a host name (repeatable); others are looked up as usual
    #[arg(long, value_name = "NAME=ADDR", value_parser = crate::wire::net::host_argument)]
    resolve: Vec<(String, SocketAddr)>,
    /// The CI certificates of the PKI are trusted for TLS
    #[command(flatten)]
    pki: PkiArgs,
    /// Seconds that one exchange with a server, or one answer of the card, may take
    #[arg(long, default_value_t = 20, value_name = "SECONDS")]
    timeout: u64,
    /// Binding of ESipa
    #[arg(long, value_enum, default_value_t)]
    binding: Binding,
    #[command(flatten)]
    coap: CoapArgs,
    /// Wire version, 1.0, 1.2 or 1.3 [default: that of the card]
    #[arg(long)]
    dialect: Option<Dialect>,
    /// A deliberate mistake (repeatable); `harness mutants --list --role ipa` has them
    #[arg(long, value_name = "NAME")]
    defect: Vec<IpaDefect>,
    /// Network under a profile, as ICCID=up or ICCID=down (repeatable) [default: up]
    #[arg(long, value_name = "ICCID=STATE", value_parser = network)]
    network: Vec<(Iccid, bool)>,
    /// Attempts to deliver a result before the network counts as lost
    #[arg(long, default_value_t = 3, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    attempts: u32,
    /// Milliseconds before the second attempt; twice as many before each further one
    #[arg(long, default_value_t = 50, value_name = "MS")]
    pause: u64,
}

fn network(text: &str) -> Result<(Iccid, bool), String> {
    let (iccid, state) = text
        .split_once('=')
        .ok_or("expected ICCID=up or ICCID=down")?;
    let up = match state {
        "up" => true,
        "down" => false,
        other => return Err(format!("expected up or down, got {other:?}")),
    };
    Ok((iccid.parse().map_err(|error| format!("{error}"))?, up))
}

impl DeviceArgs {
    pub(crate) fn environment(&self) -> Result<IpaEnvironment, Box<dyn Error>> {
        let pki = self.pki.load()?;
        let resolver = Resolver::with_system();
        for (name, address) in &self.resolve {
            resolver.insert(name, *address);
        }
        let timeout = Duration::from_secs(self.timeout);
        let modem = (!self.network.is_empty())
            .then(|| Arc::new(TableModem::new(self.network.clone())) as Arc<dyn Modem>);
        let mut env = SystemEnv::new()?;
        let coap = self.coap.settings(&mut env);
        Ok(IpaEnvironment {
            card: self.card.open(timeout)?,
            resolver,
            roots: crate::eim::roots(&pki),
            env: Box::new(env),
            timeout,
            settings: IpaSettings {
                dialect: self.dialect,
                binding: self.binding,
                coap,
                defects: self.defect.iter().copied().collect(),
                modem,
                state: self.state.clone().map(Into::into),
                policy: Policy {
                    attempts: self.attempts,
                    pause: Duration::from_millis(self.pause),
                    ..Policy::default()
                },
                ..IpaSettings::default()
            },
        })
    }

    fn start(&self) -> Result<Ipa, Box<dyn Error>> {
        Ok(Ipa::start(self.environment()?)?)
    }
}

/// Polls every eIM that the card is associated with, executes what they have, and ends when they
/// have nothing more.
#[derive(Args, Debug)]
pub struct PollArgs {
    #[command(flatten)]
    device: DeviceArgs,
}

/// Runs the IPA once.
///
/// # Errors
/// What stopped it: the card, the network, or a peer.
pub async fn poll(args: PollArgs) -> Result<(), Box<dyn Error>> {
    Ok(round(args.device.environment()?).await?)
}

/// Lives as a device does: round after round, until it is ended; falls back and returns by itself.
#[derive(Args, Debug)]
pub struct RunArgs {
    #[command(flatten)]
    device: DeviceArgs,
    /// Milliseconds between two rounds; after a failure twice as many each time, up to a minute
    #[arg(long, default_value_t = 10_000, value_name = "MS", value_parser = clap::value_parser!(u64).range(1..))]
    interval: u64,
    /// End after so many rounds
    #[arg(long, value_name = "N")]
    rounds: Option<u64>,
    /// Milliseconds without network after which it falls back, counted in whole rounds
    #[arg(long, value_name = "MS")]
    fallback_after: Option<u64>,
    /// Milliseconds on the fallback profile after which it returns, counted in whole rounds
    #[arg(long, value_name = "MS")]
    return_after: Option<u64>,
    /// Take packages that eIMs inject, at this address
    #[arg(long, value_name = "ADDR")]
    inject: Option<SocketAddr>,
    /// Host name in the certificate of that server
    #[arg(long, default_value = "ipa1.test.example", value_name = "NAME")]
    inject_host: String,
}

impl RunArgs {
    fn rounds_in(&self, time: Option<u64>) -> Option<u32> {
        let rounds = time?.checked_div(self.interval)?.max(1);
        Some(u32::try_from(rounds).unwrap_or(u32::MAX))
    }

    /// The server for injections, when there is to be one; under the CI of the PKI, which has no
    /// role of its own for an IPA.
    async fn server(&self, ipa: &Arc<Mutex<Ipa>>) -> Result<Option<Server>, Box<dyn Error>> {
        let Some(address) = self.inject else {
            return Ok(None);
        };
        let pki = self.device.pki.load()?;
        let tls = pki.issue_tls(Role::EimTls, &[&self.inject_host], Curve::NistP256)?;
        let identity = Identity {
            chain: vec![tls.certificate.clone()],
            key: tls.key_der()?,
        };
        let listener = tokio::net::TcpListener::bind(address).await?;
        say(format_args!(
            "takes packages at {} as {}",
            listener.local_addr()?,
            self.inject_host
        ));
        Ok(Some(
            super::receive(ipa.clone(), listener, &identity).await?,
        ))
    }

    fn environment(&self) -> Result<IpaEnvironment, Box<dyn Error>> {
        let mut environment = self.device.environment()?;
        let policy = &mut environment.settings.policy;
        policy.fallback_after = self.rounds_in(self.fallback_after);
        policy.return_after = self.rounds_in(self.return_after);
        Ok(environment)
    }
}

/// Runs the IPA until it is ended. A card that is taken out is waited for; another one in its
/// place is another device.
///
/// # Errors
/// The card cannot be used at the start, or the last round failed.
pub async fn run(args: RunArgs) -> Result<(), Box<dyn Error>> {
    let ipa = Arc::new(Mutex::new(Ipa::start(args.environment()?)?));
    let _server = args.server(&ipa).await?;
    let mut failures = 0;
    let mut round = 0;
    loop {
        round += 1;
        let last = args.rounds.is_some_and(|rounds| round >= rounds);
        let mut device = ipa.lock().await;
        match device.autonomous_round().await {
            Ok(()) => failures = 0,
            Err(error) if last => return Err(error.into()),
            Err(error) => {
                failures += 1;
                say(format_args!("round {round}: {error}"));
                if error.is_broken_link() {
                    restart(&args, &mut device).await;
                }
            }
        }
        drop(device);
        if last {
            return Ok(());
        }
        tokio::time::sleep(pause(args.interval, failures)).await;
    }
}

/// The interval, doubled with every failure but not beyond a minute (or the interval).
fn pause(interval: u64, failures: u32) -> Duration {
    let doubled = 1u64.checked_shl(failures.min(10)).unwrap_or(u64::MAX);
    let longest = interval.max(60_000);
    Duration::from_millis(interval.saturating_mul(doubled).min(longest))
}

/// Starts the device anew, as soon as there is a card again.
async fn restart(args: &RunArgs, device: &mut Ipa) {
    let mut failures = 0;
    loop {
        match args.environment().and_then(|it| Ok(Ipa::start(it)?)) {
            Ok(ipa) => {
                *device = ipa;
                return;
            }
            Err(error) => {
                say(error);
                failures += 1;
                tokio::time::sleep(pause(args.interval, failures)).await;
            }
        }
    }
}

/// Writes a line for whoever reads standard output; nobody has to.
fn say(line: impl std::fmt::Display) {
    drop(writeln!(std::io::stdout(), "{line}"));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_a_minute() {
        assert_eq!(pause(50, 0), Duration::from_millis(50));
        assert_eq!(pause(50, 3), Duration::from_millis(400));
        assert_eq!(pause(50, 40), Duration::from_millis(51_200));
        assert_eq!(pause(10_000, 9), Duration::from_secs(60));
        assert_eq!(pause(90_000, 1), Duration::from_secs(90));
    }

    #[test]
    fn networks_are_named_by_printed_iccids() {
        let (iccid, up) = network("8988100000000000021=down").unwrap();
        assert_eq!(
            (iccid.to_string().as_str(), up),
            ("8988100000000000021", false)
        );
        assert!(network("8988100000000000021=maybe").is_err());
        assert!(network("x=up").is_err());
    }
}
