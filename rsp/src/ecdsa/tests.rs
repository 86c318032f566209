// SPDX-License-Identifier: MIT OR Apache-2.0
//! Known answers of the signature algorithm and the outer forms of keys.

use super::*;
use crate::env::SeededEnv;
use crate::known;

/// n - s for both group orders: the other valid s of a signature.
fn with_other_s(curve: Curve, signature: &[u8; 64]) -> [u8; 64] {
    let order = match curve {
        Curve::NistP256 => "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551",
        Curve::BrainpoolP256r1 => {
            "a9fb57dba1eea9bc3e660a909d838d718c397aa3b561a6f7901e0e82974856a7"
        }
    };
    let order = hex::decode(order).unwrap();
    let mut out = *signature;
    let mut borrow = 0;
    for i in (0..32).rev() {
        let digit = i32::from(order[i]) - i32::from(signature[32 + i]) - borrow;
        borrow = i32::from(digit < 0);
        out[32 + i] = u8::try_from(digit.rem_euclid(256)).unwrap();
    }
    out
}

#[test]
fn signatures_are_those_of_rfc_6979() {
    let file = known::vectors("rfc6979_p256.json");
    let key = PrivateKey::from_scalar(Curve::NistP256, &known::array(&file, "private")).unwrap();
    assert_eq!(
        key.public_key().to_point().to_vec(),
        known::bytes(&file, "public")
    );
    for case in known::cases(&file) {
        let message = case["message"].as_str().unwrap().as_bytes();
        let expected = [known::bytes(case, "r"), known::bytes(case, "s")].concat();
        assert_eq!(key.sign(message).to_vec(), expected);
        key.public_key().verify(message, &expected).unwrap();
    }
}

#[test]
fn signatures_verify_and_repeat_on_both_curves() {
    for curve in Curve::ALL {
        let key = PrivateKey::generate(curve, &mut SeededEnv::new(1, "key"));
        let signature = key.sign(b"signed");
        assert_eq!(signature, key.sign(b"signed"));
        assert_eq!(key.public_key().verify(b"signed", &signature), Ok(()));
        assert_eq!(
            key.public_key().verify(b"Signed", &signature),
            Err(SignatureError::Mismatch)
        );
        for index in 0..64 {
            let mut broken = signature;
            broken[index] ^= 1;
            assert!(key.public_key().verify(b"signed", &broken).is_err());
        }
    }
}

#[test]
fn low_and_high_s_are_both_accepted() {
    for curve in Curve::ALL {
        let key = PrivateKey::generate(curve, &mut SeededEnv::new(2, "key"));
        let signature = key.sign(b"signed");
        let other = with_other_s(curve, &signature);
        assert_ne!(signature, other);
        assert_eq!(key.public_key().verify(b"signed", &other), Ok(()));
    }
}

#[test]
fn malformed_signatures_are_told_apart() {
    let key = PrivateKey::generate(Curve::NistP256, &mut SeededEnv::new(3, "key"));
    let public = key.public_key();
    assert_eq!(public.verify(b"x", &[]), Err(SignatureError::Length(0)));
    assert_eq!(
        public.verify(b"x", &[1; 63]),
        Err(SignatureError::Length(63))
    );
    assert_eq!(public.verify(b"x", &[0; 64]), Err(SignatureError::Range));
    assert_eq!(public.verify(b"x", &[0xFF; 64]), Err(SignatureError::Range));
    let der = key.sign_der(b"x");
    assert_eq!(
        public.verify(b"x", &der),
        Err(SignatureError::Length(der.len()))
    );
}

#[test]
fn der_signatures_survive_short_integers() {
    let key = PrivateKey::generate(Curve::BrainpoolP256r1, &mut SeededEnv::new(4, "key"));
    let mut lengths = std::collections::BTreeSet::new();
    for number in 0..300_u16 {
        let message = number.to_be_bytes();
        let der = key.sign_der(&message);
        lengths.insert(der.len());
        key.public_key().verify_der(&message, &der).unwrap();
    }
    assert!(
        lengths.len() > 2,
        "no short integer among 300 signatures: {lengths:?}"
    );
    assert_eq!(
        key.public_key().verify_der(b"x", &[0x30, 0x00]),
        Err(SignatureError::Der)
    );
}

#[test]
fn a_drawn_key_survives_a_stuck_random_source() {
    struct Stuck;
    impl Env for Stuck {
        fn fill(&mut self, out: &mut [u8]) {
            out.fill(0xFF);
        }
        fn now(&self) -> i64 {
            0
        }
    }
    for curve in Curve::ALL {
        assert_eq!(PrivateKey::generate(curve, &mut Stuck).curve(), curve);
    }
}

#[test]
fn scalars_out_of_range_are_no_keys() {
    for curve in Curve::ALL {
        for scalar in [[0; 32], [0xFF; 32]] {
            let error = PrivateKey::from_scalar(curve, &scalar).unwrap_err();
            assert_eq!(error, KeyError::Scalar(curve));
        }
    }
}

#[test]
fn points_are_read_compressed_and_uncompressed_only_on_their_curve() {
    for curve in Curve::ALL {
        let public = PrivateKey::generate(curve, &mut SeededEnv::new(5, "key"))
            .public_key()
            .clone();
        let point = public.to_point();
        assert_eq!(PublicKey::from_point(curve, &point).unwrap(), public);
        let mut compressed = point[..33].to_vec();
        compressed[0] = 2 + (point[64] & 1);
        assert_eq!(PublicKey::from_point(curve, &compressed).unwrap(), public);
        for bad in [&point[..64], &point[1..], &[0][..], &[][..], &[4; 65][..]] {
            assert!(PublicKey::from_point(curve, bad).is_err());
        }
        for other in Curve::ALL.into_iter().filter(|other| *other != curve) {
            assert!(PublicKey::from_point(other, &point).is_err());
        }
    }
}

#[test]
fn keys_pass_through_their_outer_forms() {
    for curve in Curve::ALL {
        let key = PrivateKey::generate(curve, &mut SeededEnv::new(6, "key"));
        let again = PrivateKey::from_pem(&key.to_pem().unwrap()).unwrap();
        assert_eq!(again.to_scalar(), key.to_scalar());
        let spki = key.public_key().to_spki();
        assert_eq!(PublicKey::from_spki(&spki).unwrap(), *key.public_key());
        assert!(PublicKey::from_spki(&spki[1..]).is_err());
    }
}

#[test]
fn other_curves_and_texts_are_named_in_the_error() {
    // The same structure with secp384r1.
    let mut spki = hex::decode("3076301006072a8648ce3d020106052b81040022036200").unwrap();
    spki.extend([4; 97]);
    let error = PublicKey::from_spki(&spki).unwrap_err();
    assert!(error.to_string().ends_with("curve 1.3.132.0.34"), "{error}");
    for text in [
        "",
        "-----BEGIN EC PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY-----\n!\n",
    ] {
        assert!(matches!(
            PrivateKey::from_pem(text),
            Err(KeyError::Structure { .. })
        ));
    }
}

#[test]
fn published_key_files_are_read() {
    let pairs = [
        (
            "DPauth/SK_S_SM_DPauth_ECDSA_NIST.pem",
            "DPauth/PK_S_SM_DPauth_ECDSA_NIST.pem",
        ),
        (
            "DPauth/SK_S_SM_DPauth_ECDSA_BRP.pem",
            "DPauth/PK_S_SM_DPauth_ECDSA_BRP.pem",
        ),
        (
            "DPpb/SK_S_SM_DP2pb_ECDSA_BRP.pem",
            "DPpb/PK_S_SM_DP2pb_ECDSA_BRP.pem",
        ),
        ("EUM/SK_EUM_ECDSA_NIST.pem", "EUM/PK_EUM_ECDSA_NIST.pem"),
        (
            "eUICC/SK_EUICC_ECDSA_BRP.pem",
            "eUICC/PK_EUICC_ECDSA_BRP.pem",
        ),
        (
            "eUICC/SK_EUICC_ECDSA_NIST.pem",
            "eUICC/PK_EUICC_ECDSA_NIST.pem",
        ),
    ];
    for (secret, public) in pairs {
        let (Some(secret), Some(public)) = (known::sgp26_text(secret), known::sgp26_text(public))
        else {
            return;
        };
        let private = PrivateKey::from_pem(&secret).unwrap();
        assert_eq!(*private.public_key(), PublicKey::from_pem(&public).unwrap());
        let body: String = public
            .lines()
            .filter(|line| !line.starts_with('-'))
            .collect();
        let spki = base64::Engine::decode(&base64::engine::general_purpose::STANDARD, body);
        assert_eq!(private.public_key().to_spki(), spki.unwrap());
    }
}
