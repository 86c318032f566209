// SPDX-License-Identifier: MIT OR Apache-2.0
//! Every deliberate mistake of a direct download can be seen from outside: each row looks at the
//! same thing with and without the mistake.

use harness::defect::IpaDefect;
use rsp::sgp22::{AuthenticateServerRequest, CtxParams1, PrepareDownloadRequest};
use smdp::config::{EventConfig, NotificationConfig};

use crate::bench::{Bench, MATCHING_ID, OTHER, SMDP};
use crate::recorder::Seen;
use crate::triggers::configure_immediate_enabling;

/// What is looked at: one word for what was seen.
type Look = fn(&Bench) -> String;

fn tags(bench: &Bench, tag: u16) -> usize {
    bench
        .seen
        .card()
        .iter()
        .filter(|seen| **seen == tag)
        .count()
}

fn requests<T: rasn::Decode>(bench: &Bench) -> Vec<T> {
    let all = bench.seen.all();
    let decode = |seen: &Seen| match seen {
        Seen::Es10(request) => rsp::der::decode(request).ok(),
        _ => None,
    };
    all.iter().filter_map(decode).collect()
}

/// Runs the IPA with and without the mistake; the two must look different.
async fn differs(defect: IpaDefect, look: Look, prepare: fn(&Bench)) {
    Box::pin(compare(defect, look, prepare)).await;
}

async fn compare(defect: IpaDefect, look: Look, prepare: fn(&Bench)) {
    let mut looks = Vec::new();
    for with in [false, true] {
        let table = |card: &mut veuicc::CardConfig| {
            if defect == IpaDefect::SkipsPprCheck {
                card.rules_authorisation_table.clear();
            }
        };
        let bench = Box::pin(Bench::with(table)).await;
        prepare(&bench);
        // a mistake may end the run; what counts is what was seen
        let _ended = bench
            .run(|settings| {
                settings.download.confirmation_code = Some("2468".to_owned());
                settings.defects = with.then_some(defect).into_iter().collect();
            })
            .await;
        looks.push(look(&bench));
    }
    let [right, wrong] = looks.as_slice() else {
        unreachable!("two runs");
    };
    assert_ne!(right, wrong, "{defect:?} is not seen");
}

fn ordered(bench: &Bench) {
    bench.order(|_| {});
    bench.trigger_by_code();
}

fn faulty(bench: &Bench, fault: &str) {
    bench.fault(fault);
    ordered(bench);
}

#[tokio::test]
async fn checks_of_the_server_that_are_skipped() {
    let authenticated: Look = |bench| tags(bench, 0xBF38).to_string();
    differs(IpaDefect::SkipsAddressCheck, authenticated, |bench| {
        faulty(bench, "signed1-server-address");
    })
    .await;
    differs(IpaDefect::SkipsOidCheck, authenticated, |bench| {
        bench.order(|_| {});
        let code = format!("1${SMDP}${MATCHING_ID}$2.999.1");
        bench.trigger(rsp::sgp32::ProfileDownloadData::ActivationCode(code));
    })
    .await;
    differs(IpaDefect::SkipsTransactionIdCheck, authenticated, |bench| {
        faulty(bench, "json-transaction-id@initiateAuthentication");
    })
    .await;
}

#[tokio::test]
async fn what_the_card_is_given() {
    differs(
        IpaDefect::DropsMatchingId,
        |bench| {
            let first = requests::<AuthenticateServerRequest>(bench).remove(0);
            let CtxParams1::CtxParamsForCommonAuthentication(params) = first.ctx_params1;
            format!("{:?}", params.matching_id)
        },
        ordered,
    )
    .await;
    differs(
        IpaDefect::PlainConfirmationCode,
        |bench| {
            let first = requests::<PrepareDownloadRequest>(bench).remove(0);
            hex::encode(first.hash_cc.unwrap())
        },
        |bench| {
            bench.order(|order| order.confirmation_code = Some("2468".to_owned()));
            bench.trigger_by_code();
        },
    )
    .await;
    differs(
        IpaDefect::SkipsPprCheck,
        |bench| tags(bench, 0xBF21).to_string(),
        |bench| {
            bench.order(|order| {
                order.metadata.profile_policy_rules = vec![1];
                order.metadata.owner_mcc_mnc = Some("62f210".to_owned());
            });
            bench.trigger_by_code();
        },
    )
    .await;
    differs(
        IpaDefect::ReusesChallenge,
        |bench| bench.profiles().to_string(),
        |bench| {
            // the first session ends at the server, the second is the one that counts
            bench.fault("refuse:8.2.6/3.8@authenticateClient@x1");
            bench.trigger_by_code();
            ordered(bench);
        },
    )
    .await;
}

#[tokio::test]
async fn sessions_left_in_another_way() {
    let cancelled: Look = |bench| format!("{:?}", bench.seen.cancelled());
    for defect in [IpaDefect::SkipsCancelSession, IpaDefect::WrongCancelReason] {
        differs(defect, cancelled, |bench| {
            faulty(bench, "shown-metadata:name")
        })
        .await;
    }
    let segments: Look = |bench| bench.reader.commands().to_string();
    differs(IpaDefect::ContinuesAfterFailure, segments, |bench| {
        faulty(bench, "mac-broken-87");
    })
    .await;
}

#[tokio::test]
async fn what_follows_the_installation() {
    let handed_in: Look = |bench| format!("{:?}", bench.seen.notified());
    differs(IpaDefect::HidesInstallationResult, handed_in, ordered).await;
    differs(IpaDefect::WrongNotificationAddress, handed_in, |bench| {
        bench.order(|order| {
            order.metadata.notifications = Some(vec![NotificationConfig {
                events: vec![EventConfig::Install],
                address: Some(OTHER.to_owned()),
            }]);
        });
        bench.trigger_by_code();
    })
    .await;
    let asked: Look = |bench| tags(bench, 0xBF5A).to_string();
    differs(IpaDefect::NeverEnables, asked, |bench| {
        configure_immediate_enabling(bench);
        ordered(bench);
    })
    .await;
    differs(IpaDefect::EnablesAfterFailure, asked, |bench| {
        faulty(bench, "element-damaged");
    })
    .await;
    let told: Look = |bench| bench.seen.results().len().to_string();
    differs(IpaDefect::SilentOnBadTrigger, told, |bench| {
        let code = "no activation code".to_owned();
        bench.trigger(rsp::sgp32::ProfileDownloadData::ActivationCode(code));
    })
    .await;
}
