// SPDX-License-Identifier: MIT OR Apache-2.0
//! InitialiseSecureChannel (SGP.22 §5.5.1): from BF23 to the session keys; ReplaceSessionKeys
//! (SGP.22 §5.5.4).

use rsp::bsp::{Bsp, KEY_LENGTH, KEY_TYPE, SessionKeys};
use rsp::ecdsa::PublicKey;
use rsp::sgp22::{
    BppCommandId, ErrorReason, InitialiseSecureChannelRequest, RemoteOpId,
    ReplaceSessionKeysRequest,
};
use rsp::tlv::{Tag, Tlv};

use super::BppError;
use crate::session::Prepared;

const COMMAND: BppCommandId = BppCommandId::INITIALISE_SECURE_CHANNEL;

/// Tag of smdpSign.
const SIGNATURE: Tag = Tag::new(0x5F37);
/// Tag of an otPK.
const ONE_TIME_KEY: Tag = Tag::new(0x5F49);

/// Checks BF23 and derives the session keys.
pub(crate) fn initialise(
    tlv: &Tlv<'_>,
    prepared: &Prepared,
    eid: &[u8; 16],
) -> Result<Bsp, BppError> {
    let refuse = |reason| BppError::new(COMMAND, reason);
    let request: InitialiseSecureChannelRequest =
        rsp::der::decode(tlv.raw).map_err(|_| refuse(ErrorReason::INCORRECT_INPUT_VALUES))?;
    // verify smdpSign with PK.DPpb.ECDSA
    prepared
        .smdp_public_key
        .verify(&signed_content(tlv, prepared), &request.smdp_sign)
        .map_err(|_| refuse(ErrorReason::INVALID_SIGNATURE))?;
    // verify the type of operation
    if request.remote_op_id != RemoteOpId::INSTALL_BOUND_PROFILE_PACKAGE {
        return Err(refuse(ErrorReason::UNSUPPORTED_REMOTE_OPERATION_TYPE));
    }
    // verify that the transaction is the one of the session
    if *request.transaction_id != *prepared.authenticated.transaction_id {
        return Err(refuse(ErrorReason::INVALID_TRANSACTION_ID));
    }
    // verify that the control reference template names AES-128 keys
    let template = &request.control_ref_template;
    if *template.key_type != [KEY_TYPE] || *template.key_len != [KEY_LENGTH] {
        return Err(refuse(ErrorReason::UNSUPPORTED_CRT_VALUES));
    }
    let incorrect = || refuse(ErrorReason::INCORRECT_INPUT_VALUES);
    let key = &prepared.one_time_key;
    let smdp = PublicKey::from_point(key.curve(), &request.smdp_otpk).map_err(|_| incorrect())?;
    let shared = key.agree(&smdp).map_err(|_| incorrect())?;
    let keys = SessionKeys::derive(&shared, &template.host_id, eid).map_err(|_| incorrect())?;
    Ok(Bsp::new(&keys))
}

/// What smdpSign covers: the members before it as they came, then the otPK that the eUICC gave,
/// which BF23 does not carry.
fn signed_content(tlv: &Tlv<'_>, prepared: &Prepared) -> Vec<u8> {
    let mut content = Vec::new();
    for member in tlv.children().map_while(Result::ok) {
        if member.tag == SIGNATURE {
            break;
        }
        content.extend_from_slice(member.raw);
    }
    rsp::tlv::write(
        &mut content,
        ONE_TIME_KEY,
        &prepared.one_time_key.public_key().to_point(),
    );
    content
}

/// The profile protection keys of BF26.
pub(crate) fn replacement_keys(plain: &[u8]) -> Result<SessionKeys, BppError> {
    let incorrect = || {
        BppError::new(
            BppCommandId::REPLACE_SESSION_KEYS,
            ErrorReason::INCORRECT_INPUT_VALUES,
        )
    };
    let request: ReplaceSessionKeysRequest = rsp::der::decode(plain).map_err(|_| incorrect())?;
    Ok(SessionKeys {
        initial_mac_chaining_value: request
            .initial_mac_chaining_value
            .to_array()
            .ok_or_else(incorrect)?,
        enc: request.ppk_enc.to_array().ok_or_else(incorrect)?,
        mac: request.ppk_cmac.to_array().ok_or_else(incorrect)?,
    })
}
