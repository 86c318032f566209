// SPDX-License-Identifier: MIT OR Apache-2.0
//! A download begun again by an eUICC that has not kept its one-time key (SGP.22 §5.6.2).

use certs::Curve;
use smdp::{Binding, NotificationPoint, OrderState};

use crate::scene::{Scene, Wanted};
use crate::support::euicc::Euicc;
use crate::support::lpa::Lpa;

/// The package is bound to the new key, with new keys throughout.
#[track_caller]
fn bound_anew(wanted: Wanted) {
    for mut scene in Scene::both(&wanted.order()) {
        let first = scene.downloaded().bound_profile_package;
        scene.lpa.euicc.forget();
        let answer = scene.downloaded();
        scene.opens(&answer);
        let second = &answer.bound_profile_package;
        let channels = [&first, second].map(|bpp| &bpp.initialise_secure_channel_request);
        assert_ne!(channels[0].smdp_otpk, channels[1].smdp_otpk);
        assert_ne!(first.first_sequence_of87, second.first_sequence_of87);
        assert_ne!(first.sequence_of88, second.sequence_of88);
        assert_ne!(first.sequence_of86, second.sequence_of86);
        if wanted.ppk {
            assert_ne!(first.second_sequence_of87, second.second_sequence_of87);
        }
        scene.installed(&answer.transaction_id);
    }
}

macro_rules! rows {
    ($($(#[$id:meta])* $name:ident: $wanted:ident;)*) => {$(
        $(#[$id])*
        #[test]
        fn $name() {
            bound_anew(Wanted::$wanted);
        }
    )*};
}

rows! {
    /// TC_SM-DP+_ES9+.GetBoundProfilePackage_RetryCases_DifferentOTPK_NIST#01
    nist_01_session_keys: PLAIN;
    /// TC_SM-DP+_ES9+.GetBoundProfilePackage_RetryCases_DifferentOTPK_NIST#02
    nist_02_session_keys_and_code: CODE;
    /// TC_SM-DP+_ES9+.GetBoundProfilePackage_RetryCases_DifferentOTPK_NIST#03
    nist_03_protection_keys: PPK;
    /// TC_SM-DP+_ES9+.GetBoundProfilePackage_RetryCases_DifferentOTPK_NIST#04
    nist_04_protection_keys_and_code: PPK_CODE;
}

#[test]
fn an_order_may_forbid_binding_anew() {
    let mut config = Wanted::CODE.order();
    config.rebinding = false;
    for mut scene in Scene::both(&config) {
        let first = scene.downloaded().bound_profile_package;
        scene.lpa.euicc.forget();
        scene.download().refused("8.2", "3.7");
        assert_eq!(scene.state(), OrderState::Downloaded);
        assert_eq!(scene.kit.open_sessions(), 1);
        let last = (NotificationPoint::Download, Some(("8.2", "3.7")));
        assert_eq!(scene.progress().last(), Some(&last));
        // What was bound before is still there for the key it was bound to.
        let kept = scene.authenticated();
        let (signed2, ..) = kept.download_parts().unwrap();
        assert!(signed2.bpp_euicc_otpk.is_some());
        assert!(first.second_sequence_of87.is_none());
    }
}

#[test]
fn within_a_session_too_another_key_is_bound_anew_or_refused() {
    for rebinding in [true, false] {
        let mut config = Wanted::PLAIN.order();
        config.rebinding = rebinding;
        let mut scene = Scene::new(config);
        let ok = scene.authenticated();
        let request = scene.lpa.euicc.prepare(&ok, None);
        scene.get(request).package();
        scene.lpa.euicc.forget();
        let request = scene.lpa.euicc.prepare(&ok, None);
        let answer = scene.get(request);
        if rebinding {
            scene.opens(&answer.package());
        } else {
            answer.refused("8.2", "3.7");
        }
    }
}

/// Two eUICCs come with the same MatchingID before the order belongs to one of them.
#[test]
fn what_went_to_one_euicc_does_not_go_to_another() {
    for reusable in [false, true] {
        let mut config = Wanted::PLAIN.order();
        config.reusable = reusable;
        let mut scene = Scene::new(config);
        let eid = "89049032000000000000000000000163".parse().unwrap();
        let stranger = Euicc::with_eid(&scene.kit.pki, Curve::NistP256, eid);
        let mut other = Lpa::around(stranger, Binding::Json);
        let mut late = other.authenticated(&scene.kit);
        scene.downloaded();
        if reusable {
            let request = other.euicc.prepare(&late, None);
            scene.get(request).package();
            late = other.authenticated(&scene.kit);
            let request = other.euicc.prepare(&late, None);
            scene.get(request).package();
        } else {
            let request = other.euicc.prepare(&late, None);
            scene.get(request).refused("8.2", "3.7");
            other.authenticate(&scene.kit).refused("8.1.1", "3.8");
            scene.downloaded();
        }
    }
}
