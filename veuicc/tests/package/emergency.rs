// SPDX-License-Identifier: MIT OR Apache-2.0
//! EnableEmergencyProfile (SGP.32 §5.9.22), DisableEmergencyProfile (SGP.32 §5.9.23), and what an
//! enabled Emergency Profile keeps from happening.

use crate::fixture::*;
use rsp::sgp32::*;
use veuicc::Metadata;

/// Profile 1 is enabled, 2 is the Emergency Profile, 3 is another.
fn profiles() -> [Metadata; 3] {
    let emergency = Metadata {
        ecall_indication: Some(true),
        ..metadata(2)
    };
    [metadata(1), emergency, metadata(3)]
}

fn start(bench: &mut Bench) -> i64 {
    let response: EnableEmergencyProfileResponse =
        bench.es10(&EnableEmergencyProfileRequest::default());
    response.enable_emergency_profile_result.0
}

fn end(bench: &mut Bench) -> i64 {
    let response: DisableEmergencyProfileResponse =
        bench.es10(&DisableEmergencyProfileRequest::default());
    response.disable_emergency_profile_result.0
}

#[test]
fn an_emergency_is_not_notified_and_ends_where_it_began() {
    let mut bench = Bench::with(false, profiles());
    assert_eq!(start(&mut bench), 0);
    assert_eq!(bench.enabled(), Some(2));
    bench.terminal.restart().unwrap();
    assert_eq!(bench.enabled(), Some(2));
    assert_eq!(end(&mut bench), 0);
    assert_eq!(bench.enabled(), Some(1));
    assert_eq!(bench.notifications(), []);
}

#[test]
fn an_emergency_out_of_nothing_ends_in_nothing() {
    let mut bench = Bench::with(false, profiles());
    bench.psmo(vec![disable(1)]);
    assert_eq!(start(&mut bench), 0);
    assert_eq!(end(&mut bench), 0);
    assert_eq!(bench.enabled(), None);
}

#[test]
fn emergency_codes() {
    let mut bench = Bench::new();
    assert_eq!(start(&mut bench), 8);
    assert_eq!(end(&mut bench), 2);

    let mut bench = Bench::with(false, profiles());
    assert_eq!(end(&mut bench), 2);
    assert_eq!(start(&mut bench), 0);
    assert_eq!(start(&mut bench), 2);

    let mut bench = Bench::configured(false, profiles(), |config| {
        config.capabilities.ecall = false;
    });
    assert_eq!(start(&mut bench), 8);
    // an ordinary profile on such a card
    let ok = EnableProfileResult::OK;
    assert_eq!(bench.psmo(vec![enable(2)]), [enabled(ok)]);
    assert_eq!(bench.psmo(vec![enable(1)]), [enabled(ok)]);
}

#[test]
fn the_change_waits_for_refresh_where_it_is_wanted() {
    let mut bench = Bench::with(true, profiles());
    let (response, status) = bench.raw(&hex::decode("BF5B038001FF").unwrap());
    assert_eq!(hex::encode(response), "bf5b03800100");
    assert_eq!(status.0 >> 8, 0x91, "{status}");
    assert_eq!(bench.enabled(), Some(1));
    assert_eq!(bench.hex("BF5C038001FF"), "bf5c03800105");
    let package = bench.eim.package(EuiccPackage::PsmoList(vec![disable(1)]));
    assert_eq!(bench.error(package), EuiccPackageErrorCode::ECALL_ACTIVE);
    bench.terminal.restart().unwrap();
    assert_eq!(bench.enabled(), Some(2));
    let (_, status) = bench.raw(&hex::decode("BF5C038001FF").unwrap());
    assert_eq!(status.0 >> 8, 0x91, "{status}");
    assert_eq!(bench.hex("BF5B038001FF"), "bf5b03800105");
    bench.terminal.restart().unwrap();
    assert_eq!(bench.enabled(), Some(1));
}

#[test]
fn an_emergency_keeps_out_what_would_end_it() {
    let mut bench = Bench::with(false, profiles());
    assert_eq!(start(&mut bench), 0);
    let package = bench.eim.package(EuiccPackage::PsmoList(vec![enable(1)]));
    assert_eq!(bench.error(package), EuiccPackageErrorCode::ECALL_ACTIVE);
    let package = bench.eim.package(EuiccPackage::EcoList(vec![Eco::ListEim(
        EcoListEim::default(),
    )]));
    assert_eq!(bench.error(package), EuiccPackageErrorCode::ECALL_ACTIVE);
    let iccid = |n: u8| format!("5A0A9800000000000000{n:04X}");
    let enable = |n| format!("BF3111A00C{}810100", iccid(n));
    let disable = |n| format!("BF3211A00C{}810100", iccid(n));
    assert_eq!(bench.hex(&enable(1)), "bf3103800103");
    assert_eq!(bench.hex(&enable(2)), "bf3103800102");
    assert_eq!(bench.hex(&disable(2)), "bf3203800103");
    let delete = format!("BF330C{}", iccid(3));
    assert_eq!(bench.hex(&delete), "bf3303800103");
    assert_eq!(bench.enabled(), Some(2));
    assert_eq!(bench.card().profiles().len(), 3);
    // and its own functions are the only way in
    assert_eq!(end(&mut bench), 0);
    assert_eq!(bench.hex(&enable(2)), "bf3103800103");
}

#[test]
fn an_emergency_takes_the_right_to_roll_back_away() {
    for refresh in ["00", "FF"] {
        let mut bench = Bench::with(false, profiles());
        bench.psmo(vec![enable_with_rollback(3)]);
        assert_eq!(bench.hex(&format!("BF5B038001{refresh}")), "bf5b03800100");
        assert_eq!(end(&mut bench), 0);
        assert_eq!(bench.enabled(), Some(3));
        assert_eq!(bench.hex("BF5803800100"), "bf5803020101");
    }
}

/// A store that takes nothing.
struct Full;

impl veuicc::Store for Full {
    fn save(&mut self, _: &veuicc::State) -> Result<(), veuicc::StoreError> {
        Err(veuicc::StoreError::File {
            path: "full".into(),
            source: std::io::Error::other("no space"),
        })
    }
}

#[test]
fn what_cannot_be_kept_did_not_happen_and_is_not_announced() {
    let mut bench = Bench::with(true, profiles());
    let state = bench.card().state().clone();
    bench.insert(state, Some(Box::new(Full)));
    let (response, status) = bench.raw(&hex::decode("BF5B038001FF").unwrap());
    assert_eq!(
        (hex::encode(response).as_str(), status.0),
        ("bf5b0380017f", 0x9000)
    );
    assert_eq!(bench.enabled(), Some(1));
    assert_eq!(bench.hex("BF640482020780"), "bf640380017f");
    assert_eq!(bench.card().profiles().len(), 3);
}
