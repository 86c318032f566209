// SPDX-License-Identifier: MIT OR Apache-2.0
//! Handshakes by OpenSSL (SGP.22 §2.6.6, §6.1): versions, suites, curves, ALPN, and what a client
//! may try afterwards.

use crate::programs::Program::OpenSsl;
use crate::table::{Row, check};
use crate::world::World;

const fn openssl(arguments: &'static [&'static str], says: &'static [&'static str]) -> Row {
    Row::new(OpenSsl, arguments, says)
}

/// What every client with OpenSSL says here; the certificate is verified.
const VERIFIED: [&str; 7] = [
    "-servername",
    "smdp1.test.example",
    "-verify_return_error",
    "-verify_hostname",
    "smdp1.test.example",
    "-CAfile",
    "{ca}",
];

const OK: &str = "Verify return code: 0 (ok)";
const OLD: &str = "alert protocol version";
const NONE_COMMON: &str = "alert handshake failure";

#[test]
fn versions() {
    let rows = [
        openssl(&["-connect", "{nist}"], &["New, TLSv1.3", OK]),
        openssl(&["-connect", "{nist}", "-tls1_2"], &["New, TLSv1.2", OK]),
        openssl(&["-connect", "{nist}", "-tls1_3"], &["New, TLSv1.3", OK]),
        openssl(&["-connect", "{tls12}"], &["New, TLSv1.2", OK]),
        openssl(&["-connect", "{tls12}", "-tls1_3"], &[OLD]),
        openssl(&["-connect", "{tls13}"], &["New, TLSv1.3", OK]),
        openssl(&["-connect", "{tls13}", "-tls1_2"], &[OLD]),
        // SGP.22 §2.6.6: nothing below TLS 1.2
        openssl(
            &["-connect", "{nist}", "-tls1", "-cipher", "ALL:@SECLEVEL=0"],
            &[OLD],
        ),
        openssl(
            &[
                "-connect",
                "{nist}",
                "-tls1_1",
                "-cipher",
                "ALL:@SECLEVEL=0",
            ],
            &[OLD],
        ),
        openssl(
            &[
                "-connect",
                "{tls13}",
                "-tls1_1",
                "-cipher",
                "ALL:@SECLEVEL=0",
            ],
            &[OLD],
        ),
    ];
    check(&World::seeded(), &VERIFIED, &rows);
}

/// The suites that the clause names, those that the library has beside them, and weak ones.
#[test]
fn suites() {
    const TLS12: &[&str] = &["-tls1_2", "-connect", "{nist}", "-cipher"];
    let rows = [
        ("ECDHE-ECDSA-AES128-GCM-SHA256", true),
        ("ECDHE-ECDSA-AES256-GCM-SHA384", true),
        ("ECDHE-ECDSA-CHACHA20-POLY1305", true),
        ("ECDHE-ECDSA-AES128-SHA256", true),
        ("ECDHE-ECDSA-AES128-SHA:@SECLEVEL=0", false),
        ("ECDHE-RSA-AES128-GCM-SHA256", false),
        ("AES128-GCM-SHA256", false),
        ("DHE-RSA-AES128-GCM-SHA256", false),
        ("ECDHE-ECDSA-NULL-SHA:@SECLEVEL=0", false),
        ("AECDH-AES128-SHA:@SECLEVEL=0", false),
    ];
    let world = World::seeded();
    for (suite, taken) in rows {
        let common = [TLS12, &[suite], &VERIFIED].concat();
        let says: &[&str] = if taken {
            &["New, TLSv1.2, Cipher is", OK]
        } else {
            &[NONE_COMMON]
        };
        check(
            &world,
            &common,
            &[Row {
                says,
                ..openssl(&[], &[])
            }],
        );
    }
    for suite in [
        "TLS_AES_128_GCM_SHA256",
        "TLS_AES_256_GCM_SHA384",
        "TLS_CHACHA20_POLY1305_SHA256",
    ] {
        let common = [
            &["-connect", "{nist}", "-ciphersuites", suite],
            &VERIFIED[..],
        ]
        .concat();
        check(
            &world,
            &common,
            &[openssl(&[], &["New, TLSv1.3, Cipher is", OK])],
        );
    }
}

#[test]
fn groups() {
    const TLS12: &str = "-tls1_2";
    let rows = [
        openssl(
            &["-connect", "{nist}", "-groups", "P-256"],
            &["ECDH, prime256v1, 256 bits", OK],
        ),
        openssl(
            &["-connect", "{nist}", "-groups", "P-256", TLS12],
            &["ECDH, prime256v1", OK],
        ),
        openssl(
            &["-connect", "{nist}", "-groups", "P-384:P-256"],
            &["ECDH, secp384r1", OK],
        ),
        openssl(
            &["-connect", "{nist}", "-groups", "X25519:P-256"],
            &["X25519, 253 bits", OK],
        ),
        openssl(&["-connect", "{nist}", "-groups", "P-521"], &[NONE_COMMON]),
        openssl(
            &["-connect", "{nist}", "-groups", "P-521:P-256"],
            &["ECDH, prime256v1", OK],
        ),
        openssl(
            &["-connect", "{nist}", "-groups", "brainpoolP256r1", TLS12],
            &[NONE_COMMON],
        ),
        openssl(
            &["-connect", "{nist}", "-sigalgs", "ECDSA+SHA256", TLS12],
            &[OK],
        ),
        openssl(
            &["-connect", "{nist}", "-sigalgs", "ECDSA+SHA384", TLS12],
            &[NONE_COMMON],
        ),
        openssl(
            &["-connect", "{nist}", "-sigalgs", "RSA+SHA256", TLS12],
            &[NONE_COMMON],
        ),
    ];
    check(&World::seeded(), &VERIFIED, &rows);
}

/// A certificate on brainpoolP256r1 (RFC 7027) takes TLS 1.2 and a client that names the curve.
#[test]
fn brainpool() {
    const NAMED: &[&str] = &["-servername", "smdp1.test.example", "-verify_return_error"];
    let common = [
        NAMED,
        &["-connect", "{brainpool}", "-CAfile", "{brainpool-ca}"],
    ]
    .concat();
    let rows = [
        openssl(
            &["-groups", "brainpoolP256r1", "-tls1_2"],
            &["ECDH, brainpoolP256r1", OK],
        ),
        openssl(
            &["-groups", "P-256:brainpoolP256r1"],
            &["New, TLSv1.2", "prime256v1", OK],
        ),
        openssl(&["-groups", "P-256", "-tls1_2"], &["wrong curve"]),
        openssl(&["-groups", "P-256:brainpoolP256r1", "-tls1_3"], &[OLD]),
    ];
    check(&World::seeded(), &common, &rows);
}

#[test]
fn names_versions_of_http() {
    let rows = [
        openssl(&["-alpn", "h2"], &["ALPN protocol: h2"]),
        openssl(&["-alpn", "http/1.1"], &["ALPN protocol: http/1.1"]),
        openssl(&["-alpn", "http/1.0"], &["ALPN protocol: http/1.0"]),
        openssl(&["-alpn", "http/1.1,h2"], &["ALPN protocol: h2"]),
        openssl(&["-alpn", "spdy/3,http/1.1"], &["ALPN protocol: http/1.1"]),
        openssl(&["-alpn", "spdy/3"], &["alert no application protocol"]),
        openssl(&[], &["No ALPN negotiated", OK]),
    ];
    let common = [&["-connect", "{nist}"], &VERIFIED[..]].concat();
    check(&World::seeded(), &common, &rows);
}

/// What a client may try beside the handshake: each is refused in a way that it understands, and
/// nothing of a session is used twice.
#[test]
fn tries_more() {
    let rows = [
        Row {
            never: &["Reused"],
            ..openssl(&["-tls1_2", "-reconnect"], &["New, TLSv1.2", OK])
        },
        Row {
            never: &["TLS session ticket:", "New Session Ticket arrived"],
            ..openssl(&["-tls1_2"], &[OK])
        },
        Row {
            input: "R\n",
            stays: true,
            ..openssl(&["-tls1_2"], &["RENEGOTIATING", "no renegotiation"])
        },
        openssl(&["-status"], &["OCSP response: no response sent", OK]),
        openssl(&["-maxfraglen", "512"], &[OK]),
        openssl(&["-no_ticket"], &[OK]),
        openssl(&["-comp", "-tls1_2"], &["Compression: NONE", OK]),
    ];
    let common = [&["-connect", "{nist}"], &VERIFIED[..]].concat();
    check(&World::seeded(), &common, &rows);
}

/// A listener that needs a client certificate (SGP.22 §6.1). In TLS 1.3 the client is done before it
/// learns that it is refused.
#[test]
fn client_certificates() {
    const ASK: &str = "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    const OWN: [&[&str]; 2] = [
        &["-quiet", "-tls1_2", "-cert", "{own}", "-key", "{own-key}"],
        &["-quiet", "-tls1_3", "-cert", "{own}", "-key", "{own-key}"],
    ];
    let asks = |row: Row| Row { input: ASK, ..row };
    let rows = [
        asks(openssl(OWN[0], &["HTTP/1.1 404 Not Found"])),
        asks(openssl(OWN[1], &["HTTP/1.1 404 Not Found"])),
        asks(openssl(
            &["-quiet", "-tls1_2"],
            &["alert certificate required"],
        )),
        asks(openssl(
            &["-quiet", "-tls1_3"],
            &["alert certificate required"],
        )),
    ];
    let common = [&["-connect", "{closed}"], &VERIFIED[..]].concat();
    check(&World::seeded(), &common, &rows);
}
