// SPDX-License-Identifier: MIT OR Apache-2.0
//! What several test files need: the published set and `openssl`.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use certs::{Curve, Pki, Role, Variant};

/// The published SGP.26 set beside the checkout; without it a test says so, and fails in CI.
pub(crate) fn published() -> Option<PathBuf> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/sgp26");
    if dir.is_dir() {
        return Some(dir);
    }
    let in_ci = std::env::var("CI").is_ok_and(|value| value == "true");
    let shown = dir.display();
    assert!(
        !in_ci,
        "{shown}: expected the published SGP.26 set, found none"
    );
    eprintln!("left out: {shown} is missing");
    None
}

/// Whether `openssl` can be run; without it a test says so.
pub(crate) fn has_openssl() -> bool {
    let present = Command::new("openssl").arg("version").output().is_ok();
    if !present {
        eprintln!("left out: openssl is missing");
    }
    present
}

pub(crate) fn openssl(arguments: &[&str]) -> Output {
    Command::new("openssl").args(arguments).output().unwrap()
}

/// Runs `openssl verify` on a leaf under the CI and, if there are any, intermediate certificates.
pub(crate) fn verify(
    dir: &Path,
    ci: &str,
    intermediate: &[&str],
    leaf: &str,
    more: &[&str],
) -> Output {
    let path = |name: &str| dir.join(name).to_str().unwrap().to_owned();
    let mut arguments = vec!["verify".to_owned(), "-x509_strict".into()];
    arguments.extend(["-CAfile".into(), path(ci)]);
    for name in intermediate {
        arguments.extend(["-untrusted".into(), path(name)]);
    }
    arguments.extend(more.iter().map(|argument| (*argument).to_owned()));
    arguments.push(path(leaf));
    openssl(&arguments.iter().map(String::as_str).collect::<Vec<_>>())
}

/// Every role's certificate but those below an EUM, under the CI of an exported PKI.
pub(crate) fn verify_all(pki: &Pki, dir: &Path) {
    let variant = pki.variant();
    for curve in pki.curves() {
        let ci = pem_name(variant, Role::Ci, curve);
        let below_eum = [Role::Euicc, Role::EumSubCa];
        for role in pki.roles().filter(|role| !below_eum.contains(role)) {
            let leaf = pem_name(variant, role, curve);
            let above: Vec<String> = issuers(variant, role)
                .map(|above| pem_name(variant, above, curve))
                .collect();
            let above: Vec<&str> = above.iter().map(String::as_str).collect();
            check(&verify(dir, &ci, &above, &leaf, &["-policy_check"]), &leaf);
            if role.is_tls() {
                for host in role.host_names(variant) {
                    for purpose in ["sslserver", "sslclient"] {
                        let more = ["-purpose", purpose, "-verify_hostname", host];
                        check(&verify(dir, &ci, &above, &leaf, &more), &leaf);
                    }
                }
            }
        }
    }
}

/// The roles between a leaf and the CI.
pub(crate) fn issuers(variant: Variant, role: Role) -> impl Iterator<Item = Role> {
    let next = move |role: &Role| Some(variant.issuer(*role));
    std::iter::successors(Some(variant.issuer(role)), next).take_while(|role| *role != Role::Ci)
}

pub(crate) fn check(output: &Output, what: &str) {
    assert!(
        output.status.success(),
        "{what}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
}

pub(crate) fn pem_name(variant: Variant, role: Role, curve: Curve) -> String {
    let folder = role.folder(variant);
    format!("{folder}/{}.pem", role.certificate_file(variant, curve))
}
