// SPDX-License-Identifier: MIT OR Apache-2.0
//! The UICC behind an enabled profile: its files, codes and authentication.
//!
//! [`image`] is what the package made, [`Overlay`] what commands changed since; what happens in
//! one power session is in `Session`, what is selected on a channel in `Current`. A command
//! works on an `Uicc` made of these; the caller keeps the overlay, or drops it, with the rest of
//! the card's state.

mod access;
pub(crate) mod aka;
mod authenticate;
mod command;
mod fcp;
mod files;
mod identity;
pub mod image;
#[cfg(test)]
mod known;
mod life_cycle;
mod network;
mod objects;
mod overlay;
mod pins;
mod records;
mod search;
mod select;
mod suci;

use std::borrow::Cow;

pub(crate) use command::Command;
pub(crate) use fcp::empty_mf;
use image::{DirId, EfId, Image, PinContextId};
pub use overlay::Overlay;

use rsp::env::Env;

use crate::apdu::Response;
use crate::status_word::StatusWord;
use objects::Transfer;

/// What a power session knows: the PINs that have been verified.
#[derive(Debug, Clone, Default)]
pub(crate) struct Session {
    verified: Vec<(PinContextId, u8)>,
}

/// What is selected on a logical channel.
#[derive(Debug, Clone)]
pub(crate) struct Current {
    directory: DirId,
    file: Option<EfId>,
    /// Record pointer: nothing until a record was selected.
    record: Option<u8>,
    /// The ADF of the application that is active on the channel.
    application: Option<DirId>,
    /// A data object that comes or goes in blocks.
    transfer: Option<Transfer>,
}

impl Default for Current {
    fn default() -> Self {
        Self {
            directory: DirId::MF,
            file: None,
            record: None,
            application: None,
            transfer: None,
        }
    }
}

impl Current {
    /// The ADF of the application that is active on the channel.
    pub(crate) fn application(&self) -> Option<DirId> {
        self.application
    }
}

/// The UICC as one command sees it.
pub(crate) struct Uicc<'a> {
    pub(crate) image: &'a Image,
    pub(crate) overlay: Cow<'a, Overlay>,
    pub(crate) session: &'a mut Session,
    pub(crate) current: &'a mut Current,
    pub(crate) env: &'a mut dyn Env,
}

impl Uicc<'_> {
    /// Carries out a command. What it changed is in the overlay, which counts when a response
    /// comes back and not when a status word does.
    pub(crate) fn execute(&mut self, command: Command<'_>) -> Result<Response, StatusWord> {
        if !matches!(
            command,
            Command::RetrieveData { .. } | Command::SetData { .. }
        ) {
            self.current.transfer = None;
        }
        match command {
            Command::ReadBinary {
                target,
                offset,
                length,
            } => self.read_binary(target, offset, length),
            Command::UpdateBinary {
                target,
                offset,
                data,
            } => self.update_binary(target, offset, data),
            Command::ReadRecord { target, which } => self.read_record(target, which),
            Command::UpdateRecord {
                target,
                which,
                data,
            } => self.update_record(target, which, data),
            Command::SearchRecord { target, search } => self.search_record(target, search),
            Command::Increase { target, data } => self.increase(target, data),
            Command::VerifyPin { reference, data } => self.verify_pin(reference, data),
            Command::ChangePin { reference, data } => self.change_pin(reference, data),
            Command::DisablePin {
                reference,
                replacement,
                data,
            } => self.disable_pin(reference, replacement, data),
            Command::EnablePin { reference, data } => self.enable_pin(reference, data),
            Command::UnblockPin { reference, data } => self.unblock_pin(reference, data),
            Command::DeactivateFile(file) => self.deactivate_file(file),
            Command::ActivateFile(file) => self.activate_file(file),
            Command::RetrieveData {
                target,
                block,
                tag,
                length,
            } => self.retrieve_data(target, block, tag, length),
            Command::SetData {
                target,
                block,
                data,
            } => self.set_data(target, block, data),
            Command::Authenticate { parameters, data } => self.authenticate(parameters, data),
            Command::GetIdentity { parameters, data } => self.get_identity(parameters, data),
        }
    }
}

/// A command that ended well and has nothing to return.
fn done() -> Result<Response, StatusWord> {
    Ok(Response::status(StatusWord::OK))
}
