// SPDX-License-Identifier: MIT OR Apache-2.0
//! `harness replay`.

mod against;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use clap::Args;
use serde_json::json;

use super::run::{self, cores, listen_for_signals, tellers};
use super::{Cases, Failure, Format, complain, run_options, say};
use crate::case::Case;
use crate::collect::{Found, cases_folder, collect};
use crate::event::{Event, Listener};
use crate::expect::Expectations;
use crate::invariant::Rule;
use crate::recording::{Header, Player, Recording, case_digest, pki_digest};
use crate::redact::Redactor;
use crate::run::RunOptions;
use crate::schedule::{Implementation, Job, Schedule, Stop};
use crate::verdict::{Verdict, exit};

const EXAMPLES: &str = "Examples:
  harness replay tapes/ipa-direct-download-nominal@my-ipa.tape
  harness replay tapes/*.tape --report out      as in `harness run`: index.html, a folder per case
  harness replay old.tape --as-is               although the case has changed since
  harness replay old.tape --iut my.toml         the other side: the program live, all else from the
                                                tape, to see where it does something else now

Exit codes:
  0  every verdict is that of its tape; with --iut: everything is as recorded
  1  a verdict is another one; with --iut: something is not as recorded
  2  a file is no tape, or one of another case, text of the case or test PKI
  3  the harness could not do its work";

/// Arguments of `harness replay`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct ReplayArgs {
    /// Tapes of `harness record`
    #[arg(value_name = "TAPE", required = true)]
    tapes: Vec<PathBuf>,
    /// Go on although the text of a case has changed since its tape was recorded
    #[arg(long, visible_alias = "force")]
    as_is: bool,
    /// Start the program that FILE describes; card and servers answer from the tape
    #[arg(
        long,
        visible_alias = "against",
        value_name = "FILE",
        conflicts_with = "report"
    )]
    iut: Option<PathBuf>,
    /// With --iut: take a value for the recorded one when it has its length, as what a program
    /// draws at random has
    #[arg(long, requires = "iut")]
    lenient: bool,
    /// How many tapes are played at the same time [default: one per core]
    #[arg(long, short, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    jobs: Option<u16>,
    /// Write the report into DIR: index.html, junit.xml, run.json and a folder per case
    #[arg(long, value_name = "DIR")]
    report: Option<PathBuf>,
    /// What is written to standard output
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Take CI and server certificates from DIR, as when the tape was recorded
    #[arg(long, value_name = "DIR")]
    pki: Option<PathBuf>,
    #[command(flatten)]
    cases: Cases,
}

/// A tape with the case that it is of.
struct Loaded {
    path: PathBuf,
    case: Arc<Case>,
    options: RunOptions,
    player: Player,
}

impl Loaded {
    fn header(&self) -> &Header {
        &self.player.recording().header
    }
}

/// The verdicts in the order of the tapes.
#[derive(Clone, Default)]
struct Verdicts(Arc<Mutex<Vec<Verdict>>>);

impl Listener for Verdicts {
    fn event(&mut self, event: &Event<'_>) -> io::Result<()> {
        if let Event::CaseEnded(report) = event {
            let mut verdicts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            verdicts.push(report.outcome.verdict);
        }
        Ok(())
    }
}

pub(super) fn execute(args: &ReplayArgs) -> Result<u8, Failure> {
    let tapes = load(args)?;
    if let Some(file) = &args.iut {
        return against::execute(file, args.lenient, args.format, tapes);
    }
    let stop = Stop::default();
    listen_for_signals(&stop)?;
    let schedule = schedule(args, &tapes)?;
    let again = vec!["--iut FILE".to_owned()];
    let seed = tapes.first().map_or(1, |tape| tape.header().seed);
    let verdicts = Verdicts::default();
    let mut listeners = tellers(args.report.as_deref(), None, args.format, again.clone());
    listeners.push(Box::new(verdicts.clone()));
    let summary = run::run(&schedule, &stop, seed, again, listeners)?;
    if summary.stopped {
        return Ok(exit::INTERRUPTED);
    }
    let verdicts = verdicts.0.lock().unwrap_or_else(PoisonError::into_inner);
    let mut code = exit::AS_EXPECTED;
    for (tape, now) in tapes.iter().zip(verdicts.iter()) {
        tell(args.format, tape, *now);
        code = code.max(match now {
            Verdict::Error => exit::HARNESS,
            now if *now == tape.header().verdict => exit::AS_EXPECTED,
            _ => exit::UNEXPECTED,
        });
    }
    Ok(code)
}

/// What came of a tape.
fn tell(format: Format, tape: &Loaded, now: Verdict) {
    let (header, played) = (tape.header(), tape.player.played());
    if format == Format::Json {
        let difference = played.first.as_ref().map(ToString::to_string);
        return say(json!({
            "tape": tape.path.display().to_string(),
            "recorded": header.verdict,
            "now": now,
            "answers": played.answers,
            "same": played.same,
            "difference": difference,
        }));
    }
    let path = tape.path.display();
    say(format_args!(
        "{path}: recorded {}, now {now}; {} of {} answers as recorded",
        header.verdict, played.same, played.answers
    ));
    if let Some(first) = &played.first {
        say(format_args!("  first difference: {first}"));
    }
    if now == header.verdict {
        return;
    }
    if let Some(finding) = &header.finding {
        say(format_args!("  recorded: expected {}", finding.expected));
        for actual in &finding.actual {
            say(format_args!("  recorded: actual {actual}"));
        }
    }
}

/// Reads every tape and finds its case, before the first is played.
fn load(args: &ReplayArgs) -> Result<Vec<Loaded>, Failure> {
    let mut tapes = Vec::new();
    for path in &args.tapes {
        tapes.push((path, Recording::load(path).map_err(Failure::input)?));
    }
    let root = cases_folder(args.cases.cases.as_deref()).map_err(Failure::input)?;
    let found = collect(&root).map_err(Failure::input)?;
    tapes
        .into_iter()
        .map(|(path, tape)| {
            let case = case_of(path, &tape.header, &found, &root)?;
            let options = options(args, path, &tape.header, &case, &root)?;
            let player = Player::new(tape);
            Ok(Loaded {
                path: path.clone(),
                case,
                options: RunOptions {
                    played: Some(player.clone()),
                    ..options
                },
                player,
            })
        })
        .collect()
}

fn case_of(
    path: &Path,
    header: &Header,
    found: &[Found],
    root: &Path,
) -> Result<Arc<Case>, Failure> {
    let path = path.display();
    let found = found.iter().find(|found| found.id == header.case);
    let Some(found) = found else {
        return Err(Failure::input(format_args!(
            "{path}: expected the tape of a case in {}, got one of {:?}",
            root.display(),
            header.case
        )));
    };
    match &found.case {
        Ok(case) if case.file.iut == header.role => Ok(Arc::new(case.clone())),
        Ok(case) => Err(Failure::input(format_args!(
            "{path}: expected the tape of an {}, got one of an {}",
            case.file.iut, header.role
        ))),
        Err(error) => Err(Failure::input(error)),
    }
}

/// What the case is run with, as when the tape was recorded.
fn options(
    args: &ReplayArgs,
    path: &Path,
    header: &Header,
    case: &Case,
    root: &Path,
) -> Result<RunOptions, Failure> {
    let path = path.display();
    let mut options = run_options(header.seed, args.pki.as_deref(), root)?;
    let pki = pki_digest(&options.pki).map_err(Failure::harness)?;
    if pki != header.pki {
        return Err(Failure::input(format_args!(
            "{path}: expected a tape of this test PKI; say with --pki which one it was recorded with"
        )));
    }
    let digest = case_digest(case, &options.fixtures).map_err(Failure::input)?;
    if digest != header.digest {
        let changed = format!(
            "{path}: the case {}, a procedure or a fixture of it has changed since the tape was \
             recorded by harness {}",
            header.case, header.harness
        );
        if !args.as_is {
            return Err(Failure::input(format_args!("{changed}; --as-is goes on")));
        }
        complain(format_args!("harness: {changed}"));
    }
    let rules = header
        .set_aside
        .iter()
        .filter_map(|name| Rule::called(name));
    options.set_aside = rules.map(|rule| rule.name).collect();
    options.timeout = header.patience();
    options.under_test = header.description().map(Arc::new);
    Ok(options)
}

fn schedule(args: &ReplayArgs, tapes: &[Loaded]) -> Result<Schedule, Failure> {
    let redactor = tapes.first().map(|tape| {
        let options = &tape.options;
        Redactor::of(&options.pki, &options.fixtures).map_err(Failure::input)
    });
    let implementations = tapes.iter().map(|tape| Implementation {
        name: tape.header().iut.clone(),
        role: tape.header().role,
        options: tape.options.clone(),
        parallel: 1,
        expectations: Expectations::default(),
    });
    let jobs = tapes.iter().enumerate().map(|(implementation, tape)| Job {
        case: tape.case.clone(),
        implementation,
    });
    Ok(Schedule {
        implementations: implementations.collect(),
        jobs: jobs.collect(),
        workers: args.jobs.map_or_else(cores, usize::from),
        fail_fast: false,
        redactor: redactor.transpose()?.map(Arc::new),
        unused: Vec::new(),
    })
}
