// SPDX-License-Identifier: MIT OR Apache-2.0
//! A ClientHello made by hand, for clients that no library here can be.

use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::kit::{Bench, HOST};

/// What a client offers; the default is a client of TLS 1.2 that every listener serves.
#[derive(Clone)]
pub(crate) struct Hello {
    pub(crate) version: u16,
    pub(crate) suites: Vec<u16>,
    pub(crate) groups: Vec<u16>,
    pub(crate) schemes: Vec<u16>,
    pub(crate) padding: usize,
}

/// TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256
const SUITE: u16 = 0xC02B;
/// secp256r1
const GROUP: u16 = 23;
/// ecdsa_secp256r1_sha256, in TLS 1.2 ECDSA with SHA-256
const SCHEME: u16 = 0x0403;

impl Default for Hello {
    fn default() -> Self {
        Self {
            version: 0x0303,
            suites: vec![SUITE],
            groups: vec![GROUP],
            schemes: vec![SCHEME],
            padding: 0,
        }
    }
}

/// How a listener answers a ClientHello.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Reply {
    /// With a ServerHello of this version and suite.
    Hello { version: u16, suite: u16 },
    /// With a fatal alert.
    Alert(u8),
    /// Not at all: the connection is closed.
    Closed,
}

fn list(items: &[u16]) -> Vec<u8> {
    sized(
        &items
            .iter()
            .flat_map(|item| item.to_be_bytes())
            .collect::<Vec<_>>(),
    )
}

/// Content behind a length of two bytes.
fn sized(content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len()).unwrap();
    [&length.to_be_bytes()[..], content].concat()
}

fn extension(number: u16, content: &[u8]) -> Vec<u8> {
    [&number.to_be_bytes()[..], &sized(content)].concat()
}

impl Hello {
    /// The records.
    pub(crate) fn records(&self) -> Vec<u8> {
        let name = [&[0], &sized(HOST.as_bytes())[..]].concat();
        let extensions = [
            extension(0, &sized(&name)),
            extension(10, &list(&self.groups)),
            extension(11, &[1, 0]),
            extension(13, &list(&self.schemes)),
            extension(21, &vec![0; self.padding]),
        ];
        let body = [
            &self.version.to_be_bytes()[..],
            &[7; 32],
            &[0],
            &list(&self.suites),
            &[1, 0],
            &sized(&extensions.concat()),
        ]
        .concat();
        let length = u32::try_from(body.len()).unwrap().to_be_bytes();
        let message = [&[1], &length[1..], &body].concat();
        let records = message.chunks(1 << 14).map(|part| {
            let record_version = self.version.min(0x0301).to_be_bytes();
            [&[22], &record_version[..], &sized(part)].concat()
        });
        records.collect::<Vec<_>>().concat()
    }

    /// The answer of a listener.
    pub(crate) async fn say(&self, bench: &Bench) -> Reply {
        let mut stream = bench.tcp().await;
        stream.write_all(&self.records()).await.unwrap();
        let mut header = [0; 5];
        if stream.read_exact(&mut header).await.is_err() {
            return Reply::Closed;
        }
        let length = usize::from(u16::from_be_bytes([header[3], header[4]]));
        let mut record = vec![0; length];
        stream.read_exact(&mut record).await.unwrap();
        let two = |at: usize| u16::from_be_bytes([record[at], record[at + 1]]);
        match header[0] {
            21 => {
                assert_eq!(record[0], 2, "the alert is fatal");
                let mut rest = Vec::new();
                let closed = stream.read_to_end(&mut rest).await;
                assert!(
                    closed.is_err() || rest.is_empty(),
                    "something follows the alert"
                );
                Reply::Alert(record[1])
            }
            22 => {
                assert_eq!(record[0], 2, "a ServerHello");
                let suite_at = 4 + 2 + 32 + 1 + usize::from(record[38]);
                Reply::Hello {
                    version: two(4),
                    suite: two(suite_at),
                }
            }
            other => panic!("record of type {other}"),
        }
    }

    /// The first certificate that a listener shows in TLS 1.2.
    pub(crate) async fn certificate(&self, bench: &Bench) -> Vec<u8> {
        let mut stream = bench.tcp().await;
        stream.write_all(&self.records()).await.unwrap();
        let mut messages = Vec::new();
        loop {
            let mut header = [0; 5];
            stream.read_exact(&mut header).await.unwrap();
            assert_eq!(header[0], 22, "a handshake record");
            let length = usize::from(u16::from_be_bytes([header[3], header[4]]));
            let mut record = vec![0; length];
            stream.read_exact(&mut record).await.unwrap();
            messages.extend(record);
            if let Some(certificate) = find_certificate(&messages) {
                return certificate;
            }
        }
    }
}

fn long(bytes: &[u8]) -> usize {
    bytes
        .iter()
        .take(3)
        .fold(0, |sum, byte| sum << 8 | usize::from(*byte))
}

/// The first certificate of a Certificate message among these, when it is there whole.
fn find_certificate(mut messages: &[u8]) -> Option<Vec<u8>> {
    while messages.len() > 4 {
        let (kind, length) = (messages[0], long(&messages[1..]));
        let body = messages.get(4..4 + length)?;
        if kind == 11 {
            return Some(body[6..6 + long(&body[3..])].to_vec());
        }
        messages = &messages[4 + length..];
    }
    None
}
