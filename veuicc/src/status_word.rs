// SPDX-License-Identifier: MIT OR Apache-2.0
//! The status words the card answers with: one table.
//!
//! A status word judges the APDU. What an ES10 function decides about its request is inside the
//! response data, and the status word is then `9000` or `61xx`.

use std::fmt;

/// SW1 and SW2 (ISO/IEC 7816-4 §5.1.3, TS 102 221 §10.2).
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct StatusWord(pub u16);

macro_rules! status_words {
    ($($(#[$doc:meta])* $name:ident = $value:literal;)*) => {
        impl StatusWord {
            $($(#[$doc])* pub const $name: Self = Self($value);)*

            /// The table's name of this status word, if it has one.
            #[must_use]
            pub fn name(self) -> Option<&'static str> {
                match self.0 {
                    $($value => Some(stringify!($name)),)*
                    _ => None,
                }
            }
        }
    };
}

status_words! {
    /// Normal ending of the command.
    OK = 0x9000;
    /// Storage failed: nothing was changed.
    MEMORY_PROBLEM = 0x6581;
    /// The length fields do not describe the command that arrived.
    WRONG_LENGTH = 0x6700;
    /// The logical channel is not open or does not exist.
    CHANNEL_NOT_SUPPORTED = 0x6881;
    /// Secure messaging is asked for where there is none.
    SECURE_MESSAGING_NOT_SUPPORTED = 0x6882;
    /// Command chaining by CLA is asked for; blocks of STORE DATA chain by P1 instead.
    COMMAND_CHAINING_NOT_SUPPORTED = 0x6884;
    /// The command needs something that did not happen before.
    CONDITIONS_NOT_SATISFIED = 0x6985;
    /// The data field cannot be read as what it has to be.
    INCORRECT_DATA = 0x6A80;
    /// No logical channel is free.
    FUNCTION_NOT_SUPPORTED = 0x6A81;
    /// No application or file of that name.
    FILE_NOT_FOUND = 0x6A82;
    /// The command is longer than the card can hold.
    NOT_ENOUGH_MEMORY = 0x6A84;
    /// P1 or P2 is not one of the values of this command.
    INCORRECT_P1_P2 = 0x6A86;
    /// No function with that tag.
    REFERENCED_DATA_NOT_FOUND = 0x6A88;
    /// The instruction does not exist here.
    INS_NOT_SUPPORTED = 0x6D00;
    /// The instruction exists under another class.
    CLA_NOT_SUPPORTED = 0x6E00;
    /// The card's own failure; never the terminal's fault.
    FAULT = 0x6F00;
}

impl StatusWord {
    /// `61xx`: `available` bytes wait for GET RESPONSE; `6100` stands for 256 or more.
    #[must_use]
    pub fn more(available: usize) -> Self {
        Self(0x6100 | low_byte(available))
    }

    /// `91xx`: normal ending, a proactive command of `length` bytes waits for FETCH.
    #[must_use]
    pub fn proactive(length: usize) -> Self {
        Self(0x9100 | low_byte(length))
    }

    /// The two bytes as they are sent.
    #[must_use]
    pub fn to_bytes(self) -> [u8; 2] {
        self.0.to_be_bytes()
    }

    /// True when the command was executed: `9000`, `91xx` or `61xx`.
    #[must_use]
    pub fn is_success(self) -> bool {
        self == Self::OK || matches!(self.0 >> 8, 0x91 | 0x61)
    }
}

/// A count in one byte, where 00 stands for 256 and everything above.
fn low_byte(count: usize) -> u16 {
    u16::try_from(count)
        .ok()
        .filter(|count| *count < 0x100)
        .unwrap_or(0)
}

impl fmt::Debug for StatusWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => write!(f, "{:04X} {name}", self.0),
            None => write!(f, "{:04X}", self.0),
        }
    }
}

impl fmt::Display for StatusWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04X}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_of_256_and_more_become_zero() {
        assert_eq!(StatusWord::more(255).0, 0x61FF);
        assert_eq!(StatusWord::more(256).0, 0x6100);
        assert_eq!(StatusWord::more(2000).0, 0x6100);
        assert_eq!(StatusWord::proactive(11).0, 0x910B);
    }
}
