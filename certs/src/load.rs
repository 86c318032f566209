// SPDX-License-Identifier: MIT OR Apache-2.0
//! An external PKI in SGP.26 file naming, such as the published test set.
//!
//! The CI's certificate and private key must be there on at least one curve. Whatever else the
//! folder has is used as it is; what it has not is issued under its CI, and always the same.
//!
//! Traps:
//! - The published key files hold an `EC PARAMETERS` block before the key.
//! - SGP.26 gives its TLS certificates 398 days, so the published ones are expired on most days: a
//!   TLS certificate that lives less than three years is replaced by a fresh one. The rule asks no
//!   clock, so a folder means the same PKI on every day.
//! - A certificate without its key, or a key without its certificate, is an error and no gap.

use std::path::{Path, PathBuf};

use der::{Decode, Encode};
use rsp::chain::CertificateView;
use rsp::ecdsa::{Curve, PrivateKey, PublicKey};
use x509_cert::certificate::Certificate;

use crate::credential::Credential;
use crate::error::PkiError;
use crate::issue::Seed;
use crate::pki::Pki;
use crate::roles::Role;

impl Pki {
    /// The PKI of a folder.
    ///
    /// # Errors
    /// The folder or its CI is missing, or a file is damaged or does not belong to its neighbours;
    /// the error names the file.
    pub fn load(dir: impl AsRef<Path>) -> Result<Self, PkiError> {
        let dir = dir.as_ref();
        if !dir.is_dir() {
            return Err(wrong(dir, "a folder in SGP.26 file naming", "none"));
        }
        let mut found = Vec::new();
        for curve in Curve::ALL {
            if let Some(ci) = read(dir, Role::Ci, curve)? {
                read_curve(dir, curve, ci, &mut found)?;
            }
        }
        let Some(ci) = found.first() else {
            let path = certificate_path(dir, Role::Ci, Curve::NistP256, "der");
            return Err(wrong(&path, "the certificate of the CI", "no such file"));
        };
        let seed = Seed::from_secret(&ci.credential.key.sign(b"seed of leaves under a CI"));
        let cis = found.iter().filter(|found| found.role == Role::Ci);
        let curves: Vec<Curve> = cis.map(|ci| ci.curve).collect();
        let mut pki = Self::new(seed, &curves);
        for Found {
            role,
            curve,
            credential,
        } in found
        {
            pki.insert(role, curve, credential);
        }
        Ok(pki)
    }
}

/// A credential of the folder.
struct Found {
    role: Role,
    curve: Curve,
    credential: Credential,
}

/// Reads what the folder has on one curve, the CI first.
fn read_curve(
    dir: &Path,
    curve: Curve,
    ci: Credential,
    found: &mut Vec<Found>,
) -> Result<(), PkiError> {
    check_signature(dir, Role::Ci, curve, &ci, &ci)?;
    found.push(Found {
        role: Role::Ci,
        curve,
        credential: ci.clone(),
    });
    let mut eum = None;
    for role in Role::ALL.into_iter().filter(|role| *role != Role::Ci) {
        let Some(credential) = read(dir, role, curve)? else {
            continue;
        };
        if role.is_tls() && is_short_lived(&credential.parsed()?) {
            continue;
        }
        let issuer = if role.issuer() == Role::Eum {
            eum.as_ref()
        } else {
            Some(&ci)
        };
        let Some(issuer) = issuer else {
            let path = certificate_path(dir, Role::Eum, curve, "der");
            return Err(wrong(
                &path,
                "the EUM of the eUICC certificate",
                "no such file",
            ));
        };
        check_signature(dir, role, curve, &credential, issuer)?;
        if role == Role::Eum {
            eum = Some(credential.clone());
        }
        found.push(Found {
            role,
            curve,
            credential,
        });
    }
    Ok(())
}

/// The credential of a role; nothing when the folder has neither certificate nor key.
fn read(dir: &Path, role: Role, curve: Curve) -> Result<Option<Credential>, PkiError> {
    let key_path = key_path(dir, role, curve);
    let Some((path, certificate)) = read_certificate(dir, role, curve)? else {
        if key_path.exists() && !role.is_tls() {
            let path = certificate_path(dir, role, curve, "der");
            let expected = format!("the {role} certificate of {}", key_path.display());
            return Err(wrong(&path, expected, "no such file"));
        }
        return Ok(None);
    };
    let parsed = Certificate::from_der(&certificate)
        .map_err(|error| wrong(&path, "a DER-coded X.509 certificate", error))?;
    let public = public_key(&parsed, &path)?;
    if public.curve() != curve {
        return Err(wrong(
            &path,
            format!("a key on {curve}"),
            format!("one on {}", public.curve()),
        ));
    }
    let key = read_key(&key_path, role)?;
    if *key.public_key() != public {
        let expected = format!("the certificate of {}", key_path.display());
        return Err(wrong(&path, expected, "another public key"));
    }
    Ok(Some(Credential {
        name: role.stem(curve),
        certificate,
        key,
    }))
}

/// The certificate as DER, from the DER file or else the PEM file.
fn read_certificate(
    dir: &Path,
    role: Role,
    curve: Curve,
) -> Result<Option<(PathBuf, Vec<u8>)>, PkiError> {
    let path = certificate_path(dir, role, curve, "der");
    if path.exists() {
        let der = read_file(&path, "a DER-coded X.509 certificate")?;
        return Ok(Some((path, der)));
    }
    let path = certificate_path(dir, role, curve, "pem");
    if !path.exists() {
        return Ok(None);
    }
    let pem = read_file(&path, "a certificate in PEM")?;
    let (label, der) =
        der::pem::decode_vec(&pem).map_err(|error| wrong(&path, "a certificate in PEM", error))?;
    if label != "CERTIFICATE" {
        return Err(wrong(
            &path,
            "a CERTIFICATE block",
            format!("a {label} block"),
        ));
    }
    Ok(Some((path, der)))
}

fn read_key(path: &Path, role: Role) -> Result<PrivateKey, PkiError> {
    let expected = format!("the private key of the {role} certificate");
    let text = read_file(path, &expected)?;
    PrivateKey::from_pem(&String::from_utf8_lossy(&text))
        .map_err(|error| wrong(path, expected, format!("none ({error})")))
}

fn read_file(path: &Path, expected: &str) -> Result<Vec<u8>, PkiError> {
    std::fs::read(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => wrong(path, expected, "no such file"),
        _ => wrong(path, expected, error),
    })
}

fn certificate_path(dir: &Path, role: Role, curve: Curve, ending: &str) -> PathBuf {
    dir.join(role.folder())
        .join(format!("{}.{ending}", role.certificate_file(curve)))
}

fn key_path(dir: &Path, role: Role, curve: Curve) -> PathBuf {
    dir.join(role.folder())
        .join(format!("SK_{}.pem", role.stem(curve)))
}

fn public_key(certificate: &Certificate, path: &Path) -> Result<PublicKey, PkiError> {
    let spki = certificate
        .tbs_certificate()
        .subject_public_key_info()
        .to_der()?;
    PublicKey::from_spki(&spki)
        .map_err(|error| wrong(path, "a key on P-256 or brainpoolP256r1", error))
}

fn check_signature(
    dir: &Path,
    role: Role,
    curve: Curve,
    credential: &Credential,
    issuer: &Credential,
) -> Result<(), PkiError> {
    let path = certificate_path(dir, role, curve, "der");
    let view = CertificateView::parse(&credential.certificate)
        .map_err(|error| wrong(&path, "an X.509 certificate", error))?;
    issuer
        .key
        .public_key()
        .verify_der(view.tbs(), view.signature())
        .map_err(|error| {
            let issuer = role.issuer().certificate_file(curve);
            wrong(&path, format!("a certificate signed by {issuer}"), error)
        })
}

const THREE_YEARS: u64 = 3 * 365 * 24 * 60 * 60;

fn is_short_lived(certificate: &Certificate) -> bool {
    let validity = certificate.tbs_certificate().validity();
    let [begin, end] =
        [validity.not_before, validity.not_after].map(|time| time.to_unix_duration().as_secs());
    end.saturating_sub(begin) < THREE_YEARS
}

fn wrong(path: &Path, expected: impl Into<String>, seen: impl ToString) -> PkiError {
    PkiError::File {
        path: path.to_owned(),
        expected: expected.into(),
        seen: seen.to_string(),
    }
}
