// SPDX-License-Identifier: MIT OR Apache-2.0
//! Whole downloads with the virtual card: both curves, both bindings, both kinds of keys, and
//! profiles whose ICCIDs were made unique.

use certs::Curve;
use rsp::id::Iccid;
use rsp::tlv::{Tag, Tlv};
use smdp::{Binding, IccidPool, NotificationPoint, OrderState, Profile};
use veuicc::profile::interpret;
use veuicc::uicc::image::DirId;

use crate::scene::Wanted;
use crate::support::card::CardRun;
use crate::support::profile::{fixture, ts48};

/// From InitiateAuthentication to the stored result.
#[track_caller]
fn complete(curve: Curve, binding: Binding, wanted: Wanted, profile: &Profile) {
    let mut run = CardRun::on(curve, profile, wanted.order());
    run.binding = binding;
    let bpp = run.get_package(wanted.code.then_some("1234"));
    let bpp = bpp.bound_profile_package;
    assert_eq!(bpp.second_sequence_of87.is_some(), wanted.ppk);
    assert_eq!(bpp.sequence_of88.len() > 1, wanted.split);
    assert_eq!(run.install(&bpp), OrderState::Installed);
    assert_eq!(run.kit.open_sessions(), 0);
    let installed = run.terminal.card().profiles();
    assert_eq!(installed.len(), 1);
    // The card has kept the package as the server had it, with this ICCID everywhere.
    let package = &installed[0].profile_elements;
    assert_eq!(profile.package(), *package);
    let image = interpret(package).unwrap();
    let file = image.ef_in(DirId::MF, 0x2FE2).unwrap();
    assert_eq!(image.body(file), profile.iccid());
    let metadata = run.kit.order(|order| order.metadata.clone());
    let metadata = Tlv::only(&metadata).unwrap();
    assert_eq!(
        metadata.child(Tag::new(0x5A)).unwrap().value,
        profile.iccid()
    );
    let last = run
        .kit
        .journal()
        .into_iter()
        .rev()
        .find_map(|event| match event {
            smdp::Event::Progress {
                point,
                refusal,
                data,
                ..
            } => Some((point, refusal, data)),
            _ => None,
        });
    let (point, refusal, data) = last.unwrap();
    assert_eq!((point, refusal), (NotificationPoint::Installation, None));
    assert!(data.unwrap().starts_with(&[0xBF, 0x37]));
}

macro_rules! rows {
    ($($(#[$id:meta])* $name:ident: $curve:ident, $wanted:ident;)*) => {$(
        $(#[$id])*
        #[test]
        fn $name() {
            for binding in Binding::ALL {
                complete(Curve::$curve, binding, Wanted::$wanted, &fixture("operational"));
            }
        }
    )*};
}

rows! {
    /// TC_rsp_complete_flow
    nist: NistP256, PLAIN;
    nist_with_protection_keys_and_code: NistP256, PPK_CODE;
    nist_with_protection_keys_and_long_metadata: NistP256, PPK_SPLIT;
    /// TC_rsp_complete_flow_BRP
    brainpool: BrainpoolP256r1, PLAIN;
    brainpool_with_protection_keys_and_code: BrainpoolP256r1, PPK_CODE;
    brainpool_with_long_metadata: BrainpoolP256r1, SPLIT;
    brainpool_with_protection_keys_and_long_metadata: BrainpoolP256r1, PPK_SPLIT;
}

/// ICCIDs for the next profiles, of 20 digits and of 19.
fn pools() -> [IccidPool; 2] {
    ["89001012012341234000", "8900101201234123400"].map(|first| {
        let first: Iccid = first.parse().unwrap();
        IccidPool::new(first, None).unwrap()
    })
}

#[test]
fn own_profiles_with_unique_iccids_install() {
    for name in ["operational", "bootstrap"] {
        let profile = fixture(name);
        let [_, pool] = pools();
        for iccid in pool.take(2) {
            assert!(iccid.has_valid_check_digit());
            let unique = profile.with_iccid(iccid.as_bytes()).unwrap();
            assert_eq!(unique.iccid_digits(), iccid.to_string());
            complete(Curve::NistP256, Binding::Json, Wanted::PLAIN, &unique);
        }
    }
}

#[test]
fn ts48_packages_with_unique_iccids_install() {
    let Some(profiles) = ts48() else { return };
    for (name, profile) in profiles.iter() {
        let [mut twenty, mut nineteen] = pools();
        for pool in [&mut twenty, &mut nineteen] {
            let iccid = pool.next().unwrap();
            let unique = profile.with_iccid(iccid.as_bytes()).unwrap();
            let (before, after) = (profile.package(), unique.package());
            assert_eq!(before.len(), after.len(), "{}", name.display());
            let changed = before.iter().zip(after.iter()).filter(|(a, b)| a != b);
            assert!(changed.count() <= 20, "{}", name.display());
            complete(Curve::NistP256, Binding::Json, Wanted::PLAIN, &unique);
        }
    }
}

/// Several profiles of one type on one card.
#[test]
fn profiles_of_one_type_live_side_by_side() {
    let profile = fixture("operational");
    let [pool, _] = pools();
    let mut run = CardRun::on(Curve::NistP256, &profile, Wanted::PLAIN.order());
    let bpp = run.get_package(None).bound_profile_package;
    assert_eq!(run.install(&bpp), OrderState::Installed);
    let mut iccids = vec![profile.iccid().to_vec()];
    for iccid in pool.take(2) {
        let unique = profile.with_iccid(iccid.as_bytes()).unwrap();
        // The kit's device asks for MATCHING-1, which the order before has given up.
        let before = run.kit.orders.remove(0);
        run.kit
            .service
            .with_smdp(|smdp| smdp.orders_mut().remove(before));
        run.kit.add_order_for(unique, Wanted::PLAIN.order());
        let bpp = run.get_package(None).bound_profile_package;
        assert_eq!(run.install(&bpp), OrderState::Installed);
        iccids.push(iccid.as_bytes().to_vec());
    }
    let installed = run.terminal.card().profiles();
    let found: Vec<Vec<u8>> = installed
        .iter()
        .map(|isdp| {
            let image = interpret(&isdp.profile_elements).unwrap();
            image.body(image.ef_in(DirId::MF, 0x2FE2).unwrap())
        })
        .collect();
    assert_eq!(found, iccids);
}
