// SPDX-License-Identifier: MIT OR Apache-2.0
//! Notifications (SGP.22 §3.5): each is signed when it is generated and kept as it was signed.

use rsp::asn1::{Certificate, OctetString};
use rsp::raw::{Additions, Raw};
use rsp::sgp22::{
    Iccid, ListNotificationRequest, NotificationEvent, NotificationMetadata,
    NotificationSentRequest, NotificationSentResponse,
    NotificationSentResponseDeleteNotificationStatus, OtherSignedNotification,
};
use rsp::sgp32::{
    Sgp32RetrieveNotificationsListRequest,
    Sgp32RetrieveNotificationsListRequestSearchCriteria as SearchCriteria,
};
use rsp::tlv::{Tag, tlv};

use crate::config::EuiccCredential;
use crate::context::{Context, Fault};
use crate::isdp::{Event, Metadata};
use crate::isdr::Function;
use crate::personality::encoding::signed;
use crate::state::{Pending, PendingKind, State};
use crate::verbatim::Encoded;

/// `NotificationEvent` with one bit.
pub(crate) fn notification_event(event: Event) -> NotificationEvent {
    NotificationEvent::of(&[event.bit()])
}

/// `NotificationMetadata` under the next sequence number.
pub(crate) fn notification_metadata(
    card: &mut Context<'_>,
    event: Event,
    address: &str,
    iccid: Option<&[u8]>,
) -> NotificationMetadata {
    NotificationMetadata {
        seq_number: card.state.take_sequence_number(),
        profile_management_operation: notification_event(event),
        notification_address: address.to_owned(),
        iccid: iccid.map(Iccid::from),
        additions: Additions::none(),
    }
}

/// Generates a notification for every receiver that the profile's metadata names for this event
/// (SGP.22 §3.5), signed with the first credential of the signing list. Returns their numbers.
pub(crate) fn notify(
    card: &mut Context<'_>,
    event: Event,
    metadata: &Metadata,
) -> Result<Vec<i64>, Fault> {
    let credential = card.first_credential()?;
    notify_with(card, credential, event, metadata)
}

/// As [`notify`], signed with the credential given.
pub(crate) fn notify_with(
    card: &mut Context<'_>,
    credential: &EuiccCredential,
    event: Event,
    metadata: &Metadata,
) -> Result<Vec<i64>, Fault> {
    let mut numbers = Vec::new();
    for configuration in &metadata.notification_configuration_info {
        if configuration.events.contains(&event) {
            let address = &configuration.address;
            let tbs = notification_metadata(card, event, address, Some(&metadata.iccid));
            numbers.push(tbs.seq_number);
            let tbs = signed(card.keys(), "NotificationMetadata", tbs)?;
            let bytes = sign(credential, tbs.clone())?;
            queue(card, event, &tbs, bytes);
        }
    }
    Ok(numbers)
}

/// Keeps a signed notification until it is removed.
pub(crate) fn queue(
    card: &mut Context<'_>,
    event: Event,
    metadata: &Raw<NotificationMetadata>,
    bytes: Vec<u8>,
) {
    card.state.pending.push(Pending {
        sequence_number: metadata.seq_number,
        kind: PendingKind::Notification {
            event,
            metadata: metadata.bytes().to_vec(),
        },
        bytes,
    });
}

/// `OtherSignedNotification`: the signature covers the BF2F TLV.
fn sign(credential: &EuiccCredential, tbs: Raw<NotificationMetadata>) -> Result<Vec<u8>, Fault> {
    let signature = credential.private_key.sign(tbs.bytes());
    let notification = OtherSignedNotification {
        tbs_other_notification: tbs,
        euicc_notification_signature: OctetString::from(signature),
        euicc_certificate: Certificate::from(credential.euicc_certificate.as_slice()),
        eum_certificate: Certificate::from(credential.eum_certificate.as_slice()),
        other_certs_in_chain: credential.other_certificates(),
        additions: Additions::none(),
    };
    rsp::der::encode(&notification)
        .map_err(|error| Fault::encode("OtherSignedNotification", &error))
}

/// ListNotification (SGP.22 §5.7.9): metadata only, of notifications only.
impl Function for ListNotificationRequest {
    type Response = Encoded;

    fn execute(self, card: &mut Context<'_>) -> Result<Encoded, Fault> {
        let wanted = |event: Event| {
            self.profile_management_operation
                .as_ref()
                .is_none_or(|set| set.has(event.bit()))
        };
        let list = card
            .state
            .pending
            .iter()
            .filter_map(|pending| match &pending.kind {
                PendingKind::Notification { event, metadata } if wanted(*event) => {
                    Some(metadata.as_slice())
                }
                _ => None,
            });
        Ok(list_response(0xBF28, 0xA0, list))
    }
}

/// RetrieveNotificationsList (SGP.32 §5.9.11): notifications, or eUICC package results, never both.
impl Function for Sgp32RetrieveNotificationsListRequest {
    type Response = Encoded;

    fn execute(self, card: &mut Context<'_>) -> Result<Encoded, Fault> {
        let is_result = |pending: &Pending| pending.kind == PendingKind::EuiccPackageResult;
        Ok(match self.search_criteria {
            None => notifications(&card.state, |_| true),
            Some(SearchCriteria::ProfileManagementOperation(set)) => {
                notifications(&card.state, |event| set.has(event.bit()))
            }
            Some(SearchCriteria::EuiccPackageResults(())) => {
                let results = card
                    .state
                    .pending
                    .iter()
                    .filter(|pending| is_result(pending));
                list_response(
                    0xBF2B,
                    0xA2,
                    results.map(|pending| pending.bytes.as_slice()),
                )
            }
            Some(SearchCriteria::SeqNumber(number)) => {
                let found = card
                    .state
                    .pending
                    .iter()
                    .find(|pending| pending.sequence_number == number);
                let arm = if found.is_some_and(is_result) {
                    0xA2
                } else {
                    0xA0
                };
                list_response(
                    0xBF2B,
                    arm,
                    found.map(|found| found.bytes.as_slice()).into_iter(),
                )
            }
        })
    }
}

fn notifications(state: &State, wanted: impl Fn(Event) -> bool) -> Encoded {
    let list = state
        .pending
        .iter()
        .filter_map(|pending| match &pending.kind {
            PendingKind::Notification { event, .. } if wanted(*event) => {
                Some(pending.bytes.as_slice())
            }
            _ => None,
        });
    list_response(0xBF2B, 0xA0, list)
}

/// A list under the tag of its arm, in the response.
fn list_response<'a>(response: u32, arm: u32, list: impl Iterator<Item = &'a [u8]>) -> Encoded {
    let list: Vec<u8> = list.flatten().copied().collect();
    Encoded(tlv(Tag::new(response), &tlv(Tag::new(arm), &list)))
}

/// RemoveNotificationFromList (SGP.22 §5.7.11, SGP.32 §5.9.12): the number names a notification or
/// an eUICC package result.
impl Function for NotificationSentRequest {
    type Response = NotificationSentResponse;

    fn execute(self, card: &mut Context<'_>) -> Result<NotificationSentResponse, Fault> {
        use NotificationSentResponseDeleteNotificationStatus as Status;
        let known = card
            .state
            .pending
            .iter()
            .any(|pending| pending.sequence_number == self.seq_number);
        if known {
            card.state
                .pending
                .retain(|pending| pending.sequence_number != self.seq_number);
        }
        Ok(NotificationSentResponse {
            delete_notification_status: if known {
                Status::OK
            } else {
                Status::NOTHING_TO_DELETE
            },
            additions: Additions::none(),
        })
    }
}
