// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the typed codec decodes, it writes to bytes that decode to the same value.

#![no_main]

use libfuzzer_sys::fuzz_target;
use rsp::der::{decode, encode};
use rsp::{pe, sgp22, sgp32, sgp32_v1_0};

fn again<T: rasn::Decode + rasn::Encode + PartialEq + std::fmt::Debug>(bytes: &[u8]) {
    let Ok(value) = decode::<T>(bytes) else {
        return;
    };
    let written = encode(&value).expect("what was decoded has an encoding");
    assert_eq!(decode::<T>(&written).as_ref(), Ok(&value), "{written:02X?}");
}

macro_rules! types {
    ($($module:ident { $($name:ident)* })*) => { &[$($(again::<$module::$name>),*),*] };
}

const TYPES: &[fn(&[u8])] = types! {
    pe { ProfileElement EuiccResponse }
    sgp22 { AuthenticateServerRequest AuthenticateServerResponse BoundProfilePackage
        RemoteProfileProvisioningRequest RemoteProfileProvisioningResponse StoreMetadataRequest }
    sgp32 { AddInitialEimRequest EsipaMessageFromEimToIpa EsipaMessageFromIpaToEim
        EuiccPackageRequest EuiccPackageResult IpaEuiccDataRequest IpaEuiccDataResponse
        Sgp32EuiccInfo2 Sgp32RetrieveNotificationsListResponse }
    sgp32_v1_0 { EsipaMessageFromEimToIpa EsipaMessageFromIpaToEim EuiccPackageRequest
        EuiccPackageResult }
};

fuzz_target!(|data: &[u8]| {
    if let Some((&pick, bytes)) = data.split_first() {
        TYPES[usize::from(pick) % TYPES.len()](bytes);
    }
});
