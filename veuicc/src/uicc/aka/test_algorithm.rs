// SPDX-License-Identifier: MIT OR Apache-2.0
//! The USIM test algorithm (TS 34.108 §8.1.2): exclusive or of key and challenge.
//!
//! Trap: a network simulator asks for resynchronisation by AMF = 'FFFF', whatever the SQN; the SQN
//! itself is not judged.

use super::Keys;

/// AMF value that makes a test USIM resynchronise (TS 34.108 §8.1.2.2).
pub(crate) const AMF_RESYNCH: [u8; 2] = [0xFF, 0xFF];

/// The test algorithm with the key of one subscription.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct TestAlgorithm {
    /// K.
    pub(crate) k: [u8; 16],
    /// Length of RES in bytes: 4, 8 or 16.
    pub(crate) res: usize,
}

impl TestAlgorithm {
    /// f1, and f1* with AMF = 0: XDOUT ⊕ (SQN ‖ AMF).
    pub(crate) fn f1(&self, rand: [u8; 16], sqn: u64, amf: [u8; 2]) -> [u8; 8] {
        let cdout = (sqn << 16) | u64::from(u16::from_be_bytes(amf));
        let [b0, b1, b2, b3, b4, b5, b6, b7, ..] = self.xdout(rand).to_be_bytes();
        (u64::from_be_bytes([b0, b1, b2, b3, b4, b5, b6, b7]) ^ cdout).to_be_bytes()
    }

    /// f2 to f5: XDOUT rotated by 0, 1, 2 and 3 bytes.
    pub(crate) fn f2345(&self, rand: [u8; 16]) -> Keys {
        let xdout = self.xdout(rand);
        let rotated = |bytes: u32| xdout.rotate_left(8 * bytes).to_be_bytes();
        let [a0, a1, a2, a3, a4, a5, ..] = rotated(3);
        Keys {
            res: rotated(0).into_iter().take(self.res).collect(),
            ck: rotated(1).to_vec(),
            ik: rotated(2).to_vec(),
            ak: [a0, a1, a2, a3, a4, a5],
        }
    }

    fn xdout(&self, rand: [u8; 16]) -> u128 {
        u128::from_be_bytes(self.k) ^ u128::from_be_bytes(rand)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::uicc::known;

    #[test]
    fn all_functions_give_the_published_values() {
        for case in known::cases("xor_ts34108.json") {
            let algorithm = TestAlgorithm {
                k: known::array(&case, "k"),
                res: 16,
            };
            let rand = known::array(&case, "rand");
            let (sqn, amf) = (known::sqn(&case), known::amf(&case));
            let keys = algorithm.f2345(rand);
            for (member, value) in [
                ("f1", algorithm.f1(rand, sqn, amf).to_vec()),
                ("f1star", algorithm.f1(rand, sqn, [0; 2]).to_vec()),
                ("f2", keys.res),
                ("f3", keys.ck),
                ("f4", keys.ik),
                ("f5", keys.ak.to_vec()),
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

    #[test]
    fn a_shorter_res_is_the_beginning_of_the_long_one() {
        let res = |res| TestAlgorithm { k: [0x11; 16], res }.f2345([0x22; 16]).res;
        assert_eq!(res(4), [0x33; 4]);
        assert_eq!(res(8), [0x33; 8]);
    }
}
