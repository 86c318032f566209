// SPDX-License-Identifier: MIT OR Apache-2.0
//! What an SM-DS is told before it starts: its address, the root above it, its bounds, and events
//! that are there from the beginning.

use rsp::asn1::ObjectIdentifier;
use rsp::id::Eid;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Problem, Version, own_address};

/// Configuration of one SM-DS (`[smds]`).
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct SmDsConfig {
    /// The address that is signed in `serverSigned1` and expected in `smdpAddress`; a host name.
    pub address: String,
    /// Further addresses of this server, such as `127.0.0.1:8444`, compared as whole text in any
    /// case; a client that uses one gets it back in `serverSigned1`.
    pub also_accept: Vec<String>,
    /// Accepts `address` followed by a port.
    pub accept_port: bool,
    /// Address of the root SM-DS, which makes this an alternative one: events that ask for it are
    /// registered there too (SGP.22 §3.6.1). Absent for a root.
    pub root: Option<String>,
    /// The address by which the root sends devices here; absent for `address`.
    pub forwarded_address: Option<String>,
    /// The SGP.22 version announced in `X-Admin-Protocol`.
    pub version: Version,
    /// Major versions of SGP.22 that an eUICC may announce as its `svn`.
    pub svn_majors: Vec<u8>,
    /// Seconds until an unfinished session is forgotten.
    pub session_lifetime: i64,
    /// Sessions remembered at the same time; the oldest make room.
    pub session_limit: usize,
    /// Events kept in all; further ones are refused.
    pub event_limit: usize,
    /// Events kept for one eUICC; further ones are refused.
    pub events_per_eid: usize,
    /// Events that are there from the beginning.
    #[serde(rename = "event")]
    pub events: Vec<SmDsEventConfig>,
}

/// One event of the configuration (`[[smds.event]]`).
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SmDsEventConfig {
    /// The EID, 32 digits.
    pub eid: String,
    /// The EventID, which the SM-DP+ takes as MatchingID.
    pub event_id: String,
    /// Where the device goes.
    pub rsp_server_address: String,
    /// OID of the server that may delete it, in dotted numbers; absent for nobody.
    pub registrant: Option<String>,
}

impl Default for SmDsConfig {
    fn default() -> Self {
        Self {
            address: "smds1.test.example".to_owned(),
            also_accept: Vec::new(),
            accept_port: true,
            root: None,
            forwarded_address: None,
            version: Version([2, 5, 0]),
            svn_majors: vec![2],
            session_lifetime: 3600,
            session_limit: 10_000,
            event_limit: 100_000,
            events_per_eid: 64,
            events: Vec::new(),
        }
    }
}

impl SmDsConfig {
    /// The name by which this server goes when a client calls it by `address`; nothing when
    /// another server is meant (SGP.22 §5.8.1).
    pub fn own_address(&self, address: &str) -> Option<&str> {
        own_address(&self.address, &self.also_accept, self.accept_port, address)
    }

    /// The address that is registered at the root.
    pub fn forwarded_address(&self) -> &str {
        self.forwarded_address.as_deref().unwrap_or(&self.address)
    }

    /// Checks what its type does not.
    ///
    /// # Errors
    /// A value is out of range.
    pub fn check(&self) -> Result<(), Problem> {
        let positive = [
            ("session_limit", self.session_limit),
            ("event_limit", self.event_limit),
            ("events_per_eid", self.events_per_eid),
        ];
        if self.address.is_empty() {
            return Err(Problem::new("address", "expected a host name, got nothing"));
        }
        if let Some((name, _)) = positive.iter().find(|(_, value)| *value == 0) {
            return Err(Problem::new(name, "expected at least 1, got 0"));
        }
        for (index, event) in self.events.iter().enumerate() {
            let in_entry = |problem: Problem| problem.in_entry("event", index);
            event.check().map_err(in_entry)?;
        }
        Ok(())
    }
}

impl SmDsEventConfig {
    fn check(&self) -> Result<(), Problem> {
        if let Err(error) = self.eid.parse::<Eid>() {
            return Err(Problem::new("eid", error.to_string()));
        }
        if self.event_id.is_empty() {
            return Err(Problem::new("event_id", "expected an EventID, got nothing"));
        }
        let registrant = self.registrant.as_deref();
        match registrant.map(str::parse::<ObjectIdentifier>) {
            Some(Err(error)) => Err(Problem::new("registrant", error.to_string())),
            Some(Ok(_)) | None => Ok(()),
        }
    }
}
