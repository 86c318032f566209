// SPDX-License-Identifier: MIT OR Apache-2.0
//! Logical channels; the blocks of STORE DATA; answers that wait for GET RESPONSE.
//!
//! A chain of blocks belongs to its channel: what a modem does on channel 0 meanwhile does not
//! disturb it, while any other command on the same channel does.

use crate::apdu::Response;
use crate::command::{ChannelWanted, HIGHEST_CHANNEL};
use crate::config::ResponseMode;
use crate::status_word::StatusWord;

/// Longest request that STORE DATA can assemble: 256 blocks of 255 bytes.
const LONGEST_REQUEST: usize = 256 * 255;

/// Application selected on a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Selected {
    /// None: after reset and after MANAGE CHANNEL.
    #[default]
    Nothing,
    /// The ISD-R.
    IsdR,
}

/// One open logical channel.
#[derive(Debug, Default)]
pub(crate) struct Channel {
    pub(crate) selected: Selected,
    assembly: Assembly,
    waiting: Option<Response>,
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

    /// Cuts an answer to what the terminal asked for; the rest waits for GET RESPONSE.
    pub(crate) fn deliver(
        &mut self,
        mut response: Response,
        ne: Option<usize>,
        mode: ResponseMode,
    ) -> Response {
        let most = match mode {
            ResponseMode::Direct => ne.unwrap_or(0),
            ResponseMode::GetResponse => 0,
        };
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

    /// GET RESPONSE (TS 102 221 §11.1.18 of the T=0 protocol): the next piece of the answer.
    pub(crate) fn get_response(&mut self, ne: Option<usize>) -> Result<Response, StatusWord> {
        let waiting = self
            .waiting
            .take()
            .ok_or(StatusWord::CONDITIONS_NOT_SATISFIED)?;
        let ne = ne.unwrap_or(256);
        Ok(self.deliver(waiting, Some(ne), ResponseMode::Direct))
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
    /// starts with the application selected there.
    pub(crate) fn open(&mut self, from: u8, wanted: ChannelWanted) -> Result<u8, StatusWord> {
        let selected = if from == 0 {
            Selected::Nothing
        } else {
            self.get(from)?.selected
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
            ..Channel::default()
        });
        Ok(number)
    }

    /// MANAGE CHANNEL, close.
    pub(crate) fn close(&mut self, number: u8) -> Result<(), StatusWord> {
        usize::from(number)
            .checked_sub(1)
            .and_then(|index| self.supplementary.get_mut(index))
            .and_then(Option::take)
            .map(|_| ())
            .ok_or(StatusWord::CHANNEL_NOT_SUPPORTED)
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
        assert_eq!(channels.close(1), Ok(()));
        assert_eq!(channels.close(1), Err(StatusWord::CHANNEL_NOT_SUPPORTED));
        assert_eq!(channels.open(0, ChannelWanted::Any), Ok(1));
    }
}
