// SPDX-License-Identifier: MIT OR Apache-2.0
//! The commands of the control endpoint: one table.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::super::Slot;
use super::super::slot::Event;
use super::install::install;
use super::{ControlError, Members};
use crate::card::Reset;
use crate::fault::ArmedFault;

/// One command: its slot and its parameters.
type Handler = fn(&Slot, Value) -> Result<Members, ControlError>;

/// Every command that concerns one card.
const COMMANDS: &[(&str, Handler)] = &[
    ("state", state),
    ("reset", reset),
    ("remove", remove),
    ("insert", insert),
    ("apdu", apdu),
    ("log", log),
    ("install", install),
    ("fault", fault),
    ("faults", faults),
    ("disarm", disarm),
    ("personality", personality),
];

/// The command of that name.
pub(super) fn find(name: &str) -> Result<Handler, ControlError> {
    let found = COMMANDS.iter().find(|(known, _)| *known == name);
    found.map(|(_, handler)| *handler).ok_or_else(|| {
        let known = COMMANDS.iter().map(|(known, _)| *known);
        let names: Vec<_> = std::iter::once("cards").chain(known).collect();
        ControlError::Command {
            expected: names.join(", "),
            found: name.chars().take(40).collect(),
        }
    })
}

/// The parameters of a command; one that it does not have is refused.
pub(super) fn parameters<T: DeserializeOwned>(value: Value) -> Result<T, ControlError> {
    serde_json::from_value(value).map_err(|error| ControlError::Parameter(error.to_string()))
}

/// Some members of an answer.
pub(super) fn members<const N: usize>(named: [(&str, Value); N]) -> Members {
    named
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

/// Bytes in hex.
pub(super) fn bytes(text: &str) -> Result<Vec<u8>, ControlError> {
    let compact: String = text.split_whitespace().collect();
    hex::decode(compact).map_err(|error| ControlError::Parameter(format!("expected hex: {error}")))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

/// `cards`: what there is.
pub(super) fn cards(slots: &[Slot], given: Members) -> Result<Members, ControlError> {
    let Nothing {} = parameters(Value::Object(given))?;
    let card = |(slot, number): (&Slot, usize)| {
        let eid = slot.with_card(|card| hex::encode(card.config().eid));
        json!({ "card": number, "eid": eid, "present": slot.is_present() })
    };
    let cards: Vec<_> = slots.iter().zip(1..).map(card).collect();
    Ok(members([("cards", json!(cards))]))
}

/// `state`: everything that the card keeps.
fn state(slot: &Slot, given: Value) -> Result<Members, ControlError> {
    let Nothing {} = parameters(given)?;
    let state = slot
        .with_card(|card| serde_json::to_value(card.state()))
        .map_err(|error| ControlError::Refused(error.to_string()))?;
    let present = json!(slot.is_present());
    Ok(members([("present", present), ("state", state)]))
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Kind {
    #[default]
    Cold,
    Warm,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ResetParameters {
    #[serde(default)]
    kind: Kind,
}

/// `reset`: cold unless it says warm.
fn reset(slot: &Slot, given: Value) -> Result<Members, ControlError> {
    let ResetParameters { kind } = parameters(given)?;
    let kind = match kind {
        Kind::Cold => Reset::Cold,
        Kind::Warm => Reset::Warm,
    };
    let atr = slot.reset(kind).ok_or(ControlError::Removed)?;
    Ok(members([("atr", json!(hex::encode_upper(atr)))]))
}

/// `remove`: takes the card out.
fn remove(slot: &Slot, given: Value) -> Result<Members, ControlError> {
    let Nothing {} = parameters(given)?;
    let changed = slot.remove();
    Ok(members([
        ("present", json!(false)),
        ("changed", json!(changed)),
    ]))
}

/// `insert`: puts the card back.
fn insert(slot: &Slot, given: Value) -> Result<Members, ControlError> {
    let Nothing {} = parameters(given)?;
    let changed = slot.insert();
    Ok(members([
        ("present", json!(true)),
        ("changed", json!(changed)),
    ]))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ApduParameters {
    apdu: String,
}

/// `apdu`: a command APDU beside the link.
fn apdu(slot: &Slot, given: Value) -> Result<Members, ControlError> {
    let ApduParameters { apdu } = parameters(given)?;
    let response = slot.transmit(&bytes(&apdu)?).ok_or(ControlError::Removed)?;
    Ok(members([("response", json!(hex::encode_upper(response)))]))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LogParameters {
    #[serde(default = "last")]
    last: usize,
}

fn last() -> usize {
    20
}

/// `log`: what happened at the contacts lately.
fn log(slot: &Slot, given: Value) -> Result<Members, ControlError> {
    let LogParameters { last } = parameters(given)?;
    let entries: Vec<_> = slot.log(last).iter().map(entry).collect();
    Ok(members([("log", json!(entries))]))
}

fn entry((number, event): &(u64, Event)) -> Value {
    match event {
        Event::Apdu { command, response } => json!({
            "number": number,
            "command": hex::encode_upper(command),
            "response": hex::encode_upper(response),
        }),
        Event::Reset { kind, atr } => {
            let kind = match kind {
                Reset::Cold => "cold",
                Reset::Warm => "warm",
            };
            json!({ "number": number, "reset": kind, "atr": hex::encode_upper(atr) })
        }
        Event::Removed => json!({ "number": number, "event": "removed" }),
        Event::Inserted => json!({ "number": number, "event": "inserted" }),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FaultParameters {
    fault: ArmedFault,
}

/// `fault`: something that goes wrong later.
fn fault(slot: &Slot, given: Value) -> Result<Members, ControlError> {
    let FaultParameters { fault } = parameters(given)?;
    slot.with_card(|card| card.arm(fault));
    armed(slot)
}

/// `faults`: what is armed.
fn faults(slot: &Slot, given: Value) -> Result<Members, ControlError> {
    let Nothing {} = parameters(given)?;
    armed(slot)
}

/// `disarm`: nothing goes wrong any more.
fn disarm(slot: &Slot, given: Value) -> Result<Members, ControlError> {
    let Nothing {} = parameters(given)?;
    slot.with_card(|card| card.disarm());
    armed(slot)
}

fn armed(slot: &Slot) -> Result<Members, ControlError> {
    let faults = slot.with_card(|card| serde_json::to_value(card.faults()));
    let faults = faults.map_err(|error| ControlError::Refused(error.to_string()))?;
    Ok(members([("faults", faults)]))
}

/// `personality`: how the card differs from others.
fn personality(slot: &Slot, given: Value) -> Result<Members, ControlError> {
    let Nothing {} = parameters(given)?;
    let told = slot
        .with_card(|card| serde_json::to_value(&card.config().personality))
        .map_err(|error| ControlError::Refused(error.to_string()))?;
    Ok(members([("personality", told)]))
}
