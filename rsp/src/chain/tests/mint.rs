// SPDX-License-Identifier: MIT OR Apache-2.0
//! Makes certificates byte by byte, so that a test can make exactly one thing wrong.

use super::super::{Role, Variant};
use crate::ecdsa::{Curve, PrivateKey, PublicKey};
use crate::env::SeededEnv;

pub(super) const EID: &str = "89049032123451234512345678901235";
pub(super) const NOT_BEFORE: i64 = 1_735_689_600; // 250101000000Z
pub(super) const NOT_AFTER: i64 = 2_051_222_400; // 350101000000Z

/// Someone who holds a key.
pub(super) struct Entity {
    pub(super) name: Vec<u8>,
    pub(super) key: PrivateKey,
    pub(super) key_id: Vec<u8>,
}

impl Entity {
    pub(super) fn new(label: &str, organization: &str) -> Self {
        Self::on(Curve::NistP256, label, organization)
    }

    pub(super) fn on(curve: Curve, label: &str, organization: &str) -> Self {
        let key = PrivateKey::generate(curve, &mut SeededEnv::new(9, label));
        let name = [attribute(10, organization), attribute(3, label)].concat();
        let key_id = key.public_key().to_point()[1..21].to_vec();
        Self { name, key, key_id }
    }

    pub(super) fn euicc(label: &str, organization: &str, eid: &str) -> Self {
        let mut entity = Self::new(label, organization);
        entity.name = [attribute(10, organization), attribute(5, eid)].concat();
        entity
    }
}

/// What a certificate is made of.
pub(super) struct Recipe {
    pub(super) issuer: Vec<u8>,
    pub(super) subject: Vec<u8>,
    pub(super) spki: Vec<u8>,
    pub(super) algorithm: Vec<u8>,
    pub(super) not_after: &'static str,
    pub(super) extensions: Vec<(Vec<u8>, bool, Vec<u8>)>,
}

impl Recipe {
    /// Replaces an extension, adds one, or removes it when `value` is nothing.
    pub(super) fn extension(&mut self, id: &[u8], critical: bool, value: Option<Vec<u8>>) {
        self.extensions.retain(|(known, _, _)| known != id);
        self.extensions
            .extend(value.map(|value| (id.to_vec(), critical, value)));
    }
}

pub(super) const SUBJECT_KEY_ID: &[u8] = &[0x55, 0x1D, 0x0E];
pub(super) const KEY_USAGE: &[u8] = &[0x55, 0x1D, 0x0F];
pub(super) const SUBJECT_ALT_NAME: &[u8] = &[0x55, 0x1D, 0x11];
pub(super) const BASIC_CONSTRAINTS: &[u8] = &[0x55, 0x1D, 0x13];
pub(super) const NAME_CONSTRAINTS: &[u8] = &[0x55, 0x1D, 0x1E];
pub(super) const POLICIES: &[u8] = &[0x55, 0x1D, 0x20];
pub(super) const AUTHORITY_KEY_ID: &[u8] = &[0x55, 0x1D, 0x23];
pub(super) const EXTENDED_KEY_USAGE: &[u8] = &[0x55, 0x1D, 0x25];
pub(super) const PERMITTED_EINS: &[u8] = &[0x67, 0x81, 0x12, 0x01, 0x02, 0x02, 0x00];

pub(super) fn tlv(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len()).unwrap().to_be_bytes();
    let header = match length {
        [0, short @ 0..=0x7F] => vec![tag, short],
        [0, medium] => vec![tag, 0x81, medium],
        [high, low] => vec![tag, 0x82, high, low],
    };
    [header, content.to_vec()].concat()
}

pub(super) fn seq(parts: &[Vec<u8>]) -> Vec<u8> {
    tlv(0x30, &parts.concat())
}

fn attribute(last_arc: u8, text: &str) -> Vec<u8> {
    tlv(
        0x31,
        &seq(&[
            vec![0x06, 0x03, 0x55, 0x04, last_arc],
            tlv(0x0C, text.as_bytes()),
        ]),
    )
}

/// A directoryName subtree with organisation and, when given, a serialNumber.
pub(super) fn name_constraints(part: u8, organization: &str, serial: Option<&str>) -> Vec<u8> {
    let serial = serial
        .map(|serial| attribute(5, serial))
        .unwrap_or_default();
    let name = seq(&[attribute(10, organization), serial]);
    seq(&[tlv(part, &seq(&[tlv(0xA4, &name)]))])
}

pub(super) fn policies(oid: &[u8]) -> Vec<u8> {
    seq(&[seq(&[tlv(0x06, oid)])])
}

pub(super) fn registered_id() -> Vec<u8> {
    tlv(0x88, &[0x88, 0x37, 0x0A])
}

/// A certificate of `role`, as its variant wants it, after `edit`.
pub(super) fn issue(
    role: Role,
    variant: Variant,
    subject: &Entity,
    issuer: &Entity,
    edit: impl FnOnce(&mut Recipe),
) -> Vec<u8> {
    let mut recipe = Recipe {
        issuer: issuer.name.clone(),
        subject: subject.name.clone(),
        spki: subject.key.public_key().to_spki(),
        algorithm: vec![0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03, 0x02],
        not_after: "350101000000Z",
        extensions: extensions(role, variant, subject, issuer),
    };
    edit(&mut recipe);
    sign(&recipe, &issuer.key)
}

fn extensions(
    role: Role,
    variant: Variant,
    subject: &Entity,
    issuer: &Entity,
) -> Vec<(Vec<u8>, bool, Vec<u8>)> {
    let usage = if role.is_ca() {
        [0x03, 0x02, 0x02, 0x04]
    } else {
        [0x03, 0x02, 0x07, 0x80]
    };
    let mut out = vec![
        (
            AUTHORITY_KEY_ID.to_vec(),
            false,
            seq(&[tlv(0x80, &issuer.key_id)]),
        ),
        (SUBJECT_KEY_ID.to_vec(), false, tlv(0x04, &subject.key_id)),
        (KEY_USAGE.to_vec(), true, usage.to_vec()),
    ];
    if let Some(policy) = role.policy(variant) {
        out.push((POLICIES.to_vec(), true, policies(policy.as_bytes())));
    }
    if role.is_ca() {
        let mut constraints = vec![vec![0x01, 0x01, 0xFF]];
        if role == Role::Eum {
            let below = u8::from(variant == Variant::V3);
            constraints.push(vec![0x02, 0x01, below]);
        }
        out.push((BASIC_CONSTRAINTS.to_vec(), true, seq(&constraints)));
    }
    if role.has_registered_id() {
        let host = tlv(0x82, b"smdp.example.com");
        let names = if role.is_tls() {
            vec![host, registered_id()]
        } else {
            vec![registered_id()]
        };
        out.push((SUBJECT_ALT_NAME.to_vec(), false, seq(&names)));
    }
    if role.is_tls() {
        let purpose = tlv(0x06, &[0x2B, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x01]);
        out.push((EXTENDED_KEY_USAGE.to_vec(), true, seq(&[purpose])));
    }
    if role == Role::Eum {
        let serial = (variant == Variant::O).then_some("89049032");
        out.push((
            NAME_CONSTRAINTS.to_vec(),
            true,
            name_constraints(0xA0, "EUM", serial),
        ));
        if variant == Variant::V3 {
            let eins = seq(&[tlv(0x13, b"89033023"), tlv(0x13, b"89049032")]);
            out.push((PERMITTED_EINS.to_vec(), false, eins));
        }
    }
    out
}

fn sign(recipe: &Recipe, key: &PrivateKey) -> Vec<u8> {
    let extensions: Vec<Vec<u8>> = recipe
        .extensions
        .iter()
        .map(|(id, critical, value)| {
            let critical = if *critical {
                vec![0x01, 0x01, 0xFF]
            } else {
                vec![]
            };
            seq(&[tlv(0x06, id), critical, tlv(0x04, value)])
        })
        .collect();
    let algorithm = seq(&[tlv(0x06, &recipe.algorithm)]);
    let validity = seq(&[
        tlv(0x17, b"250101000000Z"),
        tlv(0x17, recipe.not_after.as_bytes()),
    ]);
    let tbs = seq(&[
        tlv(0xA0, &[0x02, 0x01, 0x02]),
        vec![0x02, 0x01, 0x07],
        algorithm.clone(),
        tlv(0x30, &recipe.issuer),
        validity,
        tlv(0x30, &recipe.subject),
        recipe.spki.clone(),
        tlv(0xA3, &seq(&extensions)),
    ]);
    let signature = [vec![0], key.sign_der(&tbs)].concat();
    seq(&[tbs, algorithm, tlv(0x03, &signature)])
}

/// A SubjectPublicKeyInfo on secp384r1.
pub(super) fn other_curve() -> Vec<u8> {
    let mut spki = hex::decode("3076301006072a8648ce3d020106052b81040022036200").unwrap();
    spki.extend([4; 97]);
    spki
}

pub(super) fn brainpool() -> Vec<u8> {
    let key = PrivateKey::generate(Curve::BrainpoolP256r1, &mut SeededEnv::new(9, "b"));
    PublicKey::to_spki(key.public_key())
}
