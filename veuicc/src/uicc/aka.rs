// SPDX-License-Identifier: MIT OR Apache-2.0
//! Authentication and key agreement: what a `PE-AKAParameter` asks for, as something that computes.
//!
//! Traps: `algorithmOptions` gives lengths for TUAK and the test algorithm and means nothing for
//! Milenage; `sqnOptions` switches on the limits whose values are always there; sequence numbers of
//! the element are without IND.

mod gsm;
mod milenage;
mod parameters;
mod sqn;
mod test_algorithm;
mod tuak;

pub(crate) use gsm::{kc, sres};
pub(crate) use milenage::Milenage;
pub(crate) use parameters::{AkaConfiguration, AkaParameters};
pub(crate) use sqn::{SqnRules, SqnState, bytes as sqn_bytes, number as sqn_number};
pub(crate) use test_algorithm::{AMF_RESYNCH, TestAlgorithm};
#[cfg(test)]
pub(crate) use tuak::Lengths as TuakLengths;
pub(crate) use tuak::Tuak;

/// What f2 to f5 give.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Keys {
    /// RES.
    pub(crate) res: Vec<u8>,
    /// CK.
    pub(crate) ck: Vec<u8>,
    /// IK.
    pub(crate) ik: Vec<u8>,
    /// AK.
    pub(crate) ak: [u8; 6],
}

/// An authentication algorithm with the key of a subscription.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Algorithm {
    /// TS 35.206.
    Milenage(Milenage),
    /// TS 35.231.
    Tuak(Tuak),
    /// TS 34.108 §8.1.2.
    Test(TestAlgorithm),
}

impl std::fmt::Debug for Algorithm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Milenage(_) => "Milenage",
            Self::Tuak(_) => "Tuak",
            Self::Test(_) => "Test",
        })
    }
}

impl Algorithm {
    /// Length of MAC-A and MAC-S in bytes.
    pub(crate) fn mac_length(&self) -> usize {
        match self {
            Self::Milenage(_) | Self::Test(_) => 8,
            Self::Tuak(tuak) => tuak.lengths.mac,
        }
    }

    /// f1: MAC-A.
    pub(crate) fn f1(&self, rand: [u8; 16], sqn: u64, amf: [u8; 2]) -> Vec<u8> {
        match self {
            Self::Milenage(milenage) => milenage.f1(rand, sqn, amf).to_vec(),
            Self::Tuak(tuak) => tuak.f1(rand, sqn, amf),
            Self::Test(test) => test.f1(rand, sqn, amf).to_vec(),
        }
    }

    /// f1*: MAC-S.
    pub(crate) fn f1_star(&self, rand: [u8; 16], sqn: u64, amf: [u8; 2]) -> Vec<u8> {
        match self {
            Self::Milenage(milenage) => milenage.f1_star(rand, sqn, amf).to_vec(),
            Self::Tuak(tuak) => tuak.f1_star(rand, sqn, amf),
            Self::Test(test) => test.f1(rand, sqn, amf).to_vec(),
        }
    }

    /// f2 to f5: RES, CK, IK and AK.
    pub(crate) fn f2345(&self, rand: [u8; 16]) -> Keys {
        match self {
            Self::Milenage(milenage) => milenage.f2345(rand),
            Self::Tuak(tuak) => tuak.f2345(rand),
            Self::Test(test) => test.f2345(rand),
        }
    }

    /// f5*: AK for resynchronisation; the test algorithm has one AK for both.
    pub(crate) fn f5_star(&self, rand: [u8; 16]) -> [u8; 6] {
        match self {
            Self::Milenage(milenage) => milenage.f5_star(rand),
            Self::Tuak(tuak) => tuak.f5_star(rand),
            Self::Test(test) => test.f2345(rand).ak,
        }
    }

    /// Whether this AMF asks for resynchronisation whatever the SQN (TS 34.108 §8.1.2.2).
    pub(crate) fn resynchronises(&self, amf: [u8; 2]) -> bool {
        matches!(self, Self::Test(_)) && amf == AMF_RESYNCH
    }
}
