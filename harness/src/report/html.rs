// SPDX-License-Identifier: MIT OR Apache-2.0
//! The run as one HTML file: matrix, filters, coverage, changes, and every case with its message
//! sequence and decoded messages.
//!
//! The file needs nothing else: no network, no folder beside it. What a peer sent is escaped here
//! and never made into HTML by the script; the page allows no script but its own.

mod changes;
mod coverage;
mod detail;
mod matrix;
mod page;
mod sequence;
mod text;

pub use changes::Baseline;
pub(super) use detail::log;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, Write};
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use sha2::{Digest as _, Sha256};

use self::page::Row;
use self::text::escaped;
use crate::record::{CaseRecord, RunRecord};

const STYLE: &str = include_str!("html/page.css");
const SCRIPT: &str = concat!(
    include_str!("html/page.js"),
    include_str!("html/results.js"),
    include_str!("html/case.js"),
    include_str!("html/message.js"),
    include_str!("html/keys.js"),
);

/// Writes the page of `run`, whose cases are below `folder`, compared with `baseline`.
///
/// # Errors
/// `out` cannot be written to.
pub fn write(
    out: &mut dyn Write,
    folder: &Path,
    run: &RunRecord,
    baseline: Option<&Baseline>,
) -> io::Result<()> {
    let compared: Vec<_> = run
        .cases
        .iter()
        .map(|case| baseline.map_or((None, None), |it| changes::compare(folder, case, it)))
        .collect();
    let mut rows = Vec::new();
    let mut traffic = Vec::new();
    for (case, (change, messages)) in run.cases.iter().zip(compared) {
        rows.push(Row { case, change });
        traffic.push(messages);
    }
    out.write_all(frame(run, &rows, baseline).as_bytes())?;
    // one at a time: the details of all cases are larger than everything else
    for (index, (case, messages)) in run.cases.iter().zip(traffic).enumerate() {
        let packed = detail::packed(folder, case, messages);
        writeln!(
            out,
            "<script type='text/plain' id='d{index}'>{packed}</script>"
        )?;
    }
    writeln!(out, "<script>{SCRIPT}</script></body></html>")
}

/// Everything before the details.
fn frame(run: &RunRecord, rows: &[Row<'_>], baseline: Option<&Baseline>) -> String {
    let hash = STANDARD.encode(Sha256::digest(SCRIPT));
    let (_, sentence) = page::sentence(run);
    let names: Vec<&str> = run
        .implementations
        .iter()
        .map(|it| it.name.as_str())
        .collect();
    let changed = rows.iter().filter(|row| row.change.is_some()).count();
    let mut out = format!(
        "<!doctype html>\n<html lang='en'><head><meta charset='utf-8'>\
         <meta name='viewport' content='width=device-width, initial-scale=1'>\
         <meta name='color-scheme' content='light dark'>\
         <meta http-equiv='Content-Security-Policy' content=\"default-src 'none'; style-src \
         'unsafe-inline'; script-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'\">\
         <title>{} – {}</title><style>{STYLE}</style></head><body>",
        escaped(&sentence),
        escaped(&names.join(", ")),
    );
    out += &page::header(run, changed, baseline.is_some());
    out.push_str("<main class='wrap'>");
    out += &matrix::section(run, rows, baseline.is_some());
    out += &coverage::section(run);
    if let Some(baseline) = baseline {
        out += &page::changes(run, rows, baseline);
    }
    out += &page::circumstances(run);
    out.push_str("<section id='case' class='view' hidden aria-live='polite'></section>");
    out.push_str("<noscript><p class='empty'>Filters and messages need JavaScript; the tapes are in the folder of each case.</p></noscript></main>");
    let references = run.cases.iter().flat_map(|case| &case.spec);
    let clauses: BTreeMap<&String, &str> = references
        .filter_map(|reference| Some((reference, coverage::title(reference)?)))
        .collect();
    let index = json!({
        "clauses": clauses,
        "seed": run.seed,
        "again": run.again,
        "cases": rows.iter().map(|row| index_of(run, row)).collect::<Vec<_>>(),
    });
    // nothing in a script element ends it
    let index = index.to_string().replace('<', "\\u003c");
    let _ = write!(
        out,
        "<script type='application/json' id='index'>{index}</script>"
    );
    out
}

/// What the script has to know of a case before it is opened.
fn index_of(run: &RunRecord, row: &Row<'_>) -> serde_json::Value {
    let CaseRecord {
        id,
        iut,
        verdict,
        title,
        spec,
        file,
        finding,
        ..
    } = row.case;
    let of = run.implementations.iter().find(|it| it.name == *iut);
    json!({
        "role": of.map(|it| it.role),
        "folder": row.case.folder(),
        "id": id,
        "iut": iut,
        "verdict": verdict,
        "title": title,
        "spec": spec,
        "level": row.case.level,
        "file": file,
        "took": row.case.duration.map(text::duration),
        "finding": finding,
        "expected": row.case.expected,
        "ok": row.case.as_expected,
        "choices": row.case.choices,
        "aside": row.case.set_aside,
        "end": row.case.iut_end,
        "change": row.change.map(changes::Change::word),
        "was": row.change.and_then(changes::Change::before),
        "calls": row.case.functions.iter().map(|it| &it.request).collect::<Vec<_>>(),
    })
}
