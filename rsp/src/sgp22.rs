// SPDX-License-Identifier: MIT OR Apache-2.0
//! Types of `RSPDefinitions` (SGP.22 v2.5), in the module's order, with the optional members that
//! v2.6, v2.7 and v3 peers send.
//!
//! Traps:
//! - AUTOMATIC TAGS applies to a type only when none of its members carries a written tag
//!   (ENC-01); the golden bytes of the tests pin every kind.
//! - Signed members are `Raw`: build them once, check and forward `bytes()`.
//! - SEQUENCEs end with `additions`: members this version does not know, kept.
//! - Names come from the module by rule: `euiccCiPKIdToBeUsed` is `euicc_ci_pk_id_to_be_used`,
//!   `EUICCInfo2` is `EuiccInfo2`; an unnamed inner type is its owner's name plus the member's.

#![expect(
    elided_lifetimes_in_paths,
    reason = "rasn's derive of a tagged CHOICE leaves a lifetime out"
)]
#![expect(
    clippy::large_enum_variant,
    reason = "a message is decoded once and passed by reference; boxes would only be noise"
)]

mod authenticate;
mod basic;
mod bpp;
mod common;
mod crl;
mod download;
mod es10a;
mod es10c;
mod es11;
mod es8;
mod es9;
mod info;
mod later;
mod notification;
mod profile;

pub use authenticate::*;
pub use basic::*;
pub use bpp::*;
pub use common::*;
pub use crl::*;
pub use download::*;
pub use es8::*;
pub use es9::*;
pub use es10a::*;
pub use es10c::*;
pub use es11::*;
pub use info::*;
pub use later::*;
pub use notification::*;
pub use profile::*;
