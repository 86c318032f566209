// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a program is given for one case: files, names, environment, folder.

use std::collections::BTreeMap;
use std::path::Path;

use super::{Doors, EimError, Setting};
use crate::under_test::check::reach_of;
use crate::under_test::command_order::Surroundings;
use crate::under_test::description::{Description, OrderAdapter, Reach};
use crate::under_test::program;
use crate::under_test::substitute::{Names, names_in};
use crate::under_test::trust::write_templates;

/// Whether its northbound interface is at the port that the harness chose.
pub(super) fn uses_api_port(description: &Description) -> bool {
    let in_start = description.start.iter().map(String::as_str);
    let in_files = description.trust.files.values().map(String::as_str);
    let told = in_start
        .chain(in_files)
        .chain(description.env.values().map(String::as_str))
        .any(|text| names_in(text).contains(&"api_port"));
    match &description.order {
        Some(OrderAdapter::Http { status, .. }) => {
            told && names_in(&status.url).contains(&"api_port")
        }
        Some(OrderAdapter::Command { .. }) | None => false,
    }
}

/// Writes the files of a case and gives every name its value.
pub(super) fn names(setting: &Setting, doors: &Doors, scratch: &Path) -> Result<Names, EimError> {
    let description = &*setting.description;
    let mut names = Names::default();
    names.set("scratch", scratch.to_string_lossy());
    names.set("here", description.here().to_string_lossy());
    names.set("harness", program::of_this_harness().to_string_lossy());
    names.set("case", setting.case.as_str());
    names.set("seed", setting.seed.to_string());
    names.set("eid", hex::encode(setting.euicc.eid));
    names.set("eim_id", setting.eim_id.as_str());
    names.set("esipa_port", doors.esipa.port().to_string());
    names.set("api_port", doors.api.port().to_string());
    match description.reach {
        Reach::Resolve => {
            let hosts = setting.hosts.iter();
            let hosts = hosts.map(|(host, address)| format!("{host}={address}"));
            names.set_list("resolve", hosts.collect());
        }
        other @ (Reach::Proxy | Reach::Hosts) => return Err(EimError::Reach(reach_of(other))),
    }
    setting
        .material
        .write(&description.trust, scratch, &mut names)?;
    write_templates(&description.trust, scratch, &names)?;
    Ok(names)
}

/// Where its commands run.
pub(super) fn surroundings(
    description: &Description,
    names: &Names,
    scratch: &Path,
) -> Result<Surroundings, EimError> {
    let mut env = BTreeMap::new();
    for (name, value) in &description.env {
        let value = names.fill_plain(value).map_err(|source| EimError::Name {
            member: "env",
            source,
        })?;
        env.insert(name.clone(), value);
    }
    let folder = match &description.folder {
        Some(folder) => description.here().join(folder),
        None => scratch.to_owned(),
    };
    Ok(Surroundings {
        folder: Some(folder),
        env,
    })
}
