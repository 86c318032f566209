// SPDX-License-Identifier: MIT OR Apache-2.0
//! A program under test at work: its own process group, its output kept, its end certain.
//!
//! Traps: a program leaves children behind that hold its pipes and its ports, in another process
//! group, in another session, or after their parent has ended. They are known by what they
//! inherit: a word in the environment, the pipe to which they write, and their place in the tree of
//! processes; this process is the one that inherits orphans. What floods its output is not read
//! faster than it can be thrown away.

mod family;
mod output;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::io::{PipeReader, PipeWriter};
use std::os::unix::process::ExitStatusExt as _;
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal};
use tokio::process::{Child, Command};

use family::Family;
use output::Output;

/// What a wrapper says with its exit code when the program cannot do what the case needs.
pub const UNSUPPORTED: i32 = 127;

/// How long what is left of the output is waited for after the end.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// A command with its surroundings.
#[derive(Clone, Debug, Default)]
pub struct Launch {
    /// Program and arguments.
    pub command: Vec<String>,
    /// Environment, beside that of the harness.
    pub env: BTreeMap<String, String>,
    /// Working folder; none means that of the harness.
    pub folder: Option<PathBuf>,
}

/// A program that does not start.
#[derive(Debug, thiserror::Error)]
pub enum LaunchError {
    /// There is no command.
    #[error("expected a program to start, got an empty command")]
    Empty,
    /// The system refuses.
    #[error("{program}: cannot be started: {source}")]
    Start {
        /// The program.
        program: String,
        /// What the system says.
        source: std::io::Error,
    },
    /// It did not end.
    #[error("{program}: expected its end within {seconds} s")]
    Late {
        /// The program.
        program: String,
        /// How long it had.
        seconds: f64,
    },
}

/// Standard input and output of a program, as this side has them.
#[derive(Debug)]
pub struct Pipes {
    /// What it reads.
    pub input: PipeWriter,
    /// What it writes.
    pub output: PipeReader,
}

/// How a program ended.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct End {
    status: Option<ExitStatus>,
    /// Processes that it left behind.
    left: usize,
}

impl End {
    /// Whether it ended by itself and was content.
    #[must_use]
    pub fn is_success(self) -> bool {
        self.status.is_some_and(|status| status.success())
    }

    /// Whether it says that it cannot do what the case needs.
    #[must_use]
    pub fn is_unsupported(self) -> bool {
        self.status.and_then(|status| status.code()) == Some(UNSUPPORTED)
    }

    /// The number of processes that it left behind.
    #[must_use]
    pub const fn left(self) -> usize {
        self.left
    }
}

/// Names of the signals that end programs.
const SIGNALS: [(i32, &str); 12] = [
    (1, "SIGHUP"),
    (2, "SIGINT"),
    (3, "SIGQUIT"),
    (4, "SIGILL"),
    (6, "SIGABRT"),
    (7, "SIGBUS"),
    (8, "SIGFPE"),
    (9, "SIGKILL"),
    (11, "SIGSEGV"),
    (13, "SIGPIPE"),
    (14, "SIGALRM"),
    (15, "SIGTERM"),
];

impl std::fmt::Display for End {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.status {
            None => f.write_str("nobody knows how")?,
            Some(status) => match (status.code(), status.signal()) {
                (Some(code), _) => write!(f, "exit code {code}")?,
                (None, Some(signal)) => {
                    let name = SIGNALS.iter().find(|known| known.0 == signal);
                    let name = name.map_or("a signal", |known| known.1);
                    write!(f, "signal {signal} ({name})")?;
                    if status.core_dumped() {
                        f.write_str(" and left a core dump")?;
                    }
                }
                (None, None) => write!(f, "{status}")?,
            },
        }
        match self.left {
            0 => Ok(()),
            1 => f.write_str("; a process that it left behind was ended"),
            left => write!(f, "; {left} processes that it left behind were ended"),
        }
    }
}

/// A program at work. It ends, with all that it has started, at the latest when this is dropped.
#[derive(Debug)]
pub struct Supervised {
    child: Child,
    family: Family,
    output: Output,
    end: Option<End>,
}

impl Supervised {
    /// Starts a program that reads nothing, and keeps what it writes.
    ///
    /// # Errors
    /// It cannot be started. Must be called within a tokio runtime.
    pub fn start(launch: &Launch) -> Result<Self, LaunchError> {
        let program = launch.command.first().ok_or(LaunchError::Empty)?;
        let failed = |source| LaunchError::Start {
            program: program.clone(),
            source,
        };
        Self::spawn(launch, None).map_err(failed)
    }

    /// Starts a program whose standard input and output are somebody else's; what it writes to its
    /// standard error is kept.
    ///
    /// # Errors
    /// It cannot be started. Must be called within a tokio runtime.
    pub fn start_with_pipes(launch: &Launch) -> Result<(Self, Pipes), LaunchError> {
        let program = launch.command.first().ok_or(LaunchError::Empty)?;
        let failed = |source| LaunchError::Start {
            program: program.clone(),
            source,
        };
        let (its_input, input) = std::io::pipe().map_err(failed)?;
        let (output, its_output) = std::io::pipe().map_err(failed)?;
        let started = Self::spawn(launch, Some((its_input, its_output))).map_err(failed)?;
        Ok((started, Pipes { input, output }))
    }

    fn spawn(launch: &Launch, pipes: Option<(PipeReader, PipeWriter)>) -> std::io::Result<Self> {
        let (program, arguments) = launch.command.split_first().unwrap_or((&EMPTY, &[]));
        let (reader, writer) = std::io::pipe()?;
        let pipe = family::pipe_name(&reader);
        let mark = family::new_mark();
        let mut command = Command::new(program);
        command
            .args(arguments)
            .envs(&launch.env)
            .env(family::MARK, &mark)
            .process_group(0)
            .kill_on_drop(true)
            .stderr(writer.try_clone()?);
        match pipes {
            Some((input, output)) => command.stdin(input).stdout(output),
            None => command.stdin(Stdio::null()).stdout(writer),
        };
        if let Some(folder) = &launch.folder {
            command.current_dir(folder);
        }
        family::adopt_orphans();
        let child = command.spawn()?;
        // with it go our ends of its pipes, or they would never be at their end
        drop(command);
        let leader = child
            .id()
            .and_then(|id| i32::try_from(id).ok())
            .and_then(Pid::from_raw);
        Ok(Self {
            child,
            family: Family::new(leader, mark, pipe),
            output: Output::read(reader)?,
            end: None,
        })
    }

    /// Waits for its end; what it has left behind is ended. May be dropped and called again.
    pub async fn ended(&mut self) -> End {
        if let Some(end) = self.end {
            return end;
        }
        let status = self.child.wait().await.ok();
        let left = self.family.end().await;
        self.output.finish(LAST_WORDS).await;
        let end = End { status, left };
        self.end = Some(end);
        end
    }

    /// How it ended, when it has or does within `patience`.
    pub async fn ended_within(&mut self, patience: Duration) -> Option<End> {
        let is_over = self.end.is_some() || matches!(self.child.try_wait(), Ok(Some(_)));
        if !is_over {
            let waited = tokio::time::timeout(patience, self.child.wait()).await;
            // what cannot be waited for is told as such by its end
            let _status = waited.ok()?;
        }
        Some(self.ended().await)
    }

    /// Asks it to end (SIGTERM to its group), and ends it when it does not within `grace`.
    pub async fn stop(&mut self, grace: Duration) -> End {
        if self.end.is_none() {
            self.family.remember();
            self.family.signal(Signal::TERM);
            if let Ok(end) = tokio::time::timeout(grace, self.ended()).await {
                return end;
            }
        }
        self.kill().await
    }

    /// Ends it without warning, with all that it has started.
    pub async fn kill(&mut self) -> End {
        if self.end.is_none() {
            // not the leader first: its children are known by it
            self.family.end().await;
            self.end_leader();
        }
        self.ended().await
    }

    /// Ends the leader and its group, also where the table of processes does not show them.
    fn end_leader(&mut self) {
        // without an id it has been waited for, and its number may be somebody else's
        if self.child.id().is_some() {
            self.family.signal(Signal::KILL);
            // it may have ended just now
            let _gone = self.child.start_kill();
        }
    }

    /// What it wrote so far: the beginning and the end of it, when it is much.
    #[must_use]
    pub fn output(&self) -> Vec<u8> {
        self.output.text()
    }

    /// Keeps a line that came another way, such as between the messages of a protocol.
    pub fn aside(&self) -> impl Fn(&str) + Send + use<> {
        let output = self.output.clone();
        move |line| {
            output.keep(line.as_bytes());
            output.keep(b"\n");
        }
    }
}

impl Drop for Supervised {
    fn drop(&mut self) {
        if self.end.is_none() {
            self.family.end_now();
            self.end_leader();
        }
    }
}

static EMPTY: String = String::new();

/// Runs a command to its end, and returns how it ended and what it wrote.
///
/// # Errors
/// It cannot be started, or does not end within `most`; then it is ended.
pub async fn complete(launch: &Launch, most: Duration) -> Result<(End, Vec<u8>), LaunchError> {
    let mut running = Supervised::start(launch)?;
    match tokio::time::timeout(most, running.ended()).await {
        Ok(end) => Ok((end, running.output())),
        Err(_) => {
            running.kill().await;
            Err(LaunchError::Late {
                program: launch.command.first().cloned().unwrap_or_default(),
                seconds: most.as_secs_f64(),
            })
        }
    }
}
