// SPDX-License-Identifier: MIT OR Apache-2.0
//! A modem with AT commands on a pseudo-terminal (TS 27.007 §8): for LPAs and IPAs that reach their
//! card through one.
//!
//! Traps: the terminal side is made raw before anybody opens it, or its own echo answers the modem
//! for ever; it is kept open here, because a read fails as long as no terminal has it open. So a
//! terminal that leaves is not noticed, and what it did not read waits for the next one.

mod error;
mod line;
mod modem;
mod sim;

use std::fs::File;
use std::io::{ErrorKind, Read, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::path::{Path, PathBuf};

use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::Errno;
use rustix::termios::{OptionalActions, tcgetattr, tcsetattr};

use super::Slot;
pub use modem::{Modem, ModemOptions};

/// Largest piece that a pseudo-terminal takes at once when it takes anything.
const PIECE: usize = 128;

/// A pseudo-terminal with the modem's end open.
#[derive(Debug)]
pub struct Port {
    modem: File,
    /// Kept open so that reads wait for a terminal instead of failing.
    _terminal: OwnedFd,
    name: PathBuf,
}

impl Port {
    /// Opens a new pseudo-terminal.
    ///
    /// # Errors
    /// When the system has none left.
    pub fn open() -> std::io::Result<Self> {
        let pty = rustix_openpty::openpty(None, None)?;
        let mut settings = tcgetattr(&pty.user)?;
        settings.make_raw();
        tcsetattr(&pty.user, OptionalActions::Now, &settings)?;
        let name = rustix::pty::ptsname(&pty.controller, Vec::new())?;
        let name = name
            .into_string()
            .map_err(|_| std::io::Error::from(ErrorKind::InvalidData))?;
        Ok(Self {
            modem: File::from(pty.controller),
            _terminal: pty.user,
            name: PathBuf::from(name),
        })
    }

    /// Where a terminal finds it.
    #[must_use]
    pub fn name(&self) -> &Path {
        &self.name
    }

    /// Gives it a stable name as well; an older symbolic link is replaced.
    ///
    /// # Errors
    /// When the link cannot be made, or something else is there already.
    pub fn link(&self, path: &Path) -> std::io::Result<()> {
        let is_link = std::fs::symlink_metadata(path).is_ok_and(|it| it.file_type().is_symlink());
        if is_link {
            std::fs::remove_file(path)?;
        }
        std::os::unix::fs::symlink(&self.name, path)
    }

    /// Waits until the terminal's side is ready; false when `stop` came first.
    fn waits_for(&self, flags: PollFlags, stop: &impl AsFd) -> std::io::Result<bool> {
        let mut ready = [
            PollFd::new(stop, PollFlags::IN),
            PollFd::new(&self.modem, flags),
        ];
        loop {
            match poll(&mut ready, None) {
                Ok(_) => break,
                Err(Errno::INTR) => (),
                Err(error) => return Err(error.into()),
            }
        }
        let [stop, _] = ready;
        Ok(stop.revents().is_empty())
    }
}

/// Answers AT commands until `stop` can be read or has ended, or the pseudo-terminal fails.
///
/// # Errors
/// When reading or writing fails.
pub fn serve_until(
    mut port: Port,
    slot: &Slot,
    options: ModemOptions,
    stop: impl AsFd,
) -> std::io::Result<()> {
    let mut modem = Modem::new(slot.clone(), options);
    let mut buffer = [0; 4096];
    while port.waits_for(PollFlags::IN, &stop)? {
        let count = port.modem.read(&mut buffer)?;
        let answer = modem.receive(buffer.get(..count).unwrap_or_default());
        // a terminal that reads nothing must not keep this from being stopped
        for piece in answer.chunks(PIECE) {
            if !port.waits_for(PollFlags::OUT, &stop)? {
                return Ok(());
            }
            port.modem.write_all(piece)?;
        }
    }
    Ok(())
}

/// Answers AT commands until the pseudo-terminal fails.
///
/// # Errors
/// When reading or writing fails.
pub fn serve(mut port: Port, slot: &Slot, options: ModemOptions) -> std::io::Result<()> {
    let mut modem = Modem::new(slot.clone(), options);
    let mut buffer = [0; 4096];
    loop {
        let count = match port.modem.read(&mut buffer) {
            Ok(0) => return Ok(()),
            Ok(count) => count,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        let answer = modem.receive(buffer.get(..count).unwrap_or_default());
        port.modem.write_all(&answer)?;
    }
}
