// SPDX-License-Identifier: MIT OR Apache-2.0
//! GET IDENTITY: the USIM conceals its IMSI with the key that DF.SAIP has.

use veuicc::Card;

use super::fixture::*;
use super::home_network::*;

/// ADM1 of the profile and where the USIM has its calculation information.
const VERIFY_ADM: &str = "0020000A08 3535353535353535";
const SELECT_INFO: &str = "00A4080C06 7FFF5FD04F01";
const GET_IDENTITY: &str = "8078000100";
/// MSIN 0123456789 of IMSI 001010123456789, packed.
const MSIN: [u8; 5] = [0x10, 0x32, 0x54, 0x76, 0x98];

/// A card whose USIM conceals with `schemes` and `keys` (identifier, key).
fn card_with(schemes: &[[u8; 2]], keys: &[(u8, &str)]) -> Option<Card> {
    let mut card = card(&package(|_| ())?);
    select(&mut card, USIM);
    let keys: Vec<u8> = keys
        .iter()
        .flat_map(|(identifier, key)| {
            let key = hex::decode(key).unwrap();
            let length = u8::try_from(key.len()).unwrap();
            [&[0x80, 1, *identifier, 0x81, length][..], &key].concat()
        })
        .collect();
    let schemes = schemes.concat();
    let length = |bytes: &[u8]| u8::try_from(bytes.len()).unwrap();
    let info = [
        &[0xA0, length(&schemes)][..],
        &schemes,
        &[0xA1, length(&keys)],
        &keys,
    ]
    .concat();
    expect(&mut card, VERIFY_ADM, 0x9000);
    expect(&mut card, SELECT_INFO, 0x9000);
    let update = format!("00D60000{:02X}{}", info.len(), hex::encode(&info));
    expect(&mut card, &update, 0x9000);
    Some(card)
}

/// The SUCI of an answer: the head up to the routing indicator is the same in all of them.
fn suci(card: &mut Card) -> (u8, u8, Vec<u8>) {
    let answer = expect(card, GET_IDENTITY, 0x9000);
    let (head, value) = answer.split_at(2);
    assert_eq!(head, [0xA1, u8::try_from(value.len()).unwrap()]);
    let (head, rest) = value.split_at(6);
    assert_eq!(hex::encode(head), "0100f110f0ff");
    let ([scheme, key], output) = rest.split_first_chunk().unwrap();
    (*scheme, *key, output.to_vec())
}

#[test]
fn the_profile_as_published_conceals_nothing() {
    let Some(package) = package(|_| ()) else {
        return;
    };
    let mut card = card(&package);
    expect(&mut card, GET_IDENTITY, 0x6985);
    select(&mut card, USIM);
    assert_eq!(suci(&mut card), (0, 0, MSIN.to_vec()));
}

#[test]
fn the_home_network_reads_the_msin() {
    for (scheme, [_, key]) in [(1, PROFILE_A), (2, PROFILE_B)] {
        let Some(mut card) = card_with(&[[scheme, 1], [0, 0]], &[(27, key)]) else {
            return;
        };
        let (seen, identifier, first) = suci(&mut card);
        assert_eq!((seen, identifier), (scheme, 27));
        assert_eq!(reveal(scheme, &first), MSIN);
        let (_, _, second) = suci(&mut card);
        assert_ne!(first, second, "every SUCI has a key of its own");
        assert_eq!(reveal(scheme, &second), MSIN);
    }
}

#[test]
fn priorities_and_missing_keys_are_respected() {
    let keys = [(1, PROFILE_B[1]), (2, PROFILE_A[1])];
    for (schemes, expected) in [
        (&[[2, 1], [1, 2]][..], (2, 1)),
        (&[[1, 2], [2, 1]], (1, 2)),
        (&[[1, 3], [2, 1]], (2, 1)),
        (&[[0, 0], [2, 1]], (0, 0)),
    ] {
        let Some(mut card) = card_with(schemes, &keys) else {
            return;
        };
        let (scheme, key, _) = suci(&mut card);
        assert_eq!((scheme, key), expected);
    }
}

#[test]
fn commands_of_another_form_are_refused() {
    let Some(package) = package(|_| ()) else {
        return;
    };
    let mut card = card(&package);
    select(&mut card, USIM);
    expect(&mut card, "8078008100", 0x9000);
    expect(&mut card, "8078000200", 0x6A86);
    expect(&mut card, "8078010100", 0x6A86);
    expect(&mut card, "80780001010000", 0x6700);
    expect(&mut card, "0078000100", 0x6E00);
    select(&mut card, ISIM);
    expect(&mut card, GET_IDENTITY, 0x6985);
}
