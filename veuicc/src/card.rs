// SPDX-License-Identifier: MIT OR Apache-2.0
//! Power and transmit: the only way into the card.

mod disturb;
mod es10;
mod fixture;
mod quirks;
mod select;
mod uicc;

use std::sync::Arc;
use std::time::Duration;

use rsp::env::Env;

use crate::apdu::{CommandApdu, Response};
use crate::capability::TerminalCapability;
use crate::channel::{Channels, Selected};
use crate::command::{ChannelWanted, ClassByte, Command};
use crate::config::{CardConfig, ResponseMode};
use crate::context::Draft;
use crate::es10b::package;
use crate::fault::Faults;
use crate::isdp::Isdp;
use crate::personality::volatile::Quirks;
use crate::session::{Session, UntilReset};
use crate::state::State;
use crate::status_word::StatusWord;
use crate::store::Store;
use crate::toolkit::{self, Outcome, Toolkit};
use crate::{ecasd, es8};
use es10::refuse;
pub use fixture::InstallError;
use uicc::Files;

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

    /// A whole request, or a segment, that the card refused with a status word.
    fn refused(&mut self, _request: &[u8], _status: u16) {}
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
    until_reset: UntilReset,
    toolkit: Toolkit,
    /// What the personality remembers until the next reset.
    quirks: Quirks,
    faults: Faults,
    powered: bool,
    /// Whether the terminal sees the card through a reader, and with it the protocol of its ATR.
    in_reader: bool,
    /// How long answers are to be held back.
    delay: Duration,
    capability: Option<TerminalCapability>,
    files: Files,
    armed: Vec<String>,
    /// Answers that stand in for those of functions, which are not carried out.
    answers: Vec<(u16, Vec<u8>)>,
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
            until_reset: UntilReset::default(),
            toolkit: Toolkit::default(),
            quirks: Quirks::default(),
            faults: Faults::default(),
            powered: false,
            in_reader: false,
            delay: Duration::ZERO,
            capability: None,
            files: Files::default(),
            armed: Vec::new(),
            answers: Vec::new(),
        };
        card.arm_personality();
        card.reset(Reset::Cold);
        card.delay = Duration::ZERO;
        card
    }

    /// Installs or replaces the ES10 tap.
    pub fn set_tap(&mut self, tap: Box<dyn Es10Tap>) {
        self.tap = Some(tap);
    }

    /// Makes the card fail, as when its own data contradict each other, the next time it comes to
    /// `name`: an ES10 function ([`Es10::name`](crate::Es10::name)), a command of an eUICC package
    /// (identifier in `Psmo` or `Eco`) or of a bound profile package (in `BppCommandId`). It
    /// answers undefinedError where there is such a code.
    pub fn arm_failure(&mut self, name: &str) {
        self.armed.push(name.to_owned());
    }

    /// Answers every call of the function with that tag by `response`, without carrying anything
    /// out, until [`Card::disarm`].
    pub fn arm_answer(&mut self, tag: u16, response: Vec<u8>) {
        self.answers.retain(|(known, _)| *known != tag);
        self.answers.push((tag, response));
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

    /// Tells the card that its terminal has a reader, so that answers have the form of the protocol.
    pub fn put_into_reader(&mut self) {
        self.in_reader = true;
    }

    /// What the terminal said of itself in this power session.
    #[must_use]
    pub fn terminal_capability(&self) -> Option<TerminalCapability> {
        self.capability
    }

    /// Queues a proactive command, a whole D0 TLV; it is announced with `91xx` behind the ones that
    /// wait already.
    pub fn queue_proactive(&mut self, command: Vec<u8>) {
        self.toolkit.queue(command);
    }

    /// Resets the card and returns its answer to reset. A change of the enabled profile that waited
    /// for this takes effect; an installation that was under way is reported as interrupted.
    pub fn reset(&mut self, kind: Reset) -> Vec<u8> {
        tracing::debug!(?kind, "reset");
        self.channels = Channels::new(self.config.channels);
        self.session = Session::Idle;
        self.until_reset = self.until_reset();
        self.toolkit = Toolkit::default();
        self.powered = true;
        self.capability = None;
        self.files.reset();
        let mut draft = Draft::new(&self.state);
        self.change_at_reset(&mut draft);
        let outcome = self.run(draft, |card| {
            package::report_interruption(card)?;
            es8::report_interruption(card)
        });
        if let Err(fault) = outcome {
            tracing::error!(%fault, "the state could not follow the reset");
        }
        self.quirks_after_reset(kind);
        self.answer_to_reset()
    }

    /// Takes a command APDU and returns the response APDU.
    pub fn transmit(&mut self, command: &[u8]) -> Vec<u8> {
        self.disturbed(command)
    }

    fn answer(&mut self, command: &[u8]) -> Result<Response, StatusWord> {
        let apdu = CommandApdu::parse(command).map_err(|error| {
            tracing::debug!(%error, "not a command APDU");
            StatusWord::WRONG_LENGTH
        })?;
        self.admit(command, &apdu)?;
        let apdu = self.limited(apdu);
        let ClassByte {
            class,
            channel: number,
        } = ClassByte::parse(apdu.cla)?;
        let mode = self.response_mode();
        let channel = self.channels.get(number)?;
        if let Some(response) = channel.repeat(&apdu) {
            return Ok(self.announced(response, apdu.ins));
        }
        let command = Command::parse(&apdu, class);
        if !matches!(
            command,
            Ok(Command::StoreData { .. } | Command::GetResponse)
        ) {
            channel.abandon_chain();
        }
        if command == Ok(Command::GetResponse) {
            let response = channel.get_response(apdu.ne, mode)?;
            return Ok(self.announced(response, apdu.ins));
        }
        channel.abandon_response();
        if let (Ok(Command::Fetch), ResponseMode::GetResponse) = (&command, mode) {
            self.fetch_length(apdu.ne)?;
        }
        let command = command?;
        let response = self.execute(number, command)?;
        let (response, mode) = self.delivery(&command, response);
        let response = match (self.channels.get(number), mode) {
            (Ok(channel), Some(mode)) => channel.deliver(response, &apdu, mode),
            _ => response,
        };
        Ok(self.announced(response, apdu.ins))
    }

    /// FETCH over T=0 with another Le than the length of the command leaves the command where it is.
    fn fetch_length(&self, ne: Option<usize>) -> Result<(), StatusWord> {
        match self.toolkit.waiting() {
            Some(length) if ne != Some(length) => Err(StatusWord::wrong_le(length)),
            _ => Ok(()),
        }
    }

    /// `91xx` instead of `9000` while a proactive command waits.
    fn announced(&self, response: Response, instruction: u8) -> Response {
        if !self.announces(instruction) {
            return response;
        }
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
                session,
                template,
            } => self.select_application(channel, aid, (occurrence, session, template)),
            Command::SelectFile { name, template } => self.select_file(channel, name, template),
            Command::OpenChannel(wanted) => self.open_channel(channel, wanted),
            Command::CloseChannel(number) => self.close_channel(number),
            Command::GetResponse => Err(StatusWord::CONDITIONS_NOT_SATISFIED),
            Command::StoreData { last, block, data } => self.store_data(channel, last, block, data),
            Command::TerminalCapability(data) => self.take_capability(data),
            Command::TerminalProfile(data) => {
                self.basic(channel)?;
                self.terminal_profile(data)
            }
            Command::Fetch => {
                self.basic(channel)?;
                self.toolkit.fetch()
            }
            Command::TerminalResponse(data) => {
                self.basic(channel)?;
                self.terminal_response(data)
            }
            Command::Envelope(data) => {
                self.basic(channel)?;
                self.toolkit.envelope(data)
            }
            Command::Status(information) => self.status(channel, information),
            Command::GetData(tag) => self.get_data(channel, tag),
            Command::GetChallenge(length) => {
                let mut challenge = vec![0; length];
                self.env.fill(&mut challenge);
                Ok(Response::data(challenge))
            }
            Command::Uicc(command) => self.uicc_command(channel, command),
        }
    }

    /// GET DATA: the eUICC's own applications tell the EID (SGP.02 §2.2.2).
    fn get_data(&mut self, channel: u8, tag: u16) -> Result<Response, StatusWord> {
        match self.channels.get(channel)?.selected {
            Selected::Uicc => Err(StatusWord::INS_NOT_SUPPORTED),
            Selected::IsdR | Selected::Ecasd => ecasd::data_object(tag, &self.config.eid)
                .map(Response::data)
                .ok_or(StatusWord::REFERENCED_DATA_NOT_FOUND),
        }
    }

    fn close_channel(&mut self, number: u8) -> Result<Response, StatusWord> {
        let closed = self.channels.close(number)?;
        self.left(closed.current.application());
        Ok(Response::status(StatusWord::OK))
    }

    fn open_channel(&mut self, from: u8, wanted: ChannelWanted) -> Result<Response, StatusWord> {
        let number = self.open_number(from, wanted)?;
        Ok(match wanted {
            ChannelWanted::Any => Response::data(vec![number]),
            ChannelWanted::Number(_) => Response::status(StatusWord::OK),
        })
    }

    fn terminal_response(&mut self, data: &[u8]) -> Result<Response, StatusWord> {
        if self.toolkit.terminal_response(data)? == Outcome::Activate {
            let mut draft = Draft::new(&self.state);
            toolkit::activate(&mut draft);
            self.commit(draft).map_err(|fault| refuse(&fault))?;
            // the terminal starts over, as after a reset
            self.channels = Channels::new(self.config.channels);
            self.files.reset();
        }
        Ok(Response::status(StatusWord::OK))
    }
}

#[cfg(test)]
mod tests;
