// SPDX-License-Identifier: MIT OR Apache-2.0
//! `harness init`.

use std::io::Write as _;
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{Failure, say};
use crate::under_test::{NAME_FORM, is_name};
use crate::verdict::exit;

const IPA: &str = include_str!("init/ipa.toml");
const EIM: &str = include_str!("init/eim.toml");
const LPA: &str = include_str!("init/lpa.toml");

/// Arguments of `harness init`.
#[derive(Debug, Args)]
pub(super) struct InitArgs {
    /// What the program is
    #[arg(value_enum)]
    role: Role,
    /// What it is called; NAME.toml is written
    #[arg(value_name = "NAME", value_parser = name)]
    name: String,
    /// Write another file
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Write over a file that is there
    #[arg(long)]
    force: bool,
}

/// What a program under test is.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Role {
    /// An IoT Profile Assistant
    Ipa,
    /// An eIM
    Eim,
    /// A Local Profile Assistant of SGP.22
    Lpa,
}

fn name(text: &str) -> Result<String, String> {
    if is_name(text) {
        Ok(text.to_owned())
    } else {
        Err(format!("expected {NAME_FORM}"))
    }
}

/// The commented description of a program.
fn content(role: Role, name: &str) -> String {
    let template = match role {
        Role::Ipa => IPA,
        Role::Eim => EIM,
        Role::Lpa => LPA,
    };
    template.replace("NAME", name)
}

pub(super) fn execute(args: &InitArgs) -> Result<u8, Failure> {
    let path = args
        .output
        .clone()
        .unwrap_or_else(|| PathBuf::from(format!("{}.toml", args.name)));
    let mut options = std::fs::File::options();
    options.write(true);
    if args.force {
        options.create(true).truncate(true);
    } else {
        options.create_new(true);
    }
    let shown = path.display();
    let mut file = options.open(&path).map_err(|error| {
        let hint = match error.kind() {
            std::io::ErrorKind::AlreadyExists => " (--force writes over it)",
            _ => "",
        };
        Failure::input(format_args!("{shown}: {error}{hint}"))
    })?;
    file.write_all(content(args.role, &args.name).as_bytes())
        .map_err(|error| Failure::input(format_args!("{shown}: {error}")))?;
    say(format_args!("{shown} is written. Next:"));
    say("  1. change what is not right in it: options, start (or [user]), [trust]");
    say(format_args!("  2. harness doctor --iut {shown}"));
    say(format_args!("  3. harness run --iut {shown} --suite smoke"));
    Ok(exit::AS_EXPECTED)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::RoleName;
    use crate::under_test::Description;

    #[test]
    fn what_is_written_is_a_description() {
        for (role, expected) in [
            (Role::Ipa, RoleName::Ipa),
            (Role::Eim, RoleName::Eim),
            (Role::Lpa, RoleName::Lpa),
        ] {
            let text = content(role, "my-product");
            let description = Description::parse(&text).unwrap();
            assert_eq!(description.role, expected);
            assert_eq!(description.name(), "my-product");
        }
    }

    #[test]
    fn what_is_commented_out_is_right_as_well() {
        // each of these stands for something in its place
        for (role, members) in [
            (
                Role::Ipa,
                &["dialect", "binding", "trigger", "stop", "folder"][..],
            ),
            (Role::Eim, &["dialect", "binding", "stop", "folder"][..]),
            (Role::Lpa, &["stop", "folder"][..]),
        ] {
            let mut text = content(role, "x");
            for member in members {
                let commented = format!("# {member} =");
                assert!(text.contains(&commented), "{member}");
                text = text.replace(&commented, &format!("{member} ="));
            }
            Description::parse(&text).unwrap();
        }
        let text = content(Role::Eim, "x");
        let (_, command) = text.split_once("# [order.command]").unwrap();
        let command = command.replace("\n# ", "\n");
        let (before, _) = text.split_once("[order.http.place.any]").unwrap();
        Description::parse(&format!("{before}[order.command]{command}")).unwrap();
        let text = text.replace("# [order.http.euicc]", "[order.http.euicc]");
        let (before, after) = text.split_once("[order.http.euicc]").unwrap();
        let (euicc, _) = after.split_once("\n\n").unwrap();
        let euicc = euicc.replace("\n# ", "\n");
        Description::parse(&format!("{before}[order.http.euicc]{euicc}\n")).unwrap();
    }
}
