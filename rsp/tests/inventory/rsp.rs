// SPDX-License-Identifier: MIT OR Apache-2.0
//! Rows of RSPDefinitions v2.5.

use super::{Row, left_out, row};

const DEVICE_CHANGE: &str = "device change exists in v3 only; its members travel in additions";
const OBJECT_CLASS: &str = "an information object class, no type: the open type is OpenType";
const RPM: &str = "remote profile management exists in v3 only; its members travel in additions";
const V3_FUNCTION: &str = "a function or arm that exists in v3 only, which no v2 peer sends";
const V3_ONLY: &str = "used by types left out, or by certificates, which stay bytes";

/// Types of RSPDefinitions v2.5.
pub(crate) fn v2_5() -> Vec<Row> {
    use rsp::sgp22 as module;
    vec![
        row!("Octet8", module::Octet8),
        row!("Octet16", module::Octet16),
        row!("OctetTo16", module::OctetTo16),
        row!("Octet32", module::Octet32),
        row!("Octet1", module::Octet1),
        row!("Octet2", module::Octet2),
        row!("VersionType", module::VersionType),
        row!("Iccid", module::Iccid),
        row!("RemoteOpId", module::RemoteOpId),
        row!("TransactionId", module::TransactionId),
        row!("GetEuiccInfo1Request", module::GetEuiccInfo1Request),
        row!("EUICCInfo1", module::EuiccInfo1),
        row!("GetEuiccInfo2Request", module::GetEuiccInfo2Request),
        row!("EUICCInfo2", module::EuiccInfo2),
        row!("RspCapability", module::RspCapability),
        row!("CertificationDataObject", module::CertificationDataObject),
        row!("CertificateInfo", module::CertificateInfo),
        row!("UICCCapability", module::UiccCapability),
        row!("DeviceInfo", module::DeviceInfo),
        row!("DeviceCapabilities", module::DeviceCapabilities),
        row!("ProfileInfoListRequest", module::ProfileInfoListRequest),
        row!("ProfileInfoListResponse", module::ProfileInfoListResponse),
        row!("ProfileInfo", module::ProfileInfo),
        row!("PprIds", module::PprIds),
        row!("OperatorID", module::OperatorId),
        row!("ProfileInfoListError", module::ProfileInfoListError),
        row!("StoreMetadataRequest", module::StoreMetadataRequest),
        row!("NotificationEvent", module::NotificationEvent),
        row!(
            "NotificationConfigurationInformation",
            module::NotificationConfigurationInformation
        ),
        row!("IconType", module::IconType),
        row!("ProfileState", module::ProfileState),
        row!("ProfileClass", module::ProfileClass),
        row!("UpdateMetadataRequest", module::UpdateMetadataRequest),
        row!("PrepareDownloadRequest", module::PrepareDownloadRequest),
        row!("SmdpSigned2", module::SmdpSigned2),
        row!("PrepareDownloadResponse", module::PrepareDownloadResponse),
        row!(
            "PrepareDownloadResponseOk",
            module::PrepareDownloadResponseOk
        ),
        row!("EUICCSigned2", module::EuiccSigned2),
        row!(
            "PrepareDownloadResponseError",
            module::PrepareDownloadResponseError
        ),
        row!("DownloadErrorCode", module::DownloadErrorCode),
        row!(
            "AuthenticateServerRequest",
            module::AuthenticateServerRequest
        ),
        row!("ServerSigned1", module::ServerSigned1),
        row!("CtxParams1", module::CtxParams1),
        row!(
            "CtxParamsForCommonAuthentication",
            module::CtxParamsForCommonAuthentication
        ),
        row!(
            "AuthenticateServerResponse",
            module::AuthenticateServerResponse
        ),
        row!("AuthenticateResponseOk", module::AuthenticateResponseOk),
        row!("EuiccSigned1", module::EuiccSigned1),
        row!(
            "AuthenticateResponseError",
            module::AuthenticateResponseError
        ),
        row!("AuthenticateErrorCode", module::AuthenticateErrorCode),
        row!("CancelSessionRequest", module::CancelSessionRequest),
        row!("CancelSessionReason", module::CancelSessionReason),
        row!("CancelSessionResponse", module::CancelSessionResponse),
        row!("CancelSessionResponseOk", module::CancelSessionResponseOk),
        row!("EuiccCancelSessionSigned", module::EuiccCancelSessionSigned),
        row!("BoundProfilePackage", module::BoundProfilePackage),
        row!("GetEuiccChallengeRequest", module::GetEuiccChallengeRequest),
        row!(
            "GetEuiccChallengeResponse",
            module::GetEuiccChallengeResponse
        ),
        row!(
            "ProfileInstallationResult",
            module::ProfileInstallationResult
        ),
        row!(
            "ProfileInstallationResultData",
            module::ProfileInstallationResultData
        ),
        row!("EuiccSignPIR", module::EuiccSignPir),
        row!("SuccessResult", module::SuccessResult),
        row!("ErrorResult", module::ErrorResult),
        row!("BppCommandId", module::BppCommandId),
        row!("ErrorReason", module::ErrorReason),
        row!("ListNotificationRequest", module::ListNotificationRequest),
        row!("ListNotificationResponse", module::ListNotificationResponse),
        row!("NotificationMetadata", module::NotificationMetadata),
        row!("SetNicknameRequest", module::SetNicknameRequest),
        row!("SetNicknameResponse", module::SetNicknameResponse),
        row!(
            "InitialiseSecureChannelRequest",
            module::InitialiseSecureChannelRequest
        ),
        row!("ControlRefTemplate", module::ControlRefTemplate),
        row!("ConfigureISDPRequest", module::ConfigureIsdpRequest),
        row!("DpProprietaryData", module::DpProprietaryData),
        row!(
            "ReplaceSessionKeysRequest",
            module::ReplaceSessionKeysRequest
        ),
        row!(
            "RetrieveNotificationsListRequest",
            module::RetrieveNotificationsListRequest
        ),
        row!(
            "RetrieveNotificationsListResponse",
            module::RetrieveNotificationsListResponse
        ),
        row!("PendingNotification", module::PendingNotification),
        row!("OtherSignedNotification", module::OtherSignedNotification),
        row!("NotificationSentRequest", module::NotificationSentRequest),
        row!("NotificationSentResponse", module::NotificationSentResponse),
        row!("EnableProfileRequest", module::EnableProfileRequest),
        row!("EnableProfileResponse", module::EnableProfileResponse),
        row!("DisableProfileRequest", module::DisableProfileRequest),
        row!("DisableProfileResponse", module::DisableProfileResponse),
        row!("DeleteProfileRequest", module::DeleteProfileRequest),
        row!("DeleteProfileResponse", module::DeleteProfileResponse),
        row!("EuiccMemoryResetRequest", module::EuiccMemoryResetRequest),
        row!("EuiccMemoryResetResponse", module::EuiccMemoryResetResponse),
        row!("GetEuiccDataRequest", module::GetEuiccDataRequest),
        row!("GetEuiccDataResponse", module::GetEuiccDataResponse),
        row!("GetRatRequest", module::GetRatRequest),
        row!("GetRatResponse", module::GetRatResponse),
        row!("RulesAuthorisationTable", module::RulesAuthorisationTable),
        row!(
            "ProfilePolicyAuthorisationRule",
            module::ProfilePolicyAuthorisationRule
        ),
        row!("LoadCRLRequest", module::LoadCrlRequest),
        row!("LoadCRLResponse", module::LoadCrlResponse),
        row!("LoadCRLResponseOk", module::LoadCrlResponseOk),
        row!("LoadCRLResponseError", module::LoadCrlResponseError),
        row!("ExpirationDate", module::ExpirationDate),
        row!("TotalPartialCrlNumber", module::TotalPartialCrlNumber),
        row!("PartialCrlNumber", module::PartialCrlNumber),
        row!(
            "RemoteProfileProvisioningRequest",
            module::RemoteProfileProvisioningRequest
        ),
        row!(
            "RemoteProfileProvisioningResponse",
            module::RemoteProfileProvisioningResponse
        ),
        row!(
            "InitiateAuthenticationRequest",
            module::InitiateAuthenticationRequest
        ),
        row!(
            "InitiateAuthenticationResponse",
            module::InitiateAuthenticationResponse
        ),
        row!(
            "InitiateAuthenticationOkEs9",
            module::InitiateAuthenticationOkEs9
        ),
        row!(
            "AuthenticateClientRequest",
            module::AuthenticateClientRequest
        ),
        row!(
            "AuthenticateClientResponseEs9",
            module::AuthenticateClientResponseEs9
        ),
        row!("AuthenticateClientOk", module::AuthenticateClientOk),
        row!(
            "GetBoundProfilePackageRequest",
            module::GetBoundProfilePackageRequest
        ),
        row!(
            "GetBoundProfilePackageResponse",
            module::GetBoundProfilePackageResponse
        ),
        row!("GetBoundProfilePackageOk", module::GetBoundProfilePackageOk),
        row!("HandleNotification", module::HandleNotification),
        row!("CancelSessionRequestEs9", module::CancelSessionRequestEs9),
        row!("CancelSessionResponseEs9", module::CancelSessionResponseEs9),
        row!("CancelSessionOk", module::CancelSessionOk),
        row!(
            "EuiccConfiguredAddressesRequest",
            module::EuiccConfiguredAddressesRequest
        ),
        row!(
            "EuiccConfiguredAddressesResponse",
            module::EuiccConfiguredAddressesResponse
        ),
        row!(
            "ISDRProprietaryApplicationTemplate",
            module::IsdrProprietaryApplicationTemplate
        ),
        row!("LpaeActivationRequest", module::LpaeActivationRequest),
        row!("LpaeActivationResponse", module::LpaeActivationResponse),
        row!(
            "SetDefaultDpAddressRequest",
            module::SetDefaultDpAddressRequest
        ),
        row!(
            "SetDefaultDpAddressResponse",
            module::SetDefaultDpAddressResponse
        ),
        row!(
            "AuthenticateClientResponseEs11",
            module::AuthenticateClientResponseEs11
        ),
        row!("AuthenticateClientOkEs11", module::AuthenticateClientOkEs11),
        row!("EventEntries", module::EventEntries),
    ]
}

/// Types that RSPDefinitions v3.0 adds.
pub(crate) fn v3_0() -> Vec<Row> {
    use rsp::sgp22 as module;
    vec![
        left_out("Octet4", V3_ONLY),
        left_out("PermittedEins", V3_ONLY),
        row!("OperatorId", module::OperatorId),
        row!("RpmConfiguration", module::RpmConfiguration),
        row!("RpmType", module::RpmType),
        row!("LocalisedTextMessage", module::LocalisedTextMessage),
        row!("LprConfiguration", module::LprConfiguration),
        row!("CertificateChain", module::CertificateChain),
        row!("EnterpriseConfiguration", module::EnterpriseConfiguration),
        left_out("OPENTYPE", OBJECT_CLASS),
        row!("VendorSpecificExtension", module::VendorSpecificExtension),
        row!(
            "DeviceChangeConfiguration",
            module::DeviceChangeConfiguration
        ),
        row!("EuiccSign", module::EuiccSignPir),
        left_out("RpmPackage", RPM),
        left_out("RpmCommand", RPM),
        left_out("LoadRpmPackageResult", RPM),
        left_out("LoadRpmPackageResultSigned", RPM),
        left_out("LoadRpmPackageResultDataSigned", RPM),
        left_out("RpmCommandResult", RPM),
        left_out("ContactPcmpResponse", RPM),
        left_out("LoadRpmPackageResultNotSigned", RPM),
        left_out("LoadRpmPackageErrorCodeSigned", RPM),
        left_out("LoadRpmPackageErrorCodeNotSigned", RPM),
        left_out("DeleteNotificationForDc", DEVICE_CHANGE),
        row!("CatSupportedClasses", module::CatSupportedClasses),
        row!("EuiccFormFactorType", module::EuiccFormFactorType),
        row!("LpaRspCapability", module::LpaRspCapability),
        row!("EuiccRspCapability", module::RspCapability),
        row!("LpaMode", module::LpaMode),
        left_out("UpdateMetadataResponse", RPM),
        row!("ServiceDescription", module::ServiceDescription),
        left_out("EuiccConfiguredDataRequest", V3_FUNCTION),
        left_out("EuiccConfiguredDataResponse", V3_FUNCTION),
        left_out("CtxParamsForDeviceChange", DEVICE_CHANGE),
        left_out("CtxParamsForProfileRecovery", V3_FUNCTION),
        left_out("CtxParamsForPushServiceRegistration", V3_FUNCTION),
        row!("MatchingIdSource", module::MatchingIdSource),
        row!("OperationType", module::OperationType),
        row!("SessionContext", module::SessionContext),
        row!("ServerRspCapability", module::ServerRspCapability),
        left_out("ListProfileInfo", RPM),
        left_out("AlertData", V3_FUNCTION),
        left_out("MetadataUpdateEnabledProfile", RPM),
        left_out("ServerWithPendingOperation", V3_FUNCTION),
        left_out("VerifySmdsResponseRequest", V3_FUNCTION),
        left_out("SmdsSigned2", V3_FUNCTION),
        left_out("EventRecordV3", V3_FUNCTION),
        left_out("VerifySmdsResponseResponse", V3_FUNCTION),
        left_out("LoadRpmPackageRequest", RPM),
        left_out("SmdpSigned3", RPM),
        left_out("PrepareDeviceChangeRequest", DEVICE_CHANGE),
        left_out("SmdpSigned4", DEVICE_CHANGE),
        left_out("PrepareDeviceChangeResponse", DEVICE_CHANGE),
        left_out("PrepareDeviceChangeResponseOk", DEVICE_CHANGE),
        left_out("EUICCSigned3", RPM),
        left_out("PrepareDeviceChangeResponseError", DEVICE_CHANGE),
        left_out("VerifyDeviceChangeRequest", DEVICE_CHANGE),
        left_out("SmdpSigned5", DEVICE_CHANGE),
        left_out("DeviceChangeResponse", DEVICE_CHANGE),
        left_out("DeviceChangeData", DEVICE_CHANGE),
        left_out("EncryptedDeviceChangeData", DEVICE_CHANGE),
        left_out("VerifyDeviceChangeResponse", DEVICE_CHANGE),
        left_out("E4ERequest", V3_FUNCTION),
        left_out("E4EResponse", V3_FUNCTION),
        left_out("E4EResultCode", V3_FUNCTION),
        left_out("AuthenticateClientOkRpm", RPM),
        left_out("AuthenticateClientOkDeviceChange", DEVICE_CHANGE),
        row!(
            "AuthenticateClientOkEs11V2",
            module::AuthenticateClientOkEs11
        ),
        row!("EventRecord", module::EventEntries),
        left_out("AuthenticateClientOkEs11V3", V3_FUNCTION),
        left_out("CheckEventRequest", V3_FUNCTION),
        left_out("CheckEventResponse", V3_FUNCTION),
        left_out("CheckEventOk", V3_FUNCTION),
        left_out("ConfirmDeviceChangeRequest", DEVICE_CHANGE),
        left_out("ConfirmDeviceChangeResponse", DEVICE_CHANGE),
        left_out("ConfirmDeviceChangeOk", DEVICE_CHANGE),
    ]
}
