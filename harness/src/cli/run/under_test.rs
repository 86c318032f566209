// SPDX-License-Identifier: MIT OR Apache-2.0
//! Who is under test in a run: programs that are described in files, or the built-in IPA and eIM.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use clap::Args;

use super::{Failure, option, quoted};
use crate::case::RoleName;
use crate::cli::runtime;
use crate::defect::{EimDefect, IpaDefect, LpaDefect, by_name};
use crate::expect::{Expectations, SUFFIX};
use crate::record::ImplementationRecord;
use crate::run::{RunOptions, built_in};
use crate::schedule::{Implementation, Schedule, Stop};
use crate::smoke::smoke;
use crate::under_test::Description;

/// The arguments that say who is under test.
#[derive(Debug, Args)]
pub(super) struct UnderTestArgs {
    /// Test the program that FILE describes (`harness init`), not the built-in IPA, eIM and LPA; once
    /// for each program
    #[arg(long, value_name = "FILE")]
    iut: Vec<PathBuf>,
    /// Known failures, with reasons [default: NAME.expect.toml beside NAME.toml]; with several
    /// programs the name of the file says whose they are
    #[arg(long, value_name = "FILE")]
    expect: Vec<PathBuf>,
    /// Let the built-in IPA, eIM or LPA make a mistake (`harness mutants --list`), to see who notices
    #[arg(long, value_name = "ROLE/NAME", conflicts_with = "iut", value_parser = defect)]
    defect: Vec<Mistake>,
}

/// A deliberate mistake of a built-in implementation.
#[derive(Clone, Copy, Debug)]
enum Mistake {
    Ipa(IpaDefect),
    Eim(EimDefect),
    Lpa(LpaDefect),
}

fn defect(text: &str) -> Result<Mistake, String> {
    match text.split_once('/') {
        Some(("ipa", name)) => by_name(name).map(Mistake::Ipa),
        Some(("eim", name)) => by_name(name).map(Mistake::Eim),
        Some(("lpa", name)) => by_name(name).map(Mistake::Lpa),
        _ => return Err("expected ipa/NAME, eim/NAME or lpa/NAME".to_owned()),
    }
    .map_err(|error| error.to_string())
}

impl UnderTestArgs {
    /// The implementations, none without a role of its own unless they are asked for by name.
    pub(super) fn implementations(
        &self,
        options: &RunOptions,
        timeout: Option<Duration>,
    ) -> Result<Vec<Implementation>, Failure> {
        let mut all = if self.iut.is_empty() {
            self.built_in(options)
        } else {
            let described = self
                .iut
                .iter()
                .map(|path| described(path, options, timeout));
            described.collect::<Result<_, _>>()?
        };
        let mut names = BTreeSet::new();
        if let Some(twice) = all.iter().find(|of| !names.insert(of.name.clone())) {
            return Err(Failure::input(format_args!(
                "two implementations are called {}: give one of them another name",
                twice.name
            )));
        }
        for path in &self.expect {
            let expectations = Expectations::load(path).map_err(Failure::input)?;
            let of = owner(path, &mut all)?;
            of.expectations = expectations;
        }
        Ok(all)
    }

    fn built_in(&self, options: &RunOptions) -> Vec<Implementation> {
        let mut options = options.clone();
        for mistake in &self.defect {
            match mistake {
                Mistake::Ipa(defect) => options.ipa.defects.insert(*defect),
                Mistake::Eim(defect) => options.eim.defects.insert(*defect),
                Mistake::Lpa(defect) => options.lpa.insert(*defect),
            }
        }
        let roles = [RoleName::Eim, RoleName::Ipa, RoleName::Lpa];
        roles
            .into_iter()
            .map(|role| Implementation {
                name: built_in(role).to_owned(),
                role,
                options: options.clone(),
                parallel: usize::MAX,
                expectations: Expectations::default(),
            })
            .collect()
    }

    /// Whether the built-in IPA and eIM are under test.
    pub(super) fn is_built_in(&self) -> bool {
        self.iut.is_empty()
    }

    /// The same arguments as a shell reads them.
    pub(super) fn again(&self) -> Vec<String> {
        let files = |name, paths: &[PathBuf]| -> Vec<String> {
            paths.iter().map(|path| option(name, path)).collect()
        };
        let defects = self.defect.iter().map(|mistake| {
            use crate::defect::Defect as _;
            let (role, name) = match mistake {
                Mistake::Ipa(defect) => ("ipa", defect.name()),
                Mistake::Eim(defect) => ("eim", defect.name()),
                Mistake::Lpa(defect) => ("lpa", defect.name()),
            };
            format!("--defect {}", quoted(&format!("{role}/{name}")))
        });
        let mut all = files("--iut", &self.iut);
        all.extend(files("--expect", &self.expect));
        all.extend(defects);
        all
    }
}

fn described(
    path: &Path,
    options: &RunOptions,
    timeout: Option<Duration>,
) -> Result<Implementation, Failure> {
    let description = Description::load(path).map_err(Failure::input)?;
    let given = || {
        let wanted = description.timeout;
        Duration::try_from_secs_f64(wanted).map_err(|_| {
            let path = path.display();
            Failure::input(format_args!(
                "{path}: timeout: expected seconds, got {wanted}"
            ))
        })
    };
    let timeout = match timeout {
        Some(timeout) => timeout,
        None => given()?,
    };
    Ok(Implementation {
        name: description.name(),
        role: description.role,
        parallel: description.parallel,
        expectations: Expectations::beside(path).map_err(Failure::input)?,
        options: RunOptions {
            timeout,
            under_test: Some(Arc::new(description)),
            ..options.clone()
        },
    })
}

/// Looks whether every program starts and makes contact, before one mistake of its set-up becomes
/// the failure of every case.
pub(in crate::cli) fn first_contact(schedule: &Schedule, stop: &Stop) -> Result<(), Failure> {
    let runtime = runtime()?;
    for (index, of) in schedule.implementations.iter().enumerate() {
        if !schedule.jobs.iter().any(|job| job.implementation == index) {
            continue;
        }
        runtime.block_on(async {
            tokio::select! {
                contact = smoke(&of.options) => contact.map_err(Failure::harness),
                // the run says itself that it was stopped
                () = stop.requested() => Ok(()),
            }
        })?;
    }
    Ok(())
}

/// Whose expectations are in the file `path`: those of the implementation that it is named after,
/// or of the only one there is.
fn owner<'a>(
    path: &Path,
    all: &'a mut [Implementation],
) -> Result<&'a mut Implementation, Failure> {
    let file = path.file_name().unwrap_or_default().to_string_lossy();
    let name = file.strip_suffix(SUFFIX).unwrap_or(&file).to_owned();
    let names: Vec<String> = all.iter().map(|of| of.name.clone()).collect();
    let only = all.len() == 1;
    let found = all.iter_mut().find(|of| only || of.name == name);
    found.ok_or_else(|| {
        Failure::input(format_args!(
            "{}: expected a file called NAME{SUFFIX} for one of {}",
            path.display(),
            names.join(", ")
        ))
    })
}

/// An implementation as reports name it.
pub(super) fn record(of: &Implementation) -> ImplementationRecord {
    let description = of.options.under_test.as_deref();
    ImplementationRecord {
        name: of.name.clone(),
        role: of.role,
        claims: description.map_or_else(Vec::new, |it| it.claims.clone()),
        options: description.map_or_else(Vec::new, |it| it.options.clone()),
    }
}
