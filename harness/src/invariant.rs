// SPDX-License-Identifier: MIT OR Apache-2.0
//! What every message of an implementation must hold without a case saying so.
//!
//! Each rule is a row of [`RULES`]. A rule speaks only where it can be sure: what an implementation
//! hands on as it got it is never its mistake, and where its source was not seen nothing is said.

mod echo;
mod form;
mod http;
mod memory;
mod package;
mod removal;
mod rules;
mod signature;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use crate::case::{Dialect, Interface, RoleName};
use crate::message::{Direction, Message};
use crate::wire::http::Headers;

use memory::Memory;
pub use rules::{RULES, Rule, RuleName};

/// What is known before anything is exchanged.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// The wire version that the case is about and that the implementation speaks; v1.2 when it is
    /// not said.
    pub dialect: Option<Dialect>,
    /// The EIDs of the cards, as hex.
    pub eids: Vec<String>,
    /// The eIMs that the cards know, by `eimId`.
    pub eims: BTreeMap<String, KnownEim>,
}

/// What a card knows of an eIM.
#[derive(Clone, Debug)]
pub struct KnownEim {
    /// The key that verifies its packages.
    pub key: rsp::ecdsa::PublicKey,
    /// The counter value of the last package that the card took.
    pub counter_value: i64,
    /// The association token.
    pub association_token: Option<i64>,
}

/// A message, with what is needed to judge it.
#[derive(Clone, Copy, Debug)]
pub struct Said<'a> {
    /// Where.
    pub interface: Interface,
    /// Which half.
    pub direction: Direction,
    /// Who says it, when that is certain.
    pub speaker: Option<RoleName>,
    /// The message.
    pub message: &'a Message,
    /// The request that it answers, or itself.
    pub request: &'a Message,
}

impl Said<'_> {
    /// Who hears it, as far as it is the implementation under test or what it talks to.
    fn hearer(&self, iut: RoleName) -> Option<RoleName> {
        let between = match self.interface {
            Interface::Esipa => [RoleName::Ipa, RoleName::Eim],
            Interface::Es10b if iut == RoleName::Lpa => [iut, RoleName::Euicc],
            Interface::Es10b => [RoleName::Ipa, RoleName::Euicc],
            Interface::Es9Plus => [iut, RoleName::Smdp],
            Interface::Es11 => [iut, RoleName::Smds],
        };
        let speaker = self.speaker?;
        between.into_iter().find(|role| *role != speaker)
    }
}

/// A rule that does not hold.
#[derive(Clone, Debug)]
pub struct Breach {
    /// Which.
    pub rule: &'static Rule,
    /// What was seen.
    pub actual: Vec<String>,
}

impl Breach {
    fn new(rule: RuleName, actual: impl Into<String>) -> Self {
        Self::all(rule, vec![actual.into()])
    }

    fn all(rule: RuleName, actual: Vec<String>) -> Self {
        Self {
            rule: rule.row(),
            actual,
        }
    }
}

/// Looks at all messages of a case, and remembers what later ones are judged by.
#[derive(Debug)]
pub struct Watch {
    iut: RoleName,
    dialect: Dialect,
    known: Known,
    memory: Memory,
}

impl Watch {
    /// For an implementation of the role `iut`.
    #[must_use]
    pub fn new(iut: RoleName, dialect: Option<Dialect>) -> Self {
        Self {
            iut,
            dialect: dialect.unwrap_or(Dialect::V1_2),
            known: Known::default(),
            memory: Memory::default(),
        }
    }

    /// The wire version that the implementation speaks.
    #[must_use]
    pub const fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// Tells what is known beforehand.
    pub fn knowing(&mut self, known: Known) {
        self.dialect = known.dialect.unwrap_or(self.dialect);
        self.known = known;
    }

    /// Judges a message of the implementation under test, learns from every other.
    pub fn look(&mut self, said: &Said<'_>) -> Option<Breach> {
        let own = said.speaker == Some(self.iut);
        let breach = if own { self.judge(said) } else { None };
        self.memory.learn(said, self.iut);
        breach
    }

    fn judge(&self, said: &Said<'_>) -> Option<Breach> {
        let checks: [fn(&Self, &Said<'_>) -> Option<Breach>; 6] = [
            form::of_message,
            form::of_answer,
            echo::of_message,
            package::of_message,
            removal::of_message,
            signature::of_message,
        ];
        checks.iter().find_map(|check| check(self, said))
    }

    /// Judges the header fields of a request of the implementation under test.
    #[must_use]
    pub fn request_headers(&self, interface: Interface, headers: &Headers) -> Option<Breach> {
        http::of_request(self.iut, interface, self.dialect, headers)
    }

    /// Judges status and header fields of an answer of the implementation under test.
    #[must_use]
    pub fn answer_headers(
        &self,
        interface: Interface,
        request: &str,
        status: u16,
        headers: &Headers,
    ) -> Option<Breach> {
        http::of_answer(interface, request, status, headers)
    }
}
