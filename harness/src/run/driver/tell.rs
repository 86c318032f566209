// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a tape has to know of the driver, and where driver and player wait for each other.

use super::Driver;
use crate::case::{CardAction, IutAction, RoleName, Step};
use crate::iut::Order;
use crate::recording::{Actor, Event, Octets, OrderAnswer, Trace};
use crate::run::SetUpError;
use crate::run::eim_under_test::NoOrder;
use crate::run::ipa_under_test::STOPPED;

impl Driver<'_> {
    fn trace(&self) -> &Trace {
        self.stage.front.trace()
    }

    /// A step begins. An implementation that is played comes to the same place first.
    pub(super) async fn begin(&self, step: usize, content: &Step) {
        let what = words(content);
        // what the card is about to answer comes before what follows from it
        self.stage.cast.card.with(|_| ());
        self.trace().push(Event::Step { step, what });
        if let Some(player) = &self.stage.cast.options.played {
            player.step().await;
        }
    }

    /// Nothing came in the time of a step.
    pub(super) fn given_up(&self, step: usize) {
        self.trace().push(Event::Late { step });
        if let Some(player) = &self.stage.cast.options.played {
            player.late();
        }
    }

    /// A process of the IPA under test ended.
    pub(super) fn keep_end(&self, words: &str) {
        let by = match words {
            STOPPED => Actor::Harness,
            _ => Actor::Iut,
        };
        self.trace().push(Event::Ended {
            words: words.to_owned(),
            by,
            unsupported: self.ipa.unsupported().is_some(),
            failed: self.ipa.failure().is_some(),
        });
    }

    /// The LPA has no command for what its user wants: it ends before it begins.
    pub(super) fn keep_unknown_wish(&self, why: &str) {
        self.trace().push(Event::Ended {
            words: why.to_owned(),
            by: Actor::Iut,
            unsupported: true,
            failed: false,
        });
    }

    /// What the device made of what it was told.
    pub(super) fn keep_told(&self, outcome: &Result<Option<String>, SetUpError>) {
        let (failed, unsupported) = match outcome {
            Ok(failed) => (failed.clone(), None),
            Err(error) => (None, Some(error.to_string())),
        };
        self.trace().push(Event::Told {
            failed,
            unsupported,
        });
    }

    /// What the eIM under test made of an order.
    pub(super) fn keep_order(
        &self,
        eid: [u8; 16],
        order: &Order,
        answer: &Result<String, NoOrder>,
    ) {
        if self.stage.case.file.iut != RoleName::Eim || !self.trace().is_on() {
            return;
        }
        let (kind, work) = match order {
            Order::EuiccPackage(der) => ("package", hex::encode(der)),
            Order::IpaEuiccDataRequest(der) => ("data", hex::encode(der)),
            Order::ProfileDownloadTrigger(der) => ("trigger", hex::encode(der)),
            Order::IndirectDownload(download) => {
                // names and text: that can be written
                let text = serde_json::to_string(download).unwrap_or_default();
                ("indirect", text)
            }
            Order::NewKey => ("new-key", String::new()),
        };
        self.trace().push(Event::Order {
            eid: Octets(eid.to_vec()),
            kind: kind.to_owned(),
            work,
            answer: said(answer),
        });
    }

    /// How far the eIM under test says that an order has come.
    pub(super) fn keep_status(&self, id: &str, wanted: &str, answer: &Result<String, NoOrder>) {
        if self.stage.case.file.iut != RoleName::Eim || !self.trace().is_on() {
            return;
        }
        self.trace().push(Event::Status {
            id: id.to_owned(),
            wanted: wanted.to_owned(),
            answer: said(answer),
        });
    }

    /// The eIM under test has ended by itself.
    pub(super) fn keep_end_of_eim(&self, words: &str) {
        self.trace().push(Event::Ended {
            words: words.to_owned(),
            by: Actor::Iut,
            unsupported: false,
            failed: false,
        });
    }
}

fn said(answer: &Result<String, NoOrder>) -> OrderAnswer {
    match answer {
        Ok(said) => OrderAnswer::Said(said.clone()),
        Err(refused) => OrderAnswer::Refused {
            fault: refused.fault,
            reason: refused.reason.clone(),
            by: match refused.by_eim {
                true => Actor::Iut,
                false => Actor::Harness,
            },
        },
    }
}

/// A step in a few words.
fn words(step: &Step) -> String {
    let words = match step {
        Step::Iut(IutAction::Start) => "iut: start",
        Step::Iut(IutAction::Stop) => "iut: stop",
        Step::Iut(IutAction::Kill) => "iut: kill",
        Step::Card(CardAction::Reset) => "card: reset",
        Step::Card(CardAction::Remove) => "card: remove",
        Step::Card(CardAction::Insert) => "card: insert",
        Step::Card(_) => "card: something that is to happen later",
        Step::Device(told) => return format!("device: {}", told.task),
        Step::User(user) => return format!("user: {}", user.wish),
        Step::Fault(_) => "fault",
        Step::Order(_) => "order",
        Step::Check(_) => "check",
        Step::Connect(_) => "connect",
        other => match other.exchange() {
            Some((interface, _)) => return format!("{interface}: a request of the case"),
            None => "a step of the case",
        },
    };
    words.to_owned()
}
