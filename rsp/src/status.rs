// SPDX-License-Identifier: MIT OR Apache-2.0
//! Subject and reason codes (SGP.22 §5.2.6), the pairs each function may answer, and the integers
//! that stand for them in the ASN.1 bindings of ES9+, ES11 (SGP.22 §6.6) and ESipa (SGP.32 §6.3).
//!
//! Traps: codes are dotted text and are compared as text, 3.10 is not 3.1; the ASN.1 bindings have
//! one integer for several pairs and 127 for every pair they do not know; an SM-DS and an SM-DP+
//! number the same refusals differently, and ESipa differently again.

mod codes;
mod table;

use std::fmt;

pub use codes::{REASONS, SUBJECTS, reason_name, subject_name};
pub use table::*;

/// `undefinedError` of every ASN.1 error list.
pub const UNDEFINED_ERROR: i64 = 127;

/// A function execution status of `Failed` with its statusCodeData (SGP.22 §5.2.6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Refusal {
    /// subjectCode.
    pub subject: &'static str,
    /// reasonCode.
    pub reason: &'static str,
    /// Text for humans.
    pub message: &'static str,
}

impl Refusal {
    /// Whether a received pair is this one.
    pub fn is(&self, subject: &str, reason: &str) -> bool {
        self.subject == subject && self.reason == reason
    }

    /// The integer for `function` on the ASN.1 binding of ES9+ or ES11.
    pub fn es9_code(&self, function: Function) -> i64 {
        es9_code(function, self.subject, self.reason)
    }

    /// The integer for `function` on ESipa.
    pub fn esipa_code(&self, function: Function) -> i64 {
        esipa_code(function, self.subject, self.reason)
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{} {}", self.subject, self.reason, self.message)
    }
}

/// The functions whose refusals have integers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Function {
    /// ES9+.InitiateAuthentication, ES11.InitiateAuthentication, ESipa.InitiateAuthentication.
    InitiateAuthentication,
    /// ES9+.AuthenticateClient and its ESipa counterpart.
    AuthenticateClient,
    /// ES11.AuthenticateClient and its ESipa counterpart.
    AuthenticateClientSmds,
    /// ES9+.GetBoundProfilePackage and its ESipa counterpart.
    GetBoundProfilePackage,
    /// ES9+.CancelSession and its ESipa counterpart.
    CancelSession,
    /// ESipa.GetEimPackage.
    GetEimPackage,
    /// ESipa.ProvideEimPackageResult.
    ProvideEimPackageResult,
}

/// One row of the table: a refusal that a function may answer, with its integers.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// The function.
    pub function: Function,
    /// The refusal.
    pub refusal: Refusal,
    /// ES9+ or ES11, when the list has an integer of its own for it.
    pub es9: Option<i64>,
    /// ESipa, when the list has an integer of its own for it.
    pub esipa: Option<i64>,
}

fn row(function: Function, subject: &str, reason: &str) -> Option<&'static Row> {
    TABLE
        .iter()
        .find(|row| row.function == function && row.refusal.is(subject, reason))
}

/// The integer of a received pair on ES9+ or ES11; 127 for a pair the list does not know.
pub fn es9_code(function: Function, subject: &str, reason: &str) -> i64 {
    row(function, subject, reason)
        .and_then(|row| row.es9)
        .unwrap_or(UNDEFINED_ERROR)
}

/// The integer of a received pair on ESipa; 127 for a pair the list does not know.
pub fn esipa_code(function: Function, subject: &str, reason: &str) -> i64 {
    row(function, subject, reason)
        .and_then(|row| row.esipa)
        .unwrap_or(UNDEFINED_ERROR)
}

/// The first refusal that has this integer on ES9+ or ES11.
pub fn from_es9_code(function: Function, code: i64) -> Option<Refusal> {
    let mut rows = TABLE.iter().filter(|row| row.function == function);
    rows.find(|row| row.es9 == Some(code))
        .map(|row| row.refusal)
}

/// The first refusal that has this integer on ESipa.
pub fn from_esipa_code(function: Function, code: i64) -> Option<Refusal> {
    let mut rows = TABLE.iter().filter(|row| row.function == function);
    rows.find(|row| row.esipa == Some(code))
        .map(|row| row.refusal)
}

/// What the SM-DP+ reports to the operator for a cancelled session (SGP.22 §5.3.5); nothing for a
/// session that may go on later.
pub fn from_cancel_reason(reason: i64) -> Option<Refusal> {
    match reason {
        0 => Some(END_USER_REJECTION),
        3 => Some(PPR_NOT_ALLOWED),
        4 => Some(METADATA_MISMATCH),
        5 => Some(BPP_EXECUTION_ERROR),
        127 => Some(UNDEFINED_REASON),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_in_use_is_in_the_code_tables() {
        for refusal in REFUSALS {
            assert!(subject_name(refusal.subject).is_some(), "{refusal}");
            assert!(reason_name(refusal.reason).is_some(), "{refusal}");
            assert!(!refusal.message.is_empty());
        }
        for row in TABLE {
            assert!(REFUSALS.contains(&row.refusal), "{}", row.refusal);
        }
    }

    #[test]
    fn codes_pairs_and_rows_are_listed_once() {
        for codes in [SUBJECTS, REASONS] {
            let mut seen = std::collections::BTreeSet::new();
            assert!(codes.iter().all(|(code, _)| seen.insert(code)));
        }
        let mut pairs = std::collections::BTreeSet::new();
        for refusal in REFUSALS {
            assert!(pairs.insert((refusal.subject, refusal.reason)), "{refusal}");
        }
        for (index, row) in TABLE.iter().enumerate() {
            let again = TABLE.iter().skip(index + 1);
            let mut same = again
                .filter(|other| other.function == row.function && other.refusal == row.refusal);
            assert!(same.next().is_none(), "{:?} {}", row.function, row.refusal);
        }
    }

    #[test]
    fn every_integer_of_the_asn1_lists_is_reachable() {
        let reachable = |function, codes: &[i64]| {
            for code in codes {
                assert!(
                    from_es9_code(function, *code).is_some(),
                    "{function:?} {code}"
                );
            }
        };
        reachable(Function::InitiateAuthentication, &[1, 2, 3]);
        reachable(
            Function::AuthenticateClient,
            &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
        );
        reachable(Function::AuthenticateClientSmds, &[1, 2, 3, 4, 5, 6, 7]);
        reachable(Function::GetBoundProfilePackage, &[1, 2, 3, 4, 5, 6, 95]);
        reachable(Function::CancelSession, &[1, 2]);
        for (function, codes) in [
            (Function::InitiateAuthentication, &[1, 2, 3, 50, 51, 52][..]),
            (Function::AuthenticateClient, &[1, 5, 11, 18, 50]),
            (Function::AuthenticateClientSmds, &[1, 9, 10, 56]),
            (Function::GetBoundProfilePackage, &[1, 6, 50, 95]),
            (Function::GetEimPackage, &[1, 2, 3, 4]),
            (Function::ProvideEimPackageResult, &[2, 3, 4]),
        ] {
            for code in codes {
                assert!(
                    from_esipa_code(function, *code).is_some(),
                    "{function:?} {code}"
                );
            }
        }
    }

    #[test]
    fn pairs_are_compared_as_text() {
        let function = Function::InitiateAuthentication;
        assert_eq!(SMDP_VERSION_UNSUPPORTED.es9_code(function), 2);
        assert_eq!(es9_code(function, "8.8.3", "3.1"), 2);
        assert_eq!(es9_code(function, "8.8.3", "3.10"), UNDEFINED_ERROR);
        assert_eq!(
            SMDP_OID_MISMATCH.es9_code(Function::CancelSession),
            UNDEFINED_ERROR
        );
        assert_eq!(EVENT_UNKNOWN.es9_code(Function::AuthenticateClientSmds), 6);
        assert_eq!(
            EVENT_UNKNOWN.esipa_code(Function::AuthenticateClientSmds),
            56
        );
    }

    #[test]
    fn cancel_reasons_that_may_go_on_have_no_pair() {
        assert_eq!(from_cancel_reason(0), Some(END_USER_REJECTION));
        assert_eq!(from_cancel_reason(1), None);
        assert_eq!(from_cancel_reason(2), None);
    }
}
