// SPDX-License-Identifier: MIT OR Apache-2.0
//! Faults in the event entries of ES11.AuthenticateClient (SGP.22 §5.8.2, §3.6.3).

use rsp::sgp22::EventEntries;

use super::{Act, Fault, NotDone, Parameter};

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        name: "events-none",
        sentence: "eventEntries is empty although events wait: the device ends without a download \
                   (SGP.22 §3.6.3)",
        parameter: Parameter::None,
        act: Act::Events(|_, ok| {
            ok.event_entries.clear();
            Ok(())
        }),
    },
    Fault {
        name: "events-doubled",
        sentence: "the first event comes twice: its second retrieval is refused with 8.9.5/3.9 or \
                   8.2.6/3.8, and the device goes on (SGP.22 §3.6.3)",
        parameter: Parameter::None,
        act: Act::Events(|_, ok| {
            let first = ok.event_entries.first().cloned();
            let first = first.ok_or_else(|| NotDone::new("no event waits"))?;
            ok.event_entries.insert(1, first);
            Ok(())
        }),
    },
    Fault {
        name: "events-unknown-id",
        sentence: "eventId is one that its server does not know: the download is refused with \
                   8.2.6/3.8 (SGP.22 §3.6.3, §5.6.3)",
        parameter: Parameter::Text {
            what: "EVENTID",
            default: "UNKNOWN-EVENT",
        },
        act: Act::Events(|parameter, ok| {
            let id = parameter.to_owned();
            first(&mut ok.event_entries, |entry| entry.event_id = id)
        }),
    },
    Fault {
        name: "events-other-address",
        sentence: "rspServerAddress is one where nobody answers for the event: the connection or \
                   the authentication fails, and the device goes on (SGP.22 §3.6.3)",
        parameter: Parameter::Text {
            what: "ADDRESS",
            default: "nowhere.test.example",
        },
        act: Act::Events(|parameter, ok| {
            let address = parameter.to_owned();
            first(&mut ok.event_entries, |entry| {
                entry.rsp_server_address = address;
            })
        }),
    },
    Fault {
        name: "events-cascade-endless",
        sentence: "the first event has the address of the SM-DS itself and its own id, a cascade \
                   without end: the device stops after one round (SGP.22 §3.6.3)",
        parameter: Parameter::Text {
            what: "SMDS",
            default: "smds1.test.example",
        },
        act: Act::Events(|parameter, ok| {
            let address = parameter.to_owned();
            first(&mut ok.event_entries, |entry| {
                entry.rsp_server_address = address;
            })
        }),
    },
];

fn first(entries: &mut [EventEntries], change: impl FnOnce(&mut EventEntries)) -> super::Done {
    let entry = entries.first_mut();
    entry
        .map(change)
        .ok_or_else(|| NotDone::new("no event waits"))
}
