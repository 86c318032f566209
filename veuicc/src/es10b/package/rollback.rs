// SPDX-License-Identifier: MIT OR Apache-2.0
//! ProfileRollback (SGP.32 §5.9.16): undoes the enable of the package executed last.

use rsp::raw::Additions;
use rsp::sgp32::{
    EuiccPackageResult, EuiccResultData, ProfileRollbackRequest, ProfileRollbackResponse,
    ProfileRollbackResponseCmdResult, RollbackProfileResult,
};

use super::result::{Origin, Signer};
use crate::context::{Context, Fault};
use crate::es10b::eim;
use crate::es10c::switch;
use crate::isdr::Function;
use crate::state::Rollback;

/// What a card that always fails to roll back refuses.
const ROLLBACK: &str = "rollback";

/// ProfileRollback. The result of the package and the notifications of its change are replaced by
/// a result that says rollback.
impl Function for ProfileRollbackRequest {
    type Response = ProfileRollbackResponse;

    fn execute(self, card: &mut Context<'_>) -> Result<ProfileRollbackResponse, Fault> {
        use ProfileRollbackResponseCmdResult as Code;
        let Some(rollback) = card.state.rollback.clone() else {
            return Ok(refuse(Code::ROLLBACK_NOT_ALLOWED));
        };
        if card.toolkit.is_busy() {
            return Ok(refuse(Code::CAT_BUSY));
        }
        let eim = card
            .state
            .eims
            .iter()
            .find(|eim| eim.eim_id == rollback.eim_id);
        let there = card.state.profile_by_aid(&rollback.previous).is_some();
        let Some(eim) = eim.filter(|_| there) else {
            return Ok(refuse(Code::COMMAND_ERROR));
        };
        let signer = Signer::new(card, &eim::configuration(eim)?, eim.association_token)?;
        // a failure that the eIM has to know of: it granted what did not happen
        let failed = card.checkpoint(ROLLBACK).is_err();
        if failed {
            card.state.rollback = None;
        } else {
            undo(card, &rollback)?;
            switch::carry_out(card, self.refresh_flag);
        }
        let (cmd_result, code) = if failed {
            (
                Code::UNDEFINED_ERROR,
                RollbackProfileResult::UNDEFINED_ERROR,
            )
        } else {
            (Code::OK, RollbackProfileResult::OK)
        };
        let origin = Origin {
            eim_id: rollback.eim_id,
            counter_value: rollback.counter_value,
            eim_transaction_id: rollback.eim_transaction_id,
            eim_signature: rollback.eim_signature,
        };
        let results = vec![EuiccResultData::RollbackResult(code)];
        let (_, bytes) = signer.result(card, origin, results)?;
        let result: EuiccPackageResult = rsp::der::decode(&bytes)
            .map_err(|error| Fault::Inconsistent(format!("our own result: {error}")))?;
        Ok(ProfileRollbackResponse {
            cmd_result,
            euicc_package_result: Some(result),
            additions: Additions::none(),
        })
    }
}

/// Takes back what the package did to the profiles. Its notifications are discarded, and with them
/// the change never happened; when one of them was delivered already, the way back is notified.
fn undo(card: &mut Context<'_>, rollback: &Rollback) -> Result<(), Fault> {
    let is_pending = |number: &i64| {
        let mut pending = card.state.pending.iter();
        pending.any(|pending| pending.sequence_number == *number)
    };
    let notifications = rollback.sequence_numbers.split_last();
    let notified = notifications.is_some_and(|(_, numbers)| !numbers.iter().all(is_pending));
    card.state
        .pending
        .retain(|pending| !rollback.sequence_numbers.contains(&pending.sequence_number));
    if notified {
        switch::enable(card, &rollback.previous)?;
    } else {
        switch::plan(&mut card.state, Some(&rollback.previous));
    }
    card.state.rollback = None;
    card.state
        .fallback_return
        .clone_from(&rollback.fallback_return);
    card.state.test_return.clone_from(&rollback.test_return);
    Ok(())
}

fn refuse(cmd_result: ProfileRollbackResponseCmdResult) -> ProfileRollbackResponse {
    ProfileRollbackResponse {
        cmd_result,
        euicc_package_result: None,
        additions: Additions::none(),
    }
}
