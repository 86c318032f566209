// SPDX-License-Identifier: MIT OR Apache-2.0
//! AuthenticateClient with a certificate of EUM or eUICC that has one thing wrong (SGP.22 §5.6.3,
//! §4.5.2).

use certs::{Curve, Flaw, Pki, Role};

use crate::authenticate_errors::refused;
use crate::support::euicc::Euicc;
use crate::support::euicc::reissue::reissue;
use crate::support::kit::order;

/// With another certificate in the place of the eUICC's or its EUM's.
#[track_caller]
fn with_flaw(role: Role, flaw: Flaw, subject: &str, reason: &str) {
    refused(&order(), subject, reason, |kit, lpa| {
        let invalid = kit.pki.invalid(role, Curve::NistP256, flaw).unwrap();
        match role {
            Role::Eum => lpa.euicc.eum = invalid,
            _ => lpa.euicc.euicc = invalid,
        }
        lpa.authenticate(kit)
    });
}

macro_rules! certificates {
    ($($(#[$id:meta])* $name:ident: $role:ident $flaw:ident, $subject:literal / $reason:literal;)+) => {$(
        $(#[$id])*
        #[test]
        fn $name() {
            with_flaw(Role::$role, Flaw::$flaw, $subject, $reason);
        }
    )+};
}

certificates! {
    /// TC_SM-DP+_ES9+.AuthenticateClientNIST_ErrorCases#01 (5 sub-cases)
    error_01_eum_signature: Eum Signature, "8.1.2"/"6.1";
    /// TC_SM-DP+_ES9+.AuthenticateClientNIST_ErrorCases#01 (5 sub-cases)
    error_01_eum_key_usage: Eum KeyUsage, "8.1.2"/"6.1";
    /// TC_SM-DP+_ES9+.AuthenticateClientNIST_ErrorCases#01 (5 sub-cases)
    error_01_eum_policy: Eum WrongRole, "8.1.2"/"6.1";
    /// TC_SM-DP+_ES9+.AuthenticateClientNIST_ErrorCases#01 (5 sub-cases)
    error_01_eum_basic_constraints: Eum Authority, "8.1.2"/"6.1";
    /// TC_SM-DP+_ES9+.AuthenticateClientNIST_ErrorCases#01 (5 sub-cases)
    error_01_eum_path_length: Eum PathLength, "8.1.2"/"6.1";
    error_01_eum_without_policy: Eum NoRole, "8.1.2"/"6.1";
    error_01_eum_critical_extension: Eum CriticalExtension, "8.1.2"/"6.1";
    error_01_eum_not_yet_valid: Eum NotYetValid, "8.1.2"/"6.1";
    /// TC_SM-DP+_ES9+.AuthenticateClientNIST_ErrorCases#02
    error_02_eum_expired: Eum Expired, "8.1.2"/"6.3";
    /// TC_SM-DP+_ES9+.AuthenticateClientNIST_ErrorCases#03 (5 sub-cases)
    error_03_euicc_signature: Euicc Signature, "8.1.3"/"6.1";
    /// TC_SM-DP+_ES9+.AuthenticateClientNIST_ErrorCases#03 (5 sub-cases)
    error_03_euicc_key_usage: Euicc KeyUsage, "8.1.3"/"6.1";
    /// TC_SM-DP+_ES9+.AuthenticateClientNIST_ErrorCases#03 (5 sub-cases)
    error_03_euicc_policy: Euicc WrongRole, "8.1.3"/"6.1";
    /// TC_SM-DP+_ES9+.AuthenticateClientNIST_ErrorCases#03 (5 sub-cases)
    error_03_euicc_organization: Euicc Organization, "8.1.3"/"6.1";
    /// TC_SM-DP+_ES9+.AuthenticateClientNIST_ErrorCases#03 (5 sub-cases)
    error_03_euicc_serial_number: Euicc SerialNumber, "8.1.3"/"6.1";
    error_03_euicc_without_serial_number: Euicc NoSerialNumber, "8.1.3"/"6.1";
    error_03_euicc_outside_of_the_range: Euicc EidOutOfRange, "8.1.3"/"6.1";
    error_03_euicc_is_a_ca: Euicc Authority, "8.1.3"/"6.1";
    error_03_euicc_not_yet_valid: Euicc NotYetValid, "8.1.3"/"6.1";
    /// TC_SM-DP+_ES9+.AuthenticateClientNIST_ErrorCases#04
    error_04_euicc_expired: Euicc Expired, "8.1.3"/"6.3";
}

#[test]
fn certificates_that_cannot_be_read_are_refused() {
    refused(&order(), "8.1.2", "6.1", |kit, lpa| {
        lpa.euicc.eum.certificate = vec![0x30, 0x00];
        lpa.authenticate(kit)
    });
    refused(&order(), "8.1.3", "6.1", |kit, lpa| {
        lpa.euicc.euicc.certificate = vec![0x30, 0x00];
        lpa.authenticate(kit)
    });
}

#[test]
fn the_topmost_certificate_that_is_bad_decides() {
    refused(&order(), "8.1.2", "6.3", |kit, lpa| {
        let (eum, euicc) = (Role::Eum, Role::Euicc);
        lpa.euicc.eum = kit
            .pki
            .invalid(eum, Curve::NistP256, Flaw::Expired)
            .unwrap();
        lpa.euicc.euicc = kit
            .pki
            .invalid(euicc, Curve::NistP256, Flaw::Signature)
            .unwrap();
        lpa.authenticate(kit)
    });
}

#[test]
fn an_eid_that_was_changed_breaks_the_signature_of_the_eum() {
    refused(&order(), "8.1.3", "6.1", |kit, lpa| {
        let eid = lpa.euicc.eid.to_string();
        let other = eid.replacen("89049032", "89049033", 1);
        let certificate = &lpa.euicc.euicc.certificate;
        lpa.euicc.euicc.certificate = reissue(certificate, &eid, &other, &lpa.euicc.eum.key);
        lpa.authenticate(kit)
    });
}

/// TC_SM-DP+_ES9+.AuthenticateClientNIST_ErrorCases#07
#[test]
fn error_07_unknown_ci() {
    refused(&order(), "8.11.1", "3.9", |kit, lpa| {
        let known = lpa.euicc.info1.clone();
        lpa.euicc = Euicc::new(&Pki::seeded(2).unwrap(), Curve::NistP256);
        lpa.euicc.info1 = known;
        lpa.authenticate(kit)
    });
    // known to the server, and not the one that it has chosen
    refused(&order(), "8.11.1", "3.9", |kit, lpa| {
        let chosen = lpa.euicc.info1.clone();
        lpa.euicc = Euicc::new(&kit.pki, Curve::BrainpoolP256r1);
        lpa.euicc.info1 = chosen;
        lpa.authenticate(kit)
    });
}
