// SPDX-License-Identifier: MIT OR Apache-2.0
//! The codes that are owed: each function with the refusals of its clause, in the order of its
//! checks, in each binding that it has.

use coverage::Facts;
use rsp::status::{
    BPP_REBINDING_REFUSED, CI_KEY_UNKNOWN, CONFIRMATION_CODE_MISSING, CONFIRMATION_CODE_REFUSED,
    CONFIRMATION_CODE_RETRIES_EXCEEDED, DOWNLOAD_ORDER_EXPIRED, DOWNLOAD_RETRIES_EXCEEDED,
    EID_INVALID, EID_MISMATCH, EID_MISSING, EID_REFUSED, EUICC_CERTIFICATE_EXPIRED,
    EUICC_CERTIFICATE_INVALID, EUICC_EXECUTION_ERROR, EUICC_MEMORY_INSUFFICIENT,
    EUICC_SIGNATURE_INVALID, EUM_CERTIFICATE_EXPIRED, EUM_CERTIFICATE_INVALID, EVENT_IN_USE,
    EVENT_UNKNOWN, FUNCTION_NOT_ALLOWED, Function, ICCID_IN_USE, ICCID_INVALID_TRANSITION,
    ICCID_MISMATCH, ICCID_MISSING, ICCID_NOT_ALLOWED, ICCID_UNKNOWN, MATCHING_ID_IN_USE,
    MATCHING_ID_INVALID, MATCHING_ID_MISMATCH, MATCHING_ID_MISSING, MATCHING_ID_REFUSED,
    NO_ELIGIBLE_PROFILE, PROFILE_NOT_RELEASED, PROFILE_TYPE_NOT_ALLOWED, PROFILE_TYPE_REFUSED,
    PROFILE_TYPE_UNAVAILABLE, PROFILE_TYPE_UNKNOWN, PROTOCOL_FORMAT_INVALID,
    PROTOCOL_FORMAT_MISSING, Refusal, SMDP_ADDRESS_REFUSED, SMDP_CERTIFICATE_UNAVAILABLE,
    SMDP_OID_MISMATCH, SMDP_SECURITY_UNSUPPORTED, SMDP_VERSION_UNSUPPORTED, SMDS_ADDRESS_REFUSED,
    SMDS_CERTIFICATE_UNAVAILABLE, SMDS_EXECUTION_ERROR, SMDS_INACCESSIBLE,
    SMDS_MEMORY_INSUFFICIENT, SMDS_SECURITY_UNSUPPORTED, SMDS_VERSION_UNSUPPORTED,
    TRANSACTION_ID_UNKNOWN, reason_name, subject_name,
};

/// One function with what it may refuse.
struct Entry {
    interface: &'static str,
    function: &'static str,
    clause: &'static str,
    /// The list of integers of the ASN.1 binding; none for a function that has no such binding.
    integers: Option<Function>,
    refusals: &'static [Refusal],
}

/// What a success is called.
pub(super) const SUCCESS: &str = "success";

const TABLE: &[Entry] = &[
    Entry {
        interface: "ES9+",
        function: "InitiateAuthentication",
        clause: "SGP.22 §5.6.1",
        integers: Some(Function::InitiateAuthentication),
        refusals: &[
            PROTOCOL_FORMAT_MISSING,
            PROTOCOL_FORMAT_INVALID,
            SMDP_ADDRESS_REFUSED,
            SMDP_VERSION_UNSUPPORTED,
            SMDP_SECURITY_UNSUPPORTED,
            SMDP_CERTIFICATE_UNAVAILABLE,
        ],
    },
    Entry {
        interface: "ES9+",
        function: "AuthenticateClient",
        clause: "SGP.22 §5.6.3",
        integers: Some(Function::AuthenticateClient),
        refusals: &[
            SMDP_VERSION_UNSUPPORTED,
            PROTOCOL_FORMAT_MISSING,
            PROTOCOL_FORMAT_INVALID,
            TRANSACTION_ID_UNKNOWN,
            EUICC_EXECUTION_ERROR,
            CI_KEY_UNKNOWN,
            EUM_CERTIFICATE_INVALID,
            EUM_CERTIFICATE_EXPIRED,
            EUICC_CERTIFICATE_INVALID,
            EUICC_CERTIFICATE_EXPIRED,
            EUICC_SIGNATURE_INVALID,
            MATCHING_ID_REFUSED,
            EID_REFUSED,
            PROFILE_NOT_RELEASED,
            DOWNLOAD_RETRIES_EXCEEDED,
            DOWNLOAD_ORDER_EXPIRED,
            NO_ELIGIBLE_PROFILE,
            EUICC_MEMORY_INSUFFICIENT,
        ],
    },
    Entry {
        interface: "ES9+",
        function: "GetBoundProfilePackage",
        clause: "SGP.22 §5.6.2",
        integers: Some(Function::GetBoundProfilePackage),
        refusals: &[
            SMDP_VERSION_UNSUPPORTED,
            PROTOCOL_FORMAT_MISSING,
            PROTOCOL_FORMAT_INVALID,
            TRANSACTION_ID_UNKNOWN,
            EUICC_EXECUTION_ERROR,
            EUICC_SIGNATURE_INVALID,
            CONFIRMATION_CODE_MISSING,
            CONFIRMATION_CODE_RETRIES_EXCEEDED,
            CONFIRMATION_CODE_REFUSED,
            BPP_REBINDING_REFUSED,
            DOWNLOAD_ORDER_EXPIRED,
        ],
    },
    Entry {
        interface: "ES9+",
        function: "HandleNotification",
        clause: "SGP.22 §5.6.4",
        integers: Some(Function::CancelSession),
        refusals: &[],
    },
    Entry {
        interface: "ES9+",
        function: "CancelSession",
        clause: "SGP.22 §5.6.5",
        integers: Some(Function::CancelSession),
        refusals: &[
            SMDP_VERSION_UNSUPPORTED,
            PROTOCOL_FORMAT_MISSING,
            PROTOCOL_FORMAT_INVALID,
            TRANSACTION_ID_UNKNOWN,
            EUICC_EXECUTION_ERROR,
            EUICC_SIGNATURE_INVALID,
            SMDP_OID_MISMATCH,
        ],
    },
    Entry {
        interface: "ES2+",
        function: "DownloadOrder",
        clause: "SGP.22 §5.3.1",
        integers: None,
        refusals: &[
            SMDP_VERSION_UNSUPPORTED,
            PROTOCOL_FORMAT_MISSING,
            PROTOCOL_FORMAT_INVALID,
            FUNCTION_NOT_ALLOWED,
            ICCID_MISSING,
            ICCID_UNKNOWN,
            ICCID_NOT_ALLOWED,
            ICCID_IN_USE,
            PROFILE_TYPE_UNKNOWN,
            PROFILE_TYPE_NOT_ALLOWED,
            PROFILE_TYPE_UNAVAILABLE,
            PROFILE_TYPE_REFUSED,
        ],
    },
    Entry {
        interface: "ES2+",
        function: "ConfirmOrder",
        clause: "SGP.22 §5.3.2",
        integers: None,
        refusals: &[
            SMDP_VERSION_UNSUPPORTED,
            PROTOCOL_FORMAT_MISSING,
            PROTOCOL_FORMAT_INVALID,
            FUNCTION_NOT_ALLOWED,
            ICCID_UNKNOWN,
            ICCID_NOT_ALLOWED,
            ICCID_INVALID_TRANSITION,
            EID_MISSING,
            EID_MISMATCH,
            MATCHING_ID_INVALID,
            MATCHING_ID_IN_USE,
            MATCHING_ID_MISMATCH,
            SMDS_EXECUTION_ERROR,
            SMDS_INACCESSIBLE,
        ],
    },
    Entry {
        interface: "ES2+",
        function: "CancelOrder",
        clause: "SGP.22 §5.3.3",
        integers: None,
        refusals: &[
            SMDP_VERSION_UNSUPPORTED,
            PROTOCOL_FORMAT_MISSING,
            PROTOCOL_FORMAT_INVALID,
            FUNCTION_NOT_ALLOWED,
            ICCID_MISSING,
            ICCID_UNKNOWN,
            ICCID_NOT_ALLOWED,
            ICCID_IN_USE,
            ICCID_INVALID_TRANSITION,
            EID_MISSING,
            ICCID_MISMATCH,
            MATCHING_ID_MISSING,
            MATCHING_ID_MISMATCH,
        ],
    },
    Entry {
        interface: "ES2+",
        function: "ReleaseProfile",
        clause: "SGP.22 §5.3.4",
        integers: None,
        refusals: &[
            SMDP_VERSION_UNSUPPORTED,
            PROTOCOL_FORMAT_MISSING,
            PROTOCOL_FORMAT_INVALID,
            FUNCTION_NOT_ALLOWED,
            ICCID_UNKNOWN,
            ICCID_NOT_ALLOWED,
            ICCID_INVALID_TRANSITION,
            SMDS_EXECUTION_ERROR,
            SMDS_INACCESSIBLE,
        ],
    },
    Entry {
        interface: "ES11",
        function: "InitiateAuthentication",
        clause: "SGP.22 §5.8.1",
        integers: Some(Function::InitiateAuthentication),
        refusals: &[
            PROTOCOL_FORMAT_MISSING,
            PROTOCOL_FORMAT_INVALID,
            SMDS_ADDRESS_REFUSED,
            SMDS_VERSION_UNSUPPORTED,
            SMDS_SECURITY_UNSUPPORTED,
            SMDS_CERTIFICATE_UNAVAILABLE,
        ],
    },
    Entry {
        interface: "ES11",
        function: "AuthenticateClient",
        clause: "SGP.22 §5.8.2",
        integers: Some(Function::AuthenticateClientSmds),
        refusals: &[
            SMDS_VERSION_UNSUPPORTED,
            PROTOCOL_FORMAT_MISSING,
            PROTOCOL_FORMAT_INVALID,
            TRANSACTION_ID_UNKNOWN,
            EUICC_EXECUTION_ERROR,
            CI_KEY_UNKNOWN,
            EUM_CERTIFICATE_INVALID,
            EUM_CERTIFICATE_EXPIRED,
            EUICC_CERTIFICATE_INVALID,
            EUICC_CERTIFICATE_EXPIRED,
            EUICC_SIGNATURE_INVALID,
            EVENT_UNKNOWN,
        ],
    },
    Entry {
        interface: "ES12",
        function: "RegisterEvent",
        clause: "SGP.22 §5.9.1",
        integers: None,
        refusals: &[
            PROTOCOL_FORMAT_MISSING,
            PROTOCOL_FORMAT_INVALID,
            EID_MISSING,
            EID_INVALID,
            EVENT_IN_USE,
            SMDS_MEMORY_INSUFFICIENT,
            SMDS_EXECUTION_ERROR,
            SMDS_INACCESSIBLE,
        ],
    },
    Entry {
        interface: "ES12",
        function: "DeleteEvent",
        clause: "SGP.22 §5.9.2",
        integers: None,
        refusals: &[
            PROTOCOL_FORMAT_MISSING,
            PROTOCOL_FORMAT_INVALID,
            EID_MISSING,
            EID_INVALID,
            EVENT_UNKNOWN,
            SMDS_EXECUTION_ERROR,
            SMDS_INACCESSIBLE,
        ],
    },
];

/// Every code that is owed, by function, the JSON binding before the ASN.1 binding.
#[must_use]
pub fn owed() -> Vec<Facts> {
    TABLE
        .iter()
        .flat_map(|entry| {
            let mut rows = json(entry);
            if let Some(list) = entry.integers {
                rows.extend(asn1(entry, list));
            }
            rows
        })
        .collect()
}

fn facts(entry: &Entry, binding: &str, code: &str, pair: String, meaning: &str) -> Facts {
    [
        format!("{}.{}", entry.interface, entry.function),
        binding.to_owned(),
        code.to_owned(),
        pair,
        meaning.to_owned(),
        entry.clause.to_owned(),
    ]
}

fn json(entry: &Entry) -> Vec<Facts> {
    let mut rows = vec![facts(entry, "JSON", SUCCESS, "-".to_owned(), "executed")];
    rows.extend(entry.refusals.iter().map(|refusal| {
        let code = format!("{}/{}", refusal.subject, refusal.reason);
        let names = [subject_name(refusal.subject), reason_name(refusal.reason)];
        let pair = names.map(Option::unwrap_or_default).join(": ");
        facts(entry, "JSON", &code, pair, refusal.message)
    }));
    rows
}

/// One row per integer, with the pairs that it stands for. What is malformed in DER is HTTP 400.
fn asn1(entry: &Entry, list: Function) -> Vec<Facts> {
    let mut rows = vec![facts(entry, "ASN.1", SUCCESS, "-".to_owned(), "executed")];
    let decoded = entry
        .refusals
        .iter()
        .filter(|refusal| refusal.subject != PROTOCOL_FORMAT_INVALID.subject);
    let mut integers: Vec<i64> = decoded
        .clone()
        .map(|refusal| refusal.es9_code(list))
        .collect();
    integers.sort_unstable();
    integers.dedup();
    rows.extend(integers.into_iter().map(|integer| {
        let same = decoded
            .clone()
            .filter(|refusal| refusal.es9_code(list) == integer);
        let pairs: Vec<_> = same
            .clone()
            .map(|refusal| format!("{}/{}", refusal.subject, refusal.reason))
            .collect();
        let meaning: Vec<_> = same.map(|refusal| refusal.message).collect();
        facts(
            entry,
            "ASN.1",
            &integer.to_string(),
            pairs.join(", "),
            &meaning.join("; "),
        )
    }));
    rows
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use rsp::status::TABLE as INTEGERS;

    use super::*;

    #[test]
    fn no_two_rows_are_the_same() {
        let rows = owed();
        let keys: HashSet<_> = rows.iter().map(|row| &row[..3]).collect();
        assert_eq!(keys.len(), rows.len());
    }

    /// What the table of integers has for ES9+ and ES11, the servers owe.
    #[test]
    fn every_integer_is_owed() {
        for row in INTEGERS.iter().filter(|row| row.es9.is_some()) {
            let mut entries = TABLE
                .iter()
                .filter(|entry| entry.integers == Some(row.function));
            assert!(
                entries.any(|entry| entry.refusals.contains(&row.refusal)),
                "{:?} {}",
                row.function,
                row.refusal
            );
        }
    }
}
