// SPDX-License-Identifier: MIT OR Apache-2.0
//! GetBoundProfilePackage that is refused (SGP.22 §5.6.2), and the order of the checks.

use certs::Curve;
use rsp::sgp22::*;
use smdp::{Event, NotificationPoint, OrderState};

use crate::scene::{Scene, Wanted};
use crate::support::kit::order;
use crate::support::profile::ICCID;

/// Changes what the eUICC signed, without signing anew.
fn forge(request: &mut GetBoundProfilePackageRequest) {
    match &mut request.prepare_download_response {
        PrepareDownloadResponse::DownloadResponseOk(ok) => ok.euicc_signature2 = [1; 64].into(),
        other => panic!("{other:?}"),
    }
}

/// A request with anything signed.
fn signed(
    scene: &mut Scene,
    ok: &AuthenticateClientOk,
    change: impl FnOnce(&mut EuiccSigned2),
) -> GetBoundProfilePackageRequest {
    let (_, signature2, _) = ok.download_parts().unwrap();
    let request = scene.lpa.euicc.prepare(ok, scene.lpa.code.as_deref());
    let mut signed = match request.prepare_download_response {
        PrepareDownloadResponse::DownloadResponseOk(ok) => ok.euicc_signed2.into_value(),
        other => panic!("{other:?}"),
    };
    change(&mut signed);
    let euicc = &scene.lpa.euicc;
    euicc.prepare_with(&ok.transaction_id, signed, signature2)
}

/// The refusal ends the session and leaves the order as it is.
#[track_caller]
fn ended(scene: &Scene) {
    assert_eq!(scene.kit.open_sessions(), 0);
    assert_eq!(scene.state(), OrderState::Released);
}

/// TC_SM-DP+_ES9+.GetBoundProfilePackage_ErrorCasesNIST#01
#[test]
fn nist_01_a_wrong_signature_is_refused() {
    for mut scene in Scene::both(&order()) {
        let answer = scene.lpa.download_with(&scene.kit, forge);
        answer.refused("8.1", "6.1");
        ended(&scene);
    }
}

/// TC_SM-DP+_ES9+.GetBoundProfilePackage_ErrorCasesNIST#02
#[test]
fn nist_02_an_unknown_outer_transaction_id_is_refused() {
    for mut scene in Scene::both(&order()) {
        let answer = scene.lpa.download_with(&scene.kit, |request| {
            request.transaction_id = [1; 16].into();
        });
        answer.refused("8.10.1", "3.9");
        assert_eq!(scene.kit.open_sessions(), 1);
    }
}

/// TC_SM-DP+_ES9+.GetBoundProfilePackage_ErrorCasesNIST#03
#[test]
fn nist_03_an_unknown_signed_transaction_id_is_refused() {
    for mut scene in Scene::both(&order()) {
        let ok = scene.authenticated();
        let request = signed(&mut scene, &ok, |signed| {
            signed.transaction_id = [1; 16].into();
        });
        scene.get(request).refused("8.10.1", "3.9");
        ended(&scene);
    }
}

/// TC_SM-DP+_ES9+.GetBoundProfilePackage_ErrorCasesNIST#04
#[test]
fn nist_04_a_missing_code_is_refused() {
    for mut scene in Scene::both(&Wanted::CODE.order()) {
        scene.lpa.code = None;
        scene.download().refused("8.2.7", "2.2");
        let step = (NotificationPoint::Confirmation, Some(("8.2.7", "2.2")));
        assert_eq!(scene.progress(), [step]);
        assert_eq!(scene.state(), OrderState::Released);
        // A missing code is none of the attempts.
        assert_eq!(scene.kit.order(|order| order.confirmation_code_tries), 3);
    }
}

/// TC_SM-DP+_ES9+.GetBoundProfilePackage_ErrorCasesNIST#05
#[test]
fn nist_05_a_wrong_code_is_refused() {
    for mut scene in Scene::both(&Wanted::CODE.order()) {
        for code in ["4321", "12345", "123", ""] {
            scene.kit.order(|order| order.confirmation_code_tries = 3);
            scene.lpa.code = Some(code.to_owned());
            scene.download().refused("8.2.7", "3.8");
            assert_eq!(scene.kit.order(|order| order.confirmation_code_tries), 2);
        }
        let step = (NotificationPoint::Confirmation, Some(("8.2.7", "3.8")));
        assert_eq!(scene.progress(), [step; 4]);
        assert_eq!(scene.state(), OrderState::Released);
    }
}

/// The hash of the right code for another session is a wrong code.
#[test]
fn a_hash_of_another_session_is_refused() {
    let mut scene = Scene::new(Wanted::CODE.order());
    let ok = scene.authenticated();
    let request = signed(&mut scene, &ok, |signed| {
        signed.hash_cc = Some(rsp::kdf::hash_cc("1234", &[1; 16]).into());
    });
    scene.get(request).refused("8.2.7", "3.8");
}

#[test]
fn wrong_codes_run_out_over_sessions_and_within_one() {
    for in_one_session in [false, true] {
        let mut config = Wanted::CODE.order();
        config.confirmation_code_tries = 2;
        for mut scene in Scene::both(&config) {
            let mut ok = scene.authenticated();
            for (code, reason) in [("4321", "3.8"), ("4321", "3.8"), ("1234", "6.4")] {
                if !in_one_session {
                    ok = scene.authenticated();
                }
                let request = scene.lpa.euicc.prepare(&ok, Some(code));
                scene.get(request).refused("8.2.7", reason);
            }
            assert_eq!(scene.state(), OrderState::Error);
            let last = (NotificationPoint::Confirmation, Some(("8.2.7", "6.4")));
            assert_eq!(scene.progress().last(), Some(&last));
            scene.lpa.authenticate(&scene.kit).refused("8.2.6", "3.8");
        }
    }
}

#[test]
fn an_order_without_a_code_takes_any() {
    let mut scene = Scene::new(order());
    scene.lpa.code = Some("4321".to_owned());
    let ok = scene.downloaded();
    scene.opens(&ok);
}

#[test]
fn an_order_that_ended_meanwhile_is_refused() {
    for state in [
        OrderState::Unavailable,
        OrderState::Error,
        OrderState::Installed,
    ] {
        for mut scene in Scene::both(&order()) {
            let ok = scene.authenticated();
            scene.kit.order(|order| order.state = state);
            let request = scene.lpa.euicc.prepare(&ok, None);
            scene.get(request).refused("8.2", "3.7");
            assert_eq!(scene.state(), state);
            assert_eq!(scene.kit.open_sessions(), 0);
        }
    }
}

#[test]
fn an_order_that_expired_meanwhile_is_refused() {
    for mut scene in Scene::both(&order()) {
        let ok = scene.authenticated();
        let now = scene.kit.clock.now();
        scene.kit.order(|order| order.expires = Some(now));
        let request = scene.lpa.euicc.prepare(&ok, None);
        scene.get(request).refused("8.8.5", "4.10");
        assert_eq!(scene.state(), OrderState::Error);
        let step = (NotificationPoint::Download, Some(("8.8.5", "4.10")));
        assert_eq!(scene.progress(), [step]);
    }
}

#[test]
fn a_removed_order_is_refused() {
    let mut scene = Scene::new(order());
    let ok = scene.authenticated();
    let id = scene.kit.orders[0];
    let removed = scene
        .kit
        .service
        .with_smdp(|smdp| smdp.orders_mut().remove(id));
    assert!(removed.is_some());
    let request = scene.lpa.euicc.prepare(&ok, None);
    scene.get(request).refused("8.2", "3.7");
}

/// A one-time key that is no point of the curve, or none at all.
#[test]
fn a_key_that_is_none_is_refused_and_nothing_is_bound_to_it() {
    let on_the_other_curve = {
        let scene = Scene::on(Curve::BrainpoolP256r1, smdp::Binding::Json, order());
        let key = scene.lpa.euicc.euicc.key.public_key();
        key.to_point().to_vec()
    };
    let mut infinity = vec![0; 65];
    infinity[0] = 4;
    let mut compressed = vec![2; 33];
    compressed[32] = 1;
    for key in [
        on_the_other_curve,
        infinity,
        compressed,
        vec![4; 65],
        vec![4; 64],
        vec![4; 66],
        vec![0],
        Vec::new(),
    ] {
        for mut scene in Scene::both(&order()) {
            let ok = scene.authenticated();
            let wrong = key.clone();
            let request = signed(&mut scene, &ok, |signed| signed.euicc_otpk = wrong.into());
            scene.get(request).refused("8.1", "6.1");
            ended(&scene);
            let ok = scene.downloaded();
            scene.opens(&ok);
        }
    }
}

/// A key that is none does not cost the package that was bound before.
#[test]
fn a_kept_package_survives_a_key_that_is_none() {
    let mut scene = Scene::new(order());
    let first = scene.downloaded().bound_profile_package;
    let ok = scene.authenticated();
    let request = signed(&mut scene, &ok, |signed| signed.euicc_otpk = [4; 65].into());
    scene.get(request).refused("8.1", "6.1");
    let again = scene.downloaded().bound_profile_package;
    assert_eq!(first.sequence_of86, again.sequence_of86);
}

/// TC_SM_DP_ES9_GetBoundProfilePackageNIST_04_Preparation_Error
#[test]
fn an_error_of_the_euicc_ends_the_session_and_keeps_the_order() {
    let codes = DownloadErrorCode::NAMED.iter().map(|(code, _)| *code);
    for code in codes.chain([DownloadErrorCode(99)]) {
        for mut scene in Scene::both(&order()) {
            let id = scene.authenticated().transaction_id;
            let request = scene.lpa.euicc.prepare_error(&id, code);
            let answer = scene.get(request.clone());
            answer.refused("8.1", "4.2");
            ended(&scene);
            let step = (NotificationPoint::Download, Some(("8.1", "4.2")));
            assert_eq!(scene.progress(), [step]);
            scene.get(request).refused("8.10.1", "3.9");
            // What the eUICC said is there for the operator.
            let journal = scene.kit.journal();
            let data = journal.iter().find_map(|event| match event {
                Event::Progress { data, point, .. } if *point == NotificationPoint::Download => {
                    data.clone()
                }
                _ => None,
            });
            assert!(data.unwrap().starts_with(&[0xBF, 0x21]));
            // The order can be downloaded as if nothing had been.
            let ok = scene.downloaded();
            scene.opens(&ok);
        }
    }
}

#[test]
fn an_error_of_the_euicc_about_another_session_is_refused() {
    for mut scene in Scene::both(&order()) {
        let id = scene.authenticated().transaction_id;
        let code = DownloadErrorCode::INVALID_SIGNATURE;
        let mut request = scene.lpa.euicc.prepare_error(&[1; 16].into(), code);
        request.transaction_id = id;
        scene.get(request).refused("8.10.1", "3.9");
        assert!(scene.progress().is_empty());
    }
}

#[test]
fn a_session_that_is_not_authenticated_is_unknown() {
    for mut scene in Scene::both(&order()) {
        let ok = scene.authenticated();
        let mut request = scene.lpa.euicc.prepare(&ok, None);
        request.transaction_id = scene.lpa.initiated(&scene.kit).transaction_id;
        scene.get(request).refused("8.10.1", "3.9");
        assert_eq!(scene.kit.open_sessions(), 2);
    }
}

#[test]
fn a_session_is_forgotten_after_its_lifetime() {
    for mut scene in Scene::both(&order()) {
        let ok = scene.authenticated();
        let request = scene.lpa.euicc.prepare(&ok, None);
        scene.get(request.clone()).package();
        scene.kit.clock.advance(3600);
        scene.get(request.clone()).package();
        scene.kit.clock.advance(1);
        scene.get(request).refused("8.10.1", "3.9");
        assert_eq!(scene.kit.open_sessions(), 0);
        // The order is still there for another session.
        let ok = scene.downloaded();
        scene.installed(&ok.transaction_id);
    }
}

#[test]
fn an_ended_session_is_unknown() {
    for mut scene in Scene::both(&order()) {
        let ok = scene.authenticated();
        let request = scene.lpa.euicc.prepare(&ok, None);
        scene.get(request.clone()).package();
        scene
            .lpa
            .report(&scene.kit, &ok.transaction_id, ICCID, None);
        scene.get(request.clone()).refused("8.10.1", "3.9");

        let mut scene = Scene::new(order());
        let ok = scene.authenticated();
        let request = scene.lpa.euicc.prepare(&ok, None);
        let reason = CancelSessionReason::POSTPONED;
        scene.lpa.cancel(&scene.kit, &ok.transaction_id, reason);
        scene.get(request).refused("8.10.1", "3.9");
    }
}

/// Everything wrong at once: what is put right step by step shows the order of the checks.
#[test]
fn the_first_check_that_fails_is_the_one_answered() {
    let mut config = Wanted::CODE.order();
    config.rebinding = false;
    let mut scene = Scene::new(config);
    scene.downloaded();
    let now = scene.kit.clock.now();
    scene.kit.order(|order| order.confirmation_code_tries = 0);
    scene.lpa.euicc.forget();
    // Most refusals end the session: each is checked in one that looks the same.
    let anew = |scene: &mut Scene| {
        scene.kit.order(|order| order.expires = None);
        let ok = scene.authenticated();
        scene.kit.order(|order| order.expires = Some(now));
        ok
    };

    let ok = anew(&mut scene);
    scene.lpa.code = None;
    let mut request = signed(&mut scene, &ok, |signed| {
        signed.transaction_id = [1; 16].into();
    });
    forge(&mut request);
    let mut unknown = request.clone();
    unknown.transaction_id = [1; 16].into();
    scene.get(unknown).refused("8.10.1", "3.9");
    scene.get(request).refused("8.1", "6.1");

    let ok = anew(&mut scene);
    let request = signed(&mut scene, &ok, |signed| {
        signed.transaction_id = [1; 16].into();
    });
    scene.get(request).refused("8.10.1", "3.9");

    let ok = anew(&mut scene);
    let request = scene.lpa.euicc.prepare(&ok, None);
    scene.get(request).refused("8.2.7", "2.2");
    scene.kit.order(|order| order.confirmation_code_tries = 1);
    let request = scene.lpa.euicc.prepare(&ok, Some("4321"));
    scene.get(request).refused("8.2.7", "3.8");
    scene.kit.order(|order| order.confirmation_code_tries = 1);
    scene.lpa.euicc.forget();
    let request = scene.lpa.euicc.prepare(&ok, Some("1234"));
    scene.get(request).refused("8.2", "3.7");

    let ok = anew(&mut scene);
    scene.kit.order(|order| order.rebinding = true);
    scene.lpa.euicc.forget();
    let request = scene.lpa.euicc.prepare(&ok, Some("1234"));
    scene.get(request).refused("8.8.5", "4.10");
    assert_eq!(scene.state(), OrderState::Error);
}
