// SPDX-License-Identifier: MIT OR Apache-2.0
//! One round of a device: every eIM in turn (SGP.32 §3.1.1.1), and the decision to fall back when
//! the network stays away (§3.4.1) and to return when it may be back.

use super::eim::Eim;
use super::{Error, Ipa};
use crate::defect::IpaDefect;

impl Ipa {
    /// Delivers what waits, then polls each associated eIM until it has nothing more to do. What
    /// goes wrong with one eIM does not keep the others waiting.
    ///
    /// # Errors
    /// The first failure, after the last eIM was asked.
    pub async fn round(&mut self) -> Result<(), Error> {
        let mut first = Ok(());
        for eim in self.eims()? {
            let outcome = Box::pin(self.serve(&eim)).await;
            if let (Err(error), true) = (&outcome, first.is_err()) {
                tracing::warn!("eIM {}: {error}", eim.id);
            }
            let stops = outcome.is_err() && self.has(IpaDefect::StopsAtUnusableEim);
            first = first.and(outcome);
            if stops || self.has(IpaDefect::IgnoresOtherEims) {
                break;
            }
        }
        first
    }

    /// The futures are boxed: with a download inside, they do not fit on the stack of a thread.
    async fn serve(&mut self, eim: &Eim) -> Result<(), Error> {
        Box::pin(self.deliver_leftovers(eim)).await?;
        Box::pin(self.follow_injected(eim)).await?;
        Box::pin(self.poll(eim)).await
    }

    /// One round, and what the device makes of its outcome by itself: after some rounds without
    /// network it falls back, and from the fallback profile it returns after some more. A return
    /// that leads to no network doubles the time until the next.
    ///
    /// # Errors
    /// As [`Self::round`], and when the card fails.
    pub async fn autonomous_round(&mut self) -> Result<(), Error> {
        let outcome = self.round().await;
        let lost = match &outcome {
            Ok(()) => false,
            Err(error) if error.is_loss_of_network() => true,
            // an eIM that answers something is no reason to change the profile
            Err(_) => return outcome,
        };
        if lost {
            self.network_is_away()?;
        } else {
            self.network_is_there()?;
        }
        outcome
    }

    fn network_is_away(&mut self) -> Result<(), Error> {
        self.memory.change(|kept| {
            kept.silent_rounds = kept.silent_rounds.saturating_add(1);
        })?;
        let silent = self.memory.kept().silent_rounds;
        let at_once = self.has(IpaDefect::FallsBackAtOnce).then_some(1);
        let Some(limit) = at_once.or(self.settings.policy.fallback_after) else {
            return Ok(());
        };
        if silent < limit || self.memory.kept().fallback_rounds.is_some() {
            return Ok(());
        }
        tracing::warn!("no network for {silent} rounds: falling back");
        match self.execute_fallback() {
            // there is no fallback profile, or it is the enabled one: nothing to be done
            Err(Error::Refused { function, code }) => {
                tracing::warn!("{function} refused: {code}");
                self.memory.change(|kept| kept.silent_rounds = 0)?;
                Ok(())
            }
            other => other,
        }
    }

    fn network_is_there(&mut self) -> Result<(), Error> {
        self.memory.change(|kept| {
            kept.silent_rounds = 0;
            if let Some(rounds) = &mut kept.fallback_rounds {
                *rounds = rounds.saturating_add(1);
            } else {
                kept.failed_returns = 0;
            }
        })?;
        let kept = self.memory.kept();
        let (Some(rounds), Some(limit)) = (kept.fallback_rounds, self.settings.policy.return_after)
        else {
            return Ok(());
        };
        let doubled = 1u32.checked_shl(kept.failed_returns).unwrap_or(u32::MAX);
        if rounds < limit.saturating_mul(doubled) {
            return Ok(());
        }
        tracing::info!("{rounds} rounds on the fallback profile: returning");
        match self.return_from_fallback() {
            Err(Error::Refused { function, code }) => {
                tracing::warn!("{function} refused: {code}");
                Ok(())
            }
            other => other,
        }
    }
}
