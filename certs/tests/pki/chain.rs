// SPDX-License-Identifier: MIT OR Apache-2.0
//! `rsp::chain` accepts every role, ours and the published ones, and with it the one step that
//! OpenSSL cannot judge: EUM to eUICC.

use certs::{Credential, Curve, Pki, Role, TEST_EID, Variant};
use rsp::chain::{self, Anchor, CertificateView, verify_euicc, verify_server, verify_tls_server};
use rsp::id::{Eid, Oid};

use crate::common::published;

/// 2026-01-01.
const NOW: i64 = 1_767_225_600;

fn view(credential: &Credential) -> CertificateView {
    CertificateView::parse(&credential.certificate).unwrap()
}

fn views(certificates: &[Vec<u8>]) -> Vec<CertificateView> {
    let certificates = certificates.iter();
    certificates
        .map(|der| CertificateView::parse(der).unwrap())
        .collect()
}

fn anchors(pki: &Pki) -> Vec<Anchor> {
    let ci = |curve| view(pki.credential(Role::Ci, curve).unwrap());
    pki.curves()
        .map(|curve| Anchor::from_certificate(&ci(curve)).unwrap())
        .collect()
}

/// The role in which a peer judges the certificate; the CI, EUM and eUICC have checks of their own.
fn judged_as(role: Role) -> Option<chain::Role> {
    match role {
        Role::Ci | Role::Eum | Role::Euicc => None,
        // they are judged with the leaves below them
        Role::CiSubCa | Role::EumSubCa | Role::DpSubCa | Role::DsSubCa => None,
        Role::DpAuth | Role::Dp2Auth => Some(chain::Role::DpAuth),
        Role::DpPb | Role::Dp2Pb => Some(chain::Role::DpPb),
        Role::DpTls | Role::Dp2Tls | Role::Dp4Tls | Role::Dp8Tls => Some(chain::Role::DpTls),
        Role::DsAuth => Some(chain::Role::DsAuth),
        Role::DsTls | Role::Ds2Tls => Some(chain::Role::DsTls),
        Role::EimSign => Some(chain::Role::EimSigning),
        Role::EimTls => Some(chain::Role::EimTls),
    }
}

fn check_all(pki: &Pki) {
    let anchors = anchors(pki);
    for curve in pki.curves() {
        for role in pki.roles() {
            let Some(judged) = judged_as(role) else {
                continue;
            };
            let leaf = view(pki.credential(role, curve).unwrap());
            let others = views(&pki.chain(role, curve).unwrap());
            let identity = verify_server(judged, &leaf, &others, &anchors, Some(NOW))
                .unwrap_or_else(|error| panic!("{role} on {curve}: {error}"));
            let oid = role.registered_id(pki.variant());
            let oid = oid.map(|oid| oid.parse::<Oid>().unwrap());
            assert_eq!(identity.oid, oid, "{role} on {curve}");
            assert_eq!(identity.ci_key_id, pki.ci_key_id(curve).unwrap());
            for host in role.host_names(pki.variant()) {
                if !role.is_tls() {
                    continue;
                }
                verify_tls_server(judged, &leaf, &others, &anchors, host, Some(NOW))
                    .unwrap_or_else(|error| panic!("{role} on {curve}, {host}: {error}"));
            }
        }
        check_euicc(
            pki,
            curve,
            &TEST_EID,
            pki.credential(Role::Euicc, curve).unwrap(),
        );
    }
}

fn check_euicc(pki: &Pki, curve: Curve, eid: &[u8; 16], euicc: &Credential) {
    let chain = views(&pki.euicc_chain(eid, curve).unwrap());
    let (next, others) = chain.split_first().unwrap();
    let identity = verify_euicc(&view(euicc), next, others, &anchors(pki), Some(NOW))
        .unwrap_or_else(|error| panic!("{} on {curve}: {error}", euicc.name));
    assert_eq!(identity.eid, Eid::from_bytes(eid).unwrap());
    assert_eq!(identity.public_key, *euicc.key.public_key());
}

#[test]
fn our_own_check_accepts_the_seeded_chains_of_every_variant() {
    for variant in Variant::ALL {
        check_all(&Pki::seeded_variant(1, variant).unwrap());
    }
}

#[test]
fn the_ci_of_a_seed_is_the_same_in_every_variant() {
    let ci = |variant| {
        let pki = Pki::seeded_variant(1, variant).unwrap();
        let ci = pki.credential(Role::Ci, Curve::NistP256).unwrap();
        ci.certificate.clone()
    };
    for variant in Variant::ALL {
        assert_eq!(ci(variant), ci(Variant::O), "{variant}");
    }
}

#[test]
fn sub_cas_stand_in_their_variants_only() {
    let pki = Pki::seeded_variant(1, Variant::B).unwrap();
    let refused = pki.credential(Role::DpSubCa, Curve::NistP256).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "expected a role of variant B, found dp-subca"
    );
}

#[test]
fn our_own_check_accepts_the_published_chains_and_the_leaves_under_them() {
    let Some(dir) = published() else { return };
    check_all(&Pki::load(&dir).unwrap());
    for variant in Variant::ALL {
        check_all(&Pki::load_as(&dir, variant).unwrap());
    }
}

#[test]
fn our_own_check_accepts_euiccs_of_any_range_under_their_eum() {
    let loaded = published().map(|dir| Pki::load(dir).unwrap());
    let seeded = Variant::ALL.map(|variant| Pki::seeded_variant(1, variant).unwrap());
    for pki in seeded.into_iter().chain(loaded) {
        for eid in [
            "89049032000000000000000000000010",
            "89033023422222222222222222222222",
        ] {
            let eid: [u8; 16] = hex::decode(eid).unwrap().try_into().unwrap();
            for curve in pki.curves() {
                check_euicc(&pki, curve, &eid, &pki.issue_euicc(&eid, curve).unwrap());
            }
        }
    }
}
