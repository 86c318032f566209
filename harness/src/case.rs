// SPDX-License-Identifier: MIT OR Apache-2.0
//! A test case: a YAML file as closed types. `testcases/README.md` describes the format.
//!
//! The path below the folder of the cases, without `.yaml`, is the id of a case.

mod at;
mod check;
mod clause;
mod device;
mod inventory;
mod load;
mod need;
mod node;
mod options;
mod procedure;
mod reading;
mod reference;
mod role;
mod rows;
mod schema;
mod shape;
mod step;
mod text;
mod transport;
mod user;
mod wire;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::DeserializeOwned;

pub use at::{At, FileName, Position};
pub use check::{Context, problems};
pub use clause::{Clause, Known, all_clauses, clauses, look_up};
pub use device::{DeviceOutcome, DeviceStep, DeviceTask, ImmediateEnabling};
pub use inventory::{Kind, Target, left_out, sections, target, targets};
pub use load::{Case, Loaded, id_of};
pub use need::{Need, Term, built_in_options};
pub use node::{Node, Variable};
pub use options::{ImplementationOption, OPTIONS, find_option};
pub use procedure::{Procedure, Used, check_procedure};
pub use reading::{Reading, readings};
pub use reference::{Place, Reference};
pub use role::{Actor, ActorName, Role, RoleName, Roles};
pub use rows::{ForEach, Row};
pub use step::{
    CardAction, CardFault, Check, Exchange, FaultStep, Interface, IutAction, NetworkState,
    OrderStep, Resign, Signer, Step, UseStep,
};
pub use text::comments;
pub use transport::{
    CoapFault, CoapForm, ConnectStep, Greeting, Hello, HttpForm, Status, TlsForm, TlsVersion,
    any_of,
};
pub use user::{Discover, Download, Nickname, UserStep, WISHES, Wish};
pub use wire::ByteChange;

/// How binding a requirement is.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Deserialize, serde::Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// A requirement.
    Shall,
    /// A recommendation.
    Should,
    /// A permission.
    May,
}

/// A part of all cases that is run by itself (`harness run --suite`).
#[derive(Clone, Copy, Debug, Eq, PartialEq, Deserialize, serde::Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Suite {
    /// Seconds: does it work at all.
    Smoke,
    /// What every product has to get right.
    Core,
}

/// A version of SGP.32 on the wire, as it is written in a case.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Deserialize, serde::Serialize, JsonSchema)]
pub enum Dialect {
    /// SGP.32 v1.0.
    #[serde(rename = "v1.0")]
    V1_0,
    /// SGP.32 v1.2.
    #[serde(rename = "v1.2")]
    V1_2,
    /// SGP.32 v1.3.
    #[serde(rename = "v1.3")]
    V1_3,
}

/// A binding of ESipa, as it is written in a case.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Deserialize, serde::Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Binding {
    /// ASN.1 over HTTPS.
    Asn1,
    /// JSON over HTTPS.
    Json,
    /// ASN.1 over CoAP and DTLS.
    Coap,
}

/// The content of a case file.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Test case of the SGP.32 conformance harness")]
pub struct CaseFile {
    /// The requirement as a sentence.
    pub title: String,
    /// What the case judges by.
    pub spec: Vec<At<Reference>>,
    /// The rows of the target list that it covers (`harness/coverage/parts_a_b.tsv`).
    #[serde(default)]
    pub covers: Vec<At<String>>,
    /// How binding it is.
    pub level: Level,
    /// Who is under test.
    pub iut: RoleName,
    /// The options that the implementation must have for the case to apply: `X`, `not X`, `X or Y`.
    #[serde(default)]
    pub needs: Vec<At<Need>>,
    /// The deliberate mistakes of the built-in implementation that this case must notice
    /// (`harness mutants --list`).
    #[serde(default)]
    pub catches: Vec<At<String>>,
    /// The smaller suites that the case belongs to; every case belongs to the full one.
    #[serde(default)]
    pub suites: Vec<Suite>,
    /// Why the traffic is not the same each time although nothing is wrong; the case then has no
    /// snapshot.
    pub varies: Option<String>,
    /// The wire version that everybody speaks; none means v1.2.
    pub dialect: Option<Dialect>,
    /// The binding of ESipa; none means ASN.1 over HTTPS.
    pub binding: Option<Binding>,
    /// The rows of which each makes a case of its own: `name` ends its id, and `${key}` stands for
    /// the value of a key anywhere in the file.
    pub for_each: Option<ForEach>,
    /// Who plays the other roles.
    pub roles: Roles,
    /// Values that the case starts with.
    #[serde(default)]
    pub given: BTreeMap<String, Node>,
    /// What happens.
    pub steps: Vec<At<Step>>,
}

impl CaseFile {
    /// The places of everything but the steps.
    fn positions(&mut self) -> Vec<&mut Position> {
        let roles = &mut self.roles;
        let roles = [
            &mut roles.ipa,
            &mut roles.eim,
            &mut roles.euicc,
            &mut roles.smdp,
            &mut roles.smds,
        ];
        let roles = roles.into_iter().flatten().map(|role| &mut role.position);
        let spec = self.spec.iter_mut().map(|one| &mut one.position);
        let needs = self.needs.iter_mut().map(|one| &mut one.position);
        let catches = self.catches.iter_mut().map(|one| &mut one.position);
        let covers = self.covers.iter_mut().map(|one| &mut one.position);
        let names = catches.chain(covers);
        roles.chain(spec).chain(needs).chain(names).collect()
    }
}

/// A file that is not a case.
#[derive(Debug, thiserror::Error)]
pub enum CaseError {
    /// The file cannot be read.
    #[error("{}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The file is no YAML, or YAML of another form.
    #[error("{}: {message}", path.display())]
    Form {
        /// The file.
        path: PathBuf,
        /// Line, column, what was expected, and the lines around it.
        message: String,
    },
    /// The case contradicts itself.
    #[error("{}", list_problems(path, problems))]
    Content {
        /// The file.
        path: PathBuf,
        /// What is wrong, in the order of the file.
        problems: Vec<Problem>,
    },
}

/// One mistake in a case that is well-formed.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Problem {
    /// Where, when it belongs to a place.
    pub position: Position,
    /// What is wrong.
    pub message: String,
}

/// The problems of a file, a line each.
pub(crate) fn list_problems(path: &Path, problems: &[Problem]) -> String {
    let lines: Vec<String> = problems
        .iter()
        .map(|problem| format!("{}: {}", problem.position.place(path), problem.message))
        .collect();
    lines.join("\n")
}

/// Reads YAML into a closed type. `no` and `on` stay words: they are names in ASN.1.
pub(crate) fn from_yaml<T: DeserializeOwned>(text: &str) -> Result<T, serde_saphyr::Error> {
    let options = serde_saphyr::options! { strict_booleans: true };
    serde_saphyr::from_str_with_options(text, options)
}

/// Reads a value or pattern from YAML.
///
/// # Errors
/// What the parser says, with line and column.
pub fn parse_node(yaml: &str) -> Result<Node, String> {
    from_yaml(yaml).map_err(|error| error.to_string())
}

/// Reads the content of a case file, without checking what it refers to.
///
/// # Errors
/// What the parser says, with line and column.
pub fn parse_case(yaml: &str) -> Result<CaseFile, String> {
    from_yaml(yaml).map_err(|error| error.to_string())
}

/// The JSON schema of the case format, for editors.
#[must_use]
pub fn json_schema() -> String {
    schema::of::<CaseFile>()
}

/// The JSON schema of a procedure, for editors.
#[must_use]
pub fn procedure_schema() -> String {
    schema::of::<Procedure>()
}
