// SPDX-License-Identifier: MIT OR Apache-2.0
//! Implementations of somebody else under test: what a vendor writes about his program in
//! `iut.toml`, and how it is started, watched and ended for one case.

mod card;
mod check;
mod command_order;
mod description;
pub(crate) mod device;
mod eim_program;
mod http_order;
mod order;
mod place;
pub mod ports;
pub mod process;
mod program;
pub mod proxy;
pub mod scratch;
pub mod substitute;
pub mod trust;

pub(crate) use card::SLOT_PATIENCE;
pub(crate) use check::{NAME_FORM, is_name};
pub use command_order::{CommandError, Surroundings};
pub use description::{
    Card, Description, DescriptionError, Expect, HttpOrder, OrderAdapter, OwnEim, Reach, Trust,
};
pub(crate) use eim_program::LAST_BREATH;
pub use eim_program::{EimError, EimProgram, Setting};
pub use http_order::HttpError;
pub use order::{Managed, OrderError, Orders};
