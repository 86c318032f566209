// SPDX-License-Identifier: MIT OR Apache-2.0
//! The header and the libraries, as a C program sees them.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::path::{Path, PathBuf};
use std::process::Command;

const HEADER: &str = include_str!("../include/veuicc.h");
const GENERATED: &str = concat!(env!("OUT_DIR"), "/veuicc.h");

#[test]
fn the_committed_header_is_the_generated_one() {
    let generated = std::fs::read_to_string(GENERATED).unwrap();
    assert!(
        HEADER == generated,
        "the header changed: cp {GENERATED} veuicc/capi/include/veuicc.h"
    );
}

/// Where cargo put the libraries: beside the test program.
fn libraries() -> PathBuf {
    std::env::current_exe()
        .unwrap()
        .parent()
        .unwrap()
        .to_owned()
}

/// Compiles the example with these last arguments and runs it.
fn run_example(program: &Path, libraries: &[&str]) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut compiler = Command::new("cc");
    compiler
        .args(["-std=c99", "-Wall", "-Wextra", "-Werror", "-pedantic", "-I"])
        .arg(folder.join("include"))
        .arg(folder.join("examples/geteid.c"))
        .arg("-o")
        .arg(program)
        .args(libraries);
    let compiled = compiler.output().unwrap();
    let errors = String::from_utf8_lossy(&compiled.stderr);
    assert!(compiled.status.success(), "{compiler:?}: {errors}");
    let output = Command::new(program).output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn the_example_runs_with_both_libraries() {
    let folder = tempfile::tempdir().unwrap();
    let at = libraries();
    let at = at.to_str().unwrap();
    let archive = format!("{at}/libveuicc_c.a");
    let archived = [&archive, "-lpthread", "-ldl", "-lm"];
    // the shared library is looked for under the name in it
    let alias = folder.path().join("libveuicc_c.so.0");
    std::os::unix::fs::symlink(format!("{at}/libveuicc_c.so"), &alias).unwrap();
    let here = format!("-Wl,-rpath,{}", folder.path().display());
    let shared = [&format!("-L{at}") as &str, "-lveuicc_c", &here];
    for (name, libraries) in [("shared", &shared[..]), ("archived", &archived[..])] {
        let output = run_example(&folder.path().join(name), libraries);
        assert_eq!(output, "89049032123451234512345678901235\n", "{name}");
    }
}
