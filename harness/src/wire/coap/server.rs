// SPDX-License-Identifier: MIT OR Apache-2.0
//! The server over UDP: one DTLS session per peer address, one task for all.
//!
//! A peer that starts again on the same address begins a new handshake beside the session that the
//! server still has. The new session takes over when its handshake is complete and not before, so
//! that a forged first flight ends nothing (RFC 6347 §4.2.8).

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rsp::env::{Env, SeededEnv};
use tokio::net::UdpSocket;
use tokio::task::{JoinHandle, JoinSet};

use super::peer::{Association, Peer, Weakness};
use super::responder::Responder;
use super::session::{ServerSide, Session};
use super::{CoapError, Settings};
use crate::defect::EimDefect;
use crate::wire::binding::Binding;
use crate::wire::esipa::{Answer, Gate, Handler, Posted};
use crate::wire::tls::Identity;

/// The largest datagram.
const LARGEST: usize = 65_535;
/// Peers at a time; the one that was silent longest makes room.
const MOST_PEERS: usize = 256;

/// A running CoAP server. Dropping it closes the socket and forgets every session.
#[derive(Debug)]
pub struct CoapServer {
    task: JoinHandle<()>,
}

impl Drop for CoapServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl CoapServer {
    /// Serves `socket` until it is dropped. Must be called inside a tokio runtime.
    ///
    /// # Errors
    /// The certificate or its key is unusable.
    pub fn start(
        socket: UdpSocket,
        identity: &Identity,
        settings: Settings,
        handler: Handler,
    ) -> Result<Self, CoapError> {
        Self::start_gated(socket, identity, settings, handler, Arc::new(|| false))
    }

    /// Serves `socket`, but while `gate` says that the server is out of reach, what begins something
    /// is lost: the handshake of a session, a request. An answer that is under way comes to its end,
    /// block by block.
    ///
    /// # Errors
    /// The certificate or its key is unusable.
    pub fn start_gated(
        socket: UdpSocket,
        identity: &Identity,
        settings: Settings,
        handler: Handler,
        gate: Gate,
    ) -> Result<Self, CoapError> {
        let mut shell = Shell {
            socket,
            side: ServerSide::new(identity, &settings)?,
            env: SeededEnv::new(settings.seed, "coap server"),
            mortal: settings.server_defects.has(EimDefect::DiesOnBadHandshake),
            dead: false,
            settings: Arc::new(settings),
            handler,
            gate,
            peers: HashMap::new(),
            running: JoinSet::new(),
            sessions: 0,
        };
        Ok(Self {
            task: tokio::spawn(async move { shell.run().await }),
        })
    }

    /// Ends it, as if it were killed; [`Self::join`] waits until the socket is free.
    pub fn stop(&self) {
        self.task.abort();
    }

    /// Waits for the end of the server, which without [`Self::stop`] only comes with an error of the socket.
    pub async fn join(&mut self) {
        // an aborted or panicked task is as finished as one that returned
        let _ended = (&mut self.task).await;
    }
}

/// A job that is done: peer, session, job, answer.
type Done = (SocketAddr, u64, u64, Answer);

/// The server at work.
struct Shell {
    socket: UdpSocket,
    side: ServerSide,
    env: SeededEnv,
    settings: Arc<Settings>,
    handler: Handler,
    gate: Gate,
    peers: HashMap<SocketAddr, Peer>,
    running: JoinSet<Done>,
    sessions: u64,
    /// It serves nobody any more after a handshake that failed, which is a deliberate mistake.
    mortal: bool,
    dead: bool,
}

impl Shell {
    async fn run(&mut self) {
        let mut datagram = vec![0; LARGEST];
        loop {
            let wake = self.deadline();
            tokio::select! {
                received = self.socket.recv_from(&mut datagram) => match received {
                    Ok((length, from)) => {
                        let datagram = datagram.get(..length).unwrap_or_default();
                        self.receive(from, datagram).await;
                    }
                    // an ICMP error of an earlier answer says nothing about the socket
                    Err(error) if is_of_a_peer(&error) => {}
                    Err(error) => {
                        tracing::warn!(%error, "CoAP socket gave up");
                        return;
                    }
                },
                Some(done) = self.running.join_next() => {
                    if let Ok(done) = done {
                        self.finish(done).await;
                    }
                }
                () = sleep_until(wake) => self.tick().await,
            }
        }
    }

    fn deadline(&mut self) -> Option<Instant> {
        let associations = self.peers.values_mut().flat_map(Peer::associations);
        let timers = associations.flat_map(|association| {
            let idle = association.end();
            let session = association.session.deadline();
            [session, association.responder.deadline(), Some(idle)]
        });
        // no timer is trusted to be in the future: a turn of the loop takes a millisecond
        let soonest = Instant::now() + Duration::from_millis(1);
        timers.flatten().min().map(|wake| wake.max(soonest))
    }

    async fn receive(&mut self, from: SocketAddr, datagram: &[u8]) {
        if self.dead {
            return;
        }
        let now = Instant::now();
        let gone = (self.gate)();
        if is_client_hello(datagram) {
            if gone {
                return;
            }
            self.welcome(from, now);
        }
        let Some(peer) = self.peers.get_mut(&from) else {
            return;
        };
        // a handshake under way has what is unprotected; the rest is tried by both
        let of_next = is_plain(datagram) && peer.next.is_some();
        let current = peer.current.as_mut().filter(|_| !of_next);
        let mut jobs = Vec::new();
        for association in current.into_iter().chain(peer.next.as_mut()) {
            let number = association.number;
            let given = association.receive(datagram, now, gone);
            self.dead |= association.failed && self.mortal;
            for job in given {
                jobs.push((
                    number,
                    association.session.certificate().map(<[u8]>::to_vec),
                    job,
                ));
            }
        }
        for (session, certificate, job) in jobs {
            let answer = (self.handler)(Posted {
                body: job.body,
                headers: Vec::new(),
                binding: Binding::Coap,
                connection: None,
                peer: certificate.into_iter().collect(),
            });
            self.running
                .spawn(async move { (from, session, job.id, answer.await) });
        }
        self.flush(from, now).await;
    }

    /// Makes a session for a first flight, unless one is under way.
    fn welcome(&mut self, from: SocketAddr, now: Instant) {
        self.make_room(from);
        let peer = self.peers.entry(from).or_default();
        let has = |defect| self.settings.server_defects.has(defect);
        if has(EimDefect::OneSessionPerAddress) && peer.is_connected() {
            return;
        }
        let under_way = match (&peer.current, &peer.next) {
            (_, Some(_)) => true,
            (Some(current), None) => !current.session.is_connected(),
            (None, None) => false,
        };
        if under_way {
            return;
        }
        let session = match Session::server(&self.side, now) {
            Ok(session) => session,
            Err(error) => {
                tracing::warn!(%error, "DTLS session");
                return;
            }
        };
        let mut seed = [0; 8];
        self.env.fill(&mut seed);
        let env = SeededEnv::new(u64::from_be_bytes(seed), "coap session");
        self.sessions = self.sessions.wrapping_add(1);
        tracing::debug!(peer = %from, "DTLS handshake");
        let association = Association {
            number: self.sessions,
            session,
            responder: Responder::new(self.settings.clone(), env),
            used: now,
            failed: false,
            weakness: Weakness {
                replays: has(EimDefect::AnswersReplays),
                fragile: has(EimDefect::DiesOnBadRecord),
                ..Weakness::default()
            },
        };
        match peer.current {
            Some(_) => peer.next = Some(association),
            None => peer.current = Some(association),
        }
    }

    fn make_room(&mut self, from: SocketAddr) {
        if self.peers.len() < MOST_PEERS || self.peers.contains_key(&from) {
            return;
        }
        // first flights, which anybody can send, go before sessions
        let order = |peer: &Peer| (peer.is_connected(), peer.used());
        let oldest = self.peers.iter().min_by_key(|(_, peer)| order(peer));
        if let Some(address) = oldest.map(|(address, _)| *address) {
            self.peers.remove(&address);
        }
    }

    async fn finish(&mut self, (from, session, job, answer): Done) {
        let now = Instant::now();
        if let Some(peer) = self.peers.get_mut(&from)
            && let Some(association) = peer.associations().find(|one| one.number == session)
        {
            if let Err(fault) = association.responder.finish(job, answer, now) {
                tracing::warn!(%fault, "CoAP answer");
            }
            if association.responder.leaves() {
                association.session.close();
                association.session.abandon();
            }
        }
        self.flush(from, now).await;
    }

    async fn tick(&mut self) {
        let now = Instant::now();
        let peers: Vec<SocketAddr> = self.peers.keys().copied().collect();
        for from in peers {
            for association in self
                .peers
                .get_mut(&from)
                .into_iter()
                .flat_map(Peer::associations)
            {
                association.tick(now);
            }
            self.flush(from, now).await;
        }
    }

    /// Sends what waits for one peer, and forgets a peer without a session.
    async fn flush(&mut self, from: SocketAddr, now: Instant) {
        let Some(peer) = self.peers.get_mut(&from) else {
            return;
        };
        for association in peer.associations() {
            for datagram in association.poll() {
                if let Err(error) = self.socket.send_to(&datagram, from).await {
                    tracing::debug!(%error, peer = %from, "CoAP datagram not sent");
                }
            }
        }
        peer.settle(now);
        if peer.used().is_none() {
            self.peers.remove(&from);
        }
    }
}

/// Whether a datagram begins with an unprotected record (RFC 6347 §4.1: epoch 0).
fn is_plain(datagram: &[u8]) -> bool {
    matches!(datagram, [20..=23, 0xFE, _, 0, 0, ..])
}

/// Whether a datagram begins with a ClientHello (RFC 6347 §4.2.2).
fn is_client_hello(datagram: &[u8]) -> bool {
    const HELLO: u8 = 1;
    matches!(datagram, [22, ..]) && is_plain(datagram) && datagram.get(13) == Some(&HELLO)
}

fn is_of_a_peer(error: &std::io::Error) -> bool {
    use std::io::ErrorKind as Kind;
    matches!(
        error.kind(),
        Kind::ConnectionRefused | Kind::ConnectionReset | Kind::Interrupted
    )
}

async fn sleep_until(wake: Option<Instant>) {
    match wake {
        Some(wake) => tokio::time::sleep_until(wake.into()).await,
        None => std::future::pending().await,
    }
}
