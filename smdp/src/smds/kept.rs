// SPDX-License-Identifier: MIT OR Apache-2.0
//! Events that outlive the process.

use rsp::id::Eid;
use serde::{Deserialize, Serialize};

use super::{Event, EventId, Events, Registrant, SmDs};
use crate::store::{Change, Kept, RowError, Store, StoreError, read_row};

const EVENTS: &str = "events";

/// An event in the file. What the root has not accepted yet is not there.
#[derive(Serialize, Deserialize)]
struct Row {
    eid: Eid,
    event_id: String,
    address: String,
    oid: Option<String>,
    #[serde(with = "crate::store::text")]
    certificate: Vec<u8>,
    root_event_id: Option<String>,
}

impl From<&Event> for Row {
    fn from(event: &Event) -> Self {
        let (oid, certificate) = match &event.registrant {
            Registrant::Oid(oid) => (Some(oid.to_string()), Vec::new()),
            Registrant::Certificate(certificate) => (None, certificate.clone()),
            Registrant::Configuration => (None, Vec::new()),
        };
        Self {
            eid: event.eid,
            event_id: event.event_id.clone(),
            address: event.rsp_server_address.clone(),
            oid,
            certificate,
            root_event_id: event.root_event_id.clone(),
        }
    }
}

impl TryFrom<Row> for Event {
    type Error = RowError;

    fn try_from(row: Row) -> Result<Self, RowError> {
        let registrant = match row.oid {
            Some(oid) => {
                let oid = oid.parse();
                Registrant::Oid(oid.map_err(|error| RowError(format!("oid: {error}")))?)
            }
            None if row.certificate.is_empty() => Registrant::Configuration,
            None => Registrant::Certificate(row.certificate),
        };
        Ok(Self {
            eid: row.eid,
            event_id: row.event_id,
            rsp_server_address: row.address,
            registrant,
            root_event_id: row.root_event_id,
            is_listed: true,
        })
    }
}

impl Kept for Events {
    fn tables(&self) -> &'static [&'static str] {
        &[EVENTS]
    }

    fn restore(&mut self, _table: &str, key: &[u8], value: &[u8]) -> Result<(), RowError> {
        let key = <[u8; 8]>::try_from(key);
        let number = key.map_err(|_| RowError("expected a key of 8 bytes".to_owned()))?;
        let event = Event::try_from(read_row::<Row>(value)?)?;
        self.put(EventId(u64::from_be_bytes(number)), event);
        Ok(())
    }

    fn record(&mut self) {
        self.changed.record();
    }

    fn take_changes(&mut self, log: &mut Vec<Change>) {
        for id in self.changed.take() {
            let key = id.0.to_be_bytes();
            let event = self.events.get(&id).filter(|event| event.is_listed);
            log.push(match event {
                Some(event) => Change::row(EVENTS, key, &Row::from(event)),
                None => Change::gone(EVENTS, key),
            });
        }
    }
}

impl SmDs {
    /// Takes up the events of a store; those of the configuration are added when it has them not.
    /// From now on changes are recorded for it.
    ///
    /// # Errors
    /// The file is damaged, or a row is not understood.
    pub fn restore(&mut self, store: &Store) -> Result<(), StoreError> {
        let mut events = Events::new(self.config.event_limit, self.config.events_per_eid);
        for table in events.tables() {
            store.read(table, |key, value| events.restore(table, key, value))?;
        }
        events.record();
        for (_, event) in self.events.iter() {
            if let Err(refusal) = events.add(event.clone()) {
                tracing::debug!(event = event.event_id, %refusal, "configured event not added");
            }
        }
        self.events = events;
        Ok(())
    }

    /// Appends the rows that are out of date in the file.
    pub(super) fn take_changes(&mut self, log: &mut Vec<Change>) {
        self.events.take_changes(log);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(event_id: &str, registrant: Registrant, is_listed: bool) -> Event {
        Event {
            eid: Eid::from_bytes(&[1; 16]).unwrap(),
            event_id: event_id.to_owned(),
            rsp_server_address: "smdp1.test.example".to_owned(),
            registrant,
            root_event_id: Some("ROOT".to_owned()),
            is_listed,
        }
    }

    #[test]
    fn every_listed_event_comes_back_as_it_was() {
        let mut events = Events::new(10, 10);
        events.record();
        let registrants = [
            Registrant::Oid("2.999.10".parse().unwrap()),
            Registrant::Certificate(vec![1, 2]),
            Registrant::Configuration,
        ];
        for registrant in registrants {
            events.add(event("A", registrant, true)).unwrap();
        }
        let gone = event("B", Registrant::Configuration, true);
        let gone = events.add(gone).unwrap();
        let waiting = event("C", Registrant::Configuration, false);
        events.add(waiting).unwrap();
        events.remove(gone);
        let mut log = Vec::new();
        events.take_changes(&mut log);

        let mut again = Events::new(10, 10);
        for change in log {
            if let Some(value) = change.value {
                again.restore(change.table, &change.key, &value).unwrap();
            }
        }
        let listed: Vec<_> = events.iter().filter(|(_, event)| event.is_listed).collect();
        assert_eq!(again.iter().collect::<Vec<_>>(), listed);
        assert!(again.restore(EVENTS, &[1], b"{}").is_err());
        assert!(again.restore(EVENTS, &[0; 8], b"{}").is_err());
    }
}
