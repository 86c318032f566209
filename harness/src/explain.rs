// SPDX-License-Identifier: MIT OR Apache-2.0
//! A case in prose: what is set up, sent, expected and why.

mod message;
mod notes;
mod set_up;
mod steps;
mod transport;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::case::{Case, Known, Level, Reading, RoleName, find_option, look_up, target};
use crate::invariant;
use crate::mutants::Mutant;

/// How wide the text is.
const WIDTH: usize = 100;

/// The explanation of `case`, with the readings of the page.
#[must_use]
pub fn explain(case: &Case, readings: &BTreeMap<String, Reading>) -> String {
    let mut text = Text::default();
    text.line(0, &case.id);
    text.line(0, &format!("{}.", case.file.title.trim_end_matches('.')));
    text.blank();
    head(case, &mut text);
    text.blank();
    text.line(0, "SET-UP");
    set_up::set_up(case, &mut text);
    text.blank();
    text.line(0, "WHAT HAPPENS");
    let unclear = steps::steps(case, &mut text);
    text.blank();
    text.line(0, "JUDGED WITHOUT BEING WRITTEN");
    text.paragraph(
        2,
        &format!(
            "Members that are not written are not judged. Every message of the {} must hold the \
             general rules, {} of them: form, headers, echoed identifiers, signatures, counters.",
            name_of(case.file.iut),
            invariant::RULES.len()
        ),
    );
    if !unclear.is_empty() {
        text.blank();
        text.line(0, "READINGS");
        for id in &unclear {
            reading(id, readings.get(id), &mut text);
        }
    }
    text.text
}

fn head(case: &Case, text: &mut Text) {
    let file = &case.file;
    let level = match file.level {
        Level::Shall => "shall",
        Level::Should => "should",
        Level::May => "may",
    };
    for (index, reference) in file.spec.iter().enumerate() {
        let about = match look_up(reference) {
            Known::Clause(clause) => format!(" ({})", clause.title),
            _ => String::new(),
        };
        let label = if index == 0 { level } else { "" };
        text.entry(label, &format!("{}{about}", **reference));
    }
    let needs: Vec<String> = file.needs.iter().map(|need| need.to_string()).collect();
    let applies = match needs.as_slice() {
        [] => format!("every {}", name_of(file.iut)),
        needs => format!("an {} with {}", name_of(file.iut), needs.join(", ")),
    };
    text.entry("applies to", &applies);
    for term in file.needs.iter().flat_map(|need| &need.terms) {
        if let Some(option) = find_option(&term.option) {
            text.entry("", &format!("{}: {}", option.name, option.meaning));
        }
    }
    for (index, defect) in file.catches.iter().enumerate() {
        let mistake = Mutant::find(file.iut, defect);
        let sentence = mistake.map_or("", Mutant::sentence);
        let label = if index == 0 { "notices" } else { "" };
        text.entry(label, &format!("{}: {}", defect.as_str(), sentence));
    }
    for (index, id) in file.covers.iter().enumerate() {
        let about = target(id).map_or("", |row| row.text);
        let label = if index == 0 { "covers" } else { "" };
        text.entry(label, &format!("{}: {about}", id.as_str()));
    }
    if let Some(why) = &file.varies {
        text.entry("varies", &format!("{why}; no traffic of it is kept"));
    }
    text.entry("file", &case.path.display().to_string());
    if let Some(row) = &case.row {
        let values: Vec<String> = row
            .members
            .iter()
            .map(|(key, value)| format!("{key} = {value}"))
            .collect();
        text.entry("row", &values.join(", "));
    }
}

fn reading(id: &str, reading: Option<&Reading>, text: &mut Text) {
    match reading {
        Some(Reading {
            clause,
            reading,
            why,
        }) => text.paragraph(2, &format!("{id} ({clause}): {reading}. Why: {why}.")),
        None => text.paragraph(2, id),
    }
}

/// What a role is called in prose.
const fn name_of(role: RoleName) -> &'static str {
    match role {
        RoleName::Ipa => "IPA",
        RoleName::Eim => "eIM",
        RoleName::Lpa => "LPA",
        RoleName::Euicc => "card",
        RoleName::Smdp => "SM-DP+",
        RoleName::Smds => "SM-DS",
    }
}

/// The growing text.
#[derive(Debug, Default)]
struct Text {
    text: String,
}

impl Text {
    fn blank(&mut self) {
        self.text.push('\n');
    }

    fn line(&mut self, indent: usize, line: &str) {
        // writing to a String cannot fail
        let _ = writeln!(self.text, "{:indent$}{line}", "");
    }

    /// A label and what belongs to it.
    fn entry(&mut self, label: &str, content: &str) {
        self.hanging(&format!("{label:<12}"), 12, content);
    }

    fn paragraph(&mut self, indent: usize, content: &str) {
        self.hanging(&" ".repeat(indent), indent, content);
    }

    /// Words behind `first`, further lines indented.
    fn hanging(&mut self, first: &str, indent: usize, content: &str) {
        let mut line = first.to_owned();
        let mut empty = true;
        for word in content.split_whitespace() {
            let width = line.chars().count() + 1 + word.chars().count();
            if !empty && width > WIDTH {
                self.line(0, line.trim_end());
                line = " ".repeat(indent);
                empty = true;
            }
            if !empty {
                line.push(' ');
            }
            line.push_str(word);
            empty = false;
        }
        self.line(0, line.trim_end());
    }
}
