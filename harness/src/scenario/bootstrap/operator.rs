// SPDX-License-Identifier: MIT OR Apache-2.0
//! The operator: the eIM as a process, which a kill starts anew, and the orders it is given.

use std::error::Error;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use hyper::Method;
use serde_json::{Value, json};

use super::super::gate::{Gate, Server, Watch};
use super::super::northbound::call;
use super::super::process::{Process, ProcessError};
use super::super::story::{Story, Unexpected};
use super::device::words;
use super::killing::Victim;
use super::world::{EIM, SMDP, World};

/// Time between two looks at the same thing.
const PAUSE: Duration = Duration::from_millis(20);

/// The addresses of a running eIM: they change when it is started anew.
#[derive(Clone, Copy, Debug)]
struct Addresses {
    esipa: SocketAddr,
    api: SocketAddr,
}

/// The eIM process and where it is.
struct Running {
    process: Arc<Process>,
    addresses: Mutex<Addresses>,
}

impl Running {
    fn start(process: Arc<Process>) -> Result<Self, ProcessError> {
        let addresses = started(&process)?;
        Ok(Self {
            process,
            addresses: Mutex::new(addresses),
        })
    }

    /// Kills it and starts it anew.
    fn restart(&self, server: &Server) {
        // whoever asks for the address waits until there is one again
        let mut addresses = self
            .addresses
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        self.process.kill();
        match started(&self.process) {
            Ok(now) => {
                *addresses = now;
                server.moved(now.esipa);
            }
            Err(error) => tracing::error!("{error}"),
        }
    }

    fn api(&self) -> SocketAddr {
        self.addresses
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .api
    }
}

/// Starts the eIM and reads both addresses from what it prints.
fn started(process: &Process) -> Result<Addresses, ProcessError> {
    let esipa = Mutex::new(None);
    process.start(move |line| {
        let mut esipa = esipa.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(address) = address(line, "https://") {
            *esipa = Some(address);
        }
        let api = address(line, "http://");
        Some(Addresses {
            esipa: (*esipa)?,
            api: api?,
        })
    })
}

fn address(line: &str, scheme: &str) -> Option<SocketAddr> {
    let (_, rest) = line.split_once(scheme)?;
    let end = rest.find('/').unwrap_or(rest.len());
    rest.get(..end)?.trim().parse().ok()
}

/// The operator.
pub(super) struct Operator {
    eim: Arc<Running>,
    gate: Gate,
    eid: String,
    /// How long something may take.
    pub(super) patience: Duration,
    /// Orders that the eIM has.
    orders: usize,
    /// eUICC packages ordered.
    pub(super) packages: usize,
}

impl Operator {
    /// Starts the eIM and the gate before it.
    pub(super) async fn start(world: &World, pki: &[String]) -> Result<Self, Box<dyn Error>> {
        let mut arguments = words(&["eim", "serve", "--listen", "127.0.0.1:0"]);
        arguments.extend(words(&["--api", "127.0.0.1:0", "--eim-id", EIM, "--db"]));
        arguments.push(world.folder.join("eim.redb").display().to_string());
        arguments.push(format!("--eid={}", hex::encode(world.eid)));
        arguments.push(format!("--resolve={SMDP}={}", world.smdp_address));
        // the card allocates 1 first
        arguments.extend(words(&["--token", "1"]));
        arguments.extend(pki.iter().cloned());
        let eim = Arc::new(Running::start(world.process("eim", &arguments))?);
        let esipa = eim
            .addresses
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .esipa;
        let killing = world.killing.clone();
        let watch: Watch = Arc::new(move || killing.piece_passes());
        let gate = world.gate(esipa, watch).await?;
        if world
            .killing
            .plan()
            .is_some_and(|plan| plan.victim == Victim::Eim)
        {
            let (eim, server) = (eim.clone(), gate.handle());
            world
                .killing
                .aim(Some(Arc::new(move || eim.restart(&server))));
        }
        Ok(Self {
            eim,
            gate,
            eid: hex::encode(world.eid),
            patience: Duration::from_secs(60),
            orders: 0,
            packages: 0,
        })
    }

    /// Where the device finds the eIM.
    pub(super) const fn gate(&self) -> SocketAddr {
        self.gate.address()
    }

    /// Orders an eUICC package of PSMOs; returns the id of the order.
    pub(super) async fn package(
        &mut self,
        story: &mut Story,
        psmos: Value,
    ) -> Result<String, Unexpected> {
        self.packages += 1;
        let order = json!({ "eid": self.eid, "package": { "psmoList": psmos } });
        self.order(story, order).await
    }

    /// Orders an indirect download.
    pub(super) async fn download(
        &mut self,
        story: &mut Story,
        activation_code: &str,
    ) -> Result<String, Unexpected> {
        let download = json!({ "activationCode": activation_code, "indirect": true });
        let order = json!({ "eid": self.eid, "download": download });
        self.order(story, order).await
    }

    async fn order(&mut self, story: &mut Story, order: Value) -> Result<String, Unexpected> {
        let deadline = Instant::now() + self.patience;
        let id = loop {
            match self.try_order(&order).await {
                Ok(id) => break id,
                Err(error) if Instant::now() > deadline => return Err(story.unexpected(error)),
                Err(_) => tokio::time::sleep(PAUSE).await,
            }
        };
        self.orders += 1;
        story.tell(format_args!("order {id}: {}", asked(&order)));
        Ok(id)
    }

    /// Gives an order once: the eIM may have taken one whose answer was lost.
    async fn try_order(&self, order: &Value) -> Result<String, Box<dyn Error + Send + Sync>> {
        let api = self.eim.api();
        let taken = call(api, Method::GET, "/orders", None).await?;
        let taken = taken.get("orders").and_then(Value::as_array);
        let id = |order: &Value| order.get("id").and_then(Value::as_str).map(str::to_owned);
        if let Some(known) = taken.and_then(|taken| taken.get(self.orders)).and_then(id) {
            return Ok(known);
        }
        let answer = call(api, Method::POST, "/orders", Some(order)).await?;
        id(&answer).ok_or_else(|| format!("expected the id of an order, got {answer}").into())
    }

    /// Waits for the end of an order, whatever it is, and returns what the eIM says of it.
    pub(super) async fn ended(&self, story: &mut Story, id: &str) -> Result<Value, Unexpected> {
        let path = format!("/orders/{id}");
        let deadline = Instant::now() + self.patience;
        loop {
            // the eIM may just be starting anew
            let seen = call(self.eim.api(), Method::GET, &path, None).await;
            let status = seen
                .as_ref()
                .ok()
                .and_then(|seen| seen.get("status")?.as_str());
            if matches!(status, Some("done" | "failed"))
                && let Ok(seen) = seen
            {
                story.tell(format_args!("order {id} {}", said(&seen)));
                return Ok(seen);
            }
            if Instant::now() > deadline {
                let last = seen.map_or_else(|error| error.to_string(), |seen| seen.to_string());
                let what = format_args!("expected order {id} to end in time, last: {last}");
                return Err(story.unexpected(what));
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Waits until an order is done.
    pub(super) async fn done(&self, story: &mut Story, id: &str) -> Result<(), Unexpected> {
        let seen = self.ended(story, id).await?;
        let done = seen.get("status").and_then(Value::as_str) == Some("done");
        story.expect(done, format_args!("expected order {id} done, got {seen}"))
    }

    /// Waits until the eIM has heard of a change of state with that cause.
    pub(super) async fn heard_of(&self, story: &mut Story, cause: &str) -> Result<(), Unexpected> {
        let path = format!("/euiccs/{}", self.eid);
        let deadline = Instant::now() + self.patience;
        loop {
            let seen = call(self.eim.api(), Method::GET, &path, None).await;
            let known = seen.map_or_else(|error| error.to_string(), |seen| seen.to_string());
            if known.contains(cause) {
                story.tell(format_args!("the eIM was told: {cause}"));
                return Ok(());
            }
            if Instant::now() > deadline {
                let what = format_args!("expected the eIM to hear of {cause}, it knows {known}");
                return Err(story.unexpected(what));
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Waits until something of the device is so.
    pub(super) async fn until(
        &self,
        story: &Story,
        what: &str,
        met: impl Fn() -> bool,
    ) -> Result<(), Unexpected> {
        let deadline = Instant::now() + self.patience;
        while !met() {
            if Instant::now() > deadline {
                return Err(story.unexpected(format_args!("expected {what} in time")));
            }
            tokio::time::sleep(PAUSE).await;
        }
        Ok(())
    }

    /// Tells the eIM the association token that the card has given.
    pub(super) async fn associated(&self, story: &Story, token: i64) -> Result<(), Unexpected> {
        let path = format!("/euiccs/{}", self.eid);
        let change = json!({ "associationToken": token, "associated": true });
        let done = call(self.eim.api(), Method::PATCH, &path, Some(&change)).await;
        done.map(drop).map_err(|error| story.unexpected(error))
    }

    /// The counter of the last package that the eIM sent.
    pub(super) async fn counter(&self) -> Result<i64, Box<dyn Error>> {
        let path = format!("/euiccs/{}", self.eid);
        let seen = call(self.eim.api(), Method::GET, &path, None).await;
        let seen = seen.map_err(|error| error.to_string())?;
        let counter = seen.get("counterValue").and_then(Value::as_i64);
        Ok(counter.ok_or_else(|| format!("expected counterValue, got {seen}"))?)
    }
}

/// What was ordered, without the members that are the same in every order.
fn asked(order: &Value) -> String {
    let kinds = [order.pointer("/package/psmoList"), order.get("download")];
    let kind = kinds.into_iter().flatten().next();
    kind.unwrap_or(order).to_string()
}

/// Status and the result of each operation, in one line.
fn said(order: &Value) -> String {
    let text = |of: &Value, name: &str| {
        let value = of.get(name).and_then(Value::as_str);
        value.unwrap_or("?").to_owned()
    };
    let operations = order.get("operations").and_then(Value::as_array);
    let told = operations
        .into_iter()
        .flatten()
        .map(|operation| format!("{} {}", text(operation, "name"), text(operation, "text")));
    let told: Vec<_> = told.collect();
    match told.as_slice() {
        [] => text(order, "status"),
        told => format!("{}: {}", text(order, "status"), told.join(", ")),
    }
}
