// SPDX-License-Identifier: MIT OR Apache-2.0
//! OpenSSL's opinion of the certificates and keys, ours and those under the published CI.
//!
//! Trap: OpenSSL reads the EUM's nameConstraints as RFC 5280 does, literally, and so refuses every
//! eUICC and EUM sub-CA certificate with "permitted subtree violation": even without a serialNumber
//! they begin with another attribute than those subjects. It does so with the published pair too.
//! That step is the business of `rsp::chain`.

use crate::common::{
    check, has_openssl, issuers, openssl, pem_name, published, verify, verify_all,
};
use certs::{Curve, Overwrite, Pki, Role, Variant, export};

#[test]
fn openssl_accepts_the_seeded_chains_of_every_variant() {
    if !has_openssl() {
        return;
    }
    for variant in Variant::ALL {
        let dir = tempfile::tempdir().unwrap();
        let pki = Pki::seeded_variant(1, variant).unwrap();
        export(&pki, dir.path(), Overwrite::No).unwrap();
        verify_all(&pki, dir.path());
    }
}

#[test]
fn openssl_accepts_the_chains_under_the_published_ci() {
    let (true, Some(published)) = (has_openssl(), published()) else {
        return;
    };
    let dir = tempfile::tempdir().unwrap();
    let pki = Pki::load(&published).unwrap();
    export(&pki, dir.path(), Overwrite::No).unwrap();
    for curve in Curve::ALL {
        // The root is the file of the published set, not the one that was loaded and written again.
        std::fs::copy(
            published.join(pem_name(Variant::O, Role::Ci, curve)),
            dir.path().join(pem_name(Variant::O, Role::Ci, curve)),
        )
        .unwrap();
    }
    verify_all(&pki, dir.path());
}

/// The reason why the chains above leave the eUICC out: were this to change, they could take it in.
#[test]
fn openssl_reads_the_eum_constraint_literally_on_ours_as_on_the_published() {
    if !has_openssl() {
        return;
    }
    let seeded = Variant::ALL.map(|variant| Pki::seeded_variant(1, variant).unwrap());
    let loaded = published().map(|dir| Pki::load(dir).unwrap());
    for pki in seeded.into_iter().chain(loaded) {
        let variant = pki.variant();
        let dir = tempfile::tempdir().unwrap();
        export(&pki, dir.path(), Overwrite::No).unwrap();
        for curve in Curve::ALL {
            let name = |role: Role| pem_name(variant, role, curve);
            let above: Vec<String> = issuers(variant, Role::Euicc).map(name).collect();
            let above: Vec<&str> = above.iter().map(String::as_str).collect();
            let leaf = name(Role::Euicc);
            let output = verify(dir.path(), &name(Role::Ci), &above, &leaf, &[]);
            let text = String::from_utf8_lossy(&output.stderr);
            assert!(text.contains("permitted subtree violation"), "{text}");
        }
    }
}

#[test]
fn openssl_finds_certificate_and_key_files_to_belong_together() {
    if !has_openssl() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    export(&Pki::seeded(1).unwrap(), dir.path(), Overwrite::No).unwrap();
    for curve in Curve::ALL {
        for role in Variant::O.roles() {
            let folder = dir.path().join(role.folder(Variant::O));
            let file = |name: String| folder.join(name).to_str().unwrap().to_owned();
            let key = file(format!("SK_{}.pem", role.key_file(Variant::O, curve)));
            let public =
                std::fs::read(file(format!("PK_{}.pem", role.key_file(Variant::O, curve))))
                    .unwrap();
            let of_key = openssl(&["pkey", "-in", &key, "-pubout"]);
            check(&of_key, &key);
            assert_eq!(of_key.stdout, public, "{key}");
            let certificate = file(format!("{}.der", role.certificate_file(Variant::O, curve)));
            let of_certificate = openssl(&[
                "x509",
                "-inform",
                "DER",
                "-in",
                &certificate,
                "-noout",
                "-pubkey",
            ]);
            check(&of_certificate, &certificate);
            assert_eq!(of_certificate.stdout, public, "{certificate}");
        }
    }
}
