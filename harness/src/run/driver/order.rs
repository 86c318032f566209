// SPDX-License-Identifier: MIT OR Apache-2.0
//! Orders through the northbound interface of an eIM.

use serde_json::{Value, json};

use super::Driver;
use crate::case::{Binding, Node, OrderStep, Position};
use crate::iut::{IndirectDownload, Order};
use crate::matching::{Bindings, Bound};
use crate::mutate::{self, MakeError};
use crate::run::actors::{IPA, ipa_has};
use crate::run::card::eid_of;
use crate::run::eim_under_test::{NoOrder, Work};
use crate::verdict::Finding;

/// The id of an order that the eIM did not take.
pub(super) const REFUSED: &str = "refused";

impl Driver<'_> {
    pub(super) async fn order(&self, step: &OrderStep, position: Position) {
        let ipa = match self.stage.cast.speech.binding {
            Binding::Coap => format!("coaps://{IPA}"),
            Binding::Asn1 | Binding::Json => IPA.to_owned(),
        };
        let made = self
            .engine()
            .with_bindings(|bindings| order_of(step, &ipa, bindings));
        let made = made.map(|(eid, work)| (eid, self.told(work)));
        let result = match (made, self.actors.eim(step.eim.as_deref())) {
            (Ok((eid, work)), Some(eim)) => {
                let kept = work.order.clone();
                let answer = eim.desk.order(eid, work).await;
                self.keep_order(eid, &kept, &answer);
                answer
            }
            (Ok(_), None) => Err(NoOrder::harness("no eIM takes orders in this case")),
            (Err(error), _) => Err(NoOrder::harness(error)),
        };
        match (result, &step.bind) {
            (Ok(id), Some(Node::Variable(variable))) => self
                .engine()
                .with_bindings(|bindings| bindings.set(&variable.name, Bound::given(id.into()))),
            (Ok(_), _) => (),
            (Err(refused), bind) if step.refusable && refused.by_eim => {
                if let Some(Node::Variable(variable)) = bind {
                    self.engine().with_bindings(|bindings| {
                        bindings.set(&variable.name, Bound::given(REFUSED.into()));
                    });
                }
            }
            (Err(refused), _) => self.refused(position, refused),
        }
    }

    /// The source of a download is told to an IPA under test that does not leave it to the eIM.
    fn told(&self, mut work: Work) -> Work {
        if let Order::IndirectDownload(download) = &mut work.order
            && !ipa_has(&self.stage, "download-data-handling")
        {
            download.tell_source = Some(true);
        }
        work
    }

    /// The eIM does not take an order, or does not tell how far it has come.
    pub(super) fn refused(&self, position: Position, refused: NoOrder) {
        let expected = "an eIM that takes orders and tells how far they have come";
        let finding = Finding::new(refused.fault, expected, refused.reason);
        self.engine().decide(finding.in_step(position));
    }
}

/// The work of a step and for whom it is.
fn order_of(step: &OrderStep, ipa: &str, bindings: &Bindings) -> Result<([u8; 16], Work), String> {
    let text = |error: MakeError| error.to_string();
    let Some(Value::String(eid)) = mutate::value_of(&step.eid, bindings).map_err(text)? else {
        return Err(format!("expected an EID, got {}", step.eid));
    };
    let eid = eid_of(&eid).map_err(|error| error.to_string())?;
    let value = |node: &Node| {
        mutate::value_of(node, bindings)
            .map(Option::unwrap_or_default)
            .map_err(text)
    };
    let (kind, value) = if let Some(list) = &step.psmo {
        ("psmo", value(list)?)
    } else if let Some(list) = &step.eco {
        ("eco", value(list)?)
    } else if let Some(data) = &step.data {
        ("data", value(data)?)
    } else if let Some(trigger) = &step.trigger {
        ("trigger", value(trigger)?)
    } else if let Some(activation_code) = &step.indirect {
        ("indirect", Value::String(activation_code.clone()))
    } else {
        return Err("an order without work".to_owned());
    };
    let mut order = in_der(kind, &value)?;
    if let Order::IndirectDownload(download) = &mut order {
        download
            .confirmation_code
            .clone_from(&step.confirmation_code);
    }
    let inject = step.inject.then(|| ipa.to_owned());
    Ok((eid, Work { order, inject }))
}

/// The work as our own eIM takes it.
fn in_der(kind: &str, value: &Value) -> Result<Order, String> {
    let der = |type_name: &str, value: &Value| {
        rsp::schema::from_value(type_name, value).map_err(|error| error.to_string())
    };
    Ok(match kind {
        "psmo" => Order::EuiccPackage(der("EuiccPackage", &json!({ "psmoList": value }))?),
        "eco" => Order::EuiccPackage(der("EuiccPackage", &json!({ "ecoList": value }))?),
        "data" => Order::IpaEuiccDataRequest(der("IpaEuiccDataRequest", value)?),
        "trigger" => Order::ProfileDownloadTrigger(der("ProfileDownloadTriggerRequest", value)?),
        _ => Order::IndirectDownload(IndirectDownload::new(value.as_str().unwrap_or_default())),
    })
}
