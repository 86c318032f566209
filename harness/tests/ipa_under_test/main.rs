// SPDX-License-Identifier: MIT OR Apache-2.0
//! The reference IPA as a program of somebody else, over every way to the card that it has.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on has failed, and says where"
)]

mod hot_plug;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use certs::Pki;
use harness::case::Case;
use harness::collect::collect;
use harness::fixture::Fixtures;
use harness::run::{Outcome, RunOptions, run_case};
use harness::smoke::smoke;
use harness::under_test::Description;
use harness::verdict::Verdict;

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn options(description: Description) -> RunOptions {
    let pki = Arc::new(Pki::seeded(1).unwrap());
    let fixtures = Fixtures::new(&repository().join("testcases"));
    RunOptions {
        under_test: Some(Arc::new(description)),
        ..RunOptions::built_in(1, pki, fixtures)
    }
}

fn case(id: &str) -> Case {
    let found = collect(&repository().join("testcases")).unwrap();
    let mut found = found.into_iter().filter(|found| found.id == id);
    found.next().unwrap().case.unwrap()
}

fn reference() -> Description {
    Description::load(&repository().join("harness/iut/reference-ipa.toml")).unwrap()
}

/// The description of the reference IPA over another link.
fn over(card: &str, argument: &str) -> Description {
    let text = format!(
        r#"role = "ipa"
options = ["esipa-https", "direct-download", "euicc-package", "ipa-euicc-data", "rollback"]
start = ["{{harness}}", "ipa", "poll", "--card", "{argument}", "--resolve", "{{resolve}}", "--dialect", "1.2"]
card = {card}
"#
    );
    Description::parse(&text).unwrap()
}

async fn run(id: &str, description: Description) -> Outcome {
    Box::pin(run_case(&case(id), &options(description))).await
}

#[tokio::test(flavor = "multi_thread")]
async fn it_makes_contact() {
    smoke(&options(reference())).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn it_passes_as_a_program() {
    for id in [
        "ipa/direct-download/nominal",
        "ipa/euicc-package/rollback-when-eim-is-gone",
        "ipa/package-retrieval/polls-again",
    ] {
        let outcome = run(id, reference()).await;
        assert_eq!(
            outcome.verdict,
            Verdict::Pass,
            "{id}: {:?}",
            outcome.finding
        );
        assert_eq!(
            outcome.iut.as_deref(),
            Some("it had nothing more to do"),
            "{id}"
        );
        let output = String::from_utf8(outcome.iut_output).unwrap();
        assert!(output.contains("the card has EID"), "{id}: {output}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn it_passes_over_standard_input_and_output() {
    let description = over(r#"{ link = "stdio" }"#, "stdio:");
    let outcome = run("ipa/direct-download/nominal", description).await;
    assert_eq!(outcome.verdict, Verdict::Pass, "{:?}", outcome.finding);
}

/// A program that runs on is told to look for work, and is ended when it is quiet.
#[tokio::test(flavor = "multi_thread")]
async fn it_passes_as_a_program_that_runs_on() {
    let text = r#"role = "ipa"
options = ["esipa-https", "direct-download", "euicc-package", "ipa-euicc-data", "rollback"]
start = ["sh", "-c", '''
echo $$ >running
trap 'rm running; exit 0' TERM
trap : USR1
while :; do "$@" || exit; sleep 1000 & wait $!; kill $!; done''', "sh", "{harness}", "ipa", "poll",
"--card", "tcp:{card}", "--resolve", "{resolve}", "--dialect", "1.2"]
trigger = ["sh", "-c", "kill -USR1 $(cat {scratch}/running)"]
quiet = 1
"#;
    let outcome = run(
        "ipa/package-retrieval/polls-again",
        Description::parse(text).unwrap(),
    )
    .await;
    assert_eq!(outcome.verdict, Verdict::Pass, "{:?}", outcome.finding);
    assert_eq!(outcome.iut.as_deref(), Some("stopped by the harness"));
}

/// The readers of `bash .ci/pcscd`, two for each test: they run side by side.
struct Readers;

impl Readers {
    fn first_two() -> String {
        Self::from(0)
    }

    fn last_two() -> String {
        Self::from(2)
    }

    fn from(number: u16) -> String {
        let first: u16 = std::env::var("VEUICC_PCSC").unwrap().parse().unwrap();
        let ports = [first + number, first + number + 1];
        let context = veuicc_pcsc::Context::establish().unwrap();
        let readers = context.readers().unwrap();
        let readers: Vec<_> = readers.iter().skip(number.into()).take(2).collect();
        format!(r#"{{ link = "vpcd", ports = {ports:?}, readers = {readers:?} }}"#)
    }
}

/// Without readers there is nothing to test.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs readers: bash .ci/pcscd cargo test -p harness --test ipa_under_test -- --ignored"]
async fn it_passes_over_a_reader() {
    let card = Readers::first_two();
    let description = over(&card, "pcsc:{reader}");
    // one after the other in the same slot, and two at a time
    for _ in 0..2 {
        let (one, other) = tokio::join!(
            run("ipa/data-request/nominal", description.clone()),
            run(
                "ipa/euicc-package/enable-with-rollback-flag",
                description.clone()
            ),
        );
        for outcome in [one, other] {
            assert_eq!(outcome.verdict, Verdict::Pass, "{:?}", outcome.finding);
        }
    }
}
