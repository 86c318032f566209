// SPDX-License-Identifier: MIT OR Apache-2.0
//! Answers to an `IpaEuiccDataRequest` (SGP.32 §2.11.1.2, §2.11.2.2): exactly the members asked for.

use rsp::sgp22::{
    EuiccConfiguredAddressesRequest, EuiccConfiguredAddressesResponse, GetEuiccInfo2Request,
    SubjectKeyIdentifier,
};
use rsp::sgp32::EuiccPackageResult;
use rsp::sgp32::{
    EimPackageResult, GetCertsRequest, GetCertsResponse, IpaCapabilities,
    IpaCapabilitiesIpaFeatures, IpaCapabilitiesIpaSupportedProtocols, IpaEuiccData,
    IpaEuiccDataErrorCode, IpaEuiccDataRequest,
    IpaEuiccDataRequestSearchCriteriaEuiccPackageResult as ResultCriteria,
    IpaEuiccDataRequestSearchCriteriaNotification as NotificationCriteria, IpaEuiccDataResponse,
    IpaEuiccDataResponseError, Sgp32RetrieveNotificationsListRequestSearchCriteria as CardCriteria,
};
use rsp::tlv::Tag;

use super::eim::Eim;
use super::session::device_info;
use super::{Error, Ipa};

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
    IpaCapabilities,
    DeviceInfo,
}

/// Tags of `IpaEuiccData` that may be asked for (SGP.32 §2.11.2.2).
const MEMBERS: [(u32, Member); 11] = [
    (0xA0, Member::Notifications),
    (0x81, Member::DefaultSmdpAddress),
    (0xA2, Member::EuiccPackageResults),
    (0xBF20, Member::EuiccInfo1),
    (0xBF22, Member::EuiccInfo2),
    (0x83, Member::RootSmdsAddress),
    (0x84, Member::AssociationToken),
    (0xA5, Member::EumCertificate),
    (0xA6, Member::EuiccCertificate),
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
        let collected = match tag_list(&request.tag_list) {
            Some(members) => self.collect(eim, request, &members)?,
            None => Err(IpaEuiccDataErrorCode::INCORRECT_TAG_LIST),
        };
        let response = match collected {
            Ok(data) => IpaEuiccDataResponse::IpaEuiccData(data),
            Err(code) => {
                tracing::warn!("data request not answered: {code}");
                IpaEuiccDataResponse::IpaEuiccDataResponseError(IpaEuiccDataResponseError {
                    eim_transaction_id: request.eim_transaction_id.clone(),
                    ipa_euicc_data_error_code: code,
                    additions: Default::default(),
                })
            }
        };
        self.provide(eim, EimPackageResult::IpaEuiccDataResponse(response))
            .await
    }

    fn collect(
        &mut self,
        eim: &Eim,
        request: &IpaEuiccDataRequest,
        members: &[Member],
    ) -> Result<Result<IpaEuiccData, IpaEuiccDataErrorCode>, Error> {
        let mut data = IpaEuiccData {
            eim_transaction_id: request.eim_transaction_id.clone(),
            ..Default::default()
        };
        for member in members {
            match member {
                Member::Notifications => {
                    let criteria = notification_criteria(request);
                    data.notifications_list = Some(self.card.notifications(criteria)?);
                }
                Member::EuiccPackageResults => {
                    data.euicc_package_result_list = Some(self.results(request)?);
                }
                Member::DefaultSmdpAddress | Member::RootSmdsAddress => {
                    self.collect_address(*member, &mut data)?;
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
                    if !self.collect_certificate(*member, request, &mut data)? {
                        return Ok(Err(IpaEuiccDataErrorCode::EUICC_CI_PK_ID_NOT_FOUND));
                    }
                }
                Member::IpaCapabilities => data.ipa_capabilities = Some(capabilities()),
                Member::DeviceInfo => data.device_info = Some(device_info()),
            }
        }
        Ok(Ok(data))
    }

    /// The package results that the criteria select, all of them without criteria.
    fn results(&mut self, request: &IpaEuiccDataRequest) -> Result<Vec<EuiccPackageResult>, Error> {
        let mut results = self.card.package_results()?;
        if let Some(ResultCriteria::SeqNumber(wanted)) =
            request.search_criteria_euicc_package_result
        {
            results.retain(|result| sequence_number(result) == Some(wanted));
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
        let key_id = request.euicc_ci_pk_identifier_to_be_used.as_ref();
        let request = GetCertsRequest {
            euicc_ci_pk_id: key_id.map(|id| SubjectKeyIdentifier::from(id.to_vec())),
            additions: Default::default(),
        };
        let GetCertsResponse::Certs(certs) = self.card.call("GetCerts", &request)? else {
            return Ok(false);
        };
        if member == Member::EumCertificate {
            data.eum_certificate = Some(certs.eum_certificate);
        } else {
            data.euicc_certificate = Some(certs.euicc_certificate);
        }
        Ok(true)
    }
}

/// The members that a tag list names, in its order; nothing when a tag is cut off or names none.
fn tag_list(mut bytes: &[u8]) -> Option<Vec<Member>> {
    let mut members = Vec::new();
    while !bytes.is_empty() {
        let tag = Tag::read(bytes).ok()?;
        let (_, member) = MEMBERS.iter().find(|(octets, _)| *octets == tag.octets())?;
        members.push(*member);
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

fn sequence_number(result: &EuiccPackageResult) -> Option<i64> {
    match result {
        EuiccPackageResult::EuiccPackageResultSigned(signed) => {
            Some(signed.euicc_package_result_data_signed.seq_number)
        }
        EuiccPackageResult::EuiccPackageErrorSigned(_)
        | EuiccPackageResult::EuiccPackageErrorUnsigned(_) => None,
    }
}

/// What this IPA can do: direct and indirect download, retrieval over HTTPS.
fn capabilities() -> IpaCapabilities {
    IpaCapabilities {
        ipa_features: IpaCapabilitiesIpaFeatures::of(&[
            IpaCapabilitiesIpaFeatures::DIRECT_RSP_SERVER_COMMUNICATION,
            IpaCapabilitiesIpaFeatures::INDIRECT_RSP_SERVER_COMMUNICATION,
            IpaCapabilitiesIpaFeatures::EIM_DOWNLOAD_DATA_HANDLING,
        ]),
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
        let members = tag_list(&list).unwrap();
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
            assert_eq!(tag_list(&hex::decode(wrong).unwrap()), None, "{wrong}");
        }
    }
}
