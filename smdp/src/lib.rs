// SPDX-License-Identifier: MIT OR Apache-2.0
//! Mock SM-DP+ for GSMA remote SIM provisioning (SGP.22 §5.6, with what SGP.32 adds for IoT).
//!
//! - [`SmDp`] is the server as a pure state machine: a typed request in, a typed answer out,
//!   randomness and time from an [`Env`](rsp::env::Env).
//! - [`Es9Service`] reads and writes the JSON binding around it and lets an [`Es9Tap`] look on.
//! - [`http`] puts the service on a TLS socket.
//!
//! Everything is for tests: keys are public, and nothing is kept when the process ends.

mod bind;
pub mod config;
pub mod credentials;
mod es9;
pub mod http;
pub mod order;
pub mod profile;
mod server;
mod service;
mod session;

pub use config::Config;
pub use credentials::{Credentials, Entity};
pub use order::{KeyMode, Order, OrderId, OrderState, Orders};
pub use profile::{Profile, Profiles};
pub use server::{Event, SmDp};
pub use service::{Es9Service, Es9Tap, Exchange, HttpAnswer};
