// SPDX-License-Identifier: MIT OR Apache-2.0
//! Requests that a client sends in another way than it would: other options, other types, blocks
//! with holes, records that come twice or damaged. What comes back is told by its code or in a word.
//!
//! Nothing is waited for where silence is right: a ping behind the request is answered after it.

use std::time::{Duration, Instant};

use coap_lite::{CoapOption, MessageClass, MessageType, RequestType};
use rsp::env::{Env, SeededEnv};
use tokio::net::UdpSocket;

use super::block::Block;
use super::client::{CoapClient, LARGEST, Link, Trouble};
use super::message::{Message, MessageFault, code_text};
use super::reliability::Endpoint;
use super::session::Session;
use super::transfer::Transfer;
use super::{CoapError, Psk, Settings};
use crate::case::{CoapFault, CoapForm};
use crate::wire::http::PostError;
use crate::wire::net::host_of;

/// Blocks in which a hole is made.
const SMALL: usize = 16;
/// How long a sign of life, or a handshake that is to fail, may take.
const SHORT: Duration = Duration::from_secs(2);
/// First repetition of a flight of a handshake in which something is lost.
const HASTY: Duration = Duration::from_millis(100);

/// Code or word, and the payload.
type Came = (String, Vec<u8>);

fn word(word: &str) -> Came {
    (word.to_owned(), Vec::new())
}

impl CoapClient {
    /// Sends `body` as `form` says.
    ///
    /// # Errors
    /// There is no session, or the request cannot be written.
    pub async fn shaped(&self, form: &CoapForm, body: Vec<u8>) -> Result<Came, PostError> {
        match form.fault {
            Some(CoapFault::Plain) => return self.in_plain(form, &body).await,
            Some(CoapFault::Psk) => return Ok(self.with_key(body).await),
            _ => (),
        }
        let mut kept = self.kept.lock().await;
        let mut link = match (form.fault, kept.link.take()) {
            (Some(CoapFault::Lose), _) => self.through_a_loss(&mut kept.env).await?,
            (Some(CoapFault::Restart), Some(link)) => self.again(link, &mut kept.env).await?,
            (_, Some(link)) if !link.session.is_closed() => link,
            _ => Box::pin(self.connect(&mut kept.env)).await?,
        };
        let came = self.over(&mut link, form, body).await;
        if !link.session.is_closed() {
            kept.link = Some(link);
        }
        came
    }

    async fn over(
        &self,
        link: &mut Link,
        form: &CoapForm,
        mut body: Vec<u8>,
    ) -> Result<Came, PostError> {
        body.extend(vec![0; form.fill.unwrap_or_default()]);
        let single = form.block.is_none() && body.len() <= self.settings.block_size;
        let outcome = if form.fault == Some(CoapFault::Hole) {
            self.with_a_hole(link, form, &body).await
        } else if single {
            self.single(link, form, &body).await
        } else {
            self.in_blocks(link, form, body).await
        };
        match outcome {
            Ok(came) => Ok(came),
            Err(Trouble::Coap(CoapError::Code { code, .. })) => Ok((code, Vec::new())),
            Err(Trouble::Coap(CoapError::Reset)) => Ok(word("reset")),
            Err(Trouble::Coap(CoapError::Closed)) => Ok(word("closed")),
            Err(Trouble::Late) => Ok(word("silent")),
            Err(error) => Err(self.named(error)),
        }
    }

    /// The path, content format and options of a request.
    fn request(&self, form: &CoapForm, token: &[u8]) -> Message {
        let path = form.path.as_deref().unwrap_or(&self.settings.path);
        let mut message = Message::post(path, token);
        match form.method.as_deref() {
            Some("GET") => message.set_method(RequestType::Get),
            Some("PUT") => message.set_method(RequestType::Put),
            Some("DELETE") => message.set_method(RequestType::Delete),
            _ => (),
        }
        let host = host_of(&self.authority);
        message.set(CoapOption::UriHost, host.into_bytes());
        let format = form.format.unwrap_or(self.settings.content_format);
        message.set_uint(CoapOption::ContentFormat, format.into());
        for (number, value) in &form.options {
            let value = hex::decode(value).unwrap_or_default();
            message.set(CoapOption::from(*number), value);
        }
        message
    }

    async fn single(&self, link: &mut Link, form: &CoapForm, body: &[u8]) -> Result<Came, Trouble> {
        let token = link.endpoint.token();
        let mut message = self.request(form, &token);
        message.set_payload(body);
        let (id, datagram) = stamped(link, message, form)?;
        let before = match form.fault {
            Some(CoapFault::Corrupt) => Before::Damaged,
            _ => Before::Nothing,
        };
        let records = link.put(&datagram, before).await?;
        let until = Instant::now() + self.timeout;
        if form.fault == Some(CoapFault::LongToken) {
            let found = link.until_ping(SHORT).await?;
            return Ok(found.first().map_or_else(|| word("silent"), came_of));
        }
        let answer = link.answer(id, &token, until).await?;
        let again = match form.fault {
            Some(CoapFault::Again) => {
                link.put(&datagram, Before::Nothing).await?;
                let second = link.until_ping(SHORT).await?;
                // an answer that was not repeated is repeated when the client asks once more
                second.iter().any(|it| *it != answer)
            }
            Some(CoapFault::Replay) => {
                for record in &records {
                    link.socket.send(record).await.map_err(Trouble::Socket)?;
                }
                !link.until_ping(SHORT).await?.is_empty()
            }
            _ => false,
        };
        Ok(if again {
            word("another")
        } else {
            came_of(&answer)
        })
    }

    /// A body in blocks, each way.
    async fn in_blocks(
        &self,
        link: &mut Link,
        form: &CoapForm,
        body: Vec<u8>,
    ) -> Result<Came, Trouble> {
        let mut settings = self.settings.clone();
        settings.block_size = form.block.unwrap_or(settings.block_size);
        let token = link.endpoint.token();
        let host = host_of(&self.authority);
        let transfer = Transfer::new(&settings, Some(&host), &token, body).strict();
        let body = Box::pin(link.exchange(transfer, self.timeout, &self.settings.defects)).await?;
        Ok(("2.04".to_owned(), body))
    }

    async fn with_a_hole(
        &self,
        link: &mut Link,
        form: &CoapForm,
        body: &[u8],
    ) -> Result<Came, Trouble> {
        let mut padded = body.to_vec();
        padded.resize(body.len().max(3 * SMALL), 0);
        let token = link.endpoint.token();
        let mut came = word("silent");
        for (number, more) in [(0, true), (2, false)] {
            let at = SMALL.saturating_mul(number);
            let mut message = self.request(form, &token);
            let block = Block::at(at, SMALL, more);
            let block = block.ok_or_else(|| CoapError::from(MessageFault::Block))?;
            message.set_block(CoapOption::Block1, block);
            let end = at.saturating_add(SMALL);
            message.set_payload(padded.get(at..end).unwrap_or_default());
            let (id, datagram) = stamped(link, message, form)?;
            link.put(&datagram, Before::Nothing).await?;
            let until = Instant::now() + self.timeout;
            came = came_of(&link.answer(id, &token, until).await?);
            if came.0 != "2.31" {
                break;
            }
        }
        Ok(came)
    }

    /// The client knows nothing of its session, and begins another one on the same socket.
    async fn again(&self, mut link: Link, env: &mut SeededEnv) -> Result<Link, PostError> {
        let mut seed = [0; 8];
        env.fill(&mut seed);
        let own = SeededEnv::new(u64::from_be_bytes(seed), "coap session");
        link.session = Session::client(&self.settings, env, Instant::now())?;
        link.endpoint = Endpoint::new(self.settings.transmission, own);
        link.events.clear();
        let until = Instant::now() + self.timeout;
        let done = link.handshake(until).await;
        done.map_err(|error| self.handshake_failed(error))?;
        self.judge(&link.session)?;
        Ok(link)
    }

    fn like(&self, settings: Settings) -> Self {
        Self::new(
            &self.authority,
            self.resolver.clone(),
            &self.trust,
            self.now,
            settings,
        )
    }

    /// A handshake in which the first datagram of the server is lost, and the third.
    async fn through_a_loss(&self, env: &mut SeededEnv) -> Result<Link, PostError> {
        let settings = Settings {
            handshake_timeout: HASTY,
            ..self.settings.clone()
        };
        let hasty = self.like(settings);
        let mut link = hasty.open(self.address()?, env).await?;
        link.loses = vec![0, 2];
        let until = Instant::now() + self.timeout;
        let done = link.handshake(until).await;
        done.map_err(|error| self.handshake_failed(error))?;
        self.judge(&link.session)?;
        Ok(link)
    }

    /// A client of a laboratory, which has a key and trusts no certificate.
    async fn with_key(&self, body: Vec<u8>) -> Came {
        let settings = Settings {
            psk: Some(Psk {
                identity: b"ipa".to_vec(),
                key: vec![0x5A; 16],
            }),
            handshake_timeout: HASTY,
            handshake_retries: 2,
            ..self.settings.clone()
        };
        let other = self.like(settings).with_timeout(SHORT / 4);
        match Box::pin(other.post(body)).await {
            Ok(body) => ("2.04".to_owned(), body),
            Err(_) => word("closed"),
        }
    }

    /// The request as it is, without DTLS. A handshake behind it shows that the server had it.
    async fn in_plain(&self, form: &CoapForm, body: &[u8]) -> Result<Came, PostError> {
        let failed = |source| self.named(Trouble::Socket(source));
        let socket = UdpSocket::bind(("127.0.0.1", 0)).await.map_err(failed)?;
        socket.connect(self.address()?).await.map_err(failed)?;
        let mut message = self.request(form, &[1]);
        message.set_payload(body);
        message.stamp(MessageType::Confirmable, 1);
        let datagram = message.to_bytes().map_err(CoapError::from)?;
        socket.send(&datagram).await.map_err(failed)?;
        let mut kept = self.kept.lock().await;
        let link = Box::pin(self.connect(&mut kept.env)).await?;
        drop(link);
        let mut answer = vec![0; LARGEST];
        Ok(match socket.try_recv(&mut answer) {
            Err(_) => word("silent"),
            Ok(count) => {
                let answer = answer.get(..count).unwrap_or_default();
                // an alert says that this is no place for CoAP
                Message::read(answer).map_or_else(|_| word("silent"), |it| came_of(&it))
            }
        })
    }
}

/// What goes out before a record.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Before {
    Nothing,
    /// The same with another tag.
    Damaged,
}

impl Link {
    /// Sends a message in a record of its own, which comes back.
    async fn put(&mut self, message: &[u8], before: Before) -> Result<Vec<Vec<u8>>, Trouble> {
        self.session.send(message)?;
        let records: Vec<Vec<u8>> = std::iter::from_fn(|| self.session.poll()).collect();
        for record in &records {
            if before == Before::Damaged {
                let mut damaged = record.clone();
                if let Some(last) = damaged.last_mut() {
                    *last ^= 1;
                }
                self.socket.send(&damaged).await.map_err(Trouble::Socket)?;
            }
            self.socket.send(record).await.map_err(Trouble::Socket)?;
        }
        self.used = Instant::now();
        Ok(records)
    }

    /// The next message of the server.
    async fn next(&mut self, until: Instant) -> Result<Message, Trouble> {
        let mut datagram = vec![0; LARGEST];
        loop {
            if let Some(message) = self.session.data() {
                match Message::read(&message) {
                    Ok(message) => return Ok(message),
                    Err(_) => continue,
                }
            }
            if self.session.is_closed() {
                return Err(CoapError::Closed.into());
            }
            let received = tokio::time::timeout_at(until.into(), self.socket.recv(&mut datagram));
            let count = match received.await {
                Ok(Ok(count)) => count,
                Ok(Err(error)) => return Err(Trouble::Socket(error)),
                Err(_) => return Err(Trouble::Late),
            };
            let datagram = datagram.get(..count).unwrap_or_default();
            self.session.receive(datagram, Instant::now())?;
        }
    }

    /// The answer to the request `id`.
    async fn answer(&mut self, id: u16, token: &[u8], until: Instant) -> Result<Message, Trouble> {
        loop {
            let message = self.next(until).await?;
            let own = message.token() == token;
            match (message.code(), message.kind()) {
                (MessageClass::Response(_), kind) if own => {
                    if kind == MessageType::Confirmable {
                        let ack = Message::empty(MessageType::Acknowledgement, message.id());
                        let ack = ack.to_bytes().map_err(CoapError::from)?;
                        self.put(&ack, Before::Nothing).await?;
                    }
                    return Ok(message);
                }
                (_, MessageType::Reset) if message.id() == id => return Ok(message),
                _ => (),
            }
        }
    }

    /// Everything that comes before the answer to a ping.
    async fn until_ping(&mut self, patience: Duration) -> Result<Vec<Message>, Trouble> {
        let id = self.endpoint.fresh_id();
        let ping = Message::empty(MessageType::Confirmable, id);
        let ping = ping.to_bytes().map_err(CoapError::from)?;
        self.put(&ping, Before::Nothing).await?;
        let until = Instant::now() + patience;
        let mut found = Vec::new();
        loop {
            match self.next(until).await {
                Ok(message) if message.id() == id => return Ok(found),
                Ok(message) => found.push(message),
                // who answers no ping has had its time
                Err(Trouble::Late) => return Ok(found),
                Err(error) => return Err(error),
            }
        }
    }
}

/// A request as it goes out, with its id.
fn stamped(
    link: &mut Link,
    mut message: Message,
    form: &CoapForm,
) -> Result<(u16, Vec<u8>), Trouble> {
    let id = link.endpoint.fresh_id();
    let kind = match form.non {
        true => MessageType::NonConfirmable,
        false => MessageType::Confirmable,
    };
    message.stamp(kind, id);
    let mut datagram = message.to_bytes().map_err(CoapError::from)?;
    if form.fault == Some(CoapFault::LongToken) {
        let length = message.token().len();
        if let Some(first) = datagram.first_mut() {
            *first = (*first & 0xF0) | 9;
        }
        let behind = datagram.split_off(4_usize.saturating_add(length).min(datagram.len()));
        datagram.truncate(4);
        datagram.extend([0x5A; 9]);
        datagram.extend(behind);
    }
    Ok((id, datagram))
}

fn came_of(message: &Message) -> Came {
    match message.kind() {
        MessageType::Reset => word("reset"),
        _ => (code_text(message.code()), message.payload().to_vec()),
    }
}
