// SPDX-License-Identifier: MIT OR Apache-2.0
//! Ports that somebody else's program is told to use, and slots of readers, each for one case.
//!
//! Our own servers bind port 0 and keep what they get. A port that another program has to bind
//! cannot be kept open for it; so it is taken from a range from which the system gives none to
//! clients, and a lock on a file keeps other cases, in this process or another, away from it. The
//! lock ends with the process, however that ends.

use std::fs::{File, TryLockError};
use std::io::{Error, ErrorKind};
use std::net::{Ipv4Addr, TcpListener, UdpSocket};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::Duration;

/// First port that is given out: above the well-known ones, below those of clients.
const FIRST: u16 = 21_000;
/// How many there are.
const COUNT: u16 = 9_000;
/// Between two looks at a slot that is taken.
const LOOK_AGAIN: Duration = Duration::from_millis(50);

static NEXT: AtomicU16 = AtomicU16::new(0);

/// A port, or the slot behind it, that nobody else is given as long as this lives.
#[derive(Debug)]
pub struct Lease {
    port: u16,
    _lock: File,
}

impl Lease {
    /// The port.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.port
    }

    fn try_take(port: u16) -> std::io::Result<Option<Self>> {
        let folder = folder()?;
        let lock = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(folder.join(port.to_string()))?;
        match lock.try_lock() {
            Ok(()) => Ok(Some(Self { port, _lock: lock })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }
}

/// The folder of the locks, one per user.
fn folder() -> std::io::Result<PathBuf> {
    #[cfg(unix)]
    let user = rustix::process::getuid().as_raw();
    #[cfg(not(unix))]
    let user = 0;
    let folder = std::env::temp_dir().join(format!("harness-ports-{user}"));
    std::fs::create_dir_all(&folder)?;
    Ok(folder)
}

/// A port on which nobody listens, over TCP and UDP.
///
/// # Errors
/// None is free, or the locks cannot be kept.
pub fn free() -> std::io::Result<Lease> {
    // each process begins elsewhere, so that they seldom meet
    let begin = u16::try_from(std::process::id() % 90).unwrap_or_default() * 100;
    for _ in 0..COUNT {
        let offset = begin.wrapping_add(NEXT.fetch_add(1, Ordering::Relaxed)) % COUNT;
        let Some(lease) = Lease::try_take(FIRST + offset)? else {
            continue;
        };
        let address = (Ipv4Addr::LOCALHOST, lease.port);
        if TcpListener::bind(address).is_ok() && UdpSocket::bind(address).is_ok() {
            return Ok(lease);
        }
    }
    Err(Error::new(
        ErrorKind::AddrInUse,
        format!("no free port from {FIRST} to {}", FIRST + COUNT - 1),
    ))
}

/// The first of `slots` that no other case has, with its place in the list; waits until one is
/// given back.
///
/// # Errors
/// None is given back within `patience`, or the locks cannot be kept.
pub async fn slot(slots: &[u16], patience: Duration) -> std::io::Result<(usize, Lease)> {
    let find = async {
        loop {
            for (index, port) in slots.iter().enumerate() {
                if let Some(lease) = Lease::try_take(*port)? {
                    return Ok((index, lease));
                }
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    };
    tokio::time::timeout(patience, find)
        .await
        .unwrap_or_else(|_| {
            Err(Error::new(
                ErrorKind::TimedOut,
                format!(
                    "no slot of {slots:?} was free within {} s",
                    patience.as_secs()
                ),
            ))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_are_given_once() {
        let leases: Vec<_> = (0..50).map(|_| free().unwrap()).collect();
        let mut ports: Vec<_> = leases.iter().map(Lease::port).collect();
        ports.sort_unstable();
        ports.dedup();
        assert_eq!(ports.len(), leases.len());
        let port = leases[0].port();
        assert!(Lease::try_take(port).unwrap().is_none());
        drop(leases);
        assert!(Lease::try_take(port).unwrap().is_some());
    }

    #[test]
    fn a_port_in_use_is_passed_over() {
        let taken = free().unwrap();
        let _listener = TcpListener::bind((Ipv4Addr::LOCALHOST, taken.port())).unwrap();
        let port = taken.port();
        drop(taken);
        for _ in 0..20 {
            assert_ne!(free().unwrap().port(), port);
        }
    }

    #[tokio::test]
    async fn a_slot_is_waited_for() {
        // these are numbers of slots, on which nobody has to listen
        let ports = [free().unwrap(), free().unwrap()].map(|lease| lease.port());
        let (first, one) = slot(&ports, Duration::from_secs(5)).await.unwrap();
        let (second, _other) = slot(&ports, Duration::from_secs(5)).await.unwrap();
        assert_eq!((first, second), (0, 1));
        let error = slot(&ports, Duration::from_millis(1)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TimedOut);
        let waiting = tokio::spawn(async move { slot(&ports, Duration::from_secs(5)).await });
        drop(one);
        assert_eq!(waiting.await.unwrap().unwrap().0, 0);
    }
}
