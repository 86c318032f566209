// SPDX-License-Identifier: MIT OR Apache-2.0
//! Making a card with a personality: the keys that set what every card has anyway.

use super::{Keys, Personality, Responses};
use crate::config::{Capabilities, CardConfig, ResponseMode};

impl CardConfig {
    /// The same card with that personality; what it says of channels, memory, rules, capabilities
    /// and limits takes the place of what was set.
    #[must_use]
    pub fn with_personality(mut self, personality: Personality) -> Self {
        let keys = &personality.keys;
        set(&mut self.channels, keys.channels.max);
        set(&mut self.memory, keys.free_nvm);
        self.response_mode = response_mode(keys).or(self.response_mode);
        set(&mut self.rules_authorisation_table, keys.rat.clone());
        capabilities(&mut self.capabilities, keys);
        self.personality = personality;
        self
    }
}

fn set<T>(place: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *place = value;
    }
}

fn response_mode(keys: &Keys) -> Option<ResponseMode> {
    match keys.response_mode {
        Some(Responses::Direct) => Some(ResponseMode::Direct),
        Some(Responses::T0) => Some(ResponseMode::GetResponse),
        None => None,
    }
}

fn capabilities(capabilities: &mut Capabilities, keys: &Keys) {
    set(&mut capabilities.fallback, keys.fallback);
    set(&mut capabilities.ecall, keys.ecall);
    set(&mut capabilities.ipae, keys.ipae);
    set(&mut capabilities.eim_reset, keys.eim_reset);
    set(&mut capabilities.immediate_enable, keys.immediate_enable);
    set(
        &mut capabilities.immediate_enable_reset,
        keys.immediate_enable_reset,
    );
    set(&mut capabilities.test_profiles, keys.test_profiles);
    set(&mut capabilities.package_journal, keys.package_journal);
    let limits = &mut capabilities.limits;
    let bytes = |limit: Option<u32>| limit.and_then(|limit| usize::try_from(limit).ok());
    set(&mut limits.package_size, bytes(keys.max_package));
    set(&mut limits.result_size, bytes(keys.max_result));
    set(&mut limits.eims, keys.max_eims.map(usize::from));
    set(&mut limits.counter, keys.max_counter);
    capabilities.refuse.extend(keys.refuse.iter().cloned());
}
