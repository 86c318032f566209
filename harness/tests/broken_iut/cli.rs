// SPDX-License-Identifier: MIT OR Apache-2.0
//! The same through the command line: exit codes and the words that a person reads.

use std::fs;
use std::process::{Command, Output};

use serde_json::Value;

fn run(description: &str, arguments: &[&str]) -> Output {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("vendor.toml");
    fs::write(&path, description).unwrap();
    Command::new(env!("CARGO_BIN_EXE_harness"))
        .arg("run")
        .args(arguments)
        .arg("--iut")
        .arg(&path)
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
        .output()
        .unwrap()
}

/// Exit code, number of lines on standard output, and standard error.
fn refusal(description: &str) -> (Option<i32>, String) {
    let output = run(description, &["ipa/"]);
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!(error.trim_end().lines().count(), 1, "{error}");
    assert!(output.stdout.is_empty(), "{:?}", output.stdout);
    (output.status.code(), error)
}

#[test]
fn a_dead_program_is_one_mistake_and_not_one_per_case() {
    let start = |command: &str| format!("role = \"ipa\"\nstart = {command}\n");
    let (code, words) = refusal(&start(r#"["/nowhere/ipa", "{resolve}"]"#));
    assert_eq!(code, Some(3));
    assert!(
        words.contains("vendor: IPA: /nowhere/ipa: cannot be started"),
        "{words}"
    );

    let (code, words) = refusal(&start(
        r#"["sh", "-c", "echo no card; exit 2", "{resolve}"]"#,
    ));
    assert_eq!(code, Some(3));
    assert!(
        words.contains("neither used the card nor opened a connection"),
        "{words}"
    );
    assert!(words.contains("its last line was: no card"), "{words}");

    let (code, words) = refusal(&start(r#"["sleep", "1000", "{resolv}"]"#));
    assert_eq!(code, Some(2));
    assert!(
        words.contains("vendor.toml:2:27: unknown name {resolv}"),
        "{words}"
    );
}

#[test]
fn the_run_goes_on_after_a_crash() {
    let description = r#"
role = "ipa"
options = ["esipa-https", "direct-download", "euicc-package", "ipa-euicc-data", "rollback"]
start = ["bash", "-c", '''
case $0 in *wrong-signature) kill -SEGV $$;; *part-acknowledged) exit 127;; esac
exec "$@"''', "{case}", "{harness}", "ipa", "poll", "--card", "tcp:{card}", "--resolve", "{resolve}", "--dialect", "1.2"]
"#;
    let output = run(description, &["ipa/euicc-package", "--format", "json"]);
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8(output.stdout).unwrap();
    let mut verdicts = Vec::new();
    for line in text.lines() {
        let record: Value = serde_json::from_str(line).unwrap();
        if let (Some(id), Some(verdict)) = (record["id"].as_str(), record["verdict"].as_str()) {
            verdicts.push(format!("{} {verdict}", id.rsplit('/').next().unwrap()));
        }
    }
    verdicts.sort();
    assert!(
        verdicts.contains(&"wrong-signature fail".to_owned()),
        "{verdicts:?}"
    );
    assert!(
        verdicts.contains(&"part-acknowledged unsupported".to_owned()),
        "{verdicts:?}"
    );
    let passed = verdicts.iter().filter(|it| it.ends_with(" pass")).count();
    assert!(passed * 10 > verdicts.len() * 8, "{verdicts:?}");
}
