// SPDX-License-Identifier: MIT OR Apache-2.0
//! The task that empties an outbox: takes what is due, sends it, tells the outcome.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Notify, watch};
use tokio::task::{JoinHandle, JoinSet};

use super::{Dispatch, LetterId, PeerError, Peers};

/// Messages that are sent in one round.
const ROUND: usize = 64;
/// How often the clock of the server is looked at while something waits for its time.
const TICK: Duration = Duration::from_millis(250);

/// A server with an outbox.
pub trait Sender: Send + Sync + 'static {
    /// Takes up to `count` messages that are due.
    fn take_due(&self, count: usize) -> Vec<Dispatch>;

    /// Takes note of the outcome of an attempt.
    fn settle(&self, id: LetterId, outcome: Result<Vec<u8>, PeerError>);

    /// Takes back a message that was not sent, because the delivery ends.
    fn put_back(&self, id: LetterId);

    /// Whether anything waits, due or not.
    fn is_waiting(&self) -> bool;

    /// Is notified when a message was put into the outbox.
    fn posted(&self) -> &Notify;
}

/// A running delivery. Dropping it lets the task end after its round; [`Delivery::shutdown`] waits
/// for that.
#[derive(Debug)]
pub struct Delivery {
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Delivery {
    /// Ends after the messages that are under way; the others stay in the outbox.
    pub async fn shutdown(self) {
        self.stop.send_replace(true);
        if let Err(error) = self.task.await {
            tracing::warn!(%error, "delivery ended early");
        }
    }
}

/// Delivers what a server has to send, until [`Delivery::shutdown`].
pub fn deliver(sender: Arc<dyn Sender>, peers: Arc<dyn Peers>) -> Delivery {
    let (stop, stopped) = watch::channel(false);
    let task = tokio::spawn(run(sender, peers, stopped));
    Delivery { stop, task }
}

async fn run(sender: Arc<dyn Sender>, peers: Arc<dyn Peers>, mut stopped: watch::Receiver<bool>) {
    loop {
        let due = sender.take_due(ROUND);
        let idle = due.is_empty();
        round(&sender, &peers, due, &stopped).await;
        let pause = async {
            if !idle {
                return;
            }
            if sender.is_waiting() {
                tokio::select! {
                    () = sender.posted().notified() => {}
                    () = tokio::time::sleep(TICK) => {}
                }
            } else {
                sender.posted().notified().await;
            }
        };
        tokio::select! {
            biased;
            // an error means that nobody can stop the task any more
            _ = stopped.wait_for(|stop| *stop) => return,
            () = pause => {}
        }
    }
}

/// Sends messages: to one address one after the other, to different addresses at the same time.
async fn round(
    sender: &Arc<dyn Sender>,
    peers: &Arc<dyn Peers>,
    due: Vec<Dispatch>,
    stopped: &watch::Receiver<bool>,
) {
    let mut by_address: BTreeMap<String, Vec<Dispatch>> = BTreeMap::new();
    for dispatch in due {
        let address = dispatch.message.address.clone();
        by_address.entry(address).or_default().push(dispatch);
    }
    let mut tasks = JoinSet::new();
    for dispatches in by_address.into_values() {
        let (sender, peers, stopped) = (Arc::clone(sender), Arc::clone(peers), stopped.clone());
        tasks.spawn(async move {
            let mut absence = None;
            for Dispatch { id, message } in dispatches {
                if *stopped.borrow() {
                    sender.put_back(id);
                    continue;
                }
                let outcome = match &absence {
                    None => peers.call(&message).await,
                    Some(error) => Err(PeerError::clone(error)),
                };
                if let Err(error) = &outcome {
                    tracing::info!(address = message.address, path = message.path, %error, "message not delivered");
                    absence = Some(error.clone()).filter(PeerError::is_absence);
                }
                sender.settle(id, outcome);
            }
        });
    }
    while tasks.join_next().await.is_some() {}
}
