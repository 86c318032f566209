// SPDX-License-Identifier: MIT OR Apache-2.0
//! `veuicc profile`: packages built, inspected, judged.

use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand, ValueEnum};
use rsp::id::Iccid;
use veuicc::profile_tool::{self, Package, Severity};

use super::failure::{Failure, bad_input, failed};

/// Arguments of `veuicc profile`.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: ProfileCommand,
}

#[derive(Debug, Subcommand)]
enum ProfileCommand {
    /// Build a package from YAML, one entry per profile element.
    Build {
        /// The YAML file, or a package as DER that gets another ICCID.
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// Where the package goes.
        #[arg(short, long, value_name = "FILE")]
        output: PathBuf,
        /// Put this ICCID into the header and EF.ICCID: a copy of a package that lives beside the
        /// original.
        #[arg(long, value_name = "DIGITS")]
        iccid: Option<Iccid>,
    },
    /// Print a package.
    Inspect {
        /// The package, as DER or YAML.
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// How.
        #[arg(long, value_enum, default_value_t = Format::Yaml)]
        format: Format,
    },
    /// Judge a package: one line per finding. Exit code 2 when one is an error.
    Lint {
        /// The package, as DER or YAML.
        #[arg(value_name = "FILE", required_unless_present = "rules")]
        file: Option<PathBuf>,
        /// List the rules instead.
        #[arg(long)]
        rules: bool,
    },
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// Annotated YAML that `build` makes the same bytes of.
    Yaml,
    /// TLVs with names, offsets and lengths.
    Tree,
    /// An array of the elements.
    Json,
}

impl Arguments {
    pub(crate) fn run(self) -> Result<(), Failure> {
        match self.command {
            ProfileCommand::Build {
                file,
                output,
                iccid,
            } => build(&file, &output, iccid.as_ref()),
            ProfileCommand::Inspect { file, format } => inspect(&file, format),
            ProfileCommand::Lint { rules: true, .. } => print(&rules()),
            ProfileCommand::Lint { file, .. } => lint(&file.unwrap_or_default()),
        }
    }
}

/// The package in a file: DER as it is, YAML built.
fn read(file: &Path) -> Result<Vec<u8>, Failure> {
    let bytes = std::fs::read(file).map_err(|error| at(file, &error))?;
    // a package begins with the tag of its header, which no text begins with
    match String::from_utf8(bytes) {
        Ok(text) => profile_tool::build(&text)
            .map_err(|error| bad_input(format!("{}:{error}", file.display()))),
        Err(error) => Ok(error.into_bytes()),
    }
}

fn at(file: &Path, error: &dyn std::fmt::Display) -> Failure {
    bad_input(format!("{}: {error}", file.display()))
}

fn build(file: &Path, output: &Path, iccid: Option<&Iccid>) -> Result<(), Failure> {
    let mut package = read(file)?;
    if let Some(iccid) = iccid {
        package = profile_tool::with_iccid(&package, iccid).map_err(|error| at(file, &error))?;
    }
    std::fs::write(output, package)
        .map_err(|error| failed(format!("{}: {error}", output.display())))
}

fn inspect(file: &Path, format: Format) -> Result<(), Failure> {
    let package = Package::read(&read(file)?).map_err(|error| at(file, &error))?;
    print(&match format {
        Format::Yaml => profile_tool::to_yaml(&package),
        Format::Tree => profile_tool::to_tree(&package),
        Format::Json => format!("{:#}\n", profile_tool::to_json(&package)),
    })
}

fn lint(file: &Path) -> Result<(), Failure> {
    let package = Package::read(&read(file)?).map_err(|error| at(file, &error))?;
    let findings = profile_tool::lint(&package);
    let lines: String = findings
        .iter()
        .map(|finding| format!("{finding}\n"))
        .collect();
    print(&lines)?;
    let errors = findings
        .iter()
        .filter(|finding| finding.severity() == Severity::Error)
        .count();
    match errors {
        0 => Ok(()),
        1 => Err(at(file, &"1 error")),
        _ => Err(at(file, &format!("{errors} errors"))),
    }
}

fn rules() -> String {
    profile_tool::RULES
        .iter()
        .map(|rule| {
            format!(
                "{:<8} {:<32} {:<28} {}\n",
                rule.severity, rule.id, rule.clause, rule.summary
            )
        })
        .collect()
}

fn print(text: &str) -> Result<(), Failure> {
    match std::io::stdout().lock().write_all(text.as_bytes()) {
        // whoever reads has seen enough (`| head`)
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        other => other.map_err(failed),
    }
}
