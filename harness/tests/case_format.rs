// SPDX-License-Identifier: MIT OR Apache-2.0
//! The case format: its schema is the committed one, and every mistake is refused with its place.

#![expect(
    clippy::unwrap_used,
    reason = "a test stops at the first surprise, its helpers too"
)]

use std::fs;
use std::path::{Path, PathBuf};

use harness::case::{Case, Context, json_schema};

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
    let context = Context {
        fixtures: Some(root().join("fixtures")),
    };
    Case::load(folder.path(), &path, &context).map_err(|error| error.to_string())
}

#[test]
fn the_committed_schema_is_current() {
    let committed = fs::read_to_string(root().join("case.schema.json")).unwrap();
    assert!(
        committed == json_schema(),
        "testcases/case.schema.json is old; write it with `harness check --schema`"
    );
}

#[test]
fn a_good_case_is_taken() {
    let case = load(GOOD).unwrap();
    assert_eq!(case.id, "x");
    assert_eq!(case.file.steps.len(), 3);
    assert_eq!(case.file.steps[0].position.line, 13);
}

/// What is put in place of what, and what the message must say; the line is that of the mistake.
const MISTAKES: [(&str, &str, &str, usize); 28] = [
    (
        "'89049032123451234512345678901235'",
        "89049032123451234512345678901235",
        "quotes",
        11,
    ),
    ("'89049032123451234512345678901235'", "0010", "quotes", 11),
    ("level: shall", "level: must", "must", 3),
    ("level: shall", "level: shall\nlevel: may", "duplicate", 4),
    (
        "iut: eim",
        "iut: eim\ntimeout: 3",
        "unknown field `timeout`",
        5,
    ),
    ("      as:", "      at:", "unknown field `at`", 16),
    ("SGP.32 v1.2 §5.14.5", "SGP.32 §5.14.5", "version", 2),
    ("SGP.32 v1.2 §5.14.5", "SGP.32 v1.2 5.14.5", "§clause", 2),
    ("ipa:   scripted", "ipa:   script", "scripted or", 7),
    ("actor: smdp", "actor: server", "server", 9),
    ("- never", "- nevr", "nevr", 17),
    (
        "O_S_PKG_RETRIEVAL",
        "O_S_NOTHING",
        "no option \"O_S_NOTHING\"",
        5,
    ),
    (
        "euicc/associated-eim1-no-profile",
        "euicc/none",
        "no fixture \"euicc/none\"",
        8,
    ),
    ("actor: smdp", "actor: veuicc", "cannot play smdp", 9),
    (
        "  smdp:  {actor: smdp, fixture: smdp/idle}\n",
        "",
        "nobody plays smdp",
        1,
    ),
    (
        "getEimPackageRequest:",
        "getEimPakageRequest:",
        "no message \"getEimPakageRequest\"",
        13,
    ),
    (
        "euiccPackageRequest}",
        "euiccPakageRequest}",
        "no message \"euiccPakageRequest\"",
        17,
    ),
    (
        "eidValue: $eid",
        "eidValu: $eid",
        "getEimPackageRequest: unknown member \"eidValu\"; known are eidValue",
        13,
    ),
    (
        "eimPackageError: any",
        "eimPackageErr: any",
        "getEimPackageResponse: unknown member \"eimPackageErr\"",
        13,
    ),
    (
        "eimPackageError: any",
        "eimPackageError: noEimPackage",
        "unknown name \"noEimPackage\"; known are noEimPackageAvailable",
        13,
    ),
    (
        "eimPackageError: any",
        "eimPackageError: []",
        "expected a number or its name",
        13,
    ),
    (
        "euicc.profiles: []",
        "euicc.profiles: [{profileState: enabld}]",
        "euicc.profiles[0].profileState: unknown name \"enabld\"",
        18,
    ),
    (
        "{euicc.profiles: []}",
        "{order: $answer, status: dun}",
        "unknown \"dun\"; known are waiting, sent, done, failed",
        18,
    ),
    (
        "eidValue: $eid",
        "eidValue: $aid",
        "$aid is not known here",
        13,
    ),
    ("eidValue: $eid", "eidValue: any", "pattern", 13),
    ("as: $answer", "as: answer", "expected $name", 13),
    (
        "as: $answer",
        "resign: eimSignature",
        "resign without mutate",
        13,
    ),
    ("as: $answer", "sign: eim1", "scripted eim", 13),
];

#[test]
fn every_mistake_is_refused_with_its_place() {
    for (old, new, says, line) in MISTAKES {
        assert!(GOOD.contains(old), "{old}");
        let error = load(&GOOD.replacen(old, new, 1)).unwrap_err();
        assert!(error.contains(says), "{new}: {error}");
        let place = [format!("line {line} "), format!("x.yaml:{line}:")];
        assert!(
            place.iter().any(|place| error.contains(place)),
            "{new}, line {line}: {error}"
        );
    }
}
