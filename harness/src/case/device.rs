// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the device with the IPA under test is told on the spot, by its user or its own software: no
//! eIM has a part in it.

use std::fmt;

use schemars::JsonSchema;
use serde::Deserialize;

/// A task for the device, and how it is to end.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DeviceStep {
    /// The task.
    #[serde(rename = "do")]
    pub task: DeviceTask,
    /// How it must end.
    #[serde(default)]
    pub outcome: DeviceOutcome,
}

/// Something that a device does with its card by itself.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DeviceTask {
    /// An emergency begins: the Emergency Profile is enabled (SGP.32 §5.9.22).
    EmergencyOn,
    /// The emergency is over (SGP.32 §5.9.23).
    EmergencyOff,
    /// The fallback mechanism is executed (SGP.32 §5.9.20).
    FallBack,
    /// The device returns from the fallback profile (SGP.32 §5.9.21).
    Return,
    /// An eIM is associated (SGP.32 §5.9.4): its `EimConfigurationData`.
    AddEim(serde_json::Value),
    /// The memory of the card is reset (SGP.32 §5.9.5): the names of `resetOptions`.
    Reset(Vec<String>),
    /// The default SM-DP+ address is set, or cleared by an empty one (SGP.32 §5.9.25).
    DefaultSmdp(String),
    /// Immediate enabling is configured (SGP.32 §5.9.17).
    ImmediateEnabling(ImmediateEnabling),
}

/// The configuration of immediate enabling.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ImmediateEnabling {
    /// Whether it is switched on.
    pub on: bool,
    /// The OID of the only SM-DP+ that it is for.
    pub oid: Option<String>,
    /// Its address.
    pub address: Option<String>,
}

impl DeviceTask {
    /// The word for it in the command of a description.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::EmergencyOn => "emergency-on",
            Self::EmergencyOff => "emergency-off",
            Self::FallBack => "fall-back",
            Self::Return => "return",
            Self::AddEim(_) => "add-eim",
            Self::Reset(_) => "reset",
            Self::DefaultSmdp(_) => "default-smdp",
            Self::ImmediateEnabling(_) => "immediate-enabling",
        }
    }

    /// `AddInitialEimRequest` of a task that associates an eIM.
    ///
    /// # Errors
    /// Why there is none, in words.
    pub fn request(&self) -> Result<Vec<u8>, String> {
        let Self::AddEim(configuration) = self else {
            return Err("the task associates no eIM".to_owned());
        };
        let content = serde_json::json!({ "eimConfigurationDataList": [configuration] });
        rsp::schema::from_value("AddInitialEimRequest", &content).map_err(|error| error.to_string())
    }

    /// What is to be reset or set; empty for a task without.
    #[must_use]
    pub fn value(&self) -> String {
        match self {
            Self::AddEim(_) => self.request().map(hex::encode).unwrap_or_default(),
            Self::Reset(options) => options.join(","),
            Self::DefaultSmdp(address) => address.clone(),
            Self::ImmediateEnabling(wanted) => {
                let on = if wanted.on { "on" } else { "off" };
                let parts = [wanted.oid.as_deref(), wanted.address.as_deref()];
                let parts = parts.map(Option::unwrap_or_default);
                format!("{on},{}", parts.join(","))
            }
            _ => String::new(),
        }
    }
}

impl fmt::Display for DeviceTask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.value() {
            value if value.is_empty() => f.write_str(self.name()),
            value => write!(f, "{} {value}", self.name()),
        }
    }
}

/// How a task of a device ends.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum DeviceOutcome {
    /// It was done.
    #[default]
    Done,
    /// Whoever asked was told that it failed.
    Failed,
    /// Either.
    Any,
}
