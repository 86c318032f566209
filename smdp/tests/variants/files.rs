// SPDX-License-Identifier: MIT OR Apache-2.0
//! `smdp pki` writes what `smdp serve --pki` takes.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use certs::{Curve, Pki, Role, Variant};

fn pki(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_smdp"));
    command.arg("pki").args(arguments).env_remove("RUST_LOG");
    command.output().unwrap()
}

/// Ends the server when the test is over.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

/// Whether `smdp serve` comes as far as listening with a folder.
fn serves(folder: &Path) -> bool {
    let mut command = Command::new(env!("CARGO_BIN_EXE_smdp"));
    command.args(["serve", "--listen", "127.0.0.1:0", "--pki"]);
    command
        .arg(folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    let mut running = Running(command.spawn().unwrap());
    let mut lines = BufReader::new(running.0.stdout.take().unwrap()).lines();
    lines
        .next()
        .is_some_and(|line| line.unwrap().starts_with("listening on "))
}

#[test]
fn every_variant_is_written_loaded_and_served() {
    for variant in Variant::ALL {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("pki");
        let text = out.to_str().unwrap();
        let name = variant.to_string();
        let output = pki(&["--out", text, "--variant", &name, "--seed", "7"]);
        assert!(output.status.success(), "{output:?}");
        // one line per file, and each is there
        let listed = String::from_utf8(output.stdout).unwrap();
        assert!(listed.lines().count() > 100, "{listed}");
        for line in listed.lines() {
            assert!(Path::new(line).is_file(), "{line}");
        }
        let loaded = Pki::load(&out).unwrap();
        let seeded = Pki::seeded_variant(7, variant).unwrap();
        assert_eq!(loaded.variant(), variant);
        let certificate = |pki: &Pki| {
            let credential = pki.credential(Role::DpPb, Curve::BrainpoolP256r1);
            credential.unwrap().certificate.clone()
        };
        assert_eq!(certificate(&loaded), certificate(&seeded), "{variant}");
        assert!(serves(&out), "{variant}");
    }
}

#[test]
fn the_invalid_set_is_written_by_its_published_names() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().to_str().unwrap();
    let output = pki(&["--out", out, "--invalid"]);
    assert!(output.status.success(), "{output:?}");
    for name in [
        "CERT_S_SM_DPauth_INV_SIGN_NIST_VARO.der",
        "CERT_S_SM_DSauth_INV_CURVE_BRP192_VARO.der",
        "CERT_S_SM_DP_TLS_EXPIRED_VARO.der",
        "SK_S_SM_DS_TLS_INV_CURVE_VARO.pem",
        "recipes.toml",
    ] {
        assert!(folder.path().join("invalid").join(name).is_file(), "{name}");
    }
    // what is there is not written over unless told
    let again = pki(&["--out", out]);
    assert_eq!(again.status.code(), Some(2));
    let errors = String::from_utf8(again.stderr).unwrap();
    assert_eq!(errors.lines().count(), 1, "{errors}");
    assert!(
        errors.contains("expected an empty or absent folder"),
        "{errors}"
    );
    assert!(pki(&["--out", out, "--force"]).status.success());
}

#[test]
fn a_variant_that_is_none_is_refused() {
    let output = pki(&["--out", "/nowhere", "--variant", "D"]);
    assert_eq!(output.status.code(), Some(2));
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(
        errors.contains("expected a variant (O, Ov3, A, B, C)"),
        "{errors}"
    );
}
