// SPDX-License-Identifier: MIT OR Apache-2.0
//! Who speaks: the implementation under test, the case itself, or an actor.

use crate::case::{CaseFile, Interface, RoleName};
use crate::message::{Direction, Message};

/// The roles of a case, as far as it matters who speaks.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sides {
    iut: RoleName,
    scripted_ipa: bool,
    scripted_eim: bool,
}

impl Sides {
    pub(super) fn new(case: &CaseFile) -> Self {
        Self {
            iut: case.iut,
            scripted_ipa: case.roles.is_scripted(RoleName::Ipa),
            scripted_eim: case.roles.is_scripted(RoleName::Eim),
        }
    }

    pub(super) const fn iut(&self) -> RoleName {
        self.iut
    }

    /// Who has the card.
    const fn terminal(&self) -> RoleName {
        match self.iut {
            RoleName::Lpa => RoleName::Lpa,
            _ => RoleName::Ipa,
        }
    }

    /// Who says this half of an exchange whose request is called `name`. Nobody can be named where
    /// both the eIM under test and an IPA may be the client of an SM-DP+.
    pub(super) fn speaker(
        &self,
        interface: Interface,
        direction: Direction,
        name: &str,
    ) -> Option<RoleName> {
        let request = direction == Direction::Request;
        Some(match interface {
            // a package that is injected goes from the eIM to the IPA (SGP.32 §5.14.4)
            Interface::Esipa if request == name.starts_with("transferEimPackage") => RoleName::Eim,
            Interface::Esipa => RoleName::Ipa,
            Interface::Es10b if request => self.terminal(),
            Interface::Es10b => RoleName::Euicc,
            Interface::Es9Plus if !request => RoleName::Smdp,
            Interface::Es11 if !request => RoleName::Smds,
            Interface::Es9Plus | Interface::Es11 => match self.iut {
                RoleName::Eim if self.scripted_ipa => RoleName::Eim,
                RoleName::Ipa if self.scripted_eim => RoleName::Ipa,
                RoleName::Lpa => RoleName::Lpa,
                _ => return None,
            },
        })
    }

    /// Whether this half comes from the implementation under test.
    pub(super) fn is_from_iut(
        &self,
        interface: Interface,
        direction: Direction,
        name: &str,
    ) -> bool {
        self.speaker(interface, direction, name) == Some(self.iut)
    }

    /// Whether the case says the bytes of this half.
    pub(super) fn is_sent(&self, interface: Interface, direction: Direction, name: &str) -> bool {
        match self.speaker(interface, direction, name) {
            Some(RoleName::Ipa) => self.scripted_ipa,
            Some(RoleName::Eim) => self.scripted_eim,
            _ => false,
        }
    }

    /// The half that decides whether a step is met, and that `as` keeps: that of the
    /// implementation under test, else the answer.
    pub(super) fn judged(&self, interface: Interface, name: &str) -> Direction {
        let request = Direction::Request;
        match (interface, self.iut) {
            (Interface::Es9Plus | Interface::Es11, _) => request,
            (Interface::Es10b, iut) if iut.has_the_card() => request,
            _ if self.is_from_iut(interface, request, name) => request,
            _ => Direction::Response,
        }
    }

    /// Whether the case plays whoever would answer `request`, so that one that it does not list is a
    /// mistake of the sender.
    pub(super) fn is_scripted(&self, interface: Interface, request: &Message) -> bool {
        self.is_sent(interface, Direction::Response, &request.name)
    }
}
