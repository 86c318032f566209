// SPDX-License-Identifier: MIT OR Apache-2.0
//! Hosts at the addresses that the hosts file of the system gives them: for a program that cannot
//! be told where a host is.

use std::io::{Error, ErrorKind, Result};
use std::net::{SocketAddr, ToSocketAddrs};

use super::RunOptions;
use crate::case::Case;
use crate::under_test::Reach;

/// The port of HTTPS.
const HTTPS: u16 = 443;

/// Where the server of `host` has to listen; none when any address will do.
pub(super) fn fixed(case: &Case, options: &RunOptions, host: &str) -> Result<Option<SocketAddr>> {
    let reach = options.under_test.as_deref().map(|it| it.reach);
    // an eIM under test has other clients too, which learn every address
    if case.file.iut.has_the_card() && reach == Some(Reach::Hosts) {
        by_name(host).map(Some)
    } else {
        Ok(None)
    }
}

/// The address that the system has for a host, which has to be one of this machine.
fn by_name(host: &str) -> Result<SocketAddr> {
    let wrong = |found: &str| {
        let text = format!(
            "reach = \"hosts\": expected a line in the hosts file that gives {host} an address of \
             its own such as 127.0.1.1, {found}"
        );
        Error::new(ErrorKind::AddrNotAvailable, text)
    };
    let found = (host, HTTPS).to_socket_addrs();
    let found = found.map_err(|error| wrong(&error.to_string()))?;
    let mut addresses = found.filter(SocketAddr::is_ipv4);
    match addresses.next() {
        Some(address) if address.ip().is_loopback() => Ok(address),
        Some(address) => Err(wrong(&format!("got {}", address.ip()))),
        None => Err(wrong("got none")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_to_this_machine_or_nowhere() {
        let found = by_name("localhost").unwrap();
        assert_eq!(found.to_string(), "127.0.0.1:443");
        let error = by_name("eim1.invalid").unwrap_err().to_string();
        assert!(
            error.contains("gives eim1.invalid an address of its own"),
            "{error}"
        );
        let error = by_name("192.0.2.1").unwrap_err().to_string();
        assert!(error.ends_with("got 192.0.2.1"), "{error}");
    }
}
