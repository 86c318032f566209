// SPDX-License-Identifier: MIT OR Apache-2.0
//! Which wire version an IPA speaks: what the form of its messages shows, else what was learnt of its
//! eUICC before, else the setting.
//!
//! SGP.32 v1.0 names no EID in what an IPA sends back, and a transaction only in eUICC package
//! results. Whose answer it is then follows from what is out: the only eUICC of that version that
//! owes such an answer. When there are several, the answer is nobody's, and nothing is acknowledged.

use rsp::dialect::Dialect;
use rsp::sgp22::TransactionId;
use rsp::sgp32::{
    EimPackageResult, EsipaMessageFromIpaToEim as Request, HandleNotificationEsipa, IpaEuiccData,
    IpaEuiccDataResponse, ProvideEimPackageResult,
};
use rsp::tlv::Tag;

use super::order::{Entry, Job};
use super::queue::Queue;
use super::result::transaction_of;
use super::{Eim, lock};
use crate::wire::dialect::{About, about, fits, form};

const INITIATE_AUTHENTICATION: u32 = 0xBF39;

impl Eim {
    /// The wire version in which a message is read and answered.
    pub(super) async fn dialect_of(&self, message: &[u8]) -> Dialect {
        if self.settings.fixed_dialect {
            return self.settings.dialect;
        }
        let shown = form(message);
        let about = about(message);
        let downloading = match &about.download {
            Some(transaction) => {
                let work = self.work.lock().await;
                work.downloads.find(transaction).map(|known| known.eid)
            }
            None => None,
        };
        let mut queue = lock(&self.queue);
        let eid = downloading.or_else(|| queue.whose(message, &about));
        queue.spoken(eid.as_ref(), shown)
    }

    /// Adds to a message what its version does not say and the queue knows.
    pub(super) fn complete(&self, dialect: Dialect, request: &mut Request) {
        let Some(provided) = provided_in(request) else {
            return;
        };
        let mut queue = lock(&self.queue);
        if dialect == Dialect::V1_0 && provided.eid_value.is_none() {
            queue.complete(provided);
        }
        if let Some(eid) = provided.eid_value.as_ref()
            && let Some(version) = announced(&provided.eim_package_result)
        {
            queue.announced(eid, version);
        }
    }
}

impl Queue {
    /// The eUICC that a message is about, as far as anything tells.
    fn whose(&self, message: &[u8], about: &About) -> Option<[u8; 16]> {
        if let Some(eid) = &about.eid {
            return self.known(eid).map(|euicc| euicc.eid);
        }
        if about.package.is_some() {
            let named = |entry: &&Entry| entry.transaction.as_deref() == about.package.as_deref();
            return self.entries.iter().find(named).map(|entry| entry.eid);
        }
        if Tag::read(message).map(Tag::octets) == Ok(INITIATE_AUTHENTICATION) {
            return self
                .only(|entry| matches!(entry.job, Job::Indirect(_)))
                .map(|it| it.eid);
        }
        None
    }

    /// The version to speak with an eUICC's IPA, which is kept when its form shows another than is
    /// known.
    fn spoken(&mut self, eid: Option<&[u8; 16]>, shown: Option<Dialect>) -> Dialect {
        let euicc = eid.and_then(|eid| self.known(eid));
        let known = euicc.and_then(|euicc| euicc.dialect);
        let assumed = known.unwrap_or(self.dialect);
        let Some(shown) = shown.filter(|_| !fits(shown, assumed) || shown == Some(Dialect::V1_3))
        else {
            return assumed;
        };
        if let Some(eid) = eid.filter(|_| known != Some(shown)) {
            self.speaks(eid, shown);
        }
        shown
    }

    /// Keeps the version of an eUICC and its IPA.
    pub(super) fn speaks(&mut self, eid: &[u8], dialect: Dialect) {
        if let Some(euicc) = self.euicc(eid) {
            tracing::info!("EID {} speaks SGP.32 v{dialect}", hex::encode(eid));
            euicc.dialect = Some(dialect);
        }
    }

    /// Takes the version of a card for that of its IPA, when nothing else has told it.
    fn announced(&mut self, eid: &[u8], version: Dialect) {
        let unknown = |euicc: &&super::euicc::Euicc| euicc.dialect.is_none();
        let learns = !self.fixed_dialect && version != self.dialect;
        if learns && self.known(eid).filter(unknown).is_some() {
            self.speaks(eid, version);
        }
    }

    /// Finds out whose a result is, and to which order it belongs.
    fn complete(&self, provided: &mut ProvideEimPackageResult) {
        let answers = |entry: &Entry| match &provided.eim_package_result {
            EimPackageResult::IpaEuiccDataResponse(_) => matches!(entry.job, Job::Data(_)),
            EimPackageResult::ProfileDownloadTriggerResult(_) => {
                matches!(entry.job, Job::Trigger(_) | Job::Indirect(_))
            }
            EimPackageResult::EuiccPackageResult(_) | EimPackageResult::EprAndNotifications(_) => {
                entry.job.is_package()
            }
            EimPackageResult::EimPackageResultResponseError(_) => true,
        };
        let old = |entry: &Entry| {
            let euicc = self.known(&entry.eid);
            let known = euicc.and_then(|euicc| euicc.dialect);
            known.unwrap_or(self.dialect) == Dialect::V1_0
        };
        let named = transaction_of(&provided.eim_package_result);
        let found = match &named {
            Some(_) => self.entries.iter().find(|entry| entry.transaction == named),
            None => self.only(|entry| old(entry) && answers(entry)),
        };
        let Some(entry) = found else {
            return;
        };
        provided.eid_value = Some(entry.eid.into());
        if named.is_none() {
            name(&mut provided.eim_package_result, entry.transaction.clone());
        }
    }

    /// The first of the orders that wait for their result and are wanted, when all of them are for
    /// one eUICC.
    fn only(&self, wanted: impl Fn(&Entry) -> bool) -> Option<&Entry> {
        let mut found = self
            .entries
            .iter()
            .filter(|entry| entry.is_sent() && wanted(entry));
        let first = found.next()?;
        found.all(|entry| entry.eid == first.eid).then_some(first)
    }
}

/// The result that a message delivers.
const fn provided_in(request: &mut Request) -> Option<&mut ProvideEimPackageResult> {
    match request {
        Request::ProvideEimPackageResult(provided)
        | Request::HandleNotificationEsipa(HandleNotificationEsipa::ProvideEimPackageResult(
            provided,
        )) => Some(provided),
        _ => None,
    }
}

/// Writes the transaction of its order into an answer that cannot name it.
fn name(result: &mut EimPackageResult, transaction: Option<TransactionId>) {
    match result {
        EimPackageResult::IpaEuiccDataResponse(IpaEuiccDataResponse::IpaEuiccData(data)) => {
            data.eim_transaction_id = transaction;
        }
        EimPackageResult::IpaEuiccDataResponse(
            IpaEuiccDataResponse::IpaEuiccDataResponseError(error),
        ) => error.eim_transaction_id = transaction,
        EimPackageResult::EimPackageResultResponseError(error) => {
            error.eim_transaction_id = transaction;
        }
        EimPackageResult::ProfileDownloadTriggerResult(result) => {
            result.eim_transaction_id = transaction;
        }
        EimPackageResult::EuiccPackageResult(_) | EimPackageResult::EprAndNotifications(_) => {}
    }
}

/// The newest version in the EUICCInfo2 of a data response.
fn announced(result: &EimPackageResult) -> Option<Dialect> {
    let EimPackageResult::IpaEuiccDataResponse(IpaEuiccDataResponse::IpaEuiccData(IpaEuiccData {
        euicc_info2: Some(info),
        ..
    })) = result
    else {
        return None;
    };
    let versions = &info.iot_specific_info.as_ref()?.iot_version;
    Dialect::newest_of(
        versions
            .iter()
            .filter_map(|version| version.to_vec().try_into().ok()),
    )
}
