// SPDX-License-Identifier: MIT OR Apache-2.0
//! eUICC Packages: PSMO, eCO and eIM configuration.

use super::{ConvertError, choices, sequences, signed_bytes};
use crate::{sgp32, sgp32_v1_0 as v1_0};

sequences! {
    EcoDeleteEim => EcoDeleteEim { eim_id: eim_id }
    EcoListEim => EcoListEim {}
    PsmoEnable => PsmoEnable { iccid: iccid, rollback_flag: rollback_flag }
    PsmoDisable => PsmoDisable { iccid: iccid }
    PsmoDelete => PsmoDelete { iccid: iccid }
    PsmoGetRat => PsmoGetRat {}
    PsmoConfigureAutoEnable => PsmoConfigureImmediateEnable {
        auto_enable_flag: immediate_enable_flag,
        smdp_oid: default_smdp_oid,
        smdp_address: default_smdp_address,
    }
}

choices! {
    EimConfigurationDataEimPublicKeyData { EimPublicKey, EimCertificate }
    EimConfigurationDataTrustedPublicKeyDataTls { TrustedEimPkTls, TrustedCertificateTls }
}

impl From<v1_0::EuiccPackageRequest> for sgp32::EuiccPackageRequest {
    fn from(old: v1_0::EuiccPackageRequest) -> Self {
        Self {
            euicc_package_signed: old.euicc_package_signed.map(Into::into),
            eim_signature: old.eim_signature,
            additions: old.additions,
        }
    }
}

impl TryFrom<sgp32::EuiccPackageRequest> for v1_0::EuiccPackageRequest {
    type Error = ConvertError;

    fn try_from(new: sgp32::EuiccPackageRequest) -> Result<Self, ConvertError> {
        Ok(Self {
            euicc_package_signed: signed_bytes(new.euicc_package_signed)?,
            eim_signature: new.eim_signature,
            additions: new.additions,
        })
    }
}

impl From<v1_0::EuiccPackageSigned> for sgp32::EuiccPackageSigned {
    fn from(old: v1_0::EuiccPackageSigned) -> Self {
        Self {
            eim_id: old.eim_id,
            eid_value: old.eid_value,
            counter_value: old.counter_value,
            eim_transaction_id: old.transaction_id,
            euicc_package: old.euicc_package.into(),
            additions: old.additions,
        }
    }
}

impl TryFrom<sgp32::EuiccPackageSigned> for v1_0::EuiccPackageSigned {
    type Error = ConvertError;

    fn try_from(new: sgp32::EuiccPackageSigned) -> Result<Self, ConvertError> {
        Ok(Self {
            eim_id: new.eim_id,
            eid_value: new.eid_value,
            counter_value: new.counter_value,
            transaction_id: new.eim_transaction_id,
            euicc_package: new.euicc_package.try_into()?,
            additions: new.additions,
        })
    }
}

impl From<v1_0::EuiccPackage> for sgp32::EuiccPackage {
    fn from(old: v1_0::EuiccPackage) -> Self {
        match old {
            v1_0::EuiccPackage::PsmoList(list) => {
                Self::PsmoList(list.into_iter().map(Into::into).collect())
            }
            v1_0::EuiccPackage::EcoList(list) => {
                Self::EcoList(list.into_iter().map(Into::into).collect())
            }
        }
    }
}

impl TryFrom<sgp32::EuiccPackage> for v1_0::EuiccPackage {
    type Error = ConvertError;

    fn try_from(new: sgp32::EuiccPackage) -> Result<Self, ConvertError> {
        Ok(match new {
            sgp32::EuiccPackage::PsmoList(list) => {
                let list = list.into_iter().map(TryInto::try_into);
                Self::PsmoList(list.collect::<Result<_, _>>()?)
            }
            sgp32::EuiccPackage::EcoList(list) => {
                Self::EcoList(list.into_iter().map(Into::into).collect())
            }
        })
    }
}

impl From<v1_0::EimConfigurationData> for sgp32::EimConfigurationData {
    fn from(old: v1_0::EimConfigurationData) -> Self {
        Self {
            eim_id: old.eim_id,
            eim_fqdn: old.eim_fqdn,
            eim_id_type: old.eim_id_type,
            counter_value: old.counter_value,
            association_token: old.association_token,
            eim_public_key_data: old.eim_public_key_data.map(Into::into),
            trusted_public_key_data_tls: old.trusted_public_key_data_tls.map(Into::into),
            eim_supported_protocol: old.eim_supported_protocol,
            euicc_ci_pk_id: old.euicc_ci_pk_id,
            indirect_profile_download: None,
            esipa_proprietary_protocol_information: None,
            additions: old.additions,
        }
    }
}

/// What v1.0 has no member for, an IPA of that version has no use for: it is left out.
impl From<sgp32::EimConfigurationData> for v1_0::EimConfigurationData {
    fn from(new: sgp32::EimConfigurationData) -> Self {
        Self {
            eim_id: new.eim_id,
            eim_fqdn: new.eim_fqdn,
            eim_id_type: new.eim_id_type,
            counter_value: new.counter_value,
            association_token: new.association_token,
            eim_public_key_data: new.eim_public_key_data.map(Into::into),
            trusted_public_key_data_tls: new.trusted_public_key_data_tls.map(Into::into),
            eim_supported_protocol: new.eim_supported_protocol,
            euicc_ci_pk_id: new.euicc_ci_pk_id,
            additions: new.additions,
        }
    }
}

impl From<v1_0::Eco> for sgp32::Eco {
    fn from(old: v1_0::Eco) -> Self {
        match old {
            v1_0::Eco::AddEim(eim) => Self::AddEim(eim.into()),
            v1_0::Eco::DeleteEim(eim) => Self::DeleteEim(eim.into()),
            v1_0::Eco::UpdateEim(eim) => Self::UpdateEim(eim.into()),
            v1_0::Eco::ListEim(list) => Self::ListEim(list.into()),
        }
    }
}

impl From<sgp32::Eco> for v1_0::Eco {
    fn from(new: sgp32::Eco) -> Self {
        match new {
            sgp32::Eco::AddEim(eim) => Self::AddEim(eim.into()),
            sgp32::Eco::DeleteEim(eim) => Self::DeleteEim(eim.into()),
            sgp32::Eco::UpdateEim(eim) => Self::UpdateEim(eim.into()),
            sgp32::Eco::ListEim(list) => Self::ListEim(list.into()),
        }
    }
}

impl From<v1_0::Psmo> for sgp32::Psmo {
    fn from(old: v1_0::Psmo) -> Self {
        match old {
            v1_0::Psmo::Enable(psmo) => Self::Enable(psmo.into()),
            v1_0::Psmo::Disable(psmo) => Self::Disable(psmo.into()),
            v1_0::Psmo::Delete(psmo) => Self::Delete(psmo.into()),
            v1_0::Psmo::ListProfileInfo(psmo) => Self::ListProfileInfo(psmo),
            v1_0::Psmo::GetRat(psmo) => Self::GetRat(psmo.into()),
            v1_0::Psmo::ConfigureAutoEnable(psmo) => Self::ConfigureImmediateEnable(psmo.into()),
        }
    }
}

impl TryFrom<sgp32::Psmo> for v1_0::Psmo {
    type Error = ConvertError;

    fn try_from(new: sgp32::Psmo) -> Result<Self, ConvertError> {
        use ConvertError::Missing;
        Ok(match new {
            sgp32::Psmo::Enable(psmo) => Self::Enable(psmo.into()),
            sgp32::Psmo::Disable(psmo) => Self::Disable(psmo.into()),
            sgp32::Psmo::Delete(psmo) => Self::Delete(psmo.into()),
            sgp32::Psmo::ListProfileInfo(psmo) => Self::ListProfileInfo(psmo),
            sgp32::Psmo::GetRat(psmo) => Self::GetRat(psmo.into()),
            sgp32::Psmo::ConfigureImmediateEnable(psmo) => Self::ConfigureAutoEnable(psmo.into()),
            sgp32::Psmo::SetFallbackAttribute(_) => return Err(Missing("setFallbackAttribute")),
            sgp32::Psmo::UnsetFallbackAttribute(_) => {
                return Err(Missing("unsetFallbackAttribute"));
            }
            sgp32::Psmo::SetDefaultDpAddress(_) => return Err(Missing("setDefaultDpAddress")),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::der::{decode, encode};
    use crate::raw::Additions;
    use crate::schema::from_value;
    use serde_json::json;

    fn package(commands: serde_json::Value) -> Vec<u8> {
        let signed = json!({
            "eimId": "eim1", "eidValue": "89049032118427504800000000000174", "counterValue": 7,
            "transactionId": "0102", "euiccPackage": commands,
        });
        let request = json!({ "euiccPackageSigned": signed, "eimSignature": "aabb" });
        from_value("sgp32_v1_0::EuiccPackageRequest", &request).unwrap()
    }

    #[test]
    fn packages_mean_the_same_and_keep_their_bytes() {
        let psmos = json!({ "psmoList": [
            { "enable": { "iccid": "98001032547698103214", "rollbackFlag": null } },
            { "disable": { "iccid": "98001032547698103214" } },
            { "delete": { "iccid": "98001032547698103214" } },
            { "listProfileInfo": {} }, { "getRAT": {} },
            { "configureAutoEnable": { "autoEnableFlag": null, "smdpAddress": "a.example" } },
        ] });
        let ecos = json!({ "ecoList": [
            { "addEim": { "eimId": "eim2", "counterValue": 1, "associationToken": -1 } },
            { "deleteEim": { "eimId": "eim3" } },
            { "updateEim": { "eimId": "eim1", "eimFqdn": "b.example" } }, { "listEim": {} },
        ] });
        for (commands, count) in [(psmos, 6), (ecos, 4)] {
            let bytes = package(commands);
            let old: v1_0::EuiccPackageRequest = decode(&bytes).unwrap();
            let new = sgp32::EuiccPackageRequest::from(old.clone());
            let signed = new.euicc_package_signed.value();
            assert_eq!(
                signed.eim_transaction_id,
                old.euicc_package_signed.transaction_id
            );
            let commands = match &signed.euicc_package {
                sgp32::EuiccPackage::PsmoList(list) => list.len(),
                sgp32::EuiccPackage::EcoList(list) => list.len(),
            };
            assert_eq!(commands, count);
            // commands have the same bytes in both versions
            assert_eq!(decode::<sgp32::EuiccPackageRequest>(&bytes).unwrap(), new);
            assert_eq!(encode(&new).unwrap(), bytes);
            assert_eq!(v1_0::EuiccPackageRequest::try_from(new).unwrap(), old);
        }
    }

    #[test]
    fn commands_of_later_versions_are_named() {
        let later = [
            (
                sgp32::Psmo::SetFallbackAttribute(Default::default()),
                "setFallbackAttribute",
            ),
            (
                sgp32::Psmo::UnsetFallbackAttribute(Default::default()),
                "unsetFallbackAttribute",
            ),
            (
                sgp32::Psmo::SetDefaultDpAddress(Default::default()),
                "setDefaultDpAddress",
            ),
        ];
        for (psmo, name) in later {
            let error = v1_0::Psmo::try_from(psmo).unwrap_err();
            assert_eq!(error, ConvertError::Missing(name));
            assert_eq!(
                error.to_string(),
                format!("expected what SGP.32 v1.0 has, got {name}")
            );
        }
    }

    #[test]
    fn a_configuration_loses_only_what_v1_0_has_no_member_for() {
        let new = sgp32::EimConfigurationData {
            eim_id: "eim1".to_owned(),
            counter_value: Some(3),
            indirect_profile_download: Some(()),
            additions: [[0x9F, 0x7F, 1, 0]].into_iter().collect::<Additions>(),
            ..Default::default()
        };
        let old = v1_0::EimConfigurationData::from(new.clone());
        assert_eq!(
            encode(&old).unwrap(),
            [
                0x30, 13, 0x80, 4, b'e', b'i', b'm', b'1', 0x83, 1, 3, 0x9F, 0x7F, 1, 0
            ]
        );
        let back = sgp32::EimConfigurationData::from(old);
        assert_eq!(
            back,
            sgp32::EimConfigurationData {
                indirect_profile_download: None,
                ..new
            }
        );
    }
}
