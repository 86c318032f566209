// SPDX-License-Identifier: MIT OR Apache-2.0
//! SELECT and STATUS: whose application a channel is on (TS 102 221 §8.5, §11.1.1, §11.1.2).

use rsp::tlv::{Tag, tlv};

use super::Card;
use crate::apdu::Response;
use crate::channel::Selected;
use crate::command::{FileName, Occurrence, Session, StatusInformation, Template};
use crate::ecasd::{self, ECASD_AID};
use crate::isdr;
use crate::status_word::StatusWord;
use crate::uicc;
use crate::uicc::image::{DirId, MF};

/// Shortest AID by which an application can be selected: its RID.
const SHORTEST_AID: usize = 5;

/// An application that can be selected by AID. An ISD-P cannot, whatever its state
/// (SGP.22 §2.4.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Application {
    IsdR,
    Ecasd,
    Adf(DirId),
}

impl Card {
    /// SELECT by full or partial AID.
    pub(super) fn select_application(
        &mut self,
        channel: u8,
        aid: &[u8],
        (occurrence, session, template): (Occurrence, Session, Template),
    ) -> Result<Response, StatusWord> {
        let current = self.application_on(channel)?;
        let candidates = self.applications(aid);
        let application =
            choose(&candidates, current, occurrence).ok_or(StatusWord::FILE_NOT_FOUND)?;
        if session == Session::Terminate {
            return self.terminate(channel, application, current);
        }
        let before = self.channels.get(channel)?.current.application();
        let response = match application {
            Application::Adf(adf) => {
                let response = self.with_uicc(channel, |uicc| uicc.select_adf(adf, template))?;
                self.channels.get(channel)?.selected = Selected::Uicc;
                response
            }
            Application::IsdR => {
                self.isdr_selectable(channel)?;
                let enabled = self.state.enabled_profile().is_some();
                let fci = isdr::fci(&self.config, enabled);
                self.enter(channel, Selected::IsdR, template, || fci)?
            }
            Application::Ecasd => self.enter(channel, Selected::Ecasd, template, ecasd::fci)?,
        };
        self.left(before);
        Ok(response)
    }

    fn enter(
        &mut self,
        channel: u8,
        application: Selected,
        template: Template,
        fci: impl FnOnce() -> Vec<u8>,
    ) -> Result<Response, StatusWord> {
        let channel = self.channels.get(channel)?;
        channel.selected = application;
        channel.current = uicc::Current::default();
        Ok(match template {
            Template::Control => Response::data(fci()),
            Template::None => Response::status(StatusWord::OK),
        })
    }

    /// Ends the session of the application that is active on the channel.
    fn terminate(
        &mut self,
        channel: u8,
        application: Application,
        current: Option<Application>,
    ) -> Result<Response, StatusWord> {
        if current != Some(application) {
            return Err(StatusWord::CONDITIONS_NOT_SATISFIED);
        }
        let open = self.channels.get(channel)?;
        let before = open.current.application();
        open.selected = Selected::Uicc;
        open.current = uicc::Current::default();
        self.left(before);
        Ok(Response::status(StatusWord::OK))
    }

    /// SELECT by file identifier or path: the channel is back in the file system.
    pub(super) fn select_file(
        &mut self,
        channel: u8,
        name: FileName<'_>,
        template: Template,
    ) -> Result<Response, StatusWord> {
        let response = if self.image().is_none() && name == FileName::Identifier(MF) {
            match template {
                Template::Control => Response::data(uicc::empty_mf()),
                Template::None => Response::status(StatusWord::OK),
            }
        } else {
            self.with_uicc(channel, |uicc| uicc.select(name, template))?
        };
        self.channels.get(channel)?.selected = Selected::Uicc;
        Ok(response)
    }

    pub(super) fn status(
        &mut self,
        channel: u8,
        information: StatusInformation,
    ) -> Result<Response, StatusWord> {
        let selected = self.channels.get(channel)?.selected;
        let name = |aid: &[u8]| Ok(Response::data(tlv(Tag::new(0x84), aid)));
        match (information, selected) {
            (StatusInformation::None, _) => Ok(Response::status(StatusWord::OK)),
            (StatusInformation::Name, Selected::IsdR) => name(isdr::aid(self.keys())),
            (StatusInformation::Name, Selected::Ecasd) => name(&ECASD_AID),
            // these applications have no directory to describe
            (StatusInformation::Control, Selected::IsdR | Selected::Ecasd) => {
                Err(StatusWord::CONDITIONS_NOT_SATISFIED)
            }
            (StatusInformation::Control, Selected::Uicc) if self.image().is_none() => {
                Ok(Response::data(uicc::empty_mf()))
            }
            (StatusInformation::Name, Selected::Uicc) if self.image().is_none() => {
                Err(StatusWord::CONDITIONS_NOT_SATISFIED)
            }
            (StatusInformation::Name, Selected::Uicc) => {
                self.with_uicc(channel, |uicc| match uicc.application_name() {
                    Some(aid) => name(aid),
                    None => Err(StatusWord::CONDITIONS_NOT_SATISFIED),
                })
            }
            (StatusInformation::Control, Selected::Uicc) => {
                self.with_uicc(channel, |uicc| Ok(Response::data(uicc.current_fcp())))
            }
        }
    }

    fn application_on(&mut self, channel: u8) -> Result<Option<Application>, StatusWord> {
        let channel = self.channels.get(channel)?;
        Ok(match channel.selected {
            Selected::IsdR => Some(Application::IsdR),
            Selected::Ecasd => Some(Application::Ecasd),
            Selected::Uicc => channel.current.application().map(Application::Adf),
        })
    }

    /// The applications whose AID begins with those bytes. Those of the eUICC share no RID with
    /// those of a profile, whose files need not be read for them.
    fn applications(&mut self, aid: &[u8]) -> Vec<Application> {
        if aid.len() < SHORTEST_AID {
            return Vec::new();
        }
        let mut found = Vec::new();
        if isdr::aid(self.keys()).starts_with(aid) {
            found.push(Application::IsdR);
        }
        if ECASD_AID.starts_with(aid) {
            found.push(Application::Ecasd);
        }
        if let Some(image) = found.is_empty().then(|| self.image()).flatten() {
            found.extend(image.adfs_by_aid(aid).map(Application::Adf));
        }
        found
    }
}

fn choose(
    candidates: &[Application],
    current: Option<Application>,
    occurrence: Occurrence,
) -> Option<Application> {
    let at = candidates
        .iter()
        .position(|candidate| Some(*candidate) == current);
    match (occurrence, at) {
        (Occurrence::FirstOrOnly, _) | (Occurrence::Next, None) => candidates.first(),
        (Occurrence::Last, _) | (Occurrence::Previous, None) => candidates.last(),
        (Occurrence::Next, Some(at)) => candidates.get(at + 1),
        (Occurrence::Previous, Some(at)) => at.checked_sub(1).and_then(|at| candidates.get(at)),
    }
    .copied()
}
