// SPDX-License-Identifier: MIT OR Apache-2.0
//! A broken program with what is needed to see that nothing of it is left.

use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use certs::Pki;
use harness::case::Case;
use harness::collect::collect;
use harness::fixture::Fixtures;
use harness::run::{Outcome, RunOptions, run_case};
use harness::under_test::Description;

/// The case that all of them are given.
const CASE: &str = "ipa/data-request/nominal";

/// How long a port may take to be closed.
const PATIENCE: Duration = Duration::from_secs(20);

/// What a description needs to have for that case.
const GOOD: &str = r#"
role = "ipa"
options = ["esipa-https", "direct-download", "euicc-package", "ipa-euicc-data", "rollback"]
start = ["{harness}", "ipa", "poll", "--card", "tcp:{card}", "--resolve", "{resolve}", "--dialect", "1.2"]
"#;

/// A case and what it is run with.
pub(crate) struct Bench {
    case: Case,
    options: RunOptions,
}

impl Bench {
    pub(crate) fn new() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../testcases");
        let found = collect(&root).unwrap();
        let mut found = found.into_iter().filter(|found| found.id == CASE);
        let case = found.next().unwrap().case.unwrap();
        let pki = Arc::new(Pki::seeded(1).unwrap());
        let options = RunOptions::built_in(1, pki, Fixtures::new(&root));
        Self { case, options }
    }

    pub(crate) async fn run(&self, description: Description) -> Outcome {
        let mut options = self.options.clone();
        options.timeout = Duration::from_secs_f64(description.timeout);
        options.under_test = Some(Arc::new(description));
        Box::pin(run_case(&self.case, &options)).await
    }

    /// The case with a program that is as it should be.
    pub(crate) async fn good(&self) -> Outcome {
        self.run(Description::parse(GOOD).unwrap()).await
    }
}

/// A broken program: a script.
pub(crate) struct Broken {
    bench: Bench,
    pub(crate) description: Description,
    place: tempfile::TempDir,
}

impl Broken {
    /// One that does not end by itself: it has a second.
    pub(crate) fn endless(script: &str) -> Self {
        let mut broken = Self::new(script);
        broken.description.timeout = 1.0;
        broken.description.start_timeout = 1.0;
        broken
    }

    /// One that ends by itself, and has the time for it on a machine with much to do.
    pub(crate) fn new(script: &str) -> Self {
        let place = tempfile::tempdir().unwrap();
        let text = r#"
            role = "ipa"
            options = ["esipa-https", "direct-download", "euicc-package", "ipa-euicc-data", "rollback"]
            start = ["bash", "-c", "", "{resolve}"]
            env.CARD = "{card}"
        "#;
        let mut description = Description::parse(text).unwrap();
        let told = "echo $$ >>$PLACE/pids; echo $CARD >>$PLACE/ports; pwd >>$PLACE/folders";
        let script = format!("{told}; {script}");
        *description.start.get_mut(2).unwrap() = script;
        let path = place.path().to_string_lossy().into_owned();
        description.env.insert("PLACE".to_owned(), path);
        Self {
            bench: Bench::new(),
            description,
            place,
        }
    }

    pub(crate) async fn run(&self) -> Outcome {
        self.bench.run(self.description.clone()).await
    }

    /// Asserts that no process, no port and no folder is left.
    pub(crate) async fn is_gone(&self) {
        let pids = self.lines("pids");
        assert!(!pids.is_empty());
        for pid in pids {
            let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
            assert!(stat.is_empty() || stat.contains(") Z "), "left: {stat}");
        }
        for address in self.lines("ports") {
            let begin = Instant::now();
            // another test may have been given the same port for a moment
            while TcpStream::connect(&address).is_ok() {
                assert!(begin.elapsed() < PATIENCE, "{address} is still served");
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
        for folder in self.lines("folders") {
            assert!(!PathBuf::from(&folder).exists(), "{folder} is left");
        }
    }

    fn lines(&self, name: &str) -> Vec<String> {
        let text = std::fs::read_to_string(self.place.path().join(name)).unwrap();
        text.lines().map(str::to_owned).collect()
    }
}
