// SPDX-License-Identifier: MIT OR Apache-2.0
//! EuiccMemoryReset (SGP.32 §5.9.5) and eUICCMemoryReset (SGP.22 §5.7.19): each option, each result,
//! and what else goes with it.

use crate::fixture::*;
use crate::psmo::with_rules;
use rsp::sgp32::*;
use veuicc::{Event, Metadata, ProfileClass};

fn class(metadata: Metadata, profile_class: ProfileClass) -> Metadata {
    Metadata {
        profile_class,
        ..metadata
    }
}

/// One profile of each kind: operational 1 (enabled) and 2, provisioning 3, test 4, and test 5 from
/// the factory.
fn bench(toolkit: bool) -> Bench {
    let profiles = [
        with_rules(metadata(1), PPR1),
        with_rules(metadata(2), PPR2),
        class(metadata(3), ProfileClass::Provisioning),
        class(metadata(4), ProfileClass::Test),
        class(metadata(5), ProfileClass::Test),
    ];
    let mut bench = Bench::with(toolkit, profiles);
    let pre_load = |state: &mut veuicc::State| state.profiles[4].pre_loaded = true;
    bench.card().edit_state(pre_load).unwrap();
    bench
}

/// BF64 with these bits; what the results are, absent ones as -1.
fn reset(bench: &mut Bench, bits: &[usize]) -> [i64; 3] {
    let response: Sgp32EuiccMemoryResetResponse = bench.es10(&Sgp32EuiccMemoryResetRequest {
        reset_options: Sgp32EuiccMemoryResetRequestResetOptions::of(bits),
        ..Default::default()
    });
    [
        response.reset_result.0,
        response.reset_eim_result.map_or(-1, |result| result.0),
        response
            .reset_immediate_enable_config_result
            .map_or(-1, |result| result.0),
    ]
}

fn remaining(bench: &mut Bench) -> Vec<u8> {
    let profiles = bench.card().profiles().iter();
    profiles.map(|profile| profile.metadata.iccid[9]).collect()
}

#[test]
fn each_option_deletes_the_profiles_of_its_class() {
    for (bit, left) in [
        (0, [3, 4, 5].as_slice()),
        (1, &[1, 2, 3, 5]),
        (3, &[1, 2, 3, 4]),
        (4, &[1, 2, 4, 5]),
    ] {
        let mut bench = bench(false);
        let free = bench.free_memory();
        assert_eq!(reset(&mut bench, &[bit]), [0, -1, -1], "bit {bit}");
        assert_eq!(remaining(&mut bench), left, "bit {bit}");
        let deleted = (1..=5).filter(|n| !left.contains(n));
        let told: Vec<_> = deleted
            .map(|n| (Event::Delete, format!("n{n}.example.com")))
            .collect();
        assert_eq!(bench.notifications(), told, "bit {bit}");
        assert!(bench.free_memory() > free);
        assert_eq!(reset(&mut bench, &[bit]), [1, -1, -1], "bit {bit}");
        assert_eq!(bench.card().state().eims.len(), 1);
    }
}

#[test]
fn the_enabled_profile_goes_whatever_its_rules_and_the_terminal_is_told() {
    let mut bench = bench(true);
    let (response, status) = bench.raw(&hex::decode("BF640482020780").unwrap());
    assert_eq!(hex::encode(response), "bf6403800100");
    assert_eq!(status.0 >> 8, 0x91, "{status}");
    assert_eq!(bench.enabled(), None);
    bench.terminal.restart().unwrap();
    assert_eq!(bench.enabled(), None);
    // a profile that is not enabled goes silently
    let mut bench = bench_with_two();
    let (_, status) = bench.raw(&hex::decode("BF640482020308").unwrap());
    assert_eq!(status.0, 0x9000);
}

fn bench_with_two() -> Bench {
    let provisioning = class(metadata(2), ProfileClass::Provisioning);
    Bench::with(true, [metadata(1), provisioning])
}

#[test]
fn a_deleted_test_profile_gives_way_to_what_it_set_aside() {
    let test = class(metadata(2), ProfileClass::Test);
    let mut bench = Bench::with(false, [metadata(1), test]);
    bench.psmo(vec![enable(2)]);
    assert_eq!(reset(&mut bench, &[1]), [0, -1, -1]);
    assert_eq!(bench.enabled(), Some(1));
    assert_eq!(remaining(&mut bench), [1]);
}

#[test]
fn the_default_address_goes_back_to_what_the_card_was_made_with() {
    let mut bench = Bench::configured(false, [metadata(1)], |config| {
        config.default_dp_address = Some("initial.example.com".to_owned());
    });
    assert_eq!(reset(&mut bench, &[2]), [1, -1, -1]);
    let other = |state: &mut veuicc::State| state.default_dp_address = None;
    bench.card().edit_state(other).unwrap();
    assert_eq!(reset(&mut bench, &[2]), [0, -1, -1]);
    let address = bench.card().state().default_dp_address.clone();
    assert_eq!(address.as_deref(), Some("initial.example.com"));
}

#[test]
fn eim_configuration_is_reset_and_the_card_can_be_associated_anew() {
    let mut bench = Bench::new();
    let token = bench.eim.token;
    let old = bench.eim.package(EuiccPackage::PsmoList(vec![enable(2)]));
    let old = bench.eim.request(old);
    bench.psmo(vec![enable_with_rollback(3)]);
    assert_eq!(reset(&mut bench, &[5]), [0, 0, -1]);
    assert_eq!(bench.card().state().eims, []);
    assert_eq!(bench.card().state().rollback, None);
    assert_eq!(reset(&mut bench, &[5]), [0, 1, -1]);
    // the result of the last package still waits
    assert_eq!(bench.results().len(), 1);

    bench.eim.counter = 0;
    let mut configuration = bench.eim.configuration();
    configuration.association_token = Some(-1);
    let added = bench.add_initial_eim(vec![configuration]);
    let next = AddInitialEimResponseAddInitialEimOk::AssociationToken(token.unwrap() + 1);
    assert_eq!(added, AddInitialEimResponse::AddInitialEimOk(vec![next]));
    let refused = bench.load(&old);
    assert!(
        matches!(refused, EuiccPackageResult::EuiccPackageErrorUnsigned(_)),
        "{refused:?}"
    );
}

#[test]
fn immediate_enabling_is_switched_off() {
    let mut bench = Bench::new();
    bench
        .card()
        .edit_state(|state| {
            state.immediate_enable = Some(veuicc::ImmediateEnable {
                default_smdp_oid: None,
                default_smdp_address: None,
            });
        })
        .unwrap();
    assert_eq!(reset(&mut bench, &[6]), [0, -1, 0]);
    assert_eq!(bench.card().state().immediate_enable, None);
    assert_eq!(reset(&mut bench, &[5, 6]), [0, 0, 0]);
}

#[test]
fn a_card_need_not_support_the_options_of_sgp_32() {
    let mut bench = Bench::configured(false, [metadata(1)], |config| {
        config.capabilities.eim_reset = false;
        config.capabilities.immediate_enable_reset = false;
    });
    assert_eq!(reset(&mut bench, &[5, 6]), [0, 2, 1]);
    assert_eq!(bench.card().state().eims.len(), 1);
}

#[test]
fn an_option_of_sgp_32_that_fails_says_so_beside_the_others() {
    let mut bench = bench(false);
    for option in ["resetEimConfigData", "resetImmediateEnableConfig"] {
        bench.card().arm_failure(option);
    }
    assert_eq!(reset(&mut bench, &[0, 5, 6]), [0, 127, 127]);
    assert_eq!(bench.card().state().eims.len(), 1);
    assert_eq!(bench.card().profiles().len(), 3);
}

#[test]
fn no_option_resets_nothing() {
    let mut bench = bench(false);
    assert_eq!(reset(&mut bench, &[]), [1, -1, -1]);
    assert_eq!(remaining(&mut bench), [1, 2, 3, 4, 5]);
}

#[test]
fn while_refresh_waits_nothing_is_reset() {
    let mut bench = Bench::with(true, [metadata(1), metadata(2)]);
    bench.make_busy();
    assert_eq!(bench.hex("BF6404820201FE"), "bf6403800105");
    assert_eq!(bench.hex("BF340482020780"), "bf3403800105");
    assert_eq!(remaining(&mut bench), [1, 2]);
    assert_eq!(bench.card().state().eims.len(), 1);
}

#[test]
fn while_the_emergency_profile_is_enabled_nothing_is_reset() {
    let emergency = Metadata {
        ecall_indication: Some(true),
        ..metadata(1)
    };
    let mut bench = Bench::with(false, [emergency, metadata(2)]);
    assert_eq!(reset(&mut bench, &[0, 1, 2, 3, 4, 5, 6]), [104, -1, -1]);
    assert_eq!(bench.hex("BF340482020780"), "bf340380017f");
    assert_eq!(remaining(&mut bench), [1, 2]);
    assert_eq!(bench.card().state().eims.len(), 1);
}

#[test]
fn a_reset_ends_the_right_to_roll_back_and_fallback() {
    let allowed = Metadata {
        fallback_allowed: Some(true),
        ..class(metadata(2), ProfileClass::Provisioning)
    };
    let mut bench = Bench::with(false, [metadata(1), allowed, metadata(3)]);
    bench.psmo(vec![crate::psmo::set_fallback(2)]);
    assert_eq!(bench.hex("BF5D03800100"), "bf5d03800100");
    assert_eq!(reset(&mut bench, &[4]), [0, -1, -1]);
    assert_eq!(bench.hex("BF5E03800100"), "bf5e03800106");
    bench.psmo(vec![enable(1)]);
    bench.psmo(vec![enable_with_rollback(3)]);
    assert!(bench.card().state().rollback.is_some());
    assert_eq!(reset(&mut bench, &[0]), [0, -1, -1]);
    assert_eq!(bench.hex("BF5803800100"), "bf5803020101");
}

#[test]
fn the_form_of_es10c_has_the_options_of_sgp_22_only() {
    let mut bench = bench(false);
    // bits 5 and 6 mean nothing here
    assert_eq!(bench.hex("BF340482020106"), "bf3403800101");
    assert_eq!(bench.card().state().eims.len(), 1);
    assert_eq!(bench.hex("BF340482020780"), "bf3403800100");
    assert_eq!(remaining(&mut bench), [3, 4, 5]);
    assert_eq!(bench.hex("BF340482020358"), "bf3403800100");
    assert!(remaining(&mut bench).is_empty());
}
