// SPDX-License-Identifier: MIT OR Apache-2.0
//! TUAK (TS 35.231): Keccak-f[1600] over one block of 200 bytes.
//!
//! Every value is written with its last byte first, and read back the same way. The lengths of MAC,
//! RES, CK and IK are part of the input: another length is another value, not a cut one.

use keccak::Keccak;

use super::Keys;

/// ALGONAME of TS 35.231 §6.
const ALGORITHM_NAME: &[u8; 7] = b"TUAK1.0";
/// Bytes of the Keccak state.
const STATE: usize = 200;
/// Where the padding of the 1088 bits of input begins and ends.
const PADDING: (usize, usize) = (96, 135);

/// INSTANCE of f1, of f1*, of f2 to f5 and of f5* (TS 35.231 §7).
const F1: u8 = 0x00;
const F1_STAR: u8 = 0x80;
const F2345: u8 = 0x40;
const F5_STAR: u8 = 0xC0;

/// Lengths of what TUAK gives, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Lengths {
    /// MAC-A and MAC-S: 8, 16 or 32.
    pub(crate) mac: usize,
    /// RES: 4, 8, 16 or 32.
    pub(crate) res: usize,
    /// CK: 16 or 32.
    pub(crate) ck: usize,
    /// IK: 16 or 32.
    pub(crate) ik: usize,
}

/// TUAK with the key of one subscription.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Tuak {
    /// K: 16 or 32 bytes.
    pub(crate) k: Vec<u8>,
    /// TOPc.
    pub(crate) topc: [u8; 32],
    /// How often the permutation runs, at least once.
    pub(crate) iterations: u8,
    /// Lengths of the outputs.
    pub(crate) lengths: Lengths,
}

impl Tuak {
    /// f1: MAC-A.
    pub(crate) fn f1(&self, rand: [u8; 16], sqn: u64, amf: [u8; 2]) -> Vec<u8> {
        self.mac(F1, rand, sqn, amf)
    }

    /// f1*: MAC-S.
    pub(crate) fn f1_star(&self, rand: [u8; 16], sqn: u64, amf: [u8; 2]) -> Vec<u8> {
        self.mac(F1_STAR, rand, sqn, amf)
    }

    fn mac(&self, function: u8, rand: [u8; 16], sqn: u64, amf: [u8; 2]) -> Vec<u8> {
        let instance = function | length_bits(self.lengths.mac);
        let out = self.run(instance, rand, sqn, amf);
        take(&out, 0, self.lengths.mac)
    }

    /// f2 to f5: RES, CK, IK and AK.
    pub(crate) fn f2345(&self, rand: [u8; 16]) -> Keys {
        let Lengths { res, ck, ik, .. } = self.lengths;
        let long = |length: usize, bit: u8| if length == 32 { bit } else { 0 };
        let instance = F2345 | length_bits(res) | long(ck, 0x04) | long(ik, 0x02);
        let out = self.run(instance, rand, 0, [0; 2]);
        Keys {
            res: take(&out, 0, res),
            ck: take(&out, 32, ck),
            ik: take(&out, 64, ik),
            ak: anonymity_key(&out),
        }
    }

    /// f5*: AK for resynchronisation.
    pub(crate) fn f5_star(&self, rand: [u8; 16]) -> [u8; 6] {
        anonymity_key(&self.run(F5_STAR, rand, 0, [0; 2]))
    }

    fn run(&self, instance: u8, rand: [u8; 16], sqn: u64, amf: [u8; 2]) -> Vec<u8> {
        permute(
            &self.block(&self.topc, instance, rand, sqn, amf),
            self.iterations,
        )
    }

    /// The input: value, INSTANCE, ALGONAME, RAND, AMF, SQN, key, padding.
    fn block(
        &self,
        first: &[u8; 32],
        instance: u8,
        rand: [u8; 16],
        sqn: u64,
        amf: [u8; 2],
    ) -> Vec<u8> {
        let [_, _, sqn @ ..] = sqn.to_be_bytes();
        let mut block = Vec::with_capacity(STATE);
        let mut push = |bytes: &[u8]| block.extend(bytes.iter().rev());
        push(first);
        push(&[instance | u8::from(self.k.len() == 32)]);
        push(ALGORITHM_NAME);
        push(&rand);
        push(&amf);
        push(&sqn);
        push(&self.k);
        let (begin, end) = PADDING;
        block.resize(begin, 0);
        block.push(0x1F);
        block.resize(end, 0);
        block.push(0x80);
        block.resize(STATE, 0);
        block
    }
}

/// The INSTANCE bits of a MAC or RES length in bytes.
fn length_bits(length: usize) -> u8 {
    match length {
        8 => 0x08,
        16 => 0x10,
        32 => 0x20,
        _ => 0x00,
    }
}

/// `iterations` times Keccak-f[1600].
fn permute(block: &[u8], iterations: u8) -> Vec<u8> {
    let (words, _) = block.as_chunks::<8>();
    let mut state = [0; 25];
    for (lane, word) in state.iter_mut().zip(words) {
        *lane = u64::from_le_bytes(*word);
    }
    Keccak::new().with_f1600(|f1600| {
        for _ in 0..iterations {
            f1600(&mut state);
        }
    });
    state.iter().flat_map(|lane| lane.to_le_bytes()).collect()
}

/// `length` bytes at `offset`, last byte first.
fn take(out: &[u8], offset: usize, length: usize) -> Vec<u8> {
    let mut bytes: Vec<u8> = out.iter().skip(offset).take(length).copied().collect();
    bytes.reverse();
    bytes
}

fn anonymity_key(out: &[u8]) -> [u8; 6] {
    let mut key = [0; 6];
    for (to, from) in key.iter_mut().rev().zip(out.iter().skip(96)) {
        *to = *from;
    }
    key
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::uicc::known;

    /// TOPc, which an operator computes outside the card (TS 35.231 §7.1).
    fn topc(k: &[u8], top: &[u8; 32], iterations: u8) -> Vec<u8> {
        let tuak = Tuak {
            k: k.to_vec(),
            topc: *top,
            iterations,
            lengths: Lengths {
                mac: 8,
                res: 4,
                ck: 16,
                ik: 16,
            },
        };
        take(&tuak.run(0, [0; 16], 0, [0; 2]), 0, 32)
    }

    #[test]
    fn the_permutation_is_that_of_the_specification() {
        for case in known::cases("keccak_ts35232.json") {
            let out = permute(&known::bytes(&case, "input"), 1);
            assert_eq!(out, known::bytes(&case, "output"), "{}", case["set"]);
        }
    }

    #[test]
    fn all_functions_give_the_published_values() {
        for case in known::cases("tuak_ts35233.json") {
            let length = |member| known::bytes(&case, member).len();
            let iterations = u8::try_from(case["iterations"].as_u64().unwrap()).unwrap();
            let k = known::bytes(&case, "k");
            let tuak = Tuak {
                topc: known::array(&case, "topc"),
                iterations,
                lengths: Lengths {
                    mac: length("f1"),
                    res: length("f2"),
                    ck: length("f3"),
                    ik: length("f4"),
                },
                k: k.clone(),
            };
            let rand = known::array(&case, "rand");
            let (sqn, amf) = (known::sqn(&case), known::amf(&case));
            let keys = tuak.f2345(rand);
            for (member, value) in [
                ("topc", topc(&k, &known::array(&case, "top"), iterations)),
                ("f1", tuak.f1(rand, sqn, amf)),
                ("f1star", tuak.f1_star(rand, sqn, amf)),
                ("f2", keys.res),
                ("f3", keys.ck),
                ("f4", keys.ik),
                ("f5", keys.ak.to_vec()),
                ("f5star", tuak.f5_star(rand).to_vec()),
            ] {
                assert_eq!(
                    value,
                    known::bytes(&case, member),
                    "{} {member}",
                    case["set"]
                );
            }
        }
    }
}
