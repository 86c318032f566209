// SPDX-License-Identifier: MIT OR Apache-2.0
//! The control endpoint: what a hand or a test does to a card from outside its contacts.
//!
//! One JSON object per line in, one JSON object per line out, in order; README.md of this crate
//! lists the commands. Every answer has `"ok"`, a refusal an `"error"` with `"code"` and
//! `"message"`; an `"id"` comes back as it was. Nothing that is sent ends the connection.
//! Trap: whoever reaches it owns the card, so it listens where the user says and nowhere else.

mod command;
mod install;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::net::{UnixListener, UnixStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Map, Value, json};

use super::Slot;

/// Longest request: a profile package of a megabyte in hex.
const LONGEST_REQUEST: u64 = 0x40_0000;
/// Most connections at a time.
const MOST_CONNECTIONS: usize = 16;

/// Why a request was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
enum ControlError {
    #[error("expected a JSON object: {0}")]
    Json(String),
    #[error("expected at most {LONGEST_REQUEST} bytes in a request")]
    TooLong,
    #[error("expected a command of {expected}, got {found:?}")]
    Command { expected: String, found: String },
    #[error("{0}")]
    Parameter(String),
    #[error("expected a card of 1 to {most}, got {found}")]
    Card { most: usize, found: Value },
    #[error("the card is out")]
    Removed,
    #[error("{0}")]
    Refused(String),
}

impl ControlError {
    fn code(&self) -> &'static str {
        match self {
            Self::Json(_) => "json",
            Self::TooLong => "tooLong",
            Self::Command { .. } => "command",
            Self::Parameter(_) => "parameter",
            Self::Card { .. } => "card",
            Self::Removed => "removed",
            Self::Refused(_) => "refused",
        }
    }
}

/// What a command answers beside `"ok"`.
type Members = Map<String, Value>;

/// The control endpoint of some slots.
#[derive(Debug)]
pub struct Control {
    slots: Vec<Slot>,
    connections: AtomicUsize,
}

impl Control {
    /// For these slots, numbered from 1.
    #[must_use]
    pub fn new(slots: Vec<Slot>) -> Self {
        Self {
            slots,
            connections: AtomicUsize::new(0),
        }
    }

    /// Answers one request.
    #[must_use]
    pub fn answer(&self, request: &[u8]) -> Value {
        match serde_json::from_slice::<Map<String, Value>>(request) {
            Ok(mut members) => {
                let id = members.remove("id");
                let mut answer = judged(self.execute(members));
                if let Some(id) = id {
                    answer.insert("id".to_owned(), id);
                }
                Value::Object(answer)
            }
            Err(error) => Value::Object(judged(Err(ControlError::Json(error.to_string())))),
        }
    }

    fn execute(&self, mut members: Members) -> Result<Members, ControlError> {
        let name = members.remove("command");
        let card = members.remove("card").unwrap_or(json!(1));
        let name = name.as_ref().and_then(Value::as_str).unwrap_or_default();
        if name == "cards" {
            return command::cards(&self.slots, members);
        }
        let handler = command::find(name)?;
        let slot = card
            .as_u64()
            .and_then(|number| usize::try_from(number).ok()?.checked_sub(1))
            .and_then(|index| self.slots.get(index))
            .ok_or_else(|| ControlError::Card {
                most: self.slots.len(),
                found: card.clone(),
            })?;
        handler(slot, Value::Object(members))
    }

    /// Serves one connection until its end.
    ///
    /// # Errors
    /// When the connection fails.
    pub fn connection(&self, reader: impl Read, mut writer: impl Write) -> std::io::Result<()> {
        let mut reader = BufReader::new(reader);
        let mut line = Vec::new();
        loop {
            line.clear();
            let count = (&mut reader)
                .take(LONGEST_REQUEST)
                .read_until(b'\n', &mut line)?;
            if count == 0 {
                return Ok(());
            }
            let answer = if line.last() != Some(&b'\n') && line.len() as u64 == LONGEST_REQUEST {
                skip_line(&mut reader)?;
                Value::Object(judged(Err(ControlError::TooLong)))
            } else if line.iter().all(u8::is_ascii_whitespace) {
                continue;
            } else {
                self.answer(&line)
            };
            writer.write_all(format!("{answer}\n").as_bytes())?;
            writer.flush()?;
        }
    }

    /// Serves connections, each in a thread of its own, until accepting fails.
    ///
    /// # Errors
    /// When the listener fails.
    pub fn serve(self: &Arc<Self>, listener: &Listener) -> std::io::Result<()> {
        loop {
            let (reader, writer) = match listener.accept()? {
                Ok(streams) => streams,
                // gone before it was served; the others stay
                Err(error) => {
                    tracing::warn!(%error, "control connection lost");
                    continue;
                }
            };
            if self.connections.fetch_add(1, Ordering::SeqCst) >= MOST_CONNECTIONS {
                // the connection closes with what was accepted
                self.connections.fetch_sub(1, Ordering::SeqCst);
                tracing::warn!("expected at most {MOST_CONNECTIONS} control connections");
                continue;
            }
            let control = Arc::clone(self);
            std::thread::spawn(move || {
                if let Err(error) = control.connection(reader, writer) {
                    tracing::warn!(%error, "control connection ended");
                }
                control.connections.fetch_sub(1, Ordering::SeqCst);
            });
        }
    }
}

/// `"ok"` and what belongs to it.
fn judged(outcome: Result<Members, ControlError>) -> Members {
    let (ok, more) = match outcome {
        Ok(members) => (true, members),
        Err(error) => {
            let told = json!({ "code": error.code(), "message": error.to_string() });
            (false, Members::from_iter([("error".to_owned(), told)]))
        }
    };
    let mut answer = Members::from_iter([("ok".to_owned(), json!(ok))]);
    answer.extend(more);
    answer
}

fn skip_line(reader: &mut impl BufRead) -> std::io::Result<()> {
    reader.skip_until(b'\n').map(drop)
}

/// Where the control endpoint listens.
#[derive(Debug)]
pub enum Listener {
    /// A TCP port.
    Tcp(TcpListener),
    /// A Unix socket.
    Unix(UnixListener),
}

type Streams = (Box<dyn Read + Send>, Box<dyn Write + Send>);

impl Listener {
    /// The next connection; the inner error is the connection's own.
    fn accept(&self) -> std::io::Result<std::io::Result<Streams>> {
        Ok(match self {
            Self::Tcp(listener) => tcp(listener.accept()?.0),
            Self::Unix(listener) => unix(listener.accept()?.0),
        })
    }
}

fn tcp(stream: TcpStream) -> std::io::Result<Streams> {
    stream.set_nodelay(true)?;
    Ok((Box::new(stream.try_clone()?), Box::new(stream)))
}

fn unix(stream: UnixStream) -> std::io::Result<Streams> {
    Ok((Box::new(stream.try_clone()?), Box::new(stream)))
}
