// SPDX-License-Identifier: MIT OR Apache-2.0
//! The client over UDP: one DTLS session that is kept, one POST at a time.
//!
//! A session that was not used for a while is asked for a sign of life before a request goes over
//! it: a server that was started again knows nothing of it, and stays silent. A request that was
//! sent is never sent a second time as another one; the caller cannot know whether the peer acted
//! on it.

use std::collections::VecDeque;
use std::io::ErrorKind;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::{Duration, Instant};

use rsp::env::{Env, SeededEnv};
use tokio::net::UdpSocket;
use tokio::sync::Mutex;

use super::reliability::{Endpoint, Event};
use super::session::Session;
use super::transfer::{Step, Transfer};
use super::{CoapError, PORT, Settings};
use crate::defect::{Defects, IpaDefect};
use crate::wire::http::PostError;
use crate::wire::net::{Resolver, host_of};
use crate::wire::tls::{Trust, check_server};

/// The largest datagram.
pub(super) const LARGEST: usize = 65_535;
/// Times `ACK_TIMEOUT` that a sign of life may take: two repetitions.
const SIGN_OF_LIFE: u32 = 4;
/// Times that a request without effect is sent again after it was given up.
const MOST_REVIVALS: u32 = 8;

/// A client of one server.
pub struct CoapClient {
    pub(in crate::wire) authority: String,
    pub(super) resolver: Resolver,
    pub(super) trust: Trust,
    pub(super) now: i64,
    pub(super) settings: Settings,
    pub(in crate::wire) timeout: Duration,
    pub(super) kept: Mutex<Kept>,
}

impl std::fmt::Debug for CoapClient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "CoapClient({})", self.authority)
    }
}

/// What outlives a POST.
pub(super) struct Kept {
    pub(super) env: SeededEnv,
    pub(super) link: Option<Link>,
}

impl CoapClient {
    /// A client for the server at `authority` (its FQDN, optionally with a port), trusted by
    /// `trust` at the time `now` (unix seconds).
    #[must_use]
    pub fn new(
        authority: &str,
        resolver: Resolver,
        trust: &Trust,
        now: i64,
        settings: Settings,
    ) -> Self {
        Self {
            authority: authority.to_owned(),
            resolver,
            trust: trust.clone(),
            now,
            timeout: Duration::from_secs(20),
            kept: Mutex::new(Kept {
                env: SeededEnv::new(settings.seed, "coap client"),
                link: None,
            }),
            settings,
        }
    }

    /// Replaces the time that the handshake, and each block of an exchange, may take (20 s): a
    /// body of many blocks takes as long as it makes progress.
    #[must_use]
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Where the server is.
    pub(in crate::wire) fn address(&self) -> Result<SocketAddr, PostError> {
        Ok(self.resolver.resolve_or(&self.authority, PORT)?)
    }

    /// Makes it do things wrong.
    #[must_use]
    pub fn with_defects(mut self, defects: Defects<IpaDefect>) -> Self {
        self.settings.defects = defects;
        self
    }

    /// Posts one message and returns the answer, which is empty when there is none.
    ///
    /// # Errors
    /// [`PostError`] when there is no answer that a function gave.
    pub async fn post(&self, body: Vec<u8>) -> Result<Vec<u8>, PostError> {
        let mut kept = self.kept.lock().await;
        let link = kept.link.take();
        let mut link = match Box::pin(self.revived(link)).await {
            Some(link) => link,
            None => Box::pin(self.connect(&mut kept.env)).await?,
        };
        let token = link.endpoint.token();
        let host = host_of(&self.authority);
        let transfer = Transfer::new(&self.settings, Some(&host), &token, body);
        let defects = &self.settings.defects;
        let answer = Box::pin(link.exchange(transfer, self.timeout, defects)).await;
        let answer = answer.map_err(|error| self.named(error))?;
        kept.link = Some(link);
        Ok(answer)
    }

    /// A kept session, when its peer still knows it.
    async fn revived(&self, link: Option<Link>) -> Option<Link> {
        let mut link = link.filter(|link| !link.session.is_closed())?;
        if link.used.elapsed() < self.settings.fresh {
            return Some(link);
        }
        let timers = &self.settings.transmission;
        let patience = timers.ack_timeout.saturating_mul(SIGN_OF_LIFE);
        match link.ping(patience.min(self.timeout)).await {
            Ok(()) => Some(link),
            Err(error) => {
                tracing::info!(?error, "DTLS session is gone");
                None
            }
        }
    }

    pub(super) async fn connect(&self, env: &mut SeededEnv) -> Result<Link, PostError> {
        let address = self.resolver.resolve_or(&self.authority, PORT)?;
        let until = Instant::now() + self.timeout;
        loop {
            let mut link = self.open(address, env).await?;
            match link.handshake(until).await {
                Ok(()) => {
                    self.judge(&link.session)?;
                    return Ok(link);
                }
                // every flight was lost as often as it may be: from the beginning
                Err(Trouble::Coap(CoapError::Handshake)) if Instant::now() < until => {
                    tracing::info!("DTLS handshake begins again");
                }
                Err(error) => return Err(self.handshake_failed(error)),
            }
        }
    }

    /// A socket of its own and the first flight of a handshake.
    pub(super) async fn open(
        &self,
        address: SocketAddr,
        env: &mut SeededEnv,
    ) -> Result<Link, PostError> {
        let any = match address {
            SocketAddr::V4(_) => SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0)),
            SocketAddr::V6(_) => SocketAddr::from((Ipv6Addr::UNSPECIFIED, 0)),
        };
        let failed = |source| self.named(Trouble::Socket(source));
        let socket = UdpSocket::bind(any).await.map_err(failed)?;
        socket.connect(address).await.map_err(failed)?;
        let mut seed = [0; 8];
        env.fill(&mut seed);
        let own = SeededEnv::new(u64::from_be_bytes(seed), "coap session");
        Ok(Link {
            session: Session::client(&self.settings, env, Instant::now())?,
            endpoint: Endpoint::new(self.settings.transmission, own),
            events: VecDeque::new(),
            used: Instant::now(),
            loses: Vec::new(),
            came: 0,
            socket,
        })
    }

    /// Whether the server is who it should be. Nothing was sent to it yet but the handshake.
    pub(super) fn judge(&self, session: &Session) -> Result<(), PostError> {
        if self.settings.psk.is_some() {
            return Ok(());
        }
        let host = host_of(&self.authority);
        let refused = |error| self.handshake_failed(Trouble::Coap(error));
        let leaf = session.certificate();
        let leaf = leaf.ok_or_else(|| refused(CoapError::Dtls("no certificate".to_owned())))?;
        check_server(&self.trust, leaf, &host, self.now)
            .map_err(|error| refused(CoapError::Untrusted(error)))
    }

    /// A handshake that failed is a connection that did not come about, as with TLS.
    pub(super) fn handshake_failed(&self, error: Trouble) -> PostError {
        match error {
            Trouble::Coap(error) => {
                let kind = match error {
                    CoapError::Handshake => ErrorKind::TimedOut,
                    CoapError::Closed => ErrorKind::ConnectionReset,
                    // somebody is there, and says what cannot be used
                    _ => ErrorKind::InvalidData,
                };
                self.named(Trouble::Socket(std::io::Error::new(kind, error)))
            }
            other => self.named(other),
        }
    }

    pub(super) fn named(&self, error: Trouble) -> PostError {
        match error {
            Trouble::Socket(source) => PostError::Connect {
                host: self.authority.clone(),
                source,
            },
            Trouble::Coap(error) => PostError::Coap(error),
            Trouble::Late => PostError::Timeout(self.timeout),
        }
    }
}

/// Why an exchange failed.
#[derive(Debug)]
pub(super) enum Trouble {
    /// The socket's own words.
    Socket(std::io::Error),
    /// DTLS, CoAP or the peer.
    Coap(CoapError),
    /// No progress in time.
    Late,
}

impl From<CoapError> for Trouble {
    fn from(error: CoapError) -> Self {
        Self::Coap(error)
    }
}

/// A session and its socket.
pub(super) struct Link {
    pub(super) socket: UdpSocket,
    pub(super) session: Session,
    pub(super) endpoint: Endpoint,
    pub(super) events: VecDeque<Event>,
    pub(super) used: Instant,
    /// Which of the datagrams that come are lost, from 0; and how many came.
    pub(super) loses: Vec<usize>,
    pub(super) came: usize,
}

impl Link {
    pub(super) async fn handshake(&mut self, until: Instant) -> Result<(), Trouble> {
        while !self.session.is_connected() {
            if self.session.is_closed() {
                return Err(CoapError::Closed.into());
            }
            self.step(until).await?;
        }
        Ok(())
    }

    /// Waits for a sign of life: the Reset that answers a ping.
    async fn ping(&mut self, patience: Duration) -> Result<(), Trouble> {
        let now = Instant::now();
        let until = now + patience;
        let ping = self.endpoint.ping(now).map_err(CoapError::from)?;
        loop {
            match self.event(until).await? {
                Event::Reset(id) | Event::Acknowledged(id) if id == ping => return Ok(()),
                Event::GaveUp(_) => return Err(Trouble::Late),
                Event::Request(request) => self.endpoint.reset(request.id()),
                _ => {}
            }
        }
    }

    /// Carries one POST through.
    pub(super) async fn exchange(
        &mut self,
        mut transfer: Transfer,
        patience: Duration,
        defects: &Defects<IpaDefect>,
    ) -> Result<Vec<u8>, Trouble> {
        let mut revivals = 0;
        let mut id = self.send(&transfer)?;
        let mut until = Instant::now() + patience;
        loop {
            match self.event(until).await? {
                Event::Response(response)
                    if transfer.owns(&response) || defects.has(IpaDefect::IgnoresToken) =>
                {
                    let lenient = defects.has(IpaDefect::IgnoresCriticalOptions);
                    if response.has_unknown_critical() && !lenient {
                        return Err(CoapError::Option.into());
                    }
                    match transfer.answer(&response)? {
                        Step::Done(body) => {
                            self.flush().await?;
                            return Ok(body);
                        }
                        Step::Send(_) => {
                            id = self.send(&transfer)?;
                            until = Instant::now() + patience;
                        }
                    }
                }
                Event::Acknowledged(_) if defects.has(IpaDefect::NoSeparateAnswer) => {
                    return Err(Trouble::Late);
                }
                Event::Reset(refused) if refused == id => return Err(CoapError::Reset.into()),
                Event::GaveUp(lost) if lost == id => {
                    revivals += 1;
                    if !transfer.is_repeatable() || revivals > MOST_REVIVALS {
                        return Err(Trouble::Late);
                    }
                    id = self.send(&transfer)?;
                }
                // a server sends no requests
                Event::Request(request) => self.endpoint.reset(request.id()),
                _ => {}
            }
        }
    }

    fn send(&mut self, transfer: &Transfer) -> Result<u16, Trouble> {
        let request = transfer.request()?;
        let id = self.endpoint.send(request, Instant::now());
        Ok(id.map_err(CoapError::from)?)
    }

    /// The next event of the message layer.
    async fn event(&mut self, until: Instant) -> Result<Event, Trouble> {
        loop {
            self.flush().await?;
            if let Some(event) = self.events.pop_front() {
                return Ok(event);
            }
            if self.session.is_closed() {
                return Err(CoapError::Closed.into());
            }
            self.step(until).await?;
        }
    }

    /// Sends what waits, then takes one datagram or lets time pass.
    async fn step(&mut self, until: Instant) -> Result<(), Trouble> {
        self.flush().await?;
        let timers = [self.session.deadline(), self.endpoint.deadline()];
        let wake = timers.into_iter().flatten().chain([until]).min();
        let wake = wake.unwrap_or(until);
        let mut datagram = vec![0; LARGEST];
        let received = tokio::time::timeout_at(wake.into(), self.socket.recv(&mut datagram)).await;
        let now = Instant::now();
        match received {
            Ok(Ok(length)) => {
                let lost = self.loses.contains(&self.came);
                self.came = self.came.saturating_add(1);
                if lost {
                    return Ok(());
                }
                datagram.truncate(length);
                self.session.receive(&datagram, now)?;
                while let Some(message) = self.session.data() {
                    self.events.extend(self.endpoint.receive(&message, now));
                }
                self.used = now;
                Ok(())
            }
            Ok(Err(error)) if error.kind() == ErrorKind::Interrupted => Ok(()),
            Ok(Err(error)) => Err(Trouble::Socket(error)),
            Err(_) if now >= until => Err(Trouble::Late),
            Err(_) => {
                self.session.tick(now)?;
                self.events.extend(self.endpoint.tick(now));
                Ok(())
            }
        }
    }

    async fn flush(&mut self) -> Result<(), Trouble> {
        while let Some(message) = self.endpoint.poll() {
            self.session.send(&message)?;
        }
        while let Some(datagram) = self.session.poll() {
            self.socket.send(&datagram).await.map_err(Trouble::Socket)?;
        }
        Ok(())
    }
}

impl Drop for Link {
    /// Tells the peer, without waiting: what is lost is lost.
    fn drop(&mut self) {
        self.session.close();
        while let Some(datagram) = self.session.poll() {
            if self.socket.try_send(&datagram).is_err() {
                return;
            }
        }
    }
}
