// SPDX-License-Identifier: MIT OR Apache-2.0
//! The judge of packages: one table of rules, each with its clause, and one line per finding.
//!
//! A rule looks at the package alone; what a certain card can do is not asked. Rules that need the
//! file system which the package creates are those of `deep`: the interpreter of the card is
//! their witness.

mod codes;
mod deep;
mod files;
mod header;
mod naa;
mod security;
mod services;
mod structure;
mod view;

use std::fmt;

use super::package::{Element, Package};

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// A card will refuse the package, or the profile cannot do what it is for.
    Error,
    /// A card takes it, but somebody should know.
    Warning,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Error => "error",
            Self::Warning => "warning",
        })
    }
}

/// A rule.
pub struct Rule {
    /// Its name, which does not change.
    pub id: &'static str,
    /// How bad it is to break it.
    pub severity: Severity,
    /// Where it is written.
    pub clause: &'static str,
    /// What it asks for.
    pub summary: &'static str,
    check: fn(&Package, &mut Report),
}

impl fmt::Debug for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id)
    }
}

/// One way in which a package breaks a rule.
#[derive(Debug, Clone)]
pub struct Finding {
    /// The rule.
    pub rule: &'static Rule,
    /// The number of the element, from 1, and its name; none when something is missing.
    pub element: Option<(usize, String)>,
    /// The file or member inside the element; empty for the element itself.
    pub place: String,
    /// What was expected and what was seen.
    pub message: String,
}

impl Finding {
    /// How bad it is.
    #[must_use]
    pub fn severity(&self) -> Severity {
        self.rule.severity
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.rule.severity)?;
        match &self.element {
            Some((number, name)) => write!(f, "element {number} {name}")?,
            None => f.write_str("package")?,
        }
        if !self.place.is_empty() {
            write!(f, ", {}", self.place)?;
        }
        let Rule { id, clause, .. } = self.rule;
        write!(f, ": {} [{id}, {clause}]", self.message)
    }
}

/// What a rule says.
#[derive(Debug, Default)]
pub(crate) struct Report(Vec<Said>);

/// A finding without its rule.
#[derive(Debug)]
struct Said {
    element: Option<(usize, String)>,
    place: String,
    message: String,
}

impl Report {
    /// Something is wrong in an element.
    fn add(&mut self, element: &Element, place: impl Into<String>, message: impl Into<String>) {
        self.0.push(Said {
            element: Some((element.number(), element.name().to_owned())),
            place: place.into(),
            message: message.into(),
        });
    }

    /// Whether nothing was said.
    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Something is missing.
    fn package(&mut self, message: impl Into<String>) {
        self.0.push(Said {
            element: None,
            place: String::new(),
            message: message.into(),
        });
    }
}

/// Judges a package: findings in the order of its elements.
#[must_use]
pub fn lint(package: &Package) -> Vec<Finding> {
    let mut findings = Vec::new();
    for rule in RULES {
        let mut report = Report::default();
        (rule.check)(package, &mut report);
        findings.extend(report.0.into_iter().map(|said| Finding {
            rule,
            element: said.element,
            place: said.place,
            message: said.message,
        }));
    }
    // what is missing from the package comes last
    findings.sort_by_key(|finding| {
        let number = finding.element.as_ref().map(|(number, _)| *number);
        number.unwrap_or(usize::MAX)
    });
    findings
}

macro_rules! rules {
    ($($severity:ident $id:literal, $clause:literal, $summary:literal, $check:path;)*) => {
        /// The rules, in the order in which they look at a package.
        pub static RULES: &[Rule] = &[$(Rule {
            id: $id,
            severity: Severity::$severity,
            clause: $clause,
            summary: $summary,
            check: $check,
        }),*];
    };
}

// clauses of the TCA eUICC Profile Package, Interoperable Format, unless another document is named
rules! {
    Error "element-form", "TCA §8.1.2", "every element is one of the PEDefinitions module", structure::form;
    Warning "element-der", "X.690 §10", "every element is in DER", structure::der;
    Error "header-first", "TCA §8.2.1", "the header is the first element and the only one", structure::header_first;
    Error "end-last", "TCA §8.10", "the end is the last element and the only one", structure::end_last;
    Error "element-once", "TCA §8.1.3", "elements for the whole card are there once", structure::once;
    Error "element-order", "TCA §8.1.3", "an element comes after what it adds to", structure::order;
    Error "identification-unique", "TCA §8.1.3", "no two elements have the same identification", structure::unique;
    Warning "identification-order", "TCA §8.1.3", "identifications rise with the elements", structure::ascending;
    Error "template-known", "TCA Annex B", "templateID is a template of that element", structure::template;
    Warning "template-declared", "TCA §8.2.1", "mandated templates are those of eUICC-Mandatory-GFSTEList", header::templates;
    Error "iot-minimal", "TCA §7.5", "iotOptions and the IoT template go together, and without MF", structure::iot;
    Error "profile-version", "TCA §8.2.1", "the major version is 1, 2 or 3", header::version;
    Error "iccid-digits", "TCA §8.2.1", "the ICCID has 18 to 20 digits in their order, padded with F", header::iccid;
    Warning "iccid-check-digit", "ITU-T E.118 §4.1", "the last digit of the ICCID is its check digit", header::check_digit;
    Error "iccid-file", "TS 102 221 §13.2", "EF.ICCID holds the ICCID of the header", header::file;
    Warning "service-declared", "TCA §8.2.1", "what the profile needs is in eUICC-Mandatory-services", services::declared;
    Warning "service-used", "TCA §8.2.1", "what is in eUICC-Mandatory-services is needed", services::used;
    Error "puk-place", "TCA §8.5.2", "PUK codes follow the creation of the MF", codes::puk_place;
    Error "puk-reference", "TCA §8.5.1", "an unblocking reference names a PUK of the package", codes::puk_reference;
    Error "puk-value", "TS 102 221 §9.5.2", "a PUK has 8 digits", codes::puk_value;
    Error "pin-scope", "TCA §8.5.1", "global PINs belong to the MF, local ones to an ADF or DF", codes::scope;
    Error "pin-value", "TS 102 221 §9.5.1", "a PIN has 4 to 8 digits and is padded with FF", codes::pin_value;
    Error "pin-attempts", "TCA §8.5.1", "no more attempts are left than there are", codes::attempts;
    Error "pin-status", "TCA §8.1.3", "a PIN status template names PINs of the package", codes::status;
    Error "aka-present", "TCA §8.1.3", "every network access application has its parameters", naa::present;
    Error "aka-key-length", "TCA §8.4.2", "key and OPc have the lengths of their algorithm", naa::key_length;
    Error "aka-constants", "TCA §8.4.2", "rotation and XOR constants are 5 and 80 bytes", naa::constants;
    Error "imsi-form", "TS 31.102 §4.2.2", "EF.IMSI holds 6 to 15 digits and their parity", naa::imsi;
    Error "adf-parameters", "TCA §8.3.3", "an ADF has a name, an identifier and a PIN status template", files::adf;
    Error "service-file", "TS 31.102 §4.2.8", "a service of EF.UST has its file", services::files;
    Error "suci-parameters", "TS 31.102 §4.4.11.8", "SUCI parameters are where EF.UST says", services::suci;
    Error "file-descriptor", "TS 102 222 §6.3.2.2.2", "a file descriptor names a structure and a record length", files::descriptor;
    Error "file-records", "TS 102 222 §6.3.2.2.2", "a file of records holds a whole number of them", files::records;
    Error "file-content", "TCA §8.3.2", "content stays within the size of its file", files::content;
    Error "access-rule", "TS 102 221 §9.2.7", "a referenced access rule is a record of that EF.ARR", files::access_rule;
    Error "mno-sd", "TCA §8.6.2", "the first security domain is the MNO-SD and stands alone", security::mno_sd;
    Error "sd-key-unique", "TCA §8.6.3", "no two keys have the same identifier and version", security::unique;
    Error "sd-key-length", "GPC_SPE_034 §11.1.8", "key data have a length of their type", security::key_length;
    Error "rfm-tar", "TCA §8.8", "remote file management can be reached by a TAR", security::tar;
    Warning "rfm-adf", "TCA §8.8", "remote file management names an ADF of the package", security::adf;
    Error "interpretation", "TCA §8.11", "the card can carry the package out", deep::interpretation;
    Warning "left-out", "TCA §8.1.3", "the card can carry out what is not mandated", deep::left_out;
    Warning "access-rule-missing", "TS 102 221 §9.2.7", "every file has an access rule", deep::access_rule;
}
