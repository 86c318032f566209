// SPDX-License-Identifier: MIT OR Apache-2.0
//! Personalities: the ways in which real cards differ, as data.
//!
//! A personality is a set of [`Keys`]; each key is looked at where the right thing is done, and
//! nowhere is there a second way through the card. The ready ones are the files in `personalities/`,
//! built in; `spec` is the card that follows the specification.

mod apply;
pub(crate) mod encoding;
mod keys;
mod records;
pub(crate) mod request;
pub(crate) mod response;
mod values;
pub(crate) mod volatile;

pub use keys::{Key, Keys};
pub use records::{
    Block, BppFailure, EnableQuirks, HexBytes, LogicalChannels, ProactiveQueue, TerminalCapability,
    Version,
};
pub use values::{
    AddEimForm, AutoRevert, CapabilityTag, ClassAccepted, CriteriaForm, EmptyList, EnableBy,
    EnableRefresh, EprForm, Fci, IpaModeTold, LastEim, LengthForm, NamedBits, NullForm,
    OneTimeKeys, ProfileListForm, Protocol, QueueWhen, Refresh, RefreshFlagTag, RefreshWhen,
    Responses, ResultSignature, SelectReply, StateVisible, TrueOctet, Unblock,
};

use serde::{Deserialize, Serialize};

/// A way of being a card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Personality {
    /// By which it is chosen.
    pub name: String,
    /// What is special about it, in a sentence.
    pub description: String,
    /// The field reports it follows.
    #[serde(default)]
    pub source: Vec<String>,
    /// What differs.
    #[serde(default)]
    pub keys: Keys,
}

/// Why there is no such personality.
#[derive(Debug, thiserror::Error)]
pub enum PersonalityError {
    /// The text is not one.
    #[error("{0}")]
    Format(String),
    /// None of that name is built in.
    #[error("expected a file, or one of {known}, got \"{name}\"")]
    Unknown {
        /// The name.
        name: String,
        /// Those there are.
        known: String,
    },
}

macro_rules! files {
    ($($name:literal)*) => {
        /// The files of `personalities/`, `spec` first.
        const FILES: &[&str] = &[
            $(include_str!(concat!("../personalities/", $name, ".yaml")),)*
        ];
    };
}

files! {
    "spec"
    "silent-refresh"
    "refresh-after-data"
    "refresh-on-status"
    "refresh-file-change"
    "recovery-ladder"
    "new-channel-wanted"
    "chatty"
    "small-blocks"
    "short-answers"
    "t0-only"
    "t1-only"
    "t0-and-t1"
    "no-extended-length"
    "few-channels"
    "high-channel"
    "assigned-channels"
    "etsi-get-response"
    "terminal-capability-required"
    "terminal-capability-wanted"
    "basic-channel-first"
    "no-fci"
    "consumer"
    "other-isdr"
    "sequence-zero"
    "high-numbers"
    "low-memory"
    "old-packages"
    "enable-lies"
    "enable-by-aid"
    "idempotent-enable"
    "reverting"
    "stale-list"
    "slow"
    "ipae"
    "list-fails-after-change"
    "strict-segments"
    "download-fails"
    "results-v1-0"
    "sgp32-v1-0"
    "bare-results"
    "ber-writer"
    "peer-euicc-simulator"
    "peer-yggdrasim"
    "peer-onomondo-emulation"
    "power-cut"
}

impl Personality {
    /// The card that follows the specification.
    #[must_use]
    pub fn spec() -> Self {
        Self {
            name: "spec".to_owned(),
            description: "Follows the specifications.".to_owned(),
            source: Vec::new(),
            keys: Keys::default(),
        }
    }

    /// Reads one from YAML.
    ///
    /// # Errors
    /// When it is not a personality, with line and column; unknown keys are refused.
    pub fn from_yaml(text: &str) -> Result<Self, PersonalityError> {
        let options = serde_saphyr::options! { strict_booleans: true };
        serde_saphyr::from_str_with_options(text, options).map_err(|error| {
            let told = error.to_string();
            let line = told.lines().next().unwrap_or_default();
            PersonalityError::Format(line.to_owned())
        })
    }

    /// All that are built in, `spec` first.
    ///
    /// # Errors
    /// Never: a test reads them all.
    pub fn built_in() -> Result<Vec<Self>, PersonalityError> {
        FILES.iter().map(|text| Self::from_yaml(text)).collect()
    }

    /// The one of that name that is built in.
    ///
    /// # Errors
    /// When there is none.
    pub fn named(name: &str) -> Result<Self, PersonalityError> {
        let all = Self::built_in()?;
        let known = all.iter().map(|one| one.name.as_str()).collect::<Vec<_>>();
        let known = known.join(", ");
        all.into_iter()
            .find(|one| one.name == name)
            .ok_or_else(|| PersonalityError::Unknown {
                name: name.to_owned(),
                known,
            })
    }
}

impl Default for Personality {
    fn default() -> Self {
        Self::spec()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_built_in_under_its_name() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("personalities");
        let mut files = Vec::new();
        for file in std::fs::read_dir(folder).unwrap() {
            let path = file.unwrap().path();
            if path
                .extension()
                .is_some_and(|extension| extension == "yaml")
            {
                files.push(path.file_stem().unwrap().to_str().unwrap().to_owned());
            }
        }
        let mut built_in: Vec<_> = Personality::built_in()
            .unwrap()
            .into_iter()
            .map(|one| one.name)
            .collect();
        assert_eq!(built_in.first().map(String::as_str), Some("spec"));
        files.sort();
        built_in.sort();
        assert_eq!(built_in, files);
    }

    #[test]
    fn only_spec_follows_the_specification() {
        for one in Personality::built_in().unwrap() {
            let differs = one.keys != Keys::default();
            assert_eq!(differs, one.name != "spec", "{}", one.name);
            assert_eq!(one.source.is_empty(), one.name == "spec", "{}", one.name);
            let sentence = one.description.ends_with('.') && !one.description.contains('\n');
            assert!(sentence, "{}: {}", one.name, one.description);
        }
        assert_eq!(Personality::named("spec").unwrap(), Personality::spec());
    }

    #[test]
    fn what_is_no_personality_is_refused_in_one_line() {
        for text in [
            "",
            "name: a",
            "{name: a, description: b, source: [], keys: {no_such_key: 1}}",
            "{name: a, description: b, source: [], keys: {refresh: loud}}",
            "{name: a, description: b, source: [], keys: {max_lc: 256}}",
            "{name: a, description: b, source: [], keys: {svn: '2.5'}}",
            "{name: a, description: b, source: [], keys: {termcap: {tag: '84', more: 1}}}",
        ] {
            let error = Personality::from_yaml(text).unwrap_err().to_string();
            assert_eq!(error.lines().count(), 1, "{text}: {error}");
        }
        let error = Personality::named("nobody").unwrap_err().to_string();
        assert!(error.contains("silent-refresh"), "{error}");
    }

    #[test]
    fn every_key_has_a_sentence_and_a_source() {
        for key in Keys::ALL {
            assert!(key.text.trim_end().ends_with('.'), "{}", key.name);
            assert!(key.source.contains('-'), "{}", key.name);
        }
    }
}
