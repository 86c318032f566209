// SPDX-License-Identifier: MIT OR Apache-2.0
//! Power and transmit: the only way into the card.

mod es10;
mod fixture;

use std::sync::Arc;

use rsp::env::Env;

use crate::apdu::{CommandApdu, Response};
use crate::channel::{Channels, Selected};
use crate::command::{ChannelWanted, ClassByte, Command, Occurrence, StatusInformation, Template};
use crate::config::CardConfig;
use crate::context::Draft;
use crate::es8;
use crate::isdp::Isdp;
use crate::isdr::{self, ISDR_AID};
use crate::session::Session;
use crate::state::State;
use crate::status_word::StatusWord;
use crate::store::Store;
use crate::toolkit::{self, Outcome, Toolkit};
use es10::refuse;
pub use fixture::InstallError;

/// Shortest AID by which an application can be selected: its RID.
const SHORTEST_AID: usize = 5;

/// Kind of reset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reset {
    /// Power off and on.
    Cold,
    /// The reset contact only.
    Warm,
}

/// Watches ES10: sees every whole request with its whole response and may edit the response before
/// it is cut into pieces. An empty response stands for a bare `9000`.
pub trait Es10Tap: Send {
    /// Returns what the terminal gets instead of `response`.
    fn exchange(&mut self, request: &[u8], response: Vec<u8>) -> Vec<u8>;
}

/// A virtual eUICC.
pub struct Card {
    config: CardConfig,
    env: Box<dyn Env>,
    store: Option<Box<dyn Store>>,
    tap: Option<Box<dyn Es10Tap>>,
    state: Arc<State>,
    channels: Channels,
    session: Session,
    toolkit: Toolkit,
}

impl std::fmt::Debug for Card {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Card")
            .field("eid", &hex::encode(self.config.eid))
            .finish_non_exhaustive()
    }
}

impl Card {
    /// A card fresh from the factory that remembers nothing once it is dropped.
    #[must_use]
    pub fn new(config: CardConfig, env: Box<dyn Env>) -> Self {
        let state = config.factory_state();
        Self::with_state(config, env, state, None)
    }

    /// A card that continues from `state`; what changes is given to `store` before the terminal
    /// sees the answer. The state's EID is the card's.
    #[must_use]
    pub fn with_state(
        mut config: CardConfig,
        env: Box<dyn Env>,
        state: State,
        store: Option<Box<dyn Store>>,
    ) -> Self {
        if let Ok(eid) = state.eid.as_slice().try_into() {
            config.eid = eid;
        }
        let channels = Channels::new(config.channels);
        let mut card = Self {
            config,
            env,
            store,
            tap: None,
            state: Arc::new(state),
            channels,
            session: Session::Idle,
            toolkit: Toolkit::default(),
        };
        card.reset(Reset::Cold);
        card
    }

    /// Installs or replaces the ES10 tap.
    pub fn set_tap(&mut self, tap: Box<dyn Es10Tap>) {
        self.tap = Some(tap);
    }

    /// The persistent state.
    #[must_use]
    pub fn state(&self) -> &State {
        &self.state
    }

    /// The installed profiles.
    #[must_use]
    pub fn profiles(&self) -> &[Isdp] {
        &self.state.profiles
    }

    /// What the card was made with.
    #[must_use]
    pub fn config(&self) -> &CardConfig {
        &self.config
    }

    /// Resets the card and returns its answer to reset. A change of the enabled profile that waited
    /// for this takes effect; an installation that was under way is reported as interrupted.
    pub fn reset(&mut self, kind: Reset) -> Vec<u8> {
        tracing::debug!(?kind, "reset");
        self.channels = Channels::new(self.config.channels);
        self.session = Session::Idle;
        self.toolkit = Toolkit::default();
        let mut draft = Draft::new(&self.state);
        if draft.profile_change.is_some() {
            toolkit::activate(&mut draft);
        }
        let outcome = self.run(draft, es8::report_interruption);
        if let Err(fault) = outcome {
            tracing::error!(%fault, "the state could not follow the reset");
        }
        answer_to_reset()
    }

    /// Takes a command APDU and returns the response APDU.
    pub fn transmit(&mut self, command: &[u8]) -> Vec<u8> {
        self.answer(command)
            .unwrap_or_else(Response::status)
            .into_bytes()
    }

    fn answer(&mut self, command: &[u8]) -> Result<Response, StatusWord> {
        let apdu = CommandApdu::parse(command).map_err(|error| {
            tracing::debug!(%error, "not a command APDU");
            StatusWord::WRONG_LENGTH
        })?;
        let ClassByte {
            class,
            channel: number,
        } = ClassByte::parse(apdu.cla)?;
        let channel = self.channels.get(number)?;
        let command = Command::parse(&apdu, class);
        if !matches!(
            command,
            Ok(Command::StoreData { .. } | Command::GetResponse)
        ) {
            channel.abandon_chain();
        }
        if command == Ok(Command::GetResponse) {
            let response = channel.get_response(apdu.ne)?;
            return Ok(self.announced(response));
        }
        channel.abandon_response();
        let response = self.execute(number, command?)?;
        let mode = self.config.response_mode;
        let response = match self.channels.get(number) {
            Ok(channel) => channel.deliver(response, apdu.ne, mode),
            Err(_) => response,
        };
        Ok(self.announced(response))
    }

    /// `91xx` instead of `9000` while a proactive command waits.
    fn announced(&self, response: Response) -> Response {
        Response {
            status: self.toolkit.announce(response.status),
            ..response
        }
    }

    fn execute(&mut self, channel: u8, command: Command<'_>) -> Result<Response, StatusWord> {
        match command {
            Command::SelectApplication {
                aid,
                occurrence,
                template,
            } => self.select_application(channel, aid, occurrence, template),
            // the file system of an enabled profile is not built; there is no file to select
            Command::SelectFile { .. } => Err(StatusWord::FILE_NOT_FOUND),
            Command::OpenChannel(wanted) => self.open_channel(channel, wanted),
            Command::CloseChannel(number) => self
                .channels
                .close(number)
                .map(|()| Response::status(StatusWord::OK)),
            Command::GetResponse => Err(StatusWord::CONDITIONS_NOT_SATISFIED),
            Command::StoreData { last, block, data } => self.store_data(channel, last, block, data),
            Command::TerminalCapability(data) => terminal_capability(data),
            Command::TerminalProfile(data) => {
                basic(channel)?;
                self.toolkit.terminal_profile(data)
            }
            Command::Fetch => {
                basic(channel)?;
                self.toolkit.fetch()
            }
            Command::TerminalResponse(data) => {
                basic(channel)?;
                self.terminal_response(data)
            }
            Command::Status(information) => self.status(channel, information),
        }
    }

    /// SELECT by full or partial AID (TS 102 221 §11.1.1.2). The ISD-R is the only application, so
    /// a next or previous one exists only where it is not selected yet.
    fn select_application(
        &mut self,
        channel: u8,
        aid: &[u8],
        occurrence: Occurrence,
        template: Template,
    ) -> Result<Response, StatusWord> {
        let enabled = self.state.enabled_profile().is_some();
        let channel = self.channels.get(channel)?;
        let another = matches!(occurrence, Occurrence::Next | Occurrence::Previous);
        if aid.len() < SHORTEST_AID
            || !ISDR_AID.starts_with(aid)
            || (another && channel.selected == Selected::IsdR)
        {
            return Err(StatusWord::FILE_NOT_FOUND);
        }
        channel.selected = Selected::IsdR;
        Ok(match template {
            Template::Control => Response::data(isdr::fci(enabled)),
            Template::None => Response::status(StatusWord::OK),
        })
    }

    fn open_channel(&mut self, from: u8, wanted: ChannelWanted) -> Result<Response, StatusWord> {
        let number = self.channels.open(from, wanted)?;
        Ok(match wanted {
            ChannelWanted::Any => Response::data(vec![number]),
            ChannelWanted::Number(_) => Response::status(StatusWord::OK),
        })
    }

    fn status(
        &mut self,
        channel: u8,
        information: StatusInformation,
    ) -> Result<Response, StatusWord> {
        let selected = self.channels.get(channel)?.selected;
        match (information, selected) {
            (StatusInformation::None, _) => Ok(Response::status(StatusWord::OK)),
            (StatusInformation::Name, Selected::IsdR) => {
                let name = rsp::tlv::tlv(rsp::tlv::Tag::new(0x84), &ISDR_AID);
                Ok(Response::data(name))
            }
            // there is no directory to describe as long as there is no file system
            (StatusInformation::Name | StatusInformation::Control, _) => {
                Err(StatusWord::CONDITIONS_NOT_SATISFIED)
            }
        }
    }

    fn terminal_response(&mut self, data: &[u8]) -> Result<Response, StatusWord> {
        if self.toolkit.terminal_response(data)? == Outcome::Activate {
            let mut draft = Draft::new(&self.state);
            toolkit::activate(&mut draft);
            self.commit(draft).map_err(|fault| refuse(&fault))?;
        }
        Ok(Response::status(StatusWord::OK))
    }
}

/// The proactive session belongs to channel 0 (TS 102 221 §11.2).
fn basic(channel: u8) -> Result<(), StatusWord> {
    if channel == 0 {
        Ok(())
    } else {
        Err(StatusWord::CHANNEL_NOT_SUPPORTED)
    }
}

/// TERMINAL CAPABILITY: template 'A9' (TS 102 221 §11.1.19). What the terminal can do changes
/// nothing here, neither its power class nor its LPA or IPA bits.
fn terminal_capability(data: &[u8]) -> Result<Response, StatusWord> {
    let template = rsp::tlv::Tlv::only(data).map_err(|_| StatusWord::INCORRECT_DATA)?;
    if template.tag != rsp::tlv::Tag::new(0xA9) {
        return Err(StatusWord::INCORRECT_DATA);
    }
    Ok(Response::status(StatusWord::OK))
}

/// T=0 and T=1, all voltage classes, clock stop, eUICC functions; extended lengths and 8 or more
/// logical channels in the historical bytes (TS 102 221 §6.3, ISO/IEC 7816-4 §12.1.1).
fn answer_to_reset() -> Vec<u8> {
    let mut atr = vec![
        0x3B, 0x9C, 0x96, 0x80, 0x3F, 0xC7, 0x82, 0x80, 0x31, 0xE0, 0x73, 0xFE, 0x21, 0x5F, 0x64,
        b'v', b'S', b'I', b'M',
    ];
    let check = atr.iter().skip(1).fold(0, |sum, byte| sum ^ byte);
    atr.push(check);
    atr
}

#[cfg(test)]
mod tests;
