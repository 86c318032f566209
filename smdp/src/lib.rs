// SPDX-License-Identifier: MIT OR Apache-2.0
//! Mock SM-DP+ for GSMA remote SIM provisioning (SGP.22 §5.6, with what SGP.32 adds for IoT).
//!
//! - [`SmDp`] is the server as a pure state machine: a typed request in, a typed answer out,
//!   randomness and time from an [`Env`](rsp::env::Env).
//! - [`SmDpService`] reads and writes the JSON and the ASN.1 binding around it and lets an [`Es9Tap`] look on.
//! - [`http`] puts the service on a TLS socket.
//!
//! - [`store`] keeps the state in a file, [`admin`] lets people and programs look at it and change
//!   it, [`trace`] writes down every exchange.
//!
//! Everything is for tests: all keys are public.

pub mod admin;
mod bind;
pub mod config;
pub mod coverage;
pub mod credentials;
pub mod es2plus;
mod es9;
pub mod fault;
pub mod http;
mod mutual;
mod open;
pub mod order;
pub mod outgoing;
pub mod peer;
pub mod profile;
pub mod profile_type;
mod server;
mod service;
mod session;
pub mod smds;
pub mod store;
pub mod trace;

pub use config::Config;
pub use credentials::{Credentials, Entity};
pub use es2plus::Es2PlusHandler;
pub use fault::{ArmedFault, Fault, Faults, ListedFault};
pub use order::{KeyMode, Order, OrderId, OrderState, Orders, SmDsEvent, Step};
pub use outgoing::Outgoing;
pub use profile::{IccidPool, Profile, Profiles, RewriteError};
pub use profile_type::{ProfileType, ProfileTypes};
pub use server::{Event, JournalEntry, NotificationPoint, SmDp};
pub use service::{
    ASN1, ASN1_PATH, Binding, Es9Handler, Es9Tap, Exchange, HttpAnswer, JSON, SmDpService,
};
pub use smds::{SmDs, SmDsCredentials, SmDsService};
