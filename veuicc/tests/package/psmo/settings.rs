// SPDX-License-Identifier: MIT OR Apache-2.0
//! configureImmediateEnable, setFallbackAttribute, unsetFallbackAttribute, setDefaultDpAddress.

use super::set_fallback;
use crate::fixture::*;
use rsp::raw::Additions;
use rsp::sgp32::*;
use veuicc::Metadata;

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
fn configure_immediate_enable_needs_memory_and_support() {
    use ConfigureImmediateEnableResult as Code;
    let configure = |address: &str| {
        Psmo::ConfigureImmediateEnable(PsmoConfigureImmediateEnable {
            immediate_enable_flag: Some(()),
            default_smdp_address: Some(address.to_owned()),
            ..Default::default()
        })
    };
    let result = EuiccResultData::ConfigureImmediateEnableResult;
    let mut bench = Bench::new();
    let free = bench.free_memory();
    // all but ten bytes are taken by the profile
    bench
        .card()
        .edit_state(|state| {
            state.profiles[0]
                .profile_elements
                .extend(vec![0; free - 10])
        })
        .unwrap();
    assert_eq!(
        bench.psmo(vec![configure("dp.example.com")]),
        [result(Code::INSUFFICIENT_MEMORY)]
    );
    assert_eq!(bench.psmo(vec![configure("dp.test")]), [result(Code::OK)]);
    assert_eq!(bench.free_memory(), 2);
    assert_eq!(bench.psmo(vec![configure("dp2.test")]), [result(Code::OK)]);

    let mut bench = Bench::configured(false, [metadata(1)], |config| {
        config.capabilities.immediate_enable = false;
    });
    assert_eq!(
        bench.psmo(vec![configure("dp.test")]),
        [result(Code::COMMAND_ERROR)]
    );
}

#[test]
fn without_the_fallback_mechanism_there_is_no_attribute() {
    let allowed = Metadata {
        fallback_allowed: Some(true),
        ..metadata(2)
    };
    let mut bench = Bench::configured(false, [metadata(1), allowed], |config| {
        config.capabilities.fallback = false;
    });
    assert_eq!(
        bench.psmo(vec![set_fallback(2)]),
        [EuiccResultData::SetFallbackAttributeResult(
            SetFallbackAttributeResult::FALLBACK_NOT_ALLOWED
        )]
    );
    assert_eq!(
        bench.psmo(vec![Psmo::UnsetFallbackAttribute(
            PsmoUnsetFallbackAttribute::default()
        )]),
        [EuiccResultData::UnsetFallbackAttributeResult(
            UnsetFallbackAttributeResult::COMMAND_ERROR
        )]
    );
}
