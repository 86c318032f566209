// SPDX-License-Identifier: MIT OR Apache-2.0
//! One POST of a client, block by block (RFC 7959 §2 to §3.3): the request goes up in Block1, the
//! answer comes down in Block2.
//!
//! Traps:
//! - only the last block of a request makes the server act, so every other message may be sent
//!   again as a new one, and the last never: the function would be executed twice;
//! - the peer may make blocks smaller at any time; numbers then count the smaller ones;
//! - blocks of two different answers must not be mixed: their ETag tells.

use coap_lite::{CoapOption, MessageClass, ResponseType};

use super::block::Block;
use super::message::{Message, code_text};
use super::{CoapError, Settings};
use crate::defect::IpaDefect;

/// Uploads that are begun again because the server lost a block or wants smaller ones.
const MOST_RESTARTS: u32 = 4;
/// Answers to another block than the one that was asked for.
const MOST_DETOURS: u32 = 8;

/// What to do next.
#[derive(Debug)]
pub enum Step {
    /// Send this request.
    Send(Message),
    /// The exchange is complete: the answer's body.
    Done(Vec<u8>),
}

/// One POST under way.
#[derive(Debug)]
pub struct Transfer {
    path: String,
    host: Option<String>,
    content_format: u16,
    token: Vec<u8>,
    limit: usize,
    body: Vec<u8>,
    /// Where the block begins that is under way up.
    sent: usize,
    size: usize,
    /// Block1 is used, although the body would fit into one.
    in_blocks: bool,
    restarts: u32,
    detours: u32,
    /// Blocks larger than those that were asked for are a mistake.
    strict: bool,
    down: Option<Download>,
    /// A payload counts whatever the code is: a deliberate mistake.
    any_code: bool,
}

/// The part of the answer that is here.
#[derive(Debug)]
struct Download {
    body: Vec<u8>,
    tag: Option<Vec<u8>>,
    size: usize,
}

impl Transfer {
    /// A POST of `body` under `token`; `host` goes into Uri-Host, which stands in for the server
    /// name of TLS.
    #[must_use]
    pub fn new(settings: &Settings, host: Option<&str>, token: &[u8], body: Vec<u8>) -> Self {
        Self {
            path: settings.path.clone(),
            host: host.map(str::to_owned),
            content_format: settings.content_format,
            token: token.to_vec(),
            limit: settings.body_limit,
            in_blocks: body.len() > settings.block_size,
            body,
            sent: 0,
            size: settings.block_size,
            restarts: 0,
            detours: 0,
            strict: false,
            down: None,
            any_code: settings.defects.has(IpaDefect::IgnoresCoapCode),
        }
    }

    /// Takes no blocks larger than those that it asks for (RFC 7959 §2.4).
    #[must_use]
    pub fn strict(mut self) -> Self {
        self.strict = true;
        self
    }

    /// The request that is due, also when it has to be sent again.
    ///
    /// # Errors
    /// The body has more blocks than can be numbered.
    pub fn request(&self) -> Result<Message, CoapError> {
        let mut message = Message::post(&self.path, &self.token);
        if let Some(host) = &self.host {
            message.set(CoapOption::UriHost, host.as_bytes().to_vec());
        }
        if let Some(down) = &self.down {
            let block = Block::at(down.body.len(), down.size, false);
            message.set_block(CoapOption::Block2, block.ok_or_else(too_many)?);
            return Ok(message);
        }
        message.set_uint(CoapOption::ContentFormat, self.content_format.into());
        if !self.in_blocks {
            message.set_payload(&self.body);
            self.ask_for_size(&mut message);
            return Ok(message);
        }
        let block = Block::at(self.sent, self.size, false).ok_or_else(too_many)?;
        let (block, part) = block.cut(&self.body).ok_or_else(too_many)?;
        message.set_block(CoapOption::Block1, block);
        message.set_payload(part);
        if block.number == 0 {
            let length = u32::try_from(self.body.len()).unwrap_or(u32::MAX);
            message.set_uint(CoapOption::Size1, length);
        }
        if !block.more {
            self.ask_for_size(&mut message);
        }
        Ok(message)
    }

    /// Whether the request that is due may be sent again in a new message: nothing is executed by
    /// it.
    #[must_use]
    pub fn is_repeatable(&self) -> bool {
        self.down.is_some() || (self.in_blocks && self.rest() > self.size)
    }

    /// Whether a response belongs to it.
    #[must_use]
    pub fn owns(&self, response: &Message) -> bool {
        response.token() == self.token
    }

    /// Takes the response to the request that was due.
    ///
    /// # Errors
    /// The peer refused, or breaks the rules.
    pub fn answer(&mut self, response: &Message) -> Result<Step, CoapError> {
        let MessageClass::Response(code) = response.code() else {
            return Err(refused(response));
        };
        if self.down.is_some() {
            return match code {
                ResponseType::Created | ResponseType::Changed | ResponseType::Content => {
                    self.download(response)
                }
                _ => Err(refused(response)),
            };
        }
        match code {
            ResponseType::Continue => self.next_block(response),
            ResponseType::Created | ResponseType::Changed | ResponseType::Content => {
                self.executed()?;
                self.download(response)
            }
            ResponseType::RequestEntityIncomplete => self.restart(self.size, response),
            ResponseType::RequestEntityTooLarge => {
                let wanted = response.block(CoapOption::Block1)?;
                match wanted.map(Block::size) {
                    Some(size) if size < self.size || !self.in_blocks => {
                        self.restart(size.min(self.size), response)
                    }
                    _ => Err(refused(response)),
                }
            }
            _ if self.any_code && !response.payload().is_empty() => self.download(response),
            _ => Err(refused(response)),
        }
    }

    fn rest(&self) -> usize {
        self.body.len().saturating_sub(self.sent)
    }

    /// Asks for blocks smaller than the largest at once (RFC 7959 §2.4, early negotiation).
    fn ask_for_size(&self, message: &mut Message) {
        if self.size < 1024
            && let Some(block) = Block::at(0, self.size, false)
        {
            message.set_block(CoapOption::Block2, block);
        }
    }

    /// 2.31: the server has the block and waits for the next.
    fn next_block(&mut self, response: &Message) -> Result<Step, CoapError> {
        let taken = response.block(CoapOption::Block1)?;
        let Some(taken) = taken.filter(|_| self.in_blocks && self.rest() > self.size) else {
            return Err(CoapError::Blocks(
                "expected the answer after the last block, got 2.31".to_owned(),
            ));
        };
        // the acknowledgement names the block by its own number, or by that in the smaller size
        let number = Block::at(self.sent, self.size, true).map(|block| block.number);
        if Some(taken.number) != number && taken.offset() != self.sent {
            return self.detour(format!("expected 2.31 for block {number:?}, got {taken:?}"));
        }
        self.sent = self.sent.saturating_add(self.size);
        self.size = self.size.min(taken.size());
        Ok(Step::Send(self.request()?))
    }

    /// Begins the upload again with blocks of `size`.
    fn restart(&mut self, size: usize, response: &Message) -> Result<Step, CoapError> {
        self.restarts += 1;
        if self.restarts > MOST_RESTARTS {
            return Err(refused(response));
        }
        self.in_blocks = true;
        self.size = size;
        self.sent = 0;
        Ok(Step::Send(self.request()?))
    }

    /// A final answer counts only after the last block.
    fn executed(&self) -> Result<(), CoapError> {
        if self.in_blocks && self.rest() > self.size {
            return Err(CoapError::Blocks(
                "expected 2.31 before the last block, got the final answer".to_owned(),
            ));
        }
        Ok(())
    }

    /// Takes a block of the answer, or the whole of it.
    fn download(&mut self, response: &Message) -> Result<Step, CoapError> {
        if self.strict && response.payload().len() > self.size {
            let (asked, got) = (self.size, response.payload().len());
            let message = format!("expected blocks of at most {asked} bytes, got {got}");
            return Err(CoapError::Blocks(message));
        }
        let Some(block) = response.block(CoapOption::Block2)? else {
            return match self.down {
                None => self.limited(response.payload().len(), 0).map(|()| {
                    let body = response.payload().to_vec();
                    Step::Done(body)
                }),
                Some(_) => Err(CoapError::Blocks("expected Block2, got none".to_owned())),
            };
        };
        let tag = response.option(CoapOption::ETag).map(<[u8]>::to_vec);
        let have = self.down.as_ref().map_or(0, |down| down.body.len());
        if block.offset() != have {
            return self.detour(format!("expected the block at {have}, got {block:?}"));
        }
        self.limited(have, response.payload().len())?;
        if block.more && response.payload().len() != block.size() {
            let (expected, got) = (block.size(), response.payload().len());
            let message = format!("expected a full block of {expected} bytes, got {got}");
            return Err(CoapError::Blocks(message));
        }
        let down = self.down.get_or_insert_with(|| Download {
            body: Vec::new(),
            tag: tag.clone(),
            size: block.size(),
        });
        if down.tag != tag {
            let message = "expected all blocks of one answer, got another ETag";
            return Err(CoapError::Blocks(message.to_owned()));
        }
        down.size = down.size.min(block.size());
        down.body.extend_from_slice(response.payload());
        if block.more {
            return Ok(Step::Send(self.request()?));
        }
        let body = std::mem::take(&mut down.body);
        Ok(Step::Done(body))
    }

    fn limited(&self, have: usize, more: usize) -> Result<(), CoapError> {
        if have.saturating_add(more) > self.limit {
            let limit = self.limit;
            return Err(CoapError::Blocks(format!(
                "expected an answer of at most {limit} bytes, got more"
            )));
        }
        Ok(())
    }

    /// Asks once more when the answer was to another block. Only where nothing is executed by it.
    fn detour(&mut self, complaint: String) -> Result<Step, CoapError> {
        self.detours += 1;
        if self.detours > MOST_DETOURS || !self.is_repeatable() {
            return Err(CoapError::Blocks(complaint));
        }
        Ok(Step::Send(self.request()?))
    }
}

fn too_many() -> CoapError {
    CoapError::Blocks("expected a body of at most 2^20 blocks".to_owned())
}

fn refused(response: &Message) -> CoapError {
    CoapError::Code {
        code: code_text(response.code()),
        text: String::from_utf8_lossy(response.payload())
            .chars()
            .filter(|char| !char.is_control())
            .take(120)
            .collect(),
    }
}
