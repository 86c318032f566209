// SPDX-License-Identifier: MIT OR Apache-2.0
//! Revocation lists, read and judged by OpenSSL.

use std::path::Path;

use certs::{Crl, Curve, Pki, Role, Variant};

use crate::common::{check, has_openssl, openssl};

/// Writes DER under a name and gives the path.
fn file(dir: &Path, name: &str, der: &[u8]) -> String {
    let path = dir.join(name);
    std::fs::write(&path, der).unwrap();
    path.to_str().unwrap().to_owned()
}

fn pem(dir: &Path, name: &str, label: &str, der: &[u8]) -> String {
    let text = der::pem::encode_string(label, der::pem::LineEnding::LF, der).unwrap();
    file(dir, name, text.as_bytes())
}

#[test]
fn openssl_verifies_the_lists_of_every_ci_and_reads_their_number() {
    if !has_openssl() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let pki = Pki::seeded(1).unwrap();
    for curve in Curve::ALL {
        let ci = &pki.credential(Role::Ci, curve).unwrap().certificate;
        let ci = pem(dir.path(), "ci.pem", "CERTIFICATE", ci);
        let list = pki.crl(curve, &Crl::default()).unwrap();
        let list = file(dir.path(), "list.crl", &list);
        let output = openssl(&[
            "crl", "-inform", "DER", "-in", &list, "-CAfile", &ci, "-noout", "-text",
        ]);
        check(&output, "CRL");
        assert_eq!(String::from_utf8_lossy(&output.stderr).trim(), "verify OK");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(
            text.contains("X509v3 CRL Number: \n                2024"),
            "{text}"
        );
        assert!(text.contains("No Revoked Certificates."), "{text}");
    }
}

/// The answer of `openssl verify -crl_check` for a certificate under a list.
fn verdict(dir: &Path, pki: &Pki, curve: Curve, crl: &Crl<'_>, leaf: Role) -> String {
    let certificate = |role| &pki.credential(role, curve).unwrap().certificate;
    let ci = pem(dir, "ci.pem", "CERTIFICATE", certificate(Role::Ci));
    let leaf_file = pem(dir, "leaf.pem", "CERTIFICATE", certificate(leaf));
    let list = pem(dir, "list.pem", "X509 CRL", &pki.crl(curve, crl).unwrap());
    let above: String = pki
        .chain(leaf, curve)
        .unwrap()
        .iter()
        .fold(String::new(), |text, der| {
            text + &der::pem::encode_string("CERTIFICATE", der::pem::LineEnding::LF, der).unwrap()
        });
    let above_file = file(dir, "above.pem", above.as_bytes());
    let mut arguments = vec!["verify", "-crl_check", "-CAfile", &ci, "-CRLfile", &list];
    if !above.is_empty() {
        arguments.extend(["-untrusted", &above_file]);
    }
    arguments.push(&leaf_file);
    let output = openssl(&arguments);
    String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout)
}

#[test]
fn a_revoked_certificate_is_found_in_the_list_of_its_issuer() {
    if !has_openssl() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    for (variant, issuer) in [
        (Variant::O, Role::Ci),
        (Variant::A, Role::DpSubCa),
        (Variant::B, Role::CiSubCa),
    ] {
        let pki = Pki::seeded_variant(1, variant).unwrap();
        for curve in Curve::ALL {
            let revoked = &pki.credential(Role::DpAuth, curve).unwrap().certificate;
            let crl = Crl {
                issuer,
                number: 2025,
                revoked: &[revoked],
            };
            let seen = verdict(dir.path(), &pki, curve, &crl, Role::DpAuth);
            assert!(seen.contains("certificate revoked"), "{seen}");
            let seen = verdict(dir.path(), &pki, curve, &crl, Role::DpPb);
            assert!(seen.contains(": OK"), "{seen}");
        }
    }
}

#[test]
fn a_list_holds_what_its_issuer_issued() {
    let pki = Pki::seeded_variant(1, Variant::A).unwrap();
    let leaf = &pki
        .credential(Role::DpAuth, Curve::NistP256)
        .unwrap()
        .certificate;
    let refused = |issuer| {
        let crl = Crl {
            issuer,
            revoked: &[leaf],
            ..Crl::default()
        };
        pki.crl(Curve::NistP256, &crl).unwrap_err().to_string()
    };
    assert!(refused(Role::Ci).starts_with("expected a certificate of the list's issuer, found"));
    assert_eq!(
        refused(Role::DpPb),
        "expected a CA as issuer of a revocation list, found \"dp-pb\""
    );
}
