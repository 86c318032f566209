// SPDX-License-Identifier: MIT OR Apache-2.0
//! The profile download as the card sees it: every check of AuthenticateServer, PrepareDownload and
//! LoadBoundProfilePackage has a test that fails it.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

mod common;

use certs::Role;
use common::*;
use rsp::asn1::{Certificate, OctetString};
use rsp::ecdsa::Curve;
use rsp::raw::Raw;
use rsp::sgp22::*;
use rsp::sgp32::Sgp32AuthenticateServerResponse;
use veuicc::terminal::{Terminal, bpp_segments};
use veuicc::{Card, PendingKind, ProfileState, Reset};

fn result(bytes: &[u8]) -> ProfileInstallationResult {
    rsp::der::decode(bytes).unwrap()
}

#[track_caller]
fn expect_success(bytes: &[u8]) -> SuccessResult {
    match &result(bytes).profile_installation_result_data.final_result {
        ProfileInstallationResultDataFinalResult::SuccessResult(success) => success.clone(),
        other => panic!("expected successResult, got {other:?}"),
    }
}

#[track_caller]
fn expect_error(bytes: &[u8], command: BppCommandId, reason: ErrorReason) -> ErrorResult {
    match &result(bytes).profile_installation_result_data.final_result {
        ProfileInstallationResultDataFinalResult::ErrorResult(error) => {
            assert_eq!(
                (error.bpp_command_id, error.error_reason),
                (command, reason)
            );
            error.clone()
        }
        other => panic!("expected errorResult, got {other:?}"),
    }
}

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

/// Runs AuthenticateServer with a request changed by `change` and expects that error.
#[track_caller]
fn authenticate_fails(
    change: impl FnOnce(&mut Server, &mut AuthenticateServerRequest),
    expected: AuthenticateErrorCode,
) {
    let (mut terminal, mut server) = (terminal(), Server::new(Curve::NistP256));
    let challenge = challenge(&mut terminal);
    let mut request = server.authenticate_request(challenge);
    change(&mut server, &mut request);
    match es10(&mut terminal, &request) {
        Sgp32AuthenticateServerResponse::AuthenticateResponseError(error) => {
            assert_eq!(error.authenticate_error_code, expected);
            assert_eq!(*error.transaction_id, TRANSACTION);
        }
        other => panic!("expected {expected:?}, got {other:?}"),
    }
}

#[test]
fn authenticate_server_signs_what_it_answers() {
    let (mut terminal, server) = (terminal(), Server::new(Curve::BrainpoolP256r1));
    let ok = authenticate(&mut terminal, &server);
    euicc_key(&ok)
        .verify(ok.euicc_signed1.bytes(), &ok.euicc_signature1)
        .unwrap();
    assert_eq!(ok.euicc_signed1.server_address, ADDRESS);
    assert!(ok.euicc_signed1.euicc_info2.iot_specific_info.is_some());
}

#[test]
fn authenticate_server_error_codes() {
    use AuthenticateErrorCode as Code;
    authenticate_fails(
        |_, request| {
            let mut der = request.server_certificate.as_der().to_vec();
            *der.last_mut().unwrap() ^= 1;
            request.server_certificate = Certificate::from_der(der);
        },
        Code::INVALID_CERTIFICATE,
    );
    authenticate_fails(
        |_, request| {
            let mut signature = request.server_signature1.to_vec();
            signature[0] ^= 1;
            request.server_signature1 = OctetString::from(signature);
        },
        Code::INVALID_SIGNATURE,
    );
    authenticate_fails(
        |server, request| {
            // the binding certificate of the same server has another role
            let pb = pki().credential(Role::DpPb, server.curve).unwrap();
            request.server_certificate = Certificate::from_der(pb.certificate.clone());
        },
        Code::INVALID_OID,
    );
    authenticate_fails(
        |server, request| *request = server.authenticate_request([0; 16]),
        Code::EUICC_CHALLENGE_MISMATCH,
    );
    authenticate_fails(
        |_, request| request.euicc_ci_pk_id_to_be_used = Some([0xEE; 20].into()),
        Code::CI_PK_UNKNOWN,
    );
}

#[test]
fn a_server_under_another_ci_is_unknown() {
    let foreign = certs::Pki::seeded(2).unwrap();
    let credential = foreign.credential(Role::DpAuth, Curve::NistP256).unwrap();
    authenticate_fails(
        |_, request| {
            request.server_certificate = Certificate::from_der(credential.certificate.clone());
        },
        AuthenticateErrorCode::CI_PK_UNKNOWN,
    );
}

#[test]
fn the_challenge_serves_once() {
    let (mut terminal, server) = (terminal(), Server::new(Curve::NistP256));
    let challenge = challenge(&mut terminal);
    let request = server.authenticate_request(challenge);
    let first: Sgp32AuthenticateServerResponse = es10(&mut terminal, &request);
    assert!(matches!(
        first,
        Sgp32AuthenticateServerResponse::AuthenticateResponseOk(_)
    ));
    match es10(&mut terminal, &request) {
        Sgp32AuthenticateServerResponse::AuthenticateResponseError(error) => {
            let code = error.authenticate_error_code;
            assert_eq!(code, AuthenticateErrorCode::NO_SESSION_CONTEXT);
        }
        other => panic!("expected noSessionContext, got {other:?}"),
    }
}

#[test]
fn the_ci_to_sign_with_may_be_truncated_and_on_another_curve() {
    let (mut terminal, server) = (terminal(), Server::new(Curve::NistP256));
    let challenge = challenge(&mut terminal);
    let mut request = server.authenticate_request(challenge);
    let brainpool = pki().ci_key_id(Curve::BrainpoolP256r1).unwrap();
    request.euicc_ci_pk_id_to_be_used = Some(brainpool[..4].into());
    match es10(&mut terminal, &request) {
        Sgp32AuthenticateServerResponse::AuthenticateResponseOk(ok) => {
            let key = euicc_key(&ok);
            assert_eq!(key.curve(), Curve::BrainpoolP256r1);
            key.verify(ok.euicc_signed1.bytes(), &ok.euicc_signature1)
                .unwrap();
        }
        other => panic!("expected authenticateResponseOk, got {other:?}"),
    }
}

/// Runs PrepareDownload with a request changed by `change` and expects that error.
#[track_caller]
fn prepare_fails(
    change: impl FnOnce(&Server, &[u8], &mut PrepareDownloadRequest),
    expected: DownloadErrorCode,
) {
    let (mut terminal, server) = (terminal(), Server::new(Curve::NistP256));
    let authenticated = authenticate(&mut terminal, &server);
    let mut request = server.prepare_request(&authenticated.euicc_signature1, None);
    change(&server, &authenticated.euicc_signature1, &mut request);
    match es10(&mut terminal, &request) {
        PrepareDownloadResponse::DownloadResponseError(error) => {
            assert_eq!(error.download_error_code, expected);
        }
        other => panic!("expected {expected:?}, got {other:?}"),
    }
    // the session can still be cancelled
    let cancel = CancelSessionRequest {
        transaction_id: TransactionId::from(TRANSACTION),
        reason: CancelSessionReason::POSTPONED,
        additions: rsp::raw::Additions::none(),
    };
    let response: CancelSessionResponse = es10(&mut terminal, &cancel);
    assert!(matches!(
        response,
        CancelSessionResponse::CancelSessionResponseOk(_)
    ));
}

#[test]
fn prepare_download_error_codes() {
    use DownloadErrorCode as Code;
    prepare_fails(
        |server, _, request| {
            let auth = server.auth.certificate.clone();
            request.smdp_certificate = Certificate::from_der(auth);
        },
        Code::INVALID_CERTIFICATE,
    );
    prepare_fails(
        |server, _, request| {
            // a good certificate of another SM-DP+
            let other = pki().credential(Role::Dp2Pb, server.curve).unwrap();
            request.smdp_certificate = Certificate::from_der(other.certificate.clone());
        },
        Code::INVALID_CERTIFICATE,
    );
    prepare_fails(
        |server, _, request| *request = server.prepare_request(&[0; 64], None),
        Code::INVALID_SIGNATURE,
    );
    prepare_fails(
        |server, signature, request| {
            let mut other = Server::new(server.curve);
            other.transaction = vec![0x33; 16];
            *request = other.prepare_request(signature, None);
        },
        Code::INVALID_TRANSACTION_ID,
    );
    prepare_fails(
        |server, signature, request| {
            let mut signed2 = request.smdp_signed2.value().clone();
            signed2.cc_required_flag = true;
            request.smdp_signed2 = Raw::new(signed2).unwrap();
            let mut signed = request.smdp_signed2.bytes().to_vec();
            rsp::tlv::write(&mut signed, rsp::tlv::Tag::new(0x5F37), signature);
            request.smdp_signature2 = OctetString::from(server.pb.key.sign(&signed));
        },
        Code::UNDEFINED_ERROR,
    );
}

#[test]
fn prepare_download_needs_a_session() {
    let (mut terminal, server) = (terminal(), Server::new(Curve::NistP256));
    match es10(&mut terminal, &server.prepare_request(&[0; 64], None)) {
        PrepareDownloadResponse::DownloadResponseError(error) => {
            assert_eq!(
                error.download_error_code,
                DownloadErrorCode::NO_SESSION_CONTEXT
            );
        }
        other => panic!("expected noSessionContext, got {other:?}"),
    }
}

#[test]
fn the_one_time_key_comes_back_when_it_is_asked_for() {
    let (mut terminal, server) = (terminal(), Server::new(Curve::NistP256));
    let first = prepare(&mut terminal, &server, None);
    let again = prepare(&mut terminal, &server, Some(first.clone()));
    assert_eq!(first, again);
    let fresh = prepare(&mut terminal, &server, Some(vec![4; 65]));
    assert_ne!(first, fresh);
    // the package bound to the first key loads in a session that returns to it
    let bpp = server.bind(&first, &Package::new());
    prepare(&mut terminal, &server, Some(first.clone()));
    expect_success(&terminal.load_bound_profile_package(&bpp).unwrap());
    // once used, it is gone
    assert_ne!(prepare(&mut terminal, &server, Some(first.clone())), first);
}

#[test]
fn cancel_session_is_signed_and_ends_the_session() {
    let (mut terminal, server) = (terminal(), Server::new(Curve::NistP256));
    let authenticated = authenticate(&mut terminal, &server);
    let mut request = CancelSessionRequest {
        transaction_id: TransactionId::from([9; 16]),
        reason: CancelSessionReason::END_USER_REJECTION,
        additions: rsp::raw::Additions::none(),
    };
    let response: CancelSessionResponse = es10(&mut terminal, &request);
    let CancelSessionResponse::CancelSessionResponseError(code) = response else {
        panic!("another transaction was cancelled");
    };
    assert_eq!(code.0, 5);
    request.transaction_id = TransactionId::from(TRANSACTION);
    let CancelSessionResponse::CancelSessionResponseOk(ok) = es10(&mut terminal, &request) else {
        panic!("CancelSession was refused");
    };
    let signed = &ok.euicc_cancel_session_signed;
    assert_eq!(signed.smdp_oid.to_string(), "2.999.10");
    let key = euicc_key(&authenticated);
    key.verify(signed.bytes(), &ok.euicc_cancel_session_signature)
        .unwrap();
    let again: CancelSessionResponse = es10(&mut terminal, &request);
    assert!(matches!(
        again,
        CancelSessionResponse::CancelSessionResponseError(_)
    ));
}

/// Loads a package made by `make` and expects that error; nothing is installed.
#[track_caller]
fn load_fails(
    make: impl FnOnce(&Server, &[u8]) -> Vec<u8>,
    command: BppCommandId,
    reason: ErrorReason,
) -> ErrorResult {
    let (mut terminal, server) = (terminal(), Server::new(Curve::NistP256));
    let otpk = prepare(&mut terminal, &server, None);
    let bpp = make(&server, &otpk);
    let response = terminal.load_bound_profile_package(&bpp).unwrap();
    let error = expect_error(&response, command, reason);
    assert!(terminal.card().profiles().is_empty());
    assert_eq!(terminal.card().state().pending.len(), 1);
    assert_eq!(terminal.card().state().installation, None);
    error
}

#[test]
fn secure_channel_errors() {
    use ErrorReason as Reason;
    let command = BppCommandId::INITIALISE_SECURE_CHANNEL;
    let wrap = |secure_channel: &[u8]| rsp::tlv::tlv(rsp::tlv::Tag::new(0xBF36), secure_channel);
    let flip = |mut bytes: Vec<u8>, at: usize| {
        bytes[at] ^= 1;
        bytes
    };
    load_fails(
        |server, otpk| {
            let channel = server.secure_channel(otpk, [0x88, 0x10]);
            let last = channel.len() - 1;
            wrap(&flip(channel, last))
        },
        command,
        Reason::INVALID_SIGNATURE,
    );
    load_fails(
        |server, _| wrap(&server.secure_channel(&[4; 65], [0x88, 0x10])),
        command,
        Reason::INVALID_SIGNATURE,
    );
    load_fails(
        |server, otpk| wrap(&server.secure_channel(otpk, [0x80, 0x10])),
        command,
        Reason::UNSUPPORTED_CRT_VALUES,
    );
    load_fails(
        |server, otpk| {
            let mut other = Server::new(server.curve);
            other.transaction = vec![0x44; 16];
            wrap(&other.secure_channel(otpk, [0x88, 0x10]))
        },
        command,
        Reason::INVALID_TRANSACTION_ID,
    );
}

#[test]
fn segment_errors() {
    use ErrorReason as Reason;
    // where a tag of the package is, counted from the start
    fn at(bpp: &[u8], nth: usize) -> usize {
        let segments = bpp_segments(bpp);
        segments[..nth].iter().map(|segment| segment.len()).sum()
    }
    let damage = |nth: usize, offset_from_end: usize| {
        move |server: &Server, otpk: &[u8]| {
            let mut bpp = server.bind(otpk, &Package::new());
            let end = at(&bpp, nth + 1) - 1 - offset_from_end;
            bpp[end] ^= 1;
            bpp
        }
    };
    // segments: 0 BF23, 1 A0, 2 A1 header, 3 the 88, 4 A3 header, 5.. the 86
    load_fails(
        damage(1, 0),
        BppCommandId::CONFIGURE_ISDP,
        Reason::SCP03T_SECURITY_ERROR,
    );
    load_fails(
        damage(3, 0),
        BppCommandId::STORE_METADATA,
        Reason::SCP03T_SECURITY_ERROR,
    );
    load_fails(
        damage(3, 20),
        BppCommandId::STORE_METADATA,
        Reason::SCP03T_SECURITY_ERROR,
    );
    let elements = BppCommandId::LOAD_PROFILE_ELEMENTS;
    load_fails(damage(5, 100), elements, Reason::SCP03T_SECURITY_ERROR);
    // a section with another tag than any that may come
    load_fails(
        |server, otpk| {
            let mut bpp = server.bind(otpk, &Package::new());
            let start = at(&bpp, 2);
            bpp[start] = 0xA3;
            bpp
        },
        BppCommandId::STORE_METADATA,
        Reason::SCP03T_STRUCTURE_ERROR,
    );
    // the segments of the elements swapped
    load_fails(
        |server, otpk| {
            let bpp = server.bind(otpk, &Package::new());
            let mut segments = bpp_segments(&bpp);
            segments.swap(5, 6);
            segments.concat()
        },
        elements,
        Reason::SCP03T_SECURITY_ERROR,
    );
}

fn with_metadata(change: impl FnOnce(&mut StoreMetadataRequest)) -> Package {
    let mut request = metadata();
    change(&mut request);
    Package {
        metadata: rsp::der::encode(&request).unwrap(),
        ..Package::new()
    }
}

#[test]
fn metadata_errors() {
    use ErrorReason as Reason;
    let command = BppCommandId::STORE_METADATA;
    let fails = |package: Package, reason| {
        load_fails(|server, otpk| server.bind(otpk, &package), command, reason)
    };
    fails(
        with_metadata(|metadata| metadata.profile_class = Some(ProfileClass(9))),
        Reason::UNSUPPORTED_PROFILE_CLASS,
    );
    fails(
        with_metadata(|metadata| metadata.service_provider_name = "x".repeat(33)),
        Reason::INCORRECT_INPUT_VALUES,
    );
    fails(
        with_metadata(|metadata| metadata.icon = Some(OctetString::from([1, 2, 3]))),
        Reason::INCORRECT_INPUT_VALUES,
    );
    fails(
        Package {
            metadata: vec![0xBF, 0x25, 0x00],
            ..Package::new()
        },
        Reason::INCORRECT_INPUT_VALUES,
    );
    fails(
        // a rule without an owner is in no entry of the table
        with_metadata(|metadata| {
            metadata.profile_policy_rules = Some(PprIds::of(&[PprIds::PPR1]));
        }),
        Reason::PPR_NOT_ALLOWED,
    );
}

#[test]
fn a_policy_rule_is_installed_when_the_table_has_it_for_the_owner() {
    let package = with_metadata(|metadata| {
        metadata.profile_policy_rules = Some(PprIds::of(&[PprIds::PPR1, PprIds::PPR2]));
        metadata.profile_owner = Some(OperatorId {
            mcc_mnc: OctetString::from([0x62, 0xF2, 0x10]),
            gid1: None,
            gid2: None,
            additions: rsp::raw::Additions::none(),
        });
    });
    let (mut terminal, server) = (terminal(), Server::new(Curve::NistP256));
    let otpk = prepare(&mut terminal, &server, None);
    let bpp = server.bind(&otpk, &package);
    expect_success(&terminal.load_bound_profile_package(&bpp).unwrap());
    let rules = terminal.card().profiles()[0].policy_rules();
    assert!(rules.ppr1 && rules.ppr2 && !rules.update_control);
}

#[test]
fn element_errors() {
    use ErrorReason as Reason;
    let command = BppCommandId::LOAD_PROFILE_ELEMENTS;
    let fails = |elements: Vec<u8>, reason| {
        let package = Package {
            elements,
            ..Package::new()
        };
        load_fails(|server, otpk| server.bind(otpk, &package), command, reason)
    };
    fails(
        elements("89000123456789012358"),
        Reason::INSTALL_FAILED_DUE_TO_ICCID_MISMATCH,
    );
    let processing = Reason::INSTALL_FAILED_DUE_TO_PE_PROCESSING_ERROR;
    // the end element is missing
    let whole = elements("89000123456789012341");
    let error = fails(whole[..whole.len() - 7].to_vec(), processing);
    let sima: rsp::pe::EuiccResponse = rsp::der::decode(&error.sima_response.unwrap()).unwrap();
    assert_eq!(
        sima.pe_status[0].status,
        rsp::pe::PeStatusStatus::INVALID_REQUEST_FORMAT
    );
    assert!(sima.profile_installation_aborted.is_some());
    // a profile package of a version to come
    let mut newer = whole.clone();
    newer[4] = 9;
    let error = fails(newer, processing);
    let sima: rsp::pe::EuiccResponse = rsp::der::decode(&error.sima_response.unwrap()).unwrap();
    assert_eq!(
        sima.pe_status[0].status,
        rsp::pe::PeStatusStatus::UNSUPPORTED_PROFILE_VERSION
    );
    // something behind the end
    fails(
        [whole.as_slice(), &[0xAA, 5, 0xA0, 3, 0x81, 1, 3]].concat(),
        processing,
    );
    // more than the card can hold
    let mut heavy = rsp::tlv::tlv(rsp::tlv::Tag::new(0xA9), &[0; 600_000]);
    heavy.splice(0..0, whole[..whole.len() - 7].iter().copied());
    fails(
        heavy,
        Reason::INSTALL_FAILED_DUE_TO_INSUFFICIENT_MEMORY_FOR_PROFILE,
    );
}

#[test]
fn the_same_iccid_is_not_installed_twice() {
    let (mut terminal, server) = (terminal(), Server::new(Curve::NistP256));
    for round in 0..2 {
        let otpk = prepare(&mut terminal, &server, None);
        let bpp = server.bind(&otpk, &Package::new());
        let response = terminal.load_bound_profile_package(&bpp).unwrap();
        if round == 0 {
            expect_success(&response);
        } else {
            let reason = ErrorReason::INSTALL_FAILED_DUE_TO_ICCID_ALREADY_EXISTS_ON_EUICC;
            expect_error(&response, BppCommandId::STORE_METADATA, reason);
        }
    }
    assert_eq!(terminal.card().profiles().len(), 1);
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

    let (mut terminal, server) = (common::terminal(), Server::new(Curve::NistP256));
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
