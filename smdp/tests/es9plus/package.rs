// SPDX-License-Identifier: MIT OR Apache-2.0
//! GetBoundProfilePackage that succeeds (SGP.22 §5.6.2): every kind of keys, confirmation code and
//! metadata, opened by an eUICC that checks signature, keys and MACs.

use certs::Curve;
use rsp::sgp22::*;
use rsp::tlv::Tag;
use smdp::{Binding, Config, NotificationPoint, OrderState};

use crate::scene::{Scene, Wanted, full_segments, segments};
use crate::support::kit::{Setup, order};
use crate::support::profile::{fixture, package};

/// A download as a row wants it, in both bindings.
#[track_caller]
fn delivers(curve: Curve, wanted: Wanted) {
    for binding in Binding::ALL {
        let mut scene = Scene::on(curve, binding, wanted.order());
        let ok = scene.authenticated();
        let (signed2, ..) = ok.download_parts().unwrap();
        assert_eq!(signed2.cc_required_flag, wanted.code);
        assert_eq!(signed2.bpp_euicc_otpk, None);
        let request = scene.lpa.euicc.prepare(&ok, scene.lpa.code.as_deref());
        let answer = scene.get(request).package();
        assert_eq!(answer.transaction_id, ok.transaction_id);
        scene.opens(&answer);
        let bpp = &answer.bound_profile_package;
        assert_eq!(bpp.first_sequence_of87.len(), 1);
        assert_eq!(bpp.sequence_of88.len(), 1 + usize::from(wanted.split));
        assert_eq!(bpp.second_sequence_of87.is_some(), wanted.ppk);
        assert_eq!(bpp.sequence_of86.len(), full_segments());
        assert_eq!(scene.state(), OrderState::Downloaded);
        scene.installed(&answer.transaction_id);
        assert_eq!(scene.kit.open_sessions(), 0);
        let steps = [NotificationPoint::Download, NotificationPoint::Installation];
        assert_eq!(scene.progress(), steps.map(|point| (point, None)));
    }
}

macro_rules! rows {
    ($($(#[$id:meta])* $name:ident: $curve:ident, $wanted:ident;)*) => {$(
        $(#[$id])*
        #[test]
        fn $name() {
            delivers(Curve::$curve, Wanted::$wanted);
        }
    )*};
}

rows! {
    /// TC_SM-DP+_ES9+.GetBoundProfilePackageNIST#01
    /// TC_SM_DP_ES9_GetBoundProfilePackageASN1_01_Nominal
    nist_01_session_keys: NistP256, PLAIN;
    /// TC_SM-DP+_ES9+.GetBoundProfilePackageNIST#02
    nist_02_session_keys_and_code: NistP256, CODE;
    /// TC_SM-DP+_ES9+.GetBoundProfilePackageNIST#03
    nist_03_protection_keys: NistP256, PPK;
    /// TC_SM-DP+_ES9+.GetBoundProfilePackageNIST#04
    nist_04_protection_keys_and_code: NistP256, PPK_CODE;
    /// TC_SM-DP+_ES9+.GetBoundProfilePackageNIST#05
    nist_05_metadata_over_two_segments: NistP256, SPLIT;
    /// TC_SM-DP+_ES9+.GetBoundProfilePackageNIST#06
    nist_06_protection_keys_and_metadata_over_two_segments: NistP256, PPK_SPLIT;
    /// TC_SM-DP+_ES9+.GetBoundProfilePackageBRP
    brp: BrainpoolP256r1, PLAIN;
    brp_with_everything: BrainpoolP256r1, PPK_SPLIT;
    brp_protection_keys_and_code: BrainpoolP256r1, PPK_CODE;
}

/// TC_SM_DP_ES9_GetBoundProfilePackageNIST_02_Retry_Same_Challenge
#[test]
fn the_same_request_is_answered_with_the_same_package() {
    for mut scene in Scene::both(&Wanted::PPK.order()) {
        let ok = scene.authenticated();
        let request = scene.lpa.euicc.prepare(&ok, None);
        let first = scene.get(request.clone()).package();
        let again = scene.get(request).package();
        assert_eq!(first, again);
        scene.opens(&again);
        assert_eq!(scene.progress().len(), 1);
        assert_eq!(scene.kit.open_sessions(), 1);
    }
}

/// TC_SM_DP_ES9_GetBoundProfilePackageNIST_03_Retry_Different_Challenge
#[test]
fn another_session_is_answered_with_a_package_of_its_own() {
    for mut scene in Scene::both(&order()) {
        let first = scene.downloaded();
        let second = scene.downloaded();
        assert_ne!(first.transaction_id, second.transaction_id);
        scene.opens(&second);
    }
}

#[test]
fn metadata_is_cut_where_the_order_says() {
    let mut config = order();
    config.metadata_segment = Some(40);
    let mut scene = Scene::new(config);
    let ok = scene.downloaded();
    scene.opens(&ok);
    let length = scene.kit.order(|order| order.metadata.len());
    assert_eq!(
        ok.bound_profile_package.sequence_of88.len(),
        length.div_ceil(40)
    );
}

/// An icon of every size around the place where metadata needs a second segment.
#[test]
fn metadata_is_split_only_when_it_must_be() {
    let size_of = |icon: usize| {
        let mut config = order();
        config.metadata.icon_png = Some("89".repeat(icon));
        let mut scene = Scene::new(config);
        let ok = scene.downloaded();
        scene.opens(&ok);
        let length = scene.kit.order(|order| order.metadata.len());
        let sizes = segments(&ok.bound_profile_package);
        assert_eq!(
            ok.bound_profile_package.sequence_of88.len(),
            length.div_ceil(1008)
        );
        assert_eq!(sizes[1], length.min(1008) + 8 + 4);
        length
    };
    let bare = size_of(512) - 512;
    for length in [1007, 1008, 1009] {
        assert_eq!(size_of(length - bare), length);
    }
    size_of(1024);
}

#[test]
fn every_length_of_a_host_identifier_works() {
    for host_id in ["a", "smdp1.example.co", "8 octets"] {
        let config = Config {
            host_id: host_id.to_owned(),
            ..Config::default()
        };
        let setup = Setup {
            config,
            orders: vec![order()],
            ..Setup::default()
        };
        let mut scene = Scene::of(setup, Curve::NistP256, Binding::Json);
        let ok = scene.downloaded();
        scene.opens(&ok);
        let channel = &ok.bound_profile_package.initialise_secure_channel_request;
        let template = &channel.control_ref_template;
        assert_eq!(&*template.host_id, host_id.as_bytes());
        assert_eq!(
            (&*template.key_type, &*template.key_len),
            (&[0x88][..], &[0x10][..])
        );
    }
}

/// TC_SM-DP+_SGP32#D05
#[test]
fn metadata_of_iot_is_carried() {
    for (fallback, ecall) in [(true, false), (false, true), (true, true)] {
        let mut config = order();
        config.metadata.fallback_allowed = Some(fallback);
        config.metadata.ecall_indication = Some(ecall);
        let mut scene = Scene::new(config);
        let ok = scene.downloaded();
        scene.opens(&ok);
        let metadata = scene.kit.order(|order| order.metadata.clone());
        let metadata = rsp::tlv::Tlv::only(&metadata).unwrap();
        let flag = |tag| metadata.child(Tag::new(tag)).unwrap().value[0] != 0;
        assert_eq!((flag(0x9F67), flag(0x9F7B)), (fallback, ecall));
    }
}

/// TC_SM-DP+_SGP32#D06
#[test]
fn connectivity_parameters_are_carried() {
    let mut header = rsp::tlv::Tlv::read(&package().package())
        .unwrap()
        .0
        .value
        .to_vec();
    let parameters = [0xA1, 0x04, 0x35, 0x02, 0x02, 0x03];
    header.extend(rsp::tlv::tlv(Tag::new(0xA6), &[]));
    header.extend(rsp::tlv::tlv(Tag::new(0x87), &parameters));
    let mut bytes = rsp::tlv::tlv(Tag::new(0xA0), &header);
    bytes.extend([0xAA, 0x00]);
    let setup = Setup {
        profile: smdp::Profile::from_der(bytes).unwrap(),
        orders: vec![order()],
        ..Setup::default()
    };
    let mut scene = Scene::of(setup, Curve::NistP256, Binding::Json);
    let ok = scene.downloaded();
    scene.opens(&ok);
    let package = scene
        .kit
        .order(|order| order.profile.package().into_owned());
    assert!(package.windows(8).any(|window| window[2..] == parameters));
}

#[test]
fn a_large_package_is_cut_into_full_segments() {
    let mut bytes = package().package().into_owned();
    bytes.truncate(bytes.len() - 2);
    bytes.extend(rsp::tlv::tlv(Tag::new(0xA7), &vec![0xA5; 20_000]));
    bytes.extend([0xAA, 0x00]);
    let count = bytes.len().div_ceil(1007);
    let setup = Setup {
        profile: smdp::Profile::from_der(bytes).unwrap(),
        orders: vec![order()],
        ..Setup::default()
    };
    let mut scene = Scene::of(setup, Curve::NistP256, Binding::Json);
    let ok = scene.downloaded();
    scene.opens(&ok);
    assert_eq!(ok.bound_profile_package.sequence_of86.len(), count);
}

#[test]
fn a_smaller_icon_and_a_fixture_profile_are_delivered_together() {
    let mut config = order();
    config.metadata.icon_png = Some("89504E47".to_owned());
    let setup = Setup {
        profile: fixture("operational"),
        orders: vec![config],
        ..Setup::default()
    };
    let mut scene = Scene::of(setup, Curve::BrainpoolP256r1, Binding::Asn1);
    let ok = scene.downloaded();
    let metadata = scene.opens(&ok);
    assert_eq!(metadata.icon_type, Some(IconType::PNG));
    assert_eq!(metadata.icon.unwrap().len(), 4);
}
