// SPDX-License-Identifier: MIT OR Apache-2.0
//! Reports: each listens to the events of a run and writes them down in its own form.

mod folder;
mod json;
mod terminal;

pub use folder::Folder;
pub use json::Json;
pub use terminal::Terminal;

use serde_json::{Value, json};

use crate::event::CaseReport;

/// The verdict of a case as a JSON object: one line of `--format json`, and `verdict.json`.
#[must_use]
pub fn verdict_json(report: &CaseReport) -> Value {
    let mut object = json!({
        "id": report.id,
        "iut": report.iut,
        "verdict": report.outcome.verdict,
        "title": report.title,
        "level": report.level,
        "spec": report.spec,
        "seed": report.seed,
    });
    if let (Some(members), Some(finding)) = (object.as_object_mut(), &report.outcome.finding) {
        let mut details = json!({
            "fault": finding.fault,
            "expected": finding.expected,
            "actual": finding.actual,
        });
        if let Some(details) = details.as_object_mut() {
            if let Some(position) = finding.position {
                let step = json!({ "line": position.line, "column": position.column });
                details.insert("step".to_owned(), step);
            }
            if let Some(at) = finding.at {
                details.insert("tape".to_owned(), at.to_string().into());
            }
        }
        members.insert("finding".to_owned(), details);
    }
    object
}
