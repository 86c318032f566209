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
use crate::error::PkiError;
use crate::extensions::tlv;
use crate::pki::Pki;
use crate::roles::Role;

/// What to do with a folder that has something in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Overwrite {
    /// Leave it alone and say so.
    No,
    /// Replace the files that have the same name and leave the others.
    Yes,
}

/// Writes a PKI into a folder and returns how many files that made.
///
/// # Errors
/// The folder has something in it and `overwrite` forbids it, or a file cannot be written.
pub fn export(pki: &Pki, dir: impl AsRef<Path>, overwrite: Overwrite) -> Result<usize, PkiError> {
    let dir = dir.as_ref();
    if overwrite == Overwrite::No && is_occupied(dir)? {
        return Err(PkiError::NotEmpty(dir.to_owned()));
    }
    let files = files(pki)?;
    for (name, content) in &files {
        write(&dir.join(name), content)?;
    }
    Ok(files.len())
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
        .flat_map(|curve| Role::ALL.map(|role| (role, curve)));
    all.map(|(role, curve)| Ok((role, pki.credential(role, curve)?)))
        .collect()
}

/// Every file of the export with its path below the folder.
fn files(pki: &Pki) -> Result<Vec<(PathBuf, Vec<u8>)>, PkiError> {
    let mut files = Vec::new();
    for (role, credential) in credentials(pki)? {
        let curve = credential.key.curve();
        let stem = role.stem(curve);
        let certificate = role.certificate_file(curve);
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
        let folder = Path::new(role.folder());
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
    let mut out = String::from(
        "# Test PKI in SGP.26 file naming. For tests only: none of the private keys is secret.\n",
    );
    for (role, credential) in credentials(pki)? {
        let curve = credential.key.curve();
        let fingerprint = hex::encode(Sha256::digest(&credential.certificate));
        write!(
            out,
            "\n[[certificate]]\nname = \"{}\"\nfile = \"{}/{}.der\"\nrole = \"{role}\"\n\
             curve = \"{curve}\"\nfingerprint = \"{fingerprint}\"\n",
            role.stem(curve),
            role.folder(),
            role.certificate_file(curve),
        )
        .map_err(|error| PkiError::Encoding(error.to_string()))?;
    }
    Ok(out)
}
