// SPDX-License-Identifier: MIT OR Apache-2.0
//! Which clauses are judged by which cases, and which functions were called in them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use rsp::schema::MESSAGES;

use super::page::bar;
use super::text::escaped;
use crate::case::{Clause, Interface, Known, Reference, clauses as all_clauses, look_up};
use crate::message::message_name;
use crate::record::{CaseRecord, RunRecord};

/// The section of the page.
pub(super) fn section(run: &RunRecord) -> String {
    let mut out = String::from(
        "<section id='coverage' class='view' hidden><div class='two'>\
         <div class='card'><h2>By clause</h2><p class='hint'>What the cases of this run judge by. A \
         click shows the cases.</p>",
    );
    clauses(run, &mut out);
    out.push_str(
        "</div><div class='card'><h2>By function</h2><p class='hint'>The functions that were called \
         on the interfaces that were watched.</p>",
    );
    functions(run, &mut out);
    out.push_str("</div></div></section>");
    out
}

/// A clause as it is written, and the cases that judge by it.
type Place<'a> = (String, Vec<&'a CaseRecord>);

fn clauses(run: &RunRecord, out: &mut String) {
    let mut documents: BTreeMap<String, BTreeMap<Vec<Part>, Place<'_>>> = BTreeMap::new();
    for case in &run.cases {
        for reference in &case.spec {
            let (document, place) = reference.rsplit_once(' ').unwrap_or(("", reference));
            let places = documents.entry(document.to_owned()).or_default();
            let row = places.entry(natural(place));
            row.or_insert_with(|| (place.to_owned(), Vec::new()))
                .1
                .push(case);
        }
    }
    for (document, places) in &documents {
        // writing to a String cannot fail
        let _ = write!(
            out,
            "<table class='cov'><thead><tr><th>{} <small>{}</small></th><th class='n'>cases</th>\
             <th>verdicts</th></tr></thead><tbody>",
            escaped(document),
            match places.len() {
                1 => "1 clause".to_owned(),
                more => format!("{more} clauses"),
            }
        );
        for (place, cases) in places.values() {
            let reference = format!("{document} {place}");
            let title = title(&reference).unwrap_or_default();
            row(out, place, title, &reference, cases);
        }
        out.push_str("</tbody></table>");
        let judged = |clause: &Clause| places.contains_key(&natural(clause.number));
        let (document, version) = document.split_once(' ').unwrap_or_default();
        let others = all_clauses(document, version);
        let others = others.iter().filter(|clause| !judged(clause));
        let others = others.map(|clause| format!("§{} {}", clause.number, clause.title));
        rest(out, "clauses without a case", &others.collect::<Vec<_>>());
    }
    if documents.is_empty() {
        out.push_str("<p class='empty'>No case of this run names a clause.</p>");
    }
}

/// What a clause is about.
pub(super) fn title(reference: &str) -> Option<&'static str> {
    match look_up(&Reference::parse(reference).ok()?) {
        Known::Clause(clause) => Some(clause.title),
        Known::Missing | Known::Unchecked => None,
    }
}

fn row(out: &mut String, label: &str, title: &str, search: &str, cases: &[&CaseRecord]) {
    let _ = write!(
        out,
        "<tr data-q='{}' tabindex='0'><th scope='row'>{} <span>{}</span></th><td class='n'>{}</td><td>{}</td></tr>",
        escaped(search),
        escaped(label),
        escaped(title),
        cases.len(),
        bar(cases.iter().map(|case| case.verdict)),
    );
}

/// The interfaces with the prefix of their rows in the table of messages.
const INTERFACES: [(Interface, &str); 4] = [
    (Interface::Esipa, "ESipa"),
    (Interface::Es10b, "ES10"),
    (Interface::Es9Plus, "ES9+"),
    (Interface::Es11, "ES9+"),
];

fn functions(run: &RunRecord, out: &mut String) {
    for (interface, prefix) in INTERFACES {
        let mut called: BTreeMap<&str, (usize, Vec<&CaseRecord>)> = BTreeMap::new();
        for case in &run.cases {
            let of = case.functions.iter();
            for function in of.filter(|function| function.interface == interface) {
                let row = called.entry(&function.request).or_default();
                row.0 += function.calls;
                row.1.push(case);
            }
        }
        if called.is_empty() && interface == Interface::Es11 {
            continue;
        }
        let known: BTreeSet<String> = MESSAGES
            .iter()
            .filter(|row| row.interface.starts_with(prefix))
            .map(|row| message_name(row.request))
            .collect();
        let missing: Vec<&String> = known
            .iter()
            .filter(|name| !called.contains_key(name.as_str()))
            .collect();
        let _ = write!(
            out,
            "<table class='cov'><thead><tr><th>{interface} <small>{} of {} functions</small></th>\
             <th class='n'>cases</th><th>verdicts</th></tr></thead><tbody>",
            known.len() - missing.len(),
            known.len()
        );
        for (name, (_, cases)) in &called {
            row(out, name, "", &format!("call:{name}"), cases);
        }
        out.push_str("</tbody></table>");
        // the functions of ES11 are a part of those of ES9+
        if interface != Interface::Es11 {
            rest(out, "not called", &missing);
        }
    }
}

/// What no case has, out of the way.
fn rest<S: AsRef<str>>(out: &mut String, words: &str, names: &[S]) {
    if names.is_empty() {
        return;
    }
    let _ = write!(
        out,
        "<details class='uncalled'><summary>{} {words}</summary><ul>",
        names.len()
    );
    for name in names {
        let _ = write!(out, "<li>{}</li>", escaped(name.as_ref()));
    }
    out.push_str("</ul></details>");
}

/// A part of a clause number, so that §5.10 follows §5.9.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Part {
    Number(u64),
    Word(String),
}

fn natural(place: &str) -> Vec<Part> {
    let parts = place.trim_start_matches('§').split('.');
    parts
        .map(|part| {
            part.parse()
                .map_or_else(|_| Part::Word(part.to_owned()), Part::Number)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clauses_are_in_the_order_of_the_document() {
        let mut places = ["§5.10", "§A.1", "§5.9", "§5", "TC_x"];
        places.sort_by_key(|place| natural(place));
        assert_eq!(places, ["§5", "§5.9", "§5.10", "§A.1", "TC_x"]);
    }
}
