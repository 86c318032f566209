// SPDX-License-Identifier: MIT OR Apache-2.0
//! By which names a server is reached: in SNI, in the URL and the certificate, and in smdpAddress.

use std::net::TcpListener;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use certs::{Overwrite, Pki};
use rsp::der;
use rsp::sgp22::ServerSigned1;

use crate::initiate::initiate;
use crate::programs::Program::{Curl, GnuTls, OpenSsl};
use crate::table::{Row, check};
use crate::world::{World, configuration};

const DONE: &str = "\"status\":\"Executed-Success\"";
const VERIFIED: &str = "Verify return code: 0 (ok)";

#[test]
fn openssl_asks_for_names() {
    let openssl = |arguments, says| Row::new(OpenSsl, arguments, says);
    const NIST: &[&str] = &["-connect", "{nist}", "-CAfile", "{ca}"];
    let rows = [
        openssl(&["-servername", "smdp1.test.example"], &[VERIFIED]),
        openssl(&["-servername", "SMDP1.Test.Example"], &[VERIFIED]),
        openssl(&["-servername", "smdp1.test.example."], &[VERIFIED]),
        openssl(&["-servername", "unknown.test.example"], &[VERIFIED]),
        openssl(&["-servername", "under_score.test.example"], &[VERIFIED]),
        openssl(&["-servername", "127.0.0.1"], &[VERIFIED]),
        openssl(&["-noservername"], &[VERIFIED]),
        // no name at all (RFC 6066 §3)
        openssl(
            &["-servername", "smdp1.test.example:8443"],
            &["alert illegal parameter"],
        ),
        openssl(&["-servername", "[::1]"], &["alert illegal parameter"]),
    ];
    let world = World::seeded();
    check(&world, &[NIST, &["-tls1_2"]].concat(), &rows);
    check(&world, &[NIST, &["-tls1_3"]].concat(), &rows);
}

/// SM-DP+ and SM-DS on one port, and certificates of several names in files: each client gets the
/// one for the name that it asks for, and the first when there is none.
#[test]
fn virtual_hosts() {
    let of = |program, arguments, says| Row::new(program, arguments, says);
    let rows = [
        of(
            OpenSsl,
            &[
                "-connect",
                "{both}",
                "-servername",
                "smdp1.test.example",
                "-CAfile",
                "{ca}",
                "-verify_return_error",
                "-verify_hostname",
                "smdp1.test.example",
            ],
            &["Verified peername: smdp1.test.example", VERIFIED],
        ),
        of(
            OpenSsl,
            &[
                "-connect",
                "{both}",
                "-servername",
                "smds1.test.example",
                "-CAfile",
                "{ca}",
                "-verify_return_error",
                "-verify_hostname",
                "smds1.test.example",
            ],
            &["Verified peername: smds1.test.example", VERIFIED],
        ),
        of(
            OpenSsl,
            &[
                "-connect",
                "{smds}",
                "-noservername",
                "-CAfile",
                "{ca}",
                "-verify_return_error",
                "-verify_hostname",
                "smds1.test.example",
            ],
            &["Verified peername: smds1.test.example", VERIFIED],
        ),
        of(
            OpenSsl,
            &[
                "-connect",
                "{files}",
                "-noservername",
                "-CAfile",
                "{ca}",
                "-verify_return_error",
                "-verify_hostname",
                "named.test.example",
            ],
            &["Verified peername: named.test.example", VERIFIED],
        ),
        of(
            OpenSsl,
            &[
                "-connect",
                "{files}",
                "-servername",
                "web.test.example",
                "-CAfile",
                "{web-ca}",
                "-verify_return_error",
                "-verify_hostname",
                "web.test.example",
            ],
            &["Verified peername: web.test.example", VERIFIED],
        ),
        of(
            GnuTls,
            &[
                "--x509cafile",
                "{ca}",
                "--sni-hostname",
                "smds1.test.example",
                "--verify-hostname",
                "smds1.test.example",
                "127.0.0.1",
                "-p",
                "{both.port}",
            ],
            &["The certificate is trusted."],
        ),
        of(
            GnuTls,
            &[
                "--x509cafile",
                "{web-ca}",
                "--sni-hostname",
                "web.test.example",
                "--verify-hostname",
                "web.test.example",
                "127.0.0.1",
                "-p",
                "{files.port}",
            ],
            &["The certificate is trusted."],
        ),
    ];
    check(&World::seeded(), &[], &rows);
}

#[test]
fn curl_calls_by_name_and_address() {
    const WRONG: &str = "no alternative certificate subject name matches target host name";
    let rows: &[(&str, &str, &str, &str)] = &[
        // name, listener, CA, what curl says
        ("smdp1.test.example", "nist", "{ca}", DONE),
        ("SMDP1.TEST.EXAMPLE", "nist", "{ca}", DONE),
        ("smdp1.test.example.", "nist", "{ca}", DONE),
        ("127.0.0.1", "nist", "{ca}", DONE),
        ("localhost", "nist", "{ca}", DONE),
        // what is accepted in smdpAddress is in the certificate
        ("alias.test.example", "nist", "{ca}", DONE),
        ("mapped.test.example", "nist", "{ca}", DONE),
        ("unknown.test.example", "nist", "{ca}", WRONG),
        ("smds1.test.example", "nist", "{ca}", WRONG),
        ("smdp1.test.example", "both", "{ca}", DONE),
        ("smds1.test.example", "both", "{ca}", "HTTP/2 200"),
        ("smds1.test.example", "smds", "{ca}", "HTTP/2 200"),
        ("127.0.0.1", "smds", "{ca}", "HTTP/2 200"),
        ("named.test.example", "files", "{ca}", DONE),
        ("web.test.example", "files", "{web-ca}", DONE),
        // this certificate has names only
        ("127.0.0.1", "files", "{ca}", WRONG),
        ("localhost", "files", "{ca}", WRONG),
        (
            "smdp1.test.example",
            "nist",
            "{web-ca}",
            "unable to get local issuer certificate",
        ),
    ];
    let world = World::seeded();
    for (name, listener, ca, says) in rows {
        let url = format!("https://{name}:{{{listener}.port}}{{path}}");
        let target = format!("::127.0.0.1:{{{listener}.port}}");
        let common = [
            "-sS",
            "--include",
            "--connect-to",
            &target,
            "--cacert",
            ca,
            &url,
            "--data-binary",
            "@{body}",
            "--header",
            "Content-Type: application/json",
        ];
        let printed = Row::new(Curl, &[], &[]).run(&world, &common);
        let says = printed
            .as_ref()
            .is_none_or(|printed| printed.contains(says));
        assert!(says, "{name} {listener}: {printed:?}");
    }
}

#[test]
fn an_ipv6_address_in_brackets() {
    if let Err(error) = TcpListener::bind("[::1]:0") {
        eprintln!("left out: this machine has no [::1] ({error})");
        return;
    }
    let pki = Pki::seeded(1).unwrap();
    let folder = tempfile::tempdir().unwrap();
    certs::export(&pki, folder.path().join("pki"), Overwrite::No).unwrap();
    let listeners = [("six", "address = \"[::1]:0\"")];
    let world = World::start(folder, &configuration(&listeners), &["six"], &pki);
    let common = [
        "-sS",
        "-g",
        "--cacert",
        "{ca}",
        "--data-binary",
        "@{body}",
        "https://{six}{path}",
    ];
    let json = ["--header", "Content-Type: application/json"];
    let rows = [
        Row::new(Curl, &["--http1.1"], &[DONE]),
        Row::new(Curl, &["--http2"], &[DONE]),
    ];
    check(&world, &[&common[..], &json].concat(), &rows);
    const OPENSSL: &[&str] = &["-connect", "{six}", "-CAfile", "{ca}", "-verify_ip", "::1"];
    check(&world, OPENSSL, &[Row::new(OpenSsl, &[], &[VERIFIED])]);
}

/// SGP.22 §5.6.1 has an FQDN here; some clients write what they connect to. What is signed is a name
/// of the server: the one that was asked for, or its own.
#[test]
fn the_address_in_the_request_and_the_one_that_is_signed() {
    let pki = Pki::seeded(1).unwrap();
    let world = World::seeded();
    let socket = world.fill("{nist}");
    for (asked, signed) in [
        ("smdp1.test.example", Some("smdp1.test.example")),
        ("SMDP1.test.example", Some("smdp1.test.example")),
        ("smdp1.test.example.", Some("smdp1.test.example")),
        ("smdp1.test.example:8443", Some("smdp1.test.example")),
        ("smdp1.test.example:99999", None),
        ("smdp1.test.example:", None),
        ("https://smdp1.test.example", None),
        ("alias.test.example", Some("Alias.test.example")),
        ("mapped.test.example:8443", Some("mapped.test.example:8443")),
        (socket.as_str(), Some(socket.as_str())),
        ("unknown.test.example", None),
        ("", None),
    ] {
        std::fs::write(world.folder().join("body.json"), initiate(&pki, asked)).unwrap();
        let curl = Row::new(
            Curl,
            &[
                "-sS",
                "--cacert",
                "{ca}",
                "--data-binary",
                "@{body}",
                "https://{nist}{path}",
            ],
            &[],
        );
        let Some(printed) = curl.run(&world, &["--header", "Content-Type: application/json"])
        else {
            return;
        };
        let answer: serde_json::Value = serde_json::from_str(&printed).unwrap();
        let Some(signed) = signed else {
            let codes = &answer["header"]["functionExecutionStatus"]["statusCodeData"];
            assert_eq!(codes["subjectCode"], "8.8.1", "{asked:?}: {printed}");
            continue;
        };
        let text = answer["serverSigned1"]
            .as_str()
            .unwrap_or_else(|| panic!("{asked:?}: {printed}"));
        let bytes = BASE64_STANDARD.decode(text).unwrap();
        let server_signed1: ServerSigned1 = der::decode(&bytes).unwrap();
        assert_eq!(server_signed1.server_address, signed, "{asked:?}");
    }
}
