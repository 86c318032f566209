// SPDX-License-Identifier: MIT OR Apache-2.0
//! Results of packages (SGP.32 §5.14.6): checked, recorded, and acknowledged by the card's own
//! sequence numbers, exactly those that this eIM has taken over.
//!
//! A result belongs to the order with its EID, counterValue and eimTransactionId, however late it
//! comes and whatever came before; seqNumber is the card's own and says nothing about orders.

use rsp::sgp22::{ProfileInstallationResultDataFinalResult as FinalResult, TransactionId};
use rsp::sgp32::{
    EimAcknowledgements, EimPackageResult, EuiccPackageErrorSigned, EuiccPackageErrorUnsigned,
    EuiccPackageResult, IpaEuiccDataResponse, ProfileDownloadTriggerResult,
    ProfileDownloadTriggerResultProfileDownloadTriggerResultData as TriggerData,
    ProvideEimPackageResult, ProvideEimPackageResultResponse as Response,
    ProvideEimPackageResultResponseProvideEimPackageResultError as ProvideError, SequenceNumber,
    Sgp32PendingNotification,
};

use super::certificates::certificates_of;
use super::order::{Entry, Job};
use super::package::encoded;
use super::{Eim, Work, lock};
use crate::defect::EimDefect;
use crate::iut::OrderStatus;
use crate::wire::brief::brief;

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
    pub(super) async fn provide_result(
        &self,
        work: &mut Work,
        provided: &ProvideEimPackageResult,
    ) -> Response {
        let eid = match self.eid_of(provided) {
            Ok(eid) => eid,
            Err(_) if self.has(EimDefect::UndefinedForWrongResult) => {
                return Response::ProvideEimPackageResultError(ProvideError::UNDEFINED_ERROR);
            }
            Err(code) => return Response::ProvideEimPackageResultError(code),
        };
        let result = &provided.eim_package_result;
        let numbers = self.take_result(work, &eid, result).await;
        if self.has(EimDefect::AcknowledgesNothing) {
            return acknowledgement(Vec::new());
        }
        acknowledgement(numbers)
    }

    /// Takes over what a result carries and returns the sequence numbers of what was taken.
    pub(super) async fn take_result(
        &self,
        work: &mut Work,
        eid: &[u8; 16],
        result: &EimPackageResult,
    ) -> Vec<i64> {
        let mut numbers = Vec::new();
        self.learn_certificates(work, eid, result);
        self.learn_data(eid, result);
        for result in package_results(result) {
            let mut queue = lock(&self.queue);
            queue.clock = work.env.now();
            numbers.extend(queue.accept(eid, result));
        }
        for notification in notifications(result) {
            numbers.extend(self.take_over(work, Some(eid), &notification).await);
        }
        self.close_other(eid, result);
        numbers
    }

    /// The EID, which the IPA may leave out: then its transaction tells (SGP.32 §5.14.6).
    fn eid_of(&self, provided: &ProvideEimPackageResult) -> Result<[u8; 16], ProvideError> {
        let queue = lock(&self.queue);
        let given = provided.eid_value.as_ref();
        if let Some(value) = given.filter(|_| !self.has(EimDefect::IgnoresResultEid)) {
            if value.len() != super::queue::EID_LENGTH {
                return Err(ProvideError::INVALID_EID);
            }
            let euicc = queue.known(value).ok_or(ProvideError::EID_NOT_FOUND)?;
            return Ok(euicc.eid);
        }
        if self.has(EimDefect::RequiresEid) {
            return Err(ProvideError::MISSING_EID);
        }
        let transaction = transaction_of(&provided.eim_package_result);
        let transaction = transaction.ok_or(ProvideError::MISSING_EID)?;
        // a result may come again after its order was closed
        let mut entries = queue.entries.iter();
        entries
            .find(|entry| entry.transaction.as_ref() == Some(&transaction))
            .map(|entry| entry.eid)
            .ok_or(ProvideError::MISSING_EID)
    }

    /// Certificates that come with a result make later signatures checkable.
    fn learn_certificates(&self, work: &Work, eid: &[u8; 16], result: &EimPackageResult) {
        let unchecked = self.has(EimDefect::TrustsAnyCertificate);
        for pair in certificates_of(result) {
            let mut queue = lock(&self.queue);
            if let Some(euicc) = queue.euicc(eid)
                && euicc.learn(pair, &work.network.anchors, unchecked)
            {
                tracing::info!("certificates of EID {} learned", hex::encode(eid));
            }
        }
    }

    /// What the answer to a data request tells makes later messages shorter.
    fn learn_data(&self, eid: &[u8; 16], result: &EimPackageResult) {
        if let EimPackageResult::IpaEuiccDataResponse(IpaEuiccDataResponse::IpaEuiccData(data)) =
            result
            && let Some(euicc) = lock(&self.queue).euicc(eid)
        {
            euicc.knowledge.learn(data);
            if self.has(EimDefect::ForgetsFeatures) {
                euicc.knowledge.capabilities = None;
            }
        }
    }

    /// Closes orders whose result is no eUICC package result.
    fn close_other(&self, eid: &[u8; 16], result: &EimPackageResult) {
        let Some(mut status) = status_of_other(result) else {
            return;
        };
        if self.has(EimDefect::ContraryOutcome) {
            status = match status {
                OrderStatus::Done => OrderStatus::Failed,
                _ => OrderStatus::Done,
            };
        }
        let transaction = transaction_of(result);
        let careless = self.has(EimDefect::SuccessWhateverTheCode);
        let mut queue = lock(&self.queue);
        if let EimPackageResult::ProfileDownloadTriggerResult(ProfileDownloadTriggerResult {
            profile_download_trigger_result_data: TriggerData::ProfileInstallationResult(result),
            ..
        }) = result
        {
            let data = &result.profile_installation_result_data;
            let euicc = queue.known(eid);
            let keyed = euicc.is_some_and(|it| !it.keys.is_empty());
            let signed =
                euicc.is_some_and(|it| it.has_signed(data.bytes(), &result.euicc_sign_pir));
            if keyed && !signed && !self.has(EimDefect::VerifiesNothing) {
                tracing::warn!("installation result not believed: its signature is wrong");
                return;
            }
            if signed {
                queue.installed(eid, result);
            }
        }
        let any = self.has(EimDefect::IgnoresTransactionId);
        let fits = |entry: &&mut Entry| {
            entry.eid == *eid
                && (any || is_answered_by(&entry.job, result))
                && (any || transaction.is_none() || entry.transaction == transaction)
        };
        if let Some(entry) = queue.sent().find(fits) {
            entry.answered("EimPackageResult", encoded(result));
            let status = if careless { OrderStatus::Done } else { status };
            entry.becomes(status, &in_words(result));
        }
    }
}

/// Whether an order can have such a result: nothing unsigned ends an eUICC package, but for the
/// error of an IPA that could not give it to the card.
const fn is_answered_by(job: &Job, result: &EimPackageResult) -> bool {
    match result {
        EimPackageResult::IpaEuiccDataResponse(_) => matches!(job, Job::Data(_)),
        EimPackageResult::ProfileDownloadTriggerResult(_) => {
            matches!(job, Job::Trigger(_) | Job::Indirect(_))
        }
        _ => true,
    }
}

/// A result that is no eUICC package result, in a few words.
fn in_words(result: &EimPackageResult) -> String {
    let told = brief("EimPackageResult", result, &MEMBERS);
    let EimPackageResult::IpaEuiccDataResponse(data @ IpaEuiccDataResponse::IpaEuiccData(_)) =
        result
    else {
        return told;
    };
    let tree = rsp::schema::decode_lenient("IpaEuiccDataResponse", &encoded(data));
    let names = tree.find("ipaEuiccData").map(|data| {
        let members = data.children.iter().map(|member| member.name.as_ref());
        members
            .filter(|name| *name != "eimTransactionId")
            .collect::<Vec<_>>()
    });
    names.map_or(told, |names| format!("ipaEuiccData: {}", names.join(", ")))
}

/// What a result that is no eUICC package result means for its order.
fn status_of_other(result: &EimPackageResult) -> Option<OrderStatus> {
    Some(match result {
        EimPackageResult::EuiccPackageResult(_) | EimPackageResult::EprAndNotifications(_) => {
            return None;
        }
        EimPackageResult::IpaEuiccDataResponse(IpaEuiccDataResponse::IpaEuiccData(_)) => {
            OrderStatus::Done
        }
        EimPackageResult::ProfileDownloadTriggerResult(ProfileDownloadTriggerResult {
            profile_download_trigger_result_data: TriggerData::ProfileInstallationResult(result),
            ..
        }) => match result.profile_installation_result_data.final_result {
            FinalResult::SuccessResult(_) => OrderStatus::Done,
            FinalResult::ErrorResult(_) => OrderStatus::Failed,
        },
        EimPackageResult::IpaEuiccDataResponse(_)
        | EimPackageResult::ProfileDownloadTriggerResult(_)
        | EimPackageResult::EimPackageResultResponseError(_) => OrderStatus::Failed,
    })
}

/// All eUICC package results that a result carries.
fn package_results(result: &EimPackageResult) -> Vec<&EuiccPackageResult> {
    match result {
        EimPackageResult::EuiccPackageResult(result) => vec![result],
        EimPackageResult::EprAndNotifications(both) => vec![&both.euicc_package_result],
        EimPackageResult::IpaEuiccDataResponse(IpaEuiccDataResponse::IpaEuiccData(data)) => {
            data.euicc_package_result_list.iter().flatten().collect()
        }
        _ => Vec::new(),
    }
}

/// All pending notifications that a result carries.
pub(super) fn notifications(result: &EimPackageResult) -> Vec<Sgp32PendingNotification> {
    match result {
        EimPackageResult::EprAndNotifications(both) => both.notification_list.clone(),
        EimPackageResult::IpaEuiccDataResponse(IpaEuiccDataResponse::IpaEuiccData(data)) => {
            data.notifications_list.clone().unwrap_or_default()
        }
        _ => Vec::new(),
    }
}

/// The transaction that a result names.
pub(super) fn transaction_of(result: &EimPackageResult) -> Option<TransactionId> {
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
        EuiccPackageResult::EuiccPackageErrorSigned(EuiccPackageErrorSigned {
            euicc_package_error_data_signed: data,
            ..
        }) => data.eim_transaction_id.clone(),
        EuiccPackageResult::EuiccPackageErrorUnsigned(EuiccPackageErrorUnsigned {
            eim_transaction_id,
            ..
        }) => eim_transaction_id.clone(),
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
