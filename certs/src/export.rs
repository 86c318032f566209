// SPDX-License-Identifier: MIT OR Apache-2.0
//! A PKI as files, in SGP.26's names and folders: certificates as DER and PEM, private and public
//! keys as PEM, and `manifest.toml`, which says of each certificate who holds it.
//!
//! Trap: private keys are written as the published ones are, an `EC PARAMETERS` block before the
//! `EC PRIVATE KEY` block, since that is what programs made for the published set read.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use der::Encode;
use rsp::ecdsa::PrivateKey;
use sha2::{Digest, Sha256};

use crate::credential::{Credential, pem};
use crate::crl::{CRL_NUMBER_PUBLISHED, Crl};
use crate::error::PkiError;
use crate::extensions::tlv;
use crate::invalid::Flaw;
use crate::pki::Pki;
use crate::roles::{Role, curve_suffix};

/// What to do with a folder that has something in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Overwrite {
    /// Leave it alone and say so.
    No,
    /// Replace the files that have the same name and leave the others.
    Yes,
}

/// The files that were written.
pub type Written = Vec<PathBuf>;

/// Writes a PKI into a folder, the revocation lists of its CIs included, and returns the files that
/// made, by their paths below it.
///
/// # Errors
/// The folder has something in it and `overwrite` forbids it, or a file cannot be written.
pub fn export(pki: &Pki, dir: impl AsRef<Path>, overwrite: Overwrite) -> Result<Written, PkiError> {
    let mut files = files(pki)?;
    files.extend(revocation_lists(pki)?);
    write_all(files, dir.as_ref(), overwrite)
}

/// Writes every certificate of [`Pki::invalid_set`] into a folder, with its private key where there
/// is one, its chain in one PEM file, and `recipes.toml`, which says what is wrong with each.
///
/// # Errors
/// The folder has something in it and `overwrite` forbids it, or a file cannot be written.
pub fn export_invalid(
    pki: &Pki,
    dir: impl AsRef<Path>,
    overwrite: Overwrite,
) -> Result<Written, PkiError> {
    let mut files = Vec::new();
    let mut recipes = format!(
        "# Certificates with one thing wrong (SGP.26 §4). For tests only.\nvariant = \"{}\"\n",
        pki.variant()
    );
    for row in pki.invalid_set() {
        let invalid = pki.flawed(row.role, row.curve, row.flaw)?;
        let name = &row.name;
        let credential = &invalid.credential;
        files.push((format!("CERT_{name}.der"), credential.certificate.clone()));
        // nobody has the private key to a point of 192 bits
        if row.flaw != Flaw::Curve || row.role.is_tls() {
            files.push((format!("SK_{name}.pem"), credential.key_pem()?.into_bytes()));
        }
        let chain = std::iter::once(&credential.certificate).chain(&invalid.chain);
        let chain = chain.map(|der| pem("CERTIFICATE", der));
        let chain: String = chain.collect::<Result<_, _>>()?;
        files.push((format!("CHAIN_{name}.pem"), chain.into_bytes()));
        write!(
            recipes,
            "\n[[certificate]]\nname = \"{name}\"\nrole = \"{}\"\ncurve = \"{}\"\n\
             published = {}\nrecipe = \"{}\"\n",
            row.role,
            row.curve,
            row.published,
            row.flaw.sentence(),
        )
        .map_err(|error| PkiError::Encoding(error.to_string()))?;
    }
    files.push(("recipes.toml".to_owned(), recipes.into_bytes()));
    let files = files.into_iter();
    let files = files.map(|(name, content)| (PathBuf::from(name), content));
    write_all(files.collect(), dir.as_ref(), overwrite)
}

fn write_all(
    files: Vec<(PathBuf, Vec<u8>)>,
    dir: &Path,
    overwrite: Overwrite,
) -> Result<Written, PkiError> {
    if overwrite == Overwrite::No && is_occupied(dir)? {
        return Err(PkiError::NotEmpty(dir.to_owned()));
    }
    let mut written = Vec::new();
    for (name, content) in files {
        write(&dir.join(&name), &content)?;
        written.push(name);
    }
    Ok(written)
}

/// CRL-1 and CRL-2 of each CI, empty, and one that revokes the first SM-DP+'s authentication
/// certificate, or the sub-CA above it.
fn revocation_lists(pki: &Pki) -> Result<Vec<(PathBuf, Vec<u8>)>, PkiError> {
    let mut files = Vec::new();
    let folder = Path::new(Role::Ci.folder(pki.variant()));
    for curve in pki.curves() {
        let empty = pki.crl(curve, &Crl::default())?;
        let issued_by_ci = |role: &Role| pki.variant().issuer(*role) == Role::Ci;
        let mut below =
            std::iter::successors(Some(Role::DpAuth), |role| Some(pki.variant().issuer(*role)));
        let revoked = below.find(issued_by_ci).unwrap_or(Role::DpAuth);
        let revoked = &pki.credential(revoked, curve)?.certificate;
        let revoking = pki.crl(
            curve,
            &Crl {
                number: CRL_NUMBER_PUBLISHED + 1,
                revoked: &[revoked],
                ..Crl::default()
            },
        )?;
        let suffix = curve_suffix(curve);
        for (name, content) in [
            ("CRL-1", empty.clone()),
            ("CRL-2", empty),
            ("CRL-1_REVOKED", revoking),
        ] {
            files.push((folder.join(format!("{name}_{suffix}.crl")), content));
        }
    }
    Ok(files)
}

fn is_occupied(dir: &Path) -> Result<bool, PkiError> {
    match fs::read_dir(dir) {
        Ok(mut listing) => Ok(listing.next().is_some()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(false),
        Err(source) => Err(PkiError::Write {
            path: dir.to_owned(),
            source,
        }),
    }
}

fn write(path: &Path, content: &[u8]) -> Result<(), PkiError> {
    let failed = |source| PkiError::Write {
        path: path.to_owned(),
        source,
    };
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    fs::write(path, content).map_err(failed)
}

fn credentials(pki: &Pki) -> Result<Vec<(Role, &Credential)>, PkiError> {
    let all = pki
        .curves()
        .flat_map(|curve| pki.roles().map(move |role| (role, curve)));
    all.map(|(role, curve)| Ok((role, pki.credential(role, curve)?)))
        .collect()
}

/// Every file of the export with its path below the folder.
fn files(pki: &Pki) -> Result<Vec<(PathBuf, Vec<u8>)>, PkiError> {
    let mut files = Vec::new();
    for (role, credential) in credentials(pki)? {
        let curve = credential.key.curve();
        let stem = role.key_file(pki.variant(), curve);
        let certificate = role.certificate_file(pki.variant(), curve);
        let public = pem("PUBLIC KEY", &credential.key.public_key().to_spki())?;
        let contents = [
            (format!("{certificate}.der"), credential.certificate.clone()),
            (
                format!("{certificate}.pem"),
                credential.certificate_pem()?.into_bytes(),
            ),
            (
                format!("SK_{stem}.pem"),
                private_key_pem(&credential.key)?.into_bytes(),
            ),
            (format!("PK_{stem}.pem"), public.into_bytes()),
        ];
        let folder = Path::new(role.folder(pki.variant()));
        files.extend(contents.map(|(name, content)| (folder.join(name), content)));
    }
    files.push((PathBuf::from("manifest.toml"), manifest(pki)?.into_bytes()));
    Ok(files)
}

/// The `EC PARAMETERS` block with the curve and the ECPrivateKey of RFC 5915.
fn private_key_pem(key: &PrivateKey) -> Result<String, PkiError> {
    let curve = key.curve().oid().to_der()?;
    let mut bits = vec![0];
    bits.extend(key.public_key().to_point());
    let members = [
        tlv(0x02, &[1])?,
        tlv(0x04, &key.to_scalar())?,
        tlv(0xA0, &curve)?,
        tlv(0xA1, &tlv(0x03, &bits)?)?,
    ];
    let parameters = pem("EC PARAMETERS", &curve)?;
    Ok(parameters + &pem("EC PRIVATE KEY", &tlv(0x30, &members.concat())?)?)
}

fn manifest(pki: &Pki) -> Result<String, PkiError> {
    let variant = pki.variant();
    let mut out = format!(
        "# Test PKI in SGP.26 file naming. For tests only: none of the private keys is secret.\n\
         variant = \"{variant}\"\n",
    );
    for (role, credential) in credentials(pki)? {
        let curve = credential.key.curve();
        let fingerprint = hex::encode(Sha256::digest(&credential.certificate));
        write!(
            out,
            "\n[[certificate]]\nname = \"{}\"\nfile = \"{}/{}.der\"\nrole = \"{role}\"\n\
             curve = \"{curve}\"\nfingerprint = \"{fingerprint}\"\n",
            role.stem(variant, curve),
            role.folder(variant),
            role.certificate_file(variant, curve),
        )
        .map_err(|error| PkiError::Encoding(error.to_string()))?;
    }
    Ok(out)
}
