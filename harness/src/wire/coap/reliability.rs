// SPDX-License-Identifier: MIT OR Apache-2.0
//! The message layer of one peer (RFC 7252 §4): acknowledgements, repetition with growing pauses,
//! recognition of duplicates.
//!
//! Traps: an acknowledgement that is lost makes the peer repeat its message, which then gets the
//! same reply again and goes no further; a response that comes as a message of its own acknowledges
//! the request when the acknowledgement itself was lost.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use coap_lite::{MessageClass, MessageType};
use rsp::env::{Env, SeededEnv};

use super::message::{Message, MessageFault};

/// Message ids that are remembered: more than a body of 12 kB in the smallest blocks takes.
const MOST_REMEMBERED: usize = 1024;
/// Confirmable messages under way to one peer.
const MOST_UNDER_WAY: usize = 16;

/// The transmission parameters of RFC 7252 §4.8.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Transmission {
    /// `ACK_TIMEOUT`: pause before the first repetition.
    pub ack_timeout: Duration,
    /// `ACK_RANDOM_FACTOR` in percent: how much longer the first pause can be.
    pub random_factor: u32,
    /// `MAX_RETRANSMIT`: repetitions.
    pub max_retransmit: u32,
    /// How long a server works on an answer before it acknowledges the request without one.
    pub patience: Duration,
}

impl Default for Transmission {
    fn default() -> Self {
        Self {
            ack_timeout: Duration::from_secs(2),
            random_factor: 150,
            max_retransmit: 4,
            patience: Duration::from_millis(500),
        }
    }
}

/// `MAX_LATENCY` of RFC 7252 §4.8.2: the longest time that a datagram is taken to be under way.
const MAX_LATENCY: Duration = Duration::from_secs(100);

impl Transmission {
    /// `EXCHANGE_LIFETIME`: how long a message id, and what came of it, is remembered. It follows
    /// from the other parameters (RFC 7252 §4.8.2): a peer that still repeats its message must
    /// find what it refers to.
    #[must_use]
    pub fn lifetime(&self) -> Duration {
        let pauses = 2_u32.saturating_pow(self.max_retransmit).saturating_sub(1);
        let span = self.ack_timeout.saturating_mul(pauses);
        let span = span.saturating_mul(self.random_factor) / 100;
        let processing = self.ack_timeout;
        span.saturating_add(MAX_LATENCY * 2)
            .saturating_add(processing)
    }
}

/// What came of a datagram or of time.
#[derive(Debug)]
pub enum Event {
    /// A new request: method codes, and nothing that came before.
    Request(Message),
    /// A new response, whatever carried it.
    Response(Message),
    /// A message of ours arrived; the response comes later.
    Acknowledged(u16),
    /// The peer does not understand a message of ours, or answers a ping.
    Reset(u16),
    /// A message of ours was never acknowledged.
    GaveUp(u16),
}

/// A confirmable message without acknowledgement.
#[derive(Debug)]
struct UnderWay {
    id: u16,
    token: Vec<u8>,
    datagram: Vec<u8>,
    next: Instant,
    pause: Duration,
    repetitions: u32,
}

/// A message of the peer that was handled, with the reply that it got.
#[derive(Debug)]
struct Remembered {
    id: u16,
    until: Instant,
    reply: Option<Vec<u8>>,
}

/// The message layer of one peer.
#[derive(Debug)]
pub struct Endpoint {
    timers: Transmission,
    env: SeededEnv,
    next_id: u16,
    under_way: Vec<UnderWay>,
    remembered: VecDeque<Remembered>,
    out: VecDeque<Vec<u8>>,
    /// Messages that come again count as new ones, which is a deliberate mistake.
    pub(super) forgetful: bool,
}

impl Endpoint {
    /// A layer that draws message ids, tokens and jitter from `env`.
    #[must_use]
    pub fn new(timers: Transmission, mut env: SeededEnv) -> Self {
        let mut id = [0; 2];
        env.fill(&mut id);
        Self {
            timers,
            env,
            next_id: u16::from_be_bytes(id),
            under_way: Vec::new(),
            remembered: VecDeque::new(),
            out: VecDeque::new(),
            forgetful: false,
        }
    }

    /// A message id for a message that is sent past this layer.
    pub(super) const fn fresh_id(&mut self) -> u16 {
        let id = self.next_id;
        self.next_id = self.next_id.wrapping_add(1);
        id
    }

    /// A token for a new exchange.
    pub fn token(&mut self) -> [u8; 4] {
        let mut token = [0; 4];
        self.env.fill(&mut token);
        token
    }

    /// The next datagram to send.
    pub fn poll(&mut self) -> Option<Vec<u8>> {
        self.out.pop_front()
    }

    /// When [`Self::tick`] has something to do.
    #[must_use]
    pub fn deadline(&self) -> Option<Instant> {
        self.under_way.iter().map(|message| message.next).min()
    }

    /// Sends a confirmable message and returns its id.
    ///
    /// # Errors
    /// The message is too long, or too many are under way.
    pub fn send(&mut self, message: Message, now: Instant) -> Result<u16, MessageFault> {
        if self.under_way.len() >= MOST_UNDER_WAY {
            return Err(MessageFault::Write("too many unacknowledged".to_owned()));
        }
        let (id, datagram) = self.stamped(message, MessageType::Confirmable)?;
        let pause = self.first_pause();
        let message = Message::read(&datagram)?;
        self.under_way.push(UnderWay {
            id,
            token: message.token().to_vec(),
            datagram: datagram.clone(),
            next: now + pause,
            pause,
            repetitions: 0,
        });
        self.out.push_back(datagram);
        Ok(id)
    }

    /// Sends a message that nobody acknowledges.
    ///
    /// # Errors
    /// The message is too long.
    pub fn send_once(&mut self, message: Message) -> Result<(), MessageFault> {
        let (_, datagram) = self.stamped(message, MessageType::NonConfirmable)?;
        self.out.push_back(datagram);
        Ok(())
    }

    /// Asks whether the peer is there: an empty confirmable message, which gets a Reset (RFC 7252
    /// §4.3).
    ///
    /// # Errors
    /// Too many messages are under way.
    pub fn ping(&mut self, now: Instant) -> Result<u16, MessageFault> {
        self.send(Message::empty(MessageType::Confirmable, 0), now)
    }

    /// Replies to the peer's message `id` within the acknowledgement.
    ///
    /// # Errors
    /// The reply is too long.
    pub fn reply(&mut self, id: u16, mut message: Message) -> Result<(), MessageFault> {
        message.stamp(MessageType::Acknowledgement, id);
        self.settle(id, message.to_bytes()?);
        Ok(())
    }

    /// The same, but the reply is lost: only who repeats the message gets it.
    ///
    /// # Errors
    /// The reply is too long.
    pub fn reply_lost(&mut self, id: u16, message: Message) -> Result<(), MessageFault> {
        self.reply(id, message)?;
        self.out.pop_back();
        Ok(())
    }

    /// Acknowledges the peer's message `id` without an answer.
    pub fn acknowledge(&mut self, id: u16) {
        self.settle_empty(id, MessageType::Acknowledgement);
    }

    /// Refuses the peer's message `id`.
    pub fn reset(&mut self, id: u16) {
        self.settle_empty(id, MessageType::Reset);
    }

    /// Stops repeating the message `id`.
    pub fn forget(&mut self, id: u16) {
        self.under_way.retain(|message| message.id != id);
    }

    /// Takes one datagram of the peer. What is no message is ignored, as RFC 7252 §4.2 has it for
    /// everything that cannot be answered.
    pub fn receive(&mut self, datagram: &[u8], now: Instant) -> Option<Event> {
        let message = match Message::read(datagram) {
            Ok(message) => message,
            Err(fault) => {
                tracing::debug!(%fault, "datagram ignored");
                return None;
            }
        };
        match message.kind() {
            MessageType::Confirmable | MessageType::NonConfirmable => self.fresh(message, now),
            MessageType::Acknowledgement => self.acknowledged(message),
            MessageType::Reset => {
                let id = message.id();
                self.finish(id).then_some(Event::Reset(id))
            }
        }
    }

    /// Repeats what is due; the first message that was repeated often enough is given up.
    pub fn tick(&mut self, now: Instant) -> Option<Event> {
        self.expire(now);
        let most = self.timers.max_retransmit;
        let given_up = self
            .under_way
            .iter()
            .find(|message| message.next <= now && message.repetitions >= most)
            .map(|message| message.id);
        for message in &mut self.under_way {
            if message.next > now || message.repetitions >= most {
                continue;
            }
            message.repetitions += 1;
            message.pause = message.pause.saturating_mul(2);
            message.next = now + message.pause;
            self.out.push_back(message.datagram.clone());
        }
        let id = given_up?;
        self.forget(id);
        Some(Event::GaveUp(id))
    }

    /// A confirmable or non-confirmable message, unless it came before.
    fn fresh(&mut self, message: Message, now: Instant) -> Option<Event> {
        self.expire(now);
        let id = message.id();
        let mut known = self.remembered.iter().filter(|_| !self.forgetful);
        if let Some(known) = known.find(|known| known.id == id) {
            self.out.extend(known.reply.clone());
            return None;
        }
        if self.remembered.len() >= MOST_REMEMBERED {
            self.remembered.pop_front();
        }
        self.remembered.push_back(Remembered {
            id,
            until: now + self.timers.lifetime(),
            reply: None,
        });
        let confirmable = message.kind() == MessageType::Confirmable;
        match message.code() {
            MessageClass::Request(_) => Some(Event::Request(message)),
            MessageClass::Response(_) => {
                if confirmable {
                    self.acknowledge(id);
                }
                self.answered(message.token());
                Some(Event::Response(message))
            }
            // a ping, or a class that does not exist (RFC 7252 §4.2, §4.3)
            MessageClass::Empty | MessageClass::Reserved(_) => {
                if confirmable {
                    self.reset(id);
                }
                None
            }
        }
    }

    fn acknowledged(&mut self, message: Message) -> Option<Event> {
        let id = message.id();
        if !self.finish(id) {
            return None;
        }
        match message.code() {
            MessageClass::Empty => Some(Event::Acknowledged(id)),
            MessageClass::Response(_) => Some(Event::Response(message)),
            MessageClass::Request(_) | MessageClass::Reserved(_) => None,
        }
    }

    /// Stops repeating; false when nothing with that id was under way.
    fn finish(&mut self, id: u16) -> bool {
        let before = self.under_way.len();
        self.forget(id);
        self.under_way.len() != before
    }

    /// A response acknowledges its request. A ping has no token, and no response.
    fn answered(&mut self, token: &[u8]) {
        self.under_way
            .retain(|message| message.token.is_empty() || message.token != token);
    }

    fn settle_empty(&mut self, id: u16, kind: MessageType) {
        if let Ok(datagram) = Message::empty(kind, id).to_bytes() {
            self.settle(id, datagram);
        }
    }

    fn settle(&mut self, id: u16, datagram: Vec<u8>) {
        if let Some(known) = self.remembered.iter_mut().find(|known| known.id == id) {
            known.reply = Some(datagram.clone());
        }
        self.out.push_back(datagram);
    }

    fn expire(&mut self, now: Instant) {
        while self.remembered.front().is_some_and(|old| old.until <= now) {
            self.remembered.pop_front();
        }
    }

    fn stamped(
        &mut self,
        mut message: Message,
        kind: MessageType,
    ) -> Result<(u16, Vec<u8>), MessageFault> {
        let id = self.next_id;
        self.next_id = self.next_id.wrapping_add(1);
        message.stamp(kind, id);
        Ok((id, message.to_bytes()?))
    }

    /// Between `ACK_TIMEOUT` and that times `ACK_RANDOM_FACTOR` (RFC 7252 §4.2).
    fn first_pause(&mut self) -> Duration {
        let mut byte = [0];
        self.env.fill(&mut byte);
        let [byte] = byte;
        let extra = self.timers.random_factor.saturating_sub(100);
        let share = extra * u32::from(byte) / 255;
        self.timers.ack_timeout + self.timers.ack_timeout.saturating_mul(share) / 100
    }
}
