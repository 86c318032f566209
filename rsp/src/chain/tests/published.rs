// SPDX-License-Identifier: MIT OR Apache-2.0
//! The published certificates of SGP.26.

use super::*;

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
