// SPDX-License-Identifier: MIT OR Apache-2.0
//! Concealment of the SUPI (TS 33.501 Annex C): null-scheme, ECIES profile A and profile B.
//!
//! Traps: profile A has no point format byte, profile B always has the compressed point; the
//! ephemeral public key as it is sent is the shared information of the key derivation; the MAC is
//! over the ciphertext alone; the counter wraps in its last 32 bits.

use aes::Aes128;
use aes::cipher::{KeyIvInit, StreamCipher};
use hmac::{Hmac, KeyInit, Mac};
use rsp::ecdsa::{Curve, PrivateKey, PublicKey};
use rsp::env::Env;
use rsp::kdf::x963;
use rsp::tlv::{Tag, Tlv, walk};
use sha2::Sha256;
use x25519_dalek::{PublicKey as Point, StaticSecret};

/// Tags of EF.SUCI_Calc_Info (TS 31.102 §4.4.11.8).
const SCHEME_LIST: Tag = Tag::new(0xA0);
const KEY_LIST: Tag = Tag::new(0xA1);
const KEY_IDENTIFIER: Tag = Tag::new(0x80);
const KEY: Tag = Tag::new(0x81);
/// Longest prefix of the MAC that is sent (TS 33.501 §C.3.4).
const MAC_LENGTH: usize = 8;

/// A protection scheme with what it needs.
#[derive(Clone)]
pub(crate) enum Protection {
    /// Nothing is concealed.
    Null,
    /// X25519.
    ProfileA(Point),
    /// secp256r1.
    ProfileB(PublicKey),
}

impl Protection {
    /// Protection Scheme Identifier.
    pub(crate) fn identifier(&self) -> u8 {
        match self {
            Self::Null => 0,
            Self::ProfileA(_) => 1,
            Self::ProfileB(_) => 2,
        }
    }

    fn with_key(identifier: u8, key: Option<&[u8]>) -> Option<Self> {
        match identifier {
            0 => Some(Self::Null),
            1 => Some(Self::ProfileA(<[u8; 32]>::try_from(key?).ok()?.into())),
            2 => PublicKey::from_point(Curve::NistP256, key?)
                .ok()
                .map(Self::ProfileB),
            _ => None,
        }
    }
}

/// What a protection scheme makes of its input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SchemeOutput {
    /// Ephemeral public key; empty for the null-scheme.
    pub(crate) ephemeral: Vec<u8>,
    /// The ciphertext, or the input itself.
    pub(crate) text: Vec<u8>,
    /// MAC tag; empty for the null-scheme.
    pub(crate) mac: Vec<u8>,
}

impl SchemeOutput {
    /// The parts in the order they are sent in.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        [&*self.ephemeral, &self.text, &self.mac].concat()
    }
}

/// EF.SUCI_Calc_Info: schemes by priority, and keys.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct CalculationInfo<'a> {
    /// Scheme identifier and the index of its key, counted from 1.
    schemes: Vec<(u8, u8)>,
    /// Key identifier and key.
    keys: Vec<(u8, &'a [u8])>,
}

impl<'a> CalculationInfo<'a> {
    /// Reads the content of the file; what follows the objects is padding. A file without a list of
    /// schemes gives none.
    pub(crate) fn read(content: &'a [u8]) -> Self {
        let mut info = Self::default();
        for tlv in walk(content).map_while(Result::ok) {
            match tlv.tag {
                SCHEME_LIST => {
                    let (pairs, _) = tlv.value.as_chunks::<2>();
                    info.schemes
                        .extend(pairs.iter().map(|[scheme, key]| (*scheme, *key)));
                }
                KEY_LIST => info.keys.extend(keys(&tlv)),
                _ => break,
            }
        }
        info
    }

    /// The scheme of the highest priority that the card has and whose key is there, with the
    /// identifier of the key; the null-scheme where there is none (TS 33.501 §6.12.2).
    pub(crate) fn choose(&self) -> (Protection, u8) {
        self.schemes
            .iter()
            .find_map(|(scheme, index)| {
                let at = usize::from(*index).checked_sub(1);
                let key = at.and_then(|at| self.keys.get(at));
                let protection = Protection::with_key(*scheme, key.map(|(_, key)| *key))?;
                let identifier = match protection {
                    Protection::Null => 0,
                    Protection::ProfileA(_) | Protection::ProfileB(_) => key?.0,
                };
                Some((protection, identifier))
            })
            .unwrap_or((Protection::Null, 0))
    }
}

/// The keys of a list: an identifier, then the key it is for.
fn keys<'a>(list: &Tlv<'a>) -> Vec<(u8, &'a [u8])> {
    let mut keys = Vec::new();
    let mut identifier = 0;
    for tlv in list.children().map_while(Result::ok) {
        match (tlv.tag, tlv.value) {
            (KEY_IDENTIFIER, [value]) => identifier = *value,
            (KEY, key) => keys.push((identifier, key)),
            _ => break,
        }
    }
    keys
}

/// Conceals `input`. Nothing comes out when the home network's key agrees on nothing, as a point of
/// low order does.
pub(crate) fn conceal(
    protection: &Protection,
    input: &[u8],
    env: &mut dyn Env,
) -> Option<SchemeOutput> {
    match protection {
        Protection::Null => Some(SchemeOutput {
            ephemeral: Vec::new(),
            text: input.to_vec(),
            mac: Vec::new(),
        }),
        Protection::ProfileA(home) => {
            let ephemeral = StaticSecret::from(env.array::<32>());
            let shared = ephemeral.diffie_hellman(home);
            let public = Point::from(&ephemeral).to_bytes().to_vec();
            shared
                .was_contributory()
                .then(|| encrypt(public, shared.as_bytes(), input))?
        }
        Protection::ProfileB(home) => {
            let ephemeral = PrivateKey::generate(Curve::NistP256, env);
            let shared = ephemeral.agree(home).ok()?;
            encrypt(compressed(ephemeral.public_key()), &shared, input)
        }
    }
}

/// The SEC1 compressed point.
fn compressed(key: &PublicKey) -> Vec<u8> {
    let [_, point @ ..] = key.to_point();
    let (x, y) = point.split_at(32);
    let sign = y.last().map_or(0, |last| last & 1);
    std::iter::once(2 | sign).chain(x.iter().copied()).collect()
}

/// Encryption and MAC of TS 33.501 §C.3.2.
fn encrypt(ephemeral: Vec<u8>, shared: &[u8; 32], input: &[u8]) -> Option<SchemeOutput> {
    let derived = x963(shared, &ephemeral, 64);
    let (key, rest) = derived.split_first_chunk::<16>()?;
    let (counter, mac_key) = rest.split_first_chunk::<16>()?;
    let mut text = input.to_vec();
    ctr::Ctr32BE::<Aes128>::new(key.into(), counter.into()).apply_keystream(&mut text);
    let mut mac = Hmac::<Sha256>::new_from_slice(mac_key).ok()?;
    mac.update(&text);
    let tag = mac.finalize().into_bytes();
    Some(SchemeOutput {
        ephemeral,
        text,
        mac: tag.iter().take(MAC_LENGTH).copied().collect(),
    })
}

#[cfg(test)]
pub(crate) mod tests;
