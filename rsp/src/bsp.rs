// SPDX-License-Identifier: MIT OR Apache-2.0
//! Protection of a bound profile package: BSP of SGP.22 §2.6.4 and Annex G, formerly SCP03t.
//!
//! Traps: the counter moves with every segment, also with the MAC-only ones of tag 88, and starts
//! again at 1 when the profile protection keys replace the session keys. The MAC covers tag and
//! length as they stand on the wire, and all 16 bytes of it chain on although only 8 are sent. The
//! EID enters the derivation as 16 BCD bytes, not as 32 digits. Padding always adds a byte, so an
//! encrypted segment carries at most 1007 bytes of plaintext while 88 carries 1008.

use aes::Aes128;
use aes::cipher::{Array, Block, BlockCipherEncrypt, BlockModeDecrypt, BlockModeEncrypt};
use aes::cipher::{InnerIvInit, KeyInit};
use cmac::{Cmac, Mac};
use thiserror::Error;

use crate::kdf;

/// Key type of the control reference template: AES (SGP.22 §5.5.1).
pub const KEY_TYPE: u8 = 0x88;
/// Key length of the control reference template: 16 bytes.
pub const KEY_LENGTH: u8 = 0x10;
/// Longest segment, tag, length and MAC included (SGP.22 §2.5.3).
pub const MAX_SEGMENT: usize = 1020;

const MAC_LENGTH: usize = 8;
const BLOCK: usize = 16;

/// The segment tags of a bound profile package.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SegmentTag {
    /// 86: elements of the unprotected profile package, encrypted.
    Tag86,
    /// 87: ConfigureISDP and ReplaceSessionKeys, encrypted.
    Tag87,
    /// 88: StoreMetadata, MAC only.
    Tag88,
}

impl SegmentTag {
    /// The tag byte.
    pub const fn byte(self) -> u8 {
        match self {
            Self::Tag86 => 0x86,
            Self::Tag87 => 0x87,
            Self::Tag88 => 0x88,
        }
    }

    /// The tag of a byte.
    pub const fn from_byte(byte: u8) -> Option<Self> {
        match byte {
            0x86 => Some(Self::Tag86),
            0x87 => Some(Self::Tag87),
            0x88 => Some(Self::Tag88),
            _ => None,
        }
    }

    /// Whether the data is encrypted, or only carries a MAC.
    pub const fn is_encrypted(self) -> bool {
        matches!(self, Self::Tag86 | Self::Tag87)
    }

    /// How much plaintext fits into one segment of [`MAX_SEGMENT`] bytes.
    pub const fn capacity(self) -> usize {
        if self.is_encrypted() { 1007 } else { 1008 }
    }
}

/// Why a segment is refused.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum BspError {
    /// The host identifier does not fit the derivation.
    #[error("expected a hostId of 1 to 16 bytes, found {0}")]
    HostId(usize),
    /// Another tag than the place in the package asks for.
    #[error("expected a segment with tag {expected:02X}, found {found:02X}")]
    Tag {
        /// The tag of this part of the package.
        expected: u8,
        /// The tag found, 00 when there is none.
        found: u8,
    },
    /// The length field is damaged or does not match what follows.
    #[error("expected a segment of exactly its encoded length, found {0} bytes")]
    Length(usize),
    /// Longer than a segment may be.
    #[error("expected a segment of at most {limit} bytes, found {found}")]
    TooLong {
        /// The limit in force.
        limit: usize,
        /// The length of the segment.
        found: usize,
    },
    /// No room for a MAC, or encrypted data that is no whole number of blocks.
    #[error("expected whole blocks and a MAC, found {0} bytes of content")]
    Content(usize),
    /// The MAC does not verify.
    #[error("MAC does not verify")]
    Mac,
    /// The plaintext does not end with 80 00…
    #[error("padding is not 80 followed by zeros")]
    Padding,
}

impl BspError {
    /// Whether the cryptography failed (`scp03tSecurityError`) and not the structure
    /// (`scp03tStructureError`).
    pub const fn is_security(&self) -> bool {
        matches!(self, Self::Mac | Self::Padding)
    }
}

/// The keys of one chain of segments.
#[derive(Clone, PartialEq, Eq)]
pub struct SessionKeys {
    /// First MAC chaining value.
    pub initial_mac_chaining_value: [u8; 16],
    /// S-ENC or PPK-ENC.
    pub enc: [u8; 16],
    /// S-MAC or PPK-CMAC.
    pub mac: [u8; 16],
}

impl SessionKeys {
    /// Derives the session keys from the ECKA shared secret (SGP.22 Annex G).
    ///
    /// # Errors
    /// `host_id` is not of 1 to 16 bytes.
    pub fn derive(shared: &[u8], host_id: &[u8], eid: &[u8; 16]) -> Result<Self, BspError> {
        let refused = || BspError::HostId(host_id.len());
        let host_id_length = u8::try_from(host_id.len()).map_err(|_| refused())?;
        if !(1..=16).contains(&host_id_length) {
            return Err(refused());
        }
        let mut shared_info = vec![KEY_TYPE, KEY_LENGTH, host_id_length];
        shared_info.extend_from_slice(host_id);
        shared_info.push(0x10);
        shared_info.extend_from_slice(eid);
        let mut keys = kdf::x963(shared, &shared_info, 3 * BLOCK).into_iter();
        let mut next = || std::array::from_fn(|_| keys.next().unwrap_or_default());
        Ok(Self {
            initial_mac_chaining_value: next(),
            enc: next(),
            mac: next(),
        })
    }
}

impl std::fmt::Debug for SessionKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SessionKeys(…)")
    }
}

/// One end of the protected channel. Server and card use the same type: the server protects, the
/// card unprotects, and both move the counter and the chaining value alike.
#[derive(Clone)]
pub struct Bsp {
    enc: Aes128,
    mac: Cmac<Aes128>,
    chaining_value: [u8; 16],
    counter: u128,
    limit: usize,
}

impl Bsp {
    /// Starts a chain: counter 1, first chaining value from the keys.
    pub fn new(keys: &SessionKeys) -> Self {
        Self {
            enc: Aes128::new(&keys.enc.into()),
            mac: Cmac::new(&keys.mac.into()),
            chaining_value: keys.initial_mac_chaining_value,
            counter: 1,
            limit: MAX_SEGMENT,
        }
    }

    /// Continues with the keys of ReplaceSessionKeys (SGP.22 §5.5.4): a new chain.
    pub fn replace_keys(&mut self, keys: &SessionKeys) {
        *self = Self {
            limit: self.limit,
            ..Self::new(keys)
        };
    }

    /// Sets the longest segment [`Bsp::unprotect`] accepts; cards in the field take more than
    /// [`MAX_SEGMENT`].
    pub fn set_limit(&mut self, limit: usize) {
        self.limit = limit;
    }

    /// The counter of the next segment.
    pub fn counter(&self) -> u128 {
        self.counter
    }

    /// Makes one segment, whatever its length.
    pub fn protect(&mut self, tag: SegmentTag, plain: &[u8]) -> Vec<u8> {
        let content = if tag.is_encrypted() {
            self.encrypt(plain)
        } else {
            plain.to_vec()
        };
        let mut segment = header(tag.byte(), content.len() + MAC_LENGTH);
        segment.extend_from_slice(&content);
        let full = self.next_mac(&segment);
        segment.extend(full.iter().take(MAC_LENGTH));
        self.advance(full);
        segment
    }

    /// Cuts `plain` into segments of the greatest length and protects each.
    pub fn protect_all(&mut self, tag: SegmentTag, plain: &[u8]) -> Vec<Vec<u8>> {
        plain
            .chunks(tag.capacity())
            .map(|part| self.protect(tag, part))
            .collect()
    }

    /// Checks one segment and returns its plaintext. A refused segment moves nothing.
    ///
    /// # Errors
    /// Wrong tag, length, MAC or padding.
    pub fn unprotect(&mut self, tag: SegmentTag, segment: &[u8]) -> Result<Vec<u8>, BspError> {
        let content = self.content(tag, segment)?;
        let content_length = content.len();
        let (data, received) = content
            .split_last_chunk::<MAC_LENGTH>()
            .ok_or(BspError::Content(content_length))?;
        if tag.is_encrypted() && (data.is_empty() || !data.len().is_multiple_of(BLOCK)) {
            return Err(BspError::Content(content_length));
        }
        let (covered, _) = segment
            .split_last_chunk::<MAC_LENGTH>()
            .ok_or(BspError::Content(content_length))?;
        let full = self.next_mac(covered);
        if !full.starts_with(received) {
            return Err(BspError::Mac);
        }
        let plain = if tag.is_encrypted() {
            self.decrypt(data)?
        } else {
            data.to_vec()
        };
        self.advance(full);
        Ok(plain)
    }

    /// The content of a segment, after its tag, its length and the limit were checked.
    fn content<'a>(&self, tag: SegmentTag, segment: &'a [u8]) -> Result<&'a [u8], BspError> {
        let found = segment.first().copied().unwrap_or_default();
        if found != tag.byte() {
            return Err(BspError::Tag {
                expected: tag.byte(),
                found,
            });
        }
        let length = BspError::Length(segment.len());
        let (&first, rest) = segment
            .get(1..)
            .and_then(<[u8]>::split_first)
            .ok_or_else(|| length.clone())?;
        let (encoded, content) = match first {
            0..=0x7F => (usize::from(first), rest),
            0x81..=0x84 => {
                let digits = usize::from(first & 0x7F);
                let (digits, content) = rest
                    .split_at_checked(digits)
                    .ok_or_else(|| length.clone())?;
                let encoded = digits
                    .iter()
                    .fold(0_u64, |sum, digit| sum << 8 | u64::from(*digit));
                (
                    usize::try_from(encoded).map_err(|_| length.clone())?,
                    content,
                )
            }
            _ => return Err(length),
        };
        if encoded != content.len() {
            return Err(length);
        }
        if segment.len() > self.limit {
            return Err(BspError::TooLong {
                limit: self.limit,
                found: segment.len(),
            });
        }
        Ok(content)
    }

    /// AES-CMAC over the chaining value and the segment without its MAC.
    fn next_mac(&self, segment: &[u8]) -> [u8; 16] {
        let mut mac = self.mac.clone();
        mac.update(&self.chaining_value);
        mac.update(segment);
        mac.finalize().into_bytes().into()
    }

    fn advance(&mut self, full: [u8; 16]) {
        self.chaining_value = full;
        self.counter = self.counter.wrapping_add(1);
    }

    /// The initial vector: the counter as one block, encrypted.
    fn icv(&self) -> Block<Aes128> {
        let mut block = self.counter.to_be_bytes().into();
        self.enc.encrypt_block(&mut block);
        block
    }

    fn encrypt(&self, plain: &[u8]) -> Vec<u8> {
        let mut data = plain.to_vec();
        data.push(0x80);
        data.resize(data.len().next_multiple_of(BLOCK), 0);
        let (blocks, _) = Array::slice_as_chunks_mut(&mut data);
        cbc::Encryptor::inner_iv_init(self.enc.clone(), &self.icv()).encrypt_blocks(blocks);
        data
    }

    fn decrypt(&self, cipher: &[u8]) -> Result<Vec<u8>, BspError> {
        let mut data = cipher.to_vec();
        let (blocks, _) = Array::slice_as_chunks_mut(&mut data);
        cbc::Decryptor::inner_iv_init(self.enc.clone(), &self.icv()).decrypt_blocks(blocks);
        let mark = data
            .iter()
            .rposition(|byte| *byte != 0)
            .ok_or(BspError::Padding)?;
        if data.get(mark) != Some(&0x80) || data.len() - mark > BLOCK {
            return Err(BspError::Padding);
        }
        data.truncate(mark);
        Ok(data)
    }
}

impl std::fmt::Debug for Bsp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Bsp(counter {})", self.counter)
    }
}

/// Tag and DER length.
fn header(tag: u8, length: usize) -> Vec<u8> {
    let mut out = vec![tag];
    if let Ok(short) = u8::try_from(length)
        && short < 0x80
    {
        out.push(short);
        return out;
    }
    let digits = length.to_be_bytes();
    let zeros = digits.iter().take_while(|digit| **digit == 0).count();
    let digits = digits.get(zeros..).unwrap_or_default();
    out.push(0x80 | u8::try_from(digits.len()).unwrap_or_default());
    out.extend_from_slice(digits);
    out
}

#[cfg(test)]
mod tests;
