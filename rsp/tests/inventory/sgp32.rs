// SPDX-License-Identifier: MIT OR Apache-2.0
//! Rows of SGP32Definitions v1.2 and v1.0.

use super::{Row, row};

/// Types of SGP32Definitions v1.2.
pub(crate) fn v1_2() -> Vec<Row> {
    use rsp::sgp32 as module;
    vec![
        row!("AsnNull", module::AsnNull),
        row!("EuiccPackageRequest", module::EuiccPackageRequest),
        row!("EuiccPackageSigned", module::EuiccPackageSigned),
        row!("EuiccPackage", module::EuiccPackage),
        row!("EimConfigurationData", module::EimConfigurationData),
        row!("EimIdType", module::EimIdType),
        row!("EimSupportedProtocol", module::EimSupportedProtocol),
        row!("Eco", module::Eco),
        row!("Psmo", module::Psmo),
        row!("IpaEuiccDataRequest", module::IpaEuiccDataRequest),
        row!(
            "ProfileDownloadTriggerRequest",
            module::ProfileDownloadTriggerRequest
        ),
        row!("ProfileDownloadData", module::ProfileDownloadData),
        row!("EimAcknowledgements", module::EimAcknowledgements),
        row!("SequenceNumber", module::SequenceNumber),
        row!("EuiccPackageResult", module::EuiccPackageResult),
        row!("EuiccPackageResultSigned", module::EuiccPackageResultSigned),
        row!(
            "EuiccPackageResultDataSigned",
            module::EuiccPackageResultDataSigned
        ),
        row!("EuiccResultData", module::EuiccResultData),
        row!("EuiccPackageErrorSigned", module::EuiccPackageErrorSigned),
        row!(
            "EuiccPackageErrorDataSigned",
            module::EuiccPackageErrorDataSigned
        ),
        row!("EuiccPackageErrorCode", module::EuiccPackageErrorCode),
        row!(
            "EuiccPackageErrorUnsigned",
            module::EuiccPackageErrorUnsigned
        ),
        row!(
            "ConfigureImmediateEnableResult",
            module::ConfigureImmediateEnableResult
        ),
        row!("EnableProfileResult", module::EnableProfileResult),
        row!("DisableProfileResult", module::DisableProfileResult),
        row!("DeleteProfileResult", module::DeleteProfileResult),
        row!(
            "SGP32-ProfileInfoListResponse",
            module::Sgp32ProfileInfoListResponse
        ),
        row!(
            "SGP32-ProfileInfoListError",
            module::Sgp32ProfileInfoListError
        ),
        row!("RollbackProfileResult", module::RollbackProfileResult),
        row!(
            "SetFallbackAttributeResult",
            module::SetFallbackAttributeResult
        ),
        row!(
            "UnsetFallbackAttributeResult",
            module::UnsetFallbackAttributeResult
        ),
        row!("AddEimResult", module::AddEimResult),
        row!("DeleteEimResult", module::DeleteEimResult),
        row!("UpdateEimResult", module::UpdateEimResult),
        row!("ListEimResult", module::ListEimResult),
        row!("EimIdInfo", module::EimIdInfo),
        row!("IpaEuiccDataErrorCode", module::IpaEuiccDataErrorCode),
        row!(
            "IpaEuiccDataResponseError",
            module::IpaEuiccDataResponseError
        ),
        row!("IpaEuiccDataResponse", module::IpaEuiccDataResponse),
        row!("PendingNotificationList", module::PendingNotificationList),
        row!("EuiccPackageResultList", module::EuiccPackageResultList),
        row!("IpaEuiccData", module::IpaEuiccData),
        row!(
            "ProfileDownloadTriggerResult",
            module::ProfileDownloadTriggerResult
        ),
        row!(
            "ISDRProprietaryApplicationTemplateIoT",
            module::IsdrProprietaryApplicationTemplateIoT
        ),
        row!("IpaeActivationRequest", module::IpaeActivationRequest),
        row!("IpaeActivationResponse", module::IpaeActivationResponse),
        row!("IpaCapabilities", module::IpaCapabilities),
        row!("SGP32-ProfileInfo", module::Sgp32ProfileInfo),
        row!(
            "SGP32-StoreMetadataRequest",
            module::Sgp32StoreMetadataRequest
        ),
        row!(
            "SGP32-AuthenticateClientRequest",
            module::Sgp32AuthenticateClientRequest
        ),
        row!("SGP32-EUICCInfo2", module::Sgp32EuiccInfo2),
        row!("IoTSpecificInfo", module::IoTSpecificInfo),
        row!("IpaMode", module::IpaMode),
        row!("AddInitialEimRequest", module::AddInitialEimRequest),
        row!("AddInitialEimResponse", module::AddInitialEimResponse),
        row!(
            "SGP32-EuiccMemoryResetRequest",
            module::Sgp32EuiccMemoryResetRequest
        ),
        row!(
            "SGP32-EuiccMemoryResetResponse",
            module::Sgp32EuiccMemoryResetResponse
        ),
        row!("GetCertsRequest", module::GetCertsRequest),
        row!("GetCertsResponse", module::GetCertsResponse),
        row!(
            "SGP32-RetrieveNotificationsListRequest",
            module::Sgp32RetrieveNotificationsListRequest
        ),
        row!(
            "SGP32-RetrieveNotificationsListResponse",
            module::Sgp32RetrieveNotificationsListResponse
        ),
        row!("ImmediateEnableRequest", module::ImmediateEnableRequest),
        row!("ImmediateEnableResponse", module::ImmediateEnableResponse),
        row!("ProfileRollbackRequest", module::ProfileRollbackRequest),
        row!("ProfileRollbackResponse", module::ProfileRollbackResponse),
        row!(
            "ConfigureImmediateProfileEnablingRequest",
            module::ConfigureImmediateProfileEnablingRequest
        ),
        row!(
            "ConfigureImmediateProfileEnablingResponse",
            module::ConfigureImmediateProfileEnablingResponse
        ),
        row!(
            "GetEimConfigurationDataRequest",
            module::GetEimConfigurationDataRequest
        ),
        row!(
            "GetEimConfigurationDataResponse",
            module::GetEimConfigurationDataResponse
        ),
        row!(
            "ExecuteFallbackMechanismRequest",
            module::ExecuteFallbackMechanismRequest
        ),
        row!(
            "ExecuteFallbackMechanismResponse",
            module::ExecuteFallbackMechanismResponse
        ),
        row!(
            "ReturnFromFallbackRequest",
            module::ReturnFromFallbackRequest
        ),
        row!(
            "ReturnFromFallbackResponse",
            module::ReturnFromFallbackResponse
        ),
        row!(
            "EnableEmergencyProfileRequest",
            module::EnableEmergencyProfileRequest
        ),
        row!(
            "EnableEmergencyProfileResponse",
            module::EnableEmergencyProfileResponse
        ),
        row!(
            "DisableEmergencyProfileRequest",
            module::DisableEmergencyProfileRequest
        ),
        row!(
            "DisableEmergencyProfileResponse",
            module::DisableEmergencyProfileResponse
        ),
        row!(
            "GetConnectivityParametersRequest",
            module::GetConnectivityParametersRequest
        ),
        row!(
            "GetConnectivityParametersResponse",
            module::GetConnectivityParametersResponse
        ),
        row!("ConnectivityParameters", module::ConnectivityParameters),
        row!(
            "ConnectivityParametersError",
            module::ConnectivityParametersError
        ),
        row!(
            "SGP32-SetDefaultDpAddressRequest",
            module::Sgp32SetDefaultDpAddressRequest
        ),
        row!(
            "SGP32-SetDefaultDpAddressResponse",
            module::Sgp32SetDefaultDpAddressResponse
        ),
        row!(
            "SGP32-PrepareDownloadResponse",
            module::Sgp32PrepareDownloadResponse
        ),
        row!(
            "CompactPrepareDownloadResponseOk",
            module::CompactPrepareDownloadResponseOk
        ),
        row!("CompactEuiccSigned2", module::CompactEuiccSigned2),
        row!("SGP32-EuiccSigned1", module::Sgp32EuiccSigned1),
        row!(
            "SGP32-AuthenticateResponseOk",
            module::Sgp32AuthenticateResponseOk
        ),
        row!(
            "SGP32-AuthenticateServerResponse",
            module::Sgp32AuthenticateServerResponse
        ),
        row!(
            "CompactAuthenticateResponseOk",
            module::CompactAuthenticateResponseOk
        ),
        row!("CompactEuiccSigned1", module::CompactEuiccSigned1),
        row!(
            "SGP32-PendingNotification",
            module::Sgp32PendingNotification
        ),
        row!(
            "SGP32-ProfileInstallationResult",
            module::Sgp32ProfileInstallationResult
        ),
        row!(
            "CompactProfileInstallationResult",
            module::CompactProfileInstallationResult
        ),
        row!(
            "CompactProfileInstallationResultData",
            module::CompactProfileInstallationResultData
        ),
        row!("CompactSuccessResult", module::CompactSuccessResult),
        row!(
            "CompactOtherSignedNotification",
            module::CompactOtherSignedNotification
        ),
        row!(
            "SGP32-CancelSessionResponse",
            module::Sgp32CancelSessionResponse
        ),
        row!(
            "CompactCancelSessionResponseOk",
            module::CompactCancelSessionResponseOk
        ),
        row!(
            "CompactEuiccCancelSessionSigned",
            module::CompactEuiccCancelSessionSigned
        ),
        row!("EsipaMessageFromIpaToEim", module::EsipaMessageFromIpaToEim),
        row!("EsipaMessageFromEimToIpa", module::EsipaMessageFromEimToIpa),
        row!(
            "InitiateAuthenticationRequestEsipa",
            module::InitiateAuthenticationRequestEsipa
        ),
        row!(
            "InitiateAuthenticationResponseEsipa",
            module::InitiateAuthenticationResponseEsipa
        ),
        row!(
            "InitiateAuthenticationOkEsipa",
            module::InitiateAuthenticationOkEsipa
        ),
        row!(
            "AuthenticateClientRequestEsipa",
            module::AuthenticateClientRequestEsipa
        ),
        row!(
            "AuthenticateClientResponseEsipa",
            module::AuthenticateClientResponseEsipa
        ),
        row!(
            "AuthenticateClientOkDPEsipa",
            module::AuthenticateClientOkDpEsipa
        ),
        row!(
            "AuthenticateClientOkDSEsipa",
            module::AuthenticateClientOkDsEsipa
        ),
        row!(
            "GetBoundProfilePackageRequestEsipa",
            module::GetBoundProfilePackageRequestEsipa
        ),
        row!(
            "GetBoundProfilePackageResponseEsipa",
            module::GetBoundProfilePackageResponseEsipa
        ),
        row!(
            "GetBoundProfilePackageOkEsipa",
            module::GetBoundProfilePackageOkEsipa
        ),
        row!("HandleNotificationEsipa", module::HandleNotificationEsipa),
        row!(
            "CancelSessionRequestEsipa",
            module::CancelSessionRequestEsipa
        ),
        row!(
            "CancelSessionResponseEsipa",
            module::CancelSessionResponseEsipa
        ),
        row!("SGP32-CancelSessionOk", module::Sgp32CancelSessionOk),
        row!("StateChangeCause", module::StateChangeCause),
        row!("GetEimPackageRequest", module::GetEimPackageRequest),
        row!("GetEimPackageResponse", module::GetEimPackageResponse),
        row!(
            "EimPackageResultErrorCode",
            module::EimPackageResultErrorCode
        ),
        row!(
            "EimPackageResultResponseError",
            module::EimPackageResultResponseError
        ),
        row!("EimPackageResult", module::EimPackageResult),
        row!("ProvideEimPackageResult", module::ProvideEimPackageResult),
        row!(
            "ProvideEimPackageResultResponse",
            module::ProvideEimPackageResultResponse
        ),
        row!(
            "TransferEimPackageRequest",
            module::TransferEimPackageRequest
        ),
        row!(
            "TransferEimPackageResponse",
            module::TransferEimPackageResponse
        ),
    ]
}

/// Types of SGP32Definitions v1.0.
pub(crate) fn v1_0() -> Vec<Row> {
    use rsp::sgp32_v1_0 as module;
    vec![
        row!("EuiccPackageRequest", module::EuiccPackageRequest),
        row!("EuiccPackageSigned", module::EuiccPackageSigned),
        row!("EuiccPackage", module::EuiccPackage),
        row!("EimConfigurationData", module::EimConfigurationData),
        row!("EimIdType", module::EimIdType),
        row!("EimSupportedProtocol", module::EimSupportedProtocol),
        row!("Eco", module::Eco),
        row!("Psmo", module::Psmo),
        row!("IpaEuiccDataRequest", module::IpaEuiccDataRequest),
        row!(
            "ProfileDownloadTriggerRequest",
            module::ProfileDownloadTriggerRequest
        ),
        row!("ProfileDownloadData", module::ProfileDownloadData),
        row!("EimAcknowledgements", module::EimAcknowledgements),
        row!("SequenceNumber", module::SequenceNumber),
        row!("EuiccPackageResult", module::EuiccPackageResult),
        row!("EuiccPackageResultSigned", module::EuiccPackageResultSigned),
        row!(
            "EuiccPackageResultDataSigned",
            module::EuiccPackageResultDataSigned
        ),
        row!("EuiccResultData", module::EuiccResultData),
        row!("EuiccPackageErrorSigned", module::EuiccPackageErrorSigned),
        row!(
            "EuiccPackageErrorDataSigned",
            module::EuiccPackageErrorDataSigned
        ),
        row!("EuiccPackageErrorCode", module::EuiccPackageErrorCode),
        row!(
            "EuiccPackageErrorUnsigned",
            module::EuiccPackageErrorUnsigned
        ),
        row!(
            "ConfigureAutoEnableResult",
            module::ConfigureAutoEnableResult
        ),
        row!("EnableProfileResult", module::EnableProfileResult),
        row!("DisableProfileResult", module::DisableProfileResult),
        row!("DeleteProfileResult", module::DeleteProfileResult),
        row!(
            "SGP32-ProfileInfoListResponse",
            module::Sgp32ProfileInfoListResponse
        ),
        row!(
            "SGP32-ProfileInfoListError",
            module::Sgp32ProfileInfoListError
        ),
        row!("RollbackProfileResult", module::RollbackProfileResult),
        row!("AddEimResult", module::AddEimResult),
        row!("DeleteEimResult", module::DeleteEimResult),
        row!("UpdateEimResult", module::UpdateEimResult),
        row!("ListEimResult", module::ListEimResult),
        row!("EimIdInfo", module::EimIdInfo),
        row!("IpaEuiccDataResponse", module::IpaEuiccDataResponse),
        row!("IpaEuiccData", module::IpaEuiccData),
        row!(
            "ProfileDownloadTriggerResult",
            module::ProfileDownloadTriggerResult
        ),
        row!("IpaCapabilities", module::IpaCapabilities),
        row!("SGP32-EUICCInfo2", module::Sgp32EuiccInfo2),
        row!("IoTSpecificInfo", module::IoTSpecificInfo),
        row!("IpaMode", module::IpaMode),
        row!("AddInitialEimRequest", module::AddInitialEimRequest),
        row!("AddInitialEimResponse", module::AddInitialEimResponse),
        row!(
            "SGP32-EuiccMemoryResetRequest",
            module::Sgp32EuiccMemoryResetRequest
        ),
        row!(
            "SGP32-EuiccMemoryResetResponse",
            module::Sgp32EuiccMemoryResetResponse
        ),
        row!("GetCertsRequest", module::GetCertsRequest),
        row!("GetCertsResponse", module::GetCertsResponse),
        row!(
            "SGP32-RetrieveNotificationsListRequest",
            module::Sgp32RetrieveNotificationsListRequest
        ),
        row!(
            "SGP32-RetrieveNotificationsListResponse",
            module::Sgp32RetrieveNotificationsListResponse
        ),
        row!("EnableUsingDDRequest", module::EnableUsingDdRequest),
        row!("EnableUsingDDResponse", module::EnableUsingDdResponse),
        row!("ProfileRollbackRequest", module::ProfileRollbackRequest),
        row!("ProfileRollbackResponse", module::ProfileRollbackResponse),
        row!(
            "ConfigureAutoProfileEnablingRequest",
            module::ConfigureAutoProfileEnablingRequest
        ),
        row!(
            "ConfigureAutoProfileEnablingResponse",
            module::ConfigureAutoProfileEnablingResponse
        ),
        row!(
            "GetEimConfigurationDataRequest",
            module::GetEimConfigurationDataRequest
        ),
        row!(
            "GetEimConfigurationDataResponse",
            module::GetEimConfigurationDataResponse
        ),
        row!(
            "SGP32-PrepareDownloadResponse",
            module::Sgp32PrepareDownloadResponse
        ),
        row!(
            "CompactPrepareDownloadResponseOk",
            module::CompactPrepareDownloadResponseOk
        ),
        row!("CompactEuiccSigned2", module::CompactEuiccSigned2),
        row!(
            "SGP32-AuthenticateServerResponse",
            module::Sgp32AuthenticateServerResponse
        ),
        row!(
            "CompactAuthenticateResponseOk",
            module::CompactAuthenticateResponseOk
        ),
        row!("CompactEuiccSigned1", module::CompactEuiccSigned1),
        row!(
            "SGP32-PendingNotification",
            module::Sgp32PendingNotification
        ),
        row!(
            "SGP32-ProfileInstallationResult",
            module::Sgp32ProfileInstallationResult
        ),
        row!(
            "CompactProfileInstallationResult",
            module::CompactProfileInstallationResult
        ),
        row!(
            "CompactProfileInstallationResultData",
            module::CompactProfileInstallationResultData
        ),
        row!("CompactSuccessResult", module::CompactSuccessResult),
        row!(
            "CompactOtherSignedNotification",
            module::CompactOtherSignedNotification
        ),
        row!(
            "SGP32-CancelSessionResponse",
            module::Sgp32CancelSessionResponse
        ),
        row!(
            "CompactCancelSessionResponseOk",
            module::CompactCancelSessionResponseOk
        ),
        row!(
            "CompactEuiccCancelSessionSigned",
            module::CompactEuiccCancelSessionSigned
        ),
        row!("EsipaMessageFromIpaToEim", module::EsipaMessageFromIpaToEim),
        row!("EsipaMessageFromEimToIpa", module::EsipaMessageFromEimToIpa),
        row!(
            "InitiateAuthenticationRequestEsipa",
            module::InitiateAuthenticationRequestEsipa
        ),
        row!(
            "InitiateAuthenticationResponseEsipa",
            module::InitiateAuthenticationResponseEsipa
        ),
        row!(
            "InitiateAuthenticationOkEsipa",
            module::InitiateAuthenticationOkEsipa
        ),
        row!(
            "AuthenticateClientRequestEsipa",
            module::AuthenticateClientRequestEsipa
        ),
        row!(
            "AuthenticateClientResponseEsipa",
            module::AuthenticateClientResponseEsipa
        ),
        row!(
            "AuthenticateClientOkDPEsipa",
            module::AuthenticateClientOkDpEsipa
        ),
        row!(
            "AuthenticateClientOkDSEsipa",
            module::AuthenticateClientOkDsEsipa
        ),
        row!(
            "GetBoundProfilePackageRequestEsipa",
            module::GetBoundProfilePackageRequestEsipa
        ),
        row!(
            "GetBoundProfilePackageResponseEsipa",
            module::GetBoundProfilePackageResponseEsipa
        ),
        row!(
            "GetBoundProfilePackageOkEsipa",
            module::GetBoundProfilePackageOkEsipa
        ),
        row!("HandleNotificationEsipa", module::HandleNotificationEsipa),
        row!(
            "CancelSessionRequestEsipa",
            module::CancelSessionRequestEsipa
        ),
        row!(
            "CancelSessionResponseEsipa",
            module::CancelSessionResponseEsipa
        ),
        row!("SGP32-CancelSessionOk", module::Sgp32CancelSessionOk),
        row!("GetEimPackageRequest", module::GetEimPackageRequest),
        row!("GetEimPackageResponse", module::GetEimPackageResponse),
        row!("ProvideEimPackageResult", module::ProvideEimPackageResult),
        row!(
            "ProvideEimPackageResultResponse",
            module::ProvideEimPackageResultResponse
        ),
        row!(
            "TransferEimPackageRequest",
            module::TransferEimPackageRequest
        ),
        row!(
            "TransferEimPackageResponse",
            module::TransferEimPackageResponse
        ),
    ]
}

/// Types that v1.3 adds.
pub(crate) fn v1_3() -> Vec<Row> {
    use rsp::sgp32 as module;
    vec![
        row!(
            "EuiccPackageUnsignedErrorCode",
            module::EuiccPackageUnsignedErrorCode
        ),
        row!(
            "SGP32-UpdateMetadataRequest",
            module::Sgp32UpdateMetadataRequest
        ),
        row!(
            "EimPackageReceivedWithCid",
            module::EimPackageReceivedWithCid
        ),
        row!("EimPackageErrorWithCid", module::EimPackageErrorWithCid),
    ]
}
