// SPDX-License-Identifier: MIT OR Apache-2.0
//! Profile state management operations (SGP.32 §2.11.1.1.3).

use rsp::raw::Additions;
use rsp::sgp22::Iccid;
use rsp::sgp32::{
    ConfigureImmediateEnableResult, DeleteProfileResult, DisableProfileResult, EnableProfileResult,
    EuiccResultData, Psmo, PsmoConfigureImmediateEnable, PsmoEnable, SetFallbackAttributeResult,
    Sgp32ProfileInfoListResponse, Sgp32SetDefaultDpAddressResponse,
    Sgp32SetDefaultDpAddressResponseSetDefaultDpAddressResult, UnsetFallbackAttributeResult,
};
use rsp::tlv::{Tag, Tlv};

use super::run::{Outcome, Run};
use crate::context::{Context, Fault};
use crate::dialect;
use crate::es10a;
use crate::es10b::immediate::{self, Unconfigurable};
use crate::es10c::info;
use crate::es10c::switch::{self, Refused, Which};
use crate::state::State;

/// Tag of listProfileInfo.
const LIST_PROFILE_INFO: Tag = Tag::new(0xBF2D);

/// Executes one PSMO; nothing when the card does not know it or cannot read it.
pub(crate) fn execute(
    card: &mut Context<'_>,
    run: &mut Run,
    command: Tlv<'_>,
) -> Result<Option<Outcome>, Fault> {
    // a filter that cannot be decoded has a result of its own
    if command.tag == LIST_PROFILE_INFO {
        return list_profile_info(card, command.raw).map(Some);
    }
    let Some(psmo) = dialect::psmo(card.keys(), command.raw).filter(is_whole) else {
        return Ok(None);
    };
    let executed = match psmo {
        Psmo::ListProfileInfo(_) => return Ok(None),
        Psmo::Enable(command) => {
            let code = enable(card, run, &command)?;
            let succeeded = code == EnableProfileResult::OK;
            outcome(EuiccResultData::EnableResult(code), succeeded)
        }
        Psmo::Disable(command) => {
            let code = disable(card, run, &command.iccid)?;
            let succeeded = code == DisableProfileResult::OK;
            outcome(EuiccResultData::DisableResult(code), succeeded)
        }
        Psmo::Delete(command) => {
            let code = delete(card, run, &command.iccid)?;
            let succeeded = code == DeleteProfileResult::OK;
            outcome(EuiccResultData::DeleteResult(code), succeeded)
        }
        Psmo::GetRat(_) => {
            let rat = es10a::rules_authorisation_table(&card.state);
            outcome(EuiccResultData::GetRatResult(rat), true)
        }
        Psmo::ConfigureImmediateEnable(command) => {
            let code = configure_immediate_enable(card, command);
            let succeeded = code == ConfigureImmediateEnableResult::OK;
            let result = EuiccResultData::ConfigureImmediateEnableResult(code);
            outcome(result, succeeded)
        }
        Psmo::SetFallbackAttribute(command) => {
            let code = set_fallback_attribute(card, &command.iccid);
            let succeeded = code == SetFallbackAttributeResult::OK;
            outcome(EuiccResultData::SetFallbackAttributeResult(code), succeeded)
        }
        Psmo::UnsetFallbackAttribute(_) => {
            let code = unset_fallback_attribute(card);
            let succeeded = code == UnsetFallbackAttributeResult::OK;
            let result = EuiccResultData::UnsetFallbackAttributeResult(code);
            outcome(result, succeeded)
        }
        Psmo::SetDefaultDpAddress(command) => {
            set_default_dp_address(&mut card.state, command.default_dp_address)
        }
    };
    Ok(Some(executed))
}

fn outcome(result: EuiccResultData, succeeded: bool) -> Outcome {
    Outcome { result, succeeded }
}

/// True for a command without members that this card does not know: what they would change cannot
/// be told, and tags of eCOs must not pass for them.
fn is_whole(psmo: &Psmo) -> bool {
    let (iccid, additions) = match psmo {
        Psmo::Enable(command) => (Some(&command.iccid), &command.additions),
        Psmo::Disable(command) => (Some(&command.iccid), &command.additions),
        Psmo::Delete(command) => (Some(&command.iccid), &command.additions),
        Psmo::SetFallbackAttribute(command) => (Some(&command.iccid), &command.additions),
        Psmo::ListProfileInfo(command) => (None, &command.additions),
        Psmo::GetRat(command) => (None, &command.additions),
        Psmo::ConfigureImmediateEnable(command) => (None, &command.additions),
        Psmo::UnsetFallbackAttribute(command) => (None, &command.additions),
        Psmo::SetDefaultDpAddress(command) => (None, &command.additions),
    };
    additions.is_empty() && iccid.is_none_or(Iccid::has_valid_size)
}

/// listProfileInfo (SGP.32 §5.13.4).
fn list_profile_info(card: &Context<'_>, request: &[u8]) -> Result<Outcome, Fault> {
    let response = info::list(request, card)?;
    let succeeded = matches!(response, Sgp32ProfileInfoListResponse::ProfileInfoListOk(_));
    Ok(Outcome {
        result: EuiccResultData::ListProfileInfoResult(response),
        succeeded,
    })
}

/// enable (SGP.32 §5.13.1).
fn enable(
    card: &mut Context<'_>,
    run: &mut Run,
    command: &PsmoEnable,
) -> Result<EnableProfileResult, Fault> {
    use EnableProfileResult as Code;
    if std::mem::replace(&mut run.enable_seen, true) {
        return Ok(Code::UNDEFINED_ERROR);
    }
    let aid = match switch::enable_target(card, Which::Iccid(&command.iccid)) {
        Ok(aid) => aid,
        Err(Refused::NotFound) => return Ok(Code::ICCID_OR_AID_NOT_FOUND),
        Err(Refused::WrongState) if card.keys().idempotent_enable => return Ok(Code::OK),
        Err(Refused::WrongState) => return Ok(Code::PROFILE_NOT_IN_DISABLED_STATE),
        // SGP.32 has no code of its own for the wrong profile behind a test profile
        Err(Refused::DisallowedByPolicy | Refused::WrongReenabling) => {
            return Ok(Code::DISALLOWED_BY_POLICY);
        }
        Err(Refused::CatBusy) => return Ok(Code::CAT_BUSY),
    };
    if command.rollback_flag.is_some() {
        let previous = card
            .state
            .enabled_profile()
            .map(|profile| profile.aid.clone());
        let Some(previous) = previous.filter(|previous| *previous != aid) else {
            return Ok(Code::ROLLBACK_NOT_AVAILABLE);
        };
        run.rollback_to = Some(previous);
    }
    run.switch_notifications.extend(switch::enable(card, &aid)?);
    run.switched = true;
    Ok(Code::OK)
}

/// disable (SGP.32 §5.13.2).
fn disable(
    card: &mut Context<'_>,
    run: &mut Run,
    iccid: &Iccid,
) -> Result<DisableProfileResult, Fault> {
    use DisableProfileResult as Code;
    if std::mem::replace(&mut run.disable_seen, true) {
        return Ok(Code::UNDEFINED_ERROR);
    }
    let aid = match switch::disable_target(card, Which::Iccid(iccid)) {
        Ok(aid) => aid,
        Err(Refused::NotFound) => return Ok(Code::ICCID_OR_AID_NOT_FOUND),
        Err(Refused::WrongState) => return Ok(Code::PROFILE_NOT_IN_ENABLED_STATE),
        Err(Refused::DisallowedByPolicy | Refused::WrongReenabling) => {
            return Ok(Code::DISALLOWED_BY_POLICY);
        }
        Err(Refused::CatBusy) => return Ok(Code::CAT_BUSY),
    };
    run.switch_notifications
        .extend(switch::disable(card, &aid)?);
    run.switched = true;
    Ok(Code::OK)
}

/// delete (SGP.32 §5.13.3).
fn delete(card: &mut Context<'_>, run: &Run, iccid: &Iccid) -> Result<DeleteProfileResult, Fault> {
    use DeleteProfileResult as Code;
    let aid = match switch::delete_target(card, Which::Iccid(iccid)) {
        Ok(aid) => aid,
        Err(Refused::NotFound) => return Ok(Code::ICCID_OR_AID_NOT_FOUND),
        Err(Refused::WrongState) => return Ok(Code::PROFILE_NOT_IN_DISABLED_STATE),
        Err(Refused::DisallowedByPolicy | Refused::WrongReenabling) => {
            return Ok(Code::DISALLOWED_BY_POLICY);
        }
        Err(Refused::CatBusy) => return Ok(Code::UNDEFINED_ERROR),
    };
    if run.rollback_to.as_ref() == Some(&aid) {
        return Ok(Code::ROLLBACK_NOT_AVAILABLE);
    }
    if card.state.fallback_return.as_ref() == Some(&aid) {
        return Ok(Code::RETURN_FALLBACK_PROFILE);
    }
    switch::delete(card, &aid)?;
    Ok(Code::OK)
}

/// configureImmediateEnable: without the flag immediate enabling is switched off.
fn configure_immediate_enable(
    card: &mut Context<'_>,
    command: PsmoConfigureImmediateEnable,
) -> ConfigureImmediateEnableResult {
    let wanted = immediate::Wanted {
        flag: command.immediate_enable_flag.is_some(),
        default_smdp_oid: command.default_smdp_oid,
        default_smdp_address: command.default_smdp_address,
    };
    match immediate::configure(card, wanted) {
        Ok(()) => ConfigureImmediateEnableResult::OK,
        Err(Unconfigurable::InsufficientMemory) => {
            ConfigureImmediateEnableResult::INSUFFICIENT_MEMORY
        }
        Err(Unconfigurable::Command) => ConfigureImmediateEnableResult::COMMAND_ERROR,
    }
}

/// The enabled profile has the fallback attribute: it cannot be moved or taken away.
fn fallback_profile_is_enabled(state: &State) -> bool {
    switch::next_enabled(state).is_some_and(|profile| profile.fallback_attribute)
}

/// setFallbackAttribute (SGP.32 §3.4.6): one profile at most has it.
fn set_fallback_attribute(card: &mut Context<'_>, iccid: &Iccid) -> SetFallbackAttributeResult {
    use SetFallbackAttributeResult as Code;
    let supported = card.config.capabilities.fallback;
    let state = &mut card.state;
    let Ok(profile) = switch::find(state, Which::Iccid(iccid)) else {
        return Code::ICCID_OR_AID_NOT_FOUND;
    };
    if profile.fallback_attribute {
        return Code::OK;
    }
    if !supported || profile.metadata.fallback_allowed != Some(true) {
        return Code::FALLBACK_NOT_ALLOWED;
    }
    if fallback_profile_is_enabled(state) {
        return Code::FALLBACK_PROFILE_ENABLED;
    }
    for profile in &mut state.profiles {
        profile.fallback_attribute = profile.metadata.iccid == **iccid;
    }
    Code::OK
}

/// unsetFallbackAttribute (SGP.32 §3.4.7).
fn unset_fallback_attribute(card: &mut Context<'_>) -> UnsetFallbackAttributeResult {
    use UnsetFallbackAttributeResult as Code;
    if !card.config.capabilities.fallback {
        return Code::COMMAND_ERROR;
    }
    let state = &mut card.state;
    if !state
        .profiles
        .iter()
        .any(|profile| profile.fallback_attribute)
    {
        return Code::NO_FALLBACK_ATTRIBUTE;
    }
    if fallback_profile_is_enabled(state) {
        return Code::FALLBACK_PROFILE_ENABLED;
    }
    for profile in &mut state.profiles {
        profile.fallback_attribute = false;
    }
    Code::OK
}

/// setDefaultDpAddress (SGP.32 §5.9.25).
fn set_default_dp_address(state: &mut State, address: String) -> Outcome {
    use Sgp32SetDefaultDpAddressResponseSetDefaultDpAddressResult as Code;
    let succeeded = es10a::set_default_dp_address(state, address);
    let result = Sgp32SetDefaultDpAddressResponse {
        set_default_dp_address_result: if succeeded {
            Code::OK
        } else {
            Code::UNDEFINED_ERROR
        },
        additions: Additions::none(),
    };
    Outcome {
        result: EuiccResultData::SetDefaultDpAddressResult(result),
        succeeded,
    }
}
