// SPDX-License-Identifier: MIT OR Apache-2.0
//! Faults in the answer to InitiateAuthentication: who the server is, and what it signs
//! (SGP.22 §5.6.1, §5.7.13, §5.8.1).

use certs::Role;
use rsp::asn1::Certificate;
use rsp::raw::Raw;
use rsp::sgp22::{InitiateAuthenticationOkEs9, ServerSigned1, TransactionId};

use super::{Act, Done, Fault, Hand, NotDone, Parameter};

type Answer = InitiateAuthenticationOkEs9;

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        name: "server-signature1-wrong",
        sentence: "serverSignature1 is over other bytes: AuthenticateServer answers \
                   invalidSignature(2) (SGP.22 §5.7.13)",
        parameter: Parameter::None,
        act: Act::Initiate(|hand, ok| {
            ok.server_signature1 = hand.key.sign(&reversed(ok.server_signed1.bytes())).into();
            Ok(())
        }),
    },
    Fault {
        name: "auth-certificate-of-another",
        sentence: "CERT.DPauth is the one of SM-DP+ 2, whose key did not sign: AuthenticateServer \
                   answers invalidSignature(2) (SGP.22 §5.7.13)",
        parameter: Parameter::None,
        act: Act::Initiate(|hand, ok| show(hand, ok, Role::Dp2Auth)),
    },
    Fault {
        name: "auth-oid-of-another",
        sentence: "SM-DP+ 2 shows its certificate and signs: whoever knows the OID of the server \
                   (SGP.22 §3.1.3), and PrepareDownload by invalidCertificate(1), notice",
        parameter: Parameter::None,
        act: Act::Initiate(|hand, ok| identity(hand, ok, Role::Dp2Auth)),
    },
    Fault {
        name: "auth-by-smds",
        sentence: "an SM-DS shows CERT.DSauth and signs where an SM-DP+ is expected: \
                   PrepareDownload finds no session with an SM-DP+ (SGP.22 §5.7.5, §5.7.13)",
        parameter: Parameter::None,
        act: Act::Initiate(|hand, ok| identity(hand, ok, Role::DsAuth)),
    },
    Fault {
        name: "auth-by-smdp",
        sentence: "an SM-DP+ shows CERT.DPauth and signs where an SM-DS is expected: the device \
                   compares the role (SGP.22 §3.6.2.1)",
        parameter: Parameter::None,
        act: Act::Initiate(|hand, ok| identity(hand, ok, Role::DpAuth)),
    },
    Fault {
        name: "auth-certificate-of-binding",
        sentence: "CERT.DPpb stands where CERT.DPauth is expected: AuthenticateServer answers \
                   invalidOid(5) (SGP.22 §5.7.13)",
        parameter: Parameter::None,
        act: Act::Initiate(|hand, ok| identity(hand, ok, Role::DpPb)),
    },
    Fault {
        name: "auth-certificate",
        sentence: "CERT.DPauth has the flaw of its SGP.26 name: AuthenticateServer answers \
                   invalidCertificate(1), unsupportedCurve(3), invalidOid(5) or ciPKUnknown(7) \
                   (SGP.22 §5.7.13)",
        parameter: Parameter::Certificate(Role::DpAuth),
        act: Act::Initiate(|hand, ok| {
            let invalid = hand.invalid(Role::DpAuth)?;
            ok.server_certificate = Certificate::from_der(invalid.credential.certificate);
            if ok.other_certs_in_chain.is_some() {
                let chain = invalid.chain.into_iter();
                ok.other_certs_in_chain = Some(chain.map(Certificate::from_der).collect());
            }
            Ok(())
        }),
    },
    Fault {
        name: "auth-certificate-garbled",
        sentence: "CERT.DPauth ends early inside its SEQUENCE: AuthenticateServer answers \
                   invalidCertificate(1) (SGP.22 §5.7.13)",
        parameter: Parameter::None,
        act: Act::Initiate(|_, ok| {
            ok.server_certificate = garbled(&ok.server_certificate);
            Ok(())
        }),
    },
    Fault {
        name: "ci-key-id-unknown",
        sentence: "euiccCiPKIdToBeUsed is in no list of the eUICC: AuthenticateServer answers \
                   ciPKUnknown(7) (SGP.22 §5.7.13)",
        parameter: Parameter::None,
        act: Act::Initiate(|_, ok| {
            let id = ok.euicc_ci_pk_id_to_be_used.take();
            let mut id = id.ok_or_else(|| NotDone::new("no euiccCiPKIdToBeUsed"))?;
            id.0.iter_mut().for_each(|octet| *octet = !*octet);
            ok.euicc_ci_pk_id_to_be_used = Some(id);
            Ok(())
        }),
    },
    Fault {
        name: "signed1-transaction-id",
        sentence: "serverSigned1 has another transactionId than the answer: the device compares \
                   the two (SGP.22 §3.0.1)",
        parameter: Parameter::None,
        act: Act::Initiate(|hand, ok| {
            let other = other_id(&ok.transaction_id);
            sign(hand, ok, |signed| signed.transaction_id = other)
        }),
    },
    Fault {
        name: "signed1-euicc-challenge",
        sentence: "serverSigned1 has another euiccChallenge than was sent: AuthenticateServer \
                   answers euiccChallengeMismatch(6) (SGP.22 §5.7.13)",
        parameter: Parameter::None,
        act: Act::Initiate(|hand, ok| {
            sign(hand, ok, |signed| {
                let octets = &mut signed.euicc_challenge.0;
                octets.iter_mut().for_each(|octet| *octet = !*octet);
            })
        }),
    },
    Fault {
        name: "signed1-server-address",
        sentence: "serverSigned1 has the address of another server: the device compares it with \
                   the one it asked (SGP.22 §3.0.1)",
        parameter: Parameter::Text {
            what: "ADDRESS",
            default: "smdp2.test.example",
        },
        act: Act::Initiate(|hand, ok| {
            let address = hand.parameter.clone();
            sign(hand, ok, |signed| signed.server_address = address)
        }),
    },
    Fault {
        name: "signed1-of-another-session",
        sentence: "serverSigned1 with its signature is the one of an earlier session: \
                   AuthenticateServer answers euiccChallengeMismatch(6) (SGP.22 §5.7.13)",
        parameter: Parameter::None,
        act: Act::Initiate(|hand, ok| {
            let other = other_id(&ok.transaction_id);
            let challenges: [[u8; 16]; 2] = [hand.env.array(), hand.env.array()];
            let [euicc, server] = challenges;
            sign(hand, ok, |signed| {
                signed.transaction_id = other;
                signed.euicc_challenge = euicc.into();
                signed.server_challenge = server.into();
            })
        }),
    },
];

/// Another transactionId of the same length.
pub(super) fn other_id(id: &TransactionId) -> TransactionId {
    let octets: Vec<u8> = id.iter().map(|octet| !*octet).collect();
    TransactionId::from(octets.as_slice())
}

/// The same bytes in another order.
pub(super) fn reversed(bytes: &[u8]) -> Vec<u8> {
    bytes.iter().rev().copied().collect()
}

/// A certificate whose last octets are missing, under a length that fits.
pub(super) fn garbled(certificate: &Certificate) -> Certificate {
    let content = rsp::tlv::Tlv::only(certificate.as_der()).map_or(&[][..], |tlv| tlv.value);
    let kept = content.get(..content.len() / 2).unwrap_or_default();
    Certificate::from_der(rsp::tlv::tlv(rsp::tlv::Tag::SEQUENCE, kept))
}

/// Shows the certificate of another role.
fn show(hand: &Hand<'_>, ok: &mut Answer, role: Role) -> Done {
    ok.server_certificate = Certificate::from_der(hand.credential(role)?.certificate);
    if ok.other_certs_in_chain.is_some() {
        ok.other_certs_in_chain = Some(hand.chain(role)?);
    }
    Ok(())
}

/// Shows the certificate of another role and signs with its key.
fn identity(hand: &Hand<'_>, ok: &mut Answer, role: Role) -> Done {
    let credential = hand.credential(role)?;
    ok.server_signature1 = credential.key.sign(ok.server_signed1.bytes()).into();
    show(hand, ok, role)
}

/// Changes serverSigned1 and signs it again.
fn sign(hand: &Hand<'_>, ok: &mut Answer, change: impl FnOnce(&mut ServerSigned1)) -> Done {
    let mut signed = ok.server_signed1.value().clone();
    change(&mut signed);
    ok.server_signed1 = Raw::new(signed).map_err(NotDone::new)?;
    ok.server_signature1 = hand.key.sign(ok.server_signed1.bytes()).into();
    Ok(())
}
