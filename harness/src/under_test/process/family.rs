// SPDX-License-Identifier: MIT OR Apache-2.0
//! A program and all that it has started, as the table of processes shows them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use rustix::fs::fstat;
use rustix::process::{
    Pid, Signal, WaitOptions, getpid, kill_process, kill_process_group, waitpid,
};

/// The word in the environment by which a process of the family is known.
pub(super) const MARK: &str = "HARNESS_CASE_PROCESS";

/// How often members are looked for and ended: one may start others while it is ended.
const ROUNDS: usize = 200;
/// Between two looks.
const LOOK_AGAIN: Duration = Duration::from_millis(5);

static COUNTER: AtomicU64 = AtomicU64::new(0);

/// The name of a pipe in the table of open files.
pub(super) fn pipe_name(pipe: &std::io::PipeReader) -> Option<String> {
    let inode = fstat(pipe).ok()?.st_ino;
    Some(format!("pipe:[{inode}]"))
}

/// A word that no other family has.
pub(super) fn new_mark() -> String {
    let count = COUNTER.fetch_add(1, Ordering::Relaxed);
    format!("{}-{count}", std::process::id())
}

/// Makes this process the parent of every process whose own parent has ended, so that they stay
/// in sight.
pub(super) fn adopt_orphans() {
    static DONE: OnceLock<()> = OnceLock::new();
    DONE.get_or_init(|| {
        #[cfg(target_os = "linux")]
        if let Err(error) = rustix::process::set_child_subreaper(Some(getpid())) {
            tracing::warn!(%error, "children that are left behind may get out of sight");
        }
    });
}

/// A process, as `/proc/PID/stat` has it.
#[derive(Clone, Copy, Debug)]
struct Process {
    parent: i32,
    group: i32,
    zombie: bool,
    /// When it started: a number is given to another process later, not with the same time.
    since: u64,
}

/// Processes that were seen, by number, and when they started.
type Seen = BTreeMap<i32, u64>;

/// A program and its descendants.
#[derive(Debug)]
pub(super) struct Family {
    leader: Option<Pid>,
    /// When the leader started.
    since: Option<u64>,
    mark: String,
    /// How the pipe to which it writes is called in the table of open files.
    pipe: Option<String>,
    /// Members that were seen while they still had their place in the tree.
    known: Seen,
}

impl Family {
    /// The family of a program that was started with `mark` in its environment and writes to
    /// `pipe`.
    pub(super) fn new(leader: Option<Pid>, mark: String, pipe: Option<String>) -> Self {
        let folder = leader.map(|pid| PathBuf::from(format!("/proc/{}", pid.as_raw_pid())));
        Self {
            leader,
            since: folder.and_then(|folder| Some(stat(&folder)?.since)),
            mark,
            pipe,
            known: Seen::new(),
        }
    }

    /// Remembers who belongs to it, before the leader is asked to end.
    pub(super) fn remember(&mut self) {
        let table = table();
        let members = self.members(&table, &Seen::new());
        let since = |pid: i32| Some((pid, table.get(&pid)?.since));
        self.known = members.into_iter().filter_map(since).collect();
    }

    /// Sends a signal to the group of the leader.
    pub(super) fn signal(&self, signal: Signal) {
        if let Some(leader) = self.leader {
            // it may have ended just now
            let _gone = kill_process_group(leader, signal);
        }
    }

    /// Ends what is left when the leader has ended, and returns how many processes that were.
    pub(super) async fn end(&self) -> usize {
        let mut seen = Seen::new();
        for _ in 0..ROUNDS {
            if !self.end_round(&mut seen) {
                break;
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
        seen.len()
    }

    /// Ends everybody, the leader too, without letting anybody else work meanwhile.
    pub(super) fn end_now(&self) {
        let mut seen = Seen::new();
        for _ in 0..ROUNDS {
            if !self.end_round(&mut seen) {
                break;
            }
            std::thread::sleep(LOOK_AGAIN);
        }
    }

    /// Ends the members that there are; whether there were any. Their numbers go to `seen`, by
    /// which they are known when they are dead but not buried.
    fn end_round(&self, seen: &mut Seen) -> bool {
        let table = table();
        let mut any = false;
        for pid in self.members(&table, seen) {
            let (Some(process), Some(id)) = (table.get(&pid), Pid::from_raw(pid)) else {
                continue;
            };
            // the leader is waited for by whoever started it
            let is_leader = self.leader == Some(id);
            if process.zombie {
                if !is_leader && process.parent == getpid().as_raw_pid() {
                    // gone for good after this
                    let _buried = waitpid(Some(id), WaitOptions::NOHANG);
                }
                continue;
            }
            any = true;
            if !is_leader {
                seen.insert(pid, process.since);
            }
            let _gone = kill_process(id, Signal::KILL);
        }
        any
    }

    /// Everybody of the group, with the mark or the pipe, known already, or started by one of these.
    fn members(&self, table: &BTreeMap<i32, Process>, seen: &Seen) -> BTreeSet<i32> {
        let own = getpid().as_raw_pid();
        let leader = self.leader.map(Pid::as_raw_pid);
        let mut members: BTreeSet<i32> = table
            .iter()
            .filter(|(pid, process)| {
                Some(process.group) == leader
                    || (Some(**pid) == leader
                        && self.since.is_none_or(|since| since == process.since))
                    || seen.get(*pid) == Some(&process.since)
                    || self.known.get(*pid) == Some(&process.since)
                    || self.is_marked(**pid)
                    || (process.parent == own && !is_this_program(**pid) && self.has_pipe(**pid))
            })
            .map(|(pid, _)| *pid)
            .collect();
        loop {
            let more: Vec<i32> = table
                .iter()
                .filter(|(pid, process)| {
                    !members.contains(*pid) && members.contains(&process.parent)
                })
                .map(|(pid, _)| *pid)
                .collect();
            if more.is_empty() {
                break;
            }
            members.extend(more);
        }
        members.remove(&own);
        members
    }

    /// Whether it writes to our pipe, as one does that has thrown its environment away.
    fn has_pipe(&self, pid: i32) -> bool {
        let Ok(files) = std::fs::read_dir(format!("/proc/{pid}/fd")) else {
            return false;
        };
        let mut targets = files
            .flatten()
            .filter_map(|file| std::fs::read_link(file.path()).ok());
        self.pipe
            .as_ref()
            .is_some_and(|pipe| targets.any(|target| target.as_os_str() == pipe.as_str()))
    }

    fn is_marked(&self, pid: i32) -> bool {
        // processes of other users cannot be read, and are none of ours
        let Ok(environment) = std::fs::read(format!("/proc/{pid}/environ")) else {
            return false;
        };
        let wanted = format!("{MARK}={}", self.mark);
        environment
            .split(|octet| *octet == 0)
            .any(|entry| entry == wanted.as_bytes())
    }
}

/// Whether a process runs what this one runs. Then it may be a program of another case that is
/// just being started: until it is itself, it has everything open that we have.
fn is_this_program(pid: i32) -> bool {
    let program = |pid: i32| std::fs::read_link(format!("/proc/{pid}/exe")).ok();
    program(pid) == program(getpid().as_raw_pid())
}

/// Every process of the system, where the system shows them.
fn table() -> BTreeMap<i32, Process> {
    let Ok(entries) = std::fs::read_dir("/proc") else {
        return BTreeMap::new();
    };
    entries
        .flatten()
        .filter_map(|entry| {
            let pid = entry.file_name().to_str()?.parse().ok()?;
            Some((pid, stat(&entry.path())?))
        })
        .collect()
}

/// Reads `stat`; the name in it may contain anything, so what follows is counted from its end.
fn stat(folder: &Path) -> Option<Process> {
    let text = std::fs::read_to_string(folder.join("stat")).ok()?;
    let (_, after) = text.rsplit_once(')')?;
    let mut fields = after.split_ascii_whitespace();
    let state = fields.next()?;
    Some(Process {
        parent: fields.next()?.parse().ok()?,
        group: fields.next()?.parse().ok()?,
        zombie: matches!(state, "Z" | "X"),
        // `starttime` is the 22nd field, `pgrp` the fifth
        since: fields.nth(16)?.parse().ok()?,
    })
}
