// SPDX-License-Identifier: MIT OR Apache-2.0
//! What happens to the card and the servers of a case.

use super::Driver;
use crate::case::{
    CardAction, DeviceOutcome, DeviceStep, FaultStep, IutAction, Position, RoleName,
};
use crate::run::SetUpError;
use crate::run::card::act;
use crate::verdict::{Fault, Finding};

impl Driver<'_> {
    pub(super) fn card(&mut self, action: &CardAction, position: Position) {
        if matches!(action, CardAction::Reset | CardAction::Remove) {
            // what a scripted IPA has selected is gone
            self.terminal = None;
        }
        let card = &self.stage.cast.card;
        if let Err(error) = self.stage.front.trace().by_case(|| act(card, action)) {
            self.cannot(position, error);
        }
    }

    /// Has the device do something on the spot, and compares how it ends.
    pub(super) async fn device(&mut self, told: &DeviceStep, position: Position) {
        let outcome = self.ipa.told(&self.stage, &told.task).await;
        self.keep_told(&outcome);
        let failed = match outcome {
            Ok(failed) => failed,
            Err(SetUpError::Unsupported(why)) => {
                let expected = "a device that can do what the case needs";
                let finding = Finding::new(Fault::Unsupported, expected, why);
                return self.engine().decide(finding.in_step(position));
            }
            Err(error) => return self.cannot(position, error.to_string()),
        };
        match (told.outcome, failed) {
            (DeviceOutcome::Done, Some(why)) => {
                let expected = format!("the device to do {}", told.task);
                self.decide(position, &expected, &format!("it failed: {why}"));
            }
            (DeviceOutcome::Failed, None) => {
                let expected = format!("the device to be told that {} failed", told.task);
                self.decide(position, &expected, "it was told that all is well");
            }
            _ => (),
        }
    }

    /// An eIM under test is ended and started again; what else is asked for is the IPA's.
    pub(super) async fn act_on_eim(&mut self, action: IutAction) -> Option<Result<(), Finding>> {
        if self.stage.case.file.iut != RoleName::Eim {
            return None;
        }
        let eim = self.actors.eims.first_mut()?;
        match action {
            IutAction::Stop | IutAction::Kill => Some(eim.end().await),
            IutAction::Start if eim.is_ended() => Some(eim.start_again(&self.stage).await),
            IutAction::Start => None,
        }
    }

    pub(super) fn arm(&self, faults: &FaultStep, position: Position) {
        if let Err(error) = self.actors.smdp.arm(&faults.smdp) {
            return self.cannot(position, error);
        }
        if !faults.eim.is_empty() {
            let eim = self.actors.eims.first();
            let none = || Err("expected an eIM on the card, to arm its faults".to_owned());
            if let Err(error) = eim.map_or_else(none, |eim| eim.arm(&faults.eim)) {
                return self.cannot(position, error);
            }
        }
        let armed = match &self.actors.smds {
            Some(smds) => smds.arm(&faults.smds),
            None if faults.smds.is_empty() => Ok(()),
            None => Err("expected an SM-DS in the roles, to arm its faults".to_owned()),
        };
        if let Err(error) = armed {
            self.cannot(position, error);
        }
    }
}
