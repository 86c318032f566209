// SPDX-License-Identifier: MIT OR Apache-2.0
//! Chains of an eUICC: EUM, range of EIDs, subject.

use super::*;

/// The error of an eUICC chain of variant O whose certificates were edited.
fn euicc_chain(
    eid: &str,
    edit_eum: impl FnOnce(&mut Recipe),
    edit_euicc: impl FnOnce(&mut Recipe),
) -> Result<EuiccIdentity, ChainError> {
    let (eum, euicc) = (Entity::new("EUM", "EUM"), Entity::euicc("E", "EUM", eid));
    let eum_certificate = view(&issue(Role::Eum, Variant::O, &eum, &ci(), edit_eum));
    let certificate = view(&issue(Role::Euicc, Variant::O, &euicc, &eum, edit_euicc));
    verify_euicc(&certificate, &eum_certificate, &[], &anchors(), NOW)
}

#[test]
fn euicc_chains_name_the_topmost_bad_certificate() {
    let expired = |r: &mut Recipe| r.not_after = "250601000000Z";
    let error = euicc_chain(mint::EID, expired, expired).unwrap_err();
    assert_eq!(error, Problem::Expired.of(Role::Eum));
    assert_eq!(error.refusal(), status::EUM_CERTIFICATE_EXPIRED);
    let error = euicc_chain(mint::EID, |_| {}, expired).unwrap_err();
    assert_eq!(error, Problem::Expired.of(Role::Euicc));
    assert_eq!(error.refusal(), status::EUICC_CERTIFICATE_EXPIRED);
    let unknown = |r: &mut Recipe| {
        r.extension(
            mint::AUTHORITY_KEY_ID,
            false,
            Some(seq(&[tlv(0x80, &[2; 20])])),
        );
    };
    let error = euicc_chain(mint::EID, unknown, |_| {}).unwrap_err();
    assert_eq!(error.refusal(), status::CI_KEY_UNKNOWN);
    let error = euicc_chain(mint::EID, |_| {}, unknown).unwrap_err();
    assert!(matches!(error.problem, Problem::AuthorityKeyId { .. }));
    assert_eq!(error.refusal(), status::EUICC_CERTIFICATE_INVALID);
    let error = euicc_chain(mint::EID, |r| r.algorithm[7] = 3, |_| {}).unwrap_err();
    assert_eq!(error.refusal(), status::EUM_CERTIFICATE_INVALID);
}

#[test]
fn a_manufacturer_with_another_policy_is_itself_at_fault() {
    let other = |r: &mut Recipe| {
        let policy = Role::DpAuth.policy(Variant::O).unwrap();
        r.extension(mint::POLICIES, true, Some(policies(policy.as_bytes())));
    };
    let error = euicc_chain(mint::EID, other, |_| {}).unwrap_err();
    assert!(matches!(error.problem, Problem::Policy { .. }), "{error}");
    assert_eq!(error.refusal(), status::EUM_CERTIFICATE_INVALID);
}

#[test]
fn an_eum_limits_the_cas_below_it() {
    let length = |below: Option<u8>| {
        move |r: &mut Recipe| {
            let mut constraints = vec![vec![0x01, 0x01, 0xFF]];
            constraints.extend(below.map(|below| vec![0x02, 0x01, below]));
            r.extension(mint::BASIC_CONSTRAINTS, true, Some(seq(&constraints)));
        }
    };
    euicc_chain(mint::EID, length(Some(0)), |_| {}).unwrap();
    for found in [None, Some(1)] {
        let error = euicc_chain(mint::EID, length(found), |_| {}).unwrap_err();
        let problem = Problem::EumPathLength {
            expected: "0",
            found,
        };
        assert_eq!(error, problem.of(Role::Eum));
        assert_eq!(error.refusal(), status::EUM_CERTIFICATE_INVALID);
    }
}

#[test]
fn self_signed_certificates_lead_to_no_ci() {
    let own = Entity::new("DP", "ACME");
    let leaf = view(&issue(Role::DpAuth, Variant::O, &own, &own, |_| {}));
    let error = verify_server(Role::DpAuth, &leaf, &[], &anchors(), NOW).unwrap_err();
    assert_eq!(error, Problem::SelfSigned.of(Role::DpAuth));
    let eum = Entity::new("EUM", "EUM");
    let self_signed = view(&issue(Role::Eum, Variant::O, &eum, &eum, |_| {}));
    let euicc = Entity::euicc("E", "EUM", mint::EID);
    let leaf = view(&issue(Role::Euicc, Variant::O, &euicc, &eum, |_| {}));
    let error = verify_euicc(&leaf, &self_signed, &[], &anchors(), NOW).unwrap_err();
    assert_eq!(error, Problem::SelfSigned.of(Role::Eum));
    assert_eq!(error.refusal(), status::EUM_CERTIFICATE_INVALID);
    let eum_certificate = view(&issue(Role::Eum, Variant::O, &eum, &ci(), |_| {}));
    let leaf = view(&issue(Role::Euicc, Variant::O, &euicc, &euicc, |_| {}));
    let error = verify_euicc(&leaf, &eum_certificate, &[], &anchors(), NOW).unwrap_err();
    assert_eq!(error, Problem::SelfSigned.of(Role::Euicc));
}

#[test]
fn the_eid_must_be_inside_the_range() {
    let other = "89049033123451234512345678901234";
    let error = euicc_chain(other, |_| {}, |_| {}).unwrap_err();
    assert_eq!(
        error,
        Problem::EidOutOfRange(other.parse().unwrap()).of(Role::Euicc)
    );
    let limits = |part: u8, organization: &'static str, serial: Option<&'static str>| {
        move |r: &mut Recipe| {
            let value = name_constraints(part, organization, serial);
            r.extension(mint::NAME_CONSTRAINTS, true, Some(value));
        }
    };
    let out_of_range = |result: Result<EuiccIdentity, ChainError>| {
        assert!(matches!(
            result.unwrap_err().problem,
            Problem::EidOutOfRange(_)
        ));
    };
    out_of_range(euicc_chain(
        mint::EID,
        limits(0xA0, "Other", Some("8904")),
        |_| {},
    ));
    let no_range = euicc_chain(mint::EID, limits(0xA0, "EUM", None), |_| {}).unwrap_err();
    assert_eq!(no_range, Problem::NoEidRange.of(Role::Eum));
    let eins = |prefix: &'static [u8]| {
        move |r: &mut Recipe| {
            r.extension(mint::PERMITTED_EINS, false, Some(seq(&[tlv(0x13, prefix)])));
        }
    };
    euicc_chain(mint::EID, eins(b"8904"), |_| {}).unwrap();
    out_of_range(euicc_chain(mint::EID, eins(b"8903"), |_| {}));
    out_of_range(euicc_chain(mint::EID, eins(b""), |_| {}));
    out_of_range(euicc_chain(
        mint::EID,
        |r| {
            eins(b"8904")(r);
            limits(0xA1, "EUM", Some("890490321234"))(r);
        },
        |_| {},
    ));
}

#[test]
fn the_subject_of_an_euicc_is_checked() {
    let subject = |name: Vec<u8>| euicc_chain(mint::EID, |_| {}, |r| r.subject = name);
    let named = |organization: &str, eid: &str| Entity::euicc("x", organization, eid).name;
    let error = subject(named("Other", mint::EID)).unwrap_err();
    assert!(matches!(error.problem, Problem::Organization { .. }));
    let error = subject(named("EUM", "8904903212345123451234567890123")).unwrap_err();
    assert!(matches!(error.problem, Problem::Eid(_)));
    let error = subject(Entity::new("x", "EUM").name).unwrap_err();
    assert_eq!(error, Problem::EidMissing.of(Role::Euicc));
    let error = euicc_chain(
        mint::EID,
        |_| {},
        |r| {
            let policy = Role::Eum.policy(Variant::O).unwrap();
            r.extension(mint::POLICIES, true, Some(policies(policy.as_bytes())));
        },
    );
    assert!(matches!(error.unwrap_err().problem, Problem::Policy { .. }));
}
