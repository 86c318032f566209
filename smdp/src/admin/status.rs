// SPDX-License-Identifier: MIT OR Apache-2.0
//! Health and version in the API.

use schemars::JsonSchema;
use serde::Serialize;

use super::{Administered, Answer, Asked, ListenerView, answer};

/// How the server is.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Health")]
pub(super) struct HealthView {
    /// `ok` whenever there is an answer at all.
    status: &'static str,
    /// The name of the server.
    address: String,
    /// Where each interface is served.
    listeners: Vec<ListenerView>,
    /// How many orders there are.
    orders: usize,
    /// How many sessions are open.
    sessions: usize,
    /// How many faults are armed.
    faults: usize,
    /// Whether the state outlives the process.
    kept: bool,
    /// The server's time in seconds since 1970.
    time: i64,
}

/// Versions.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Version")]
pub(super) struct VersionView {
    /// Name of the program.
    name: &'static str,
    /// Its version.
    version: &'static str,
    /// The SGP.22 version that it announces.
    sgp22: String,
}

pub(super) fn health(server: &Administered, _: &Asked<'_>) -> Answer {
    let view = server.service.with_smdp(|smdp| HealthView {
        status: "ok",
        address: smdp.config().address.clone(),
        listeners: server.listeners.clone(),
        orders: smdp.orders().len(),
        sessions: smdp.open_sessions(),
        faults: server
            .faults
            .as_ref()
            .map_or(0, |faults| faults.list().len()),
        kept: server.is_kept,
        time: smdp.now,
    });
    answer(200, &view)
}

pub(super) fn version(server: &Administered, _: &Asked<'_>) -> Answer {
    let sgp22 = server
        .service
        .with_smdp(|smdp| smdp.config().version.to_string());
    let view = VersionView {
        name: env!("CARGO_PKG_NAME"),
        version: env!("CARGO_PKG_VERSION"),
        sgp22,
    };
    answer(200, &view)
}
