// SPDX-License-Identifier: MIT OR Apache-2.0
//! Rollback (SGP.32 §3.3.1, §5.9.16): the network of the new profile does not carry to the eIM, so
//! the previous profile comes back, and a new result replaces the one that was not delivered.

use rsp::sgp32::{
    EuiccPackageResult, ProfileRollbackRequest, ProfileRollbackResponse,
    ProfileRollbackResponseCmdResult as CmdResult,
};

use super::{Error, Ipa};
use crate::wire::brief;

impl Ipa {
    /// ES10b.ProfileRollback. Nothing when the card refuses: the device stays with the profile
    /// that it has, and with its result.
    pub(crate) fn roll_back(&mut self) -> Result<Option<EuiccPackageResult>, Error> {
        let request = ProfileRollbackRequest {
            refresh_flag: true,
            additions: Default::default(),
        };
        let mut attempts = 0;
        let answer = loop {
            attempts += 1;
            let answer: ProfileRollbackResponse = self.card.call("ProfileRollback", &request)?;
            let busy = answer.cmd_result == CmdResult::CAT_BUSY;
            if !busy || attempts >= self.settings.policy.attempts {
                break answer;
            }
        };
        // only now: the power may have gone away before the card was asked
        self.memory.change(|kept| {
            if let Some(package) = &mut kept.package {
                package.rolled_back = true;
            }
        })?;
        self.settle()?;
        let Some(result) = answer.euicc_package_result else {
            tracing::warn!("ProfileRollback refused: {}", answer.cmd_result);
            return Ok(None);
        };
        tracing::info!("rolled back: {}", brief::package_result(&result));
        Ok(Some(result))
    }
}
