// SPDX-License-Identifier: MIT OR Apache-2.0
//! Where randomness and time come from: nothing else in the workspace asks the machine for either.
//!
//! Traps: two actors that share one stream change each other's bytes as soon as one of them draws
//! once more, so every actor takes a [`SeededEnv`] with a label of its own. Time is shared instead:
//! clones of one [`Clock`] advance together.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use sha2::{Digest, Sha256};

/// Source of random bytes and of the current time.
pub trait Env: Send {
    /// Fills `out` with random bytes.
    fn fill(&mut self, out: &mut [u8]);

    /// The current time in seconds since 1970-01-01T00:00:00Z.
    fn now(&self) -> i64;
}

impl dyn Env + '_ {
    /// Random bytes as an array, for example a challenge or a key.
    pub fn array<const N: usize>(&mut self) -> [u8; N] {
        let mut out = [0; N];
        self.fill(&mut out);
        out
    }
}

impl<E: Env + ?Sized> Env for Box<E> {
    fn fill(&mut self, out: &mut [u8]) {
        (**self).fill(out);
    }

    fn now(&self) -> i64 {
        (**self).now()
    }
}

/// 2026-01-01T00:00:00Z, where every seeded clock starts.
pub const SEEDED_START: i64 = 1_767_225_600;

/// A settable clock; clones show the same time.
#[derive(Clone, Debug)]
pub struct Clock(Arc<AtomicI64>);

impl Clock {
    /// A clock that stands at `now`, in seconds since 1970-01-01T00:00:00Z.
    pub fn at(now: i64) -> Self {
        Self(Arc::new(AtomicI64::new(now)))
    }

    /// The time shown.
    pub fn now(&self) -> i64 {
        self.0.load(Ordering::SeqCst)
    }

    /// Moves the clock by `seconds`, backwards when negative.
    pub fn advance(&self, seconds: i64) {
        self.0.fetch_add(seconds, Ordering::SeqCst);
    }

    /// Sets the clock.
    pub fn set(&self, now: i64) {
        self.0.store(now, Ordering::SeqCst);
    }
}

impl Default for Clock {
    fn default() -> Self {
        Self::at(SEEDED_START)
    }
}

/// Reproducible environment: the same seed and label give the same bytes on every machine.
#[derive(Clone, Debug)]
pub struct SeededEnv {
    seed: u64,
    stream: ChaCha20Rng,
    clock: Clock,
}

impl SeededEnv {
    /// The stream of the actor named `label`, with a clock of its own.
    pub fn new(seed: u64, label: &str) -> Self {
        Self::with_clock(seed, label, Clock::default())
    }

    /// The stream of the actor named `label`, reading `clock`.
    pub fn with_clock(seed: u64, label: &str, clock: Clock) -> Self {
        let key = Sha256::new()
            .chain_update(b"rsp env")
            .chain_update(seed.to_be_bytes())
            .chain_update(label.as_bytes())
            .finalize();
        Self {
            seed,
            stream: ChaCha20Rng::from_seed(key.into()),
            clock,
        }
    }

    /// Another actor of the same run: same seed and clock, a stream of its own.
    pub fn sibling(&self, label: &str) -> Self {
        Self::with_clock(self.seed, label, self.clock.clone())
    }

    /// The clock this environment reads.
    pub fn clock(&self) -> Clock {
        self.clock.clone()
    }

    /// Moves the clock by `seconds`.
    pub fn advance(&self, seconds: i64) {
        self.clock.advance(seconds);
    }
}

impl Env for SeededEnv {
    fn fill(&mut self, out: &mut [u8]) {
        self.stream.fill_bytes(out);
    }

    fn now(&self) -> i64 {
        self.clock.now()
    }
}

/// The machine's own clock and randomness.
#[derive(Debug)]
pub struct SystemEnv {
    stream: ChaCha20Rng,
}

impl SystemEnv {
    /// Seeds a stream from the operating system.
    ///
    /// # Errors
    /// The operating system has no randomness to give.
    pub fn new() -> std::io::Result<Self> {
        let mut seed = [0; 32];
        getrandom::fill(&mut seed).map_err(std::io::Error::other)?;
        Ok(Self {
            stream: ChaCha20Rng::from_seed(seed),
        })
    }
}

impl Env for SystemEnv {
    fn fill(&mut self, out: &mut [u8]) {
        self.stream.fill_bytes(out);
    }

    fn now(&self) -> i64 {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        since.map_or(0, |elapsed| {
            i64::try_from(elapsed.as_secs()).unwrap_or(i64::MAX)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draw(env: &mut dyn Env) -> [u8; 16] {
        env.array()
    }

    #[test]
    fn same_seed_and_label_give_the_same_bytes() {
        assert_eq!(
            draw(&mut SeededEnv::new(7, "card")),
            draw(&mut SeededEnv::new(7, "card"))
        );
        assert_ne!(
            draw(&mut SeededEnv::new(7, "card")),
            draw(&mut SeededEnv::new(7, "smdp"))
        );
        assert_ne!(
            draw(&mut SeededEnv::new(7, "card")),
            draw(&mut SeededEnv::new(8, "card"))
        );
    }

    #[test]
    fn the_stream_is_pinned() {
        let bytes = draw(&mut SeededEnv::new(0, "card"));
        assert_eq!(hex::encode(bytes), "dd3620d59900a26994382e6dea4cb028");
    }

    #[test]
    fn siblings_share_the_clock_but_not_the_stream() {
        let mut card = SeededEnv::new(7, "card");
        let mut smdp = card.sibling("smdp");
        card.advance(60);
        assert_eq!(smdp.now(), SEEDED_START + 60);
        assert_ne!(draw(&mut card), draw(&mut smdp));
    }

    #[test]
    fn the_system_environment_does_not_repeat() {
        let mut first = SystemEnv::new().unwrap();
        let mut second = SystemEnv::new().unwrap();
        assert_ne!(draw(&mut first), draw(&mut second));
        assert!(first.now() > SEEDED_START - 10 * 365 * 86_400);
    }
}
