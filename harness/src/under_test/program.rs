// SPDX-License-Identifier: MIT OR Apache-2.0
//! Where programs are.

use std::path::{Path, PathBuf};

/// The file name of this harness.
const NAME: &str = "harness";

/// A program with a `/` in its name is looked for from the folder of the description, any other in
/// the search path.
pub(crate) fn found_from(here: &Path, program: &str) -> String {
    if program.contains('/') {
        here.join(program.strip_prefix("./").unwrap_or(program))
            .to_string_lossy()
            .into_owned()
    } else {
        program.to_owned()
    }
}

/// The program `harness`, also for those who have only its library, such as its tests.
/// `HARNESS_PROGRAM` says where it is when it is somewhere else.
pub(crate) fn of_this_harness() -> PathBuf {
    if let Some(program) = std::env::var_os("HARNESS_PROGRAM") {
        return PathBuf::from(program);
    }
    let own = std::env::current_exe().unwrap_or_else(|_| PathBuf::from(NAME));
    if own.file_stem().is_some_and(|stem| stem == NAME) {
        return own;
    }
    // a test is one folder below
    let mut above = own.ancestors().skip(1).take(2).map(|folder| {
        let program = folder.join(NAME);
        program.with_extension(std::env::consts::EXE_EXTENSION)
    });
    above
        .find(|program| program.is_file())
        .unwrap_or(own.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_are_found_from_the_description() {
        let here = Path::new("/a");
        assert_eq!(found_from(here, "ipa"), "ipa");
        assert_eq!(found_from(here, "build/ipa"), "/a/build/ipa");
        assert_eq!(found_from(here, "./ipa"), "/a/ipa");
        assert_eq!(found_from(here, "/b/ipa"), "/b/ipa");
    }
}
