// SPDX-License-Identifier: MIT OR Apache-2.0
//! Results of packages (SGP.32 §5.14.6): checked, recorded, and acknowledged by the card's own
//! sequence numbers, exactly those that this eIM has taken over.

use rsp::sgp22::TransactionId;
use rsp::sgp32::{
    EimAcknowledgements, EimPackageResult, EuiccPackageErrorSigned, EuiccPackageErrorUnsigned,
    EuiccPackageResult, EuiccPackageResultSigned, IpaEuiccData, IpaEuiccDataResponse,
    ProfileDownloadTriggerResult,
    ProfileDownloadTriggerResultProfileDownloadTriggerResultData as TriggerData,
    ProvideEimPackageResult, ProvideEimPackageResultResponse as Response,
    ProvideEimPackageResultResponseProvideEimPackageResultError as ProvideError, SequenceNumber,
    Sgp32PendingNotification,
};

use super::certificates::trusted_key;
use super::order::Queue;
use super::package::has_signed;
use super::{Eim, Work, decoded, encoded, lock};
use crate::iut::OrderStatus;
use crate::wire::brief::{self, brief};

/// What is told of a result that is no eUICC package result, whichever it has.
const MEMBERS: [&str; 5] = [
    "finalResult",
    "profileDownloadError",
    "ipaEuiccData",
    "ipaEuiccDataErrorCode",
    "eimPackageResultErrorCode",
];

impl Eim {
    /// ESipa.ProvideEimPackageResult.
    pub(super) async fn provide_result(&self, work: &mut Work, message: &[u8]) -> Vec<u8> {
        let refused = |code| encoded(&Response::ProvideEimPackageResultError(code));
        let Some(provided) = decoded::<ProvideEimPackageResult>(message) else {
            return refused(ProvideError::UNDEFINED_ERROR);
        };
        let eid = match self.eid_of(&provided) {
            Ok(eid) => eid,
            Err(code) => return refused(code),
        };
        let mut numbers = Vec::new();
        self.learn_certificates(work, &eid, &provided.eim_package_result);
        if let Some(result) = package_result(&provided.eim_package_result) {
            numbers.extend(lock(&self.queue).accept(&eid, result));
        }
        for notification in notifications(&provided.eim_package_result) {
            numbers.extend(self.take_over(work, &notification).await);
        }
        self.close_other(&eid, &provided.eim_package_result);
        encoded(&acknowledgement(numbers))
    }

    /// The EID, which the IPA may leave out: then its transaction tells (SGP.32 §5.14.6).
    fn eid_of(&self, provided: &ProvideEimPackageResult) -> Result<[u8; 16], ProvideError> {
        let mut queue = lock(&self.queue);
        if let Some(value) = &provided.eid_value {
            let euicc = queue.euicc(value).ok_or(ProvideError::EID_NOT_FOUND)?;
            return Ok(euicc.eid);
        }
        let transaction = transaction_of(&provided.eim_package_result);
        let entry = transaction.and_then(|transaction| queue.by_transaction(&transaction));
        entry
            .map(|entry| entry.eid)
            .ok_or(ProvideError::MISSING_EID)
    }

    /// Certificates that come with a result make later signatures checkable.
    fn learn_certificates(&self, work: &Work, eid: &[u8; 16], result: &EimPackageResult) {
        let in_data = match result {
            EimPackageResult::IpaEuiccDataResponse(IpaEuiccDataResponse::IpaEuiccData(data)) => {
                certificates_of_data(data)
            }
            _ => None,
        };
        let in_notification = || notifications(result).iter().find_map(certificates_of);
        let Some((euicc, eum)) = in_data.or_else(in_notification) else {
            return;
        };
        if let Some(known) = lock(&self.queue).euicc(eid)
            && known.key.is_none()
        {
            known.key = trusted_key(&euicc, &eum, &work.network.anchors, eid);
        }
    }

    /// Closes orders whose result is no eUICC package result.
    fn close_other(&self, eid: &[u8; 16], result: &EimPackageResult) {
        let status = match result {
            EimPackageResult::EuiccPackageResult(_) | EimPackageResult::EprAndNotifications(_) => {
                return;
            }
            EimPackageResult::IpaEuiccDataResponse(IpaEuiccDataResponse::IpaEuiccData(_)) => {
                OrderStatus::Done
            }
            EimPackageResult::ProfileDownloadTriggerResult(ProfileDownloadTriggerResult {
                profile_download_trigger_result_data: TriggerData::ProfileInstallationResult(_),
                ..
            }) => OrderStatus::Done,
            EimPackageResult::IpaEuiccDataResponse(_)
            | EimPackageResult::ProfileDownloadTriggerResult(_)
            | EimPackageResult::EimPackageResultResponseError(_) => OrderStatus::Failed,
        };
        let mut queue = lock(&self.queue);
        let transaction = transaction_of(result);
        let found = match &transaction {
            Some(transaction) => queue.by_transaction(transaction),
            None => queue.sent().find(|entry| entry.eid == *eid),
        };
        if let Some(entry) = found {
            entry.becomes(status, &brief("EimPackageResult", result, &MEMBERS));
        }
    }
}

impl Queue {
    /// Takes an eUICC package result over: its signature, its eIM and its counter must fit. Returns
    /// the sequence number to acknowledge.
    fn accept(&mut self, eid: &[u8; 16], result: &EuiccPackageResult) -> Option<i64> {
        match result {
            EuiccPackageResult::EuiccPackageResultSigned(signed) => {
                self.accept_signed(eid, signed, &brief::package_result(result))
            }
            EuiccPackageResult::EuiccPackageErrorSigned(error) => {
                self.accept_error(eid, error);
                None
            }
            EuiccPackageResult::EuiccPackageErrorUnsigned(error) => {
                self.note_unsigned(eid, error);
                None
            }
        }
    }

    fn accept_signed(
        &mut self,
        eid: &[u8; 16],
        signed: &EuiccPackageResultSigned,
        told: &str,
    ) -> Option<i64> {
        let data = &signed.euicc_package_result_data_signed;
        let ours = data.eim_id == self.eim_id();
        let euicc = self.euicc(eid)?;
        if !ours || !has_signed(euicc, data.bytes(), &signed.euicc_sign_epr) {
            tracing::warn!(
                seq = data.seq_number,
                "result discarded: its signature or eIM is wrong"
            );
            return None;
        }
        let number = data.seq_number;
        // one that came before was acknowledged, and the acknowledgement was lost
        let before = euicc.accepted.get(&number);
        if before.is_some_and(|before| before == data.bytes()) {
            return Some(number);
        }
        let transaction = data.eim_transaction_id.as_ref();
        let status = OrderStatus::Done;
        if !self.close(eid, data.counter_value, transaction, status, told) {
            return None;
        }
        let euicc = self.euicc(eid)?;
        euicc.accepted.insert(number, data.bytes().to_vec());
        Some(number)
    }

    fn accept_error(&mut self, eid: &[u8; 16], error: &EuiccPackageErrorSigned) {
        let data = &error.euicc_package_error_data_signed;
        let ours = data.eim_id == self.eim_id();
        let signed = self
            .euicc(eid)
            .is_some_and(|euicc| has_signed(euicc, data.bytes(), &error.euicc_sign_epe));
        if !ours || !signed {
            tracing::warn!("error of the eUICC discarded: its signature or eIM is wrong");
            return;
        }
        let transaction = data.eim_transaction_id.as_ref();
        let why = format!("euiccPackageErrorCode {}", data.euicc_package_error_code);
        self.close(
            eid,
            data.counter_value,
            transaction,
            OrderStatus::Failed,
            &why,
        );
    }

    /// An unsigned error proves nothing, but the package is not coming back.
    fn note_unsigned(&mut self, eid: &[u8; 16], error: &EuiccPackageErrorUnsigned) {
        let wanted = error.eim_transaction_id.clone();
        let package = |entry: &&mut super::order::Entry| {
            entry.eid == *eid
                && entry.counter_value.is_some()
                && (wanted.is_none() || entry.transaction == wanted)
        };
        if let Some(entry) = self.sent().find(package) {
            entry.becomes(OrderStatus::Failed, "euiccPackageErrorUnsigned");
        }
    }

    /// Closes the package with this counter; false when no such package is out.
    fn close(
        &mut self,
        eid: &[u8; 16],
        counter_value: i64,
        transaction: Option<&TransactionId>,
        status: OrderStatus,
        why: &str,
    ) -> bool {
        let found = self.entries.iter_mut().find(|entry| {
            entry.eid == *eid
                && entry.counter_value == Some(counter_value)
                && entry.transaction.as_ref() == transaction
        });
        let Some(entry) = found else {
            tracing::warn!(counter_value, "result of a package that was not sent");
            return false;
        };
        entry.becomes(status, why);
        true
    }
}

fn package_result(result: &EimPackageResult) -> Option<&EuiccPackageResult> {
    match result {
        EimPackageResult::EuiccPackageResult(result) => Some(result),
        EimPackageResult::EprAndNotifications(both) => Some(&both.euicc_package_result),
        _ => None,
    }
}

/// All pending notifications that a result carries.
fn notifications(result: &EimPackageResult) -> Vec<Sgp32PendingNotification> {
    match result {
        EimPackageResult::EprAndNotifications(both) => both.notification_list.clone(),
        EimPackageResult::IpaEuiccDataResponse(IpaEuiccDataResponse::IpaEuiccData(data)) => {
            data.notifications_list.clone().unwrap_or_default()
        }
        _ => Vec::new(),
    }
}

fn transaction_of(result: &EimPackageResult) -> Option<TransactionId> {
    match result {
        EimPackageResult::EuiccPackageResult(result) => transaction_of_package(result),
        EimPackageResult::EprAndNotifications(both) => {
            transaction_of_package(&both.euicc_package_result)
        }
        EimPackageResult::IpaEuiccDataResponse(IpaEuiccDataResponse::IpaEuiccData(data)) => {
            data.eim_transaction_id.clone()
        }
        EimPackageResult::IpaEuiccDataResponse(
            IpaEuiccDataResponse::IpaEuiccDataResponseError(error),
        ) => error.eim_transaction_id.clone(),
        EimPackageResult::ProfileDownloadTriggerResult(result) => result.eim_transaction_id.clone(),
        EimPackageResult::EimPackageResultResponseError(error) => error.eim_transaction_id.clone(),
    }
}

fn transaction_of_package(result: &EuiccPackageResult) -> Option<TransactionId> {
    match result {
        EuiccPackageResult::EuiccPackageResultSigned(signed) => signed
            .euicc_package_result_data_signed
            .eim_transaction_id
            .clone(),
        EuiccPackageResult::EuiccPackageErrorSigned(error) => error
            .euicc_package_error_data_signed
            .eim_transaction_id
            .clone(),
        EuiccPackageResult::EuiccPackageErrorUnsigned(error) => error.eim_transaction_id.clone(),
    }
}

fn certificates_of_data(data: &IpaEuiccData) -> Option<(Vec<u8>, Vec<u8>)> {
    let euicc = data.euicc_certificate.as_ref()?.as_der().to_vec();
    Some((euicc, data.eum_certificate.as_ref()?.as_der().to_vec()))
}

fn certificates_of(notification: &Sgp32PendingNotification) -> Option<(Vec<u8>, Vec<u8>)> {
    match notification {
        Sgp32PendingNotification::OtherSignedNotification(other) => Some((
            other.euicc_certificate.as_der().to_vec(),
            other.eum_certificate.as_der().to_vec(),
        )),
        _ => None,
    }
}

fn acknowledgement(mut numbers: Vec<i64>) -> Response {
    numbers.sort_unstable();
    numbers.dedup();
    if numbers.is_empty() {
        return Response::EmptyResponse(Default::default());
    }
    Response::EimAcknowledgements(EimAcknowledgements(
        numbers.into_iter().map(SequenceNumber).collect(),
    ))
}
