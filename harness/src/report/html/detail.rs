// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the page shows of one case when it is opened: the picture, every message decoded with its
//! bytes, what the implementation wrote. JSON, deflated, in base64.
//!
//! Long values are shortened; the folder of the case has them whole.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rsp::schema::{Role, Tree};
use serde::Serialize;
use serde_json::Value;

use super::changes::Traffic;
use super::sequence::sequence;
use super::text::clipped;
use crate::case::Interface;
use crate::message::{Direction, Message};
use crate::record::{CaseRecord, ExchangeRecord, HttpRecord, MessageRecord};

/// The exchanges of a case that are shown.
const MOST_EXCHANGES: usize = 600;
/// The nodes of a message that are shown.
const MOST_NODES: usize = 2000;
/// Leaves longer than this lose their middle.
const LONG_LEAF: usize = 1000;
/// Octets kept at the begin and the end of a long leaf.
const KEPT: (usize, usize) = (96, 32);
/// Octets kept of messages that are not decoded.
const KEPT_PLAIN: (usize, usize) = (1024, 64);
/// Characters kept of a string in a JSON body, and of a whole body.
const LONG_STRING: usize = 120;
const LONG_BODY: usize = 6000;
/// Octets kept of the begin and the end of what the implementation wrote.
const LOG: (usize, usize) = (8 << 10, 40 << 10);

/// One case.
#[derive(Serialize)]
struct Detail<'a> {
    svg: String,
    exchanges: Vec<Exchange<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    log: Option<String>,
    /// Files of the case that are there.
    files: Vec<&'static str>,
    /// What is missing here and why.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    missing: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    traffic: Option<Traffic>,
}

#[derive(Serialize)]
struct Exchange<'a> {
    index: usize,
    interface: Interface,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    notes: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    http: Option<Http>,
    q: Shown<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    r: Option<Shown<'a>>,
}

#[derive(Serialize)]
struct Http {
    status: u16,
    q: String,
    r: String,
}

/// A message.
#[derive(Serialize)]
struct Shown<'a> {
    name: &'a str,
    length: usize,
    /// Pieces of the bytes: offset and hex.
    bytes: Vec<(usize, String)>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    nodes: Vec<Node>,
    /// The content when there are no nodes.
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<String>,
}

/// Depth, tag, name, type, begin, begin of the contents, end, value, remarks.
#[derive(Serialize)]
struct Node(
    usize,
    String,
    String,
    &'static str,
    usize,
    usize,
    usize,
    String,
    String,
);

/// The files of a case, in the order in which they are offered.
const FILES: [&str; 5] = [
    "tape.txt",
    "tape.jsonl",
    "case.pcapng",
    "iut.log",
    "verdict.json",
];

/// The detail of `case` below the folder of a run, packed.
pub(super) fn packed(folder: &Path, case: &CaseRecord, traffic: Option<Traffic>) -> String {
    let mut missing = Vec::new();
    let mut tape = case.load_tape(folder).unwrap_or_else(|error| {
        missing.push(error.to_string());
        Vec::new()
    });
    if tape.len() > MOST_EXCHANGES {
        missing.push(format!(
            "{} of {} exchanges are shown; tape.jsonl has all",
            MOST_EXCHANGES,
            tape.len()
        ));
        tape.truncate(MOST_EXCHANGES);
    }
    let place = case.place(folder).ok();
    let is_there = |name: &&str| place.as_ref().is_some_and(|at| at.join(name).is_file());
    let bad = case.finding.as_ref().and_then(|finding| finding.tape);
    let detail = Detail {
        svg: sequence(&case.id, &tape, bad),
        exchanges: tape.iter().map(exchange).collect(),
        log: place.as_ref().and_then(|at| log(&at.join("iut.log")).ok()),
        files: FILES.into_iter().filter(is_there).collect(),
        missing,
        traffic,
    };
    let json = serde_json::to_vec(&detail).unwrap_or_default();
    STANDARD.encode(miniz_oxide::deflate::compress_to_vec_zlib(&json, 6))
}

fn exchange(record: &ExchangeRecord) -> Exchange<'_> {
    let shown = |direction, message| shown(record.interface, direction, message);
    Exchange {
        index: record.index,
        interface: record.interface,
        notes: &record.notes,
        http: record.http.as_ref().map(http),
        q: shown(Direction::Request, &record.request),
        r: record
            .response
            .as_ref()
            .map(|message| shown(Direction::Response, message)),
    }
}

fn shown(interface: Interface, direction: Direction, record: &MessageRecord) -> Shown<'_> {
    let raw = hex::decode(&record.bytes).unwrap_or_default();
    let mut message = Message::decode(interface, direction, &raw);
    // a message of another wire version is told by its record alone
    let tree = message.tree.take().filter(|_| message.name == record.name);
    let mut nodes = Vec::new();
    let mut gaps = Vec::new();
    match &tree {
        Some(tree) => walk(tree, "", 0, &mut nodes, &mut gaps),
        None => gap(0, raw.len(), KEPT_PLAIN, &mut gaps),
    }
    Shown {
        name: &record.name,
        length: raw.len(),
        bytes: pieces(&raw, &gaps),
        value: nodes.is_empty().then(|| plain(&record.value)),
        nodes,
    }
}

/// The nodes in the order of the bytes. An untagged CHOICE is no line: its name goes before its
/// arm's.
fn walk(
    tree: &Tree,
    prefix: &str,
    depth: usize,
    nodes: &mut Vec<Node>,
    gaps: &mut Vec<(usize, usize)>,
) {
    if nodes.len() >= MOST_NODES {
        return;
    }
    let name = format!("{prefix}{}", tree.name);
    let untagged = tree.header_len() == 0 && tree.role != Role::Rubbish;
    if let ([arm], true) = (tree.children.as_slice(), untagged) {
        return walk(arm, &format!("{name}."), depth, nodes, gaps);
    }
    let begin = tree.offset();
    let contents = begin + tree.header_len();
    let end = begin + tree.raw().len();
    nodes.push(Node(
        depth,
        tree.tag.map(|tag| tag.to_string()).unwrap_or_default(),
        name,
        tree.type_name(),
        begin,
        contents,
        end,
        tree.text().unwrap_or_default(),
        tree.notes.join("\n"),
    ));
    if tree.children.is_empty() && end - contents > LONG_LEAF {
        gap(contents, end, KEPT, gaps);
    }
    for child in &tree.children {
        walk(child, "", depth + 1, nodes, gaps);
    }
}

fn gap(begin: usize, end: usize, (head, tail): (usize, usize), gaps: &mut Vec<(usize, usize)>) {
    if end - begin > head + tail {
        gaps.push((begin + head, end - tail));
    }
}

/// The bytes between the gaps.
fn pieces(raw: &[u8], gaps: &[(usize, usize)]) -> Vec<(usize, String)> {
    let mut at = 0;
    let mut pieces = Vec::new();
    let ends = gaps.iter().copied().chain([(raw.len(), raw.len())]);
    for (end, next) in ends {
        if let Some(piece) = raw.get(at..end).filter(|piece| !piece.is_empty()) {
            pieces.push((at, hex::encode(piece)));
        }
        at = next;
    }
    pieces
}

fn plain(value: &Value) -> String {
    match value {
        Value::Object(members) if members.is_empty() => String::new(),
        other => pretty(other.clone()),
    }
}

fn http(record: &HttpRecord) -> Http {
    Http {
        status: record.status,
        q: body(&record.request),
        r: body(&record.response),
    }
}

fn body(text: &str) -> String {
    match serde_json::from_str(text) {
        Ok(value) => pretty(value),
        Err(_) => clipped(text, LONG_BODY),
    }
}

/// JSON in lines, long strings shortened.
fn pretty(mut value: Value) -> String {
    shorten(&mut value);
    let text = serde_json::to_string_pretty(&value).unwrap_or_default();
    clipped(&text, LONG_BODY)
}

fn shorten(value: &mut Value) {
    match value {
        Value::String(text) => {
            let length = text.chars().count();
            if length > LONG_STRING {
                *text = format!("{} ({length} characters)", clipped(text, LONG_STRING));
            }
        }
        Value::Array(items) => items.iter_mut().for_each(shorten),
        Value::Object(members) => members.values_mut().for_each(shorten),
        _ => {}
    }
}

/// What the implementation wrote; of much, the begin and the end.
pub(in crate::report) fn log(path: &Path) -> io::Result<String> {
    let mut file = File::open(path)?;
    let length = file.metadata()?.len();
    let (head, tail) = (LOG.0 as u64, LOG.1 as u64);
    let mut bytes = Vec::new();
    if length <= head + tail {
        file.read_to_end(&mut bytes)?;
        return Ok(String::from_utf8_lossy(&bytes).into_owned());
    }
    (&mut file).take(head).read_to_end(&mut bytes)?;
    let left_out = length - head - tail;
    bytes.extend(format!("\n… {left_out} bytes left out; iut.log has them …\n").bytes());
    file.seek(SeekFrom::Start(length - tail))?;
    file.take(tail).read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn long_values_lose_their_middle() {
        let raw = vec![7; 1000];
        let mut gaps = Vec::new();
        gap(4, 1000, KEPT, &mut gaps);
        let pieces = pieces(&raw, &gaps);
        let lengths: Vec<_> = pieces
            .iter()
            .map(|(at, hex)| (*at, hex.len() / 2))
            .collect();
        assert_eq!(lengths, [(0, 100), (968, 32)]);
        let mut value = json!({"a": ["x".repeat(200)]});
        shorten(&mut value);
        assert!(
            value["a"][0]
                .as_str()
                .unwrap()
                .ends_with("… (200 characters)")
        );
    }

    #[test]
    fn nodes_point_into_the_bytes() {
        let eid = "89049032123451234512345678901235";
        let record = MessageRecord {
            name: "getEimPackageRequest".to_owned(),
            value: json!({}),
            bytes: format!("bf4f125a10{eid}"),
        };
        let shown = shown(Interface::Esipa, Direction::Request, &record);
        let last = shown.nodes.last().unwrap();
        assert_eq!(
            (last.2.as_str(), last.4, last.5, last.6),
            ("eidValue", 3, 5, 21)
        );
        assert_eq!(last.7, eid);
    }
}
