// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the eIM checks in the LPA's place, and what the IPA checks when it knows the source.

use harness::defect::{EimDefect, IpaDefect};
use harness::iut::{DownloadSource, IndirectDownload, IpaFeatures, OrderStatus, RelaySettings};
use rsp::json::{Es9Ok, Es9Request, Es9Response, Function};
use rsp::raw::Raw;
use rsp::sgp22::{CancelSessionReason, CancelSessionResponse};
use rsp::sgp32::{EsipaMessageFromEimToIpa as Answer, EsipaMessageFromIpaToEim as Request, *};
use smdp::OrderState;
use smdp::config::{MetadataConfig, OrderConfig};

use crate::bench::{Bench, CODE, SMDP, Setup};

/// The code that the eIM answered InitiateAuthentication with; nothing for success.
fn initiated(bench: &Bench) -> Option<i64> {
    bench.answers().iter().find_map(|answer| match answer {
        Answer::InitiateAuthenticationResponseEsipa(
            InitiateAuthenticationResponseEsipa::InitiateAuthenticationErrorEsipa(code),
        ) => Some(code.0),
        _ => None,
    })
}

fn reason(bench: &Bench) -> Option<CancelSessionReason> {
    let asked = bench.asked(Function::CancelSession);
    match asked.last()? {
        Es9Request::CancelSession(request) => match &request.cancel_session_response {
            CancelSessionResponse::CancelSessionResponseOk(ok) => {
                Some(ok.euicc_cancel_session_signed.reason)
            }
            CancelSessionResponse::CancelSessionResponseError(_) => None,
        },
        _ => None,
    }
}

fn initiate(bench: &Bench) -> InitiateAuthenticationRequestEsipa {
    let requests = bench.requests().into_iter();
    let mut initiated = requests.filter_map(|request| match request {
        Request::InitiateAuthenticationRequestEsipa(request) => Some(request),
        _ => None,
    });
    initiated.next().unwrap()
}

/// Signs another address.
fn elsewhere(_: &Es9Request, response: Es9Response) -> Es9Response {
    match response {
        Ok(Es9Ok::InitiateAuthentication(mut ok)) => {
            let mut signed = ok.server_signed1.value().clone();
            signed.server_address = "smdp2.test.example".to_owned();
            ok.server_signed1 = Raw::new(signed).unwrap();
            Ok(Es9Ok::InitiateAuthentication(ok))
        }
        other => other,
    }
}

#[tokio::test]
async fn a_server_that_signs_another_address_is_not_shown_to_the_card() {
    let bench = Bench::new(Setup::default()).await;
    bench.watch.lock().unwrap().edit = Some(elsewhere);
    let order = bench.order();
    bench.run().await;
    assert_eq!(initiated(&bench), Some(50));
    assert_eq!(bench.status(&order), OrderStatus::Failed);
    assert!(bench.asked(Function::AuthenticateClient).is_empty());
}

#[tokio::test]
async fn a_server_with_another_oid_is_not_shown_to_the_card() {
    for (oid, refused) in [("2.999.10", None), ("2.999.4711", Some(51))] {
        let bench = Bench::new(Setup::default()).await;
        let order = bench.order_of(IndirectDownload::new(&format!("{CODE}${oid}")));
        bench.run().await;
        assert_eq!(initiated(&bench), refused, "{oid}");
        let failed = bench.status(&order) == OrderStatus::Failed;
        assert_eq!(failed, refused.is_some(), "{oid}");
    }
}

#[tokio::test]
async fn upper_case_and_a_final_dot_are_the_same_address() {
    let bench = Bench::new(Setup::default()).await;
    let order = bench.order_of(IndirectDownload::new("1$SMDP1.Test.Example$MATCHING-1"));
    bench.run().await;
    assert_eq!(bench.status(&order), OrderStatus::Done);
}

#[tokio::test]
async fn an_unknown_transaction_is_refused_and_a_missing_one_is_not() {
    let bench = Bench::new(Setup {
        ipa: vec![IpaDefect::OmitsDownloadTransaction],
        ..Setup::default()
    })
    .await;
    let order = bench.order();
    bench.run().await;
    assert_eq!(bench.status(&order), OrderStatus::Done);
    let other = InitiateAuthenticationRequestEsipa {
        eim_transaction_id: Some(vec![1, 2, 3].into()),
        ..initiate(&bench)
    };
    let message = rsp::der::encode(&Request::InitiateAuthenticationRequestEsipa(other)).unwrap();
    let answer: Answer = rsp::der::decode(&bench.eim.handle(&message).await).unwrap();
    assert!(matches!(
        answer,
        Answer::InitiateAuthenticationResponseEsipa(
            InitiateAuthenticationResponseEsipa::InitiateAuthenticationErrorEsipa(code)
        ) if code.0 == 52
    ));
}

#[tokio::test]
async fn the_source_stays_with_the_eim_unless_the_ipa_wants_it() {
    let wanting = IpaFeatures {
        direct: false,
        download_data_handling: false,
        ..IpaFeatures::default()
    };
    let bench = Bench::new(Setup {
        features: wanting,
        ..Setup::default()
    })
    .await;
    bench.ask();
    let order = bench.order();
    bench.run().await;
    assert_eq!(bench.status(&order), OrderStatus::Done);
    assert_eq!(initiate(&bench).smdp_address.as_deref(), Some(SMDP));
    let bench = Bench::new(Setup::default()).await;
    bench.ask();
    bench.order();
    bench.run().await;
    assert_eq!(initiate(&bench).smdp_address, None);
}

#[tokio::test]
async fn a_profile_without_matching_id_is_found_by_the_eid() {
    let bench = Bench::new(Setup {
        order: OrderConfig {
            eid: Some(hex::encode(certs::TEST_EID)),
            ..OrderConfig::default()
        },
        ..Setup::default()
    })
    .await;
    let order = bench.order_of(IndirectDownload {
        source: DownloadSource::Smdp(SMDP.to_owned()),
        confirmation_code: None,
        tell_source: None,
    });
    bench.run().await;
    assert_eq!(bench.status(&order), OrderStatus::Done);
}

#[tokio::test]
async fn the_eim_writes_ctx_params_for_an_ipa_that_leaves_them_to_it() {
    let bench = Bench::new(Setup {
        features: IpaFeatures {
            ctx_params1_generation: true,
            ..IpaFeatures::default()
        },
        ..Setup::default()
    })
    .await;
    bench.ask();
    let order = bench.order();
    bench.run().await;
    assert_eq!(bench.status(&order), OrderStatus::Done);
    let given = bench.answers().into_iter().find_map(|answer| match answer {
        Answer::InitiateAuthenticationResponseEsipa(
            InitiateAuthenticationResponseEsipa::InitiateAuthenticationOkEsipa(ok),
        ) => Some((ok.ctx_params1.is_some(), ok.matching_id)),
        _ => None,
    });
    assert_eq!(given, Some((true, None)));
}

fn coded(code: Option<&str>, eim: Vec<EimDefect>) -> (Setup, IndirectDownload) {
    let setup = Setup {
        order: OrderConfig {
            confirmation_code: Some("1234".to_owned()),
            ..OrderConfig::default()
        },
        eim,
        ..Setup::default()
    };
    let download = IndirectDownload {
        confirmation_code: code.map(str::to_owned),
        ..IndirectDownload::new(CODE)
    };
    (setup, download)
}

#[tokio::test]
async fn the_right_confirmation_code_opens_the_order() {
    let (setup, download) = coded(Some("1234"), Vec::new());
    let bench = Bench::new(setup).await;
    let order = bench.order_of(download);
    bench.run().await;
    assert_eq!(bench.status(&order), OrderStatus::Done);
    assert_eq!(bench.state(), OrderState::Installed);
}

#[tokio::test]
async fn a_wrong_confirmation_code_postpones_and_none_rejects() {
    for (code, expected) in [
        (Some("4321"), CancelSessionReason::POSTPONED),
        (None, CancelSessionReason::END_USER_REJECTION),
    ] {
        let (setup, download) = coded(code, Vec::new());
        let bench = Bench::new(setup).await;
        let order = bench.order_of(download);
        bench.run().await;
        assert_eq!(bench.status(&order), OrderStatus::Failed);
        assert_eq!(reason(&bench), Some(expected));
        assert!(bench.profiles().is_empty());
    }
}

fn judging(order: OrderConfig, relay: RelaySettings) -> Setup {
    Setup {
        features: IpaFeatures {
            metadata_verification: true,
            minimize_bytes: true,
            ..IpaFeatures::default()
        },
        order,
        relay,
        ..Setup::default()
    }
}

#[tokio::test]
async fn policy_rules_are_refused_by_the_eim_that_looks_at_the_metadata() {
    let rules = OrderConfig {
        metadata: MetadataConfig {
            profile_policy_rules: vec![1],
            owner_mcc_mnc: Some("00f110".to_owned()),
            ..MetadataConfig::default()
        },
        ..OrderConfig::default()
    };
    let bench = Bench::new(judging(rules, RelaySettings::default())).await;
    bench.ask();
    let order = bench.order();
    bench.run().await;
    assert_eq!(bench.status(&order), OrderStatus::Failed);
    assert_eq!(reason(&bench), Some(CancelSessionReason::PPR_NOT_ALLOWED));
    let cancelled = bench
        .requests()
        .into_iter()
        .find_map(|request| match request {
            Request::CancelSessionRequestEsipa(request) => Some(request.cancel_session_response),
            _ => None,
        });
    // the eIM knows why, so the compact form does not say it
    assert!(matches!(
        cancelled,
        Some(Sgp32CancelSessionResponse::CompactCancelSessionResponseOk(short))
            if short.compact_euicc_cancel_session_signed.reason.is_none()
    ));
}

/// Announces another name than the package has.
fn renamed(_: &Es9Request, response: Es9Response) -> Es9Response {
    match response {
        Ok(Es9Ok::AuthenticateClient(mut ok)) => {
            if let Some(metadata) = &mut ok.profile_meta_data {
                metadata.profile_name = "Another".to_owned();
            }
            Ok(Es9Ok::AuthenticateClient(ok))
        }
        other => other,
    }
}

#[tokio::test]
async fn a_package_with_other_metadata_is_not_loaded_whoever_looks_at_them() {
    for features in [
        IpaFeatures::default(),
        IpaFeatures {
            metadata_verification: true,
            ..IpaFeatures::default()
        },
    ] {
        let bench = Bench::new(Setup {
            features,
            ..Setup::default()
        })
        .await;
        bench.watch.lock().unwrap().edit = Some(renamed);
        bench.ask();
        let order = bench.order();
        bench.run().await;
        assert_eq!(bench.status(&order), OrderStatus::Failed);
        assert_eq!(reason(&bench), Some(CancelSessionReason::METADATA_MISMATCH));
        assert!(bench.profiles().is_empty());
    }
}

#[tokio::test]
async fn metadata_are_left_out_for_an_ipa_that_does_not_look_at_them() {
    let bench = Bench::new(judging(OrderConfig::default(), RelaySettings::default())).await;
    bench.ask();
    let order = bench.order();
    bench.run().await;
    assert_eq!(bench.status(&order), OrderStatus::Done);
    let shown = bench.answers().into_iter().find_map(|answer| match answer {
        Answer::AuthenticateClientResponseEsipa(
            AuthenticateClientResponseEsipa::AuthenticateClientOkDpEsipa(ok),
        ) => Some(ok.profile_meta_data.is_some()),
        _ => None,
    });
    assert_eq!(shown, Some(false));
}
