// SPDX-License-Identifier: MIT OR Apache-2.0
//! Who plays in a case: the implementation under test, real actors, and what the case scripts.

use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::at::At;

/// A part of the system that can be under test or played.
#[derive(
    Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, Deserialize, serde::Serialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum RoleName {
    /// The IoT profile assistant.
    Ipa,
    /// The eSIM IoT remote manager.
    Eim,
    /// The Local Profile Assistant of a device with a user (SGP.22): only under test, never played.
    Lpa,
    /// The eUICC.
    Euicc,
    /// The SM-DP+.
    Smdp,
    /// The SM-DS.
    Smds,
}

impl RoleName {
    /// All of them, clients first.
    pub const ALL: [Self; 6] = [
        Self::Ipa,
        Self::Eim,
        Self::Lpa,
        Self::Euicc,
        Self::Smdp,
        Self::Smds,
    ];

    /// Those that can be under test.
    pub const TESTED: [Self; 3] = [Self::Ipa, Self::Eim, Self::Lpa];

    /// Whether it is the client of the card: it sends ES10 functions, and downloads by itself.
    #[must_use]
    pub const fn has_the_card(self) -> bool {
        matches!(self, Self::Ipa | Self::Lpa)
    }

    /// Whether a case with `iut` under test has this role: no eIM knows of an LPA.
    #[must_use]
    pub const fn is_beside(self, iut: Self) -> bool {
        match self {
            Self::Lpa => false,
            Self::Ipa | Self::Eim => !matches!(iut, Self::Lpa),
            _ => true,
        }
    }
}

impl fmt::Display for RoleName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Ipa => "ipa",
            Self::Eim => "eim",
            Self::Lpa => "lpa",
            Self::Euicc => "euicc",
            Self::Smdp => "smdp",
            Self::Smds => "smds",
        })
    }
}

/// The played roles of a case; the one under test is not among them.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Roles {
    /// Who plays the IPA.
    pub ipa: Option<At<Role>>,
    /// Who plays the eIM.
    pub eim: Option<At<Role>>,
    /// Who plays the eUICC.
    pub euicc: Option<At<Role>>,
    /// Who plays the SM-DP+.
    pub smdp: Option<At<Role>>,
    /// Who plays the SM-DS; without one there is none.
    pub smds: Option<At<Role>>,
}

impl Roles {
    /// The role called `name`, when it is played.
    #[must_use]
    pub const fn role(&self, name: RoleName) -> Option<&At<Role>> {
        match name {
            RoleName::Ipa => self.ipa.as_ref(),
            RoleName::Eim => self.eim.as_ref(),
            RoleName::Lpa => None,
            RoleName::Euicc => self.euicc.as_ref(),
            RoleName::Smdp => self.smdp.as_ref(),
            RoleName::Smds => self.smds.as_ref(),
        }
    }

    /// Whether `name` is played by the case itself.
    #[must_use]
    pub fn is_scripted(&self, name: RoleName) -> bool {
        self.role(name).is_some_and(|role| role.is_scripted())
    }
}

/// How a role is played.
#[derive(Clone, Debug)]
pub enum Role {
    /// The case says every message.
    Scripted,
    /// A real implementation that answers by itself.
    Actor(Actor),
}

impl Role {
    /// Whether the case says every message.
    #[must_use]
    pub const fn is_scripted(&self) -> bool {
        match self {
            Self::Scripted => true,
            Self::Actor(actor) => matches!(actor.actor, ActorName::Scripted),
        }
    }
}

/// An implementation in a played role, or a scripted one about which more is said.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Actor {
    /// Which implementation.
    pub actor: ActorName,
    /// The state it starts from: a file below `testcases/fixtures`, without `.yaml`.
    pub fixture: Option<String>,
    /// How the card deviates from the rule: a personality of `veuicc`.
    pub personality: Option<String>,
    /// Host names at which further servers of this kind listen, with nothing to download.
    #[serde(default)]
    pub also: Vec<String>,
    /// Named misbehaviours from the start: of SM-DP+ and SM-DS as `smdp faults` lists them, of an
    /// eIM those of TLS, HTTP and JSON among them, and those of CoAP and DTLS.
    #[serde(default)]
    pub faults: Vec<String>,
}

/// The implementations that can play a role.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ActorName {
    /// The virtual eUICC.
    Veuicc,
    /// The SM-DP+.
    Smdp,
    /// The SM-DS.
    Smds,
    /// The eIM of this harness.
    Eim,
    /// The reference IPA of this harness.
    Ipa,
    /// The case says every message.
    Scripted,
}

impl<'de> Deserialize<'de> for Role {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RoleVisitor)
    }
}

struct RoleVisitor;

impl<'de> Visitor<'de> for RoleVisitor {
    type Value = Role;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("scripted or {actor: …, fixture: …}")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Role, E> {
        match text {
            "scripted" => Ok(Role::Scripted),
            other => Err(E::custom(format!(
                "expected scripted or {{actor: …, fixture: …}}, got {other:?}"
            ))),
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, access: A) -> Result<Role, A::Error> {
        Actor::deserialize(MapAccessDeserializer::new(access)).map(Role::Actor)
    }
}

impl JsonSchema for Role {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Role".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let actor = generator.subschema_for::<Actor>();
        json_schema!({ "anyOf": [{ "const": "scripted" }, actor] })
    }
}
