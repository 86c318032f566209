// SPDX-License-Identifier: MIT OR Apache-2.0
//! ES10c: GetProfilesInfo, EnableProfile, DisableProfile, DeleteProfile, SetNickname.

use crate::fixture::*;
use rsp::raw::Additions;
use rsp::sgp22::*;
use rsp::sgp32::{Sgp32ProfileInfo, Sgp32ProfileInfoListError, Sgp32ProfileInfoListResponse};
use veuicc::{Event, Metadata, Operator, ProfileClass as Class};

fn info(
    bench: &mut Bench,
    search_criteria: Option<ProfileInfoListRequestSearchCriteria>,
    tags: Option<&str>,
) -> Sgp32ProfileInfoListResponse {
    bench.es10(&ProfileInfoListRequest {
        search_criteria,
        tag_list: tags.map(|tags| hex::decode(tags).unwrap().into()),
        additions: Additions::none(),
    })
}

#[track_caller]
fn ok(response: Sgp32ProfileInfoListResponse) -> Vec<Sgp32ProfileInfo> {
    match response {
        Sgp32ProfileInfoListResponse::ProfileInfoListOk(list) => list,
        other => panic!("expected profileInfoListOk, got {other:?}"),
    }
}

fn names(list: &[Sgp32ProfileInfo]) -> Vec<&str> {
    list.iter()
        .filter_map(|info| info.profile_name.as_deref())
        .collect()
}

#[test]
fn profiles_are_found_by_each_criterion() {
    use ProfileInfoListRequestSearchCriteria as Criteria;
    let test = Metadata {
        profile_class: Class::Test,
        ..metadata(2)
    };
    let mut bench = Bench::with(false, [metadata(1), test, metadata(3)]);
    let aid = bench.card().profiles()[2].aid.clone();
    assert_eq!(
        names(&ok(info(&mut bench, None, None))),
        ["Profile 1", "Profile 2", "Profile 3"]
    );
    let mut find = |criteria| {
        let list = ok(info(&mut bench, Some(criteria), None));
        names(&list).join(", ")
    };
    assert_eq!(find(Criteria::IsdpAid(aid.into())), "Profile 3");
    assert_eq!(find(Criteria::Iccid(wire_iccid(1))), "Profile 1");
    assert_eq!(find(Criteria::Iccid(wire_iccid(9))), "");
    assert_eq!(
        find(Criteria::ProfileClass(ProfileClass::TEST)),
        "Profile 2"
    );
    assert_eq!(
        find(Criteria::ProfileClass(ProfileClass::OPERATIONAL)),
        "Profile 1, Profile 3"
    );
}

/// A profile that has everything there is to tell.
fn rich() -> Metadata {
    Metadata {
        icon_type: Some(1),
        icon: Some(vec![1, 2, 3]),
        profile_owner: Some(Operator {
            mcc_mnc: vec![0x62, 0xF2, 0x10],
            gid1: None,
            gid2: None,
        }),
        profile_policy_rules: Some(PPR2),
        service_specific_data_stored_in_euicc: Some(
            hex::decode("BF220B300980028837A103020107").unwrap(),
        ),
        ecall_indication: Some(false),
        fallback_allowed: Some(true),
        ..metadata(1)
    }
}

#[test]
fn a_tag_list_chooses_the_members() {
    let mut bench = Bench::with(false, [rich()]);
    bench
        .card()
        .edit_state(|state| {
            state.profiles[0].nickname = Some("Nick".to_owned());
            state.profiles[0].fallback_attribute = true;
            state.profiles[0].dp_proprietary_data = Some(hex::decode("B80480028837").unwrap());
        })
        .unwrap();
    let tags = [
        "5A", "4F", "9F70", "90", "91", "92", "93", "94", "95", "B6", "B7", "B8", "99", "BF22",
        "9F7B", "9F26", "9F67", "BF64",
    ];
    let members = |bench: &mut Bench, tags: Option<&str>| -> Vec<String> {
        let request = ProfileInfoListRequest {
            tag_list: tags.map(|tags| hex::decode(tags).unwrap().into()),
            ..Default::default()
        };
        let response = bench
            .terminal
            .es10(&rsp::der::encode(&request).unwrap())
            .unwrap();
        let response = rsp::tlv::Tlv::only(&response).unwrap();
        let list = response.children().next().unwrap().unwrap();
        let profile = list.children().next().unwrap().unwrap();
        profile
            .children()
            .map(|member| format!("{:X}", member.unwrap().tag.octets()))
            .collect()
    };
    for tag in tags {
        assert_eq!(members(&mut bench, Some(tag)), [tag]);
    }
    assert_eq!(members(&mut bench, Some(&tags.concat())), tags);
    let default = [
        "5A", "4F", "9F70", "90", "91", "92", "93", "94", "95", "9F7B", "9F26", "9F67",
    ];
    assert_eq!(members(&mut bench, None), default);
    // a tag of a later version asks nothing
    assert_eq!(members(&mut bench, Some("5A9F25")), ["5A"]);
}

#[test]
fn filters_that_make_no_sense_are_incorrect_input_values() {
    use ProfileInfoListRequestSearchCriteria as Criteria;
    let incorrect = Sgp32ProfileInfoListResponse::ProfileInfoListError(
        Sgp32ProfileInfoListError::INCORRECT_INPUT_VALUES,
    );
    let mut bench = Bench::new();
    let short = Criteria::Iccid(vec![0x98].into());
    assert_eq!(info(&mut bench, Some(short), None), incorrect);
    let class = Criteria::ProfileClass(ProfileClass(3));
    assert_eq!(info(&mut bench, Some(class), None), incorrect);
    assert_eq!(info(&mut bench, None, Some("5A9F")), incorrect);
    let response = bench
        .terminal
        .es10(&hex::decode("BF2D05A003810101").unwrap())
        .unwrap();
    assert_eq!(hex::encode(response), "bf2d03810101");
}

fn enable(bench: &mut Bench, n: u8, refresh_flag: bool) -> i64 {
    let response: EnableProfileResponse = bench.es10(&EnableProfileRequest {
        profile_identifier: EnableProfileRequestProfileIdentifier::Iccid(wire_iccid(n)),
        refresh_flag,
        target_esim_port: None,
        additions: Additions::none(),
    });
    response.enable_result.0
}

fn disable(bench: &mut Bench, n: u8) -> i64 {
    let response: DisableProfileResponse = bench.es10(&DisableProfileRequest {
        profile_identifier: DisableProfileRequestProfileIdentifier::Iccid(wire_iccid(n)),
        refresh_flag: false,
        additions: Additions::none(),
    });
    response.disable_result.0
}

fn delete(bench: &mut Bench, n: u8) -> i64 {
    let response: DeleteProfileResponse = bench.es10(&DeleteProfileRequest::Iccid(wire_iccid(n)));
    response.delete_result.0
}

#[test]
fn profiles_are_switched_and_deleted_with_their_notifications() {
    for toolkit in [false, true] {
        let mut bench = Bench::with(toolkit, [metadata(1), metadata(2)]);
        assert_eq!(enable(&mut bench, 2, true), 0);
        assert_eq!(bench.enabled(), Some(2));
        assert_eq!(disable(&mut bench, 2), 0);
        assert_eq!(bench.enabled(), None);
        assert_eq!(delete(&mut bench, 2), 0);
        let told: Vec<_> = bench.notifications();
        let expected = [
            (Event::Disable, 1),
            (Event::Enable, 2),
            (Event::Disable, 2),
            (Event::Delete, 2),
        ];
        assert_eq!(
            told,
            expected.map(|(event, n)| (event, format!("n{n}.example.com")))
        );
    }
}

#[test]
fn profiles_are_named_by_aid_as_well() {
    let mut bench = Bench::new();
    let aid = |bench: &mut Bench, n: usize| bench.card().profiles()[n].aid.clone();
    let (first, second) = (aid(&mut bench, 0), aid(&mut bench, 1));
    let response: EnableProfileResponse = bench.es10(&EnableProfileRequest {
        profile_identifier: EnableProfileRequestProfileIdentifier::IsdpAid(second.into()),
        refresh_flag: false,
        target_esim_port: None,
        additions: Additions::none(),
    });
    assert_eq!(response.enable_result.0, 0);
    assert_eq!(bench.enabled(), Some(2));
    let response: DeleteProfileResponse = bench.es10(&DeleteProfileRequest::IsdpAid(first.into()));
    assert_eq!(response.delete_result.0, 0);
    assert_eq!(bench.card().profiles().len(), 2);
}

#[test]
fn refusals_have_their_codes() {
    let rules = |n, rules| Metadata {
        profile_policy_rules: Some(rules),
        ..metadata(n)
    };
    let mut bench = Bench::with(false, [rules(1, PPR1), rules(2, PPR2)]);
    assert_eq!(enable(&mut bench, 9, false), 1);
    assert_eq!(enable(&mut bench, 1, false), 2);
    assert_eq!(enable(&mut bench, 2, false), 3);
    assert_eq!(disable(&mut bench, 9), 1);
    assert_eq!(disable(&mut bench, 2), 2);
    assert_eq!(disable(&mut bench, 1), 3);
    assert_eq!(delete(&mut bench, 9), 1);
    assert_eq!(delete(&mut bench, 1), 2);
    assert_eq!(delete(&mut bench, 2), 3);
    assert_eq!(bench.notifications(), []);
    assert_eq!(bench.enabled(), Some(1));
}

#[test]
fn a_test_profile_is_enabled_beside_ppr1() {
    let held = Metadata {
        profile_policy_rules: Some(PPR1),
        ..metadata(1)
    };
    let test = Metadata {
        profile_class: Class::Test,
        ..metadata(2)
    };
    let mut bench = Bench::with(false, [held, test]);
    assert_eq!(enable(&mut bench, 2, false), 0);
    assert_eq!(bench.enabled(), Some(2));
}

#[test]
fn behind_a_test_profile_waits_the_profile_it_set_aside() {
    let test = |n| Metadata {
        profile_class: Class::Test,
        ..metadata(n)
    };
    let mut bench = Bench::with(false, [metadata(1), test(2), test(3), metadata(4)]);
    assert_eq!(enable(&mut bench, 2, false), 0);
    assert_eq!(enable(&mut bench, 4, false), 4);
    // another test profile may take over, but nothing else
    assert_eq!(enable(&mut bench, 3, false), 0);
    assert_eq!(enable(&mut bench, 4, false), 4);
    bench.clear_pending();
    assert_eq!(disable(&mut bench, 3), 0);
    assert_eq!(bench.enabled(), Some(1));
    let told = |event, n| (event, format!("n{n}.example.com"));
    let expected = [told(Event::Disable, 3), told(Event::Enable, 1)];
    assert_eq!(bench.notifications(), expected);
    // once it is back, any other may follow
    assert_eq!(enable(&mut bench, 4, false), 0);
    assert_eq!(enable(&mut bench, 2, false), 0);
    assert_eq!(enable(&mut bench, 4, false), 0);
}

#[test]
fn nothing_waits_behind_a_test_profile_that_set_nothing_aside() {
    let test = |n| Metadata {
        profile_class: Class::Test,
        ..metadata(n)
    };
    let mut bench = Bench::with(false, [metadata(1), test(2), metadata(3)]);
    assert_eq!(disable(&mut bench, 1), 0);
    assert_eq!(enable(&mut bench, 2, false), 0);
    assert_eq!(enable(&mut bench, 3, false), 0);
    // or whose profile is gone
    assert_eq!(enable(&mut bench, 2, false), 0);
    assert_eq!(delete(&mut bench, 3), 0);
    assert_eq!(disable(&mut bench, 2), 0);
    assert_eq!(bench.enabled(), None);
}

#[test]
fn while_refresh_waits_the_card_is_busy_and_tells_no_list() {
    let mut bench = Bench::with(true, [metadata(1), metadata(2), metadata(3)]);
    let enable = |n: u8| format!("BF3111A00C5A0A9800000000000000{n:04X}8101FF");
    assert_eq!(bench.hex(&enable(2)), "bf3103800100");
    assert_eq!(bench.enabled(), Some(1));
    assert_eq!(bench.hex(&enable(3)), "bf3103800105");
    let disable = "BF3211A00C5A0A980000000000000000028101FF";
    assert_eq!(bench.hex(disable), "bf3203800105");
    assert_eq!(bench.hex("BF2D00"), "bf2d0381010b");
    // what is to be enabled cannot be deleted
    assert_eq!(bench.hex("BF330C5A0A98000000000000000002"), "bf3303800102");
    bench.terminal.restart().unwrap();
    assert_eq!(bench.enabled(), Some(2));
    assert_eq!(names(&ok(info(&mut bench, None, None))).len(), 3);
}

#[test]
fn a_nickname_is_set_and_removed() {
    let mut bench = Bench::new();
    let mut set = |n: u8, nickname: &str| {
        let response: SetNicknameResponse = bench.es10(&SetNicknameRequest {
            iccid: wire_iccid(n),
            profile_nickname: nickname.to_owned(),
            additions: Additions::none(),
        });
        (
            response.set_nickname_result.0,
            bench.card().profiles()[0].nickname.clone(),
        )
    };
    assert_eq!(set(1, "Nick"), (0, Some("Nick".to_owned())));
    assert_eq!(set(9, "Nobody"), (1, Some("Nick".to_owned())));
    assert_eq!(set(1, &"a".repeat(65)), (127, Some("Nick".to_owned())));
    assert_eq!(set(1, ""), (0, None));
}
