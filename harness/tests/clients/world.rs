// SPDX-License-Identifier: MIT OR Apache-2.0
//! A running `harness eim serve`, and the files that its clients need.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use certs::{Overwrite, Pki, TEST_EID};

use crate::table::filled;

/// An eIM, until the end of the test.
pub(crate) struct World {
    eim: Child,
    folder: tempfile::TempDir,
    /// Texts for the words of tables.
    words: Vec<(&'static str, String)>,
}

impl Drop for World {
    fn drop(&mut self) {
        // it may have ended already
        drop(self.eim.kill());
        drop(self.eim.wait());
    }
}

impl World {
    /// An eIM without orders, of the PKI of seed 1.
    pub(crate) fn new(eim_id: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        certs::export(&Pki::seeded(1).unwrap(), path("pki"), Overwrite::No).unwrap();
        let poll = [&[0xBF, 0x4F, 0x12, 0x5A, 0x10], &TEST_EID[..]].concat();
        std::fs::write(path("poll.der"), poll).unwrap();
        let json = format!("{{\"eidValue\":\"{}\"}}", hex::encode(TEST_EID));
        std::fs::write(path("poll.json"), json).unwrap();
        std::fs::write(path("large"), vec![b'x'; 3_000_000]).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_harness"));
        command.args([
            "eim",
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--eim-id",
            eim_id,
        ]);
        command.stdout(Stdio::piped()).stderr(Stdio::null());
        let mut eim = command.env_remove("RUST_LOG").spawn().unwrap();
        let mut lines = BufReader::new(eim.stdout.take().unwrap()).lines();
        let line = lines.next().unwrap().unwrap();
        let (_, url) = line.split_once("https://").unwrap();
        let (address, path_of_url) = url.split_once('/').unwrap();
        let (_, port) = address.rsplit_once(':').unwrap();
        let text = |name: &str| path(name).to_str().unwrap().to_owned();
        let words = vec![
            ("eim", address.to_owned()),
            ("eim.port", port.to_owned()),
            ("path", format!("/{path_of_url}")),
            ("ca", text("pki/CertificateIssuer/CERT_CI_ECDSA_NIST.pem")),
            ("poll", text("poll.der")),
            ("json", text("poll.json")),
            ("large", text("large")),
        ];
        Self { eim, folder, words }
    }

    /// Where its files are.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// A text with what its words, in braces, stand for.
    pub(crate) fn fill(&self, text: &str) -> String {
        filled(&self.words, text)
    }
}
