// SPDX-License-Identifier: MIT OR Apache-2.0
//! The options that a case may need and an implementation may have.

/// Name and meaning of every option. Names of the test specifications are kept; the others are
/// words in lower case.
pub const OPTIONS: [(&str, &str); 12] = [
    ("O_S_PKG_RETRIEVAL", "eIM hands out packages on request"),
    ("O_S_ESIPA_HTTPS", "eIM serves ESipa over HTTPS"),
    ("O_S_TRID", "eIM puts eimTransactionId into its packages"),
    ("direct-download", "IPA downloads from the SM-DP+ itself"),
    ("indirect-download", "download through the eIM"),
    ("esipa-https", "IPA speaks ESipa over HTTPS"),
    ("euicc-package", "IPA executes eUICC packages"),
    ("ipa-euicc-data", "IPA answers data requests"),
    ("rollback", "IPA rolls back when the eIM is out of reach"),
    ("notification-forwarding", "eIM forwards notifications"),
    ("nist", "NIST P-256 certificates"),
    ("brainpool", "brainpoolP256r1 certificates"),
];

/// Whether `name` is an option.
#[must_use]
pub(crate) fn is_known(name: &str) -> bool {
    OPTIONS.iter().any(|(known, _)| *known == name)
}
