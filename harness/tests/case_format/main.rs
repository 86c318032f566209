// SPDX-License-Identifier: MIT OR Apache-2.0
//! The case format: its schema is the committed one, and every mistake is refused with its place.

#![expect(
    clippy::unwrap_used,
    reason = "a test stops at the first surprise, its helpers too"
)]

mod explain;
mod mistakes;
mod procedures;
mod rows;

use std::fs;
use std::path::{Path, PathBuf};

use harness::case::{Case, Context, Loaded, json_schema, procedure_schema};

const GOOD: &str = "\
title: eIM answers a known EID
spec: [SGP.32 v1.2 §5.14.5]
level: shall
iut: eim
needs: [O_S_PKG_RETRIEVAL]
roles:
  ipa:   scripted
  euicc: {actor: veuicc, fixture: euicc/associated-eim1-no-profile}
  smdp:  {actor: smdp, fixture: smdp/idle}
given:
  eid: '89049032123451234512345678901235'
steps:
  - ESipa:
      request:  {getEimPackageRequest: {eidValue: $eid}}
      response: {getEimPackageResponse: {eimPackageError: any}}
      as: $answer
  - never: {ES10b: euiccPackageRequest}
  - check: {euicc.profiles: []}
";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../testcases")
}

fn load(text: &str) -> Result<Case, String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.yaml");
    fs::write(&path, text).unwrap();
    let context = Context::of(&root());
    let mut cases = Case::load(folder.path(), &path, &context);
    assert_eq!(cases.len(), 1);
    cases.remove(0).1.map_err(|error| error.to_string())
}

#[test]
fn the_committed_schemas_are_current() {
    for (file, schema, form) in [
        ("case.schema.json", json_schema(), "case"),
        ("procedure.schema.json", procedure_schema(), "procedure"),
    ] {
        let committed = fs::read_to_string(root().join(file)).unwrap();
        assert!(
            committed == schema,
            "testcases/{file} is old; write it with `harness check --schema {form}`"
        );
    }
}

#[test]
fn a_good_case_is_taken() {
    let case = load(GOOD).unwrap();
    assert_eq!(case.id, "x");
    assert_eq!(case.file.steps.len(), 3);
    assert_eq!(case.file.steps[0].position.line, 13);
}

/// All cases of one file called `x.yaml`, with the procedures given as name and text.
fn load_all(text: &str, procedures: &[(&str, &str)]) -> (Loaded, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.yaml");
    fs::write(&path, text).unwrap();
    fs::create_dir(folder.path().join("procedures")).unwrap();
    for (name, text) in procedures {
        fs::write(folder.path().join(format!("procedures/{name}.yaml")), text).unwrap();
    }
    let context = Context {
        procedures: Some(folder.path().join("procedures")),
        ..Context::of(&root())
    };
    let cases = Case::load(folder.path(), &path, &context);
    (cases, folder)
}

fn refused(text: &str, procedures: &[(&str, &str)]) -> String {
    let (cases, _folder) = load_all(text, procedures);
    let errors = cases.into_iter().filter_map(|(_, case)| case.err());
    let errors: Vec<String> = errors.map(|error| error.to_string()).collect();
    errors.join("\n")
}
