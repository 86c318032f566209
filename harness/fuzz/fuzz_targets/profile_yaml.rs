// SPDX-License-Identifier: MIT OR Apache-2.0
//! The profile package tool: YAML is built or refused with a place, and any package that can be read
//! is printed as YAML that builds into the same bytes, and judged.
//!
//! Input that begins like text is YAML, everything else a package.

#![no_main]

use fuzz::package;
use libfuzzer_sys::fuzz_target;
use veuicc::profile_tool::{Package, build, lint, to_json, to_tree, to_yaml};

fuzz_target!(|data: &[u8]| {
    let package = match data.split_first() {
        Some((b' '..=b'~', _)) => match std::str::from_utf8(data).map(build) {
            Ok(Ok(package)) => package,
            Ok(Err(_)) | Err(_) => return,
        },
        Some((0x00, changes)) => {
            let mut package = package().to_vec();
            for change in changes.chunks_exact(3) {
                let position = usize::from(change[0]) << 8 | usize::from(change[1]);
                let position = position % package.len();
                package[position] = change[2];
            }
            package
        }
        _ => data.to_vec(),
    };
    let Ok(read) = Package::read(&package) else {
        return;
    };
    assert_eq!(build(&to_yaml(&read)).expect("own YAML"), package);
    let _ = (to_json(&read), to_tree(&read), lint(&read));
});
