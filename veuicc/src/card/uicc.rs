// SPDX-License-Identifier: MIT OR Apache-2.0
//! The UICC of the enabled profile: made when it is first asked for, gone when another profile is
//! enabled; what its commands change is kept like everything else.

use std::borrow::Cow;
use std::sync::Arc;

use super::Card;
use super::es10::refuse;
use crate::apdu::Response;
use crate::context::Draft;
use crate::state::State;
use crate::status_word::StatusWord;
use crate::uicc::image::{DirId, Image};
use crate::uicc::{Command, Session, Uicc};

/// The files of the enabled profile.
#[derive(Debug, Default)]
pub(super) enum Files {
    /// Nobody asked yet.
    #[default]
    Unknown,
    /// No profile is enabled, or it has no file system.
    Missing,
    /// There they are.
    Ready(Box<Ready>),
}

#[derive(Debug)]
pub(super) struct Ready {
    pub(super) image: Image,
    pub(super) session: Session,
}

impl Files {
    fn of(state: &State) -> Self {
        let Some(profile) = state.enabled_profile() else {
            return Self::Missing;
        };
        match crate::profile::interpret(&profile.profile_elements) {
            Ok(image) if has_files(&image) => Self::Ready(Box::new(Ready {
                image,
                session: Session::default(),
            })),
            Ok(_) => Self::Missing,
            Err(error) => {
                tracing::warn!(%error, "the enabled profile has no file system");
                Self::Missing
            }
        }
    }

    /// The security status ends with the power session.
    pub(super) fn reset(&mut self) {
        if let Self::Ready(ready) = self {
            ready.session = Session::default();
        }
    }
}

/// A package without a file system still gives an MF, with nothing in it.
fn has_files(image: &Image) -> bool {
    let mf = DirId::MF;
    !image.efs_in(mf).is_empty() || !image.dirs_in(mf).is_empty()
}

impl Card {
    /// The image of the enabled profile.
    pub(super) fn image(&mut self) -> Option<&Image> {
        if matches!(self.files, Files::Unknown) {
            self.files = Files::of(&self.state);
        }
        match &self.files {
            Files::Ready(ready) => Some(&ready.image),
            Files::Unknown | Files::Missing => None,
        }
    }

    /// A command for the files of the enabled profile.
    pub(super) fn uicc_command(
        &mut self,
        channel: u8,
        command: Command<'_>,
    ) -> Result<Response, StatusWord> {
        if self.channels.get(channel)?.selected != crate::channel::Selected::Uicc {
            return Err(StatusWord::INS_NOT_SUPPORTED);
        }
        if self.image().is_none() {
            return Err(StatusWord::INS_NOT_SUPPORTED);
        }
        self.with_uicc(channel, |uicc| uicc.execute(command))
    }

    /// Lets `work` see the UICC from a channel, and keeps what it changed when it returns `Ok`.
    pub(super) fn with_uicc<T>(
        &mut self,
        channel: u8,
        work: impl FnOnce(&mut Uicc<'_>) -> Result<T, StatusWord>,
    ) -> Result<T, StatusWord> {
        self.image();
        let state = Arc::clone(&self.state);
        let (Files::Ready(ready), Some(profile)) = (&mut self.files, state.enabled_profile())
        else {
            return Err(StatusWord::FILE_NOT_FOUND);
        };
        let before = ready.session.clone();
        let mut uicc = Uicc {
            image: &ready.image,
            overlay: Cow::Borrowed(&profile.uicc),
            session: &mut ready.session,
            current: &mut self.channels.get(channel)?.current,
            env: &mut *self.env,
        };
        let result = work(&mut uicc)?;
        let Cow::Owned(overlay) = uicc.overlay else {
            return Ok(result);
        };
        let mut draft = Draft::new(&self.state);
        let mut profiles = draft.profiles.iter_mut();
        if let Some(changed) = profiles.find(|changed| changed.aid == profile.aid) {
            changed.uicc = overlay;
        }
        if let Err(fault) = self.commit(draft) {
            if let Files::Ready(ready) = &mut self.files {
                ready.session = before;
            }
            return Err(refuse(&fault));
        }
        Ok(result)
    }

    /// Called when a channel has left an application: without another channel on it, the
    /// application's session has ended.
    pub(super) fn left(&mut self, application: Option<DirId>) {
        let Some(adf) = application else {
            return;
        };
        let mut open = self.channels.open_ones();
        if open.any(|channel| channel.current.application() == Some(adf)) {
            return;
        }
        if let Files::Ready(ready) = &mut self.files {
            ready.session.application_ended(&ready.image, adf);
        }
    }
}
