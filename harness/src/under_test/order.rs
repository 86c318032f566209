// SPDX-License-Identifier: MIT OR Apache-2.0
//! Orders to an eIM under test, through the northbound interface that its description tells.
//!
//! SGP.32 leaves that interface to the product. A description has one template per kind of order,
//! and says where the answer has the number of the order and the word for how far it has come.

mod work;

use std::collections::BTreeMap;
use std::time::Duration;

use rsp::chain::CertificateView;
use rsp::ecdsa::PublicKey;
use tokio::time::{Instant, sleep};

use work::Work;

use super::command_order::{self, CommandError};
use super::description::{HttpOrder, OrderAdapter};
use super::http_order::{self, HttpError};
use super::substitute::{Names, UnknownName};
use crate::iut::{EuiccCertificates, Order, OrderStatus};
use crate::wire::http::excerpt;

/// The pause between the first two questions how far an order has come; each further one is half
/// as long again.
const PAUSE: Duration = Duration::from_millis(40);
/// No pause is longer.
const LONGEST_PAUSE: Duration = Duration::from_secs(1);
/// No number of an order is longer.
const LONGEST_ID: usize = 1024;

/// Why an order cannot be given, or asked for.
#[derive(Debug, thiserror::Error)]
pub enum OrderError {
    /// There is no template that can say all of the order.
    #[error("`order` has no template that says all of this {kind} order; expected {}", expected.join(" or "))]
    NoTemplate {
        /// The kind of order.
        kind: &'static str,
        /// The keys of `place` that would do.
        expected: Vec<String>,
    },
    /// A template has a name that does not exist, or not for this kind of order.
    #[error("template of {what}: {source}")]
    Name {
        /// Which template.
        what: String,
        /// The name.
        source: UnknownName,
    },
    /// The order has no value in the words of ASN.1.
    #[error("the order cannot be written: {0}")]
    Order(String),
    /// The HTTP interface did not do what was expected.
    #[error("{what}: {source}")]
    Http {
        /// What was asked for.
        what: String,
        /// What came.
        source: HttpError,
    },
    /// A command did not do what was expected.
    #[error("{what}: {source}")]
    Command {
        /// What was asked for.
        what: String,
        /// What came.
        source: CommandError,
    },
    /// The number of the order is none.
    #[error("{what}: expected the number of the order, got {got}")]
    Id {
        /// What was asked for.
        what: String,
        /// What came.
        got: String,
    },
    /// The status is a word that nobody has explained.
    #[error(
        "the eIM says that the order is {word:?}: expected waiting, sent, done or failed, or one of `words`; add {word:?} = \"...\" to `words`"
    )]
    Word {
        /// What the eIM says.
        word: String,
    },
}

impl OrderError {
    /// Whether the eIM, or its adapter, says that there is no such order: no template, HTTP 501, or
    /// a command that ends with exit code 127.
    #[must_use]
    pub fn is_unsupported(&self) -> bool {
        match self {
            Self::NoTemplate { .. } => true,
            Self::Http {
                source: HttpError::Status { status, .. },
                ..
            } => *status == 501,
            Self::Command {
                source: CommandError::Status { end, .. },
                ..
            } => end.is_unsupported(),
            _ => false,
        }
    }

    /// Whether the eIM answers that it does not take what it is told (HTTP 4xx). SGP.32 has no
    /// northbound interface, so this may be its fault, that of a template or of the case.
    #[must_use]
    pub const fn is_refusal(&self) -> bool {
        matches!(
            self,
            Self::Http {
                source: HttpError::Status {
                    status: 400..=499,
                    ..
                },
                ..
            }
        )
    }

    /// Whether it is what one sees of an eIM that is about to end: no connection, or none that
    /// lasts, also as a command may have met it.
    #[must_use]
    pub const fn is_cut_off(&self) -> bool {
        matches!(
            self,
            Self::Command { .. }
                | Self::Http {
                    source: HttpError::Connect { .. } | HttpError::Answer { .. },
                    ..
                }
        )
    }
}

/// What an eIM has to know of an eUICC before it takes orders for it.
#[derive(Clone, Debug)]
pub struct Managed {
    /// The EID.
    pub eid: [u8; 16],
    /// The last counter value that the card has seen.
    pub counter_value: i64,
    /// The association token.
    pub association_token: Option<i64>,
    /// CERT.EUICC and CERT.EUM, DER.
    pub certificates: Option<EuiccCertificates>,
}

impl Managed {
    /// What templates call it.
    #[must_use]
    pub fn names(&self) -> Vec<(&'static str, String)> {
        let token = self.association_token;
        let hex = |pick: fn(&EuiccCertificates) -> &Vec<u8>| {
            let certificate = self.certificates.as_ref().map(pick);
            certificate.map(hex::encode).unwrap_or_default()
        };
        vec![
            ("eid", hex::encode(self.eid)),
            ("counter", self.counter_value.to_string()),
            (
                "token",
                token.map_or_else(|| "null".to_owned(), |token| token.to_string()),
            ),
            ("euicc_certificate_hex", hex(|own| &own.euicc)),
            ("euicc_public_key_hex", self.public_key()),
            ("eum_certificate_hex", hex(|own| &own.eum)),
        ]
    }
}

impl Managed {
    /// The point of the eUICC's key, uncompressed, in hex; empty without a certificate.
    fn public_key(&self) -> String {
        let certificate = self.certificates.as_ref().map(|own| &own.euicc);
        let view = certificate.and_then(|der| CertificateView::parse(der).ok());
        let point = view.and_then(|view| view.public_key().ok().map(PublicKey::to_point));
        point.map(hex::encode).unwrap_or_default()
    }
}

/// The northbound interface of an eIM under test.
#[derive(Clone, Debug)]
pub struct Orders {
    adapter: OrderAdapter,
    names: Names,
    surroundings: command_order::Surroundings,
    timeout: Duration,
}

impl Orders {
    /// An interface whose templates are filled with `names`; commands run in `surroundings`, and
    /// no question takes longer than `timeout`.
    #[must_use]
    pub const fn new(
        adapter: OrderAdapter,
        names: Names,
        surroundings: command_order::Surroundings,
        timeout: Duration,
    ) -> Self {
        Self {
            adapter,
            names,
            surroundings,
            timeout,
        }
    }

    /// What a name of the case stands for.
    #[must_use]
    pub fn name(&self, name: &str) -> Option<&str> {
        self.names.get(name)
    }

    /// Makes an eUICC known, where the interface has a way to. HTTP 409 says that it is: an eIM that
    /// runs from case to case is told of the same one again.
    ///
    /// # Errors
    /// [`OrderError`]: what was asked, and what came instead.
    pub async fn manage(&self, euicc: &Managed) -> Result<(), OrderError> {
        let names = with(&self.names, euicc.names());
        match &self.adapter {
            OrderAdapter::Http {
                euicc: Some(request),
                ..
            } => match self.ask_http("euicc", request, &names).await {
                Err(OrderError::Http {
                    source: HttpError::Status { status: 409, .. },
                    ..
                }) => Ok(()),
                answered => answered.map(drop),
            },
            OrderAdapter::Command { euicc, .. } if !euicc.is_empty() => {
                self.ask_command("euicc", euicc, &names).await.map(drop)
            }
            OrderAdapter::Http { .. } | OrderAdapter::Command { .. } => Ok(()),
        }
    }

    /// Gives an order and returns its number.
    ///
    /// # Errors
    /// [`OrderError`]: what was asked, and what came instead.
    pub async fn place(&self, eid: [u8; 16], order: &Order) -> Result<String, OrderError> {
        let work = Work::new(eid, order)?;
        let names = with(&self.names, work.names.clone());
        let (key, answer) = match &self.adapter {
            OrderAdapter::Http { place, .. } => {
                let (key, request) = work.template(place)?;
                let what = format!("place.{key}");
                let answer = self.ask_http(&what, request, &names).await?;
                (what, answer)
            }
            OrderAdapter::Command { place, .. } => {
                let (key, command) = work.template(place)?;
                let what = format!("place.{key}");
                let answer = self.ask_command(&what, command, &names).await?;
                (what, answer)
            }
        };
        if answer.is_empty() || answer.len() > LONGEST_ID {
            let got = excerpt(answer.as_bytes());
            return Err(OrderError::Id { what: key, got });
        }
        Ok(answer)
    }

    /// How far an order has come.
    ///
    /// # Errors
    /// [`OrderError`]: what was asked, and what came instead.
    pub async fn status(&self, id: &str) -> Result<OrderStatus, OrderError> {
        let names = with(&self.names, vec![("id", id.to_owned())]);
        let (answer, words) = match &self.adapter {
            OrderAdapter::Http { status, words, .. } => {
                (self.ask_http("status", status, &names).await?, words)
            }
            OrderAdapter::Command { status, words, .. } => {
                (self.ask_command("status", status, &names).await?, words)
            }
        };
        status_of(&answer, words)
    }

    /// Asks until the order is `wanted`, has come to its end, or `patience` is over, and returns
    /// what was said last.
    ///
    /// # Errors
    /// [`OrderError`]: what was asked, and what came instead.
    pub async fn status_within(
        &self,
        id: &str,
        wanted: OrderStatus,
        patience: Duration,
    ) -> Result<OrderStatus, OrderError> {
        let until = Instant::now() + patience;
        let mut pause = PAUSE;
        loop {
            let status = self.status(id).await?;
            let is_over = matches!(
                status,
                OrderStatus::Done | OrderStatus::Failed | OrderStatus::Over
            );
            if status == wanted || is_over || Instant::now() >= until {
                return Ok(status);
            }
            sleep(pause.min(until.saturating_duration_since(Instant::now()))).await;
            pause = (pause * 3 / 2).min(LONGEST_PAUSE);
        }
    }

    async fn ask_http(
        &self,
        what: &str,
        template: &HttpOrder,
        names: &Names,
    ) -> Result<String, OrderError> {
        let request = http_order::fill(template, names).map_err(|source| OrderError::Name {
            what: what.to_owned(),
            source,
        })?;
        let answer = http_order::ask(&request, self.timeout).await;
        answer.map_err(|source| OrderError::Http {
            what: what.to_owned(),
            source,
        })
    }

    async fn ask_command(
        &self,
        what: &str,
        template: &[String],
        names: &Names,
    ) -> Result<String, OrderError> {
        let command = names.command(template).map_err(|source| OrderError::Name {
            what: what.to_owned(),
            source,
        })?;
        let line = command_order::first_line(&command, &self.surroundings, self.timeout).await;
        line.map_err(|source| OrderError::Command {
            what: what.to_owned(),
            source,
        })
    }
}

/// The names of the case and more, which win.
fn with(names: &Names, more: Vec<(&'static str, String)>) -> Names {
    let mut names = names.clone();
    for (name, value) in more {
        names.set(name, value);
    }
    names
}

/// The status that a word of the program stands for.
fn status_of(word: &str, words: &BTreeMap<String, String>) -> Result<OrderStatus, OrderError> {
    let word = word.trim();
    let explained = words
        .iter()
        .find(|(theirs, _)| theirs.eq_ignore_ascii_case(word))
        .map_or(word, |(_, ours)| ours);
    let mut known = OrderStatus::ALL.into_iter().chain([OrderStatus::Over]);
    known
        .find(|status| status.as_str().eq_ignore_ascii_case(explained))
        .ok_or_else(|| OrderError::Word {
            word: excerpt(word.as_bytes()),
        })
}
