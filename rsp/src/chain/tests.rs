// SPDX-License-Identifier: MIT OR Apache-2.0
//! Good chains of every variant, the published set, and certificates with one thing wrong each.

mod mint;

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

/// A file of the published set for one curve.
fn published(path: &str, curve: &str) -> Option<CertificateView> {
    known::sgp26(&path.replace('*', curve)).map(|der| view(&der))
}

fn published_anchors(curve: &str) -> Option<Vec<Anchor>> {
    let ci = published("CertificateIssuer/CERT_CI_ECDSA_*.der", curve)?;
    Some(vec![Anchor::from_certificate(&ci).unwrap()])
}

#[test]
fn published_server_chains_are_accepted() {
    for curve in ["NIST", "BRP"] {
        let Some(anchors) = published_anchors(curve) else {
            return;
        };
        for (path, role, oid) in [
            (
                "DPauth/CERT_S_SM_DPauth_ECDSA_*.der",
                Role::DpAuth,
                "2.999.10",
            ),
            (
                "DPauth/CERT_S_SM_DP2auth_ECDSA_*.der",
                Role::DpAuth,
                "2.999.12",
            ),
            ("DPpb/CERT_S_SM_DPpb_ECDSA_*.der", Role::DpPb, "2.999.10"),
            ("DPpb/CERT_S_SM_DP2pb_ECDSA_*.der", Role::DpPb, "2.999.12"),
            ("DPtls/CERT_S_SM_DP_TLS_*.der", Role::DpTls, "2.999.10"),
        ] {
            let leaf = published(path, curve).unwrap();
            let identity = verify_server(role, &leaf, &[], &anchors, NOW).unwrap();
            assert_eq!(identity.oid.unwrap().to_string(), oid, "{path}");
            let other = if role == Role::DpAuth {
                Role::DpPb
            } else {
                Role::DpAuth
            };
            let error = verify_server(other, &leaf, &[], &anchors, NOW).unwrap_err();
            assert!(matches!(error.problem, Problem::Policy { .. }));
        }
    }
}

#[test]
fn published_tls_certificates_are_checked_for_host_and_time() {
    let Some(anchors) = published_anchors("NIST") else {
        return;
    };
    for (path, host, now) in [
        (
            "DPtls/CERT_S_SM_DP_TLS_NIST.der",
            "testsmdpplus1.example.com",
            1_767_225_600,
        ),
        (
            "DPtls/CERT_S_SM_DP2_TLS.der",
            "testsmdpplus2.example.com",
            1_767_225_600,
        ),
        (
            "DPtls/CERT_S_SM_DP4_TLS.der",
            "testsmdpplus4.example.com",
            1_767_225_600,
        ),
        (
            "DPtls/CERT_S_SM_DP8_TLS.der",
            "testsmdpplus8.example.com",
            1_767_225_600,
        ),
        (
            "DPtls/CERT_S_SM_DP_VARO_TLS_NIST.der",
            "testsmdpplus1.example.com",
            1_790_000_000,
        ),
    ] {
        let leaf = published(path, "").unwrap();
        let verify =
            |host, now| verify_tls_server(Role::DpTls, &leaf, &[], &anchors, host, Some(now));
        verify(host, now).unwrap();
        assert!(matches!(
            verify("other.example.com", now).unwrap_err().problem,
            Problem::HostName { .. }
        ));
        assert_eq!(
            verify(host, 1_900_000_000).unwrap_err().problem,
            Problem::Expired
        );
        assert_eq!(
            verify(host, 1_600_000_000).unwrap_err().problem,
            Problem::NotYetValid
        );
    }
}

#[test]
fn published_euicc_chains_are_accepted() {
    for curve in ["NIST", "BRP"] {
        let Some(anchors) = published_anchors(curve) else {
            return;
        };
        let euicc = published("eUICC/CERT_EUICC_ECDSA_*.der", curve).unwrap();
        let eum = published("EUM/CERT_EUM_ECDSA_*.der", curve).unwrap();
        let identity = verify_euicc(&euicc, &eum, &[], &anchors, NOW).unwrap();
        assert_eq!(identity.eid.to_string(), mint::EID);
        assert!(identity.eid.has_valid_check_digits());
        let secret = known::sgp26_text(&format!("eUICC/SK_EUICC_ECDSA_{curve}.pem")).unwrap();
        let key = PrivateKey::from_pem(&secret).unwrap();
        assert_eq!(identity.public_key, *key.public_key());
        let error = verify_euicc(&euicc, &eum, &[], &[], NOW).unwrap_err();
        assert_eq!(error.refusal(), status::CI_KEY_UNKNOWN);
    }
}

#[test]
fn every_changed_byte_of_a_published_certificate_is_noticed() {
    let Some(anchors) = published_anchors("NIST") else {
        return;
    };
    let eum = published("EUM/CERT_EUM_ECDSA_NIST.der", "").unwrap();
    let der = known::sgp26("eUICC/CERT_EUICC_ECDSA_NIST.der").unwrap();
    for index in 0..der.len() {
        let mut changed = der.clone();
        changed[index] ^= 1;
        let Ok(euicc) = CertificateView::parse(&changed) else {
            continue;
        };
        assert!(
            verify_euicc(&euicc, &eum, &[], &anchors, NOW).is_err(),
            "byte {index}"
        );
    }
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
