// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a case is made of, in one number: a tape of another text of the case tells nothing about
//! this one.

use std::collections::BTreeSet;
use std::path::PathBuf;

use certs::{Curve, Pki, Role as CertificateRole};
use sha2::{Digest as _, Sha256};

use crate::case::{Case, Role, RoleName};
use crate::fixture::Fixtures;

/// The digest of the file of a case, its row, the procedures that it uses and its fixtures.
///
/// # Errors
/// A file that cannot be read, in words.
pub fn case_digest(case: &Case, fixtures: &Fixtures) -> Result<String, String> {
    let mut digest = Sha256::new();
    digest.update(case.id.as_bytes());
    let mut files = vec![case.path.clone()];
    let root = fixtures.root();
    let used: BTreeSet<_> = case.used.iter().map(|used| &used.name).collect();
    let procedures = root.parent().unwrap_or(root).join("procedures");
    let yaml = |folder: &std::path::Path, name: &str| folder.join(format!("{name}.yaml"));
    files.extend(used.into_iter().map(|name| yaml(&procedures, name)));
    let roles = [RoleName::Euicc, RoleName::Smdp, RoleName::Smds];
    let named = roles
        .iter()
        .filter_map(|role| match case.file.roles.role(*role).map(|it| &**it) {
            Some(Role::Actor(actor)) => actor.fixture.as_deref(),
            _ => None,
        });
    files.extend(named.map(|name| yaml(root, name)));
    files.iter().try_for_each(|path| add(&mut digest, path))?;
    Ok(hex::encode(digest.finalize()))
}

fn add(digest: &mut Sha256, path: &PathBuf) -> Result<(), String> {
    let text = std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
    digest.update(text.len().to_be_bytes());
    digest.update(text);
    Ok(())
}

/// The digest of the CI certificate of a test PKI.
///
/// # Errors
/// It has none.
pub fn pki_digest(pki: &Pki) -> Result<String, String> {
    let ci = pki.credential(CertificateRole::Ci, Curve::NistP256);
    let ci = ci.map_err(|error| error.to_string())?;
    Ok(hex::encode(Sha256::digest(&ci.certificate)))
}
