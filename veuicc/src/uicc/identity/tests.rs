// SPDX-License-Identifier: MIT OR Apache-2.0
//! The SUCI of IMSIs and NAIs, byte for byte, and what has none.

use proptest::prelude::*;
use rsp::env::SeededEnv;

use super::*;
use crate::uicc::known;
use crate::uicc::suci::tests::{Chosen, calculation_info, public_keys};

const COMMAND: (u8, u8) = (0, 0x01);
/// IMSI 274012001002086 (TS 33.501 §C.4), an EF.AD with three digits of MNC.
const IMSI: [u8; 9] = [8, 0x29, 0x47, 0x10, 0x02, 0x10, 0x00, 0x02, 0x68];
const THREE_DIGITS: [u8; 4] = [0, 0, 0, 3];
/// Services 124 and 125.
const BOTH: [u8; 17] = table(0b0001_1000, 0);
/// Services 124, 125 and 130.
const WITH_NAI: [u8; 17] = table(0b0001_1000, 0b0000_0010);

const fn table(sixteenth: u8, seventeenth: u8) -> [u8; 17] {
    let mut table = [0; 17];
    table[15] = sixteenth;
    table[16] = seventeenth;
    table
}

fn files() -> IdentityFiles<'static> {
    IdentityFiles {
        service_table: &BOTH,
        imsi: &IMSI,
        administrative_data: &THREE_DIGITS,
        ..IdentityFiles::default()
    }
}

fn answer(files: &IdentityFiles<'_>, ephemeral: Vec<u8>) -> Result<String, StatusWord> {
    get_identity(COMMAND, &[], files, &mut Chosen(ephemeral)).map(hex::encode)
}

/// The SUCI of a NAI: octet 4 and the text.
fn nai(files: &IdentityFiles<'_>, ephemeral: Vec<u8>) -> (u8, String) {
    let answer = get_identity(COMMAND, &[], files, &mut Chosen(ephemeral)).unwrap();
    let object = Tlv::only(&answer).unwrap();
    let (first, text) = object.value.split_first().unwrap();
    (*first, String::from_utf8(text.to_vec()).unwrap())
}

#[test]
fn the_null_scheme_shows_the_imsi() {
    let expected = "a10d01722410f0ff000000012080f6";
    assert_eq!(answer(&files(), vec![]).unwrap(), expected);
}

#[test]
fn imsis_are_concealed_as_published() {
    let cases = known::cases("suci_ts33501.json");
    for (case, scheme, key) in [(&cases[0], 1, 30), (&cases[2], 2, 27)] {
        let public = known::bytes(case, "home_network_public_key");
        let info = calculation_info(&[[scheme, 1], [0, 0]], &[(key, public)]);
        let files = IdentityFiles {
            calculation_info: &info,
            routing_indicator: &[0x17, 0xF2, 0xFF, 0xFF],
            ..files()
        };
        let output = ["ephemeral_public_key", "ciphertext", "mac"]
            .map(|member| known::bytes(case, member))
            .concat();
        let expected = format!(
            "a1{:02x}0172241017f2{scheme:02x}{key:02x}{}",
            8 + output.len(),
            hex::encode(output)
        );
        let ephemeral = known::bytes(case, "ephemeral_private_key");
        assert_eq!(answer(&files, ephemeral).unwrap(), expected);
    }
}

#[test]
fn two_digits_of_mnc_are_filled() {
    // 001 01 0123456789: the length of the MNC is 2, missing or nothing that is known
    let imsi = [8, 0x09, 0x10, 0x10, 0x10, 0x32, 0x54, 0x76, 0x98];
    for administrative_data in [&[0, 0, 0, 2][..], &[0, 0, 0], &[], &[0, 0, 0, 0xFF]] {
        let files = IdentityFiles {
            imsi: &imsi,
            administrative_data,
            ..files()
        };
        assert_eq!(
            answer(&files, vec![]).unwrap(),
            "a10d0100f110f0ff00001032547698"
        );
    }
}

#[test]
fn other_identifiers_become_a_nai() {
    let cases = known::cases("suci_ts33501.json");
    let user = [&[0x80, 26][..], b"verylongusername1@3gpp.com", &[0xFF; 3]].concat();
    for (case, scheme) in [(&cases[1], 1), (&cases[3], 2)] {
        let public = known::bytes(case, "home_network_public_key");
        let info = calculation_info(&[[scheme, 1]], &[(27, public)]);
        let files = IdentityFiles {
            service_table: &WITH_NAI,
            supi_nai: &user,
            calculation_info: &info,
            routing_indicator: &[0x76, 0xF8, 0xFF, 0xFF],
            ..IdentityFiles::default()
        };
        let [ephemeral, text, mac] = ["ephemeral_public_key", "ciphertext", "mac"]
            .map(|member| hex::encode_upper(known::bytes(case, member)));
        let expected = format!(
            "type1.rid678.schid{scheme}.hnkey27.ecckey{ephemeral}.cip{text}.mac{mac}@3gpp.com"
        );
        let seen = nai(&files, known::bytes(case, "ephemeral_private_key"));
        assert_eq!(seen, (0x11, expected));
    }
}

#[test]
fn the_tag_of_the_file_says_which_identifier() {
    for (tag, octet, text) in [
        (0x80, 0x11, "type1.rid0.schid0.useridu@r"),
        (0x81, 0x31, "type3.rid0.schid0.useridu@r"),
        (0x82, 0x21, "type2.rid0.schid0.useridu@r"),
    ] {
        let file = [tag, 3, b'u', b'@', b'r'];
        let files = IdentityFiles {
            service_table: &WITH_NAI,
            supi_nai: &file,
            ..files()
        };
        assert_eq!(nai(&files, vec![]), (octet, text.to_owned()));
    }
}

#[test]
fn what_cannot_be_concealed_is_refused() {
    let refused = Err(StatusWord::CONDITIONS_NOT_SATISFIED);
    let only_privacy = table(0b0000_1000, 0);
    let only_usim = table(0b0001_0000, 0);
    let [a, _] = public_keys();
    let weak = calculation_info(&[[1, 1]], &[(1, vec![0; a.len()])]);
    let with = |change: &dyn Fn(&mut IdentityFiles<'_>)| {
        let mut files = files();
        change(&mut files);
        answer(&files, vec![9; 32])
    };
    assert!(with(&|_| ()).is_ok());
    assert_eq!(with(&|files| files.service_table = &[]), refused);
    let mut files_of_one = files();
    for table in [&only_privacy, &only_usim] {
        files_of_one.service_table = table;
        assert_eq!(answer(&files_of_one, vec![]), refused);
    }
    let mut weak_key = files();
    weak_key.calculation_info = &weak;
    assert_eq!(answer(&weak_key, vec![9; 32]), refused);
    for imsi in [
        &[][..],
        &[0xFF; 9],
        &[9, 1],
        &[3, 0x09, 0x10, 0x10],
        &[4, 0x09, 0xA0, 0x10, 1],
    ] {
        let files = IdentityFiles { imsi, ..files() };
        assert_eq!(answer(&files, vec![]), refused, "{}", hex::encode(imsi));
    }
    for supi_nai in [
        &[][..],
        &[0xFF; 4],
        &[0x83, 1, 0x40],
        &[0x80, 1, 0x41],
        &[0x80, 2, 0xFF, 0x40],
    ] {
        let files = IdentityFiles {
            service_table: &WITH_NAI,
            supi_nai,
            ..files()
        };
        assert_eq!(answer(&files, vec![]), refused, "{}", hex::encode(supi_nai));
    }
}

#[test]
fn p1_p2_and_data_are_judged() {
    let run = |p1, p2, data: &[u8]| {
        get_identity((p1, p2), data, &files(), &mut Chosen(vec![])).map(|answer| answer.len())
    };
    assert_eq!(run(0, 0x01, &[]), Ok(15));
    assert_eq!(run(0, 0x81, &[]), Ok(15));
    for (p1, p2) in [(1, 1), (0, 0), (0, 2), (0, 0x82), (0, 0x41)] {
        assert_eq!(
            run(p1, p2, &[]),
            Err(StatusWord::INCORRECT_P1_P2),
            "{p1} {p2}"
        );
    }
    assert_eq!(run(0, 1, &[0]), Err(StatusWord::WRONG_LENGTH));
}

proptest! {
    #[test]
    fn any_files_are_answered(
        imsi in proptest::collection::vec(any::<u8>(), 0..12),
        ad in proptest::collection::vec(any::<u8>(), 0..6),
        nai in proptest::collection::vec(any::<u8>(), 0..40),
        routing in proptest::collection::vec(any::<u8>(), 0..5),
        info in proptest::collection::vec(any::<u8>(), 0..90),
        other: bool,
    ) {
        let files = IdentityFiles {
            service_table: if other { &WITH_NAI } else { &BOTH },
            imsi: &imsi,
            administrative_data: &ad,
            supi_nai: &nai,
            routing_indicator: &routing,
            calculation_info: &info,
        };
        let mut env = SeededEnv::new(1, "identity");
        match get_identity(COMMAND, &[], &files, &mut env) {
            Ok(answer) => prop_assert!(Tlv::only(&answer).is_ok()),
            Err(status) => prop_assert_eq!(status, StatusWord::CONDITIONS_NOT_SATISFIED),
        }
    }
}
