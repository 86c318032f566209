// SPDX-License-Identifier: MIT OR Apache-2.0
//! The device: its card on a link that breaks when it is told to, and its modem.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use harness::iut::{CardLink, LinkError, Modem};
use veuicc::{Card, Es10Tap, ProfileState, Reset};

/// Requests of ES10, as the card gets them.
#[derive(Clone, Default)]
pub(crate) struct Requests(Arc<Mutex<Vec<Vec<u8>>>>);

impl Es10Tap for Requests {
    fn exchange(&mut self, request: &[u8], response: Vec<u8>) -> Vec<u8> {
        self.0.lock().unwrap().push(request.to_vec());
        response
    }
}

impl Requests {
    /// How many of them begin with this tag.
    pub(crate) fn count(&self, tag: &[u8]) -> usize {
        let requests = self.0.lock().unwrap();
        requests.iter().filter(|it| it.starts_with(tag)).count()
    }
}

/// The card on its link, which breaks after a number of commands when it is told to.
pub(crate) struct TestCard {
    card: Mutex<Card>,
    /// Commands that are still let through; negative means all.
    budget: AtomicI64,
}

impl TestCard {
    pub(crate) fn new(card: Card) -> Arc<Self> {
        Arc::new(Self {
            card: Mutex::new(card),
            budget: AtomicI64::new(-1),
        })
    }

    pub(crate) fn with<R>(&self, work: impl FnOnce(&mut Card) -> R) -> R {
        work(&mut self.card.lock().unwrap())
    }

    pub(crate) fn break_after(&self, commands: i64) {
        self.budget.store(commands, Ordering::SeqCst);
    }

    fn spend(&self) -> Result<(), LinkError> {
        match self.budget.load(Ordering::SeqCst) {
            0 => Err(LinkError("the power is gone".to_owned())),
            left if left > 0 => {
                self.budget.store(left - 1, Ordering::SeqCst);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// The enabled profile.
    pub(crate) fn enabled(&self) -> Option<u8> {
        self.with(|card| {
            let enabled = |profile: &&veuicc::Isdp| profile.state == ProfileState::Enabled;
            let profile = card.profiles().iter().find(enabled)?;
            profile.metadata.iccid.last().copied()
        })
    }

    /// Sequence numbers of all that waits on the card.
    pub(crate) fn pending(&self) -> Vec<i64> {
        self.with(|card| {
            let pending = card.state().pending.iter();
            pending.map(|it| it.sequence_number).collect()
        })
    }
}

impl CardLink for TestCard {
    fn transmit(&self, command: &[u8]) -> Result<Vec<u8>, LinkError> {
        self.spend()?;
        Ok(self.with(|card| card.transmit(command)))
    }

    fn reset(&self) -> Result<Vec<u8>, LinkError> {
        Ok(self.with(|card| card.reset(Reset::Cold)))
    }
}

/// A modem that takes the eIMs out of the name table while its profile has no network.
#[derive(Debug, Default)]
pub(crate) struct TestModem {
    down: Mutex<BTreeSet<u8>>,
    enabled: Mutex<Option<u8>>,
    /// REFRESHes, and the start.
    pub(crate) followed: Mutex<Vec<Option<u8>>>,
}

impl TestModem {
    pub(crate) fn set(&self, profile: u8, up: bool) {
        let mut down = self.down.lock().unwrap();
        if up {
            down.remove(&profile);
        } else {
            down.insert(profile);
        }
    }
}

impl Modem for TestModem {
    fn refreshed(&self, enabled: Option<&[u8]>) {
        let enabled = enabled.and_then(|iccid| iccid.last().copied());
        self.followed.lock().unwrap().push(enabled);
        *self.enabled.lock().unwrap() = enabled;
    }

    fn network(&self) -> bool {
        let enabled = *self.enabled.lock().unwrap();
        enabled.is_some_and(|profile| !self.down.lock().unwrap().contains(&profile))
    }

    fn plmn(&self) -> Option<[u8; 3]> {
        Some([0x62, 0xF2, 0x10])
    }
}
