// SPDX-License-Identifier: MIT OR Apache-2.0
//! A running `smdp serve` with a listener of each kind, and the files that its clients need.

use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use certs::{Credential, Curve, Overwrite, Pki, Role};

use crate::initiate::initiate;
use crate::table::filled;

/// A listener by its name in tables, with what its configuration says.
const LISTENERS: [(&str, &str); 8] = [
    ("nist", ""),
    ("brainpool", "tls_certificate = \"brainpoolP256r1\""),
    ("tls12", "tls = [\"1.2\"]"),
    ("tls13", "tls = [\"1.3\"]"),
    ("both", "interfaces = [\"es9plus\", \"es11\"]"),
    ("smds", "interfaces = [\"es11\"]"),
    (
        "closed",
        "interfaces = [\"es2plus\", \"es12\"]\nclient_certificates = \"required\"",
    ),
    (
        "files",
        "tls_files = [{ chain = \"named.pem\", key = \"named.key\" }, { chain = \"web.pem\", key = \"web.key\" }]",
    ),
];

/// A server, until the end of the test.
pub(crate) struct World {
    server: Child,
    folder: tempfile::TempDir,
    /// Texts for the words of tables.
    words: Vec<(String, String)>,
}

impl Drop for World {
    fn drop(&mut self) {
        // it may have ended already
        drop(self.server.kill());
        drop(self.server.wait());
    }
}

impl World {
    /// The server of a PKI from a seed, with a listener of each kind.
    pub(crate) fn seeded() -> Self {
        let pki = Pki::seeded(1).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path();
        certs::export(&pki, path.join("pki"), Overwrite::No).unwrap();
        let named = pki.issue_tls(Role::DpTls, &["named.test.example"], Curve::NistP256);
        write_pem(path, "named", &named.unwrap());
        let own = pki.credential(Role::DpTls, Curve::NistP256).unwrap();
        write_pem(path, "own", own);
        make_web_ca(path);
        let configuration = configuration(&LISTENERS);
        let names = LISTENERS.map(|(name, _)| name);
        Self::start(folder, &configuration, &names, &pki)
    }

    /// A server with a configuration of its own, whose listeners have these names.
    pub(crate) fn start(
        folder: tempfile::TempDir,
        configuration: &str,
        listeners: &[&str],
        pki: &Pki,
    ) -> Self {
        let file = folder.path().join("smdp.toml");
        std::fs::write(&file, configuration).unwrap();
        std::fs::write(
            folder.path().join("body.json"),
            initiate(pki, "smdp1.test.example"),
        )
        .unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_smdp"));
        command
            .args(["serve", "--config"])
            .arg(&file)
            .env_remove("RUST_LOG");
        command.stdout(Stdio::piped()).stderr(Stdio::null());
        let mut server = command.spawn().unwrap();
        let mut lines = BufReader::new(server.stdout.take().unwrap()).lines();
        let mut words = Vec::new();
        for name in listeners {
            let line = lines.next().unwrap().unwrap();
            let address = line.strip_prefix("listening on ").unwrap();
            let address: SocketAddr = address.split(' ').next().unwrap().parse().unwrap();
            words.push(((*name).to_owned(), address.to_string()));
            words.push((format!("{name}.port"), address.port().to_string()));
        }
        let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
        for (word, file) in [
            ("ca", "pki/CertificateIssuer/CERT_CI_ECDSA_NIST.pem"),
            (
                "brainpool-ca",
                "pki/CertificateIssuer/CERT_CI_ECDSA_BRP.pem",
            ),
            ("web-ca", "ca.pem"),
            ("own", "own.pem"),
            ("own-key", "own.key"),
            ("body", "body.json"),
            ("folder", ""),
        ] {
            words.push((word.to_owned(), path(file)));
        }
        words.push(("long".to_owned(), "x".repeat(8000)));
        words.push(("path".to_owned(), PATH.to_owned()));
        Self {
            server,
            folder,
            words,
        }
    }

    /// Where its files are.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// A text with what its words stand for: `{nist}` for the address of that listener,
    /// `{nist.port}` for its port, `{ca}` for the certificate of the CI, `{body}` for a request.
    pub(crate) fn fill(&self, text: &str) -> String {
        filled(&self.words, text)
    }
}

/// Path of ES9+.InitiateAuthentication, and of ES11 (SGP.22 §6.5.2).
pub(crate) const PATH: &str = "/gsma/rsp2/es9plus/initiateAuthentication";

/// What all servers here are called by, and their listeners.
pub(crate) fn configuration(listeners: &[(&str, &str)]) -> String {
    let mut text = "address = \"smdp1.test.example\"\n\
                    also_accept = [\"Alias.test.example\", \"mapped.test.example:8443\"]\n"
        .to_owned();
    for (_, more) in listeners {
        let address = if more.contains("address =") {
            ""
        } else {
            "address = \"127.0.0.1:0\"\n"
        };
        writeln!(text, "[[listener]]\n{address}{more}").unwrap();
    }
    text
}

fn write_pem(folder: &Path, name: &str, credential: &Credential) {
    let write = |ending: &str, text: String| {
        std::fs::write(folder.join(format!("{name}.{ending}")), text).unwrap();
    };
    write("pem", credential.certificate_pem().unwrap());
    write("key", credential.key_pem().unwrap());
}

/// A CA by the rules of the web, and a certificate for `web.test.example` under it: `ca.pem`,
/// `web.pem` and `web.key`.
fn make_web_ca(folder: &Path) {
    let openssl = |arguments: &[&str]| {
        let mut command = Command::new("openssl");
        command.args("req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256".split(' '));
        command.args("-nodes -days 3650".split(' ')).args(arguments);
        let output = command.current_dir(folder).output().unwrap();
        assert!(output.status.success(), "{output:?}");
    };
    openssl(&["-subj", "/CN=Web CA", "-keyout", "ca.key", "-out", "ca.pem"]);
    let name = "subjectAltName=DNS:web.test.example";
    let of_ca = ["-CA", "ca.pem", "-CAkey", "ca.key", "-addext", name];
    let no_ca = ["-addext", "basicConstraints=critical,CA:FALSE"];
    let files = ["-subj", "/CN=Web", "-keyout", "web.key", "-out", "web.pem"];
    openssl(&[&of_ca[..], &no_ca, &files].concat());
}

/// The folder with the published set of SGP.26; nothing where it is not, which CI does not accept.
pub(crate) fn sgp26() -> Option<PathBuf> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/sgp26");
    if folder.is_dir() {
        return Some(folder);
    }
    let ci = std::env::var("CI").is_ok_and(|value| value == "true");
    assert!(!ci, "expected {}", folder.display());
    eprintln!("left out: no {}", folder.display());
    None
}
