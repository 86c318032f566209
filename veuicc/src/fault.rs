// SPDX-License-Identifier: MIT OR Apache-2.0
//! Faults armed in advance: what goes wrong, and at which command APDU.
//!
//! [`crate::Card::transmit`] asks here once per command. A delay is only recorded: whoever carries
//! the answer to the terminal waits, because the card has no clock. A tear takes the power: there
//! is no answer, what was volatile is gone, and nothing but a reset helps.

use std::num::NonZeroU32;
use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize};

use crate::status_word::StatusWord;

/// One thing that goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ArmedFault {
    /// At which command.
    pub at: FaultAt,
    /// What happens.
    pub kind: FaultKind,
    /// How many commands it happens to, one unless told otherwise.
    #[serde(default = "once", deserialize_with = "positive")]
    pub times: u32,
}

fn once() -> u32 {
    1
}

/// A number that is not 0: a fault that never happens is a mistake.
fn positive<'de, D: Deserializer<'de>>(from: D) -> Result<u32, D::Error> {
    NonZeroU32::deserialize(from).map(NonZeroU32::get)
}

/// The command that a fault waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum FaultAt {
    /// The n-th command from now on; 1 is the next.
    Nth(#[serde(deserialize_with = "positive")] u32),
    /// A command with that instruction byte, e.g. `"C0"`.
    Instruction(#[serde(with = "hex_number")] u8),
    /// The STORE DATA block that completes an ES10 request with that tag, e.g. `"BF51"`.
    Function(#[serde(with = "hex_number")] u16),
}

/// What a fault does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum FaultKind {
    /// The command is not executed but answered with that status word.
    Status(StatusWord),
    /// The command is executed; of its answer only that status word comes.
    StatusAfter(StatusWord),
    /// Only the first bytes of the answer come, so many; the status word counts.
    Truncate(usize),
    /// The byte with that index has all its bits inverted; an index behind the end does nothing.
    Corrupt(usize),
    /// The answer comes so many milliseconds late.
    Delay(u32),
    /// The power is lost before the command is executed.
    TearBefore,
    /// The power is lost after the command was executed, before its answer.
    TearAfter,
}

impl ArmedFault {
    /// A fault that happens once.
    #[must_use]
    pub fn new(at: FaultAt, kind: FaultKind) -> Self {
        Self { at, kind, times: 1 }
    }
}

/// What the faults look at in a command.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Seen {
    /// INS, where there is one.
    pub(crate) instruction: Option<u8>,
    /// Tag of the ES10 request that the command completes.
    pub(crate) function: Option<u16>,
}

/// The armed faults, in the order in which they were armed.
#[derive(Debug, Clone, Default)]
pub(crate) struct Faults(Vec<ArmedFault>);

impl Faults {
    pub(crate) fn arm(&mut self, fault: ArmedFault) {
        self.0.push(fault);
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    pub(crate) fn armed(&self) -> &[ArmedFault] {
        &self.0
    }

    /// Counts a command and returns what happens to it.
    pub(crate) fn strike(&mut self, seen: Seen) -> Vec<FaultKind> {
        let mut kinds = Vec::new();
        for fault in &mut self.0 {
            let now = match &mut fault.at {
                FaultAt::Nth(left) => {
                    *left = left.saturating_sub(1);
                    *left == 0
                }
                FaultAt::Instruction(instruction) => seen.instruction == Some(*instruction),
                FaultAt::Function(tag) => seen.function == Some(*tag),
            };
            if now && fault.times > 0 {
                fault.times -= 1;
                kinds.push(fault.kind);
            }
        }
        self.0.retain(|fault| fault.times > 0);
        kinds
    }
}

/// Changes an answer as the faults say.
pub(crate) fn disturb(mut answer: Vec<u8>, kinds: &[FaultKind]) -> Vec<u8> {
    for kind in kinds {
        match *kind {
            FaultKind::StatusAfter(status) => answer = status.to_bytes().to_vec(),
            FaultKind::Truncate(length) => answer.truncate(length),
            FaultKind::Corrupt(index) => {
                if let Some(byte) = answer.get_mut(index) {
                    *byte = !*byte;
                }
            }
            FaultKind::TearAfter => answer.clear(),
            FaultKind::Status(_) | FaultKind::Delay(_) | FaultKind::TearBefore => {}
        }
    }
    answer
}

/// How long the answer waits.
pub(crate) fn delay(kinds: &[FaultKind]) -> Duration {
    let milliseconds = kinds.iter().map(|kind| match kind {
        FaultKind::Delay(milliseconds) => u64::from(*milliseconds),
        _ => 0,
    });
    Duration::from_millis(milliseconds.sum())
}

/// A number as hex digits of its full width.
pub(crate) mod hex_number {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    /// A number of fixed width.
    pub(crate) trait Number: Copy + Sized {
        /// Hex digits.
        const DIGITS: usize;
        fn widen(self) -> u32;
        fn read(digits: &str) -> Option<Self>;
    }

    impl Number for u8 {
        const DIGITS: usize = 2;
        fn widen(self) -> u32 {
            u32::from(self)
        }
        fn read(digits: &str) -> Option<Self> {
            Self::from_str_radix(digits, 16).ok()
        }
    }

    impl Number for u16 {
        const DIGITS: usize = 4;
        fn widen(self) -> u32 {
            u32::from(self)
        }
        fn read(digits: &str) -> Option<Self> {
            Self::from_str_radix(digits, 16).ok()
        }
    }

    pub(crate) fn serialize<N: Number, S: Serializer>(
        number: &N,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        to.serialize_str(&format!("{:0width$X}", number.widen(), width = N::DIGITS))
    }

    pub(crate) fn deserialize<'de, N: Number, D: Deserializer<'de>>(
        from: D,
    ) -> Result<N, D::Error> {
        let text = String::deserialize(from)?;
        let whole = text.len() == N::DIGITS && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        N::read(&text).filter(|_| whole).ok_or_else(|| {
            let digits = N::DIGITS;
            D::Error::custom(format!("expected {digits} hex digits, got \"{text}\""))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOTHING: Seen = Seen {
        instruction: None,
        function: None,
    };

    #[test]
    fn the_nth_command_is_struck_as_often_as_armed() {
        let mut faults = Faults::default();
        faults.arm(ArmedFault {
            times: 2,
            ..ArmedFault::new(FaultAt::Nth(2), FaultKind::TearAfter)
        });
        let struck: Vec<usize> = (0..4).map(|_| faults.strike(NOTHING).len()).collect();
        assert_eq!(struck, [0, 1, 1, 0]);
        assert_eq!(faults.armed(), []);
    }

    #[test]
    fn instructions_and_functions_are_waited_for() {
        let mut faults = Faults::default();
        faults.arm(ArmedFault::new(
            FaultAt::Instruction(0xC0),
            FaultKind::Delay(5),
        ));
        faults.arm(ArmedFault::new(
            FaultAt::Function(0xBF51),
            FaultKind::Delay(7),
        ));
        assert_eq!(faults.strike(NOTHING), []);
        let seen = Seen {
            instruction: Some(0xC0),
            function: Some(0xBF51),
        };
        let struck = faults.strike(seen);
        assert_eq!(delay(&struck), Duration::from_millis(12));
        assert_eq!(faults.strike(seen), []);
    }

    #[test]
    fn the_text_form_is_a_map_with_hex_strings() {
        let text = r#"{"at":{"function":"BF51"},"kind":{"status":"6F00"},"times":1}"#;
        let fault: ArmedFault = serde_json::from_str(text).unwrap();
        let kind = FaultKind::Status(StatusWord::FAULT);
        assert_eq!(fault, ArmedFault::new(FaultAt::Function(0xBF51), kind));
        assert_eq!(serde_json::to_string(&fault).unwrap(), text);
        let short = r#"{"at":{"nth":3},"kind":"tearBefore"}"#;
        let fault: ArmedFault = serde_json::from_str(short).unwrap();
        assert_eq!(
            fault,
            ArmedFault::new(FaultAt::Nth(3), FaultKind::TearBefore)
        );
        for wrong in [
            r#"{"at":{"function":"BF5"},"kind":"tearBefore"}"#,
            r#"{"at":{"instruction":"+C"},"kind":"tearBefore"}"#,
            r#"{"at":{"nth":1},"kind":{"status":"6F"}}"#,
            r#"{"at":{"nth":1},"kind":"tearBefore","then":2}"#,
            r#"{"at":{"nth":0},"kind":"tearBefore"}"#,
            r#"{"at":{"nth":1},"kind":"tearBefore","times":0}"#,
        ] {
            assert!(
                serde_json::from_str::<ArmedFault>(wrong).is_err(),
                "{wrong}"
            );
        }
    }
}
