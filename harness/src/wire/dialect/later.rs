// SPDX-License-Identifier: MIT OR Apache-2.0
//! What SGP.32 v1.3 adds to ESipa, left out of messages to v1.2: arms and codes that v1.2 does not
//! have, and members that the IPA itself adds. What comes from the card is forwarded as it is: a peer
//! has to tolerate members that it does not know.

use rsp::sgp32::{
    AuthenticateClientResponseEsipa,
    AuthenticateClientResponseEsipaAuthenticateClientErrorEsipa as AuthenticateError,
    EimPackageResult, EsipaMessageFromEimToIpa as Answer, EsipaMessageFromIpaToEim as Request,
    HandleNotificationEsipa, IpaEuiccData, IpaEuiccDataResponse, Sgp32PendingNotification,
    TransferEimPackageResponse as Transferred,
};

/// A message to an eIM as v1.2 has it.
pub(super) fn request_without(request: Request) -> Request {
    match request {
        Request::TransferEimPackageResponse(mut response) => {
            transferred(&mut response);
            Request::TransferEimPackageResponse(response)
        }
        Request::ProvideEimPackageResult(mut provided) => {
            result(&mut provided.eim_package_result);
            Request::ProvideEimPackageResult(provided)
        }
        Request::HandleNotificationEsipa(mut message) => {
            match &mut message {
                HandleNotificationEsipa::PendingNotification(pending) => notification(pending),
                HandleNotificationEsipa::ProvideEimPackageResult(provided) => {
                    result(&mut provided.eim_package_result);
                }
            }
            Request::HandleNotificationEsipa(message)
        }
        other => other,
    }
}

/// A message to an IPA as v1.2 has it.
pub(super) fn answer_without(answer: Answer) -> Answer {
    match answer {
        Answer::AuthenticateClientResponseEsipa(
            AuthenticateClientResponseEsipa::AuthenticateClientErrorEsipa(
                AuthenticateError::DOWNLOAD_ORDER_EXPIRED,
            ),
        ) => Answer::AuthenticateClientResponseEsipa(
            AuthenticateClientResponseEsipa::AuthenticateClientErrorEsipa(
                AuthenticateError::UNDEFINED_ERROR,
            ),
        ),
        other => other,
    }
}

fn transferred(response: &mut Transferred) {
    match response {
        Transferred::EimPackageReceivedWithCid(_) => {
            *response = Transferred::EimPackageReceived(());
        }
        Transferred::EimPackageErrorWithCid(error) => {
            *response = Transferred::EimPackageError(error.eim_package_error.0.into());
        }
        Transferred::EprAndNotifications(both) => {
            both.notification_list.iter_mut().for_each(notification);
        }
        Transferred::IpaEuiccDataResponse(IpaEuiccDataResponse::IpaEuiccData(data)) => {
            euicc_data(data);
        }
        Transferred::EuiccPackageResult(_)
        | Transferred::IpaEuiccDataResponse(_)
        | Transferred::EimPackageReceived(())
        | Transferred::EimPackageError(_) => {}
    }
}

fn result(result: &mut EimPackageResult) {
    match result {
        EimPackageResult::EprAndNotifications(both) => {
            both.notification_list.iter_mut().for_each(notification);
        }
        EimPackageResult::IpaEuiccDataResponse(IpaEuiccDataResponse::IpaEuiccData(data)) => {
            euicc_data(data);
        }
        EimPackageResult::EuiccPackageResult(_)
        | EimPackageResult::IpaEuiccDataResponse(_)
        | EimPackageResult::ProfileDownloadTriggerResult(_)
        | EimPackageResult::EimPackageResultResponseError(_) => {}
    }
}

fn notification(notification: &mut Sgp32PendingNotification) {
    if let Sgp32PendingNotification::CompactOtherSignedNotification(other) = notification {
        other.euicc_ci_pk_identifier_to_be_used = None;
    }
}

fn euicc_data(data: &mut IpaEuiccData) {
    if let Some(capabilities) = &mut data.ipa_capabilities {
        capabilities.esipa_proprietary_protocol_information = None;
    }
    if let Some(list) = &mut data.notifications_list {
        list.iter_mut().for_each(notification);
    }
}
