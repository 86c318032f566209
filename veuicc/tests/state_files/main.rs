// SPDX-License-Identifier: MIT OR Apache-2.0
//! Old state files stay readable: `state_files/<version>/*.json` were written by cards of that
//! version and are never edited. Raising `STATE_VERSION` needs a migration in `store.rs` and a new
//! folder, written with
//! `cargo test -p veuicc --test state_files -- --ignored`.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

#[path = "../common/mod.rs"]
mod common;
#[expect(dead_code, reason = "other test programs use the rest")]
#[path = "../package/fixture.rs"]
mod fixture;
mod scenario;
#[expect(dead_code, reason = "other test programs use the rest")]
#[path = "../uicc/fixture.rs"]
mod uicc;

use std::path::{Path, PathBuf};

use rsp::env::SeededEnv;
use serde_json::Value;
use veuicc::{Card, STATE_VERSION, StateFile};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/state_files")
}

/// Version and path of every file.
fn files() -> Vec<(u32, PathBuf)> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder()).unwrap() {
        let entry = entry.unwrap();
        let Ok(version) = entry.file_name().into_string().unwrap().parse() else {
            continue;
        };
        for file in std::fs::read_dir(entry.path()).unwrap() {
            files.push((version, file.unwrap().path()));
        }
    }
    files.sort();
    files
}

fn json(path: &Path) -> Value {
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// Everything that `old` says is said by `new` as well, except the version.
#[track_caller]
fn assert_kept(old: &Value, new: &Value, at: &str) {
    match (old, new) {
        (Value::Object(old), Value::Object(new)) => {
            for (name, value) in old.iter().filter(|(name, _)| *name != "version") {
                let kept = new.get(name);
                // a member that may be absent is not written when it is empty
                if value.is_null() && kept.is_none() {
                    continue;
                }
                let kept = kept.unwrap_or_else(|| panic!("{at}/{name} is lost"));
                assert_kept(value, kept, &format!("{at}/{name}"));
            }
        }
        (Value::Array(old), Value::Array(new)) => {
            assert_eq!(old.len(), new.len(), "{at}");
            for (index, (old, new)) in old.iter().zip(new).enumerate() {
                assert_kept(old, new, &format!("{at}/{index}"));
            }
        }
        _ => assert_eq!(old, new, "{at}"),
    }
}

#[test]
fn every_version_has_files_and_the_current_one_all_scenarios() {
    let files = files();
    for version in 1..=STATE_VERSION {
        assert!(
            files.iter().any(|(of, _)| *of == version),
            "no state file of version {version}"
        );
    }
    for (name, _) in scenario::ALL {
        let path = folder().join(format!("{STATE_VERSION}/{name}.json"));
        assert!(path.is_file(), "{} is missing", path.display());
    }
}

#[test]
fn old_files_load_and_lose_nothing() {
    let scratch = tempfile::tempdir().unwrap();
    for (version, path) in files() {
        assert_eq!(json(&path)["version"], version, "{}", path.display());
        let copy = scratch.path().join("card.json");
        std::fs::copy(&path, &copy).unwrap();
        let state = StateFile::open(copy).unwrap().load().unwrap().unwrap();
        assert_eq!(state.version, STATE_VERSION);
        let new = serde_json::to_value(&state).unwrap();
        assert_kept(&json(&path), &new, &path.display().to_string());
    }
}

#[test]
fn a_card_goes_on_where_the_file_ends() {
    let scratch = tempfile::tempdir().unwrap();
    for (_, path) in files() {
        let copy = scratch.path().join("card.json");
        std::fs::copy(&path, &copy).unwrap();
        let before = StateFile::open(copy).unwrap().load().unwrap().unwrap();
        let env = Box::new(SeededEnv::new(1, "again"));
        let card = Card::with_state(common::config(), env, before.clone(), None);
        let after = card.state();
        let shown = path.display();
        assert_eq!(after.profiles.len(), before.profiles.len(), "{shown}");
        assert_eq!(after.eims, before.eims, "{shown}");
        assert_eq!(after.one_time_keys, before.one_time_keys, "{shown}");
        assert_eq!(after.profile_change, None, "{shown}");
        assert_eq!(after.installation, None, "{shown}");
        // what waited still waits; an interruption is reported behind it
        assert!(after.pending.starts_with(&before.pending), "{shown}");
        let reported = i64::from(before.installation.is_some());
        assert_eq!(
            after.next_sequence_number,
            before.next_sequence_number + reported,
            "{shown}"
        );
    }
}

#[test]
#[ignore = "writes the files of the current version"]
fn write_the_files_of_the_current_version() {
    let folder = folder().join(STATE_VERSION.to_string());
    std::fs::create_dir_all(&folder).unwrap();
    for (name, make) in scenario::ALL {
        let mut text = serde_json::to_string_pretty(&make()).unwrap();
        text.push('\n');
        std::fs::write(folder.join(format!("{name}.json")), text).unwrap();
    }
}
