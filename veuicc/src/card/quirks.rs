// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the personality says about commands and answers below ES10: one short function for each
//! place in the card that asks.

use super::Card;
use crate::apdu::{CommandApdu, Response};
use crate::capability::TerminalCapability;
use crate::command::{ChannelWanted, Command, HIGHEST_CHANNEL, Template};
use crate::config::ResponseMode;
use crate::isdr;
use crate::personality::{
    CapabilityTag, ClassAccepted, IpaModeTold, Keys, Protocol, QueueWhen, RefreshWhen, SelectReply,
    Unblock,
};
use crate::session::UntilReset;
use crate::state::State;
use crate::status_word::StatusWord;

/// Instruction of GET RESPONSE and STATUS.
const GET_RESPONSE: u8 = 0xC0;
const STATUS: u8 = 0xF2;

impl Card {
    pub(super) fn keys(&self) -> &Keys {
        &self.config.personality.keys
    }

    /// How answers reach the terminal. Trap: a reader does not tell the card which protocol was
    /// chosen where the ATR offers two; a terminal that chose T=0 sends no Le and gets 61xx.
    pub(super) fn response_mode(&self) -> ResponseMode {
        match (self.config.response_mode, self.keys().protocol) {
            (Some(mode), _) => mode,
            (None, Protocol::T0) if self.in_reader => ResponseMode::GetResponse,
            (None, _) => ResponseMode::Direct,
        }
    }

    /// Refuses what this card cannot take at all: extended lengths, long data, a class.
    pub(super) fn admit(&self, bytes: &[u8], apdu: &CommandApdu<'_>) -> Result<(), StatusWord> {
        let keys = self.keys();
        let extended = matches!(bytes, [_, _, _, _, 0, _, ..]);
        let longest = keys.max_lc.map_or(usize::MAX, usize::from);
        if (extended && !keys.extended_length) || apdu.data.len() > longest {
            return Err(StatusWord::WRONG_LENGTH);
        }
        let accepted = match keys.getresp_cla {
            ClassAccepted::Any => true,
            ClassAccepted::Interindustry => apdu.cla & 0x80 == 0,
            ClassAccepted::Proprietary => apdu.cla & 0x80 != 0,
        };
        if apdu.ins == GET_RESPONSE && !accepted {
            return Err(StatusWord::CLA_NOT_SUPPORTED);
        }
        Ok(())
    }

    /// The command with a Le that this card can answer.
    pub(super) fn limited<'a>(&self, apdu: CommandApdu<'a>) -> CommandApdu<'a> {
        let direct = self.response_mode() == ResponseMode::Direct;
        let Some(most) = self
            .keys()
            .max_le
            .map(usize::from)
            .filter(|_| direct || apdu.ins == GET_RESPONSE)
        else {
            return apdu;
        };
        let asked = match apdu.ne {
            None if apdu.ins == GET_RESPONSE => Some(usize::MAX),
            asked => asked,
        };
        CommandApdu {
            ne: asked.map(|ne| ne.min(most)),
            ..apdu
        }
    }

    /// Whether the answer to that instruction says that a proactive command waits.
    pub(super) fn announces(&self, instruction: u8) -> bool {
        match self.keys().refresh_when {
            RefreshWhen::Command => true,
            RefreshWhen::GetResponse => instruction == GET_RESPONSE,
            RefreshWhen::Status => instruction == STATUS,
        }
    }

    /// The proactive session belongs to channel 0 (TS 102 221 §11.2).
    pub(super) fn basic(&self, channel: u8) -> Result<(), StatusWord> {
        if channel == 0 || !self.keys().proactive_cla_check {
            Ok(())
        } else {
            Err(StatusWord::CHANNEL_NOT_SUPPORTED)
        }
    }

    pub(super) fn take_capability(&mut self, data: &[u8]) -> Result<Response, StatusWord> {
        let wanted = self.keys().termcap;
        if wanted.reject_dup && self.capability.is_some() {
            return Err(StatusWord::CONDITIONS_NOT_SATISFIED);
        }
        let capability = TerminalCapability::parse(data)?;
        let counts = match wanted.tag {
            CapabilityTag::Any => true,
            CapabilityTag::Lpa => capability.euicc != 0,
            CapabilityTag::Ipa => capability.iot != 0,
        };
        if !counts {
            return Err(StatusWord::INCORRECT_DATA);
        }
        self.capability = Some(capability);
        Ok(Response::status(StatusWord::OK))
    }

    pub(super) fn terminal_profile(&mut self, data: &[u8]) -> Result<Response, StatusWord> {
        let response = self.toolkit.terminal_profile(data)?;
        let queue = &self.config.personality.keys.proactive_queue;
        // a terminal that says it again finds the queue that waits, not another one behind it
        if queue.when == QueueWhen::TerminalProfile && !self.toolkit.is_busy() {
            for command in &queue.commands {
                self.toolkit.queue(command.0.clone());
            }
        }
        Ok(response)
    }

    /// Why ES10 does not answer now.
    pub(super) fn es10_refusal(&self, tag: Option<u16>) -> Option<StatusWord> {
        let keys = self.keys();
        let unknown = keys.termcap.required && self.capability.is_none();
        let unsaid = keys.proactive_queue.block && self.toolkit.is_busy();
        (unknown || unsaid)
            .then_some(StatusWord::CONDITIONS_NOT_SATISFIED)
            .or_else(|| self.quirks.refusal(keys, tag))
    }

    /// MANAGE CHANNEL, open.
    pub(super) fn open_number(
        &mut self,
        from: u8,
        wanted: ChannelWanted,
    ) -> Result<u8, StatusWord> {
        let channels = self.keys().channels;
        let possible = match wanted {
            ChannelWanted::Any => channels.dynamic,
            ChannelWanted::Number(_) => channels.assign,
        };
        if !possible {
            return Err(StatusWord::FUNCTION_NOT_SUPPORTED);
        }
        let number = if wanted == ChannelWanted::Any && channels.first > 1 {
            (channels.first..=HIGHEST_CHANNEL)
                .find_map(|number| {
                    let wanted = ChannelWanted::Number(number);
                    self.channels.open(from, wanted).ok()
                })
                .ok_or(StatusWord::FUNCTION_NOT_SUPPORTED)?
        } else {
            self.channels.open(from, wanted)?
        };
        self.quirks.unblock(Unblock::Channel);
        Ok(number)
    }

    /// The ISD-R is to be selected on a channel.
    pub(super) fn isdr_selectable(&mut self, channel: u8) -> Result<(), StatusWord> {
        let refusal = self.keys().select_basic_then_supp;
        let basic = self.channels.get(0)?.selected == crate::channel::Selected::IsdR;
        match refusal.filter(|_| channel != 0 && basic) {
            Some(status) => Err(status),
            None => {
                self.quirks.unblock(Unblock::Select);
                Ok(())
            }
        }
    }

    /// How an answer reaches the terminal; the second is the mode, none when it is all that comes.
    pub(super) fn delivery(
        &self,
        command: &Command<'_>,
        response: Response,
    ) -> (Response, Option<ResponseMode>) {
        let mode = self.response_mode();
        let isdr = match command {
            Command::SelectApplication { aid, template, .. } => {
                *template == Template::Control && isdr::aid(self.keys()).starts_with(aid)
            }
            _ => false,
        };
        match self.keys().select_reply {
            SelectReply::More if isdr => (response, Some(ResponseMode::GetResponse)),
            SelectReply::Data if isdr => (response, None),
            SelectReply::Empty if isdr => (Response::status(response.status), None),
            _ => (response, Some(mode)),
        }
    }

    /// What the card has to say for a change of profile: REFRESH, and what comes before it.
    pub(super) fn request_refresh(&mut self) {
        let keys = &self.config.personality.keys;
        if keys.proactive_queue.when == QueueWhen::Change {
            for command in &keys.proactive_queue.commands {
                self.toolkit.queue(command.0.clone());
            }
        }
        self.toolkit.request_refresh(keys.refresh_qualifier);
    }

    /// Takes note when the enabled profile is another one, or about to be.
    pub(super) fn notice_change(&mut self, before: &State) {
        let enabled = |state: &State| state.enabled_profile().map(|it| it.aid.clone());
        let planned = self.state.profile_change.is_some()
            && self.state.profile_change != before.profile_change;
        if planned || enabled(before) != enabled(&self.state) {
            self.quirks.profile_changed(&self.config.personality.keys);
        }
    }

    /// What else a card knows after a reset.
    pub(super) fn until_reset(&self) -> UntilReset {
        UntilReset {
            ipae_active: self.keys().ipa_mode == IpaModeTold::Ipae,
        }
    }

    /// T=0, all voltage classes and clock stop in the first byte for T=15, eUICC functions in the
    /// second; selection by name, path and identifier, extended lengths and logical channels in the
    /// historical bytes (TS 102 221 §6.3, ISO/IEC 7816-4 §12.1.1).
    pub(super) fn answer_to_reset(&self) -> Vec<u8> {
        let keys = self.keys();
        let protocols: &[u8] = match keys.protocol {
            Protocol::T0 => &[0x80],
            Protocol::T1 => &[0x81],
            Protocol::Both => &[0x80, 0x81],
        };
        let mut atr = vec![0x3B, 0x9C, 0x96];
        atr.extend_from_slice(protocols);
        atr.extend_from_slice(&[0x3F, 0xC7, 0x82]);
        atr.extend_from_slice(&[0x80, 0x31, 0xE0, 0x73, 0xFE, 0x21, self.channel_function()]);
        atr.extend_from_slice(&[0x64, b'v', b'S', b'I', b'M']);
        let check = atr.iter().skip(1).fold(0, |sum, byte| sum ^ byte);
        atr.push(check);
        atr
    }

    /// Third byte of the card capabilities: extended lengths, who assigns channels, how many.
    fn channel_function(&self) -> u8 {
        let keys = self.keys();
        let flag = |bit: u8, set: bool| if set { bit } else { 0 };
        flag(0x40, keys.extended_length)
            | flag(0x10, keys.channels.dynamic)
            | flag(0x08, keys.channels.assign)
            | self.config.channels.saturating_sub(1).min(7)
    }
}
