// SPDX-License-Identifier: MIT OR Apache-2.0
//! eUICC Package results.

use super::{ConvertError, sequences, signed_bytes};
use crate::sgp22::{ProfileClass, ProfileInfo};
use crate::sgp32::{
    AddEimResult, AddEimResultAddEimResultCode, DeleteProfileResult, DisableProfileResult,
    EnableProfileResult, EuiccPackageErrorCode, Sgp32ProfileInfo,
};
use crate::{sgp32, sgp32_v1_0 as v1_0};

sequences! {
    EimIdInfo => EimIdInfo { eim_id: eim_id, eim_id_type: eim_id_type }
}

/// A code of which v1.0 names only the first ones; the others become undefinedError(127).
macro_rules! codes {
    ($($function:ident($type:ty): $known:expr;)*) => {$(
        fn $function(code: $type) -> $type {
            if $known.contains(&code.0) { code } else { <$type>::UNDEFINED_ERROR }
        }
    )*};
}

codes! {
    enable_code(EnableProfileResult): [0, 1, 2];
    disable_code(DisableProfileResult): [0, 1, 2];
    delete_code(DeleteProfileResult): [0, 1, 2];
    add_eim_code(AddEimResultAddEimResultCode): [0, 1, 3, 5, 6, 7];
    package_code(EuiccPackageErrorCode): [3, 4, 6, 15];
}

impl From<v1_0::EuiccPackageResult> for sgp32::EuiccPackageResult {
    fn from(old: v1_0::EuiccPackageResult) -> Self {
        use v1_0::EuiccPackageResult as Old;
        match old {
            Old::EuiccPackageResultSigned(result) => Self::EuiccPackageResultSigned(result.into()),
            Old::EuiccPackageErrorSigned(error) => Self::EuiccPackageErrorSigned(error.into()),
            Old::EuiccPackageErrorUnsigned(error) => Self::EuiccPackageErrorUnsigned(error.into()),
        }
    }
}

impl TryFrom<sgp32::EuiccPackageResult> for v1_0::EuiccPackageResult {
    type Error = ConvertError;

    fn try_from(new: sgp32::EuiccPackageResult) -> Result<Self, ConvertError> {
        use sgp32::EuiccPackageResult as New;
        Ok(match new {
            New::EuiccPackageResultSigned(result) => {
                Self::EuiccPackageResultSigned(result.try_into()?)
            }
            New::EuiccPackageErrorSigned(error) => Self::EuiccPackageErrorSigned(error.try_into()?),
            New::EuiccPackageErrorUnsigned(error) => Self::EuiccPackageErrorUnsigned(error.into()),
        })
    }
}

impl From<v1_0::EuiccPackageResultSigned> for sgp32::EuiccPackageResultSigned {
    fn from(old: v1_0::EuiccPackageResultSigned) -> Self {
        Self {
            euicc_package_result_data_signed: old.euicc_package_result_data_signed.map(Into::into),
            euicc_sign_epr: old.euicc_sign_epr,
            additions: old.additions,
        }
    }
}

impl TryFrom<sgp32::EuiccPackageResultSigned> for v1_0::EuiccPackageResultSigned {
    type Error = ConvertError;

    fn try_from(new: sgp32::EuiccPackageResultSigned) -> Result<Self, ConvertError> {
        Ok(Self {
            euicc_package_result_data_signed: signed_bytes(new.euicc_package_result_data_signed)?,
            euicc_sign_epr: new.euicc_sign_epr,
            additions: new.additions,
        })
    }
}

impl From<v1_0::EuiccPackageResultDataSigned> for sgp32::EuiccPackageResultDataSigned {
    fn from(old: v1_0::EuiccPackageResultDataSigned) -> Self {
        Self {
            eim_id: old.eim_id,
            counter_value: old.counter_value,
            eim_transaction_id: old.transaction_id,
            seq_number: old.seq_number,
            euicc_result: old.euicc_result.into_iter().map(Into::into).collect(),
            additions: old.additions,
        }
    }
}

impl TryFrom<sgp32::EuiccPackageResultDataSigned> for v1_0::EuiccPackageResultDataSigned {
    type Error = ConvertError;

    fn try_from(new: sgp32::EuiccPackageResultDataSigned) -> Result<Self, ConvertError> {
        let results = new.euicc_result.into_iter().map(TryInto::try_into);
        Ok(Self {
            eim_id: new.eim_id,
            counter_value: new.counter_value,
            transaction_id: new.eim_transaction_id,
            seq_number: new.seq_number,
            euicc_result: results.collect::<Result<_, _>>()?,
            additions: new.additions,
        })
    }
}

impl From<v1_0::EuiccResultData> for sgp32::EuiccResultData {
    fn from(old: v1_0::EuiccResultData) -> Self {
        use v1_0::EuiccResultData as Old;
        match old {
            Old::EnableResult(code) => Self::EnableResult(code),
            Old::DisableResult(code) => Self::DisableResult(code),
            Old::DeleteResult(code) => Self::DeleteResult(code),
            Old::ListProfileInfoResult(list) => Self::ListProfileInfoResult(list.into()),
            Old::GetRatResult(rat) => Self::GetRatResult(rat),
            Old::ConfigureAutoEnableResult(code) => {
                Self::ConfigureImmediateEnableResult(code.0.into())
            }
            Old::AddEimResult(result) => Self::AddEimResult(result),
            Old::DeleteEimResult(code) => Self::DeleteEimResult(code),
            Old::UpdateEimResult(code) => Self::UpdateEimResult(code),
            Old::ListEimResult(list) => Self::ListEimResult(list.into()),
            Old::RollbackResult(code) => Self::RollbackResult(code),
            Old::ProcessingTerminated(reason) => Self::ProcessingTerminated(reason.0.into()),
        }
    }
}

impl TryFrom<sgp32::EuiccResultData> for v1_0::EuiccResultData {
    type Error = ConvertError;

    fn try_from(new: sgp32::EuiccResultData) -> Result<Self, ConvertError> {
        use ConvertError::Missing;
        use sgp32::EuiccResultData as New;
        Ok(match new {
            New::EnableResult(code) => Self::EnableResult(enable_code(code)),
            New::DisableResult(code) => Self::DisableResult(disable_code(code)),
            New::DeleteResult(code) => Self::DeleteResult(delete_code(code)),
            New::ListProfileInfoResult(list) => Self::ListProfileInfoResult(list.into()),
            New::GetRatResult(rat) => Self::GetRatResult(rat),
            New::ConfigureImmediateEnableResult(code) => {
                Self::ConfigureAutoEnableResult(code.0.into())
            }
            New::AddEimResult(AddEimResult::AddEimResultCode(code)) => {
                Self::AddEimResult(AddEimResult::AddEimResultCode(add_eim_code(code)))
            }
            New::AddEimResult(token) => Self::AddEimResult(token),
            New::DeleteEimResult(code) => Self::DeleteEimResult(code),
            New::UpdateEimResult(code) => Self::UpdateEimResult(code),
            New::ListEimResult(list) => Self::ListEimResult(list.into()),
            New::RollbackResult(code) => Self::RollbackResult(code),
            New::ProcessingTerminated(reason) => Self::ProcessingTerminated(reason.0.into()),
            New::SetFallbackAttributeResult(_) => {
                return Err(Missing("setFallbackAttributeResult"));
            }
            New::UnsetFallbackAttributeResult(_) => {
                return Err(Missing("unsetFallbackAttributeResult"));
            }
            New::SetDefaultDpAddressResult(_) => return Err(Missing("setDefaultDpAddressResult")),
        })
    }
}

impl From<v1_0::EuiccPackageErrorSigned> for sgp32::EuiccPackageErrorSigned {
    fn from(old: v1_0::EuiccPackageErrorSigned) -> Self {
        Self {
            euicc_package_error_data_signed: old.euicc_package_error_data_signed.map(Into::into),
            euicc_sign_epe: old.euicc_sign_epe,
            additions: old.additions,
        }
    }
}

impl TryFrom<sgp32::EuiccPackageErrorSigned> for v1_0::EuiccPackageErrorSigned {
    type Error = ConvertError;

    fn try_from(new: sgp32::EuiccPackageErrorSigned) -> Result<Self, ConvertError> {
        Ok(Self {
            euicc_package_error_data_signed: signed_bytes(new.euicc_package_error_data_signed)?,
            euicc_sign_epe: new.euicc_sign_epe,
            additions: new.additions,
        })
    }
}

impl From<v1_0::EuiccPackageErrorDataSigned> for sgp32::EuiccPackageErrorDataSigned {
    fn from(old: v1_0::EuiccPackageErrorDataSigned) -> Self {
        Self {
            eim_id: old.eim_id,
            counter_value: old.counter_value,
            eim_transaction_id: old.transaction_id,
            euicc_package_error_code: old.euicc_package_error_code,
            additions: old.additions,
        }
    }
}

impl From<sgp32::EuiccPackageErrorDataSigned> for v1_0::EuiccPackageErrorDataSigned {
    fn from(new: sgp32::EuiccPackageErrorDataSigned) -> Self {
        Self {
            eim_id: new.eim_id,
            counter_value: new.counter_value,
            transaction_id: new.eim_transaction_id,
            euicc_package_error_code: package_code(new.euicc_package_error_code),
            additions: new.additions,
        }
    }
}

impl From<v1_0::EuiccPackageErrorUnsigned> for sgp32::EuiccPackageErrorUnsigned {
    fn from(old: v1_0::EuiccPackageErrorUnsigned) -> Self {
        Self {
            eim_id: old.eim_id,
            eim_transaction_id: None,
            association_token: old.association_token,
            euicc_package_unsigned_error_code: None,
            additions: old.additions,
        }
    }
}

/// v1.0 has neither a transaction identifier nor a code here; they are left out.
impl From<sgp32::EuiccPackageErrorUnsigned> for v1_0::EuiccPackageErrorUnsigned {
    fn from(new: sgp32::EuiccPackageErrorUnsigned) -> Self {
        Self {
            eim_id: new.eim_id,
            association_token: new.association_token,
            additions: new.additions,
        }
    }
}

impl From<v1_0::Sgp32ProfileInfoListResponse> for sgp32::Sgp32ProfileInfoListResponse {
    fn from(old: v1_0::Sgp32ProfileInfoListResponse) -> Self {
        use v1_0::Sgp32ProfileInfoListResponse as Old;
        match old {
            Old::ProfileInfoListOk(list) => {
                Self::ProfileInfoListOk(list.into_iter().map(to_iot).collect())
            }
            Old::ProfileInfoListError(code) => Self::ProfileInfoListError(code),
        }
    }
}

impl From<sgp32::Sgp32ProfileInfoListResponse> for v1_0::Sgp32ProfileInfoListResponse {
    fn from(new: sgp32::Sgp32ProfileInfoListResponse) -> Self {
        use sgp32::Sgp32ProfileInfoListResponse as New;
        match new {
            New::ProfileInfoListOk(list) => {
                Self::ProfileInfoListOk(list.into_iter().map(to_consumer).collect())
            }
            New::ProfileInfoListError(code) => Self::ProfileInfoListError(code),
        }
    }
}

/// The profile of v1.0 is that of SGP.22; what only version 3 of that has is left out.
fn to_iot(old: ProfileInfo) -> Sgp32ProfileInfo {
    Sgp32ProfileInfo {
        iccid: old.iccid,
        isdp_aid: old.isdp_aid,
        profile_state: old.profile_state,
        profile_nickname: old.profile_nickname,
        service_provider_name: old.service_provider_name,
        profile_name: old.profile_name,
        icon_type: old.icon_type,
        icon: old.icon,
        profile_class: Some(old.profile_class),
        notification_configuration_info: old.notification_configuration_info,
        profile_owner: old.profile_owner,
        dp_proprietary_data: old.dp_proprietary_data,
        profile_policy_rules: old.profile_policy_rules,
        service_specific_data_stored_in_euicc: old.service_specific_data_stored_in_euicc,
        additions: old.additions,
        ..Sgp32ProfileInfo::default()
    }
}

/// Emergency and fallback are not of v1.0; they are left out.
fn to_consumer(new: Sgp32ProfileInfo) -> ProfileInfo {
    ProfileInfo {
        iccid: new.iccid,
        isdp_aid: new.isdp_aid,
        profile_state: new.profile_state,
        profile_nickname: new.profile_nickname,
        service_provider_name: new.service_provider_name,
        profile_name: new.profile_name,
        icon_type: new.icon_type,
        icon: new.icon,
        profile_class: new.profile_class.unwrap_or(ProfileClass::OPERATIONAL),
        notification_configuration_info: new.notification_configuration_info,
        profile_owner: new.profile_owner,
        dp_proprietary_data: new.dp_proprietary_data,
        profile_policy_rules: new.profile_policy_rules,
        service_specific_data_stored_in_euicc: new.service_specific_data_stored_in_euicc,
        additions: new.additions,
        ..ProfileInfo::default()
    }
}

impl From<v1_0::ListEimResult> for sgp32::ListEimResult {
    fn from(old: v1_0::ListEimResult) -> Self {
        match old {
            v1_0::ListEimResult::EimIdList(list) => {
                Self::EimIdList(list.into_iter().map(Into::into).collect())
            }
            // commandError of v1.0 has no counterpart
            v1_0::ListEimResult::ListEimError(_) => {
                Self::ListEimError(sgp32::ListEimResultListEimError::UNDEFINED_ERROR)
            }
        }
    }
}

impl From<sgp32::ListEimResult> for v1_0::ListEimResult {
    fn from(new: sgp32::ListEimResult) -> Self {
        match new {
            sgp32::ListEimResult::EimIdList(list) => {
                Self::EimIdList(list.into_iter().map(Into::into).collect())
            }
            sgp32::ListEimResult::ListEimError(code) => Self::ListEimError(code.0.into()),
        }
    }
}

#[cfg(test)]
mod tests;
