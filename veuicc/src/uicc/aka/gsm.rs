// SPDX-License-Identifier: MIT OR Apache-2.0
//! Conversion functions from 3G to GSM (TS 33.102 §6.8.1.2).
//!
//! They are defined for RES up to 128 bits and keys of 128 bits; longer values of TUAK are folded
//! the same way, word by word.

/// c2: SRES, the exclusive or of the 32-bit words of RES padded with zeros.
pub(crate) fn sres(res: &[u8]) -> [u8; 4] {
    fold([res])
}

/// c3: Kc, the exclusive or of the 64-bit halves of CK and IK.
pub(crate) fn kc(ck: &[u8], ik: &[u8]) -> [u8; 8] {
    fold([ck, ik])
}

fn fold<const N: usize, const M: usize>(values: [&[u8]; M]) -> [u8; N] {
    let mut out = [0; N];
    for word in values.into_iter().flat_map(|value| value.chunks(N)) {
        for (to, from) in out.iter_mut().zip(word) {
            *to ^= from;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::uicc::aka::Milenage;
    use crate::uicc::known;

    #[test]
    fn conversions_give_the_published_values() {
        for case in known::cases("gsm_milenage_ts55205.json") {
            let keys = Milenage::new(known::array(&case, "k"), known::array(&case, "opc"))
                .f2345(known::array(&case, "rand"));
            let set = &case["set"];
            assert_eq!(sres(&keys.res), known::array(&case, "sres1"), "{set}");
            assert_eq!(keys.res[..4], known::bytes(&case, "sres2"), "{set}");
            assert_eq!(kc(&keys.ck, &keys.ik), known::array(&case, "kc"), "{set}");
        }
    }

    #[test]
    fn short_and_long_values_fold_too() {
        assert_eq!(sres(&[1, 2, 3, 4]), [1, 2, 3, 4]);
        assert_eq!(sres(&[0xFF; 32]), [0; 4]);
        assert_eq!(sres(&[1, 2, 3, 4, 1]), [0, 2, 3, 4]);
        assert_eq!(kc(&[7; 32], &[1; 16]), [0; 8]);
    }
}
