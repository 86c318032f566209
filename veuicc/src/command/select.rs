// SPDX-License-Identifier: MIT OR Apache-2.0
//! P1, P2 and the data field of SELECT (TS 102 221 §11.1.1.2).

use super::Command;
use crate::apdu::CommandApdu;
use crate::status_word::StatusWord;

/// Deepest path: MF, application, and what templates nest below.
const LONGEST_PATH: usize = 16;
/// Longest AID.
const LONGEST_AID: usize = 16;

/// Which of several applications with the same partial AID is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Occurrence {
    FirstOrOnly,
    Last,
    Next,
    Previous,
}

/// What SELECT is asked to return.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Template {
    /// FCI or FCP: a file answers its FCP to both, an application of GlobalPlatform its FCI.
    Control,
    /// Nothing.
    None,
}

/// Application session control of SELECT by AID.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Session {
    /// Activation, or reset of one that is active.
    Activate,
    /// Termination.
    Terminate,
}

/// How SELECT names a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FileName<'a> {
    /// P1 '00': the MF, the current ADF, or what is around the current directory.
    Identifier(u16),
    /// P1 '01': a DF in the current directory.
    ChildDirectory(u16),
    /// P1 '02': an EF in the current directory (ISO/IEC 7816-4).
    ChildFile(u16),
    /// P1 '03': the directory above.
    Parent,
    /// P1 '08': identifiers from the MF, two bytes each.
    PathFromMf(&'a [u8]),
    /// P1 '09': identifiers from the current directory.
    PathFromCurrent(&'a [u8]),
}

pub(super) fn parse<'a>(apdu: &CommandApdu<'a>) -> Result<Command<'a>, StatusWord> {
    if apdu.p1 == 0x04 {
        return by_aid(apdu);
    }
    let name = match apdu.p1 {
        // without data: the MF (ISO/IEC 7816-4)
        0x00 if apdu.data.is_empty() => FileName::Identifier(crate::uicc::image::MF),
        0x00 => FileName::Identifier(identifier(apdu.data)?),
        0x01 => FileName::ChildDirectory(identifier(apdu.data)?),
        0x02 => FileName::ChildFile(identifier(apdu.data)?),
        0x03 if apdu.data.is_empty() => FileName::Parent,
        0x03 => return Err(StatusWord::WRONG_LENGTH),
        0x08 => FileName::PathFromMf(path(apdu.data)?),
        0x09 => FileName::PathFromCurrent(path(apdu.data)?),
        _ => return Err(StatusWord::INCORRECT_P1_P2),
    };
    let template = template(apdu.p2)?;
    if apdu.p2 & 0xF3 != 0 {
        return Err(StatusWord::INCORRECT_P1_P2);
    }
    Ok(Command::SelectFile { name, template })
}

fn by_aid<'a>(apdu: &CommandApdu<'a>) -> Result<Command<'a>, StatusWord> {
    let template = template(apdu.p2)?;
    let session = match apdu.p2 >> 4 {
        0 => Session::Activate,
        4 => Session::Terminate,
        _ => return Err(StatusWord::INCORRECT_P1_P2),
    };
    let occurrence = match apdu.p2 & 0x03 {
        0 => Occurrence::FirstOrOnly,
        1 => Occurrence::Last,
        2 => Occurrence::Next,
        _ => Occurrence::Previous,
    };
    if apdu.data.len() > LONGEST_AID {
        return Err(StatusWord::WRONG_LENGTH);
    }
    Ok(Command::SelectApplication {
        aid: apdu.data,
        occurrence,
        session,
        template,
    })
}

fn template(p2: u8) -> Result<Template, StatusWord> {
    match p2 & 0x0C {
        0x00 | 0x04 => Ok(Template::Control),
        0x0C => Ok(Template::None),
        _ => Err(StatusWord::INCORRECT_P1_P2),
    }
}

fn identifier(data: &[u8]) -> Result<u16, StatusWord> {
    let identifier = data.try_into().map_err(|_| StatusWord::WRONG_LENGTH)?;
    Ok(u16::from_be_bytes(identifier))
}

fn path(data: &[u8]) -> Result<&[u8], StatusWord> {
    if data.is_empty() || !data.len().is_multiple_of(2) || data.len() > LONGEST_PATH {
        return Err(StatusWord::WRONG_LENGTH);
    }
    Ok(data)
}
