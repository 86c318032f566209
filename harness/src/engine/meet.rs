// SPDX-License-Identifier: MIT OR Apache-2.0
//! Which step an exchange is.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::forms::in_its_form;
use super::older::asked_of_old;
use super::plan::Progress;
use super::state::{NearMiss, State};
use super::{Ticket, kept};
use crate::case::{Dialect, Exchange, Interface, Node};
use crate::matching::{Bindings, Bound, Mismatch};
use crate::message::{Direction, Message};
use crate::tape::Index;

impl State {
    /// Finds the step that this request belongs to. There are several when only the answer tells.
    pub(super) fn meet(
        &mut self,
        interface: Interface,
        request: &Message,
        index: Index,
        sending: Option<usize>,
    ) -> Vec<usize> {
        let mut fitting = Vec::new();
        let mut missed = Vec::new();
        for id in self.plan.candidates() {
            match self.fits_step(id, interface, request, index, sending) {
                Ok(fresh) => fitting.push((id, fresh)),
                Err(Unfit::Name) => (),
                Err(Unfit::Content(mismatches)) => {
                    let at = index;
                    self.near.insert(id, NearMiss { at, mismatches });
                    missed.push(id);
                }
            }
        }
        if self.sides.judged(interface, &request.name) == Direction::Request {
            fitting.truncate(1);
        }
        let judged = self.sides.is_scripted(interface, request) && !is_free(request);
        if fitting.is_empty() && judged {
            self.unlisted(interface, request, index, &missed);
        }
        let steps: Vec<usize> = fitting.iter().map(|(id, _)| *id).collect();
        for id in &steps {
            self.plan.mark(*id, Progress::Begun);
        }
        if let [(id, fresh)] = fitting.as_mut_slice() {
            let fresh = std::mem::take(fresh);
            self.met(*id, fresh, request);
        }
        steps
    }

    fn fits_step(
        &self,
        id: usize,
        interface: Interface,
        request: &Message,
        index: Index,
        sending: Option<usize>,
    ) -> Result<BTreeMap<String, Bound>, Unfit> {
        let (on, exchange) = self.plan.exchange(id).ok_or(Unfit::Name)?;
        if on != interface {
            return Err(Unfit::Name);
        }
        if let Some((_, sent)) = sending.and_then(|sending| self.plan.exchange(sending)) {
            let same = sent.request == exchange.request
                && sent.mutate == exchange.mutate
                && sent.bytes == exchange.bytes;
            return same.then(BTreeMap::new).ok_or(Unfit::Name);
        }
        let fresh = self.fits(&exchange.request, request)?;
        self.for_whom(exchange, index)?;
        Ok(fresh)
    }

    /// Whether the request went to the eIM that the step names.
    fn for_whom(&self, exchange: &Exchange, index: Index) -> Result<(), Unfit> {
        let host = self.tape.get(index).and_then(|entry| entry.host.as_ref());
        match (&exchange.eim, host) {
            (Some(wanted), Some(host)) if wanted != host => Err(Unfit::Content(vec![Mismatch {
                path: String::new(),
                expected: format!("this request to the eIM {wanted}"),
                actual: format!("it went to the eIM {host}"),
            }])),
            _ => Ok(()),
        }
    }

    /// It is certain that an exchange is that of a step.
    fn met(&mut self, step: usize, fresh: BTreeMap<String, Bound>, request: &Message) {
        self.bindings.adopt(fresh);
        self.plan.commit(step);
        if let Some((interface, exchange)) = self.plan.exchange(step)
            && self.sides.judged(interface, &request.name) == Direction::Request
        {
            keep(&mut self.bindings, exchange, request);
        }
        self.pass_instants();
    }

    pub(super) fn fits(
        &self,
        pattern: &Node,
        message: &Message,
    ) -> Result<BTreeMap<String, Bound>, Unfit> {
        if let Node::Variable(variable) = pattern {
            return match self.bindings.get(&variable.name) {
                Some(bound) => fits_kept(&variable.to_string(), bound, message),
                None => Ok(BTreeMap::new()),
            };
        }
        let (name, content) = pattern.as_choice().ok_or(Unfit::Name)?;
        if name != message.name {
            return Err(Unfit::Name);
        }
        let content = in_its_form(name, content, &message.value);
        let content = match self.watch.dialect() {
            Dialect::V1_0 => asked_of_old(name, &content, &message.value),
            _ => Cow::Borrowed(&*content),
        };
        self.bindings
            .trial(&content, Some(&message.value), message.tree.as_ref())
            .map_err(Unfit::Content)
    }

    /// Which step an exchange is, now that its answer is known.
    pub(super) fn settle(
        &mut self,
        ticket: Ticket,
        interface: Interface,
        answer: &[u8],
    ) -> Option<usize> {
        let steps = self.open.remove(&ticket.index)?;
        if steps.len() < 2 {
            return steps.first().copied();
        }
        let message = Message::decode(interface, Direction::Response, answer);
        let reachable: Vec<usize> = steps
            .iter()
            .copied()
            .filter(|id| self.plan.is_reachable(*id))
            .collect();
        let fits = |id: &usize| {
            let response = self.plan.exchange(*id)?.1.response.as_ref();
            response
                .is_none_or(|pattern| self.fits(pattern, &message).is_ok())
                .then_some(*id)
        };
        let chosen = reachable.iter().find_map(fits);
        let chosen = chosen.or(reachable.first().copied())?;
        for id in steps {
            if id != chosen {
                self.plan.mark(id, Progress::Pending);
            }
        }
        let request = self.tape.get(ticket.index)?.request.clone();
        let pattern = &self.plan.exchange(chosen)?.1.request;
        let fresh = self.fits(pattern, &request).unwrap_or_default();
        self.met(chosen, fresh, &request);
        Some(chosen)
    }
}

/// Whether a message may come at any time: an IPA hands in the notifications that its eUICC keeps when
/// it likes (SGP.32 §5.14.7).
fn is_free(request: &Message) -> bool {
    request.name == "handleNotificationEsipa" && request.value.get("pendingNotification").is_some()
}

pub(super) fn keep(bindings: &mut Bindings, exchange: &Exchange, message: &Message) {
    if let Some(Node::Variable(variable)) = &exchange.bind {
        bindings.set(&variable.name, kept(message));
    }
}

pub(super) enum Unfit {
    Name,
    Content(Vec<Mismatch>),
}

/// A kept message that is sent again goes out byte for byte.
fn fits_kept(
    variable: &str,
    bound: &Bound,
    message: &Message,
) -> Result<BTreeMap<String, Bound>, Unfit> {
    match bound {
        Bound::Message { raw, .. } if *raw == message.raw => Ok(BTreeMap::new()),
        Bound::Message { name, raw, .. } if *name == message.name => {
            Err(Unfit::Content(vec![Mismatch {
                path: String::new(),
                expected: format!("{name} byte for byte as it was kept ({variable})"),
                actual: format!("{} octets instead of {}", message.raw.len(), raw.len()),
            }]))
        }
        _ => Err(Unfit::Name),
    }
}
