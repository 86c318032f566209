// SPDX-License-Identifier: MIT OR Apache-2.0
//! Roles as processes of their own, so that they can be killed as a power cut kills them.

use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// How long a command may take to say that it is ready, or to end.
const PATIENCE: Duration = Duration::from_secs(30);

/// A command of this program that can be started, killed and started again.
#[derive(Debug)]
pub(super) struct Process {
    name: &'static str,
    arguments: Vec<String>,
    log: PathBuf,
    child: Mutex<Option<Child>>,
}

/// A process that does not do what it is there for.
#[derive(Debug, thiserror::Error)]
#[error("{name}: {what} (its log: {})", log.display())]
pub(super) struct ProcessError {
    name: &'static str,
    what: String,
    log: PathBuf,
}

impl Process {
    /// A command that is not running yet; `log` takes what it writes to standard error.
    pub(super) fn new(name: &'static str, arguments: Vec<String>, log: PathBuf) -> Arc<Self> {
        Arc::new(Self {
            name,
            arguments,
            log,
            child: Mutex::new(None),
        })
    }

    fn error(&self, what: impl std::fmt::Display) -> ProcessError {
        ProcessError {
            name: self.name,
            what: what.to_string(),
            log: self.log.clone(),
        }
    }

    fn spawn(&self) -> Result<Child, ProcessError> {
        let log = File::options().create(true).append(true).open(&self.log);
        let log = log.map_err(|error| self.error(error))?;
        let program = std::env::current_exe().map_err(|error| self.error(error))?;
        Command::new(program)
            .args(&self.arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .map_err(|error| self.error(error))
    }

    /// Starts it and returns what `ready` finds in a line of its standard output.
    pub(super) fn start<T>(&self, ready: impl Fn(&str) -> Option<T>) -> Result<T, ProcessError> {
        let mut child = self.spawn()?;
        let lines = lines(&mut child);
        *self.lock() = Some(child);
        loop {
            match lines.recv_timeout(PATIENCE) {
                Ok(line) => {
                    if let Some(found) = ready(&line) {
                        return Ok(found);
                    }
                }
                Err(RecvTimeoutError::Timeout) => {
                    return Err(self.error("expected it to be ready in time"));
                }
                Err(RecvTimeoutError::Disconnected) => {
                    return Err(self.error("expected it to serve, but it ended"));
                }
            }
        }
    }

    /// Starts it without waiting for anything.
    pub(super) fn launch(&self) -> Result<(), ProcessError> {
        let mut child = self.spawn()?;
        // nobody reads it, but its pipe must not fill
        drop(lines(&mut child));
        *self.lock() = Some(child);
        Ok(())
    }

    /// Runs it to its end and returns what it wrote to standard output.
    pub(super) fn complete(&self) -> Result<String, ProcessError> {
        let child = self.spawn()?;
        let output = child
            .wait_with_output()
            .map_err(|error| self.error(error))?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned());
        }
        Err(self.error(format_args!("expected success, got {}", output.status)))
    }

    /// Ends it without warning (SIGKILL), and returns when it is gone.
    pub(super) fn kill(&self) {
        if let Some(mut child) = self.lock().take() {
            // one that has ended by itself is as gone as one that is killed
            drop(child.kill());
            drop(child.wait());
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Child>> {
        self.child.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

/// The lines of a child's standard output, read to the end whoever listens.
fn lines(child: &mut Child) -> Receiver<String> {
    let (sender, receiver) = channel();
    if let Some(output) = child.stdout.take() {
        std::thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                // whoever listened may have heard enough
                drop(sender.send(line));
            }
        });
    }
    receiver
}
