// SPDX-License-Identifier: MIT OR Apache-2.0
//! Expectations: verdicts of an implementation that are known to differ from pass, with reasons.
//!
//! `<implementation>.expect.toml` is a list of entries; `test` is the id of a case or a pattern,
//! `verdict` what comes of it, `reason` why. Of several entries that fit a case the last one counts.
//! `[[set-aside]]` with `rule` and `reason` names a rule that every message is held to and that the
//! implementation is known to break: it does not decide any more, and the summary counts the cases.
//! Without that, one wrong header field hides everything else.
//!
//! An entry that fits no case, or whose case comes to another verdict, fails the run: a list of known
//! failures that nobody corrects hides the next one.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use toml::Spanned;

use crate::event::CaseReport;
use crate::invariant::{RULES, Rule, RuleName};
use crate::record::ExpectedRecord;
use crate::select::fits;
use crate::under_test::Expect;
use crate::verdict::Verdict;

/// The end of the names of expectation files.
pub const SUFFIX: &str = ".expect.toml";

/// A file of expectations that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ExpectError {
    /// The file cannot be read.
    #[error("{}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The file has another form.
    #[error("{}:{line}: {message}", path.display())]
    Form {
        /// The file.
        path: PathBuf,
        /// Where.
        line: usize,
        /// What is wrong.
        message: String,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[serde(rename_all = "kebab-case")]
struct File {
    #[serde(default)]
    expect: Vec<Spanned<Expect>>,
    #[serde(default)]
    set_aside: Vec<Spanned<AsideEntry>>,
}

/// A rule that is judged without being written, and is known to be broken everywhere.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AsideEntry {
    rule: String,
    reason: String,
}

#[derive(Clone, Debug)]
struct Entry {
    line: usize,
    expect: Expect,
}

/// The expectations of one implementation; none by default.
#[derive(Clone, Debug, Default)]
pub struct Expectations {
    path: PathBuf,
    entries: Vec<Entry>,
    set_aside: Vec<(RuleName, String)>,
}

impl Expectations {
    /// Reads a file.
    ///
    /// # Errors
    /// [`ExpectError`] with file and line.
    pub fn load(path: &Path) -> Result<Self, ExpectError> {
        let text = std::fs::read_to_string(path).map_err(|source| ExpectError::Read {
            path: path.to_owned(),
            source,
        })?;
        Self::parse(path, &text)
    }

    /// Reads the text of the file `path`.
    ///
    /// # Errors
    /// [`ExpectError::Form`].
    pub fn parse(path: &Path, text: &str) -> Result<Self, ExpectError> {
        let form = |line, message| ExpectError::Form {
            path: path.to_owned(),
            line,
            message,
        };
        let file: File = toml::from_str(text).map_err(|error| {
            let start = error.span().map_or(0, |span| span.start);
            form(line_of(text, start), error.message().to_owned())
        })?;
        let mut entries = Vec::new();
        for spanned in file.expect {
            let line = line_of(text, spanned.span().start);
            let expect = spanned.into_inner();
            if let Some(mistake) = mistake(&expect) {
                return Err(form(line, mistake));
            }
            entries.push(Entry { line, expect });
        }
        let mut set_aside = Vec::new();
        for spanned in file.set_aside {
            let line = line_of(text, spanned.span().start);
            set_aside.push(aside(spanned.into_inner()).map_err(|message| form(line, message))?);
        }
        Ok(Self {
            path: path.to_owned(),
            entries,
            set_aside,
        })
    }

    /// The expectations in `NAME.expect.toml` beside the description `NAME.toml`, when there are any.
    ///
    /// # Errors
    /// [`ExpectError`].
    pub fn beside(description: &Path) -> Result<Self, ExpectError> {
        let stem = description.file_stem().unwrap_or_default();
        let mut name = stem.to_owned();
        name.push(SUFFIX);
        let path = description.with_file_name(name);
        if path.is_file() {
            Self::load(&path)
        } else {
            Ok(Self::default())
        }
    }

    /// The rules that do not decide, each with the reason.
    pub fn set_aside(&self) -> impl Iterator<Item = (RuleName, &str)> {
        self.set_aside
            .iter()
            .map(|(rule, reason)| (*rule, reason.as_str()))
    }

    /// Writes into a report what was expected, and whether that came.
    pub fn judge(&self, report: &mut CaseReport) {
        let Some(entry) = self.entry(&report.id) else {
            return;
        };
        report.as_expected = report.outcome.verdict == entry.expect.verdict;
        report.expected = Some(ExpectedRecord {
            verdict: entry.expect.verdict,
            reason: entry.expect.reason.clone(),
        });
    }

    /// The entries that fit none of `ids`, or count for none because later ones fit as well, in
    /// words.
    #[must_use]
    pub fn unused<'a>(&self, ids: impl IntoIterator<Item = &'a str>) -> Vec<String> {
        let mut fitting = BTreeSet::new();
        let mut counting = BTreeSet::new();
        for id in ids {
            let fit = |entry: &&Entry| fits(&entry.expect.test, id);
            fitting.extend(self.entries.iter().filter(fit).map(|entry| entry.line));
            counting.extend(self.entry(id).map(|entry| entry.line));
        }
        let unused = self.entries.iter().filter_map(|entry| {
            let why = match (
                fitting.contains(&entry.line),
                counting.contains(&entry.line),
            ) {
                (_, true) => return None,
                (false, _) => "fits no case",
                (true, _) => "never counts: later entries fit the same cases",
            };
            Some(self.words(entry, &format!("{} {why}", entry.expect.test)))
        });
        unused.collect()
    }

    /// What is wrong with the entry that counts for a case, now that the case has come to a verdict.
    #[must_use]
    pub fn contradicted(&self, report: &CaseReport) -> Option<String> {
        let entry = self.entry(&report.id)?;
        let Expect {
            verdict, reason, ..
        } = &entry.expect;
        let came = report.outcome.verdict;
        if came == *verdict {
            return None;
        }
        let advice = match came {
            Verdict::Pass => "; it passes now: remove the entry",
            Verdict::Unsupported => "; it does not apply: remove the entry",
            _ => "",
        };
        let id = &report.id;
        Some(self.words(
            entry,
            &format!("{id}: expected {verdict} ({reason}), came to {came}{advice}"),
        ))
    }

    fn entry(&self, id: &str) -> Option<&Entry> {
        self.entries
            .iter()
            .rev()
            .find(|entry| fits(&entry.expect.test, id))
    }

    fn words(&self, entry: &Entry, what: &str) -> String {
        format!("{}:{}: {what}", self.path.display(), entry.line)
    }
}

fn aside(entry: AsideEntry) -> Result<(RuleName, String), String> {
    let Some(rule) = Rule::called(&entry.rule) else {
        let names: Vec<&str> = RULES.iter().map(|rule| rule.text).collect();
        let names = names.join(", ");
        return Err(format!(
            "rule: expected one of {names}, got {:?}",
            entry.rule
        ));
    };
    if entry.reason.trim().is_empty() {
        let text = rule.text;
        return Err(format!(
            "reason: expected why {text} is set aside, got nothing"
        ));
    }
    Ok((rule.name, entry.reason))
}

fn mistake(expect: &Expect) -> Option<String> {
    if expect.test.trim().is_empty() {
        return Some("test: expected the id of a case or a pattern, got nothing".to_owned());
    }
    if expect.reason.trim().is_empty() {
        return Some(format!(
            "reason: expected why {} is {}, got nothing",
            expect.test, expect.verdict
        ));
    }
    (expect.verdict == Verdict::Error).then(|| {
        "verdict: error is a fault of the harness, the case or the machine, and never expected"
            .to_owned()
    })
}

fn line_of(text: &str, offset: usize) -> usize {
    let before = text.get(..offset).unwrap_or(text);
    before.matches('\n').count() + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Expectations, String> {
        Expectations::parse(Path::new("x.expect.toml"), text).map_err(|error| error.to_string())
    }

    fn entry(test: &str, verdict: &str) -> String {
        format!("[[expect]]\ntest = '{test}'\nverdict = '{verdict}'\nreason = 'known'\n")
    }

    #[test]
    fn the_last_entry_that_fits_counts() {
        let text = entry("ipa/*", "fail") + &entry("ipa/a", "inconclusive");
        let expectations = parse(&text).unwrap();
        let verdict = |id| expectations.entry(id).map(|entry| entry.expect.verdict);
        assert_eq!(verdict("ipa/a"), Some(Verdict::Inconclusive));
        assert_eq!(verdict("ipa/b"), Some(Verdict::Fail));
        assert_eq!(verdict("eim/b"), None);
        assert_eq!(expectations.unused(["ipa/a", "ipa/b"]), [""; 0]);
        assert_eq!(
            expectations.unused(["ipa/a"]),
            ["x.expect.toml:1: ipa/* never counts: later entries fit the same cases"]
        );
        assert_eq!(
            expectations.unused(["ipa/b"]),
            ["x.expect.toml:5: ipa/a fits no case"]
        );
    }

    #[test]
    fn a_rule_is_set_aside_with_a_reason() {
        let aside = |rule: &str, reason: &str| {
            parse(&format!(
                "[[set-aside]]\nrule = {rule:?}\nreason = {reason:?}\n"
            ))
        };
        let parsed = aside("request-headers", "mended in 2.4").unwrap();
        let rules: Vec<_> = parsed.set_aside().collect();
        assert_eq!(rules, [(RuleName::RequestHeaders, "mended in 2.4")]);
        let unknown = aside("headers", "x").unwrap_err();
        assert!(
            unknown.contains("expected one of der, answer, "),
            "{unknown}"
        );
        assert!(aside("der", " ").unwrap_err().contains("expected why der"));
    }

    #[test]
    fn mistakes_name_their_line() {
        let good = entry("ipa/*", "fail");
        for (text, says) in [
            (entry("a", "error"), "x.expect.toml:1: verdict: error is"),
            (entry("", "fail"), "x.expect.toml:1: test: expected"),
            (entry("a", "maybe"), "x.expect.toml:3: unknown variant"),
            (
                format!("{good}\n{}", good.replace("known", " ")),
                "x.expect.toml:6: reason: expected why",
            ),
            (
                format!("{good}why = 'x'\n"),
                "x.expect.toml:5: unknown field",
            ),
            (
                "[[expected]]\n".to_owned(),
                "x.expect.toml:1: unknown field",
            ),
            ("x".to_owned(), "x.expect.toml:1: "),
        ] {
            let error = parse(&text).unwrap_err();
            assert!(error.starts_with(says), "{error}");
        }
    }
}
