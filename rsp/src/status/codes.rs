// SPDX-License-Identifier: MIT OR Apache-2.0
//! The names of the codes (SGP.22 §5.2.6.1 and §5.2.6.2).

/// Subject codes and their names.
pub const SUBJECTS: &[(&str, &str)] = &[
    ("1", "Generic"),
    ("1.1", "Function Requester"),
    ("1.2", "Function Provider"),
    ("1.3", "Protocol"),
    ("1.3.1", "Protocol Format"),
    ("1.3.2", "Protocol Version"),
    ("1.6", "Function"),
    ("8", "eUICC Remote Provisioning"),
    ("8.1", "eUICC"),
    ("8.1.1", "EID"),
    ("8.1.2", "EUM Certificate"),
    ("8.1.3", "eUICC Certificate"),
    ("8.2", "Profile"),
    ("8.2.1", "Profile ICCID"),
    ("8.2.5", "Profile Type"),
    ("8.2.6", "Matching ID"),
    ("8.2.7", "Confirmation Code"),
    ("8.2.8", "PPR"),
    ("8.2.9", "Profile Metadata"),
    ("8.2.10", "Bound Profile Package"),
    ("8.2.11", "Managing SM-DP+"),
    ("8.2.12", "Profile Owner"),
    ("8.2.13", "Enterprise"),
    ("8.2.14", "LPA Proxy"),
    ("8.8", "SM-DP+"),
    ("8.8.1", "SM-DP+ Address"),
    ("8.8.2", "Security configuration"),
    ("8.8.3", "Specification Version Number (SVN)"),
    ("8.8.4", "SM-DP+ Certificate"),
    ("8.8.5", "Download order"),
    ("8.8.6", "RPM order"),
    ("8.9", "SM-DS"),
    ("8.9.1", "SM-DS Address"),
    ("8.9.2", "Security configuration"),
    ("8.9.3", "Specification Version Number (SVN)"),
    ("8.9.4", "SM-DS Certificate"),
    ("8.9.5", "Event Record"),
    ("8.9.6", "Event Checking ID"),
    ("8.9.7", "Push"),
    ("8.10", "RSP Operation"),
    ("8.10.1", "TransactionID"),
    ("8.10.2", "RPM Script"),
    ("8.10.3", "Device Change"),
    ("8.10.4", "Event Checking"),
    ("8.10.5", "Device Change session"),
    ("8.10.6", "Push registration"),
    ("8.11", "GSMA CI"),
    ("8.11.1", "CI Public Key"),
    ("8.12", "LPA"),
    ("8.31.2", "eIM Transaction ID"),
];

/// Reason codes and their names.
pub const REASONS: &[(&str, &str)] = &[
    ("1", "Access"),
    ("1.1", "Unknown (Identification or Authentication)"),
    ("1.2", "Not Allowed (Authorisation)"),
    ("2", "Format"),
    ("2.1", "Invalid"),
    ("2.2", "Mandatory Element Missing"),
    ("2.3", "Conditional Element Missing"),
    ("3", "Conditions of Use"),
    ("3.1", "Unsupported"),
    ("3.3", "Already in Use (Uniqueness)"),
    ("3.5", "Invalid transition"),
    ("3.7", "Unavailable"),
    ("3.8", "Refused"),
    ("3.9", "Unknown"),
    ("3.10", "Invalid Association"),
    ("3.11", "Value has Changed"),
    ("3.12", "Invalid Match"),
    ("4", "Processing"),
    ("4.2", "Execution Error"),
    ("4.3", "Stopped on Warning"),
    ("4.8", "Insufficient Memory"),
    ("4.10", "Time to Live Expired"),
    ("5", "Transport"),
    ("5.1", "Inaccessible"),
    ("6", "Security"),
    ("6.1", "Verification Failed"),
    ("6.3", "Expired"),
    ("6.4", "Maximum Number of Attempts Exceeded"),
];

fn name(table: &[(&str, &'static str)], code: &str) -> Option<&'static str> {
    table
        .iter()
        .find(|(known, _)| *known == code)
        .map(|(_, name)| *name)
}

/// The name of a subject code.
pub fn subject_name(code: &str) -> Option<&'static str> {
    name(SUBJECTS, code)
}

/// The name of a reason code.
pub fn reason_name(code: &str) -> Option<&'static str> {
    name(REASONS, code)
}
