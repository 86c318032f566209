// SPDX-License-Identifier: MIT OR Apache-2.0
//! eUICC package download and execution (SGP.32 §3.3.1).
//!
//! The package goes to the card as it came. The IPA reads two things from it only: whether it holds
//! PSMOs, since only those leave notifications behind, and whether it allows a rollback.
//!
//! Nothing is lost by a power cut: the package is remembered before the card sees it, and the
//! card's answer before anybody else does. After a restart the card is asked for the result; only
//! when it has none is the package executed, which its counter allows once.

use rsp::sgp32::{
    DeleteProfileResult, DisableProfileResult, EimPackageResult,
    EimPackageResultEprAndNotifications, EimPackageResultErrorCode, EnableProfileResult,
    EuiccPackageRequest, EuiccPackageResult, EuiccResultData, StateChangeCause,
};
use rsp::tlv::{self, Tag, Tlv};

use super::eim::Eim;
use super::memory::KeptPackage;
use super::{Error, Ipa};
use crate::defect::IpaDefect;
use crate::wire::brief;

const EUICC_PACKAGE_REQUEST: Tag = Tag::new(0xBF51);
const SEQUENCE: Tag = Tag::new(0x30);
const PSMO_LIST: Tag = Tag::new(0xA0);
const ENABLE: Tag = Tag::new(0xA3);
const ROLLBACK_FLAG: Tag = Tag::new(0x05);

impl Ipa {
    /// Has the card execute an `EuiccPackageRequest` and reports its result.
    pub(crate) async fn execute_package(&mut self, eim: &Eim, request: &[u8]) -> Result<(), Error> {
        let package = KeptPackage::new(&eim.id, request);
        self.memory.change(|kept| kept.package = Some(package))?;
        let Some(result) = self.load_package(request)? else {
            self.memory.change(|kept| kept.package = None)?;
            let code = EimPackageResultErrorCode::UNDEFINED_ERROR;
            return self.refuse(eim, transaction_of(request), code).await;
        };
        let refused = !matches!(result, EuiccPackageResult::EuiccPackageResultSigned(_));
        if refused && self.has(IpaDefect::HidesCardError) {
            let code = EimPackageResultErrorCode::UNDEFINED_ERROR;
            return self.refuse(eim, transaction_of(request), code).await;
        }
        self.conclude(eim, request, result).await
    }

    /// Goes on with the package that an earlier run was executing.
    pub(crate) async fn resume(&mut self, eim: &Eim) -> Result<(), Error> {
        let Some(package) = self.memory.kept().package.clone() else {
            return Ok(());
        };
        if package.eim != eim.id {
            return Ok(());
        }
        let request = hex::decode(&package.request).unwrap_or_default();
        tracing::info!(
            "eIM {}: going on with the package of an earlier run",
            eim.id
        );
        let kept = package.answer.and_then(|answer| hex::decode(answer).ok());
        let kept = kept.and_then(|answer| rsp::der::decode(&answer).ok());
        // the card knows best: a rollback may have replaced the result that was remembered
        let result = match self.stored_result(&request)? {
            Some(result) => Some(result),
            None if kept.is_some() => kept,
            None => self.load_package(&request)?,
        };
        let Some(result) = result else {
            self.memory.change(|kept| kept.package = None)?;
            let code = EimPackageResultErrorCode::UNDEFINED_ERROR;
            return self.refuse(eim, transaction_of(&request), code).await;
        };
        self.conclude(eim, &request, result).await
    }

    /// ES10b.LoadEuiccPackage (SGP.32 §5.9.1). When the answer got lost on the way, the card has
    /// the result in its list (§5.9.11); nothing when it has none either. A package is never
    /// given to the card again because of that: its counter is used.
    pub(crate) fn load_package(
        &mut self,
        request: &[u8],
    ) -> Result<Option<EuiccPackageResult>, Error> {
        let mut answer = if self.has(IpaDefect::ReencodesPackage) {
            self.card.bytes(&without_unknown(request)?)
        } else {
            self.card.bytes(request)
        };
        if self.has(IpaDefect::ExecutesTwice) {
            answer = self.card.bytes(request);
        }
        let result = match answer {
            Ok(answer) => rsp::der::decode(&answer).map_err(|source| {
                tracing::warn!("LoadEuiccPackage: expected a result, {source}");
            }),
            Err(Error::Card(error)) => {
                tracing::warn!("LoadEuiccPackage: {error}");
                Err(())
            }
            Err(other) => return Err(other),
        };
        self.settle()?;
        let result = match result {
            Ok(result) => Some(result),
            Err(()) if self.has(IpaDefect::LosesUnreadResult) => None,
            Err(()) => self.stored_result(request)?,
        };
        if let Some(result) = &result {
            tracing::info!("the card answered: {}", brief::package_result(result));
        }
        Ok(result)
    }

    /// The result of a package among those that the card keeps; the last one, should there be
    /// several (SGP.32 §5.9.16: a rollback makes another).
    fn stored_result(&mut self, request: &[u8]) -> Result<Option<EuiccPackageResult>, Error> {
        let Ok(package) = rsp::der::decode::<EuiccPackageRequest>(request) else {
            return Ok(None);
        };
        let package = &package.euicc_package_signed;
        let results = self.card.package_results()?.into_iter();
        Ok(results
            .filter_map(|result| match &result {
                EuiccPackageResult::EuiccPackageResultSigned(signed) => {
                    let data = &signed.euicc_package_result_data_signed;
                    let same = data.eim_id == package.eim_id
                        && data.counter_value == package.counter_value;
                    same.then_some((data.seq_number, result))
                }
                _ => None,
            })
            .max_by_key(|(number, _)| *number)
            .map(|(_, result)| result))
    }

    /// Reports the result; when the eIM is out of reach and the package allows it, the card rolls
    /// back and makes another result (SGP.32 §3.3.1).
    async fn conclude(
        &mut self,
        eim: &Eim,
        request: &[u8],
        result: EuiccPackageResult,
    ) -> Result<(), Error> {
        self.remember_answer(&result)?;
        self.tell_others(eim, &result)?;
        let psmo = has_psmo(request);
        let outcome = self.report(eim, &result, psmo).await;
        let lost = outcome.as_ref().is_err_and(Error::is_loss_of_network);
        let tried = self
            .memory
            .kept()
            .package
            .as_ref()
            .is_some_and(|kept| kept.rolled_back);
        let flagged = allows_rollback(request) || self.has(IpaDefect::RollsBackUnasked);
        let lost = lost || self.has(IpaDefect::AlwaysRollsBack);
        let may = lost && flagged && has_enabled(&result) && !tried;
        if may && !self.has(IpaDefect::NeverRollsBack) {
            if let Err(error) = &outcome {
                tracing::warn!("the eIM is out of reach ({error}): rolling back");
            }
            return match self.roll_back()? {
                Some(replacing) => {
                    let old = self.has(IpaDefect::KeepsResultOfBeforeRollback);
                    let result = if old { result } else { replacing };
                    self.remember_answer(&result)?;
                    self.changed(StateChangeCause::OTHER_EIM, Some(&eim.id))?;
                    let outcome = self.report(eim, &result, true).await;
                    self.ended(eim, &result, outcome)
                }
                None => self.ended(eim, &result, outcome),
            };
        }
        self.ended(eim, &result, outcome)
    }

    /// The other eIMs are to be told when a package has changed the profiles.
    pub(crate) fn tell_others(
        &mut self,
        eim: &Eim,
        result: &EuiccPackageResult,
    ) -> Result<(), Error> {
        if changes_profiles(result) {
            self.changed(StateChangeCause::OTHER_EIM, Some(&eim.id))?;
        }
        Ok(())
    }

    /// The end of a package: forgotten when its result has arrived. A result that did not arrive
    /// stays in the card's list when it has a number there, and here otherwise.
    fn ended(
        &mut self,
        eim: &Eim,
        result: &EuiccPackageResult,
        outcome: Result<(), Error>,
    ) -> Result<(), Error> {
        let lost = outcome.as_ref().is_err_and(Error::is_loss_of_network);
        let broken = outcome.as_ref().is_err_and(Error::is_transport);
        if broken && self.has(IpaDefect::TiesStateToConnection) {
            let number = number_of(result);
            number.map_or(Ok(()), |number| self.card.remove(number))?;
        } else if lost || outcome.as_ref().is_err_and(Error::is_broken_link) {
            // the next round takes up where this one ends
            return outcome;
        }
        if outcome.is_err() && number_of(result).is_none() {
            self.keep(eim, &EimPackageResult::EuiccPackageResult(result.clone()))?;
        }
        self.memory.change(|kept| kept.package = None)?;
        outcome
    }

    fn remember_answer(&mut self, result: &EuiccPackageResult) -> Result<(), Error> {
        let answer = hex::encode(rsp::der::encode(result)?);
        self.memory.change(|kept| {
            if let Some(package) = &mut kept.package {
                package.answer = Some(answer);
            }
        })?;
        Ok(())
    }

    /// Reports a package result with the notifications that the package left (§3.3.1 steps 9–17).
    async fn report(
        &mut self,
        eim: &Eim,
        result: &EuiccPackageResult,
        psmo: bool,
    ) -> Result<(), Error> {
        let psmo = psmo || self.has(IpaDefect::NotificationsForEco);
        let retrieve = psmo && !self.has(IpaDefect::DropsNotifications);
        let notifications = if retrieve {
            self.card.notifications(None)?
        } else {
            Vec::new()
        };
        let euicc_package_result = result.clone();
        let result = if notifications.is_empty() {
            EimPackageResult::EuiccPackageResult(euicc_package_result)
        } else {
            EimPackageResult::EprAndNotifications(EimPackageResultEprAndNotifications {
                euicc_package_result,
                notification_list: notifications,
                additions: Default::default(),
            })
        };
        self.provide_patiently(eim, result).await
    }
}

/// A package without the members that this version does not know: what a careless IPA makes of it.
fn without_unknown(request: &[u8]) -> Result<Vec<u8>, Error> {
    let mut package: EuiccPackageRequest = rsp::der::decode(request)?;
    package.additions = Default::default();
    let mut signed = package.euicc_package_signed.into_value();
    signed.additions = Default::default();
    package.euicc_package_signed = rsp::raw::Raw::new(signed)?;
    Ok(rsp::der::encode(&package)?)
}

/// The sequence number of a result; errors have none.
pub(crate) fn number_of(result: &EuiccPackageResult) -> Option<i64> {
    match result {
        EuiccPackageResult::EuiccPackageResultSigned(signed) => {
            Some(signed.euicc_package_result_data_signed.seq_number)
        }
        EuiccPackageResult::EuiccPackageErrorSigned(_)
        | EuiccPackageResult::EuiccPackageErrorUnsigned(_) => None,
    }
}

/// `eimTransactionId` of a package, when it can be read.
pub(crate) fn transaction_of(request: &[u8]) -> Option<rsp::sgp22::TransactionId> {
    let request: EuiccPackageRequest = rsp::der::decode(request).ok()?;
    request.euicc_package_signed.eim_transaction_id.clone()
}

/// The command list of a package request, and whether it holds PSMOs.
fn commands(request: &[u8]) -> Option<(Tlv<'_>, bool)> {
    let request = tlv::find(request, EUICC_PACKAGE_REQUEST)?;
    let list = request.child(SEQUENCE)?.children().flatten().last()?;
    Some((list, list.tag == PSMO_LIST))
}

pub(crate) fn has_psmo(request: &[u8]) -> bool {
    commands(request).is_some_and(|(_, psmo)| psmo)
}

/// Whether an enable of the package carries the rollback flag.
fn allows_rollback(request: &[u8]) -> bool {
    commands(request).is_some_and(|(list, psmo)| {
        let mut commands = list.children().flatten();
        psmo && commands.any(|psmo| psmo.tag == ENABLE && psmo.child(ROLLBACK_FLAG).is_some())
    })
}

fn results(result: &EuiccPackageResult) -> &[EuiccResultData] {
    match result {
        EuiccPackageResult::EuiccPackageResultSigned(signed) => {
            &signed.euicc_package_result_data_signed.euicc_result
        }
        _ => &[],
    }
}

/// Whether the card has enabled a profile.
fn has_enabled(result: &EuiccPackageResult) -> bool {
    results(result).contains(&EuiccResultData::EnableResult(EnableProfileResult::OK))
}

/// Whether the profiles are others than before, or in other states.
fn changes_profiles(result: &EuiccPackageResult) -> bool {
    results(result).iter().any(|result| match result {
        EuiccResultData::EnableResult(code) => *code == EnableProfileResult::OK,
        EuiccResultData::DisableResult(code) => *code == DisableProfileResult::OK,
        EuiccResultData::DeleteResult(code) => *code == DeleteProfileResult::OK,
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(list: &str) -> Vec<u8> {
        let list = hex::decode(list).unwrap();
        let mut signed = hex::decode("800161").unwrap();
        signed.extend(list);
        let signed = tlv::tlv(SEQUENCE, &signed);
        tlv::tlv(
            EUICC_PACKAGE_REQUEST,
            &[signed, tlv::tlv(Tag::new(0x5F37), &[0; 64])].concat(),
        )
    }

    #[test]
    fn rollback_is_read_from_the_package() {
        let with_flag = request("a010a30e5a0a000000000000000000000500");
        let without = request("a00ea30c5a0a00000000000000000000");
        assert!(allows_rollback(&with_flag) && has_psmo(&with_flag));
        assert!(!allows_rollback(&without) && has_psmo(&without));
    }

    #[test]
    fn configuration_packages_leave_no_notifications() {
        assert!(!has_psmo(&request("a102ab00")));
        assert!(!has_psmo(b"\xBF\x51\x00"));
    }
}
