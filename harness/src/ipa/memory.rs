// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the IPA remembers over a restart: one JSON file, replaced as a whole.
//!
//! The card keeps results and notifications itself (SGP.32 §5.9.11); here is only what it does not
//! keep: which eIM has to be told of a change, the package that was being executed, messages
//! without a sequence number. A file that cannot be read is put aside, and the card is asked for
//! what it has.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::PoisonError;

use serde::{Deserialize, Serialize};

use crate::iut::StatePlace;

/// The file format.
const VERSION: u32 = 1;
/// Messages kept for eIMs that take none; the oldest is given up first.
pub(super) const MOST_MESSAGES: usize = 32;

/// Why the state file cannot be written.
#[derive(Debug, thiserror::Error)]
#[error("state file {}: {source}", path.display())]
pub struct MemoryError {
    path: PathBuf,
    source: std::io::Error,
}

/// An eUICC package on its way through the card.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct KeptPackage {
    /// `eimId` of the eIM that sent it.
    pub(crate) eim: String,
    /// The request as it came, in hex.
    pub(crate) request: String,
    /// The card's answer, in hex, once there is one.
    #[serde(default)]
    pub(crate) answer: Option<String>,
    /// Rolling back was tried: it is allowed once.
    #[serde(default)]
    pub(crate) rolled_back: bool,
}

impl KeptPackage {
    /// A package that the card has not seen yet.
    pub(crate) fn new(eim: &str, request: &[u8]) -> Self {
        Self {
            eim: eim.to_owned(),
            request: hex::encode(request),
            answer: None,
            rolled_back: false,
        }
    }
}

/// A message that an eIM has not taken yet, or one of its that waits.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct KeptMessage {
    /// `eimId` of the eIM that it is for.
    pub(crate) eim: String,
    /// An `EimPackageResult`, or a trigger, in hex.
    pub(crate) result: String,
}

/// The content of the file.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Kept {
    version: u32,
    /// EID of the card that all of it is about.
    pub(crate) eid: String,
    /// `stateChangeCause` by `eimId`, for eIMs that have not heard of the change.
    #[serde(default)]
    pub(crate) state_changes: BTreeMap<String, i64>,
    /// The package whose result has not arrived.
    #[serde(default)]
    pub(crate) package: Option<KeptPackage>,
    /// Results without a sequence number, which the card does not keep.
    #[serde(default)]
    pub(crate) messages: Vec<KeptMessage>,
    /// Injected triggers of downloads that have not ended.
    #[serde(default)]
    pub(crate) triggers: Vec<KeptMessage>,
    /// Sequence numbers of what was sent in answers to injected packages, by `eimId`.
    #[serde(default)]
    pub(crate) injected: BTreeMap<String, Vec<i64>>,
    /// Rounds without network, one after the other.
    #[serde(default)]
    pub(crate) silent_rounds: u32,
    /// Rounds since the fallback mechanism was executed.
    #[serde(default)]
    pub(crate) fallback_rounds: Option<u32>,
    /// A fallback or a return from it is under way: whether it happened, the card knows.
    #[serde(default)]
    pub(crate) switching: bool,
    /// Returns from the fallback profile that led to no network.
    #[serde(default)]
    pub(crate) failed_returns: u32,
}

impl Kept {
    fn new(eid: &str) -> Self {
        Self {
            version: VERSION,
            eid: eid.to_owned(),
            state_changes: BTreeMap::new(),
            package: None,
            messages: Vec::new(),
            triggers: Vec::new(),
            injected: BTreeMap::new(),
            silent_rounds: 0,
            fallback_rounds: None,
            switching: false,
            failed_returns: 0,
        }
    }
}

/// The state of the IPA and its file.
#[derive(Debug)]
pub(crate) struct Memory {
    place: Option<StatePlace>,
    kept: Kept,
}

impl Memory {
    /// Reads the state for the card with this EID; that of another card is not used for it.
    ///
    /// # Errors
    /// An unusable file cannot be put aside.
    pub(crate) fn open(place: Option<StatePlace>, eid: &str) -> Result<Self, MemoryError> {
        let read = match &place {
            None => None,
            Some(StatePlace::File(path)) => read(path)?,
            Some(StatePlace::Shared(shared)) => {
                let shared = shared.lock().unwrap_or_else(PoisonError::into_inner);
                serde_json::from_slice(&shared).ok()
            }
        };
        let kept = read
            .filter(|kept| kept.eid == eid)
            .unwrap_or_else(|| Kept::new(eid));
        Ok(Self { place, kept })
    }

    /// What is remembered.
    pub(crate) const fn kept(&self) -> &Kept {
        &self.kept
    }

    /// Changes what is remembered; it is in the file when this returns.
    ///
    /// # Errors
    /// The file cannot be written.
    pub(crate) fn change<R>(
        &mut self,
        edit: impl FnOnce(&mut Kept) -> R,
    ) -> Result<(), MemoryError> {
        let before = self.kept.clone();
        edit(&mut self.kept);
        let surplus = self.kept.messages.len().saturating_sub(MOST_MESSAGES);
        drop(self.kept.messages.drain(..surplus));
        self.kept.triggers.truncate(MOST_MESSAGES);
        match &self.place {
            Some(StatePlace::File(path)) if self.kept != before => write(path, &self.kept),
            Some(StatePlace::Shared(shared)) => {
                let mut shared = shared.lock().unwrap_or_else(PoisonError::into_inner);
                *shared = serde_json::to_vec(&self.kept).unwrap_or_default();
                Ok(())
            }
            _ => Ok(()),
        }
    }
}

fn read(path: &Path) -> Result<Option<Kept>, MemoryError> {
    let fail = |source| MemoryError {
        path: path.to_owned(),
        source,
    };
    let bytes = match std::fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(fail(error)),
    };
    let why = match serde_json::from_slice::<Kept>(&bytes) {
        Ok(kept) if kept.version == VERSION => return Ok(Some(kept)),
        Ok(kept) => format!("expected version {VERSION}, got {}", kept.version),
        Err(error) => error.to_string(),
    };
    let aside = path.with_extension("unusable");
    tracing::warn!(
        "state file {} is put aside as {}: {why}",
        path.display(),
        aside.display()
    );
    std::fs::rename(path, aside).map_err(fail)?;
    Ok(None)
}

/// Writes beside the file and renames, so that a power cut leaves the old or the new content.
fn write(path: &Path, kept: &Kept) -> Result<(), MemoryError> {
    use std::io::Write as _;
    let fresh = path.with_extension("new");
    let written = || -> std::io::Result<()> {
        let mut file = std::fs::File::create(&fresh)?;
        serde_json::to_writer_pretty(&mut file, kept)?;
        file.write_all(b"\n")?;
        file.sync_all()?;
        std::fs::rename(&fresh, path)
    };
    written().map_err(|source| MemoryError {
        path: path.to_owned(),
        source,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const EID: &str = "89049032123451234512345678901235";

    fn told(memory: &Memory) -> Option<i64> {
        memory.kept().state_changes.get("eim1").copied()
    }

    #[test]
    fn what_is_kept_is_there_after_a_restart_for_the_same_card_only() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ipa.json");
        let mut memory = Memory::open(Some(path.clone().into()), EID).unwrap();
        memory
            .change(|kept| kept.state_changes.insert("eim1".to_owned(), 0))
            .unwrap();
        assert_eq!(
            told(&Memory::open(Some(path.clone().into()), EID).unwrap()),
            Some(0)
        );
        let other = EID.replace('5', "6");
        assert_eq!(
            told(&Memory::open(Some(path.into()), &other).unwrap()),
            None
        );
    }

    #[test]
    fn an_unusable_file_is_put_aside() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ipa.json");
        for content in ["{\"version\":1", "{\"version\":2,\"eid\":\"89\"}", ""] {
            std::fs::write(&path, content).unwrap();
            let mut memory = Memory::open(Some(path.clone().into()), EID).unwrap();
            assert_eq!(told(&memory), None);
            assert!(!path.exists());
            memory.change(|kept| kept.silent_rounds = 1).unwrap();
            assert!(path.exists());
        }
    }

    #[test]
    fn messages_are_bounded() {
        let mut memory = Memory::open(None, EID).unwrap();
        for number in 0..100 {
            let message = KeptMessage {
                eim: "eim1".to_owned(),
                result: format!("{number:02}"),
            };
            memory.change(|kept| kept.messages.push(message)).unwrap();
        }
        let messages = &memory.kept().messages;
        assert_eq!(messages.len(), MOST_MESSAGES);
        assert_eq!(messages.last().unwrap().result, "99");
    }
}
