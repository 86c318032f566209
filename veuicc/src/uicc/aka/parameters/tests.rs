// SPDX-License-Identifier: MIT OR Apache-2.0
//! Which elements are accepted, what they become, and what is said about the others.

use rsp::der::{decode, encode};
use rsp::pe::PeHeader;

use super::*;

fn algorithm(id: AlgoParameterAlgorithmId, key: usize, opc: usize) -> AlgoParameter {
    let text = format!(
        "800100{}{}{}",
        "8101",
        "00",
        format_args!(
            "82{key:02x}{}83{opc:02x}{}",
            "11".repeat(key),
            "22".repeat(opc)
        )
    );
    // A SEQUENCE with the members that have no default, so that the defaults are the decoder's.
    let content = hex::decode(text).unwrap();
    let mut der = vec![0x30, u8::try_from(content.len()).unwrap()];
    der.extend(content);
    let mut parameter: AlgoParameter = decode(&der).unwrap();
    parameter.algorithm_id = id;
    parameter
}

fn element(parameter: AlgoParameter) -> PeAkaParameter {
    with(PeAkaParameterAlgoConfiguration::AlgoParameter(parameter))
}

/// An element with the defaults of the module.
fn with(algo_configuration: PeAkaParameterAlgoConfiguration) -> PeAkaParameter {
    let full = PeAkaParameter {
        aka_header: PeHeader::default(),
        algo_configuration,
        sqn_options: OctetString::from([2]),
        sqn_delta: OctetString::from([0, 0, 0x10, 0, 0, 0]),
        sqn_age_limit: OctetString::from([0, 0, 0x10, 0, 0, 0]),
        sqn_init: vec![OctetString::from([0; 6]); 32],
        additions: Default::default(),
    };
    decode(&encode(&full).unwrap()).unwrap()
}

fn milenage_element() -> PeAkaParameter {
    element(algorithm(AlgoParameterAlgorithmId::MILENAGE, 16, 16))
}

fn parsed(element: &PeAkaParameter) -> AkaParameters {
    AkaParameters::try_from(element).unwrap()
}

fn own(element: &PeAkaParameter) -> Algorithm {
    match parsed(element).configuration {
        AkaConfiguration::Algorithm { algorithm, .. } => algorithm,
        AkaConfiguration::Mapping(mapping) => panic!("{mapping:?}"),
    }
}

/// What is said about `element` after `change`.
fn refused(mut element: PeAkaParameter, change: impl FnOnce(&mut PeAkaParameter)) -> String {
    change(&mut element);
    AkaParameters::try_from(&element).unwrap_err().to_string()
}

fn parameter(element: &mut PeAkaParameter) -> &mut AlgoParameter {
    match &mut element.algo_configuration {
        PeAkaParameterAlgoConfiguration::AlgoParameter(parameter) => parameter,
        PeAkaParameterAlgoConfiguration::MappingParameter(_) => panic!("a mapping"),
    }
}

#[test]
fn the_defaults_are_milenage_as_published_and_a_checked_jump() {
    let expected = Milenage::new([0x11; 16], [0x22; 16]);
    assert_eq!(own(&milenage_element()), Algorithm::Milenage(expected));
    let rules = parsed(&milenage_element()).sqn;
    assert_eq!(rules.delta, Some(0x1000_0000));
    assert_eq!(rules.age_limit, None);
    assert!(rules.judged);
    assert_eq!(rules.initial, [0; INDICES]);
}

#[test]
fn sqn_options_choose_the_limits() {
    let limits = |options: u8| {
        let mut element = milenage_element();
        element.sqn_options = OctetString::from([options]);
        let rules = parsed(&element).sqn;
        (rules.delta.is_some(), rules.age_limit.is_some())
    };
    assert_eq!(limits(0x00), (false, false));
    assert_eq!(limits(0x02), (true, false));
    assert_eq!(limits(0x04), (false, true));
    assert_eq!(limits(0x0E), (true, true));
}

#[test]
fn constants_of_the_operator_are_used() {
    let mut element = milenage_element();
    let algo = parameter(&mut element);
    algo.rotation_constants = OctetString::from([1, 2, 3, 4, 127]);
    algo.xoring_constants = OctetString::from([0xAB; 80]);
    let constants = [u128::from_be_bytes([0xAB; 16]); 5];
    let expected = Milenage::with_constants([0x11; 16], [0x22; 16], [1, 2, 3, 4, 127], constants);
    assert_eq!(own(&element), Algorithm::Milenage(expected));
}

#[test]
fn tuak_takes_lengths_and_iterations_from_its_parameters() {
    let lengths = |options: u8, key: usize| {
        let mut element = element(algorithm(AlgoParameterAlgorithmId::TUAK, key, 32));
        parameter(&mut element).algorithm_options = OctetString::from([options]);
        parameter(&mut element).number_of_keccak = 3;
        match own(&element) {
            Algorithm::Tuak(tuak) => {
                assert_eq!((tuak.iterations, tuak.k.len()), (3, key));
                (tuak.lengths.mac, tuak.lengths.res, tuak.lengths.ck)
            }
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(lengths(0b000_0000, 16), (8, 4, 16));
    assert_eq!(lengths(0b000_0001, 16), (8, 8, 16));
    assert_eq!(lengths(0b000_1010, 32), (16, 16, 16));
    assert_eq!(lengths(0b101_0011, 32), (32, 32, 32));
}

#[test]
fn the_test_algorithm_ignores_opc_and_judges_no_sequence_number() {
    let mut element = element(algorithm(
        AlgoParameterAlgorithmId::USIM_TEST_ALGORITHM,
        16,
        0,
    ));
    parameter(&mut element).algorithm_options = OctetString::from([2]);
    parameter(&mut element).auth_counter_max = Some(OctetString::from([0, 0, 1]));
    let parameters = parsed(&element);
    assert!(!parameters.sqn.judged);
    let test = TestAlgorithm {
        k: [0x11; 16],
        res: 16,
    };
    assert_eq!(
        parameters.configuration,
        AkaConfiguration::Algorithm {
            algorithm: Algorithm::Test(test),
            limit: None
        }
    );
}

#[test]
fn the_counter_limits_the_other_algorithms() {
    let mut element = milenage_element();
    parameter(&mut element).auth_counter_max = Some(OctetString::from([1, 0, 2]));
    match parsed(&element).configuration {
        AkaConfiguration::Algorithm { limit, .. } => assert_eq!(limit, Some(0x01_0002)),
        AkaConfiguration::Mapping(mapping) => panic!("{mapping:?}"),
    }
}

#[test]
fn a_mapping_keeps_its_source_and_its_own_rules() {
    let mapping = |source: &[u8]| {
        with(PeAkaParameterAlgoConfiguration::MappingParameter(
            MappingParameter {
                mapping_options: OctetString::from([6]),
                mapping_source: source.to_vec().into(),
                additions: Default::default(),
            },
        ))
    };
    let parameters = parsed(&mapping(&[0xA0, 0, 0, 0, 0x87, 0x10, 2]));
    let source = vec![0xA0, 0, 0, 0, 0x87, 0x10, 2];
    assert_eq!(
        parameters.configuration,
        AkaConfiguration::Mapping(Mapping { source })
    );
    assert_eq!(
        refused(mapping(&[1, 2, 3, 4]), |_| ()),
        "mappingSource: expected 5 to 16 bytes, saw 4"
    );
}

#[test]
fn wrong_members_are_named() {
    let tuak = || element(algorithm(AlgoParameterAlgorithmId::TUAK, 16, 32));
    let long = OctetString::from([0; 17]);
    for (said, expected) in [
        (
            refused(milenage_element(), |e| parameter(e).key = long.clone()),
            "key: expected 16 bytes, saw 17",
        ),
        (
            refused(milenage_element(), |e| parameter(e).opc = long.clone()),
            "opc: expected 16 bytes, saw 17",
        ),
        (
            refused(milenage_element(), |e| parameter(e).algorithm_id.0 = 4),
            "algorithmID: expected 1 to 3, saw 4",
        ),
        (
            refused(milenage_element(), |e| {
                parameter(e).rotation_constants = OctetString::from([0, 0, 0, 0, 128]);
            }),
            "rotationConstants: expected at most 127, saw 128",
        ),
        (
            refused(milenage_element(), |e| {
                parameter(e).xoring_constants = long.clone()
            }),
            "xoringConstants: expected 80 bytes, saw 17",
        ),
        (
            refused(milenage_element(), |e| {
                parameter(e).algorithm_options = long.clone()
            }),
            "algorithmOptions: expected 1 bytes, saw 17",
        ),
        (
            refused(milenage_element(), |e| {
                parameter(e).auth_counter_max = Some(long.clone());
            }),
            "authCounterMax: expected 3 bytes, saw 17",
        ),
        (
            refused(tuak(), |e| parameter(e).key = long.clone()),
            "key: expected 16 or 32 bytes, saw 17",
        ),
        (
            refused(tuak(), |e| parameter(e).opc = long.clone()),
            "opc: expected 32 bytes, saw 17",
        ),
        (
            refused(tuak(), |e| parameter(e).number_of_keccak = 0),
            "numberOfKeccak: expected 1 to 255, saw 0",
        ),
        (
            refused(tuak(), |e| parameter(e).number_of_keccak = 256),
            "numberOfKeccak: expected 1 to 255, saw 256",
        ),
        (
            refused(tuak(), |e| {
                parameter(e).algorithm_options = OctetString::from([0b001_1000]);
            }),
            "algorithmOptions: expected lengths of this algorithm, saw 24",
        ),
        (
            refused(tuak(), |e| {
                parameter(e).algorithm_options = OctetString::from([4])
            }),
            "algorithmOptions: expected lengths of this algorithm, saw 4",
        ),
        (
            refused(milenage_element(), |e| {
                e.sqn_delta = OctetString::from([8, 0, 0, 0, 0, 0])
            }),
            "sqnDelta: expected at most '07FFFFFFFFFF', saw 8796093022208",
        ),
        (
            refused(milenage_element(), |e| e.sqn_age_limit = long.clone()),
            "sqnAgeLimit: expected 6 bytes, saw 17",
        ),
        (
            refused(milenage_element(), |e| drop(e.sqn_init.pop())),
            "sqnInit: expected 32 values, saw 31",
        ),
        (
            refused(milenage_element(), |e| e.sqn_options = long.clone()),
            "sqnOptions: expected 1 bytes, saw 17",
        ),
    ] {
        assert_eq!(said, expected);
    }
}

#[test]
fn the_test_algorithm_has_no_res_of_256_bits() {
    let element = element(algorithm(
        AlgoParameterAlgorithmId::USIM_TEST_ALGORITHM,
        16,
        0,
    ));
    let said = refused(element, |e| {
        parameter(e).algorithm_options = OctetString::from([3])
    });
    assert_eq!(
        said,
        "algorithmOptions: expected lengths of this algorithm, saw 3"
    );
}

#[test]
fn keys_are_not_printed() {
    let text = format!("{:?}", parsed(&milenage_element()));
    assert!(text.contains("Milenage") && !text.contains("17"), "{text}");
}
