// SPDX-License-Identifier: MIT OR Apache-2.0
//! `iut.toml`.
//!
//! Commands are lists of arguments, never shell strings; `{name}` in an argument, in the
//! environment or in a template is replaced by the harness, and a name that it does not know is a
//! mistake of the file.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::check;
use super::place::Places;
use crate::case::{Binding, Dialect, Problem, RoleName};

/// A program under test.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Description {
    /// The file that it is from.
    #[serde(skip)]
    pub file: PathBuf,
    /// The name in reports and snapshots; that of the file when it is not given.
    pub name: Option<String>,
    /// What the program is: `ipa`, `eim` or `lpa`.
    pub role: RoleName,
    /// What it claims to implement, in words: `SGP.32 v1.2`.
    #[serde(default)]
    pub claims: Vec<String>,
    /// The options that it has (`harness list --options`); cases that need others do not apply.
    #[serde(default)]
    pub options: Vec<String>,
    /// The wire version that it speaks.
    pub dialect: Option<Dialect>,
    /// The binding of ESipa that it speaks.
    pub binding: Option<Binding>,
    /// The command that starts it; none for an eIM that runs already. A program with a `/` in its
    /// name is looked for from the folder of this file.
    #[serde(default)]
    pub start: Vec<String>,
    /// The command that makes a running one look for work; without it, it is started again.
    #[serde(default)]
    pub trigger: Vec<String>,
    /// The command by which the device is told something on the spot: `{function}` is emergency-on,
    /// emergency-off, fall-back, return, reset, default-smdp or immediate-enabling, `{argument}` what
    /// is reset or set. It ends with 0 when that is done, with 127 when the device cannot do it.
    #[serde(default)]
    pub device: Vec<String>,
    /// The commands by which the user of an LPA gets what he wants, by the names of his wishes: info,
    /// profiles, download, discover, download-events, enable, disable, delete, nickname, notifications, default-smdp,
    /// reset. Each ends with 0 when that is done, with 127 when the LPA cannot do it; a wish without
    /// a command is one that it does not know.
    #[serde(default)]
    pub user: BTreeMap<String, Vec<String>>,
    /// The command that ends it; without it, it gets SIGTERM and, after a grace, SIGKILL.
    #[serde(default)]
    pub stop: Vec<String>,
    /// Its environment, beside that of the harness.
    #[serde(default)]
    pub env: BTreeMap<String, String>,
    /// Its working folder, relative to this file; without it, the scratch folder of the case.
    pub folder: Option<PathBuf>,
    /// How an IPA gets the card.
    #[serde(default)]
    pub card: Card,
    /// How it finds the hosts of a case.
    #[serde(default)]
    pub reach: Reach,
    /// What it has to be given as files.
    #[serde(default)]
    pub trust: Trust,
    /// How an eIM takes orders.
    pub order: Option<OrderAdapter>,
    /// What an eIM has of its own.
    #[serde(default)]
    pub eim: OwnEim,
    /// Seconds that a step may take.
    #[serde(default = "twenty")]
    pub timeout: f64,
    /// Seconds until the first contact after a start.
    #[serde(default = "twenty")]
    pub start_timeout: f64,
    /// Seconds without an exchange after which a program that runs on is at rest; without a number
    /// one that has no `trigger` is waited for until it ends by itself.
    pub quiet: Option<f64>,
    /// How many cases may run at the same time, each with a process of its own.
    #[serde(default = "one")]
    pub parallel: usize,
}

const fn twenty() -> f64 {
    20.0
}

const fn one() -> usize {
    1
}

/// How an IPA gets the card.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, tag = "link")]
pub enum Card {
    /// The program connects to `{card}`, HOST:PORT, and speaks the TCP link of `veuicc`.
    #[default]
    Tcp,
    /// A slot of vsmartcard-vpcd: `{reader}` is the name of the PC/SC reader.
    Vpcd {
        /// TCP ports of the slots of vpcd; one per case that runs at the same time.
        #[serde(default)]
        ports: Vec<u16>,
        /// Names of the readers, in the order of the ports.
        #[serde(default)]
        readers: Vec<String>,
    },
    /// Standard input and output of the program (the ndJSON driver protocol of lpac).
    Stdio,
    /// A modem with AT+CCHO, AT+CGLA and AT+CCHC: `{tty}` is the device.
    At,
}

/// How the program finds the hosts of a case, which listen on free ports of loopback.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "kebab-case")]
pub enum Reach {
    /// By arguments: `{resolve}` stands for one `HOST=ADDRESS:PORT` per host, each with the argument
    /// before it repeated.
    #[default]
    Resolve,
    /// By an HTTP proxy that understands CONNECT: `{proxy}`, also in `https_proxy`. For an IPA.
    Proxy,
    /// By the hosts file of the system, which names them already; the servers listen on port 443.
    /// For an IPA.
    Hosts,
}

/// Files that are written before the start, below the scratch folder: the key is the path, which
/// may also be absolute; the value says what is in it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Trust {
    /// The CI certificates, PEM; `{ca}`.
    pub ca: Option<PathBuf>,
    /// The CI certificates, DER, one file each, in a folder; `{ca_folder}`.
    pub ca_folder: Option<PathBuf>,
    /// `AddInitialEimRequest` of the case's eIM, DER; `{initial_eim}`.
    pub initial_eim: Option<PathBuf>,
    /// Certificate and key of an eIM's ESipa server, PEM; `{tls_certificate}`, `{tls_key}`.
    pub tls: Option<(PathBuf, PathBuf)>,
    /// Certificate and key with which an eIM signs, PEM; `{signing_certificate}`, `{signing_key}`.
    pub signing: Option<(PathBuf, PathBuf)>,
    /// Certificates of the case's eUICC, DER; `{euicc_certificate}`, `{eum_certificate}`.
    pub euicc: Option<(PathBuf, PathBuf)>,
    /// Any other file: path and template.
    #[serde(default)]
    pub files: BTreeMap<PathBuf, String>,
}

/// What an eIM has of its own, instead of what the harness gives it. Paths are relative to this
/// file; certificates are PEM or DER.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct OwnEim {
    /// Where it serves ESipa, `HOST:PORT`, when it runs already.
    pub address: Option<String>,
    /// The certificate of its ESipa server, which the card of a case trusts.
    pub tls_certificate: Option<PathBuf>,
    /// The certificate with which it signs, whose key the card of a case knows.
    pub signing_certificate: Option<PathBuf>,
}

/// How an eIM takes orders: one template per kind of order (`psmo`, `eco`, `data`, `trigger`,
/// `indirect`), with `{order}`, `{eid}` and, per kind, `{value}` (JSON in the words of ASN.1) or `{der}`.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum OrderAdapter {
    /// Commands; the first line of standard output is the id of the order.
    Command {
        /// Per kind, or `any`.
        place: BTreeMap<String, Vec<String>>,
        /// Says the status of `{id}` in one word.
        status: Vec<String>,
        /// The program's words, each with what it means: waiting, sent, done or failed; over
        /// where it does not tell done from failed.
        #[serde(default)]
        words: BTreeMap<String, String>,
        /// A command per eUICC of the case before the first order.
        #[serde(default)]
        euicc: Vec<String>,
    },
    /// HTTP requests.
    Http {
        /// Per kind, or `any`.
        place: BTreeMap<String, HttpOrder>,
        /// Asks for the status of `{id}`.
        status: HttpOrder,
        /// The program's words, each with what it means: waiting, sent, done or failed; over
        /// where it does not tell done from failed.
        #[serde(default)]
        words: BTreeMap<String, String>,
        /// A request per eUICC of the case before the first order.
        euicc: Option<Box<HttpOrder>>,
    },
}

/// One HTTP request of a northbound interface, and where its answer has what counts.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct HttpOrder {
    /// `POST`, `GET`, `PUT`, `PATCH`.
    pub method: String,
    /// `http://127.0.0.1:{api_port}/orders`.
    pub url: String,
    /// Headers.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// The body, a template.
    pub body: Option<String>,
    /// The JSON pointer of the id, or of the status, in the answer.
    #[serde(default)]
    pub answer: String,
    /// Whether the id is the path in `Location`, of an answer with 201 or 303, instead of something
    /// in its body. In an address it is written as it is: `http://127.0.0.1:{api_port}{id}`.
    #[serde(default)]
    pub location: bool,
}

/// One expectation of `<iut>.expect.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expect {
    /// The id of a case; `*` stands for any characters.
    pub test: String,
    /// The verdict that is expected.
    pub verdict: crate::verdict::Verdict,
    /// Why.
    pub reason: String,
}

/// A description that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DescriptionError {
    /// The file cannot be read.
    #[error("{}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The file has another form, or contradicts itself.
    #[error("{}", crate::case::list_problems(path, problems))]
    Content {
        /// The file.
        path: PathBuf,
        /// What is wrong, in the order of the file.
        problems: Vec<Problem>,
    },
}

impl Description {
    /// Reads a description and everything in it that can be judged without starting it.
    ///
    /// # Errors
    /// [`DescriptionError`] with file, line and column of every mistake.
    pub fn load(path: &Path) -> Result<Self, DescriptionError> {
        let text = std::fs::read_to_string(path).map_err(|source| DescriptionError::Read {
            path: path.to_owned(),
            source,
        })?;
        let mut description = Self::parse(&text).map_err(|problems| DescriptionError::Content {
            path: path.to_owned(),
            problems,
        })?;
        path.clone_into(&mut description.file);
        Ok(description)
    }

    /// Reads a description from its text.
    ///
    /// # Errors
    /// Every mistake, in the order of the text.
    pub fn parse(text: &str) -> Result<Self, Vec<Problem>> {
        let places = Places::new(text);
        let description: Self = toml::from_str(text).map_err(|error| {
            vec![Problem {
                position: places.at(error.span().unwrap_or_default().start),
                message: error.message().trim().replace('\n', ", "),
            }]
        })?;
        let problems = check::problems(&description, &places);
        if problems.is_empty() {
            Ok(description)
        } else {
            Err(problems)
        }
    }

    /// The name in reports.
    #[must_use]
    pub fn name(&self) -> String {
        let stem = || self.file.file_stem().map(|it| it.to_string_lossy().into());
        let named = self.name.clone().or_else(stem);
        named.unwrap_or_else(|| self.role.to_string())
    }

    /// The folder of its file.
    #[must_use]
    pub fn here(&self) -> PathBuf {
        let folder = self.file.parent().unwrap_or_else(|| Path::new(""));
        let folder = if folder.as_os_str().is_empty() {
            Path::new(".")
        } else {
            folder
        };
        std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned())
    }
}
