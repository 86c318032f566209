// SPDX-License-Identifier: MIT OR Apache-2.0
//! Keys of test profiles: nobody can use one on a real network
//! (`testProfileInstallFailedDueToInvalidNaaKey`, SGP.22 §2.5.6).
//!
//! A test profile authenticates by the test algorithm of TS 34.108, or by another with a key that
//! everybody knows: the numbers from 0 upwards, of which the last byte may be any.

use rsp::pe::{
    AlgoParameter, AlgoParameterAlgorithmId, PeAkaParameterAlgoConfiguration, ProfileElement,
};
use rsp::tlv::walk;

/// True when every authentication key in the elements is one of a test profile.
pub(crate) fn has_test_keys(elements: &[u8]) -> bool {
    walk(elements).map_while(Result::ok).all(|element| {
        match rsp::der::decode(element.raw) {
            Ok(ProfileElement::AkaParameter(aka)) => match &aka.algo_configuration {
                PeAkaParameterAlgoConfiguration::AlgoParameter(algorithm) => is_test_key(algorithm),
                // another element has the key
                PeAkaParameterAlgoConfiguration::MappingParameter(_) => true,
            },
            _ => true,
        }
    })
}

fn is_test_key(algorithm: &AlgoParameter) -> bool {
    if algorithm.algorithm_id == AlgoParameterAlgorithmId::USIM_TEST_ALGORITHM {
        return true;
    }
    let Some((_, known)) = algorithm.key.split_last() else {
        return false;
    };
    known.iter().copied().eq((0..=u8::MAX).take(known.len()))
}
