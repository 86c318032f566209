// SPDX-License-Identifier: MIT OR Apache-2.0
//! IPv4, TCP and UDP as far as two hosts need them that lose nothing (RFC 791, RFC 9293, RFC 768).

use crate::capture::Way;

/// The port of GSMTAP.
pub(super) const GSMTAP: u16 = 4729;
/// CoAP over DTLS.
pub(super) const COAPS: u16 = 5684;
/// Nothing is made of what goes there.
pub(super) const DISCARD: u16 = 9;
/// HTTPS.
const HTTPS: u16 = 443;

/// The header of GSMTAP version 2, four words long, for an APDU.
pub(super) const GSMTAP_SIM: [u8; 16] = [2, 4, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];

const TCP: u8 = 6;
const UDP: u8 = 17;
const WINDOW: u16 = u16::MAX;

/// Address and port.
type Socket = ([u8; 4], u16);

/// Flags of TCP.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Flags(u8);

impl Flags {
    pub(super) const FIN: Self = Self(0x01);
    pub(super) const SYN: Self = Self(0x02);
    pub(super) const RESET: Self = Self(0x04);
    pub(super) const PUSH: Self = Self(0x08);
    pub(super) const ACK: Self = Self(0x10);

    pub(super) const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// SYN and FIN count as a byte.
    fn length(self) -> u32 {
        u32::from(self.0 & (Self::SYN.0 | Self::FIN.0) != 0)
    }
}

/// The port of a client.
pub(super) fn client_port(connection: usize) -> u16 {
    port(40_000, connection)
}

fn port(first: u16, number: usize) -> u16 {
    first + u16::try_from(number % 10_000).unwrap_or_default()
}

/// A connection: what each side has sent so far.
pub(super) struct Stream {
    client: Socket,
    server: Socket,
    up: u32,
    down: u32,
}

impl Stream {
    pub(super) fn new(client: [u8; 4], server: [u8; 4], connection: usize) -> Self {
        Self::from((client, client_port(connection)), server)
    }

    /// One that does not come about.
    pub(super) fn refused(client: [u8; 4], server: [u8; 4], number: usize) -> Self {
        Self::from((client, port(50_000, number)), server)
    }

    const fn from(client: Socket, server: [u8; 4]) -> Self {
        Self {
            client,
            server: (server, HTTPS),
            up: 0,
            down: 0,
        }
    }

    /// The next packet of one side.
    pub(super) fn segment(&mut self, way: Way, flags: Flags, bytes: &[u8]) -> Vec<u8> {
        let (from, to) = match way {
            Way::Up => (self.client, self.server),
            Way::Down => (self.server, self.client),
        };
        let (sent, seen) = match way {
            Way::Up => (&mut self.up, self.down),
            Way::Down => (&mut self.down, self.up),
        };
        let seen = if flags.0 & Flags::ACK.0 == 0 { 0 } else { seen };
        let mut segment = Vec::with_capacity(20 + bytes.len());
        segment.extend(from.1.to_be_bytes());
        segment.extend(to.1.to_be_bytes());
        segment.extend(sent.to_be_bytes());
        segment.extend(seen.to_be_bytes());
        // five words of header
        segment.extend([0x50, flags.0]);
        segment.extend(WINDOW.to_be_bytes());
        // checksum and urgent pointer
        segment.extend([0; 4]);
        segment.extend(bytes);
        let length = u32::try_from(bytes.len()).unwrap_or_default();
        *sent = sent.wrapping_add(length + flags.length());
        let sum = checksum(&[&pseudo_header(from.0, to.0, TCP, segment.len()), &segment]);
        put(&mut segment, 16, sum);
        ip(from.0, to.0, TCP, &segment)
    }
}

/// A packet of UDP.
pub(super) fn datagram(from: Socket, to: Socket, bytes: &[u8]) -> Vec<u8> {
    let mut datagram = Vec::with_capacity(8 + bytes.len());
    datagram.extend(from.1.to_be_bytes());
    datagram.extend(to.1.to_be_bytes());
    datagram.extend(short(8 + bytes.len()).to_be_bytes());
    // no checksum
    datagram.extend([0; 2]);
    datagram.extend(bytes);
    ip(from.0, to.0, UDP, &datagram)
}

fn ip(from: [u8; 4], to: [u8; 4], protocol: u8, content: &[u8]) -> Vec<u8> {
    let mut packet = vec![0x45, 0];
    packet.extend(short(20 + content.len()).to_be_bytes());
    // identification; not to be divided; hops
    packet.extend([0, 0, 0x40, 0, 64, protocol, 0, 0]);
    packet.extend(from);
    packet.extend(to);
    let sum = checksum(&[&packet]);
    put(&mut packet, 10, sum);
    packet.extend(content);
    packet
}

fn pseudo_header(from: [u8; 4], to: [u8; 4], protocol: u8, length: usize) -> Vec<u8> {
    let mut header = from.to_vec();
    header.extend(to);
    header.extend([0, protocol]);
    header.extend(short(length).to_be_bytes());
    header
}

/// The Internet checksum (RFC 1071) of parts, all but the last of which have an even length.
fn checksum(parts: &[&[u8]]) -> u16 {
    let pairs = parts.iter().flat_map(|part| part.chunks(2));
    let sum: u32 = pairs
        .map(|pair| {
            let high = pair.first().copied().unwrap_or_default();
            let low = pair.get(1).copied().unwrap_or_default();
            u32::from(u16::from_be_bytes([high, low]))
        })
        .fold(0, |sum, word| {
            let sum = sum + word;
            (sum & 0xFFFF) + (sum >> 16)
        });
    !u16::try_from(sum).unwrap_or_default()
}

fn put(packet: &mut [u8], at: usize, sum: u16) {
    let [high, low] = sum.to_be_bytes();
    if let Some([first, second]) = packet.get_mut(at..at + 2) {
        (*first, *second) = (high, low);
    }
}

/// Lengths are limited by whoever divides the bytes into packets.
fn short(length: usize) -> u16 {
    u16::try_from(length).unwrap_or(u16::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksum_is_that_of_rfc_1071() {
        // RFC 1071 §3: the sum of these words is DDF2
        let words = [0x00, 0x01, 0xF2, 0x03, 0xF4, 0xF5, 0xF6, 0xF7];
        assert_eq!(checksum(&[&words]), !0xDDF2);
    }

    #[test]
    fn each_side_acknowledges_what_the_other_sent() {
        let mut stream = Stream::new([10, 0, 0, 1], [10, 0, 0, 2], 3);
        let numbers = |packet: Vec<u8>| {
            let at = |from: usize| u32::from_be_bytes(packet[from..from + 4].try_into().unwrap());
            (at(24), at(28))
        };
        let syn = stream.segment(Way::Up, Flags::SYN, &[]);
        assert_eq!(numbers(syn), (0, 0));
        let both = Flags::SYN.and(Flags::ACK);
        assert_eq!(numbers(stream.segment(Way::Down, both, &[])), (0, 1));
        assert_eq!(numbers(stream.segment(Way::Up, Flags::ACK, b"abc")), (1, 1));
        assert_eq!(numbers(stream.segment(Way::Down, Flags::ACK, b"")), (1, 4));
    }
}
