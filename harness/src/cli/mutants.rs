// SPDX-License-Identifier: MIT OR Apache-2.0
//! `harness mutants`.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use ::certs::Pki;
use clap::{Args, ValueEnum};
use serde_json::json;

use super::run::{cores, listen_for_signals, seconds};
use super::{Cases, Failure, Format, complain, say};
use crate::case::{Case, RoleName};
use crate::collect::{cases_folder, collect, selected};
use crate::event::Event;
use crate::fixture::Fixtures;
use crate::mutants::{Judged, Mutant, Pair, Unnoticed, claimed, gaps, jobs, matrix, sample};
use crate::run::RunOptions;
use crate::schedule::{Schedule, Stop};
use crate::select::Filters;
use crate::verdict::exit;

/// A role whose mistakes are listed or made.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
enum Side {
    /// The reference IPA.
    Ipa,
    /// The mock eIM.
    Eim,
    /// The reference LPA.
    Lpa,
}

impl Side {
    const fn role(self) -> RoleName {
        match self {
            Self::Ipa => RoleName::Ipa,
            Self::Eim => RoleName::Eim,
            Self::Lpa => RoleName::Lpa,
        }
    }

    /// Whether cases of `iut` meet mistakes of this role.
    const fn strikes(self, iut: RoleName) -> bool {
        matches!(
            (self, iut),
            (Self::Ipa, RoleName::Ipa)
                | (Self::Ipa | Self::Lpa, RoleName::Lpa)
                | (Self::Eim, RoleName::Eim)
        )
    }
}

/// Runs every case against the mistakes that it says it notices (`catches`), and fails when it does
/// not, when a case notices nothing, and when nobody notices a mistake.
#[derive(Args, Debug)]
pub(super) struct MutantsArgs {
    /// Only mistakes whose name contains one of these
    #[arg(value_name = "NAME")]
    names: Vec<String>,
    /// Print name, sentence and clause of each mistake and run nothing
    #[arg(long)]
    list: bool,
    /// Run every case against every mistake of its role, and show which case notices which
    #[arg(long)]
    matrix: bool,
    /// Run at most N pairs of case and mistake, drawn by the seed
    #[arg(long, value_name = "N")]
    sample: Option<usize>,
    /// Only mistakes of this role
    #[arg(long)]
    role: Option<Side>,
    /// Only these cases: a whole id, a part of ids, or a pattern with `*`
    #[arg(long = "case", value_name = "FILTER")]
    only: Vec<String>,
    /// What is written to standard output
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// How many cases run at the same time [default: four per core; they mostly wait]
    #[arg(long, short, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    jobs: Option<u16>,
    /// Seconds that a step of a case may take
    #[arg(long, default_value = "5", value_name = "SECONDS", value_parser = seconds)]
    timeout: Duration,
    /// Seed of all keys and randomness
    #[arg(long, default_value_t = 1)]
    seed: u64,
    #[command(flatten)]
    cases: Cases,
}

/// Runs the command.
pub(super) fn execute(args: &MutantsArgs) -> Result<u8, Failure> {
    let mut mutants = Mutant::all();
    mutants.retain(|mutant| args.role.is_none_or(|side| side.role() == mutant.role()));
    mutants.retain(|mutant| selected(mutant.name(), &args.names));
    if mutants.is_empty() {
        let wanted = args.names.join(", ");
        return Err(Failure::input(format_args!(
            "expected a mistake with a name like {wanted}, found none (--list has them)"
        )));
    }
    if args.list {
        mutants.iter().for_each(|mutant| list(*mutant, args.format));
        return Ok(exit::AS_EXPECTED);
    }
    verify(args, &mutants)
}

fn list(mutant: Mutant, format: Format) {
    let (role, name) = (mutant.role(), mutant.name());
    let (sentence, clause) = (mutant.sentence(), mutant.clause());
    match format {
        Format::Text => say(format_args!("{role:<4}{name:<34}{sentence} ({clause})")),
        Format::Json => {
            let role = role.to_string();
            say(json!({ "role": role, "name": name, "sentence": sentence, "clause": clause }));
        }
    }
}

fn verify(args: &MutantsArgs, mutants: &[Mutant]) -> Result<u8, Failure> {
    let (root, cases) = cases(args)?;
    let mut pairs = if args.matrix {
        matrix(&cases, mutants)
    } else {
        claimed(&cases, mutants)
    };
    if let Some(most) = args.sample {
        pairs = sample(pairs, most, args.seed);
    }
    // a case that does not pass anyway notices nothing
    let alone = cases.iter().map(|case| Pair {
        case: case.clone(),
        mutant: None,
    });
    let pairs: Vec<Pair> = alone.chain(pairs).collect();
    let judged = run(args, &root, pairs)?;
    let mut problems: Vec<String> = judged.iter().filter_map(Judged::problem).collect();
    let unnoticed = Unnoticed::load(&root).map_err(Failure::input)?;
    // a selection of cases says nothing about what all of them notice
    if args.only.is_empty() {
        let of_role = cases
            .iter()
            .filter(|case| args.role.is_none_or(|side| side.strikes(case.file.iut)));
        let of_role: Vec<_> = of_role.cloned().collect();
        problems.extend(gaps(&of_role, mutants, &unnoticed));
    }
    match args.format {
        Format::Text if args.matrix => show(&judged, mutants),
        Format::Text => (),
        Format::Json => judged.iter().for_each(|judged| say(line(judged))),
    }
    problems.iter().for_each(complain);
    if args.format == Format::Text {
        sum(&judged, mutants, problems.len());
    }
    Ok(if problems.is_empty() {
        exit::AS_EXPECTED
    } else {
        exit::UNEXPECTED
    })
}

/// The cases that are selected.
fn cases(args: &MutantsArgs) -> Result<(PathBuf, Vec<Arc<Case>>), Failure> {
    let root = cases_folder(args.cases.cases.as_deref()).map_err(Failure::input)?;
    let found = collect(&root).map_err(Failure::input)?;
    let ids = found.iter().map(|found| found.id.as_str());
    let filters = Filters::new(&args.only, &[], ids);
    let mut cases = Vec::new();
    for found in found.into_iter().filter(|found| filters.select(&found.id)) {
        let case = found.case.map_err(Failure::input)?;
        if args.role.is_none_or(|side| side.strikes(case.file.iut)) {
            cases.push(Arc::new(case));
        }
    }
    if cases.is_empty() {
        return Err(Failure::nothing(&root, &args.only));
    }
    Ok((root, cases))
}

fn run(
    args: &MutantsArgs,
    root: &std::path::Path,
    pairs: Vec<Pair>,
) -> Result<Vec<Judged>, Failure> {
    let pki = Arc::new(Pki::seeded(args.seed).map_err(Failure::input)?);
    let mut options = RunOptions::built_in(args.seed, pki, Fixtures::new(root));
    options.timeout = args.timeout;
    let (implementations, jobs) = jobs(&pairs, &options);
    let schedule = Schedule {
        implementations,
        jobs,
        workers: args.jobs.map_or_else(|| 4 * cores(), usize::from),
        fail_fast: false,
        redactor: None,
        unused: Vec::new(),
    };
    let stop = Stop::default();
    listen_for_signals(&stop)?;
    let mut judged = Vec::new();
    let mut pairs = pairs.into_iter();
    let summary = schedule.run(&stop, &mut |event| {
        if let Event::CaseEnded(report) = event {
            let verdict = report.outcome.verdict;
            judged.extend(pairs.next().map(|pair| Judged { pair, verdict }));
        }
        Ok(())
    });
    if summary.map_err(Failure::harness)?.stopped {
        return Err(Failure {
            code: exit::INTERRUPTED,
            message: "interrupted".to_owned(),
        });
    }
    Ok(judged)
}

fn line(judged: &Judged) -> serde_json::Value {
    json!({
        "case": judged.pair.case.id,
        "defect": judged.pair.mutant.map(|mutant| mutant.to_string()),
        "verdict": judged.verdict,
        "claimed": judged.pair.is_claimed(),
    })
}

/// One line per mistake, one column per case.
fn show(judged: &[Judged], mutants: &[Mutant]) {
    let mut columns: BTreeMap<&str, usize> = BTreeMap::new();
    for judged in judged {
        let next = columns.len();
        columns.entry(&judged.pair.case.id).or_insert(next);
    }
    // by id, numbered from 1
    for (number, (id, column)) in columns.iter_mut().enumerate() {
        *column = number;
        say(format_args!("{:>4}  {id}", number + 1));
    }
    say(
        "\nX noticed as the case says, x noticed, - has to be noticed and is not, . not noticed, ! error",
    );
    let tens = (0..columns.len()).map(|column| match (column + 1) % 10 {
        0 => ((column + 1) / 10 % 10).to_string(),
        _ => " ".to_owned(),
    });
    say(format_args!("{:39}{}", "", tens.collect::<String>()));
    for mutant in mutants {
        let mut marks = vec![' '; columns.len()];
        let of_mutant = judged
            .iter()
            .filter(|judged| judged.pair.mutant == Some(*mutant));
        for judged in of_mutant {
            let column = columns.get(judged.pair.case.id.as_str());
            if let Some(mark) = column.and_then(|column| marks.get_mut(*column)) {
                *mark = self::mark(judged);
            }
        }
        let marks: String = marks.into_iter().collect();
        say(format_args!("{:<39}{marks}", mutant.to_string()));
    }
}

fn mark(judged: &Judged) -> char {
    use crate::verdict::Verdict;
    match (judged.verdict, judged.pair.is_claimed()) {
        (Verdict::Error, _) => '!',
        (Verdict::Fail, true) => 'X',
        (Verdict::Fail, false) => 'x',
        (_, true) => '-',
        (_, false) => '.',
    }
}

fn sum(judged: &[Judged], mutants: &[Mutant], problems: usize) {
    let caught: std::collections::BTreeSet<Mutant> = judged
        .iter()
        .filter(|judged| judged.is_caught())
        .filter_map(|judged| judged.pair.mutant)
        .collect();
    let runs = judged
        .iter()
        .filter(|judged| judged.pair.mutant.is_some())
        .count();
    let problems = match problems {
        0 => "no problem".to_owned(),
        1 => "1 problem".to_owned(),
        more => format!("{more} problems"),
    };
    let mistakes = match mutants.len() {
        1 => "1 mistake".to_owned(),
        more => format!("{more} mistakes"),
    };
    let noticed = caught.len();
    say(format_args!(
        "{mistakes}, {runs} runs with one: {noticed} noticed; {problems}"
    ));
}
