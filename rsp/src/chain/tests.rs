// SPDX-License-Identifier: MIT OR Apache-2.0
//! Good chains of every variant, the published set, and certificates with one thing wrong each.

mod euicc;
mod mint;
mod published;

use proptest::prelude::*;

use self::mint::{Entity, Recipe, issue, name_constraints, policies, seq, tlv};
use super::*;
use crate::ecdsa::PrivateKey;
use crate::known;

const NOW: Option<i64> = Some(1_767_225_600);

fn view(der: &[u8]) -> CertificateView {
    CertificateView::parse(der).unwrap()
}

fn ci() -> Entity {
    Entity::new("CI", "GSMA")
}

fn anchors() -> Vec<Anchor> {
    let ci = ci();
    let der = issue(Role::Ci, Variant::O, &ci, &ci, |_| {});
    vec![Anchor::from_certificate(&view(&der)).unwrap()]
}

/// A DPauth certificate straight from the CI.
fn dp_auth(variant: Variant, edit: impl FnOnce(&mut Recipe)) -> CertificateView {
    view(&issue(
        Role::DpAuth,
        variant,
        &Entity::new("DP", "ACME"),
        &ci(),
        edit,
    ))
}

fn problem_of_dp_auth(edit: impl FnOnce(&mut Recipe)) -> Problem {
    let leaf = dp_auth(Variant::O, edit);
    let error = verify_server(Role::DpAuth, &leaf, &[], &anchors(), NOW).unwrap_err();
    assert_eq!(error.certificate, Role::DpAuth);
    error.problem
}

#[test]
fn servers_are_accepted_in_every_variant() {
    let dp = Entity::new("DP", "ACME");
    for (variant, above) in [
        (Variant::O, &[][..]),
        (Variant::V3, &[]),
        (Variant::V3, &[Role::DpSubCa]),
        (Variant::V3, &[Role::CiSubCa]),
        (Variant::V3, &[Role::CiSubCa, Role::DpSubCa]),
    ] {
        let mut issuer = ci();
        let mut others = Vec::new();
        for role in above {
            let entity = Entity::new(&role.to_string(), "CA");
            others.push(view(&issue(*role, variant, &entity, &issuer, |_| {})));
            issuer = entity;
        }
        for role in [Role::DpAuth, Role::DpPb, Role::DpTls] {
            let leaf = view(&issue(role, variant, &dp, &issuer, |_| {}));
            let identity = verify_server(role, &leaf, &others, &anchors(), NOW).unwrap();
            assert_eq!(identity.oid.unwrap().to_string(), "2.999.10");
            assert_eq!(identity.public_key, *dp.key.public_key());
            assert_eq!(identity.ci_key_id, ci().key_id);
        }
    }
}

#[test]
fn euiccs_are_accepted_in_every_variant() {
    for (variant, above) in [
        (Variant::O, &[Role::Eum][..]),
        (Variant::V3, &[Role::Eum]),
        (Variant::V3, &[Role::Eum, Role::EumSubCa]),
        (Variant::V3, &[Role::CiSubCa, Role::Eum]),
        (Variant::V3, &[Role::CiSubCa, Role::Eum, Role::EumSubCa]),
    ] {
        let mut issuer = ci();
        let mut chain = Vec::new();
        for role in above {
            let entity = Entity::new(&role.to_string(), "EUM");
            chain.push(view(&issue(*role, variant, &entity, &issuer, |_| {})));
            issuer = entity;
        }
        let euicc = Entity::euicc("E", "EUM", mint::EID);
        let leaf = view(&issue(Role::Euicc, variant, &euicc, &issuer, |_| {}));
        let next = chain.pop().unwrap();
        let identity = verify_euicc(&leaf, &next, &chain, &anchors(), NOW).unwrap();
        assert_eq!(identity.eid.to_string(), mint::EID);
        assert_eq!(identity.public_key, *euicc.key.public_key());
    }
}

#[test]
fn one_wrong_thing_in_a_leaf_is_named() {
    let wrong_id = seq(&[tlv(0x80, &[1; 20])]);
    assert_eq!(
        problem_of_dp_auth(|r| r.extension(mint::AUTHORITY_KEY_ID, false, Some(wrong_id))),
        Problem::UnknownCi("01".repeat(20))
    );
    assert_eq!(
        problem_of_dp_auth(|r| r.extension(mint::AUTHORITY_KEY_ID, false, None)),
        Problem::UnknownCi(String::new())
    );
    assert_eq!(
        problem_of_dp_auth(|r| r.algorithm[7] = 3),
        Problem::Algorithm
    );
    assert_eq!(
        problem_of_dp_auth(|r| r.issuer = vec![]),
        Problem::IssuerName
    );
    assert!(matches!(
        problem_of_dp_auth(|r| r.spki = mint::other_curve()),
        Problem::UnsupportedCurve(text) if text.contains("1.3.132.0.34")
    ));
    assert_eq!(
        problem_of_dp_auth(|r| r.spki = mint::brainpool()),
        Problem::Curve {
            expected: Curve::NistP256,
            found: Curve::BrainpoolP256r1
        }
    );
    let cert_sign = vec![0x03, 0x02, 0x02, 0x04];
    assert_eq!(
        problem_of_dp_auth(|r| r.extension(mint::KEY_USAGE, true, Some(cert_sign))),
        Problem::KeyUsage("digitalSignature")
    );
    let ca = seq(&[vec![0x01, 0x01, 0xFF]]);
    assert_eq!(
        problem_of_dp_auth(|r| r.extension(mint::BASIC_CONSTRAINTS, true, Some(ca))),
        Problem::IsCa
    );
    let binding = Role::DpPb.policy(Variant::O).unwrap();
    let other = policies(binding.as_bytes());
    assert_eq!(
        problem_of_dp_auth(|r| r.extension(mint::POLICIES, true, Some(other))),
        Problem::Policy {
            expected: Role::DpAuth,
            found: vec![binding]
        }
    );
    assert_eq!(
        problem_of_dp_auth(|r| r.extension(&[0x88, 0x37, 0x01], true, Some(vec![5, 0]))),
        Problem::CriticalExtension("2.999.1".into())
    );
    assert_eq!(
        problem_of_dp_auth(|r| r.not_after = "250601000000Z"),
        Problem::Expired
    );
    assert_eq!(
        problem_of_dp_auth(|r| r.extension(mint::SUBJECT_ALT_NAME, false, None)),
        Problem::RegisteredId
    );
}

#[test]
fn another_signer_is_named() {
    let dp = Entity::new("DP", "ACME");
    let mut forger = Entity::new("forger", "GSMA");
    (forger.name, forger.key_id) = (ci().name, ci().key_id);
    let leaf = view(&issue(Role::DpAuth, Variant::O, &dp, &forger, |_| {}));
    let error = verify_server(Role::DpAuth, &leaf, &[], &anchors(), NOW).unwrap_err();
    assert_eq!(error.problem, Problem::Signature(SignatureError::Mismatch));
}

#[test]
fn unknown_extensions_that_are_not_critical_are_tolerated() {
    let leaf = dp_auth(Variant::O, |r| {
        r.extension(&[0x88, 0x37, 0x01], false, Some(vec![5, 0]))
    });
    verify_server(Role::DpAuth, &leaf, &[], &anchors(), NOW).unwrap();
}

#[test]
fn without_a_clock_validity_is_not_looked_at() {
    let leaf = dp_auth(Variant::O, |r| r.not_after = "250601000000Z");
    verify_server(Role::DpAuth, &leaf, &[], &anchors(), None).unwrap();
    let leaf = dp_auth(Variant::O, |_| {});
    for (now, accepted) in [
        (mint::NOT_BEFORE - 1, false),
        (mint::NOT_BEFORE, true),
        (mint::NOT_AFTER, true),
        (mint::NOT_AFTER + 1, false),
    ] {
        let verdict = verify_server(Role::DpAuth, &leaf, &[], &anchors(), Some(now));
        assert_eq!(verdict.is_ok(), accepted, "{now}");
    }
}

#[test]
fn tls_needs_the_host_name_and_the_purpose() {
    let dp = Entity::new("DP", "ACME");
    let verify = |host: &str, edit: &dyn Fn(&mut Recipe)| {
        let leaf = view(&issue(Role::DpTls, Variant::O, &dp, &ci(), edit));
        verify_tls_server(Role::DpTls, &leaf, &[], &anchors(), host, NOW)
    };
    verify("SMDP.example.com", &|_| {}).unwrap();
    let error = verify("smds.example.com", &|_| {}).unwrap_err();
    assert!(matches!(error.problem, Problem::HostName { .. }));
    let client = seq(&[tlv(0x06, &[0x2B, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x02])]);
    let edit = |r: &mut Recipe| r.extension(mint::EXTENDED_KEY_USAGE, true, Some(client.clone()));
    let error = verify("smdp.example.com", &edit).unwrap_err();
    assert_eq!(error.problem, Problem::ExtendedKeyUsage("serverAuth"));
}

#[test]
fn the_oid_must_be_the_one_seen_before() {
    let leaf = dp_auth(Variant::O, |_| {});
    let identity = verify_server(Role::DpAuth, &leaf, &[], &anchors(), NOW).unwrap();
    identity.expect_oid(&"2.999.10".parse().unwrap()).unwrap();
    let error = identity
        .expect_oid(&"2.999.11".parse().unwrap())
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "CERT.DPauth: expected server OID 2.999.11, found 2.999.10"
    );
}

#[test]
fn intermediates_must_be_cas_that_may_issue_the_policy() {
    let (sub_ca, dp) = (Entity::new("S", "CA"), Entity::new("DP", "ACME"));
    let verify = |sub: Role, leaf: Role, edit: &dyn Fn(&mut Recipe)| {
        let middle = view(&issue(sub, Variant::V3, &sub_ca, &ci(), edit));
        let leaf_certificate = view(&issue(leaf, Variant::V3, &dp, &sub_ca, |_| {}));
        verify_server(leaf, &leaf_certificate, &[middle], &anchors(), NOW).unwrap_err()
    };
    let error = verify(Role::DsSubCa, Role::DpAuth, &|_| {});
    assert!(matches!(error.problem, Problem::PolicyNotIssuable(_)));
    assert_eq!(error.certificate, Role::DpAuth);
    let error = verify(Role::Eum, Role::DpAuth, &|_| {});
    assert!(matches!(error.problem, Problem::PolicyNotIssuable(_)));
    let error = verify(Role::DpSubCa, Role::DpAuth, &|r| {
        r.extension(mint::BASIC_CONSTRAINTS, true, None);
    });
    assert_eq!(error, Problem::NotCa.of(Role::DpSubCa));
    let error = verify(Role::DpSubCa, Role::DpAuth, &|r| {
        r.extension(mint::KEY_USAGE, true, Some(vec![0x03, 0x02, 0x07, 0x80]));
    });
    assert_eq!(error, Problem::KeyUsage("keyCertSign").of(Role::DpSubCa));
    let error = verify(Role::DpSubCa, Role::DpAuth, &|r| {
        r.extension(mint::POLICIES, true, None)
    });
    assert!(matches!(
        error.problem,
        Problem::Policy {
            expected: Role::DpSubCa,
            ..
        }
    ));
}

#[test]
fn a_leaf_of_variant_o_has_no_intermediates() {
    let (sub_ca, dp) = (Entity::new("S", "CA"), Entity::new("DP", "ACME"));
    let middle = view(&issue(Role::DpSubCa, Variant::V3, &sub_ca, &ci(), |_| {}));
    let leaf = view(&issue(Role::DpAuth, Variant::O, &dp, &sub_ca, |_| {}));
    let error = verify_server(Role::DpAuth, &leaf, &[middle], &anchors(), NOW).unwrap_err();
    assert!(matches!(error.problem, Problem::PolicyNotIssuable(_)));
}

#[test]
fn the_path_length_counts_cas_below() {
    let (top, low) = (Entity::new("top", "CA"), Entity::new("low", "CA"));
    let zero = || Some(seq(&[vec![0x01, 0x01, 0xFF], vec![0x02, 0x01, 0x00]]));
    let others = [
        view(&issue(Role::CiSubCa, Variant::V3, &top, &ci(), |r| {
            r.extension(mint::BASIC_CONSTRAINTS, true, zero());
        })),
        view(&issue(Role::DpSubCa, Variant::V3, &low, &top, |_| {})),
    ];
    let leaf = view(&issue(
        Role::DpAuth,
        Variant::V3,
        &Entity::new("DP", "A"),
        &low,
        |_| {},
    ));
    let error = verify_server(Role::DpAuth, &leaf, &others, &anchors(), NOW).unwrap_err();
    assert_eq!(
        error,
        Problem::PathLength {
            allowed: 0,
            found: 1
        }
        .of(Role::CiSubCa)
    );
}

#[test]
fn endless_chains_end() {
    let (left, right) = (Entity::new("left", "CA"), Entity::new("right", "CA"));
    let circle = [
        view(&issue(Role::CiSubCa, Variant::V3, &left, &right, |_| {})),
        view(&issue(Role::CiSubCa, Variant::V3, &right, &left, |_| {})),
    ];
    let leaf = view(&issue(
        Role::DpAuth,
        Variant::V3,
        &Entity::new("DP", "A"),
        &left,
        |_| {},
    ));
    let error = verify_server(Role::DpAuth, &leaf, &circle, &anchors(), NOW).unwrap_err();
    assert_eq!(error.problem, Problem::TooLong(3));
}

#[test]
fn a_ci_must_be_one() {
    let (ci, other) = (ci(), Entity::new("other", "GSMA"));
    let refuse = |der: Vec<u8>| Anchor::from_certificate(&view(&der)).unwrap_err().problem;
    let forged = issue(Role::Ci, Variant::O, &ci, &other, |r| {
        r.issuer = r.subject.clone()
    });
    assert_eq!(refuse(forged), Problem::Signature(SignatureError::Mismatch));
    let leaf = issue(Role::Ci, Variant::O, &ci, &ci, |r| {
        r.extension(mint::BASIC_CONSTRAINTS, true, None);
    });
    assert_eq!(refuse(leaf), Problem::NotCa);
    let eum = issue(Role::Eum, Variant::O, &ci, &ci, |_| {});
    assert!(matches!(refuse(eum), Problem::Policy { .. }));
}

#[test]
fn truncated_key_identifiers_find_their_ci() {
    let key = |label| Entity::new(label, "").key.public_key().clone();
    let anchors = [
        Anchor::new(&[0xF5, 0x41, 0x72, 0x01], key("a")),
        Anchor::new(&[0xF5, 0x41, 0x99, 0x02], key("b")),
        Anchor::new(&[0xF5, 0x41], key("c")),
    ];
    let found = |id: &[u8]| find_anchor(&anchors, id).map(Anchor::key_id);
    assert_eq!(
        found(&[0xF5, 0x41, 0x72]),
        Some(&[0xF5, 0x41, 0x72, 0x01][..])
    );
    assert_eq!(
        found(&[0xF5, 0x41, 0x99, 0x02]),
        Some(&[0xF5, 0x41, 0x99, 0x02][..])
    );
    assert_eq!(found(&[0xF5, 0x41]), Some(&[0xF5, 0x41][..]));
    assert_eq!(found(&[0xF5]), None);
    assert_eq!(found(&[]), None);
    assert_eq!(found(&[0xF5, 0x41, 0x72, 0x01, 0x00]), None);
}

#[test]
fn policies_name_roles_both_ways() {
    assert_eq!(
        Role::DpAuth.policy(Variant::O).unwrap().to_string(),
        "2.23.146.1.2.1.4"
    );
    assert_eq!(
        Role::Euicc.policy(Variant::V3).unwrap().to_string(),
        "2.23.146.1.2.1.0.0.0.0.0"
    );
    assert_eq!(Role::CiSubCa.policy(Variant::O), None);
    assert_eq!(Role::EimTls.policy(Variant::V3), None);
    for role in [
        Role::Eum,
        Role::Euicc,
        Role::DpTls,
        Role::DpAuth,
        Role::DpPb,
        Role::DsTls,
    ] {
        for variant in [Variant::O, Variant::V3] {
            let policy = role.policy(variant).unwrap();
            assert_eq!(Role::from_policy(&policy), Some((role, variant)));
        }
    }
    assert_eq!(
        Role::from_policy(&"2.23.146.1.2.1.9".parse().unwrap()),
        None
    );
}

#[test]
fn what_follows_a_certificate_is_refused() {
    let mut der = issue(
        Role::DpAuth,
        Variant::O,
        &Entity::new("DP", "A"),
        &ci(),
        |_| {},
    );
    der.push(0);
    assert!(CertificateView::parse(&der).is_err());
    assert!(CertificateView::parse(&[]).is_err());
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = CertificateView::parse(&bytes);
    }

    #[test]
    fn damaged_certificates_never_panic(
        edits in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 1..6),
    ) {
        let eum = Entity::new("EUM", "EUM");
        let mut der = issue(Role::Eum, Variant::V3, &eum, &ci(), |_| {});
        for (position, byte) in edits {
            let index = position.index(der.len());
            der[index] = byte;
        }
        if let Ok(damaged) = CertificateView::parse(&der) {
            let _ = damaged.subject_organization();
            let _ = damaged.subject_serial_number();
            let _ = damaged.eid_ranges().iter().any(|range| range.limits_eids());
        }
    }
}
