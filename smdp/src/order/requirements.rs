// SPDX-License-Identifier: MIT OR Apache-2.0
//! `[order.requires]`: what an eUICC and its device have to support to be given a profile, beyond
//! what the package says itself (SGP.22 Annex F).

use std::collections::BTreeMap;

use rsp::sgp22::{DeviceCapabilities, UiccCapability, VersionType};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::config::{Problem, Version};

/// What an order asks of eUICC and device.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Requirements {
    /// Bits of `uiccCapability`, by their names in SGP.22 §5.7.8.
    pub uicc_capabilities: Vec<String>,
    /// Members of `deviceCapabilities` (SGP.22 §4.2), each with the lowest release that will do.
    pub device: BTreeMap<String, Version>,
    /// Gives the profile also to an eUICC without the mandatory services of the package.
    pub ignore_services: bool,
}

/// A member of `deviceCapabilities`.
type Release = fn(&DeviceCapabilities) -> Option<&VersionType>;

/// The members of `deviceCapabilities` that are versions, by name.
pub(crate) const RELEASES: [(&str, Release); 12] = [
    ("gsmSupportedRelease", |it| {
        it.gsm_supported_release.as_ref()
    }),
    ("utranSupportedRelease", |it| {
        it.utran_supported_release.as_ref()
    }),
    ("cdma2000onexSupportedRelease", |it| {
        it.cdma2000onex_supported_release.as_ref()
    }),
    ("cdma2000hrpdSupportedRelease", |it| {
        it.cdma2000hrpd_supported_release.as_ref()
    }),
    ("cdma2000ehrpdSupportedRelease", |it| {
        it.cdma2000ehrpd_supported_release.as_ref()
    }),
    ("eutranSupportedRelease", |it| {
        it.eutran_supported_release.as_ref()
    }),
    ("contactlessSupportedRelease", |it| {
        it.contactless_supported_release.as_ref()
    }),
    ("rspCrlSupportedVersion", |it| {
        it.rsp_crl_supported_version.as_ref()
    }),
    ("rspRpmSupportedVersion", |it| {
        it.rsp_rpm_supported_version.as_ref()
    }),
    ("nr5gcSupportedRelease", |it| {
        it.nr5gc_supported_release.as_ref()
    }),
    ("eutran5gcSupportedRelease", |it| {
        it.eutran5gc_supported_release.as_ref()
    }),
    ("lpaSvn", |it| it.lpa_svn.as_ref()),
];

impl Requirements {
    /// Whether every name is known.
    pub(crate) fn check(&self) -> Result<(), Problem> {
        let known = |name: &&String| UiccCapability::NAMED.iter().any(|it| it.1 == **name);
        if let Some(name) = self.uicc_capabilities.iter().find(|name| !known(name)) {
            let problem = format!("expected names such as usimSupport, got {name:?}");
            return Err(Problem::new("uicc_capabilities", problem));
        }
        let known = |name: &&String| RELEASES.iter().any(|it| it.0 == **name);
        if let Some(name) = self.device.keys().find(|name| !known(name)) {
            let problem = format!("expected names such as eutranSupportedRelease, got {name:?}");
            return Err(Problem::new("device", problem));
        }
        Ok(())
    }
}
