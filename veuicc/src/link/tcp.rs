// SPDX-License-Identifier: MIT OR Apache-2.0
//! APDUs over a TCP connection, in frames ([`super::frame`]).
//!
//! Connections are served one after the other; the card keeps its power between them.

use std::net::{TcpListener, TcpStream};

use super::{Slot, frame};

/// Serves connections until accepting fails.
///
/// # Errors
/// When the listener fails; a failing connection only ends itself.
pub fn serve(listener: &TcpListener, slot: &Slot) -> std::io::Result<()> {
    loop {
        let (stream, peer) = listener.accept()?;
        tracing::info!(%peer, "terminal connected");
        match connection(stream, slot) {
            Ok(()) => tracing::info!(%peer, "terminal left"),
            Err(error) => tracing::warn!(%peer, %error, "connection ended"),
        }
    }
}

/// Serves one connection until its end.
///
/// # Errors
/// When the connection fails, or ends in the middle of a frame.
pub fn connection(stream: TcpStream, slot: &Slot) -> std::io::Result<()> {
    // an answer is a handful of bytes that somebody waits for
    stream.set_nodelay(true)?;
    let writer = stream.try_clone()?;
    frame::serve(stream, writer, slot)
}
