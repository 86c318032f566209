// SPDX-License-Identifier: MIT OR Apache-2.0
//! The file of a tape. What is read is taken with suspicion: it comes from somebody else.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::event::{Event, Octets};
use super::header::Header;

/// The number of the format. It changes when an older harness would misread a tape.
pub const FORMAT: u32 = 1;

/// No tape is longer.
const MOST_BYTES: u64 = 256 << 20;
/// No tape has more events.
const MOST_EVENTS: usize = 1_000_000;

/// A tape.
#[derive(Clone, Debug)]
pub struct Recording {
    /// Which case it was.
    pub header: Header,
    /// What happened.
    pub events: Vec<Event>,
}

/// The last line of a tape.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Footer {
    /// How many events there are.
    pub events: usize,
    /// SHA-256 of all bytes before this line.
    pub sha256: Octets,
}

/// Only the member that tells the format, whatever else there is.
#[derive(Deserialize)]
struct Format {
    tape: u32,
}

/// A file that is no tape, or none that can be played.
#[derive(Debug, thiserror::Error)]
pub enum RecordingError {
    /// It cannot be read.
    #[error("{}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// It is none, or a damaged one.
    #[error("{}: {problem}", path.display())]
    Content {
        /// The file.
        path: PathBuf,
        /// What is wrong, and where.
        problem: String,
    },
}

impl Recording {
    /// Reads a tape.
    ///
    /// # Errors
    /// [`RecordingError`], in one line.
    pub fn load(path: &Path) -> Result<Self, RecordingError> {
        let failed = |source| RecordingError::Read {
            path: path.to_owned(),
            source,
        };
        let mut bytes = Vec::new();
        let file = std::fs::File::open(path).map_err(failed)?;
        file.take(MOST_BYTES + 1)
            .read_to_end(&mut bytes)
            .map_err(failed)?;
        Self::parse(&bytes).map_err(|problem| RecordingError::Content {
            path: path.to_owned(),
            problem,
        })
    }

    /// Reads a tape from its bytes.
    ///
    /// # Errors
    /// What is wrong, and where.
    pub fn parse(bytes: &[u8]) -> Result<Self, String> {
        if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > MOST_BYTES {
            return Err(format!("expected a tape of at most {MOST_BYTES} bytes"));
        }
        let text = std::str::from_utf8(bytes).map_err(|error| {
            format!(
                "expected a tape, which is text; byte {} is none",
                error.valid_up_to()
            )
        })?;
        let first = text.split('\n').next().unwrap_or_default();
        let format: Format = serde_json::from_str(first).map_err(|_| {
            "expected a tape of `harness record`, whose first line says {\"tape\":1,...}".to_owned()
        })?;
        if format.tape != FORMAT {
            return Err(format!(
                "expected a tape of format {FORMAT}, got format {}; it is for another version of the harness",
                format.tape
            ));
        }
        let whole = text.strip_suffix('\n').ok_or_else(cut_off)?;
        let (before, last) = whole.rsplit_once('\n').ok_or_else(cut_off)?;
        let footer: Footer = serde_json::from_str(last).map_err(|_| cut_off())?;
        let covered = bytes.get(..before.len() + 1).unwrap_or_default();
        if Sha256::digest(covered).as_slice() != footer.sha256.0 {
            return Err(
                "expected the bytes that the last line has the digest of: the tape was \
                        changed after it was recorded"
                    .to_owned(),
            );
        }
        let mut lines = before.split('\n').enumerate();
        let header = lines.next().map_or("", |(_, line)| line);
        let header = serde_json::from_str(header).map_err(|error| format!("line 1: {error}"))?;
        let events = lines
            .take(MOST_EVENTS)
            .map(|(index, line)| {
                serde_json::from_str(line).map_err(|error| format!("line {}: {error}", index + 1))
            })
            .collect::<Result<Vec<Event>, String>>()?;
        if events.len() != footer.events {
            return Err(format!(
                "expected {} events, got {}",
                footer.events,
                events.len()
            ));
        }
        Ok(Self { header, events })
    }

    /// The tape as it is written.
    #[must_use]
    pub fn to_text(&self) -> String {
        // names, numbers and text: that can be written
        let mut text = serde_json::to_string(&self.header).unwrap_or_default();
        text.push('\n');
        for event in &self.events {
            text.push_str(&serde_json::to_string(event).unwrap_or_default());
            text.push('\n');
        }
        let footer = Footer {
            events: self.events.len(),
            sha256: Octets(Sha256::digest(text.as_bytes()).to_vec()),
        };
        text.push_str(&serde_json::to_string(&footer).unwrap_or_default());
        text.push('\n');
        text
    }

    /// The name of the file of a tape.
    #[must_use]
    pub fn file_name(case: &str, iut: &str) -> String {
        let plain = |name: &str| name.replace(['/', '\\'], "-");
        format!("{}@{}.tape", plain(case), plain(iut))
    }
}

fn cut_off() -> String {
    "expected a last line with the digest of the tape: its end is missing".to_owned()
}
