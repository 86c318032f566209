// SPDX-License-Identifier: MIT OR Apache-2.0
//! Every exchange of a run in order, raw and decoded.
//!
//! An exchange is numbered when its request comes, so one that was caused by another (a relay)
//! follows its cause. Nothing on the tape comes from the wall clock, a port or the order of
//! threads: the same case with the same seed gives the same bytes.

use std::fmt::Write as _;

use crate::case::Interface;
use crate::message::Message;
use crate::record::ExchangeRecord;

/// One exchange.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Where.
    pub interface: Interface,
    /// The server that it was for, where the interface has several.
    pub host: Option<String>,
    /// What the client sent.
    pub request: Message,
    /// What it got; nothing when the exchange did not end.
    pub response: Option<Message>,
    /// What the harness did to it, and what is strange about it.
    pub notes: Vec<String>,
    /// The bodies on the wire, when they are not the messages themselves (ES9+ in JSON).
    pub wire: Option<Wire>,
}

/// Bodies on the wire.
#[derive(Clone, Debug, Default)]
pub struct Wire {
    /// HTTP status of the answer.
    pub status: u16,
    /// Body of the request.
    pub request: Vec<u8>,
    /// Body of the answer.
    pub response: Vec<u8>,
}

/// All exchanges of a run.
#[derive(Clone, Debug, Default)]
pub struct Tape {
    entries: Vec<Entry>,
}

/// The place of an exchange on the tape, from 1 as it is shown.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Index(usize);

impl std::fmt::Display for Index {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "#{}", self.number())
    }
}

impl Index {
    /// The number, from 1.
    #[must_use]
    pub const fn number(self) -> usize {
        self.0 + 1
    }
}

impl Tape {
    /// Records the begin of an exchange.
    pub fn begin(&mut self, interface: Interface, host: Option<&str>, request: Message) -> Index {
        self.entries.push(Entry {
            interface,
            host: host.map(str::to_owned),
            request,
            response: None,
            notes: Vec::new(),
            wire: None,
        });
        Index(self.entries.len() - 1)
    }

    /// How many exchanges there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The exchange at `index`.
    #[must_use]
    pub fn get(&self, index: Index) -> Option<&Entry> {
        self.entries.get(index.0)
    }

    /// The exchange at `index`, to complete it.
    pub fn get_mut(&mut self, index: Index) -> Option<&mut Entry> {
        self.entries.get_mut(index.0)
    }

    /// The place behind the last exchange, where there is none.
    pub(crate) const fn beyond(&self) -> Index {
        Index(self.entries.len())
    }

    /// The last exchange.
    #[must_use]
    pub fn last(&self) -> Option<Index> {
        self.entries.len().checked_sub(1).map(Index)
    }

    /// The exchanges with their places.
    pub fn iter(&self) -> impl Iterator<Item = (Index, &Entry)> {
        self.entries
            .iter()
            .enumerate()
            .map(|(index, entry)| (Index(index), entry))
    }

    /// The tape as text: each message in full, with names, values and offsets.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        for (index, entry) in self.iter() {
            entry.write_text(index, &mut text);
        }
        text
    }

    /// The tape as JSON lines: one exchange per line.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut text = String::new();
        for (index, entry) in self.iter() {
            let record = ExchangeRecord::of(index, entry);
            // names, numbers and text: that can be written
            text.push_str(&serde_json::to_string(&record).unwrap_or_default());
            text.push('\n');
        }
        text
    }
}

impl Entry {
    /// The name of the answer, or a dash.
    #[must_use]
    pub fn response_name(&self) -> &str {
        self.response.as_ref().map_or("-", |message| &message.name)
    }

    fn write_text(&self, index: Index, text: &mut String) {
        let Self {
            interface, request, ..
        } = self;
        let answer = self.response_name();
        let place = match &self.host {
            Some(host) => format!("{interface} of {host}"),
            None => interface.to_string(),
        };
        // writing to a String cannot fail
        let _ = writeln!(text, "{index} {place} {} -> {answer}", request.name);
        for note in &self.notes {
            let _ = writeln!(text, "   ! {note}");
        }
        write_message(text, "-->", request);
        if let Some(response) = &self.response {
            write_message(text, "<--", response);
        }
        if let Some(wire) = &self.wire {
            let _ = writeln!(text, "   HTTP {}", wire.status);
        }
        text.push('\n');
    }
}

fn write_message(text: &mut String, arrow: &str, message: &Message) {
    let _ = writeln!(
        text,
        "   {arrow} {} ({} bytes)",
        message.name,
        message.raw.len()
    );
    let body = match &message.tree {
        Some(tree) => tree.print(),
        None if message.raw.is_empty() => String::new(),
        None => format!("{}\n", hex::encode(&message.raw)),
    };
    for line in body.lines() {
        let _ = writeln!(text, "       {line}");
    }
}
