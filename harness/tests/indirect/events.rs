// SPDX-License-Identifier: MIT OR Apache-2.0
//! Downloads that begin at an SM-DS (ES11').

use harness::iut::{DownloadSource, IndirectDownload, IpaFeatures, OrderStatus, RelaySettings};
use harness::wire::es9::Es9Binding;
use rsp::sgp32::{EsipaMessageFromEimToIpa as Answer, *};
use smdp::OrderState;

use crate::bench::{Bench, SMDS, Setup};

fn discovery() -> IndirectDownload {
    IndirectDownload {
        source: DownloadSource::Smds(SMDS.to_owned()),
        confirmation_code: None,
        tell_source: None,
    }
}

fn triggers(bench: &Bench) -> Vec<Option<ProfileDownloadTriggerRequest>> {
    let answers = bench.answers().into_iter();
    answers
        .filter_map(|answer| match answer {
            Answer::AuthenticateClientResponseEsipa(
                AuthenticateClientResponseEsipa::AuthenticateClientOkDsEsipa(ok),
            ) => Some(ok.profile_download_trigger),
            _ => None,
        })
        .collect()
}

#[tokio::test]
async fn an_event_is_downloaded_in_the_order_that_asked_for_it() {
    for es9 in [Es9Binding::Json, Es9Binding::Asn1] {
        let relay = RelaySettings {
            es9,
            ..RelaySettings::default()
        };
        let bench = Bench::new(Setup {
            events: vec!["MATCHING-1".to_owned()],
            relay,
            ..Setup::default()
        })
        .await;
        let order = bench.order_of(discovery());
        bench.run().await;
        assert_eq!(bench.status(&order), OrderStatus::Done);
        assert_eq!(bench.state(), OrderState::Installed);
        let triggers = triggers(&bench);
        assert!(
            matches!(&triggers[..], [Some(trigger)] if trigger.profile_download_data.is_none())
        );
    }
}

#[tokio::test]
async fn an_ipa_that_handles_download_data_gets_the_event_in_the_trigger() {
    let bench = Bench::new(Setup {
        events: vec!["MATCHING-1".to_owned()],
        features: IpaFeatures {
            direct: false,
            download_data_handling: false,
            ..IpaFeatures::default()
        },
        ..Setup::default()
    })
    .await;
    bench.ask();
    let order = bench.order_of(discovery());
    bench.run().await;
    assert_eq!(bench.status(&order), OrderStatus::Done);
    let triggers = triggers(&bench);
    let Some(Some(trigger)) = triggers.first() else {
        panic!("expected a trigger, got {triggers:?}")
    };
    assert_eq!(
        trigger.profile_download_data,
        Some(ProfileDownloadData::ActivationCode(
            "1$smdp1.test.example$MATCHING-1".to_owned()
        ))
    );
}

#[tokio::test]
async fn without_an_event_the_order_is_done_and_nothing_is_loaded() {
    let bench = Bench::new(Setup::default()).await;
    let order = bench.order_of(discovery());
    bench.run().await;
    assert_eq!(bench.status(&order), OrderStatus::Done);
    assert_eq!(triggers(&bench), [None]);
    assert!(bench.profiles().is_empty());
}

#[tokio::test]
async fn further_events_become_orders_of_their_own() {
    let bench = Bench::new(Setup {
        events: vec!["MATCHING-1".to_owned(), "MATCHING-2".to_owned()],
        ..Setup::default()
    })
    .await;
    let order = bench.order_of(discovery());
    bench.run().await;
    assert_eq!(bench.profiles().len(), 1);
    // the one that the SM-DP+ does not know
    let next: u32 = order.parse::<u32>().unwrap() + 1;
    let statuses = [bench.status(&order), bench.status(&next.to_string())];
    assert!(statuses.contains(&OrderStatus::Done) && statuses.contains(&OrderStatus::Failed));
}
