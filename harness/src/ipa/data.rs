// SPDX-License-Identifier: MIT OR Apache-2.0
//! Answers to an `IpaEuiccDataRequest` (SGP.32 §2.11.1.2, §2.11.2.2): exactly the members asked for.

use rsp::sgp22::{
    EuiccConfiguredAddressesRequest, EuiccConfiguredAddressesResponse, GetEuiccInfo2Request,
    SubjectKeyIdentifier,
};
use rsp::sgp32::EuiccPackageResult;
use rsp::sgp32::{
    EimPackageResult, GetCertsRequest, GetCertsResponse,
    GetCertsResponseGetCertsError as CertsError, IpaCapabilities, IpaCapabilitiesIpaFeatures,
    IpaCapabilitiesIpaSupportedProtocols, IpaEuiccData, IpaEuiccDataErrorCode, IpaEuiccDataRequest,
    IpaEuiccDataRequestSearchCriteriaEuiccPackageResult as ResultCriteria,
    IpaEuiccDataRequestSearchCriteriaNotification as NotificationCriteria, IpaEuiccDataResponse,
    IpaEuiccDataResponseError, Sgp32RetrieveNotificationsListRequestSearchCriteria as CardCriteria,
};
use rsp::tlv::Tag;

use super::eim::Eim;
use super::package::number_of;
use super::session::device_info;
use super::{Error, Ipa};
use crate::defect::IpaDefect;
use crate::iut::IpaFeatures;

/// A member of `IpaEuiccData`, by the tag that a tag list names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Member {
    Notifications,
    DefaultSmdpAddress,
    EuiccPackageResults,
    EuiccInfo1,
    EuiccInfo2,
    RootSmdsAddress,
    AssociationToken,
    EumCertificate,
    EuiccCertificate,
    /// Echoed anyway, asked for or not.
    TransactionId,
    IpaCapabilities,
    DeviceInfo,
}

/// Tags of `IpaEuiccData` that may be asked for (SGP.32 §2.11.2.2).
const MEMBERS: [(u32, Member); 12] = [
    (0xA0, Member::Notifications),
    (0x81, Member::DefaultSmdpAddress),
    (0xA2, Member::EuiccPackageResults),
    (0xBF20, Member::EuiccInfo1),
    (0xBF22, Member::EuiccInfo2),
    (0x83, Member::RootSmdsAddress),
    (0x84, Member::AssociationToken),
    (0xA5, Member::EumCertificate),
    (0xA6, Member::EuiccCertificate),
    (0x87, Member::TransactionId),
    (0xA8, Member::IpaCapabilities),
    (0xA9, Member::DeviceInfo),
];

impl Ipa {
    /// Collects the data and provides it, or the error that stands in its way.
    pub(crate) async fn answer_data_request(
        &mut self,
        eim: &Eim,
        request: &IpaEuiccDataRequest,
    ) -> Result<(), Error> {
        let response = self.data_response(eim, request)?;
        let told = match &response {
            IpaEuiccDataResponse::IpaEuiccData(data) => Some(data.clone()),
            IpaEuiccDataResponse::IpaEuiccDataResponseError(_) => None,
        };
        self.provide_patiently(eim, EimPackageResult::IpaEuiccDataResponse(response))
            .await?;
        if let Some(data) = told {
            self.has_told(eim, &data);
        }
        Ok(())
    }

    /// The data, or the error that stands in its way.
    pub(crate) fn data_response(
        &mut self,
        eim: &Eim,
        request: &IpaEuiccDataRequest,
    ) -> Result<IpaEuiccDataResponse, Error> {
        let collected = match self.collected(eim, request) {
            Err(error @ Error::Memory(_)) => return Err(error),
            Err(error) => {
                tracing::warn!("data request: {error}");
                Err(IpaEuiccDataErrorCode::UNDEFINED_ERROR)
            }
            Ok(collected) => collected,
        };
        Ok(match collected {
            Ok(data) => IpaEuiccDataResponse::IpaEuiccData(data),
            Err(code) => {
                tracing::warn!("data request not answered: {code}");
                IpaEuiccDataResponse::IpaEuiccDataResponseError(IpaEuiccDataResponseError {
                    eim_transaction_id: self.transaction(request.eim_transaction_id.clone()),
                    ipa_euicc_data_error_code: code,
                    additions: Default::default(),
                })
            }
        })
    }

    /// The data, or why it is not given: the list comes before the card, the Emergency Profile
    /// before everything.
    fn collected(
        &mut self,
        eim: &Eim,
        request: &IpaEuiccDataRequest,
    ) -> Result<Result<IpaEuiccData, IpaEuiccDataErrorCode>, Error> {
        if self.emergency()? {
            return Ok(Err(IpaEuiccDataErrorCode::ECALL_ACTIVE));
        }
        if self.has(IpaDefect::DataInErrorArm) {
            return Ok(Err(IpaEuiccDataErrorCode::UNDEFINED_ERROR));
        }
        let lenient = self.has(IpaDefect::SkipsUnknownTags);
        let Some(mut members) = tag_list(&request.tag_list, lenient) else {
            return Ok(Err(IpaEuiccDataErrorCode::INCORRECT_TAG_LIST));
        };
        if self.has(IpaDefect::IgnoresTagList) {
            members = MEMBERS.iter().map(|(_, member)| *member).collect();
        }
        if self.has(IpaDefect::DropsSecondMember) {
            members.truncate(1);
        }
        self.collect(eim, request, &members)
    }

    fn collect(
        &mut self,
        eim: &Eim,
        request: &IpaEuiccDataRequest,
        members: &[Member],
    ) -> Result<Result<IpaEuiccData, IpaEuiccDataErrorCode>, Error> {
        let mut data = IpaEuiccData {
            eim_transaction_id: self.transaction(request.eim_transaction_id.clone()),
            ..Default::default()
        };
        for member in members {
            match self.collect_member(eim, request, *member, &mut data) {
                Ok(true) => {}
                Ok(false) => return Ok(Err(IpaEuiccDataErrorCode::EUICC_CI_PK_ID_NOT_FOUND)),
                Err(error) if self.has(IpaDefect::DropsFailedMember) => {
                    tracing::warn!("data request: {error}");
                }
                Err(error) => return Err(error),
            }
        }
        Ok(Ok(data))
    }

    /// Adds one member; false when the card does not know the CI key.
    fn collect_member(
        &mut self,
        eim: &Eim,
        request: &IpaEuiccDataRequest,
        member: Member,
        data: &mut IpaEuiccData,
    ) -> Result<bool, Error> {
        match member {
            Member::Notifications => {
                let criteria = notification_criteria(request)
                    .filter(|_| !self.has(IpaDefect::IgnoresSearchCriteria));
                data.notifications_list = Some(self.card.notifications(criteria)?);
            }
            Member::EuiccPackageResults => {
                data.euicc_package_result_list = Some(self.results(request)?);
            }
            Member::DefaultSmdpAddress | Member::RootSmdsAddress => {
                self.collect_address(member, data)?;
            }
            Member::EuiccInfo1 => data.euicc_info1 = Some(self.card.info1()?),
            Member::EuiccInfo2 => {
                let request = GetEuiccInfo2Request {
                    additions: Default::default(),
                };
                data.euicc_info2 = Some(self.card.call("GetEUICCInfo2", &request)?);
            }
            Member::AssociationToken => data.association_token = eim.association_token,
            Member::EumCertificate | Member::EuiccCertificate => {
                return self.collect_certificate(member, request, data);
            }
            Member::IpaCapabilities => {
                data.ipa_capabilities = Some(capabilities(self.settings.features))
            }
            Member::TransactionId => {}
            Member::DeviceInfo => data.device_info = Some(device_info()),
        }
        Ok(true)
    }

    /// The package results that the criteria select, all of them without criteria.
    fn results(&mut self, request: &IpaEuiccDataRequest) -> Result<Vec<EuiccPackageResult>, Error> {
        let mut results = self.card.package_results()?;
        if let Some(ResultCriteria::SeqNumber(wanted)) =
            request.search_criteria_euicc_package_result
            && !self.has(IpaDefect::IgnoresSearchCriteria)
        {
            results.retain(|result| number_of(result) == Some(wanted));
        }
        Ok(results)
    }

    fn collect_address(&mut self, member: Member, data: &mut IpaEuiccData) -> Result<(), Error> {
        let request = EuiccConfiguredAddressesRequest {
            additions: Default::default(),
        };
        let addresses: EuiccConfiguredAddressesResponse =
            self.card.call("GetEuiccConfiguredAddresses", &request)?;
        if member == Member::DefaultSmdpAddress {
            data.default_smdp_address = addresses.default_dp_address;
        } else {
            data.root_smds_address = Some(addresses.root_ds_address);
        }
        Ok(())
    }

    /// ES10b.GetCerts (SGP.32 §5.9.10); false when the card does not know the CI key.
    fn collect_certificate(
        &mut self,
        member: Member,
        request: &IpaEuiccDataRequest,
        data: &mut IpaEuiccData,
    ) -> Result<bool, Error> {
        let wanted = request.euicc_ci_pk_identifier_to_be_used.as_ref();
        let wanted = wanted.filter(|_| !self.has(IpaDefect::IgnoresCiKey));
        let key_id = match wanted {
            Some(wanted) => match self.signing_key_id(wanted)? {
                Some(key_id) => Some(key_id),
                None => return Ok(false),
            },
            None => None,
        };
        let request = GetCertsRequest {
            euicc_ci_pk_id: key_id,
            additions: Default::default(),
        };
        let certs = match self.card.call("GetCerts", &request)? {
            GetCertsResponse::Certs(certs) => certs,
            GetCertsResponse::GetCertsError(CertsError::INVALID_CI_PK_ID) => return Ok(false),
            GetCertsResponse::GetCertsError(code) => {
                return Err(Error::Refused {
                    function: "GetCerts",
                    code: code.to_string(),
                });
            }
        };
        if member == Member::EumCertificate {
            data.eum_certificate = Some(certs.eum_certificate);
        } else {
            data.euicc_certificate = Some(certs.euicc_certificate);
        }
        Ok(true)
    }

    /// The one signing key of the card whose identifier begins as `wanted` does: an eIM may send it
    /// truncated (SGP.32 §2.11.1.2). Nothing when there is none, or more than one.
    fn signing_key_id(&mut self, wanted: &[u8]) -> Result<Option<SubjectKeyIdentifier>, Error> {
        const WHOLE: usize = 20;
        if wanted.len() >= WHOLE {
            return Ok(Some(SubjectKeyIdentifier::from(wanted.to_vec())));
        }
        let known = self.card.info1()?.euicc_ci_pk_id_list_for_signing;
        let mut fitting = known.into_iter().filter(|id| id.starts_with(wanted));
        Ok(fitting.next().filter(|_| fitting.next().is_none()))
    }
}

/// The members that a tag list names, in its order; nothing when a tag is cut off or names none,
/// unless such tags are to be skipped.
fn tag_list(mut bytes: &[u8], lenient: bool) -> Option<Vec<Member>> {
    let mut members = Vec::new();
    while !bytes.is_empty() {
        let tag = match Tag::read(bytes) {
            Ok(tag) => tag,
            Err(_) if lenient => break,
            Err(_) => return None,
        };
        let known = MEMBERS.iter().find(|(octets, _)| *octets == tag.octets());
        match known {
            Some((_, member)) => members.push(*member),
            None if lenient => {}
            None => return None,
        }
        bytes = bytes.get(tag.size()..)?;
    }
    Some(members)
}

fn notification_criteria(request: &IpaEuiccDataRequest) -> Option<CardCriteria> {
    request
        .search_criteria_notification
        .as_ref()
        .map(|criteria| match criteria {
            NotificationCriteria::SeqNumber(number) => CardCriteria::SeqNumber(*number),
            NotificationCriteria::ProfileManagementOperation(event) => {
                CardCriteria::ProfileManagementOperation(event.clone())
            }
        })
}

/// What this IPA announces that it can do, and retrieval over HTTPS.
fn capabilities(features: IpaFeatures) -> IpaCapabilities {
    use IpaCapabilitiesIpaFeatures as Bits;
    let table = [
        (Bits::DIRECT_RSP_SERVER_COMMUNICATION, features.direct),
        (Bits::INDIRECT_RSP_SERVER_COMMUNICATION, features.indirect),
        (
            Bits::EIM_DOWNLOAD_DATA_HANDLING,
            features.download_data_handling,
        ),
        (
            Bits::EIM_CTX_PARAMS1_GENERATION,
            features.ctx_params1_generation,
        ),
        (
            Bits::EIM_PROFILE_METADATA_VERIFICATION,
            features.metadata_verification,
        ),
        (Bits::MINIMIZE_ESIPA_BYTES, features.minimize_bytes),
    ];
    let bits = table.iter().filter(|(_, set)| *set);
    let bits: Vec<usize> = bits.map(|(bit, _)| *bit).collect();
    IpaCapabilities {
        ipa_features: Bits::of(&bits),
        ipa_supported_protocols: Some(IpaCapabilitiesIpaSupportedProtocols::of(&[
            IpaCapabilitiesIpaSupportedProtocols::IPA_RETRIEVE_HTTPS,
        ])),
        esipa_proprietary_protocol_information: None,
        additions: Default::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_of_one_and_two_octets_are_told_apart() {
        let list = hex::decode("81bf20a5a9").unwrap();
        let members = tag_list(&list, false).unwrap();
        assert_eq!(
            members,
            [
                Member::DefaultSmdpAddress,
                Member::EuiccInfo1,
                Member::EumCertificate,
                Member::DeviceInfo
            ]
        );
    }

    #[test]
    fn tags_of_no_member_make_the_list_incorrect() {
        for wrong in ["5a", "bf2d", "81bf"] {
            assert_eq!(
                tag_list(&hex::decode(wrong).unwrap(), false),
                None,
                "{wrong}"
            );
        }
    }
}
