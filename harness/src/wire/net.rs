// SPDX-License-Identifier: MIT OR Apache-2.0
//! Host names of one run: every FQDN of a case leads to a loopback socket.
//!
//! A case talks about `smdp1.test.example`; the sockets are on 127.0.0.1 with ports that the
//! system chose. The table is filled while the actors start and shared with every client of the
//! run. Names are compared as DNS does (no case, no trailing dot).

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use tokio::net::{TcpSocket, TcpStream};

use super::host::Authority;

/// The name table of one run. Clones share the same table.
#[derive(Clone, Debug, Default)]
pub struct Resolver {
    table: Arc<RwLock<BTreeMap<String, SocketAddr>>>,
    system: bool,
    /// Where connections from here are noted.
    callers: Option<Callers>,
}

/// The near ends of connections, until somebody asks for them; clones note in the same place.
#[derive(Clone, Debug, Default)]
pub struct Callers(Arc<Mutex<BTreeSet<SocketAddr>>>);

impl Callers {
    /// Notes the near end of a connection.
    pub fn note(&self, near: SocketAddr) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(near);
    }

    /// Whether it was noted. Another connection may have the same address later, so that it is
    /// forgotten.
    #[must_use]
    pub fn take(&self, near: SocketAddr) -> bool {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&near)
    }
}

/// A host that leads nowhere.
#[derive(Debug, thiserror::Error)]
#[error("no address known for host {host:?}")]
pub struct UnknownHost {
    host: String,
}

impl Resolver {
    /// An empty table that never asks the system: a run must not leave the machine.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// An empty table that asks the system's resolver for what it does not know, for use by hand.
    #[must_use]
    pub fn with_system() -> Self {
        Self {
            table: Arc::default(),
            system: true,
            callers: None,
        }
    }

    /// The same table for clients whose connections are noted in `callers`.
    #[must_use]
    pub fn noting(&self, callers: Callers) -> Self {
        Self {
            callers: Some(callers),
            ..self.clone()
        }
    }

    /// Connects to an address of the table.
    ///
    /// # Errors
    /// What the system says.
    pub async fn connect(&self, address: SocketAddr) -> io::Result<TcpStream> {
        // whoever asks is on this machine, behind a loopback address
        let Some(callers) = self.callers.as_ref().filter(|_| address.ip().is_loopback()) else {
            return TcpStream::connect(address).await;
        };
        // noted before the other end can ask
        let (socket, any) = match address {
            SocketAddr::V4(_) => (TcpSocket::new_v4()?, IpAddr::from(Ipv4Addr::LOCALHOST)),
            SocketAddr::V6(_) => (TcpSocket::new_v6()?, IpAddr::from(Ipv6Addr::LOCALHOST)),
        };
        socket.bind(SocketAddr::new(any, 0))?;
        callers.note(socket.local_addr()?);
        socket.connect(address).await
    }

    /// Enters a host, or replaces its address.
    pub fn insert(&self, host: &str, address: SocketAddr) {
        let mut table = self.table.write().unwrap_or_else(PoisonError::into_inner);
        table.insert(host_of(host), address);
    }

    /// Takes a host out again, so that it is as unreachable as one that never was there.
    pub fn remove(&self, host: &str) {
        let mut table = self.table.write().unwrap_or_else(PoisonError::into_inner);
        table.remove(&host_of(host));
    }

    /// Every host with its address, in the order of the names.
    #[must_use]
    pub fn entries(&self) -> Vec<(String, SocketAddr)> {
        let table = self.table.read().unwrap_or_else(PoisonError::into_inner);
        let entry = |(host, address): (&String, &SocketAddr)| (host.clone(), *address);
        table.iter().map(entry).collect()
    }

    /// The address for `authority`, which is a host or `host:port`.
    ///
    /// A port that is written wins over the one in the table only when the system's resolver
    /// answers; a table entry always names the socket itself.
    ///
    /// # Errors
    /// [`UnknownHost`] when neither the table nor (if allowed) the system knows the host.
    pub fn resolve(&self, authority: &str) -> Result<SocketAddr, UnknownHost> {
        self.resolve_or(authority, 443)
    }

    /// The same for a scheme whose port is `default`.
    ///
    /// # Errors
    /// [`UnknownHost`] when neither the table nor (if allowed) the system knows the host.
    pub fn resolve_or(&self, authority: &str, default: u16) -> Result<SocketAddr, UnknownHost> {
        let host = host_of(authority);
        let found = {
            let table = self.table.read().unwrap_or_else(PoisonError::into_inner);
            table.get(&host).copied()
        };
        if let Some(address) = found {
            return Ok(address);
        }
        self.ask_system(authority, default)
            .ok_or(UnknownHost { host })
    }

    fn ask_system(&self, authority: &str, default: u16) -> Option<SocketAddr> {
        use std::net::ToSocketAddrs;
        if !self.system {
            return None;
        }
        let authority = Authority::parse(authority).ok()?;
        let port = authority.explicit_port().unwrap_or(default);
        let mut found = (authority.host(), port).to_socket_addrs().ok()?;
        found.next()
    }
}

/// The host of an address, as names are compared: in lower case, without port and final dot.
#[must_use]
pub fn host_of(host: &str) -> String {
    Authority::parse(host).map_or_else(
        |_| host.trim().to_ascii_lowercase(),
        |authority| authority.host().to_owned(),
    )
}

/// Reads `NAME=ADDR` of a command line.
///
/// # Errors
/// What is expected in its place.
pub fn host_argument(text: &str) -> Result<(String, SocketAddr), String> {
    let (name, address) = text.split_once('=').ok_or("expected NAME=ADDR")?;
    let address = address
        .parse()
        .map_err(|_| format!("expected an address and a port after '=', got {address:?}"))?;
    Ok((name.to_owned(), address))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_as_dns_does() {
        let resolver = Resolver::new();
        let address: SocketAddr = "127.0.0.1:4433".parse().unwrap();
        resolver.insert("SMDP1.test.example", address);
        assert_eq!(resolver.resolve("smdp1.TEST.example.").unwrap(), address);
        assert_eq!(resolver.resolve("smdp1.test.example:443").unwrap(), address);
        resolver.remove("smdp1.test.example");
        assert_eq!(
            resolver
                .resolve("smdp1.test.example")
                .unwrap_err()
                .to_string(),
            "no address known for host \"smdp1.test.example\""
        );
    }

    #[test]
    fn clones_share_the_table() {
        let resolver = Resolver::new();
        resolver
            .clone()
            .insert("eim1.test.example", "127.0.0.1:1".parse().unwrap());
        assert!(resolver.resolve("eim1.test.example").is_ok());
        let hosts = resolver.entries();
        assert_eq!(
            hosts,
            [(
                "eim1.test.example".to_owned(),
                "127.0.0.1:1".parse().unwrap()
            )]
        );
    }

    #[tokio::test]
    async fn our_own_connections_are_known_by_their_near_end() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (plain, callers) = (Resolver::new(), Callers::default());
        let noted = plain.noting(callers.clone());
        let _ours = noted.connect(address).await.unwrap();
        let (_, peer) = listener.accept().await.unwrap();
        assert!(callers.take(peer) && !callers.take(peer));
        let _other = plain.connect(address).await.unwrap();
        let (_, peer) = listener.accept().await.unwrap();
        assert!(!callers.take(peer));
    }
}
