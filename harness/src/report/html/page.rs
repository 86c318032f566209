// SPDX-License-Identifier: MIT OR Apache-2.0
//! The parts of the page that are there before a script runs: the sum, what changed, the
//! circumstances.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::changes::{Baseline, Change, gone};
use super::text::{duration, escaped, link};
use crate::case::Level;
use crate::record::{CaseRecord, ImplementationRecord, RunRecord};
use crate::verdict::Verdict;

/// Verdicts with their signs, the gravest first.
pub(super) const VERDICTS: [(Verdict, &str); 5] = [
    (Verdict::Fail, "✗"),
    (Verdict::Error, "!"),
    (Verdict::Inconclusive, "?"),
    (Verdict::Pass, "✓"),
    (Verdict::Unsupported, "–"),
];

/// A case as the page shows it.
pub(super) struct Row<'a> {
    pub(super) case: &'a CaseRecord,
    pub(super) change: Option<Change>,
}

/// The words of a requirement level.
pub(super) const fn level(level: Level) -> &'static str {
    match level {
        Level::Shall => "shall",
        Level::Should => "should",
        Level::May => "may",
    }
}

fn sign(verdict: Verdict) -> &'static str {
    let found = VERDICTS.iter().find(|(it, _)| *it == verdict);
    found.map_or("", |(_, sign)| sign)
}

pub(super) fn badge(verdict: Verdict) -> String {
    format!(
        "<span class='v {verdict}'><i>{}</i>{verdict}</span>",
        sign(verdict)
    )
}

/// How many of each verdict, as a bar.
pub(super) fn bar(verdicts: impl Iterator<Item = Verdict>) -> String {
    let mut counts: BTreeMap<Verdict, usize> = BTreeMap::new();
    for verdict in verdicts {
        *counts.entry(verdict).or_default() += 1;
    }
    let all: usize = counts.values().sum();
    let words: Vec<String> = VERDICTS
        .iter()
        .filter_map(|(verdict, _)| Some(format!("{} {verdict}", counts.get(verdict)?)))
        .collect();
    let words = words.join(", ");
    let mut out = format!(
        "<svg class='bar' viewBox='0 0 100 8' preserveAspectRatio='none' role='img' aria-label='{words}'><title>{words}</title>"
    );
    let mut done = 0;
    for (verdict, _) in VERDICTS {
        let count = counts.get(&verdict).copied().unwrap_or_default();
        if count > 0 {
            let (from, to) = (done * 1000 / all, (done + count) * 1000 / all);
            let _ = write!(
                out,
                "<rect class='{verdict}' x='{}.{}' width='{}.{}' height='8'/>",
                from / 10,
                from % 10,
                (to - from) / 10,
                (to - from) % 10
            );
            done += count;
        }
    }
    out.push_str("</svg>");
    out
}

pub(super) fn counted(count: usize, one: &str, more: &str) -> String {
    match count {
        1 => format!("1 {one}"),
        _ => format!("{count} {more}"),
    }
}

/// The sentence that says it all.
pub(super) fn sentence(run: &RunRecord) -> (bool, String) {
    let unexpected = run.cases.iter().filter(|case| !case.as_expected).count();
    let all = counted(run.cases.len(), "case", "cases");
    let mut parts = Vec::new();
    if unexpected > 0 {
        parts.push(match unexpected {
            1 => format!("1 of {all} is not as expected"),
            _ => format!("{unexpected} of {all} are not as expected"),
        });
    } else if run.cases.is_empty() {
        parts.push("No case was run".to_owned());
    } else {
        parts.push(match run.cases.len() {
            1 => "The case is as expected".to_owned(),
            _ => format!("All {all} are as expected"),
        });
    }
    if !run.stale_expectations.is_empty() {
        let stale = run.stale_expectations.len();
        parts.push(counted(stale, "stale expectation", "stale expectations"));
    }
    if run.not_run > 0 {
        parts.push(format!("{} not run", counted(run.not_run, "case", "cases")));
    }
    let good = unexpected == 0
        && run.stale_expectations.is_empty()
        && run.not_run == 0
        && !run.cases.is_empty();
    (good, parts.join(", "))
}

/// The top of the page.
pub(super) fn header(run: &RunRecord, changes: usize, baseline: bool) -> String {
    let (good, sentence) = sentence(run);
    let names = run.implementations.iter().map(|iut| {
        format!(
            "<span class='chip'><b>{}</b> {}</span>",
            iut.role,
            escaped(&iut.name)
        )
    });
    let mut facts = vec![format!("seed {}", run.seed)];
    facts.extend(run.started.as_ref().map(|at| {
        let at = escaped(at);
        format!("<time datetime='{at}'>{at}</time>")
    }));
    facts.extend(run.duration.map(|took| format!("took {}", duration(took))));
    facts.push(format!("harness {}", escaped(&run.harness)));
    let tab = |view: &str, name: &str, more: String| {
        format!("<a href='#/{view}' data-view='{view}'>{name}{more}</a>")
    };
    let mut tabs = tab("results", "Results", String::new());
    tabs += &tab("coverage", "Coverage", String::new());
    if baseline {
        tabs += &tab("changes", "Changes", format!(" <small>{changes}</small>"));
    }
    tabs += &tab("run", "Run", String::new());
    format!(
        "<header class='top {}'><div class='wrap'><div class='head'><div class='sum'>{}</div><div>\
         <h1>{sentence}</h1><p class='facts'>{} <span>{}</span></p></div>\
         <div class='tools'><button id='theme' type='button' title='Light or dark (d)' aria-label='Light or dark'>◐</button>\
         <button id='help' type='button' title='Keys (?)' aria-label='Keys'>?</button></div></div>\
         <nav aria-label='Views'>{tabs}</nav></div></header>",
        if good { "good" } else { "poor" },
        if good { "✓" } else { "✗" },
        names.collect::<Vec<_>>().join(" "),
        facts.join("</span> <span>"),
    )
}

/// What is different from the earlier run.
pub(super) fn changes(run: &RunRecord, rows: &[Row<'_>], baseline: &Baseline) -> String {
    let mut out = String::from("<section id='changes' class='view' hidden>");
    let _ = write!(
        out,
        "<p class='hint'>Compared with the run {}, seed {}, harness {}.</p>",
        baseline.run.started.as_deref().map_or_else(
            || "before".to_owned(),
            |at| { format!("of <time datetime='{0}'>{0}</time>", escaped(at)) }
        ),
        baseline.run.seed,
        escaped(&baseline.run.harness),
    );
    let mut nothing = true;
    for (word, heading) in [
        ("worse", "No longer as expected"),
        ("better", "As expected again"),
        ("other", "Another verdict"),
        ("new", "New cases"),
        ("traffic", "The same verdict after other messages"),
    ] {
        let of = |row: &&Row<'_>| row.change.is_some_and(|change| change.word() == word);
        let of: Vec<_> = rows.iter().filter(of).collect();
        if of.is_empty() {
            continue;
        }
        nothing = false;
        let _ = write!(
            out,
            "<div class='card'><h2>{heading} <small>{}</small></h2><ul class='list'>",
            of.len()
        );
        for row in of {
            changed(&mut out, row);
        }
        out.push_str("</ul></div>");
    }
    let gone: Vec<_> = gone(run, baseline).collect();
    if !gone.is_empty() {
        nothing = false;
        let _ = write!(
            out,
            "<div class='card'><h2>Not in this run <small>{}</small></h2><ul class='list'>",
            gone.len()
        );
        for case in gone {
            let _ = write!(
                out,
                "<li>{} {} <span>@ {}</span></li>",
                badge(case.verdict),
                escaped(&case.id),
                escaped(&case.iut)
            );
        }
        out.push_str("</ul></div>");
    }
    if nothing {
        out.push_str(
            "<p class='empty'>Nothing changed: the same verdicts after the same messages.</p>",
        );
    }
    out.push_str("</section>");
    out
}

fn changed(out: &mut String, row: &Row<'_>) {
    out.push_str("<li>");
    if let Some(before) = row.change.and_then(Change::before) {
        let _ = write!(out, "{} → ", badge(before));
    }
    let case = row.case;
    let _ = write!(
        out,
        "{} <a href='#/case/{}'>{}</a> <span>@ {}</span></li>",
        badge(case.verdict),
        link(&case.folder()),
        escaped(&case.id),
        escaped(&case.iut),
    );
}

/// The circumstances.
pub(super) fn circumstances(run: &RunRecord) -> String {
    let mut out = String::from("<section id='run' class='view' hidden>");
    out.push_str("<div class='two'><div class='card'><h2>Under test</h2>");
    for of in &run.implementations {
        implementation(&mut out, of);
    }
    out.push_str("</div><div class='card'><h2>Circumstances</h2><dl class='facts'>");
    let mut facts = vec![
        ("harness", run.harness.clone()),
        ("seed", run.seed.to_string()),
    ];
    facts.extend(run.started.clone().map(|at| ("started", at)));
    facts.extend(run.duration.map(|took| ("took", duration(took))));
    let environment = run.environment.iter();
    facts.extend(environment.map(|(name, value)| (name.as_str(), value.clone())));
    for (name, value) in facts {
        let _ = write!(
            out,
            "<dt>{}</dt><dd>{}</dd>",
            escaped(name),
            escaped(&value)
        );
    }
    out.push_str("</dl></div></div></section>");
    out
}

fn implementation(out: &mut String, of: &ImplementationRecord) {
    let list = |items: &[String]| match items {
        [] => "–".to_owned(),
        some => escaped(&some.join(", ")),
    };
    let _ = write!(
        out,
        "<h3>{} <small>{}</small></h3><dl class='facts'><dt>claims</dt><dd>{}</dd><dt>options</dt><dd>{}</dd></dl>",
        escaped(&of.name),
        of.role,
        list(&of.claims),
        list(&of.options),
    );
}
