// SPDX-License-Identifier: MIT OR Apache-2.0
//! `smdp config` and `smdp schema`: what a configuration may say.

use std::io::Write as _;

use schemars::SchemaGenerator;
use smdp::config::{Config, DOCUMENTED_DEFAULT};

use super::Failure;

/// Prints the documented default configuration.
pub(super) fn print() -> Result<(), Failure> {
    write(DOCUMENTED_DEFAULT)
}

/// Prints the JSON schema of the configuration.
pub(super) fn schema() -> Result<(), Failure> {
    let schema = SchemaGenerator::default().into_root_schema_for::<Config>();
    let mut text = serde_json::to_string_pretty(&schema).map_err(Failure::work)?;
    text.push('\n');
    write(&text)
}

fn write(text: &str) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes()).map_err(Failure::work)
}
