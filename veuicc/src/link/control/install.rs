// SPDX-License-Identifier: MIT OR Apache-2.0
//! `install`: a profile package becomes a profile without a download.

use std::path::PathBuf;

use serde::Deserialize;
use serde_json::{Value, json};

use super::super::Slot;
use super::command::{bytes, members, parameters};
use super::{ControlError, Members};
use crate::isdp::{Metadata, ProfileClass};

/// Largest package that is read from a file.
const LARGEST: u64 = 0x20_0000;

/// Parameters of `install`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Install {
    /// The package in hex.
    package: Option<String>,
    /// The package in a file.
    path: Option<PathBuf>,
    /// `profileName`; the profile type of the package when absent.
    name: Option<String>,
    /// `serviceProviderName`.
    provider: Option<String>,
    /// `profileClass`.
    class: Option<ProfileClass>,
    /// Enable it as well.
    #[serde(default)]
    enable: bool,
}

/// Installs a profile package; its ICCID is that of its header.
pub(super) fn install(slot: &Slot, given: Value) -> Result<Members, ControlError> {
    let given: Install = parameters(given)?;
    let package = match (&given.package, &given.path) {
        (Some(text), None) => bytes(text)?,
        (None, Some(path)) => read(path)?,
        (None, None) | (Some(_), Some(_)) => {
            let expected = "expected either package (hex) or path";
            return Err(ControlError::Parameter(expected.to_owned()));
        }
    };
    let refused = |error: &dyn std::fmt::Display| ControlError::Refused(error.to_string());
    let mut metadata = Metadata::of_package(&package).map_err(|error| refused(&error))?;
    if let Some(name) = given.name {
        metadata.profile_name = name;
    }
    if let Some(provider) = given.provider {
        metadata.service_provider_name = provider;
    }
    if let Some(class) = given.class {
        metadata.profile_class = class;
    }
    let iccid = metadata.printed_iccid();
    let aid = slot.with_card(|card| {
        let aid = card
            .install_profile(&package, metadata)
            .map_err(|error| refused(&error))?;
        if given.enable {
            card.enable_profile(&aid).map_err(|error| refused(&error))?;
        }
        Ok(aid)
    })?;
    Ok(members([
        ("aid", json!(hex::encode_upper(aid))),
        ("iccid", json!(iccid)),
    ]))
}

fn read(path: &std::path::Path) -> Result<Vec<u8>, ControlError> {
    use std::io::Read;
    let wrong =
        |error: std::io::Error| ControlError::Parameter(format!("{}: {error}", path.display()));
    let mut package = Vec::new();
    let file = std::fs::File::open(path).map_err(wrong)?;
    let count = file.take(LARGEST + 1).read_to_end(&mut package);
    if count.map_err(wrong)? as u64 > LARGEST {
        let expected = format!("expected a file of at most {LARGEST} bytes");
        return Err(ControlError::Parameter(expected));
    }
    Ok(package)
}
