// SPDX-License-Identifier: MIT OR Apache-2.0
//! Cards that are taken out and put back, or lose their power, during a case: over every way to a
//! card, with programs that end and with one that lives on.

use std::path::Path;

use harness::case::{Case, Context};
use harness::run::{Outcome, run_case};
use harness::under_test::Description;
use harness::verdict::Verdict;

use crate::{Readers, options, over, reference, repository};

/// Runs the only case of a file that is no part of the suite.
async fn run(name: &str, description: Description) -> Outcome {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ipa_under_test/cases");
    let context = Context::of(&repository().join("testcases"));
    let file = root.join(format!("{name}.yaml"));
    let [(_, case)] = Case::load(&root, &file, &context).try_into().unwrap();
    Box::pin(run_case(&case.unwrap(), &options(description))).await
}

fn passed(name: &str, outcome: &Outcome) {
    let output = String::from_utf8_lossy(&outcome.iut_output);
    assert_eq!(
        outcome.verdict,
        Verdict::Pass,
        "{name}: {:#?}\n{output}\n{}",
        outcome.finding,
        outcome.tape.to_text()
    );
}

/// The reference IPA over that link, which waits three seconds for a card; `poll` ends by itself,
/// `run` lives on.
fn ipa(command: &str, card: &str, argument: &str) -> Description {
    let text = format!(
        r#"role = "ipa"
options = ["esipa-https", "indirect-download", "download-data-handling", "euicc-package"]
start = ["{{harness}}", "ipa", {command}, "--card", "{argument}", "--resolve", "{{resolve}}", "--dialect", "1.2",
    "--timeout", "3", "--state", "{{scratch}}/state.json"]
card = {card}
quiet = 1
"#
    );
    Description::parse(&text).unwrap()
}

const ENDS: &str = r#""poll""#;
/// Longer between two rounds than the case waits for the last.
const LIVES: &str = r#""run", "--interval", "1500""#;

#[tokio::test(flavor = "multi_thread")]
async fn a_card_behind_a_socket_is_taken_out_during_a_case() {
    passed("over TCP", &run("taken-out", reference()).await);
    let running = ipa(LIVES, r#"{ link = "tcp" }"#, "tcp:{card}");
    passed("living", &run("taken-out-running", running).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_behind_standard_input_is_taken_out_during_a_case() {
    let description = over(r#"{ link = "stdio" }"#, "stdio:");
    passed("over stdio", &run("taken-out", description).await);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs readers: bash .ci/pcscd cargo test -p harness --test ipa_under_test -- --ignored"]
async fn a_card_in_a_reader_is_taken_out_during_a_case() {
    let card = Readers::last_two();
    // two slots at a time, and the same slots once more
    let program = ipa(ENDS, &card, "pcsc:{reader}");
    let living = ipa(LIVES, &card, "pcsc:{reader}");
    for turn in 0..2 {
        let (ended, lived) = tokio::join!(
            run("taken-out", program.clone()),
            run("taken-out-running", living.clone())
        );
        passed(&format!("ended, turn {turn}"), &ended);
        passed(&format!("living, turn {turn}"), &lived);
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs readers: bash .ci/pcscd cargo test -p harness --test ipa_under_test -- --ignored"]
async fn a_card_in_a_reader_loses_its_power_during_a_case() {
    let card = Readers::last_two();
    let program = ipa(ENDS, &card, "pcsc:{reader}");
    for id in [
        "ipa/indirect-download/interrupted",
        "ipa/robustness/power-cut",
    ] {
        passed(id, &crate::run(id, program.clone()).await);
    }
}
