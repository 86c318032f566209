// SPDX-License-Identifier: MIT OR Apache-2.0
//! Faults in the API.

use schemars::JsonSchema;
use serde::Serialize;

use super::route::no_such;
use super::{AdminError, Administered, Answer, Asked, answer};
use crate::fault::{self, ArmedFault, Faults};

/// A fault that can be armed.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct KnownFault {
    /// Its name.
    name: &'static str,
    /// What it does.
    sentence: &'static str,
}

fn faults(server: &Administered) -> Result<&Faults, AdminError> {
    let problem = "expected a server with faults, got one without";
    server
        .faults
        .as_deref()
        .ok_or_else(|| AdminError::new(409, problem))
}

pub(super) fn list(server: &Administered, _: &Asked<'_>) -> Answer {
    let listed = server.faults.as_ref().map(|faults| faults.list());
    answer(200, &listed.unwrap_or_default())
}

pub(super) fn known(_: &Administered, _: &Asked<'_>) -> Answer {
    let known = fault::all().map(|fault| KnownFault {
        name: fault.name,
        sentence: fault.sentence,
    });
    answer(200, &known.collect::<Vec<_>>())
}

pub(super) fn arm(server: &Administered, asked: &Asked<'_>) -> Answer {
    let armed: ArmedFault = asked.body()?;
    let faults = faults(server)?;
    let id = faults.arm(armed).map_err(AdminError::bad)?;
    let listed = faults.list().into_iter().find(|listed| listed.id == id);
    let listed = listed.ok_or_else(|| AdminError::new(500, "the fault is gone"))?;
    answer(201, &listed)
}

pub(super) fn clear(server: &Administered, _: &Asked<'_>) -> Answer {
    if let Some(faults) = &server.faults {
        faults.clear();
    }
    Ok((204, Vec::new()))
}

pub(super) fn disarm(server: &Administered, asked: &Asked<'_>) -> Answer {
    if faults(server)?.disarm(asked.number()?) {
        Ok((204, Vec::new()))
    } else {
        Err(no_such("an armed fault", asked.id))
    }
}
