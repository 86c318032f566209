// SPDX-License-Identifier: MIT OR Apache-2.0
//! Bringing old states to the current version, one version at a time, as JSON.
//!
//! A member that has a default needs nothing here; whatever is renamed, moved or counted anew does.

use serde_json::{Map, Value};

use crate::state::STATE_VERSION;

/// `STEPS[n]` makes version n + 2 of version n + 1.
const STEPS: [fn(&mut Map<String, Value>); STATE_VERSION as usize - 1] = [count_lost_memory];

/// Version 2 counts memory that failed installations did not give back.
fn count_lost_memory(state: &mut Map<String, Value>) {
    state.insert("lostMemory".to_owned(), Value::from(0));
}

/// Brings a state of version `found` to the current one; false when there is no such version.
pub(crate) fn to_current(state: &mut Value, found: u64) -> bool {
    let steps = found
        .checked_sub(1)
        .and_then(|first| STEPS.get(usize::try_from(first).ok()?..))
        .filter(|_| found <= u64::from(STATE_VERSION));
    let (Some(steps), Some(state)) = (steps, state.as_object_mut()) else {
        return false;
    };
    for step in steps {
        step(state);
    }
    state.insert("version".to_owned(), Value::from(STATE_VERSION));
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_that_never_were_are_refused() {
        for found in [0, u64::from(STATE_VERSION) + 1, u64::MAX] {
            let mut state = serde_json::json!({ "version": found });
            assert!(!to_current(&mut state, found), "{found}");
        }
        assert!(!to_current(&mut Value::Null, 1));
    }

    #[test]
    fn version_1_has_lost_no_memory() {
        let mut state = serde_json::json!({ "version": 1 });
        assert!(to_current(&mut state, 1));
        assert_eq!(
            state,
            serde_json::json!({ "version": STATE_VERSION, "lostMemory": 0 })
        );
    }
}
