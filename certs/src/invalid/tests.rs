// SPDX-License-Identifier: MIT OR Apache-2.0
//! The table of flaws: names, sentences, and what is published.

use std::collections::BTreeSet;

use super::*;

#[test]
fn every_flaw_has_one_recipe_a_name_and_a_sentence() {
    for flaw in Flaw::ALL {
        let recipes = RECIPES.iter().filter(|recipe| recipe.flaw == flaw);
        assert_eq!(recipes.count(), 1, "{flaw:?}");
        assert_eq!(Flaw::from_name(flaw.name()), Some(flaw));
        let sentence = flaw.sentence();
        assert!(
            sentence.ends_with('.') && !sentence.contains('\n'),
            "{flaw:?}"
        );
    }
    assert_eq!(RECIPES.len(), Flaw::ALL.len());
}

#[test]
fn names_are_the_published_ones() {
    let name = |flaw: Flaw, role, curve| flaw.file_name(role, Variant::A, curve);
    let (nist, brp) = (Curve::NistP256, Curve::BrainpoolP256r1);
    for (flaw, role, curve, expected) in [
        (
            Flaw::Signature,
            Role::DpAuth,
            nist,
            "S_SM_DPauth_INV_SIGN_NIST_VARA",
        ),
        (
            Flaw::Curve,
            Role::DsAuth,
            brp,
            "S_SM_DSauth_INV_CURVE_BRP192_VARA",
        ),
        (
            Flaw::Signature,
            Role::DsTls,
            brp,
            "S_SM_DS_TLS_INV_SIGN_BRP_VARA",
        ),
        (Flaw::Curve, Role::DpTls, nist, "S_SM_DP_TLS_INV_CURVE_VARA"),
        (Flaw::Expired, Role::DpTls, nist, "S_SM_DP_TLS_EXPIRED_VARA"),
        (
            Flaw::KeyUsage,
            Role::Eum,
            nist,
            "EUM_INV_KEY_USAGE_NIST_VARA",
        ),
    ] {
        assert_eq!(name(flaw, role, curve), expected);
    }
}

#[test]
fn file_names_name_their_flaw() {
    for (role, name, flaw) in [
        (
            Role::DpTls,
            "CERT_S_SM_DP_TLS_INV_CRITICAL_EXT_VARA.der",
            Some(Flaw::NoExtendedKeyUsage),
        ),
        (
            Role::DpAuth,
            "S_SM_DPauth_INV_CURVE_BRP192",
            Some(Flaw::Curve),
        ),
        (Role::DpAuth, "INV_SIGN", Some(Flaw::Signature)),
        (Role::DpAuth, "INV_EXT_KEY_USAGE", None),
        (Role::DpPb, "S_SM_DPauth_INV_SIGN_NIST_VARO", None),
    ] {
        assert_eq!(Flaw::from_file_name(role, name), flaw, "{name}");
    }
}

#[test]
fn each_published_set_has_its_28_certificates_and_no_name_comes_twice() {
    for variant in Variant::ALL {
        let set = Pki::seeded_variant(1, variant).unwrap().invalid_set();
        let published = set.iter().filter(|row| row.published).count();
        let expected = if variant == Variant::Ov3 { 0 } else { 28 };
        assert_eq!(published, expected, "{variant}");
        let names: BTreeSet<&str> = set.iter().map(|row| row.name.as_str()).collect();
        assert_eq!(names.len(), set.len());
    }
}
