// SPDX-License-Identifier: MIT OR Apache-2.0
//! The terminal's side: ES10 functions over command APDUs, for whatever drives a card.
//!
//! It opens a logical channel, selects the ISD-R, cuts requests into blocks of STORE DATA, collects
//! answers with GET RESPONSE, and serves the proactive commands that a change of profile brings.

use crate::card::Card;
use crate::isdr::ISDR_AID;
use crate::status_word::StatusWord;

/// Something that takes command APDUs: a card in process, or a reader.
pub trait Transmit {
    /// What goes wrong below the APDU.
    type Error: std::error::Error + Send + Sync + 'static;

    /// Sends a command APDU and returns the response APDU, status word included.
    ///
    /// # Errors
    /// When the link fails.
    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, Self::Error>;

    /// Resets the card and returns its answer to reset.
    ///
    /// # Errors
    /// When the link fails.
    fn reset(&mut self) -> Result<Vec<u8>, Self::Error>;
}

impl Transmit for Card {
    type Error = std::convert::Infallible;

    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, Self::Error> {
        Ok(Self::transmit(self, command))
    }

    fn reset(&mut self) -> Result<Vec<u8>, Self::Error> {
        Ok(Self::reset(self, crate::card::Reset::Cold))
    }
}

impl<T: Transmit + ?Sized> Transmit for &mut T {
    type Error = T::Error;

    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, Self::Error> {
        (**self).transmit(command)
    }

    fn reset(&mut self) -> Result<Vec<u8>, Self::Error> {
        (**self).reset()
    }
}

/// Why an exchange with the card did not come to an end.
#[derive(Debug, thiserror::Error)]
pub enum TerminalError<E> {
    /// The link failed.
    #[error("card link: {0}")]
    Link(E),
    /// The answer is shorter than a status word.
    #[error("expected a response APDU, got {0} bytes")]
    Response(usize),
    /// The card refused a command.
    #[error("{command}: expected success, got {status}")]
    Status {
        /// Name of the command.
        command: &'static str,
        /// The card's answer.
        status: StatusWord,
    },
    /// The request does not fit into 256 blocks.
    #[error("expected a request of at most {most} bytes, got {length}")]
    TooLong {
        /// What 256 blocks hold.
        most: usize,
        /// What it is.
        length: usize,
    },
}

/// How a terminal drives the card.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TerminalOptions {
    /// Data bytes per block of STORE DATA, 1 to 255.
    pub block_size: u8,
    /// Channel to open by number; the card chooses when absent.
    pub channel: Option<u8>,
    /// Send TERMINAL PROFILE after reset, and serve proactive commands.
    pub toolkit: bool,
    /// Send TERMINAL CAPABILITY with the IPAd bit after reset.
    pub terminal_capability: bool,
}

impl Default for TerminalOptions {
    fn default() -> Self {
        Self {
            block_size: 255,
            channel: None,
            toolkit: true,
            terminal_capability: true,
        }
    }
}

/// A terminal with the ISD-R selected on a logical channel.
#[derive(Debug)]
pub struct Terminal<T> {
    card: T,
    options: TerminalOptions,
    channel: u8,
    /// FCI of the ISD-R.
    fci: Vec<u8>,
    /// A REFRESH was served: the card must be reset before the next function.
    refreshed: bool,
}

/// Shorthand for what the functions of this module return.
pub type TerminalResult<T, C> = Result<T, TerminalError<<C as Transmit>::Error>>;

impl<T: Transmit> Terminal<T> {
    /// Resets the card, introduces the terminal and selects the ISD-R.
    ///
    /// # Errors
    /// When the link fails or the card has no ISD-R.
    pub fn open(card: T, options: TerminalOptions) -> TerminalResult<Self, T> {
        let mut terminal = Self {
            card,
            options,
            channel: 0,
            fci: Vec::new(),
            refreshed: false,
        };
        terminal.restart()?;
        Ok(terminal)
    }

    /// Resets the card and selects the ISD-R again, as after a REFRESH.
    ///
    /// # Errors
    /// When the link fails or the card has no ISD-R.
    pub fn restart(&mut self) -> TerminalResult<(), T> {
        self.card.reset().map_err(TerminalError::Link)?;
        self.refreshed = false;
        if self.options.toolkit {
            self.expect(
                "TERMINAL PROFILE",
                &[0x80, 0x10, 0, 0, 4, 0xFF, 0xFF, 0xFF, 0xFF],
            )?;
        }
        if self.options.terminal_capability {
            // 'A9' { '84' 07 }: IPAd (SGP.32 §3.8.4)
            let capability = [0x80, 0xAA, 0, 0, 5, 0xA9, 3, 0x84, 1, 7];
            self.expect("TERMINAL CAPABILITY", &capability)?;
        }
        self.channel = match self.options.channel {
            Some(number) => {
                self.expect("MANAGE CHANNEL", &[0x00, 0x70, 0, number, 0])?;
                number
            }
            None => {
                let answer = self.expect("MANAGE CHANNEL", &[0x00, 0x70, 0, 0, 1])?;
                answer.first().copied().ok_or(TerminalError::Response(0))?
            }
        };
        let mut select = vec![self.class(0x00), 0xA4, 0x04, 0x00, 16];
        select.extend_from_slice(&ISDR_AID);
        self.fci = self.expect("SELECT ISD-R", &select)?;
        Ok(())
    }

    /// FCI that the ISD-R returned.
    #[must_use]
    pub fn fci(&self) -> &[u8] {
        &self.fci
    }

    /// The card.
    pub fn card(&mut self) -> &mut T {
        &mut self.card
    }

    /// Gives the card back.
    pub fn into_card(self) -> T {
        self.card
    }

    /// Executes one ES10 function: request TLV in, response TLV out. When the card announces a
    /// REFRESH afterwards, it is carried out: FETCH, TERMINAL RESPONSE, reset.
    ///
    /// # Errors
    /// When the link fails or the card refuses the command.
    pub fn es10(&mut self, request: &[u8]) -> TerminalResult<Vec<u8>, T> {
        let response = self.segment(request)?;
        if self.refreshed {
            self.restart()?;
        }
        Ok(response)
    }

    /// Loads a bound profile package: its segments (SGP.22 §2.5.5) one after the other, until the
    /// card returns a result. The result is empty when the card never returned one.
    ///
    /// # Errors
    /// When the link fails or the card refuses a segment.
    pub fn load_bound_profile_package(&mut self, package: &[u8]) -> TerminalResult<Vec<u8>, T> {
        for segment in bpp_segments(package) {
            let response = self.segment(segment)?;
            if !response.is_empty() {
                return Ok(response);
            }
        }
        Ok(Vec::new())
    }

    /// Sends a request in blocks of STORE DATA without looking at what it is.
    ///
    /// # Errors
    /// When the link fails or the card refuses the command.
    pub fn segment(&mut self, request: &[u8]) -> TerminalResult<Vec<u8>, T> {
        let size = usize::from(self.options.block_size.max(1));
        let most = 256 * size;
        let blocks = request.chunks(size);
        let last = blocks.len().saturating_sub(1);
        let mut response = Vec::new();
        for (number, block) in blocks.enumerate() {
            let too_long = || TerminalError::TooLong {
                most,
                length: request.len(),
            };
            let p2 = u8::try_from(number).map_err(|_| too_long())?;
            let lc = u8::try_from(block.len()).map_err(|_| too_long())?;
            let p1 = if number == last { 0x91 } else { 0x11 };
            let mut command = vec![self.class(0x80), 0xE2, p1, p2, lc];
            command.extend_from_slice(block);
            response = self.expect("STORE DATA", &command)?;
        }
        Ok(response)
    }

    /// CLA of a command on our channel.
    fn class(&self, class: u8) -> u8 {
        match self.channel {
            0..=3 => class | self.channel,
            _ => class | 0x40 | (self.channel - 4),
        }
    }

    /// Sends a command, collects its answer and serves what the card announces.
    fn expect(&mut self, name: &'static str, command: &[u8]) -> TerminalResult<Vec<u8>, T> {
        let (data, status) = self.exchange(command)?;
        if !status.is_success() {
            return Err(TerminalError::Status {
                command: name,
                status,
            });
        }
        if status.0 >> 8 == 0x91 {
            self.serve(status)?;
        }
        Ok(data)
    }

    /// Sends a command and collects its answer with GET RESPONSE.
    ///
    /// # Errors
    /// When the link fails.
    pub fn exchange(&mut self, command: &[u8]) -> TerminalResult<(Vec<u8>, StatusWord), T> {
        let class = command.first().copied().unwrap_or(0) & 0x4F;
        let (mut data, mut status) = self.once(command)?;
        while status.0 >> 8 == 0x61 {
            let [_, available] = status.to_bytes();
            let (more, next) = self.once(&[class, 0xC0, 0, 0, available])?;
            data.extend_from_slice(&more);
            status = next;
        }
        Ok((data, status))
    }

    fn once(&mut self, command: &[u8]) -> TerminalResult<(Vec<u8>, StatusWord), T> {
        let mut response = self.card.transmit(command).map_err(TerminalError::Link)?;
        let Some((data, status)) = response.split_last_chunk::<2>() else {
            return Err(TerminalError::Response(response.len()));
        };
        let (length, status) = (data.len(), StatusWord(u16::from_be_bytes(*status)));
        response.truncate(length);
        Ok((response, status))
    }

    /// Fetches proactive commands until none waits: REFRESH is done, everything else is beyond this
    /// terminal (general result '30').
    fn serve(&mut self, mut status: StatusWord) -> TerminalResult<(), T> {
        while status.0 >> 8 == 0x91 {
            let [_, length] = status.to_bytes();
            let (command, after) = self.exchange(&[0x80, 0x12, 0, 0, length])?;
            if !after.is_success() {
                return Err(TerminalError::Status {
                    command: "FETCH",
                    status: after,
                });
            }
            let details = command.get(2..7).unwrap_or_default().to_vec();
            let refresh = details.get(3) == Some(&0x01);
            let result = if refresh { 0x00 } else { 0x30 };
            let mut answer = details;
            answer.extend_from_slice(&[0x82, 2, 0x82, 0x81, 0x83, 1, result]);
            let lc = u8::try_from(answer.len()).unwrap_or(u8::MAX);
            let mut command = vec![0x80, 0x14, 0, 0, lc];
            command.append(&mut answer);
            (_, status) = self.exchange(&command)?;
            self.refreshed |= refresh;
        }
        Ok(())
    }
}

/// The segments of a bound profile package (SGP.22 §2.5.5): BF36 header with BF23, A0, the header
/// of A1 and each 88, A2, the header of A3 and each 86. Bytes that do not fit the structure come as
/// one last segment, so that the card can judge them.
#[must_use]
pub fn bpp_segments(package: &[u8]) -> Vec<&[u8]> {
    let mut segments = Vec::new();
    let mut rest = package;
    while !rest.is_empty() {
        let length = segment_length(rest, segments.is_empty()).unwrap_or(rest.len());
        let (segment, after) = rest.split_at_checked(length).unwrap_or((rest, &[]));
        segments.push(segment);
        rest = after;
    }
    segments
}

/// Length of the segment at the start; nothing when the structure ends here.
fn segment_length(bytes: &[u8], first: bool) -> Option<usize> {
    let (header, length) = header_and_length(bytes)?;
    if first {
        return Some(header + whole(bytes.get(header..)?)?);
    }
    let alone = matches!(bytes.first(), Some(0xA1 | 0xA3));
    Some(if alone { header } else { header + length })
}

/// Header length and content length of the TLV at the start.
fn header_and_length(bytes: &[u8]) -> Option<(usize, usize)> {
    let tag = if bytes.first()? & 0x1F == 0x1F { 2 } else { 1 };
    let (&first, rest) = bytes.get(tag..)?.split_first()?;
    match first {
        0..=0x7F => Some((tag + 1, usize::from(first))),
        0x81..=0x83 => {
            let count = usize::from(first & 0x7F);
            let length = rest
                .get(..count)?
                .iter()
                .fold(0, |sum, byte| sum << 8 | usize::from(*byte));
            Some((tag + 1 + count, length))
        }
        _ => None,
    }
}

/// Length of the TLV at the start, when it is whole.
fn whole(bytes: &[u8]) -> Option<usize> {
    let (header, length) = header_and_length(bytes)?;
    (header + length <= bytes.len()).then_some(header + length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_follow_the_structure_of_the_package() {
        let package =
            hex::decode("BF3619BF230411223344A0028700A106880111880122A30586030A0B0C").unwrap();
        let segments: Vec<_> = bpp_segments(&package)
            .into_iter()
            .map(hex::encode)
            .collect();
        assert_eq!(
            segments,
            [
                "bf3619bf230411223344",
                "a0028700",
                "a106",
                "880111",
                "880122",
                "a305",
                "86030a0b0c"
            ]
        );
    }

    #[test]
    fn damaged_packages_are_sent_to_the_end() {
        let package = hex::decode("BF3619BF230411223344A002870086030A").unwrap();
        let segments: Vec<_> = bpp_segments(&package)
            .into_iter()
            .map(hex::encode)
            .collect();
        assert_eq!(segments, ["bf3619bf230411223344", "a0028700", "86030a"]);
    }
}
