// SPDX-License-Identifier: MIT OR Apache-2.0
//! TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256 (RFC 5289 §3.1), which the TLS library does not have and
//! older devices have alone: a MAC, padding, and a chain of blocks (RFC 5246 §6.2.3.2).
//!
//! Traps: how long a wrong record takes tells something of its content, so this is for test servers
//! alone. The library knows no MAC keys: as four pieces of the key block in a row are the two MAC
//! keys and the two cipher keys, they pass for keys of 32 and fixed initial vectors of 16 bytes.

use std::sync::LazyLock;

use aes::Aes128;
use aes::cipher::{Array, BlockModeDecrypt, BlockModeEncrypt, KeyIvInit};
use hmac::{Hmac, KeyInit, Mac};
use rustls::crypto::aws_lc_rs::cipher_suite::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256;
use rustls::crypto::aws_lc_rs::default_provider;
use rustls::crypto::cipher::{
    AeadKey, InboundOpaqueMessage, InboundPlainMessage, KeyBlockShape, MessageDecrypter,
    MessageEncrypter, OutboundOpaqueMessage, OutboundPlainMessage, PrefixedPayload,
    Tls12AeadAlgorithm, UnsupportedOperationError, make_tls12_aad,
};
use rustls::{
    CipherSuite, CipherSuiteCommon, ConnectionTrafficSecrets, ContentType, Error, ProtocolVersion,
    SupportedCipherSuite, Tls12CipherSuite,
};
use sha2::Sha256;

/// The suite, for TLS 1.2.
pub(super) fn suite() -> Option<SupportedCipherSuite> {
    SUITE.as_ref().map(SupportedCipherSuite::Tls12)
}

static SUITE: LazyLock<Option<Tls12CipherSuite>> = LazyLock::new(|| {
    // but for the protection of records, everything is as in this one
    let SupportedCipherSuite::Tls12(like) = TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 else {
        return None;
    };
    Some(Tls12CipherSuite {
        common: CipherSuiteCommon {
            suite: CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256,
            hash_provider: like.common.hash_provider,
            confidentiality_limit: like.common.confidentiality_limit,
        },
        prf_provider: like.prf_provider,
        kx: like.kx,
        sign: like.sign,
        aead_alg: &Cbc,
    })
});

/// Bytes of a block, and of the initial vector in front of each record.
const BLOCK: usize = 16;
/// Bytes of a MAC and of its key.
const MAC: usize = 32;

struct Cbc;

impl Tls12AeadAlgorithm for Cbc {
    fn encrypter(&self, key: AeadKey, iv: &[u8], _: &[u8]) -> Box<dyn MessageEncrypter> {
        Box::new(Keys::new(&key, iv))
    }

    fn decrypter(&self, key: AeadKey, iv: &[u8]) -> Box<dyn MessageDecrypter> {
        Box::new(Keys::new(&key, iv))
    }

    fn key_block_shape(&self) -> KeyBlockShape {
        KeyBlockShape {
            enc_key_len: MAC,
            fixed_iv_len: BLOCK,
            explicit_nonce_len: 0,
        }
    }

    fn extract_keys(
        &self,
        _: AeadKey,
        _: &[u8],
        _: &[u8],
    ) -> Result<ConnectionTrafficSecrets, UnsupportedOperationError> {
        Err(UnsupportedOperationError)
    }
}

/// The keys of one direction.
struct Keys {
    mac: Vec<u8>,
    cipher: Vec<u8>,
}

impl Keys {
    fn new(mac: &AeadKey, cipher: &[u8]) -> Self {
        Self {
            mac: mac.as_ref().to_vec(),
            cipher: cipher.to_vec(),
        }
    }

    fn mac(
        &self,
        (typ, version): (ContentType, ProtocolVersion),
        seq: u64,
        content: &[u8],
    ) -> Result<Hmac<Sha256>, Error> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.mac).map_err(|_| Error::EncryptError)?;
        mac.update(&make_tls12_aad(seq, typ, version, content.len()));
        mac.update(content);
        Ok(mac)
    }
}

impl MessageEncrypter for Keys {
    fn encrypt(
        &mut self,
        message: OutboundPlainMessage<'_>,
        seq: u64,
    ) -> Result<OutboundOpaqueMessage, Error> {
        let mut record = message.payload.to_vec();
        let mac = self.mac((message.typ, message.version), seq, &record)?;
        record.extend_from_slice(&mac.finalize().into_bytes());
        let padding = BLOCK - record.len() % BLOCK;
        let octet = u8::try_from(padding - 1).map_err(|_| Error::EncryptError)?;
        record.resize(record.len() + padding, octet);
        let mut iv = [0; BLOCK];
        let random = default_provider().secure_random;
        random
            .fill(&mut iv)
            .map_err(|_| Error::FailedToGetRandomBytes)?;
        let mut chain = cbc::Encryptor::<Aes128>::new_from_slices(&self.cipher, &iv)
            .map_err(|_| Error::EncryptError)?;
        let (blocks, _) = Array::slice_as_chunks_mut(&mut record);
        chain.encrypt_blocks(blocks);
        let mut payload = PrefixedPayload::with_capacity(BLOCK + record.len());
        payload.extend_from_slice(&iv);
        payload.extend_from_slice(&record);
        Ok(OutboundOpaqueMessage::new(
            message.typ,
            message.version,
            payload,
        ))
    }

    fn encrypted_payload_len(&self, payload_len: usize) -> usize {
        BLOCK + (payload_len + MAC + 1).next_multiple_of(BLOCK)
    }
}

impl MessageDecrypter for Keys {
    fn decrypt<'a>(
        &mut self,
        mut message: InboundOpaqueMessage<'a>,
        seq: u64,
    ) -> Result<InboundPlainMessage<'a>, Error> {
        let wrong = || Error::DecryptError;
        let kind = (message.typ, message.version);
        let (iv, record) = message
            .payload
            .split_at_mut_checked(BLOCK)
            .ok_or_else(wrong)?;
        let mut chain =
            cbc::Decryptor::<Aes128>::new_from_slices(&self.cipher, iv).map_err(|_| wrong())?;
        let (blocks, rest) = Array::slice_as_chunks_mut(record);
        if !rest.is_empty() {
            return Err(wrong());
        }
        chain.decrypt_blocks(blocks);
        let padding = *record.last().ok_or_else(wrong)?;
        let padded = usize::from(padding) + 1;
        let length = record.len().checked_sub(padded + MAC).ok_or_else(wrong)?;
        let (content, rest) = record.split_at(length);
        let (mac, padded) = rest.split_at(MAC);
        let is_padding = padded.iter().all(|octet| *octet == padding);
        let right = self.mac(kind, seq, content)?.verify_slice(mac);
        if right.is_err() || !is_padding {
            return Err(wrong());
        }
        if length > MAX_FRAGMENT {
            return Err(Error::PeerSentOversizedRecord);
        }
        Ok(message.into_plain_message_range(BLOCK..BLOCK + length))
    }
}

/// The most content of a record (RFC 5246 §6.2.1).
const MAX_FRAGMENT: usize = 1 << 14;

#[cfg(test)]
mod tests {
    use super::*;

    const VERSION: ProtocolVersion = ProtocolVersion::TLSv1_2;
    const DATA: ContentType = ContentType::ApplicationData;

    fn keys() -> Keys {
        Keys {
            mac: vec![7; MAC],
            cipher: vec![8; BLOCK],
        }
    }

    fn record(content: &[u8], seq: u64) -> Vec<u8> {
        let message = OutboundPlainMessage {
            typ: DATA,
            version: VERSION,
            payload: content.into(),
        };
        let length = keys().encrypted_payload_len(content.len());
        let record = keys().encrypt(message, seq).unwrap();
        assert_eq!(record.payload.as_ref().len(), length);
        record.payload.as_ref().to_vec()
    }

    fn content(record: &[u8], seq: u64) -> Result<Vec<u8>, Error> {
        let mut record = record.to_vec();
        let message = InboundOpaqueMessage::new(DATA, VERSION, &mut record);
        let plain = keys().decrypt(message, seq)?;
        Ok(plain.payload.to_vec())
    }

    #[test]
    fn records_of_every_size_come_back() {
        for size in (0..70).chain([1000, MAX_FRAGMENT]) {
            let plain = vec![0x5A; size];
            assert_eq!(content(&record(&plain, 3), 3).unwrap(), plain, "{size}");
        }
        assert_ne!(record(b"same", 0), record(b"same", 0));
    }

    #[test]
    fn a_record_that_was_touched_is_refused() {
        let whole = record(&[0x5A; 40], 3);
        for at in 0..whole.len() {
            let mut touched = whole.clone();
            touched[at] ^= 1;
            assert_eq!(content(&touched, 3), Err(Error::DecryptError), "{at}");
        }
        for length in 0..whole.len() {
            assert!(content(&whole[..length], 3).is_err(), "{length}");
        }
        assert_eq!(content(&whole, 4), Err(Error::DecryptError));
        let large = record(&vec![0; MAX_FRAGMENT + 1], 3);
        assert_eq!(content(&large, 3), Err(Error::PeerSentOversizedRecord));
    }
}
