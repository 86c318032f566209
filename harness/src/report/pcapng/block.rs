// SPDX-License-Identifier: MIT OR Apache-2.0
//! Blocks of the pcapng format (draft-ietf-opsawg-pcapng): little endian, padded to 32 bits.

const SECTION: u32 = 0x0A0D_0D0A;
const INTERFACE: u32 = 1;
const NAMES: u32 = 4;
const PACKET: u32 = 6;
const SECRETS: u32 = 10;

/// Raw IP, without a link layer.
const LINK_RAW: u16 = 101;
const BYTE_ORDER: u32 = 0x1A2B_3C4D;
/// A length that is not given.
const UNKNOWN: u64 = u64::MAX;
/// Secrets in the form of NSS key logs.
const TLS_KEY_LOG: u32 = 0x544C_534B;
const NAME_OF_IPV4: u16 = 1;

const OPTION_END: u16 = 0;
const OPTION_COMMENT: u16 = 1;
const OPTION_NAME: u16 = 2;
const OPTION_APPLICATION: u16 = 4;

/// Microseconds between packets.
const TICK: u64 = 1000;

/// A file in the making.
pub(super) struct Blocks {
    file: Vec<u8>,
    packets: u64,
}

impl Blocks {
    /// A file about `title` with one interface.
    pub(super) fn new(title: &str) -> Self {
        let mut blocks = Self {
            file: Vec::new(),
            packets: 0,
        };
        let mut section = Vec::new();
        section.extend(BYTE_ORDER.to_le_bytes());
        section.extend(1u16.to_le_bytes());
        section.extend(0u16.to_le_bytes());
        section.extend(UNKNOWN.to_le_bytes());
        option(&mut section, OPTION_COMMENT, title);
        let application = concat!("harness ", env!("CARGO_PKG_VERSION"));
        option(&mut section, OPTION_APPLICATION, application);
        option(&mut section, OPTION_END, "");
        blocks.block(SECTION, &section);
        let mut interface = Vec::new();
        interface.extend(LINK_RAW.to_le_bytes());
        interface.extend(0u16.to_le_bytes());
        // no limit to the bytes of a packet
        interface.extend(0u32.to_le_bytes());
        option(&mut interface, OPTION_NAME, "case");
        option(&mut interface, OPTION_END, "");
        blocks.block(INTERFACE, &interface);
        blocks
    }

    /// Gives hosts their names.
    pub(super) fn names(&mut self, hosts: &[([u8; 4], &str)]) {
        let mut body = Vec::new();
        for (address, name) in hosts {
            let mut record = address.to_vec();
            record.extend(name.as_bytes());
            record.push(0);
            field(&mut body, NAME_OF_IPV4, &record);
        }
        field(&mut body, OPTION_END, &[]);
        self.block(NAMES, &body);
    }

    /// Secrets for everything that follows.
    pub(super) fn secrets<'a>(&mut self, lines: impl Iterator<Item = &'a str>) {
        let mut text = String::new();
        for line in lines {
            text.push_str(line);
            text.push('\n');
        }
        if text.is_empty() {
            return;
        }
        let mut body = Vec::new();
        body.extend(TLS_KEY_LOG.to_le_bytes());
        body.extend(size(text.len()).to_le_bytes());
        body.extend(text.as_bytes());
        pad(&mut body);
        self.block(SECRETS, &body);
    }

    /// A packet with what there is to say about it.
    pub(super) fn packet(&mut self, packet: &[u8], comments: &[String]) {
        self.packets += 1;
        let [high, low] = halves(self.packets * TICK);
        let mut body = Vec::new();
        body.extend(0u32.to_le_bytes());
        body.extend(high.to_le_bytes());
        body.extend(low.to_le_bytes());
        body.extend(size(packet.len()).to_le_bytes());
        body.extend(size(packet.len()).to_le_bytes());
        body.extend(packet);
        pad(&mut body);
        for comment in comments {
            option(&mut body, OPTION_COMMENT, comment);
        }
        if !comments.is_empty() {
            option(&mut body, OPTION_END, "");
        }
        self.block(PACKET, &body);
    }

    pub(super) fn end(self) -> Vec<u8> {
        self.file
    }

    fn block(&mut self, kind: u32, body: &[u8]) {
        let length = size(body.len() + 12).to_le_bytes();
        self.file.extend(kind.to_le_bytes());
        self.file.extend(length);
        self.file.extend(body);
        self.file.extend(length);
    }
}

fn option(body: &mut Vec<u8>, code: u16, text: &str) {
    field(body, code, text.as_bytes());
}

/// Code, length, value and padding, as options and name records have them.
fn field(body: &mut Vec<u8>, code: u16, value: &[u8]) {
    let value = value.get(..value.len().min(0xFFFF)).unwrap_or_default();
    let length = u16::try_from(value.len()).unwrap_or(u16::MAX);
    body.extend(code.to_le_bytes());
    body.extend(length.to_le_bytes());
    body.extend(value);
    pad(body);
}

fn pad(body: &mut Vec<u8>) {
    body.resize(body.len().next_multiple_of(4), 0);
}

/// A capture is limited to far less than 4 GiB.
fn size(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

/// The halves of a number, the high one first.
const fn halves(number: u64) -> [u32; 2] {
    let [a, b, c, d, e, f, g, h] = number.to_be_bytes();
    [
        u32::from_be_bytes([a, b, c, d]),
        u32::from_be_bytes([e, f, g, h]),
    ]
}
