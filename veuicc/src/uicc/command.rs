// SPDX-License-Identifier: MIT OR Apache-2.0
//! The commands of a UICC: class, instruction, P1 and P2 are judged here.

mod fields;

use crate::apdu::CommandApdu;
use crate::command::Class;
use crate::status_word::StatusWord;
pub(crate) use fields::{Block, Direction, File, From, Length, Search, Start, Target, Which};
use fields::{binary, block, enhanced, file, record, short, target};

/// Most bytes of an answer when no Le says how many.
const SHORT_ANSWER: usize = 256;

/// A command for the files, codes and keys of a profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Command<'a> {
    /// READ BINARY (TS 102 221 §11.1.3).
    ReadBinary {
        target: Target,
        offset: u16,
        length: Length,
    },
    /// UPDATE BINARY (TS 102 221 §11.1.4).
    UpdateBinary {
        target: Target,
        offset: u16,
        data: &'a [u8],
    },
    /// READ RECORD (TS 102 221 §11.1.5).
    ReadRecord { target: Target, which: Which },
    /// UPDATE RECORD (TS 102 221 §11.1.6).
    UpdateRecord {
        target: Target,
        which: Which,
        data: &'a [u8],
    },
    /// SEARCH RECORD (TS 102 221 §11.1.7).
    SearchRecord { target: Target, search: Search<'a> },
    /// INCREASE (TS 102 221 §11.1.8).
    Increase { target: Target, data: &'a [u8] },
    /// VERIFY PIN (TS 102 221 §11.1.9).
    VerifyPin { reference: u8, data: &'a [u8] },
    /// CHANGE PIN (TS 102 221 §11.1.10).
    ChangePin { reference: u8, data: &'a [u8] },
    /// DISABLE PIN (TS 102 221 §11.1.11).
    DisablePin {
        reference: u8,
        /// The PIN that replaces it, if one does.
        replacement: Option<u8>,
        data: &'a [u8],
    },
    /// ENABLE PIN (TS 102 221 §11.1.12).
    EnablePin { reference: u8, data: &'a [u8] },
    /// UNBLOCK PIN (TS 102 221 §11.1.13).
    UnblockPin { reference: u8, data: &'a [u8] },
    /// DEACTIVATE FILE (TS 102 221 §11.1.14).
    DeactivateFile(File<'a>),
    /// ACTIVATE FILE (TS 102 221 §11.1.15).
    ActivateFile(File<'a>),
    /// RETRIEVE DATA (TS 102 221 §11.3.1).
    RetrieveData {
        target: Target,
        block: Block,
        tag: &'a [u8],
        length: usize,
    },
    /// SET DATA (TS 102 221 §11.3.2).
    SetData {
        target: Target,
        block: Block,
        data: &'a [u8],
    },
    /// AUTHENTICATE (TS 102 221 §11.1.16, TS 31.102 §7.1).
    Authenticate {
        parameters: (u8, u8),
        data: &'a [u8],
    },
    /// GET IDENTITY (TS 102 221 §11.1.24, TS 31.102 §7.5).
    GetIdentity {
        parameters: (u8, u8),
        data: &'a [u8],
    },
}

impl<'a> Command<'a> {
    /// Judges instruction, class, P1 and P2.
    pub(crate) fn parse(apdu: &CommandApdu<'a>, class: Class) -> Result<Self, StatusWord> {
        match (apdu.ins, class) {
            (0xB0, Class::Interindustry) => Self::read_binary(apdu),
            (0xD6, Class::Interindustry) => Self::update_binary(apdu),
            (0xB2, Class::Interindustry) => Self::read_record(apdu),
            (0xDC, Class::Interindustry) => Self::update_record(apdu),
            (0xA2, Class::Interindustry) => Self::search_record(apdu),
            (0x32, Class::Proprietary) => Self::increase(apdu),
            (0x20 | 0x24 | 0x26 | 0x28 | 0x2C, Class::Interindustry) => Self::pin(apdu),
            (0x04, Class::Interindustry) => file(apdu).map(Self::DeactivateFile),
            (0x44, Class::Interindustry) => file(apdu).map(Self::ActivateFile),
            (0xCB, Class::Proprietary) => Self::retrieve_data(apdu),
            (0xDB, Class::Proprietary) => Self::set_data(apdu),
            (0x88, Class::Interindustry) => Ok(Self::Authenticate {
                parameters: (apdu.p1, apdu.p2),
                data: apdu.data,
            }),
            (0x78, Class::Proprietary) => Ok(Self::GetIdentity {
                parameters: (apdu.p1, apdu.p2),
                data: apdu.data,
            }),
            (
                0x88 | 0x78 | 0xB0 | 0xD6 | 0xB2 | 0xDC | 0xA2 | 0x32 | 0x20 | 0x24 | 0x26 | 0x28
                | 0x2C | 0x04 | 0x44 | 0xCB | 0xDB,
                _,
            ) => Err(StatusWord::CLA_NOT_SUPPORTED),
            _ => Err(StatusWord::INS_NOT_SUPPORTED),
        }
    }

    fn read_binary(apdu: &CommandApdu<'a>) -> Result<Self, StatusWord> {
        without_data(apdu)?;
        let (target, offset) = binary(apdu)?;
        Ok(Self::ReadBinary {
            target,
            offset,
            length: match apdu.ne {
                // Le 00 and 0000 ask for what there is
                Some(most @ (256 | 65_536)) => Length::AtMost(most),
                Some(length) => Length::Exactly(length),
                None => Length::AtMost(SHORT_ANSWER),
            },
        })
    }

    fn update_binary(apdu: &CommandApdu<'a>) -> Result<Self, StatusWord> {
        let (target, offset) = binary(apdu)?;
        Ok(Self::UpdateBinary {
            target,
            offset,
            data: with_data(apdu)?,
        })
    }

    fn read_record(apdu: &CommandApdu<'a>) -> Result<Self, StatusWord> {
        without_data(apdu)?;
        let (target, which) = record(apdu)?;
        Ok(Self::ReadRecord { target, which })
    }

    fn update_record(apdu: &CommandApdu<'a>) -> Result<Self, StatusWord> {
        let (target, which) = record(apdu)?;
        Ok(Self::UpdateRecord {
            target,
            which,
            data: with_data(apdu)?,
        })
    }

    /// The low bits of P2: '100' forward, '101' backward, '110' enhanced: then two bytes of search
    /// indication precede the pattern (ISO/IEC 7816-4 §7.3.7).
    fn search_record(apdu: &CommandApdu<'a>) -> Result<Self, StatusWord> {
        let target = target(apdu.p2 >> 3)?;
        let data = with_data(apdu)?;
        let simple = |direction| Search {
            start: Start::Number(apdu.p1),
            direction,
            from: From::Offset(0),
            pattern: data,
        };
        let search = match apdu.p2 & 7 {
            4 => simple(Direction::Forward),
            5 => simple(Direction::Backward),
            6 => enhanced(apdu.p1, data)?,
            _ => return Err(StatusWord::INCORRECT_P1_P2),
        };
        Ok(Self::SearchRecord { target, search })
    }

    fn increase(apdu: &CommandApdu<'a>) -> Result<Self, StatusWord> {
        let target = match (apdu.p1, apdu.p2) {
            (0, 0) => Target::Current,
            (p1, 0) if p1 & 0xE0 == 0x80 => short(p1 & 0x1F)?,
            _ => return Err(StatusWord::INCORRECT_P1_P2),
        };
        let data = with_data(apdu)?;
        if data.len() > 127 {
            return Err(StatusWord::WRONG_LENGTH);
        }
        Ok(Self::Increase { target, data })
    }

    fn pin(apdu: &CommandApdu<'a>) -> Result<Self, StatusWord> {
        let (reference, data) = (apdu.p2, apdu.data);
        match (apdu.ins, apdu.p1) {
            _ if reference & 0x60 != 0 => Err(StatusWord::INCORRECT_P1_P2),
            (0x20, 0) => Ok(Self::VerifyPin { reference, data }),
            (0x24, 0) => Ok(Self::ChangePin { reference, data }),
            (0x26, 0) => Ok(Self::DisablePin {
                reference,
                replacement: None,
                data,
            }),
            (0x26, p1) if p1 & 0x80 != 0 => Ok(Self::DisablePin {
                reference,
                replacement: Some(p1 & 0x1F),
                data,
            }),
            (0x28, 0) => Ok(Self::EnablePin { reference, data }),
            (0x2C, 0) => Ok(Self::UnblockPin { reference, data }),
            _ => Err(StatusWord::INCORRECT_P1_P2),
        }
    }

    fn retrieve_data(apdu: &CommandApdu<'a>) -> Result<Self, StatusWord> {
        let (target, block) = block(apdu)?;
        match block {
            Block::First => drop(with_data(apdu)?),
            Block::Next => without_data(apdu)?,
        }
        Ok(Self::RetrieveData {
            target,
            block,
            tag: apdu.data,
            length: apdu.ne.unwrap_or(SHORT_ANSWER),
        })
    }

    fn set_data(apdu: &CommandApdu<'a>) -> Result<Self, StatusWord> {
        let (target, block) = block(apdu)?;
        Ok(Self::SetData {
            target,
            block,
            data: with_data(apdu)?,
        })
    }
}

fn without_data(apdu: &CommandApdu<'_>) -> Result<(), StatusWord> {
    if apdu.data.is_empty() {
        Ok(())
    } else {
        Err(StatusWord::WRONG_LENGTH)
    }
}

fn with_data<'a>(apdu: &CommandApdu<'a>) -> Result<&'a [u8], StatusWord> {
    if apdu.data.is_empty() {
        Err(StatusWord::WRONG_LENGTH)
    } else {
        Ok(apdu.data)
    }
}
