// SPDX-License-Identifier: MIT OR Apache-2.0
//! Handshakes by GnuTLS and mbedTLS (SGP.22 §2.6.6, §6.1).

use crate::programs::Program::{CurlGnuTls, GnuTls, MbedTls};
use crate::table::{Row, check};
use crate::world::World;

const fn gnutls(arguments: &'static [&'static str], says: &'static [&'static str]) -> Row {
    Row::new(GnuTls, arguments, says)
}

#[test]
fn gnutls_priorities() {
    const TRUSTED: &str = "- Status: The certificate is trusted.";
    const REFUSED: &str = "Received alert [40]: Handshake failed";
    const TOO_OLD: &str = "Received alert [70]: Error in protocol version";
    let rows = [
        gnutls(&["--priority", "NORMAL"], &[TRUSTED, "(TLS1.3-X.509)"]),
        gnutls(
            &["--priority", "NORMAL:-VERS-ALL:+VERS-TLS1.2"],
            &[TRUSTED, "(TLS1.2-X.509)"],
        ),
        gnutls(
            &["--priority", "NORMAL:-VERS-ALL:+VERS-TLS1.3"],
            &[TRUSTED, "(TLS1.3-X.509)"],
        ),
        gnutls(&["--priority", "NORMAL:-VERS-ALL:+VERS-TLS1.1"], &[TOO_OLD]),
        gnutls(&["--priority", "LEGACY:-VERS-ALL:+VERS-TLS1.0"], &[TOO_OLD]),
        gnutls(
            &[
                "--priority",
                "NORMAL:-VERS-ALL:+VERS-TLS1.2:-CIPHER-ALL:+AES-128-GCM",
            ],
            &[TRUSTED, "(AES-128-GCM)"],
        ),
        gnutls(
            &[
                "--priority",
                "NORMAL:-VERS-ALL:+VERS-TLS1.2:-CIPHER-ALL:+AES-256-GCM",
            ],
            &[TRUSTED, "(AES-256-GCM)"],
        ),
        gnutls(
            &[
                "--priority",
                "NORMAL:-VERS-ALL:+VERS-TLS1.2:-CIPHER-ALL:+AES-128-CBC:-MAC-ALL:+SHA256",
            ],
            &[TRUSTED, "(AES-128-CBC)-(SHA256)"],
        ),
        gnutls(
            &["--priority", "SUITEB128"],
            &[TRUSTED, "(ECDHE-SECP256R1)"],
        ),
        gnutls(
            &["--priority", "NORMAL:-GROUP-ALL:+GROUP-SECP384R1"],
            &[TRUSTED],
        ),
        gnutls(
            &["--priority", "NORMAL:-GROUP-ALL:+GROUP-X25519"],
            &[TRUSTED],
        ),
        gnutls(
            &["--priority", "NORMAL:-GROUP-ALL:+GROUP-FFDHE2048"],
            &[REFUSED],
        ),
        gnutls(
            &["--priority", "NORMAL:-KX-ALL:+RSA:-VERS-ALL:+VERS-TLS1.2"],
            &[REFUSED],
        ),
        Row {
            never: &["This is a resumed session"],
            ..gnutls(
                &["--resume"],
                &[TRUSTED, "trying to resume previous session"],
            )
        },
        gnutls(&["--alpn", "h2"], &[TRUSTED, "Application protocol: h2"]),
    ];
    const COMMON: &[&str] = &[
        "--x509cafile",
        "{ca}",
        "--sni-hostname",
        "smdp1.test.example",
    ];
    const WHERE: &[&str] = &[
        "--verify-hostname",
        "smdp1.test.example",
        "127.0.0.1",
        "-p",
        "{nist.port}",
    ];
    check(&World::seeded(), &[COMMON, WHERE].concat(), &rows);
}

#[test]
fn libcurl_with_gnutls() {
    const URL: [&str; 2] = [
        "https://127.0.0.1:{nist.port}{path}",
        "https://127.0.0.1:{tls12.port}{path}",
    ];
    const DONE: &str = "\"status\":\"Executed-Success\"";
    let curl = |arguments, says| Row::new(CurlGnuTls, arguments, says);
    let rows = [
        curl(
            &[URL[0], "{ca}", "{body}", "SSLVERSION=SSLVERSION_TLSv1_2"],
            &["HTTP/2 200", DONE],
        ),
        curl(
            &[URL[0], "{ca}", "{body}", "SSLVERSION=SSLVERSION_TLSv1_3"],
            &["HTTP/2 200", DONE],
        ),
        curl(&[URL[1], "{ca}", "{body}"], &["HTTP/2 200", DONE]),
        curl(
            &[URL[1], "{ca}", "{body}", "SSLVERSION=SSLVERSION_TLSv1_3"],
            &["error (35,"],
        ),
        curl(&[URL[0], "{brainpool-ca}", "{body}"], &["error (60,"]),
    ];
    check(&World::seeded(), &[], &rows);
}

/// mbedTLS reads no certificate with a critical certificatePolicies unless its caller takes care of
/// that, as the CI's of SGP.26 have it; under another CA it works.
#[test]
fn mbedtls() {
    const ASK: &str = "POST {path} HTTP/1.1\r\nHost: web.test.example\r\nContent-Length: 2\r\n\
                       Connection: close\r\n\r\n{}";
    let asks = |arguments, says| Row {
        input: ASK,
        ..Row::new(MbedTls, arguments, says)
    };
    let rows = [
        asks(
            &["127.0.0.1", "{files.port}", "web.test.example", "{web-ca}"],
            &["HTTP/1.1 200 OK", "\"status\":\"Failed\""],
        ),
        asks(
            &[
                "127.0.0.1",
                "{files.port}",
                "other.test.example",
                "{web-ca}",
            ],
            &["handshake: "],
        ),
        asks(
            &["127.0.0.1", "{nist.port}", "smdp1.test.example", "{web-ca}"],
            &["handshake: "],
        ),
        asks(
            &["127.0.0.1", "{nist.port}", "smdp1.test.example", "{ca}"],
            &["X509 - Unavailable feature"],
        ),
    ];
    check(&World::seeded(), &[], &rows);
}
