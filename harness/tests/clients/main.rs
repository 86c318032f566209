// SPDX-License-Identifier: MIT OR Apache-2.0
//! The mock eIM as a process, and clients that nobody here wrote, on ESipa (SGP.32 §6.1). The tables
//! are those of the SM-DP+'s test of the same name.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

#[path = "../../../smdp/tests/clients/programs.rs"]
mod programs;
#[path = "../../../smdp/tests/clients/table.rs"]
mod table;
mod world;

use programs::Program::{Curl, CurlGnuTls, GnuTls, MbedTls, OpenSsl, Python, Wget};
use table::{Row, check};
use world::World;

/// The answer to a poll of an eIM without orders: noEimPackageAvailable (SGP.32 §6.3.2.1).
const IDLE: &str = "O\u{3}\u{2}\u{1}\u{1}";
/// The same in JSON.
const NOTHING: &str = "\"subjectCode\":\"8.1.1\",\"reasonCode\":\"3.7\"";
const MEDIA_TYPE: &str = "Content-Type: application/x-gsma-rsp-asn1";
const URL: &str = "https://eim1.test.example{path}";

#[test]
fn handshakes() {
    const SNI: [&str; 2] = ["-servername", "eim1.test.example"];
    const VERIFY: [&str; 5] = [
        "-CAfile",
        "{ca}",
        "-verify_return_error",
        "-verify_hostname",
        "eim1.test.example",
    ];
    const OK: &str = "Verify return code: 0 (ok)";
    let openssl = |arguments, says| Row::new(OpenSsl, arguments, says);
    let rows = [
        openssl(&["-tls1_2"], &["New, TLSv1.2", OK]),
        openssl(&["-tls1_3"], &["New, TLSv1.3", OK]),
        openssl(
            &["-tls1_1", "-cipher", "ALL:@SECLEVEL=0"],
            &["alert protocol version"],
        ),
        openssl(&["-groups", "P-256"], &["ECDH, prime256v1", OK]),
        openssl(&["-groups", "P-521"], &["alert handshake failure"]),
        openssl(
            &["-tls1_2", "-sigalgs", "ECDSA+SHA384"],
            &["alert handshake failure"],
        ),
        openssl(&["-alpn", "h2,http/1.1"], &["ALPN protocol: http/1.1", OK]),
        openssl(&["-alpn", "http/1.0"], &["ALPN protocol: http/1.0", OK]),
        openssl(&["-servername", "other.test.example"], &[OK]),
        openssl(&["-noservername"], &[OK]),
        Row {
            input: "R\n",
            stays: true,
            ..openssl(&["-tls1_2"], &["no renegotiation"])
        },
    ];
    let world = World::new("eim1.test.example");
    let common = [&["-connect", "{eim}"], &SNI[..], &VERIFY].concat();
    let named: Vec<_> = rows
        .iter()
        .filter(|row| row.arguments != ["-noservername"])
        .copied()
        .collect();
    check(&world, &common, &named);
    let common = [&["-connect", "{eim}"], &VERIFY[..]].concat();
    check(&world, &common, &rows);
    let trusted = &["The certificate is trusted."];
    let gnutls = ["--x509cafile", "{ca}", "--verify-hostname", "localhost"];
    let gnutls = [&gnutls[..], &["127.0.0.1", "-p", "{eim.port}"]].concat();
    check(&world, &gnutls, &[Row::new(GnuTls, &[], trusted)]);
}

#[test]
fn polls_in_every_version_of_http() {
    let curl = |arguments, says| Row::new(Curl, arguments, says);
    let rows = [
        curl(&["--http1.0", URL], &["HTTP/1.0 200 OK", IDLE]),
        curl(&["--http1.1", URL], &["HTTP/1.1 200 OK", IDLE]),
        curl(
            &["--http1.1", "-H", "Connection: close", URL],
            &["connection: close", IDLE],
        ),
        curl(
            &["--http1.1", "-H", "Transfer-Encoding: chunked", URL],
            &["HTTP/1.1 200 OK", IDLE],
        ),
        curl(
            &["--http1.1", "-H", "Expect: 100-continue", URL],
            &["HTTP/1.1 100 Continue", "HTTP/1.1 200 OK", IDLE],
        ),
        curl(
            &["--http1.1", "-w", "[%{num_connects} new]", URL, URL],
            &["[1 new]", "[0 new]", IDLE],
        ),
        curl(&["--http2", URL], &["HTTP/1.1 200 OK", IDLE]),
        curl(
            &["--http2-prior-knowledge", URL],
            &["HTTP/1.1 200 OK", IDLE],
        ),
        curl(&["--compressed", URL], &["HTTP/1.1 200 OK", IDLE]),
        curl(&["https://localhost{path}"], &["HTTP/1.1 200 OK", IDLE]),
        curl(
            &["https://EIM1.test.example.{path}"],
            &["HTTP/1.1 200 OK", IDLE],
        ),
        curl(
            &["https://127.0.0.1{path}"],
            &["no alternative certificate subject name matches"],
        ),
    ];
    let world = World::new("eim1.test.example");
    const POST: [&str; 12] = [
        "-sS",
        "--include",
        "--connect-to",
        "::{eim}",
        "--cacert",
        "{ca}",
        "--user-agent",
        "gsma-rsp-ipad",
        "--header",
        MEDIA_TYPE,
        "--data-binary",
        "@{poll}",
    ];
    check(&world, &POST, &rows);
}

/// An eIM whose identifier is an address, in the JSON binding.
#[test]
fn other_clients() {
    const URL: &str = "https://{eim}/gsma/rsp2/esipa/getEimPackage";
    let world = World::new("127.0.0.1");
    let curl = Row::new(
        CurlGnuTls,
        &[URL, "{ca}", "{json}"],
        &["HTTP/1.1 200 new connections 0", NOTHING],
    );
    let wget = Row::new(
        Wget,
        &[
            "--server-response",
            "--output-document=-",
            "--tries=1",
            "--post-file={json}",
            "--header=Content-Type: application/json;charset=UTF-8",
            "--ca-certificate={ca}",
            URL,
        ],
        &["HTTP/1.1 200 OK", NOTHING],
    );
    // as towards an SM-DP+: a critical certificatePolicies is its caller's business
    let mbedtls = Row::new(
        MbedTls,
        &["127.0.0.1", "{eim.port}", "127.0.0.1", "{ca}"],
        &["X509 - Unavailable feature"],
    );
    check(&world, &[], &[curl, wget, mbedtls]);
    const FOR: [&str; 5] = [
        "{eim}",
        "127.0.0.1",
        "{ca}",
        "/gsma/rsp2/esipa/getEimPackage",
        "{json}",
    ];
    let python = |arguments, says| Row::new(Python, arguments, says);
    for row in [
        python(&["usual"], &["HTTP/1.1 200", NOTHING, "will close"]),
        python(&["chunked"], &["HTTP/1.1 200", NOTHING]),
        python(&["slow"], &["HTTP/1.1 200", NOTHING]),
        python(&["half_closed"], &["HTTP/1.1 200", NOTHING]),
        // refused for what they are, and for their size
        python(&["large"], &["HTTP/1.1 400", "HTTP/1.1 413"]),
    ] {
        let common = [row.arguments, &FOR].concat();
        let row = Row {
            arguments: &[],
            ..row
        };
        check(&world, &common, &[row]);
    }
}

/// The client gets the answer, whatever it still has to send.
#[test]
fn refusals() {
    let curl = |arguments, says| Row::new(Curl, arguments, says);
    let rows = [
        curl(&["-X", "GET", URL], &[" 405", "allow: POST"]),
        curl(&["--head", URL], &[" 405", "allow: POST"]),
        curl(&["-X", "OPTIONS", URL], &[" 405", "allow: POST"]),
        curl(
            &["--data-binary", "@{large}", "https://eim1.test.example/"],
            &[" 404"],
        ),
        curl(&["--data-binary", "@{large}", URL], &[" 415"]),
        curl(
            &["-H", MEDIA_TYPE, "--data-binary", "@{large}", URL],
            &[" 413"],
        ),
    ];
    let world = World::new("eim1.test.example");
    let common = ["-sS", "-i", "--connect-to", "::{eim}", "--cacert", "{ca}"];
    for version in ["--http1.0", "--http1.1"] {
        check(&world, &[&common[..], &[version]].concat(), &rows);
    }
}
