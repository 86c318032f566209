// SPDX-License-Identifier: MIT OR Apache-2.0
//! HTTP of every version by clients that have it (SGP.22 §6.2): connections that are kept and
//! closed, bodies in chunks, headers as peers write them.

use crate::programs::Program::{Curl, CurlGnuTls, Python, Wget};
use crate::table::{Row, check};
use crate::world::World;

const fn curl(arguments: &'static [&'static str], says: &'static [&'static str]) -> Row {
    Row::new(Curl, arguments, says)
}

/// A request of an LPA, by the address of the listener.
const LPA: [&str; 11] = [
    "--silent",
    "--show-error",
    "--include",
    "--cacert",
    "{ca}",
    "--user-agent",
    "gsma-rsp-lpad",
    "--header",
    "Content-Type: application/json;charset=UTF-8",
    "--header",
    "X-Admin-Protocol: gsma/rsp/v2.5.0",
];
const URL: &str = "https://{nist}{path}";
const DONE: &str = "\"status\":\"Executed-Success\"";

#[test]
fn curl_speaks_every_version() {
    const CBC: &str = "ECDHE-ECDSA-AES128-SHA256";
    let rows = [
        curl(&["--http1.0", URL], &["HTTP/1.0 200 OK", DONE]),
        curl(
            &["--http1.0", "-H", "Connection: keep-alive", URL, URL],
            &["connection: keep-alive", DONE],
        ),
        curl(
            &["--http1.0", "--no-alpn", "-H", "Host:", URL],
            &["HTTP/1.0 200 OK", DONE],
        ),
        curl(&["--http1.1", URL], &["HTTP/1.1 200 OK", DONE]),
        curl(&["--http1.1", "--no-alpn", URL], &["HTTP/1.1 200 OK", DONE]),
        curl(
            &["--http1.1", "-H", "Connection: close", URL],
            &["connection: close", DONE],
        ),
        curl(
            &["--http1.1", "-H", "Transfer-Encoding: chunked", URL],
            &["HTTP/1.1 200 OK", DONE],
        ),
        curl(
            &["--http1.1", "-H", "Expect: 100-continue", URL],
            &["HTTP/1.1 100 Continue", "HTTP/1.1 200 OK", DONE],
        ),
        curl(
            &["--http1.1", "--request-target", URL, URL],
            &["HTTP/1.1 200 OK", DONE],
        ),
        curl(&["--http2", URL], &["HTTP/2 200", DONE]),
        curl(&["--http2-prior-knowledge", URL], &["HTTP/2 200", DONE]),
        curl(&["--http2", "--tls-max", "1.2", URL], &["HTTP/2 200", DONE]),
        curl(
            &["--http1.1", "--tls-max", "1.2", "--ciphers", CBC, URL],
            &["HTTP/1.1 200 OK", DONE],
        ),
        curl(
            &["--http2", "--tls-max", "1.2", "--ciphers", CBC, URL],
            &["HTTP/2 200", DONE],
        ),
        curl(&["--http2", "--no-alpn", URL], &["HTTP/1.1 200 OK", DONE]),
        curl(
            &["--http2", "-H", "Expect: 100-continue", URL],
            &["HTTP/2 200", DONE],
        ),
    ];
    let common = [&LPA[..], &["--data-binary", "@{body}"]].concat();
    check(&World::seeded(), &common, &rows);
}

#[test]
fn curl_keeps_and_closes_connections() {
    const COUNT: [&str; 2] = ["--write-out", "[%{num_connects} new]"];
    let rows = [
        curl(&["--http1.1", URL, URL], &["[1 new]", "[0 new]"]),
        curl(&["--http2", URL, URL], &["[1 new]", "[0 new]"]),
        curl(
            &["--http1.0", "-H", "Connection: keep-alive", URL, URL],
            &["[1 new]", "[0 new]"],
        ),
        Row {
            never: &["[0 new]"],
            ..curl(
                &["--http1.0", "-H", "Connection: close", URL, URL],
                &["[1 new]"],
            )
        },
        Row {
            never: &["[0 new]"],
            ..curl(
                &["--http1.1", "-H", "Connection: close", URL, URL],
                &["[1 new]"],
            )
        },
    ];
    let common = [&LPA[..], &COUNT, &["--data-binary", "@{body}"]].concat();
    check(&World::seeded(), &common, &rows);
}

/// Headers as devices write them (SGP.22 §6.2, §6.5.1).
#[test]
fn curl_with_headers_of_devices() {
    const REFUSED: &str = "\"subjectCode\":\"8.8.3\",\"reasonCode\":\"3.1\"";
    let media_types = [
        curl(&["-H", "Content-Type: application/json"], &[DONE]),
        curl(
            &["-H", "Content-Type: Application/JSON ; charset=utf-8"],
            &[DONE],
        ),
        curl(
            &["-H", "content-TYPE: application/json;charset=\"UTF-8\""],
            &[DONE],
        ),
        curl(&["-H", "Content-Type:"], &[DONE]),
        curl(&["-H", "Content-Type: text/plain"], &[" 415"]),
    ];
    let others = [
        Row {
            // an answer is never compressed, whoever asks for it
            never: &["content-encoding"],
            ..curl(&["--compressed"], &[DONE])
        },
        curl(&["-H", "User-Agent:"], &[DONE]),
        curl(&["-H", "User-Agent: gsma-rsp-ipad"], &[DONE]),
        curl(&["-H", "X-Admin-Protocol: gsma/rsp/v2.2.0"], &[DONE]),
        curl(&["-H", "x-admin-protocol: gsma/rsp/v2.1.0"], &[DONE]),
        curl(&["-H", "X-ADMIN-PROTOCOL: gsma/rsp/v2.6.1"], &[DONE]),
        curl(&["-H", "X-Admin-Protocol: gsma/rsp/v3.0.0"], &[REFUSED]),
        curl(&["-H", "X-Admin-Protocol: v2.1.0"], &[REFUSED]),
        curl(&["-H", "Accept: application/json"], &[DONE]),
        curl(&["-H", "Accept: text/html"], &[DONE]),
        curl(&["-H", "Cookie: a=b"], &[DONE]),
        curl(&["-H", "X-Long: {long}"], &[DONE]),
    ];
    let world = World::seeded();
    for version in ["--http1.1", "--http2"] {
        let common = [
            "-sS",
            "--include",
            "--cacert",
            "{ca}",
            version,
            "--data-binary",
            "@{body}",
            URL,
        ];
        check(&world, &common, &media_types);
        let json = ["-H", "Content-Type: application/json"];
        check(&world, &[&common[..], &json].concat(), &others);
    }
}

/// ES2+ and ES12, where a server or operator shows a certificate (SGP.22 §6.1).
#[test]
fn curl_with_a_client_certificate() {
    const ES2: &str = "https://{closed}/gsma/rsp2/es2plus/downloadOrder";
    const ES12: &str = "https://{closed}/gsma/rsp2/es12/registerEvent";
    const OWN: [&[&str]; 4] = [
        &["--cert", "{own}", "--key", "{own-key}", ES2],
        &["--cert", "{own}", "--key", "{own-key}", ES12],
        &[
            "--cert",
            "{own}",
            "--key",
            "{own-key}",
            "--tls-max",
            "1.2",
            ES2,
        ],
        &["--cert", "{own}", "--key", "{own-key}", "--http1.1", ES12],
    ];
    const FAILED: &str = "\"status\":\"Failed\"";
    let rows = [
        curl(OWN[0], &["HTTP/2 200", FAILED]),
        curl(OWN[1], &["HTTP/2 200", FAILED]),
        curl(OWN[2], &["HTTP/2 200", FAILED]),
        curl(OWN[3], &["HTTP/1.1 200 OK", FAILED]),
        curl(&[ES2], &["certificate required"]),
        curl(&["--tls-max", "1.2", ES12], &["certificate required"]),
        // nobody may ask here, with whatever certificate
        curl(
            &[
                "--cert",
                "{own}",
                "--key",
                "{own-key}",
                "https://{closed}{path}",
            ],
            &[" 404"],
        ),
    ];
    let common = [&LPA[..], &["--data-binary", "{}"]].concat();
    check(&World::seeded(), &common, &rows);
}

#[test]
fn wget_posts() {
    let wget = |arguments, says| Row::new(Wget, arguments, says);
    let rows = [
        wget(&["{nist}"], &["HTTP/1.1 200 OK", DONE]),
        wget(
            &["--secure-protocol=TLSv1_2", "{nist}"],
            &["HTTP/1.1 200 OK", DONE],
        ),
        wget(
            &["--secure-protocol=TLSv1_3", "{nist}"],
            &["HTTP/1.1 200 OK", DONE],
        ),
        wget(
            &["--no-http-keep-alive", "{nist}"],
            &["connection: close", DONE],
        ),
        wget(
            &["--ca-certificate={brainpool-ca}", "{nist}"],
            &["is not trusted"],
        ),
    ];
    let world = World::seeded();
    for row in rows {
        let (url, arguments) = row.arguments.split_last().unwrap();
        let url = format!("https://{url}{{path}}");
        const POST: [&str; 7] = [
            "--server-response",
            "--no-verbose",
            "--output-document=-",
            "--tries=1",
            "--post-file={body}",
            "--header=Content-Type: application/json",
            "--ca-certificate={ca}",
        ];
        let common = [&POST[..], &[url.as_str()]].concat();
        check(&world, &common, &[Row { arguments, ..row }]);
    }
}

#[test]
fn libcurl_with_gnutls_speaks_every_version() {
    let curl = |arguments, says| Row::new(CurlGnuTls, arguments, says);
    let rows = [
        curl(
            &["HTTP_VERSION=CURL_HTTP_VERSION_1_0"],
            &["HTTP/1.0 200 new connections 1", DONE],
        ),
        curl(
            &["HTTP_VERSION=CURL_HTTP_VERSION_1_1"],
            &["HTTP/1.1 200 new connections 0", DONE],
        ),
        curl(
            &["HTTP_VERSION=CURL_HTTP_VERSION_2TLS"],
            &["HTTP/2 200 new connections 0", DONE],
        ),
    ];
    check(&World::seeded(), &[URL, "{ca}", "{body}"], &rows);
}

#[test]
fn python_in_every_manner() {
    const FOR: [&str; 5] = ["{nist}", "smdp1.test.example", "{ca}", "{path}", "{body}"];
    let python = |arguments, says| Row::new(Python, arguments, says);
    let rows = [
        python(
            &["usual"],
            &["HTTP/1.1 200", DONE, "stays open", "will close"],
        ),
        python(&["chunked"], &["HTTP/1.1 200", DONE]),
        python(&["slow"], &["HTTP/1.1 200", DONE]),
        python(&["half_closed"], &["HTTP/1.1 200", DONE]),
        // refused for what they are, and for their size
        python(&["large"], &["HTTP/1.1 400", "HTTP/1.1 413"]),
    ];
    let world = World::seeded();
    for row in rows {
        let common = [row.arguments, &FOR].concat();
        check(
            &world,
            &common,
            &[Row {
                arguments: &[],
                ..row
            }],
        );
    }
}
