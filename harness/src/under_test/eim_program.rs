// SPDX-License-Identifier: MIT OR Apache-2.0
//! An eIM of somebody else at work: started for one case, or running already.
//!
//! Trap: a program that is started does not serve yet. It is ready when its ports take connections;
//! one that ends before that, or does not get there in time, is not a failed case but a program
//! that cannot be tested.

mod given;

use std::net::{Ipv4Addr, SocketAddr, ToSocketAddrs as _};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::sync::{Mutex, MutexGuard};
use tokio::time::{Instant, sleep, timeout};

use super::description::{Description, OrderAdapter};
use super::device::{last_words, seconds};
use super::order::{Managed, OrderError, Orders};
use super::ports::{self, Lease};
use super::process::{Launch, LaunchError, Supervised, complete};
use super::program;
use super::scratch::Scratch;
use super::substitute::UnknownName;
use super::trust::{Material, TrustError};
use crate::case::Binding;
use crate::iut::KnownEuicc;

use given::{names, surroundings, uses_api_port};

/// The pause between two knocks at a door.
const PAUSE: Duration = Duration::from_millis(20);
/// How long a program may take to end when it is asked to.
const GRACE: Duration = Duration::from_secs(5);
/// How long a program whose connections are refused or closed may take to be gone.
pub(crate) const LAST_BREATH: Duration = Duration::from_secs(1);

/// What a case gives to the eIM under test.
pub struct Setting {
    /// What its vendor says about it.
    pub description: Arc<Description>,
    /// The id of the case.
    pub case: String,
    /// The seed of the run.
    pub seed: u64,
    /// `eimId`.
    pub eim_id: String,
    /// Files that can be written.
    pub material: Material,
    /// The eUICC.
    pub euicc: KnownEuicc,
    /// Where the other hosts of the case are.
    pub hosts: Vec<(String, SocketAddr)>,
}

/// Why an eIM cannot be tested.
#[derive(Debug, thiserror::Error)]
pub enum EimError {
    /// It has another role.
    #[error("expected role = \"eim\"")]
    Role,
    /// A way to find hosts that there is not for an eIM.
    #[error("reach = {0:?} is for an IPA; expected \"resolve\"")]
    Reach(&'static str),
    /// The description has no order adapter.
    #[error("expected [order] in the description: without it the eIM cannot be told what to do")]
    NoOrders,
    /// No port, no folder.
    #[error("{0}")]
    System(#[from] std::io::Error),
    /// A file for it cannot be written.
    #[error(transparent)]
    Trust(#[from] TrustError),
    /// A command has a name without value.
    #[error("{member}: {source}")]
    Name {
        /// The member of the description.
        member: &'static str,
        /// The name.
        source: UnknownName,
    },
    /// It cannot be started.
    #[error(transparent)]
    Launch(#[from] LaunchError),
    /// It says that it cannot do what the case needs (exit code 127, HTTP 501).
    #[error("it says that it cannot do this: {0}")]
    Unsupported(String),
    /// It ended before it served.
    #[error(
        "it ended before it served on {address}: {words}{}",
        last_words(output)
    )]
    Ended {
        /// Where it should have served.
        address: SocketAddr,
        /// How it ended.
        words: String,
        /// What it wrote.
        output: Vec<u8>,
    },
    /// It does not serve.
    #[error("nobody serves on {address} {} s after the start{}", after.as_secs_f64(), last_words(output))]
    Silent {
        /// Where it should have served.
        address: SocketAddr,
        /// How long it had.
        after: Duration,
        /// What it wrote.
        output: Vec<u8>,
    },
    /// Its address is none.
    #[error("eim.address: expected HOST:PORT, got {0:?}")]
    Address(String),
    /// It does not take the eUICC of the case.
    #[error("the eUICC cannot be made known: {0}")]
    Euicc(OrderError),
}

/// An eIM at work. It ends when this is dropped.
#[derive(Debug)]
pub struct EimProgram {
    address: SocketAddr,
    /// Whether its ESipa server takes connections, which a datagram socket does not.
    is_stream: bool,
    orders: Orders,
    process: Mutex<Option<Supervised>>,
    stop: Option<Launch>,
    _leases: Vec<Lease>,
    _scratch: Scratch,
}

/// The ports that it is told to use, and what stands for them.
struct Doors {
    esipa: SocketAddr,
    api: SocketAddr,
    leases: Vec<Lease>,
}

impl Doors {
    fn new(own: Option<SocketAddr>) -> Result<Self, EimError> {
        let (esipa, api) = (ports::free()?, ports::free()?);
        let at = |port| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        Ok(Self {
            esipa: own.unwrap_or_else(|| at(esipa.port())),
            api: at(api.port()),
            leases: vec![esipa, api],
        })
    }
}

impl EimProgram {
    /// Starts the program, waits until it serves, and makes the eUICC known to it.
    ///
    /// # Errors
    /// [`EimError`]: what keeps it from being tested.
    pub async fn start(setting: &Setting) -> Result<Self, EimError> {
        let description = &*setting.description;
        let program = Self::start_bare(setting).await?;
        program.ready(description).await?;
        program.manage(setting).await.map_err(|error| {
            if error.is_unsupported() {
                EimError::Unsupported(error.to_string())
            } else {
                EimError::Euicc(error)
            }
        })?;
        Ok(program)
    }

    /// Starts the program and waits for nothing.
    ///
    /// # Errors
    /// [`EimError`]: what keeps it from being started.
    pub async fn start_bare(setting: &Setting) -> Result<Self, EimError> {
        let description = &*setting.description;
        let adapter = adapter(description)?;
        let scratch = Scratch::new()?;
        let own = description
            .eim
            .address
            .as_deref()
            .map(address)
            .transpose()?;
        let doors = Doors::new(own)?;
        let names = names(setting, &doors, scratch.path())?;
        let surroundings = surroundings(description, &names, scratch.path())?;
        let launch = |member, command: &[String]| -> Result<Launch, EimError> {
            let command = names.command(command);
            let mut command = command.map_err(|source| EimError::Name { member, source })?;
            locate(&mut command, &description.here());
            Ok(Launch {
                command,
                env: surroundings.env.clone(),
                folder: surroundings.folder.clone(),
            })
        };
        let has = |command: &[String]| !command.is_empty();
        let stop = has(&description.stop)
            .then(|| launch("stop", &description.stop))
            .transpose()?;
        let process = if has(&description.start) {
            Some(Supervised::start(&launch("start", &description.start)?)?)
        } else {
            None
        };
        let patience = seconds(description.timeout);
        Ok(Self {
            address: doors.esipa,
            is_stream: description.binding != Some(Binding::Coap),
            orders: Orders::new(adapter, names, surroundings, patience),
            process: Mutex::new(process),
            stop,
            _leases: doors.leases,
            _scratch: scratch,
        })
    }

    /// Waits until it serves.
    ///
    /// # Errors
    /// [`EimError::Ended`], [`EimError::Unsupported`] or [`EimError::Silent`].
    pub async fn ready(&self, description: &Description) -> Result<(), EimError> {
        let after = seconds(description.start_timeout);
        let until = Instant::now() + after;
        for address in self.doors(description) {
            self.opened(address, until, after).await?;
        }
        Ok(())
    }

    /// The addresses at which it is known to be ready.
    fn doors(&self, description: &Description) -> Vec<SocketAddr> {
        let mut doors = Vec::new();
        // a datagram socket shows to nobody whether it is open
        if description.binding != Some(Binding::Coap) {
            doors.push(self.address);
        }
        if description.start.is_empty() || !uses_api_port(description) {
            return doors;
        }
        let api = self
            .orders
            .name("api_port")
            .and_then(|port| port.parse().ok());
        doors.extend(api.map(|port: u16| SocketAddr::from((Ipv4Addr::LOCALHOST, port))));
        doors
    }

    async fn opened(
        &self,
        address: SocketAddr,
        until: Instant,
        after: Duration,
    ) -> Result<(), EimError> {
        let mut process = self.process.lock().await;
        loop {
            if matches!(timeout(GRACE, TcpStream::connect(address)).await, Ok(Ok(_))) {
                return Ok(());
            }
            if let Some(running) = process.as_mut()
                && let Some(end) = running.ended_within(PAUSE).await
            {
                let output = running.output();
                return Err(if end.is_unsupported() {
                    EimError::Unsupported(end.to_string())
                } else {
                    EimError::Ended {
                        address,
                        words: end.to_string(),
                        output,
                    }
                });
            }
            if process.is_none() {
                sleep(PAUSE).await;
            }
            if Instant::now() >= until {
                let output = output_of(&process);
                return Err(EimError::Silent {
                    address,
                    after,
                    output,
                });
            }
        }
    }

    /// Makes the eUICC of the case known to it.
    ///
    /// # Errors
    /// What its northbound interface says.
    pub async fn manage(&self, setting: &Setting) -> Result<(), OrderError> {
        let euicc = &setting.euicc;
        let managed = Managed {
            eid: euicc.eid,
            counter_value: euicc.counter_value,
            association_token: euicc.association_token,
            certificates: euicc.certificates.clone(),
        };
        self.orders.manage(&managed).await
    }

    /// Where its ESipa server listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its northbound interface.
    #[must_use]
    pub const fn orders(&self) -> &Orders {
        &self.orders
    }

    /// How it ended, when it has or does within `patience`.
    pub async fn ended_within(&self, patience: Duration) -> Option<String> {
        let mut process = self.process.lock().await;
        let running = process.as_mut()?;
        let end = running.ended_within(patience).await;
        end.map(|end| end.to_string())
    }

    /// How it ended, when it has. One that no longer takes connections is about to end.
    pub async fn ended(&self) -> Option<String> {
        if let Some(words) = self.ended_within(Duration::ZERO).await {
            return Some(words);
        }
        if !self.is_stream || self.process.lock().await.is_none() {
            return None;
        }
        match timeout(LAST_BREATH, TcpStream::connect(self.address)).await {
            Ok(Err(_)) => self.ended_within(LAST_BREATH).await,
            Ok(Ok(_)) | Err(_) => None,
        }
    }

    /// What it wrote so far.
    pub async fn output(&self) -> Vec<u8> {
        output_of(&self.process.lock().await)
    }

    /// Ends it: by its own command, then by SIGTERM, in the end for certain. Says how it ended, and
    /// what it wrote; nothing for one that ran before.
    pub async fn stop(&self) -> Option<(String, Vec<u8>)> {
        if let Some(stop) = &self.stop
            && let Err(error) = complete(stop, GRACE).await
        {
            tracing::warn!(%error, "stop command");
        }
        let mut process = self.process.lock().await;
        let running = process.as_mut()?;
        let end = running.stop(GRACE).await;
        Some((end.to_string(), running.output()))
    }
}

/// The order adapter, its programs looked for from the file.
fn adapter(description: &Description) -> Result<OrderAdapter, EimError> {
    let mut adapter = description.order.clone().ok_or(EimError::NoOrders)?;
    if let OrderAdapter::Command {
        place,
        status,
        euicc,
        ..
    } = &mut adapter
    {
        for command in place.values_mut().chain([status, euicc]) {
            locate(command, &description.here());
        }
    }
    Ok(adapter)
}

fn locate(command: &mut [String], here: &Path) {
    if let Some(program) = command.first_mut() {
        *program = program::found_from(here, program);
    }
}

fn output_of(process: &MutexGuard<'_, Option<Supervised>>) -> Vec<u8> {
    process.as_ref().map(Supervised::output).unwrap_or_default()
}

/// The first address of `HOST:PORT`.
fn address(text: &str) -> Result<SocketAddr, EimError> {
    let mut found = text.to_socket_addrs().ok().into_iter().flatten();
    found
        .next()
        .ok_or_else(|| EimError::Address(text.to_owned()))
}
