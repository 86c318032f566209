// SPDX-License-Identifier: MIT OR Apache-2.0
//! Bytes that two independent encoders agree on (FIELD catalogue, appendix A), each built from
//! typed values and read back.

#![expect(
    clippy::unwrap_used,
    reason = "a row that has no bytes or no value is a failed test"
)]

use rsp::asn1::{Certificate, OctetString, SubjectPublicKeyInfo};
use rsp::raw::{Additions, Raw};
use rsp::sgp22::*;
use rsp::sgp32::*;

const NONE: Additions = Additions::none();

/// Encodes, compares, decodes, compares.
#[track_caller]
fn same<T>(value: &T, bytes: &str)
where
    T: rasn::Encode + rasn::Decode + PartialEq + std::fmt::Debug,
{
    let bytes = bytes.replace(' ', "");
    assert_eq!(hex::encode_upper(rsp::der::encode(value).unwrap()), bytes);
    let read: T = rsp::der::decode(&hex::decode(&bytes).unwrap()).unwrap();
    assert_eq!(read, *value);
    assert_eq!(hex::encode_upper(rsp::der::encode(&read).unwrap()), bytes);
}

fn raw<T: rasn::Encode>(value: T) -> Raw<T> {
    Raw::new(value).unwrap()
}

fn a() -> String {
    "a".to_owned()
}

fn tid() -> TransactionId {
    TransactionId::from([1])
}

fn signature() -> OctetString {
    OctetString::from([0; 4])
}

fn unsigned_error() -> EuiccPackageResult {
    EuiccPackageResult::EuiccPackageErrorUnsigned(EuiccPackageErrorUnsigned {
        eim_id: a(),
        eim_transaction_id: None,
        association_token: None,
        euicc_package_unsigned_error_code: None,
        additions: NONE,
    })
}

fn signed_result(euicc_result: Vec<EuiccResultData>) -> EuiccPackageResult {
    EuiccPackageResult::EuiccPackageResultSigned(EuiccPackageResultSigned {
        euicc_package_result_data_signed: raw(EuiccPackageResultDataSigned {
            eim_id: a(),
            counter_value: 1,
            eim_transaction_id: None,
            seq_number: 1,
            euicc_result,
            additions: NONE,
        }),
        euicc_sign_epr: signature(),
        additions: NONE,
    })
}

fn profile_info() -> Sgp32ProfileInfo {
    rsp::der::decode(&[0xE3, 0]).unwrap()
}

fn configuration() -> EimConfigurationData {
    EimConfigurationData {
        eim_id: a(),
        eim_fqdn: None,
        eim_id_type: None,
        counter_value: None,
        association_token: None,
        eim_public_key_data: None,
        trusted_public_key_data_tls: None,
        eim_supported_protocol: None,
        euicc_ci_pk_id: None,
        indirect_profile_download: None,
        esipa_proprietary_protocol_information: None,
        additions: NONE,
    }
}

#[test]
fn psmo_and_eco_lists() {
    let iccid = Iccid::from([0; 10]);
    let enable = PsmoEnable {
        iccid,
        rollback_flag: Some(()),
        additions: NONE,
    };
    same(
        &EuiccPackage::PsmoList(vec![Psmo::Enable(enable)]),
        "A0 10 A3 0E 5A 0A 00000000000000000000 05 00",
    );
    same(
        &EuiccPackage::EcoList(vec![Eco::ListEim(EcoListEim::default())]),
        "A1 02 AB 00",
    );
    let add = EimConfigurationData {
        counter_value: Some(1),
        association_token: Some(-1),
        ..configuration()
    };
    same(&Eco::AddEim(add), "A8 09 80 01 61 83 01 01 84 01 FF");
}

#[test]
fn immediate_enable_fallback_and_default_address_operations() {
    same(&Psmo::GetRat(PsmoGetRat::default()), "A6 00");
    same(
        &Psmo::UnsetFallbackAttribute(PsmoUnsetFallbackAttribute::default()),
        "A9 00",
    );
    let configure = PsmoConfigureImmediateEnable {
        immediate_enable_flag: Some(()),
        default_smdp_oid: Some("2.999.10".parse().unwrap()),
        default_smdp_address: Some("b".to_owned()),
        additions: NONE,
    };
    same(
        &Psmo::ConfigureImmediateEnable(configure),
        "A7 0A 80 00 81 03 88370A 82 01 62",
    );
}

#[test]
fn unsigned_package_error() {
    let error = EuiccPackageErrorUnsigned {
        eim_id: a(),
        eim_transaction_id: Some(tid()),
        association_token: Some(1),
        euicc_package_unsigned_error_code: None,
        additions: NONE,
    };
    same(
        &EuiccPackageResult::EuiccPackageErrorUnsigned(error),
        "BF51 0B A2 09 80 01 61 82 01 01 84 01 01",
    );
}

#[test]
fn signed_package_result_with_every_odd_shape() {
    let result = signed_result(vec![
        EuiccResultData::EnableResult(EnableProfileResult::OK),
        EuiccResultData::AddEimResult(AddEimResult::AssociationToken(7)),
        EuiccResultData::AddEimResult(AddEimResult::AddEimResultCode(
            AddEimResultAddEimResultCode::OK,
        )),
        EuiccResultData::ListEimResult(ListEimResult::EimIdList(vec![EimIdInfo {
            eim_id: a(),
            eim_id_type: None,
            additions: NONE,
        }])),
        EuiccResultData::ListEimResult(ListEimResult::ListEimError(
            ListEimResultListEimError::UNDEFINED_ERROR,
        )),
        EuiccResultData::ProcessingTerminated(
            EuiccResultDataProcessingTerminated::UNKNOWN_OR_DAMAGED_COMMAND,
        ),
        EuiccResultData::SetDefaultDpAddressResult(Sgp32SetDefaultDpAddressResponse {
            set_default_dp_address_result:
                Sgp32SetDefaultDpAddressResponseSetDefaultDpAddressResult::OK,
            additions: NONE,
        }),
        EuiccResultData::ListProfileInfoResult(Sgp32ProfileInfoListResponse::ProfileInfoListError(
            Sgp32ProfileInfoListError::PROFILE_CHANGE_ONGOING,
        )),
    ]);
    same(
        &result,
        "BF51 40 A0 3E 30 35 80 01 61 81 01 01 83 01 01 30 2A 83 01 00 A8 03 84 01 07 \
         A8 03 02 01 00 AB 07 A0 05 30 03 80 01 61 AB 03 81 01 7F 02 01 02 BF65 03 80 01 00 \
         BF2D 03 81 01 0B 5F37 04 00000000",
    );
}

#[test]
fn profile_list_inside_a_package_result() {
    let info = Sgp32ProfileInfo {
        iccid: Some(Iccid::from([0; 10])),
        ..profile_info()
    };
    let list = Sgp32ProfileInfoListResponse::ProfileInfoListOk(vec![info]);
    same(
        &signed_result(vec![EuiccResultData::ListProfileInfoResult(list)]),
        "BF51 29 A0 27 30 1E 80 01 61 81 01 01 83 01 01 30 13 BF2D 10 A0 0E E3 0C \
         5A 0A 00000000000000000000 5F37 04 00000000",
    );
    same(
        &Sgp32ProfileInfoListResponse::ProfileInfoListOk(vec![]),
        "BF2D 02 A0 00",
    );
    same(
        &Sgp32ProfileInfoListResponse::ProfileInfoListError(
            Sgp32ProfileInfoListError::PROFILE_CHANGE_ONGOING,
        ),
        "BF2D 03 81 01 0B",
    );
}

#[test]
fn package_results_on_esipa() {
    let both = EimPackageResult::EprAndNotifications(EimPackageResultEprAndNotifications {
        euicc_package_result: unsigned_error(),
        notification_list: vec![],
        additions: NONE,
    });
    let provide = |eim_package_result| ProvideEimPackageResult {
        eid_value: None,
        eim_package_result,
        additions: NONE,
    };
    same(&provide(both), "BF50 0C 30 0A BF51 05 A2 03 80 01 61 A0 00");
    let error = EimPackageResultResponseError {
        eim_transaction_id: Some(tid()),
        eim_package_result_error_code: EimPackageResultErrorCode::INVALID_PACKAGE_FORMAT,
        additions: NONE,
    };
    same(
        &provide(EimPackageResult::EimPackageResultResponseError(error)),
        "BF50 08 A0 06 80 01 01 02 01 01",
    );
    let data_error = IpaEuiccDataResponseError {
        eim_transaction_id: None,
        ipa_euicc_data_error_code: IpaEuiccDataErrorCode::INCORRECT_TAG_LIST,
        additions: NONE,
    };
    same(
        &provide(EimPackageResult::IpaEuiccDataResponse(
            IpaEuiccDataResponse::IpaEuiccDataResponseError(data_error),
        )),
        "BF50 08 BF52 05 A1 03 02 01 01",
    );
}

#[test]
fn answers_to_package_results() {
    same(
        &ProvideEimPackageResultResponse::EmptyResponse(
            ProvideEimPackageResultResponseEmptyResponse::default(),
        ),
        "BF50 02 30 00",
    );
    let numbers = vec![SequenceNumber(1), SequenceNumber(200)];
    same(
        &ProvideEimPackageResultResponse::EimAcknowledgements(EimAcknowledgements(numbers)),
        "BF50 0A BF53 07 80 01 01 80 02 00C8",
    );
}

#[test]
fn euicc_data() {
    let data = IpaEuiccData {
        notifications_list: Some(vec![]),
        euicc_package_result_list: Some(vec![unsigned_error()]),
        association_token: Some(200),
        ..IpaEuiccData::default()
    };
    same(
        &IpaEuiccDataResponse::IpaEuiccData(data),
        "BF52 12 A0 10 A0 00 A2 08 BF51 05 A2 03 80 01 61 84 02 00C8",
    );
    same(
        &IpaEuiccDataResponse::IpaEuiccData(IpaEuiccData::default()),
        "BF52 02 A0 00",
    );
    let error = IpaEuiccDataResponseError {
        eim_transaction_id: Some(tid()),
        ipa_euicc_data_error_code: IpaEuiccDataErrorCode::INCORRECT_TAG_LIST,
        additions: NONE,
    };
    same(
        &IpaEuiccDataResponse::IpaEuiccDataResponseError(error),
        "BF52 08 A1 06 80 01 01 02 01 01",
    );
}

#[test]
fn certificates_of_euicc_data_are_implicit() {
    let certificate = Certificate::from_der([0x30, 6, 0x30, 0, 0x30, 0, 0x03, 0]);
    let data = IpaEuiccData {
        eum_certificate: Some(certificate.clone()),
        euicc_certificate: Some(certificate),
        ..IpaEuiccData::default()
    };
    same(
        &IpaEuiccDataResponse::IpaEuiccData(data),
        "BF52 12 A0 10 A5 06 3000 3000 0300 A6 06 3000 3000 0300",
    );
}

#[test]
fn euicc_data_request() {
    let request = IpaEuiccDataRequest {
        tag_list: OctetString::from([0xBF, 0x20]),
        euicc_ci_pk_identifier_to_be_used: Some(OctetString::from([1])),
        search_criteria_notification: Some(
            IpaEuiccDataRequestSearchCriteriaNotification::SeqNumber(1),
        ),
        search_criteria_euicc_package_result: Some(
            IpaEuiccDataRequestSearchCriteriaEuiccPackageResult::SeqNumber(1),
        ),
        eim_transaction_id: Some(tid()),
        additions: NONE,
    };
    same(
        &request,
        "BF52 14 5C 02 BF20 04 01 01 A1 03 80 01 01 A2 03 80 01 01 83 01 01",
    );
}

#[test]
fn eim_configuration_data() {
    let key = [
        0x30, 0x0F, 0x30, 9, 6, 7, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 2, 1, 3, 2, 5, 0x80,
    ];
    let data = EimConfigurationData {
        eim_public_key_data: Some(EimConfigurationDataEimPublicKeyData::EimPublicKey(
            SubjectPublicKeyInfo::from_der(key),
        )),
        ..configuration()
    };
    same(
        &data,
        "30 16 80 01 61 A5 11 A0 0F 30 09 06 07 2A8648CE3D0201 03 02 05 80",
    );
    let criteria = GetEimConfigurationDataRequestSearchCriteria::EimId(a());
    same(
        &GetEimConfigurationDataRequest {
            search_criteria: Some(criteria),
            additions: NONE,
        },
        "BF55 05 A0 03 80 01 61",
    );
    same(&GetEimConfigurationDataRequest::default(), "BF55 00");
}

#[test]
fn initial_eim() {
    use AddInitialEimResponseAddInitialEimOk::{AddOk, AssociationToken};
    same(
        &AddInitialEimResponse::AddInitialEimOk(vec![AssociationToken(1), AddOk(())]),
        "BF57 07 A0 05 84 01 01 05 00",
    );
    same(
        &AddInitialEimResponse::AddInitialEimError(
            AddInitialEimResponseAddInitialEimError::ASSOCIATED_EIM_ALREADY_EXISTS,
        ),
        "BF57 03 81 01 02",
    );
}

#[test]
fn eim_package_retrieval() {
    same(
        &GetEimPackageResponse::EimPackageError(
            GetEimPackageResponseEimPackageError::NO_EIM_PACKAGE_AVAILABLE,
        ),
        "BF4F 03 02 01 01",
    );
    let request = GetEimPackageRequest {
        eid_value: Octet16::from([0x89; 16]),
        notify_state_change: Some(()),
        state_change_cause: Some(StateChangeCause::FALLBACK),
        r_plmn: Some(OctetString::from([0x62, 0xF2, 0x10])),
        additions: NONE,
    };
    same(
        &request,
        "BF4F 1C 5A 10 89898989898989898989898989898989 80 00 81 01 01 82 03 62F210",
    );
    same(
        &TransferEimPackageResponse::EimPackageReceived(()),
        "BF4E 02 05 00",
    );
    same(
        &TransferEimPackageResponse::EimPackageError(
            TransferEimPackageResponseEimPackageError::INVALID_PACKAGE_FORMAT,
        ),
        "BF4E 03 02 01 01",
    );
}

#[test]
fn notification_retrieval() {
    use Sgp32RetrieveNotificationsListRequestSearchCriteria as Criteria;
    use Sgp32RetrieveNotificationsListResponse as Response;
    let request = |criteria| Sgp32RetrieveNotificationsListRequest {
        search_criteria: Some(criteria),
        additions: NONE,
    };
    same(&request(Criteria::SeqNumber(5)), "BF2B 05 A0 03 80 01 05");
    same(
        &request(Criteria::EuiccPackageResults(())),
        "BF2B 04 A0 02 82 00",
    );
    same(&Response::NotificationList(vec![]), "BF2B 02 A0 00");
    same(
        &Response::NotificationsListResultError(
            Sgp32RetrieveNotificationsListResponseNotificationsListResultError::UNDEFINED_ERROR,
        ),
        "BF2B 03 81 01 7F",
    );
    same(
        &Response::EuiccPackageResultList(vec![unsigned_error()]),
        "BF2B 0A A2 08 BF51 05 A2 03 80 01 61",
    );
}

#[test]
fn enabling_and_rollback() {
    same(
        &ImmediateEnableRequest {
            refresh_flag: true,
            additions: NONE,
        },
        "BF5A 03 80 01 FF",
    );
    same(
        &ProfileRollbackRequest {
            refresh_flag: false,
            additions: NONE,
        },
        "BF58 03 80 01 00",
    );
    let response = |cmd_result, euicc_package_result| ProfileRollbackResponse {
        cmd_result,
        euicc_package_result,
        additions: NONE,
    };
    same(
        &response(ProfileRollbackResponseCmdResult::ROLLBACK_NOT_ALLOWED, None),
        "BF58 03 02 01 01",
    );
    same(
        &response(ProfileRollbackResponseCmdResult::OK, Some(unsigned_error())),
        "BF58 0B 02 01 00 BF51 05 A2 03 80 01 61",
    );
}

#[test]
fn connectivity_parameters() {
    use GetConnectivityParametersResponse as Response;
    same(
        &Response::ConnectivityParametersError(
            ConnectivityParametersError::PARAMETERS_NOT_AVAILABLE,
        ),
        "BF5F 03 81 01 01",
    );
    let parameters = ConnectivityParameters {
        http_params: Some(OctetString::from([0xAA])),
        additions: NONE,
    };
    same(
        &Response::ConnectivityParameters(parameters),
        "BF5F 05 A0 03 81 01 AA",
    );
}

#[test]
fn cancel_session() {
    same(
        &CancelSessionResponseEsipa::CancelSessionOk(Sgp32CancelSessionOk::default()),
        "BF41 02 A0 00",
    );
    same(
        &CancelSessionResponseEsipa::CancelSessionError(
            CancelSessionResponseEsipaCancelSessionError::INVALID_TRANSACTION_ID,
        ),
        "BF41 03 81 01 01",
    );
    let request = CancelSessionRequestEsipa {
        transaction_id: tid(),
        cancel_session_response: Sgp32CancelSessionResponse::CancelSessionResponseError(
            Sgp32CancelSessionResponseCancelSessionResponseError::INVALID_TRANSACTION_ID,
        ),
        additions: NONE,
    };
    same(&request, "BF41 08 80 01 01 A1 03 81 01 05");
    let compact = CompactCancelSessionResponseOk {
        compact_euicc_cancel_session_signed: CompactEuiccCancelSessionSigned::default(),
        euicc_cancel_session_signature: OctetString::from([1, 2]),
        additions: NONE,
    };
    same(&compact, "30 07 30 00 5F37 02 0102");
}

#[test]
fn authenticate_client() {
    let error = AuthenticateResponseError {
        transaction_id: tid(),
        authenticate_error_code: AuthenticateErrorCode::INVALID_CERTIFICATE,
        additions: NONE,
    };
    let request = AuthenticateClientRequestEsipa {
        transaction_id: tid(),
        authenticate_server_response: Sgp32AuthenticateServerResponse::AuthenticateResponseError(
            error,
        ),
        additions: NONE,
    };
    same(&request, "BF3B 0E 80 01 01 BF38 08 A1 06 80 01 01 02 01 01");
    same(
        &AuthenticateClientResponseEsipa::AuthenticateClientErrorEsipa(
            AuthenticateClientResponseEsipaAuthenticateClientErrorEsipa::MATCHING_ID_REFUSED,
        ),
        "BF3B 03 82 01 06",
    );
}

#[test]
fn other_esipa_errors() {
    same(
        &GetBoundProfilePackageResponseEsipa::GetBoundProfilePackageErrorEsipa(
            GetBoundProfilePackageResponseEsipaGetBoundProfilePackageErrorEsipa(1),
        ),
        "BF3A 03 81 01 01",
    );
    same(
        &InitiateAuthenticationResponseEsipa::InitiateAuthenticationErrorEsipa(
            InitiateAuthenticationResponseEsipaInitiateAuthenticationErrorEsipa::UNDEFINED_ERROR,
        ),
        "BF39 03 81 01 7F",
    );
}

#[test]
fn download_triggers() {
    let trigger = |data| ProfileDownloadTriggerRequest {
        profile_download_data: Some(data),
        eim_transaction_id: None,
        additions: NONE,
    };
    let with_id = ProfileDownloadTriggerRequest {
        eim_transaction_id: Some(tid()),
        ..trigger(ProfileDownloadData::ActivationCode("1$".to_owned()))
    };
    same(&with_id, "BF54 09 A0 04 80 02 3124 82 01 01");
    let smds = ProfileDownloadDataContactSmds {
        smds_address: Some("x".to_owned()),
        additions: NONE,
    };
    same(
        &trigger(ProfileDownloadData::ContactSmds(smds)),
        "BF54 07 A0 05 A2 03 80 01 78",
    );
    same(
        &trigger(ProfileDownloadData::ContactDefaultSmdp(())),
        "BF54 04 A0 02 81 00",
    );
    let error = ProfileDownloadTriggerResultProfileDownloadTriggerResultDataProfileDownloadError {
        profile_download_error_reason: ProfileDownloadTriggerResultProfileDownloadTriggerResultDataProfileDownloadErrorProfileDownloadErrorReason::ECALL_ACTIVE,
        error_response: None,
        additions: NONE,
    };
    let result = ProfileDownloadTriggerResult {
        eim_transaction_id: Some(tid()),
        profile_download_trigger_result_data:
            ProfileDownloadTriggerResultProfileDownloadTriggerResultData::ProfileDownloadError(
                error,
            ),
        additions: NONE,
    };
    same(&result, "BF54 08 82 01 01 30 03 80 01 68");
}

#[test]
fn memory_reset_and_bit_strings() {
    use Sgp32EuiccMemoryResetRequestResetOptions as Options;
    let options = Options::of(&[
        Options::RESET_EIM_CONFIG_DATA,
        Options::RESET_IMMEDIATE_ENABLE_CONFIG,
    ]);
    same(
        &Sgp32EuiccMemoryResetRequest {
            reset_options: options,
            additions: NONE,
        },
        "BF64 04 82 02 01 06",
    );
    let response = Sgp32EuiccMemoryResetResponse {
        reset_result: Sgp32EuiccMemoryResetResponseResetResult::OK,
        reset_eim_result: Some(Sgp32EuiccMemoryResetResponseResetEimResult::OK),
        reset_immediate_enable_config_result: Some(
            Sgp32EuiccMemoryResetResponseResetImmediateEnableConfigResult::OK,
        ),
        additions: NONE,
    };
    same(&response, "BF64 09 80 01 00 81 01 00 82 01 00");
    use IpaeActivationRequestIpaeOption as Activation;
    same(
        &IpaeActivationRequest {
            ipae_option: Activation::of(&[Activation::ACTIVATE_IPAE]),
            additions: NONE,
        },
        "BF42 04 80 02 0780",
    );
    use IsdrProprietaryApplicationTemplateIoTEuiccConfiguration as Configuration;
    let both = Configuration::of(&[
        Configuration::IPAE_SUPPORTED,
        Configuration::ENABLED_PROFILE,
    ]);
    same(
        &IsdrProprietaryApplicationTemplateIoT {
            euicc_configuration: both,
            additions: NONE,
        },
        "E1 04 80 02 06C0",
    );
    use IpaCapabilitiesIpaFeatures as Features;
    use IpaCapabilitiesIpaSupportedProtocols as Protocols;
    let capabilities = IpaCapabilities {
        ipa_features: Features::of(&[Features::INDIRECT_RSP_SERVER_COMMUNICATION]),
        ipa_supported_protocols: Some(Protocols::of(&[Protocols::IPA_RETRIEVE_HTTPS])),
        esipa_proprietary_protocol_information: None,
        additions: NONE,
    };
    same(&capabilities, "30 08 80 02 0640 81 02 0780");
}

#[test]
fn compact_notifications() {
    let metadata = NotificationMetadata {
        seq_number: 1,
        profile_management_operation: NotificationEvent::of(&[
            NotificationEvent::NOTIFICATION_INSTALL,
        ]),
        notification_address: a(),
        iccid: None,
        additions: NONE,
    };
    let compact = CompactOtherSignedNotification {
        eid_value: None,
        tbs_other_notification: raw(metadata),
        euicc_notification_signature: OctetString::from([1, 2]),
        euicc_ci_pk_identifier_to_be_used: None,
        additions: NONE,
    };
    same(
        &HandleNotificationEsipa::PendingNotification(
            Sgp32PendingNotification::CompactOtherSignedNotification(compact),
        ),
        "BF3D 16 A0 14 A1 12 BF2F 0A 80 01 01 81 02 0780 0C 01 61 5F37 02 0102",
    );
    let success = CompactSuccessResult {
        compact_aid: OctetString::from([0, 0x11]),
        sima_response: None,
        additions: NONE,
    };
    let installation = CompactProfileInstallationResultData {
        transaction_id: tid(),
        seq_number: 5,
        iccid_present: true,
        compact_final_result:
            CompactProfileInstallationResultDataCompactFinalResult::CompactSuccessResult(success),
        additions: NONE,
    };
    same(
        &installation,
        "30 0E 80 01 01 02 01 05 A2 06 A0 04 4F 02 0011",
    );
}

#[test]
fn compact_prepare_download() {
    let compact = CompactPrepareDownloadResponseOk {
        compact_euicc_signed2: CompactEuiccSigned2::default(),
        euicc_signature2: OctetString::from([1, 2]),
        additions: NONE,
    };
    same(
        &Sgp32PrepareDownloadResponse::CompactDownloadResponseOk(compact),
        "BF21 09 A2 07 30 00 5F37 02 0102",
    );
}
