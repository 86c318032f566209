// SPDX-License-Identifier: MIT OR Apache-2.0
//! `veuicc personality`: what there is to choose from.

use std::fmt::Write as _;
use std::io::{ErrorKind, Write as _};
use std::path::Path;

use clap::{Args, Subcommand};
use serde_json::{Map, Value};
use veuicc::Personality;
use veuicc::personality::Keys;

use super::failure::{Failure, bad_input, failed};

/// What there is to choose from.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Print name and description of every ready personality.
    List,
    /// Print what is special about one.
    Show {
        /// Its name, or a file.
        #[arg(value_name = "NAME|FILE")]
        name: String,
    },
    /// Print every key that a file can have.
    Keys,
}

impl Arguments {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let text = match self.what {
            What::List => list()?,
            What::Show { name } => show(&chosen(&name)?)?,
            What::Keys => keys()?,
        };
        match std::io::stdout().lock().write_all(text.as_bytes()) {
            // whoever reads has seen enough (`| head`)
            Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
            other => other.map_err(failed),
        }
    }
}

/// The personality of that name, or in that file.
pub(crate) fn chosen(name: &str) -> Result<Personality, Failure> {
    let path = Path::new(name);
    // a name has neither a dot nor a slash
    let is_path = name.contains(['.', '/']) || path.is_file();
    if !is_path {
        return Personality::named(name).map_err(bad_input);
    }
    let text =
        std::fs::read_to_string(path).map_err(|error| bad_input(format!("{name}: {error}")))?;
    Personality::from_yaml(&text).map_err(|error| bad_input(format!("{name}: {error}")))
}

fn list() -> Result<String, Failure> {
    let all = Personality::built_in().map_err(failed)?;
    let widest = all.iter().map(|one| one.name.len()).max().unwrap_or(0);
    let mut text = String::new();
    for one in &all {
        writeln!(text, "{:widest$}  {}", one.name, one.description).map_err(failed)?;
    }
    Ok(text)
}

fn show(one: &Personality) -> Result<String, Failure> {
    let mut text = format!("{}: {}\n", one.name, one.description);
    if !one.source.is_empty() {
        writeln!(text, "after {}", one.source.join(", ")).map_err(failed)?;
    }
    let (values, spec) = (members(&one.keys)?, members(&Keys::default())?);
    for key in Keys::ALL {
        let value = values.get(key.name);
        if let Some(value) = value.filter(|value| spec.get(key.name) != Some(value)) {
            writeln!(text, "\n{}: {value}\n   {}", key.name, key.text.trim()).map_err(failed)?;
        }
    }
    Ok(text)
}

fn keys() -> Result<String, Failure> {
    let spec = members(&Keys::default())?;
    let mut text = String::new();
    for key in Keys::ALL {
        let value = spec.get(key.name).unwrap_or(&Value::Null);
        writeln!(
            text,
            "{}: {value}\n   {} ({})",
            key.name,
            key.text.trim(),
            key.source
        )
        .map_err(failed)?;
    }
    Ok(text)
}

fn members(keys: &Keys) -> Result<Map<String, Value>, Failure> {
    match serde_json::to_value(keys).map_err(failed)? {
        Value::Object(members) => Ok(members),
        other => Err(failed(format!("expected keys, got {other}"))),
    }
}
