// SPDX-License-Identifier: MIT OR Apache-2.0
//! `harness profiles`.

use std::path::PathBuf;

use clap::Subcommand;

use super::{Cases, Failure, say};
use crate::collect::cases_folder;
use crate::fixture::Fixtures;
use crate::verdict::exit;

/// Commands of `harness profiles`.
#[derive(Debug, Subcommand)]
pub(super) enum ProfilesCommand {
    /// Write every profile package of the fixtures as DER, for `smdp serve --profiles`
    Export {
        /// Folder to write to; files of the same name are replaced
        #[arg(value_name = "DIR")]
        folder: PathBuf,
        #[command(flatten)]
        cases: Cases,
    },
}

pub(super) fn execute(command: &ProfilesCommand) -> Result<u8, Failure> {
    let ProfilesCommand::Export { folder, cases } = command;
    let root = cases_folder(cases.cases.as_deref()).map_err(Failure::input)?;
    let fixtures = Fixtures::new(&root);
    let at = |path: &std::path::Path, error| Failure::input(format!("{}: {error}", path.display()));
    std::fs::create_dir_all(folder).map_err(|error| at(folder, error))?;
    for name in super::check::names(&fixtures.root().join("profiles")) {
        let profile = fixtures.profile(&name).map_err(Failure::input)?;
        let path = folder.join(format!("{name}.der"));
        std::fs::write(&path, profile.package()).map_err(|error| at(&path, error))?;
        say(format_args!(
            "{}  ICCID {}",
            path.display(),
            profile.iccid_digits()
        ));
    }
    Ok(exit::AS_EXPECTED)
}
