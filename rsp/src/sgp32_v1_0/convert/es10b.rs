// SPDX-License-Identifier: MIT OR Apache-2.0
//! ES10b functions: eIM configuration, memory reset, enabling, rollback.

use super::{ConvertError, sequences};
use crate::sgp32::{
    AddInitialEimResponseAddInitialEimError as AddError,
    AddInitialEimResponseAddInitialEimOk as Added,
    ImmediateEnableResponseImmediateEnableResult as EnableCode,
    Sgp32EuiccMemoryResetRequestResetOptions as Options,
    Sgp32EuiccMemoryResetResponseResetResult as ResetCode,
};
use crate::sgp32_v1_0::{
    AddInitialEimResponseAddInitialEimError as OldAddError,
    AddInitialEimResponseAddInitialEimOk as OldAdded,
    EnableUsingDdResponseEnableUsingDdResult as OldEnableCode,
    Sgp32EuiccMemoryResetRequestResetOptions as OldOptions,
    Sgp32EuiccMemoryResetResponseResetResult as OldResetCode,
};
use crate::{sgp32, sgp32_v1_0 as v1_0};

sequences! {
    ConfigureAutoProfileEnablingRequest => ConfigureImmediateProfileEnablingRequest {
        auto_enable_flag: immediate_enable_flag,
        smdp_oid: default_smdp_oid,
        smdp_address: default_smdp_address,
    }
}

/// Both ways between answers that are one code; `later` are the codes that v1.0 does not name.
macro_rules! code_answers {
    ($($old:ident.$old_code:ident => $new:ident.$new_code:ident;)*) => {$(
        impl From<v1_0::$old> for sgp32::$new {
            fn from(old: v1_0::$old) -> Self {
                Self { $new_code: old.$old_code.0.into(), additions: old.additions }
            }
        }

        impl From<sgp32::$new> for v1_0::$old {
            fn from(new: sgp32::$new) -> Self {
                // v1.0 has no catBusy
                let code = if new.$new_code.0 == EnableCode::CAT_BUSY.0 {
                    OldEnableCode::UNDEFINED_ERROR.0
                } else {
                    new.$new_code.0
                };
                Self { $old_code: code.into(), additions: new.additions }
            }
        }
    )*};
}

code_answers! {
    EnableUsingDdResponse.enable_using_dd_result => ImmediateEnableResponse.immediate_enable_result;
    ConfigureAutoProfileEnablingResponse.config_auto_enable_result
        => ConfigureImmediateProfileEnablingResponse.config_immediate_enable_result;
}

impl From<v1_0::EnableUsingDdRequest> for sgp32::ImmediateEnableRequest {
    /// v1.0 has no refreshFlag: the card does what makes the change known.
    fn from(old: v1_0::EnableUsingDdRequest) -> Self {
        Self {
            refresh_flag: true,
            additions: old.additions,
        }
    }
}

impl From<sgp32::ImmediateEnableRequest> for v1_0::EnableUsingDdRequest {
    fn from(new: sgp32::ImmediateEnableRequest) -> Self {
        Self {
            additions: new.additions,
        }
    }
}

impl From<v1_0::AddInitialEimRequest> for sgp32::AddInitialEimRequest {
    fn from(old: v1_0::AddInitialEimRequest) -> Self {
        let list = old.eim_configuration_data_list.into_iter();
        Self {
            eim_configuration_data_list: list.map(Into::into).collect(),
            additions: old.additions,
        }
    }
}

impl From<sgp32::AddInitialEimRequest> for v1_0::AddInitialEimRequest {
    fn from(new: sgp32::AddInitialEimRequest) -> Self {
        let list = new.eim_configuration_data_list.into_iter();
        Self {
            eim_configuration_data_list: list.map(Into::into).collect(),
            additions: new.additions,
        }
    }
}

impl From<v1_0::AddInitialEimResponse> for sgp32::AddInitialEimResponse {
    fn from(old: v1_0::AddInitialEimResponse) -> Self {
        match old {
            v1_0::AddInitialEimResponse::AddInitialEimOk(list) => {
                let list = list.into_iter().map(|added| match added {
                    OldAdded::AssociationToken(token) => Added::AssociationToken(token),
                    OldAdded::AddOk(()) => Added::AddOk(()),
                });
                Self::AddInitialEimOk(list.collect())
            }
            // 2 is unsignedEimConfigDisallowed there and associatedEimAlreadyExists here: the reason
            // that a card has to disallow it
            v1_0::AddInitialEimResponse::AddInitialEimError(code) => {
                Self::AddInitialEimError(code.0.into())
            }
        }
    }
}

impl From<sgp32::AddInitialEimResponse> for v1_0::AddInitialEimResponse {
    fn from(new: sgp32::AddInitialEimResponse) -> Self {
        match new {
            sgp32::AddInitialEimResponse::AddInitialEimOk(list) => {
                let list = list.into_iter().map(|added| match added {
                    Added::AssociationToken(token) => OldAdded::AssociationToken(token),
                    Added::AddOk(()) => OldAdded::AddOk(()),
                });
                Self::AddInitialEimOk(list.collect())
            }
            sgp32::AddInitialEimResponse::AddInitialEimError(AddError::COMMAND_ERROR) => {
                Self::AddInitialEimError(OldAddError::UNDEFINED_ERROR)
            }
            sgp32::AddInitialEimResponse::AddInitialEimError(code) => {
                Self::AddInitialEimError(code.0.into())
            }
        }
    }
}

impl From<v1_0::GetEimConfigurationDataRequest> for sgp32::GetEimConfigurationDataRequest {
    fn from(old: v1_0::GetEimConfigurationDataRequest) -> Self {
        Self {
            search_criteria: None,
            additions: old.additions,
        }
    }
}

impl TryFrom<sgp32::GetEimConfigurationDataRequest> for v1_0::GetEimConfigurationDataRequest {
    type Error = ConvertError;

    fn try_from(new: sgp32::GetEimConfigurationDataRequest) -> Result<Self, ConvertError> {
        if new.search_criteria.is_some() {
            return Err(ConvertError::Missing(
                "search criteria of GetEimConfigurationData",
            ));
        }
        Ok(Self {
            additions: new.additions,
        })
    }
}

impl From<v1_0::GetEimConfigurationDataResponse> for sgp32::GetEimConfigurationDataResponse {
    fn from(old: v1_0::GetEimConfigurationDataResponse) -> Self {
        let list = old.eim_configuration_data_list.into_iter();
        Self {
            eim_configuration_data_list: list.map(Into::into).collect(),
            additions: old.additions,
        }
    }
}

impl From<sgp32::GetEimConfigurationDataResponse> for v1_0::GetEimConfigurationDataResponse {
    fn from(new: sgp32::GetEimConfigurationDataResponse) -> Self {
        let list = new.eim_configuration_data_list.into_iter();
        Self {
            eim_configuration_data_list: list.map(Into::into).collect(),
            additions: new.additions,
        }
    }
}

/// What a memory reset can be asked for, in v1.0 and later: bits 3 and 4 mean something else.
const RESET_OPTIONS: [(usize, usize); 5] = [
    (
        OldOptions::DELETE_OPERATIONAL_PROFILES,
        Options::DELETE_OPERATIONAL_PROFILES,
    ),
    (
        OldOptions::DELETE_FIELD_LOADED_TEST_PROFILES,
        Options::DELETE_FIELD_LOADED_TEST_PROFILES,
    ),
    (
        OldOptions::RESET_DEFAULT_SMDP_ADDRESS,
        Options::RESET_DEFAULT_SMDP_ADDRESS,
    ),
    (
        OldOptions::RESET_EIM_CONFIG_DATA,
        Options::RESET_EIM_CONFIG_DATA,
    ),
    (
        OldOptions::RESET_AUTO_ENABLE_CONFIG,
        Options::RESET_IMMEDIATE_ENABLE_CONFIG,
    ),
];

impl From<v1_0::Sgp32EuiccMemoryResetRequest> for sgp32::Sgp32EuiccMemoryResetRequest {
    fn from(old: v1_0::Sgp32EuiccMemoryResetRequest) -> Self {
        let asked = RESET_OPTIONS
            .iter()
            .filter(|(bit, _)| old.reset_options.has(*bit));
        let bits: Vec<usize> = asked.map(|(_, bit)| *bit).collect();
        Self {
            reset_options: Options::of(&bits),
            additions: old.additions,
        }
    }
}

impl TryFrom<sgp32::Sgp32EuiccMemoryResetRequest> for v1_0::Sgp32EuiccMemoryResetRequest {
    type Error = ConvertError;

    fn try_from(new: sgp32::Sgp32EuiccMemoryResetRequest) -> Result<Self, ConvertError> {
        let options = &new.reset_options;
        if options.has(Options::DELETE_PRE_LOADED_TEST_PROFILES) {
            return Err(ConvertError::Missing("deletePreLoadedTestProfiles"));
        }
        if options.has(Options::DELETE_PROVISIONING_PROFILES) {
            return Err(ConvertError::Missing("deleteProvisioningProfiles"));
        }
        let asked = RESET_OPTIONS.iter().filter(|(_, bit)| options.has(*bit));
        let bits: Vec<usize> = asked.map(|(bit, _)| *bit).collect();
        Ok(Self {
            reset_options: OldOptions::of(&bits),
            additions: new.additions,
        })
    }
}

impl From<v1_0::Sgp32EuiccMemoryResetResponse> for sgp32::Sgp32EuiccMemoryResetResponse {
    fn from(old: v1_0::Sgp32EuiccMemoryResetResponse) -> Self {
        Self {
            reset_result: old.reset_result.0.into(),
            reset_eim_result: old.reset_eim_result.map(|code| code.0.into()),
            reset_immediate_enable_config_result: old
                .reset_auto_enable_config_result
                .map(|code| code.0.into()),
            additions: old.additions,
        }
    }
}

impl From<sgp32::Sgp32EuiccMemoryResetResponse> for v1_0::Sgp32EuiccMemoryResetResponse {
    fn from(new: sgp32::Sgp32EuiccMemoryResetResponse) -> Self {
        Self {
            reset_result: match new.reset_result {
                ResetCode::ECALL_ACTIVE => OldResetCode::UNDEFINED_ERROR,
                code => code.0.into(),
            },
            reset_eim_result: new.reset_eim_result.map(|code| code.0.into()),
            reset_auto_enable_config_result: new
                .reset_immediate_enable_config_result
                .map(|code| code.0.into()),
            additions: new.additions,
        }
    }
}

impl From<v1_0::ProfileRollbackResponse> for sgp32::ProfileRollbackResponse {
    fn from(old: v1_0::ProfileRollbackResponse) -> Self {
        Self {
            cmd_result: old.cmd_result.0.into(),
            euicc_package_result: old.euicc_package_result.map(Into::into),
            additions: old.additions,
        }
    }
}

impl TryFrom<sgp32::ProfileRollbackResponse> for v1_0::ProfileRollbackResponse {
    type Error = ConvertError;

    fn try_from(new: sgp32::ProfileRollbackResponse) -> Result<Self, ConvertError> {
        let result = new.euicc_package_result.map(TryInto::try_into);
        Ok(Self {
            cmd_result: new.cmd_result.0.into(),
            euicc_package_result: result.transpose()?,
            additions: new.additions,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::asn1::ObjectIdentifier;
    use crate::der::{decode, encode};
    use crate::raw::Additions;

    #[test]
    fn memory_reset_keeps_what_its_bits_mean() {
        let old: v1_0::Sgp32EuiccMemoryResetRequest =
            decode(&hex::decode("bf340482020318").unwrap()).unwrap();
        let new = sgp32::Sgp32EuiccMemoryResetRequest::from(old.clone());
        assert_eq!(hex::encode(encode(&new).unwrap()), "bf640482020106");
        assert_eq!(
            v1_0::Sgp32EuiccMemoryResetRequest::try_from(new).unwrap(),
            old
        );
        // bit 3 is deletePreLoadedTestProfiles here: never resetEimConfigData
        let new: sgp32::Sgp32EuiccMemoryResetRequest =
            decode(&hex::decode("bf640482020410").unwrap()).unwrap();
        let error = v1_0::Sgp32EuiccMemoryResetRequest::try_from(new).unwrap_err();
        assert_eq!(error, ConvertError::Missing("deletePreLoadedTestProfiles"));
        let answer = sgp32::Sgp32EuiccMemoryResetResponse {
            reset_result: ResetCode::ECALL_ACTIVE,
            reset_eim_result: Some(1.into()),
            reset_immediate_enable_config_result: None,
            additions: Additions::none(),
        };
        let answer = encode(&v1_0::Sgp32EuiccMemoryResetResponse::from(answer)).unwrap();
        assert_eq!(hex::encode(answer), "bf340602017f810101");
    }

    #[test]
    fn enabling_loses_the_flag_and_the_code_of_later_versions() {
        let old = v1_0::EnableUsingDdRequest::default();
        let new = sgp32::ImmediateEnableRequest::from(old.clone());
        assert!(new.refresh_flag);
        assert_eq!(v1_0::EnableUsingDdRequest::from(new), old);
        let busy = sgp32::ImmediateEnableResponse {
            immediate_enable_result: EnableCode::CAT_BUSY,
            additions: Additions::none(),
        };
        let told = v1_0::EnableUsingDdResponse::from(busy);
        assert_eq!(told.enable_using_dd_result, OldEnableCode::UNDEFINED_ERROR);
        let configure = v1_0::ConfigureAutoProfileEnablingRequest {
            auto_enable_flag: Some(()),
            smdp_oid: "1.2.3".parse::<ObjectIdentifier>().ok(),
            smdp_address: Some("a.example".to_owned()),
            ..Default::default()
        };
        let new = sgp32::ConfigureImmediateProfileEnablingRequest::from(configure.clone());
        assert_eq!(new.default_smdp_address, configure.smdp_address);
        assert_eq!(
            v1_0::ConfigureAutoProfileEnablingRequest::from(new),
            configure
        );
    }

    #[test]
    fn added_eims_and_errors_keep_their_form() {
        let list = sgp32::AddInitialEimResponse::AddInitialEimOk(vec![
            Added::AssociationToken(1),
            Added::AddOk(()),
        ]);
        let old = v1_0::AddInitialEimResponse::from(list.clone());
        assert_eq!(hex::encode(encode(&old).unwrap()), "bf5707a0058401010500");
        assert_eq!(sgp32::AddInitialEimResponse::from(old), list);
        let rows = [
            (
                AddError::ASSOCIATED_EIM_ALREADY_EXISTS,
                OldAddError::UNSIGNED_EIM_CONFIG_DISALLOWED,
            ),
            (AddError::COMMAND_ERROR, OldAddError::UNDEFINED_ERROR),
            (AddError::CI_PK_UNKNOWN, OldAddError::CI_PK_UNKNOWN),
        ];
        for (new, old) in rows {
            let new = sgp32::AddInitialEimResponse::AddInitialEimError(new);
            let expected = v1_0::AddInitialEimResponse::AddInitialEimError(old);
            assert_eq!(v1_0::AddInitialEimResponse::from(new), expected);
        }
    }

    #[test]
    fn one_eim_cannot_be_asked_for() {
        use sgp32::GetEimConfigurationDataRequestSearchCriteria as Criteria;
        let new = sgp32::GetEimConfigurationDataRequest {
            search_criteria: Some(Criteria::EimId("eim1".to_owned())),
            ..Default::default()
        };
        assert!(v1_0::GetEimConfigurationDataRequest::try_from(new).is_err());
    }
}
