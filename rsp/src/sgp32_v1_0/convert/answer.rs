// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a card says of itself, signs for servers and keeps for them: eUICC information,
//! authentication, notifications.

use rasn::{Decode, Encode};

use super::{ConvertError, choices};
use crate::sgp32::{
    EuiccPackageResult, IoTSpecificInfo, Sgp32EuiccInfo2, Sgp32PendingNotification,
    Sgp32RetrieveNotificationsListResponse as List,
};
use crate::sgp32_v1_0::Sgp32RetrieveNotificationsListResponse as OldList;
use crate::{sgp32, sgp32_v1_0 as v1_0};

/// A message whose bytes are the same in both versions, with signed parts that keep theirs.
fn same_bytes<T: Encode, U: Decode>(value: &T) -> Result<U, ConvertError> {
    Ok(crate::der::decode(&crate::der::encode(value)?)?)
}

/// v1.0 has AuthenticateResponseOk of SGP.22, with the information that all cards have.
impl TryFrom<v1_0::Sgp32AuthenticateServerResponse> for sgp32::Sgp32AuthenticateServerResponse {
    type Error = ConvertError;

    fn try_from(old: v1_0::Sgp32AuthenticateServerResponse) -> Result<Self, ConvertError> {
        same_bytes(&old)
    }
}

impl TryFrom<sgp32::Sgp32AuthenticateServerResponse> for v1_0::Sgp32AuthenticateServerResponse {
    type Error = ConvertError;

    fn try_from(new: sgp32::Sgp32AuthenticateServerResponse) -> Result<Self, ConvertError> {
        same_bytes(&new)
    }
}

choices! {
    Sgp32PendingNotification {
        ProfileInstallationResult,
        OtherSignedNotification,
        CompactProfileInstallationResult;
        CompactOtherSignedNotification,
    }
}

impl From<v1_0::CompactOtherSignedNotification> for sgp32::CompactOtherSignedNotification {
    fn from(old: v1_0::CompactOtherSignedNotification) -> Self {
        Self {
            eid_value: None,
            tbs_other_notification: old.tbs_other_notification,
            euicc_notification_signature: old.euicc_notification_signature,
            euicc_ci_pk_identifier_to_be_used: None,
            additions: old.additions,
        }
    }
}

/// v1.0 names neither the eUICC nor the CI here; an eIM knows them from the request.
impl From<sgp32::CompactOtherSignedNotification> for v1_0::CompactOtherSignedNotification {
    fn from(new: sgp32::CompactOtherSignedNotification) -> Self {
        Self {
            tbs_other_notification: new.tbs_other_notification,
            euicc_notification_signature: new.euicc_notification_signature,
            additions: new.additions,
        }
    }
}

impl v1_0::Sgp32RetrieveNotificationsListResponse {
    /// The notifications and the results that are in it, whatever its arm; nothing of an error.
    #[must_use]
    pub fn into_lists(self) -> (Vec<Sgp32PendingNotification>, Vec<EuiccPackageResult>) {
        let (notifications, results) = match self {
            Self::NotificationList(list) => (list, Vec::new()),
            Self::NotificationsListResultError(_) => (Vec::new(), Vec::new()),
            Self::EuiccPackageResultList(list) => (Vec::new(), list),
            Self::NotificationAndEprList(both) => {
                (both.notification_list, both.euicc_package_result_list)
            }
        };
        (
            notifications.into_iter().map(Into::into).collect(),
            results.into_iter().map(Into::into).collect(),
        )
    }
}

impl TryFrom<v1_0::Sgp32RetrieveNotificationsListResponse> for List {
    type Error = ConvertError;

    /// Later versions have no arm for notifications and results together:
    /// [`v1_0::Sgp32RetrieveNotificationsListResponse::into_lists`].
    fn try_from(old: OldList) -> Result<Self, ConvertError> {
        Ok(match old {
            OldList::NotificationsListResultError(code) => {
                Self::NotificationsListResultError(code.0.into())
            }
            OldList::EuiccPackageResultList(_) => Self::EuiccPackageResultList(old.into_lists().1),
            OldList::NotificationList(_) => Self::NotificationList(old.into_lists().0),
            OldList::NotificationAndEprList(_) => {
                return Err(ConvertError::Gone("notificationAndEprList"));
            }
        })
    }
}

impl TryFrom<List> for v1_0::Sgp32RetrieveNotificationsListResponse {
    type Error = ConvertError;

    fn try_from(new: List) -> Result<Self, ConvertError> {
        Ok(match new {
            List::NotificationList(list) => {
                Self::NotificationList(list.into_iter().map(Into::into).collect())
            }
            List::NotificationsListResultError(code) => {
                Self::NotificationsListResultError(code.0.into())
            }
            List::EuiccPackageResultList(list) => {
                let list = list.into_iter().map(TryInto::try_into);
                Self::EuiccPackageResultList(list.collect::<Result<_, _>>()?)
            }
        })
    }
}

/// The members of both versions, then what is said of the others.
macro_rules! information {
    ($from:ident { $($member:ident,)* } $($rest:tt)*) => {
        Self { $($member: $from.$member,)* $($rest)* }
    };
}

impl From<v1_0::Sgp32EuiccInfo2> for Sgp32EuiccInfo2 {
    fn from(old: v1_0::Sgp32EuiccInfo2) -> Self {
        information! {
            old {
                profile_version, svn, euicc_firmware_ver, ext_card_resource, uicc_capability,
                ts102241_version, globalplatform_version, rsp_capability,
                euicc_ci_pk_id_list_for_verification, euicc_ci_pk_id_list_for_signing,
                forbidden_profile_policy_rules, pp_version, sas_acreditation_number,
                certification_data_object, tre_product_reference,
                additional_euicc_profile_package_versions, ipa_mode, additions,
            }
            euicc_category: old.euicc_category.map(|category| category.0.into()),
            tre_properties: old.tre_properties.map(|set| sgp32::Sgp32EuiccInfo2TreProperties(set.0)),
            euicc_ci_pk_id_list_for_signing_v3: old.rfu2,
            additional_euicc_info: old.rfu3,
            highest_svn: old.rfu4,
            iot_specific_info: old.iot_specific_info.map(Into::into),
            euicc_minimum_security_level: None,
        }
    }
}

/// What v1.0 has no member for is left out.
impl From<Sgp32EuiccInfo2> for v1_0::Sgp32EuiccInfo2 {
    fn from(new: Sgp32EuiccInfo2) -> Self {
        information! {
            new {
                profile_version, svn, euicc_firmware_ver, ext_card_resource, uicc_capability,
                ts102241_version, globalplatform_version, rsp_capability,
                euicc_ci_pk_id_list_for_verification, euicc_ci_pk_id_list_for_signing,
                forbidden_profile_policy_rules, pp_version, sas_acreditation_number,
                certification_data_object, tre_product_reference,
                additional_euicc_profile_package_versions, ipa_mode, additions,
            }
            euicc_category: new.euicc_category.map(|category| category.0.into()),
            tre_properties: new.tre_properties.map(|set| v1_0::Sgp32EuiccInfo2TreProperties(set.0)),
            rfu2: new.euicc_ci_pk_id_list_for_signing_v3,
            rfu3: new.additional_euicc_info,
            rfu4: new.highest_svn,
            iot_specific_info: new.iot_specific_info.map(Into::into),
        }
    }
}

impl From<v1_0::IoTSpecificInfo> for IoTSpecificInfo {
    fn from(old: v1_0::IoTSpecificInfo) -> Self {
        Self {
            iot_version: old.iot_version,
            ecall_supported: None,
            fallback_supported: None,
            fallback_allowed_update_supported: None,
            additions: old.additions,
        }
    }
}

impl From<IoTSpecificInfo> for v1_0::IoTSpecificInfo {
    fn from(new: IoTSpecificInfo) -> Self {
        Self {
            iot_version: new.iot_version,
            additions: new.additions,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::der::{decode, encode};
    use crate::schema::from_value;
    use serde_json::json;

    #[test]
    fn information_loses_what_later_cards_can() {
        let version = |numbers: [u8; 3]| crate::sgp22::VersionType::from(numbers);
        let new = Sgp32EuiccInfo2 {
            svn: version([2, 5, 0]),
            highest_svn: Some(version([3, 1, 0])),
            iot_specific_info: Some(IoTSpecificInfo {
                iot_version: vec![version([1, 0, 0])],
                fallback_supported: Some(()),
                ..Default::default()
            }),
            euicc_category: Some(2.into()),
            ..Default::default()
        };
        let old = v1_0::Sgp32EuiccInfo2::from(new.clone());
        let back = Sgp32EuiccInfo2::from(old.clone());
        let told = back.iot_specific_info.clone().unwrap();
        assert_eq!(told.fallback_supported, None);
        assert_eq!(told.iot_version, [version([1, 0, 0])]);
        assert_eq!(
            back,
            Sgp32EuiccInfo2 {
                iot_specific_info: Some(told),
                ..new
            }
        );
        assert_eq!(encode(&old).unwrap(), encode(&back).unwrap());
    }

    #[test]
    fn a_list_of_both_is_taken_apart() {
        let unsigned = json!({ "euiccPackageErrorUnsigned": { "eimId": "eim1" } });
        let metadata = json!({
            "seqNumber": 1, "profileManagementOperation": [], "notificationAddress": "a.example",
        });
        let compact = json!({ "compactOtherSignedNotification": {
            "tbsOtherNotification": metadata, "euiccNotificationSignature": "aabb" } });
        let both = json!({ "notificationAndEprList": {
            "notificationList": [compact], "euiccPackageResultList": [unsigned] } });
        let name = "sgp32_v1_0::SGP32-RetrieveNotificationsListResponse";
        let list: OldList = decode(&from_value(name, &both).unwrap()).unwrap();
        assert!(List::try_from(list.clone()).is_err());
        let (notifications, results) = list.into_lists();
        assert_eq!((notifications.len(), results.len()), (1, 1));
        let new = List::EuiccPackageResultList(results);
        let old = OldList::try_from(new.clone()).unwrap();
        assert_eq!(List::try_from(old).unwrap(), new);
        let new = List::NotificationList(notifications);
        let old = OldList::try_from(new.clone()).unwrap();
        assert_eq!(List::try_from(old).unwrap(), new);
    }
}
