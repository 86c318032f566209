// SPDX-License-Identifier: MIT OR Apache-2.0
//! listProfileInfo (SGP.32 §5.13.4) and getRAT (SGP.32 §5.13.5).

use super::ongoing;
use crate::fixture::*;
use rsp::raw::Additions;
use rsp::sgp22::{ProfileClass, ProfileInfoListRequestSearchCriteria};
use rsp::sgp32::*;
use veuicc::{AuthorisationRule, CardConfig, Operator};

use EuiccResultDataProcessingTerminated as Terminated;

#[track_caller]
fn listed(result: &EuiccResultData) -> &[Sgp32ProfileInfo] {
    match result {
        EuiccResultData::ListProfileInfoResult(
            Sgp32ProfileInfoListResponse::ProfileInfoListOk(list),
        ) => list,
        other => panic!("expected profileInfoListOk, got {other:?}"),
    }
}

#[test]
fn list_profile_info_filters_and_is_refused_after_a_change() {
    let mut bench = Bench::new();
    let results = bench.psmo(vec![list()]);
    assert_eq!(listed(&results[0]).len(), 3);
    assert_eq!(
        listed(&results[0])[0].profile_state,
        Some(ProfileState::ENABLED)
    );

    let one = ProfileInfoListRequest {
        search_criteria: Some(ProfileInfoListRequestSearchCriteria::Iccid(wire_iccid(2))),
        tag_list: Some(vec![0x92].into()),
        additions: Additions::none(),
    };
    let results = bench.psmo(vec![Psmo::ListProfileInfo(one)]);
    let expected = Sgp32ProfileInfo {
        profile_name: Some("Profile 2".to_owned()),
        ..Default::default()
    };
    assert_eq!(listed(&results[0]), [expected]);

    assert_eq!(
        bench.psmo(vec![enable(2), list(), disable(2)]),
        [enabled(EnableProfileResult::OK), ongoing()]
    );
    assert_eq!(bench.enabled(), Some(2));
}

#[test]
fn list_profile_info_with_a_bad_filter_fails_and_ends_the_package() {
    let mut bench = Bench::new();
    let class = ProfileInfoListRequestSearchCriteria::ProfileClass(ProfileClass(9));
    let bad = ProfileInfoListRequest {
        search_criteria: Some(class),
        ..Default::default()
    };
    let incorrect =
        EuiccResultData::ListProfileInfoResult(Sgp32ProfileInfoListResponse::ProfileInfoListError(
            Sgp32ProfileInfoListError::INCORRECT_INPUT_VALUES,
        ));
    assert_eq!(
        bench
            .psmo(vec![Psmo::ListProfileInfo(bad), disable(1)])
            .as_slice(),
        std::slice::from_ref(&incorrect)
    );
    // a criterion that does not exist
    let request = bench
        .eim
        .request_with(0xA0, &hex::decode("BF2D05A003810101").unwrap());
    let eim = bench.eim.clone();
    assert_eq!(bench.result_of(&eim, &request).euicc_result, [incorrect]);
    assert_eq!(bench.enabled(), Some(1));
}

#[test]
fn get_rat_tells_the_rules() {
    let mut bench = Bench::new();
    bench
        .card()
        .edit_state(|state| state.rules_authorisation_table.clear())
        .unwrap();
    assert_eq!(
        bench.psmo(vec![Psmo::GetRat(PsmoGetRat::default())]),
        [EuiccResultData::GetRatResult(Vec::new())]
    );
    let rule = AuthorisationRule {
        rules: PPR1,
        allowed_operators: vec![Operator {
            mcc_mnc: vec![0xEE; 3],
            gid1: None,
            gid2: None,
        }],
        consent_required: true,
    };
    bench
        .card()
        .edit_state(|state| state.rules_authorisation_table.push(rule))
        .unwrap();
    let results = bench.psmo(vec![Psmo::GetRat(PsmoGetRat::default())]);
    let EuiccResultData::GetRatResult(rules) = &results[0] else {
        panic!("{results:?}")
    };
    assert_eq!(rules.len(), 1);
    assert!(rules[0].ppr_ids.has(PprIds::PPR1) && !rules[0].ppr_ids.has(PprIds::PPR2));
}

#[test]
fn results_that_are_too_large_end_the_package() {
    let mut bench = Bench::new();
    bench
        .card()
        .edit_state(|state| {
            for profile in &mut state.profiles {
                profile.metadata.icon_type = Some(1);
                profile.metadata.icon = Some(vec![0x5A; 1024]);
            }
        })
        .unwrap();
    let results = bench.psmo(vec![list(); 10]);
    let (last, lists) = results.split_last().unwrap();
    assert_eq!(*last, terminated(Terminated::RESULT_SIZE_OVERFLOW));
    assert_eq!(lists.len(), 5);
    assert_eq!(listed(&lists[4]).len(), 3);
}

#[test]
fn how_much_a_result_may_hold_is_the_cards() {
    let small = |config: &mut CardConfig| config.capabilities.limits.result_size = 100;
    let mut bench = Bench::configured(false, [metadata(1), metadata(2)], small);
    assert_eq!(
        bench.psmo(vec![list(), disable(1)]),
        [terminated(Terminated::RESULT_SIZE_OVERFLOW)]
    );
    assert_eq!(bench.enabled(), Some(1));
}
