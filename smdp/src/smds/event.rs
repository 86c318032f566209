// SPDX-License-Identifier: MIT OR Apache-2.0
//! The event records of an SM-DS (SGP.22 §3.6): found by eUICC for devices, by registrant for
//! servers; bounded in all and per eUICC.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::http::Client;
use crate::store::Changes;
use rsp::asn1::ObjectIdentifier;
use rsp::id::Eid;
use rsp::status::{EVENT_IN_USE, Refusal, SMDS_MEMORY_INSUFFICIENT};

/// Who registered an event, and alone may delete it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Registrant {
    /// The server with this OID in its TLS client certificate.
    Oid(ObjectIdentifier),
    /// The holder of this certificate, when it names no OID.
    Certificate(Vec<u8>),
    /// Nobody: it was there from the beginning.
    Configuration,
}

impl From<&Client> for Registrant {
    fn from(client: &Client) -> Self {
        match &client.oid {
            Some(oid) => Self::Oid(oid.clone()),
            None => Self::Certificate(client.certificate.clone()),
        }
    }
}

/// The number of an event on this server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EventId(pub u64);

/// One event record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// The eUICC that it is for.
    pub eid: Eid,
    /// The EventID, unique for its registrant.
    pub event_id: String,
    /// Where the device goes.
    pub rsp_server_address: String,
    /// Who registered it.
    pub registrant: Registrant,
    /// The EventID under which it is registered at the root.
    pub root_event_id: Option<String>,
    /// Whether devices are told; not before the root has accepted it.
    pub is_listed: bool,
}

impl Event {
    /// Whether a device means this event: it has the EventID of the SM-DP+, or comes from the root
    /// with the one that is registered there (SGP.22 §3.6.1).
    pub fn is_called(&self, event_id: &str) -> bool {
        self.event_id == event_id || self.root_event_id.as_deref() == Some(event_id)
    }
}

/// The event records of a server, with their indexes.
#[derive(Debug)]
pub struct Events {
    pub(super) events: BTreeMap<EventId, Event>,
    by_eid: HashMap<Eid, BTreeSet<EventId>>,
    by_name: HashMap<(Registrant, String), EventId>,
    next: u64,
    limit: usize,
    per_eid: usize,
    /// Which events differ from what a store has.
    pub(super) changed: Changes<EventId>,
}

impl Events {
    /// Room for `limit` events, `per_eid` of them for one eUICC.
    pub fn new(limit: usize, per_eid: usize) -> Self {
        Self {
            events: BTreeMap::new(),
            by_eid: HashMap::new(),
            by_name: HashMap::new(),
            next: 0,
            limit,
            per_eid,
            changed: Changes::default(),
        }
    }

    /// Adds an event.
    ///
    /// # Errors
    /// Its registrant has one of that EventID, or there is no room.
    pub fn add(&mut self, event: Event) -> Result<EventId, Refusal> {
        let name = (event.registrant.clone(), event.event_id.clone());
        if self.by_name.contains_key(&name) {
            return Err(EVENT_IN_USE);
        }
        let of_eid = self.by_eid.get(&event.eid).map_or(0, BTreeSet::len);
        if self.events.len() >= self.limit || of_eid >= self.per_eid {
            return Err(SMDS_MEMORY_INSUFFICIENT);
        }
        let id = EventId(self.next + 1);
        self.put(id, event);
        self.changed.mark(id);
        Ok(id)
    }

    /// Puts an event under its number, and its indexes to it.
    pub(super) fn put(&mut self, id: EventId, event: Event) {
        self.next = self.next.max(id.0);
        let name = (event.registrant.clone(), event.event_id.clone());
        self.by_name.insert(name, id);
        self.by_eid.entry(event.eid).or_default().insert(id);
        self.events.insert(id, event);
    }

    /// Takes an event out.
    pub fn remove(&mut self, id: EventId) -> Option<Event> {
        let event = self.events.remove(&id)?;
        self.changed.mark(id);
        let name = (event.registrant.clone(), event.event_id.clone());
        self.by_name.remove(&name);
        if let Some(ids) = self.by_eid.get_mut(&event.eid) {
            ids.remove(&id);
            if ids.is_empty() {
                self.by_eid.remove(&event.eid);
            }
        }
        Some(event)
    }

    /// The event of a registrant for an eUICC.
    pub fn find(&self, registrant: &Registrant, eid: &Eid, event_id: &str) -> Option<EventId> {
        let name = (registrant.clone(), event_id.to_owned());
        let id = *self.by_name.get(&name)?;
        let event = self.events.get(&id)?;
        (event.eid == *eid && event.is_listed).then_some(id)
    }

    /// An event by its number.
    pub fn get(&self, id: EventId) -> Option<&Event> {
        self.events.get(&id)
    }

    /// Tells devices of an event from now on.
    pub(super) fn list(&mut self, id: EventId) {
        if let Some(event) = self.events.get_mut(&id) {
            event.is_listed = true;
            self.changed.mark(id);
        }
    }

    /// What a device with this eUICC is told, in the order of registration.
    pub fn listed(&self, eid: &Eid) -> impl Iterator<Item = &Event> {
        let ids = self.by_eid.get(eid).into_iter().flatten();
        ids.filter_map(|id| self.events.get(id))
            .filter(|event| event.is_listed)
    }

    /// Every event, in the order of registration.
    pub fn iter(&self) -> impl Iterator<Item = (EventId, &Event)> {
        self.events.iter().map(|(id, event)| (*id, event))
    }

    /// How many events there are.
    pub fn len(&self) -> usize {
        self.events.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.events.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(eid: u8, event_id: &str, registrant: &str) -> Event {
        Event {
            eid: Eid::from_bytes(&[eid; 16]).unwrap(),
            event_id: event_id.to_owned(),
            rsp_server_address: "smdp1.test.example".to_owned(),
            registrant: Registrant::Oid(registrant.parse().unwrap()),
            root_event_id: None,
            is_listed: true,
        }
    }

    #[test]
    fn an_event_id_is_unique_for_its_registrant() {
        let mut events = Events::new(10, 10);
        let first = events.add(event(1, "A", "2.999.10")).unwrap();
        assert_eq!(events.add(event(2, "A", "2.999.10")), Err(EVENT_IN_USE));
        events.add(event(1, "A", "2.999.12")).unwrap();
        let kept = events.get(first).unwrap().clone();
        assert_eq!(events.listed(&kept.eid).count(), 2);
        assert_eq!(events.find(&kept.registrant, &kept.eid, "A"), Some(first));
        let other = Eid::from_bytes(&[2; 16]).unwrap();
        assert_eq!(events.find(&kept.registrant, &other, "A"), None);
        assert_eq!(events.remove(first), Some(kept));
        assert_eq!(events.remove(first), None);
        events.add(event(2, "A", "2.999.10")).unwrap();
    }

    #[test]
    fn room_is_bounded_and_comes_back() {
        let mut events = Events::new(3, 2);
        let first = events.add(event(1, "A", "2.999.10")).unwrap();
        events.add(event(1, "B", "2.999.10")).unwrap();
        let full = Err(SMDS_MEMORY_INSUFFICIENT);
        assert_eq!(events.add(event(1, "C", "2.999.10")), full);
        events.add(event(2, "C", "2.999.10")).unwrap();
        assert_eq!(events.add(event(3, "D", "2.999.10")), full);
        events.remove(first);
        events.add(event(3, "D", "2.999.10")).unwrap();
        assert_eq!(events.len(), 3);
    }
}
