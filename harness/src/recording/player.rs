// SPDX-License-Identifier: MIT OR Apache-2.0
//! An implementation that is played from its tape, as the driver of a case has it: it is started,
//! it ends, it answers what it is told. What it sends is sent by [`super::walk`].

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::timeout;

use super::compare::{Difference, Field};
use super::event::{Actor, Event, OrderAnswer};
use super::file::Recording;

/// How long the driver waits for the tape to come to the step that it is about to do.
const PATIENCE: Duration = Duration::from_secs(10);

/// A tape in a player; clones are handles to the same one.
#[derive(Clone, Debug)]
pub struct Player(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    recording: Recording,
    state: Mutex<State>,
    changes: watch::Sender<u64>,
}

/// What came of playing a tape.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Played {
    /// Answers that were compared.
    pub answers: usize,
    /// Those that were as recorded.
    pub same: usize,
    /// The first that was not.
    pub first: Option<Difference>,
}

/// How a process ended.
#[derive(Clone, Debug)]
pub(crate) struct End {
    pub(crate) words: String,
    pub(crate) by: Actor,
    pub(crate) unsupported: bool,
    pub(crate) failed: bool,
}

/// What a device made of what it was told: what went wrong, and why it cannot do it at all.
pub(crate) type Outcome = (Option<String>, Option<String>);

#[derive(Debug, Default)]
struct State {
    /// Steps that the driver has begun.
    steps: usize,
    /// Steps on the tape that the player has passed.
    passed: usize,
    /// The player waits for the driver to begin a step.
    waits: bool,
    /// Steps that the driver gave up because nothing came.
    late: usize,
    done: bool,
    ended: VecDeque<End>,
    told: VecDeque<Outcome>,
    orders: VecDeque<OrderAnswer>,
    played: Played,
}

impl Player {
    /// Puts a tape into a player.
    #[must_use]
    pub fn new(recording: Recording) -> Self {
        Self(Arc::new(Shared {
            recording,
            state: Mutex::default(),
            changes: watch::Sender::new(0),
        }))
    }

    /// The tape.
    #[must_use]
    pub fn recording(&self) -> &Recording {
        &self.0.recording
    }

    /// What came of it so far.
    #[must_use]
    pub fn played(&self) -> Played {
        self.state().played.clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change<T>(&self, act: impl FnOnce(&mut State) -> T) -> T {
        let done = act(&mut self.state());
        self.0.changes.send_modify(|count| *count += 1);
        done
    }

    /// Waits until `look` finds something.
    async fn until<T>(&self, mut look: impl FnMut(&mut State) -> Option<T>) -> T {
        let mut changes = self.0.changes.subscribe();
        loop {
            changes.mark_unchanged();
            if let Some(found) = look(&mut self.state()) {
                return found;
            }
            if changes.changed().await.is_err() {
                // the sender is held here, so the channel is never closed
                std::future::pending::<()>().await;
            }
        }
    }
}

/// For the driver.
impl Player {
    /// A step begins: what was before it on the tape is played first.
    pub(crate) async fn step(&self) {
        let there = self.until(|state| {
            (state.done || state.waits && state.steps == state.passed).then_some(())
        });
        // a tape that hangs does not hold up the case
        let _late = timeout(PATIENCE, there).await.is_err();
        self.change(|state| state.steps += 1);
    }

    /// A step was given up.
    pub(crate) fn late(&self) {
        self.change(|state| state.late += 1);
    }

    /// Waits until a process has ended by itself.
    pub(crate) async fn ended(&self) -> End {
        self.until(|state| match state.ended.front() {
            Some(end) if end.by == Actor::Iut => state.ended.pop_front(),
            _ => None,
        })
        .await
    }

    /// Waits until it has nothing more to do: its process has ended, or the tape waits for the case.
    pub(crate) async fn rest(&self) -> End {
        self.until(|state| {
            let still = state.done || state.waits && state.steps == state.passed;
            let quiet = || End {
                words: "there is nothing more on the tape".to_owned(),
                by: Actor::Harness,
                unsupported: false,
                failed: false,
            };
            state.ended.pop_front().or_else(|| still.then(quiet))
        })
        .await
    }

    /// What the device makes of what it is told.
    pub(crate) async fn told(&self) -> Option<Outcome> {
        let told = self.until(|state| match state.told.pop_front() {
            None if state.done => Some(None),
            told => told.map(Some),
        });
        timeout(PATIENCE, told).await.ok().flatten()
    }

    /// What the eIM answers on its northbound interface.
    pub(crate) async fn ordered(&self) -> Option<OrderAnswer> {
        let answer = self.until(|state| match state.orders.pop_front() {
            None if state.done => Some(None),
            answer => answer.map(Some),
        });
        timeout(PATIENCE, answer).await.ok().flatten()
    }

    /// How it ended, when it did so by itself.
    pub(crate) fn last_words(&self) -> Option<String> {
        let mut events = self.0.recording.events.iter().rev();
        events.find_map(|event| match event {
            Event::Ended {
                words,
                by: Actor::Iut,
                ..
            } => Some(words.clone()),
            _ => None,
        })
    }

    /// What it wrote.
    pub(crate) fn output(&self) -> Vec<u8> {
        let mut events = self.0.recording.events.iter();
        let output = events.find_map(|event| match event {
            Event::Output { text } => Some(text.clone().into_bytes()),
            _ => None,
        });
        output.unwrap_or_default()
    }
}

/// For whoever walks along the tape.
impl Player {
    /// The tape has come to a step of the case.
    pub(super) async fn at_step(&self) {
        self.change(|state| state.waits = true);
        self.until(|state| (state.steps > state.passed).then_some(()))
            .await;
        self.change(|state| {
            state.waits = false;
            state.passed += 1;
        });
    }

    /// Nothing came any more here: the case gives up as well. `count` are the steps that were given
    /// up so far.
    pub(super) async fn at_late(&self, count: usize, patience: Duration) {
        let late = self.until(|state| (state.late >= count).then_some(()));
        // a case that goes on is not held up
        let _goes_on = timeout(patience, late).await.is_err();
    }

    /// A process ended, the device has done what it was told, or the eIM has answered.
    pub(super) fn tell(&self, event: &Event) {
        self.change(|state| match event {
            Event::Ended {
                words,
                by,
                unsupported,
                failed,
            } => state.ended.push_back(End {
                words: words.clone(),
                by: *by,
                unsupported: *unsupported,
                failed: *failed,
            }),
            Event::Told {
                failed,
                unsupported,
            } => state.told.push_back((failed.clone(), unsupported.clone())),
            Event::Order { answer, .. } | Event::Status { answer, .. } => {
                state.orders.push_back(answer.clone());
            }
            _ => (),
        });
    }

    /// The end of the tape.
    pub(super) fn done(&self) {
        self.change(|state| state.done = true);
    }

    /// An answer was compared with the one recorded at `event`.
    pub(super) fn compared(&self, event: usize, different: Option<Field>) {
        let what = || self.0.recording.events.get(event).map(Event::words);
        self.change(|state| {
            state.played.answers += 1;
            match different {
                None => state.played.same += 1,
                Some((field, recorded, now)) => {
                    state.played.first.get_or_insert_with(|| Difference {
                        event: event + 1,
                        what: what().unwrap_or_default(),
                        field,
                        recorded,
                        now,
                    });
                }
            }
        });
    }
}
