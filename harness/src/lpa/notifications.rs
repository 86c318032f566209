// SPDX-License-Identifier: MIT OR Apache-2.0
//! Notifications: seen, delivered, removed (SGP.22 §3.5).

use rsp::sgp22::NotificationEvent;

use super::download::digits;
use super::{Failed, Lpa, Refused};
use crate::defect::LpaDefect;
use crate::ipa::Delivery;

/// The events by the words of a person.
const EVENTS: [(usize, &str); 4] = [
    (NotificationEvent::NOTIFICATION_INSTALL, "install"),
    (NotificationEvent::NOTIFICATION_ENABLE, "enable"),
    (NotificationEvent::NOTIFICATION_DISABLE, "disable"),
    (NotificationEvent::NOTIFICATION_DELETE, "delete"),
];

impl Lpa {
    /// Takes a notification off the card without delivering it.
    pub(super) fn remove(&mut self, number: i64) -> Result<(), Failed> {
        let known = self.ipa.pending_deliveries()?;
        if !known.iter().any(|known| known.sequence_number == number) {
            let none = format!("expected a notification {number}, found none");
            return Err(Refused::new(none).into());
        }
        self.ipa.card.remove(number)?;
        self.screen
            .say(format_args!("removed notification {number}"));
        Ok(())
    }

    /// Tells what waits on the card.
    pub(super) fn tell_notifications(&mut self) -> Result<(), Failed> {
        let pending = self.ipa.pending_deliveries()?;
        if pending.is_empty() {
            self.screen.say("no notification waits");
            return Ok(());
        }
        let row = |delivery: &Delivery| {
            [
                delivery.sequence_number.to_string(),
                event(delivery).to_owned(),
                delivery.iccid.as_deref().map(digits).unwrap_or_default(),
                delivery.address.clone(),
            ]
        };
        let rows: Vec<_> = pending.iter().map(row).collect();
        self.screen.table(&rows);
        Ok(())
    }

    /// Delivers what is wanted and tells how that went.
    pub(super) async fn send(
        &mut self,
        wanted: impl Fn(&Delivery) -> bool + Send,
    ) -> Result<(), Failed> {
        let mut kept = 0;
        for delivery in self.ipa.deliver(wanted).await? {
            if delivery.problem.is_some() && self.has(LpaDefect::ForgetsUndelivered) {
                self.ipa.card.remove(delivery.sequence_number)?;
            }
            let (number, event) = (delivery.sequence_number, event(&delivery));
            let address = &delivery.address;
            match &delivery.problem {
                None => self.screen.say(format_args!(
                    "notification {number} ({event}) delivered to {address}"
                )),
                Some(problem) => {
                    kept += 1;
                    self.screen.say(format_args!(
                        "notification {number} ({event}) stays: {problem}"
                    ));
                }
            }
        }
        if kept == 0 {
            return Ok(());
        }
        let rest = "wait on the card: `harness lpa notifications --send` tries again";
        Err(format!("{kept} notifications {rest}").into())
    }
}

/// What a notification is about.
fn event(delivery: &Delivery) -> &'static str {
    let named = EVENTS.iter().find(|(bit, _)| delivery.event.has(*bit));
    named.map_or("other", |(_, name)| name)
}
