// SPDX-License-Identifier: MIT OR Apache-2.0
//! Programs under test that break down in every way: each is one verdict, nothing of it is left,
//! and the next case runs as if nothing had happened.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on has failed, and says where"
)]

mod cli;
mod kit;

use harness::verdict::{Fault, Verdict};

use kit::{Bench, Broken};

/// Says how the program broke, and asserts that it is one failure and that nothing is left.
async fn fails(broken: Broken) -> String {
    let outcome = broken.run().await;
    assert_eq!(outcome.verdict, Verdict::Fail, "{:?}", outcome.finding);
    let finding = outcome.finding.unwrap();
    assert_eq!(finding.fault, Fault::Misbehaved);
    broken.is_gone().await;
    finding.actual.join("\n")
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_hangs() {
    let words = fails(Broken::endless("exec sleep 1000")).await;
    assert!(words.contains("nothing more came within 1 s"), "{words}");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_crashes() {
    let words = fails(Broken::new("echo out of luck >&2; kill -SEGV $$")).await;
    assert!(
        words.contains("the IPA ended: signal 11 (SIGSEGV)"),
        "{words}"
    );
    assert!(words.contains("its last line was: out of luck"), "{words}");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_gives_up() {
    let words = fails(Broken::new("echo no reader; exit 3")).await;
    assert!(
        words.contains("exit code 3; its last line was: no reader"),
        "{words}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_never_connects() {
    let words = fails(Broken::new("exit 0")).await;
    assert!(words.contains("the IPA ended"), "{words}");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_floods_its_output() {
    let broken = Broken::endless("echo begin; exec yes flood");
    let outcome = broken.run().await;
    assert_eq!(outcome.verdict, Verdict::Fail);
    assert!(outcome.iut_output.starts_with(b"begin\nflood\n"));
    assert!(outcome.iut_output.len() < 600 * 1024);
    broken.is_gone().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_leaves_children() {
    let children = "setsid sh -c 'echo $$ >>$PLACE/pids; exec sleep 1000' &
        sh -c 'echo $$ >>$PLACE/pids; exec sleep 1000' >/dev/null 2>&1 &
        env -i PLACE=$PLACE setsid sh -c 'echo $$ >>$PLACE/pids; exec sleep 1000' &
        until [ $(wc -l <$PLACE/pids) -ge 4 ]; do sleep 0.01; done; ";
    fails(Broken::new(&format!("{children}exit 1"))).await;
    fails(Broken::endless(&format!("{children}sleep 1000"))).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_ignores_every_request_to_end() {
    fails(Broken::endless(
        "trap '' TERM INT HUP; while :; do sleep 0.05; done",
    ))
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_holds_the_card() {
    // the connection stays open and nothing is said; a port that is left would still take another
    fails(Broken::endless(
        "exec 3<>/dev/tcp/${CARD%:*}/${CARD#*:}; exec sleep 1000",
    ))
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_speaks_nonsense_to_the_card() {
    let script =
        "exec 3<>/dev/tcp/${CARD%:*}/${CARD#*:}; head -c 300000 /dev/zero | tr '\\0' '\\377' >&3";
    fails(Broken::new(script)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_says_that_it_cannot() {
    let broken = Broken::new("echo no downloads in this build; exit 127");
    let outcome = broken.run().await;
    assert_eq!(outcome.verdict, Verdict::Unsupported);
    let words = outcome.finding.unwrap().actual.join("\n");
    assert!(words.contains("no downloads in this build"), "{words}");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_is_not_there() {
    let mut broken = Broken::new("");
    broken.description.start = vec!["/nowhere/ipa".to_owned()];
    let outcome = broken.run().await;
    assert_eq!(outcome.verdict, Verdict::Error);
    let words = outcome.finding.unwrap().actual.join("\n");
    assert!(words.contains("/nowhere/ipa: cannot be started"), "{words}");
}

/// Several at a time, good and broken: each has the verdict that it has alone.
#[tokio::test(flavor = "multi_thread")]
async fn others_are_not_disturbed() {
    let bench = Bench::new();
    let good = || async {
        let outcome = bench.good().await;
        assert_eq!(outcome.verdict, Verdict::Pass, "{:?}", outcome.finding);
    };
    let bad = || async {
        let broken = Broken::new("setsid sleep 1000 & echo bye; kill -KILL $$");
        assert_eq!(broken.run().await.verdict, Verdict::Fail);
        broken.is_gone().await;
    };
    tokio::join!(good(), bad(), good(), bad());
    good().await;
}
