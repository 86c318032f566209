// SPDX-License-Identifier: MIT OR Apache-2.0
//! The card of a case, in this process, where a program under test looks for one: TCP, a PC/SC
//! reader, its standard input and output, a modem.
//!
//! Traps: threads that serve a card wait in reads, so each has something that wakes it up when the
//! case is over. A reader shows the card of the case before until pcscd has looked again.

mod reader;
mod stdio;

use std::net::{Shutdown, SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use veuicc::link::{Slot, at, tcp};

use super::description::Card;
use super::process::Pipes;
use super::substitute::Names;
pub(crate) use reader::PATIENCE as SLOT_PATIENCE;
use reader::Reader;

/// Most connections to a card at a time.
const MOST_CONNECTIONS: usize = 16;

/// A card that cannot be offered.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CardError {
    /// A socket or a pseudo-terminal cannot be opened, or no slot is free.
    #[error("card: {0}")]
    System(#[from] std::io::Error),
    /// Nobody takes cards at the port of the slot.
    #[error(
        "card: expected vsmartcard's vpcd at port {port}, {source}; is pcscd running, with that reader?"
    )]
    NoVpcd {
        /// The port.
        port: u16,
        /// What the system says.
        source: std::io::Error,
    },
    /// PC/SC does not show the card.
    #[error("card: expected it in the reader {reader:?}, {source}{hint}")]
    Reader {
        /// The reader.
        reader: String,
        /// What PC/SC says.
        source: veuicc_pcsc::Error,
        /// What there is instead, or what to look at.
        hint: String,
    },
}

/// The card where the program finds it, until this is dropped.
#[derive(Debug)]
pub(crate) struct CardServer {
    slot: Slot,
    way: Way,
}

#[derive(Debug)]
enum Way {
    Tcp {
        address: SocketAddr,
        accepting: JoinHandle<()>,
        open: Open,
    },
    Reader(Reader),
    Stdio,
    Modem {
        tty: PathBuf,
        // its end is what the thread waits for
        _stop: std::io::PipeWriter,
    },
}

type Open = Arc<Mutex<Vec<TcpStream>>>;

impl CardServer {
    /// Offers the card of `slot`; `scratch` may hold what the program needs to find it.
    pub(crate) async fn start(card: &Card, slot: Slot, scratch: &Path) -> Result<Self, CardError> {
        let way = match card {
            Card::Tcp => serve_tcp(&slot).await?,
            Card::Vpcd { ports, readers } => {
                Way::Reader(Reader::insert(&slot, ports, readers).await?)
            }
            Card::Stdio => Way::Stdio,
            Card::At => serve_modem(&slot, scratch)?,
        };
        Ok(Self { slot, way })
    }

    /// Tells the names by which the program finds it.
    pub(crate) fn tell(&self, names: &mut Names) {
        match &self.way {
            Way::Tcp { address, .. } => names.set("card", address.to_string()),
            Way::Reader(reader) => names.set("reader", reader.name()),
            Way::Stdio => (),
            Way::Modem { tty, .. } => names.set("tty", tty.to_string_lossy()),
        }
    }

    /// Waits until a program finds the card, where that takes a while after a loss of power.
    ///
    /// # Errors
    /// The reader does not show it.
    pub(crate) async fn settle(&self) -> Result<(), CardError> {
        match &self.way {
            Way::Reader(reader) => reader.settle().await,
            Way::Tcp { .. } | Way::Stdio | Way::Modem { .. } => Ok(()),
        }
    }

    /// Whether the program has to be started with pipes.
    pub(crate) const fn wants_pipes(&self) -> bool {
        matches!(self.way, Way::Stdio)
    }

    /// Serves the card over the pipes of a program, until that closes them; lines that are no
    /// message go to `aside`.
    pub(crate) fn serve_pipes(&self, pipes: Pipes, aside: impl Fn(&str) + Send + 'static) {
        stdio::serve(self.slot.clone(), pipes, aside);
    }
}

impl Drop for CardServer {
    fn drop(&mut self) {
        if let Way::Tcp {
            accepting, open, ..
        } = &self.way
        {
            accepting.abort();
            for stream in open.lock().unwrap_or_else(PoisonError::into_inner).iter() {
                // the program may have closed it
                drop(stream.shutdown(Shutdown::Both));
            }
        }
    }
}

async fn serve_tcp(slot: &Slot) -> Result<Way, CardError> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let address = listener.local_addr()?;
    let open = Open::default();
    let accepting = tokio::spawn(accept(listener, slot.clone(), open.clone()));
    Ok(Way::Tcp {
        address,
        accepting,
        open,
    })
}

/// Serves every connection in a thread of its own: a program may open the next before the last is
/// closed.
async fn accept(listener: TcpListener, slot: Slot, open: Open) {
    while let Ok((stream, _)) = listener.accept().await {
        if let Err(error) = connected(stream, &slot, &open) {
            tracing::info!(%error, "connection to the card lost");
        }
    }
}

fn connected(stream: tokio::net::TcpStream, slot: &Slot, open: &Open) -> std::io::Result<()> {
    let stream = stream.into_std()?;
    stream.set_nonblocking(false)?;
    let mut streams = open.lock().unwrap_or_else(PoisonError::into_inner);
    if streams.len() >= MOST_CONNECTIONS {
        tracing::warn!("expected at most {MOST_CONNECTIONS} connections to the card");
        return Ok(());
    }
    let key = stream.peer_addr()?;
    streams.push(stream.try_clone()?);
    drop(streams);
    let (slot, open) = (slot.clone(), open.clone());
    std::thread::spawn(move || {
        let outcome = tcp::connection(stream, &slot);
        tracing::info!(?outcome, "the program left the card");
        let mut streams = open.lock().unwrap_or_else(PoisonError::into_inner);
        streams.retain(|stream| stream.peer_addr().ok() != Some(key));
    });
    Ok(())
}

fn serve_modem(slot: &Slot, scratch: &Path) -> Result<Way, CardError> {
    let port = at::Port::open()?;
    // a name that stays the same says more in a log than the number of a terminal
    let tty = scratch.join("modem");
    port.link(&tty)?;
    let (stop, end) = std::io::pipe()?;
    let slot = slot.clone();
    std::thread::spawn(move || {
        let outcome = at::serve_until(port, &slot, at::ModemOptions::default(), &stop);
        tracing::info!(?outcome, "the modem ended");
    });
    Ok(Way::Modem { tty, _stop: end })
}

#[cfg(test)]
mod tests;
