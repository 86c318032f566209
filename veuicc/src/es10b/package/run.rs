// SPDX-License-Identifier: MIT OR Apache-2.0
//! Executing the commands of a package in their order, up to the first that fails.

use rsp::sgp32::{EuiccResultData, EuiccResultDataProcessingTerminated};
use rsp::tlv::walk;

use super::request::Commands;
use super::{eco, psmo};
use crate::context::{Context, Fault};
use crate::undefined;

/// Result of one command.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) result: EuiccResultData,
    /// The commands that follow are executed only after a success.
    pub(crate) succeeded: bool,
}

/// What executing the commands of a package came to.
#[derive(Debug, Default)]
pub(crate) struct Run {
    pub(crate) results: Vec<EuiccResultData>,
    /// A change of the enabled profile is recorded.
    pub(crate) switched: bool,
    /// Notifications of that change.
    pub(crate) switch_notifications: Vec<i64>,
    /// AID that a rollback enables again, when one was granted.
    pub(crate) rollback_to: Option<Vec<u8>>,
    /// A package holds at most one enable and one disable (SGP.32 §2.11.1.1.3).
    pub(crate) enable_seen: bool,
    pub(crate) disable_seen: bool,
    size: usize,
}

impl Run {
    /// Executes the commands.
    pub(crate) fn execute(card: &mut Context<'_>, commands: Commands<'_>) -> Result<Self, Fault> {
        use EuiccResultDataProcessingTerminated as Terminated;
        let limit = card.config.capabilities.limits.result_size;
        let mut run = Self::default();
        let (Commands::Psmo(list) | Commands::Eco(list)) = commands;
        let kind = match commands {
            Commands::Psmo(_) => "Psmo",
            Commands::Eco(_) => "Eco",
        };
        for command in walk(list) {
            if let Ok(command) = &command
                && let Some(name) = undefined::command(kind, command.tag)
                && card.checkpoint(name).is_err()
            {
                run.results.push(undefined::result(kind, command.tag));
                break;
            }
            let outcome = match (command, commands) {
                (Err(_), _) => None,
                (Ok(command), Commands::Psmo(_)) => psmo::execute(card, &mut run, command)?,
                (Ok(command), Commands::Eco(_)) => eco::execute(card, command)?,
            };
            let Some(outcome) = outcome else {
                run.terminate(Terminated::UNKNOWN_OR_DAMAGED_COMMAND);
                break;
            };
            if !run.keep(outcome.result, limit)? {
                run.terminate(Terminated::RESULT_SIZE_OVERFLOW);
                break;
            }
            if !outcome.succeeded {
                break;
            }
        }
        Ok(run)
    }

    fn terminate(&mut self, reason: EuiccResultDataProcessingTerminated) {
        self.results
            .push(EuiccResultData::ProcessingTerminated(reason));
    }

    /// Appends a result, unless it is a list that does not fit. What changes the card answers with
    /// a few bytes, and those always fit: nothing that was done goes unreported.
    fn keep(&mut self, result: EuiccResultData, limit: usize) -> Result<bool, Fault> {
        let encoded =
            rsp::der::encode(&result).map_err(|error| Fault::encode("EuiccResultData", &error))?;
        self.size = self.size.saturating_add(encoded.len());
        let lists = matches!(
            result,
            EuiccResultData::ListProfileInfoResult(_)
                | EuiccResultData::GetRatResult(_)
                | EuiccResultData::ListEimResult(_)
        );
        if lists && self.size > limit {
            return Ok(false);
        }
        self.results.push(result);
        Ok(true)
    }
}
