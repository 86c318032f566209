// SPDX-License-Identifier: MIT OR Apache-2.0
//! The published test data, and what the home network reads back.

use rsp::env::SeededEnv;
use serde_json::Value;

use super::*;
use crate::uicc::known;

/// An environment whose next random bytes are chosen.
pub(crate) struct Chosen(pub(crate) Vec<u8>);

impl Env for Chosen {
    fn fill(&mut self, out: &mut [u8]) {
        out.copy_from_slice(&self.0);
    }

    fn now(&self) -> i64 {
        0
    }
}

fn protection(case: &Value) -> Protection {
    let identifier = if case["profile"] == "A" { 1 } else { 2 };
    let key = known::bytes(case, "home_network_public_key");
    Protection::with_key(identifier, Some(&key)).unwrap()
}

/// The keys that the ephemeral public key of `output` stands for, at the home network.
fn home_network(case: &Value, ephemeral: &[u8]) -> Vec<u8> {
    let private = known::array(case, "home_network_private_key");
    let shared = if case["profile"] == "A" {
        let point = Point::from(<[u8; 32]>::try_from(ephemeral).unwrap());
        StaticSecret::from(private)
            .diffie_hellman(&point)
            .to_bytes()
    } else {
        let point = PublicKey::from_point(Curve::NistP256, ephemeral).unwrap();
        let private = PrivateKey::from_scalar(Curve::NistP256, &private).unwrap();
        private.agree(&point).unwrap()
    };
    x963(&shared, ephemeral, 64)
}

#[test]
fn published_inputs_give_the_published_outputs() {
    for case in known::cases("suci_ts33501.json") {
        let input = known::bytes(&case, "scheme_input");
        let mut env = Chosen(known::bytes(&case, "ephemeral_private_key"));
        let output = conceal(&protection(&case), &input, &mut env).unwrap();
        for (member, value) in [
            ("ephemeral_public_key", &output.ephemeral),
            ("ciphertext", &output.text),
            ("mac", &output.mac),
        ] {
            assert_eq!(
                *value,
                known::bytes(&case, member),
                "{} {member}",
                case["clause"]
            );
        }
        let derived = home_network(&case, &output.ephemeral);
        assert_eq!(derived[..16], known::bytes(&case, "encryption_key"));
        assert_eq!(derived[32..], known::bytes(&case, "mac_key"));
    }
}

#[test]
fn the_home_network_reads_what_a_random_key_concealed() {
    let mut env = SeededEnv::new(5, "suci");
    for case in known::cases("suci_ts33501.json") {
        let input = known::bytes(&case, "scheme_input");
        let first = conceal(&protection(&case), &input, &mut env).unwrap();
        let second = conceal(&protection(&case), &input, &mut env).unwrap();
        assert_ne!(first.ephemeral, second.ephemeral);
        let derived = home_network(&case, &first.ephemeral);
        let again = encrypt(first.ephemeral.clone(), &[0; 32], &input).unwrap();
        assert_ne!(again.text, first.text, "the shared key matters");
        let (key, counter) = (&derived[..16], &derived[16..32]);
        let mut text = first.text.clone();
        ctr::Ctr32BE::<Aes128>::new_from_slices(key, counter)
            .unwrap()
            .apply_keystream(&mut text);
        assert_eq!(text, input);
    }
}

#[test]
fn the_null_scheme_changes_nothing() {
    let output = conceal(&Protection::Null, &[1, 2, 3], &mut Chosen(vec![])).unwrap();
    assert_eq!(output.to_bytes(), [1, 2, 3]);
}

#[test]
fn a_point_of_low_order_conceals_nothing() {
    let home = Protection::with_key(1, Some(&[0; 32])).unwrap();
    assert_eq!(conceal(&home, &[1], &mut Chosen(vec![7; 32])), None);
}

/// EF.SUCI_Calc_Info with schemes, and keys with their identifiers.
pub(crate) fn calculation_info(schemes: &[[u8; 2]], keys: &[(u8, Vec<u8>)]) -> Vec<u8> {
    let schemes = rsp::tlv::tlv(SCHEME_LIST, &schemes.concat());
    let keys = keys.iter().flat_map(|(identifier, key)| {
        let identifier = rsp::tlv::tlv(KEY_IDENTIFIER, &[*identifier]);
        [identifier, rsp::tlv::tlv(KEY, key)].concat()
    });
    let keys: Vec<u8> = keys.collect();
    let mut content = [schemes, rsp::tlv::tlv(KEY_LIST, &keys)].concat();
    content.extend([0xFF; 9]);
    content
}

/// Public keys of the test data: profile A and profile B.
pub(crate) fn public_keys() -> [Vec<u8>; 2] {
    let cases = known::cases("suci_ts33501.json");
    [0, 2].map(|at: usize| known::bytes(&cases[at], "home_network_public_key"))
}

fn chosen(content: &[u8]) -> (u8, u8) {
    let (protection, key) = CalculationInfo::read(content).choose();
    (protection.identifier(), key)
}

#[test]
fn the_first_usable_scheme_is_chosen() {
    let [a, b] = public_keys();
    let keys = [(27, b), (30, a)];
    let info = |schemes: &[[u8; 2]]| calculation_info(schemes, &keys);
    assert_eq!(chosen(&info(&[[2, 1], [1, 2], [0, 0]])), (2, 27));
    assert_eq!(chosen(&info(&[[1, 2], [2, 1], [0, 0]])), (1, 30));
    assert_eq!(chosen(&info(&[[0, 0], [2, 1]])), (0, 0));
    assert_eq!(
        chosen(&info(&[[0, 1]])),
        (0, 0),
        "the null-scheme has no key"
    );
    assert_eq!(
        chosen(&info(&[[12, 1], [1, 2]])),
        (1, 30),
        "a proprietary scheme"
    );
    assert_eq!(
        chosen(&info(&[[1, 1], [2, 2], [1, 9], [2, 0]])),
        (0, 0),
        "the other's keys"
    );
    assert_eq!(chosen(&info(&[])), (0, 0));
}

#[test]
fn a_file_without_content_means_the_null_scheme() {
    for content in [
        "",
        "ffff",
        "a0",
        "a002",
        "a0020000ffff",
        "a00101",
        "30020101a0020201",
    ] {
        assert_eq!(chosen(&hex::decode(content).unwrap()), (0, 0), "{content}");
    }
}
