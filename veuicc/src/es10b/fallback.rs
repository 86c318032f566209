// SPDX-License-Identifier: MIT OR Apache-2.0
//! The fallback mechanism (SGP.32 §5.9.20, §5.9.21): to the profile with the fallback attribute and
//! back to the profile that was enabled before.
//!
//! Profile policy rules are not asked: a device that lost its network must be able to leave it. The
//! changes are notified like any other.

use rsp::raw::Additions;
use rsp::sgp32::{
    ExecuteFallbackMechanismRequest, ExecuteFallbackMechanismResponse,
    ExecuteFallbackMechanismResponseExecuteFallbackMechanismResult as ExecuteCode,
    ReturnFromFallbackRequest, ReturnFromFallbackResponse,
    ReturnFromFallbackResponseReturnFromFallbackResult as ReturnCode,
};

use crate::context::{Context, Fault};
use crate::es10c::switch;
use crate::isdr::Function;

/// ExecuteFallbackMechanism.
impl Function for ExecuteFallbackMechanismRequest {
    type Response = ExecuteFallbackMechanismResponse;

    fn execute(self, card: &mut Context<'_>) -> Result<Self::Response, Fault> {
        let result = match fallback(card) {
            Ok(Fallback { to, from }) => {
                switch::enable(card, &to)?;
                card.state.fallback_return = Some(from);
                switch::carry_out(card, self.refresh_flag);
                ExecuteCode::OK
            }
            Err(code) => code,
        };
        Ok(ExecuteFallbackMechanismResponse {
            execute_fallback_mechanism_result: result,
            additions: Additions::none(),
        })
    }
}

/// The AIDs of both profiles.
struct Fallback {
    to: Vec<u8>,
    from: Vec<u8>,
}

fn fallback(card: &Context<'_>) -> Result<Fallback, ExecuteCode> {
    if card.is_emergency_active() {
        return Err(ExecuteCode::ECALL_ACTIVE);
    }
    let mut profiles = card.state.profiles.iter();
    let holder = profiles
        .find(|profile| profile.fallback_attribute)
        .filter(|_| card.config.capabilities.fallback)
        .ok_or(ExecuteCode::FALLBACK_NOT_AVAILABLE)?;
    if switch::will_be_enabled(&card.state, holder) {
        return Err(ExecuteCode::PROFILE_NOT_IN_DISABLED_STATE);
    }
    let enabled = switch::next_enabled(&card.state).ok_or(ExecuteCode::COMMAND_ERROR)?;
    if card.toolkit.is_busy() {
        return Err(ExecuteCode::CAT_BUSY);
    }
    Ok(Fallback {
        to: holder.aid.clone(),
        from: enabled.aid.clone(),
    })
}

/// ReturnFromFallback.
impl Function for ReturnFromFallbackRequest {
    type Response = ReturnFromFallbackResponse;

    fn execute(self, card: &mut Context<'_>) -> Result<ReturnFromFallbackResponse, Fault> {
        let return_from_fallback_result = match way_back(card) {
            Ok(aid) => {
                switch::enable(card, &aid)?;
                switch::carry_out(card, self.refresh_flag);
                ReturnCode::OK
            }
            Err(code) => code,
        };
        Ok(ReturnFromFallbackResponse {
            return_from_fallback_result,
            additions: Additions::none(),
        })
    }
}

/// The AID of the profile that was enabled before.
fn way_back(card: &Context<'_>) -> Result<Vec<u8>, ReturnCode> {
    let Some(aid) = &card.state.fallback_return else {
        return Err(ReturnCode::FALLBACK_NOT_AVAILABLE);
    };
    if card.is_emergency_active() || card.state.profile_by_aid(aid).is_none() {
        return Err(ReturnCode::COMMAND_ERROR);
    }
    if card.toolkit.is_busy() {
        return Err(ReturnCode::CAT_BUSY);
    }
    Ok(aid.clone())
}
