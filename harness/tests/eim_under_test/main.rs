// SPDX-License-Identifier: MIT OR Apache-2.0
//! eIMs and LPAs of somebody else under test: how they are given orders, started, judged and looked over.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on has failed, and says where"
)]

mod doctor;
mod northbound;
mod orders;
mod program;
mod runs;
