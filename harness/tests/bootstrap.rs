// SPDX-License-Identifier: MIT OR Apache-2.0
//! The bootstrap scenario comes to its end whoever is killed on the way, and nothing is executed
//! twice: the command itself fails otherwise.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::process::Command;

/// Runs the scenario and returns what it told.
fn told(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_harness"))
        .args(["scenario", "bootstrap"])
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    let complaints = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{told}{complaints}");
    told
}

#[test]
fn a_device_lives_its_whole_life() {
    let told = told(&[]);
    assert!(told.contains("order 2 failed: rollback ok"), "{told}");
    assert!(told.contains("the eIM was told: fallback"), "{told}");
    assert!(
        told.contains("6 eUICC packages ordered, 6 executed; 1 profile installed"),
        "{told}"
    );
}

#[test]
fn so_it_does_when_the_eim_is_killed_again_and_again() {
    for offset in ["2", "7"] {
        let told = told(&["--kill", "eim", "--every", "10", "--offset", offset]);
        assert!(told.contains("the eIM killed"), "{told}");
    }
}

#[test]
fn so_it_does_when_the_ipa_is_killed_again_and_again() {
    for offset in ["0", "7", "14"] {
        let told = told(&["--kill", "ipa", "--every", "23", "--offset", offset]);
        assert!(told.contains("the IPA killed"), "{told}");
    }
}

#[test]
fn a_folder_that_exists_is_refused_in_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_harness"))
        .args(["scenario", "bootstrap", "--keep"])
        .arg(folder.path())
        .output()
        .unwrap();
    let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success());
    assert_eq!(complaint.lines().count(), 1, "{complaint}");
    assert!(
        complaint.contains(&folder.path().display().to_string()),
        "{complaint}"
    );
}
