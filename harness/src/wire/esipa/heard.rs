// SPDX-License-Identifier: MIT OR Apache-2.0
//! Somebody who listens to the connections of a server, or takes them over; and how they begin.

use smdp::http::{Opened, Overheard, Stream};

use super::{HANDSHAKE_TIME, Shell, exchanges, respond};

/// Lets whoever wants to listen, or take the connection over.
pub(super) async fn heard<S>(stream: S, opened: &Opened, caller: respond::Caller, shell: Shell)
where
    S: Stream + 'static,
{
    let Some(ear) = shell.manner.ear.clone() else {
        return exchanges(stream, caller, shell).await;
    };
    if let Some(stream) = ear.divert(Box::new(stream), opened) {
        let stream = Overheard::new(stream, Some(ear), opened);
        exchanges(stream, caller, shell).await;
    }
}

/// Whether a client begins with a request instead of a handshake.
pub(super) async fn is_plain(socket: &tokio::net::TcpStream) -> bool {
    let mut first = [0];
    let peeked = tokio::time::timeout(HANDSHAKE_TIME, socket.peek(&mut first)).await;
    matches!(peeked, Ok(Ok(1))) && first == *b"P"
}
