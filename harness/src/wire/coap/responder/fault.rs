// SPDX-License-Identifier: MIT OR Apache-2.0
//! Where the faults of a server strike: at an answer that is about to go out, and at the blocks.

use std::time::Instant;

use coap_lite::{CoapOption, ResponseType};

use super::{Asked, Block, Job, Message, MessageFault, Responder};
use crate::wire::coap::fault::Effect;

/// A critical option that no document has.
const UNKNOWN_CRITICAL: CoapOption = CoapOption::Unknown(65_001);

impl Responder {
    /// Whether a fault with this effect strikes now.
    pub(super) fn strikes(&self, effect: Effect, function: Option<&str>) -> Option<String> {
        self.settings.faults.as_ref()?.strike(effect, function)
    }

    /// The size that a fault gives.
    pub(super) fn struck_size(&self, effect: Effect) -> Option<usize> {
        self.settings.faults.as_ref()?.strike_number(effect, None)
    }

    /// Changes an answer; what is to go out as usual comes back.
    pub(super) fn misbehave(
        &mut self,
        asked: &Asked,
        function: Option<&str>,
        mut answer: Message,
        now: Instant,
    ) -> Result<Option<Message>, MessageFault> {
        if self.settings.faults.is_none() {
            return Ok(Some(answer));
        }
        if let Some(code) = self.strikes(Effect::Status, function) {
            answer = Message::response(ResponseType::Changed, &asked.token);
            answer.set_code(&code);
        }
        if let Some(code) = self.strikes(Effect::StatusBesideBody, function) {
            answer.set_code(&code);
        }
        if let Some(seconds) = self.strikes(Effect::Busy, function) {
            answer = Message::response(ResponseType::ServiceUnavailable, &asked.token);
            answer.set_uint(CoapOption::MaxAge, seconds.parse().unwrap_or(60));
        }
        if self.strikes(Effect::CriticalOption, function).is_some() {
            answer.set(UNKNOWN_CRITICAL, vec![1]);
        }
        if let Some(format) = self.strikes(Effect::ContentFormat, function) {
            answer.set_uint(CoapOption::ContentFormat, format.parse().unwrap_or(0));
        }
        if self.strikes(Effect::Token, function).is_some() {
            let token: Vec<u8> = asked.token.iter().map(|octet| !octet).collect();
            answer.set_token(&token);
        }
        if self.strikes(Effect::Close, function).is_some() {
            self.leaves = true;
            return Ok(None);
        }
        if !asked.confirmable {
            return Ok(Some(answer));
        }
        self.carry(asked, function, answer, now)
    }

    /// Sends an answer in another way than within the acknowledgement.
    fn carry(
        &mut self,
        asked: &Asked,
        function: Option<&str>,
        answer: Message,
        now: Instant,
    ) -> Result<Option<Message>, MessageFault> {
        if self.strikes(Effect::Reset, function).is_some() {
            self.endpoint.reset(asked.id);
        } else if self.strikes(Effect::Separate, function).is_some() {
            self.endpoint.acknowledge(asked.id);
            self.endpoint.send(answer, now)?;
        } else if self.strikes(Effect::NonConfirmable, function).is_some() {
            self.endpoint.acknowledge(asked.id);
            self.endpoint.send_once(answer)?;
        } else if self.strikes(Effect::Twice, function).is_some() {
            self.endpoint.reply(asked.id, answer.clone())?;
            self.endpoint.reply(asked.id, answer)?;
        } else if self.strikes(Effect::Lost, function).is_some() {
            self.endpoint.reply_lost(asked.id, answer)?;
        } else {
            return Ok(Some(answer));
        }
        Ok(None)
    }

    /// Refuses a block of an upload, where a fault says so.
    pub(super) fn spoil_upload(
        &mut self,
        asked: &Asked,
        block: Block,
    ) -> Option<Result<Option<Job>, MessageFault>> {
        if !block.more && self.strikes(Effect::UploadIncomplete, None).is_some() {
            let code = ResponseType::RequestEntityIncomplete;
            return Some(self.refuse(asked, code, "expected the blocks in order"));
        }
        let first = block.number == 0;
        let size = first.then(|| self.struck_size(Effect::UploadTooLarge))??;
        let mut message = Message::response(ResponseType::RequestEntityTooLarge, &asked.token);
        message.set_block(CoapOption::Block1, block.in_size(size));
        Some(self.reply(asked, message).map(|()| None))
    }

    /// Changes a further block of an answer: the block to cut, and whether it is of another answer.
    pub(super) fn spoil_block(&self, block: Block) -> (Block, bool) {
        if self.strikes(Effect::BlockHole, None).is_some() {
            return (block.next(), false);
        }
        (block, self.strikes(Effect::BlockOfOther, None).is_some())
    }
}
