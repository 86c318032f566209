// SPDX-License-Identifier: MIT OR Apache-2.0
//! Compact forms in all four places: shorter on ESipa, and to the byte what the card has signed
//! when they reach the SM-DP+.

use harness::iut::{IndirectDownload, IpaFeatures, OrderStatus};
use rsp::der::decode;
use rsp::json::{Es9Request, Function};
use rsp::sgp22::*;
use rsp::sgp32::{EsipaMessageFromIpaToEim as Request, *};
use smdp::OrderState;
use smdp::config::OrderConfig;

use crate::bench::{Bench, CODE, Setup};

fn minimizing() -> Setup {
    Setup {
        features: IpaFeatures {
            minimize_bytes: true,
            ctx_params1_generation: true,
            ..IpaFeatures::default()
        },
        ..Setup::default()
    }
}

/// Whether some message of the IPA is of this form.
fn sent(bench: &Bench, form: fn(&Request) -> bool) -> bool {
    bench.requests().iter().any(form)
}

fn is_compact_authenticate(request: &Request) -> bool {
    matches!(request, Request::AuthenticateClientRequestEsipa(AuthenticateClientRequestEsipa {
        authenticate_server_response:
            Sgp32AuthenticateServerResponse::CompactAuthenticateResponseOk(short), ..
    }) if matches!(
        &short.signed_data,
        CompactAuthenticateResponseOkSignedData::CompactEuiccSigned1(signed)
            if signed.ctx_params1.is_none()
    ) && short.euicc_certificate.is_none() && short.eum_certificate.is_none())
}

fn is_compact_prepare(request: &Request) -> bool {
    matches!(
        request,
        Request::GetBoundProfilePackageRequestEsipa(GetBoundProfilePackageRequestEsipa {
            prepare_download_response: Sgp32PrepareDownloadResponse::CompactDownloadResponseOk(_),
            ..
        })
    )
}

fn is_compact_cancel(request: &Request) -> bool {
    matches!(
        request,
        Request::CancelSessionRequestEsipa(CancelSessionRequestEsipa {
            cancel_session_response: Sgp32CancelSessionResponse::CompactCancelSessionResponseOk(_),
            ..
        })
    )
}

fn is_compact_result(request: &Request) -> bool {
    matches!(
        request,
        Request::HandleNotificationEsipa(HandleNotificationEsipa::PendingNotification(
            Sgp32PendingNotification::CompactProfileInstallationResult(_)
        ))
    )
}

fn is_compact_other(request: &Request) -> bool {
    matches!(
        request,
        Request::HandleNotificationEsipa(HandleNotificationEsipa::PendingNotification(
            Sgp32PendingNotification::CompactOtherSignedNotification(_)
        ))
    )
}

#[tokio::test]
async fn a_download_is_compact_from_its_first_answer_to_its_result() {
    let bench = Bench::new(minimizing()).await;
    bench.ask();
    let order = bench.order();
    bench.run().await;
    assert_eq!(bench.status(&order), OrderStatus::Done);
    for form in [
        is_compact_authenticate,
        is_compact_prepare,
        is_compact_result,
    ] {
        assert!(sent(&bench, form));
    }
    let initiate = bench
        .requests()
        .into_iter()
        .find_map(|request| match request {
            Request::InitiateAuthenticationRequestEsipa(request) => Some(request),
            _ => None,
        });
    assert_eq!(initiate.unwrap().euicc_info1, None);
    // installation result and install notification, both believed by the SM-DP+
    assert_eq!(bench.state(), OrderState::Installed);
}

#[tokio::test]
async fn what_the_sm_dp_gets_is_what_the_card_has_signed() {
    let bench = Bench::new(minimizing()).await;
    bench.ask();
    bench.order();
    bench.run().await;
    let asked = bench.asked(Function::AuthenticateClient);
    let Some(Es9Request::AuthenticateClient(request)) = asked.first() else {
        panic!("expected AuthenticateClient")
    };
    let AuthenticateServerResponse::AuthenticateResponseOk(full) =
        &request.authenticate_server_response
    else {
        panic!("expected the full form")
    };
    let certificate = rsp::chain::CertificateView::parse(full.euicc_certificate.as_der()).unwrap();
    let key = certificate.public_key().unwrap();
    key.verify(full.euicc_signed1.bytes(), &full.euicc_signature1)
        .unwrap();
    let asked = bench.asked(Function::HandleNotification);
    let Some(Es9Request::HandleNotification(HandleNotification {
        pending_notification: PendingNotification::ProfileInstallationResult(result),
        ..
    })) = asked.first()
    else {
        panic!("expected the installation result")
    };
    let signed = result.profile_installation_result_data.bytes();
    key.verify(signed, &result.euicc_sign_pir).unwrap();
}

#[tokio::test]
async fn an_eim_that_was_told_nothing_gets_full_certificates() {
    let bench = Bench::new(Setup {
        stranger: true,
        ..minimizing()
    })
    .await;
    let order = bench.order();
    bench.run().await;
    assert_eq!(bench.status(&order), OrderStatus::Done);
    assert!(!sent(&bench, is_compact_authenticate));
    // what the session itself tells may be left out nevertheless
    assert!(sent(&bench, is_compact_prepare) && sent(&bench, is_compact_result));
}

#[tokio::test]
async fn nothing_is_compact_unless_it_is_announced() {
    let bench = Bench::new(Setup::default()).await;
    bench.ask();
    bench.order();
    bench.run().await;
    for form in [
        is_compact_authenticate,
        is_compact_prepare,
        is_compact_result,
        is_compact_other,
    ] {
        assert!(!sent(&bench, form));
    }
}

#[tokio::test]
async fn a_cancellation_is_compact_and_reaches_the_sm_dp_signed() {
    let bench = Bench::new(Setup {
        order: OrderConfig {
            confirmation_code: Some("1234".to_owned()),
            ..OrderConfig::default()
        },
        ..minimizing()
    })
    .await;
    let order = bench.order();
    bench.run().await;
    assert_eq!(bench.status(&order), OrderStatus::Failed);
    assert!(sent(&bench, is_compact_cancel));
    let asked = bench.asked(Function::CancelSession);
    let Some(Es9Request::CancelSession(CancelSessionRequestEs9 {
        cancel_session_response: CancelSessionResponse::CancelSessionResponseOk(full),
        ..
    })) = asked.first()
    else {
        panic!("expected a cancellation")
    };
    let signed: EuiccCancelSessionSigned =
        decode(full.euicc_cancel_session_signed.bytes()).unwrap();
    assert_eq!(signed.reason, CancelSessionReason::END_USER_REJECTION);
    assert_eq!(bench.state(), OrderState::Error);
}

#[tokio::test]
async fn a_confirmation_code_of_the_eim_is_left_out_of_the_compact_form() {
    let bench = Bench::new(Setup {
        order: OrderConfig {
            confirmation_code: Some("1234".to_owned()),
            ..OrderConfig::default()
        },
        ..minimizing()
    })
    .await;
    let order = bench.order_of(IndirectDownload {
        confirmation_code: Some("1234".to_owned()),
        ..IndirectDownload::new(CODE)
    });
    bench.run().await;
    assert_eq!(bench.status(&order), OrderStatus::Done);
    let prepared = bench
        .requests()
        .into_iter()
        .find_map(|request| match request {
            Request::GetBoundProfilePackageRequestEsipa(request) => {
                Some(request.prepare_download_response)
            }
            _ => None,
        });
    let Some(Sgp32PrepareDownloadResponse::CompactDownloadResponseOk(short)) = prepared else {
        panic!("expected the compact form")
    };
    assert_eq!(short.compact_euicc_signed2.hash_cc, None);
}

#[tokio::test]
async fn notifications_of_the_card_go_without_certificates() {
    let bench = Bench::new(minimizing()).await;
    bench.ask();
    bench.order();
    bench.run().await;
    // the install notification of the metadata waits until the next round; in it, the eIM has been
    // told nothing yet
    let leftovers = bench.pending();
    bench.ask();
    bench.run().await;
    assert_eq!(bench.pending(), 0);
    let notified = bench.asked(Function::HandleNotification).len();
    assert!(notified > leftovers, "{notified} of {leftovers}");
}
