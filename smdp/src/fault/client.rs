// SPDX-License-Identifier: MIT OR Apache-2.0
//! Faults in the answer to ES9+.AuthenticateClient: what PrepareDownload verifies, and what the
//! device shows and compares (SGP.22 §5.6.3, §5.7.5).

use certs::Role;
use rsp::asn1::Certificate;
use rsp::ecdsa::PrivateKey;
use rsp::raw::Raw;
use rsp::sgp22::{AuthenticateClientOk, PprIds, ProfileClass, SmdpSigned2, StoreMetadataRequest};
use rsp::tlv::{Tag, tlv};

use super::initiate::{garbled, other_id, reversed};
use super::{Act, Done, Fault, Hand, NotDone, Parameter};

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        name: "smdp-signature2-wrong",
        sentence: "smdpSignature2 is over other bytes: PrepareDownload answers \
                   invalidSignature(2) (SGP.22 §5.7.5)",
        parameter: Parameter::None,
        act: Act::Client(|hand, ok| {
            let signed = signed2(ok)?;
            ok.smdp_signature2 = Some(hand.key.sign(&reversed(signed.bytes())).into());
            Ok(())
        }),
    },
    Fault {
        name: "signed2-of-another-session",
        sentence: "smdpSigned2 and smdpSignature2 are those of another session: PrepareDownload \
                   answers invalidSignature(2), for euiccSignature1 is another (SGP.22 §5.7.5)",
        parameter: Parameter::None,
        act: Act::Client(|hand, ok| {
            let other = other_id(&ok.transaction_id);
            let euicc_signature1 = [hand.env.array::<32>(), hand.env.array::<32>()].concat();
            let key = hand.key;
            resign(ok, key, &euicc_signature1, |signed| {
                signed.transaction_id = other;
            })
        }),
    },
    Fault {
        name: "signed2-transaction-id",
        sentence: "smdpSigned2 has another transactionId: PrepareDownload answers \
                   invalidTransactionId(5) (SGP.22 §5.7.5)",
        parameter: Parameter::None,
        act: Act::Client(|hand, ok| {
            let other = other_id(&ok.transaction_id);
            sign(hand, ok, |signed| signed.transaction_id = other)
        }),
    },
    Fault {
        name: "pb-certificate-of-another",
        sentence: "CERT.DPpb is the one of SM-DP+ 2, whose key did not sign and whose OID is not \
                   that of CERT.DPauth: PrepareDownload answers invalidCertificate(1) \
                   (SGP.22 §5.7.5)",
        parameter: Parameter::None,
        act: Act::Client(|hand, ok| {
            let other = hand.credential(Role::Dp2Pb)?;
            ok.smdp_certificate = Some(Certificate::from_der(other.certificate));
            Ok(())
        }),
    },
    Fault {
        name: "pb-oid-of-another",
        sentence: "SM-DP+ 2 shows CERT.DPpb and signs after SM-DP+ 1 was authenticated: \
                   PrepareDownload answers invalidCertificate(1) (SGP.22 §5.7.5)",
        parameter: Parameter::None,
        act: Act::Client(|hand, ok| identity(hand, ok, Role::Dp2Pb)),
    },
    Fault {
        name: "pb-certificate-of-auth",
        sentence: "CERT.DPauth stands where CERT.DPpb is expected: PrepareDownload answers \
                   invalidCertificate(1) (SGP.22 §5.7.5)",
        parameter: Parameter::None,
        act: Act::Client(|hand, ok| identity(hand, ok, Role::DpAuth)),
    },
    Fault {
        name: "pb-certificate",
        sentence: "CERT.DPpb has the flaw of its SGP.26 name: PrepareDownload answers \
                   invalidCertificate(1) or unsupportedCurve(3) (SGP.22 §5.7.5)",
        parameter: Parameter::Certificate(Role::DpPb),
        act: Act::Client(|hand, ok| {
            let invalid = hand.invalid(Role::DpPb)?.credential;
            ok.smdp_certificate = Some(Certificate::from_der(invalid.certificate));
            Ok(())
        }),
    },
    Fault {
        name: "pb-certificate-garbled",
        sentence: "CERT.DPpb ends early inside its SEQUENCE: PrepareDownload answers \
                   invalidCertificate(1) (SGP.22 §5.7.5)",
        parameter: Parameter::None,
        act: Act::Client(|_, ok| {
            let (_, _, certificate) = ok
                .download_parts()
                .ok_or_else(|| NotDone::new("no smdpCertificate"))?;
            ok.smdp_certificate = Some(garbled(certificate));
            Ok(())
        }),
    },
    Fault {
        name: "cc-required-flipped",
        sentence: "ccRequiredFlag says the contrary: PrepareDownload without hashCc is refused, or \
                   the server misses it in the next step (SGP.22 §5.7.5, §5.6.2)",
        parameter: Parameter::None,
        act: Act::Client(|hand, ok| {
            sign(hand, ok, |signed| {
                signed.cc_required_flag = !signed.cc_required_flag;
            })
        }),
    },
    Fault {
        name: "bpp-euicc-otpk-bogus",
        sentence: "bppEuiccOtpk is a key that the eUICC never made: it makes a new one \
                   (SGP.22 §5.7.5)",
        parameter: Parameter::None,
        act: Act::Client(|hand, ok| {
            let key = PrivateKey::generate(hand.key.curve(), hand.env);
            let point = key.public_key().to_point();
            sign(hand, ok, |signed| {
                signed.bpp_euicc_otpk = Some(point.into());
            })
        }),
    },
    Fault {
        name: "bpp-euicc-otpk-malformed",
        sentence: "bppEuiccOtpk is no point of the curve: the eUICC makes a new key \
                   (SGP.22 §5.7.5)",
        parameter: Parameter::None,
        act: Act::Client(|hand, ok| {
            sign(hand, ok, |signed| {
                signed.bpp_euicc_otpk = Some([0x04; 65].into());
            })
        }),
    },
    Fault {
        name: "shown-metadata",
        sentence: "profileMetadata is not what the bound profile package carries: the device \
                   compares and cancels with metadataMismatch(4) (SGP.22 §3.1.3.2, §5.7.14)",
        parameter: Parameter::Choice(&["name", "iccid", "ppr", "class"]),
        act: Act::Client(|hand, ok| {
            let metadata = ok.profile_meta_data.as_mut();
            let metadata = metadata.ok_or_else(|| NotDone::new("no profileMetadata"))?;
            change(metadata, &hand.parameter);
            Ok(())
        }),
    },
];

/// Changes one member of the metadata, the one that is named.
pub(super) fn change(metadata: &mut StoreMetadataRequest, member: &str) {
    match member {
        "iccid" => {
            if let Some(last) = metadata.iccid.0.last_mut() {
                *last = last.wrapping_add(0x10) & 0x9F;
            }
        }
        "ppr" => {
            let rules = metadata.profile_policy_rules.take().unwrap_or_default();
            metadata.profile_policy_rules = Some(rules.with(PprIds::PPR1));
        }
        "class" => {
            let other = match metadata.profile_class {
                Some(ProfileClass::TEST) => ProfileClass::OPERATIONAL,
                _ => ProfileClass::TEST,
            };
            metadata.profile_class = Some(other);
        }
        _ => metadata.profile_name = "Another profile".to_owned(),
    }
}

fn signed2(ok: &AuthenticateClientOk) -> Result<Raw<SmdpSigned2>, NotDone> {
    let parts = ok.download_parts();
    let (signed, ..) = parts.ok_or_else(|| NotDone::new("no smdpSigned2"))?;
    Ok(signed.clone())
}

/// Changes smdpSigned2 and signs it again together with euiccSignature1.
fn sign(
    hand: &Hand<'_>,
    ok: &mut AuthenticateClientOk,
    change: impl FnOnce(&mut SmdpSigned2),
) -> Done {
    resign(ok, hand.key, euicc_signature1(hand)?, change)
}

fn euicc_signature1<'a>(hand: &Hand<'a>) -> Result<&'a [u8], NotDone> {
    let signature = hand.euicc_signature1;
    signature.ok_or_else(|| NotDone::new("no euiccSignature1"))
}

fn resign(
    ok: &mut AuthenticateClientOk,
    key: &PrivateKey,
    euicc_signature1: &[u8],
    change: impl FnOnce(&mut SmdpSigned2),
) -> Done {
    let mut signed = signed2(ok)?.into_value();
    change(&mut signed);
    let signed = Raw::new(signed).map_err(NotDone::new)?;
    ok.smdp_signature2 = Some(key.sign(&covered(&signed, euicc_signature1)).into());
    ok.smdp_signed2 = Some(signed);
    Ok(())
}

/// What smdpSignature2 covers.
fn covered(signed: &Raw<SmdpSigned2>, euicc_signature1: &[u8]) -> Vec<u8> {
    let mut covered = signed.bytes().to_vec();
    covered.extend(tlv(Tag::new(0x5F37), euicc_signature1));
    covered
}

/// Shows the certificate of another role and signs with its key.
fn identity(hand: &Hand<'_>, ok: &mut AuthenticateClientOk, role: Role) -> Done {
    let credential = hand.credential(role)?;
    let message = covered(&signed2(ok)?, euicc_signature1(hand)?);
    ok.smdp_signature2 = Some(credential.key.sign(&message).into());
    ok.smdp_certificate = Some(Certificate::from_der(credential.certificate));
    Ok(())
}
