// SPDX-License-Identifier: MIT OR Apache-2.0
//! Writing values as YAML with comments: short maps on one line, hexadecimal always quoted.

use serde_json::{Map, Value};

use super::remarks::Remarks;

/// Columns a line may have before its map is written over several lines; comments do not count.
const WIDTH: usize = 100;
/// Words that YAML readers take for something else.
const RESERVED: &[&str] = &["y", "n", "yes", "no", "on", "off", "true", "false", "null"];

/// Text in the making.
#[derive(Debug, Default)]
pub(super) struct Writer {
    text: String,
}

impl Writer {
    pub(super) fn finish(self) -> String {
        self.text
    }

    pub(super) fn blank(&mut self) {
        self.text.push('\n');
    }

    pub(super) fn comment(&mut self, text: &str) {
        self.line(&format!("# {}", clean(text)), None);
    }

    /// One entry of the outermost list.
    pub(super) fn item(&mut self, value: &Value, remarks: &mut Remarks) {
        self.entry("", value, remarks, true);
    }

    fn line(&mut self, text: &str, remark: Option<&str>) {
        self.text += text;
        if let Some(remark) = remark.filter(|remark| !remark.is_empty()) {
            self.text += "  # ";
            self.text += &clean(remark);
        }
        self.text.push('\n');
    }

    /// `- …` behind this lead, which may be the dashes of lists around it.
    fn entry(&mut self, lead: &str, value: &Value, remarks: &mut Remarks, open: bool) {
        let dash = format!("{lead}- ");
        match value {
            Value::Object(map) if !map.is_empty() => {
                if !open && self.on_one_line(&dash, value, remarks) {
                    return;
                }
                for (index, (key, value)) in map.iter().enumerate() {
                    self.member(&indented(&dash, index), key, value, remarks, open);
                }
            }
            Value::Array(items) if items.iter().any(Value::is_object) => {
                for (index, item) in items.iter().enumerate() {
                    self.entry(&indented(&dash, index), item, remarks, false);
                }
            }
            _ => {
                let remark = remarks.element(value);
                self.line(&format!("{dash}{}", flow(value)), remark.as_deref());
            }
        }
    }

    /// `key: …`; what is inside goes two columns deeper.
    fn member(&mut self, lead: &str, key: &str, value: &Value, remarks: &mut Remarks, open: bool) {
        let remark = remarks.begin(key, value);
        let indent = lead.len() + 2;
        let lead = format!("{lead}{}:", scalar(key));
        match value {
            Value::Object(map) if !map.is_empty() => {
                let one = !open && self.on_one_line_after(&lead, remark.as_deref(), value, remarks);
                if !one {
                    self.line(&lead, remark.as_deref());
                    for (key, value) in map {
                        self.member(&" ".repeat(indent), key, value, remarks, false);
                    }
                }
            }
            Value::Array(items) if !items.is_empty() => {
                self.line(&lead, remark.as_deref());
                for item in items {
                    self.entry(&" ".repeat(indent), item, remarks, false);
                }
            }
            _ => self.line(&format!("{lead} {}", flow(value)), remark.as_deref()),
        }
        remarks.end(key);
    }

    /// A map on one line with the remarks of everything in it, when it fits.
    fn on_one_line(&mut self, dash: &str, value: &Value, remarks: &mut Remarks) -> bool {
        let single = match value {
            // `- fileID: …` reads better than `- {fileID: …}`
            Value::Object(map) if map.len() == 1 => map.iter().next(),
            _ => None,
        };
        match single {
            Some((key, value)) => {
                self.member(dash, key, value, remarks, false);
                true
            }
            None => self.on_one_line_after(dash.trim_end(), None, value, remarks),
        }
    }

    fn on_one_line_after(
        &mut self,
        lead: &str,
        remark: Option<&str>,
        value: &Value,
        remarks: &mut Remarks,
    ) -> bool {
        let text = format!("{lead} {}", flow(value));
        if text.len() > WIDTH || !is_flat(value) {
            return false;
        }
        let mut all: Vec<String> = remark.map(str::to_owned).into_iter().collect();
        gather(value, remarks, &mut all);
        self.line(&text, Some(&all.join("; ")));
        true
    }
}

/// The dashes for the first line, blanks in their place for the others.
fn indented(dash: &str, index: usize) -> String {
    match index {
        0 => dash.to_owned(),
        _ => " ".repeat(dash.len()),
    }
}

/// Whether a map is good to read on one line: no list of maps in it.
fn is_flat(value: &Value) -> bool {
    match value {
        Value::Object(map) => map.values().all(is_flat),
        Value::Array(items) => items.iter().all(|item| !item.is_object()),
        _ => true,
    }
}

/// The remarks on everything in a map.
fn gather(value: &Value, remarks: &mut Remarks, all: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                all.extend(remarks.begin(key, value));
                gather(value, remarks, all);
                remarks.end(key);
            }
        }
        Value::Array(items) => all.extend(items.iter().filter_map(|item| remarks.element(item))),
        _ => {}
    }
}

/// A value on one line.
fn flow(value: &Value) -> String {
    match value {
        Value::Object(map) => format!("{{{}}}", members(map)),
        Value::Array(items) => {
            let items: Vec<_> = items.iter().map(flow).collect();
            format!("[{}]", items.join(", "))
        }
        Value::String(text) => scalar(text),
        Value::Null | Value::Bool(_) | Value::Number(_) => value.to_string(),
    }
}

fn members(map: &Map<String, Value>) -> String {
    let members: Vec<_> = map
        .iter()
        .map(|(key, value)| format!("{}: {}", scalar(key), flow(value)))
        .collect();
    members.join(", ")
}

/// A string: a bare word where no reader can take it for something else.
fn scalar(text: &str) -> String {
    let word = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let is_word = text.starts_with(|c: char| c.is_ascii_alphabetic()) && text.chars().all(word);
    let is_hex = text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_word && !is_hex && !RESERVED.contains(&text.to_ascii_lowercase().as_str()) {
        return text.to_owned();
    }
    if text.chars().all(|c| (' '..='~').contains(&c)) {
        return format!("'{}'", text.replace('\'', "''"));
    }
    format!("\"{}\"", text.chars().map(escaped).collect::<String>())
}

/// A character between double quotes.
fn escaped(c: char) -> String {
    match c {
        '"' | '\\' => format!("\\{c}"),
        ' '..='~' => c.to_string(),
        _ if c.is_alphanumeric() => c.to_string(),
        _ => format!("\\U{:08X}", u32::from(c)),
    }
}

/// A comment must stay on its line.
fn clean(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { '.' } else { c })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_bare_and_everything_else_is_quoted() {
        for (text, written) in [
            ("pukAppl1", "pukAppl1"),
            ("eUICC-Mandatory-services", "eUICC-Mandatory-services"),
            ("0010", "'0010'"),
            ("fade", "'fade'"),
            ("1e5", "'1e5'"),
            ("no", "'no'"),
            ("", "''"),
            ("it's", "'it''s'"),
            ("2.23.143", "'2.23.143'"),
            ("a\n\"\u{7f}é", r#""a\U0000000A\"\U0000007Fé""#),
        ] {
            assert_eq!(scalar(text), written);
        }
    }
}
