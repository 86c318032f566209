// SPDX-License-Identifier: MIT OR Apache-2.0
//! The home network's side: authentication vectors, answers and AUTS judged, SUCIs read.

use aes::Aes128;
use aes::cipher::{KeyIvInit, StreamCipher};
use hmac::{Hmac, KeyInit, Mac};
use rsp::ecdsa::{Curve, PrivateKey, PublicKey};
use rsp::kdf::x963;
use sha2::Sha256;

/// What a network knows about one authentication.
pub(crate) struct Vector {
    pub(crate) rand: [u8; 16],
    pub(crate) autn: Vec<u8>,
    pub(crate) res: Vec<u8>,
    pub(crate) ck: [u8; 16],
    pub(crate) ik: [u8; 16],
}

impl Vector {
    /// AUTHENTICATE in 3G context.
    pub(crate) fn command(&self) -> String {
        let (rand, autn) = (hex::encode(self.rand), hex::encode(&self.autn));
        let length = self.autn.len();
        let lc = 18 + length;
        format!("00880081 {lc:02X} 10{rand} {length:02X}{autn} 00")
    }

    /// AUTHENTICATE in GSM context with the same challenge.
    pub(crate) fn gsm_command(&self) -> String {
        format!("00880080 11 10{} 00", hex::encode(self.rand))
    }

    /// The successful answer, with Kc where the USIM offers GSM access.
    pub(crate) fn answer(&self, with_kc: bool) -> Vec<u8> {
        let mut answer = vec![0xDB];
        for value in [&self.res[..], &self.ck, &self.ik] {
            answer.push(u8::try_from(value.len()).unwrap());
            answer.extend(value);
        }
        if with_kc {
            answer.push(8);
            answer.extend(self.kc());
        }
        answer
    }

    /// The answer in GSM context.
    pub(crate) fn gsm_answer(&self) -> Vec<u8> {
        let mut sres = [0; 4];
        for (at, byte) in self.res.iter().enumerate() {
            sres[at % 4] ^= byte;
        }
        [&[4][..], &sres, &[8], &self.kc()].concat()
    }

    fn kc(&self) -> [u8; 8] {
        std::array::from_fn(|at| self.ck[at] ^ self.ck[at + 8] ^ self.ik[at] ^ self.ik[at + 8])
    }
}

fn sqn_bytes(sqn: u64) -> [u8; 6] {
    sqn.to_be_bytes()[2..].try_into().unwrap()
}

fn xor<const N: usize>(one: &[u8], other: &[u8]) -> [u8; N] {
    std::array::from_fn(|at| one[at] ^ other[at])
}

/// A vector of the test algorithm (TS 34.108 §8.1.2.1).
pub(crate) fn test_vector(k: &[u8; 16], rand: [u8; 16], sqn: u64, amf: [u8; 2]) -> Vector {
    let xdout: [u8; 16] = xor(k, &rand);
    let turned = |by: usize| std::array::from_fn(|at| xdout[(at + by) % 16]);
    let sqn = sqn_bytes(sqn);
    let cdout = [&sqn[..], &amf].concat();
    let mac: [u8; 8] = xor(&xdout, &cdout);
    let concealed: [u8; 6] = xor(&sqn, &xdout[3..9]);
    Vector {
        rand,
        autn: [&concealed[..], &amf, &mac].concat(),
        res: xdout.to_vec(),
        ck: turned(1),
        ik: turned(2),
    }
}

/// SQN_MS of a synchronisation failure of the test algorithm, its MAC-S being right.
pub(crate) fn test_resynchronise(k: &[u8; 16], rand: [u8; 16], answer: &[u8]) -> u64 {
    assert_eq!(answer[..2], [0xDC, 14]);
    let xdout: [u8; 16] = xor(k, &rand);
    let sqn: [u8; 6] = xor(&answer[2..], &xdout[3..9]);
    let expected: [u8; 8] = xor(&xdout, &[&sqn[..], &[0, 0]].concat());
    assert_eq!(answer[8..], expected);
    number(sqn)
}

fn number(bytes: [u8; 6]) -> u64 {
    bytes
        .iter()
        .fold(0, |number, byte| number << 8 | u64::from(*byte))
}

/// A vector of Milenage.
pub(crate) fn milenage_vector(k: [u8; 16], opc: [u8; 16], rand: [u8; 16], sqn: u64) -> Vector {
    let mut milenage = milenage::Milenage::new_with_opc(k, opc);
    let (res, ck, ik, ak) = milenage.f2345(&rand);
    let (sqn, amf) = (sqn_bytes(sqn), [0x80, 0]);
    let mac = milenage.f1(&rand, &sqn, &amf);
    let concealed: [u8; 6] = xor(&sqn, &ak);
    Vector {
        rand,
        autn: [&concealed[..], &amf, &mac].concat(),
        res: res.to_vec(),
        ck,
        ik,
    }
}

/// SQN_MS of a synchronisation failure of Milenage, its MAC-S being right.
pub(crate) fn milenage_resynchronise(
    k: [u8; 16],
    opc: [u8; 16],
    rand: [u8; 16],
    answer: &[u8],
) -> u64 {
    assert_eq!(answer[..2], [0xDC, 14]);
    let mut milenage = milenage::Milenage::new_with_opc(k, opc);
    let sqn: [u8; 6] = xor(&answer[2..], &milenage.f5star(&rand));
    assert_eq!(answer[8..], milenage.f1star(&rand, &sqn, &[0, 0]));
    number(sqn)
}

/// Private keys of TS 33.501 §C.4 and the public keys that belong to them.
pub(crate) const PROFILE_A: [&str; 2] = [
    "c53c22208b61860b06c62e5406a7b330c2b577aa5558981510d128247d38bd1d",
    "5a8d38864820197c3394b92613b20b91633cbd897119273bf8e4a6f4eec0a650",
];
pub(crate) const PROFILE_B: [&str; 2] = [
    "f1ab1074477ebcc7f554ea1c5fc368b1616730155e0041ac447d6301975fecda",
    "0272da71976234ce833a6907425867b82e074d44ef907dfb4b3e21c1c2256ebcd1",
];

/// The scheme input that a scheme output conceals (TS 33.501 §C.3.3).
pub(crate) fn reveal(scheme: u8, output: &[u8]) -> Vec<u8> {
    let scalar = |text: &str| <[u8; 32]>::try_from(hex::decode(text).unwrap()).unwrap();
    let (ephemeral, shared) = if scheme == 1 {
        let ephemeral: [u8; 32] = output[..32].try_into().unwrap();
        let private = x25519_dalek::StaticSecret::from(scalar(PROFILE_A[0]));
        let shared = private.diffie_hellman(&ephemeral.into()).to_bytes();
        (ephemeral.to_vec(), shared)
    } else {
        let private = PrivateKey::from_scalar(Curve::NistP256, &scalar(PROFILE_B[0])).unwrap();
        let point = PublicKey::from_point(Curve::NistP256, &output[..33]).unwrap();
        (output[..33].to_vec(), private.agree(&point).unwrap())
    };
    let rest = &output[ephemeral.len()..];
    let (text, mac) = rest.split_at(rest.len() - 8);
    let keys = x963(&shared, &ephemeral, 64);
    let mut expected = Hmac::<Sha256>::new_from_slice(&keys[32..]).unwrap();
    expected.update(text);
    assert_eq!(mac, &expected.finalize().into_bytes()[..8]);
    let mut plain = text.to_vec();
    ctr::Ctr32BE::<Aes128>::new_from_slices(&keys[..16], &keys[16..32])
        .unwrap()
        .apply_keystream(&mut plain);
    plain
}
