// SPDX-License-Identifier: MIT OR Apache-2.0
//! disable (SGP.32 §5.13.2) and delete (SGP.32 §5.13.3): their result codes.

use super::with_rules;
use crate::fixture::*;
use rsp::sgp32::*;
use veuicc::{Event, Metadata, ProfileClass};

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

#[test]
fn disabling_a_test_profile_enables_what_it_set_aside() {
    let test = Metadata {
        profile_class: ProfileClass::Test,
        ..metadata(2)
    };
    let mut bench = Bench::with(false, [metadata(1), test]);
    bench.psmo(vec![enable(2)]);
    bench.clear_pending();
    assert_eq!(
        bench.psmo(vec![disable(2)]),
        [disabled(DisableProfileResult::OK)]
    );
    assert_eq!(bench.enabled(), Some(1));
    let told = |event, n| (event, format!("n{n}.example.com"));
    assert_eq!(
        bench.notifications(),
        [told(Event::Disable, 2), told(Event::Enable, 1)]
    );
}
