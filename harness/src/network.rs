// SPDX-License-Identifier: MIT OR Apache-2.0
//! Which network there is at this point of a case: what `network:` and `coverage:` steps say.
//!
//! The engine changes it the moment that an exchange begins; whoever carries bytes or requests asks
//! it. An exchange that has begun gets its answer, so a change counts from the next request on.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::case::{Interface, NetworkState};

/// The key of `coverage:` for a card without an enabled profile.
const NO_PROFILE: &str = "none";

type Enabled = Arc<dyn Fn() -> Option<String> + Send + Sync>;
type Hook = Arc<dyn Fn(Interface, NetworkState) + Send + Sync>;

/// The network of one case; clones are handles to the same one.
#[derive(Clone, Default)]
pub struct Network(Arc<Mutex<Inner>>);

#[derive(Default)]
struct Inner {
    states: BTreeMap<Interface, NetworkState>,
    /// Interfaces with a network, per profile that is named.
    coverage: BTreeMap<String, BTreeSet<Interface>>,
    enabled: Option<Enabled>,
    hooks: Vec<Hook>,
}

impl std::fmt::Debug for Network {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let inner = self.inner();
        f.debug_struct("Network")
            .field("states", &inner.states)
            .field("coverage", &inner.coverage)
            .finish_non_exhaustive()
    }
}

impl Network {
    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What clients of an interface see from the next request on.
    pub fn set(&self, interface: Interface, state: NetworkState) {
        let hooks = {
            let mut inner = self.inner();
            inner.states.insert(interface, state);
            inner.hooks.clone()
        };
        for hook in hooks {
            hook(interface, state);
        }
    }

    /// Which interfaces have a network while which profile is enabled. What was said before no
    /// longer holds.
    pub fn cover(&self, coverage: &BTreeMap<String, Vec<Interface>>) {
        let named = |(profile, interfaces): (&String, &Vec<Interface>)| {
            let interfaces = interfaces.iter().copied().collect();
            (profile.to_ascii_lowercase(), interfaces)
        };
        self.inner().coverage = coverage.iter().map(named).collect();
    }

    /// Says how to find out the ICCID, in hex as it is on the card, of the enabled profile.
    pub fn ask_card(&self, enabled: impl Fn() -> Option<String> + Send + Sync + 'static) {
        self.inner().enabled = Some(Arc::new(enabled));
    }

    /// Lets go of the card and of whoever is called: nobody is left who could come.
    pub(crate) fn let_go(&self) {
        let mut inner = self.inner();
        let gone = (inner.enabled.take(), std::mem::take(&mut inner.hooks));
        drop(inner);
        drop(gone);
    }

    /// Calls `hook` at each later [`Network::set`], before that returns.
    pub(crate) fn on_set(&self, hook: impl Fn(Interface, NetworkState) + Send + Sync + 'static) {
        self.inner().hooks.push(Arc::new(hook));
    }

    /// What a client of an interface sees now. It may take the lock of the card.
    #[must_use]
    pub fn state(&self, interface: Interface) -> NetworkState {
        let (state, coverage, enabled) = {
            let inner = self.inner();
            let state = inner.states.get(&interface).copied();
            if inner.coverage.is_empty() {
                return state.unwrap_or(NetworkState::Back);
            }
            (state, inner.coverage.clone(), inner.enabled.clone())
        };
        // without the lock: the card may be at work, and what it does may end in a change here
        let profile = enabled.and_then(|enabled| enabled());
        let profile =
            profile.map_or_else(|| NO_PROFILE.to_owned(), |iccid| iccid.to_ascii_lowercase());
        match coverage.get(&profile) {
            Some(interfaces) if !interfaces.contains(&interface) => NetworkState::Gone,
            _ => state.unwrap_or(NetworkState::Back),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[test]
    fn a_state_holds_for_its_interface_until_the_next() {
        let network = Network::default();
        let seen = Arc::new(AtomicUsize::new(0));
        let count = seen.clone();
        network.on_set(move |_, _| {
            count.fetch_add(1, Ordering::SeqCst);
        });
        assert_eq!(network.state(Interface::Esipa), NetworkState::Back);
        network.set(Interface::Esipa, NetworkState::Drop);
        assert_eq!(network.state(Interface::Esipa), NetworkState::Drop);
        assert_eq!(network.state(Interface::Es9Plus), NetworkState::Back);
        network.clone().set(Interface::Esipa, NetworkState::Back);
        assert_eq!(network.state(Interface::Esipa), NetworkState::Back);
        assert_eq!(seen.load(Ordering::SeqCst), 2);
    }

    #[test]
    fn coverage_follows_the_enabled_profile() {
        let network = Network::default();
        let enabled = Arc::new(Mutex::new(None::<String>));
        let look = enabled.clone();
        network.ask_card(move || look.lock().unwrap().clone());
        network.cover(&BTreeMap::from([
            ("98AA".to_owned(), vec![Interface::Es9Plus]),
            ("none".to_owned(), vec![]),
        ]));
        let seen =
            || [Interface::Esipa, Interface::Es9Plus].map(|interface| network.state(interface));
        assert_eq!(seen(), [NetworkState::Gone, NetworkState::Gone]);
        *enabled.lock().unwrap() = Some("98aa".to_owned());
        assert_eq!(seen(), [NetworkState::Gone, NetworkState::Back]);
        *enabled.lock().unwrap() = Some("98bb".to_owned());
        assert_eq!(seen(), [NetworkState::Back, NetworkState::Back]);
        network.set(Interface::Esipa, NetworkState::Refuse);
        assert_eq!(seen(), [NetworkState::Refuse, NetworkState::Back]);
    }
}
