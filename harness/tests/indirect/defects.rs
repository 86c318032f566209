// SPDX-License-Identifier: MIT OR Apache-2.0
//! Each deliberate mistake of an indirect download can be seen from outside.

use harness::defect::{EimDefect, IpaDefect};
use harness::iut::{IndirectDownload, IpaFeatures, OrderStatus};
use rsp::json::{Es9Request, Function};
use rsp::sgp22::{CancelSessionReason, CancelSessionResponse};
use rsp::sgp32::{EsipaMessageFromEimToIpa as Answer, EsipaMessageFromIpaToEim as Request, *};
use smdp::OrderState;
use smdp::config::OrderConfig;

use crate::bench::{Bench, CODE, Setup};

async fn bench_of(setup: Setup, download: IndirectDownload) -> (Bench, OrderStatus) {
    let bench = Bench::new(setup).await;
    bench.ask();
    let order = bench.order_of(download);
    // an IPA that meets a mistaken eIM may give up
    let _outcome = bench.try_run().await;
    let status = bench.status(&order);
    (bench, status)
}

async fn with_eim(defect: EimDefect) -> (Bench, OrderStatus) {
    let setup = Setup {
        eim: vec![defect],
        ..Setup::default()
    };
    bench_of(setup, IndirectDownload::new(CODE)).await
}

async fn with_ipa(defect: IpaDefect) -> (Bench, OrderStatus) {
    let setup = Setup {
        ipa: vec![defect],
        ..Setup::default()
    };
    bench_of(setup, IndirectDownload::new(CODE)).await
}

fn initiated(bench: &Bench) -> InitiateAuthenticationRequestEsipa {
    let requests = bench.requests().into_iter();
    let mut found = requests.filter_map(|request| match request {
        Request::InitiateAuthenticationRequestEsipa(request) => Some(request),
        _ => None,
    });
    found.next().unwrap()
}

#[tokio::test]
async fn sends_download_data() {
    let (bench, _) = with_eim(EimDefect::SendsDownloadData).await;
    let told = bench.answers().into_iter().any(|answer| {
        matches!(
            answer,
            Answer::GetEimPackageResponse(GetEimPackageResponse::ProfileDownloadTriggerRequest(
                trigger
            )) if trigger.profile_download_data.is_some()
        )
    });
    assert!(told);
}

#[tokio::test]
async fn mistakes_in_what_the_card_is_shown_end_the_download() {
    for defect in [
        EimDefect::DoubleEnvelope,
        EimDefect::ReencodesServerAnswer,
        EimDefect::OwnTransactionId,
    ] {
        let (bench, status) = with_eim(defect).await;
        let own = matches!(defect, EimDefect::OwnTransactionId);
        if own {
            let asked = bench
                .requests()
                .into_iter()
                .find_map(|request| match request {
                    Request::AuthenticateClientRequestEsipa(request) => {
                        Some(request.transaction_id)
                    }
                    _ => None,
                });
            let relayed = bench.asked(Function::AuthenticateClient);
            let Some(Es9Request::AuthenticateClient(relayed)) = relayed.first() else {
                panic!("expected AuthenticateClient")
            };
            assert_ne!(asked.unwrap(), relayed.transaction_id);
        } else {
            assert_eq!(status, OrderStatus::Failed, "{defect:?}");
        }
    }
}

#[tokio::test]
async fn skips_oid_check() {
    let setup = Setup {
        eim: vec![EimDefect::SkipsOidCheck],
        ..Setup::default()
    };
    let download = IndirectDownload::new(&format!("{CODE}$2.999.4711"));
    assert_eq!(bench_of(setup, download).await.1, OrderStatus::Done);
}

async fn coded(defect: Option<EimDefect>) -> OrderStatus {
    let setup = Setup {
        order: OrderConfig {
            confirmation_code: Some("1234".to_owned()),
            ..OrderConfig::default()
        },
        eim: defect.into_iter().collect(),
        ..Setup::default()
    };
    let download = IndirectDownload {
        confirmation_code: Some("1234".to_owned()),
        ..IndirectDownload::new(CODE)
    };
    bench_of(setup, download).await.1
}

#[tokio::test]
async fn mistakes_with_the_confirmation_code() {
    assert_eq!(coded(None).await, OrderStatus::Done);
    for defect in [
        EimDefect::PlainConfirmationCode,
        EimDefect::DropsConfirmationCode,
    ] {
        assert_eq!(coded(Some(defect)).await, OrderStatus::Failed, "{defect:?}");
    }
}

async fn cancelled(eim: Vec<EimDefect>, ipa: Vec<IpaDefect>) -> Bench {
    let setup = Setup {
        order: OrderConfig {
            confirmation_code: Some("1234".to_owned()),
            ..OrderConfig::default()
        },
        eim,
        ipa,
        ..Setup::default()
    };
    bench_of(setup, IndirectDownload::new(CODE)).await.0
}

#[tokio::test]
async fn keeps_cancellation() {
    let bench = cancelled(vec![EimDefect::KeepsCancellation], Vec::new()).await;
    assert!(bench.asked(Function::CancelSession).is_empty());
    assert_ne!(bench.state(), OrderState::Error);
}

#[tokio::test]
async fn skips_cancel_session() {
    let bench = cancelled(Vec::new(), vec![IpaDefect::SkipsCancelSession]).await;
    assert!(bench.asked(Function::CancelSession).is_empty());
}

#[tokio::test]
async fn wrong_cancel_reason() {
    let bench = cancelled(Vec::new(), vec![IpaDefect::WrongCancelReason]).await;
    let asked = bench.asked(Function::CancelSession);
    let Some(Es9Request::CancelSession(request)) = asked.first() else {
        panic!("expected a cancellation")
    };
    assert!(matches!(
        &request.cancel_session_response,
        CancelSessionResponse::CancelSessionResponseOk(ok)
            if ok.euicc_cancel_session_signed.reason == CancelSessionReason::UNDEFINED_REASON
    ));
}

#[tokio::test]
async fn wrong_expansion() {
    let setup = Setup {
        eim: vec![EimDefect::WrongExpansion],
        features: IpaFeatures {
            minimize_bytes: true,
            ..IpaFeatures::default()
        },
        ..Setup::default()
    };
    let (bench, status) = bench_of(setup, IndirectDownload::new(CODE)).await;
    assert_eq!(status, OrderStatus::Failed);
    assert!(bench.profiles().is_empty());
}

#[tokio::test]
async fn sends_server_address() {
    let (bench, status) = with_ipa(IpaDefect::SendsServerAddress).await;
    assert!(initiated(&bench).smdp_address.is_some());
    assert_eq!(status, OrderStatus::Failed);
}

#[tokio::test]
async fn omits_download_transaction() {
    let (bench, _) = with_ipa(IpaDefect::OmitsDownloadTransaction).await;
    assert_eq!(initiated(&bench).eim_transaction_id, None);
}

#[tokio::test]
async fn reencodes_card_answer() {
    let (_, status) = with_ipa(IpaDefect::ReencodesCardAnswer).await;
    assert_eq!(status, OrderStatus::Failed);
}

#[tokio::test]
async fn ignores_hash_cc() {
    let setup = Setup {
        order: OrderConfig {
            confirmation_code: Some("1234".to_owned()),
            ..OrderConfig::default()
        },
        ipa: vec![IpaDefect::IgnoresHashCc],
        ..Setup::default()
    };
    let download = IndirectDownload {
        confirmation_code: Some("1234".to_owned()),
        ..IndirectDownload::new(CODE)
    };
    assert_eq!(bench_of(setup, download).await.1, OrderStatus::Failed);
}

#[tokio::test]
async fn ignores_ctx_params() {
    let setup = Setup {
        features: IpaFeatures {
            ctx_params1_generation: true,
            ..IpaFeatures::default()
        },
        ipa: vec![IpaDefect::IgnoresCtxParams],
        ..Setup::default()
    };
    // its own have no MatchingID, which only the eIM knows
    let (_, status) = bench_of(setup, IndirectDownload::new(CODE)).await;
    assert_eq!(status, OrderStatus::Failed);
}

#[tokio::test]
async fn compact_unasked() {
    let (bench, _) = with_ipa(IpaDefect::CompactUnasked).await;
    let compact = bench.requests().into_iter().any(|request| {
        matches!(
            request,
            Request::GetBoundProfilePackageRequestEsipa(GetBoundProfilePackageRequestEsipa {
                prepare_download_response: Sgp32PrepareDownloadResponse::CompactDownloadResponseOk(
                    _
                ),
                ..
            })
        )
    });
    assert!(compact);
}
