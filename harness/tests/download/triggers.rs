// SPDX-License-Identifier: MIT OR Apache-2.0
//! Every kind of trigger leads to the profile, in both bindings of ES9+; what follows a download.

use harness::wire::es9::Es9Binding;
use rsp::json::Es9Request;
use rsp::sgp22::{AuthenticateServerRequest, CtxParams1};
use rsp::sgp32::*;
use smdp::OrderState;
use smdp::config::{EventConfig, NotificationConfig};

use crate::bench::{ALTERNATIVE, Bench, MATCHING_ID, OTHER, SMDP, SMDS, TRANSACTION};
use crate::recorder::Seen;

/// The trigger result that the eIM got.
pub(crate) fn told(bench: &Bench) -> ProfileDownloadTriggerResult {
    let results = bench.seen.results();
    let [EimPackageResult::ProfileDownloadTriggerResult(result)] = results.as_slice() else {
        panic!("expected one ProfileDownloadTriggerResult, got {results:?}");
    };
    assert_eq!(
        result.eim_transaction_id.as_deref(),
        Some(TRANSACTION.as_slice())
    );
    result.clone()
}

fn is_installed(bench: &Bench) -> bool {
    use rsp::sgp22::ProfileInstallationResultDataFinalResult as Final;
    let data = told(bench).profile_download_trigger_result_data;
    let installed = matches!(
        data,
        ProfileDownloadTriggerResultProfileDownloadTriggerResultData::ProfileInstallationResult(result)
            if matches!(result.profile_installation_result_data.final_result, Final::SuccessResult(_))
    );
    installed && bench.profiles() == 1 && state(bench) == OrderState::Installed
}

fn state(bench: &Bench) -> OrderState {
    let orders = |smdp: &mut smdp::SmDp| smdp.orders().iter().next().unwrap().1.state;
    bench.smdp.with_smdp(orders)
}

/// The MatchingID that the card was given, for each session.
fn matching_ids(bench: &Bench) -> Vec<Option<String>> {
    let all = bench.seen.all();
    let requests = all.iter().filter_map(|seen| match seen {
        Seen::Es10(request) => rsp::der::decode::<AuthenticateServerRequest>(request).ok(),
        _ => None,
    });
    requests
        .map(|request| {
            let CtxParams1::CtxParamsForCommonAuthentication(params) = request.ctx_params1;
            params.matching_id
        })
        .collect()
}

fn smds(address: Option<&str>) -> ProfileDownloadData {
    ProfileDownloadData::ContactSmds(ProfileDownloadDataContactSmds {
        smds_address: address.map(str::to_owned),
        additions: Default::default(),
    })
}

#[tokio::test]
async fn an_activation_code_leads_to_the_profile_in_both_bindings() {
    for es9 in Es9Binding::ALL {
        let bench = Bench::new().await;
        bench.order(|_| {});
        bench.trigger_by_code();
        bench
            .run(|settings| settings.download.es9 = es9)
            .await
            .unwrap();
        assert!(is_installed(&bench), "{es9:?}");
        assert_eq!(matching_ids(&bench), [Some(MATCHING_ID.to_owned())]);
        assert_eq!(bench.waiting(), 0, "what was delivered is off the card");
    }
}

#[tokio::test]
async fn the_default_smdp_finds_the_order_by_the_eid() {
    let bench = Bench::with(|card| card.default_dp_address = Some(SMDP.to_owned())).await;
    bench.order(|order| {
        order.matching_id = String::new();
        order.eid = Some(hex::encode(certs::TEST_EID));
    });
    bench.trigger(ProfileDownloadData::ContactDefaultSmdp(()));
    bench.run(|_| {}).await.unwrap();
    assert!(is_installed(&bench));
    assert_eq!(matching_ids(&bench), [None]);
}

#[tokio::test]
async fn an_smds_leads_to_the_smdp_directly_and_by_another_smds() {
    for es9 in Es9Binding::ALL {
        for (address, cascaded) in [(Some(SMDS), false), (None, false), (None, true)] {
            let bench = Bench::new().await;
            bench.order(|_| {});
            if cascaded {
                Bench::event(&bench.smds, "ROOT-1", ALTERNATIVE, None);
                Bench::event(&bench.alternative, MATCHING_ID, SMDP, Some("ROOT-1"));
            } else {
                Bench::event(&bench.smds, MATCHING_ID, SMDP, None);
            }
            bench.trigger(smds(address));
            bench
                .run(|settings| settings.download.es9 = es9)
                .await
                .unwrap();
            if cascaded {
                assert_eq!(matching_ids(&bench).len(), 3, "root, alternative, SM-DP+");
            }
            assert!(is_installed(&bench), "{es9:?} {address:?} {cascaded}");
        }
    }
}

#[tokio::test]
async fn a_card_that_is_configured_for_it_enables_at_once() {
    let bench = Bench::new().await;
    bench.order(|_| {});
    configure_immediate_enabling(&bench);
    bench.trigger_by_code();
    bench.run(|_| {}).await.unwrap();
    assert!(is_installed(&bench));
    let enabled = veuicc::ProfileState::Enabled;
    assert_eq!(
        bench.reader.card().profiles().first().unwrap().state,
        enabled
    );
}

/// Immediate enabling for whatever server.
pub(crate) fn configure_immediate_enabling(bench: &Bench) {
    let configuration = veuicc::ImmediateEnable {
        default_smdp_oid: None,
        default_smdp_address: None,
    };
    let mut card = bench.reader.card();
    card.edit_state(|state| state.immediate_enable = Some(configuration))
        .unwrap();
}

#[tokio::test]
async fn each_notification_goes_to_the_server_that_it_names() {
    let bench = Bench::new().await;
    bench.order(|order| {
        order.metadata.notifications = Some(vec![NotificationConfig {
            events: vec![EventConfig::Install],
            address: Some(OTHER.to_owned()),
        }]);
    });
    bench.trigger_by_code();
    bench.run(|_| {}).await.unwrap();
    assert!(is_installed(&bench));
    assert_eq!(bench.seen.notified(), [SMDP, OTHER]);
    assert_eq!(bench.waiting(), 0);
}

#[tokio::test]
async fn what_a_server_does_not_take_stays_on_the_card_and_holds_back_what_is_younger() {
    let bench = Bench::new().await;
    bench.order(|_| {});
    bench.fault("http-status:500@handleNotification");
    bench.trigger_by_code();
    bench.run(|_| {}).await.unwrap();
    // result and install notification wait for the same server; the younger was not even tried
    assert_eq!(bench.waiting(), 2);
    let handed = |seen: &Seen| matches!(seen, Seen::Es9(_, request) if matches!(**request, Es9Request::HandleNotification(_)));
    let tried = bench.seen.all().iter().filter(|seen| handed(seen)).count();
    assert_eq!(
        tried, 2,
        "the result by itself, and as the first of what waits"
    );
}

#[tokio::test]
async fn an_answer_lost_on_the_way_is_asked_for_again() {
    for function in [
        "initiateAuthentication",
        "authenticateClient",
        "getBoundProfilePackage",
    ] {
        let bench = Bench::new().await;
        bench.order(|_| {});
        bench.fault(&format!("http-no-answer@{function}@x1"));
        bench.trigger_by_code();
        bench.run(|_| {}).await.unwrap();
        assert!(is_installed(&bench), "{function}");
    }
}

#[tokio::test]
async fn a_confirmation_code_opens_the_order() {
    let bench = Bench::new().await;
    bench.order(|order| order.confirmation_code = Some("2468".to_owned()));
    bench.trigger_by_code();
    bench
        .run(|settings| settings.download.confirmation_code = Some("2468".to_owned()))
        .await
        .unwrap();
    assert!(is_installed(&bench));
}
