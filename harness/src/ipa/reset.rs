// SPDX-License-Identifier: MIT OR Apache-2.0
//! Memory reset asked for by the device (SGP.32 §3.4.5, §5.9.5).

use rsp::sgp32::{
    Sgp32EuiccMemoryResetRequest, Sgp32EuiccMemoryResetRequestResetOptions as Options,
    Sgp32EuiccMemoryResetResponse, Sgp32EuiccMemoryResetResponseResetResult as ResetResult,
    StateChangeCause,
};

use super::{Error, Ipa};
use crate::defect::IpaDefect;

impl Ipa {
    /// Deletes what `options` name, and tells the eIMs that are left. The codes for the eIM
    /// configuration and for the immediate enabling configuration are part of the text returned.
    ///
    /// # Errors
    /// [`Error::Refused`] with the card's code when nothing was reset.
    pub fn memory_reset(&mut self, options: Options) -> Result<String, Error> {
        let everything = self.has(IpaDefect::ResetsEverything);
        let request = Sgp32EuiccMemoryResetRequest {
            reset_options: if everything { all() } else { options },
            additions: Default::default(),
        };
        let answer: Sgp32EuiccMemoryResetResponse = self.card.call("EuiccMemoryReset", &request)?;
        self.settle()?;
        let mut told = vec![format!("resetResult {}", answer.reset_result)];
        if let Some(code) = answer.reset_eim_result {
            told.push(format!("resetEimResult {code}"));
        }
        if let Some(code) = answer.reset_immediate_enable_config_result {
            told.push(format!("resetImmediateEnableConfigResult {code}"));
        }
        let told = told.join(", ");
        tracing::info!("EuiccMemoryReset: {told}");
        let eim_reset = answer.reset_eim_result.is_some_and(|code| code.0 == 0);
        let other_reset = answer
            .reset_immediate_enable_config_result
            .is_some_and(|code| code.0 == 0);
        self.associations()?;
        if answer.reset_result == ResetResult::OK || eim_reset {
            self.changed(StateChangeCause::RESET, None)?;
        } else if !other_reset && !self.has(IpaDefect::HidesCardRefusals) {
            return Err(Error::Refused {
                function: "EuiccMemoryReset",
                code: told,
            });
        }
        Ok(told)
    }
}

fn all() -> Options {
    let bits: Vec<usize> =
        (Options::DELETE_OPERATIONAL_PROFILES..=Options::RESET_IMMEDIATE_ENABLE_CONFIG).collect();
    Options::of(&bits)
}
