// SPDX-License-Identifier: MIT OR Apache-2.0
//! The list of commands: its order, its end, and what cannot be read.

use crate::fixture::*;
use rsp::sgp32::*;
use veuicc::ProfileState;

use EuiccResultDataProcessingTerminated as Terminated;

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
