// SPDX-License-Identifier: MIT OR Apache-2.0
//! The mock eIM: a queue of work per EID, eUICC packages with real signatures, results that count
//! only once their signature is checked, and the ES9+' relay of indirect downloads.
//!
//! It answers one ESipa message at a time. Whatever a message makes it do elsewhere (relaying a
//! download, forwarding a notification) is done before the answer goes out, so that the order of
//! things is the same on every run.

mod accept;
mod api;
mod careless;
mod certificates;
mod command;
mod configuration;
mod dialect;
mod download;
mod effect;
mod error;
mod euicc;
mod expand;
mod fleet;
mod forward;
mod hand_out;
mod inject;
mod keep;
mod knowledge;
mod limits;
mod operation;
mod operator;
mod order;
mod outbox;
mod package;
mod queue;
mod refusal;
mod relay;
mod respond;
mod result;
mod session;
mod source;
mod upstream;
mod words;

use std::sync::Arc;
use std::time::Duration;

use rsp::chain::{Anchor, CertificateView};
use rsp::env::Env;
use rsp::json::Failure;
use tokio::sync::Mutex;

pub use api::Api;
pub use command::{ServeArgs, roots, serve};
pub(crate) use configuration::{Keys, add_initial_eim, issue_tls};
pub use error::Error;
pub use euicc::{EuiccReport, ProfileView, StateChange};
pub use operation::Operation;
pub use order::OrderReport;

use crate::defect::EimDefect;
use crate::iut::{EimEnvironment, EimSettings, Order, OrderStatus, RelaySettings};
use crate::wire::coap;
use crate::wire::dialect::read_request;
use crate::wire::esipa::{self, Handler, Manner, Server, handler};
use crate::wire::net::Resolver;
use crate::wire::tls::{Identity, Trust, server_config, server_config_for};
use download::Downloads;
use outbox::Outbox;
use queue::Queue;
use smdp::store::{Change, Keeper, StoreError};

/// How often an eIM that serves looks for notifications whose pause is over.
const DELIVERY_TICK: Duration = Duration::from_millis(500);

/// A mock eIM.
#[derive(Debug)]
pub struct Eim {
    tls: Identity,
    /// Where it serves.
    address: Option<std::net::SocketAddr>,
    /// CIs under which eUICCs are trusted.
    anchors: Vec<Anchor>,
    listener: std::sync::Mutex<Option<tokio::net::TcpListener>>,
    /// Orders come from outside while messages are handled.
    queue: Arc<std::sync::Mutex<Queue>>,
    /// Writes what changed, before an answer leaves.
    keeper: Option<Arc<Keeper>>,
    work: Mutex<Work>,
    settings: EimSettings,
}

/// What one message at a time may use.
struct Work {
    downloads: Downloads,
    network: Network,
    env: Box<dyn Env>,
    /// Notifications that their SM-DP+ has not taken yet.
    outbox: Outbox,
    relay: RelaySettings,
    /// What a server refused while the message at hand was relayed: JSON tells it unchanged.
    refused: Option<Failure>,
    /// A notification of the message at hand could not be taken over.
    untaken: bool,
    /// A mistake: where the first notification of all went.
    first_receiver: Option<String>,
    /// What the store has not seen of the two.
    changes: Arc<std::sync::Mutex<Vec<Change>>>,
}

impl std::fmt::Debug for Work {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Work({} downloads)", self.downloads.len())
    }
}

/// Where servers are and how far they are trusted.
#[derive(Clone, Debug)]
struct Network {
    resolver: Resolver,
    roots: Vec<Vec<u8>>,
    anchors: Vec<Anchor>,
    timeout: Duration,
    /// A mistake: no certificate is looked at.
    trusts_anyone: bool,
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
            trusts_anyone: environment.settings.defects.has(EimDefect::TrustsAnyServer),
        };
        let settings = environment.settings;
        let defects = settings.defects.clone();
        let mut tls = environment.tls;
        if defects.has(EimDefect::SigningCertificateInTls)
            && let Ok(key) = environment.signing.key_der()
        {
            let chain = vec![environment.signing.certificate.clone()];
            tls = Identity { chain, key };
        }
        let mut queue = Queue::new(environment.eim_id, environment.signing.key, defects);
        let (mut downloads, mut outbox) = (Downloads::default(), Outbox::default());
        queue.dialect = settings.dialect;
        queue.fixed_dialect = settings.fixed_dialect;
        queue.no_transaction_ids = settings.no_transaction_ids;
        let forgets = settings.defects.has(EimDefect::ForgetsOnRestart);
        let store = match settings.db.as_ref().filter(|_| !forgets) {
            Some(path) => {
                let store = keep::open(path, &mut queue)?;
                downloads.restore(&store)?;
                outbox.restore(&store)?;
                Some(store)
            }
            None => None,
        };
        let changes = Arc::<std::sync::Mutex<Vec<Change>>>::default();
        for euicc in environment.euiccs {
            queue.manage(euicc, &network.anchors);
        }
        let queue = Arc::new(std::sync::Mutex::new(queue));
        let keeper = store.map(|store| {
            Arc::new(keep::keeper(
                store,
                &queue,
                vec![download::source(&changes)],
            ))
        });
        Ok(Arc::new(Self {
            tls,
            address: environment.listener.local_addr().ok(),
            anchors: network.anchors.clone(),
            listener: std::sync::Mutex::new(Some(environment.listener)),
            queue,
            keeper,
            work: Mutex::new(Work {
                downloads,
                network,
                env: environment.env,
                outbox,
                relay: settings.relay.clone(),
                refused: None,
                untaken: false,
                first_receiver: None,
                changes,
            }),
            settings,
        }))
    }

    /// Whether it makes this mistake on purpose.
    fn has(&self, defect: EimDefect) -> bool {
        self.settings.defects.has(defect)
    }

    /// Serves ESipa on the listener of the environment until the server is dropped.
    ///
    /// # Errors
    /// The TLS identity is unusable, or the eIM serves already.
    pub async fn serve(self: &Arc<Self>) -> Result<Server, Error> {
        let now = self.work.lock().await.env.now();
        let tls = if self.has(EimDefect::RequiresClientCertificate) {
            let roots = self.work.lock().await.network.roots.clone();
            server_config_for(&self.tls, &[Trust::Roots(roots)], now)?
        } else {
            server_config(&self.tls, now)?
        };
        let listener = lock(&self.listener).take().ok_or(Error::Serving)?;
        self.start_deliveries();
        let manner = Manner {
            dialect: self.settings.dialect,
            defects: self.settings.defects.clone(),
            ..Manner::default()
        };
        Ok(Server::start_as(listener, tls, self.handler(), manner))
    }

    /// Serves ESipa over CoAP on `socket`, under the same identity, until the server is dropped.
    ///
    /// # Errors
    /// The identity is unusable for DTLS.
    pub fn serve_coap(
        self: &Arc<Self>,
        socket: tokio::net::UdpSocket,
        mut settings: coap::Settings,
    ) -> Result<coap::CoapServer, Error> {
        settings.server_defects = self.settings.defects.clone();
        let handler = self.handler();
        Ok(coap::CoapServer::start(
            socket, &self.tls, settings, handler,
        )?)
    }

    fn handler(self: &Arc<Self>) -> Handler {
        let eim = Arc::clone(self);
        handler(move |posted| {
            let eim = Arc::clone(&eim);
            async move {
                let unreadable = || read_request(eim.settings.dialect, &posted.body).is_err();
                if eim.has(EimDefect::ServerErrorOnGarbage) && unreadable() {
                    return esipa::Answer {
                        untaken: true,
                        ..esipa::Answer::default()
                    };
                }
                eim.respond(posted.connection, &posted.body).await
            }
        })
    }

    /// Delivers waiting notifications by and by, as long as somebody holds this eIM.
    fn start_deliveries(self: &Arc<Self>) {
        let eim = Arc::downgrade(self);
        tokio::spawn(async move {
            loop {
                tokio::time::sleep(DELIVERY_TICK).await;
                let Some(eim) = eim.upgrade() else { return };
                eim.deliver_due().await;
            }
        });
    }

    /// Takes an order for an EID and returns its id: `1`, `2`, …
    ///
    /// # Errors
    /// The EID is not managed, or the order cannot be carried out.
    pub fn order(&self, eid: [u8; 16], order: Order) -> Result<String, Error> {
        self.order_at(eid, order, None)
    }

    /// How far an order has come.
    #[must_use]
    pub fn order_status(&self, id: &str) -> Option<OrderStatus> {
        lock(&self.queue).status(id)
    }

    /// Writes what has changed; when this returns, it is on the disk.
    ///
    /// # Errors
    /// It is not; the next call tries again.
    pub async fn commit(&self) -> Result<(), StoreError> {
        let Some(keeper) = self.keeper.clone() else {
            return Ok(());
        };
        match tokio::task::spawn_blocking(move || keeper.commit()).await {
            Ok(written) => written,
            Err(error) => std::panic::resume_unwind(error.into_panic()),
        }
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
