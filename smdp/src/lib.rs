// SPDX-License-Identifier: MIT OR Apache-2.0
//! Mock SM-DP+ and SM-DS for GSMA remote SIM provisioning (SGP.22 §5.3, §5.6, §5.8 and §5.9, with
//! what SGP.32 adds for IoT).
//!
//! - [`SmDp`] and [`SmDs`] are the servers as pure state machines: a typed request in, a typed
//!   answer out, randomness and time from an [`Env`](rsp::env::Env).
//! - [`SmDpService`] and [`SmDsService`] read and write the bindings around them and let a tap look
//!   on; [`fault`] makes one thing wrong in a right answer.
//! - [`http`] puts them on TLS sockets, [`peer`] calls other servers.
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
