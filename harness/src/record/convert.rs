// SPDX-License-Identifier: MIT OR Apache-2.0
//! From what a run holds in memory to its records.

use std::collections::BTreeMap;
use std::path::Path;

use super::{
    CaseRecord, ExchangeRecord, FindingRecord, FunctionRecord, HttpRecord, ImplementationRecord,
    MessageRecord, StepRecord,
};
use crate::case::RoleName;
use crate::event::CaseReport;
use crate::message::Message;
use crate::run::built_in;
use crate::tape::{Entry, Index, Tape, Wire};
use crate::under_test::Description;
use crate::verdict::Finding;

impl ImplementationRecord {
    /// The implementation that comes with the harness for `role`.
    #[must_use]
    pub fn built_in(role: RoleName) -> Self {
        Self {
            name: built_in(role).to_owned(),
            role,
            claims: vec!["SGP.32 v1.2".to_owned()],
            options: Vec::new(),
        }
    }

    /// The program that `description` describes; `name` when it does not give one itself.
    #[must_use]
    pub fn described(description: &Description, name: &str) -> Self {
        Self {
            name: description.name.clone().unwrap_or_else(|| name.to_owned()),
            role: description.role,
            claims: description.claims.clone(),
            options: description.options.clone(),
        }
    }
}

impl CaseRecord {
    /// The record of `report`, without its exchanges: they are as long as the traffic.
    #[must_use]
    pub fn of(report: &CaseReport) -> Self {
        let outcome = &report.outcome;
        Self {
            id: report.id.clone(),
            iut: report.iut.clone(),
            verdict: outcome.verdict,
            title: report.title.clone(),
            level: report.level,
            spec: report.spec.clone(),
            file: file(&report.path),
            seed: report.seed,
            duration: Some(u64::try_from(report.duration.as_millis()).unwrap_or(u64::MAX)),
            finding: outcome
                .finding
                .as_ref()
                .map(|finding| FindingRecord::of(finding, report)),
            expected: report.expected.clone(),
            as_expected: report.as_expected,
            choices: outcome.choices.clone(),
            set_aside: outcome
                .set_aside
                .iter()
                .map(|rule| rule.row().to_string())
                .collect(),
            functions: functions(&outcome.tape),
            iut_end: outcome.iut.clone(),
            tape: Vec::new(),
        }
    }

    /// The record of `report` with its exchanges.
    #[must_use]
    pub fn with_tape(report: &CaseReport) -> Self {
        let tape = report.outcome.tape.iter();
        let tape = tape.map(|(index, entry)| ExchangeRecord::of(index, entry));
        Self {
            tape: tape.collect(),
            ..Self::of(report)
        }
    }

    /// The name of the folder or snapshot of this case and implementation.
    #[must_use]
    pub fn folder(&self) -> String {
        format!("{}@{}", self.id, self.iut)
    }
}

/// The case file, from where the harness was started when it is below that.
fn file(path: &Path) -> String {
    let here = std::env::current_dir().unwrap_or_default();
    path.strip_prefix(here)
        .unwrap_or(path)
        .display()
        .to_string()
}

fn functions(tape: &Tape) -> Vec<FunctionRecord> {
    let mut calls = BTreeMap::new();
    for (_, entry) in tape.iter() {
        let function = (entry.interface, &entry.request.name);
        *calls.entry(function).or_insert(0) += 1;
    }
    calls
        .into_iter()
        .map(|((interface, request), calls)| FunctionRecord {
            interface,
            request: request.clone(),
            calls,
        })
        .collect()
}

impl FindingRecord {
    fn of(finding: &Finding, report: &CaseReport) -> Self {
        let tape = &report.outcome.tape;
        let exchange = finding.at.and_then(|at| {
            let entry = tape.get(at)?;
            let (interface, request) = (entry.interface, &entry.request.name);
            let answer = entry.response_name();
            Some(format!("{at} {interface} {request} -> {answer}"))
        });
        Self {
            fault: finding.fault,
            step: finding.position.map(|position| StepRecord {
                file: match position.file {
                    Some(name) => name.to_string(),
                    None => file(&report.path),
                },
                line: position.line,
                column: position.column,
            }),
            expected: finding.expected.clone(),
            actual: finding.actual.clone(),
            tape: finding.at.map(Index::number),
            exchange,
        }
    }
}

impl ExchangeRecord {
    /// The record of the exchange at `index`.
    #[must_use]
    pub fn of(index: Index, entry: &Entry) -> Self {
        Self {
            index: index.number(),
            interface: entry.interface,
            host: entry.host.clone(),
            request: MessageRecord::of(&entry.request),
            response: entry.response.as_ref().map(MessageRecord::of),
            notes: entry.notes.clone(),
            http: entry.wire.as_ref().map(HttpRecord::of),
        }
    }

    /// The name of the answer, or a dash.
    #[must_use]
    pub fn response_name(&self) -> &str {
        self.response.as_ref().map_or("-", |message| &message.name)
    }
}

impl MessageRecord {
    fn of(message: &Message) -> Self {
        Self {
            name: message.name.clone(),
            value: message.value.clone(),
            bytes: hex::encode(&message.raw),
        }
    }
}

impl HttpRecord {
    fn of(wire: &Wire) -> Self {
        Self {
            status: wire.status,
            request: body(&wire.request),
            response: body(&wire.response),
        }
    }
}

fn body(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => format!("0x{}", hex::encode(bytes)),
    }
}
