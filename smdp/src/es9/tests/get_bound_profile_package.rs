// SPDX-License-Identifier: MIT OR Apache-2.0

use super::*;
use crate::{Event, KeyMode, OrderState};

fn dp_pb(bench: &Bench) -> rsp::ecdsa::PublicKey {
    let credentials = credentials();
    credentials
        .by_ci(&bench.euicc.ci_key_id)
        .unwrap()
        .dp_pb
        .key
        .public_key()
        .clone()
}

fn with_code() -> OrderConfig {
    OrderConfig {
        confirmation_code: Some("1234".to_owned()),
        ..order()
    }
}

#[test]
fn the_package_opens_to_profile_and_metadata() {
    for curve in Curve::ALL {
        for key_mode in [KeyMode::SessionKeys, KeyMode::ProfileProtectionKeys] {
            let mut bench = Bench::on(
                curve,
                OrderConfig {
                    key_mode,
                    ..order()
                },
            );
            let ok = bench.authenticated();
            let request = bench.euicc.prepare(&ok, None);
            let bpp = bench.get(request).unwrap().bound_profile_package;
            let channel = &bpp.initialise_secure_channel_request;
            assert_eq!(channel.transaction_id, ok.transaction_id);
            let (metadata, profile) = bench.euicc.open(&bpp, &dp_pb(&bench));
            assert_eq!(Some(metadata), ok.profile_meta_data);
            assert_eq!(profile, package());
            assert_eq!(bench.order().state, OrderState::Downloaded);
            let eid = bench.euicc.eid;
            assert_eq!(bench.order().eid, Some(eid));
            assert!(matches!(
                bench.smdp.journal().last(),
                Some(Event::Delivered { .. })
            ));
        }
    }
}

#[test]
fn metadata_is_split_over_segments() {
    let mut config = OrderConfig {
        metadata_segment: Some(50),
        ..order()
    };
    config.metadata.icon_png = Some("5A".repeat(1024));
    for (metadata_segment, at_least) in [(Some(50), 20), (None, 2)] {
        let mut bench = Bench::new(OrderConfig {
            metadata_segment,
            ..config.clone()
        });
        let bpp = bench.downloaded().bound_profile_package;
        assert!(bpp.sequence_of88.len() >= at_least);
        let (metadata, _) = bench.euicc.open(&bpp, &dp_pb(&bench));
        assert_eq!(metadata.icon.unwrap().len(), 1024);
    }
}

#[test]
fn the_same_request_is_answered_again() {
    let mut bench = Bench::new(order());
    let ok = bench.authenticated();
    let request = bench.euicc.prepare(&ok, None);
    let first = bench.get(request.clone()).unwrap();
    assert_eq!(bench.get(request).unwrap(), first);
}

#[test]
fn a_retry_with_the_same_key_signs_the_channel_only() {
    let mut bench = Bench::new(order());
    let first = bench.downloaded().bound_profile_package;
    let ok = bench.authenticated();
    let offered = ok.download_parts().unwrap().0.bpp_euicc_otpk.clone();
    assert!(offered.is_some());
    let request = bench.euicc.prepare(&ok, None);
    let second = bench.get(request).unwrap().bound_profile_package;
    assert_eq!(first.sequence_of86, second.sequence_of86);
    let channels = [&first, &second].map(|bpp| &bpp.initialise_secure_channel_request);
    assert_eq!(channels[0].smdp_otpk, channels[1].smdp_otpk);
    assert_ne!(channels[0].transaction_id, channels[1].transaction_id);
    assert_eq!(bench.euicc.open(&second, &dp_pb(&bench)).1, package());
}

#[test]
fn a_retry_with_another_key_is_bound_anew_or_refused() {
    let mut bench = Bench::new(order());
    let first = bench.downloaded().bound_profile_package;
    bench.euicc.forget();
    let second = bench.downloaded().bound_profile_package;
    assert_ne!(first.sequence_of86, second.sequence_of86);
    assert_eq!(bench.euicc.open(&second, &dp_pb(&bench)).1, package());

    bench.order().rebinding = false;
    bench.euicc.forget();
    let ok = bench.authenticated();
    let request = bench.euicc.prepare(&ok, None);
    assert_refused(bench.get(request), "8.2", "3.7");
}

#[test]
fn an_unknown_transaction_id_is_refused() {
    let mut bench = Bench::new(order());
    let ok = bench.authenticated();
    let mut request = bench.euicc.prepare(&ok, None);
    request.transaction_id = [1; 16].into();
    assert_refused(bench.get(request), "8.10.1", "3.9");
}

#[test]
fn a_session_that_is_not_authenticated_is_refused() {
    let mut bench = Bench::new(order());
    let ok = bench.authenticated();
    let mut request = bench.euicc.prepare(&ok, None);
    request.transaction_id = bench.initiated().transaction_id;
    assert_refused(bench.get(request), "8.10.1", "3.9");
}

#[test]
fn another_signed_transaction_id_is_refused() {
    let mut bench = Bench::new(order());
    let ok = bench.authenticated();
    let (_, signature2, _) = ok.download_parts().unwrap();
    let signed = EuiccSigned2 {
        transaction_id: [1; 16].into(),
        euicc_otpk: bench.euicc.euicc.key.public_key().to_point().into(),
        hash_cc: None,
        additional_information: None,
        additions: Default::default(),
    };
    let request = bench
        .euicc
        .prepare_with(&ok.transaction_id, signed, signature2);
    assert_refused(bench.get(request), "8.10.1", "3.9");
    assert_eq!(bench.smdp.open_sessions(), 0);
}

#[test]
fn a_wrong_signature_or_key_is_refused() {
    let mut bench = Bench::new(order());
    let ok = bench.authenticated();
    let mut request = bench.euicc.prepare(&ok, None);
    if let PrepareDownloadResponse::DownloadResponseOk(ok) = &mut request.prepare_download_response
    {
        ok.euicc_signature2 = [1; 64].into();
    }
    assert_refused(bench.get(request), "8.1", "6.1");

    let ok = bench.authenticated();
    let (_, signature2, _) = ok.download_parts().unwrap();
    let signed = EuiccSigned2 {
        transaction_id: ok.transaction_id.clone(),
        euicc_otpk: [4; 65].into(),
        hash_cc: None,
        additional_information: None,
        additions: Default::default(),
    };
    let request = bench
        .euicc
        .prepare_with(&ok.transaction_id, signed, signature2);
    assert_refused(bench.get(request), "8.1", "6.1");
}

#[test]
fn an_error_of_the_euicc_ends_the_session() {
    let mut bench = Bench::new(order());
    let ok = bench.authenticated();
    let request = GetBoundProfilePackageRequest {
        transaction_id: ok.transaction_id.clone(),
        prepare_download_response: PrepareDownloadResponse::DownloadResponseError(
            PrepareDownloadResponseError {
                transaction_id: ok.transaction_id,
                download_error_code: DownloadErrorCode::INVALID_SIGNATURE,
                additions: Default::default(),
            },
        ),
        additions: Default::default(),
    };
    assert_refused(bench.get(request), "8.1", "4.2");
    assert_eq!(bench.smdp.open_sessions(), 0);
}

#[test]
fn the_confirmation_code_opens_the_package() {
    let mut bench = Bench::new(with_code());
    let ok = bench.authenticated();
    let request = bench.euicc.prepare(&ok, Some("1234"));
    bench.get(request).unwrap();
}

#[test]
fn a_missing_confirmation_code_is_refused() {
    let mut bench = Bench::new(with_code());
    let ok = bench.authenticated();
    let request = bench.euicc.prepare(&ok, None);
    assert_refused(bench.get(request), "8.2.7", "2.2");
}

#[test]
fn wrong_confirmation_codes_run_out() {
    let mut bench = Bench::new(OrderConfig {
        confirmation_code_tries: 2,
        ..with_code()
    });
    for _ in 0..2 {
        let ok = bench.authenticated();
        let request = bench.euicc.prepare(&ok, Some("4321"));
        assert_refused(bench.get(request), "8.2.7", "3.8");
    }
    let ok = bench.authenticated();
    let request = bench.euicc.prepare(&ok, Some("1234"));
    assert_refused(bench.get(request), "8.2.7", "6.4");
    assert_eq!(bench.order().state, OrderState::Error);
}

#[test]
fn an_order_that_ended_or_expired_meanwhile_is_refused() {
    let mut bench = Bench::new(order());
    let ok = bench.authenticated();
    let request = bench.euicc.prepare(&ok, None);
    bench.order().state = OrderState::Unavailable;
    assert_refused(bench.get(request), "8.2", "3.7");

    let mut bench = Bench::new(order());
    let ok = bench.authenticated();
    let request = bench.euicc.prepare(&ok, None);
    bench.order().expires = Some(0);
    assert_refused(bench.get(request), "8.8.5", "4.10");
}

#[test]
fn an_installed_package_is_not_delivered_again() {
    let mut bench = Bench::new(order());
    let ok = bench.authenticated();
    let request = bench.euicc.prepare(&ok, None);
    bench.get(request.clone()).unwrap();
    let result = bench.euicc.result(&ok.transaction_id, ICCID, None);
    bench.call(Es9Request::HandleNotification(result)).unwrap();
    assert_refused(bench.get(request), "8.10.1", "3.9");
}
