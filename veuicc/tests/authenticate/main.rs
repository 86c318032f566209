// SPDX-License-Identifier: MIT OR Apache-2.0
//! AUTHENTICATE and GET IDENTITY of an enabled TS.48 profile, over APDUs, against a home network of
//! the test.
//!
//! The profiles are beside the checkout: without them a test says so and ends, which CI does not
//! accept.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

mod fixture;
mod home_network;
mod identity;
mod parameters;
mod usim;
