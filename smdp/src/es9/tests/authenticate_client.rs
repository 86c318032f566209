// SPDX-License-Identifier: MIT OR Apache-2.0

use rsp::id::Eid;
use rsp::raw::Raw;

use super::euicc::reissue;
use super::*;
use crate::OrderState;

/// Runs AuthenticateClient against an order, with the request changed before it goes out.
fn run(bench: &mut Bench, change: impl FnOnce(&mut AuthenticateClientRequest)) -> Es9Response {
    let initiated = bench.initiated();
    let mut request = bench.euicc.authenticate(&initiated, "MATCHING-1");
    change(&mut request);
    bench.call(Es9Request::AuthenticateClient(request))
}

/// Runs it with the signed structure changed before it is signed.
fn run_signed(bench: &mut Bench, change: impl FnOnce(&mut EuiccSigned1)) -> Es9Response {
    let initiated = bench.initiated();
    let mut signed = bench.euicc.signed1(&initiated, Some("MATCHING-1"));
    change(&mut signed);
    let request = bench
        .euicc
        .authenticate_with(&initiated, Raw::new(signed).unwrap());
    bench.call(Es9Request::AuthenticateClient(request))
}

fn ok_of(request: &mut AuthenticateClientRequest) -> &mut AuthenticateResponseOk {
    match &mut request.authenticate_server_response {
        AuthenticateServerResponse::AuthenticateResponseOk(ok) => ok,
        other => panic!("{other:?}"),
    }
}

fn set_matching_id(signed: &mut EuiccSigned1, matching_id: Option<&str>) {
    let CtxParams1::CtxParamsForCommonAuthentication(params) = &mut signed.ctx_params1;
    params.matching_id = matching_id.map(str::to_owned);
}

#[test]
fn metadata_and_signed2_are_those_of_the_order() {
    for curve in Curve::ALL {
        let mut bench = Bench::on(curve, order());
        let ok = bench.authenticated();
        let metadata = ok.profile_meta_data.as_ref().unwrap();
        assert_eq!(*metadata.iccid, ICCID);
        assert_eq!(
            metadata
                .notification_configuration_info
                .as_ref()
                .unwrap()
                .len(),
            4
        );
        let (signed2, ..) = ok.download_parts().unwrap();
        assert!(!signed2.cc_required_flag);
        assert_eq!(signed2.bpp_euicc_otpk, None);
        assert_eq!(signed2.transaction_id, ok.transaction_id);
    }
}

#[test]
fn iot_members_of_the_metadata_are_carried() {
    let mut config = order();
    config.metadata.fallback_allowed = Some(true);
    config.metadata.ecall_indication = Some(false);
    let mut bench = Bench::new(config);
    let ok = bench.authenticated();
    let encoded = rsp::der::encode(&ok.profile_meta_data.unwrap()).unwrap();
    assert!(hex::encode_upper(encoded).ends_with("9F7B01009F6701FF"));
}

#[test]
fn a_confirmation_code_is_announced() {
    let mut bench = Bench::new(OrderConfig {
        confirmation_code: Some("1234".to_owned()),
        ..order()
    });
    let ok = bench.authenticated();
    assert!(ok.download_parts().unwrap().0.cc_required_flag);
}

#[test]
fn signatures_are_verified_over_the_bytes_that_came() {
    let mut bench = Bench::new(order());
    let initiated = bench.initiated();
    let signed = rsp::der::encode(&bench.euicc.signed1(&initiated, Some("MATCHING-1"))).unwrap();
    // The same structure with a length that DER would write shorter.
    let content = rsp::tlv::Tlv::only(&signed).unwrap().value;
    let length = u16::try_from(content.len()).unwrap().to_be_bytes();
    let mut long = vec![0x30, 0x83, 0x00, length[0], length[1]];
    long.extend_from_slice(content);
    let request = bench
        .euicc
        .authenticate_with(&initiated, Raw::from_bytes(long).unwrap());
    bench.call(Es9Request::AuthenticateClient(request)).unwrap();
}

#[test]
fn an_unknown_transaction_id_is_refused() {
    let mut bench = Bench::new(order());
    let response = run(&mut bench, |request| {
        request.transaction_id = [1; 16].into()
    });
    assert_refused(response, "8.10.1", "3.9");
    // The session itself is untouched.
    assert_eq!(bench.smdp.open_sessions(), 1);
}

#[test]
fn a_session_is_authenticated_once() {
    let mut bench = Bench::new(order());
    let initiated = bench.initiated();
    let request = bench.euicc.authenticate(&initiated, "MATCHING-1");
    bench
        .call(Es9Request::AuthenticateClient(request.clone()))
        .unwrap();
    assert_refused(
        bench.call(Es9Request::AuthenticateClient(request)),
        "8.10.1",
        "3.9",
    );
}

#[test]
fn an_expired_session_is_unknown() {
    let mut bench = Bench::new(order());
    let initiated = bench.initiated();
    let request = bench.euicc.authenticate(&initiated, "MATCHING-1");
    bench.env.advance(3601);
    assert_refused(
        bench.call(Es9Request::AuthenticateClient(request)),
        "8.10.1",
        "3.9",
    );
}

#[test]
fn another_signed_transaction_id_is_refused() {
    let mut bench = Bench::new(order());
    let response = run_signed(&mut bench, |signed| signed.transaction_id = [1; 16].into());
    assert_refused(response, "8.10.1", "3.9");
    assert_eq!(bench.smdp.open_sessions(), 0);
}

#[test]
fn an_error_of_the_euicc_ends_the_session() {
    for (same, subject, reason) in [(true, "8.1", "4.2"), (false, "8.10.1", "3.9")] {
        let mut bench = Bench::new(order());
        let response = run(&mut bench, |request| {
            let own = request.transaction_id.clone();
            request.authenticate_server_response =
                AuthenticateServerResponse::AuthenticateResponseError(AuthenticateResponseError {
                    transaction_id: if same { own } else { [1; 16].into() },
                    authenticate_error_code: AuthenticateErrorCode::INVALID_SIGNATURE,
                    additions: Default::default(),
                });
        });
        assert_refused(response, subject, reason);
        assert_eq!(bench.smdp.open_sessions(), 0);
    }
}

#[test]
fn certificates_under_another_ci_are_refused() {
    let mut bench = Bench::new(order());
    let known = bench.euicc.ci_key_id.clone();
    bench.euicc = Euicc::new(&Pki::seeded(2).unwrap(), Curve::NistP256);
    bench.euicc.ci_key_id = known;
    assert_refused(run(&mut bench, |_| ()), "8.11.1", "3.9");
}

#[test]
fn a_damaged_eum_certificate_is_refused() {
    let mut bench = Bench::new(order());
    *bench.euicc.eum.certificate.last_mut().unwrap() ^= 1;
    assert_refused(run(&mut bench, |_| ()), "8.1.2", "6.1");
    bench.euicc.eum.certificate = vec![0x30, 0x00];
    assert_refused(run(&mut bench, |_| ()), "8.1.2", "6.1");
}

#[test]
fn an_expired_eum_certificate_is_refused() {
    let mut bench = Bench::new(order());
    bench.env.advance(200 * 366 * 86_400);
    assert_refused(run(&mut bench, |_| ()), "8.1.2", "6.3");
}

#[test]
fn a_damaged_euicc_certificate_is_refused() {
    let mut bench = Bench::new(order());
    *bench.euicc.euicc.certificate.last_mut().unwrap() ^= 1;
    assert_refused(run(&mut bench, |_| ()), "8.1.3", "6.1");
}

#[test]
fn an_euicc_outside_the_range_of_its_eum_is_refused() {
    let mut bench = Bench::new(order());
    let eid = bench.euicc.eid.to_string();
    let other = eid.replacen("89049032", "89049033", 1);
    let certificate = &bench.euicc.euicc.certificate;
    bench.euicc.euicc.certificate = reissue(certificate, &eid, &other, &bench.euicc.eum.key);
    assert_refused(run(&mut bench, |_| ()), "8.1.3", "6.1");
}

#[test]
fn an_expired_euicc_certificate_is_refused() {
    let mut bench = Bench::new(order());
    let certificate = &bench.euicc.euicc.certificate;
    let view = rsp::chain::CertificateView::parse(certificate).unwrap();
    assert!(view.not_after() > bench_now(&bench));
    let (from, to) = ("74960124090000Z", "20250101000000Z");
    bench.euicc.euicc.certificate = reissue(certificate, from, to, &bench.euicc.eum.key);
    assert_refused(run(&mut bench, |_| ()), "8.1.3", "6.3");
}

fn bench_now(bench: &Bench) -> i64 {
    rsp::env::Env::now(&bench.env)
}

#[test]
fn a_wrong_signature_is_refused() {
    let mut bench = Bench::new(order());
    let response = run(&mut bench, |request| {
        ok_of(request).euicc_signature1 = [1; 64].into()
    });
    assert_refused(response, "8.1", "6.1");
    let response = run(&mut bench, |request| {
        ok_of(request).euicc_signature1 = [1; 63].into()
    });
    assert_refused(response, "8.1", "6.1");
}

#[test]
fn another_challenge_or_address_is_refused() {
    let mut bench = Bench::new(order());
    let response = run_signed(&mut bench, |signed| {
        signed.server_challenge = [1; 16].into()
    });
    assert_refused(response, "8.1", "6.1");
    let response = run_signed(&mut bench, |signed| {
        signed.server_address = "smdp2.test.example".to_owned()
    });
    assert_refused(response, "8.1", "6.1");
}

#[test]
fn the_signature_is_judged_before_the_matching_id() {
    let mut bench = Bench::new(order());
    let initiated = bench.initiated();
    let mut request = bench.euicc.authenticate(&initiated, "UNKNOWN");
    ok_of(&mut request).euicc_signature1 = [1; 64].into();
    assert_refused(
        bench.call(Es9Request::AuthenticateClient(request)),
        "8.1",
        "6.1",
    );
}

#[test]
fn an_unknown_matching_id_is_refused() {
    let mut bench = Bench::new(order());
    for matching_id in [Some("MATCHING-2"), Some("matching-1"), Some(""), None] {
        let response = run_signed(&mut bench, |signed| set_matching_id(signed, matching_id));
        assert_refused(response, "8.2.6", "3.8");
    }
}

#[test]
fn an_order_that_has_ended_is_refused() {
    for state in [
        OrderState::Installed,
        OrderState::Error,
        OrderState::Unavailable,
    ] {
        let mut bench = Bench::new(order());
        bench.order().state = state;
        assert_refused(run(&mut bench, |_| ()), "8.2.6", "3.8");
    }
}

#[test]
fn an_order_for_another_eid_is_refused() {
    let eid = Some("89049032000000000000000000000051".to_owned());
    let mut bench = Bench::new(OrderConfig { eid, ..order() });
    assert_refused(run(&mut bench, |_| ()), "8.1.1", "3.8");
}

#[test]
fn an_order_without_matching_id_is_found_by_eid() {
    let eid = Eid::from_bytes(&certs::TEST_EID).unwrap().to_string();
    let config = OrderConfig {
        eid: Some(eid),
        ..OrderConfig::default()
    };
    for matching_id in [None, Some("")] {
        let mut bench = Bench::new(config.clone());
        run_signed(&mut bench, |signed| set_matching_id(signed, matching_id)).unwrap();
    }
    let other = Some("89049032000000000000000000000051".to_owned());
    let mut bench = Bench::new(OrderConfig {
        eid: other,
        ..config
    });
    let response = run_signed(&mut bench, |signed| set_matching_id(signed, None));
    assert_refused(response, "8.1.1", "3.8");
}

#[test]
fn an_order_that_is_not_released_is_refused() {
    for state in [
        OrderState::Allocated,
        OrderState::Linked,
        OrderState::Confirmed,
    ] {
        let mut bench = Bench::new(OrderConfig { state, ..order() });
        assert_refused(run(&mut bench, |_| ()), "8.2", "1.2");
    }
}

#[test]
fn attempts_run_out_and_end_the_order() {
    let mut bench = Bench::new(OrderConfig {
        attempts: Some(2),
        ..order()
    });
    run(&mut bench, |_| ()).unwrap();
    run(&mut bench, |_| ()).unwrap();
    assert_refused(run(&mut bench, |_| ()), "8.8.5", "6.4");
    assert_eq!(bench.order().state, OrderState::Error);
    assert_refused(run(&mut bench, |_| ()), "8.2.6", "3.8");
}

#[test]
fn an_expired_order_is_refused() {
    let mut bench = Bench::new(order());
    let now = bench_now(&bench);
    bench.order().expires = Some(now + 10);
    run(&mut bench, |_| ()).unwrap();
    bench.env.advance(10);
    assert_refused(run(&mut bench, |_| ()), "8.8.5", "4.10");
}

#[test]
fn a_package_that_the_euicc_cannot_read_is_refused() {
    for version in [[2, 2, 9], [1, 9, 0]] {
        let mut bench = Bench::new(order());
        bench.euicc.profile_version = version;
        assert_refused(run(&mut bench, |_| ()), "8.2.5", "4.3");
    }
    let mut bench = Bench::new(order());
    let response = run_signed(&mut bench, |signed| {
        signed.euicc_info2.profile_version = [2, 1, 0].into();
        signed.euicc_info2.additional_profile_package_versions = Some(vec![[3, 3, 1].into()]);
    });
    response.unwrap();
}

#[test]
fn a_package_that_does_not_fit_is_refused() {
    let mut bench = Bench::new(order());
    bench.euicc.free_memory = [0, 0, 0x08, 0xFF];
    assert_refused(run(&mut bench, |_| ()), "8.1", "4.8");
    // Without the information the server cannot know.
    let response = run_signed(&mut bench, |signed| {
        signed.euicc_info2.ext_card_resource = Vec::new().into();
    });
    response.unwrap();
}
