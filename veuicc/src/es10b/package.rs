// SPDX-License-Identifier: MIT OR Apache-2.0
//! LoadEuiccPackage (SGP.32 §5.9.1): checks in the clause's order, then command after command.
//!
//! Traps: until the signature is verified every refusal is unsigned; from then on the counter and
//! the EID are judged, and once they are accepted the counter is kept whatever follows. Results are
//! signed with the token that the association had when the package came, even when the package
//! deletes that association.

mod eco;
mod psmo;
mod request;
mod result;
mod rollback;
mod run;

use rsp::association::token_tlv;
use rsp::raw::Additions;
use rsp::sgp22::TransactionId;
use rsp::sgp32::{EuiccPackageErrorCode, EuiccPackageErrorUnsigned, EuiccPackageResult};

use super::eim;
use crate::context::{Context, Fault};
use crate::dialect;
use crate::es10c::switch;
use crate::isdr::Function;
use crate::state::{AcceptedPackage, Eim, Rollback};
use crate::status_word::StatusWord;
use crate::verbatim::{Encoded, LoadEuiccPackage};
use request::{Package, Received};
use result::{Origin, Signer};
use run::Run;

/// LoadEuiccPackage.
impl Function for LoadEuiccPackage {
    type Response = Encoded;

    fn decode_request(request: &[u8]) -> Result<Self, StatusWord> {
        Received::read(request).map(|_| Self(request.to_vec()))
    }

    fn execute(self, card: &mut Context<'_>) -> Result<Encoded, Fault> {
        let received = Received::read(&self.0)
            .map_err(|_| Fault::Inconsistent("the package was readable before".to_owned()))?;
        match judge(&received, self.0.len(), card)? {
            Judgement::Refused(error) => Ok(error),
            Judgement::Accepted(accepted) => {
                execute(card, accepted.package, accepted.origin, &accepted.signer)
            }
        }
    }
}

/// What the checks before the first command come to.
enum Judgement<'a> {
    /// The error to answer with.
    Refused(Encoded),
    Accepted(Accepted<'a>),
}

/// A package that is to be executed.
struct Accepted<'a> {
    package: &'a Package<'a>,
    origin: Origin,
    signer: Signer<'a>,
}

/// The checks in the clause's order; the counter of an accepted package is kept.
fn judge<'a, 'b: 'a>(
    received: &'a Received<'a>,
    size: usize,
    card: &mut Context<'b>,
) -> Result<Judgement<'a>, Fault> {
    let eims = &card.state.eims;
    let eim = eims.iter().find(|eim| eim.eim_id == received.eim_id);
    let Some(eim) = eim.cloned() else {
        return unsigned(card, received, None);
    };
    let configuration = eim::configuration(&eim)?;
    let key = configuration
        .eim_public_key_data
        .as_ref()
        .and_then(eim::public_key);
    let signature_is_valid = |package: &&Package<'_>| {
        let mut signed = package.signed.to_vec();
        signed.extend(token_tlv(eim.association_token));
        key.is_some_and(|key| key.verify(&signed, package.eim_signature).is_ok())
    };
    let Some(package) = received.package.as_ref().filter(signature_is_valid) else {
        return unsigned(card, received, eim.association_token);
    };
    let signer = Signer::new(card, &configuration, eim.association_token)?;
    let origin = Origin {
        eim_id: eim.eim_id.clone(),
        counter_value: package.counter_value,
        eim_transaction_id: received.eim_transaction_id.clone(),
        eim_signature: package.eim_signature.to_vec(),
    };
    Ok(match admit(card, &eim, package, size) {
        Err(code) => Judgement::Refused(Encoded(signer.error(origin, code)?)),
        Ok(()) => Judgement::Accepted(Accepted {
            package,
            origin,
            signer,
        }),
    })
}

/// The first of two steps on a card with a journal: an acceptable package is kept as accepted, with
/// its counter, before anything of it is executed.
pub(crate) fn accept(request: &[u8], card: &mut Context<'_>) -> Result<(), Fault> {
    let Ok(received) = Received::read(request) else {
        return Ok(());
    };
    let before = card.state.clone();
    match judge(&received, request.len(), card)? {
        Judgement::Accepted(accepted) => {
            let origin = accepted.origin;
            card.state.package = Some(AcceptedPackage {
                eim_id: origin.eim_id,
                counter_value: origin.counter_value,
                eim_transaction_id: origin.eim_transaction_id,
                eim_signature: card.kept_signature(origin.eim_signature),
            });
        }
        // the second step refuses it again, and keeps what a refusal keeps
        Judgement::Refused(_) => card.state = before,
    }
    Ok(())
}

/// Reports a package that was accepted and lost its power: nothing of it was executed.
pub(crate) fn report_interruption(card: &mut Context<'_>) -> Result<(), Fault> {
    use rsp::sgp32::{EuiccResultData, EuiccResultDataProcessingTerminated as Terminated};
    if card.state.package.is_none() {
        return Ok(());
    }
    let Some(package) = card.state.package.take() else {
        return Ok(());
    };
    let mut eims = card.state.eims.iter();
    let Some(eim) = eims.find(|eim| eim.eim_id == package.eim_id) else {
        return Ok(());
    };
    let signer = match Signer::new(card, &eim::configuration(eim)?, eim.association_token) {
        // as for an installation that was interrupted
        Err(Fault::Credential(key)) => {
            tracing::warn!(%key, "no credential to report an interrupted package with");
            return Ok(());
        }
        signer => signer?,
    };
    let origin = Origin {
        eim_id: package.eim_id,
        counter_value: package.counter_value,
        eim_transaction_id: package.eim_transaction_id,
        eim_signature: package.eim_signature,
    };
    let interrupted = EuiccResultData::ProcessingTerminated(Terminated::INTERRUPTION);
    signer.result(card, origin, vec![interrupted]).map(drop)
}

/// euiccPackageErrorUnsigned: the token tells the eIM what it should have signed with.
fn unsigned<'a>(
    card: &Context<'_>,
    received: &Received<'_>,
    association_token: Option<i64>,
) -> Result<Judgement<'a>, Fault> {
    let error = EuiccPackageErrorUnsigned {
        eim_id: received.eim_id.clone(),
        eim_transaction_id: received.eim_transaction_id.clone().map(TransactionId::from),
        association_token,
        euicc_package_unsigned_error_code: None,
        additions: Additions::none(),
    };
    let error = EuiccPackageResult::EuiccPackageErrorUnsigned(error);
    dialect::encode_result(card.keys(), error).map(|error| Judgement::Refused(Encoded(error)))
}

/// Judges a package whose signature is valid, and keeps its counter once EID and counter are
/// accepted.
fn admit(
    card: &mut Context<'_>,
    eim: &Eim,
    package: &Package<'_>,
    size: usize,
) -> Result<(), EuiccPackageErrorCode> {
    use EuiccPackageErrorCode as Code;
    if card.failed {
        return Err(Code::UNDEFINED_ERROR);
    }
    if package.eid_value != card.config.eid {
        return Err(Code::INVALID_EID);
    }
    let journaled = card.state.package.as_ref().is_some_and(|accepted| {
        accepted.eim_id == eim.eim_id && accepted.counter_value == package.counter_value
    });
    if package.counter_value <= eim.counter_value && !journaled {
        return Err(Code::REPLAY_ERROR);
    }
    if !eim::counter_in_range(card, package.counter_value) {
        return Err(Code::COUNTER_VALUE_OUT_OF_RANGE);
    }
    if let Some(kept) = card
        .state
        .eims
        .iter_mut()
        .find(|kept| kept.eim_id == eim.eim_id)
    {
        kept.counter_value = package.counter_value;
    }
    if size > card.config.capabilities.limits.package_size {
        return Err(Code::SIZE_OVERFLOW);
    }
    if card.is_emergency_active() {
        return Err(Code::ECALL_ACTIVE);
    }
    Ok(())
}

/// Executes the commands, keeps and returns the signed result, and lets the profiles change.
fn execute(
    card: &mut Context<'_>,
    package: &Package<'_>,
    origin: Origin,
    signer: &Signer<'_>,
) -> Result<Encoded, Fault> {
    // SGP.32 §5.9.16: only the package executed last can grant a rollback
    card.state.rollback = None;
    card.state.package = None;
    let fallback_return = card.state.fallback_return.clone();
    let test_return = card.state.test_return.clone();
    let run = Run::execute(card, package.commands)?;
    let (number, bytes) = signer.result(card, origin.clone(), run.results)?;
    if let Some(previous) = run.rollback_to {
        let mut sequence_numbers = run.switch_notifications;
        sequence_numbers.push(number);
        card.state.rollback = Some(Rollback {
            previous,
            eim_id: origin.eim_id,
            counter_value: origin.counter_value,
            eim_transaction_id: origin.eim_transaction_id,
            eim_signature: card.kept_signature(origin.eim_signature),
            sequence_numbers,
            fallback_return,
            test_return,
        });
    }
    if run.switched {
        switch::carry_out(card, true);
    }
    Ok(Encoded(bytes))
}
