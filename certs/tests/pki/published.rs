// SPDX-License-Identifier: MIT OR Apache-2.0
//! The published SGP.26 set as an external PKI, and folders that are no PKI.

use std::fs;
use std::path::Path;

use crate::common::published;
use certs::{Curve, Overwrite, Pki, Role, Variant, export};

#[test]
fn published_certificates_are_taken_and_expired_ones_replaced() {
    let Some(dir) = published() else { return };
    let pki = Pki::load(&dir).unwrap();
    for curve in Curve::ALL {
        for role in Variant::O.roles() {
            let file = dir
                .join(role.folder(Variant::O))
                .join(format!("{}.der", role.certificate_file(Variant::O, curve)));
            let ours = &pki.credential(role, curve).unwrap().certificate;
            let same = fs::read(file).is_ok_and(|published| published == *ours);
            let is_published = !matches!(
                role.folder(Variant::O),
                "DPtls" | "DSauth" | "DStls" | "EIMsign" | "EIMtls"
            );
            assert_eq!(same, is_published, "{role} on {curve}");
        }
    }
    let key_id = hex::encode(pki.ci_key_id(Curve::NistP256).unwrap());
    assert_eq!(key_id, "f54172bdf98a95d65cbeb88a38a1c11d800a85c3");
}

#[test]
fn leaves_under_the_published_ci_are_the_same_every_time() {
    let Some(dir) = published() else { return };
    let (first, second) = (Pki::load(&dir).unwrap(), Pki::load(&dir).unwrap());
    for role in Variant::O.roles() {
        let certificate = |pki: &Pki| {
            pki.credential(role, Curve::BrainpoolP256r1)
                .unwrap()
                .certificate
                .clone()
        };
        assert_eq!(certificate(&first), certificate(&second), "{role}");
    }
}

#[test]
fn the_published_eum_issues_to_its_range_only() {
    let Some(dir) = published() else { return };
    let pki = Pki::load(&dir).unwrap();
    let eum = &pki
        .credential(Role::Eum, Curve::NistP256)
        .unwrap()
        .certificate;
    let near = *b"\x89\x04\x90\x32\0\0\0\0\0\0\0\0\0\0\0\x10";
    assert_eq!(
        pki.eum_for(&near, Curve::NistP256).unwrap().certificate,
        *eum
    );
    let far = *b"\x89\x04\x90\x33\0\0\0\0\0\0\0\0\0\0\0\x10";
    assert_ne!(
        pki.eum_for(&far, Curve::NistP256).unwrap().certificate,
        *eum
    );
}

/// The shape of our certificates is that of the published ones: the same extensions in the same
/// order with the same criticality, and the same subjects.
#[test]
fn seeded_certificates_have_the_shape_of_the_published_ones() {
    let Some(dir) = published() else { return };
    let seeded = Pki::seeded(1).unwrap();
    for curve in Curve::ALL {
        for role in Variant::O.roles() {
            let file = dir
                .join(role.folder(Variant::O))
                .join(format!("{}.der", role.certificate_file(Variant::O, curve)));
            let Ok(published) = fs::read(file) else {
                continue;
            };
            let ours = &seeded.credential(role, curve).unwrap().certificate;
            assert_eq!(shape(ours), shape(&published), "{role} on {curve}");
        }
    }
}

/// Subject, issuer and extensions without what a key or a host name decides.
fn shape(der: &[u8]) -> (String, String, Vec<(String, bool, String)>) {
    use der::Decode;
    let certificate = x509_cert::Certificate::from_der(der).unwrap();
    let tbs = certificate.tbs_certificate();
    let decided = ["2.5.29.14", "2.5.29.35"];
    let is_tls = |oid: &str, value: &[u8]| oid == "2.5.29.17" && value.get(2) == Some(&0x82);
    let extensions = tbs.extensions().unwrap().iter().map(|extension| {
        let (oid, value) = (
            extension.extn_id.to_string(),
            extension.extn_value.as_bytes(),
        );
        let skip = decided.contains(&oid.as_str()) || is_tls(&oid, value);
        let value = if skip {
            String::new()
        } else {
            hex::encode(value)
        };
        (oid, extension.critical, value)
    });
    (
        tbs.subject().to_string(),
        tbs.issuer().to_string(),
        extensions.collect(),
    )
}

/// Loads a copy of the seeded PKI after damage and gives the error.
fn error_after(damage: impl FnOnce(&Path)) -> String {
    let dir = tempfile::tempdir().unwrap();
    export(&Pki::seeded(1).unwrap(), dir.path(), Overwrite::No).unwrap();
    damage(dir.path());
    let error = Pki::load(dir.path()).unwrap_err().to_string();
    assert!(!error.contains('\n'), "{error}");
    error.replace(dir.path().to_str().unwrap(), "DIR")
}

#[test]
fn a_broken_certificate_is_named() {
    let error = error_after(|dir| {
        fs::write(
            dir.join("DPauth/CERT_S_SM_DPauth_ECDSA_NIST.der"),
            b"\x30\x03abc",
        )
        .unwrap();
    });
    let expected = "DIR/DPauth/CERT_S_SM_DPauth_ECDSA_NIST.der: \
                    expected a DER-coded X.509 certificate, found ";
    assert!(error.starts_with(expected), "{error}");
}

#[test]
fn a_missing_key_is_named() {
    let error = error_after(|dir| {
        fs::remove_file(dir.join("CertificateIssuer/SK_CI_ECDSA_BRP.pem")).unwrap();
    });
    assert_eq!(
        error,
        "DIR/CertificateIssuer/SK_CI_ECDSA_BRP.pem: expected the private key of the ci \
         certificate, found no such file"
    );
}

#[test]
fn a_missing_certificate_is_named() {
    let error = error_after(|dir| {
        for ending in ["der", "pem"] {
            fs::remove_file(dir.join(format!("EUM/CERT_EUM_ECDSA_NIST.{ending}"))).unwrap();
        }
    });
    assert_eq!(
        error,
        "DIR/EUM/CERT_EUM_ECDSA_NIST.der: expected the eum certificate of \
         DIR/EUM/SK_EUM_ECDSA_NIST.pem, found no such file"
    );
}

#[test]
fn a_folder_without_a_ci_is_named() {
    let error = error_after(|dir| fs::remove_dir_all(dir.join("CertificateIssuer")).unwrap());
    assert_eq!(
        error,
        "DIR/CertificateIssuer/CERT_CI_ECDSA_NIST.der: expected the certificate of the CI, found \
         no such file"
    );
    let error = Pki::load("/nowhere").unwrap_err().to_string();
    assert_eq!(
        error,
        "/nowhere: expected a folder in SGP.26 file naming, found none"
    );
}

#[test]
fn a_key_of_another_certificate_is_named() {
    let error = error_after(|dir| {
        let folder = dir.join("DPpb");
        fs::copy(
            folder.join("SK_S_SM_DP2pb_ECDSA_NIST.pem"),
            folder.join("SK_S_SM_DPpb_ECDSA_NIST.pem"),
        )
        .unwrap();
    });
    assert_eq!(
        error,
        "DIR/DPpb/CERT_S_SM_DPpb_ECDSA_NIST.der: expected the certificate of \
         DIR/DPpb/SK_S_SM_DPpb_ECDSA_NIST.pem, found another public key"
    );
}

#[test]
fn a_certificate_of_another_ci_is_named() {
    let error = error_after(|dir| {
        let other = tempfile::tempdir().unwrap();
        export(&Pki::seeded(2).unwrap(), other.path(), Overwrite::No).unwrap();
        for name in [
            "CERT_S_SM_DSauth_ECDSA_NIST.der",
            "SK_S_SM_DSauth_ECDSA_NIST.pem",
        ] {
            fs::copy(
                other.path().join("DSauth").join(name),
                dir.join("DSauth").join(name),
            )
            .unwrap();
        }
    });
    assert_eq!(
        error,
        "DIR/DSauth/CERT_S_SM_DSauth_ECDSA_NIST.der: expected a certificate signed by \
         CERT_CI_ECDSA_NIST, found signature does not verify"
    );
}

#[test]
fn a_folder_with_one_curve_is_a_pki_on_that_curve() {
    let dir = tempfile::tempdir().unwrap();
    let seeded = Pki::seeded(1).unwrap();
    export(&seeded, dir.path(), Overwrite::No).unwrap();
    for role in Variant::O.roles().filter(|role| *role != Role::Ci) {
        fs::remove_dir_all(dir.path().join(role.folder(Variant::O))).ok();
    }
    let ci = dir.path().join("CertificateIssuer");
    for name in [
        "CERT_CI_ECDSA_BRP.der",
        "CERT_CI_ECDSA_BRP.pem",
        "SK_CI_ECDSA_BRP.pem",
        "CERT_CI_ECDSA_NIST.der",
    ] {
        fs::remove_file(ci.join(name)).unwrap();
    }
    let pki = Pki::load(dir.path()).unwrap();
    assert_eq!(pki.curves().collect::<Vec<_>>(), [Curve::NistP256]);
    assert!(pki.credential(Role::Euicc, Curve::NistP256).is_ok());
    let error = pki
        .credential(Role::Euicc, Curve::BrainpoolP256r1)
        .unwrap_err();
    assert!(
        error.to_string().contains("found no CI on that curve"),
        "{error}"
    );
}
