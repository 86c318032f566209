// SPDX-License-Identifier: MIT OR Apache-2.0
//! The profile header: may this card install the package at all?

use rsp::pe::{PeStatusStatus, ProfileHeader, ServicesList, UiccCapability};

use super::{Problem, template};
use crate::es10b::info::CAPABILITIES;

/// Newest major version of profile packages that is understood.
pub(super) const NEWEST_MAJOR_VERSION: i64 = 3;

/// RIDs of the libraries that a card with Java Card has: Java Card, ETSI, 3GPP, GlobalPlatform.
const LIBRARIES: [[u8; 5]; 4] = [
    [0xA0, 0, 0, 0, 0x62],
    [0xA0, 0, 0, 0, 0x09],
    [0xA0, 0, 0, 0, 0x87],
    [0xA0, 0, 0, 1, 0x51],
];

/// Judges the header: version, mandatory services, templates and libraries.
pub(super) fn judge(header: &ProfileHeader, newest_version: i64) -> Result<(), Problem> {
    if !(1..=newest_version).contains(&header.major_version) {
        return Err(Problem::new(
            PeStatusStatus::UNSUPPORTED_PROFILE_VERSION,
            format!("version {}.{}", header.major_version, header.minor_version),
        ));
    }
    if header.iccid.len() != 10 {
        return Err(Problem::value("an iccid of another length than 10"));
    }
    if let Some(service) = unsupported_service(&header.euicc_mandatory_services) {
        return Err(Problem::new(PeStatusStatus::FEATURE_NOT_SUPPORTED, service));
    }
    for oid in &header.euicc_mandatory_gfste_list {
        if !template::is_supported(oid) {
            return Err(Problem::new(
                PeStatusStatus::TEMPLATE_NOT_SUPPORTED,
                format!("template {oid}"),
            ));
        }
    }
    for library in header.euicc_mandatory_ai_ds.iter().flatten() {
        if !LIBRARIES.iter().any(|rid| library.aid.starts_with(rid)) {
            return Err(Problem::new(
                PeStatusStatus::LIB_NOT_SUPPORTED,
                format!("library {}", hex::encode(&*library.aid)),
            ));
        }
    }
    Ok(())
}

/// Members of `ServicesList`, each with the bit of `UICCCapability` that offers it.
macro_rules! services {
    ($list:expr; $($member:ident: $bit:ident,)*) => {
        [$(($list.$member.is_some(), UiccCapability::$bit, stringify!($member))),*]
    };
}

/// A service that the profile cannot do without and that EUICCInfo2 does not offer.
fn unsupported_service(services: &ServicesList) -> Option<String> {
    let all = services! { services;
            contactless: CONTACTLESS_SUPPORT,
            usim: USIM_SUPPORT,
            isim: ISIM_SUPPORT,
            csim: CSIM_SUPPORT,
            milenage: AKA_MILENAGE,
            tuak128: AKA_TUAK128,
            cave: AKA_CAVE,
            gba_usim: GBA_AUTHEN_USIM,
            gba_isim: GBA_AUTHEN_I_SIM,
            mbms: MBMS_AUTHEN_USIM,
            eap: EAP_CLIENT,
            javacard: JAVACARD,
            multos: MULTOS,
            multiple_usim: MULTIPLE_USIM_SUPPORT,
            multiple_isim: MULTIPLE_ISIM_SUPPORT,
            multiple_csim: MULTIPLE_CSIM_SUPPORT,
            tuak256: AKA_TUAK256,
            usim_test_algorithm: USIM_TEST_ALGORITHM,
            ber_tlv: BER_TLV_FILE_SUPPORT,
            df_link: DF_LINK_SUPPORT,
            cat_tp: CAT_TP,
            get_identity: GET_IDENTITY,
            profile_a_x25519: PROFILE_A_X25519,
            profile_b_p256: PROFILE_B_P256,
            suci_calculator_api: SUCI_CALCULATOR_API,
            dns_resolution: DNS_RESOLUTION,
            scp11ac: SCP11AC,
            scp11c_authorization_mechanism: SCP11C_AUTHORIZATION_MECHANISM,
            s16mode: S16MODE,
            eaka: EAKA,
    };
    let missing = |(wanted, bit, _): &(bool, usize, &str)| *wanted && !CAPABILITIES.contains(bit);
    let service = all.into_iter().find(missing);
    service.map(|(_, _, member)| format!("service {}", member.replace('_', "-")))
}
