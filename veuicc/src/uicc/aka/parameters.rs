// SPDX-License-Identifier: MIT OR Apache-2.0
//! `PE-AKAParameter` of the TCA package, judged once when the profile is interpreted.

use rsp::asn1::OctetString;
use rsp::pe::{
    AlgoParameter, AlgoParameterAlgorithmId, MappingParameter, PeAkaParameter,
    PeAkaParameterAlgoConfiguration,
};
use thiserror::Error;

use super::sqn::{INDICES, SEQ_MAX, number};
use super::tuak::Lengths;
use super::{Algorithm, Milenage, SqnRules, TestAlgorithm, Tuak};

/// b2 of `sqnOptions`: the protection against wrap around by `sqnDelta`.
const CHECK_DELTA: u8 = 0x02;
/// b3 of `sqnOptions`: the limit of age by `sqnAgeLimit`.
const CHECK_AGE: u8 = 0x04;

/// Why an element cannot be used; names the member.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum AkaError {
    /// A member has a length the module does not allow.
    #[error("{member}: expected {expected} bytes, saw {seen}")]
    Length {
        /// The member.
        member: &'static str,
        /// What it may be.
        expected: &'static str,
        /// What it is.
        seen: usize,
    },
    /// A member has a value without a meaning.
    #[error("{member}: expected {expected}, saw {seen}")]
    Value {
        /// The member.
        member: &'static str,
        /// What it may be.
        expected: &'static str,
        /// What it is.
        seen: i64,
    },
}

/// What authenticates an application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AkaParameters {
    /// Its own algorithm or that of another application.
    pub(crate) configuration: AkaConfiguration,
    /// Rules for its sequence numbers.
    pub(crate) sqn: SqnRules,
}

/// `algoConfiguration`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum AkaConfiguration {
    /// An algorithm with its key.
    Algorithm {
        /// The algorithm.
        algorithm: Algorithm,
        /// `authCounterMax`: how often it may run.
        limit: Option<u32>,
    },
    /// Parameters shared with another application.
    Mapping(Mapping),
}

/// `MappingParameter`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mapping {
    /// AID of the application that has the parameters.
    pub(crate) source: Vec<u8>,
}

impl TryFrom<&PeAkaParameter> for AkaParameters {
    type Error = AkaError;

    fn try_from(element: &PeAkaParameter) -> Result<Self, AkaError> {
        let configuration = match &element.algo_configuration {
            PeAkaParameterAlgoConfiguration::MappingParameter(mapping) => {
                AkaConfiguration::Mapping(Mapping::try_from(mapping)?)
            }
            PeAkaParameterAlgoConfiguration::AlgoParameter(parameter) => {
                AkaConfiguration::Algorithm {
                    algorithm: Algorithm::try_from(parameter)?,
                    limit: counter(parameter)?,
                }
            }
        };
        let judged = !matches!(
            configuration,
            AkaConfiguration::Algorithm {
                algorithm: Algorithm::Test(_),
                ..
            }
        );
        Ok(Self {
            configuration,
            sqn: rules(element, judged)?,
        })
    }
}

/// Sequence number rules; the test algorithm ignores the options and the limits.
fn rules(element: &PeAkaParameter, judged: bool) -> Result<SqnRules, AkaError> {
    let [options] = fixed("sqnOptions", "1", &element.sqn_options)?;
    let delta = seq("sqnDelta", &element.sqn_delta)?;
    let age_limit = seq("sqnAgeLimit", &element.sqn_age_limit)?;
    let initial: Vec<u64> = element
        .sqn_init
        .iter()
        .map(|value| seq("sqnInit", value))
        .collect::<Result<_, _>>()?;
    let initial: [u64; INDICES] = initial.try_into().map_err(|values: Vec<u64>| {
        let seen = i64::try_from(values.len()).unwrap_or(i64::MAX);
        value_error("sqnInit", "32 values", seen)
    })?;
    Ok(SqnRules {
        judged,
        delta: (options & CHECK_DELTA != 0).then_some(delta),
        age_limit: (options & CHECK_AGE != 0).then_some(age_limit),
        initial,
    })
}

/// A sequence number without IND: six bytes, at most '07FFFFFFFFFF'.
fn seq(member: &'static str, value: &OctetString) -> Result<u64, AkaError> {
    let value = number(fixed(member, "6", value)?);
    if value > SEQ_MAX {
        let seen = i64::try_from(value).unwrap_or(i64::MAX);
        return Err(value_error(member, "at most '07FFFFFFFFFF'", seen));
    }
    Ok(value)
}

fn counter(parameter: &AlgoParameter) -> Result<Option<u32>, AkaError> {
    let Some(limit) = &parameter.auth_counter_max else {
        return Ok(None);
    };
    if parameter.algorithm_id == AlgoParameterAlgorithmId::USIM_TEST_ALGORITHM {
        return Ok(None);
    }
    let [high, middle, low] = fixed("authCounterMax", "3", limit)?;
    Ok(Some(u32::from_be_bytes([0, high, middle, low])))
}

impl TryFrom<&MappingParameter> for Mapping {
    type Error = AkaError;

    fn try_from(mapping: &MappingParameter) -> Result<Self, AkaError> {
        let [_] = fixed("mappingOptions", "1", &mapping.mapping_options)?;
        let source = mapping.mapping_source.as_ref();
        if !(5..=16).contains(&source.len()) {
            return Err(length_error("mappingSource", "5 to 16", source.len()));
        }
        Ok(Self {
            source: source.to_vec(),
        })
    }
}

impl TryFrom<&AlgoParameter> for Algorithm {
    type Error = AkaError;

    fn try_from(parameter: &AlgoParameter) -> Result<Self, AkaError> {
        let [options] = fixed("algorithmOptions", "1", &parameter.algorithm_options)?;
        match parameter.algorithm_id {
            AlgoParameterAlgorithmId::MILENAGE => milenage(parameter).map(Self::Milenage),
            AlgoParameterAlgorithmId::TUAK => tuak(parameter, options).map(Self::Tuak),
            AlgoParameterAlgorithmId::USIM_TEST_ALGORITHM => Ok(Self::Test(TestAlgorithm {
                k: fixed("key", "16", &parameter.key)?,
                res: res_length(options, 2)?,
            })),
            other => Err(value_error("algorithmID", "1 to 3", other.0)),
        }
    }
}

fn milenage(parameter: &AlgoParameter) -> Result<Milenage, AkaError> {
    let k = fixed("key", "16", &parameter.key)?;
    let opc = fixed("opc", "16", &parameter.opc)?;
    let rotations: [u8; 5] = fixed("rotationConstants", "5", &parameter.rotation_constants)?;
    if let Some(rotation) = rotations.iter().find(|rotation| **rotation > 127) {
        let seen = i64::from(*rotation);
        return Err(value_error("rotationConstants", "at most 127", seen));
    }
    let constants: [u8; 80] = fixed("xoringConstants", "80", &parameter.xoring_constants)?;
    let (blocks, _) = constants.as_chunks::<16>();
    let mut values = [0; 5];
    for (value, block) in values.iter_mut().zip(blocks) {
        *value = u128::from_be_bytes(*block);
    }
    Ok(Milenage::with_constants(k, opc, rotations, values))
}

/// TUAK: b1 to b3 of the options are the length of RES, b4 to b6 that of MAC, b7 that of CK and IK.
fn tuak(parameter: &AlgoParameter, options: u8) -> Result<Tuak, AkaError> {
    let k: &[u8] = parameter.key.as_ref();
    if k.len() != 16 && k.len() != 32 {
        return Err(length_error("key", "16 or 32", k.len()));
    }
    let mac = match (options >> 3) & 7 {
        0 => 8,
        1 => 16,
        2 => 32,
        _ => return Err(options_error(options)),
    };
    let keys = if options & 0x40 == 0 { 16 } else { 32 };
    let iterations = parameter.number_of_keccak;
    let iterations = u8::try_from(iterations)
        .ok()
        .filter(|iterations| *iterations > 0)
        .ok_or(value_error("numberOfKeccak", "1 to 255", iterations))?;
    Ok(Tuak {
        k: k.to_vec(),
        topc: fixed("opc", "32", &parameter.opc)?,
        iterations,
        lengths: Lengths {
            mac,
            res: res_length(options, 3)?,
            ck: keys,
            ik: keys,
        },
    })
}

/// Length of RES by b1 to b3 of the options: 4 bytes and its doubles, up to the one of `largest`.
fn res_length(options: u8, largest: u8) -> Result<usize, AkaError> {
    let code = options & 7;
    if code > largest {
        return Err(options_error(options));
    }
    Ok(4 << code)
}

fn options_error(options: u8) -> AkaError {
    value_error(
        "algorithmOptions",
        "lengths of this algorithm",
        i64::from(options),
    )
}

fn fixed<const N: usize>(
    member: &'static str,
    expected: &'static str,
    value: &OctetString,
) -> Result<[u8; N], AkaError> {
    let bytes: &[u8] = value.as_ref();
    bytes
        .try_into()
        .map_err(|_| length_error(member, expected, bytes.len()))
}

fn length_error(member: &'static str, expected: &'static str, seen: usize) -> AkaError {
    AkaError::Length {
        member,
        expected,
        seen,
    }
}

fn value_error(member: &'static str, expected: &'static str, seen: i64) -> AkaError {
    AkaError::Value {
        member,
        expected,
        seen,
    }
}

#[cfg(test)]
mod tests;
