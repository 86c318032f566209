// SPDX-License-Identifier: MIT OR Apache-2.0
//! Any sequence of calls keeps orders where a small model of SGP.22 §3.1.6 says they are, and what
//! others do between the two steps of a call is seen.

use std::sync::Arc;

use proptest::prelude::*;
use rsp::json::{ConfirmOrder, Es2Call, Es2Request, FinalProfileStatus, decode_es2_response};
use smdp::OrderState::{self, Allocated, Confirmed, Released, Unavailable};
use smdp::http::{Call, Handler as _};
use smdp::peer::{Calling, Message, Peers};
use smdp::{Es2PlusHandler, SmDpService};
use tokio::sync::Notify;

use crate::desk::{
    Desk, EID, Others, POOL, SMDS, by_iccid, cancellation, confirmation, iccid, refused,
};

#[derive(Debug, Clone, Copy)]
enum Act {
    Order,
    Confirm { release: bool },
    Release,
    Cancel { available: bool },
}

fn acts() -> impl Strategy<Value = Act> {
    prop_oneof![
        Just(Act::Order),
        any::<bool>().prop_map(|release| Act::Confirm { release }),
        Just(Act::Release),
        any::<bool>().prop_map(|available| Act::Cancel { available }),
    ]
}

/// Where an act leads from a state, or the reason of its refusal; no state for no order.
fn expected(state: Option<OrderState>, act: Act) -> Result<Option<OrderState>, &'static str> {
    let confirmed = |release| if release { Released } else { Confirmed };
    match (act, state) {
        (Act::Order, None) => Ok(Some(Allocated)),
        (Act::Order, Some(_)) => Err("3.3"),
        (Act::Confirm { release }, Some(Allocated)) => Ok(Some(confirmed(release))),
        (Act::Confirm { release }, Some(state)) if state == confirmed(release) => Ok(Some(state)),
        (Act::Release, Some(Confirmed)) => Ok(Some(Released)),
        (Act::Cancel { available: true }, Some(Allocated | Confirmed | Released)) => Ok(None),
        (Act::Cancel { available: false }, Some(Allocated | Confirmed | Released)) => {
            Ok(Some(Unavailable))
        }
        _ => Err("3.5"),
    }
}

/// Does an act to a profile; gives the reason of a refusal.
fn perform(desk: &Desk, text: &str, act: Act) -> Result<(), String> {
    let profile = iccid(text);
    let result = match act {
        Act::Order => desk.order(by_iccid(text)).map(|_| ()),
        Act::Confirm { release } => {
            let mut call = confirmation(&profile);
            call.release_flag = release;
            desk.confirm(call).map(|_| ())
        }
        Act::Release => desk.release(&profile),
        Act::Cancel { available } => {
            let mut call = cancellation(&profile);
            if desk.state(&profile).is_some() {
                call.matching_id = desk.change(&profile, |order| Some(order.matching_id.clone()));
            }
            if !available {
                call.final_profile_status_indicator = FinalProfileStatus::Unavailable;
            }
            desk.cancel(call)
        }
    };
    result.map_err(|failure| {
        let data = failure.status_code_data.unwrap();
        assert_eq!(data.subject_code, "8.2.1");
        data.reason_code
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn orders_are_where_the_clause_says(
        acts in proptest::collection::vec((0..POOL.len(), acts()), 1..40),
    ) {
        let desk = Desk::new();
        let mut states = POOL.map(|_| None);
        for (which, act) in acts {
            let outcome = perform(&desk, POOL[which], act);
            match expected(states[which], act) {
                Ok(state) => {
                    prop_assert_eq!(outcome, Ok(()), "{:?} from {:?}", act, states[which]);
                    states[which] = state;
                }
                Err(reason) => prop_assert_eq!(outcome, Err(reason.to_owned())),
            }
            for (text, state) in POOL.iter().zip(states) {
                prop_assert_eq!(desk.state(&iccid(text)), state);
            }
        }
        let orders = desk.kit.service.with_smdp(|smdp| smdp.orders().iter().count());
        prop_assert_eq!(orders, states.iter().flatten().count());
    }
}

/// Others that withdraw every order while they are asked.
struct Meddlers {
    service: Arc<SmDpService>,
    others: Others,
}

impl Peers for Meddlers {
    fn call<'a>(&'a self, message: &'a Message) -> Calling<'a> {
        self.service.with_smdp(|smdp| {
            let ids: Vec<_> = smdp.orders().iter().map(|(id, _)| id).collect();
            for id in ids {
                smdp.orders_mut().remove(id);
            }
        });
        self.others.call(message)
    }
}

#[test]
fn an_order_that_goes_while_the_sm_ds_is_asked_leaves_no_event() {
    let desk = Desk::new();
    let ordered = desk.ordered(Some(EID));
    let service = desk.kit.service.clone();
    let meddlers = Arc::new(Meddlers {
        service: service.clone(),
        others: Others::default(),
    });
    let handler = Es2PlusHandler::new(service, Some(meddlers.clone()));
    let call = Es2Call::ConfirmOrder(ConfirmOrder {
        smds_address: Some(SMDS.to_owned()),
        ..confirmation(&ordered)
    });
    let function = call.function();
    let header = desk.header();
    let answer = desk.kit.runtime.block_on(handler.call(Call {
        method: hyper::Method::POST,
        path: function.path(),
        body: Es2Request { header, call }.to_json(),
        ..Call::default()
    }));
    let response = decode_es2_response(function, &answer.body).unwrap();
    refused(response, "8.2.1", "3.5");
    let paths = |messages: &[Message]| -> Vec<String> {
        messages
            .iter()
            .map(|message| message.path.clone())
            .collect()
    };
    let asked = meddlers.others.seen.lock().unwrap();
    assert_eq!(paths(&asked), ["/gsma/rsp2/es12/registerEvent"]);
    assert_eq!(paths(&desk.posted()), ["/gsma/rsp2/es12/deleteEvent"]);
}

/// An SM-DS that answers when it is let.
#[derive(Default)]
struct Gate {
    entered: Notify,
    open: Notify,
    others: Others,
}

impl Peers for Gate {
    fn call<'a>(&'a self, message: &'a Message) -> Calling<'a> {
        Box::pin(async move {
            self.entered.notify_one();
            self.open.notified().await;
            self.others.call(message).await
        })
    }
}

#[test]
fn an_operator_that_hangs_up_leaves_no_order_behind_its_event() {
    let desk = Desk::new();
    let ordered = desk.ordered(Some(EID));
    let gate = Arc::new(Gate::default());
    let handler = Es2PlusHandler::new(desk.kit.service.clone(), Some(gate.clone()));
    let call = Es2Call::ConfirmOrder(ConfirmOrder {
        smds_address: Some(SMDS.to_owned()),
        ..confirmation(&ordered)
    });
    let call = Call {
        method: hyper::Method::POST,
        path: call.function().path(),
        body: Es2Request {
            header: desk.header(),
            call,
        }
        .to_json(),
        ..Call::default()
    };
    desk.kit.runtime.block_on(async {
        tokio::select! {
            answer = handler.call(call) => panic!("{answer:?}"),
            () = gate.entered.notified() => {}
        }
        gate.open.notify_one();
        let noted = async {
            while desk.state(&ordered) != Some(Released) {
                tokio::task::yield_now().await;
            }
        };
        let limit = std::time::Duration::from_secs(10);
        tokio::time::timeout(limit, noted).await.unwrap();
    });
    assert!(desk.change(&ordered, |order| order.smds.as_ref().unwrap().registered));
}
