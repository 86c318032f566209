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
use rsp::sgp32::{EuiccPackageErrorCode, EuiccPackageErrorUnsigned};

use super::eim;
use crate::context::{Context, Fault};
use crate::es10c::switch;
use crate::isdr::Function;
use crate::state::{Eim, Rollback};
use crate::status_word::StatusWord;
use crate::verbatim::{Encoded, LoadEuiccPackage};
use request::{Package, Received};
use result::{Origin, Signer};
use run::Run;

/// Longest package this card executes, in bytes of EuiccPackageRequest.
const LARGEST_PACKAGE: usize = 0x8000;

/// LoadEuiccPackage.
impl Function for LoadEuiccPackage {
    type Response = Encoded;

    fn decode_request(request: &[u8]) -> Result<Self, StatusWord> {
        Received::read(request).map(|_| Self(request.to_vec()))
    }

    fn execute(self, card: &mut Context<'_>) -> Result<Encoded, Fault> {
        let received = Received::read(&self.0)
            .map_err(|_| Fault::Inconsistent("the package was readable before".to_owned()))?;
        let Some(eim) = card
            .state
            .eims
            .iter()
            .find(|eim| eim.eim_id == received.eim_id)
            .cloned()
        else {
            return unsigned(received, None);
        };
        let configuration = eim::configuration(&eim)?;
        let key = configuration
            .eim_public_key_data
            .as_ref()
            .and_then(eim::public_key);
        let signature_is_valid = |package: &Package<'_>| {
            let mut signed = package.signed.to_vec();
            signed.extend(token_tlv(eim.association_token));
            key.is_some_and(|key| key.verify(&signed, package.eim_signature).is_ok())
        };
        let Some(package) = received
            .package
            .as_ref()
            .filter(|package| signature_is_valid(package))
        else {
            return unsigned(received, eim.association_token);
        };
        let signer = Signer::new(card, &configuration, eim.association_token)?;
        let origin = Origin {
            eim_id: eim.eim_id.clone(),
            counter_value: package.counter_value,
            eim_transaction_id: received.eim_transaction_id.clone(),
        };
        match admit(card, &eim, package, self.0.len()) {
            Err(code) => signer.error(origin, code).map(Encoded),
            Ok(()) => execute(card, package, origin, &signer),
        }
    }
}

/// euiccPackageErrorUnsigned: the token tells the eIM what it should have signed with.
fn unsigned(received: Received<'_>, association_token: Option<i64>) -> Result<Encoded, Fault> {
    result::encode(rsp::sgp32::EuiccPackageResult::EuiccPackageErrorUnsigned(
        EuiccPackageErrorUnsigned {
            eim_id: received.eim_id,
            eim_transaction_id: received.eim_transaction_id.map(TransactionId::from),
            association_token,
            euicc_package_unsigned_error_code: None,
            additions: Additions::none(),
        },
    ))
    .map(Encoded)
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
    if package.eid_value != card.config.eid {
        return Err(Code::INVALID_EID);
    }
    if package.counter_value <= eim.counter_value {
        return Err(Code::REPLAY_ERROR);
    }
    if !eim::counter_in_range(package.counter_value) {
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
    if size > LARGEST_PACKAGE {
        return Err(Code::SIZE_OVERFLOW);
    }
    let emergency = |enabled: &crate::isdp::Isdp| enabled.metadata.ecall_indication == Some(true);
    if card.state.enabled_profile().is_some_and(emergency) {
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
            sequence_numbers,
        });
    }
    if run.switched {
        switch::carry_out(card, true);
    }
    Ok(Encoded(bytes))
}
