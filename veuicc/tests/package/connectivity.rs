// SPDX-License-Identifier: MIT OR Apache-2.0
//! GetConnectivityParameters (SGP.32 §5.9.24): from the header of the enabled profile.

use crate::fixture::*;
use rsp::tlv::{self, Tag, Tlv};
use veuicc::ProfileState;

/// A profile whose header has these connectivityParameters.
fn with_parameters(n: u8, parameters: &str) -> Vec<u8> {
    let elements = elements(iccid(n));
    let (header, end) = Tlv::read(&elements).unwrap();
    let mut content = header.value.to_vec();
    tlv::write(
        &mut content,
        Tag::new(0x87),
        &hex::decode(parameters).unwrap(),
    );
    [tlv::tlv(Tag::new(0xA0), &content), end.to_vec()].concat()
}

/// A card with an enabled profile like that.
fn bench(parameters: &str) -> Bench {
    let mut bench = Bench::new();
    let package = with_parameters(4, parameters);
    bench.card().install_profile(&package, metadata(4)).unwrap();
    let enable = |state: &mut veuicc::State| {
        state.profiles[0].state = ProfileState::Disabled;
        state.profiles[3].state = ProfileState::Enabled;
    };
    bench.card().edit_state(enable).unwrap();
    bench
}

#[test]
fn parameters_for_http_come_from_the_enabled_profile() {
    let mut bench = bench("A0020102A10335010A");
    assert_eq!(bench.hex("BF5F00"), "bf5f07a005810335010a");
    bench.psmo(vec![enable(1)]);
    assert_eq!(bench.hex("BF5F00"), "bf5f03810101");
}

#[test]
fn parameters_of_another_form_are_told_as_they_are() {
    assert_eq!(
        bench("35010A4703616263").hex("BF5F00"),
        "bf5f0ca00a810835010a4703616263"
    );
}

#[test]
fn without_parameters_for_http_there_are_none() {
    assert_eq!(bench("A0020102").hex("BF5F00"), "bf5f03810101");
    let mut bench = Bench::new();
    assert_eq!(bench.hex("BF5F00"), "bf5f03810101");
    bench.psmo(vec![disable(1)]);
    assert_eq!(bench.hex("BF5F00"), "bf5f03810101");
}

#[test]
fn a_header_that_is_damaged_in_memory_is_an_undefined_error() {
    let mut bench = bench("A10335010A");
    let damage = |state: &mut veuicc::State| state.profiles[3].profile_elements.truncate(7);
    bench.card().edit_state(damage).unwrap();
    assert_eq!(bench.hex("BF5F00"), "bf5f0381017f");
}
