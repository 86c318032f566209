// SPDX-License-Identifier: MIT OR Apache-2.0
//! The ways to a card, as a command line names them: `tcp:ADDR`, `pcsc:READER`, `stdio:COMMAND`.

mod pcsc;
mod stdio;
mod tcp;

use std::net::SocketAddr;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

pub(crate) use tcp::TcpCard;

use crate::iut::{CardLink, LinkError};

/// What a command line is told when it names no way to a card.
const EXPECTED: &str = "expected tcp:ADDR, pcsc:READER or stdio:COMMAND, such as \
     tcp:127.0.0.1:35963";

/// A way to a card.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum CardAddress {
    /// A card behind TCP, as `veuicc serve --link tcp:ADDR` offers it.
    Tcp(SocketAddr),
    /// A reader of the PC/SC service: its name, or a part of it; nothing means the only one.
    Pcsc(String),
    /// A command whose standard input and output speak lpac's stdio protocol; nothing means the
    /// standard input and output of this process.
    Stdio(String),
}

impl FromStr for CardAddress {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once(':') {
            Some(("tcp", address)) => address
                .parse()
                .map(Self::Tcp)
                .map_err(|_| format!("expected an address and a port, got {address:?}")),
            Some(("pcsc", reader)) => Ok(Self::Pcsc(reader.to_owned())),
            Some(("stdio", command)) => Ok(Self::Stdio(command.to_owned())),
            _ => Err(EXPECTED.to_owned()),
        }
    }
}

impl CardAddress {
    /// Opens the way. A card that serves another terminal, or something that is no card, does not
    /// answer within `timeout`.
    ///
    /// # Errors
    /// There is no card, or the link cannot be opened.
    pub(crate) fn open(&self, timeout: Duration) -> Result<Arc<dyn CardLink>, LinkError> {
        Ok(match self {
            Self::Tcp(address) => Arc::new(TcpCard::connect(*address, timeout)?),
            Self::Pcsc(reader) => Arc::new(pcsc::PcscCard::connect(reader, timeout)?),
            Self::Stdio(command) => Arc::new(stdio::StdioCard::start(command)?),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ways_to_a_card_are_told_apart() {
        let tcp: CardAddress = "tcp:127.0.0.1:1".parse().unwrap();
        assert_eq!(tcp, CardAddress::Tcp("127.0.0.1:1".parse().unwrap()));
        let reader: CardAddress = "pcsc:Virtual PCD 00 00".parse().unwrap();
        assert_eq!(reader, CardAddress::Pcsc("Virtual PCD 00 00".to_owned()));
        let command: CardAddress = "stdio:veuicc serve".parse().unwrap();
        assert_eq!(command, CardAddress::Stdio("veuicc serve".to_owned()));
        for wrong in ["", "127.0.0.1:1", "tcp:nowhere", "usb:1"] {
            assert!(wrong.parse::<CardAddress>().is_err(), "{wrong}");
        }
    }
}
