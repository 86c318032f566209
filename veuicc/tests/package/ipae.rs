// SPDX-License-Identifier: MIT OR Apache-2.0
//! IpaeActivation (SGP.32 §3.8.4), and where a card says that it has an IPA.

use crate::fixture::*;
use rsp::sgp32::*;

fn mode(bench: &mut Bench) -> Option<IpaMode> {
    let info: Sgp32EuiccInfo2 = bench.es10(&rsp::sgp22::GetEuiccInfo2Request::default());
    info.ipa_mode
}

/// The template of the FCI that SGP.32 adds.
fn template(bench: &Bench) -> String {
    let fci = rsp::tlv::Tlv::only(bench.terminal.fci()).unwrap();
    let template = fci.child(rsp::tlv::Tag::new(0xE1)).unwrap();
    hex::encode(template.value)
}

#[test]
fn an_ipa_in_the_euicc_is_active_until_the_next_reset() {
    let mut bench = Bench::configured(false, [metadata(1)], |config| {
        config.capabilities.ipae = true;
    });
    assert_eq!(template(&bench), "800206c0");
    assert_eq!(mode(&mut bench), Some(IpaMode::IPAD));
    // nothing to be activated
    assert_eq!(bench.hex("BF4203800100"), "bf4203800101");
    assert_eq!(mode(&mut bench), Some(IpaMode::IPAD));
    assert_eq!(bench.hex("BF420480020780"), "bf4203800100");
    assert_eq!(mode(&mut bench), Some(IpaMode::IPAE));
    bench.terminal.restart().unwrap();
    assert_eq!(mode(&mut bench), Some(IpaMode::IPAD));
    bench.psmo(vec![disable(1)]);
    bench.terminal.restart().unwrap();
    assert_eq!(template(&bench), "80020780");
}

#[test]
fn a_card_without_one_says_so() {
    let mut bench = Bench::new();
    assert_eq!(template(&bench), "80020640");
    assert_eq!(bench.hex("BF420480020780"), "bf4203800101");
    assert_eq!(mode(&mut bench), Some(IpaMode::IPAD));
}

#[test]
fn euicc_info_tells_what_is_supported() {
    let supported = |bench: &mut Bench| {
        let info: Sgp32EuiccInfo2 = bench.es10(&rsp::sgp22::GetEuiccInfo2Request::default());
        let iot = info.iot_specific_info.unwrap();
        let test = RspCapability::TEST_PROFILE_SUPPORT;
        [
            iot.ecall_supported.is_some(),
            iot.fallback_supported.is_some(),
            info.rsp_capability.has(test),
        ]
    };
    assert_eq!(supported(&mut Bench::new()), [true; 3]);
    let mut bench = Bench::configured(false, [metadata(1)], |config| {
        config.capabilities.ecall = false;
        config.capabilities.fallback = false;
        config.capabilities.test_profiles = false;
    });
    assert_eq!(supported(&mut bench), [false; 3]);
}
