// SPDX-License-Identifier: MIT OR Apache-2.0
//! Downloads through the eIM between the virtual card and real servers: in every binding, in full
//! and in compact form, with every refusal; and notifications that have to reach their SM-DP+.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test stops at the first surprise, its helpers too"
)]

mod bench;
mod checks;
mod compact;
mod defects;
mod events;
mod mapping;
mod matrix;
mod notifications;
