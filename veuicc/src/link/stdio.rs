// SPDX-License-Identifier: MIT OR Apache-2.0
//! lpac's stdio driver: one JSON object per line in each direction, bytes as hex.
//!
//! Traps: lpac sends no SELECT and no MANAGE CHANNEL but asks for a logical channel by AID, then
//! transmits with CLA `80 | channel`; so opening a channel is done here, with the commands a reader
//! would send. Its progress and result lines (`"type"` other than `apdu`) share the same stream and
//! are passed over. The answer's `ecode` is negative for failure, and the channel number of
//! `logic_channel_open` otherwise.

use std::io::{BufRead, Write};

use serde_json::{Value, json};

use crate::card::{Card, Reset};

/// Answers requests until the input ends. Lines that are no APDU request go to `aside`.
///
/// # Errors
/// When reading or writing fails.
pub fn serve(
    input: impl BufRead,
    mut output: impl Write,
    mut aside: impl FnMut(&str),
    card: &mut Card,
) -> std::io::Result<()> {
    for line in input.lines() {
        let line = line?;
        let Some(payload) = request(&line) else {
            aside(&line);
            continue;
        };
        let answer = json!({ "type": "apdu", "payload": answer(&payload, card) });
        writeln!(output, "{answer}")?;
        output.flush()?;
    }
    Ok(())
}

/// The payload of an APDU request.
fn request(line: &str) -> Option<Value> {
    let mut message: Value = serde_json::from_str(line).ok()?;
    if message.get("type")?.as_str()? != "apdu" {
        return None;
    }
    let payload = message.get_mut("payload")?.take();
    payload.get("func")?.as_str()?;
    Some(payload)
}

fn answer(payload: &Value, card: &mut Card) -> Value {
    let function = payload
        .get("func")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let parameter = payload
        .get("param")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let Ok(parameter) = hex::decode(parameter) else {
        return failed();
    };
    match function {
        "connect" => {
            card.reset(Reset::Cold);
            json!({ "ecode": 0 })
        }
        "disconnect" => json!({ "ecode": 0 }),
        "logic_channel_open" => {
            open(&parameter, card).map_or_else(failed, |channel| json!({ "ecode": channel }))
        }
        "logic_channel_close" => {
            let channel = parameter.first().copied().unwrap_or(0);
            card.transmit(&[0x00, 0x70, 0x80, channel, 0x00]);
            json!({ "ecode": 0 })
        }
        "transmit" => json!({ "ecode": 0, "data": hex::encode(card.transmit(&parameter)) }),
        _ => failed(),
    }
}

fn failed() -> Value {
    json!({ "ecode": -1 })
}

/// MANAGE CHANNEL and SELECT by AID.
fn open(aid: &[u8], card: &mut Card) -> Option<u8> {
    let opened = card.transmit(&[0x00, 0x70, 0x00, 0x00, 0x01]);
    let [channel, 0x90, 0x00] = *opened.as_slice() else {
        return None;
    };
    let class = if channel < 4 {
        channel
    } else {
        0x40 | (channel - 4)
    };
    let mut select = vec![class, 0xA4, 0x04, 0x00, u8::try_from(aid.len()).ok()?];
    select.extend_from_slice(aid);
    let selected = card.transmit(&select);
    if matches!(selected.as_slice(), [.., 0x90, 0x00] | [.., 0x61, _]) {
        return Some(channel);
    }
    card.transmit(&[0x00, 0x70, 0x80, channel, 0x00]);
    None
}
