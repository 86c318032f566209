// SPDX-License-Identifier: MIT OR Apache-2.0
//! Form: every message is a TLV of its interface, in DER, and answers what was asked.

use super::{Breach, RuleName, Said, Watch};
use crate::case::{Dialect, Interface};
use crate::message::{Direction, EMPTY, Message, UNDECODABLE, function_of, message_name};

/// What is wrong with the form of a message: it cannot be read, or is no DER of its type. What was
/// received in that form may be handed on in it.
pub(super) fn of_message(watch: &Watch, said: &Said<'_>) -> Option<Breach> {
    let message = said.message;
    // the card's functions of v1.0 are seen in the words of v1.0, which are others
    if watch.dialect == Dialect::V1_0 && said.interface == Interface::Es10b {
        return None;
    }
    if message.name == UNDECODABLE {
        let reason = message.value.get("reason").and_then(|it| it.as_str());
        let fault = reason.unwrap_or(UNDECODABLE).to_owned();
        return (!watch.memory.handed_on(&message.raw)).then(|| Breach::new(RuleName::Der, fault));
    }
    let tree = message.tree.as_ref()?;
    if tree.is_faithful() {
        return None;
    }
    let actual: Vec<String> = tree
        .deviations()
        .into_iter()
        .filter(|deviation| !watch.memory.brought(tree, &deviation.path))
        .map(|deviation| format!("{}: {}", deviation.path, deviation.text))
        .collect();
    (!actual.is_empty()).then(|| Breach::all(RuleName::Der, actual))
}

/// Whether an answer is that of the function which was called.
pub(super) fn of_answer(_: &Watch, said: &Said<'_>) -> Option<Breach> {
    if said.direction == Direction::Request || said.interface != Interface::Esipa {
        return None;
    }
    let row = function_of(said.interface, &said.request.name)?;
    let Message { name, .. } = said.message;
    let wanted = row.response.map_or(EMPTY.to_owned(), message_name);
    if *name == wanted {
        return None;
    }
    let actual = format!(
        "{} was answered by {name} instead of {wanted}",
        said.request.name
    );
    Some(Breach::new(RuleName::Answer, actual))
}
