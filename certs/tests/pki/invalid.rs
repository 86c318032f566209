// SPDX-License-Identifier: MIT OR Apache-2.0
//! Each flawed certificate is refused for its flaw and for nothing else.

use std::path::Path;

use certs::{Curve, Flaw, Invalid, InvalidName, Pki, PkiError, Role, Variant};
use rsp::chain::{self, Anchor, CertificateView, Problem, verify_euicc, verify_tls_server};
use rsp::status;

use crate::common::{check, has_openssl, openssl};

/// 2026-01-01.
const NOW: i64 = 1_767_225_600;

fn view(der: &[u8]) -> CertificateView {
    CertificateView::parse(der).unwrap()
}

fn anchors(pki: &Pki) -> Vec<Anchor> {
    let ci = |curve| view(&pki.credential(Role::Ci, curve).unwrap().certificate);
    let anchors = pki
        .curves()
        .map(|curve| Anchor::from_certificate(&ci(curve)));
    anchors.map(Result::unwrap).collect()
}

/// The leaf by which a certificate is judged, itself or one below it.
fn leaf_below(role: Role) -> (Role, chain::Role) {
    match role {
        Role::DpAuth | Role::Dp2Auth => (role, chain::Role::DpAuth),
        Role::DpPb | Role::Dp2Pb => (role, chain::Role::DpPb),
        Role::DpTls | Role::Dp2Tls | Role::Dp4Tls | Role::Dp8Tls => (role, chain::Role::DpTls),
        Role::DsAuth => (role, chain::Role::DsAuth),
        Role::DsTls | Role::Ds2Tls => (role, chain::Role::DsTls),
        Role::EimSign => (role, chain::Role::EimSigning),
        Role::EimTls => (role, chain::Role::EimTls),
        Role::Euicc | Role::Eum | Role::EumSubCa => (Role::Euicc, chain::Role::Euicc),
        Role::Ci | Role::CiSubCa | Role::DpSubCa => (Role::DpAuth, chain::Role::DpAuth),
        Role::DsSubCa => (Role::DsAuth, chain::Role::DsAuth),
    }
}

/// What is known of an accepted leaf.
#[derive(Debug, PartialEq)]
struct Accepted {
    oid: Option<String>,
    eid: Option<String>,
    key: rsp::ecdsa::PublicKey,
}

/// Puts a flawed certificate into the chain of a leaf and has it judged.
fn judge(pki: &Pki, invalid: &Invalid, now: Option<i64>) -> Result<Accepted, chain::ChainError> {
    let (leaf, judged) = leaf_below(invalid.role);
    let flawed = view(&invalid.credential.certificate);
    let mut certificates = Vec::new();
    let mut role = leaf;
    while role != invalid.role {
        certificates.push(view(
            &pki.credential(role, invalid.curve).unwrap().certificate,
        ));
        role = pki.variant().issuer(role);
    }
    certificates.push(flawed);
    certificates.extend(invalid.chain.iter().map(|der| view(der)));
    let (leaf_view, others) = certificates.split_first().unwrap();
    if leaf == Role::Euicc {
        let (next, others) = others.split_first().unwrap();
        let identity = verify_euicc(leaf_view, next, others, &anchors(pki), now)?;
        return Ok(Accepted {
            oid: None,
            eid: Some(identity.eid.to_string()),
            key: identity.public_key,
        });
    }
    let anchors = anchors(pki);
    let identity = match leaf.host_names(pki.variant()).first() {
        Some(host) if leaf.is_tls() => {
            verify_tls_server(judged, leaf_view, others, &anchors, host, now)?
        }
        _ => chain::verify_server(judged, leaf_view, others, &anchors, now)?,
    };
    Ok(Accepted {
        oid: identity.oid.map(|oid| oid.to_string()),
        eid: None,
        key: identity.public_key,
    })
}

/// Whether the outcome is the one of the flaw, and the certificate named the flawed one.
fn is_expected(invalid: &Invalid, seen: &Result<Accepted, chain::ChainError>) -> bool {
    let problem = seen.as_ref().map_err(|error| &error.problem);
    match invalid.flaw {
        Flaw::Signature => matches!(problem, Err(Problem::Signature(_))),
        Flaw::Curve => matches!(problem, Err(Problem::UnsupportedCurve(_))),
        Flaw::NoRole => matches!(problem, Err(Problem::Policy { .. })),
        // which policies an issuer may give shows at what it issued
        Flaw::WrongRole if invalid.role.is_ca() && invalid.role != Role::Eum => matches!(
            problem,
            Err(Problem::Policy { .. } | Problem::PolicyNotIssuable(_))
        ),
        Flaw::WrongRole => matches!(problem, Err(Problem::Policy { .. })),
        Flaw::KeyUsage => matches!(problem, Err(Problem::KeyUsage(_))),
        Flaw::ExtendedKeyUsage | Flaw::NoExtendedKeyUsage => {
            problem == Err(&Problem::ExtendedKeyUsage("serverAuth"))
        }
        Flaw::Authority if invalid.role.is_ca() => problem == Err(&Problem::NotCa),
        Flaw::Authority => problem == Err(&Problem::IsCa),
        Flaw::PathLength => matches!(
            problem,
            Err(Problem::EumPathLength { .. } | Problem::PathLength { .. })
        ),
        Flaw::CriticalExtension => matches!(problem, Err(Problem::CriticalExtension(_))),
        Flaw::NoOid => problem == Err(&Problem::RegisteredId),
        Flaw::Organization => matches!(problem, Err(Problem::Organization { .. })),
        Flaw::NoSerialNumber => problem == Err(&Problem::EidMissing),
        Flaw::SerialNumber => matches!(problem, Err(Problem::Eid(_))),
        Flaw::EidOutOfRange => matches!(problem, Err(Problem::EidOutOfRange(_))),
        Flaw::NoEidRange => problem == Err(&Problem::NoEidRange),
        Flaw::SelfSigned => problem == Err(&Problem::SelfSigned),
        Flaw::UnknownCi => matches!(problem, Err(Problem::UnknownCi(_))),
        Flaw::Name if invalid.role.is_tls() => matches!(problem, Err(Problem::HostName { .. })),
        Flaw::Expired => problem == Err(&Problem::Expired),
        Flaw::NotYetValid => problem == Err(&Problem::NotYetValid),
        // nothing is wrong with the chain; who knows the holder sees the difference
        Flaw::WrongOid => {
            problem.is_ok_and(|accepted| accepted.oid.as_deref() == Some("2.999.4711"))
        }
        Flaw::OtherEid => problem.is_ok_and(|accepted| {
            accepted.eid.as_deref() == Some("89049032123451234512345678901299")
        }),
        Flaw::Name => problem.is_ok(),
        Flaw::Key => {
            problem.is_ok_and(|accepted| accepted.key == *invalid.credential.key.public_key())
        }
    }
}

/// The set without the certificates of further servers, which are made as those of the first, and
/// on one curve where the variant has nothing of its own.
fn of_first_servers(pki: &Pki) -> impl Iterator<Item = InvalidName> {
    let both = matches!(pki.variant(), Variant::O | Variant::C);
    let further = |role: Role| {
        matches!(
            role,
            Role::Dp2Auth | Role::Dp2Pb | Role::Dp2Tls | Role::Dp4Tls | Role::Dp8Tls | Role::Ds2Tls
        )
    };
    let set = pki.invalid_set().into_iter();
    set.filter(move |row| !further(row.role) && (both || row.curve == Curve::NistP256))
}

/// Every certificate of every variant has its flaw and, in the order of the checks, no other: what
/// comes before it is passed, and with the flaw away the valid one is accepted.
#[test]
fn each_certificate_is_refused_for_its_flaw() {
    for variant in Variant::ALL {
        let pki = Pki::seeded_variant(1, variant).unwrap();
        for row in of_first_servers(&pki) {
            let invalid = pki.flawed(row.role, row.curve, row.flaw).unwrap();
            assert_eq!(invalid.credential.name, row.name);
            let seen = judge(&pki, &invalid, Some(NOW));
            assert!(is_expected(&invalid, &seen), "{}: {seen:?}", row.name);
        }
    }
}

/// A repaired certificate would be the valid one: a flawed one differs from it in its flaw, its
/// serial number and its signature only.
#[test]
fn no_certificate_has_a_second_flaw() {
    use der::Decode as _;
    use x509_cert::Certificate;
    for variant in Variant::ALL {
        let pki = Pki::seeded_variant(1, variant).unwrap();
        for row in of_first_servers(&pki) {
            let invalid = pki.flawed(row.role, row.curve, row.flaw).unwrap();
            let valid = pki.credential(row.role, row.curve).unwrap();
            let parse = |der: &[u8]| Certificate::from_der(der).unwrap();
            let (a, b) = (
                parse(&valid.certificate),
                parse(&invalid.credential.certificate),
            );
            let (a, b) = (a.tbs_certificate(), b.tbs_certificate());
            let extensions = |tbs: &x509_cert::TbsCertificate| {
                let extensions = tbs.extensions().unwrap().iter().cloned();
                extensions.collect::<Vec<_>>()
            };
            let (left, right) = (extensions(a), extensions(b));
            let changed = left.iter().filter(|it| !right.contains(it)).count();
            let added = right.iter().filter(|it| !left.contains(it)).count();
            let differences = [
                a.subject() != b.subject(),
                a.validity() != b.validity(),
                a.issuer() != b.issuer(),
                a.subject_public_key_info() != b.subject_public_key_info(),
            ];
            let differences = differences.map(usize::from).iter().sum::<usize>();
            let total = changed.max(added) + differences;
            let expected = match row.flaw {
                // the signature alone, or the key of the CI with its identifier
                Flaw::Signature => 0,
                // key and key identifier; issuer and its identifier; name in subject and names
                Flaw::Curve | Flaw::Key | Flaw::SelfSigned | Flaw::Name => 2,
                Flaw::NoEidRange if variant.is_v3() => 2,
                _ => 1,
            };
            assert!(
                total <= expected && (total > 0) == (expected > 0),
                "{}: {total} differences",
                row.name
            );
        }
    }
}

#[test]
fn servers_answer_for_the_certificate_that_is_wrong() {
    let pki = Pki::seeded(1).unwrap();
    let code = |role: Role, flaw: Flaw| {
        let invalid = pki.flawed(role, Curve::NistP256, flaw).unwrap();
        judge(&pki, &invalid, Some(NOW)).unwrap_err().refusal()
    };
    for flaw in [
        Flaw::Signature,
        Flaw::KeyUsage,
        Flaw::WrongRole,
        Flaw::NoRole,
        Flaw::Authority,
        Flaw::PathLength,
        Flaw::SelfSigned,
        Flaw::CriticalExtension,
    ] {
        let seen = code(Role::Eum, flaw);
        assert_eq!(seen, status::EUM_CERTIFICATE_INVALID, "{flaw:?}");
    }
    for flaw in [
        Flaw::Signature,
        Flaw::KeyUsage,
        Flaw::WrongRole,
        Flaw::Organization,
        Flaw::NoSerialNumber,
        Flaw::SerialNumber,
        Flaw::SelfSigned,
        Flaw::EidOutOfRange,
    ] {
        let seen = code(Role::Euicc, flaw);
        assert_eq!(seen, status::EUICC_CERTIFICATE_INVALID, "{flaw:?}");
    }
    let expired = [Role::Eum, Role::Euicc].map(|role| code(role, Flaw::Expired));
    assert_eq!(
        expired,
        [
            status::EUM_CERTIFICATE_EXPIRED,
            status::EUICC_CERTIFICATE_EXPIRED
        ]
    );
    assert_eq!(code(Role::Eum, Flaw::UnknownCi), status::CI_KEY_UNKNOWN);
}

#[test]
fn without_a_clock_validity_is_no_flaw() {
    let pki = Pki::seeded(1).unwrap();
    for flaw in [Flaw::Expired, Flaw::NotYetValid] {
        let invalid = pki.flawed(Role::DpAuth, Curve::NistP256, flaw).unwrap();
        judge(&pki, &invalid, None).unwrap();
    }
}

#[test]
fn certificates_are_found_by_their_published_names() {
    let pki = Pki::seeded_variant(1, Variant::A).unwrap();
    for row in of_first_servers(&pki) {
        let made = pki.flawed(row.role, row.curve, row.flaw).unwrap();
        let found = pki.invalid_named(&row.name).unwrap();
        assert_eq!(found.credential.certificate, made.credential.certificate);
    }
    let name = |name: &str| pki.invalid_named(name).map(|found| found.flaw);
    assert_eq!(
        name("CERT_S_SM_DP_TLS_INV_CRITICAL_EXT_VARA").unwrap(),
        Flaw::NoExtendedKeyUsage
    );
    assert_eq!(name("S_SM_DPauth_INV_SIGN_NIST").unwrap(), Flaw::Signature);
    assert_eq!(
        name("S_SM_DPauth_INV_SIGN_NIST_VARO")
            .unwrap_err()
            .to_string(),
        "expected the name of an invalid certificate of variant A, found \
         \"S_SM_DPauth_INV_SIGN_NIST_VARO\""
    );
    let refused = pki.flawed(Role::Ci, Curve::NistP256, Flaw::Expired);
    assert!(matches!(refused, Err(PkiError::NoRecipe { .. })));
    let refused = pki.flawed_tls(Role::DpAuth, &["a.example"], Curve::NistP256, Flaw::Expired);
    assert!(matches!(refused, Err(PkiError::NotTls(Role::DpAuth))));
}

/// `openssl verify` of a TLS certificate, and the part of its answer that says why not.
fn refusal_of_openssl(dir: &Path, pki: &Pki, invalid: &Invalid) -> Option<String> {
    let write = |name: &str, ders: &[&Vec<u8>]| {
        let path = dir.join(name);
        let pem = |der: &&Vec<u8>| {
            let body = der::pem::encode_string("CERTIFICATE", der::pem::LineEnding::LF, der);
            body.unwrap()
        };
        let text: String = ders.iter().map(pem).collect();
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let ci = &pki.credential(Role::Ci, invalid.curve).unwrap().certificate;
    let ci = write("ci.pem", &[ci]);
    let leaf = write("leaf.pem", &[&invalid.credential.certificate]);
    let above = write("above.pem", &invalid.chain.iter().collect::<Vec<_>>());
    let host = invalid.role.host_names(pki.variant())[0];
    let mut arguments = vec!["verify", "-x509_strict", "-CAfile", &ci];
    if !invalid.chain.is_empty() {
        arguments.extend(["-untrusted", &above]);
    }
    arguments.extend(["-purpose", "sslserver", "-verify_hostname", host, &leaf]);
    let output = openssl(&arguments);
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    (!output.status.success()).then_some(text)
}

/// OpenSSL as the second opinion of the TLS recipes. It knows no roles, takes any curve and
/// keyAgreement, and does not miss an extendedKeyUsage.
#[test]
fn openssl_refuses_tls_certificates_for_their_flaw() {
    if !has_openssl() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    for variant in [Variant::O, Variant::C] {
        let pki = Pki::seeded_variant(1, variant).unwrap();
        for role in [Role::DpTls, Role::DsTls] {
            for flaw in Flaw::ALL
                .into_iter()
                .filter(|flaw| flaw.applies_to(role, variant))
            {
                let expected = match flaw {
                    Flaw::Signature => "certificate signature failure",
                    Flaw::ExtendedKeyUsage => "unsuitable certificate purpose",
                    Flaw::CriticalExtension => "unhandled critical extension",
                    Flaw::SelfSigned => "self-signed certificate",
                    Flaw::UnknownCi => "unable to get local issuer certificate",
                    Flaw::Name => "hostname mismatch",
                    Flaw::Expired => "certificate has expired",
                    Flaw::NotYetValid => "certificate is not yet valid",
                    _ => continue,
                };
                let invalid = pki.flawed(role, Curve::NistP256, flaw).unwrap();
                let name = &invalid.credential.name;
                let seen = refusal_of_openssl(dir.path(), &pki, &invalid);
                let seen = seen.unwrap_or_else(|| panic!("{name} was accepted"));
                assert!(seen.contains(expected), "{name}: {seen}");
            }
        }
    }
}

/// The text that OpenSSL prints of a flawed certificate.
fn text_of(dir: &Path, invalid: &Invalid) -> String {
    let file = dir.join(&invalid.credential.name);
    std::fs::write(&file, &invalid.credential.certificate).unwrap();
    let file = file.to_str().unwrap();
    let text = openssl(&["x509", "-inform", "DER", "-in", file, "-noout", "-text"]);
    check(&text, file);
    String::from_utf8_lossy(&text.stdout).into_owned()
}

#[test]
fn openssl_reads_the_recipes_as_they_are_meant() {
    if !has_openssl() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let pki = Pki::seeded(1).unwrap();
    for (name, present, absent) in [
        (
            "S_SM_DPauth_INV_CURVE_NIST192",
            "ASN1 OID: prime192v1",
            "prime256v1",
        ),
        (
            "S_SM_DPpb_INV_CURVE_BRP192",
            "ASN1 OID: brainpoolP192r1",
            "P256r1",
        ),
        ("S_SM_DP_TLS_INV_CURVE", "ASN1 OID: secp384r1", "prime256v1"),
        (
            "S_SM_DS_TLS_INV_CERT_POL",
            "Policies: critical\n                Policy: 2.23.146.1.2.1.4\n",
            "2.23.146.1.2.1.6",
        ),
        (
            "S_SM_DP_TLS_INV_CRITICAL_EXT",
            "Digital Signature",
            "Extended Key",
        ),
        (
            "S_SM_DP_TLS_INV_EXT_KEY_USAGE",
            "TLS Web Client Authentication",
            "TLS Web Server",
        ),
        (
            "S_SM_DP_TLS_INV_KEY_USAGE",
            "Key Agreement",
            "Digital Signature",
        ),
        (
            "S_SM_DS_TLS_EXPIRED",
            "Not After : Apr  2 12:00:00 2020",
            "2049",
        ),
        (
            "EUM_EXPIRED_NIST",
            "Not Before: Jan  1 00:00:00 2010",
            "2054",
        ),
        ("EUM_INV_PATH_LEN_NIST", "CA:TRUE", "pathlen"),
        (
            "EUICC_INV_EID_RANGE_BRP",
            "89049033123451234512345678901234",
            "8904903212",
        ),
    ] {
        let text = text_of(dir.path(), &pki.invalid_named(name).unwrap());
        assert!(text.contains(present), "{name}: {text}");
        assert!(!text.contains(absent), "{name}: {text}");
    }
    let last = |name: &str| {
        let invalid = pki.invalid_named(name).unwrap();
        hex::encode(invalid.credential.certificate.last_chunk::<11>().unwrap())
    };
    assert!(last("S_SM_DPauth_INV_SIGN_NIST").ends_with(&"00".repeat(10)));
    assert!(last("S_SM_DP_TLS_INV_SIGN_BRP").ends_with(&"11".repeat(8)));
    assert!(!last("S_SM_DP_TLS_INV_SIGN_BRP").ends_with(&"11".repeat(9)));
}

/// The private key is the one in the certificate, whatever its curve.
#[test]
fn tls_keys_belong_to_their_certificates() {
    if !has_openssl() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let pki = Pki::seeded(1).unwrap();
    for (role, flaw) in [
        (Role::DpTls, Flaw::Curve),
        (Role::DsTls, Flaw::Curve),
        (Role::EimTls, Flaw::Key),
        (Role::DpTls, Flaw::Expired),
    ] {
        let credential = pki.invalid(role, Curve::NistP256, flaw).unwrap();
        let key = dir.path().join("key.pem");
        std::fs::write(&key, credential.key_pem().unwrap()).unwrap();
        let of_key = openssl(&["pkey", "-in", key.to_str().unwrap(), "-pubout"]);
        check(&of_key, &credential.name);
        let file = dir.path().join("leaf.der");
        std::fs::write(&file, &credential.certificate).unwrap();
        let file = file.to_str().unwrap();
        let of_certificate = openssl(&["x509", "-inform", "DER", "-in", file, "-noout", "-pubkey"]);
        assert_eq!(of_key.stdout, of_certificate.stdout, "{}", credential.name);
    }
}
