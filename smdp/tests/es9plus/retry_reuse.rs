// SPDX-License-Identifier: MIT OR Apache-2.0
//! A download begun again, with the one-time key of before offered to the eUICC (SGP.22 §5.6.2,
//! §5.6.3).

use rsp::sgp22::*;
use smdp::OrderState;

use crate::scene::{Scene, Wanted};

/// The one-time key that AuthenticateClient offers.
fn offered(ok: &AuthenticateClientOk) -> Option<Vec<u8>> {
    let (signed2, ..) = ok.download_parts().unwrap();
    signed2.bpp_euicc_otpk.as_ref().map(|key| key.to_vec())
}

fn signed_key(request: &GetBoundProfilePackageRequest) -> Vec<u8> {
    match &request.prepare_download_response {
        PrepareDownloadResponse::DownloadResponseOk(ok) => ok.euicc_signed2.euicc_otpk.to_vec(),
        other => panic!("{other:?}"),
    }
}

/// The eUICC still has its key: the same segments, under a channel of the new session.
#[track_caller]
fn with_the_same_key(wanted: Wanted) {
    for mut scene in Scene::both(&wanted.order()) {
        let code = scene.lpa.code.clone();
        let ok = scene.authenticated();
        let request = scene.lpa.euicc.prepare(&ok, code.as_deref());
        let key = signed_key(&request);
        let first = scene.get(request).package().bound_profile_package;

        let ok = scene.authenticated();
        assert_eq!(offered(&ok), Some(key.clone()));
        let request = scene.lpa.euicc.prepare(&ok, code.as_deref());
        assert_eq!(signed_key(&request), key);
        let answer = scene.get(request).package();
        scene.opens(&answer);
        let second = &answer.bound_profile_package;
        let channels = [&first, second].map(|bpp| &bpp.initialise_secure_channel_request);
        assert_eq!(channels[0].smdp_otpk, channels[1].smdp_otpk);
        assert_ne!(channels[0].transaction_id, channels[1].transaction_id);
        assert_ne!(channels[0].smdp_sign, channels[1].smdp_sign);
        let renewed = BoundProfilePackage {
            initialise_secure_channel_request: second.initialise_secure_channel_request.clone(),
            ..first.clone()
        };
        assert_eq!(renewed, *second);
        assert_eq!(second.second_sequence_of87.is_some(), wanted.ppk);
        scene.installed(&answer.transaction_id);
    }
}

/// The eUICC is offered its old key and makes another: the package is bound anew.
#[track_caller]
fn with_the_key_refused(wanted: Wanted) {
    for mut scene in Scene::both(&wanted.order()) {
        let code = scene.lpa.code.clone();
        let first = scene.downloaded().bound_profile_package;
        let ok = scene.authenticated();
        let old = offered(&ok).unwrap();
        scene.lpa.euicc.forget();
        let request = scene.lpa.euicc.prepare(&ok, code.as_deref());
        assert_ne!(signed_key(&request), old);
        let answer = scene.get(request).package();
        scene.opens(&answer);
        let second = &answer.bound_profile_package;
        let channels = [&first, second].map(|bpp| &bpp.initialise_secure_channel_request);
        assert_ne!(channels[0].smdp_otpk, channels[1].smdp_otpk);
        assert_ne!(first.sequence_of86, second.sequence_of86);
        assert_eq!(second.second_sequence_of87.is_some(), wanted.ppk);
        scene.installed(&answer.transaction_id);
    }
}

macro_rules! rows {
    ($check:ident: $($(#[$id:meta])* $name:ident: $wanted:ident;)*) => {$(
        $(#[$id])*
        #[test]
        fn $name() {
            $check(Wanted::$wanted);
        }
    )*};
}

rows! { with_the_same_key:
    /// TC_SM-DP+_ES9+.GetBoundProfilePackage_RetryCases_ReuseOTPK_NIST#01
    nist_01_session_keys: PLAIN;
    /// TC_SM-DP+_ES9+.GetBoundProfilePackage_RetryCases_ReuseOTPK_NIST#02
    nist_02_session_keys_and_code: CODE;
    /// TC_SM-DP+_ES9+.GetBoundProfilePackage_RetryCases_ReuseOTPK_NIST#03
    nist_03_protection_keys: PPK;
    /// TC_SM-DP+_ES9+.GetBoundProfilePackage_RetryCases_ReuseOTPK_NIST#04
    nist_04_protection_keys_and_code: PPK_CODE;
}

rows! { with_the_key_refused:
    /// TC_SM-DP+_ES9+.GetBoundProfilePackage_RetryCases_ReuseOTPK_NIST#05
    nist_05_session_keys: PLAIN;
    /// TC_SM-DP+_ES9+.GetBoundProfilePackage_RetryCases_ReuseOTPK_NIST#06
    nist_06_session_keys_and_code: CODE;
    /// TC_SM-DP+_ES9+.GetBoundProfilePackage_RetryCases_ReuseOTPK_NIST#07
    nist_07_protection_keys: PPK;
    /// TC_SM-DP+_ES9+.GetBoundProfilePackage_RetryCases_ReuseOTPK_NIST#08
    nist_08_protection_keys_and_code: PPK_CODE;
}

/// TC_SM-DP+_ES9+.GetBoundProfilePackage_RetryCases_ReuseOTPK_NIST#09
#[test]
fn nist_09_the_code_comes_at_the_second_try() {
    for mut scene in Scene::both(&Wanted::CODE.order()) {
        scene.lpa.code = None;
        scene.download().refused("8.2.7", "2.2");
        scene.lpa.code = Some("4321".to_owned());
        scene.download().refused("8.2.7", "3.8");
        scene.lpa.code = Some("1234".to_owned());
        let ok = scene.downloaded();
        scene.opens(&ok);
        scene.installed(&ok.transaction_id);
    }
}

#[test]
fn the_code_may_come_in_the_same_session() {
    for mut scene in Scene::both(&Wanted::CODE.order()) {
        let ok = scene.authenticated();
        let request = scene.lpa.euicc.prepare(&ok, None);
        scene.get(request).refused("8.2.7", "2.2");
        let request = scene.lpa.euicc.prepare(&ok, Some("4321"));
        scene.get(request).refused("8.2.7", "3.8");
        let request = scene.lpa.euicc.prepare(&ok, Some("1234"));
        let ok = scene.get(request).package();
        scene.opens(&ok);
        assert_eq!(scene.state(), OrderState::Downloaded);
    }
}

#[test]
fn another_curve_is_not_offered_the_key() {
    use certs::Curve;

    use crate::support::lpa::Lpa;
    use smdp::Binding;

    let mut scene = Scene::new(Wanted::PLAIN.order());
    scene.downloaded();
    scene.lpa = Lpa::on(&scene.kit, Curve::BrainpoolP256r1, Binding::Json);
    let ok = scene.authenticated();
    assert_eq!(offered(&ok), None);
    let request = scene.lpa.euicc.prepare(&ok, None);
    let ok = scene.get(request).package();
    scene.opens(&ok);
}
