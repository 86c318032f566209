// SPDX-License-Identifier: MIT OR Apache-2.0
//! The files that a program under test is given: whom it trusts, and with which keys it works.

use std::path::{Path, PathBuf};

use certs::{Credential, Pki, PkiError, Role};

use super::description::Trust;
use super::substitute::{Names, UnknownName};
use crate::iut::EuiccCertificates;

/// What can be written.
#[derive(Default)]
pub struct Material {
    /// File name in the style of SGP.26, and CI certificate.
    pub roots: Vec<(String, Credential)>,
    /// `AddInitialEimRequest`, DER.
    pub initial_eim: Option<Vec<u8>>,
    /// Certificate and key of an eIM's ESipa server.
    pub tls: Option<Credential>,
    /// Certificate and key with which an eIM signs.
    pub signing: Option<Credential>,
    /// Certificates of the case's eUICC.
    pub euicc: Option<EuiccCertificates>,
}

/// A file that cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum TrustError {
    /// The system refuses.
    #[error("{}: {source}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// There is nothing to write.
    #[error("{}: this case has no {what}", path.display())]
    Missing {
        /// The file.
        path: PathBuf,
        /// What should be in it.
        what: &'static str,
    },
    /// A certificate or key has no such form.
    #[error(transparent)]
    Pki(#[from] PkiError),
    /// A template has a name without value.
    #[error("{}: {source}", path.display())]
    Name {
        /// The file.
        path: PathBuf,
        /// The name.
        source: UnknownName,
    },
}

impl Material {
    /// The CI certificates of a PKI, and nothing else yet.
    ///
    /// # Errors
    /// The PKI has none.
    pub fn of(pki: &Pki) -> Result<Self, PkiError> {
        let mut roots = Vec::new();
        for curve in pki.curves() {
            let name = Role::Ci.certificate_file(pki.variant(), curve);
            roots.push((name, pki.credential(Role::Ci, curve)?.clone()));
        }
        Ok(Self {
            roots,
            ..Self::default()
        })
    }

    /// Writes what `trust` asks for, relative to `scratch`, and tells `names` where it is.
    ///
    /// # Errors
    /// A file cannot be written, or the case has nothing for it.
    pub fn write(
        &self,
        trust: &Trust,
        scratch: &Path,
        names: &mut Names,
    ) -> Result<(), TrustError> {
        let mut files = Files { scratch, names };
        if let Some(path) = &trust.ca {
            let mut text = String::new();
            for (_, root) in &self.roots {
                text.push_str(&root.certificate_pem()?);
            }
            files.add("ca", path, text.as_bytes())?;
        }
        if let Some(folder) = &trust.ca_folder {
            for (name, root) in &self.roots {
                let name = Path::new(name).with_extension("der");
                files.write(&folder.join(name), &root.certificate)?;
            }
            files.tell("ca_folder", folder);
        }
        if let Some(path) = &trust.initial_eim {
            let request = needed(self.initial_eim.as_ref(), path, "eIM for its card")?;
            files.add("initial_eim", path, request)?;
        }
        if let Some(paths) = &trust.tls {
            let tls = needed(self.tls.as_ref(), &paths.0, "eIM with a TLS certificate")?;
            files.add_pair(["tls_certificate", "tls_key"], paths, tls)?;
        }
        if let Some(paths) = &trust.signing {
            let what = "eIM with a signing certificate";
            let signing = needed(self.signing.as_ref(), &paths.0, what)?;
            files.add_pair(["signing_certificate", "signing_key"], paths, signing)?;
        }
        if let Some((euicc, eum)) = &trust.euicc {
            let own = needed(self.euicc.as_ref(), euicc, "eUICC with certificates")?;
            files.add("euicc_certificate", euicc, &own.euicc)?;
            files.add("eum_certificate", eum, &own.eum)?;
        }
        Ok(())
    }
}

/// Writes the files that are templates. It comes last: they may have any name in them.
///
/// # Errors
/// A file cannot be written, or has a name without value.
pub fn write_templates(trust: &Trust, scratch: &Path, names: &Names) -> Result<(), TrustError> {
    for (path, template) in &trust.files {
        let text = names
            .fill_plain(template)
            .map_err(|source| TrustError::Name {
                path: path.clone(),
                source,
            })?;
        write_file(&scratch.join(path), text.as_bytes())?;
    }
    Ok(())
}

fn needed<'a, T>(
    found: Option<&'a T>,
    path: &Path,
    what: &'static str,
) -> Result<&'a T, TrustError> {
    found.ok_or_else(|| TrustError::Missing {
        path: path.to_owned(),
        what,
    })
}

struct Files<'a> {
    scratch: &'a Path,
    names: &'a mut Names,
}

impl Files<'_> {
    fn write(&self, path: &Path, bytes: &[u8]) -> Result<(), TrustError> {
        write_file(&self.scratch.join(path), bytes)
    }

    fn tell(&mut self, name: &str, path: &Path) {
        let path = self.scratch.join(path);
        self.names.set(name, path.to_string_lossy());
    }

    fn add(&mut self, name: &str, path: &Path, bytes: &[u8]) -> Result<(), TrustError> {
        self.write(path, bytes)?;
        self.tell(name, path);
        Ok(())
    }

    fn add_pair(
        &mut self,
        names: [&str; 2],
        paths: &(PathBuf, PathBuf),
        credential: &Credential,
    ) -> Result<(), TrustError> {
        let [certificate, key] = names;
        self.add(
            certificate,
            &paths.0,
            credential.certificate_pem()?.as_bytes(),
        )?;
        self.add(key, &paths.1, credential.key_pem()?.as_bytes())
    }
}

fn write_file(path: &Path, bytes: &[u8]) -> Result<(), TrustError> {
    let failed = |source| TrustError::Write {
        path: path.to_owned(),
        source,
    };
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(failed)?;
    }
    std::fs::write(path, bytes).map_err(failed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::under_test::scratch::Scratch;

    #[test]
    fn files_are_written_where_they_are_wanted() {
        let trust: Trust = toml::from_str(
            "ca = \"pki/ca.pem\"\nca-folder = \"roots\"\ninitial-eim = \"eim.der\"\n\
             tls = [\"t/cert.pem\", \"t/key.pem\"]\n\
             [files]\n\"etc/ipa.conf\" = \"ca={ca}\\n{resolve}\"\n",
        )
        .unwrap();
        let pki = Pki::seeded(1).unwrap();
        let mut material = Material::of(&pki).unwrap();
        let scratch = Scratch::new().unwrap();
        let mut names = Names::default();
        let write = |material: &Material, names: &mut Names| {
            material
                .write(&trust, scratch.path(), names)
                .map_err(|error| error.to_string())
        };
        let error = write(&material, &mut names).unwrap_err();
        assert_eq!(error, "eim.der: this case has no eIM for its card");

        material.initial_eim = Some(vec![1, 2, 3]);
        let curve = certs::Curve::NistP256;
        let tls = pki.issue_tls(Role::EimTls, &["eim1.test.example"], curve);
        material.tls = Some(tls.unwrap());
        write(&material, &mut names).unwrap();
        let read = |name: &str| std::fs::read(names.get(name).unwrap()).unwrap();
        assert_eq!(read("initial_eim"), [1, 2, 3]);
        let ca = String::from_utf8(read("ca")).unwrap();
        assert_eq!(
            ca.matches("BEGIN CERTIFICATE").count(),
            material.roots.len()
        );
        assert!(read("tls_key").starts_with(b"-----BEGIN"));
        let roots = std::fs::read_dir(names.get("ca_folder").unwrap()).unwrap();
        assert_eq!(roots.count(), material.roots.len());

        names.set_list("resolve", vec!["a=1".to_owned(), "b=2".to_owned()]);
        write_templates(&trust, scratch.path(), &names).unwrap();
        let text = std::fs::read_to_string(scratch.path().join("etc/ipa.conf")).unwrap();
        assert_eq!(text, format!("ca={}\na=1\nb=2", names.get("ca").unwrap()));
    }
}
