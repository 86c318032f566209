// SPDX-License-Identifier: MIT OR Apache-2.0
//! The published structure of the TS.48 profiles, read from the spreadsheet's sheets.

use std::path::Path;

/// A file of `files-definition.csv`.
#[derive(Debug, Clone)]
pub(crate) struct Documented {
    /// `3F00/7F10/6F3A`, `USIM/6F07`, `USIM`.
    pub(crate) path: String,
    /// `SFI`, as it stands there.
    pub(crate) sfi: Option<u8>,
    /// `File Type`, first word in lower case; empty where the sheet has none.
    pub(crate) kind: String,
    /// `Read`, `Update`, `Deactivated`, `Activate`, `Delete`, `Resize or Increase`.
    pub(crate) conditions: [String; 6],
    /// `AC Number`.
    pub(crate) rule: Option<u8>,
    /// `Num Recs`, `Rec Size`, `Body Size`, where they are numbers.
    pub(crate) sizes: [Option<u32>; 3],
    pub(crate) content: Content,
}

/// What the sheet says about the content.
#[derive(Debug, Clone)]
pub(crate) enum Content {
    /// Nothing (directories).
    None,
    /// `Shared with ...`: the other file's path.
    Shared(String),
    /// No TLV object.
    NoObjects,
    /// The text of the whole file.
    Text(String),
    /// First and last record, text.
    Records(Vec<(u8, u8, String)>),
}

/// Rows whose path is that of another file: name, path there, path of the file.
const MISPLACED: [(&str, &str, &str); 1] =
    [("SUCI_Calc_Info_USIM", "USIM/5FC0/4F01", "USIM/5FD0/4F01")];

/// Reads a CSV sheet: quoted fields, doubled quotes, line breaks in quotes.
pub(crate) fn sheet(file: &Path) -> Vec<Vec<String>> {
    let text = std::fs::read_to_string(file).unwrap();
    let mut rows = vec![vec![String::new()]];
    let mut quoted = false;
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let row = rows.last_mut().unwrap();
        match character {
            '"' if quoted && characters.peek() == Some(&'"') => {
                characters.next();
                row.last_mut().unwrap().push('"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(String::new()),
            '\n' if !quoted => rows.push(vec![String::new()]),
            '\r' => {}
            other => row.last_mut().unwrap().push(other),
        }
    }
    rows
}

/// The files that the structure documents.
pub(crate) fn files(folder: &Path) -> Vec<Documented> {
    let rows = sheet(&folder.join("structure/files-definition.csv"));
    let mut files: Vec<Documented> = Vec::new();
    let column = |row: &[String], at: usize| row.get(at).map_or("", |text| text.trim()).to_owned();
    for row in rows.iter().skip(2) {
        let id = column(row, 0);
        if id.starts_with("Additionn") {
            break;
        }
        let numbers = column(row, 15);
        if id.is_empty() {
            if let Some(range) = numbers.strip_prefix("Rec ") {
                let text = column(row, 17);
                files.last_mut().unwrap().add_records(range, &text);
            }
            continue;
        }
        if id.contains("removed") {
            continue;
        }
        let name = column(row, 1);
        let path = match (id.as_str(), column(row, 2).as_str()) {
            ("3F00", _) => "3F00".to_owned(),
            (adf, _) if adf.starts_with("ADF") => name,
            (id, parent) => {
                let path = format!("{parent}/{id}");
                let mut misplaced = MISPLACED.iter();
                misplaced
                    .find(|(file, wrong, _)| *file == name && *wrong == path)
                    .map_or(path, |(_, _, right)| (*right).to_owned())
            }
        };
        let text = column(row, 17);
        let number = |at: usize| column(row, at).parse::<u32>().ok();
        files.push(Documented {
            sfi: u8::from_str_radix(&column(row, 4), 16).ok(),
            kind: column(row, 5)
                .split_whitespace()
                .next()
                .unwrap_or_default()
                .to_lowercase(),
            conditions: [7, 8, 9, 10, 11, 12].map(|at| column(row, at)),
            rule: column(row, 13).parse().ok(),
            sizes: [number(14), number(15), number(16)],
            content: whole(&text),
            path,
        });
    }
    files
}

fn whole(text: &str) -> Content {
    if let Some(other) = text.strip_prefix("Shared with ") {
        let other = other.trim().trim_start_matches('/');
        return Content::Shared(other.to_owned());
    }
    match text {
        "" | "Expand row for specification" => Content::None,
        "No TLV" => Content::NoObjects,
        text => Content::Text(text.to_owned()),
    }
}

impl Documented {
    fn add_records(&mut self, range: &str, text: &str) {
        let mut ends = range
            .split(['t', 'o', '-'])
            .filter(|end| !end.trim().is_empty())
            .map(|end| end.trim().parse::<u8>().unwrap());
        let first = ends.next().unwrap();
        let last = ends.next().unwrap_or(first);
        let record = (first, last, text.to_owned());
        match &mut self.content {
            Content::Records(records) => records.push(record),
            other => *other = Content::Records(vec![record]),
        }
    }
}

/// The bytes that a text of the sheet stands for, in a file or record of that length; nothing when
/// it is no content. Remarks in parentheses do not count.
pub(crate) fn bytes(text: &str, length: usize) -> Option<Vec<u8>> {
    let mut plain = String::new();
    let mut depth = 0_u32;
    for character in text.chars() {
        match character {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            other if depth == 0 => plain.push(other),
            _ => {}
        }
    }
    let lower = plain.to_lowercase();
    if lower.contains("all bytes set to") || lower.contains("all value set to") {
        let byte = if lower.contains("ff") { 0xFF } else { 0x00 };
        return Some(vec![byte; length]);
    }
    let lower = lower.replace("for all records", "");
    let (digits, repeated) = match lower.split_once("..") {
        Some((before, _)) => (before.to_owned(), true),
        None => (lower, false),
    };
    let digits: String = digits.split_whitespace().collect();
    let mut bytes = hex::decode(digits).ok()?;
    if repeated {
        let last = *bytes.last()?;
        bytes.resize(length.max(bytes.len()), last);
    }
    Some(bytes)
}
