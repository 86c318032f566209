// SPDX-License-Identifier: MIT OR Apache-2.0
//! An external PKI in SGP.26 file naming, such as the published test sets: the older one of Variant
//! O, and the folders of the variants in that of version 3.
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
//! - The published set of version 3 has the CI and its sub-CA beside the folder of the variant.

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
use crate::variant::Variant;

impl Pki {
    /// The PKI of a folder, of the variant that its manifest or its file names tell.
    ///
    /// # Errors
    /// The folder or its CI is missing, or a file is damaged or does not belong to its neighbours;
    /// the error names the file.
    pub fn load(dir: impl AsRef<Path>) -> Result<Self, PkiError> {
        let dir = dir.as_ref();
        Self::load_as(dir, variant_of(dir)?)
    }

    /// The PKI of a folder as a given variant: what the folder has of another variant is left
    /// aside, but for the CI.
    ///
    /// # Errors
    /// The same as of [`Self::load`].
    pub fn load_as(dir: impl AsRef<Path>, variant: Variant) -> Result<Self, PkiError> {
        let dir = dir.as_ref();
        if !dir.is_dir() {
            return Err(wrong(dir, "a folder in SGP.26 file naming", "none"));
        }
        let folder = Folder { dir, variant };
        let mut found = Vec::new();
        for curve in Curve::ALL {
            if let Some(ci) = folder.read(Role::Ci, curve)? {
                folder.read_curve(curve, ci, &mut found)?;
            }
        }
        let Some(ci) = found.first() else {
            let path = folder.place(Role::Ci, Curve::NistP256).certificate("der");
            return Err(wrong(&path, "the certificate of the CI", "no such file"));
        };
        let seed = Seed::from_secret(&ci.credential.key.sign(b"seed of leaves under a CI"));
        let cis = found.iter().filter(|found| found.role == Role::Ci);
        let curves: Vec<Curve> = cis.map(|ci| ci.curve).collect();
        let mut pki = Self::new(seed, variant, &curves);
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

/// The variant that the manifest names, or else the first whose files are there.
fn variant_of(dir: &Path) -> Result<Variant, PkiError> {
    let manifest = std::fs::read_to_string(dir.join("manifest.toml")).unwrap_or_default();
    let named = manifest
        .lines()
        .find_map(|line| line.strip_prefix("variant = \"")?.strip_suffix('"'));
    if let Some(named) = named {
        return named.parse();
    }
    let has_files = |variant: &Variant| {
        let folder = Folder {
            dir,
            variant: *variant,
        };
        let roles = variant.roles().filter(|role| {
            // whatever the variant, these have the same names
            !matches!(
                role,
                Role::Ci | Role::CiSubCa | Role::EimSign | Role::EimTls
            )
        });
        let mut places = roles.flat_map(|role| Curve::ALL.map(|curve| folder.place(role, curve)));
        places.any(|place| place.has_certificate())
    };
    Ok(Variant::ALL.into_iter().find(has_files).unwrap_or_default())
}

/// A credential of the folder.
struct Found {
    role: Role,
    curve: Curve,
    credential: Credential,
}

/// Where the files of a credential are.
struct Place {
    folder: PathBuf,
    certificate: String,
    key: String,
}

impl Place {
    fn certificate(&self, ending: &str) -> PathBuf {
        self.folder.join(format!("{}.{ending}", self.certificate))
    }

    fn key(&self) -> PathBuf {
        self.folder.join(format!("SK_{}.pem", self.key))
    }

    fn has_certificate(&self) -> bool {
        ["der", "pem"].map(|ending| self.certificate(ending).exists()) != [false, false]
    }
}

/// A folder that is read as one variant.
struct Folder<'a> {
    dir: &'a Path,
    variant: Variant,
}

impl Folder<'_> {
    /// The place of a credential: the first that has a certificate, else the one of the export.
    fn place(&self, role: Role, curve: Curve) -> Place {
        let place = |folder: PathBuf, variant: Variant| Place {
            folder,
            certificate: role.certificate_file(variant, curve),
            key: role.key_file(variant, curve),
        };
        let own = place(self.dir.join(role.folder(self.variant)), self.variant);
        let beside = self.dir.join("..").join(role.folder(self.variant));
        let others: &[Variant] = match role {
            Role::Ci => &[Variant::O, Variant::A],
            _ => &[],
        };
        let mut places = vec![place(beside, self.variant)];
        for variant in others {
            places.push(place(self.dir.join(role.folder(*variant)), *variant));
        }
        // the published folder of Ov3 spells this one as Variant O does
        if role == Role::Euicc {
            places.push(place(self.dir.join(role.folder(Variant::O)), self.variant));
        }
        if own.has_certificate() || !matches!(role, Role::Ci | Role::CiSubCa | Role::Euicc) {
            return own;
        }
        places
            .into_iter()
            .find(Place::has_certificate)
            .unwrap_or(own)
    }

    /// Reads what the folder has on one curve, the CI first.
    fn read_curve(
        &self,
        curve: Curve,
        ci: Credential,
        found: &mut Vec<Found>,
    ) -> Result<(), PkiError> {
        self.check_signature(Role::Ci, curve, &ci, &ci)?;
        found.push(Found {
            role: Role::Ci,
            curve,
            credential: ci,
        });
        for role in self.variant.roles().filter(|role| *role != Role::Ci) {
            let Some(credential) = self.read(role, curve)? else {
                continue;
            };
            if role.is_tls() && is_short_lived(&credential.parsed()?) {
                continue;
            }
            let above = self.variant.issuer(role);
            let mut known = found.iter();
            let issuer = known.find(|known| known.role == above && known.curve == curve);
            let Some(issuer) = issuer else {
                let path = self.place(above, curve).certificate("der");
                let expected = format!("the {above} of the {role} certificate");
                return Err(wrong(&path, expected, "no such file"));
            };
            self.check_signature(role, curve, &credential, &issuer.credential)?;
            found.push(Found {
                role,
                curve,
                credential,
            });
        }
        Ok(())
    }

    /// The credential of a role; nothing when the folder has neither certificate nor key.
    fn read(&self, role: Role, curve: Curve) -> Result<Option<Credential>, PkiError> {
        let place = self.place(role, curve);
        let key_path = place.key();
        let Some((path, certificate)) = read_certificate(&place)? else {
            if key_path.exists() && !role.is_tls() {
                let path = place.certificate("der");
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
            name: role.stem(self.variant, curve),
            certificate,
            key,
            other_key: None,
        }))
    }

    fn check_signature(
        &self,
        role: Role,
        curve: Curve,
        credential: &Credential,
        issuer: &Credential,
    ) -> Result<(), PkiError> {
        let path = self.place(role, curve).certificate("der");
        let view = CertificateView::parse(&credential.certificate)
            .map_err(|error| wrong(&path, "an X.509 certificate", error))?;
        issuer
            .key
            .public_key()
            .verify_der(view.tbs(), view.signature())
            .map_err(|error| {
                let above = self.variant.issuer(role);
                let issuer = above.certificate_file(self.variant, curve);
                wrong(&path, format!("a certificate signed by {issuer}"), error)
            })
    }
}

/// The certificate as DER, from the DER file or else the PEM file.
fn read_certificate(place: &Place) -> Result<Option<(PathBuf, Vec<u8>)>, PkiError> {
    let path = place.certificate("der");
    if path.exists() {
        let der = read_file(&path, "a DER-coded X.509 certificate")?;
        return Ok(Some((path, der)));
    }
    let path = place.certificate("pem");
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

fn public_key(certificate: &Certificate, path: &Path) -> Result<PublicKey, PkiError> {
    let spki = certificate
        .tbs_certificate()
        .subject_public_key_info()
        .to_der()?;
    PublicKey::from_spki(&spki)
        .map_err(|error| wrong(path, "a key on P-256 or brainpoolP256r1", error))
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
