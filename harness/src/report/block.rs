// SPDX-License-Identifier: MIT OR Apache-2.0
//! The lines that explain a verdict, the same in every report.

use crate::case::Level;
use crate::record::CaseRecord;

/// Names and texts: requirement, step, expected, actual, exchange, how the implementation ended,
/// where the files are, how to run it again.
pub(super) fn block(
    case: &CaseRecord,
    folder: Option<&str>,
    again: &[String],
) -> Vec<(&'static str, String)> {
    let level = match case.level {
        Level::Shall => "shall",
        Level::Should => "should",
        Level::May => "may",
    };
    let clauses = case.spec.join(", ");
    let mut lines = vec![(
        "requirement",
        format!("{} ({level}; {clauses})", case.title),
    )];
    if let Some(finding) = &case.finding {
        if let Some(step) = &finding.step {
            let place = format!("{}:{}:{}", step.file, step.line, step.column);
            lines.push(("step", place));
        }
        lines.push(("expected", finding.expected.clone()));
        lines.extend(
            finding
                .actual
                .iter()
                .map(|actual| ("actual", actual.clone())),
        );
        lines.extend(finding.exchange.clone().map(|exchange| ("tape", exchange)));
    }
    if let Some(expected) = &case.expected {
        let words = format!("{} was expected: {}", expected.verdict, expected.reason);
        lines.push(("known", words));
    }
    lines.extend(case.iut_end.clone().map(|end| ("iut", end)));
    if let Some(folder) = folder {
        lines.push(("artefacts", format!("{folder}/{}", case.folder())));
    }
    let mut command = format!("harness run {} --seed {}", case.id, case.seed);
    for option in again {
        command.push(' ');
        command.push_str(option);
    }
    lines.push(("again", command));
    lines
}
