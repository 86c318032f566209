// SPDX-License-Identifier: MIT OR Apache-2.0
//! LoadBoundProfilePackage (SGP.22 §5.7.6): what is installed, how the package may be cut, and loss of power.

use rsp::ecdsa::Curve;
use rsp::raw::Additions;
use rsp::sgp22::*;
use rsp::sgp32::{
    Sgp32PendingNotification, Sgp32RetrieveNotificationsListRequest,
    Sgp32RetrieveNotificationsListResponse,
};
use veuicc::terminal::{Terminal, bpp_segments};
use veuicc::{Card, PendingKind, ProfileState, Reset};

use crate::common::*;
use crate::result::{expect_error, expect_success, result};

#[test]
fn a_profile_is_installed_on_both_curves_with_and_without_protection_keys() {
    for curve in Curve::ALL {
        for profile_protection_keys in [false, true] {
            let (mut terminal, server) = (terminal(), Server::new(curve));
            let otpk = prepare(&mut terminal, &server, None);
            let package = Package {
                profile_protection_keys,
                ..Package::new()
            };
            let bpp = server.bind(&otpk, &package);
            let response = terminal.load_bound_profile_package(&bpp).unwrap();
            let success = expect_success(&response);
            assert_eq!(hex::encode(&*success.sima_response), "3007a0053003800100");
            let card = terminal.into_card();
            let [profile] = card.profiles() else {
                panic!("{:?}", card.profiles())
            };
            assert_eq!(profile.aid, success.aid.to_vec());
            assert_eq!(profile.state, ProfileState::Disabled);
            assert_eq!(profile.metadata.iccid, ICCID);
            assert_eq!(profile.profile_elements, package.elements);
        }
    }
}

#[test]
fn the_result_is_signed_and_queued_with_the_install_notification() {
    let (mut terminal, server) = (terminal(), Server::new(Curve::NistP256));
    let authenticated = authenticate(&mut terminal, &server);
    let request = server.prepare_request(&authenticated.euicc_signature1, None);
    let PrepareDownloadResponse::DownloadResponseOk(ok) = es10(&mut terminal, &request) else {
        panic!("PrepareDownload was refused");
    };
    let bpp = server.bind(&ok.euicc_signed2.euicc_otpk, &Package::new());
    let response = terminal.load_bound_profile_package(&bpp).unwrap();
    let signed = result(&response);
    let data = &signed.profile_installation_result_data;
    euicc_key(&authenticated)
        .verify(data.bytes(), &signed.euicc_sign_pir)
        .unwrap();
    assert_eq!(*data.transaction_id, TRANSACTION);
    assert_eq!(data.smdp_oid.as_ref().unwrap().to_string(), "2.999.10");
    assert_eq!(data.notification_metadata.notification_address, ADDRESS);
    assert_eq!(data.notification_metadata.seq_number, 1);

    let card = terminal.into_card();
    let [first, second] = card.state().pending.as_slice() else {
        panic!("{:?}", card.state().pending);
    };
    assert_eq!(first.bytes, response);
    assert_eq!((first.sequence_number, second.sequence_number), (1, 2));
    assert!(matches!(second.kind, PendingKind::Notification { .. }));
    let other: OtherSignedNotification = rsp::der::decode(&second.bytes).unwrap();
    let tbs = &other.tbs_other_notification;
    assert_eq!(tbs.notification_address, "notify.example.com");
    euicc_key(&authenticated)
        .verify(tbs.bytes(), &other.euicc_notification_signature)
        .unwrap();
}

#[test]
fn after_an_error_further_segments_are_unknown() {
    let (mut terminal, server) = (terminal(), Server::new(Curve::NistP256));
    let otpk = prepare(&mut terminal, &server, None);
    let mut bpp = server.bind(&otpk, &Package::new());
    let start: usize = bpp_segments(&bpp)[..1]
        .iter()
        .map(|segment| segment.len())
        .sum();
    bpp[start + 5] ^= 1;
    let segments: Vec<Vec<u8>> = bpp_segments(&bpp).into_iter().map(<[u8]>::to_vec).collect();
    assert!(terminal.segment(&segments[0]).unwrap().is_empty());
    assert!(!terminal.segment(&segments[1]).unwrap().is_empty());
    let error = terminal.segment(&segments[3]).unwrap_err();
    assert!(error.to_string().contains("6A88"), "{error}");
}

#[test]
fn any_way_of_cutting_the_package_installs_it() {
    for size in [1, 17, 120, 1000, 40_000] {
        let (mut terminal, server) = (terminal(), Server::new(Curve::NistP256));
        let otpk = prepare(&mut terminal, &server, None);
        let bpp = server.bind(&otpk, &Package::new());
        // the first piece has to show what it is
        let (first, rest) = bpp.split_at(4);
        let mut response = terminal.segment(first).unwrap();
        for piece in rest.chunks(size) {
            assert!(response.is_empty());
            response = terminal.segment(piece).unwrap();
        }
        expect_success(&response);
    }
}

#[test]
fn a_package_without_a_session_is_refused() {
    let mut terminal = terminal();
    let error = terminal.segment(&[0xBF, 0x36, 0x00]).unwrap_err();
    assert!(error.to_string().contains("6985"), "{error}");
}

/// Loads all segments but the last.
fn almost(terminal: &mut Terminal<Card>, bpp: &[u8]) {
    let segments = bpp_segments(bpp);
    for segment in &segments[..segments.len() - 1] {
        assert!(terminal.segment(segment).unwrap().is_empty());
    }
}

#[test]
fn power_loss_during_the_load_is_reported_and_the_package_loads_again() {
    let (mut terminal, server) = (terminal(), Server::new(Curve::NistP256));
    let otpk = prepare(&mut terminal, &server, None);
    let bpp = server.bind(&otpk, &Package::new());
    almost(&mut terminal, &bpp);
    terminal.card().reset(Reset::Cold);
    assert!(terminal.card().profiles().is_empty());
    let [pending] = terminal.card().state().pending.as_slice() else {
        panic!("no result")
    };
    let bytes = pending.bytes.clone();
    expect_error(
        &bytes,
        BppCommandId::LOAD_PROFILE_ELEMENTS,
        ErrorReason::INSTALL_FAILED_DUE_TO_INTERRUPTION,
    );
    let metadata = result(&bytes)
        .profile_installation_result_data
        .notification_metadata
        .clone();
    assert_eq!(metadata.iccid, Some(ICCID.into()));
    // once
    terminal.card().reset(Reset::Cold);
    assert_eq!(terminal.card().state().pending.len(), 1);
    terminal.restart().unwrap();
    assert_eq!(prepare(&mut terminal, &server, Some(otpk.clone())), otpk);
    expect_success(&terminal.load_bound_profile_package(&bpp).unwrap());
}

#[test]
fn reading_between_segments_does_no_harm_and_a_new_session_ends_the_load() {
    let (mut terminal, server) = (terminal(), Server::new(Curve::NistP256));
    let otpk = prepare(&mut terminal, &server, None);
    let bpp = server.bind(&otpk, &Package::new());
    almost(&mut terminal, &bpp);
    let _: EuiccInfo1 = es10(&mut terminal, &GetEuiccInfo1Request::default());
    let last = *bpp_segments(&bpp).last().unwrap();
    expect_success(&terminal.segment(last).unwrap());

    let (mut terminal, server) = (crate::common::terminal(), Server::new(Curve::NistP256));
    let otpk = prepare(&mut terminal, &server, None);
    almost(&mut terminal, &server.bind(&otpk, &Package::new()));
    challenge(&mut terminal);
    let [pending] = terminal.card().state().pending.as_slice() else {
        panic!("no result")
    };
    expect_error(
        &pending.bytes.clone(),
        BppCommandId::LOAD_PROFILE_ELEMENTS,
        ErrorReason::INSTALL_FAILED_DUE_TO_INTERRUPTION,
    );
}

/// The waiting results of installations, as the card tells them.
fn waiting(terminal: &mut Terminal<Card>) -> Vec<ErrorResult> {
    let request = Sgp32RetrieveNotificationsListRequest {
        search_criteria: None,
        additions: Additions::none(),
    };
    let Sgp32RetrieveNotificationsListResponse::NotificationList(list) = es10(terminal, &request)
    else {
        panic!("expected notificationList");
    };
    let error = |notification| match notification {
        Sgp32PendingNotification::ProfileInstallationResult(result) => {
            match &result.profile_installation_result_data.final_result {
                ProfileInstallationResultDataFinalResult::ErrorResult(error) => error.clone(),
                other => panic!("{other:?}"),
            }
        }
        other => panic!("{other:?}"),
    };
    list.into_iter().map(error).collect()
}

#[test]
fn power_loss_is_reported_with_the_command_that_was_next() {
    let package = Package {
        profile_protection_keys: true,
        ..Package::new()
    };
    // segments: 0 BF23, 1 A0, 2 A1 header, 3 the 88, 4 A2, 5 A3 header, 6.. the 86
    for (count, command) in [(1, 1), (2, 2), (3, 2), (4, 4), (5, 5), (7, 5)] {
        let (mut terminal, server) = (terminal(), Server::new(Curve::NistP256));
        let otpk = prepare(&mut terminal, &server, None);
        let bpp = server.bind(&otpk, &package);
        for segment in &bpp_segments(&bpp)[..count] {
            assert!(terminal.segment(segment).unwrap().is_empty());
        }
        terminal.restart().unwrap();
        let [error] = waiting(&mut terminal).try_into().unwrap();
        let interruption = ErrorReason::INSTALL_FAILED_DUE_TO_INTERRUPTION;
        assert_eq!(
            (error.bpp_command_id, error.error_reason),
            (BppCommandId(command), interruption)
        );
        assert!(terminal.card().profiles().is_empty());
        // the same package loads again
        prepare(&mut terminal, &server, Some(otpk));
        expect_success(&terminal.load_bound_profile_package(&bpp).unwrap());
    }
}

#[test]
fn power_loss_within_the_first_segment_is_reported_too() {
    let (mut terminal, server) = (terminal(), Server::new(Curve::NistP256));
    let otpk = prepare(&mut terminal, &server, None);
    let bpp = server.bind(&otpk, &Package::new());
    assert!(terminal.segment(&bpp[..20]).unwrap().is_empty());
    terminal.restart().unwrap();
    let [error] = waiting(&mut terminal).try_into().unwrap();
    assert_eq!(error.bpp_command_id.0, 0);
    assert_eq!(error.error_reason.0, 11);
}
