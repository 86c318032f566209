// SPDX-License-Identifier: MIT OR Apache-2.0
//! From STORE DATA to an ES10 function and back: dispatch, the segments of a bound profile package,
//! the tap, and keeping what a function changed.

use std::sync::Arc;

use super::Card;
use super::uicc::Files;
use crate::apdu::Response;
use crate::channel::{Assembled, Selected};
use crate::context::{Context, Draft, Fault};
use crate::dialect;
use crate::es8::{self, Loader, Progress};
use crate::es10b::package;
use crate::isdr::{self, Es10, Failure};
use crate::personality::request::{self, Turned};
use crate::personality::response;
use crate::session::Session;
use crate::state::State;
use crate::status_word::StatusWord;
use crate::undefined;

impl Card {
    pub(super) fn store_data(
        &mut self,
        channel: u8,
        last: bool,
        block: u8,
        data: &[u8],
    ) -> Result<Response, StatusWord> {
        let channel = self.channels.get(channel)?;
        if channel.selected != Selected::IsdR {
            return Err(StatusWord::INS_NOT_SUPPORTED);
        }
        match channel.store(last, block, data)? {
            Assembled::Partial => Ok(Response::status(StatusWord::OK)),
            Assembled::Whole(request) => self.es10(&request).map_err(|failure| match failure {
                Failure::Status(status) => {
                    if let Some(tap) = &mut self.tap {
                        tap.refused(&request, status.0);
                    }
                    status
                }
                Failure::Fault(fault) => refuse(&fault),
            }),
        }
    }

    /// One whole request, or one segment of a bound profile package.
    fn es10(&mut self, request: &[u8]) -> Result<Response, Failure> {
        let tag = isdr::request_tag(request);
        if let Some(status) = self.es10_refusal(tag) {
            return Err(status.into());
        }
        let function = tag.and_then(|tag| dialect::function(self.keys(), tag));
        if let Session::Loading(loader) = &self.session
            && (function.is_none() || !loader.at_boundary())
        {
            return self.load(request);
        }
        match function {
            None => Err(StatusWord::REFERENCED_DATA_NOT_FOUND.into()),
            Some(Es10::LoadBoundProfilePackage) => {
                self.session = match std::mem::take(&mut self.session) {
                    Session::Prepared(prepared) => {
                        Session::Loading(Box::new(Loader::new(*prepared)))
                    }
                    other => {
                        self.session = other;
                        return Err(StatusWord::CONDITIONS_NOT_SATISFIED.into());
                    }
                };
                self.load(request)
            }
            Some(function) => self.function(function, request),
        }
    }

    fn function(&mut self, function: Es10, received: &[u8]) -> Result<Response, Failure> {
        let request = match request::normal(self.keys(), function, received) {
            Ok(request) => request,
            Err(Turned::Away(status)) => return Err(status.into()),
            Err(Turned::Down(response)) => return Ok(self.tapped(received, response)),
        };
        let mut answers = self.answers.iter();
        if let Some((_, answer)) = answers.find(|(tag, _)| *tag == function.tag()) {
            let answer = answer.clone();
            return Ok(self.tapped(received, answer));
        }
        if function == Es10::LoadEuiccPackage && self.config.capabilities.package_journal {
            let draft = Draft::new(&self.state);
            self.run(draft, |card| package::accept(&request, card))?;
        }
        let draft = Draft::new(&self.state);
        let outcome = self.run(draft, |card| {
            card.checkpoint(function.name())?;
            let response = dialect::dispatch(function, &request, card)?;
            es8::report_interruption(card)?;
            Ok::<_, Failure>(response)
        });
        let response = match outcome {
            Err(Failure::Fault(fault)) => self.undefined_error(function, &request, fault)?,
            other => other?,
        };
        let response = response::shaped(self.keys(), function, response)?;
        Ok(self.tapped(received, response))
    }

    /// What a function answers that the card failed in: undefinedError, where it has that code.
    fn undefined_error(
        &mut self,
        function: Es10,
        request: &[u8],
        fault: Fault,
    ) -> Result<Vec<u8>, Failure> {
        let response = if function == Es10::LoadEuiccPackage {
            let draft = Draft::new(&self.state);
            let again = self.run(draft, |card| {
                card.failed = true;
                dialect::dispatch(function, request, card)
            });
            Some(again?)
        } else {
            undefined::response(self.keys(), function, request)
        };
        let Some(response) = response else {
            return Err(fault.into());
        };
        tracing::error!(%fault, function = function.name(), "the card failed");
        Ok(response)
    }

    /// Feeds a segment to the loader; a result ends the load, whatever still follows.
    fn load(&mut self, segment: &[u8]) -> Result<Response, Failure> {
        let Session::Loading(mut loader) = std::mem::take(&mut self.session) else {
            return Err(StatusWord::CONDITIONS_NOT_SATISFIED.into());
        };
        let keys = &self.config.personality.keys;
        if keys.bpp_strict_segments && !loader.is_one_segment(segment) {
            self.session = Session::Loading(loader);
            return Err(StatusWord::INCORRECT_DATA.into());
        }
        let draft = Draft::new(&self.state);
        let progress = self.run(draft, |card| loader.feed(segment, card))?;
        match progress {
            Progress::More => {
                self.session = Session::Loading(loader);
                Ok(Response::status(StatusWord::OK))
            }
            Progress::Done(result) => {
                let keys = &self.config.personality.keys;
                let result = response::shaped(keys, Es10::LoadBoundProfilePackage, result)?;
                Ok(self.tapped(&loader.into_received(), result))
            }
        }
    }

    /// Lets the tap see and edit a response.
    fn tapped(&mut self, request: &[u8], response: Vec<u8>) -> Response {
        Response::data(match &mut self.tap {
            Some(tap) => tap.exchange(request, response),
            None => response,
        })
    }

    /// Runs `function` on a draft of the state and keeps the draft when it succeeds.
    pub(super) fn run<T, E: From<Fault>>(
        &mut self,
        draft: Draft,
        function: impl FnOnce(&mut Context<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut context = Context {
            state: draft,
            session: &mut self.session,
            config: &self.config,
            env: &mut *self.env,
            toolkit: &self.toolkit,
            quirks: &mut self.quirks,
            until_reset: &mut self.until_reset,
            refresh: false,
            armed: &mut self.armed,
            failed: false,
        };
        let result = function(&mut context)?;
        let Context { state, refresh, .. } = context;
        let before = Arc::clone(&self.state);
        self.commit(state)?;
        if refresh {
            self.request_refresh();
        }
        self.notice_change(&before);
        Ok(result)
    }

    pub(super) fn commit(&mut self, draft: Draft) -> Result<(), Fault> {
        let Some(state) = draft.changed(&self.state) else {
            return Ok(());
        };
        if let Some(store) = &mut self.store {
            store
                .save(&state)
                .map_err(|error| Fault::Store(error.to_string()))?;
        }
        if enabled(&self.state) != enabled(&state) {
            self.files = Files::default();
            self.channels.profile_changed();
        }
        self.state = state;
        Ok(())
    }
}

fn enabled(state: &State) -> Option<&[u8]> {
    state.enabled_profile().map(|profile| &*profile.aid)
}

/// The one conversion of our own failures to a status word.
pub(super) fn refuse(fault: &Fault) -> StatusWord {
    tracing::error!(%fault, "the card failed");
    match fault {
        Fault::Store(_) => StatusWord::MEMORY_PROBLEM,
        Fault::Encode { .. } | Fault::Credential(_) | Fault::Inconsistent(_) => StatusWord::FAULT,
    }
}
