// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the card says about itself: EUICCInfo1 and EUICCInfo2, EID, certificates, and the challenge
//! that opens an RSP session.

use rsp::asn1::{Certificate, OctetString};
use rsp::dialect::Dialect;
use rsp::raw::Additions;
use rsp::sgp22::{
    EuiccInfo1, GetEuiccChallengeRequest, GetEuiccChallengeResponse, GetEuiccDataRequest,
    GetEuiccDataResponse, GetEuiccInfo1Request, GetEuiccInfo2Request, RspCapability,
    SubjectKeyIdentifier, UiccCapability, VersionType,
};
use rsp::sgp32::{
    GetCertsRequest, GetCertsResponse, GetCertsResponseCerts, GetCertsResponseGetCertsError,
    IoTSpecificInfo, IpaMode, Sgp32EuiccInfo2, Sgp32EuiccInfo2EuiccCategory,
};

use super::immediate;
use crate::context::{Context, Fault};
use crate::isdr::Function;
use crate::session::Session;
use crate::status_word::StatusWord;

/// Profile packages of TCA: 2.3.1 is what servers look for first.
const PROFILE_VERSION: [u8; 3] = [2, 3, 1];
/// The newest profile packages that are understood as well.
const ADDITIONAL_PROFILE_VERSION: [u8; 3] = [3, 3, 1];
/// Firmware, our own number.
const FIRMWARE_VERSION: [u8; 3] = [0, 1, 0];
/// TS 102 241.
const TS102241_VERSION: [u8; 3] = [9, 2, 0];
/// GlobalPlatform Card Specification.
const GLOBALPLATFORM_VERSION: [u8; 3] = [2, 3, 0];
/// Protection profile.
const PP_VERSION: [u8; 3] = [1, 0, 0];
/// No site is accredited to produce test cards.
const SAS_NUMBER: &str = "TEST-ONLY-0001";
/// Volatile memory announced.
const FREE_VOLATILE_MEMORY: u32 = 0x2000;

/// Services of a profile that are understood.
pub(crate) const CAPABILITIES: [usize; 19] = [
    UiccCapability::USIM_SUPPORT,
    UiccCapability::ISIM_SUPPORT,
    UiccCapability::CSIM_SUPPORT,
    UiccCapability::AKA_MILENAGE,
    UiccCapability::AKA_CAVE,
    UiccCapability::AKA_TUAK128,
    UiccCapability::AKA_TUAK256,
    UiccCapability::USIM_TEST_ALGORITHM,
    UiccCapability::GBA_AUTHEN_USIM,
    UiccCapability::GBA_AUTHEN_I_SIM,
    UiccCapability::EAP_CLIENT,
    UiccCapability::JAVACARD,
    UiccCapability::MULTIPLE_USIM_SUPPORT,
    UiccCapability::MULTIPLE_ISIM_SUPPORT,
    UiccCapability::BER_TLV_FILE_SUPPORT,
    UiccCapability::DF_LINK_SUPPORT,
    UiccCapability::GET_IDENTITY,
    UiccCapability::PROFILE_A_X25519,
    UiccCapability::PROFILE_B_P256,
];

fn version(number: [u8; 3]) -> VersionType {
    VersionType::from(number)
}

fn verification_list(card: &Context<'_>) -> Vec<SubjectKeyIdentifier> {
    let ids = card
        .config
        .trusted_cis
        .iter()
        .map(|ci| ci.key_id().to_vec());
    ids.map(SubjectKeyIdentifier::from).collect()
}

fn signing_list(card: &Context<'_>) -> Vec<SubjectKeyIdentifier> {
    let ids = card
        .config
        .credentials
        .iter()
        .map(|credential| credential.ci_key_id.clone());
    ids.map(SubjectKeyIdentifier::from).collect()
}

/// Extended card resources (TS 102 226 §8.2.1.7.2): installed applications, free non-volatile and
/// volatile memory.
fn ext_card_resource(card: &Context<'_>) -> Vec<u8> {
    let mut resource = vec![0x81, 1, 0, 0x82, 4];
    resource.extend_from_slice(&free_memory(card).to_be_bytes());
    resource.extend_from_slice(&[0x83, 4]);
    resource.extend_from_slice(&FREE_VOLATILE_MEMORY.to_be_bytes());
    resource
}

/// Non-volatile memory that is left: profiles, eIM configuration and the configuration of immediate
/// enabling share it.
pub(crate) fn free_memory(card: &Context<'_>) -> u32 {
    let profiles = card.state.profiles.iter();
    let profiles: usize = profiles.map(|profile| profile.profile_elements.len()).sum();
    let eims: usize = card
        .state
        .eims
        .iter()
        .map(|eim| eim.configuration.len())
        .sum();
    let immediate = card.state.immediate_enable.as_ref();
    let used = profiles + eims + immediate.map_or(0, immediate::size);
    card.config
        .memory
        .saturating_sub(u32::try_from(used).unwrap_or(u32::MAX))
        .saturating_sub(card.state.lost_memory)
}

/// The same as a size.
pub(crate) fn free(card: &Context<'_>) -> usize {
    usize::try_from(free_memory(card)).unwrap_or(usize::MAX)
}

/// EUICCInfo1 (SGP.22 §5.7.8).
pub(crate) fn euicc_info1(card: &Context<'_>) -> EuiccInfo1 {
    EuiccInfo1 {
        svn: version(card.keys().svn.0),
        euicc_ci_pk_id_list_for_verification: verification_list(card),
        euicc_ci_pk_id_list_for_signing: signing_list(card),
        euicc_ci_pk_id_list_for_signing_v3: None,
        euicc_rsp_capability: None,
        highest_svn: None,
        additions: Additions::none(),
    }
}

fn rsp_capability(card: &Context<'_>) -> RspCapability {
    let always = RspCapability::of(&[
        RspCapability::ADDITIONAL_PROFILE,
        RspCapability::CRL_SUPPORT,
        RspCapability::DEVICE_INFO_EXTENSIBILITY_SUPPORT,
        RspCapability::SERVICE_SPECIFIC_DATA_SUPPORT,
    ]);
    if card.config.capabilities.test_profiles {
        always.with(RspCapability::TEST_PROFILE_SUPPORT)
    } else {
        always
    }
}

/// EUICCInfo2 with what SGP.32 adds (SGP.32 §5.9.2).
pub(crate) fn euicc_info2(card: &Context<'_>) -> Sgp32EuiccInfo2 {
    let told = card.keys().profile_version;
    // SGP.32 v1.0 has no members for them
    let later = card.keys().dialect != Dialect::V1_0;
    let capabilities = &card.config.capabilities;
    Sgp32EuiccInfo2 {
        profile_version: version(told.map_or(PROFILE_VERSION, |told| told.0)),
        svn: version(card.keys().svn.0),
        euicc_firmware_ver: version(FIRMWARE_VERSION),
        ext_card_resource: OctetString::from(ext_card_resource(card)),
        uicc_capability: UiccCapability::of(&CAPABILITIES),
        ts102241_version: Some(version(TS102241_VERSION)),
        globalplatform_version: Some(version(GLOBALPLATFORM_VERSION)),
        rsp_capability: rsp_capability(card),
        euicc_ci_pk_id_list_for_verification: verification_list(card),
        euicc_ci_pk_id_list_for_signing: signing_list(card),
        euicc_category: Some(Sgp32EuiccInfo2EuiccCategory::MEDIUM_EUICC),
        forbidden_profile_policy_rules: None,
        pp_version: version(PP_VERSION),
        sas_acreditation_number: SAS_NUMBER.to_owned(),
        certification_data_object: None,
        tre_properties: None,
        tre_product_reference: None,
        additional_euicc_profile_package_versions: told
            .is_none()
            .then(|| vec![version(ADDITIONAL_PROFILE_VERSION)]),
        ipa_mode: Some(if card.until_reset.ipae_active {
            IpaMode::IPAE
        } else {
            IpaMode::IPAD
        }),
        euicc_ci_pk_id_list_for_signing_v3: None,
        additional_euicc_info: None,
        highest_svn: None,
        iot_specific_info: Some(IoTSpecificInfo {
            iot_version: card
                .keys()
                .iot_version
                .iter()
                .map(|it| version(it.0))
                .collect(),
            ecall_supported: (later && capabilities.ecall).then_some(()),
            fallback_supported: (later && capabilities.fallback).then_some(()),
            fallback_allowed_update_supported: None,
            additions: Additions::none(),
        }),
        euicc_minimum_security_level: None,
        additions: Additions::none(),
    }
}

/// GetEUICCInfo (SGP.22 §5.7.8).
impl Function for GetEuiccInfo1Request {
    type Response = EuiccInfo1;

    fn execute(self, card: &mut Context<'_>) -> Result<EuiccInfo1, Fault> {
        Ok(euicc_info1(card))
    }
}

/// GetEUICCInfo (SGP.22 §5.7.8, SGP.32 §5.9.2).
impl Function for GetEuiccInfo2Request {
    type Response = Sgp32EuiccInfo2;

    fn execute(self, card: &mut Context<'_>) -> Result<Sgp32EuiccInfo2, Fault> {
        Ok(euicc_info2(card))
    }
}

/// GetEuiccChallenge (SGP.22 §5.7.7): starts a new RSP session, whatever was open.
impl Function for GetEuiccChallengeRequest {
    type Response = GetEuiccChallengeResponse;

    fn execute(self, card: &mut Context<'_>) -> Result<GetEuiccChallengeResponse, Fault> {
        let mut challenge = [0; 16];
        card.env.fill(&mut challenge);
        *card.session = Session::Challenged { challenge };
        Ok(GetEuiccChallengeResponse {
            euicc_challenge: challenge.into(),
            additions: Additions::none(),
        })
    }
}

/// GetEID (SGP.22 §5.7.20).
impl Function for GetEuiccDataRequest {
    type Response = GetEuiccDataResponse;

    fn decode_request(request: &[u8]) -> Result<Self, StatusWord> {
        let request: Self = rsp::der::decode(request).map_err(|_| StatusWord::INCORRECT_DATA)?;
        // the value SHALL be set to '5A'; there is no other data object and no error to answer with
        if request.tag_list.as_bytes() == [0x5A] {
            Ok(request)
        } else {
            Err(StatusWord::INCORRECT_DATA)
        }
    }

    fn execute(self, card: &mut Context<'_>) -> Result<GetEuiccDataResponse, Fault> {
        Ok(GetEuiccDataResponse {
            eid_value: card.config.eid.into(),
            additions: Additions::none(),
        })
    }
}

/// GetCerts (SGP.32 §5.9.10): without an identifier, those of the first CI of the signing list.
impl Function for GetCertsRequest {
    type Response = GetCertsResponse;

    fn execute(self, card: &mut Context<'_>) -> Result<GetCertsResponse, Fault> {
        let credential = match &self.euicc_ci_pk_id {
            None => Some(card.first_credential()?),
            Some(id) => card.credential_for_signing(id),
        };
        Ok(match credential {
            None => {
                GetCertsResponse::GetCertsError(GetCertsResponseGetCertsError::INVALID_CI_PK_ID)
            }
            Some(credential) => GetCertsResponse::Certs(GetCertsResponseCerts {
                eum_certificate: Certificate::from(credential.eum_certificate.as_slice()),
                euicc_certificate: Certificate::from(credential.euicc_certificate.as_slice()),
                additions: Additions::none(),
            }),
        })
    }
}
