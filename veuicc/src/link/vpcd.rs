// SPDX-License-Identifier: MIT OR Apache-2.0
//! A card in a slot of vsmartcard's `vpcd`, which pcscd shows as a reader: PC/SC.
//!
//! The card connects to the reader. Traps: vpcd sends length and body apart, so its second packet
//! waits for our acknowledgement of the first, and Linux delays that one by 40 ms unless it is told
//! otherwise after every message. pcscd looks for cards a few times per second only: a card that
//! comes back at once was never gone, so a removed one stays away for a while. One that lost its
//! power does not answer, which the protocol has no word for; it goes and comes back as well.

use std::net::{Shutdown, TcpStream, ToSocketAddrs};
use std::time::Duration;

use vpicc::{Connection, VSmartCard};

use super::Slot;
use crate::card::Reset;

/// Where vpcd listens unless its configuration says otherwise.
pub const DEFAULT_HOST: &str = "localhost";
/// Port of the first slot; the second one is on the next port.
pub const DEFAULT_PORT: u16 = vpicc::DEFAULT_PORT;

/// Between two attempts to connect: at first, and at most, when each wait is twice the one before.
const FIRST_RETRY: Duration = Duration::from_millis(250);
const LAST_RETRY: Duration = Duration::from_secs(4);
/// How long a removed card stays away: two looks of pcscd, which takes 0.4 s for one.
const ABSENCE: Duration = Duration::from_millis(1000);
/// Longest response that a message holds.
const LONGEST: usize = 0xFFFF;

/// Puts the card into the reader at `host` and `port` and keeps it there: connects again when the
/// reader goes away and when a removed card is put back. `tell` hears about every change in a line.
pub fn serve(host: &str, port: u16, slot: &Slot, mut tell: impl FnMut(&str)) -> ! {
    let mut retry = FIRST_RETRY;
    loop {
        slot.wait_inserted();
        match connect(host, port) {
            Ok(stream) => {
                retry = FIRST_RETRY;
                tell(&format!("in the reader at {host}:{port}"));
                let ended = connection(stream, slot);
                tracing::info!(?ended, "left the reader");
                tell(&format!("out of the reader at {host}:{port}"));
                std::thread::sleep(ABSENCE);
            }
            Err(error) => {
                if retry == FIRST_RETRY {
                    tell(&format!("waiting for a reader at {host}:{port}: {error}"));
                }
                std::thread::sleep(retry);
                retry = (retry * 2).min(LAST_RETRY);
            }
        }
    }
}

fn connect(host: &str, port: u16) -> std::io::Result<TcpStream> {
    let mut refused = None;
    // localhost may be ::1 first, and vpcd listens on IPv4 alone
    for address in (host, port).to_socket_addrs()? {
        match TcpStream::connect(address) {
            Ok(stream) => return Ok(stream),
            Err(error) => refused = Some(error),
        }
    }
    Err(refused.unwrap_or_else(|| std::io::Error::other("no address of that name")))
}

/// Serves one connection to a reader until its end or the card's removal.
///
/// # Errors
/// Whatever ended it.
pub fn connection(stream: TcpStream, slot: &Slot) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    acknowledge_at_once(&stream)?;
    let wire = stream.try_clone()?;
    let cut = stream.try_clone()?;
    slot.on_removal(move || drop(cut.shutdown(Shutdown::Both)));
    slot.with_card(crate::Card::put_into_reader);
    let mut contacts = Contacts {
        slot: slot.clone(),
        wire: stream.try_clone()?,
        atr: slot.reset(Reset::Cold).unwrap_or_default(),
    };
    let mut connection = Connection::from(stream);
    loop {
        connection.poll(&mut contacts)?;
        acknowledge_at_once(&wire)?;
    }
}

/// The kernel forgets this after a while, so it is said again and again.
fn acknowledge_at_once(stream: &TcpStream) -> std::io::Result<()> {
    #[cfg(target_os = "linux")]
    rustix::net::sockopt::set_tcp_quickack(stream, true)?;
    #[cfg(not(target_os = "linux"))]
    let _ = stream;
    Ok(())
}

/// The card as the reader sees it.
struct Contacts {
    slot: Slot,
    wire: TcpStream,
    atr: Vec<u8>,
}

impl VSmartCard for Contacts {
    fn atr(&self) -> &[u8] {
        &self.atr
    }

    fn power_on(&mut self) {
        self.restart(Reset::Cold);
    }

    fn reset(&mut self) {
        self.restart(Reset::Warm);
    }

    fn execute(&mut self, command: &[u8]) -> Vec<u8> {
        let response = self.slot.transmit(command).unwrap_or_default();
        if response.is_empty() {
            // the driver waits for ever for an answer without bytes: a mute card leaves its reader
            drop(self.wire.shutdown(Shutdown::Both));
        }
        if response.len() > LONGEST {
            tracing::error!(length = response.len(), "response does not fit a message");
            return vec![0x6F, 0x00];
        }
        response
    }
}

impl Contacts {
    fn restart(&mut self, kind: Reset) {
        self.atr = self.slot.reset(kind).unwrap_or_default();
    }
}
