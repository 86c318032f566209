// SPDX-License-Identifier: MIT OR Apache-2.0
//! The clauses that cases judge by.

use std::collections::BTreeMap;

use super::{folded, head, row};
use crate::case::{Case, Place, all_clauses};

pub(super) fn write(page: &mut String, cases: &[&Case]) {
    page.push_str("## Clauses\n\nCases by the clauses that they name, in any version.\n\n");
    let mut cited: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for case in cases {
        for reference in &case.file.spec {
            if let Place::Clause(number) = &reference.place {
                *cited.entry((&reference.document, number)).or_default() += 1;
            }
        }
    }
    let count = |clause: (&str, &str)| cited.get(&clause).copied().unwrap_or_default();
    let mut documents: Vec<&str> = all_clauses().map(|clause| clause.document).collect();
    documents.dedup();
    for document in documents {
        let clauses: Vec<_> = all_clauses()
            .filter(|clause| clause.document == document)
            .collect();
        let (named, others): (Vec<_>, Vec<_>) = clauses
            .into_iter()
            .partition(|clause| count((clause.document, clause.number)) > 0);
        let summary = format!("{document}: {} clauses", named.len());
        folded(page, &summary, |page| {
            head(page, &["clause", "title", "cases"]);
            for clause in named {
                let count = count((clause.document, clause.number)).to_string();
                row(
                    page,
                    &[
                        format!("§{}", clause.number),
                        clause.title.to_owned(),
                        count,
                    ],
                );
            }
        });
        let others: Vec<String> = others
            .iter()
            .map(|clause| format!("§{} {}", clause.number, clause.title))
            .collect();
        let summary = format!("{document}: {} clauses that no case names", others.len());
        folded(page, &summary, |page| {
            for other in others {
                page.push_str("- ");
                page.push_str(&other);
                page.push('\n');
            }
        });
    }
}
