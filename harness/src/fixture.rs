// SPDX-License-Identifier: MIT OR Apache-2.0
//! The state in which actors start: files below `testcases/fixtures`.
//!
//! `euicc/*.yaml` describes a card; `smdp/*.yaml` is the configuration of an SM-DP+ and `smds/*.yaml`
//! of an SM-DS, with the keys of `smdp serve --config`; `profiles/*.yaml` are the profile packages that the repository builds itself, one entry per profile element. A profile
//! whose name ends in `.der` is a file of the folder of published packages, which need not be on
//! this machine.

mod euicc;
mod servers;

use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use smdp::config::SmDsConfig;
use smdp::{Config, Profile};

pub use euicc::{
    EimFixture, EuiccFixture, Feature, ImmediateEnableFixture, ProfileFixture, RuleFixture,
    SigningAnchor, TlsAnchor,
};

use crate::case::{self, Node};
use crate::matching::Bindings;
use crate::mutate;

/// Why an actor cannot start.
#[derive(Debug, thiserror::Error)]
pub enum FixtureError {
    /// The file is missing or unreadable.
    #[error("{}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The file has another form.
    #[error("{}: {message}", path.display())]
    Form {
        /// The file.
        path: PathBuf,
        /// What is wrong, and where.
        message: String,
    },
    /// A published package that is not on this machine.
    #[error("profile package {name} is not on this machine; looked in {}", folder.display())]
    NotHere {
        /// The file name.
        name: String,
        /// Where it should be.
        folder: PathBuf,
    },
}

/// Where fixtures and published packages are.
#[derive(Clone, Debug)]
pub struct Fixtures {
    root: PathBuf,
    published: PathBuf,
}

impl Fixtures {
    /// Fixtures below `root`; published packages in the folder that `HARNESS_PROFILES` names, or
    /// in `shared/profiles/ts48-v7.0` beside the repository.
    #[must_use]
    pub fn new(cases: &Path) -> Self {
        let beside = cases.join("../../shared/profiles/ts48-v7.0");
        let published = std::env::var_os("HARNESS_PROFILES").map_or(beside, PathBuf::from);
        Self {
            root: cases.join("fixtures"),
            published,
        }
    }

    /// The folder of the fixtures.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// All cards that can be read.
    #[must_use]
    pub fn euiccs(&self) -> Vec<EuiccFixture> {
        let files = std::fs::read_dir(self.root.join("euicc"));
        let mut names: Vec<String> = files
            .into_iter()
            .flatten()
            .filter_map(|file| {
                let name = file.ok()?.file_name();
                let stem = name.to_str()?.strip_suffix(".yaml")?;
                Some(format!("euicc/{stem}"))
            })
            .collect();
        names.sort();
        let read = names.iter().filter_map(|name| self.euicc(name).ok());
        read.collect()
    }

    /// Reads a card.
    ///
    /// # Errors
    /// [`FixtureError`] with file and line.
    pub fn euicc(&self, name: &str) -> Result<EuiccFixture, FixtureError> {
        self.read(name)
    }

    /// Reads a server.
    ///
    /// # Errors
    /// [`FixtureError`] with file and line.
    pub fn smdp(&self, name: &str) -> Result<Config, FixtureError> {
        let config = self.read(name)?;
        self.sound(name, servers::problem(&config))?;
        Ok(config)
    }

    /// Reads an SM-DS.
    ///
    /// # Errors
    /// [`FixtureError`] with file and line.
    pub fn smds(&self, name: &str) -> Result<SmDsConfig, FixtureError> {
        let config = self.read(name)?;
        self.sound(name, servers::problem_of_smds(&config))?;
        Ok(config)
    }

    fn sound(&self, name: &str, problem: Option<String>) -> Result<(), FixtureError> {
        problem.map_or(Ok(()), |message| {
            Err(FixtureError::Form {
                path: self.path(name),
                message,
            })
        })
    }

    /// Reads or builds a profile package.
    ///
    /// # Errors
    /// [`FixtureError`] with the file; [`FixtureError::NotHere`] for a published one that is
    /// missing.
    pub fn profile(&self, name: &str) -> Result<Profile, FixtureError> {
        let (path, package) = if name.ends_with(".der") {
            let path = self.published.join(name);
            let package = std::fs::read(&path).map_err(|_| FixtureError::NotHere {
                name: name.to_owned(),
                folder: self.published.clone(),
            })?;
            (path, package)
        } else {
            let path = self.path(&format!("profiles/{name}"));
            let package = build_package(&path)?;
            (path, package)
        };
        Profile::from_der(package).map_err(|error| FixtureError::Form {
            path,
            message: error.to_string(),
        })
    }

    fn path(&self, name: &str) -> PathBuf {
        self.root.join(format!("{name}.yaml"))
    }

    fn read<T: DeserializeOwned>(&self, name: &str) -> Result<T, FixtureError> {
        read_yaml(&self.path(name))
    }
}

fn read_yaml<T: DeserializeOwned>(path: &Path) -> Result<T, FixtureError> {
    let text = std::fs::read_to_string(path).map_err(|source| FixtureError::Read {
        path: path.to_owned(),
        source,
    })?;
    case::from_yaml(&text).map_err(|error| FixtureError::Form {
        path: path.to_owned(),
        message: error.to_string(),
    })
}

/// Writes a profile package: every entry is a `ProfileElement` of PEDefinitions.
fn build_package(path: &Path) -> Result<Vec<u8>, FixtureError> {
    let elements: Vec<Node> = read_yaml(path)?;
    let bindings = Bindings::default();
    let mut package = Vec::new();
    for (index, element) in elements.iter().enumerate() {
        let fail = |message: String| FixtureError::Form {
            path: path.to_owned(),
            message: format!("element {}: {message}", index + 1),
        };
        let value = mutate::value_of(element, &bindings)
            .map_err(|error| fail(error.to_string()))?
            .ok_or_else(|| fail("expected a profile element, got absent".to_owned()))?;
        let bytes = rsp::schema::from_value("pe::ProfileElement", &value)
            .map_err(|error| fail(error.to_string()))?;
        package.extend_from_slice(&bytes);
    }
    Ok(package)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fixtures() -> Fixtures {
        Fixtures::new(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../testcases"))
    }

    #[test]
    fn own_profiles_are_built() {
        for (name, digits) in [
            ("operational", "8988100000000000015"),
            ("bootstrap", "8988100000000000023"),
        ] {
            let profile = fixtures().profile(name).unwrap();
            assert_eq!(profile.iccid_digits(), digits);
        }
    }

    #[test]
    fn servers_of_a_case_have_no_listeners_of_their_own() {
        let problem = |toml: &str| servers::problem(&Config::from_toml(toml).unwrap());
        assert_eq!(problem("address = \"smdp1.test.example\""), None);
        assert_eq!(
            problem("db = \"state.db\"").unwrap(),
            "expected no db, which the case decides"
        );
        let registers = "[[order]]\nprofile = \"operational\"\nmatching_id = \"M\"\nsmds = \"s\"\n\
                         eid = \"89049032123451234512345678901235\"";
        assert!(problem(registers).unwrap().contains("fixture of the SM-DS"));
        let below = SmDsConfig {
            root: Some("smds2.test.example".to_owned()),
            ..SmDsConfig::default()
        };
        assert!(servers::problem_of_smds(&below).is_some());
        assert!(servers::problem_of_smds(&SmDsConfig::default()).is_none());
    }

    #[test]
    fn what_is_missing_is_said() {
        let error = fixtures().profile("none.der").unwrap_err();
        assert!(matches!(error, FixtureError::NotHere { .. }), "{error}");
        let error = fixtures().euicc("euicc/none").unwrap_err();
        assert!(error.to_string().contains("euicc/none.yaml"), "{error}");
    }
}
