// SPDX-License-Identifier: MIT OR Apache-2.0
//! Text and byte forms, check digits, and what is refused.

use proptest::prelude::*;

use super::*;
use crate::env::SeededEnv;

#[test]
fn the_eid_is_plain_bcd() {
    let eid: Eid = "89049032123451234512345678901235".parse().unwrap();
    assert_eq!(eid.as_bytes()[..4], [0x89, 0x04, 0x90, 0x32]);
    assert_eq!(Eid::from_bytes(eid.as_bytes()).unwrap(), eid);
    assert_eq!(eid.to_string(), "89049032123451234512345678901235");
    assert!(eid.starts_with("89049032"));
    assert!(!eid.starts_with("89049033"));
}

#[test]
fn check_digits_of_the_eid_are_validated_and_computed() {
    let eid: Eid = "89049032123451234512345678901235".parse().unwrap();
    assert!(eid.has_valid_check_digits());
    let wrong: Eid = "89049032123451234512345678901236".parse().unwrap();
    assert!(!wrong.has_valid_check_digits());
    assert_eq!(wrong.with_check_digits(), eid);
}

#[test]
fn text_that_is_no_eid_is_named() {
    let refuse = |text: &str| text.parse::<Eid>().unwrap_err().to_string();
    assert_eq!(
        refuse("8904903212345"),
        "expected an EID of 32 digits, found 13"
    );
    assert_eq!(
        refuse("8904903212345123451234567890123A"),
        "expected an EID of decimal digits, found 'A' at position 31"
    );
    assert!(Eid::from_bytes(&[0x89; 15]).is_err());
    assert!(Eid::from_bytes(&[0x8A; 16]).is_err());
}

#[test]
fn the_iccid_is_swapped_and_padded() {
    for (text, bytes) in [
        ("89000123456789012341", "98001032547698103214"),
        ("8900012345678901234", "980010325476981032F4"),
        ("890001234567890123", "980010325476981032FF"),
    ] {
        let iccid: Iccid = text.parse().unwrap();
        assert_eq!(hex::encode_upper(iccid.as_bytes()), bytes);
        assert_eq!(Iccid::from_bytes(iccid.as_bytes()).unwrap(), iccid);
        assert_eq!(iccid.to_string(), text);
    }
    let padded: Iccid = "8900012345678901234F".parse().unwrap();
    assert_eq!(padded.to_string(), "8900012345678901234");
}

#[test]
fn the_check_digit_of_the_iccid_is_luhn() {
    // The example of ISO/IEC 7812-1, made longer: 7992739871 has check digit 3.
    assert_eq!(
        Iccid::with_check_digit("00000007992739871")
            .unwrap()
            .to_string(),
        "000000079927398713"
    );
    let iccid = Iccid::with_check_digit("8900012345678901234").unwrap();
    assert!(iccid.has_valid_check_digit());
    let text = iccid.to_string();
    for last in '0'..='9' {
        let other: Iccid = format!("{}{last}", &text[..19]).parse().unwrap();
        assert_eq!(other.has_valid_check_digit(), other == iccid);
    }
}

#[test]
fn text_that_is_no_iccid_is_named() {
    for text in [
        "",
        "89000123456789012",
        "890001234567890123411",
        "8900012345678901234A",
        "89F00123456789012341",
    ] {
        assert!(text.parse::<Iccid>().is_err(), "{text}");
    }
    assert!("89000123456789012341F".parse::<Iccid>().is_err());
    for bytes in [&[0x98; 9][..], &[0xFF; 10][..], &[0xA8; 10][..]] {
        assert!(Iccid::from_bytes(bytes).is_err());
    }
}

#[test]
fn the_transaction_id_is_upper_case_only() {
    let id: TransactionId = "0A1B".parse().unwrap();
    assert_eq!(id.as_bytes(), [0x0A, 0x1B]);
    assert_eq!(id.to_string(), "0A1B");
    for text in ["", "0", "0a", "0x", "0A,1", &"00".repeat(17)] {
        assert!(text.parse::<TransactionId>().is_err(), "{text}");
    }
    assert_eq!(
        TransactionId::generate(&mut SeededEnv::new(1, "t"))
            .as_bytes()
            .len(),
        16
    );
}

#[test]
fn the_matching_id_has_its_own_alphabet() {
    assert!("".parse::<MatchingId>().unwrap().is_empty());
    assert_eq!(
        "04386-AGYFT-A74Y8-3F815"
            .parse::<MatchingId>()
            .unwrap()
            .as_str()
            .len(),
        23
    );
    for text in ["a", "A B", "A$B", "Ä"] {
        assert!(text.parse::<MatchingId>().is_err(), "{text}");
    }
}

#[test]
fn security_domains_have_their_aids() {
    assert_eq!(Aid::isd_r().to_string(), "A0000005591010FFFFFFFF8900000100");
    assert_eq!(Aid::ecasd().to_string(), "A0000005591010FFFFFFFF8900000200");
    assert_eq!(
        Aid::isd_p(0x10).to_string(),
        "A0000005591010FFFFFFFF8900001000"
    );
    assert!("A000".parse::<Aid>().is_err());
}

#[test]
fn object_identifiers_hold_any_arc() {
    for (text, bytes) in [
        ("2.999.10", "88370A"),
        ("1.3.6.1.4.1.31746", "2B0601040181F802"),
        ("2.23.146.1.2.1.4", "67811201020104"),
        ("0.0", "00"),
        ("1.39", "4F"),
        ("2.0", "50"),
        ("2.5.29.17", "551D11"),
    ] {
        let oid: Oid = text.parse().unwrap();
        assert_eq!(hex::encode_upper(oid.as_bytes()), bytes);
        assert_eq!(Oid::from_bytes(oid.as_bytes()).unwrap().to_string(), text);
    }
    for text in [
        "",
        "1",
        "3.1",
        "1.40",
        "1..2",
        "1.02",
        "1.-2",
        "1.+2",
        "1.a",
        "1.99999999999999999999",
    ] {
        assert!(text.parse::<Oid>().is_err(), "{text}");
    }
    for bytes in [&[][..], &[0x80, 0x01], &[0x88], &[0x2A, 0x80, 0x01]] {
        assert!(Oid::from_bytes(bytes).is_err(), "{bytes:?}");
    }
}

proptest! {
    #[test]
    fn eids_with_computed_check_digits_are_valid(digits in "[0-9]{32}") {
        let eid: Eid = digits.parse().unwrap();
        let right = eid.with_check_digits();
        prop_assert!(right.has_valid_check_digits());
        prop_assert_eq!(&right.to_string()[..30], &digits[..30]);
    }

    #[test]
    fn iccids_round_trip(digits in "[0-9]{18,20}") {
        let iccid: Iccid = digits.parse().unwrap();
        prop_assert_eq!(Iccid::from_bytes(iccid.as_bytes()).unwrap().to_string(), digits);
    }

    #[test]
    fn arbitrary_text_and_bytes_never_panic(text in ".{0,40}", bytes in proptest::collection::vec(any::<u8>(), 0..24)) {
        let _ = text.parse::<Eid>();
        let _ = text.parse::<Iccid>();
        let _ = text.parse::<TransactionId>();
        let _ = text.parse::<MatchingId>();
        let _ = text.parse::<Aid>();
        let _ = text.parse::<Oid>();
        let _ = Eid::from_bytes(&bytes);
        let _ = Iccid::from_bytes(&bytes);
        if let Ok(oid) = Oid::from_bytes(&bytes) {
            let _ = oid.to_string();
        }
    }

    #[test]
    fn object_identifiers_round_trip(root in 0_u64..3, second in 0_u64..40, rest in proptest::collection::vec(any::<u64>(), 0..6)) {
        let arcs = [vec![root, second], rest].concat();
        let text: Vec<String> = arcs.iter().map(u64::to_string).collect();
        let oid: Oid = text.join(".").parse().unwrap();
        prop_assert_eq!(Oid::from_bytes(oid.as_bytes()).unwrap().arcs(), arcs);
    }
}
