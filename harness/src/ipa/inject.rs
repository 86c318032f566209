// SPDX-License-Identifier: MIT OR Apache-2.0
//! eIM package injection (SGP.32 §3.1.1.2, §5.14.4): the eIM calls the IPA, and the answer carries
//! what retrieval would have delivered.
//!
//! A package is executed at once and its result is the answer; a download takes too long for that,
//! so its trigger is acknowledged first and carried out after. Acknowledgements remove what went to
//! this eIM in such answers, and nothing else.

use rsp::sgp22::TransactionId;
use rsp::sgp32::{
    EimPackageErrorWithCid, EimPackageErrorWithCidCorrelationId as ErrorCid,
    EimPackageReceivedWithCid, EimPackageReceivedWithCidCorrelationId as Cid, EimPackageResult,
    EimPackageResultErrorCode as Code, EsipaMessageFromIpaToEim, IpaEuiccDataRequest,
    ProfileDownloadTriggerRequest, TransferEimPackageResponse as Response,
    TransferEimPackageResponseEprAndNotifications,
};

use super::eim::Eim;
use super::memory::{KeptMessage, KeptPackage, MOST_MESSAGES};
use super::package::{has_psmo, number_of, transaction_of};
use super::provide::numbers;
use super::{Error, Ipa};
use crate::defect::IpaDefect;
use crate::wire::dialect::{Package, read_package, write_request};

/// Numbers remembered for one eIM: what is older is acknowledged no more.
const MOST_NUMBERS: usize = 256;

impl Ipa {
    /// Executes what the eIM called `eim_id` has injected, and returns the answer (BF4E). A trigger
    /// is in the state file when this returns, and carried out in the next round.
    ///
    /// # Errors
    /// There is no such eIM, the answer has no encoding, or the state file fails: nothing is to be
    /// answered then.
    pub fn inject(&mut self, eim_id: &str, message: &[u8]) -> Result<Vec<u8>, Error> {
        let eim = self.eims()?.into_iter().find(|eim| eim.id == eim_id);
        let eim = eim.ok_or_else(|| {
            Error::Check(format!(
                "expected an associated eIM, got a package of {eim_id:?}"
            ))
        })?;
        let package = read_package(eim.dialect, message);
        tracing::info!(
            "eIM {eim_id} injects {}",
            package
                .as_ref()
                .map_or_else(ToString::to_string, Package::name)
        );
        let response = match package {
            Ok(Package::Euicc(request)) => self.inject_package(&eim, &request)?,
            Ok(Package::Data(request)) => self.inject_data_request(&eim, &request)?,
            Ok(Package::Trigger(request)) => self.inject_trigger(&eim, &request)?,
            Ok(Package::Acknowledgements(list)) => {
                let numbers: Vec<i64> = list.0.iter().map(|number| number.0).collect();
                self.inject_acknowledgements(&eim, &numbers)?;
                received(None, self)
            }
            Ok(Package::Unusable { transaction, .. }) if self.takes_any_push() => {
                received(transaction, self)
            }
            Err(_) if self.takes_any_push() => received(None, self),
            Ok(Package::Unusable { transaction, code }) => refused(transaction, code),
            Ok(Package::Error(_)) | Err(_) => refused(None, Code::INVALID_PACKAGE_FORMAT),
        };
        let response = EsipaMessageFromIpaToEim::TransferEimPackageResponse(response);
        write_request(eim.dialect, &response).map_err(|source| Error::Message {
            function: "TransferEimPackage",
            source,
        })
    }

    /// Whether it makes the mistake of taking whatever is pushed.
    pub(crate) fn takes_any_push(&self) -> bool {
        self.has(IpaDefect::TakesAnyPush)
    }

    /// Carries out the triggers that this eIM has injected.
    pub(crate) async fn follow_injected(&mut self, eim: &Eim) -> Result<(), Error> {
        let triggers = self.memory.kept().triggers.clone();
        for trigger in triggers.into_iter().filter(|trigger| trigger.eim == eim.id) {
            let request = hex::decode(&trigger.result).ok();
            let request = request.and_then(|request| rsp::der::decode(&request).ok());
            if let Some(request) = request {
                match Box::pin(self.follow_trigger(eim, &request)).await {
                    Err(error) if error.is_loss_of_network() || error.is_broken_link() => {
                        return Err(error);
                    }
                    // what was not taken now would not be taken in the next round
                    Err(error) => tracing::warn!("injected trigger: {error}"),
                    Ok(()) => {}
                }
            }
            self.memory
                .change(|kept| kept.triggers.retain(|other| *other != trigger))?;
        }
        Ok(())
    }

    fn inject_trigger(
        &mut self,
        eim: &Eim,
        request: &ProfileDownloadTriggerRequest,
    ) -> Result<Response, Error> {
        let trigger = KeptMessage {
            eim: eim.id.clone(),
            result: hex::encode(rsp::der::encode(request)?),
        };
        let kept = &self.memory.kept().triggers;
        if kept.len() >= MOST_MESSAGES && !kept.contains(&trigger) {
            let transaction = request.eim_transaction_id.clone();
            return Ok(refused(transaction, Code::UNDEFINED_ERROR));
        }
        // sent twice because its answer got lost, it is still one download
        self.memory.change(|kept| {
            if !kept.triggers.contains(&trigger) {
                kept.triggers.push(trigger);
            }
        })?;
        Ok(received(request.eim_transaction_id.clone(), self))
    }

    fn inject_package(&mut self, eim: &Eim, request: &[u8]) -> Result<Response, Error> {
        let kept = KeptPackage::new(&eim.id, request);
        // a polled package whose result has not arrived keeps its place
        let free = self.memory.kept().package.is_none();
        if free {
            self.memory.change(|state| state.package = Some(kept))?;
        }
        let loaded = self.load_package(request);
        if free {
            // the answer is the delivery; what gets lost with it is on the card, for the next round
            self.memory.change(|state| state.package = None)?;
        }
        let result = match loaded {
            Ok(Some(result)) => result,
            Ok(None) | Err(Error::Card(_) | Error::Answer { .. }) if self.takes_any_push() => {
                return Ok(received(transaction_of(request), self));
            }
            Ok(None) | Err(Error::Card(_) | Error::Answer { .. }) => {
                return Ok(refused(transaction_of(request), Code::UNDEFINED_ERROR));
            }
            Err(other) => return Err(other),
        };
        if self.takes_any_push() && number_of(&result).is_none() {
            return Ok(received(transaction_of(request), self));
        }
        self.tell_others(eim, &result)?;
        let notification_list = if has_psmo(request) {
            self.card.notifications(None)?
        } else {
            Vec::new()
        };
        self.sent_by_injection(eim, &EimPackageResult::EuiccPackageResult(result.clone()))?;
        if notification_list.is_empty() {
            return Ok(Response::EuiccPackageResult(result));
        }
        let sent = notification_list.iter().filter_map(super::sequence_number);
        self.remember_sent(eim, sent.collect())?;
        Ok(Response::EprAndNotifications(
            TransferEimPackageResponseEprAndNotifications {
                euicc_package_result: result,
                notification_list,
                additions: Default::default(),
            },
        ))
    }

    fn inject_data_request(
        &mut self,
        eim: &Eim,
        request: &IpaEuiccDataRequest,
    ) -> Result<Response, Error> {
        let response = self.data_response(eim, request)?;
        self.sent_by_injection(
            eim,
            &EimPackageResult::IpaEuiccDataResponse(response.clone()),
        )?;
        Ok(Response::IpaEuiccDataResponse(response))
    }

    fn inject_acknowledgements(&mut self, eim: &Eim, numbers: &[i64]) -> Result<(), Error> {
        let sent = self.memory.kept().injected.get(&eim.id).cloned();
        let sent = sent.unwrap_or_default();
        self.acknowledged(&sent, numbers)?;
        self.memory.change(|kept| {
            if let Some(sent) = kept.injected.get_mut(&eim.id) {
                sent.retain(|number| !numbers.contains(number));
            }
        })?;
        Ok(())
    }

    fn sent_by_injection(&mut self, eim: &Eim, result: &EimPackageResult) -> Result<(), Error> {
        self.remember_sent(eim, numbers(result))
    }

    fn remember_sent(&mut self, eim: &Eim, numbers: Vec<i64>) -> Result<(), Error> {
        self.memory.change(|kept| {
            let sent = kept.injected.entry(eim.id.clone()).or_default();
            sent.extend(numbers);
            let surplus = sent.len().saturating_sub(MOST_NUMBERS);
            drop(sent.drain(..surplus));
        })?;
        Ok(())
    }
}

/// `eimPackageReceived` with what lets the eIM tell of which package: its transaction, or the EID.
fn received(transaction: Option<TransactionId>, ipa: &Ipa) -> Response {
    let correlation_id =
        transaction.map_or_else(|| Cid::EidValue(ipa.eid.clone()), Cid::EimTransactionId);
    Response::EimPackageReceivedWithCid(EimPackageReceivedWithCid {
        correlation_id: Some(correlation_id),
        additions: Default::default(),
    })
}

fn refused(transaction: Option<TransactionId>, code: Code) -> Response {
    tracing::warn!("injected package not executed: {code}");
    Response::EimPackageErrorWithCid(EimPackageErrorWithCid {
        correlation_id: transaction.map(ErrorCid::EimTransactionId),
        eim_package_error: code,
        additions: Default::default(),
    })
}
