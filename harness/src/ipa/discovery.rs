// SPDX-License-Identifier: MIT OR Apache-2.0
//! Event retrieval from an SM-DS (SGP.22 §3.6.2, SGP.32 §3.9.2.1): which servers have something for
//! this card, found by way of alternative SM-DSs if need be.

use std::collections::VecDeque;

use rsp::json::{Es9Ok, Interface};
use rsp::sgp22::{EuiccConfiguredAddressesRequest, EuiccConfiguredAddressesResponse};

use super::authentication::{Authenticated, Contact};
use super::session::{Failure, Outcome};
use super::{Error, Ipa};

/// Servers that are asked because of one SM-DS: what it lists is not followed without end.
const MOST_SERVERS: usize = 16;

/// What an event leads to: an SM-DP+ that waits with an offer, or a server that fails.
pub(crate) type Found = Result<Authenticated, Failure>;

impl Ipa {
    /// ES10a.GetEuiccConfiguredAddresses (SGP.22 §5.7.3).
    pub(crate) fn addresses(&mut self) -> Result<EuiccConfiguredAddressesResponse, Error> {
        let request = EuiccConfiguredAddressesRequest {
            additions: Default::default(),
        };
        self.card.call("GetEuiccConfiguredAddresses", &request)
    }

    /// The events at the SM-DS at `address`, as servers to be asked; none is no fault.
    pub(crate) async fn events(&mut self, address: &str) -> Outcome<Vec<Contact>> {
        match Box::pin(self.authenticate(&Contact::by_eid(address, Interface::Es11))).await {
            Ok(Ok(session)) => Ok(listed(&session).ok_or_else(|| {
                Failure::new(format!("expected an SM-DS at {address}, found an SM-DP+"))
            })),
            Ok(Err(failure)) => Ok(Err(failure)),
            Err(Error::Es9(error)) => Ok(Err(error.into())),
            Err(error) => Err(error),
        }
    }

    /// Asks the next server of a list. An SM-DS among them adds what it knows to the list, and
    /// the next one is asked; nothing when the list is at its end.
    pub(crate) async fn next_event(&mut self, events: &mut Events) -> Result<Option<Found>, Error> {
        while let Some(contact) = events.next() {
            tracing::info!("event: {}", contact.address);
            match Box::pin(self.authenticate(&contact)).await {
                Ok(Ok(session)) => match listed(&session) {
                    Some(more) => events.waiting.extend(more),
                    None => return Ok(Some(Ok(session))),
                },
                Ok(Err(failure)) => return Ok(Some(Err(failure))),
                Err(Error::Es9(error)) => return Ok(Some(Err(error.into()))),
                Err(error) => return Err(error),
            }
        }
        Ok(None)
    }
}

/// Events that are still to be followed.
#[derive(Debug)]
pub(crate) struct Events {
    waiting: VecDeque<Contact>,
    asked: usize,
}

impl Events {
    pub(crate) fn new(contacts: Vec<Contact>) -> Self {
        Self {
            waiting: contacts.into(),
            asked: 0,
        }
    }

    fn next(&mut self) -> Option<Contact> {
        self.asked += 1;
        if self.asked > MOST_SERVERS {
            tracing::warn!("more than {MOST_SERVERS} servers for one SM-DS: the rest waits");
            return None;
        }
        self.waiting.pop_front()
    }
}

/// The events in an SM-DS's answer.
fn listed(session: &Authenticated) -> Option<Vec<Contact>> {
    let Es9Ok::AuthenticateClientEs11(ok) = &session.answer else {
        return None;
    };
    let contact = |entry: &rsp::sgp22::EventEntries| Contact {
        address: entry.rsp_server_address.clone(),
        matching_id: Some(entry.event_id.clone()),
        oid: None,
        is: None,
    };
    Some(ok.event_entries.iter().map(contact).collect())
}
