// SPDX-License-Identifier: MIT OR Apache-2.0
//! The parts of the target list that tests of card and servers cover.

use super::{folded, head, row};

/// A program with its committed table: row, tests or `-`, reason.
struct Part {
    heading: &'static str,
    table: &'static str,
    /// What says more.
    command: &'static str,
}

const PARTS: [Part; 2] = [
    Part {
        heading: "C: the eUICC",
        table: veuicc::coverage::SUBJECT.cases,
        command: "veuicc coverage",
    },
    Part {
        heading: "D and E: SM-DP+ and SM-DS",
        table: smdp::coverage::SUBJECT.cases,
        command: "smdp coverage --cases",
    },
];

pub(super) fn write(page: &mut String) {
    page.push_str(
        "## Card and servers\n\nEvery case runs against the card and the servers of this \
         repository. What the target list asks of them themselves, their own tests show.\n\n",
    );
    for part in PARTS {
        let rows: Vec<[&str; 3]> = part.table.lines().skip(1).filter_map(fields).collect();
        let tested = rows.iter().filter(|[_, tests, _]| *tests != "-").count();
        let summary = format!(
            "{}: {tested} of {} rows tested, {} left out ({})",
            part.heading,
            rows.len(),
            rows.len() - tested,
            part.command
        );
        folded(page, &summary, |page| {
            head(page, &["row", "test, or why there is none"]);
            for [id, tests, reason] in rows {
                let tests: Vec<String> = tests.split(' ').map(|test| format!("`{test}`")).collect();
                let what = match reason {
                    "" => tests.join(" "),
                    reason => reason.to_owned(),
                };
                row(page, &[id.to_owned(), what]);
            }
        });
    }
}

fn fields(line: &'static str) -> Option<[&'static str; 3]> {
    let mut fields = line.split('\t');
    let (id, tests) = (fields.next()?, fields.next()?);
    Some([id, tests, fields.next().unwrap_or_default()])
}
