// SPDX-License-Identifier: MIT OR Apache-2.0
//! APDUs over a Unix socket, in frames ([`super::frame`]).
//!
//! Trap: the file of a socket outlives the process that made it. One that nobody listens on any
//! more is replaced, everything else in its place is left alone.

use std::io::ErrorKind;
use std::os::unix::fs::{FileTypeExt, PermissionsExt};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;

use super::{Slot, frame};

/// Makes the socket, for the user alone.
///
/// # Errors
/// When the file cannot be made, or something else is there already.
pub fn bind(path: &Path) -> std::io::Result<UnixListener> {
    if is_abandoned(path) {
        std::fs::remove_file(path)?;
    }
    let listener = UnixListener::bind(path)?;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))?;
    Ok(listener)
}

fn is_abandoned(path: &Path) -> bool {
    let is_socket = std::fs::symlink_metadata(path).is_ok_and(|it| it.file_type().is_socket());
    is_socket
        && UnixStream::connect(path)
            .is_err_and(|error| error.kind() == ErrorKind::ConnectionRefused)
}

/// Serves connections one after the other until accepting fails.
///
/// # Errors
/// When the listener fails; a failing connection only ends itself.
pub fn serve(listener: &UnixListener, slot: &Slot) -> std::io::Result<()> {
    loop {
        let (stream, _) = listener.accept()?;
        tracing::info!("terminal connected");
        let outcome = stream
            .try_clone()
            .and_then(|writer| frame::serve(stream, writer, slot));
        match outcome {
            Ok(()) => tracing::info!("terminal left"),
            Err(error) => tracing::warn!(%error, "connection ended"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_abandoned_socket_is_replaced_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("card.sock");
        let first = bind(&path).unwrap();
        assert_eq!(bind(&path).unwrap_err().kind(), ErrorKind::AddrInUse);
        drop(first);
        drop(bind(&path).unwrap());
        let file = folder.path().join("file");
        std::fs::write(&file, "mine").unwrap();
        assert_eq!(bind(&file).unwrap_err().kind(), ErrorKind::AddrInUse);
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "mine");
    }
}
