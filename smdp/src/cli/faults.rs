// SPDX-License-Identifier: MIT OR Apache-2.0
//! `smdp faults`: what can go wrong on purpose.

use std::io::Write as _;

use clap::{Args, ValueEnum};
use serde_json::json;
use smdp::Fault;

use super::Failure;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// How the list is written.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    /// Only the fault with this name.
    name: Option<String>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    Text,
    Json,
}

impl Arguments {
    pub(super) fn run(self) -> Result<(), Failure> {
        let rows: Vec<&Fault> = match &self.name {
            Some(name) => vec![smdp::fault::by_name(name).map_err(Failure::input)?],
            None => smdp::fault::all().collect(),
        };
        let text = match self.format {
            Format::Text => rows.iter().map(|row| line(row)).collect(),
            Format::Json => json(&rows),
        };
        let mut out = std::io::stdout().lock();
        // a reader that has seen enough is no failure
        drop(out.write_all(text.as_bytes()));
        Ok(())
    }
}

fn line(row: &Fault) -> String {
    let parameter = row.parameter.form().unwrap_or_default();
    let touches = row.level().touches();
    format!("{}{parameter}  [{touches}]  {}\n", row.name, row.sentence)
}

fn json(rows: &[&Fault]) -> String {
    let row = |row: &&Fault| {
        json!({
            "name": row.name,
            "parameter": row.parameter.form(),
            "touches": row.level().touches(),
            "sentence": row.sentence,
        })
    };
    let rows: Vec<_> = rows.iter().map(row).collect();
    format!("{:#}\n", serde_json::Value::from(rows))
}
