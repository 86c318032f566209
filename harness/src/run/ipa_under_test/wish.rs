// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the user of an LPA wants: begun by the LPA of this harness, or by a command of a
//! description.

use std::io::{Result as IoResult, Write};
use std::sync::{Arc, Mutex, PoisonError};

use super::{BuiltIn, IpaUnderTest, Program, Stage};
use crate::case::Wish;
use crate::run::SetUpError;
use crate::run::actors::ipa_environment;

/// What the user of our own LPA is shown.
#[derive(Clone, Debug, Default)]
pub(super) struct Shown(Arc<Mutex<Vec<u8>>>);

impl Shown {
    /// All of it so far.
    pub(super) fn text(&self) -> Vec<u8> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

impl Write for Shown {
    fn write(&mut self, text: &[u8]) -> IoResult<usize> {
        let mut shown = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        shown.extend_from_slice(text);
        Ok(text.len())
    }

    fn flush(&mut self) -> IoResult<()> {
        Ok(())
    }
}

impl IpaUnderTest {
    /// Begins with what the user wants; what was begun before has ended.
    pub(in crate::run) async fn wished(
        &mut self,
        stage: &Stage<'_>,
        wish: &Wish,
    ) -> Result<(), SetUpError> {
        match self {
            Self::Program(program) => program.wished(stage, wish).await,
            Self::BuiltIn(own) => own.wished(stage, wish),
            Self::Played(played) => {
                played.start();
                Ok(())
            }
            Self::BrokenDown | Self::Listening(_) => {
                let mut own = BuiltIn::default();
                own.wished(stage, wish)?;
                *self = Self::BuiltIn(own);
                Ok(())
            }
        }
    }
}

impl BuiltIn {
    fn wished(&mut self, stage: &Stage<'_>, wish: &Wish) -> Result<(), SetUpError> {
        let environment = ipa_environment(stage)?;
        let screen = Box::new(self.shown.clone());
        self.failure = None;
        self.task = Some(tokio::spawn(crate::lpa::fulfil(
            environment,
            wish.clone(),
            stage.cast.options.lpa.clone(),
            screen,
        )));
        Ok(())
    }
}

impl Program {
    async fn wished(&mut self, stage: &Stage<'_>, wish: &Wish) -> Result<(), SetUpError> {
        let words = wish.words().map_err(SetUpError::Value)?;
        let hosts = stage.resolver.entries();
        let begun = self.device.wished(wish.name(), words, &hosts).await;
        let Some(running) = begun.map_err(SetUpError::of("LPA"))? else {
            let lacks = format!(
                "the description has no command for {} in [user]",
                wish.name()
            );
            return Err(SetUpError::Unsupported(lacks));
        };
        self.failure = None;
        self.running = Some(running);
        Ok(())
    }
}
