// SPDX-License-Identifier: MIT OR Apache-2.0
//! How a scenario is told: numbered steps, what was seen in each, and the first that went wrong.

use std::fmt::Display;
use std::io::Write;
use std::time::Instant;

/// A step did not end as it should.
#[derive(Debug, thiserror::Error)]
#[error("step {step} ({title}): {what}")]
pub struct Unexpected {
    /// Number of the step, from 1.
    pub step: usize,
    /// What the step is called.
    pub title: String,
    /// What was expected, and what was seen.
    pub what: String,
}

/// The story of one run.
pub struct Story {
    out: Box<dyn Write + Send>,
    started: Instant,
    step: usize,
    title: String,
}

impl Story {
    /// A story told to `out`.
    #[must_use]
    pub fn new(out: Box<dyn Write + Send>) -> Self {
        Self {
            out,
            started: Instant::now(),
            step: 0,
            title: String::new(),
        }
    }

    /// Begins the next step.
    pub fn step(&mut self, title: impl Into<String>) {
        self.step += 1;
        self.title = title.into();
        let (step, title) = (self.step, &self.title);
        line(self.out.as_mut(), format_args!("{step:>2}. {title}"));
    }

    /// Tells what was seen in the step.
    pub fn tell(&mut self, seen: impl Display) {
        line(self.out.as_mut(), format_args!("      {seen}"));
    }

    /// Ends the story.
    pub fn end(&mut self, summary: impl Display) {
        let seconds = self.started.elapsed().as_secs_f32();
        line(
            self.out.as_mut(),
            format_args!("{summary} ({} steps, {seconds:.1} s)", self.step),
        );
    }

    /// The step went wrong.
    #[must_use]
    pub fn unexpected(&self, what: impl Display) -> Unexpected {
        Unexpected {
            step: self.step,
            title: self.title.clone(),
            what: what.to_string(),
        }
    }

    /// # Errors
    /// [`Unexpected`] unless `met`; `what` says what was expected and what was seen.
    pub fn expect(&self, met: bool, what: impl Display) -> Result<(), Unexpected> {
        if met {
            Ok(())
        } else {
            Err(self.unexpected(what))
        }
    }

    /// How many steps were begun.
    #[must_use]
    pub const fn steps(&self) -> usize {
        self.step
    }
}

/// A reader that went away does not stop the scenario.
fn line(out: &mut dyn Write, line: std::fmt::Arguments<'_>) {
    drop(writeln!(out, "{line}"));
    drop(out.flush());
}

impl std::fmt::Debug for Story {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Story(step {})", self.step)
    }
}
