// SPDX-License-Identifier: MIT OR Apache-2.0
//! Milenage (TS 35.206) with the rotations and constants of the operator.
//!
//! Blocks are numbers, most significant byte first: rotation counts are in bits (0 to 127) and need
//! not be multiples of eight.

use aes::Aes128;
use aes::cipher::{BlockCipherEncrypt, KeyInit};

use super::Keys;

/// Milenage with the key of one subscription.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Milenage {
    k: [u8; 16],
    opc: u128,
    rotations: [u8; 5],
    constants: [u128; 5],
}

impl Milenage {
    /// With constants of the operator (TS 35.206 §5.3); rotations count modulo 128.
    pub(crate) fn with_constants(
        k: [u8; 16],
        opc: [u8; 16],
        rotations: [u8; 5],
        constants: [u128; 5],
    ) -> Self {
        Self {
            k,
            opc: u128::from_be_bytes(opc),
            rotations,
            constants,
        }
    }

    /// f1: MAC-A.
    pub(crate) fn f1(&self, rand: [u8; 16], sqn: u64, amf: [u8; 2]) -> [u8; 8] {
        let [high, _] = halves(self.out1(rand, sqn, amf));
        high
    }

    /// f1*: MAC-S.
    pub(crate) fn f1_star(&self, rand: [u8; 16], sqn: u64, amf: [u8; 2]) -> [u8; 8] {
        let [_, low] = halves(self.out1(rand, sqn, amf));
        low
    }

    /// f2 to f5: RES, CK, IK and AK.
    pub(crate) fn f2345(&self, rand: [u8; 16]) -> Keys {
        let [_, r2, r3, r4, _] = self.rotations;
        let [_, c2, c3, c4, _] = self.constants;
        let temp = self.temp(rand);
        let out2 = self.out(temp, r2, c2);
        let [_, res] = halves(out2);
        Keys {
            res: res.to_vec(),
            ck: self.out(temp, r3, c3).to_be_bytes().to_vec(),
            ik: self.out(temp, r4, c4).to_be_bytes().to_vec(),
            ak: anonymity_key(out2),
        }
    }

    /// f5*: AK for resynchronisation.
    pub(crate) fn f5_star(&self, rand: [u8; 16]) -> [u8; 6] {
        let [.., r5] = self.rotations;
        let [.., c5] = self.constants;
        anonymity_key(self.out(self.temp(rand), r5, c5))
    }

    /// TEMP = E[RAND ⊕ OPc].
    fn temp(&self, rand: [u8; 16]) -> u128 {
        self.encrypt(u128::from_be_bytes(rand) ^ self.opc)
    }

    /// OUT1 = E[TEMP ⊕ rot(IN1 ⊕ OPc, r1) ⊕ c1] ⊕ OPc, IN1 being SQN ‖ AMF twice.
    fn out1(&self, rand: [u8; 16], sqn: u64, amf: [u8; 2]) -> u128 {
        let [r1, ..] = self.rotations;
        let [c1, ..] = self.constants;
        let half = u128::from((sqn << 16) | u64::from(u16::from_be_bytes(amf)));
        let rotated = (((half << 64) | half) ^ self.opc).rotate_left(u32::from(r1));
        self.encrypt(self.temp(rand) ^ rotated ^ c1) ^ self.opc
    }

    /// OUTn = E[rot(TEMP ⊕ OPc, rn) ⊕ cn] ⊕ OPc.
    fn out(&self, temp: u128, rotation: u8, constant: u128) -> u128 {
        let rotated = (temp ^ self.opc).rotate_left(u32::from(rotation));
        self.encrypt(rotated ^ constant) ^ self.opc
    }

    fn encrypt(&self, block: u128) -> u128 {
        let mut block = block.to_be_bytes().into();
        Aes128::new(&self.k.into()).encrypt_block(&mut block);
        u128::from_be_bytes(block.into())
    }
}

fn halves(block: u128) -> [[u8; 8]; 2] {
    let [high, low] = [block >> 64, block & u128::from(u64::MAX)];
    [high, low].map(|half| u64::try_from(half).unwrap_or_default().to_be_bytes())
}

fn anonymity_key(block: u128) -> [u8; 6] {
    let [b0, b1, b2, b3, b4, b5, ..] = block.to_be_bytes();
    [b0, b1, b2, b3, b4, b5]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::uicc::known;

    /// Rotations r1 to r5 of TS 35.206 §4.1.
    const ROTATIONS: [u8; 5] = [64, 0, 32, 64, 96];
    /// Constants c1 to c5 of TS 35.206 §4.1.
    const CONSTANTS: [u128; 5] = [0, 1, 2, 4, 8];

    impl Milenage {
        /// With the rotations and constants of TS 35.206 §4.1.
        pub(crate) fn new(k: [u8; 16], opc: [u8; 16]) -> Self {
            Self::with_constants(k, opc, ROTATIONS, CONSTANTS)
        }
    }

    #[test]
    fn all_functions_give_the_published_values() {
        for name in ["milenage_ts35207.json", "milenage_ts35208.json"] {
            for case in known::cases(name) {
                let set = &case["set"];
                let algorithm = Milenage::new(known::array(&case, "k"), known::array(&case, "opc"));
                let rand = known::array(&case, "rand");
                let (sqn, amf) = (known::sqn(&case), known::amf(&case));
                let keys = algorithm.f2345(rand);
                for (member, value) in [
                    ("f1", algorithm.f1(rand, sqn, amf).to_vec()),
                    ("f1star", algorithm.f1_star(rand, sqn, amf).to_vec()),
                    ("f2", keys.res),
                    ("f3", keys.ck),
                    ("f4", keys.ik),
                    ("f5", keys.ak.to_vec()),
                    ("f5star", algorithm.f5_star(rand).to_vec()),
                ] {
                    assert_eq!(value, known::bytes(&case, member), "{name} {set} {member}");
                }
            }
        }
    }

    /// The crate `milenage` knows only the constants of the specification; with them both agree on
    /// inputs that are in no published set.
    #[test]
    fn the_other_implementation_agrees() {
        let mut block = [0x5A; 16];
        for round in 0..50 {
            let (k, opc) = (
                block,
                Milenage::new(block, [round; 16]).temp(block).to_be_bytes(),
            );
            let rand = Milenage::new(opc, k).temp(opc).to_be_bytes();
            let sqn = u64::from(round) << 33 | 0xFF;
            let [_, _, sqn_bytes @ ..] = sqn.to_be_bytes();
            let ours = Milenage::new(k, opc);
            let mut theirs = milenage::Milenage::new_with_opc(k, opc);
            let keys = ours.f2345(rand);
            let (res, ck, ik, ak) = theirs.f2345(&rand);
            assert_eq!((keys.res, keys.ak), (res.to_vec(), ak));
            assert_eq!((keys.ck, keys.ik), (ck.to_vec(), ik.to_vec()));
            let amf = [0x80, round];
            assert_eq!(ours.f1(rand, sqn, amf), theirs.f1(&rand, &sqn_bytes, &amf));
            assert_eq!(
                ours.f1_star(rand, sqn, amf),
                theirs.f1star(&rand, &sqn_bytes, &amf)
            );
            assert_eq!(ours.f5_star(rand), theirs.f5star(&rand));
            block = rand;
        }
    }

    #[test]
    fn every_constant_and_rotation_matters() {
        let (k, opc, rand) = ([1; 16], [2; 16], [3; 16]);
        let outputs = |algorithm: &Milenage| {
            let keys = algorithm.f2345(rand);
            let mac = algorithm.f1(rand, 5, [0, 0]).to_vec();
            let star = algorithm.f5_star(rand).to_vec();
            [mac, keys.res, keys.ck, keys.ik, star]
        };
        let default = outputs(&Milenage::new(k, opc));
        for index in 0..5 {
            let mut constants = CONSTANTS;
            constants[index] ^= 1 << 100;
            let mut rotations = ROTATIONS;
            rotations[index] += 3;
            for changed in [
                Milenage::with_constants(k, opc, ROTATIONS, constants),
                Milenage::with_constants(k, opc, rotations, CONSTANTS),
            ] {
                let changed = outputs(&changed);
                let differs: Vec<bool> = (0..5).map(|at| changed[at] != default[at]).collect();
                let expected: Vec<bool> = (0..5).map(|at| at == index).collect();
                assert_eq!(differs, expected);
            }
        }
    }
}
