// SPDX-License-Identifier: MIT OR Apache-2.0
//! A card behind lpac's stdio protocol: one JSON object per line in each direction, bytes as hex
//! (`veuicc serve --link stdio`).
//!
//! Lines of another type share the stream and are passed over. There is no answer to reset in this
//! protocol.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, PoisonError};

use serde_json::{Value, json};

use crate::iut::{CardLink, LinkError};

/// Lines that are passed over before an answer.
const MOST_LINES: usize = 1000;

/// A process, or whoever is at the other end of our own standard streams, that is a card.
pub(crate) struct StdioCard {
    streams: Mutex<Streams>,
    child: Option<Mutex<Child>>,
}

struct Streams {
    input: Box<dyn BufRead + Send>,
    output: Box<dyn Write + Send>,
}

impl StdioCard {
    /// Starts the command, whose words are separated by spaces; without one, the standard streams
    /// of this process are the way to the card.
    pub(crate) fn start(command: &str) -> Result<Self, LinkError> {
        let mut words = command.split_whitespace();
        let Some(program) = words.next() else {
            return Ok(Self {
                streams: Mutex::new(Streams {
                    input: Box::new(BufReader::new(std::io::stdin())),
                    output: Box::new(std::io::stdout()),
                }),
                child: None,
            });
        };
        let mut child = Command::new(program)
            .args(words)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| LinkError(format!("no card at stdio:{command}: {error}")))?;
        let (Some(output), Some(input)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(LinkError(format!("no streams of {program}")));
        };
        Ok(Self {
            streams: Mutex::new(Streams {
                input: Box::new(BufReader::new(input)),
                output: Box::new(output),
            }),
            child: Some(Mutex::new(child)),
        })
    }

    fn ask(&self, function: &str, parameter: Option<&[u8]>) -> Result<Value, LinkError> {
        let mut streams = self.streams.lock().unwrap_or_else(PoisonError::into_inner);
        let payload = json!({ "func": function, "param": parameter.map(hex::encode) });
        let line = json!({ "type": "apdu", "payload": payload });
        let broken = |error: std::io::Error| LinkError(error.to_string());
        writeln!(streams.output, "{line}").map_err(broken)?;
        streams.output.flush().map_err(broken)?;
        for _ in 0..MOST_LINES {
            let mut line = String::new();
            if streams.input.read_line(&mut line).map_err(broken)? == 0 {
                return Err(LinkError(
                    "expected an answer, got the end of the input".into(),
                ));
            }
            if let Some(payload) = answer(&line) {
                return accepted(function, payload);
            }
        }
        Err(LinkError(format!(
            "expected an answer within {MOST_LINES} lines"
        )))
    }
}

fn answer(line: &str) -> Option<Value> {
    let mut message: Value = serde_json::from_str(line).ok()?;
    let apdu = message.get("type")? == "apdu";
    message.get_mut("payload").map(Value::take).filter(|_| apdu)
}

fn accepted(function: &str, payload: Value) -> Result<Value, LinkError> {
    match payload.get("ecode").and_then(Value::as_i64) {
        Some(code) if code >= 0 => Ok(payload),
        code => Err(LinkError(format!(
            "{function}: expected an ecode of 0 or more, got {code:?}"
        ))),
    }
}

impl CardLink for StdioCard {
    fn transmit(&self, command: &[u8]) -> Result<Vec<u8>, LinkError> {
        let payload = self.ask("transmit", Some(command))?;
        let data = payload.get("data").and_then(Value::as_str);
        data.and_then(|data| hex::decode(data).ok())
            .ok_or_else(|| LinkError("transmit: expected data in hex".to_owned()))
    }

    fn reset(&self) -> Result<Vec<u8>, LinkError> {
        self.ask("disconnect", None)?;
        self.ask("connect", None)?;
        Ok(Vec::new())
    }
}

impl Drop for StdioCard {
    fn drop(&mut self) {
        if let Some(child) = &self.child {
            let mut child = child.lock().unwrap_or_else(PoisonError::into_inner);
            // it may be gone already; either way nobody waits for it any more
            let _killed = child.kill();
            let _gone = child.wait();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_answers_of_type_apdu_count() {
        assert_eq!(answer("{\"type\":\"progress\",\"payload\":{}}"), None);
        assert_eq!(answer("no json"), None);
        let payload = answer("{\"type\":\"apdu\",\"payload\":{\"ecode\":0,\"data\":\"9000\"}}");
        assert!(accepted("transmit", payload.unwrap()).is_ok());
        let error = accepted("connect", json!({ "ecode": -1 })).unwrap_err();
        assert!(error.0.contains("got Some(-1)"), "{error}");
    }

    #[test]
    fn a_command_that_ends_is_no_card() {
        let card = StdioCard::start("true").unwrap();
        assert!(card.reset().is_err());
        assert!(StdioCard::start("/no/such/program").is_err());
    }
}
