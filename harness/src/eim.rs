// SPDX-License-Identifier: MIT OR Apache-2.0
//! The mock eIM: a queue of work per EID, eUICC packages with real signatures, results that count
//! only once their signature is checked, and the ES9+' relay of indirect downloads.
//!
//! It answers one ESipa message at a time. Whatever a message makes it do elsewhere (relaying a
//! download, forwarding a notification) is done before the answer goes out, so that the order of
//! things is the same on every run.

mod certificates;
mod command;
mod configuration;
mod forward;
mod order;
mod package;
mod relay;
mod result;

use std::sync::Arc;
use std::time::Duration;

use rasn::{Decode, Encode};
use rsp::chain::{Anchor, CertificateView};
use rsp::der::{self, CodecError};
use rsp::env::Env;
use rsp::sgp32::{
    GetEimPackageRequest, GetEimPackageResponse,
    GetEimPackageResponseEimPackageError as PackageError,
};
use rsp::tlv::Tag;
use tokio::sync::Mutex;

pub use command::{ServeArgs, roots, serve};
pub(crate) use configuration::{Keys, add_initial_eim};

use crate::iut::{EimEnvironment, Order, OrderStatus};
use crate::wire::esipa::{Server, handler};
use crate::wire::net::Resolver;
use crate::wire::tls::{Identity, TlsError, server_config};
use order::Queue;
use relay::Downloads;

/// Why the eIM cannot do something that it was told to do.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A CI certificate is unusable.
    #[error("CI certificate: {0}")]
    Root(String),
    /// The server's certificate or key is unusable.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// The EID is not among those that it manages.
    #[error("expected an EID that this eIM manages, got {0}")]
    UnknownEid(String),
    /// The order is none that can be carried out.
    #[error("order: {0}")]
    Order(CodecError),
    /// The activation code of an order is none.
    #[error(transparent)]
    ActivationCode(#[from] rsp::activation::ActivationCodeError),
    /// The server was started already.
    #[error("expected an eIM that does not serve yet")]
    Serving,
}

/// A mock eIM.
#[derive(Debug)]
pub struct Eim {
    tls: Identity,
    listener: std::sync::Mutex<Option<tokio::net::TcpListener>>,
    /// Orders come from outside while messages are handled.
    queue: std::sync::Mutex<Queue>,
    work: Mutex<Work>,
}

/// What one message at a time may use.
struct Work {
    downloads: Downloads,
    network: Network,
    env: Box<dyn Env>,
    /// Notifications that their SM-DP+ has not taken yet.
    undelivered: Vec<forward::Undelivered>,
}

impl std::fmt::Debug for Work {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Work({} downloads)", self.downloads.len())
    }
}

/// Where servers are and how far they are trusted.
#[derive(Debug)]
struct Network {
    resolver: Resolver,
    roots: Vec<Vec<u8>>,
    anchors: Vec<Anchor>,
    timeout: Duration,
}

impl Eim {
    /// Takes the environment apart; nothing listens yet.
    ///
    /// # Errors
    /// A CI certificate is unusable.
    pub fn new(environment: EimEnvironment) -> Result<Arc<Self>, Error> {
        let anchors = environment
            .roots
            .iter()
            .map(|root| anchor(root))
            .collect::<Result<_, _>>()?;
        let network = Network {
            resolver: environment.resolver,
            roots: environment.roots,
            anchors,
            timeout: environment.timeout,
        };
        let mut queue = Queue::new(environment.eim_id, environment.signing.key);
        for euicc in environment.euiccs {
            queue.manage(euicc, &network.anchors);
        }
        Ok(Arc::new(Self {
            tls: environment.tls,
            listener: std::sync::Mutex::new(Some(environment.listener)),
            queue: std::sync::Mutex::new(queue),
            work: Mutex::new(Work {
                downloads: Downloads::default(),
                network,
                env: environment.env,
                undelivered: Vec::new(),
            }),
        }))
    }

    /// Serves ESipa on the listener of the environment until the server is dropped.
    ///
    /// # Errors
    /// The TLS identity is unusable, or the eIM serves already.
    pub async fn serve(self: &Arc<Self>) -> Result<Server, Error> {
        let now = self.work.lock().await.env.now();
        let tls = server_config(&self.tls, now)?;
        let listener = lock(&self.listener).take().ok_or(Error::Serving)?;
        let eim = Arc::clone(self);
        let handle = move |posted: crate::wire::esipa::Posted| {
            let eim = Arc::clone(&eim);
            async move { eim.handle(&posted.body).await }
        };
        Ok(Server::start(listener, tls, handler(handle)))
    }

    /// Takes an order for an EID and returns its id: `1`, `2`, …
    ///
    /// # Errors
    /// The EID is not managed, or the order cannot be carried out.
    pub fn order(&self, eid: [u8; 16], order: Order) -> Result<String, Error> {
        lock(&self.queue).order(eid, order)
    }

    /// How far an order has come.
    #[must_use]
    pub fn order_status(&self, id: &str) -> Option<OrderStatus> {
        lock(&self.queue).status(id)
    }

    /// Handles one ESipa message and returns the answer; no bytes mean HTTP 204.
    pub async fn handle(&self, message: &[u8]) -> Vec<u8> {
        let mut work = self.work.lock().await;
        forward::retry(&mut work).await;
        let answer = match Tag::read(message).map(Tag::octets) {
            Ok(0xBF4F) => self.get_eim_package(&mut work, message),
            Ok(0xBF50) => self.provide_result(&mut work, message).await,
            Ok(0xBF39) => self.initiate_authentication(&mut work, message).await,
            Ok(0xBF3B) => self.authenticate_client(&mut work, message).await,
            Ok(0xBF3A) => self.get_bound_profile_package(&mut work, message).await,
            Ok(0xBF41) => self.cancel_session(&mut work, message).await,
            Ok(0xBF3D) => self.handle_notification(&mut work, message).await,
            _ => encoded(&GetEimPackageResponse::EimPackageError(
                PackageError::UNDEFINED_ERROR,
            )),
        };
        drop(work);
        answer
    }

    /// ESipa.GetEimPackage (SGP.32 §5.14.5).
    fn get_eim_package(&self, work: &mut Work, message: &[u8]) -> Vec<u8> {
        let response = match decoded::<GetEimPackageRequest>(message) {
            Some(request) => lock(&self.queue).next_package(&request.eid_value, work.env.as_mut()),
            None => GetEimPackageResponse::EimPackageError(PackageError::UNDEFINED_ERROR),
        };
        encoded(&response)
    }
}

/// A poisoned lock guards nothing that a panic could have left half done here.
fn lock<T>(mutex: &std::sync::Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}

fn anchor(root: &[u8]) -> Result<Anchor, Error> {
    let view = CertificateView::parse(root).map_err(|error| Error::Root(error.to_string()))?;
    Anchor::from_certificate(&view).map_err(|error| Error::Root(error.to_string()))
}

fn decoded<T: Decode>(message: &[u8]) -> Option<T> {
    der::decode(message)
        .inspect_err(|error| tracing::warn!(%error, "ESipa message cannot be decoded"))
        .ok()
}

/// Answers of ours always have an encoding; should one not, the peer sees an empty answer.
fn encoded<T: Encode>(answer: &T) -> Vec<u8> {
    der::encode(answer)
        .inspect_err(|error| tracing::error!(%error, "answer cannot be encoded"))
        .unwrap_or_default()
}
