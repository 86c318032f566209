// SPDX-License-Identifier: MIT OR Apache-2.0
//! Notifications: seen, delivered, removed (SGP.22 §3.5).

use std::error::Error;

use rsp::sgp22::NotificationEvent;

use super::command::NotificationArgs;
use super::download::digits;
use super::{Refused, say, table};
use crate::ipa::{Delivery, Ipa};

/// The events by the words of a person.
const EVENTS: [(usize, &str); 4] = [
    (NotificationEvent::NOTIFICATION_INSTALL, "install"),
    (NotificationEvent::NOTIFICATION_ENABLE, "enable"),
    (NotificationEvent::NOTIFICATION_DISABLE, "disable"),
    (NotificationEvent::NOTIFICATION_DELETE, "delete"),
];

/// `harness lpa notifications`.
pub(super) async fn run(args: &NotificationArgs) -> Result<(), Box<dyn Error>> {
    let mut lpa = args.device.open()?;
    if let Some(number) = args.remove {
        let known = lpa.pending_deliveries()?;
        if !known.iter().any(|known| known.sequence_number == number) {
            return Err(
                Refused::new(format_args!("expected a notification {number}, found none")).into(),
            );
        }
        lpa.card.remove(number)?;
        say(format_args!("removed notification {number}"));
        return Ok(());
    }
    if args.send {
        return send(&mut lpa, |_| true).await;
    }
    let pending = lpa.pending_deliveries()?;
    if pending.is_empty() {
        say("no notification waits");
        return Ok(());
    }
    let rows: Vec<_> = pending
        .iter()
        .map(|delivery| {
            [
                delivery.sequence_number.to_string(),
                event(delivery).to_owned(),
                delivery.iccid.as_deref().map(digits).unwrap_or_default(),
                delivery.address.clone(),
            ]
        })
        .collect();
    table(&rows);
    Ok(())
}

/// Delivers what is wanted and tells how that went.
pub(super) async fn send(
    lpa: &mut Ipa,
    wanted: impl Fn(&Delivery) -> bool,
) -> Result<(), Box<dyn Error>> {
    let mut kept = 0;
    for delivery in lpa.deliver(wanted).await? {
        let (number, event) = (delivery.sequence_number, event(&delivery));
        let address = &delivery.address;
        match &delivery.problem {
            None => say(format_args!(
                "notification {number} ({event}) delivered to {address}"
            )),
            Some(problem) => {
                kept += 1;
                say(format_args!(
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

/// What a notification is about.
fn event(delivery: &Delivery) -> &'static str {
    let named = EVENTS.iter().find(|(bit, _)| delivery.event.has(*bit));
    named.map_or("other", |(_, name)| name)
}
