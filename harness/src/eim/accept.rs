// SPDX-License-Identifier: MIT OR Apache-2.0
//! eUICC package results (SGP.32 §2.11.2.1): nothing of them counts before the signature is
//! verified.
//!
//! Traps: the card signs with the token that the package was signed with, even when the package has
//! changed it; one package can have two results, when the IPA rolled it back; a result that was
//! acknowledged comes again when the acknowledgement got lost, and is acknowledged again.

use rsp::dialect::Dialect;
use rsp::sgp22::TransactionId;
use rsp::sgp32::{
    EuiccPackageErrorCode, EuiccPackageErrorSigned, EuiccPackageErrorUnsigned, EuiccPackageResult,
    EuiccPackageResultSigned, EuiccResultData,
};

use super::limits::are_results_of;
use super::operation::operations;
use super::order::{Entry, Job};
use super::package::{encoded, signed_of_result};
use super::queue::Queue;
use crate::defect::EimDefect;
use crate::iut::OrderStatus;

/// eumCertificate, euiccCertificate and euiccPackageResultList of `IpaEuiccData`.
const LEARN: [u8; 3] = [0xA5, 0xA6, 0xA2];
/// euiccPackageResultList of `IpaEuiccData`.
const RESULTS: [u8; 1] = [0xA2];

impl Queue {
    /// Takes an eUICC package result over: its signature, its eIM and its order must fit. Returns
    /// the sequence number to acknowledge.
    pub(super) fn accept(&mut self, eid: &[u8; 16], result: &EuiccPackageResult) -> Option<i64> {
        match result {
            EuiccPackageResult::EuiccPackageResultSigned(signed) => {
                let number = signed.euicc_package_result_data_signed.seq_number;
                let place = self.accept_signed(eid, signed, &encoded(result));
                if place.is_none() && self.has(EimDefect::AcknowledgesUnverified) {
                    return Some(number);
                }
                let own = |index: usize| {
                    let entry = self.entries.get(index);
                    entry.and_then(|entry| i64::try_from(entry.number()).ok())
                };
                if self.has(EimDefect::AcknowledgesOwnIds) {
                    return place.and_then(own);
                }
                place.map(|_| number)
            }
            EuiccPackageResult::EuiccPackageErrorSigned(error) => {
                self.accept_error(eid, error, &encoded(result));
                None
            }
            EuiccPackageResult::EuiccPackageErrorUnsigned(error) => {
                self.note_unsigned(eid, error, &encoded(result));
                None
            }
        }
    }

    /// The place of the order that a result was accepted for.
    fn accept_signed(
        &mut self,
        eid: &[u8; 16],
        signed: &EuiccPackageResultSigned,
        whole: &[u8],
    ) -> Option<usize> {
        let data = &signed.euicc_package_result_data_signed;
        let transaction = data.eim_transaction_id.as_ref();
        let index = self.place(eid, &data.eim_id, data.counter_value, transaction)?;
        if !self.is_signed(index, data.bytes(), &signed.euicc_sign_epr) {
            return None;
        }
        let any = self.has(EimDefect::TakesAnyResults);
        let entry = self.entries.get_mut(index)?;
        if let Job::Package(package) = &entry.job
            && !any
            && !are_results_of(package, &data.euicc_result)
        {
            tracing::warn!("result discarded: it does not fit the commands of its package");
            return None;
        }
        if entry.results.iter().any(|known| known == data.bytes()) {
            // its acknowledgement was lost
            let again = !self.defects.has(EimDefect::RefusesRepetition);
            return again.then_some(index);
        }
        entry.accepted(data.bytes());
        entry.answered("EuiccPackageResult", whole.to_vec());
        entry.changed = self.clock;
        self.record(index, &data.euicc_result);
        Some(index)
    }

    /// Closes an order by its result, and lets the result take effect.
    fn record(&mut self, index: usize, results: &[EuiccResultData]) {
        let careless = self.has(EimDefect::SuccessWhateverTheCode);
        let Some(entry) = self.entries.get_mut(index) else {
            return;
        };
        let package = match &entry.job {
            Job::Package(package) => Some(package.clone()),
            Job::Data(_) | Job::Trigger(_) | Job::Indirect(_) => None,
        };
        let mut told = operations(package.as_ref(), results);
        let rolled_back = matches!(results, [EuiccResultData::RollbackResult(_)]);
        let failed = told.iter().find(|operation| !operation.ok).cloned();
        let (status, why) = match failed {
            Some(_) if careless => (OrderStatus::Done, "executed".to_owned()),
            Some(failed) => (
                OrderStatus::Failed,
                format!("{}: {}", failed.name, failed.text),
            ),
            None if rolled_back && !careless => (OrderStatus::Failed, "rolled back".to_owned()),
            None => (OrderStatus::Done, "executed".to_owned()),
        };
        if rolled_back {
            // what the package did before is told beside
            let mut before = std::mem::take(&mut entry.operations);
            before.append(&mut told);
            told = before;
        }
        entry.operations = told;
        entry.becomes(status, &why);
        let eid = entry.eid;
        if rolled_back {
            self.rolled_back(&eid);
        } else if let Some(package) = package {
            self.take_effect(&eid, &package, results);
        }
    }

    fn accept_error(&mut self, eid: &[u8; 16], error: &EuiccPackageErrorSigned, whole: &[u8]) {
        let data = &error.euicc_package_error_data_signed;
        let transaction = data.eim_transaction_id.as_ref();
        let Some(index) = self.place(eid, &data.eim_id, data.counter_value, transaction) else {
            return;
        };
        if !self.is_signed(index, data.bytes(), &error.euicc_sign_epe) {
            return;
        }
        let code = data.euicc_package_error_code;
        let careless = self.has(EimDefect::SuccessWhateverTheCode);
        let heedless = self.has(EimDefect::IgnoresPackageError);
        let Some(entry) = self.entries.get_mut(index) else {
            return;
        };
        if !entry.is_sent() {
            return;
        }
        entry.answered("EuiccPackageResult", whole.to_vec());
        if heedless {
            return;
        }
        if careless {
            entry.becomes(OrderStatus::Done, "executed");
            return;
        }
        if code == EuiccPackageErrorCode::REPLAY_ERROR && entry.deliveries > 1 {
            // the card has it from an earlier delivery, and its result is still there
            entry.replayed = true;
            "executed before, its result is awaited".clone_into(&mut entry.note);
            self.ask(*eid, &RESULTS);
            return;
        }
        entry.becomes(
            OrderStatus::Failed,
            &format!("euiccPackageErrorCode {code}"),
        );
    }

    /// An unsigned error proves nothing, but the package is not coming back. A signed result that
    /// comes after all counts.
    fn note_unsigned(&mut self, eid: &[u8; 16], error: &EuiccPackageErrorUnsigned, whole: &[u8]) {
        if error.eim_id != self.eim_id() {
            return;
        }
        let wanted = error.eim_transaction_id.clone();
        let careless = self.has(EimDefect::SuccessWhateverTheCode);
        let any_token = self.has(EimDefect::IgnoresErrorToken);
        let token = error.association_token;
        let package = |entry: &&mut Entry| {
            entry.eid == *eid
                && entry.counter_value.is_some()
                && (wanted.is_none() || entry.transaction == wanted)
                && (any_token || token.is_none() || entry.token == token)
        };
        if let Some(entry) = self.sent().find(package) {
            entry.answered("EuiccPackageResult", whole.to_vec());
            let (status, why) = if careless {
                (OrderStatus::Done, "executed")
            } else {
                (OrderStatus::Failed, "euiccPackageErrorUnsigned")
            };
            entry.becomes(status, why);
        }
    }

    /// The place of the package that a result belongs to.
    fn place(
        &self,
        eid: &[u8; 16],
        eim_id: &str,
        counter_value: i64,
        transaction: Option<&TransactionId>,
    ) -> Option<usize> {
        if eim_id != self.eim_id() {
            tracing::warn!(eim_id, "result of another eIM's package discarded");
            return None;
        }
        let any_counter = self.has(EimDefect::IgnoresCounter);
        let any_transaction = self.has(EimDefect::IgnoresTransactionId);
        let found = self.entries.iter().position(|entry| {
            let open = !any_transaction || entry.is_sent();
            entry.eid == *eid
                && entry.counter_value.is_some()
                && open
                && !self.is_elsewhere(entry)
                && (any_counter || any_transaction || entry.counter_value == Some(counter_value))
                && (any_transaction || entry.transaction.as_ref() == transaction)
        });
        if found.is_none() {
            tracing::warn!(counter_value, "result of a package that was not sent");
        }
        found
    }

    /// Whether the card of an order has signed `data`. A card whose key is not known is asked for
    /// its certificates.
    fn is_signed(&mut self, index: usize, data: &[u8], signature: &[u8]) -> bool {
        if self.has(EimDefect::VerifiesNothing) {
            return true;
        }
        let Some(entry) = self.entries.get(index) else {
            return false;
        };
        let (eid, covered) = (entry.eid, signed_of_result(data, entry));
        let Some(euicc) = self.euicc(&eid) else {
            return false;
        };
        if euicc.keys.is_empty() {
            tracing::warn!("a signed result came from an eUICC whose certificate is not known");
            if !std::mem::replace(&mut euicc.view.asked, true) {
                self.ask(eid, &LEARN);
            }
            return false;
        }
        if euicc.has_signed(&covered, signature) || self.is_signed_otherwise(index, data, signature)
        {
            return true;
        }
        tracing::warn!("result discarded: its signature is wrong");
        false
    }

    /// Whether the card has signed as another wire version wants it: then that is the card's, which
    /// no poll has shown before.
    fn is_signed_otherwise(&mut self, index: usize, data: &[u8], signature: &[u8]) -> bool {
        let other = |entry: &Entry| match entry.spoken() {
            Dialect::V1_0 => Dialect::V1_2,
            Dialect::V1_2 | Dialect::V1_3 => Dialect::V1_0,
        };
        if self.fixed_dialect {
            return false;
        }
        let Some(entry) = self.entries.get_mut(index) else {
            return false;
        };
        let (eid, before) = (entry.eid, entry.dialect);
        let dialect = other(entry);
        entry.dialect = Some(dialect);
        let covered = signed_of_result(data, entry);
        let known = self.known(&eid);
        if known.is_some_and(|euicc| euicc.has_signed(&covered, signature)) {
            self.speaks(&eid, dialect);
            return true;
        }
        if let Some(entry) = self.entries.get_mut(index) {
            entry.dialect = before;
        }
        false
    }
}
