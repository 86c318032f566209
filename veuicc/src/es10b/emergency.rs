// SPDX-License-Identifier: MIT OR Apache-2.0
//! The Emergency Profile (SGP.32 §5.9.22, §5.9.23): enabled and disabled by functions of its own.
//!
//! Neither change is notified. Where the device was before, in fallback or not, is where it is
//! afterwards; the Emergency Profile stays enabled over a reset.

use rsp::raw::Additions;
use rsp::sgp32::{
    DisableEmergencyProfileRequest, DisableEmergencyProfileResponse,
    DisableEmergencyProfileResponseDisableEmergencyProfileResult as DisableCode,
    EnableEmergencyProfileRequest, EnableEmergencyProfileResponse,
    EnableEmergencyProfileResponseEnableEmergencyProfileResult as EnableCode,
};

use crate::context::{Context, Fault};
use crate::es10c::switch;
use crate::isdr::Function;

/// EnableEmergencyProfile.
impl Function for EnableEmergencyProfileRequest {
    type Response = EnableEmergencyProfileResponse;

    fn execute(self, card: &mut Context<'_>) -> Result<Self::Response, Fault> {
        let result = match emergency_profile(card) {
            Ok(aid) => {
                let before = switch::next_enabled(&card.state).map(|profile| profile.aid.clone());
                card.state.emergency_return = before;
                card.state.rollback = None;
                switch::plan(&mut card.state, Some(&aid));
                switch::carry_out(card, self.refresh_flag);
                EnableCode::OK
            }
            Err(code) => code,
        };
        Ok(EnableEmergencyProfileResponse {
            enable_emergency_profile_result: result,
            additions: Additions::none(),
        })
    }
}

/// The AID of the profile to enable.
fn emergency_profile(card: &Context<'_>) -> Result<Vec<u8>, EnableCode> {
    let mut profiles = card.state.profiles.iter();
    let profile = profiles
        .find(|profile| card.is_emergency(profile))
        .ok_or(EnableCode::ECALL_NOT_AVAILABLE)?;
    if card.is_emergency_active() {
        return Err(EnableCode::PROFILE_NOT_IN_DISABLED_STATE);
    }
    if card.toolkit.is_busy() {
        return Err(EnableCode::CAT_BUSY);
    }
    Ok(profile.aid.clone())
}

/// DisableEmergencyProfile. The profile that was enabled before is enabled again, if there was one
/// and it is still there.
impl Function for DisableEmergencyProfileRequest {
    type Response = DisableEmergencyProfileResponse;

    fn execute(self, card: &mut Context<'_>) -> Result<Self::Response, Fault> {
        let result = if !card.is_emergency_active() {
            DisableCode::PROFILE_NOT_IN_ENABLED_STATE
        } else if card.toolkit.is_busy() {
            DisableCode::CAT_BUSY
        } else {
            let before = card.state.emergency_return.take();
            let before = before.filter(|aid| card.state.profile_by_aid(aid).is_some());
            switch::plan(&mut card.state, before.as_deref());
            switch::carry_out(card, self.refresh_flag);
            DisableCode::OK
        };
        Ok(DisableEmergencyProfileResponse {
            disable_emergency_profile_result: result,
            additions: Additions::none(),
        })
    }
}
