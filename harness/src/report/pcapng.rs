// SPDX-License-Identifier: MIT OR Apache-2.0
//! `case.pcapng`: what crossed the links of a case, for Wireshark and tshark.
//!
//! APDUs are GSMTAP packets of the kind SIM, command and response in one. TCP streams are written as
//! packets of two hosts that never lose any; the secrets of TLS stand before them in the file, where
//! Wireshark finds them in time, so that it shows the HTTP. Hosts have names. Time is a counter, a
//! millisecond per packet: the same capture gives the same bytes.

mod block;
mod packet;

use std::collections::BTreeMap;

use crate::capture::{Capture, Piece, Way};
use crate::case::Interface;

use block::Blocks;
use packet::{Flags, Stream};

/// Most bytes of one packet of a stream; IPv4 counts to 65,535.
const SEGMENT: usize = 16 * 1024;
/// Most bytes of a packet that cannot be divided.
const WHOLE: usize = 60_000;

/// A machine in the picture: the last octet of its address in 10.32.0.0/24, and its name.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
struct Host(u8, &'static str);

impl Host {
    const TERMINAL: Self = Self(1, "terminal");
    const CARD: Self = Self(2, "card");
    const CLIENT: Self = Self(3, "client");
    const EIM: Self = Self(4, "eim");
    const SMDP: Self = Self(5, "smdp");
    const SMDS: Self = Self(6, "smds");
    const ALL: [Self; 6] = [
        Self::TERMINAL,
        Self::CARD,
        Self::CLIENT,
        Self::EIM,
        Self::SMDP,
        Self::SMDS,
    ];

    const fn serving(interface: Interface) -> Self {
        match interface {
            Interface::Esipa => Self::EIM,
            Interface::Es9Plus => Self::SMDP,
            Interface::Es11 => Self::SMDS,
            Interface::Es10b => Self::CARD,
        }
    }

    const fn address(self) -> [u8; 4] {
        [10, 32, 0, self.0]
    }
}

/// The capture as a file; `title` becomes its comment. None when nothing crossed any link.
#[must_use]
pub fn pcapng(capture: &Capture, title: &str) -> Option<Vec<u8>> {
    let pieces = capture.snapshot();
    let is_traffic = |piece: &Piece| !matches!(piece, Piece::Secret(_) | Piece::Note(_));
    if !pieces.iter().any(is_traffic) {
        return None;
    }
    let mut blocks = Blocks::new(title);
    let hosts = Host::ALL.map(|host| (host.address(), host.1));
    blocks.names(&hosts);
    let secrets = pieces.iter().filter_map(|piece| match piece {
        Piece::Secret(line) => Some(line.as_str()),
        _ => None,
    });
    blocks.secrets(secrets);
    let mut writer = Writer {
        blocks,
        streams: BTreeMap::new(),
        notes: Vec::new(),
        refused: 0,
    };
    for piece in &pieces {
        writer.piece(piece);
    }
    Some(writer.end())
}

struct Writer {
    blocks: Blocks,
    streams: BTreeMap<usize, Stream>,
    /// Words for the next packet.
    notes: Vec<String>,
    refused: usize,
}

impl Writer {
    fn piece(&mut self, piece: &Piece) {
        match piece {
            Piece::Opened {
                connection,
                interface,
            } => self.opened(*connection, *interface),
            Piece::Bytes {
                connection,
                way,
                bytes,
            } => self.bytes(*connection, *way, bytes),
            Piece::Closed { connection } => self.closed(*connection),
            Piece::Refused { interface } => self.refused(*interface),
            Piece::Datagram {
                connection,
                interface,
                way,
                bytes,
            } => self.datagram(*connection, *interface, *way, bytes),
            Piece::Apdu { command, response } => self.apdu(command, response),
            Piece::Reset(atr) => self.notes.push(format!("reset, ATR {}", hex::encode(atr))),
            Piece::Note(words) => self.notes.push(words.clone()),
            Piece::Secret(_) => (),
        }
    }

    fn packet(&mut self, packet: &[u8]) {
        let comments = std::mem::take(&mut self.notes);
        self.blocks.packet(packet, &comments);
    }

    fn segment(&mut self, connection: usize, way: Way, flags: Flags, bytes: &[u8]) {
        let Some(stream) = self.streams.get_mut(&connection) else {
            return;
        };
        let packet = stream.segment(way, flags, bytes);
        self.packet(&packet);
    }

    fn opened(&mut self, connection: usize, interface: Interface) {
        let (client, server) = (Host::CLIENT.address(), Host::serving(interface).address());
        self.streams
            .insert(connection, Stream::new(client, server, connection));
        self.notes.push(format!("{interface}: connection opened"));
        self.segment(connection, Way::Up, Flags::SYN, &[]);
        self.segment(connection, Way::Down, Flags::SYN.and(Flags::ACK), &[]);
        self.segment(connection, Way::Up, Flags::ACK, &[]);
    }

    fn bytes(&mut self, connection: usize, way: Way, bytes: &[u8]) {
        for part in bytes.chunks(SEGMENT) {
            self.segment(connection, way, Flags::PUSH.and(Flags::ACK), part);
        }
    }

    fn closed(&mut self, connection: usize) {
        let end = Flags::FIN.and(Flags::ACK);
        self.segment(connection, Way::Up, end, &[]);
        self.segment(connection, Way::Down, end, &[]);
        self.segment(connection, Way::Up, Flags::ACK, &[]);
        self.streams.remove(&connection);
    }

    /// Refused connections have ports of their own, so that none looks like one that is open.
    fn refused(&mut self, interface: Interface) {
        let (client, server) = (Host::CLIENT.address(), Host::serving(interface).address());
        let mut stream = Stream::refused(client, server, self.refused);
        self.refused += 1;
        self.notes.push(format!("{interface}: not reached"));
        let asked = stream.segment(Way::Up, Flags::SYN, &[]);
        self.packet(&asked);
        let answer = stream.segment(Way::Down, Flags::RESET.and(Flags::ACK), &[]);
        self.packet(&answer);
    }

    fn datagram(&mut self, connection: usize, interface: Interface, way: Way, bytes: &[u8]) {
        let Some(bytes) = self.whole(bytes) else {
            return;
        };
        let client = (Host::CLIENT.address(), packet::client_port(connection));
        let server = (Host::serving(interface).address(), packet::COAPS);
        let packet = match way {
            Way::Up => packet::datagram(client, server, &bytes),
            Way::Down => packet::datagram(server, client, &bytes),
        };
        self.packet(&packet);
    }

    fn apdu(&mut self, command: &[u8], response: &[u8]) {
        let mut both = packet::GSMTAP_SIM.to_vec();
        both.extend_from_slice(command);
        both.extend_from_slice(response);
        let Some(both) = self.whole(&both) else {
            return;
        };
        let terminal = (Host::TERMINAL.address(), packet::GSMTAP);
        let card = (Host::CARD.address(), packet::GSMTAP);
        let packet = packet::datagram(terminal, card, &both);
        self.packet(&packet);
    }

    /// What fits into one packet; the rest becomes a note.
    fn whole(&mut self, bytes: &[u8]) -> Option<Vec<u8>> {
        if bytes.len() > WHOLE {
            let words = format!("left out: {} bytes, too many for one packet", bytes.len());
            self.notes.push(words);
            return None;
        }
        Some(bytes.to_vec())
    }

    /// Words that no packet followed are the last packet's.
    fn end(mut self) -> Vec<u8> {
        if !self.notes.is_empty() {
            let terminal = (Host::TERMINAL.address(), packet::DISCARD);
            let card = (Host::CARD.address(), packet::DISCARD);
            let packet = packet::datagram(terminal, card, &[]);
            self.packet(&packet);
        }
        self.blocks.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_crossed_is_no_file() {
        let capture = Capture::default();
        capture.push(Piece::Secret("CLIENT_RANDOM 00 00".to_owned()));
        assert!(pcapng(&capture, "x").is_none());
    }

    #[test]
    fn every_block_says_its_length_at_both_ends() {
        let capture = Capture::default();
        capture.push(Piece::Reset(vec![0x3B, 0x9F]));
        capture.push(Piece::Apdu {
            command: vec![0x00, 0xA4, 0x04, 0x00, 0x00],
            response: vec![0x90, 0x00],
        });
        let connection = capture.open(Interface::Esipa);
        capture.push(Piece::Secret("CLIENT_RANDOM aa bb".to_owned()));
        capture.push(Piece::Bytes {
            connection,
            way: Way::Up,
            bytes: vec![7; SEGMENT + 1],
        });
        capture.push(Piece::Closed { connection });
        capture.push(Piece::Refused {
            interface: Interface::Es9Plus,
        });
        capture.push(Piece::Apdu {
            command: vec![0; WHOLE],
            response: vec![],
        });
        let file = pcapng(&capture, "ipa/some/case").unwrap();
        let number = |at: usize| u32::from_le_bytes(file[at..at + 4].try_into().unwrap());
        let mut kinds = Vec::new();
        let mut at = 0;
        while at < file.len() {
            let length = number(at + 4) as usize;
            assert_eq!(length % 4, 0);
            assert_eq!(number(at + length - 4) as usize, length);
            kinds.push(number(at));
            at += length;
        }
        // section, interface, names, secrets, then the packets: APDU, 3 to open, 2 segments, 3 to
        // close, 2 for what was refused, 1 for the words at the end
        let mut wanted = vec![0x0A0D_0D0A, 1, 4, 0xA];
        wanted.extend([6; 12]);
        assert_eq!(kinds, wanted);
        let text = String::from_utf8_lossy(&file);
        for words in [
            "ipa/some/case",
            "reset, ATR 3b9f",
            "ES9+: not reached",
            "left out: 60016 bytes",
        ] {
            assert!(text.contains(words), "{words}");
        }
    }
}
