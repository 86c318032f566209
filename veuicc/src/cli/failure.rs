// SPDX-License-Identifier: MIT OR Apache-2.0
//! How a command fails: an exit code and one line.

use std::fmt::Display;

/// What the user gave is wrong: garbage hex, a bad address or option, no usable state or PKI.
const BAD_INPUT: u8 = 2;
/// What the user gave is right, the surroundings are not: a port, a file that cannot be written.
const FAILED: u8 = 1;

/// A failure with its exit code.
#[derive(Debug)]
pub(crate) struct Failure(pub(crate) u8, pub(crate) String);

/// The surroundings are wrong.
pub(crate) fn failed(error: impl Display) -> Failure {
    Failure(FAILED, error.to_string())
}

/// The user's input is wrong.
pub(crate) fn bad_input(error: impl Display) -> Failure {
    Failure(BAD_INPUT, error.to_string())
}
