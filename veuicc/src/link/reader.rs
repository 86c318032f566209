// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a modem or a driver does on its own account: channels opened by AID, answers collected.

use super::Slot;
use crate::status_word::StatusWord;

/// Most pieces of one answer: more than the longest answer of the card has.
const PIECES: usize = 1024;

/// CLA of a command on that logical channel (TS 102 221 §10.1.1). A class that is neither
/// interindustry nor of the UICC has no channels and stays as it is.
pub(super) fn class_on(channel: u8, cla: u8) -> u8 {
    if matches!(cla, 0x20..=0x3F | 0xA0..=0xBF) {
        return cla;
    }
    match channel {
        // secure messaging and chaining bits of the first coding stay
        0..=3 if cla & 0x40 == 0 => cla & 0xFC | channel,
        0..=3 => cla & 0x90 | channel,
        _ => cla & 0x90 | 0x40 | (channel - 4),
    }
}

/// Sends a command and collects its answer with GET RESPONSE; a wrong Le is corrected. Nothing when
/// there is no card, or it does not answer.
pub(super) fn exchange(slot: &Slot, command: &[u8]) -> Option<(Vec<u8>, StatusWord)> {
    let (mut data, mut status) = split(slot.transmit(command)?)?;
    let [sw1, sw2] = status.to_bytes();
    if sw1 == 0x6C && command.len() == 5 {
        let mut again = command.to_vec();
        *again.last_mut()? = sw2;
        (data, status) = split(slot.transmit(&again)?)?;
    }
    let class = command.first()? & 0x4F;
    for _ in 0..PIECES {
        let [0x61, available] = status.to_bytes() else {
            break;
        };
        let (more, next) = split(slot.transmit(&[class, 0xC0, 0, 0, available])?)?;
        data.extend_from_slice(&more);
        status = next;
    }
    Some((data, status))
}

fn split(mut response: Vec<u8>) -> Option<(Vec<u8>, StatusWord)> {
    let status = u16::from_be_bytes(*response.last_chunk()?);
    response.truncate(response.len() - 2);
    Some((response, StatusWord(status)))
}

/// True when the command was carried out, with a warning or without.
pub(super) fn is_done(status: StatusWord) -> bool {
    matches!(status.to_bytes(), [0x90..=0x92, _] | [0x62 | 0x63, _])
}

/// Opens a channel and selects an application there: MANAGE CHANNEL and SELECT by AID. Returns the
/// channel, or what the card answered instead; nothing when there is no card.
pub(super) fn open_channel(slot: &Slot, aid: &[u8]) -> Option<Result<u8, StatusWord>> {
    let (data, status) = exchange(slot, &[0x00, 0x70, 0x00, 0x00, 0x01])?;
    let (Some(&channel), true) = (data.first(), status.is_success()) else {
        return Some(Err(status));
    };
    let Ok(length) = u8::try_from(aid.len()) else {
        return Some(Err(StatusWord::WRONG_LENGTH));
    };
    let mut select = vec![class_on(channel, 0x00), 0xA4, 0x04, 0x00, length];
    select.extend_from_slice(aid);
    // what SELECT has to say stays for a terminal that asks for it
    let (_, status) = split(slot.transmit(&select)?)?;
    if is_done(status) || status.to_bytes().first() == Some(&0x61) {
        return Some(Ok(channel));
    }
    close_channel(slot, channel)?;
    Some(Err(status))
}

/// MANAGE CHANNEL, close.
pub(super) fn close_channel(slot: &Slot, channel: u8) -> Option<StatusWord> {
    let (_, status) = split(slot.transmit(&[0x00, 0x70, 0x80, channel, 0x00])?)?;
    Some(status)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_class_carries_the_channel() {
        for (channel, cla, expected) in [
            (0, 0x00, 0x00),
            (1, 0x80, 0x81),
            (3, 0x0C, 0x0F),
            (2, 0x41, 0x02),
            (4, 0x80, 0xC0),
            (19, 0x01, 0x4F),
            (1, 0xA0, 0xA0),
        ] {
            assert_eq!(class_on(channel, cla), expected, "{channel} {cla:02X}");
        }
    }
}
