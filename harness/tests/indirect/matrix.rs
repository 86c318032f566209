// SPDX-License-Identifier: MIT OR Apache-2.0
//! The same profile, whatever way it takes: direct and indirect, in every binding of ESipa and of
//! ES9+', in full and in compact form.

use certs::TEST_EID;
use harness::iut::{IndirectDownload, IpaFeatures, Order, OrderStatus, RelaySettings};
use harness::wire::binding::Binding;
use harness::wire::es9::Es9Binding;
use smdp::OrderState;

use crate::bench::{Bench, CODE, IPA, Setup};

/// ICCID of the profile package `operational`.
const ICCID: &str = "988801000000000010f5";

async fn indirect(binding: Binding, es9: Es9Binding, compact: bool) {
    let bench = Bench::new(Setup {
        binding,
        relay: RelaySettings {
            es9,
            ..RelaySettings::default()
        },
        features: IpaFeatures {
            minimize_bytes: compact,
            ctx_params1_generation: compact,
            ..IpaFeatures::default()
        },
        ..Setup::default()
    })
    .await;
    if compact {
        bench.ask();
    }
    let order = bench.order();
    bench.run().await;
    assert_eq!(bench.profiles(), [ICCID]);
    assert_eq!(bench.status(&order), OrderStatus::Done);
    // the SM-DP+ checks the signatures of the card over the full forms
    assert_eq!(bench.state(), OrderState::Installed);
}

async fn direct(binding: Binding) {
    let bench = Bench::new(Setup {
        binding,
        ..Setup::default()
    })
    .await;
    let order = Order::direct_download(CODE).unwrap();
    let order = bench.eim.order(TEST_EID, order).unwrap();
    bench.run().await;
    assert_eq!(bench.profiles(), [ICCID]);
    assert_eq!(bench.status(&order), OrderStatus::Done);
    assert_eq!(bench.state(), OrderState::Installed);
}

/// The trigger comes by injection over HTTPS; what it starts takes the binding of the IPA.
async fn injected(binding: Binding, order: Order) {
    let bench = Bench::new(Setup {
        binding,
        ..Setup::default()
    })
    .await;
    let (ipa, _server) = bench.receiving().await;
    let order = bench.eim.order_at(TEST_EID, order, Some(IPA)).unwrap();
    bench.eim.inject(&order).await.unwrap();
    assert_eq!(bench.profiles(), [""; 0], "a trigger is only received");
    Box::pin(ipa.lock().await.round()).await.unwrap();
    assert_eq!(bench.profiles(), [ICCID]);
    assert_eq!(bench.status(&order), OrderStatus::Done);
    assert_eq!(bench.state(), OrderState::Installed);
}

/// One test a cell.
macro_rules! matrix {
    ($($name:ident: $binding:ident;)+) => {$(
        mod $name {
            use super::*;

            #[tokio::test]
            async fn direct_download() {
                direct(Binding::$binding).await;
            }

            #[tokio::test]
            async fn direct_download_injected() {
                injected(Binding::$binding, Order::direct_download(CODE).unwrap()).await;
            }

            #[tokio::test]
            async fn indirect_download_injected() {
                let order = Order::IndirectDownload(IndirectDownload::new(CODE));
                injected(Binding::$binding, order).await;
            }

            #[tokio::test]
            async fn full_over_json() {
                indirect(Binding::$binding, Es9Binding::Json, false).await;
            }

            #[tokio::test]
            async fn full_over_asn1() {
                indirect(Binding::$binding, Es9Binding::Asn1, false).await;
            }

            #[tokio::test]
            async fn compact_over_json() {
                indirect(Binding::$binding, Es9Binding::Json, true).await;
            }

            #[tokio::test]
            async fn compact_over_asn1() {
                indirect(Binding::$binding, Es9Binding::Asn1, true).await;
            }
        }
    )+};
}

matrix! {
    asn1: Asn1;
    json: Json;
    coap: Coap;
}
