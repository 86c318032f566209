// SPDX-License-Identifier: MIT OR Apache-2.0
//! What P1, P2 and data fields of UICC commands say, and how they say it.

use crate::apdu::CommandApdu;
use crate::command::parameters;
use crate::status_word::StatusWord;

/// The EF a command is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target {
    /// The EF that is selected.
    Current,
    /// The EF with that short file identifier, which becomes the current one.
    Short(u8),
}

/// How much READ BINARY is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Length {
    /// That many bytes.
    Exactly(usize),
    /// What there is, up to that many.
    AtMost(usize),
}

/// Which record is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Which {
    /// That one; the record pointer stays.
    Number(u8),
    /// The one the record pointer is at.
    Current,
    /// The one behind the record pointer, which moves there.
    Next,
    /// The one before the record pointer, which moves there.
    Previous,
}

/// Direction of SEARCH RECORD.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    Forward,
    Backward,
}

/// Where SEARCH RECORD begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Start {
    /// In that record; 0 is the current one.
    Number(u8),
    /// Behind or before the current record.
    Beyond,
}

/// Where in a record the search pattern may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum From {
    /// Anywhere at or behind that offset.
    Offset(u8),
    /// Anywhere behind the first byte of that value.
    Byte(u8),
}

/// A search.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Search<'a> {
    pub(crate) start: Start,
    pub(crate) direction: Direction,
    pub(crate) from: From,
    pub(crate) pattern: &'a [u8],
}

/// Which block of a data object comes or goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Block {
    First,
    Next,
}

/// How DEACTIVATE FILE and ACTIVATE FILE name the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum File<'a> {
    Current,
    Identifier(u16),
    PathFromMf(&'a [u8]),
    PathFromCurrent(&'a [u8]),
}

/// A short file identifier in five bits; 0 is the current EF, 31 is none.
pub(super) fn target(five_bits: u8) -> Result<Target, StatusWord> {
    match five_bits {
        0 => Ok(Target::Current),
        1..=30 => Ok(Target::Short(five_bits)),
        _ => Err(StatusWord::INCORRECT_P1_P2),
    }
}

pub(super) fn short(five_bits: u8) -> Result<Target, StatusWord> {
    match target(five_bits)? {
        Target::Current => Err(StatusWord::INCORRECT_P1_P2),
        target @ Target::Short(_) => Ok(target),
    }
}

/// P1 is '100' and a short file identifier, then P2 is the offset; or P1 and P2 are the offset.
pub(super) fn binary(apdu: &CommandApdu<'_>) -> Result<(Target, u16), StatusWord> {
    if apdu.p1 & 0x80 == 0 {
        let offset = u16::from_be_bytes([apdu.p1, apdu.p2]);
        return Ok((Target::Current, offset));
    }
    if apdu.p1 & 0x60 != 0 {
        return Err(StatusWord::INCORRECT_P1_P2);
    }
    Ok((short(apdu.p1 & 0x1F)?, u16::from(apdu.p2)))
}

pub(super) fn record(apdu: &CommandApdu<'_>) -> Result<(Target, Which), StatusWord> {
    let which = match (apdu.p2 & 7, apdu.p1) {
        (2, 0) => Which::Next,
        (3, 0) => Which::Previous,
        (4, 0) => Which::Current,
        (4, number) => Which::Number(number),
        _ => return Err(StatusWord::INCORRECT_P1_P2),
    };
    Ok((target(apdu.p2 >> 3)?, which))
}

/// First byte of the search indication: bit 4 tells an offset from a value in the second byte, the
/// low bits give start and direction.
pub(super) fn enhanced(p1: u8, data: &[u8]) -> Result<Search<'_>, StatusWord> {
    let (&[indication, second], pattern) =
        data.split_first_chunk().ok_or(StatusWord::WRONG_LENGTH)?;
    let from = match indication & 0xF8 {
        0x00 => From::Offset(second),
        0x08 => From::Byte(second),
        _ => return Err(StatusWord::INCORRECT_DATA),
    };
    let (start, direction) = match indication & 7 {
        4 => (Start::Number(p1), Direction::Forward),
        5 => (Start::Number(p1), Direction::Backward),
        6 => (Start::Beyond, Direction::Forward),
        7 => (Start::Beyond, Direction::Backward),
        _ => return Err(StatusWord::INCORRECT_DATA),
    };
    if pattern.is_empty() {
        return Err(StatusWord::WRONG_LENGTH);
    }
    Ok(Search {
        start,
        direction,
        from,
        pattern,
    })
}

pub(super) fn file<'a>(apdu: &CommandApdu<'a>) -> Result<File<'a>, StatusWord> {
    let even = !apdu.data.is_empty() && apdu.data.len().is_multiple_of(2);
    match (apdu.p1, apdu.p2) {
        (0, 0) if apdu.data.is_empty() => Ok(File::Current),
        (0, 0) => apdu
            .data
            .try_into()
            .map(|identifier| File::Identifier(u16::from_be_bytes(identifier)))
            .map_err(|_| StatusWord::WRONG_LENGTH),
        (8 | 9, 0) if !even => Err(StatusWord::WRONG_LENGTH),
        (8, 0) => Ok(File::PathFromMf(apdu.data)),
        (9, 0) => Ok(File::PathFromCurrent(apdu.data)),
        _ => Err(StatusWord::INCORRECT_P1_P2),
    }
}

/// P2: bit 8 for the first block, a short file identifier in the low bits.
pub(super) fn block(apdu: &CommandApdu<'_>) -> Result<(Target, Block), StatusWord> {
    parameters(apdu, 0, apdu.p2)?;
    let block = match apdu.p2 & 0xE0 {
        0x80 => Block::First,
        0x00 => Block::Next,
        _ => return Err(StatusWord::INCORRECT_P1_P2),
    };
    Ok((target(apdu.p2 & 0x1F)?, block))
}
