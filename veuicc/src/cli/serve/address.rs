// SPDX-License-Identifier: MIT OR Apache-2.0
//! Where a card is served: what `--link` and `--control` say.

use std::net::{SocketAddr, ToSocketAddrs};
use std::path::PathBuf;
use std::str::FromStr;

use veuicc::link::vpcd;

use super::super::failure::{Failure, bad_input};

/// What `--link` says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum LinkAddress {
    /// lpac's driver protocol on standard input and output.
    Stdio,
    /// Frames on TCP.
    Tcp(SocketAddr),
    /// Frames on a Unix socket.
    Unix(PathBuf),
    /// A slot of vpcd.
    Vpcd {
        /// Where pcscd runs.
        host: String,
        /// The slot's port.
        port: u16,
    },
    /// A modem on a pseudo-terminal, perhaps with a name.
    At(Option<PathBuf>),
}

const LINKS: &str = "vpcd[:HOST:PORT], tcp:ADDRESS:PORT, unix:PATH, stdio or at[:PATH]";

impl FromStr for LinkAddress {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (kind, rest) = match text.split_once(':') {
            Some((kind, rest)) => (kind, Some(rest)),
            None => (text, None),
        };
        match (kind, rest) {
            ("stdio", None) => Ok(Self::Stdio),
            ("at", None) => Ok(Self::At(None)),
            ("vpcd", None) => Ok(Self::Vpcd {
                host: vpcd::DEFAULT_HOST.to_owned(),
                port: vpcd::DEFAULT_PORT,
            }),
            ("vpcd", Some(rest)) => {
                let wrong = || format!("expected vpcd:HOST:PORT, got {text}");
                let (host, port) = rest.rsplit_once(':').ok_or_else(wrong)?;
                let port = port.parse().map_err(|_| wrong())?;
                // an IPv6 address is written in brackets
                let host = host.trim_start_matches('[').trim_end_matches(']');
                if host.is_empty() {
                    return Err(wrong());
                }
                Ok(Self::Vpcd {
                    host: host.to_owned(),
                    port,
                })
            }
            ("tcp", Some(rest)) => resolve(rest).map(Self::Tcp),
            ("unix", Some(path)) if !path.is_empty() => Ok(Self::Unix(path.into())),
            ("at", Some(path)) if !path.is_empty() => Ok(Self::At(Some(path.into()))),
            _ => Err(format!("expected {LINKS}, got {text}")),
        }
    }
}

impl LinkAddress {
    /// The address of the `number`-th card after the one here: the next ports, other names.
    pub(crate) fn after(&self, number: u8) -> Result<Self, Failure> {
        let port = |port: u16| {
            let next = port.checked_add(u16::from(number));
            next.ok_or_else(|| {
                bad_input(format!("expected ports up to 65535, got {port} and more"))
            })
        };
        match self {
            _ if number == 0 => Ok(self.clone()),
            Self::Stdio => Err(bad_input("expected one card with --link stdio")),
            // port 0 is a free one every time
            Self::Tcp(address) if address.port() == 0 => Ok(self.clone()),
            Self::Tcp(address) => Ok(Self::Tcp(SocketAddr::new(
                address.ip(),
                port(address.port())?,
            ))),
            Self::Vpcd { host, port: first } => Ok(Self::Vpcd {
                host: host.clone(),
                port: port(*first)?,
            }),
            Self::Unix(path) => Ok(Self::Unix(numbered(path, number))),
            Self::At(path) => Ok(Self::At(path.as_ref().map(|path| numbered(path, number)))),
        }
    }

    /// Refuses an address that the whole network reaches.
    pub(crate) fn check_loopback(&self) -> Result<(), Failure> {
        match self {
            Self::Tcp(address) => check_loopback(*address),
            Self::Stdio | Self::Unix(_) | Self::Vpcd { .. } | Self::At(_) => Ok(()),
        }
    }
}

/// What `--control` says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ControlAddress {
    /// A TCP port.
    Tcp(SocketAddr),
    /// A Unix socket.
    Unix(PathBuf),
}

impl FromStr for ControlAddress {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match LinkAddress::from_str(text) {
            Ok(LinkAddress::Tcp(address)) => Ok(Self::Tcp(address)),
            Ok(LinkAddress::Unix(path)) => Ok(Self::Unix(path)),
            _ => Err(format!(
                "expected unix:PATH or tcp:ADDRESS:PORT, got {text}"
            )),
        }
    }
}

/// Refuses an address that the whole network reaches.
pub(crate) fn check_loopback(address: SocketAddr) -> Result<(), Failure> {
    if address.ip().is_loopback() {
        return Ok(());
    }
    let expected = "expected a loopback address (or --public), got";
    Err(bad_input(format!("{expected} {address}")))
}

/// `card.sock`, `card.sock-2`, …
fn numbered(path: &std::path::Path, number: u8) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(format!("-{}", u16::from(number) + 1));
    name.into()
}

fn resolve(address: &str) -> Result<SocketAddr, String> {
    let bad = |why: String| format!("expected ADDRESS:PORT, got {address}: {why}");
    let mut addresses = address
        .to_socket_addrs()
        .map_err(|error| bad(error.to_string()))?;
    addresses
        .next()
        .ok_or_else(|| bad("no address of that name".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vpcd(host: &str, port: u16) -> LinkAddress {
        LinkAddress::Vpcd {
            host: host.to_owned(),
            port,
        }
    }

    #[test]
    fn links_are_read() {
        for (text, expected) in [
            ("stdio", LinkAddress::Stdio),
            ("at", LinkAddress::At(None)),
            ("at:/tmp/modem", LinkAddress::At(Some("/tmp/modem".into()))),
            ("unix:card.sock", LinkAddress::Unix("card.sock".into())),
            ("vpcd", vpcd("localhost", 35963)),
            ("vpcd:192.0.2.1:36000", vpcd("192.0.2.1", 36000)),
            ("vpcd:[::1]:36000", vpcd("::1", 36000)),
        ] {
            assert_eq!(text.parse(), Ok(expected));
        }
        for text in [
            "",
            "tcp",
            "tcp:",
            "unix:",
            "at:",
            "vpcd:",
            "vpcd::1",
            "vpcd:host",
            "serial:0",
        ] {
            assert!(text.parse::<LinkAddress>().is_err(), "{text}");
        }
    }

    #[test]
    fn more_cards_are_on_the_next_ports() {
        let next = |link: LinkAddress, number| link.after(number).map_err(|failure| failure.1);
        assert_eq!(next(vpcd("h", 35963), 2), Ok(vpcd("h", 35965)));
        assert!(next(vpcd("h", 65535), 1).is_err());
        assert!(next(LinkAddress::Stdio, 1).is_err());
        assert_eq!(
            next(LinkAddress::Unix("a".into()), 1),
            Ok(LinkAddress::Unix("a-2".into()))
        );
    }
}
