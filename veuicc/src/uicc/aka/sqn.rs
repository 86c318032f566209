// SPDX-License-Identifier: MIT OR Apache-2.0
//! Management of sequence numbers (TS 33.102 §6.3 and Annex C).
//!
//! SQN is 48 bits: SEQ (43 bits) followed by IND (5 bits). For each IND the card keeps the highest
//! SEQ it accepted; SQN_MS, which resynchronisation reports, is the highest of all. The limits of
//! the profile are counts of SEQ, not of SQN.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Bits of IND.
const INDEX_BITS: u32 = 5;
/// Number of INDs.
pub(crate) const INDICES: usize = 1 << INDEX_BITS;
/// Largest SEQ.
pub(crate) const SEQ_MAX: u64 = (1 << (48 - INDEX_BITS)) - 1;

/// What decides whether a sequence number is fresh.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SqnRules {
    /// Whether SQN is judged at all; the test algorithm does not.
    pub(crate) judged: bool,
    /// Δ: the largest jump above SEQ_MS (Annex C.2.1).
    pub(crate) delta: Option<u64>,
    /// L: SEQ_MS - SEQ has to be less (Annex C.2.2).
    pub(crate) age_limit: Option<u64>,
    /// SEQ of each IND before the first authentication.
    pub(crate) initial: [u64; INDICES],
}

/// The sequence numbers a subscription accepted, and how often it authenticated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct SqnState {
    /// Highest accepted SEQ for each IND.
    #[serde(serialize_with = "write", deserialize_with = "read")]
    sequence: [u64; INDICES],
    /// Runs of the algorithm; only counted where the profile limits them.
    #[serde(default)]
    pub(crate) authentications: u32,
}

impl SqnState {
    /// The state of a profile that never authenticated.
    pub(crate) fn new(rules: &SqnRules) -> Self {
        Self {
            sequence: rules.initial,
            authentications: 0,
        }
    }

    /// Judges `sqn` and keeps it when it is fresh.
    pub(crate) fn accept(&mut self, rules: &SqnRules, sqn: u64) -> bool {
        let seq = sqn >> INDEX_BITS;
        let fresh = !rules.judged || self.is_fresh(rules, sqn);
        if fresh && let Some(slot) = self.sequence.get_mut(index(sqn)) {
            *slot = seq.max(*slot);
        }
        fresh
    }

    fn is_fresh(&self, rules: &SqnRules, sqn: u64) -> bool {
        let seq = sqn >> INDEX_BITS;
        let highest = self.highest() >> INDEX_BITS;
        let jumps = rules
            .delta
            .is_some_and(|delta| seq.saturating_sub(highest) > delta);
        let age = highest.checked_sub(seq);
        let is_old = rules
            .age_limit
            .is_some_and(|limit| age.is_some_and(|age| age >= limit));
        let accepted = self.sequence.get(index(sqn)).copied().unwrap_or(SEQ_MAX);
        !jumps && !is_old && seq > accepted
    }

    /// SQN_MS. Where several INDs have the highest SEQ it is the one with the highest IND, so that
    /// whatever a network counts up from it is fresh.
    pub(crate) fn highest(&self) -> u64 {
        (0..)
            .zip(self.sequence)
            .map(|(index, seq)| (seq << INDEX_BITS) | index)
            .max()
            .unwrap_or_default()
    }
}

/// IND.
fn index(sqn: u64) -> usize {
    usize::try_from(sqn).unwrap_or_default() & (INDICES - 1)
}

/// SEQs as one hexadecimal text, six bytes each.
fn write<S: Serializer>(sequence: &[u64; INDICES], to: S) -> Result<S::Ok, S::Error> {
    let text: String = sequence.iter().map(|seq| format!("{seq:012x}")).collect();
    to.serialize_str(&text)
}

fn read<'de, D: Deserializer<'de>>(from: D) -> Result<[u64; INDICES], D::Error> {
    let text = String::deserialize(from)?;
    parse(&text).ok_or_else(|| {
        de::Error::custom(format!(
            "expected {INDICES} sequence numbers of 12 hexadecimal digits, got \"{text}\""
        ))
    })
}

fn parse(text: &str) -> Option<[u64; INDICES]> {
    let bytes = hex::decode(text).ok()?;
    let (words, rest) = bytes.as_chunks::<6>();
    let values: Vec<u64> = words.iter().map(|word| number(*word)).collect();
    let fits = rest.is_empty() && values.iter().all(|seq| *seq <= SEQ_MAX);
    fits.then_some(values)?.try_into().ok()
}

/// Six bytes as a number.
pub(crate) fn number(bytes: [u8; 6]) -> u64 {
    bytes
        .iter()
        .fold(0, |number, byte| (number << 8) | u64::from(*byte))
}

/// A number of 48 bits as six bytes.
pub(crate) fn bytes(number: u64) -> [u8; 6] {
    let [_, _, bytes @ ..] = number.to_be_bytes();
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: SqnRules = SqnRules {
        judged: true,
        delta: Some(1000),
        age_limit: Some(100),
        initial: [0; INDICES],
    };

    fn sqn(seq: u64, index: u64) -> u64 {
        (seq << INDEX_BITS) | index
    }

    #[test]
    fn a_sequence_number_is_accepted_once() {
        let mut state = SqnState::new(&RULES);
        assert!(state.accept(&RULES, sqn(1, 0)));
        assert!(!state.accept(&RULES, sqn(1, 0)), "replay");
        assert!(!state.accept(&RULES, sqn(0, 0)), "older");
        assert!(state.accept(&RULES, sqn(2, 0)));
    }

    #[test]
    fn the_first_sequence_number_is_above_the_initial_one() {
        let rules = SqnRules {
            initial: [7; INDICES],
            ..RULES
        };
        let mut state = SqnState::new(&rules);
        assert!(!state.accept(&rules, sqn(7, 4)));
        assert!(state.accept(&rules, sqn(8, 4)));
    }

    #[test]
    fn indices_are_judged_apart() {
        let mut state = SqnState::new(&RULES);
        assert!(state.accept(&RULES, sqn(50, 31)));
        assert!(state.accept(&RULES, sqn(10, 2)), "out of order");
        assert!(!state.accept(&RULES, sqn(10, 2)));
        assert!(state.accept(&RULES, sqn(10, 3)));
        assert_eq!(state.highest(), sqn(50, 31));
    }

    #[test]
    fn a_jump_may_be_delta_and_no_more() {
        let mut state = SqnState::new(&RULES);
        assert!(!state.accept(&RULES, sqn(1001, 0)));
        assert!(state.accept(&RULES, sqn(1000, 0)));
        assert!(
            !state.accept(&RULES, sqn(2001, 9)),
            "from the highest of all"
        );
        assert!(state.accept(&RULES, sqn(2000, 9)));
        let unlimited = SqnRules {
            delta: None,
            ..RULES
        };
        assert!(state.accept(&unlimited, sqn(SEQ_MAX, 1)));
    }

    #[test]
    fn a_sequence_number_is_not_as_old_as_the_limit() {
        let mut state = SqnState::new(&RULES);
        assert!(state.accept(&RULES, sqn(500, 0)));
        assert!(!state.accept(&RULES, sqn(400, 1)));
        assert!(state.accept(&RULES, sqn(401, 1)));
        let newest = SqnRules {
            age_limit: Some(0),
            ..RULES
        };
        assert!(!state.accept(&newest, sqn(500, 3)));
        assert!(state.accept(&newest, sqn(501, 3)));
        let unlimited = SqnRules {
            age_limit: None,
            ..RULES
        };
        assert!(state.accept(&unlimited, sqn(1, 2)));
    }

    #[test]
    fn what_is_refused_changes_nothing() {
        let mut state = SqnState::new(&RULES);
        assert!(state.accept(&RULES, sqn(500, 0)));
        let before = state.clone();
        for refused in [sqn(500, 0), sqn(1, 1), sqn(5000, 2)] {
            assert!(!state.accept(&RULES, refused));
        }
        assert_eq!(state, before);
    }

    #[test]
    fn an_algorithm_that_does_not_judge_keeps_the_highest() {
        let rules = SqnRules {
            judged: false,
            ..RULES
        };
        let mut state = SqnState::new(&rules);
        assert!(state.accept(&rules, sqn(9999, 5)));
        assert!(state.accept(&rules, sqn(3, 5)));
        assert_eq!(state.highest(), sqn(9999, 5));
    }

    #[test]
    fn whatever_follows_the_highest_is_fresh() {
        let mut state = SqnState::new(&RULES);
        assert_eq!(state.highest(), 31);
        assert!(state.accept(&RULES, state.highest() + 1));
    }

    #[test]
    fn the_state_survives_as_hexadecimal_text() {
        let mut state = SqnState::new(&RULES);
        assert!(state.accept(&RULES, sqn(0x123, 31)));
        let text = serde_json::to_string(&state).unwrap();
        assert!(text.contains("000000000123\""), "{text}");
        assert_eq!(serde_json::from_str::<SqnState>(&text).unwrap(), state);
        for wrong in ["", "00", "zz", &"0".repeat(12 * 33), &"f".repeat(12 * 32)] {
            let text = format!("{{\"sequence\":\"{wrong}\"}}");
            let error = serde_json::from_str::<SqnState>(&text).unwrap_err();
            assert!(error.to_string().contains("expected 32"), "{error}");
        }
    }
}
