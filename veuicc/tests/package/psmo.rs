// SPDX-License-Identifier: MIT OR Apache-2.0
//! Every PSMO with every result code it can have here, and the rules of their list.

use crate::fixture::*;
use rsp::raw::Additions;
use rsp::sgp22::{ProfileClass, ProfileInfoListRequestSearchCriteria};
use rsp::sgp32::*;
use veuicc::{AuthorisationRule, Event, Metadata, Operator, ProfileState};

use EuiccResultDataProcessingTerminated as Terminated;

const OK: [EuiccResultData; 1] = [EuiccResultData::EnableResult(EnableProfileResult::OK)];

fn with_rules(metadata: Metadata, rules: veuicc::PolicyRules) -> Metadata {
    Metadata {
        profile_policy_rules: Some(rules),
        ..metadata
    }
}

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

/// Sends a package in single blocks and does not serve what the card announces.
fn announced(bench: &mut Bench, package: EuiccPackageSigned) -> EuiccPackageResultDataSigned {
    let request = bench.eim.request(package);
    let mut command = vec![0x81, 0xE2, 0x91, 0, u8::try_from(request.len()).unwrap()];
    command.extend_from_slice(&request);
    let (response, status) = bench.terminal.exchange(&command).unwrap();
    assert_eq!(status.0 >> 8, 0x91, "{status}");
    verified(&bench.eim, &rsp::der::decode(&response).unwrap())
}

#[test]
fn disable_codes() {
    use DisableProfileResult as Code;
    let mut bench = Bench::new();
    assert_eq!(
        bench.psmo(vec![disable(9)]),
        [disabled(Code::ICCID_OR_AID_NOT_FOUND)]
    );
    assert_eq!(
        bench.psmo(vec![disable(2)]),
        [disabled(Code::PROFILE_NOT_IN_ENABLED_STATE)]
    );
    assert_eq!(bench.notifications(), []);
    assert_eq!(bench.psmo(vec![disable(1)]), [disabled(Code::OK)]);
    assert_eq!(bench.enabled(), None);
    assert_eq!(
        bench.notifications(),
        [(Event::Disable, "n1.example.com".to_owned())]
    );

    let mut bench = Bench::with(false, [with_rules(metadata(1), PPR1)]);
    assert_eq!(
        bench.psmo(vec![disable(1)]),
        [disabled(Code::DISALLOWED_BY_POLICY)]
    );

    let mut bench = Bench::new();
    assert_eq!(
        bench.psmo(vec![disable(1), enable(2), disable(2)]),
        [
            disabled(Code::OK),
            enabled(EnableProfileResult::OK),
            disabled(Code::UNDEFINED_ERROR),
        ]
    );
    assert_eq!(bench.enabled(), Some(2));
}

#[test]
fn delete_codes() {
    use DeleteProfileResult as Code;
    let mut bench = Bench::new();
    assert_eq!(
        bench.psmo(vec![delete(9)]),
        [deleted(Code::ICCID_OR_AID_NOT_FOUND)]
    );
    assert_eq!(
        bench.psmo(vec![delete(1)]),
        [deleted(Code::PROFILE_NOT_IN_DISABLED_STATE)]
    );
    assert_eq!(bench.psmo(vec![delete(2)]), [deleted(Code::OK)]);
    assert_eq!(bench.card().profiles().len(), 2);
    assert_eq!(
        bench.notifications(),
        [(Event::Delete, "n2.example.com".to_owned())]
    );
    let fallback = bench.card().profiles()[1].aid.clone();
    bench
        .card()
        .edit_state(|state| state.fallback_return = Some(fallback))
        .unwrap();
    assert_eq!(
        bench.psmo(vec![delete(3)]),
        [deleted(Code::RETURN_FALLBACK_PROFILE)]
    );

    let mut bench = Bench::with(false, [metadata(1), with_rules(metadata(2), PPR2)]);
    assert_eq!(
        bench.psmo(vec![delete(2)]),
        [deleted(Code::DISALLOWED_BY_POLICY)]
    );

    let mut bench = Bench::new();
    assert_eq!(
        bench.psmo(vec![enable_with_rollback(2), delete(1)]),
        [
            enabled(EnableProfileResult::OK),
            deleted(Code::ROLLBACK_NOT_AVAILABLE),
        ]
    );
    assert_eq!(bench.card().profiles().len(), 3);
}

#[test]
fn a_profile_may_be_deleted_after_it_was_disabled_in_the_same_package() {
    for toolkit in [false, true] {
        let mut bench = Bench::with(toolkit, [metadata(1), metadata(2)]);
        assert_eq!(
            bench.psmo(vec![disable(1), enable(2), delete(1)]),
            [
                disabled(DisableProfileResult::OK),
                enabled(EnableProfileResult::OK),
                deleted(DeleteProfileResult::OK),
            ]
        );
        assert_eq!(bench.enabled(), Some(2));
        assert_eq!(bench.card().profiles().len(), 1);
    }
}

/// listProfileInfo that is refused because of a change.
fn ongoing() -> EuiccResultData {
    EuiccResultData::ListProfileInfoResult(Sgp32ProfileInfoListResponse::ProfileInfoListError(
        Sgp32ProfileInfoListError::PROFILE_CHANGE_ONGOING,
    ))
}

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
        Some(rsp::sgp22::ProfileState::ENABLED)
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
fn configure_immediate_enable_is_kept_and_switched_off() {
    use ConfigureImmediateEnableResult as Code;
    let mut bench = Bench::new();
    let mut send = |flag: Option<()>, address: &str| {
        let results = bench.psmo(vec![Psmo::ConfigureImmediateEnable(
            PsmoConfigureImmediateEnable {
                immediate_enable_flag: flag,
                default_smdp_oid: Some("2.999.10".parse().unwrap()),
                default_smdp_address: Some(address.to_owned()),
                additions: Additions::none(),
            },
        )]);
        let [EuiccResultData::ConfigureImmediateEnableResult(code)] = results.as_slice() else {
            panic!("{results:?}");
        };
        (*code, bench.card().state().immediate_enable.clone())
    };
    let (code, kept) = send(Some(()), "dp.example.com");
    assert_eq!(code, Code::OK);
    let kept = kept.unwrap();
    assert_eq!(kept.default_smdp_oid.as_deref(), Some("2.999.10"));
    assert_eq!(kept.default_smdp_address.as_deref(), Some("dp.example.com"));
    let (code, still) = send(Some(()), &"a".repeat(256));
    assert_eq!((code, still), (Code::COMMAND_ERROR, Some(kept)));
    assert_eq!(send(None, ""), (Code::OK, None));
}

fn set_fallback(n: u8) -> Psmo {
    Psmo::SetFallbackAttribute(PsmoSetFallbackAttribute {
        iccid: wire_iccid(n),
        ..Default::default()
    })
}

#[test]
fn set_fallback_attribute_moves_unless_its_holder_is_enabled() {
    use SetFallbackAttributeResult as Code;
    let allowed = |n| Metadata {
        fallback_allowed: Some(true),
        ..metadata(n)
    };
    let mut bench = Bench::with(false, [metadata(1), allowed(2), allowed(3)]);
    let set = |bench: &mut Bench, n| match bench.psmo(vec![set_fallback(n)]).as_slice() {
        [EuiccResultData::SetFallbackAttributeResult(code)] => *code,
        other => panic!("{other:?}"),
    };
    let holders = |bench: &mut Bench| -> Vec<u8> {
        let profiles = bench.card().profiles().iter();
        let holders = profiles.filter(|profile| profile.fallback_attribute);
        holders.map(|profile| profile.metadata.iccid[9]).collect()
    };
    assert_eq!(set(&mut bench, 9), Code::ICCID_OR_AID_NOT_FOUND);
    assert_eq!(set(&mut bench, 1), Code::FALLBACK_NOT_ALLOWED);
    assert_eq!(set(&mut bench, 2), Code::OK);
    assert_eq!(set(&mut bench, 2), Code::OK);
    assert_eq!(holders(&mut bench), [2]);
    assert_eq!(set(&mut bench, 3), Code::OK);
    assert_eq!(holders(&mut bench), [3]);
    bench.psmo(vec![enable(3)]);
    assert_eq!(set(&mut bench, 2), Code::FALLBACK_PROFILE_ENABLED);
    assert_eq!(holders(&mut bench), [3]);
}

#[test]
fn unset_fallback_attribute_codes() {
    use UnsetFallbackAttributeResult as Code;
    let unset = |bench: &mut Bench| {
        let command = Psmo::UnsetFallbackAttribute(PsmoUnsetFallbackAttribute::default());
        match bench.psmo(vec![command]).as_slice() {
            [EuiccResultData::UnsetFallbackAttributeResult(code)] => *code,
            other => panic!("{other:?}"),
        }
    };
    let allowed = Metadata {
        fallback_allowed: Some(true),
        ..metadata(2)
    };
    let mut bench = Bench::with(false, [metadata(1), allowed]);
    assert_eq!(unset(&mut bench), Code::NO_FALLBACK_ATTRIBUTE);
    bench.psmo(vec![set_fallback(2), enable(2)]);
    assert_eq!(unset(&mut bench), Code::FALLBACK_PROFILE_ENABLED);
    bench.psmo(vec![enable(1)]);
    assert_eq!(unset(&mut bench), Code::OK);
    assert!(
        bench
            .card()
            .profiles()
            .iter()
            .all(|profile| !profile.fallback_attribute)
    );
}

#[test]
fn set_default_dp_address_sets_removes_and_refuses() {
    use Sgp32SetDefaultDpAddressResponseSetDefaultDpAddressResult as Code;
    let mut bench = Bench::new();
    let mut set = |address: &str| {
        let command = Psmo::SetDefaultDpAddress(Sgp32SetDefaultDpAddressRequest {
            default_dp_address: address.to_owned(),
            additions: Additions::none(),
        });
        let results = bench.psmo(vec![command]);
        let [EuiccResultData::SetDefaultDpAddressResult(result)] = results.as_slice() else {
            panic!("{results:?}");
        };
        let address = bench.card().state().default_dp_address.clone();
        (result.set_default_dp_address_result, address)
    };
    let kept = Some("dp.example.com".to_owned());
    assert_eq!(set("dp.example.com"), (Code::OK, kept.clone()));
    assert_eq!(set(&"a".repeat(256)), (Code::UNDEFINED_ERROR, kept));
    assert_eq!(set(""), (Code::OK, None));
}

#[test]
fn the_first_failure_ends_the_package() {
    let mut bench = Bench::new();
    assert_eq!(
        bench.psmo(vec![delete(2), disable(9), delete(3)]),
        [
            deleted(DeleteProfileResult::OK),
            disabled(DisableProfileResult::ICCID_OR_AID_NOT_FOUND),
        ]
    );
    assert_eq!(bench.card().profiles().len(), 2);
}

#[test]
fn unknown_and_damaged_commands_end_the_package_after_what_went_before() {
    let disable_1 = rsp::der::encode(&disable(1)).unwrap();
    let delete_2 = rsp::der::encode(&delete(2)).unwrap();
    let delete_2 = hex::encode(delete_2);
    let damaged = [
        // unknown, of the other list, and deleteEim's body in unsetFallbackAttribute
        format!("BF3F00{delete_2}"),
        format!("AB00{delete_2}"),
        format!("A906800465696D31{delete_2}"),
        // without its member, with a short iccid, with a member nobody knows
        format!("A300{delete_2}"),
        format!("A5035A0198{delete_2}"),
        format!("A603800101{delete_2}"),
        // cut off, and no TLV at all
        "A40C5A0A9800".to_owned(),
        "FF".to_owned(),
    ];
    for damaged in damaged {
        let mut bench = Bench::new();
        let damaged = hex::decode(damaged).unwrap();
        let commands = [disable_1.as_slice(), &damaged].concat();
        let request = bench.eim.request_with(0xA0, &commands);
        let eim = bench.eim.clone();
        assert_eq!(
            bench.result_of(&eim, &request).euicc_result,
            [
                disabled(DisableProfileResult::OK),
                terminated(Terminated::UNKNOWN_OR_DAMAGED_COMMAND)
            ]
        );
        assert_eq!(bench.card().profiles().len(), 3);
        assert_eq!(bench.card().profiles()[0].state, ProfileState::Disabled);
        assert_eq!(bench.card().state().eims.len(), 1);
    }
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
