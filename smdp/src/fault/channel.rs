// SPDX-License-Identifier: MIT OR Apache-2.0
//! Faults in InitialiseSecureChannel (SGP.22 §5.5.1): what `smdpSign` covers, and the key agreement.

use rsp::der;
use rsp::ecdsa::PrivateKey;
use rsp::sgp22::{InitialiseSecureChannelRequest, RemoteOpId};
use rsp::tlv::{Tag, Tlv, tlv};

use super::initiate::{other_id, reversed};
use super::package::channel;
use super::{Act, Done, Fault, Hand, NotDone, Package, Parameter};

type Request = InitialiseSecureChannelRequest;

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        name: "smdp-sign-wrong",
        sentence: "smdpSign is over other bytes: the result is initialiseSecureChannel, \
                   invalidSignature(2) (SGP.22 §5.5.1, §2.5.6)",
        parameter: Parameter::None,
        act: Act::Package(|hand, package| {
            let mut request = request(package)?;
            let message = reversed(&covered(&request, &channel(hand)?.euicc_otpk)?);
            request.smdp_sign = hand.key.sign(&message).into();
            put(package, &request)
        }),
    },
    Fault {
        name: "channel-transaction-id",
        sentence: "BF23 has another transactionId: the result is initialiseSecureChannel, \
                   invalidTransactionId(3) (SGP.22 §5.5.1, §2.5.6)",
        parameter: Parameter::None,
        act: Act::Package(|hand, package| {
            sign(hand, package, |request| {
                request.transaction_id = other_id(&request.transaction_id);
            })
        }),
    },
    Fault {
        name: "channel-remote-operation",
        sentence: "remoteOpId is not installBoundProfilePackage: the result is \
                   initialiseSecureChannel, unsupportedRemoteOperationType(5) (SGP.22 §5.5.1, \
                   §2.5.6)",
        parameter: Parameter::None,
        act: Act::Package(|hand, package| {
            sign(hand, package, |request| {
                request.remote_op_id = RemoteOpId(2)
            })
        }),
    },
    Fault {
        name: "channel-key-type",
        sentence: "the control reference template names another key type than AES: the result is \
                   initialiseSecureChannel, unsupportedCrtValues(4) (SGP.22 §5.5.1, §2.5.6)",
        parameter: Parameter::None,
        act: Act::Package(|hand, package| {
            sign(hand, package, |request| {
                request.control_ref_template.key_type = [0x80].into();
            })
        }),
    },
    Fault {
        name: "channel-key-length",
        sentence: "the control reference template names keys of 32 octets: the result is \
                   initialiseSecureChannel, unsupportedCrtValues(4) (SGP.22 §5.5.1, §2.5.6)",
        parameter: Parameter::None,
        act: Act::Package(|hand, package| {
            sign(hand, package, |request| {
                request.control_ref_template.key_len = [0x20].into();
            })
        }),
    },
    Fault {
        name: "channel-host-id",
        sentence: "hostId is not the one that the keys are derived with: the first MAC fails, \
                   configureISDP, scp03tSecurityError(8) (SGP.22 Annex G, §2.5.6)",
        parameter: Parameter::None,
        act: Act::Package(|hand, package| {
            sign(hand, package, |request| {
                request.control_ref_template.host_id = b"another".as_slice().into();
            })
        }),
    },
    Fault {
        name: "channel-key-agreement",
        sentence: "otPK.DP.ECKA is not the one that the keys are agreed with: the first MAC fails, \
                   configureISDP, scp03tSecurityError(8) (SGP.22 §5.5.1, §2.5.6)",
        parameter: Parameter::None,
        act: Act::Package(|hand, package| {
            let other = PrivateKey::generate(hand.key.curve(), hand.env);
            sign(hand, package, |request| {
                request.smdp_otpk = other.public_key().to_point().into();
            })
        }),
    },
    Fault {
        name: "channel-key-off-curve",
        sentence: "otPK.DP.ECKA is no point of the curve: the result is initialiseSecureChannel, \
                   incorrectInputValues(1) (SGP.22 §5.5.1, §2.5.6)",
        parameter: Parameter::None,
        act: Act::Package(|hand, package| {
            sign(hand, package, |request| {
                request.smdp_otpk = [0x04; 65].into();
            })
        }),
    },
    Fault {
        name: "channel-euicc-key-not-signed",
        sentence: "smdpSign covers another otPK.EUICC.ECKA, as of a package bound to another \
                   eUICC: initialiseSecureChannel, invalidSignature(2) (SGP.22 §5.5.1, §2.5.6)",
        parameter: Parameter::None,
        act: Act::Package(|hand, package| {
            let other = PrivateKey::generate(hand.key.curve(), hand.env);
            let mut request = request(package)?;
            let message = covered(&request, &other.public_key().to_point())?;
            request.smdp_sign = hand.key.sign(&message).into();
            put(package, &request)
        }),
    },
];

fn request(package: &Package) -> Result<Request, NotDone> {
    der::decode(&package.channel).map_err(NotDone::new)
}

fn put(package: &mut Package, request: &Request) -> Done {
    package.channel = der::encode(request).map_err(NotDone::new)?;
    Ok(())
}

/// Changes the request and signs it again.
fn sign(hand: &Hand<'_>, package: &mut Package, change: impl FnOnce(&mut Request)) -> Done {
    let mut request = request(package)?;
    change(&mut request);
    let message = covered(&request, &channel(hand)?.euicc_otpk)?;
    request.smdp_sign = hand.key.sign(&message).into();
    put(package, &request)
}

/// What `smdpSign` covers: the members before it, and the eUICC's one-time key, which the message
/// does not have.
fn covered(request: &Request, euicc_otpk: &[u8]) -> Result<Vec<u8>, NotDone> {
    let encoded = der::encode(request).map_err(NotDone::new)?;
    let whole = Tlv::only(&encoded).map_err(NotDone::new)?;
    let members = whole.children().map_while(Result::ok);
    let before = members.take_while(|member| member.tag != Tag::new(0x5F37));
    let mut covered: Vec<u8> = before.flat_map(|member| member.raw.to_vec()).collect();
    covered.extend(tlv(Tag::new(0x5F49), euicc_otpk));
    Ok(covered)
}
