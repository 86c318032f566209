// SPDX-License-Identifier: MIT OR Apache-2.0
//! AUTHENTICATE in the USIM and the ISIM: algorithms, contexts, sequence numbers.

use veuicc::Reset;

use rsp::pe::AlgoParameterAlgorithmId;

use super::fixture::*;
use super::home_network::*;

const RAND: [u8; 16] = *b"random challenge";
const AMF: [u8; 2] = [0x80, 0x00];
const AMF_RESYNCH: [u8; 2] = [0xFF, 0xFF];

#[test]
fn a_usim_answers_the_test_algorithm() {
    let Some(package) = package(|_| ()) else {
        return;
    };
    let mut card = card(&package);
    let vector = test_vector(&K, RAND, 0x20, AMF);
    expect(&mut card, &vector.command(), 0x6985);
    select(&mut card, USIM);
    assert_eq!(
        expect(&mut card, &vector.command(), 0x9000),
        vector.answer(true)
    );
    assert_eq!(
        expect(&mut card, &vector.gsm_command(), 0x9000),
        vector.gsm_answer()
    );
    // the published example of pfk-milenage, vectors/crypto/xor_ts34108.json set 1
    let command = "0088008122 10 F87A8A8CD94DE52EB4D960EA52F664DE
        10 8FDD48E3733E8000F87B888F87CA6329 00"
        .replace(char::is_whitespace, "");
    let answer = hex::encode(expect(&mut card, &command, 0x9000));
    assert!(
        answer.starts_with("db10f87b888fdd48e329bcd06ae15efb6ad110"),
        "{answer}"
    );
}

#[test]
fn every_published_profile_authenticates() {
    for (name, package) in packages() {
        let mut card = card(&package);
        for (sqn, aid) in [(0x20, USIM), (0x40, ISIM)] {
            select(&mut card, aid);
            let vector = test_vector(&K, RAND, sqn, AMF);
            let answer = expect(&mut card, &vector.command(), 0x9000);
            assert_eq!(answer, vector.answer(aid == USIM), "{name} {aid}");
        }
        select(&mut card, USIM);
        let suci = expect(&mut card, "8078000100", 0x9000);
        let expected = "a10d0100f110f0ff00001032547698";
        assert_eq!(hex::encode(suci), expected, "{name}");
    }
}

#[test]
fn a_usim_resynchronises_and_remembers() {
    let Some(package) = package(|_| ()) else {
        return;
    };
    let mut card = card(&package);
    select(&mut card, USIM);
    let accepted = test_vector(&K, RAND, 0x1234 << 5 | 7, AMF);
    expect(&mut card, &accepted.command(), 0x9000);
    for reset in [Reset::Warm, Reset::Cold] {
        card.reset(reset);
        select(&mut card, USIM);
        let trigger = test_vector(&K, RAND, 9, AMF_RESYNCH);
        let answer = expect(&mut card, &trigger.command(), 0x9000);
        assert_eq!(test_resynchronise(&K, RAND, &answer), 0x1234 << 5 | 7);
    }
}

#[test]
fn commands_of_another_form_are_refused() {
    let Some(package) = package(|_| ()) else {
        return;
    };
    let mut card = card(&package);
    select(&mut card, USIM);
    let good = test_vector(&K, RAND, 0x20, AMF);
    let mut forged = test_vector(&K, RAND, 0x20, AMF);
    forged.autn[15] ^= 1;
    expect(&mut card, &forged.command(), 0x9862);
    let other = |header: &str| good.command().replacen("00880081", header, 1);
    expect(&mut card, &other("00880001"), 0x6A86);
    expect(&mut card, &other("00880181"), 0x6A86);
    expect(&mut card, &other("00880083"), 0x6A86);
    expect(&mut card, &other("00880084"), 0x9864);
    expect(&mut card, &other("00880080"), 0x6700);
    expect(&mut card, &other("80880081"), 0x6E00);
    expect(&mut card, &other("00890081"), 0x6D00);
    expect(&mut card, "00880081 05 1001020304 00", 0x6700);
    expect(&mut card, "00880081", 0x6700);
    assert_eq!(expect(&mut card, &good.command(), 0x9000)[0], 0xDB);
}

#[test]
fn the_current_directory_has_to_be_in_the_application() {
    let Some(package) = package(|_| ()) else {
        return;
    };
    let mut card = card(&package);
    select(&mut card, USIM);
    let vector = test_vector(&K, RAND, 0x20, AMF);
    for (p1, path, status) in [
        ("00", "3F00", 0x6985),
        ("00", "7FFF", 0x9000),
        ("08", "7FFF5FC0", 0x9000),
    ] {
        let length = path.len() / 2;
        expect(&mut card, &format!("00A4{p1}0C{length:02X}{path}"), 0x9000);
        expect(&mut card, &vector.command(), status);
        expect(&mut card, "8078000100", status);
    }
}

#[test]
fn the_isim_has_its_own_key_and_no_gsm_context() {
    let isim_k = [0x5A; 16];
    let Some(package) = with_parameters(|number, element| {
        if number == 1 {
            algorithm(element).key = octets(&isim_k);
        }
    }) else {
        return;
    };
    let mut card = card(&package);
    select(&mut card, ISIM);
    let vector = test_vector(&isim_k, RAND, 0x20, AMF);
    assert_eq!(
        expect(&mut card, &vector.command(), 0x9000),
        vector.answer(false)
    );
    expect(&mut card, &vector.gsm_command(), 0x6A86);
    expect(
        &mut card,
        &test_vector(&K, RAND, 0x20, AMF).command(),
        0x9862,
    );
    select(&mut card, USIM);
    expect(&mut card, &vector.command(), 0x9862);
}

#[test]
fn milenage_judges_sequence_numbers() {
    let (k, opc) = ([0x46; 16], [0x0C; 16]);
    let Some(package) = with_parameters(|_, element| {
        let parameter = algorithm(element);
        parameter.algorithm_id = AlgoParameterAlgorithmId::MILENAGE;
        parameter.key = octets(&k);
        parameter.opc = octets(&opc);
    }) else {
        return;
    };
    let mut card = card(&package);
    select(&mut card, USIM);
    let fresh = milenage_vector(k, opc, RAND, 5 << 5);
    assert_eq!(
        expect(&mut card, &fresh.command(), 0x9000),
        fresh.answer(true)
    );
    assert_eq!(
        expect(&mut card, &fresh.gsm_command(), 0x9000),
        fresh.gsm_answer()
    );
    // the same again, and a jump of more than sqnDelta
    for sqn in [5 << 5, (5 + (1 << 28) + 1) << 5] {
        let refused = milenage_vector(k, opc, [0x77; 16], sqn);
        let answer = expect(&mut card, &refused.command(), 0x9000);
        assert_eq!(milenage_resynchronise(k, opc, [0x77; 16], &answer), 5 << 5);
    }
    card.reset(Reset::Cold);
    select(&mut card, USIM);
    let answer = expect(&mut card, &fresh.command(), 0x9000);
    let reported = milenage_resynchronise(k, opc, RAND, &answer);
    let next = milenage_vector(k, opc, RAND, reported + 32);
    assert_eq!(
        expect(&mut card, &next.command(), 0x9000),
        next.answer(true)
    );
}

/// TS 35.233 test set 1, as in vectors/crypto/tuak_ts35233.json.
#[test]
fn tuak_answers_a_published_challenge() {
    let Some(package) = with_parameters(|_, element| {
        element.sqn_options = octets(&[0]);
        let parameter = algorithm(element);
        parameter.algorithm_id = AlgoParameterAlgorithmId::TUAK;
        parameter.algorithm_options = octets(&[0]);
        parameter.key = octets(&[0xAB; 16]);
        let topc = "bd04d9530e87513c5d837ac2ad954623a8e2330c115305a73eb45d1f40cccbff";
        parameter.opc = octets(&hex::decode(topc).unwrap());
    }) else {
        return;
    };
    let mut card = card(&package);
    select(&mut card, USIM);
    // SQN 111111111111 under AK 719f1e9b9054, AMF ffff, MAC f9a54e6aeaa8618d
    let command = format!(
        "0088008122 10{} 10 608e0f8a8145 ffff f9a54e6aeaa8618d 00",
        "42".repeat(16)
    );
    let answer = hex::encode(expect(&mut card, &command, 0x9000));
    let expected =
        "db04657acd6410d71a1e5c6caffe986a26f783e5c78be110be849fa2564f869aecee6f62d4337e72";
    assert!(answer.starts_with(expected), "{answer}");
    let replayed = expect(&mut card, &command, 0x9000);
    // SQN_MS under AK 's f5* e7af6b3d0e38, and MAC-S over AMF 0000
    assert_eq!(hex::encode(&replayed[..8]), "dc0ef6be7a2c1f29");
}

#[test]
fn the_profile_limits_how_often_a_key_is_used() {
    let (k, opc) = ([0x46; 16], [0x0C; 16]);
    let Some(package) = with_parameters(|_, element| {
        let parameter = algorithm(element);
        parameter.algorithm_id = AlgoParameterAlgorithmId::MILENAGE;
        parameter.key = octets(&k);
        parameter.opc = octets(&opc);
        parameter.auth_counter_max = Some(octets(&[0, 0, 2]));
    }) else {
        return;
    };
    let mut card = card(&package);
    select(&mut card, USIM);
    let mut forged = milenage_vector(k, opc, RAND, 32);
    forged.autn[9] ^= 1;
    expect(&mut card, &forged.command(), 0x9862);
    expect(
        &mut card,
        &milenage_vector(k, opc, RAND, 32).command(),
        0x9000,
    );
    card.reset(Reset::Cold);
    select(&mut card, USIM);
    expect(
        &mut card,
        &milenage_vector(k, opc, RAND, 64).command(),
        0x6985,
    );
    expect(
        &mut card,
        &milenage_vector(k, opc, RAND, 64).gsm_command(),
        0x6985,
    );
}
