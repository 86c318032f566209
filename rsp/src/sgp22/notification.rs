// SPDX-License-Identifier: MIT OR Apache-2.0
//! Notifications.

use rasn::{AsnType, Decode, Decoder, Encode};

use super::{CertificateChain, Iccid, NotificationEvent, ProfileInstallationResult};
use crate::asn1::{Certificate, OctetString, integer_names};
use crate::raw::{Additions, Raw};

/// `ListNotificationRequest` (BF28) (SGP.22 §5.7.9).
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
#[rasn(tag(context, 40))]
pub struct ListNotificationRequest {
    /// `profileManagementOperation` (81).
    #[rasn(identifier = "profileManagementOperation", tag(context, 1))]
    pub profile_management_operation: Option<NotificationEvent>,
    /// Members this version does not know.
    pub additions: Additions,
}

integer_names! {
    /// `listNotificationsResultError` of `ListNotificationResponse`.
    ListNotificationResponseListNotificationsResultError {
        /// `undefinedError`.
        UNDEFINED_ERROR = 127 "undefinedError",
    }
}

/// `ListNotificationResponse` (BF28) (SGP.22 §5.7.9).
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(choice, automatic_tags, tag(explicit(context, 40)))]
pub enum ListNotificationResponse {
    /// `notificationMetadataList` (A0).
    #[rasn(identifier = "notificationMetadataList")]
    NotificationMetadataList(Vec<NotificationMetadata>),
    /// `listNotificationsResultError` (81).
    #[rasn(identifier = "listNotificationsResultError")]
    ListNotificationsResultError(ListNotificationResponseListNotificationsResultError),
}

/// `NotificationMetadata` (BF2F) (SGP.22 §5.7.9).
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
#[rasn(tag(context, 47))]
pub struct NotificationMetadata {
    /// `seqNumber` (80).
    #[rasn(identifier = "seqNumber", tag(context, 0))]
    pub seq_number: i64,
    /// `profileManagementOperation` (81): Only one bit set to 1.
    #[rasn(identifier = "profileManagementOperation", tag(context, 1))]
    pub profile_management_operation: NotificationEvent,
    /// `notificationAddress` (0C): FQDN to forward the notification.
    #[rasn(identifier = "notificationAddress")]
    pub notification_address: String,
    /// `iccid` (5A).
    #[rasn(identifier = "iccid")]
    pub iccid: Option<Iccid>,
    /// Members this version does not know.
    pub additions: Additions,
}

/// `searchCriteria` of `RetrieveNotificationsListRequest`.
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(choice)]
pub enum RetrieveNotificationsListRequestSearchCriteria {
    /// `seqNumber` (80).
    #[rasn(identifier = "seqNumber", tag(context, 0))]
    SeqNumber(i64),
    /// `profileManagementOperation` (81).
    #[rasn(identifier = "profileManagementOperation", tag(context, 1))]
    ProfileManagementOperation(NotificationEvent),
}

/// `RetrieveNotificationsListRequest` (BF2B) (SGP.22 §5.7.10).
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
#[rasn(automatic_tags, tag(context, 43))]
pub struct RetrieveNotificationsListRequest {
    /// `searchCriteria` (A0).
    #[rasn(identifier = "searchCriteria")]
    pub search_criteria: Option<RetrieveNotificationsListRequestSearchCriteria>,
    /// Members this version does not know.
    pub additions: Additions,
}

integer_names! {
    /// `notificationsListResultError` of `RetrieveNotificationsListResponse`.
    RetrieveNotificationsListResponseNotificationsListResultError {
        /// `noResultAvailable`.
        NO_RESULT_AVAILABLE = 1 "noResultAvailable",
        /// `undefinedError`.
        UNDEFINED_ERROR = 127 "undefinedError",
    }
}

/// `RetrieveNotificationsListResponse` (BF2B) (SGP.22 §5.7.10).
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(choice, automatic_tags, tag(explicit(context, 43)))]
pub enum RetrieveNotificationsListResponse {
    /// `notificationList` (A0).
    #[rasn(identifier = "notificationList")]
    NotificationList(Vec<PendingNotification>),
    /// `notificationsListResultError` (81).
    #[rasn(identifier = "notificationsListResultError")]
    NotificationsListResultError(RetrieveNotificationsListResponseNotificationsListResultError),
}

/// `PendingNotification` (SGP.22 §5.7.10).
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(choice)]
pub enum PendingNotification {
    /// `profileInstallationResult` (BF37).
    #[rasn(identifier = "profileInstallationResult", tag(context, 55))]
    ProfileInstallationResult(ProfileInstallationResult),
    /// `otherSignedNotification` (30).
    #[rasn(identifier = "otherSignedNotification")]
    OtherSignedNotification(OtherSignedNotification),
}

/// `OtherSignedNotification` (SGP.22 §5.7.10).
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
pub struct OtherSignedNotification {
    /// `tbsOtherNotification` (BF2F).
    #[rasn(identifier = "tbsOtherNotification")]
    pub tbs_other_notification: Raw<NotificationMetadata>,
    /// `euiccNotificationSignature` (5F37): eUICC signature of tbsOtherNotification.
    #[rasn(identifier = "euiccNotificationSignature", tag(application, 55))]
    pub euicc_notification_signature: OctetString,
    /// `euiccCertificate` (30): eUICC Certificate (CERT.EUICC.ECDSA) signed by the EUM.
    #[rasn(identifier = "euiccCertificate")]
    pub euicc_certificate: Certificate,
    /// `eumCertificate` (30): EUM Certificate (CERT.EUM.ECDSA) signed by the requested CI.
    #[rasn(identifier = "eumCertificate")]
    pub eum_certificate: Certificate,
    /// `otherCertsInChain` (A1): from SGP.22 v3.
    #[rasn(identifier = "otherCertsInChain", tag(context, 1))]
    pub other_certs_in_chain: Option<CertificateChain>,
    /// Members this version does not know.
    pub additions: Additions,
}

/// `NotificationSentRequest` (BF30) (SGP.22 §5.7.11).
#[derive(AsnType, Encode, Decode, Debug, Default, Clone, PartialEq, Eq)]
#[rasn(tag(context, 48))]
pub struct NotificationSentRequest {
    /// `seqNumber` (80).
    #[rasn(identifier = "seqNumber", tag(context, 0))]
    pub seq_number: i64,
    /// Members this version does not know.
    pub additions: Additions,
}

integer_names! {
    /// `deleteNotificationStatus` of `NotificationSentResponse`.
    NotificationSentResponseDeleteNotificationStatus {
        /// `ok`.
        OK = 0 "ok",
        /// `nothingToDelete`.
        NOTHING_TO_DELETE = 1 "nothingToDelete",
        /// `undefinedError`.
        UNDEFINED_ERROR = 127 "undefinedError",
    }
}

/// `NotificationSentResponse` (BF30) (SGP.22 §5.7.11).
#[derive(AsnType, Encode, Decode, Debug, Clone, PartialEq, Eq)]
#[rasn(automatic_tags, tag(context, 48))]
pub struct NotificationSentResponse {
    /// `deleteNotificationStatus` (80).
    #[rasn(identifier = "deleteNotificationStatus")]
    pub delete_notification_status: NotificationSentResponseDeleteNotificationStatus,
    /// Members this version does not know.
    pub additions: Additions,
}
