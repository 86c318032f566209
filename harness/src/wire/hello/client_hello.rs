// SPDX-License-Identifier: MIT OR Apache-2.0
//! A ClientHello (RFC 5246 §7.4.1.2, RFC 6347 §4.2.2) with whatever is to be offered.

use crate::case::Hello;

/// TLS 1.1, TLS 1.2 and DTLS 1.2 on the wire.
const TLS_1_1: [u8; 2] = [3, 2];
const TLS_1_2: [u8; 2] = [3, 3];
const DTLS_1_2: [u8; 2] = [0xFE, 0xFD];
/// The suites of SGP.22 §2.6.6: ECDHE, ECDSA, AES 128, GCM or CBC, SHA-256.
const GCM: u16 = 0xC02B;
const CBC: u16 = 0xC023;
/// P-256 and, as signature algorithms, ECDSA with SHA-256 and better.
const P256: u16 = 23;
const ECDSA: [u16; 3] = [0x0403, 0x0503, 0x0603];
/// Octets of padding that make a hello of more than 16 KB, which takes two records.
const LARGE: usize = 16 << 10;

/// What is offered.
#[derive(Clone, Debug)]
pub(super) struct ClientHello {
    version: [u8; 2],
    host: String,
    suites: Vec<u16>,
    groups: Vec<u16>,
    signatures: Vec<u16>,
    padding: usize,
}

impl ClientHello {
    /// The hello of a client that speaks TLS 1.2 as SGP.22 has it, but for what `hello` says.
    pub(super) fn of(hello: Hello, host: &str) -> Self {
        let mut it = Self {
            version: TLS_1_2,
            host: host.to_owned(),
            suites: vec![GCM],
            groups: vec![P256],
            signatures: ECDSA.to_vec(),
            padding: 0,
        };
        match hello {
            Hello::Tls11 => {
                it.version = TLS_1_1;
                // ECDHE_ECDSA and RSA with AES CBC and SHA-1
                it.suites = vec![0xC009, 0xC00A, 0x002F];
                it.signatures.clear();
            }
            Hello::RsaKeyExchange => it.suites = vec![0x002F, 0x003C, 0x009C],
            Hello::WeakSuites => it.suites = vec![0x0002, 0x0005, 0x000A, 0xC006, 0xC007, 0xC008],
            Hello::CbcSuite => it.suites = vec![CBC],
            // RSA and ECDSA with SHA-1
            Hello::NoEcdsa => it.signatures = vec![0x0201, 0x0203],
            // sect163k1 and secp160r1
            Hello::NoCommonGroup => it.groups = vec![1, 16],
            Hello::Brainpool => it.groups = vec![26],
            Hello::Large => it.padding = LARGE,
            Hello::Dtls | Hello::DtlsFragments => it.version = DTLS_1_2,
            _ => (),
        }
        it
    }

    /// The handshake message behind its header.
    fn body(&self, datagram: bool) -> Vec<u8> {
        let mut out = self.version.to_vec();
        // a random that is the same in every run
        out.extend([0x5A; 32]);
        out.push(0);
        if datagram {
            // no cookie yet
            out.push(0);
        }
        out.extend(list(&numbers(&self.suites)));
        out.extend([1, 0]);
        out.extend(list(&self.extensions()));
        out
    }

    fn extensions(&self) -> Vec<u8> {
        let mut name = vec![0];
        name.extend(list(self.host.as_bytes()));
        let mut out = extension(0, &list(&name));
        out.extend(extension(10, &list(&numbers(&self.groups))));
        out.extend(extension(11, &[1, 0]));
        if !self.signatures.is_empty() {
            out.extend(extension(13, &list(&numbers(&self.signatures))));
        }
        if self.padding > 0 {
            out.extend(extension(21, &vec![0; self.padding]));
        }
        out
    }

    /// The message for TLS with its header.
    pub(super) fn message(&self) -> Vec<u8> {
        let body = self.body(false);
        let mut out = vec![1];
        out.extend(three(body.len()));
        out.extend(body);
        out
    }

    /// The records of TLS that carry it.
    pub(super) fn record(&self) -> Vec<u8> {
        const MOST: usize = 1 << 14;
        let mut out = Vec::new();
        for part in self.message().chunks(MOST) {
            out.extend([22, 3, 1]);
            out.extend(two(part.len()));
            out.extend(part);
        }
        out
    }

    /// The datagrams of DTLS that carry it.
    pub(super) fn datagrams(&self, hello: Hello) -> Vec<Vec<u8>> {
        let body = self.body(true);
        let part = match hello {
            Hello::DtlsFragments => body.len().div_ceil(2),
            _ => body.len(),
        };
        let mut datagrams = Vec::new();
        for (number, fragment) in body.chunks(part.max(1)).enumerate() {
            let offset = number.saturating_mul(part);
            let mut message = vec![1];
            message.extend(three(body.len()));
            message.extend([0, 0]);
            message.extend(three(offset));
            message.extend(three(fragment.len()));
            message.extend(fragment);
            let mut record = vec![22];
            record.extend(DTLS_1_2);
            // epoch 0, and a number of 48 bits
            record.extend([0, 0, 0, 0, 0, 0, 0, u8::try_from(number).unwrap_or(u8::MAX)]);
            record.extend(two(message.len()));
            record.extend(message);
            datagrams.push(record);
        }
        datagrams
    }
}

fn numbers(numbers: &[u16]) -> Vec<u8> {
    numbers.iter().flat_map(|it| it.to_be_bytes()).collect()
}

fn extension(number: u16, content: &[u8]) -> Vec<u8> {
    let mut out = number.to_be_bytes().to_vec();
    out.extend(list(content));
    out
}

/// Octets behind their length of 16 bits.
fn list(content: &[u8]) -> Vec<u8> {
    let mut out = two(content.len()).to_vec();
    out.extend(content);
    out
}

fn two(length: usize) -> [u8; 2] {
    u16::try_from(length).unwrap_or(u16::MAX).to_be_bytes()
}

fn three(length: usize) -> [u8; 3] {
    let [_, a, b, c] = u32::try_from(length).unwrap_or(u32::MAX).to_be_bytes();
    [a, b, c]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_add_up() {
        let record = ClientHello::of(Hello::RsaKeyExchange, "eim1.test.example").record();
        let length = usize::from(u16::from_be_bytes([record[3], record[4]]));
        assert_eq!(length + 5, record.len());
        assert_eq!(usize::from(record[8]) + 9, record.len());
        assert_eq!(record[9..11], TLS_1_2);
    }

    #[test]
    fn fragments_are_parts_of_one_message() {
        let hello = ClientHello::of(Hello::DtlsFragments, "eim1.test.example");
        let datagrams = hello.datagrams(Hello::DtlsFragments);
        assert_eq!(datagrams.len(), 2);
        let parts: Vec<u8> = datagrams.iter().flat_map(|it| it[25..].to_vec()).collect();
        assert_eq!(parts, hello.body(true));
    }
}
