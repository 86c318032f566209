// SPDX-License-Identifier: MIT OR Apache-2.0
//! Profile packages and profile types in the API.

use std::collections::HashMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::{Administered, Answer, Asked, answer};

/// One package.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Profile")]
pub(super) struct ProfileView {
    /// The name by which orders refer to it.
    name: String,
    /// Its ICCID.
    iccid: String,
    /// The profile type that its header names.
    profile_type: Option<String>,
    /// Version of the package format.
    version: String,
    /// Size in bytes.
    size: usize,
}

pub(super) fn list(server: &Administered, _: &Asked<'_>) -> Answer {
    let view = |(name, profile): (&std::path::Path, &std::sync::Arc<crate::Profile>)| {
        let [major, minor] = profile.version();
        ProfileView {
            name: name.display().to_string(),
            iccid: profile.iccid_digits(),
            profile_type: profile.profile_type().map(str::to_owned),
            version: format!("{major}.{minor}"),
            size: profile.size(),
        }
    };
    let views: Vec<_> = server.profiles.iter().map(view).collect();
    answer(200, &views)
}

/// One profile type that may be ordered over ES2+.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ProfileType")]
pub(super) struct ProfileTypeView {
    /// Its name.
    name: String,
    /// The package of which each order gets a copy.
    profile: String,
    /// How many orders there are of it.
    orders: usize,
}

pub(super) fn types(server: &Administered, _: &Asked<'_>) -> Answer {
    let views: Vec<_> = server.service.with_smdp(|smdp| {
        let mut counts: HashMap<&str, usize> = HashMap::new();
        let kinds = smdp
            .orders()
            .iter()
            .filter_map(|(_, order)| order.profile_type.as_deref());
        kinds.for_each(|kind| *counts.entry(kind).or_default() += 1);
        let view = |kind: &crate::ProfileType| ProfileTypeView {
            name: kind.name().to_owned(),
            profile: kind.config.profile.display().to_string(),
            orders: counts.get(kind.name()).copied().unwrap_or(0),
        };
        smdp.profile_types().iter().map(view).collect()
    });
    answer(200, &views)
}
