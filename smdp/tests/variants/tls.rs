// SPDX-License-Identifier: MIT OR Apache-2.0
//! The TLS chain of each variant, judged by OpenSSL's client and by the device's own checks.

use std::process::{Command, Stdio};

use certs::{Curve, Role, Variant};
use rsp::chain::{self, Anchor, CertificateView, verify_tls_server};
use smdp::http::{Limits, TlsVersions, server_config};
use smdp::{Credentials, Entity};

use crate::download::pki;
use crate::support::kit::{Kit, Setup, order};
use crate::support::wire::{Listening, NAME};

fn credentials(variant: Variant) -> Credentials {
    Credentials::from_pki(&pki(variant), Entity::First, &[NAME]).unwrap()
}

#[test]
fn the_chain_is_the_one_that_a_device_accepts() {
    for variant in Variant::ALL {
        let tls = credentials(variant).tls;
        let certificates: Vec<_> = tls
            .chain
            .iter()
            .map(|der| CertificateView::parse(der).unwrap())
            .collect();
        let pki = pki(variant);
        let above = pki.chain(Role::DpTls, Curve::NistP256).unwrap();
        assert_eq!(tls.chain[1..], above, "{variant}");
        let ci = &pki
            .credential(Role::Ci, Curve::NistP256)
            .unwrap()
            .certificate;
        let anchor = Anchor::from_certificate(&CertificateView::parse(ci).unwrap()).unwrap();
        let (leaf, others) = certificates.split_first().unwrap();
        verify_tls_server(chain::Role::DpTls, leaf, others, &[anchor], NAME, None)
            .unwrap_or_else(|error| panic!("{variant}: {error}"));
    }
}

#[test]
fn openssl_accepts_the_handshake_of_every_variant() {
    if Command::new("openssl").arg("version").output().is_err() {
        eprintln!("left out: openssl is missing");
        return;
    }
    for variant in Variant::ALL {
        let kit = Kit::with(Setup {
            pki: pki(variant),
            orders: vec![order()],
            ..Setup::default()
        });
        let tls = server_config(&credentials(variant).tls, TlsVersions::Both, None).unwrap();
        let listening = Listening::new(&kit, tls, Limits::default());
        let ci = pki(variant);
        let ci = ci.credential(Role::Ci, Curve::NistP256).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("ci.pem");
        std::fs::write(&file, ci.certificate_pem().unwrap()).unwrap();
        let output = Command::new("openssl")
            .args(["s_client", "-verify_return_error", "-verify_hostname", NAME])
            .args(["-servername", NAME, "-CAfile", file.to_str().unwrap()])
            .args(["-connect", &listening.address().to_string()])
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(
            text.contains("Verify return code: 0 (ok)"),
            "{variant}: {text}"
        );
        listening.shutdown();
    }
}
