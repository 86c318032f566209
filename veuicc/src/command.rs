// SPDX-License-Identifier: MIT OR Apache-2.0
//! From the header of an APDU to a command: class, instruction and parameters are judged here and
//! nowhere else.

mod select;

use crate::apdu::CommandApdu;
use crate::status_word::StatusWord;
use crate::uicc;
pub(crate) use select::{FileName, Occurrence, Session, Template};

/// Highest logical channel number (TS 102 221 §10.1.1).
pub(crate) const HIGHEST_CHANNEL: u8 = 19;

/// Most bytes that GET CHALLENGE returns.
const LONGEST_CHALLENGE: usize = 256;

/// Which document defines the instruction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Class {
    /// `0x`, `4x`, `6x`: ISO/IEC 7816-4.
    Interindustry,
    /// `8x`, `Cx`, `Ex`: ETSI and GlobalPlatform.
    Proprietary,
}

/// CLA, decoded (TS 102 221 §10.1.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ClassByte {
    pub(crate) class: Class,
    pub(crate) channel: u8,
}

impl ClassByte {
    /// Channels 0 to 3 are in two bits of `0x`/`8x`, channels 4 to 19 in four bits of `4x`/`Cx`.
    pub(crate) fn parse(cla: u8) -> Result<Self, StatusWord> {
        let class = if cla & 0x80 == 0 {
            Class::Interindustry
        } else {
            Class::Proprietary
        };
        let (secure, chained, channel) = match cla & 0x60 {
            0x00 => (cla & 0x0C != 0, cla & 0x10 != 0, cla & 0x03),
            0x40 => (false, cla & 0x10 != 0, 4 + (cla & 0x0F)),
            0x60 => (true, cla & 0x10 != 0, 4 + (cla & 0x0F)),
            // 2x is reserved, Ax is the GSM class that this card does not speak
            _ => return Err(StatusWord::CLA_NOT_SUPPORTED),
        };
        if secure {
            return Err(StatusWord::SECURE_MESSAGING_NOT_SUPPORTED);
        }
        if chained {
            return Err(StatusWord::COMMAND_CHAINING_NOT_SUPPORTED);
        }
        Ok(Self { class, channel })
    }
}

/// Channel wanted by MANAGE CHANNEL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ChannelWanted {
    /// The card chooses and returns the number.
    Any,
    /// The terminal chooses.
    Number(u8),
}

/// A command of the card.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Command<'a> {
    /// SELECT by AID (TS 102 221 §11.1.1).
    SelectApplication {
        aid: &'a [u8],
        occurrence: Occurrence,
        session: Session,
        template: Template,
    },
    /// SELECT by file identifier or path.
    SelectFile {
        name: FileName<'a>,
        template: Template,
    },
    /// MANAGE CHANNEL, open.
    OpenChannel(ChannelWanted),
    /// MANAGE CHANNEL, close.
    CloseChannel(u8),
    /// GET RESPONSE.
    GetResponse,
    /// STORE DATA (SGP.22 §5.7.2).
    StoreData {
        last: bool,
        block: u8,
        data: &'a [u8],
    },
    /// TERMINAL CAPABILITY (TS 102 221 §11.1.19).
    TerminalCapability(&'a [u8]),
    /// TERMINAL PROFILE (TS 102 221 §11.2.1).
    TerminalProfile(&'a [u8]),
    /// FETCH (TS 102 221 §11.2.3).
    Fetch,
    /// TERMINAL RESPONSE (TS 102 221 §11.2.4).
    TerminalResponse(&'a [u8]),
    /// ENVELOPE (TS 102 221 §11.2.2).
    Envelope(&'a [u8]),
    /// STATUS (TS 102 221 §11.1.2).
    Status(StatusInformation),
    /// GET DATA (GlobalPlatform Card Specification §11.3): the tag.
    GetData(u16),
    /// GET CHALLENGE (TS 102 221 §11.1.15): how many bytes.
    GetChallenge(usize),
    /// A command for the files, codes and keys of the enabled profile.
    Uicc(uicc::Command<'a>),
}

/// What STATUS is asked to return.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StatusInformation {
    /// FCP of the current directory.
    Control,
    /// Name of the current application.
    Name,
    /// Nothing: the terminal only wants to know whether something waits.
    None,
}

impl<'a> Command<'a> {
    /// Judges instruction, class, P1 and P2.
    pub(crate) fn parse(apdu: &CommandApdu<'a>, class: Class) -> Result<Self, StatusWord> {
        match (apdu.ins, class) {
            // terminals send GET RESPONSE with the class of the command before it
            (0xC0, _) => parameters(apdu, 0, 0).map(|()| Self::GetResponse),
            (0xA4, Class::Interindustry) => select::parse(apdu),
            (0x70, Class::Interindustry) => Self::manage_channel(apdu),
            (0xE2, Class::Proprietary) => Self::store_data(apdu),
            (0xAA, Class::Proprietary) => {
                parameters(apdu, 0, 0).map(|()| Self::TerminalCapability(apdu.data))
            }
            (0x10, Class::Proprietary) => {
                parameters(apdu, 0, 0).map(|()| Self::TerminalProfile(apdu.data))
            }
            (0x12, Class::Proprietary) => parameters(apdu, 0, 0).map(|()| Self::Fetch),
            (0x14, Class::Proprietary) => {
                parameters(apdu, 0, 0).map(|()| Self::TerminalResponse(apdu.data))
            }
            (0xC2, Class::Proprietary) => {
                parameters(apdu, 0, 0).map(|()| Self::Envelope(apdu.data))
            }
            (0xF2, Class::Proprietary) => Self::status(apdu),
            // GlobalPlatform and ISO/IEC 7816-4 both have it
            (0xCA, _) => Ok(Self::GetData(u16::from_be_bytes([apdu.p1, apdu.p2]))),
            (0x84, Class::Interindustry) => Self::get_challenge(apdu),
            (0xA4 | 0x70 | 0xE2 | 0xAA | 0x10 | 0x12 | 0x14 | 0xC2 | 0xF2 | 0x84, _) => {
                Err(StatusWord::CLA_NOT_SUPPORTED)
            }
            _ => uicc::Command::parse(apdu, class).map(Self::Uicc),
        }
    }

    fn get_challenge(apdu: &CommandApdu<'a>) -> Result<Self, StatusWord> {
        parameters(apdu, 0, 0)?;
        if !apdu.data.is_empty() {
            return Err(StatusWord::WRONG_LENGTH);
        }
        Ok(Self::GetChallenge(
            apdu.ne.unwrap_or(8).min(LONGEST_CHALLENGE),
        ))
    }

    fn manage_channel(apdu: &CommandApdu<'a>) -> Result<Self, StatusWord> {
        if !apdu.data.is_empty() {
            return Err(StatusWord::WRONG_LENGTH);
        }
        match (apdu.p1, apdu.p2) {
            (0x00, 0x00) => Ok(Self::OpenChannel(ChannelWanted::Any)),
            (0x00, 1..=HIGHEST_CHANNEL) => Ok(Self::OpenChannel(ChannelWanted::Number(apdu.p2))),
            (0x80, 1..=HIGHEST_CHANNEL) => Ok(Self::CloseChannel(apdu.p2)),
            _ => Err(StatusWord::INCORRECT_P1_P2),
        }
    }

    /// P1 is '91' in the last block and '11' in all others, P2 the block number (SGP.22 §5.7.2).
    fn store_data(apdu: &CommandApdu<'a>) -> Result<Self, StatusWord> {
        let last = match apdu.p1 {
            0x11 => false,
            0x91 => true,
            _ => return Err(StatusWord::INCORRECT_P1_P2),
        };
        if apdu.data.is_empty() {
            return Err(StatusWord::WRONG_LENGTH);
        }
        Ok(Self::StoreData {
            last,
            block: apdu.p2,
            data: apdu.data,
        })
    }

    fn status(apdu: &CommandApdu<'a>) -> Result<Self, StatusWord> {
        if apdu.p1 > 2 {
            return Err(StatusWord::INCORRECT_P1_P2);
        }
        match apdu.p2 {
            0x00 => Ok(Self::Status(StatusInformation::Control)),
            0x01 => Ok(Self::Status(StatusInformation::Name)),
            0x0C => Ok(Self::Status(StatusInformation::None)),
            _ => Err(StatusWord::INCORRECT_P1_P2),
        }
    }
}

pub(crate) fn parameters(apdu: &CommandApdu<'_>, p1: u8, p2: u8) -> Result<(), StatusWord> {
    if (apdu.p1, apdu.p2) == (p1, p2) {
        Ok(())
    } else {
        Err(StatusWord::INCORRECT_P1_P2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn class_byte_names_class_and_channel() {
        for (cla, class, channel) in [
            (0x00, Class::Interindustry, 0),
            (0x03, Class::Interindustry, 3),
            (0x40, Class::Interindustry, 4),
            (0x4F, Class::Interindustry, 19),
            (0x80, Class::Proprietary, 0),
            (0x83, Class::Proprietary, 3),
            (0xC0, Class::Proprietary, 4),
            (0xCF, Class::Proprietary, 19),
        ] {
            assert_eq!(
                ClassByte::parse(cla),
                Ok(ClassByte { class, channel }),
                "{cla:02X}"
            );
        }
    }

    #[test]
    fn class_byte_refuses_what_the_card_cannot_do() {
        assert_eq!(
            ClassByte::parse(0x84),
            Err(StatusWord::SECURE_MESSAGING_NOT_SUPPORTED)
        );
        assert_eq!(
            ClassByte::parse(0xE1),
            Err(StatusWord::SECURE_MESSAGING_NOT_SUPPORTED)
        );
        assert_eq!(
            ClassByte::parse(0x90),
            Err(StatusWord::COMMAND_CHAINING_NOT_SUPPORTED)
        );
        assert_eq!(ClassByte::parse(0xA0), Err(StatusWord::CLA_NOT_SUPPORTED));
        assert_eq!(ClassByte::parse(0x20), Err(StatusWord::CLA_NOT_SUPPORTED));
    }
}
