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
        card.state.rollback = None;
        card.state
            .pending
            .retain(|pending| !rollback.sequence_numbers.contains(&pending.sequence_number));
        switch::plan(&mut card.state, Some(&rollback.previous));
        switch::carry_out(card, self.refresh_flag);
        let origin = Origin {
            eim_id: rollback.eim_id,
            counter_value: rollback.counter_value,
            eim_transaction_id: rollback.eim_transaction_id,
        };
        let results = vec![EuiccResultData::RollbackResult(RollbackProfileResult::OK)];
        let (_, bytes) = signer.result(card, origin, results)?;
        let result: EuiccPackageResult = rsp::der::decode(&bytes)
            .map_err(|error| Fault::Inconsistent(format!("our own result: {error}")))?;
        Ok(ProfileRollbackResponse {
            cmd_result: Code::OK,
            euicc_package_result: Some(result),
            additions: Additions::none(),
        })
    }
}

fn refuse(cmd_result: ProfileRollbackResponseCmdResult) -> ProfileRollbackResponse {
    ProfileRollbackResponse {
        cmd_result,
        euicc_package_result: None,
        additions: Additions::none(),
    }
}
