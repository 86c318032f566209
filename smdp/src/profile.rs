// SPDX-License-Identifier: MIT OR Apache-2.0
//! Unprotected profile packages: the bytes to bind, and what the server has to know of them.
//!
//! A package is a row of profile elements, each a TLV; the first is the ProfileHeader with the
//! ICCID (TCA eUICC Profile Package §8.3). Trap: the header has the ICCID in the order of its
//! digits, everything of SGP.22 has it as in EF.ICCID, with the two digits of each octet swapped.

mod iccid;
mod pool;
mod services;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rsp::tlv::{Tag, Tlv, walk};
use sha2::{Digest as _, Sha256};

use iccid::Places;

pub use iccid::RewriteError;
pub use pool::IccidPool;

/// Tag of the ProfileHeader among the profile elements.
const PROFILE_HEADER: Tag = Tag::new(0xA0);
/// Largest package that is read from a file.
const MAX_PACKAGE: u64 = 8 << 20;

/// One unprotected profile package. Copies with other ICCIDs share its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// The bytes as they were read.
    package: Arc<[u8]>,
    /// The ICCID that the bytes have.
    original: [u8; 10],
    places: Result<Arc<Places>, RewriteError>,
    iccid: [u8; 10],
    version: [u8; 2],
    profile_type: Option<String>,
    mandatory_services: Vec<usize>,
    digest: [u8; 32],
}

/// Why bytes are not a profile package.
#[derive(Debug, thiserror::Error)]
pub enum ProfileError {
    /// The file or folder cannot be read.
    #[error("cannot read {}: {}", .0.display(), .1)]
    Read(PathBuf, #[source] std::io::Error),
    /// Not a row of TLVs.
    #[error("expected profile elements: {0}")]
    Tlv(#[from] rsp::tlv::TlvError),
    /// The first element is another one.
    #[error("expected a ProfileHeader (A0) first, got {0}")]
    NoHeader(String),
    /// The header lacks a member or has it in another form.
    #[error("expected {0} in the ProfileHeader")]
    Header(&'static str),
    /// The file is larger than any package.
    #[error("expected at most {MAX_PACKAGE} bytes, got {0}")]
    TooLarge(u64),
    /// One of several files is not a package.
    #[error("{}: {}", .0.display(), .1)]
    File(PathBuf, #[source] Box<Self>),
}

impl Profile {
    /// Takes a package as DER bytes.
    ///
    /// # Errors
    /// The bytes are no row of TLVs that begins with a ProfileHeader.
    pub fn from_der(package: impl Into<Vec<u8>>) -> Result<Self, ProfileError> {
        let package = package.into();
        let mut elements = walk(&package);
        let header = match elements.next().transpose()? {
            Some(element) if element.tag == PROFILE_HEADER => element,
            Some(element) => return Err(ProfileError::NoHeader(element.tag.to_string())),
            None => return Err(ProfileError::NoHeader("nothing".to_owned())),
        };
        let number = |tag, what| match header.child(Tag::new(tag)).map(|member| member.value) {
            Some([number]) => Ok(*number),
            _ => Err(ProfileError::Header(what)),
        };
        let version = [
            number(0x80, "a major version")?,
            number(0x81, "a minor version")?,
        ];
        let iccid = header
            .child(Tag::new(0x83))
            .and_then(|member| <[u8; 10]>::try_from(member.value).ok())
            .ok_or(ProfileError::Header("an ICCID of 10 octets"))?;
        let profile_type = header.child(Tag::new(0x82)).and_then(text);
        let mandatory_services = services::mandatory(&header);
        for element in elements {
            element?;
        }
        let iccid = iccid.map(|octet| octet.rotate_left(4));
        Ok(Self {
            places: Places::find(&package, &iccid).map(Arc::new),
            digest: Sha256::digest(&package).into(),
            package: package.into(),
            original: iccid,
            iccid,
            version,
            profile_type,
            mandatory_services,
        })
    }

    /// Reads a package from a file.
    ///
    /// # Errors
    /// The file cannot be read, or see [`Profile::from_der`].
    pub fn load(path: &Path) -> Result<Self, ProfileError> {
        let unreadable = |error| ProfileError::Read(path.to_owned(), error);
        let size = std::fs::metadata(path).map_err(unreadable)?.len();
        if size > MAX_PACKAGE {
            return Err(ProfileError::TooLarge(size));
        }
        let package = std::fs::read(path).map_err(unreadable)?;
        Self::from_der(package)
            .map_err(|error| ProfileError::File(path.to_owned(), Box::new(error)))
    }

    /// What stands for the profile of an order while its row is read from a store.
    pub(crate) fn absent() -> Arc<Self> {
        Arc::new(Self {
            places: Err(RewriteError::NoFile),
            package: Vec::new().into(),
            original: [0; 10],
            iccid: [0; 10],
            version: [0; 2],
            profile_type: None,
            mandatory_services: Vec::new(),
            digest: [0; 32],
        })
    }

    /// The package as it was read, whatever ICCID this copy has.
    pub(crate) fn original(&self) -> &[u8] {
        &self.package
    }

    /// SHA-256 of the package as it was read, the same for copies with other ICCIDs.
    pub fn digest(&self) -> &[u8; 32] {
        &self.digest
    }

    /// The package, to be bound as it is.
    pub fn package(&self) -> Cow<'_, [u8]> {
        let changes = match &self.places {
            Ok(places) if self.iccid != self.original => places.changes(&self.iccid),
            _ => return Cow::Borrowed(&self.package),
        };
        let mut package = self.package.to_vec();
        for (offset, value) in changes.unwrap_or_default() {
            if let Some(octet) = package.get_mut(offset) {
                *octet = value;
            }
        }
        Cow::Owned(package)
    }

    /// What the package cannot be used without, as bits of `uiccCapability` (SGP.22 §5.7.8).
    pub fn mandatory_services(&self) -> &[usize] {
        &self.mandatory_services
    }

    /// Octets of the package.
    pub fn size(&self) -> usize {
        self.package.len()
    }

    /// The same profile with another ICCID, given as in EF.ICCID: in the ProfileHeader, in
    /// EF.ICCID and wherever the package repeats it. Every other byte stays.
    ///
    /// # Errors
    /// The package has no EF.ICCID, another one than its header, or no room for the new one.
    pub fn with_iccid(&self, iccid: &[u8; 10]) -> Result<Self, RewriteError> {
        let places = self.places.as_ref().map_err(Clone::clone)?;
        places.changes(iccid)?;
        Ok(Self {
            iccid: *iccid,
            ..self.clone()
        })
    }

    /// The ICCID as in EF.ICCID.
    pub fn iccid(&self) -> [u8; 10] {
        self.iccid
    }

    /// Major and minor version of the package format.
    pub fn version(&self) -> [u8; 2] {
        self.version
    }

    /// The profile type that the header names.
    pub fn profile_type(&self) -> Option<&str> {
        self.profile_type.as_deref()
    }

    /// The ICCID as digits.
    pub fn iccid_digits(&self) -> String {
        iccid::digits(&self.iccid)
    }
}

fn text(member: Tlv<'_>) -> Option<String> {
    std::str::from_utf8(member.value).ok().map(str::to_owned)
}

/// The packages of a folder, by file name.
#[derive(Debug, Clone, Default)]
pub struct Profiles(BTreeMap<PathBuf, Arc<Profile>>);

impl Profiles {
    /// Reads every `.der` file of a folder.
    ///
    /// # Errors
    /// The folder cannot be read, or one of the files is no package.
    pub fn load(folder: &Path) -> Result<Self, ProfileError> {
        let unreadable = |error| ProfileError::Read(folder.to_owned(), error);
        let mut profiles = BTreeMap::new();
        for entry in std::fs::read_dir(folder).map_err(unreadable)? {
            let path = entry.map_err(unreadable)?.path();
            let is_der = path
                .extension()
                .is_some_and(|ext| ext.eq_ignore_ascii_case("der"));
            if let (true, Some(name)) = (is_der, path.file_name()) {
                profiles.insert(PathBuf::from(name), Arc::new(Profile::load(&path)?));
            }
        }
        Ok(Self(profiles))
    }

    /// Adds a package under a name.
    pub fn insert(&mut self, name: impl Into<PathBuf>, profile: Profile) {
        self.0.insert(name.into(), Arc::new(profile));
    }

    /// The package with a file name.
    pub fn get(&self, name: &Path) -> Option<Arc<Profile>> {
        self.0.get(name).cloned()
    }

    /// Names and packages, sorted by name.
    pub fn iter(&self) -> impl Iterator<Item = (&Path, &Arc<Profile>)> {
        self.0
            .iter()
            .map(|(name, profile)| (name.as_path(), profile))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Version 2.3, type "T", ICCID 89000123456789012341, and one more element.
    const PACKAGE: &str = "A015800102810103820154830A89000123456789012341A50081 00AA00";

    fn package(hex: &str) -> Result<Profile, ProfileError> {
        Profile::from_der(hex::decode(hex.replace(' ', "")).unwrap())
    }

    #[test]
    fn the_header_is_read_and_the_iccid_swapped() {
        let profile = package(PACKAGE).unwrap();
        assert_eq!(hex::encode(profile.iccid()), "98001032547698103214");
        assert_eq!(profile.iccid_digits(), "89000123456789012341");
        assert_eq!(
            (profile.version(), profile.profile_type()),
            ([2, 3], Some("T"))
        );
    }

    #[test]
    fn what_is_no_package_is_named() {
        for (hex, problem) in [
            ("", "expected a ProfileHeader (A0) first, got nothing"),
            ("B000", "expected a ProfileHeader (A0) first, got B0"),
            (
                "A003800102",
                "expected a minor version in the ProfileHeader",
            ),
            (
                "A006800102810103",
                "expected an ICCID of 10 octets in the ProfileHeader",
            ),
        ] {
            assert_eq!(package(hex).unwrap_err().to_string(), problem);
        }
        assert!(package("A004800102").is_err());
        let cut = PACKAGE.strip_suffix("AA00").unwrap().to_owned() + "AA01";
        assert!(
            package(&cut)
                .unwrap_err()
                .to_string()
                .starts_with("expected profile elements")
        );
    }

    #[test]
    fn a_folder_is_read_by_file_name() {
        let folder = tempfile::tempdir().unwrap();
        let bytes = package(PACKAGE).unwrap().package().to_vec();
        std::fs::write(folder.path().join("one.der"), &bytes).unwrap();
        std::fs::write(folder.path().join("notes.txt"), "not a package").unwrap();
        let profiles = Profiles::load(folder.path()).unwrap();
        assert_eq!(profiles.iter().count(), 1);
        assert_eq!(profiles.get(Path::new("one.der")).unwrap().package(), bytes);

        std::fs::write(folder.path().join("broken.der"), "x").unwrap();
        assert!(
            Profiles::load(folder.path())
                .unwrap_err()
                .to_string()
                .contains("broken.der: ")
        );
        assert!(Profiles::load(Path::new("/nowhere")).is_err());
    }
}
