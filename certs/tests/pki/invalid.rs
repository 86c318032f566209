// SPDX-License-Identifier: MIT OR Apache-2.0
//! Each flawed certificate is refused for its flaw and for nothing else.

use certs::{Credential, Curve, Flaw, Pki, PkiError, Role};
use rsp::chain::{self, Anchor, CertificateView, Problem, ServerIdentity, verify_server};

use crate::common::{check, has_openssl, openssl};

/// 2026-01-01.
const NOW: i64 = 1_767_225_600;
const SERVERS: [(Role, chain::Role); 3] = [
    (Role::DpAuth, chain::Role::DpAuth),
    (Role::DpPb, chain::Role::DpPb),
    (Role::DsAuth, chain::Role::DsAuth),
];

fn judge(
    pki: &Pki,
    credential: &Credential,
    role: chain::Role,
    now: Option<i64>,
) -> Result<ServerIdentity, Problem> {
    let view = |der: &[u8]| CertificateView::parse(der).unwrap();
    let anchors: Vec<_> = pki
        .curves()
        .map(|curve| {
            let ci = &pki.credential(Role::Ci, curve).unwrap().certificate;
            Anchor::from_certificate(&view(ci)).unwrap()
        })
        .collect();
    verify_server(role, &view(&credential.certificate), &[], &anchors, now).map_err(|error| {
        assert_eq!(error.certificate, role);
        error.problem
    })
}

#[test]
fn servers_are_refused_for_their_flaw() {
    let pki = Pki::seeded(1).unwrap();
    for curve in Curve::ALL {
        for (role, judged) in SERVERS {
            for flaw in Flaw::ALL {
                let credential = pki.invalid(role, curve, flaw).unwrap();
                let seen = judge(&pki, &credential, judged, Some(NOW));
                let expected = match flaw {
                    Flaw::Signature => matches!(seen, Err(Problem::Signature(_))),
                    Flaw::Curve => matches!(seen, Err(Problem::UnsupportedCurve(_))),
                    Flaw::NoRole | Flaw::WrongRole => matches!(seen, Err(Problem::Policy { .. })),
                    Flaw::KeyUsage => matches!(seen, Err(Problem::KeyUsage(_))),
                    Flaw::Authority => seen == Err(Problem::IsCa),
                    Flaw::CriticalExtension => matches!(seen, Err(Problem::CriticalExtension(_))),
                    Flaw::NoOid => seen == Err(Problem::RegisteredId),
                    Flaw::WrongOid => {
                        let oid = seen.as_ref().unwrap().oid.clone();
                        oid.is_some_and(|oid| oid.to_string() == "2.999.4711")
                    }
                    Flaw::UnknownCi => matches!(seen, Err(Problem::UnknownCi(_))),
                    Flaw::Expired => seen == Err(Problem::Expired),
                    Flaw::NotYetValid => seen == Err(Problem::NotYetValid),
                };
                assert!(expected, "{}: {seen:?}", credential.name);
            }
        }
    }
}

#[test]
fn without_a_clock_validity_is_no_flaw() {
    let pki = Pki::seeded(1).unwrap();
    for flaw in [Flaw::Expired, Flaw::NotYetValid] {
        let credential = pki.invalid(Role::DpAuth, Curve::NistP256, flaw).unwrap();
        judge(&pki, &credential, chain::Role::DpAuth, None).unwrap();
    }
}

#[test]
fn a_flawed_certificate_is_over_the_key_of_the_valid_one() {
    let pki = Pki::seeded(1).unwrap();
    for role in Role::ALL.into_iter().filter(|role| *role != Role::Ci) {
        let valid = pki.credential(role, Curve::NistP256).unwrap();
        for flaw in Flaw::ALL {
            let flawed = pki.invalid(role, Curve::NistP256, flaw).unwrap();
            assert_eq!(flawed.key.public_key(), valid.key.public_key());
            assert_ne!(flawed.certificate, valid.certificate, "{}", flawed.name);
            let again = pki.invalid(role, Curve::NistP256, flaw).unwrap();
            assert_eq!(again.certificate, flawed.certificate);
        }
    }
    let refused = pki.invalid(Role::Ci, Curve::NistP256, Flaw::Expired);
    assert!(matches!(refused, Err(PkiError::NotInPki { .. })));
}

#[test]
fn openssl_reads_the_short_keys_as_points_of_their_curves() {
    if !has_openssl() {
        return;
    }
    let pki = Pki::seeded(1).unwrap();
    let dir = tempfile::tempdir().unwrap();
    for (curve, name) in [
        (Curve::NistP256, "prime192v1"),
        (Curve::BrainpoolP256r1, "brainpoolP192r1"),
    ] {
        let credential = pki.invalid(Role::DpAuth, curve, Flaw::Curve).unwrap();
        let file = dir.path().join(&credential.name);
        std::fs::write(&file, &credential.certificate).unwrap();
        let file = file.to_str().unwrap();
        let text = openssl(&["x509", "-inform", "DER", "-in", file, "-noout", "-text"]);
        check(&text, file);
        let text = String::from_utf8_lossy(&text.stdout);
        assert!(text.contains(&format!("ASN1 OID: {name}")), "{text}");
    }
}
