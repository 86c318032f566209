// SPDX-License-Identifier: MIT OR Apache-2.0
//! The steps of a case.

use std::collections::BTreeMap;
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::At;
use super::device::DeviceStep;
use super::node::Node;
use super::transport::{CoapForm, ConnectStep, HttpForm, Status};
use super::user::UserStep;
use super::wire::ByteChange;

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
    /// IPA or eIM (ES11') to SM-DS.
    #[serde(rename = "ES11")]
    Es11,
}

impl Interface {
    /// The name in cases and reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Esipa => "ESipa",
            Self::Es9Plus => "ES9+",
            Self::Es10b => "ES10b",
            Self::Es11 => "ES11",
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
    /// An exchange with the SM-DS.
    #[serde(rename = "ES11")]
    Es11(Exchange),
    /// Exchanges that may come in any order, all of them.
    #[serde(rename = "any_order")]
    AnyOrder(Vec<At<Self>>),
    /// Ways to go on between which the implementation chooses by what it does first; the choice is
    /// kept in the report.
    #[serde(rename = "either")]
    Either(Vec<Vec<At<Self>>>),
    /// The steps of a file below `testcases/procedures`.
    #[serde(rename = "use")]
    Use(UseStep),
    /// Something that the device with the IPA under test is told on the spot.
    #[serde(rename = "device")]
    Device(DeviceStep),
    /// Something that the user of the LPA under test wants.
    #[serde(rename = "user")]
    User(UserStep),
    /// Something that happens to the card.
    #[serde(rename = "card")]
    Card(CardAction),
    /// A named misbehaviour of the SM-DP+, the SM-DS or the first eIM, from here on.
    #[serde(rename = "fault")]
    Fault(FaultStep),
    /// A message that must not come from here to the end of the case.
    #[serde(rename = "never")]
    Never(BTreeMap<Interface, String>),
    /// A message that must not come before that request on ESipa: `{REQUEST: {INTERFACE: NAME}}`.
    #[serde(rename = "not_before")]
    NotBefore(BTreeMap<String, BTreeMap<Interface, String>>),
    /// An order through the northbound interface of the eIM.
    #[serde(rename = "order")]
    Order(OrderStep),
    /// The server of an interface goes away or comes back, for the next request on.
    #[serde(rename = "network")]
    Network(BTreeMap<Interface, NetworkState>),
    /// Which interfaces have a network while which profile is enabled, from here on. The key is an
    /// ICCID as on the card, or `none`; a profile that is not named has all of them.
    #[serde(rename = "coverage")]
    Coverage(BTreeMap<String, Vec<Interface>>),
    /// A look at the state of an actor or an order.
    #[serde(rename = "check")]
    Check(Check),
    /// A handshake with the eIM under test that is written by hand.
    #[serde(rename = "connect")]
    Connect(ConnectStep),
}

impl Step {
    /// Interface and content, when this is an exchange.
    #[must_use]
    pub const fn exchange(&self) -> Option<(Interface, &Exchange)> {
        match self {
            Self::Esipa(exchange) => Some((Interface::Esipa, exchange)),
            Self::Es9Plus(exchange) => Some((Interface::Es9Plus, exchange)),
            Self::Es10b(exchange) => Some((Interface::Es10b, exchange)),
            Self::Es11(exchange) => Some((Interface::Es11, exchange)),
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
    /// Let it come to an end by itself.
    Stop,
    /// End it without warning, as a loss of power does.
    Kill,
}

/// The steps of a procedure, with values for its parameters.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UseStep {
    /// The file below `testcases/procedures`, without `.yaml`.
    pub procedure: String,
    /// Values of its parameters.
    #[serde(default)]
    pub with: BTreeMap<String, Node>,
}

/// What happens to the card.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum CardAction {
    /// Power goes and comes back; open sessions are lost, the state is kept.
    Reset,
    /// It is taken out: every command fails.
    Remove,
    /// It is put in again.
    Insert,
    /// It misbehaves at one of the next commands.
    Fault(CardFault),
    /// It fails to carry out a function or command once, as when its own data contradict each
    /// other: the name of an ES10 function, of a PSMO or eCO, or of a command of a bound package.
    Fail(String),
    /// From here on it answers a function with this response, and carries nothing out.
    Answer(Node),
    /// Faults, failures and answers that have not happened yet are taken back.
    Healthy,
}

/// A fault of `veuicc`: `{at: {nth: 3}, kind: tearAfter}`. `at` is `nth` (command from here),
/// `instruction` or `function` (tag of the ES10 request); `kind` is `{status: '6F00'}`,
/// `{statusAfter: …}`, `{truncate: n}`, `{corrupt: index}`, `{delay: ms}`, `tearBefore` or
/// `tearAfter`; `times` says how often.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct CardFault(
    #[schemars(with = "BTreeMap<String, serde_json::Value>")] pub veuicc::ArmedFault,
);

/// Named misbehaviours of a server.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FaultStep {
    /// Of the SM-DP+, as `smdp serve --fault` takes them.
    #[serde(default)]
    pub smdp: Vec<String>,
    /// Of the SM-DS.
    #[serde(default)]
    pub smds: Vec<String>,
    /// Of the first eIM: those of TLS, HTTP and JSON, and those of CoAP and DTLS.
    #[serde(default)]
    pub eim: Vec<String>,
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
    /// Changes to the answer before it goes out: path to new value. In a table a row may have none.
    pub mutate: Option<BTreeMap<String, Node>>,
    /// What is done to the octets of the message that `mutate` is for, after everything else.
    #[serde(default)]
    pub bytes: Vec<ByteChange>,
    /// The signature to be made again after the changes.
    pub resign: Option<Resign>,
    /// Who signs the eUICC package in a scripted answer of the eIM; `wrong` beside `resign`: the
    /// signature is made with a key that nobody knows.
    pub sign: Option<Signer>,
    /// The eIM that a sent request of ESipa goes to, or that injects: the first of the card when it
    /// is not given. The eIM that a request of the IPA under test must go to: any of them when it
    /// is not given.
    pub eim: Option<String>,
    /// The name under which the message of the implementation under test (or, between actors, the
    /// answer) is kept whole, byte for byte.
    #[serde(rename = "as")]
    pub bind: Option<Node>,
    /// Whether a request that the case sends to an eIM goes out on a connection of its own; without
    /// it one connection is used as long as it lasts.
    #[serde(default)]
    pub reconnect: bool,
    /// Seconds within which it must have come; otherwise the time-out of the implementation.
    pub within: Option<f64>,
    /// Whether it may be left out.
    #[serde(default)]
    pub optional: bool,
    /// How the request of a scripted IPA goes out over HTTP, on a connection of its own.
    pub http: Option<HttpForm>,
    /// How it goes out over CoAP.
    pub coap: Option<CoapForm>,
    /// What the transport may answer it, any of these; an answer with a message is judged by
    /// `response` as well.
    #[serde(default)]
    pub status: Vec<Status>,
    /// The reading (an anchor of `testcases/README.md`) by which this is judged: what differs is
    /// then inconclusive instead of a failure.
    pub unclear: Option<String>,
}

impl Exchange {
    /// The changes to what the implementation gets: path and new value.
    pub fn changes(&self) -> impl Iterator<Item = (&String, &Node)> {
        self.mutate.iter().flatten()
    }

    /// Whether something is changed.
    #[must_use]
    pub fn is_changed(&self) -> bool {
        self.changes().next().is_some()
    }
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
    /// By the eUICC over `euiccSigned1` (SGP.22 §5.7.13).
    EuiccSignature1,
    /// By the eUICC over `euiccCancelSessionSigned` (SGP.22 §5.7.14).
    EuiccCancelSessionSignature,
    /// By the eUICC over `tbsOtherNotification` (SGP.22 §5.7.10).
    EuiccNotificationSignature,
    /// By the eUICC over `profileInstallationResultData` (SGP.22 §5.7.6).
    #[serde(rename = "euiccSignPIR")]
    EuiccSignPir,
    /// By the eUICC over `euiccPackageResultDataSigned` and the association token (SGP.32
    /// §2.11.2.1).
    #[serde(rename = "euiccSignEPR")]
    EuiccSignEpr,
    /// By the eUICC over `euiccPackageErrorDataSigned` and the association token (SGP.32
    /// §2.11.2.1).
    #[serde(rename = "euiccSignEPE")]
    EuiccSignEpe,
}

impl Resign {
    /// The member that holds the signature.
    #[must_use]
    pub const fn member(self) -> &'static str {
        match self {
            Self::ServerSignature1 => "serverSignature1",
            Self::SmdpSignature2 => "smdpSignature2",
            Self::EimSignature => "eimSignature",
            Self::EuiccSignature1 => "euiccSignature1",
            Self::EuiccCancelSessionSignature => "euiccCancelSessionSignature",
            Self::EuiccNotificationSignature => "euiccNotificationSignature",
            Self::EuiccSignPir => "euiccSignPIR",
            Self::EuiccSignEpr => "euiccSignEPR",
            Self::EuiccSignEpe => "euiccSignEPE",
        }
    }
}

/// An eIM whose signing key the harness has.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Signer {
    /// `eim1.test.example`.
    Eim1,
    /// `eim2.test.example`.
    Eim2,
    /// A key that nobody knows.
    Wrong,
}

/// An order to the eIM; exactly one kind of work is written.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OrderStep {
    /// For which eUICC.
    pub eid: Node,
    /// Which eIM takes it; the first of the card when it is not given.
    pub eim: Option<String>,
    /// The eIM sends the package to the IPA instead of waiting for its poll (TransferEimPackage).
    #[serde(default)]
    pub inject: bool,
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
    /// Whether the eIM may refuse it. A refused order counts as failed.
    #[serde(default)]
    pub refusable: bool,
    /// The confirmation code of an `indirect` download; the eIM has it from the operator.
    #[serde(rename = "confirmationCode")]
    pub confirmation_code: Option<String>,
    /// The name under which the order is kept.
    #[serde(rename = "as")]
    pub bind: Option<Node>,
}

/// What clients of a server see.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum NetworkState {
    /// Connections are closed before an answer.
    Gone,
    /// The server answers.
    Back,
    /// Connections are refused.
    Refuse,
    /// Connections open, and nothing that is sent arrives.
    Drop,
    /// Connections are closed in the middle of an answer.
    Cut,
    /// Everything comes so many seconds later.
    Delay(f64),
}

/// A look at a state. Whatever is written must hold.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Check {
    /// The order to look at.
    pub order: Option<Node>,
    /// Its status: waiting, sent, done, failed; several with `or` between them.
    pub status: Option<String>,
    /// The profiles on the card, in its order, as GetProfilesInfo tells them.
    #[serde(rename = "euicc.profiles")]
    pub euicc_profiles: Option<Node>,
    /// What the card keeps to be retrieved, oldest first: notifications as ListNotification tells
    /// them, eUICC package results by `seqNumber` alone.
    #[serde(rename = "euicc.notifications")]
    pub euicc_notifications: Option<Node>,
    /// The eIMs that the card is associated with, as GetEimConfigurationData tells them, with the
    /// counters of now.
    #[serde(rename = "euicc.eims")]
    pub euicc_eims: Option<Node>,
    /// What else the card keeps: `eid`, `enabled` (ICCID), `defaultSmdp`, `rootSmds`,
    /// `immediateEnable`, `nextSequenceNumber`, `canRollBack`, `onFallback`, `onEmergency`.
    #[serde(rename = "euicc.state")]
    pub euicc_state: Option<Node>,
    /// The orders of the SM-DP+: `matchingId`, `state`, `iccid`, `eid`.
    #[serde(rename = "smdp.orders")]
    pub smdp_orders: Option<Node>,
    /// The notifications that the SM-DP+ has taken, in their order: `seqNumber`, `operation`
    /// (install, enable, disable, delete), `iccid`, `result` of an installation (success, error).
    #[serde(rename = "smdp.notifications")]
    pub smdp_notifications: Option<Node>,
    /// The SM-DP+ of the other members; that of the fixture when it is not given.
    #[serde(rename = "at")]
    pub host: Option<String>,
    /// The events that the SM-DS keeps: `eid`, `eventId`, `rspServerAddress`.
    #[serde(rename = "smds.events")]
    pub smds_events: Option<Node>,
    /// The eIM of the order; the first of the card when it is not given.
    pub eim: Option<String>,
}
