// SPDX-License-Identifier: MIT OR Apache-2.0
//! ExecuteFallbackMechanism (SGP.32 §5.9.20) and ReturnFromFallback (SGP.32 §5.9.21).

use crate::fixture::*;
use crate::psmo::{set_fallback, with_rules};
use rsp::sgp32::*;
use veuicc::{Event, Metadata};

fn execute(bench: &mut Bench) -> i64 {
    let response: ExecuteFallbackMechanismResponse =
        bench.es10(&ExecuteFallbackMechanismRequest::default());
    response.execute_fallback_mechanism_result.0
}

fn go_back(bench: &mut Bench) -> i64 {
    let response: ReturnFromFallbackResponse = bench.es10(&ReturnFromFallbackRequest::default());
    response.return_from_fallback_result.0
}

fn allowed(n: u8) -> Metadata {
    Metadata {
        fallback_allowed: Some(true),
        ..metadata(n)
    }
}

/// Profile 1 is enabled, 2 has the fallback attribute, 3 is another.
fn bench(toolkit: bool) -> Bench {
    let mut bench = Bench::with(toolkit, [metadata(1), allowed(2), metadata(3)]);
    bench.psmo(vec![set_fallback(2)]);
    bench
}

fn told(event: Event, n: u8) -> (Event, String) {
    (event, format!("n{n}.example.com"))
}

#[test]
fn fallback_and_back_are_notified_like_any_change() {
    let mut bench = bench(false);
    assert_eq!(execute(&mut bench), 0);
    assert_eq!(bench.enabled(), Some(2));
    let there = [told(Event::Disable, 1), told(Event::Enable, 2)];
    assert_eq!(bench.notifications(), there);
    bench.clear_pending();
    // the way back survives a reset
    bench.terminal.restart().unwrap();
    assert_eq!(go_back(&mut bench), 0);
    assert_eq!(bench.enabled(), Some(1));
    let back = [told(Event::Disable, 2), told(Event::Enable, 1)];
    assert_eq!(bench.notifications(), back);
    assert_eq!(go_back(&mut bench), 6);
}

#[test]
fn fallback_waits_for_refresh_where_it_is_wanted() {
    let mut bench = bench(true);
    let (response, status) = bench.raw(&hex::decode("BF5D038001FF").unwrap());
    assert_eq!(hex::encode(response), "bf5d03800100");
    assert_eq!(status.0 >> 8, 0x91, "{status}");
    assert_eq!(bench.enabled(), Some(1));
    assert_eq!(bench.hex("BF5E038001FF"), "bf5e03800105");
    // what is about to be enabled is not disabled any more
    assert_eq!(bench.hex("BF5D038001FF"), "bf5d03800102");
    bench.terminal.restart().unwrap();
    assert_eq!(bench.enabled(), Some(2));
    // without the flag it happens at once
    let (response, status) = bench.raw(&hex::decode("BF5E03800100").unwrap());
    assert_eq!(
        (hex::encode(response).as_str(), status.0),
        ("bf5e03800100", 0x9000)
    );
    assert_eq!(bench.enabled(), Some(1));
}

#[test]
fn policy_rules_do_not_keep_a_device_from_falling_back() {
    let held = with_rules(metadata(1), PPR1);
    let mut bench = Bench::with(false, [held, allowed(2)]);
    bench.psmo(vec![set_fallback(2)]);
    assert_eq!(execute(&mut bench), 0);
    assert_eq!(bench.enabled(), Some(2));
}

#[test]
fn fallback_codes() {
    let mut bench = Bench::new();
    assert_eq!(execute(&mut bench), 6);
    assert_eq!(go_back(&mut bench), 6);
    assert_eq!(bench.enabled(), Some(1));

    let mut busy = Bench::with(true, [metadata(1), metadata(2), allowed(3)]);
    busy.psmo(vec![set_fallback(3)]);
    busy.make_busy();
    assert_eq!(busy.hex("BF5D03800100"), "bf5d03800105");

    let mut bench = self::bench(false);
    bench.psmo(vec![disable(1)]);
    assert_eq!(execute(&mut bench), 7);
    bench.psmo(vec![enable(2)]);
    assert_eq!(execute(&mut bench), 2);
    assert_eq!(go_back(&mut bench), 6);

    let mut bench = Bench::configured(false, [metadata(1), allowed(2)], |config| {
        config.capabilities.fallback = false;
    });
    let attribute = |state: &mut veuicc::State| state.profiles[1].fallback_attribute = true;
    bench.card().edit_state(attribute).unwrap();
    assert_eq!(execute(&mut bench), 6);
}

#[test]
fn emergency_goes_before_fallback() {
    let emergency = Metadata {
        ecall_indication: Some(true),
        ..metadata(3)
    };
    let mut bench = Bench::with(false, [metadata(1), allowed(2), emergency]);
    bench.psmo(vec![set_fallback(2)]);
    assert_eq!(bench.hex("BF5B03800100"), "bf5b03800100");
    assert_eq!(execute(&mut bench), 104);
    assert_eq!(bench.hex("BF5C03800100"), "bf5c03800100");
    // out of fallback into emergency, and back into fallback
    assert_eq!(execute(&mut bench), 0);
    assert_eq!(bench.hex("BF5B03800100"), "bf5b03800100");
    assert_eq!(go_back(&mut bench), 7);
    assert_eq!(bench.hex("BF5C03800100"), "bf5c03800100");
    assert_eq!(bench.enabled(), Some(2));
    assert_eq!(go_back(&mut bench), 0);
    assert_eq!(bench.enabled(), Some(1));
}

#[test]
fn the_profile_to_return_to_is_kept_from_packages_only() {
    let mut bench = bench(false);
    assert_eq!(execute(&mut bench), 0);
    assert_eq!(
        bench.psmo(vec![delete(1)]),
        [deleted(DeleteProfileResult::RETURN_FALLBACK_PROFILE)]
    );
    assert_eq!(bench.hex("BF330C5A0A98000000000000000001"), "bf3303800100");
    assert_eq!(go_back(&mut bench), 7);
    assert_eq!(bench.enabled(), Some(2));
}

#[test]
fn another_profile_ends_fallback_unless_it_is_rolled_back() {
    let mut bench = bench(false);
    assert_eq!(execute(&mut bench), 0);
    bench.psmo(vec![enable_with_rollback(3)]);
    assert_eq!(go_back(&mut bench), 6);
    let response: ProfileRollbackResponse = bench.es10(&ProfileRollbackRequest::default());
    assert_eq!(response.cmd_result.0, 0);
    assert_eq!(bench.enabled(), Some(2));
    assert_eq!(go_back(&mut bench), 0);
    assert_eq!(bench.enabled(), Some(1));
}

#[test]
fn fallback_takes_the_right_to_roll_back_away() {
    for refresh in ["00", "FF"] {
        let mut bench = bench(false);
        bench.psmo(vec![enable_with_rollback(3)]);
        assert_eq!(bench.hex(&format!("BF5D038001{refresh}")), "bf5d03800100");
        assert_eq!(bench.hex("BF5803800100"), "bf5803020101");
    }
}
