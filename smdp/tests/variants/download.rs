// SPDX-License-Identifier: MIT OR Apache-2.0
//! Downloads from InitiateAuthentication to the stored result.

use std::sync::{Arc, OnceLock};

use certs::{Curve, Pki, TEST_EID, Variant};
use smdp::{Binding, OrderState};
use veuicc::CardConfig;

use crate::support::card::CardRun;
use crate::support::kit::{Kit, Setup, order};
use crate::support::profile::fixture;

/// The PKI of seed 1 in a variant.
pub(crate) fn pki(variant: Variant) -> Arc<Pki> {
    static PKIS: [OnceLock<Arc<Pki>>; 5] = [const { OnceLock::new() }; 5];
    let place = Variant::ALL.iter().position(|known| *known == variant);
    let pki =
        PKIS[place.unwrap()].get_or_init(|| Arc::new(Pki::seeded_variant(1, variant).unwrap()));
    Arc::clone(pki)
}

/// A card of one variant that knows one curve, and a server of another with one order.
pub(crate) fn run(card: Variant, server: Variant, curve: Curve) -> CardRun {
    let setup = Setup {
        pki: pki(server),
        profile: fixture("operational"),
        orders: vec![order()],
        ..Setup::default()
    };
    let mut config = CardConfig::from_pki(&pki(card), TEST_EID).unwrap();
    let ci = setup.pki.ci_key_id(curve).unwrap();
    config.trusted_cis.retain(|anchor| anchor.key_id() == ci);
    config
        .credentials
        .retain(|credential| credential.ci_key_id == ci);
    CardRun::of(Kit::with(setup), config)
}

#[track_caller]
fn complete(card: Variant, server: Variant, curve: Curve, binding: Binding) {
    let mut run = run(card, server, curve);
    run.binding = binding;
    let package = run.get_package(None).bound_profile_package;
    assert_eq!(run.install(&package), OrderState::Installed);
    assert_eq!(run.terminal.card().profiles().len(), 1);
}

macro_rules! variants {
    ($($name:ident: $variant:ident, $curve:ident;)*) => {$(
        #[test]
        fn $name() {
            for binding in [Binding::Json, Binding::Asn1] {
                complete(Variant::$variant, Variant::$variant, Curve::$curve, binding);
            }
        }
    )*};
}

variants! {
    variant_o_on_p256: O, NistP256;
    variant_o_on_brainpool: O, BrainpoolP256r1;
    variant_ov3_on_p256: Ov3, NistP256;
    variant_ov3_on_brainpool: Ov3, BrainpoolP256r1;
    variant_a_on_p256: A, NistP256;
    variant_a_on_brainpool: A, BrainpoolP256r1;
    variant_b_on_p256: B, NistP256;
    variant_b_on_brainpool: B, BrainpoolP256r1;
    variant_c_on_p256: C, NistP256;
    variant_c_on_brainpool: C, BrainpoolP256r1;
}

/// The CI is the same in all variants, and a server need not be of the eUICC's.
#[test]
fn cards_and_servers_of_different_variants_meet_under_one_ci() {
    for (card, server) in [
        (Variant::A, Variant::O),
        (Variant::O, Variant::A),
        (Variant::C, Variant::B),
        (Variant::Ov3, Variant::C),
    ] {
        complete(card, server, Curve::NistP256, Binding::Json);
    }
}
