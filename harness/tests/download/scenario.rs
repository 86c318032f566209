// SPDX-License-Identifier: MIT OR Apache-2.0
//! The factory scenario as a command.

use std::process::Command;

#[test]
fn the_factory_tells_its_story_and_a_table() {
    let output = Command::new(env!("CARGO_BIN_EXE_harness"))
        .args(["scenario", "factory", "--batch", "3"])
        .args([
            "--cases",
            concat!(env!("CARGO_MANIFEST_DIR"), "/../testcases"),
        ])
        .output()
        .unwrap();
    let story = String::from_utf8(output.stdout).unwrap();
    let complaint = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{story}{complaint}");
    for line in [
        "nobody answers at smdp1.test.example",
        "a result with another signature changes nothing",
        "born connected",
        "no profile: no network under the enabled profile",
        "in the factory, second try",
        "over its bootstrap profile",
    ] {
        assert!(story.contains(line), "expected {line:?} in\n{story}");
    }
    let installed = story.lines().filter(|line| line.contains("  Installed  "));
    assert_eq!(installed.count(), 4, "{story}");
}

#[test]
fn a_batch_of_one_is_a_mistake_of_the_caller() {
    let output = Command::new(env!("CARGO_BIN_EXE_harness"))
        .args(["scenario", "factory", "--batch", "1"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
}
