// SPDX-License-Identifier: MIT OR Apache-2.0
//! One peer of a server: requests put together from their blocks, each handed out once, and answers
//! cut into blocks (RFC 7959 §3.3).
//!
//! Traps:
//! - the following blocks of an answer are asked for by POSTs without a body, which must never
//!   reach the function;
//! - an answer that is not ready when the peer becomes impatient is announced by an empty
//!   acknowledgement and then goes as a message of its own.

mod fault;

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Instant;

use coap_lite::{CoapOption, MessageClass, MessageType, ResponseType};
use rsp::env::SeededEnv;
use rsp::json::esipa::Function;
use sha2::{Digest, Sha256};

use super::block::Block;
use super::fault::Effect;
use super::message::{Message, MessageFault};
use super::reliability::{Endpoint, Event};
use super::upload::{Uploaded, Uploads};
use super::{Settings, routing};
use crate::defect::EimDefect;
use crate::wire::esipa::{Answer, Delivery};

/// Requests of one peer that are worked on at a time.
const MOST_RUNNING: usize = 8;
/// Answers in blocks that are kept for one peer.
const MOST_KEPT: usize = 4;

/// Whether a message is a request, and not one for the next block of an answer.
pub(super) fn begins_request(message: &[u8]) -> bool {
    let Ok(message) = Message::read(message) else {
        return false;
    };
    let block = |option| message.block(option).ok().flatten();
    let goes_on = block(CoapOption::Block1).is_none()
        && block(CoapOption::Block2).is_some_and(|block| block.number > 0);
    matches!(message.code(), MessageClass::Request(_)) && !goes_on
}

/// A request to carry out.
#[derive(Debug, Eq, PartialEq)]
pub struct Job {
    /// Names it in [`Responder::finish`].
    pub id: u64,
    /// The message TLV.
    pub body: Vec<u8>,
}

/// What of a request its answer needs.
#[derive(Clone, Debug)]
struct Asked {
    id: u16,
    confirmable: bool,
    token: Vec<u8>,
    tag: Option<Vec<u8>>,
    format: u32,
    block1: Option<Block>,
    block2: Option<Block>,
}

/// A request whose answer is not here yet.
#[derive(Debug)]
struct Running {
    job: u64,
    asked: Asked,
    /// The function that it calls, when that is known.
    function: Option<&'static str>,
    /// When it is acknowledged without an answer; none once it is.
    patience: Option<Instant>,
}

/// An answer in blocks.
#[derive(Debug)]
struct Kept {
    token: Vec<u8>,
    tag: Option<Vec<u8>>,
    format: u32,
    body: Vec<u8>,
    until: Instant,
}

/// The server's side towards one peer.
#[derive(Debug)]
pub struct Responder {
    endpoint: Endpoint,
    settings: Arc<Settings>,
    uploads: Uploads,
    running: Vec<Running>,
    kept: VecDeque<Kept>,
    jobs: u64,
    /// It answers nothing any more, which is a deliberate mistake.
    dead: bool,
    leaves: bool,
}

impl Responder {
    /// A peer that has not sent anything yet.
    #[must_use]
    pub fn new(settings: Arc<Settings>, env: SeededEnv) -> Self {
        let has = |defect| settings.server_defects.has(defect);
        let mut endpoint = Endpoint::new(settings.transmission, env);
        endpoint.forgetful = has(EimDefect::ExecutesRepetition);
        Self {
            endpoint,
            uploads: Uploads::joining(has(EimDefect::JoinsBlocks)),
            dead: false,
            settings,
            running: Vec::new(),
            kept: VecDeque::new(),
            jobs: 0,
            leaves: false,
        }
    }

    /// The next datagram to send.
    pub fn poll(&mut self) -> Option<Vec<u8>> {
        self.endpoint.poll()
    }

    /// Whether the session is to be closed.
    #[must_use]
    pub const fn leaves(&self) -> bool {
        self.leaves
    }

    /// When [`Self::tick`] has something to do.
    #[must_use]
    pub fn deadline(&self) -> Option<Instant> {
        let patience = self.running.iter().filter_map(|running| running.patience);
        patience.chain(self.endpoint.deadline()).min()
    }

    /// Takes a datagram; a request that is complete comes back as a job.
    pub fn receive(&mut self, datagram: &[u8], now: Instant) -> Option<Job> {
        self.expire(now);
        if self.dead {
            return None;
        }
        match self.endpoint.receive(datagram, now)? {
            Event::Request(request) => self
                .request(&request, now)
                .inspect_err(|fault| tracing::warn!(%fault, "CoAP answer"))
                .ok()
                .flatten(),
            // a late answer was taken or refused; nothing waits for either
            Event::Response(_) | Event::Acknowledged(_) | Event::Reset(_) | Event::GaveUp(_) => {
                None
            }
        }
    }

    /// Repeats what is not acknowledged, and acknowledges what takes long.
    pub fn tick(&mut self, now: Instant) {
        self.expire(now);
        if let Some(Event::GaveUp(id)) = self.endpoint.tick(now) {
            tracing::info!(id, "CoAP answer was never acknowledged");
        }
        for running in &mut self.running {
            if running.patience.is_some_and(|until| until <= now) {
                running.patience = None;
                self.endpoint.acknowledge(running.asked.id);
            }
        }
    }

    /// Answers a job; no bytes mean 2.04 without a payload, and 5.03 that the message was not taken
    /// over.
    ///
    /// # Errors
    /// The answer cannot be written.
    pub fn finish(
        &mut self,
        job: u64,
        answered: impl Into<Answer>,
        now: Instant,
    ) -> Result<(), MessageFault> {
        let Answer {
            message: body,
            untaken,
            malformed,
            delivery,
            ..
        } = answered.into();
        let Some(place) = self.running.iter().position(|running| running.job == job) else {
            return Ok(());
        };
        let running = self.running.swap_remove(place);
        if delivery != Delivery::Whole {
            return Ok(());
        }
        let asked = running.asked;
        let wanted = asked.block2.map_or(1024, Block::size);
        let large = self
            .settings
            .server_defects
            .has(EimDefect::IgnoresBlockSize);
        let wanted = if large { 1024 } else { wanted };
        let size = wanted.min(self.block_size());
        let first = Block::at(0, size, false).ok_or(MessageFault::Block)?;
        let in_blocks = body.len() > first.size();
        let mut answer = answer(&asked, first, asked.format, &body, in_blocks)?;
        if untaken {
            answer = Message::response(ResponseType::ServiceUnavailable, &asked.token);
        }
        if malformed {
            answer = Message::response(ResponseType::BadRequest, &asked.token);
        }
        if in_blocks {
            self.keep(&asked, body, now);
        }
        let Some(answer) = self.misbehave(&asked, running.function, answer, now)? else {
            return Ok(());
        };
        if asked.confirmable && running.patience.is_none() {
            return self.endpoint.send(answer, now).map(|_| ());
        }
        self.reply(&asked, answer)
    }

    /// Drops uploads and answers that nobody went on with.
    fn expire(&mut self, now: Instant) {
        self.uploads.expire(now);
        self.kept.retain(|kept| kept.until > now);
    }

    fn request(&mut self, request: &Message, now: Instant) -> Result<Option<Job>, MessageFault> {
        let mut asked = Asked {
            id: request.id(),
            confirmable: request.kind() == MessageType::Confirmable,
            token: request.token().to_vec(),
            tag: request.request_tag(),
            format: request
                .uint(CoapOption::ContentFormat)
                .unwrap_or_else(|| super::CONTENT_FORMAT.into()),
            block1: None,
            block2: None,
        };
        if let Err((code, text)) = routing::check(request, &self.settings) {
            return self.refuse(&asked, code, text);
        }
        let blocks = request.block(CoapOption::Block1);
        let blocks = blocks.and_then(|one| Ok((one, request.block(CoapOption::Block2)?)));
        let Ok((block1, block2)) = blocks else {
            return self.refuse(&asked, ResponseType::BadOption, "unreadable block option");
        };
        asked.block1 = block1;
        asked.block2 = block2;
        match (block1, block2) {
            (None, Some(block)) if block.number > 0 => self.next_block(&asked, block),
            (Some(block), _) => self.upload(asked, block, request.payload(), now),
            (None, _) => self.start(asked, request.payload().to_vec(), now),
        }
    }

    /// Hands a request out.
    fn start(
        &mut self,
        asked: Asked,
        body: Vec<u8>,
        now: Instant,
    ) -> Result<Option<Job>, MessageFault> {
        if self.running.len() >= MOST_RUNNING {
            return self.refuse(
                &asked,
                ResponseType::ServiceUnavailable,
                "too many requests",
            );
        }
        self.jobs = self.jobs.wrapping_add(1);
        let patience = now + self.settings.transmission.patience;
        self.running.push(Running {
            job: self.jobs,
            patience: asked.confirmable.then_some(patience),
            function: Function::of_message(&body).map(Function::name),
            asked,
        });
        Ok(Some(Job {
            id: self.jobs,
            body,
        }))
    }

    fn upload(
        &mut self,
        asked: Asked,
        block: Block,
        part: &[u8],
        now: Instant,
    ) -> Result<Option<Job>, MessageFault> {
        if let Some(spoilt) = self.spoil_upload(&asked, block) {
            return spoilt;
        }
        let until = now + self.settings.transmission.lifetime();
        let limit = self.settings.body_limit;
        let tag = asked.tag.clone();
        let any = self.settings.server_defects.has(EimDefect::NoLimitOverCoap);
        let most = if any { usize::MAX } else { limit };
        match self.uploads.take(tag, block, part, most, until) {
            Uploaded::Complete(body) => self.start(asked, body, now),
            Uploaded::Continue => {
                let mut message = Message::response(ResponseType::Continue, &asked.token);
                let taken = block.in_size(self.block_size());
                message.set_block(CoapOption::Block1, taken);
                self.reply(&asked, message).map(|()| None)
            }
            Uploaded::Incomplete => {
                let code = ResponseType::RequestEntityIncomplete;
                self.refuse(&asked, code, "expected the blocks in order")
            }
            Uploaded::NotFull => {
                self.refuse(&asked, ResponseType::BadRequest, "expected a full block")
            }
            Uploaded::TooLarge => {
                let mut message =
                    Message::response(ResponseType::RequestEntityTooLarge, &asked.token);
                let limit = u32::try_from(limit).unwrap_or(u32::MAX);
                message.set_uint(CoapOption::Size1, limit);
                self.reply(&asked, message).map(|()| None)
            }
        }
    }

    /// A further block of an answer. The token need not be that of the request (RFC 7959 §2.4),
    /// but tells which of two answers is meant.
    fn next_block(&mut self, asked: &Asked, block: Block) -> Result<Option<Job>, MessageFault> {
        let meant = |kept: &&Kept| kept.tag == asked.tag;
        let of_tag = || self.kept.iter().rev().filter(meant);
        let kept = of_tag()
            .find(|kept| kept.token == asked.token)
            .or_else(|| of_tag().next());
        let block = block.in_size(self.block_size());
        let (block, of_other) = self.spoil_block(block);
        let Some((kept, _)) = kept.and_then(|kept| Some((kept, block.cut(&kept.body)?))) else {
            let code = ResponseType::RequestEntityIncomplete;
            return self.refuse(asked, code, "no such block of an answer");
        };
        let mut message = answer(asked, block, kept.format, &kept.body, true)?;
        if of_other {
            let other: Vec<u8> = message.payload().iter().map(|octet| !octet).collect();
            message.set_payload(&other);
            message.set(CoapOption::ETag, vec![0xFF; 8]);
        }
        self.reply(asked, message).map(|()| None)
    }

    /// The size of blocks.
    fn block_size(&self) -> usize {
        let own = self.settings.block_size;
        self.struck_size(Effect::BlockSize)
            .map_or(own, |size| own.min(size))
    }

    fn keep(&mut self, asked: &Asked, body: Vec<u8>, now: Instant) {
        self.kept
            .retain(|kept| (&kept.tag, &kept.token) != (&asked.tag, &asked.token));
        if self.kept.len() >= MOST_KEPT {
            self.kept.pop_front();
        }
        self.kept.push_back(Kept {
            token: asked.token.clone(),
            tag: asked.tag.clone(),
            format: asked.format,
            body,
            until: now + self.settings.transmission.lifetime(),
        });
    }

    fn refuse(
        &mut self,
        asked: &Asked,
        code: ResponseType,
        text: &str,
    ) -> Result<Option<Job>, MessageFault> {
        tracing::info!(%text, "CoAP request refused");
        self.dead = self
            .settings
            .server_defects
            .has(EimDefect::DiesOnBadRequest);
        let mut message = Message::response(code, &asked.token);
        message.set_payload(text.as_bytes());
        self.reply(asked, message).map(|()| None)
    }

    /// A confirmable request is answered within its acknowledgement, any other by a message of its
    /// own that nobody acknowledges.
    fn reply(&mut self, asked: &Asked, message: Message) -> Result<(), MessageFault> {
        if asked.confirmable {
            return self.endpoint.reply(asked.id, message);
        }
        self.endpoint.send_once(message)
    }
}

/// 2.04 with one block of `body`, or all of it.
fn answer(
    asked: &Asked,
    block: Block,
    format: u32,
    body: &[u8],
    in_blocks: bool,
) -> Result<Message, MessageFault> {
    let mut message = Message::response(ResponseType::Changed, &asked.token);
    if let Some(block1) = asked.block1 {
        message.set_block(CoapOption::Block1, block1);
    }
    if body.is_empty() {
        return Ok(message);
    }
    message.set_uint(CoapOption::ContentFormat, format);
    if !in_blocks {
        message.set_payload(body);
        return Ok(message);
    }
    let (block, part) = block.cut(body).ok_or(MessageFault::Block)?;
    message.set_block(CoapOption::Block2, block);
    let digest = Sha256::digest(body);
    message.set(CoapOption::ETag, digest.iter().take(8).copied().collect());
    let length = u32::try_from(body.len()).unwrap_or(u32::MAX);
    if block.number == 0 {
        message.set_uint(CoapOption::Size2, length);
    }
    message.set_payload(part);
    Ok(message)
}
