// SPDX-License-Identifier: MIT OR Apache-2.0
//! enable (SGP.32 §5.13.1): its result codes, what it does to the profile that was enabled, and how it
//! waits for REFRESH.

use super::{ongoing, with_rules};
use crate::fixture::*;
use rsp::sgp32::*;
use veuicc::{Event, Metadata, ProfileClass};

const OK: [EuiccResultData; 1] = [EuiccResultData::EnableResult(EnableProfileResult::OK)];

#[test]
fn enable_disables_the_other_and_reports_both() {
    let mut bench = Bench::new();
    assert_eq!(bench.psmo(vec![enable(2)]), OK);
    assert_eq!(bench.enabled(), Some(2));
    let told = |event, n| (event, format!("n{n}.example.com"));
    assert_eq!(
        bench.notifications(),
        [told(Event::Disable, 1), told(Event::Enable, 2)]
    );
}

#[test]
fn enable_without_an_enabled_profile_reports_one() {
    let mut bench = Bench::new();
    bench.psmo(vec![disable(1)]);
    bench
        .card()
        .edit_state(|state| state.pending.clear())
        .unwrap();
    assert_eq!(bench.psmo(vec![enable(3)]), OK);
    assert_eq!(bench.enabled(), Some(3));
    assert_eq!(
        bench.notifications(),
        [(Event::Enable, "n3.example.com".to_owned())]
    );
}

#[test]
fn enable_codes() {
    use EnableProfileResult as Code;
    let mut bench = Bench::new();
    assert_eq!(
        bench.psmo(vec![enable(9)]),
        [enabled(Code::ICCID_OR_AID_NOT_FOUND)]
    );
    assert_eq!(
        bench.psmo(vec![enable(1)]),
        [enabled(Code::PROFILE_NOT_IN_DISABLED_STATE)]
    );
    assert_eq!(
        bench.psmo(vec![enable(2), enable(3)]),
        [enabled(Code::OK), enabled(Code::UNDEFINED_ERROR)]
    );
    assert_eq!(bench.enabled(), Some(2));

    let mut bench = Bench::with(false, [with_rules(metadata(1), PPR1), metadata(2)]);
    assert_eq!(
        bench.psmo(vec![enable(2)]),
        [enabled(Code::DISALLOWED_BY_POLICY)]
    );
    assert_eq!(bench.enabled(), Some(1));

    let emergency = Metadata {
        ecall_indication: Some(true),
        ..metadata(2)
    };
    let mut bench = Bench::with(false, [metadata(1), emergency]);
    assert_eq!(
        bench.psmo(vec![enable(2)]),
        [enabled(Code::DISALLOWED_BY_POLICY)]
    );

    let mut bench = Bench::new();
    bench.psmo(vec![disable(1)]);
    assert_eq!(
        bench.psmo(vec![enable_with_rollback(2)]),
        [enabled(Code::ROLLBACK_NOT_AVAILABLE)]
    );
    assert_eq!(bench.enabled(), None);
}

#[test]
fn a_change_waits_for_refresh_and_is_busy_until_then() {
    let mut bench = Bench::with(true, [metadata(1), metadata(2), metadata(3)]);
    let package = bench.eim.package(EuiccPackage::PsmoList(vec![enable(2)]));
    assert_eq!(announced(&mut bench, package).euicc_result, OK);
    assert_eq!(bench.enabled(), Some(1));

    let busy = EnableProfileResult::CAT_BUSY;
    let package = bench.eim.package(EuiccPackage::PsmoList(vec![enable(3)]));
    assert_eq!(announced(&mut bench, package).euicc_result, [enabled(busy)]);
    let busy = DisableProfileResult::CAT_BUSY;
    let package = bench.eim.package(EuiccPackage::PsmoList(vec![disable(2)]));
    assert_eq!(
        announced(&mut bench, package).euicc_result,
        [disabled(busy)]
    );
    let package = bench.eim.package(EuiccPackage::PsmoList(vec![list()]));
    assert_eq!(announced(&mut bench, package).euicc_result, [ongoing()]);
    assert_eq!(bench.enabled(), Some(1));

    bench.terminal.restart().unwrap();
    assert_eq!(bench.enabled(), Some(2));
    assert_eq!(bench.psmo(vec![enable(3)]), OK);
    // this time the terminal served the REFRESH
    assert_eq!(bench.enabled(), Some(3));
}

/// Sends a package in a single block and does not serve what the card announces.
fn announced(bench: &mut Bench, package: EuiccPackageSigned) -> EuiccPackageResultDataSigned {
    let request = bench.eim.request(package);
    let (response, status) = bench.raw(&request);
    assert_eq!(status.0 >> 8, 0x91, "{status}");
    verified(&bench.eim, &rsp::der::decode(&response).unwrap())
}

#[test]
fn a_package_cannot_enable_another_profile_behind_a_test_profile() {
    let test = Metadata {
        profile_class: ProfileClass::Test,
        ..metadata(2)
    };
    let mut bench = Bench::with(false, [metadata(1), test, metadata(3)]);
    assert_eq!(bench.psmo(vec![enable(2)]), OK);
    assert_eq!(
        bench.psmo(vec![enable(3)]),
        [enabled(EnableProfileResult::DISALLOWED_BY_POLICY)]
    );
    assert_eq!(bench.psmo(vec![enable(1)]), OK);
    assert_eq!(bench.enabled(), Some(1));
}
