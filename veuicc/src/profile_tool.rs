// SPDX-License-Identifier: MIT OR Apache-2.0
//! The profile package tool: YAML to DER, DER to annotated YAML, and a judge of packages.
//!
//! The YAML form is a list with one entry per profile element, in the words of the PEDefinitions
//! module; `rsp::schema` reads and writes the values. Traps: hexadecimal is always quoted, or YAML
//! takes it for a number; `{raw: '…'}` stands where a package says something in a way DER does not
//! (a DEFAULT spelled out), so that what is inspected builds into the same bytes.

mod build;
mod inspect;
mod lint;
mod names;
mod package;
mod source;

pub use build::{BuildError, IccidError, build, with_iccid};
pub use inspect::{to_json, to_tree, to_yaml};
pub use lint::{Finding, RULES, Rule, Severity, lint};
pub use package::{Element, Package, ReadError};
