// SPDX-License-Identifier: MIT OR Apache-2.0
//! Command APDUs and status words for the printer.

use std::fmt::Write as _;

use super::print::{messages, raw};
use super::text;

/// Prints bytes that are a command APDU or a bare status word; false for anything else.
pub(super) fn print(out: &mut String, bytes: &[u8]) -> bool {
    match bytes {
        [high @ (0x60..=0x6F | 0x90..=0x9F), low] => {
            status(out, *high, *low);
            true
        }
        [class, instruction, p1, p2, rest @ ..] => {
            let Some(name) = command(*class, *instruction) else {
                return false;
            };
            let Some((lc, data)) = data(rest) else {
                return false;
            };
            let _ = write!(out, "# {name} CLA {class:02X} P1 {p1:02X} P2 {p2:02X}");
            if *instruction == 0xE2 {
                let last = if p1 & 0x80 != 0 {
                    "last"
                } else {
                    "more to come"
                };
                let _ = write!(out, ", block {p2}, {last}");
            }
            let _ = writeln!(out, ", {} octets", data.len());
            let at = 4 + lc;
            match (*instruction, *p2, p1 & 0x80 != 0) {
                (0xE2, 0, true) => messages(out, data, at, Some(true)),
                // a later block goes on in the middle of the first one's TLV
                (0xE2, 1.., _) => drop(writeln!(out, "{at:>5}  {}", text::octets(data))),
                _ => raw(out, data, at, 0),
            }
            true
        }
        _ => false,
    }
}

/// The commands that an eUICC sees, by class and instruction.
fn command(class: u8, instruction: u8) -> Option<&'static str> {
    let interindustry = matches!(class, 0x00..=0x03 | 0x40..=0x4F);
    let proprietary = matches!(class, 0x80..=0x83 | 0xC0..=0xCF);
    Some(match instruction {
        0xE2 if proprietary => "STORE DATA",
        0xC0 if interindustry || proprietary => "GET RESPONSE",
        0xA4 if interindustry => "SELECT",
        0x70 if interindustry => "MANAGE CHANNEL",
        0xAA if class == 0x80 => "TERMINAL CAPABILITY",
        0xF2 if proprietary => "STATUS",
        0x10 if class == 0x80 => "TERMINAL PROFILE",
        0x12 if class == 0x80 => "FETCH",
        0x14 if class == 0x80 => "TERMINAL RESPONSE",
        _ => return None,
    })
}

/// The command data after the header and the size of its length field.
fn data(rest: &[u8]) -> Option<(usize, &[u8])> {
    match rest {
        [] | [_] => Some((rest.len(), &[])),
        [0x00, high, low, data @ ..] => {
            let length = usize::from(u16::from_be_bytes([*high, *low]));
            exactly(data, length, 2).map(|data| (3, data))
        }
        [length, data @ ..] => exactly(data, usize::from(*length), 1).map(|data| (1, data)),
    }
}

/// The data when nothing but an Le of at most so many octets follows.
fn exactly(data: &[u8], length: usize, le: usize) -> Option<&[u8]> {
    let excess = data.len().checked_sub(length)?;
    data.get(..length).filter(|_| excess <= le)
}

/// Prints a status word with its meaning.
pub(super) fn status(out: &mut String, high: u8, low: u8) {
    let meaning = match (high, low) {
        (0x90, 0x00) => "normal ending",
        (0x91, _) => "normal ending, proactive command waiting",
        (0x61, _) => "response data waiting",
        (0x6C, _) => "wrong Le, the right one is in SW2",
        (0x62 | 0x63, _) => "warning",
        (0x64 | 0x65, _) => "execution error",
        (0x67, 0x00) => "wrong length",
        (0x68, 0x81) => "logical channel not supported",
        (0x68, 0x82) => "secure messaging not supported",
        (0x69, 0x82) => "security status not satisfied",
        (0x69, 0x85) => "conditions of use not satisfied",
        (0x69, 0x99) => "applet selection failed",
        (0x6A, 0x80) => "incorrect data",
        (0x6A, 0x81) => "function not supported",
        (0x6A, 0x82) => "file or application not found",
        (0x6A, 0x84) => "not enough memory",
        (0x6A, 0x86) => "incorrect P1 P2",
        (0x6A, 0x88) => "referenced data not found",
        (0x6B, 0x00) => "wrong P1 P2",
        (0x6D, 0x00) => "instruction not supported",
        (0x6E, 0x00) => "class not supported",
        (0x6F, _) => "no precise diagnosis",
        _ => "status word",
    };
    let _ = writeln!(out, "# {high:02X}{low:02X} {meaning}");
}
