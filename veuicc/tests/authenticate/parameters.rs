// SPDX-License-Identifier: MIT OR Apache-2.0
//! Authentication parameters that point elsewhere, or cannot be used.

use rsp::pe::{
    AlgoParameterAlgorithmId, ApplicationIdentifier, MappingParameter, PeAkaParameter,
    PeAkaParameterAlgoConfiguration,
};

use super::fixture::*;
use super::home_network::*;

const KEY: [u8; 16] = [0x46; 16];
const OPC: [u8; 16] = [0x0C; 16];
const RAND: [u8; 16] = [0x99; 16];

fn map(element: &mut PeAkaParameter, source: &str) {
    element.algo_configuration =
        PeAkaParameterAlgoConfiguration::MappingParameter(MappingParameter {
            mapping_options: octets(&[6]),
            mapping_source: ApplicationIdentifier::from(hex::decode(source).unwrap()),
            ..MappingParameter::default()
        });
}

#[test]
fn key_and_sequence_numbers_are_those_of_the_source() {
    let Some(package) = with_parameters(|number, element| {
        if number == 1 {
            map(element, USIM);
        } else {
            let parameter = algorithm(element);
            parameter.algorithm_id = AlgoParameterAlgorithmId::MILENAGE;
            parameter.key = octets(&KEY);
            parameter.opc = octets(&OPC);
        }
    }) else {
        return;
    };
    let mut card = card(&package);
    select(&mut card, ISIM);
    let vector = milenage_vector(KEY, OPC, RAND, 3 << 5);
    assert_eq!(
        expect(&mut card, &vector.command(), 0x9000),
        vector.answer(false)
    );
    select(&mut card, USIM);
    let answer = expect(&mut card, &vector.command(), 0x9000);
    assert_eq!(milenage_resynchronise(KEY, OPC, RAND, &answer), 3 << 5);
    let next = milenage_vector(KEY, OPC, RAND, 4 << 5);
    assert_eq!(
        expect(&mut card, &next.command(), 0x9000),
        next.answer(true)
    );
}

#[test]
fn a_mapping_without_an_end_is_no_key() {
    let Some(package) = with_parameters(|number, element| match number {
        1 => map(element, USIM),
        _ => map(element, ISIM),
    }) else {
        return;
    };
    let mut card = card(&package);
    let command = milenage_vector(KEY, OPC, RAND, 32).command();
    for application in [USIM, ISIM] {
        select(&mut card, application);
        expect(&mut card, &command, 0x6A88);
    }
}

#[test]
fn a_package_with_unusable_parameters_is_refused() {
    let Some(package) = with_parameters(|number, element| {
        if number == 1 {
            algorithm(element).key = octets(&[0; 17]);
        }
    }) else {
        return;
    };
    let error = install(&mut empty_card(), &package).unwrap_err();
    let text = error.to_string();
    assert!(text.contains("key: expected 16 bytes, saw 17"), "{text}");
}
