// SPDX-License-Identifier: MIT OR Apache-2.0
//! Programs that end, that do not, and that leave others behind.

use std::time::{Duration, Instant};

use super::*;
use crate::under_test::scratch::Scratch;

const GRACE: Duration = Duration::from_millis(300);
const SOON: Duration = Duration::from_secs(10);

fn shell(script: &str) -> Launch {
    Launch {
        command: ["sh", "-c", script].map(str::to_owned).to_vec(),
        ..Launch::default()
    }
}

fn text(supervised: &Supervised) -> String {
    String::from_utf8(supervised.output()).unwrap()
}

/// Waits until the program has written `word`.
async fn says(supervised: &Supervised, word: &str) {
    let begin = Instant::now();
    while !text(supervised).contains(word) {
        assert!(begin.elapsed() < SOON, "{}", text(supervised));
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

fn is_alive(pid: &str) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", pid.trim()));
    stat.is_ok_and(|stat| !stat.contains(") Z "))
}

#[tokio::test]
async fn ends_are_told() {
    for (script, words) in [
        ("exit 0", "exit code 0"),
        ("exit 3", "exit code 3"),
        ("kill -SEGV $$", "signal 11 (SIGSEGV)"),
    ] {
        let mut running = Supervised::start(&shell(script)).unwrap();
        let end = running.ended().await;
        assert!(end.to_string().starts_with(words), "{end}");
        assert_eq!(end.is_success(), script == "exit 0");
        assert_eq!(running.ended().await, end);
    }
    let end = Supervised::start(&shell("exit 127")).unwrap().ended().await;
    assert!(end.is_unsupported());
}

#[tokio::test]
async fn both_outputs_are_kept_in_their_order() {
    let script = "echo one; echo two >&2; echo three; pwd; echo $NAME";
    let scratch = Scratch::new().unwrap();
    let mut launch = shell(script);
    launch.folder = Some(scratch.path().to_owned());
    launch.env.insert("NAME".to_owned(), "value".to_owned());
    let mut running = Supervised::start(&launch).unwrap();
    running.ended().await;
    let expected = format!("one\ntwo\nthree\n{}\nvalue\n", scratch.path().display());
    assert_eq!(text(&running), expected);
}

#[tokio::test]
async fn a_program_that_is_not_there_is_named() {
    let launch = Launch {
        command: vec!["/nowhere/program".to_owned()],
        ..Launch::default()
    };
    let error = Supervised::start(&launch).unwrap_err().to_string();
    assert!(
        error.starts_with("/nowhere/program: cannot be started:"),
        "{error}"
    );
    assert!(matches!(
        Supervised::start(&Launch::default()),
        Err(LaunchError::Empty)
    ));
}

#[tokio::test]
async fn a_program_may_end_by_itself_when_asked() {
    let script = "trap 'echo bye; exit 5' TERM; echo ready; while :; do sleep 0.01; done";
    let mut running = Supervised::start(&shell(script)).unwrap();
    says(&running, "ready").await;
    let end = running.stop(SOON).await;
    assert_eq!(end.to_string(), "exit code 5");
    assert!(text(&running).ends_with("bye\n"));
}

#[tokio::test]
async fn a_program_that_ignores_the_request_is_ended() {
    let script = "trap '' TERM; echo ready; while :; do sleep 0.01; done";
    let mut running = Supervised::start(&shell(script)).unwrap();
    says(&running, "ready").await;
    let end = running.stop(GRACE).await;
    assert!(end.to_string().starts_with("signal 9 (SIGKILL)"), "{end}");
}

/// In the group, in a session of its own, with a parent that has ended, without our pipe, without
/// our environment.
#[tokio::test]
async fn what_is_left_behind_is_ended() {
    for child in [
        "sleep 1000 & echo $!",
        "setsid sh -c 'echo $$; exec sleep 1000' &",
        "setsid sh -c 'sleep 1000 & echo $!' & wait",
        "sleep 1000 >/dev/null 2>&1 </dev/null & echo $!",
        "env -i setsid sh -c 'echo $$; exec sleep 1000' &",
    ] {
        let script = format!("{child}\nsleep 0.2; exit 4");
        let mut running = Supervised::start(&shell(&script)).unwrap();
        let end = running.ended().await;
        assert_eq!(end.left(), 1, "{child}: {end}");
        let pid = text(&running);
        assert!(!is_alive(&pid), "{child}: {pid}");
    }
}

#[tokio::test]
async fn a_child_without_environment_is_ended_with_its_parent() {
    let script = "env -i setsid sh -c 'echo $$; exec sleep 1000' & wait";
    let mut running = Supervised::start(&shell(script)).unwrap();
    says(&running, "\n").await;
    let pid = text(&running);
    assert!(is_alive(&pid), "{pid}");
    // the group does not hold it; the tree does, as long as it is looked at before it falls
    running.kill().await;
    assert!(!is_alive(&pid), "{pid}");
}

#[tokio::test]
async fn nothing_outlives_the_handle() {
    let script = "setsid sh -c 'echo $$; exec sleep 1000' & sleep 1000";
    let running = Supervised::start(&shell(script)).unwrap();
    says(&running, "\n").await;
    let pid = text(&running);
    assert!(is_alive(&pid), "{pid}");
    drop(running);
    assert!(!is_alive(&pid), "{pid}");
}

#[tokio::test]
async fn a_flood_is_thrown_away() {
    let mut running = Supervised::start(&shell("echo begin; exec yes flood")).unwrap();
    says(&running, "left out").await;
    running.kill().await;
    let kept = running.output();
    assert!(kept.starts_with(b"begin\nflood\n"));
    assert!(kept.len() < 600 * 1024, "{}", kept.len());
}

#[tokio::test]
async fn pipes_are_given_on() {
    use std::io::{Read as _, Write as _};
    let (mut running, mut pipes) = Supervised::start_with_pipes(&shell("cat; echo e >&2")).unwrap();
    pipes.input.write_all(b"hello").unwrap();
    drop(pipes.input);
    let mut text = String::new();
    pipes.output.read_to_string(&mut text).unwrap();
    assert_eq!(text, "hello");
    running.ended().await;
    assert_eq!(running.output(), b"e\n");
}

#[tokio::test]
async fn commands_have_their_time() {
    let (end, output) = complete(&shell("echo x"), SOON).await.unwrap();
    assert!(end.is_success());
    assert_eq!(output, b"x\n");
    let late = complete(&shell("sleep 1000"), GRACE).await.unwrap_err();
    assert_eq!(late.to_string(), "sh: expected its end within 0.3 s");
}
