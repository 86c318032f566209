// SPDX-License-Identifier: MIT OR Apache-2.0
//! Calls that were executed, so that a repetition is recognised by its functionCallIdentifier
//! (SGP.22 §6.5.1.3).
//!
//! A repetition has the same content too: operators that use one identifier for all their calls
//! are served, and only the same order twice in a row is mistaken for one. Refusals are not
//! remembered, since a repetition may succeed.

use std::collections::{HashMap, VecDeque};

use rsp::json::{Es2Ok, Es2Request};

/// Operator, functionRequesterIdentifier and functionCallIdentifier.
type Key = (Option<String>, String, String);

#[derive(Debug, Default)]
pub(super) struct CallMemory {
    calls: HashMap<Key, (Es2Request, Es2Ok)>,
    by_age: VecDeque<Key>,
}

fn key(operator: Option<&str>, request: &Es2Request) -> Key {
    (
        operator.map(str::to_owned),
        request.header.function_requester_identifier.clone(),
        request.header.function_call_identifier.clone(),
    )
}

impl CallMemory {
    /// What a call was answered before.
    pub(super) fn recall(&self, operator: Option<&str>, request: &Es2Request) -> Option<&Es2Ok> {
        let (before, answer) = self.calls.get(&key(operator, request))?;
        (before == request).then_some(answer)
    }

    /// Remembers an answer; of more than `limit` the oldest are forgotten.
    pub(super) fn remember(
        &mut self,
        operator: Option<&str>,
        request: &Es2Request,
        answer: Es2Ok,
        limit: usize,
    ) {
        if limit == 0 {
            return;
        }
        let key = key(operator, request);
        let before = self.calls.insert(key.clone(), (request.clone(), answer));
        if before.is_none() {
            self.by_age.push_back(key);
        }
        while self.by_age.len() > limit {
            if let Some(oldest) = self.by_age.pop_front() {
                self.calls.remove(&oldest);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use rsp::json::{CallHeader, Es2Call, ReleaseProfile};

    use super::*;

    fn request(id: &str, iccid: &str) -> Es2Request {
        Es2Request {
            header: CallHeader {
                function_requester_identifier: "2.999.1".to_owned(),
                function_call_identifier: id.to_owned(),
            },
            call: Es2Call::ReleaseProfile(ReleaseProfile {
                iccid: iccid.parse().unwrap(),
            }),
        }
    }

    const ONE: &str = "8988100000000000015";
    const TWO: &str = "8988100000000000023";

    #[test]
    fn a_repetition_is_the_same_call_of_the_same_caller() {
        let mut memory = CallMemory::default();
        let call = request("1", ONE);
        memory.remember(Some("a"), &call, Es2Ok::ReleaseProfile, 10);
        assert_eq!(
            memory.recall(Some("a"), &call),
            Some(&Es2Ok::ReleaseProfile)
        );
        assert_eq!(memory.recall(Some("b"), &call), None);
        assert_eq!(memory.recall(None, &call), None);
        assert_eq!(memory.recall(Some("a"), &request("2", ONE)), None);
        assert_eq!(memory.recall(Some("a"), &request("1", TWO)), None);
    }

    #[test]
    fn the_oldest_calls_are_forgotten() {
        let mut memory = CallMemory::default();
        for id in ["1", "2", "3"] {
            memory.remember(None, &request(id, ONE), Es2Ok::ReleaseProfile, 2);
        }
        assert_eq!(memory.recall(None, &request("1", ONE)), None);
        assert!(memory.recall(None, &request("3", ONE)).is_some());
        assert_eq!((memory.calls.len(), memory.by_age.len()), (2, 2));
        let mut none = CallMemory::default();
        none.remember(None, &request("1", ONE), Es2Ok::ReleaseProfile, 0);
        assert_eq!(none.recall(None, &request("1", ONE)), None);
    }
}
