// SPDX-License-Identifier: MIT OR Apache-2.0
//! What an eUICC and its device say of themselves.

use rsp::sgp22::*;

/// EUICCInfo1 of an eUICC that knows one CI.
pub(crate) fn info1(ci_key_id: &[u8]) -> EuiccInfo1 {
    EuiccInfo1 {
        svn: [2, 5, 0].into(),
        euicc_ci_pk_id_list_for_verification: vec![ci_key_id.into()],
        euicc_ci_pk_id_list_for_signing: vec![ci_key_id.into()],
        euicc_ci_pk_id_list_for_signing_v3: None,
        euicc_rsp_capability: None,
        highest_svn: None,
        additions: Default::default(),
    }
}

/// EUICCInfo2 of an IoT eUICC (SGP.32 §5.9.2) with 512 KiB of free memory.
pub(crate) fn info2(ci_key_id: &[u8]) -> EuiccInfo2 {
    EuiccInfo2 {
        profile_version: [2, 3, 1].into(),
        svn: [2, 5, 0].into(),
        euicc_firmware_ver: [1, 0, 0].into(),
        ext_card_resource: resources(0x0008_0000).into(),
        uicc_capability: UiccCapability::of(&[
            UiccCapability::USIM_SUPPORT,
            UiccCapability::AKA_MILENAGE,
            UiccCapability::JAVACARD,
        ]),
        javacard_version: None,
        globalplatform_version: None,
        rsp_capability: RspCapability::default(),
        euicc_ci_pk_id_list_for_verification: vec![ci_key_id.into()],
        euicc_ci_pk_id_list_for_signing: vec![ci_key_id.into()],
        euicc_category: None,
        forbidden_profile_policy_rules: None,
        pp_version: [1, 0, 0].into(),
        sas_acreditation_number: "TEST-1".to_owned(),
        certification_data_object: None,
        tre_properties: None,
        tre_product_reference: None,
        additional_profile_package_versions: None,
        lpa_mode: None,
        euicc_ci_pk_id_list_for_signing_v3: None,
        additional_euicc_info: None,
        highest_svn: None,
        // iotSpecificInfo of SGP.32, which SGP.22 does not know
        additions: [vec![0xB4, 0x05, 0x80, 0x03, 0x01, 0x02, 0x00]]
            .into_iter()
            .collect(),
    }
}

/// extCardResource with so much free non-volatile memory (ETSI TS 102 226 §8.2.1.7.2).
pub(crate) fn resources(free: u32) -> Vec<u8> {
    let mut resources = vec![0x81, 0x01, 0x00, 0x82, 0x04];
    resources.extend(free.to_be_bytes());
    resources.extend([0x83, 0x02, 0x10, 0x00]);
    resources
}

/// DeviceInfo without an IMEI.
pub(crate) fn device_info() -> DeviceInfo {
    DeviceInfo {
        tac: [0x35; 8].into(),
        device_capabilities: DeviceCapabilities::default(),
        imei: None,
        preferred_languages: None,
        device_test_mode: None,
        lpa_rsp_capability: None,
        additions: Default::default(),
    }
}
