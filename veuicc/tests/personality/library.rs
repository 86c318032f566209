// SPDX-License-Identifier: MIT OR Apache-2.0
//! The ready personalities, and the command that shows them.

use std::process::Command;

use veuicc::personality::Keys;
use veuicc::{Card, Personality};

use crate::rig::ISDR;

fn told(arguments: &[&str]) -> (i32, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_veuicc"))
        .args(arguments)
        .env_remove("RUST_LOG")
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    let code = output.status.code().unwrap();
    (code, text(output.stdout), text(output.stderr))
}

#[test]
fn every_ready_one_is_a_card_that_answers() {
    for personality in Personality::built_in().unwrap() {
        let name = personality.name.clone();
        let config = crate::fixture::config().with_personality(personality);
        let mut card = Card::new(config, Box::new(rsp::env::SeededEnv::new(1, "card")));
        assert!(
            card.transmit(&[0x80, 0xF2, 0x00, 0x0C]).len() >= 2,
            "{name}"
        );
    }
}

#[test]
fn list_names_all() {
    let (code, output, errors) = told(&["personality", "list"]);
    assert_eq!((code, errors.as_str()), (0, ""));
    let names: Vec<_> = output
        .lines()
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    let all = Personality::built_in().unwrap();
    assert_eq!(names, all.iter().map(|one| &one.name).collect::<Vec<_>>());
}

#[test]
fn show_tells_what_differs() {
    let (code, output, errors) = told(&["personality", "show", "small-blocks"]);
    assert_eq!((code, errors.as_str()), (0, ""));
    assert!(
        output.starts_with("small-blocks: Takes at most"),
        "{output}"
    );
    assert!(
        output.contains("CARD-12") && output.contains("max_lc: 120"),
        "{output}"
    );
    assert!(!output.contains("max_le"), "{output}");
    let (code, output, _) = told(&["personality", "keys"]);
    assert_eq!(code, 0);
    for key in Keys::ALL {
        assert!(output.contains(&format!("{}: ", key.name)), "{}", key.name);
    }
}

#[test]
fn a_card_is_made_with_a_name_or_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("mine.yaml");
    let text = "name: mine\ndescription: Mine.\nsource: [TEST-1]\nkeys: {fci: none}\n";
    std::fs::write(&file, text).unwrap();
    let select = format!("00A4040010{ISDR}00");
    for (which, fci) in [
        ("spec", "6F248410"),
        ("no-fci", "9000"),
        (file.to_str().unwrap(), "6F188410"),
    ] {
        let (code, output, errors) = told(&["apdu", "--personality", which, &select]);
        assert_eq!((code, errors.as_str()), (0, ""), "{which}");
        assert!(output.starts_with(fci), "{which}: {output}");
    }
}

#[test]
fn a_wrong_one_is_one_line_and_exit_code_2() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("mine.yaml");
    std::fs::write(&file, "name: mine\nkeys: {no_such_key: 1}\n").unwrap();
    for which in ["nobody", file.to_str().unwrap()] {
        let (code, output, errors) = told(&["apdu", "--personality", which, "00A40400"]);
        assert_eq!((code, output.as_str()), (2, ""), "{which}");
        assert_eq!(errors.lines().count(), 1, "{errors}");
    }
}
