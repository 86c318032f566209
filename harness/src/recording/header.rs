// SPDX-License-Identifier: MIT OR Apache-2.0
//! The first line of a tape: which case it was, how it was set up, and what came of it.

use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::digest::{case_digest, pki_digest};
use super::event::Octets;
use super::file::FORMAT;
use crate::case::{Binding, Case, Dialect, RoleName};
use crate::event::CaseReport;
use crate::record::{CaseRecord, FindingRecord};
use crate::run::RunOptions;
use crate::under_test::{Card, Description, OwnEim, Reach, Trust};
use crate::verdict::Verdict;

/// What every tape says about the keys in it.
const NOTE: &str = "made with the keys of a test PKI, which are public; it has no other secrets than \
                    those that the implementation sent by itself";

/// What is said before the events.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// The number of the format.
    pub tape: u32,
    /// A word for whoever opens the file.
    pub note: String,
    /// Version of the harness.
    pub harness: String,
    /// The id of the case.
    pub case: String,
    /// Its requirement as a sentence.
    pub title: String,
    /// What it is made of: file, procedures and fixtures.
    pub digest: String,
    /// The CI of the test PKI.
    pub pki: String,
    /// The seed of all keys and randomness.
    pub seed: u64,
    /// What the implementation is.
    pub role: RoleName,
    /// Its name.
    pub iut: String,
    /// What its description says; nothing for one that comes with the harness.
    pub described: Option<Described>,
    /// Seconds that a step had.
    pub timeout: f64,
    /// The rules that did not decide.
    pub set_aside: Vec<String>,
    /// The verdict.
    pub verdict: Verdict,
    /// Why it did not pass.
    pub finding: Option<FindingRecord>,
}

/// What a description says that decides how a case runs.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Described {
    /// What it claims to implement.
    pub claims: Vec<String>,
    /// The options that it has.
    pub options: Vec<String>,
    /// The wire version that it speaks.
    pub dialect: Option<Dialect>,
    /// The binding that it speaks.
    pub binding: Option<Binding>,
    /// Seconds until the first contact.
    pub start_timeout: f64,
    /// The certificate of the ESipa server of an eIM that has its own, DER.
    pub tls_certificate: Option<Octets>,
    /// The certificate with which it signs.
    pub signing_certificate: Option<Octets>,
}

impl Header {
    /// That of a case that was run with `options`.
    ///
    /// # Errors
    /// A file that the case is made of cannot be read, in words.
    pub fn of(case: &Case, report: &CaseReport, options: &RunOptions) -> Result<Self, String> {
        let described = options.under_test.as_deref().map(Described::of).transpose();
        let set_aside = options.set_aside.iter();
        Ok(Self {
            tape: FORMAT,
            note: NOTE.to_owned(),
            harness: env!("CARGO_PKG_VERSION").to_owned(),
            case: case.id.clone(),
            title: case.file.title.clone(),
            digest: case_digest(case, &options.fixtures)?,
            pki: pki_digest(&options.pki)?,
            seed: options.seed,
            role: case.file.iut,
            iut: report.iut.clone(),
            described: described?,
            timeout: options.timeout.as_secs_f64(),
            set_aside: set_aside.map(|rule| rule.row().text.to_owned()).collect(),
            verdict: report.outcome.verdict,
            finding: CaseRecord::of(report).finding,
        })
    }

    /// How long a step has.
    #[must_use]
    pub fn patience(&self) -> Duration {
        Duration::try_from_secs_f64(self.timeout.clamp(0.001, 3600.0)).unwrap_or_default()
    }

    /// The implementation as a description, as far as that decides how the case runs.
    #[must_use]
    pub fn description(&self) -> Option<Description> {
        let described = self.described.as_ref()?;
        Some(Description {
            file: PathBuf::new(),
            name: Some(self.iut.clone()),
            role: self.role,
            claims: described.claims.clone(),
            options: described.options.clone(),
            dialect: described.dialect,
            binding: described.binding,
            start: Vec::new(),
            trigger: Vec::new(),
            device: Vec::new(),
            user: Default::default(),
            stop: Vec::new(),
            env: Default::default(),
            folder: None,
            card: Card::default(),
            reach: Reach::default(),
            trust: Trust::default(),
            order: None,
            eim: OwnEim::default(),
            timeout: self.timeout,
            start_timeout: described.start_timeout.clamp(0.001, 3600.0),
            quiet: None,
            parallel: 1,
        })
    }
}

impl Described {
    fn of(description: &Description) -> Result<Self, String> {
        let here = description.here();
        let own = |path: &Option<PathBuf>| {
            let path = path.as_ref().map(|path| here.join(path));
            let read = path.map(|path| crate::run::own_certificate(&path).map(Octets));
            read.transpose()
        };
        Ok(Self {
            claims: description.claims.clone(),
            options: description.options.clone(),
            dialect: description.dialect,
            binding: description.binding,
            start_timeout: description.start_timeout,
            tls_certificate: own(&description.eim.tls_certificate)?,
            signing_certificate: own(&description.eim.signing_certificate)?,
        })
    }
}
