// SPDX-License-Identifier: MIT OR Apache-2.0
//! The network of a case, as the reference IPA meets it, and what a capture of it shows in tshark.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod capture;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use certs::Pki;
use harness::capture::Piece;
use harness::case::{Binding, Case, Context};
use harness::fixture::Fixtures;
use harness::run::{Outcome, RunOptions, run_case};
use harness::verdict::Verdict;

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// What one exchange may take over CoAP, where nothing says that nobody is there.
const SHORT: Duration = Duration::from_secs(3);

/// Runs the cases of a file below `cases`: names and outcomes.
async fn outcomes(name: &str) -> Vec<(String, Outcome)> {
    let root = folder("../testcases");
    let path = folder("tests/network/cases").join(name);
    let text = std::fs::read_to_string(&path).unwrap();
    let cases = Case::of_text(name, &path, &text, &Context::of(&root));
    let pki = Arc::new(Pki::seeded(1).unwrap());
    let mut options = RunOptions::built_in(1, pki, Fixtures::new(&root));
    let usual = options.timeout;
    let mut outcomes = Vec::new();
    for (id, case) in cases {
        let case = case.unwrap_or_else(|error| panic!("{error}"));
        let is_coap = case.file.binding == Some(Binding::Coap);
        options.timeout = if is_coap { SHORT } else { usual };
        outcomes.push((id, Box::pin(run_case(&case, &options)).await));
    }
    outcomes
}

fn assert_passed(id: &str, outcome: &Outcome) {
    let tape = outcome.tape.to_text();
    assert_eq!(
        outcome.verdict,
        Verdict::Pass,
        "{id} {:?}\n{tape}",
        outcome.finding
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_eim_is_out_of_reach_in_many_ways() {
    let outcomes = outcomes("out-of-reach.yaml").await;
    assert_eq!(outcomes.len(), 4);
    for (id, outcome) in outcomes {
        assert_passed(&id, &outcome);
        let pieces = outcome.capture.snapshot();
        let refused = pieces.iter().any(|it| matches!(it, Piece::Refused { .. }));
        // what the system refuses never comes as far as the relay, and datagrams are just lost
        let seen = !["refuse", "coap"].iter().any(|end| id.ends_with(end));
        assert_eq!(refused, seen, "{id}");
        if id.ends_with("coap") {
            capture::shows_dtls(&id, &outcome);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn half_an_answer_is_none() {
    for (id, outcome) in outcomes("cut.yaml").await {
        assert_passed(&id, &outcome);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_answer_is_an_answer() {
    let begun = Instant::now();
    let (id, outcome) = outcomes("delay.yaml").await.remove(0);
    assert_passed(&id, &outcome);
    assert!(begun.elapsed() >= Duration::from_millis(200));
}
