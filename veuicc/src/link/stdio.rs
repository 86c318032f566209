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

use super::Slot;
use super::reader;
use crate::card::Reset;

/// Answers requests until the input ends. Lines that are no APDU request go to `aside`.
///
/// # Errors
/// When reading or writing fails.
pub fn serve(
    input: impl BufRead,
    mut output: impl Write,
    mut aside: impl FnMut(&str),
    slot: &Slot,
) -> std::io::Result<()> {
    for line in input.lines() {
        let line = line?;
        let Some(payload) = request(&line) else {
            aside(&line);
            continue;
        };
        let answer = json!({ "type": "apdu", "payload": answer(&payload, slot) });
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

fn answer(payload: &Value, slot: &Slot) -> Value {
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
        "connect" => slot
            .reset(Reset::Cold)
            .map_or_else(failed, |_| json!({ "ecode": 0 })),
        "disconnect" => json!({ "ecode": 0 }),
        "logic_channel_open" => match reader::open_channel(slot, &parameter) {
            Some(Ok(channel)) => json!({ "ecode": channel }),
            Some(Err(_)) | None => failed(),
        },
        "logic_channel_close" => {
            let channel = parameter.first().copied().unwrap_or(0);
            reader::close_channel(slot, channel).map_or_else(failed, |_| json!({ "ecode": 0 }))
        }
        "transmit" => match slot.transmit(&parameter) {
            Some(response) if !response.is_empty() => {
                json!({ "ecode": 0, "data": hex::encode(response) })
            }
            Some(_) | None => failed(),
        },
        _ => failed(),
    }
}

fn failed() -> Value {
    json!({ "ecode": -1 })
}
