// SPDX-License-Identifier: MIT OR Apache-2.0
//! Logical channels; the blocks of STORE DATA; answers that wait for GET RESPONSE.
//!
//! A chain of blocks belongs to its channel: what a modem does on channel 0 meanwhile does not
//! disturb it, while any other command on the same channel does.

use crate::apdu::{CommandApdu, Response};
use crate::command::{ChannelWanted, HIGHEST_CHANNEL};
use crate::config::ResponseMode;
use crate::status_word::StatusWord;
use crate::uicc::Current;

/// Most bytes of a short answer.
const SHORT_ANSWER: usize = 256;
/// Most bytes of data in one answer: with its status word it has a length of two bytes, as links
/// write it.
const LONGEST_ANSWER: usize = 0xFFFF - 2;
/// Longest request that STORE DATA can assemble: 256 blocks of 255 bytes.
const LONGEST_REQUEST: usize = 256 * 255;

/// Application selected on a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Selected {
    /// The UICC with its files, as after reset and after MANAGE CHANNEL.
    #[default]
    Uicc,
    /// The ISD-R.
    IsdR,
    /// The ECASD.
    Ecasd,
}

/// One open logical channel.
#[derive(Debug, Default)]
pub(crate) struct Channel {
    pub(crate) selected: Selected,
    /// What is selected in the UICC; the MF while another application is.
    pub(crate) current: Current,
    assembly: Assembly,
    waiting: Option<Response>,
    /// An answer that waits for its command to come again with the right Le.
    repeated: Option<([u8; 4], Response)>,
}

/// Blocks of STORE DATA received so far.
#[derive(Debug, Default)]
struct Assembly {
    data: Vec<u8>,
    /// Number of the next block; 256 when no further block can follow.
    next: u16,
}

/// What a block of STORE DATA leads to.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Assembled {
    /// More blocks follow.
    Partial,
    /// The request is whole.
    Whole(Vec<u8>),
}

impl Channel {
    /// Drops the chain of blocks, if one is open.
    pub(crate) fn abandon_chain(&mut self) {
        self.assembly = Assembly::default();
    }

    /// Drops the answer that waits for GET RESPONSE.
    pub(crate) fn abandon_response(&mut self) {
        self.waiting = None;
    }

    /// Takes one block (SGP.22 §5.7.2). Block 00 always starts a new request.
    pub(crate) fn store(
        &mut self,
        last: bool,
        block: u8,
        data: &[u8],
    ) -> Result<Assembled, StatusWord> {
        if block == 0 {
            self.abandon_chain();
        }
        if u16::from(block) != self.assembly.next {
            self.abandon_chain();
            return Err(StatusWord::INCORRECT_P1_P2);
        }
        if self.assembly.data.len() + data.len() > LONGEST_REQUEST {
            self.abandon_chain();
            return Err(StatusWord::NOT_ENOUGH_MEMORY);
        }
        self.assembly.data.extend_from_slice(data);
        self.assembly.next += 1;
        if !last {
            return Ok(Assembled::Partial);
        }
        let assembly = std::mem::take(&mut self.assembly);
        Ok(Assembled::Whole(assembly.data))
    }

    /// Tag of the request of which `data` is the next block.
    pub(crate) fn tag_with(&self, block: u8, data: &[u8]) -> Option<u16> {
        let before = if block == 0 {
            &[][..]
        } else {
            &self.assembly.data
        };
        let mut start = before.iter().chain(data);
        let [first, second] = [*start.next()?, *start.next()?];
        Some(u16::from_be_bytes([first, second]))
    }

    /// Cuts an answer to what the terminal asked for; the rest waits for GET RESPONSE.
    pub(crate) fn deliver(
        &mut self,
        response: Response,
        apdu: &CommandApdu<'_>,
        mode: ResponseMode,
    ) -> Response {
        let length = response.data.len();
        match mode {
            ResponseMode::Direct => self.cut(response, apdu.ne.unwrap_or(0)),
            ResponseMode::GetResponse if !apdu.data.is_empty() => self.cut(response, 0),
            // case 2 of T=0: Le is right, or the command has to come again
            ResponseMode::GetResponse if apdu.ne == Some(length) || length == 0 => response,
            ResponseMode::GetResponse if length > SHORT_ANSWER => self.cut(response, 0),
            ResponseMode::GetResponse => {
                let response = Response {
                    // the terminal will know how much there is
                    status: match response.status {
                        StatusWord::END_REACHED => StatusWord::OK,
                        status => status,
                    },
                    ..response
                };
                self.repeated = Some((apdu.header(), response));
                Response::status(StatusWord::wrong_le(length))
            }
        }
    }

    /// The answer to a command that came before with another Le; any other command drops it.
    pub(crate) fn repeat(&mut self, apdu: &CommandApdu<'_>) -> Option<Response> {
        let (header, response) = self.repeated.take()?;
        let same = header == apdu.header() && apdu.data.is_empty();
        (same && apdu.ne == Some(response.data.len())).then_some(response)
    }

    fn cut(&mut self, mut response: Response, most: usize) -> Response {
        let most = most.min(LONGEST_ANSWER);
        if response.data.len() <= most || response.data.is_empty() {
            return response;
        }
        let rest = response.data.split_off(most);
        let status = StatusWord::more(rest.len());
        self.waiting = Some(Response {
            data: rest,
            status: response.status,
        });
        Response {
            data: response.data,
            status,
        }
    }

    /// GET RESPONSE (TS 102 221 §7.3.1.1.5): the next piece of the answer.
    pub(crate) fn get_response(
        &mut self,
        ne: Option<usize>,
        mode: ResponseMode,
    ) -> Result<Response, StatusWord> {
        let waiting = self
            .waiting
            .take()
            .ok_or(StatusWord::CONDITIONS_NOT_SATISFIED)?;
        let ne = ne.unwrap_or(SHORT_ANSWER);
        let available = waiting.data.len();
        if mode == ResponseMode::GetResponse && ne > available {
            self.waiting = Some(waiting);
            return Err(StatusWord::wrong_le(available));
        }
        Ok(self.cut(waiting, ne))
    }

    /// Forgets everything that belongs to the files of a profile.
    fn leave_files(&mut self) {
        self.current = Current::default();
    }
}

/// All logical channels; channel 0 is always open.
#[derive(Debug)]
pub(crate) struct Channels {
    basic: Channel,
    /// Channels 1 and up.
    supplementary: Vec<Option<Channel>>,
}

impl Channels {
    /// `count` channels in all, the basic one included.
    pub(crate) fn new(count: u8) -> Self {
        let supplementary = (1..count.min(HIGHEST_CHANNEL + 1)).map(|_| None).collect();
        Self {
            basic: Channel::default(),
            supplementary,
        }
    }

    /// An open channel.
    pub(crate) fn get(&mut self, number: u8) -> Result<&mut Channel, StatusWord> {
        let Some(index) = usize::from(number).checked_sub(1) else {
            return Ok(&mut self.basic);
        };
        self.supplementary
            .get_mut(index)
            .and_then(Option::as_mut)
            .ok_or(StatusWord::CHANNEL_NOT_SUPPORTED)
    }

    /// MANAGE CHANNEL, open (TS 102 221 §11.1.17). A channel opened from a supplementary channel
    /// starts with what is selected there, one opened from channel 0 with the MF.
    pub(crate) fn open(&mut self, from: u8, wanted: ChannelWanted) -> Result<u8, StatusWord> {
        let (selected, current) = if from == 0 {
            (Selected::default(), Current::default())
        } else {
            let from = self.get(from)?;
            (from.selected, from.current.clone())
        };
        let number = match wanted {
            ChannelWanted::Number(number) => number,
            ChannelWanted::Any => {
                let free = self.supplementary.iter().position(Option::is_none);
                let index = free.ok_or(StatusWord::FUNCTION_NOT_SUPPORTED)?;
                u8::try_from(index + 1).map_err(|_| StatusWord::FUNCTION_NOT_SUPPORTED)?
            }
        };
        let slot = usize::from(number)
            .checked_sub(1)
            .and_then(|index| self.supplementary.get_mut(index))
            .ok_or(StatusWord::CHANNEL_NOT_SUPPORTED)?;
        if slot.is_some() {
            return Err(StatusWord::FUNCTION_NOT_SUPPORTED);
        }
        *slot = Some(Channel {
            selected,
            current,
            ..Channel::default()
        });
        Ok(number)
    }

    /// MANAGE CHANNEL, close. Returns the channel as it was.
    pub(crate) fn close(&mut self, number: u8) -> Result<Channel, StatusWord> {
        usize::from(number)
            .checked_sub(1)
            .and_then(|index| self.supplementary.get_mut(index))
            .and_then(Option::take)
            .ok_or(StatusWord::CHANNEL_NOT_SUPPORTED)
    }

    /// All open channels.
    pub(crate) fn open_ones(&self) -> impl Iterator<Item = &Channel> {
        std::iter::once(&self.basic).chain(self.supplementary.iter().flatten())
    }

    /// The enabled profile changed without a reset: channels on its files are closed, channel 0 is
    /// at the MF, the ISD-R and the ECASD stay selected where they are.
    pub(crate) fn profile_changed(&mut self) {
        self.basic.leave_files();
        for channel in &mut self.supplementary {
            if matches!(channel, Some(open) if open.selected == Selected::Uicc) {
                *channel = None;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_counted() {
        let mut channel = Channel::default();
        assert_eq!(channel.store(false, 0, &[1]), Ok(Assembled::Partial));
        assert_eq!(
            channel.store(true, 1, &[2]),
            Ok(Assembled::Whole(vec![1, 2]))
        );
        assert_eq!(
            channel.store(true, 1, &[2]),
            Err(StatusWord::INCORRECT_P1_P2)
        );
    }

    #[test]
    fn an_answer_has_a_length_of_two_bytes() {
        let mut channel = Channel::default();
        let apdu = CommandApdu::parse(&[0x00, 0xB0, 0, 0, 0, 0, 0]).unwrap();
        assert_eq!(apdu.ne, Some(0x1_0000));
        let response = Response::data(vec![1; 0x1_0000]);
        let first = channel.deliver(response, &apdu, ResponseMode::Direct);
        assert_eq!(first.status, StatusWord::more(3));
        assert_eq!(first.into_bytes().len(), 0xFFFF);
        let rest = channel.get_response(Some(3), ResponseMode::Direct).unwrap();
        assert_eq!(rest, Response::data(vec![1; 3]));
    }

    #[test]
    fn a_gap_or_a_repeated_block_ends_the_chain() {
        let mut channel = Channel::default();
        assert_eq!(channel.store(false, 0, &[1]), Ok(Assembled::Partial));
        assert_eq!(
            channel.store(false, 2, &[3]),
            Err(StatusWord::INCORRECT_P1_P2)
        );
        assert_eq!(
            channel.store(true, 1, &[2]),
            Err(StatusWord::INCORRECT_P1_P2)
        );
        assert_eq!(channel.store(false, 0, &[1]), Ok(Assembled::Partial));
        assert_eq!(channel.store(false, 1, &[2]), Ok(Assembled::Partial));
        assert_eq!(
            channel.store(false, 1, &[2]),
            Err(StatusWord::INCORRECT_P1_P2)
        );
    }

    #[test]
    fn there_is_no_257th_block() {
        let mut channel = Channel::default();
        for block in 0..=255 {
            assert_eq!(
                channel.store(false, block, &[block]),
                Ok(Assembled::Partial)
            );
        }
        assert_eq!(
            channel.store(true, 1, &[0]),
            Err(StatusWord::INCORRECT_P1_P2)
        );
    }

    #[test]
    fn numbers_are_given_lowest_first_until_none_is_free() {
        let mut channels = Channels::new(3);
        assert_eq!(channels.open(0, ChannelWanted::Number(2)), Ok(2));
        assert_eq!(channels.open(0, ChannelWanted::Any), Ok(1));
        assert_eq!(
            channels.open(0, ChannelWanted::Any),
            Err(StatusWord::FUNCTION_NOT_SUPPORTED)
        );
        assert_eq!(
            channels.open(0, ChannelWanted::Number(3)),
            Err(StatusWord::CHANNEL_NOT_SUPPORTED)
        );
        assert!(channels.close(1).is_ok());
        let again = channels.close(1).map(|_| ());
        assert_eq!(again, Err(StatusWord::CHANNEL_NOT_SUPPORTED));
        assert_eq!(channels.open(0, ChannelWanted::Any), Ok(1));
    }
}
