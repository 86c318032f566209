// SPDX-License-Identifier: MIT OR Apache-2.0
//! What crosses a socket: names to addresses, TLS trust, and the bindings of ESipa.

pub mod binding;
pub(crate) mod brief;
pub mod coap;
pub mod dialect;
pub mod es9;
pub mod esipa;
pub mod esipa_client;
pub(crate) mod hello;
pub mod host;
pub mod http;
pub mod net;
pub mod raw;
pub(crate) mod reencode;
pub mod tls;
