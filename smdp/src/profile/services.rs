// SPDX-License-Identifier: MIT OR Apache-2.0
//! The services without which a package says it cannot be used: `eUICC-Mandatory-services` of its
//! ProfileHeader (TCA eUICC Profile Package §8.3), as bits of `uiccCapability`.

use rsp::sgp22::UiccCapability as Capability;
use rsp::tlv::{Tag, Tlv};

/// `eUICC-Mandatory-services`.
const MANDATORY_SERVICES: Tag = Tag::new(0xA5);

/// The bit that offers a service, by the service's place in `ServicesList`.
const OFFERED_BY: [usize; 30] = [
    Capability::CONTACTLESS_SUPPORT,
    Capability::USIM_SUPPORT,
    Capability::ISIM_SUPPORT,
    Capability::CSIM_SUPPORT,
    Capability::AKA_MILENAGE,
    Capability::AKA_TUAK128,
    Capability::AKA_CAVE,
    Capability::GBA_AUTHEN_USIM,
    Capability::GBA_AUTHEN_I_SIM,
    Capability::MBMS_AUTHEN_USIM,
    Capability::EAP_CLIENT,
    Capability::JAVACARD,
    Capability::MULTOS,
    Capability::MULTIPLE_USIM_SUPPORT,
    Capability::MULTIPLE_ISIM_SUPPORT,
    Capability::MULTIPLE_CSIM_SUPPORT,
    Capability::AKA_TUAK256,
    Capability::USIM_TEST_ALGORITHM,
    Capability::BER_TLV_FILE_SUPPORT,
    Capability::DF_LINK_SUPPORT,
    Capability::CAT_TP,
    Capability::GET_IDENTITY,
    Capability::PROFILE_A_X25519,
    Capability::PROFILE_B_P256,
    Capability::SUCI_CALCULATOR_API,
    Capability::DNS_RESOLUTION,
    Capability::SCP11AC,
    Capability::SCP11C_AUTHORIZATION_MECHANISM,
    Capability::S16MODE,
    Capability::EAKA,
];

/// Reads the list; a service that is not known is left to the eUICC.
pub(super) fn mandatory(header: &Tlv<'_>) -> Vec<usize> {
    let Some(list) = header.child(MANDATORY_SERVICES) else {
        return Vec::new();
    };
    list.children()
        .map_while(Result::ok)
        .filter_map(|service| {
            let place = usize::try_from(service.tag.number()).ok()?;
            OFFERED_BY.get(place).copied()
        })
        .collect()
}
