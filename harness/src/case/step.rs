// SPDX-License-Identifier: MIT OR Apache-2.0
//! The steps of a case.

use std::collections::BTreeMap;
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::node::Node;

/// An interface on which exchanges are seen.
#[derive(
    Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, Deserialize, Serialize, JsonSchema,
)]
pub enum Interface {
    /// IPA to eIM.
    #[serde(rename = "ESipa")]
    Esipa,
    /// IPA to SM-DP+, and eIM to SM-DP+ (ES9+').
    #[serde(rename = "ES9+")]
    Es9Plus,
    /// IPA to eUICC: every whole ES10a, ES10b and ES10c function.
    #[serde(rename = "ES10b")]
    Es10b,
}

impl Interface {
    /// The name in cases and reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Esipa => "ESipa",
            Self::Es9Plus => "ES9+",
            Self::Es10b => "ES10b",
        }
    }
}

impl fmt::Display for Interface {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One step: a map of one key.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
pub enum Step {
    /// Something that the implementation under test is told to do.
    #[serde(rename = "iut")]
    Iut(IutAction),
    /// An exchange between IPA and eIM.
    #[serde(rename = "ESipa")]
    Esipa(Exchange),
    /// An exchange with the SM-DP+.
    #[serde(rename = "ES9+")]
    Es9Plus(Exchange),
    /// An exchange between IPA and eUICC.
    #[serde(rename = "ES10b")]
    Es10b(Exchange),
    /// A message that must not come from here to the end of the case.
    #[serde(rename = "never")]
    Never(BTreeMap<Interface, String>),
    /// An order through the northbound interface of the eIM.
    #[serde(rename = "order")]
    Order(OrderStep),
    /// The server of an interface goes away or comes back, for the next request on.
    #[serde(rename = "network")]
    Network(BTreeMap<Interface, NetworkState>),
    /// A look at the state of an actor or an order.
    #[serde(rename = "check")]
    Check(Check),
}

impl Step {
    /// Interface and content, when this is an exchange.
    #[must_use]
    pub const fn exchange(&self) -> Option<(Interface, &Exchange)> {
        match self {
            Self::Esipa(exchange) => Some((Interface::Esipa, exchange)),
            Self::Es9Plus(exchange) => Some((Interface::Es9Plus, exchange)),
            Self::Es10b(exchange) => Some((Interface::Es10b, exchange)),
            _ => None,
        }
    }
}

/// What the implementation under test is told to do.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum IutAction {
    /// Start it, or make it look for work when it runs already.
    Start,
}

/// One request and its answer. The half of the implementation under test is matched, the half of
/// a scripted role is sent; an actor's half is written only to bind, or to change it.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Exchange {
    /// The request: a map of one key, the message, or the name of one that was kept.
    pub request: Node,
    /// The answer, in the same form.
    pub response: Option<Node>,
    /// Changes to the answer before it goes out: path to new value.
    #[serde(default)]
    pub mutate: BTreeMap<String, Node>,
    /// The signature to be made again after the changes.
    pub resign: Option<Resign>,
    /// Who signs the eUICC package in a scripted answer of the eIM.
    pub sign: Option<Signer>,
    /// The name under which the message of the implementation under test (or, between actors, the
    /// answer) is kept whole, byte for byte.
    #[serde(rename = "as")]
    pub bind: Option<Node>,
}

/// A signature that can be made again.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Resign {
    /// By the SM-DP+ over `serverSigned1` (SGP.22 §5.7.13).
    ServerSignature1,
    /// By the SM-DP+ over `smdpSigned2` and `euiccSignature1` (SGP.22 §5.7.5).
    SmdpSignature2,
    /// By the eIM over `euiccPackageSigned` and the association token (SGP.32 §2.11.1.1).
    EimSignature,
}

/// An eIM whose signing key the harness has.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Signer {
    /// `eim1.test.example`.
    Eim1,
    /// `eim2.test.example`.
    Eim2,
}

/// An order to the eIM; exactly one kind of work is written.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OrderStep {
    /// For which eUICC.
    pub eid: Node,
    /// A list of PSMOs.
    pub psmo: Option<Node>,
    /// A list of eCOs.
    pub eco: Option<Node>,
    /// The content of an `IpaEuiccDataRequest`.
    pub data: Option<Node>,
    /// The content of a `ProfileDownloadTriggerRequest`.
    pub trigger: Option<Node>,
    /// An activation code whose download the eIM relays.
    pub indirect: Option<String>,
    /// The name under which the order is kept.
    #[serde(rename = "as")]
    pub bind: Option<Node>,
}

/// What clients of a server see.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum NetworkState {
    /// Connections are closed before an answer.
    Gone,
    /// The server answers.
    Back,
}

/// A look at a state. Whatever is written must hold.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Check {
    /// The order to look at.
    pub order: Option<Node>,
    /// Its status: waiting, sent, done, failed.
    pub status: Option<String>,
    /// The profiles on the card, in its order, as GetProfilesInfo tells them.
    #[serde(rename = "euicc.profiles")]
    pub euicc_profiles: Option<Node>,
    /// The notifications that the card keeps, as ListNotification tells them.
    #[serde(rename = "euicc.notifications")]
    pub euicc_notifications: Option<Node>,
}
