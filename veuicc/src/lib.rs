// SPDX-License-Identifier: MIT OR Apache-2.0
//! Virtual eUICC: command APDUs in, response APDUs out. No network, no clock of its own.
//!
//! [`Card::transmit`] is the only entry. `apdu` reads bytes, `command` judges the header, `channel`
//! assembles STORE DATA, `isdr` holds the one table of ES10 functions, and each function lives
//! where the specification puts it: `es10a`, `es10b/*`, `es10c`. What is inside a bound profile
//! package is `es8`. A function gets a `context::Context` and returns its typed answer.
//!
//! For tests only: the keys of this card are test keys.

mod apdu;
mod card;
mod channel;
mod command;
mod config;
mod context;
mod es10a;
mod es10b;
mod es10c;
mod es8;
mod isdp;
mod isdr;
pub mod link;
mod session;
mod state;
mod status_word;
mod store;
pub mod terminal;
mod toolkit;
mod verbatim;

pub use card::{Card, Es10Tap, InstallError, Reset};
pub use config::{CardConfig, ConfigError, EuiccCredential, ResponseMode};
pub use context::Fault;
pub use isdp::{
    Event, Isdp, Metadata, NotificationConfiguration, Operator, PolicyRules, ProfileClass,
    ProfileState,
};
pub use isdr::{Es10, ISDR_AID};
pub use state::{
    AuthorisationRule, Eim, ImmediateEnable, Installation, OneTimeKey, Pending, PendingKind,
    ProfileChange, Rollback, STATE_VERSION, State,
};
pub use status_word::StatusWord;
pub use store::{StateFile, Store, StoreError};
