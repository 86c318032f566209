// SPDX-License-Identifier: MIT OR Apache-2.0
//! Signatures that the harness makes: of messages that the case says, and again after a change.

use rsp::association::token_tlv;
use rsp::ecdsa::{Curve, PrivateKey};
use rsp::tlv::Tag;
use serde_json::Value;

use super::{MakeError, decode, node, set};
use crate::case::{Resign, Signer};

/// The keys with which a message can be signed again.
#[derive(Clone, Default)]
pub struct Keyring {
    /// DPauth.
    pub dp_auth: Option<PrivateKey>,
    /// DPpb.
    pub dp_pb: Option<PrivateKey>,
    /// The card.
    pub euicc: Option<PrivateKey>,
    /// Signing keys of eIMs by `eimId`, each with the association token that the card gave it.
    pub eims: Vec<EimKey>,
}

impl Keyring {
    /// The same ring with a key that nobody knows for the card.
    #[must_use]
    pub fn of_another_card(&self) -> Self {
        Self {
            euicc: nobody(),
            ..self.clone()
        }
    }
}

/// A key that nobody knows.
fn nobody() -> Option<PrivateKey> {
    PrivateKey::from_scalar(Curve::NistP256, &[0x5A; 32]).ok()
}

/// How an eIM signs.
#[derive(Clone)]
pub struct EimKey {
    /// `eimId`.
    pub eim_id: String,
    /// The key.
    pub key: PrivateKey,
    /// The association token, when the card gave one.
    pub association_token: Option<i64>,
}

/// Makes a signature of a message again.
///
/// `signature1` is `euiccSignature1` of the session, which `smdpSignature2` covers too.
///
/// # Errors
/// [`MakeError`] when the message has no such signature or there is no key.
pub fn resign(
    type_name: &str,
    raw: &[u8],
    what: Resign,
    keys: &Keyring,
    signature1: Option<&[u8]>,
) -> Result<Vec<u8>, MakeError> {
    let eim = |member: &str| {
        let tree = decode(type_name, raw, member)?;
        let eim_id = node(&tree, &format!("{member}.eimId"))?.contents().to_vec();
        let eim = keys.eims.iter().find(|it| it.eim_id.as_bytes() == eim_id);
        eim.ok_or(MakeError::NoKey("this eimId"))
    };
    let dp = (&keys.dp_auth, "DPauth");
    let card = (&keys.euicc, "the eUICC");
    let ((key, owner), signed, signature, tail) = match what {
        Resign::ServerSignature1 => (dp, "serverSigned1", "serverSignature1", Vec::new()),
        Resign::SmdpSignature2 => {
            let signature1 = signature1.ok_or(MakeError::NoKey("euiccSignature1"))?;
            let tail = rsp::tlv::tlv(Tag::new(0x5F37), signature1);
            let pb = (&keys.dp_pb, "DPpb");
            (pb, "smdpSigned2", "smdpSignature2", tail)
        }
        Resign::EimSignature => return sign_package(type_name, raw, eim("euiccPackageSigned")?),
        Resign::EuiccSignature1 => (card, "euiccSigned1", "euiccSignature1", Vec::new()),
        Resign::EuiccCancelSessionSignature => {
            let (signed, signature) = ("euiccCancelSessionSigned", "euiccCancelSessionSignature");
            (card, signed, signature, Vec::new())
        }
        Resign::EuiccNotificationSignature => {
            let (signed, signature) = ("tbsOtherNotification", "euiccNotificationSignature");
            (card, signed, signature, Vec::new())
        }
        Resign::EuiccSignPir => {
            let signed = "profileInstallationResultData";
            (card, signed, "euiccSignPIR", Vec::new())
        }
        Resign::EuiccSignEpr => {
            let signed = "euiccPackageResultDataSigned";
            let tail = token_tlv(eim(signed)?.association_token);
            (card, signed, "euiccSignEPR", tail)
        }
        Resign::EuiccSignEpe => {
            let signed = "euiccPackageErrorDataSigned";
            let tail = token_tlv(eim(signed)?.association_token);
            (card, signed, "euiccSignEPE", tail)
        }
    };
    let key = key.as_ref().ok_or(MakeError::NoKey(owner))?;
    sign_over(type_name, raw, signed, signature, key, &tail)
}

/// Signs the eUICC package in a message of the eIM: over `euiccPackageSigned` and the association
/// token, `84 01 00` when there is none (SGP.32 §2.11.1.1).
///
/// # Errors
/// [`MakeError`] when there is no package in the message.
pub fn sign_package(type_name: &str, raw: &[u8], eim: &EimKey) -> Result<Vec<u8>, MakeError> {
    let token = token_tlv(eim.association_token);
    sign_over(
        type_name,
        raw,
        "euiccPackageSigned",
        "eimSignature",
        &eim.key,
        &token,
    )
}

/// Signs the eUICC package in a message by the key of `signer`; the association token is that of
/// the eIM which the package names, so that another signer is wrong in nothing but the key.
///
/// # Errors
/// [`MakeError`] when there is no package in the message, or no such key.
pub fn sign_as(
    type_name: &str,
    raw: &[u8],
    signer: Signer,
    keys: &Keyring,
) -> Result<Vec<u8>, MakeError> {
    let by_id = |id: &[u8]| keys.eims.iter().find(|eim| eim.eim_id.as_bytes() == id);
    let key = match signer {
        Signer::Eim1 => by_id(b"eim1.test.example").map(|eim| eim.key.clone()),
        Signer::Eim2 => by_id(b"eim2.test.example").map(|eim| eim.key.clone()),
        Signer::Wrong => nobody(),
    };
    let key = key.ok_or(MakeError::NoKey("this eIM"))?;
    let tree = decode(type_name, raw, "euiccPackageSigned")?;
    let eim_id = node(&tree, "euiccPackageSigned.eimId")?.contents().to_vec();
    let association_token = by_id(&eim_id).and_then(|eim| eim.association_token);
    let eim_id = String::from_utf8_lossy(&eim_id).into_owned();
    let eim = EimKey {
        eim_id,
        key,
        association_token,
    };
    sign_package(type_name, raw, &eim)
}

fn sign_over(
    type_name: &str,
    raw: &[u8],
    signed: &str,
    signature: &str,
    key: &PrivateKey,
    tail: &[u8],
) -> Result<Vec<u8>, MakeError> {
    let tree = decode(type_name, raw, signed)?;
    let mut input = node(&tree, signed)?.raw().to_vec();
    input.extend_from_slice(tail);
    let made = hex::encode(key.sign(&input));
    set(type_name, raw, signature, Some(&Value::String(made)))
}
