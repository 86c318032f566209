// SPDX-License-Identifier: MIT OR Apache-2.0
//! AUTHENTICATE against a home network of the test: vectors out, answers and AUTS judged.

use proptest::prelude::*;

use super::*;
use crate::uicc::aka::{Milenage, TestAlgorithm, Tuak, TuakLengths};
use crate::uicc::known;

const AKA: AuthenticationContext = AuthenticationContext::Aka { with_kc: false };
const RAND: [u8; 16] = [0x23; 16];
const AMF: [u8; 2] = [0x80, 0x00];

/// The home network's side of a subscription.
struct Network {
    algorithm: Algorithm,
}

impl Network {
    /// Command data for `sqn`.
    fn challenge(&self, rand: [u8; 16], sqn: u64, amf: [u8; 2]) -> Vec<u8> {
        let concealed = sqn ^ sqn_number(self.algorithm.f2345(rand).ak);
        let mut token = sqn_bytes(concealed).to_vec();
        token.extend(amf);
        token.extend(self.algorithm.f1(rand, sqn, amf));
        let mut data = vec![16];
        data.extend(rand);
        push(&mut data, &token);
        data
    }

    /// SQN_MS out of an answer, once its MAC-S is found right.
    fn resynchronise(&self, rand: [u8; 16], answer: &[u8]) -> u64 {
        let length = 6 + self.algorithm.mac_length();
        assert_eq!(answer[..2], [0xDC, u8::try_from(length).unwrap()]);
        let (concealed, mac) = answer[2..].split_first_chunk::<6>().unwrap();
        let sqn = sqn_number(*concealed) ^ sqn_number(self.algorithm.f5_star(rand));
        assert_eq!(mac, self.algorithm.f1_star(rand, sqn, [0, 0]));
        sqn
    }
}

fn algorithms() -> Vec<Algorithm> {
    let tuak = |mac, res, key| {
        Algorithm::Tuak(Tuak {
            k: vec![7; key],
            topc: [9; 32],
            iterations: 1,
            lengths: TuakLengths {
                mac,
                res,
                ck: key,
                ik: key,
            },
        })
    };
    vec![
        Algorithm::Milenage(Milenage::new([1; 16], [2; 16])),
        tuak(8, 8, 16),
        tuak(32, 32, 32),
        Algorithm::Test(TestAlgorithm {
            k: [3; 16],
            res: 16,
        }),
    ]
}

fn card(algorithm: &Algorithm) -> (Credentials, SqnState) {
    let rules = SqnRules {
        judged: !matches!(algorithm, Algorithm::Test(_)),
        delta: Some(1 << 28),
        age_limit: None,
        initial: [0; 32],
    };
    let state = SqnState::new(&rules);
    let credentials = Credentials {
        algorithm: algorithm.clone(),
        limit: None,
        rules,
    };
    (credentials, state)
}

/// The fields of a successful answer.
fn fields(answer: &[u8]) -> Vec<Vec<u8>> {
    assert_eq!(answer[0], 0xDB);
    let mut rest = &answer[1..];
    let mut fields = Vec::new();
    while let Some((length, tail)) = rest.split_first() {
        let (value, tail) = tail.split_at(usize::from(*length));
        fields.push(value.to_vec());
        rest = tail;
    }
    fields
}

#[test]
fn a_fresh_challenge_is_answered_with_res_ck_and_ik() {
    for algorithm in algorithms() {
        let (credentials, mut state) = card(&algorithm);
        let network = Network { algorithm };
        let data = network.challenge(RAND, 32, AMF);
        let answer = authenticate(&credentials, &mut state, AKA, &data).unwrap();
        let keys = network.algorithm.f2345(RAND);
        assert_eq!(fields(&answer), [keys.res, keys.ck, keys.ik]);
    }
}

#[test]
fn kc_follows_where_gsm_access_is_available() {
    let algorithm = algorithms().remove(0);
    let (credentials, mut state) = card(&algorithm);
    let network = Network { algorithm };
    let context = AuthenticationContext::Aka { with_kc: true };
    let data = network.challenge(RAND, 32, AMF);
    let answer = authenticate(&credentials, &mut state, context, &data).unwrap();
    let keys = network.algorithm.f2345(RAND);
    let expected = kc(&keys.ck, &keys.ik);
    assert_eq!(fields(&answer)[3], expected);
    assert_eq!(answer.len(), 1 + 9 + 17 + 17 + 9);
}

#[test]
fn a_replayed_challenge_is_answered_with_auts() {
    for algorithm in algorithms() {
        if matches!(algorithm, Algorithm::Test(_)) {
            continue;
        }
        let (credentials, mut state) = card(&algorithm);
        let network = Network { algorithm };
        let mut run = |rand, sqn| {
            let data = network.challenge(rand, sqn, AMF);
            authenticate(&credentials, &mut state, AKA, &data).unwrap()
        };
        assert_eq!(run(RAND, (77 << 5) | 4)[0], 0xDB);
        let answer = run([0x42; 16], (77 << 5) | 4);
        let sqn = network.resynchronise([0x42; 16], &answer);
        assert_eq!(sqn, (77 << 5) | 4);
        assert_eq!(run(RAND, sqn + 1)[0], 0xDB, "another IND");
        assert_eq!(run(RAND, sqn + 32)[0], 0xDB);
    }
}

#[test]
fn a_jump_is_answered_with_auts() {
    let algorithm = algorithms().remove(0);
    let (credentials, mut state) = card(&algorithm);
    let network = Network { algorithm };
    let data = network.challenge(RAND, ((1 << 28) + 1) << 5, AMF);
    let answer = authenticate(&credentials, &mut state, AKA, &data).unwrap();
    assert_eq!(network.resynchronise(RAND, &answer), 31);
}

#[test]
fn a_wrong_mac_is_refused_and_changes_nothing() {
    for algorithm in algorithms() {
        let (credentials, mut state) = card(&algorithm);
        let network = Network { algorithm };
        let good = network.challenge(RAND, 32, AMF);
        let before = state.clone();
        for at in 18..good.len() {
            let mut data = good.clone();
            data[at] ^= 0x10;
            assert_eq!(
                authenticate(&credentials, &mut state, AKA, &data),
                Err(StatusWord::AUTHENTICATION_INCORRECT_MAC)
            );
        }
        assert_eq!(state, before);
    }
}

#[test]
fn the_test_algorithm_resynchronises_when_the_amf_says_so() {
    let algorithm = algorithms().pop().unwrap();
    let (credentials, mut state) = card(&algorithm);
    let network = Network { algorithm };
    let mut run = |sqn, amf| {
        let data = network.challenge(RAND, sqn, amf);
        authenticate(&credentials, &mut state, AKA, &data).unwrap()
    };
    assert_eq!(run(500, AMF)[0], 0xDB);
    assert_eq!(run(500, AMF)[0], 0xDB, "sequence numbers are not judged");
    let answer = run(600, [0xFF, 0xFF]);
    assert_eq!(network.resynchronise(RAND, &answer), 500);
    let milenage = algorithms().remove(0);
    assert!(!milenage.resynchronises([0xFF, 0xFF]));
}

#[test]
fn published_challenges_of_the_test_algorithm_are_answered() {
    for case in known::cases("xor_ts34108.json") {
        let algorithm = Algorithm::Test(TestAlgorithm {
            k: known::array(&case, "k"),
            res: 16,
        });
        let (credentials, mut state) = card(&algorithm);
        let mut data = vec![];
        push(&mut data, &known::bytes(&case, "rand"));
        push(&mut data, &known::bytes(&case, "autn"));
        let answer = authenticate(&credentials, &mut state, AKA, &data).unwrap();
        let expected = ["f2", "f3", "f4"].map(|member| known::bytes(&case, member));
        assert_eq!(fields(&answer), expected);
        let rand = known::array(&case, "rand");
        let resynch = Network { algorithm }.challenge(rand, 9, [0xFF, 0xFF]);
        let answer = authenticate(&credentials, &mut state, AKA, &resynch).unwrap();
        // SQN of set 2 is below the 31 that a card without history reports.
        if case["set"] == 1 {
            assert_eq!(answer[2..], known::bytes(&case, "auts"));
        }
    }
}

#[test]
fn gsm_context_gives_sres_and_kc() {
    for case in known::cases("gsm_milenage_ts55205.json") {
        let milenage = Milenage::new(known::array(&case, "k"), known::array(&case, "opc"));
        let (credentials, mut state) = card(&Algorithm::Milenage(milenage));
        let mut data = vec![];
        push(&mut data, &known::bytes(&case, "rand"));
        let context = AuthenticationContext::Gsm;
        let answer = authenticate(&credentials, &mut state, context, &data).unwrap();
        let mut expected = vec![];
        push(&mut expected, &known::bytes(&case, "sres1"));
        push(&mut expected, &known::bytes(&case, "kc"));
        assert_eq!(answer, expected, "{}", case["set"]);
    }
}

#[test]
fn the_profile_limits_how_often_the_algorithm_runs() {
    let algorithm = algorithms().remove(0);
    let (mut credentials, mut state) = card(&algorithm);
    credentials.limit = Some(2);
    let network = Network { algorithm };
    let mut run = |sqn| {
        let data = network.challenge(RAND, sqn, AMF);
        authenticate(&credentials, &mut state, AKA, &data)
    };
    assert!(run(32).is_ok());
    assert_eq!(run(32).unwrap()[0], 0xDC, "a failed synchronisation counts");
    assert_eq!(run(96), Err(StatusWord::CONDITIONS_NOT_SATISFIED));
    let gsm = AuthenticationContext::Gsm;
    let mut data = vec![16];
    data.extend(RAND);
    assert_eq!(
        authenticate(&credentials, &mut state, gsm, &data),
        Err(StatusWord::CONDITIONS_NOT_SATISFIED)
    );
}

#[test]
fn lengths_have_to_fit() {
    let algorithm = algorithms().remove(0);
    let (credentials, mut state) = card(&algorithm);
    let good = Network { algorithm }.challenge(RAND, 32, AMF);
    let gsm = AuthenticationContext::Gsm;
    let cut = |to: usize| good[..to].to_vec();
    let longer = [good.clone(), vec![0]].concat();
    let mut short_rand = good.clone();
    short_rand[0] = 15;
    let mut short_token = good.clone();
    short_token[17] = 15;
    for (context, data) in [
        (AKA, vec![]),
        (AKA, cut(1)),
        (AKA, cut(17)),
        (AKA, cut(33)),
        (AKA, longer),
        (AKA, short_rand),
        (AKA, short_token),
        (gsm, vec![]),
        (gsm, cut(16)),
        (gsm, good.clone()),
    ] {
        assert_eq!(
            authenticate(&credentials, &mut state, context, &data),
            Err(StatusWord::WRONG_LENGTH),
            "{}",
            hex::encode(data)
        );
    }
}

#[test]
fn p1_and_p2_choose_the_context() {
    let usim = |gsm_access, gsm_context| Application::Usim {
        gsm_access,
        gsm_context,
    };
    let aka = |with_kc| Ok(AuthenticationContext::Aka { with_kc });
    let wrong = Err(StatusWord::INCORRECT_P1_P2);
    let unsupported = Err(StatusWord::SECURITY_CONTEXT_NOT_SUPPORTED);
    for (p1, p2, application, expected) in [
        (0, 0x81, usim(false, false), aka(false)),
        (0, 0x81, usim(true, false), aka(true)),
        (0, 0x81, Application::Isim, aka(false)),
        (0, 0x80, usim(false, true), Ok(AuthenticationContext::Gsm)),
        (0, 0x80, usim(true, false), unsupported),
        (0, 0x80, Application::Isim, wrong),
        (0, 0x82, usim(true, true), unsupported),
        (0, 0x84, usim(true, true), unsupported),
        (0, 0x84, Application::Isim, unsupported),
        (0, 0x83, usim(true, true), wrong),
        (0, 0x01, usim(true, true), wrong),
        (0, 0x89, usim(true, true), wrong),
        (1, 0x81, usim(true, true), wrong),
    ] {
        let seen = AuthenticationContext::select(p1, p2, application);
        assert_eq!(seen, expected, "{p1:02X}{p2:02X} {application:?}");
    }
}

#[test]
fn services_count_from_one() {
    let mut table = [0; 5];
    table[3] = 0b0000_0100;
    let usim = |table: &[u8]| Application::usim(table);
    assert_eq!(
        usim(&table),
        Application::Usim {
            gsm_access: true,
            gsm_context: false
        }
    );
    table[4] = 0b0010_0000;
    assert_eq!(
        usim(&table),
        Application::Usim {
            gsm_access: true,
            gsm_context: true
        }
    );
    assert_eq!(
        usim(&[]),
        Application::Usim {
            gsm_access: false,
            gsm_context: false
        }
    );
    assert!(!service_available(&[0xFF; 16], 0));
    assert!(!service_available(&[0xFF; 16], 129));
}

proptest! {
    #[test]
    fn any_data_is_answered(data in proptest::collection::vec(any::<u8>(), 0..80), which in 0..4_usize, gsm: bool) {
        let algorithm = algorithms().remove(which);
        let (credentials, mut state) = card(&algorithm);
        let context = if gsm { AuthenticationContext::Gsm } else { AKA };
        let answer = authenticate(&credentials, &mut state, context, &data);
        if let Err(status) = answer {
            prop_assert!(matches!(status, StatusWord::WRONG_LENGTH | StatusWord::AUTHENTICATION_INCORRECT_MAC));
        }
    }

    #[test]
    fn every_fresh_number_is_accepted_and_never_again(sqns in proptest::collection::vec(0_u64..1 << 34, 1..60)) {
        let algorithm = algorithms().remove(0);
        let (credentials, mut state) = card(&algorithm);
        let network = Network { algorithm };
        for sqn in sqns {
            let data = network.challenge(RAND, sqn, AMF);
            let answer = authenticate(&credentials, &mut state, AKA, &data).unwrap();
            if answer[0] == 0xDC {
                let next = network.resynchronise(RAND, &answer) + 32;
                let data = network.challenge(RAND, next, AMF);
                prop_assert_eq!(authenticate(&credentials, &mut state, AKA, &data).unwrap()[0], 0xDB);
            }
            prop_assert_eq!(authenticate(&credentials, &mut state, AKA, &data).unwrap()[0], 0xDC);
        }
    }
}
