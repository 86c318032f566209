// SPDX-License-Identifier: MIT OR Apache-2.0
//! What crosses a socket: names to addresses, TLS trust, and the ESipa HTTP binding.

pub(crate) mod brief;
pub mod es9;
pub mod esipa;
pub mod esipa_client;
pub mod http;
pub mod net;
pub mod tls;
