// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the author of a case remarked beside its steps.

use std::collections::BTreeMap;
use std::path::Path;

use crate::case::{At, Case, FileName, Position, Step, comments};

/// The comments of a case and of the procedures that it uses, by file and line.
#[derive(Debug, Default)]
pub(super) struct Notes {
    notes: BTreeMap<(Option<FileName>, u64), String>,
}

impl Notes {
    pub(super) fn of(case: &Case) -> Self {
        let mut notes = Self::default();
        notes.add(None, &case.path);
        let file = |step: &At<Step>| step.position.file;
        let mut files: Vec<FileName> = case.file.steps.iter().filter_map(file).collect();
        files.dedup();
        for file in files {
            notes.add(Some(file), Path::new(file.as_str()));
        }
        notes
    }

    fn add(&mut self, file: Option<FileName>, path: &Path) {
        // without its text, the case is told without remarks
        let text = std::fs::read_to_string(path).unwrap_or_default();
        let comments = comments(&text).into_iter();
        self.notes
            .extend(comments.map(|(line, comment)| ((file, line), comment)));
    }

    /// The remarks on a step, which ends where the next one of its file begins.
    pub(super) fn between(&self, step: Position, next: Option<Position>) -> Vec<String> {
        let end = next.map_or(u64::MAX, |next| next.line);
        // the last step of a procedure ends with its file
        self.notes
            .range((step.file, step.line)..(step.file, end))
            .map(|(_, comment)| comment.clone())
            .collect()
    }
}
