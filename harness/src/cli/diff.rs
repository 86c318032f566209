// SPDX-License-Identifier: MIT OR Apache-2.0
//! `harness diff`.

use std::path::PathBuf;

use clap::Args;
use serde_json::{Value, json};

use super::{Failure, Format, say};
use crate::difference::{Change, Difference, differences};
use crate::record::{CaseRecord, RunRecord};
use crate::select::Filters;
use crate::verdict::exit;

/// Lines of traffic that are shown per case unless all are asked for.
const SHOWN: usize = 30;

/// Compares two runs: changed verdicts first, then changed traffic, message by message.
///
/// Exit code 0 when nothing differs, 1 when something does. What changes from seed to seed, such as
/// signatures and challenges, is not compared.
#[derive(Debug, Args)]
pub(super) struct DiffArgs {
    /// Report folder of the earlier run (`harness run --report DIR`)
    #[arg(value_name = "RUN_A")]
    before: PathBuf,
    /// Report folder of the later run
    #[arg(value_name = "RUN_B")]
    after: PathBuf,
    /// Compare only these cases: a whole id, a part of ids, or a pattern with `*`
    #[arg(value_name = "FILTER")]
    filters: Vec<String>,
    /// Show all changes of a case, however many
    #[arg(long)]
    all: bool,
    /// What is written to standard output
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

pub(super) fn execute(args: &DiffArgs) -> Result<u8, Failure> {
    let before = RunRecord::load(&args.before).map_err(Failure::input)?;
    let after = RunRecord::load(&args.after).map_err(Failure::input)?;
    let pairs = pairs(&before, &after);
    let ids = pairs.iter().map(|pair| pair.id());
    let filters = Filters::new(&args.filters, &[], ids);
    let selected = pairs.iter().filter(|pair| filters.select(pair.id()));
    let compared: Result<Vec<Compared<'_>>, Failure> =
        selected.map(|pair| Compared::new(args, *pair)).collect();
    let compared = compared?;
    if compared.is_empty() {
        return Err(Failure::nothing(&args.after, &args.filters));
    }
    match args.format {
        Format::Text => text(args, &compared),
        Format::Json => compared
            .iter()
            .filter(|compared| !compared.is_same())
            .for_each(|compared| say(compared.json())),
    }
    Ok(if compared.iter().all(Compared::is_same) {
        exit::AS_EXPECTED
    } else {
        exit::UNEXPECTED
    })
}

/// A case in one run or both.
#[derive(Clone, Copy)]
enum Pair<'a> {
    Gone(&'a CaseRecord),
    New(&'a CaseRecord),
    Both(&'a CaseRecord, &'a CaseRecord),
}

impl<'a> Pair<'a> {
    const fn record(self) -> &'a CaseRecord {
        match self {
            Self::Gone(record) | Self::New(record) | Self::Both(_, record) => record,
        }
    }

    fn id(self) -> &'a str {
        &self.record().id
    }
}

/// The cases of both runs. An implementation is compared with the one of the same name; one that has
/// no namesake is compared with the only one of its role in the other run.
fn pairs<'a>(before: &'a RunRecord, after: &'a RunRecord) -> Vec<Pair<'a>> {
    let mut pairs = Vec::new();
    for new in &after.cases {
        let old = namesake(before, after, &new.iut);
        pairs.push(match before.case(&new.id, old) {
            Some(old) => Pair::Both(old, new),
            None => Pair::New(new),
        });
    }
    for old in &before.cases {
        let new = namesake(after, before, &old.iut);
        if after.case(&old.id, new).is_none() {
            pairs.push(Pair::Gone(old));
        }
    }
    pairs.sort_by_key(|pair| (pair.id(), pair.record().iut.as_str()));
    pairs
}

/// The implementation of `run` that corresponds to `name` of `other`.
fn namesake<'a>(run: &'a RunRecord, other: &'a RunRecord, name: &'a str) -> &'a str {
    let role = other.implementations.iter().find(|it| it.name == name);
    let Some(role) = role.map(|it| it.role) else {
        return name;
    };
    let mut same = run.implementations.iter().filter(|it| it.role == role);
    match (
        same.clone().any(|it| it.name == name),
        same.next(),
        same.next(),
    ) {
        (false, Some(only), None) => &only.name,
        _ => name,
    }
}

/// A case and what has changed.
struct Compared<'a> {
    pair: Pair<'a>,
    traffic: Vec<Difference>,
}

impl<'a> Compared<'a> {
    fn new(args: &DiffArgs, pair: Pair<'a>) -> Result<Self, Failure> {
        let traffic = match pair {
            Pair::Both(old, new) => {
                let before = snapshot(&args.before, old)?;
                differences(&before, &snapshot(&args.after, new)?)
            }
            _ => Vec::new(),
        };
        Ok(Self { pair, traffic })
    }

    fn is_same(&self) -> bool {
        self.verdict().is_none() && self.traffic.is_empty()
    }

    /// What has become of the verdict, when it is not the same.
    fn verdict(&self) -> Option<String> {
        match self.pair {
            Pair::Gone(old) => Some(format!("{} -> not run", old.verdict)),
            Pair::New(new) => Some(format!("not run -> {}", new.verdict)),
            Pair::Both(old, new) if old.verdict != new.verdict => {
                Some(format!("{} -> {}", old.verdict, new.verdict))
            }
            Pair::Both(old, new) if reason(old) != reason(new) => {
                Some(format!("{}, for another reason", new.verdict))
            }
            Pair::Both(..) => None,
        }
    }

    fn name(&self) -> String {
        let record = self.pair.record();
        match self.pair {
            Pair::Both(old, new) if old.iut != new.iut => {
                format!("{} @ {} -> {}", new.id, old.iut, new.iut)
            }
            _ => format!("{} @ {}", record.id, record.iut),
        }
    }

    fn json(&self) -> Value {
        let side = |record: Option<&CaseRecord>| {
            record.map(|record| {
                json!({
                    "iut": record.iut,
                    "verdict": record.verdict,
                    "reason": reason(record),
                })
            })
        };
        let (before, after) = match self.pair {
            Pair::Gone(old) => (Some(old), None),
            Pair::New(new) => (None, Some(new)),
            Pair::Both(old, new) => (Some(old), Some(new)),
        };
        let traffic: Vec<Value> = self.traffic.iter().map(traffic_json).collect();
        json!({
            "id": self.pair.id(),
            "before": side(before),
            "after": side(after),
            "traffic": traffic,
        })
    }
}

/// Why a case did not pass: one line per fact.
pub(super) fn reason(record: &CaseRecord) -> Vec<String> {
    let finding = record.finding.as_ref();
    finding.map_or_else(Vec::new, |finding| {
        let mut lines = vec![format!("expected  {}", finding.expected)];
        lines.extend(
            finding
                .actual
                .iter()
                .map(|line| format!("actual    {line}")),
        );
        lines
    })
}

fn traffic_json(difference: &Difference) -> Value {
    match difference {
        Difference::Gone(heard) => json!({ "gone": heard.to_string() }),
        Difference::New(heard) => json!({ "new": heard.to_string() }),
        Difference::Changed { exchange, changes } => {
            let changes: Vec<Value> = changes.iter().map(change_json).collect();
            json!({ "changed": exchange.to_string(), "fields": changes })
        }
    }
}

fn change_json(change: &Change) -> Value {
    let (before, after) = match change {
        Change::Answer(before, after) | Change::Value(_, before, after) => {
            (Some(before), Some(after))
        }
        Change::Gone(_, before) | Change::NoteGone(before) => (Some(before), None),
        Change::New(_, after) | Change::NoteNew(after) => (None, Some(after)),
    };
    json!({ "path": change.path(), "before": before, "after": after })
}

/// The redacted tape that a run kept of a case.
pub(super) fn snapshot(run: &std::path::Path, record: &CaseRecord) -> Result<String, Failure> {
    let path = record
        .place(run)
        .map_err(Failure::input)?
        .join("snapshot.txt");
    std::fs::read_to_string(&path)
        .map_err(|error| Failure::input(format_args!("{}: {error}", path.display())))
}

fn text(args: &DiffArgs, compared: &[Compared<'_>]) {
    let verdicts: Vec<_> = compared
        .iter()
        .filter_map(|compared| Some((compared, compared.verdict()?)))
        .collect();
    for (compared, verdict) in &verdicts {
        say(format_args!("{verdict:<28}{}", compared.name()));
        if let Pair::New(record) | Pair::Both(_, record) = compared.pair {
            for line in reason(record) {
                say(format_args!("{:28}{line}", ""));
            }
        }
    }
    let traffic: Vec<_> = compared
        .iter()
        .filter(|compared| !compared.traffic.is_empty())
        .collect();
    for compared in &traffic {
        say(format_args!("\n{}", compared.name()));
        let shown = if args.all { usize::MAX } else { SHOWN };
        show(&compared.traffic, shown);
    }
    if !verdicts.is_empty() || !traffic.is_empty() {
        say("");
    }
    say(format_args!(
        "{} cases: {} verdicts changed, {} with other traffic",
        compared.len(),
        verdicts.len(),
        traffic.len()
    ));
}

/// The first lines of what has changed in the traffic.
pub(super) fn show(traffic: &[Difference], most: usize) {
    let text: Vec<String> = traffic.iter().map(Difference::to_string).collect();
    let text = text.join("\n");
    let lines: Vec<&str> = text.lines().collect();
    for line in lines.iter().take(most) {
        say(format_args!("  {line}"));
    }
    if let Some(more) = lines.len().checked_sub(most).filter(|more| *more > 0) {
        say(format_args!("  … {more} more lines (--all shows them)"));
    }
}
