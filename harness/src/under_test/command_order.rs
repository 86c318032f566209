// SPDX-License-Identifier: MIT OR Apache-2.0
//! One command of a northbound interface: started, awaited, its first line taken.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::net::unix::pipe::Receiver;

use super::process::{End, Launch, LaunchError, Supervised};
use crate::wire::http::excerpt;

/// So much of standard output is kept; the rest is thrown away.
const LIMIT: u64 = 1 << 20;

/// Where commands run.
#[derive(Clone, Debug, Default)]
pub struct Surroundings {
    /// Working folder; that of the harness when there is none.
    pub folder: Option<PathBuf>,
    /// Environment beside that of the harness.
    pub env: BTreeMap<String, String>,
}

/// Why a command came to nothing.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// It cannot be started.
    #[error(transparent)]
    Launch(#[from] LaunchError),
    /// It did not end in time.
    #[error("{program}: expected an end within {seconds} s, and it was stopped")]
    Timeout {
        /// The program.
        program: String,
        /// The time that it had.
        seconds: f64,
    },
    /// It ended with another status than success.
    #[error("{program}: expected success, got {end}; it wrote: {output}")]
    Status {
        /// The program.
        program: String,
        /// How it ended.
        end: End,
        /// The beginning of its standard error, or of its standard output.
        output: String,
    },
}

/// Runs a command and returns the first line of its standard output.
pub(super) async fn first_line(
    command: &[String],
    surroundings: &Surroundings,
    timeout: Duration,
) -> Result<String, CommandError> {
    let program = command.first().ok_or(LaunchError::Empty)?.clone();
    let launch = Launch {
        command: command.to_vec(),
        env: surroundings.env.clone(),
        folder: surroundings.folder.clone(),
    };
    let (mut running, pipes) = Supervised::start_with_pipes(&launch)?;
    // it reads nothing
    drop(pipes.input);
    let output = Receiver::from_owned_fd(pipes.output.into());
    let output = output.map_err(|source| LaunchError::Start {
        program: program.clone(),
        source,
    })?;
    let whole = async { tokio::join!(read(output), running.ended()) };
    let Ok((output, end)) = tokio::time::timeout(timeout, whole).await else {
        running.kill().await;
        return Err(CommandError::Timeout {
            program,
            seconds: timeout.as_secs_f64(),
        });
    };
    if !end.is_success() {
        let errors = running.output();
        let said = if errors.trim_ascii().is_empty() {
            &output
        } else {
            &errors
        };
        return Err(CommandError::Status {
            program,
            end,
            output: excerpt(said),
        });
    }
    let text = String::from_utf8_lossy(&output);
    Ok(text.lines().next().unwrap_or_default().trim().to_owned())
}

/// Reads to the end and keeps the beginning.
async fn read(mut stream: impl AsyncRead + Unpin) -> Vec<u8> {
    let mut kept = Vec::new();
    // a stream that breaks has said all that it will
    let _broken = (&mut stream).take(LIMIT).read_to_end(&mut kept).await;
    let _broken = tokio::io::copy(&mut stream, &mut tokio::io::sink()).await;
    kept
}
