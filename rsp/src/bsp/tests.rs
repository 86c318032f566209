// SPDX-License-Identifier: MIT OR Apache-2.0
//! Known answers of the derivation and of whole segments, and the properties of the channel.

use proptest::prelude::*;
use serde_json::Value;

use super::*;
use crate::known;

fn keys(value: &Value) -> SessionKeys {
    SessionKeys {
        initial_mac_chaining_value: known::array(value, "mcv"),
        enc: known::array(value, "s_enc"),
        mac: known::array(value, "s_mac"),
    }
}

fn test_keys(byte: u8) -> SessionKeys {
    SessionKeys {
        initial_mac_chaining_value: [byte; 16],
        enc: [byte ^ 1; 16],
        mac: [byte ^ 2; 16],
    }
}

fn tag(value: &Value) -> SegmentTag {
    SegmentTag::from_byte(known::array::<1>(value, "tag")[0]).unwrap()
}

#[test]
fn session_keys_are_the_published_ones() {
    for case in known::cases(&known::vectors("kdf_session_keys.json")) {
        let derived = SessionKeys::derive(
            &known::bytes(case, "shared_secret"),
            &known::bytes(case, "host_id"),
            &known::array(case, "eid"),
        );
        assert!(derived.unwrap() == keys(case));
    }
}

/// Protects and unprotects every segment of a file, with the key change in between.
fn replay(file: &Value, limit: usize) {
    let mut server = Bsp::new(&keys(&file["session"]));
    let mut card = server.clone();
    card.set_limit(limit);
    for part in ["session", "ppk"] {
        if part == "ppk" {
            server.replace_keys(&keys(&file["ppk"]));
            card.replace_keys(&keys(&file["ppk"]));
            assert_eq!(server.counter(), 1);
        }
        let rows = file[part]["segments"].as_array().unwrap();
        assert!(!rows.is_empty());
        for row in rows {
            let (plain, segment) = (known::bytes(row, "plain"), known::bytes(row, "segment"));
            assert_eq!(server.protect(tag(row), &plain), segment);
            assert_eq!(card.unprotect(tag(row), &segment).unwrap(), plain);
        }
    }
}

#[test]
fn segments_are_the_published_ones_in_both_directions() {
    replay(&known::vectors("bsp_segments.json"), MAX_SEGMENT);
    replay(&known::vectors("bsp_package.json"), 1036);
}

#[test]
fn the_mac_is_the_one_of_sp_800_38b() {
    let file = known::vectors("cmac_aes128.json");
    for case in known::cases(&file) {
        let mut mac = Cmac::<Aes128>::new(&known::array::<16>(&file, "key").into());
        mac.update(&known::bytes(case, "message"));
        assert_eq!(
            mac.finalize().into_bytes().to_vec(),
            known::bytes(case, "mac")
        );
    }
}

#[test]
fn host_identifiers_out_of_range_are_refused() {
    for length in [0, 17, 300] {
        let error = SessionKeys::derive(&[1; 32], &vec![1; length], &[0; 16]).unwrap_err();
        assert_eq!(error, BspError::HostId(length));
    }
}

#[test]
fn full_segments_have_the_greatest_length() {
    for tag in [SegmentTag::Tag86, SegmentTag::Tag88] {
        let plain = vec![0x5A; 2 * tag.capacity() + 1];
        let segments = Bsp::new(&test_keys(7)).protect_all(tag, &plain);
        assert_eq!(segments.len(), 3);
        assert_eq!(segments[0].len(), MAX_SEGMENT);
        let mut card = Bsp::new(&test_keys(7));
        let parts: Vec<_> = segments
            .iter()
            .map(|segment| card.unprotect(tag, segment).unwrap())
            .collect();
        assert_eq!(parts.concat(), plain);
    }
}

#[test]
fn longer_segments_need_a_raised_limit() {
    let segment = Bsp::new(&test_keys(7)).protect(SegmentTag::Tag86, &[1; 1008]);
    assert_eq!(segment.len(), 1036);
    let mut card = Bsp::new(&test_keys(7));
    let error = card.unprotect(SegmentTag::Tag86, &segment).unwrap_err();
    assert_eq!(
        error,
        BspError::TooLong {
            limit: 1020,
            found: 1036
        }
    );
    card.set_limit(1036);
    assert_eq!(
        card.unprotect(SegmentTag::Tag86, &segment).unwrap(),
        [1; 1008]
    );
}

#[test]
fn a_lost_repeated_or_swapped_segment_breaks_the_chain() {
    let mut server = Bsp::new(&test_keys(7));
    let first = server.protect(SegmentTag::Tag88, b"one");
    let second = server.protect(SegmentTag::Tag88, b"two");
    let mut card = Bsp::new(&test_keys(7));
    assert_eq!(
        card.unprotect(SegmentTag::Tag88, &second),
        Err(BspError::Mac)
    );
    card.unprotect(SegmentTag::Tag88, &first).unwrap();
    assert_eq!(
        card.unprotect(SegmentTag::Tag88, &first),
        Err(BspError::Mac)
    );
    card.unprotect(SegmentTag::Tag88, &second).unwrap();
}

#[test]
fn damage_is_told_apart() {
    let segment = Bsp::new(&test_keys(7)).protect(SegmentTag::Tag87, b"data");
    let refuse = |bytes: &[u8]| {
        Bsp::new(&test_keys(7))
            .unprotect(SegmentTag::Tag87, bytes)
            .unwrap_err()
    };
    assert_eq!(
        refuse(&[]),
        BspError::Tag {
            expected: 0x87,
            found: 0
        }
    );
    let mut other = segment.clone();
    other[0] = 0x86;
    assert_eq!(
        refuse(&other),
        BspError::Tag {
            expected: 0x87,
            found: 0x86
        }
    );
    assert_eq!(refuse(&segment[..segment.len() - 1]), BspError::Length(25));
    assert_eq!(refuse(&[0x87, 0x80, 0, 0]), BspError::Length(4));
    assert_eq!(refuse(&[0x87, 0x82, 1]), BspError::Length(3));
    assert_eq!(refuse(&[0x87, 3, 0, 0, 0]), BspError::Content(3));
    assert_eq!(
        refuse(&[0x87, 8, 0, 0, 0, 0, 0, 0, 0, 0]),
        BspError::Content(8)
    );
    let mut other = segment;
    other[25] ^= 1;
    assert_eq!(refuse(&other), BspError::Mac);
    assert!(refuse(&other).is_security());
}

/// Encrypts blocks as they are and gives them a right MAC.
fn with_padding(blocks: &[u8]) -> Vec<u8> {
    let mut bsp = Bsp::new(&test_keys(7));
    let mut data = blocks.to_vec();
    let (chunks, _) = Array::slice_as_chunks_mut(&mut data);
    cbc::Encryptor::inner_iv_init(bsp.enc.clone(), &bsp.icv()).encrypt_blocks(chunks);
    let mut segment = header(0x87, data.len() + MAC_LENGTH);
    segment.extend(data);
    let full = bsp.next_mac(&segment);
    segment.extend(&full[..MAC_LENGTH]);
    bsp.advance(full);
    segment
}

#[test]
fn wrong_padding_under_a_right_mac_is_named() {
    let check =
        |blocks: &[u8]| Bsp::new(&test_keys(7)).unprotect(SegmentTag::Tag87, &with_padding(blocks));
    assert_eq!(check(&[0; 16]), Err(BspError::Padding));
    assert_eq!(check(&[1; 16]), Err(BspError::Padding));
    let mut whole = [0; 16];
    whole[0] = 0x80;
    assert_eq!(check(&whole), Ok(vec![]));
    // The mark must stand in the last block.
    assert_eq!(check(&[whole, [0; 16]].concat()), Err(BspError::Padding));
}

#[test]
fn every_length_survives_the_round_trip() {
    for tag in [SegmentTag::Tag86, SegmentTag::Tag87, SegmentTag::Tag88] {
        let (mut server, mut card) = (Bsp::new(&test_keys(7)), Bsp::new(&test_keys(7)));
        for length in 0..=tag.capacity() {
            let plain: Vec<u8> = (0..length)
                .map(|i| u8::try_from(i % 251).unwrap())
                .collect();
            let segment = server.protect(tag, &plain);
            assert!(segment.len() <= MAX_SEGMENT);
            assert_eq!(card.unprotect(tag, &segment).unwrap(), plain);
        }
    }
}

proptest! {
    #[test]
    fn any_flipped_bit_is_detected(
        plain in proptest::collection::vec(any::<u8>(), 0..200),
        tag in prop_oneof![Just(SegmentTag::Tag86), Just(SegmentTag::Tag87), Just(SegmentTag::Tag88)],
        position in any::<proptest::sample::Index>(),
        bit in 0_u8..8,
    ) {
        let mut segment = Bsp::new(&test_keys(7)).protect(tag, &plain);
        let index = position.index(segment.len());
        segment[index] ^= 1 << bit;
        prop_assert!(Bsp::new(&test_keys(7)).unprotect(tag, &segment).is_err());
    }

    #[test]
    fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
        for tag in [SegmentTag::Tag86, SegmentTag::Tag87, SegmentTag::Tag88] {
            let _ = Bsp::new(&test_keys(7)).unprotect(tag, &bytes);
        }
    }
}
