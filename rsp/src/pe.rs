// SPDX-License-Identifier: MIT OR Apache-2.0
//! Types of `PEDefinitions` 3.3.1 (TCA eUICC Profile Package): the elements of a profile and the
//! answer of the interpreter.
//!
//! A profile is a sequence of [`ProfileElement`] without a wrapper: read it with
//! [`crate::der::decode_first`]. Members with DEFAULT are written only when they differ from it.

#![expect(
    clippy::large_enum_variant,
    reason = "a message is decoded once and passed by reference; boxes would only be noise"
)]

mod application;
mod basic;
mod file;
mod iot;
mod isim;
mod management;
mod opt_csim;
mod opt_usim;
mod phonebook;
mod pin;
mod rfm;
mod telecom;
mod usim;

pub use application::*;
pub use basic::*;
pub use file::*;
pub use iot::*;
pub use isim::*;
pub use management::*;
pub use opt_csim::*;
pub use opt_usim::*;
pub use phonebook::*;
pub use pin::*;
pub use rfm::*;
pub use telecom::*;
pub use usim::*;
