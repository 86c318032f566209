// SPDX-License-Identifier: MIT OR Apache-2.0
//! Virtual eUICC: command APDUs in, response APDUs out. No network, no clock of its own.
//!
//! [`Card::transmit`] is the only entry. `apdu` reads bytes, `command` judges the header, `channel`
//! assembles STORE DATA, `isdr` holds the one table of ES10 functions, and each function lives
//! where the specification puts it: `es10a`, `es10b/*`, `es10c`. What is inside a bound profile
//! package is `es8`. A function gets a `context::Context` and returns its typed answer. Everything
//! else a terminal sends is for the files, codes and keys of the enabled profile: `profile` makes
//! an image of its package, `uicc` carries out commands on it.
//!
//! For tests only: the keys of this card are test keys.

mod apdu;
mod capability;
mod card;
mod channel;
mod command;
mod config;
mod context;
pub mod coverage;
mod dialect;
mod ecasd;
mod es10a;
mod es10b;
mod es10c;
mod es8;
mod fault;
mod isdp;
mod isdr;
pub mod link;
pub mod personality;
pub mod profile;
pub mod profile_tool;
mod session;
mod state;
mod status_word;
mod store;
pub mod terminal;
mod toolkit;
pub mod uicc;
mod undefined;
mod verbatim;

pub use capability::TerminalCapability;
pub use card::{Card, Es10Tap, InstallError, Reset};
pub use config::{Capabilities, CardConfig, ConfigError, EuiccCredential, Limits, ResponseMode};
pub use context::Fault;
pub use ecasd::ECASD_AID;
pub use fault::{ArmedFault, FaultAt, FaultKind};
pub use isdp::{
    Event, Isdp, Metadata, NotificationConfiguration, Operator, PolicyRules, ProfileClass,
    ProfileState,
};
pub use isdr::{Es10, ISDR_AID};
pub use personality::{Personality, PersonalityError};
pub use state::{
    AcceptedPackage, AuthorisationRule, Eim, ImmediateEnable, Installation, OneTimeKey, Pending,
    PendingKind, ProfileChange, RevocationList, Rollback, STATE_VERSION, State,
};
pub use status_word::StatusWord;
pub use store::{StateFile, Store, StoreError};
