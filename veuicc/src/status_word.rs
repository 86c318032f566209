// SPDX-License-Identifier: MIT OR Apache-2.0
//! The status words the card answers with: one table.
//!
//! A status word judges the APDU. What an ES10 function decides about its request is inside the
//! response data, and the status word is then `9000` or `61xx`.

use std::fmt;

/// SW1 and SW2 (ISO/IEC 7816-4 §5.1.3, TS 102 221 §10.2).
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct StatusWord(pub u16);

/// As four hex digits.
impl serde::Serialize for StatusWord {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        crate::fault::hex_number::serialize(&self.0, to)
    }
}

/// From four hex digits.
impl<'de> serde::Deserialize<'de> for StatusWord {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        crate::fault::hex_number::deserialize(from).map(Self)
    }
}

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
    /// Fewer bytes than asked for, or a search that found nothing.
    END_REACHED = 0x6282;
    /// The selected file is deactivated.
    FILE_DEACTIVATED = 0x6283;
    /// More blocks of the object can be retrieved.
    MORE_DATA_AVAILABLE = 0x62F1;
    /// More blocks of the object have to come.
    MORE_DATA_EXPECTED = 0x63F1;
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
    /// The command does not go with the structure of the file.
    INCOMPATIBLE_FILE_STRUCTURE = 0x6981;
    /// The access rule of the file is not fulfilled.
    SECURITY_STATUS_NOT_SATISFIED = 0x6982;
    /// No retry is left.
    METHOD_BLOCKED = 0x6983;
    /// The file is deactivated, the PIN disabled.
    REFERENCED_DATA_INVALIDATED = 0x6984;
    /// The command needs something that did not happen before.
    CONDITIONS_NOT_SATISFIED = 0x6985;
    /// No EF is selected.
    NO_CURRENT_EF = 0x6986;
    /// The data field cannot be read as what it has to be.
    INCORRECT_DATA = 0x6A80;
    /// No logical channel is free.
    FUNCTION_NOT_SUPPORTED = 0x6A81;
    /// No application or file of that name.
    FILE_NOT_FOUND = 0x6A82;
    /// There is no record of that number.
    RECORD_NOT_FOUND = 0x6A83;
    /// The command is longer than the card can hold, or the file than it may become.
    NOT_ENOUGH_MEMORY = 0x6A84;
    /// P1 or P2 is not one of the values of this command.
    INCORRECT_P1_P2 = 0x6A86;
    /// No function with that tag, no PIN of that reference, no such data.
    REFERENCED_DATA_NOT_FOUND = 0x6A88;
    /// The offset lies outside the file.
    WRONG_PARAMETERS = 0x6B00;
    /// The instruction does not exist here.
    INS_NOT_SUPPORTED = 0x6D00;
    /// The instruction exists under another class.
    CLA_NOT_SUPPORTED = 0x6E00;
    /// The card's own failure; never the terminal's fault.
    FAULT = 0x6F00;
    /// INCREASE would exceed the largest value.
    MAXIMUM_REACHED = 0x9850;
    /// The network's MAC is wrong (TS 31.102 §7.3.1).
    AUTHENTICATION_INCORRECT_MAC = 0x9862;
    /// The application does not have this security context (TS 31.102 §7.3.1).
    SECURITY_CONTEXT_NOT_SUPPORTED = 0x9864;
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

    /// `63Cx`: wrong value, or the number of tries left when none was given.
    #[must_use]
    pub fn tries(left: u8) -> Self {
        Self(0x63C0 | u16::from(left.min(0x0F)))
    }

    /// `6Cxx`: the command has to come again with that Le.
    #[must_use]
    pub fn wrong_le(available: usize) -> Self {
        Self(0x6C00 | low_byte(available))
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
