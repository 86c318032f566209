// SPDX-License-Identifier: MIT OR Apache-2.0
//! A download that fails ends where it should, cancels with the right reason, and the eIM is told
//! with the answer that says no.

use rsp::sgp22::CancelSessionReason as Reason;
use rsp::sgp32::*;
use smdp::config::OrderConfig;

use crate::bench::{Bench, MATCHING_ID, SMDP};
use crate::triggers::told;

type Told = ProfileDownloadTriggerResultProfileDownloadTriggerResultData;
type Code =
    ProfileDownloadTriggerResultProfileDownloadTriggerResultDataProfileDownloadErrorProfileDownloadErrorReason;

/// The error that the eIM got: its reason, and the first tag of the answer that came with it.
fn error(bench: &Bench) -> (Code, Option<u16>) {
    let Told::ProfileDownloadError(error) = told(bench).profile_download_trigger_result_data else {
        panic!(
            "expected profileDownloadError, got a profile: {:?}",
            bench.seen.functions()
        );
    };
    let answer = error.error_response.as_deref();
    let tag = answer.map(|answer| u16::from_be_bytes(*answer.first_chunk().unwrap()));
    (error.profile_download_error_reason, tag)
}

/// What goes wrong at the SM-DP+, the function after which nothing more is asked for but a
/// cancellation, the reason of that, and the tag of the answer that the eIM gets.
type Row = (&'static str, &'static str, Option<Reason>, Option<u16>);

const ROWS: [Row; 15] = [
    (
        "signed1-server-address",
        "initiateAuthentication",
        None,
        None,
    ),
    (
        "json-transaction-id@initiateAuthentication",
        "initiateAuthentication",
        None,
        None,
    ),
    (
        "server-signature1-wrong",
        "initiateAuthentication",
        None,
        Some(0xBF38),
    ),
    ("auth-by-smds", "initiateAuthentication", None, None),
    (
        "refuse:8.8.1/3.8@initiateAuthentication",
        "initiateAuthentication",
        None,
        Some(0xBF39),
    ),
    (
        "refuse-without-codes@authenticateClient",
        "authenticateClient",
        None,
        Some(0xBF3B),
    ),
    (
        "json-transaction-id@authenticateClient",
        "authenticateClient",
        Some(Reason::UNDEFINED_REASON),
        None,
    ),
    (
        "smdp-signature2-wrong",
        "authenticateClient",
        Some(Reason::UNDEFINED_REASON),
        Some(0xBF21),
    ),
    (
        "pb-oid-of-another",
        "authenticateClient",
        Some(Reason::UNDEFINED_REASON),
        Some(0xBF21),
    ),
    (
        "refuse:8.2/3.7@getBoundProfilePackage",
        "getBoundProfilePackage",
        None,
        Some(0xBF3A),
    ),
    (
        "http-html@getBoundProfilePackage",
        "getBoundProfilePackage",
        Some(Reason::LOAD_BPP_EXECUTION_ERROR),
        None,
    ),
    (
        "http-redirect@authenticateClient",
        "authenticateClient",
        None,
        None,
    ),
    (
        "shown-metadata:name",
        "getBoundProfilePackage",
        Some(Reason::METADATA_MISMATCH),
        None,
    ),
    (
        "metadata-mismatch:class",
        "getBoundProfilePackage",
        Some(Reason::METADATA_MISMATCH),
        None,
    ),
    ("no such host", "", None, None),
];

#[tokio::test]
async fn a_server_that_does_wrong_is_left_in_time() {
    for (fault, last, reason, tag) in ROWS {
        let bench = Bench::new().await;
        bench.order(|_| {});
        if fault == "no such host" {
            bench.trigger(ProfileDownloadData::ActivationCode(format!(
                "1$nobody.test.example${MATCHING_ID}"
            )));
        } else {
            bench.fault(fault);
            bench.trigger_by_code();
        }
        bench.run(|_| {}).await.unwrap();
        assert_eq!(bench.profiles(), 0, "{fault}");
        assert_eq!(error(&bench), (Code::UNDEFINED_ERROR, tag), "{fault}");
        assert_eq!(bench.seen.cancelled(), reason, "{fault}");
        let mut functions = bench.seen.functions();
        if reason.is_some() {
            assert_eq!(functions.pop(), Some("cancelSession"), "{fault}");
        }
        assert_eq!(
            functions.last().copied().unwrap_or_default(),
            last,
            "{fault}"
        );
        assert_eq!(bench.profiles(), 0, "{fault}");
    }
}

#[tokio::test]
async fn what_the_card_refuses_in_a_package_is_reported_and_not_cancelled() {
    for fault in ["element-damaged", "mac-broken-86", "smdp-sign-wrong"] {
        let bench = Bench::new().await;
        bench.order(|_| {});
        bench.fault(fault);
        bench.trigger_by_code();
        bench.run(|_| {}).await.unwrap();
        let data = told(&bench).profile_download_trigger_result_data;
        assert!(
            matches!(data, Told::ProfileInstallationResult(_)),
            "{fault}: {data:?}"
        );
        assert_eq!(bench.seen.cancelled(), None, "{fault}");
        assert_eq!(
            bench.seen.functions().last(),
            Some(&"handleNotification"),
            "{fault}"
        );
        assert_eq!((bench.profiles(), bench.waiting()), (0, 0), "{fault}");
    }
}

async fn cancelled(order: impl FnOnce(&mut OrderConfig), code: Option<&str>) -> Option<Reason> {
    let bench = Bench::with(|card| card.rules_authorisation_table.clear()).await;
    bench.order(order);
    bench.trigger_by_code();
    bench
        .run(|settings| settings.download.confirmation_code = code.map(str::to_owned))
        .await
        .unwrap();
    assert_eq!(error(&bench).0, Code::UNDEFINED_ERROR);
    assert_eq!(bench.profiles(), 0);
    bench.seen.cancelled()
}

#[tokio::test]
async fn reasons_to_cancel_are_told_apart() {
    let with_code = |order: &mut OrderConfig| order.confirmation_code = Some("2468".to_owned());
    assert_eq!(cancelled(with_code, None).await, Some(Reason::POSTPONED));
    assert_eq!(
        cancelled(with_code, Some("1357")).await,
        Some(Reason::POSTPONED)
    );
    let with_rule = |order: &mut OrderConfig| {
        order.metadata.profile_policy_rules = vec![1];
        order.metadata.owner_mcc_mnc = Some("62f210".to_owned());
    };
    assert_eq!(
        cancelled(with_rule, None).await,
        Some(Reason::PPR_NOT_ALLOWED)
    );
}

#[tokio::test]
async fn a_rule_that_the_card_allows_is_installed() {
    let bench = Bench::new().await;
    bench.order(|order| {
        order.metadata.profile_policy_rules = vec![1, 2];
        order.metadata.owner_mcc_mnc = Some("62f210".to_owned());
    });
    bench.trigger_by_code();
    bench.run(|_| {}).await.unwrap();
    assert_eq!(bench.profiles(), 1);
}

#[tokio::test]
async fn a_trigger_that_leads_nowhere_contacts_nobody() {
    let smds = ProfileDownloadDataContactSmds {
        smds_address: None,
        additions: Default::default(),
    };
    for data in [
        ProfileDownloadData::ContactDefaultSmdp(()),
        ProfileDownloadData::ContactSmds(smds),
    ] {
        let bench = Bench::new().await;
        bench.trigger(data);
        bench.run(|_| {}).await.unwrap();
        assert_eq!(error(&bench), (Code::UNDEFINED_ERROR, None));
        assert!(bench.seen.functions().is_empty(), "no SM-DP+ is asked");
    }
}

#[tokio::test]
async fn text_that_is_no_activation_code_is_an_invalid_package() {
    let oversized = format!("1${SMDP}${}", "A".repeat(255));
    for code in [
        "",
        "2$smdp1.test.example$M",
        "1$smdp1.test.example",
        "1$no host$M",
        &oversized,
    ] {
        let bench = Bench::new().await;
        bench.trigger(ProfileDownloadData::ActivationCode(code.to_owned()));
        bench.run(|_| {}).await.unwrap();
        let results = bench.seen.results();
        let [EimPackageResult::EimPackageResultResponseError(error)] = results.as_slice() else {
            panic!("{code:?}: expected an error, got {results:?}");
        };
        let invalid = EimPackageResultErrorCode::INVALID_PACKAGE_FORMAT;
        assert_eq!(error.eim_package_result_error_code, invalid, "{code:?}");
    }
}

#[tokio::test]
async fn the_emergency_profile_is_not_disturbed() {
    let bench = Bench::new().await;
    bench.order(|order| order.metadata.ecall_indication = Some(true));
    bench.trigger_by_code();
    let mut ipa = bench.start(|_| {});
    ipa.round().await.unwrap();
    ipa.enable_emergency_profile().unwrap();
    let before = bench.seen.functions().len();
    bench.trigger_by_code();
    ipa.round().await.unwrap();
    let results = bench.seen.results();
    let Some(EimPackageResult::ProfileDownloadTriggerResult(result)) = results.last() else {
        panic!("expected a ProfileDownloadTriggerResult, got {results:?}");
    };
    let Told::ProfileDownloadError(error) = &result.profile_download_trigger_result_data else {
        panic!("expected profileDownloadError, got {result:?}");
    };
    assert_eq!(error.profile_download_error_reason, Code::ECALL_ACTIVE);
    assert_eq!(bench.seen.functions().len(), before, "no server is asked");
}
