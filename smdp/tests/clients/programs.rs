// SPDX-License-Identifier: MIT OR Apache-2.0
//! The clients, and where they come from.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Program {
    /// curl with OpenSSL.
    Curl,
    /// libcurl with GnuTLS, by Python: `pycurl_client.py`.
    CurlGnuTls,
    /// gnutls-cli.
    GnuTls,
    /// mbedTLS, by the Neko virtual machine: `mbedtls.neko`.
    MbedTls,
    /// openssl s_client.
    OpenSsl,
    /// Python's http.client and ssl: `client.py`.
    Python,
    /// wget with GnuTLS.
    Wget,
}

impl Program {
    /// Debian's package with it.
    fn package(self) -> &'static str {
        match self {
            Self::Curl => "curl",
            Self::CurlGnuTls => "python3-pycurl",
            Self::GnuTls => "gnutls-bin",
            Self::MbedTls => "neko",
            Self::OpenSsl => "openssl",
            Self::Python => "python3",
            Self::Wget => "wget",
        }
    }

    /// Its command; nothing where it is not installed, which CI does not accept. `scratch` is a
    /// folder for what has to be compiled.
    pub(crate) fn command(self, scratch: &Path) -> Option<Command> {
        let words = match self {
            Self::Curl => installed("curl", "--version", "OpenSSL"),
            Self::CurlGnuTls => {
                let script = format!("{}/pycurl_client.py", folder().display());
                // a Python beside Debian's does not have Debian's modules
                let pythons = ["python3", "/usr/bin/python3"].into_iter();
                let mut pythons = pythons.filter_map(|python| {
                    let words =
                        installed(python, "-cimport pycurl; print(pycurl.version)", "GnuTLS")?;
                    Some([words, vec![script.clone()]].concat())
                });
                pythons.next()
            }
            Self::GnuTls => installed("gnutls-cli", "--version", ""),
            Self::MbedTls => compiled(scratch),
            Self::OpenSsl => installed("openssl", "version", "").map(|mut words| {
                words.push("s_client".to_owned());
                words
            }),
            Self::Python => installed("python3", "--version", "").map(|mut words| {
                words.push(format!("{}/client.py", folder().display()));
                words
            }),
            Self::Wget => installed("wget", "--version", "gnutls"),
        };
        let Some(words) = words else {
            let package = self.package();
            assert!(std::env::var_os("CI").is_none(), "expected {package}");
            eprintln!("left out: {self:?} is missing (package {package})");
            return None;
        };
        // a client that waits for ever is a failure, not the end of the test run
        let mut command = Command::new("timeout");
        command.arg("60").args(words);
        command.env("LC_ALL", "C").env_remove("HTTPS_PROXY");
        command.env_remove("https_proxy").env_remove("ALL_PROXY");
        command.env_remove("all_proxy");
        Some(command)
    }
}

/// Where this test has its scripts.
fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../smdp/tests/clients")
}

/// A program, when it answers `ask` with something that has `text`.
fn installed(program: &str, ask: &str, text: &str) -> Option<Vec<String>> {
    let output = Command::new(program).arg(ask).stdin(Stdio::null()).output();
    let output = output.ok().filter(|output| output.status.success())?;
    let says = String::from_utf8_lossy(&output.stdout);
    says.contains(text).then(|| vec![program.to_owned()])
}

/// The client with mbedTLS, compiled.
fn compiled(scratch: &Path) -> Option<Vec<String>> {
    installed("neko", "-version", "")?;
    let module = scratch.join("mbedtls.n");
    if !module.exists() {
        std::fs::copy(folder().join("mbedtls.neko"), scratch.join("mbedtls.neko")).unwrap();
        let status = Command::new("nekoc")
            .arg(scratch.join("mbedtls.neko"))
            .status();
        assert!(status.is_ok_and(|status| status.success()), "nekoc");
    }
    Some(vec!["neko".to_owned(), module.to_str().unwrap().to_owned()])
}
