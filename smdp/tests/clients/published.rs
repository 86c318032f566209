// SPDX-License-Identifier: MIT OR Apache-2.0
//! The published test CI of SGP.26: a server under it, by clients that trust it.

use certs::Pki;

use crate::programs::Program::{Curl, GnuTls, OpenSsl};
use crate::table::{Row, check};
use crate::world::{World, configuration, sgp26};

/// The published TLS certificates as they are, and fresh ones under the same CI.
const LISTENERS: [(&str, &str); 4] = [
    ("fresh", ""),
    ("fresh-brainpool", "tls_certificate = \"brainpoolP256r1\""),
    (
        "published",
        "tls_files = [{ chain = \"pki/DPtls/CERT_S_SM_DP_TLS_NIST.der\", key = \"pki/DPtls/SK_S_SM_DP_TLS_NIST.pem\" }]",
    ),
    (
        "published-brainpool",
        "tls_files = [{ chain = \"pki/DPtls/CERT_S_SM_DP_TLS_BRP.der\", key = \"pki/DPtls/SK_S_SM_DP_TLS_BRP.pem\" }]",
    ),
];

/// The first of January 2026, when the published TLS certificates were valid.
const THEN: &str = "1767225600";

#[test]
fn clients_verify_the_chain() {
    let Some(sgp26) = sgp26() else { return };
    let folder = tempfile::tempdir().unwrap();
    let sgp26 = sgp26.canonicalize().unwrap();
    std::os::unix::fs::symlink(&sgp26, folder.path().join("pki")).unwrap();
    let pki = Pki::load(&sgp26).unwrap();
    let names = LISTENERS.map(|(name, _)| name);
    let text = configuration(&LISTENERS) + "[pki]\nfolder = \"pki\"\n";
    let world = World::start(folder, &text, &names, &pki);

    let openssl = |arguments, says| Row::new(OpenSsl, arguments, says);
    const OK: &str = "Verify return code: 0 (ok)";
    const BY_NAME: &[&str] = &["-verify_return_error", "-verify_hostname"];
    let own = [BY_NAME, &["smdp1.test.example"]].concat();
    check(
        &world,
        &own,
        &[
            openssl(&["-connect", "{fresh}", "-CAfile", "{ca}"], &[OK]),
            openssl(
                &[
                    "-connect",
                    "{fresh-brainpool}",
                    "-CAfile",
                    "{brainpool-ca}",
                    "-groups",
                    "P-256:brainpoolP256r1",
                ],
                &["New, TLSv1.2", OK],
            ),
            openssl(
                &["-connect", "{fresh}", "-CAfile", "{brainpool-ca}"],
                &["certificate verify failed"],
            ),
        ],
    );
    let published = [BY_NAME, &["testsmdpplus1.example.com", "-attime", THEN]].concat();
    check(
        &world,
        &published,
        &[
            openssl(
                &["-connect", "{published}", "-CAfile", "{ca}"],
                &["Verified peername: testsmdpplus1.example.com", OK],
            ),
            openssl(
                &[
                    "-connect",
                    "{published-brainpool}",
                    "-CAfile",
                    "{brainpool-ca}",
                    "-groups",
                    "P-256:brainpoolP256r1",
                ],
                &["New, TLSv1.2", OK],
            ),
        ],
    );
    let done = &["HTTP/2 200", "\"status\":\"Executed-Success\""];
    let curl = [
        "-sS",
        "--include",
        "--cacert",
        "{ca}",
        "https://{fresh}{path}",
    ];
    let body = [
        "--data-binary",
        "@{body}",
        "--header",
        "Content-Type: application/json",
    ];
    check(
        &world,
        &[&curl[..], &body].concat(),
        &[Row::new(Curl, &[], done)],
    );
    let trusted = &["The certificate is trusted."];
    let gnutls = [
        "--x509cafile",
        "{ca}",
        "--verify-hostname",
        "smdp1.test.example",
        "127.0.0.1",
    ];
    let port = ["-p", "{fresh.port}"];
    check(
        &world,
        &[&gnutls[..], &port].concat(),
        &[Row::new(GnuTls, &[], trusted)],
    );
}
