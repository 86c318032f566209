// SPDX-License-Identifier: MIT OR Apache-2.0
//! ES10c: profile management on the card. `info` lists profiles, `switch` enables, disables and
//! deletes them; both serve the PSMOs of eUICC packages as well.

pub(crate) mod info;
pub(crate) mod switch;

use rsp::raw::Additions;
use rsp::sgp22::{
    DeleteProfileRequest, DeleteProfileResponse, DeleteProfileResponseDeleteResult,
    DisableProfileRequest, DisableProfileRequestProfileIdentifier, DisableProfileResponse,
    DisableProfileResponseDisableResult, EnableProfileRequest,
    EnableProfileRequestProfileIdentifier, EnableProfileResponse,
    EnableProfileResponseEnableResult, SetNicknameRequest, SetNicknameResponse,
    SetNicknameResponseSetNicknameResult,
};

use crate::context::{Context, Fault};
use crate::isdr::Function;
use crate::personality::volatile;
use switch::{Refused, Which};

/// Longest nickname in bytes (SGP.22 §5.7.21).
const LONGEST_NICKNAME: usize = 64;

/// EnableProfile (SGP.22 §5.7.16).
impl Function for EnableProfileRequest {
    type Response = EnableProfileResponse;

    fn execute(self, card: &mut Context<'_>) -> Result<EnableProfileResponse, Fault> {
        use EnableProfileResponseEnableResult as Code;
        let which = match &self.profile_identifier {
            EnableProfileRequestProfileIdentifier::IsdpAid(aid) => Which::Aid(aid),
            EnableProfileRequestProfileIdentifier::Iccid(iccid) => Which::Iccid(iccid),
        };
        let by_aid = matches!(which, Which::Aid(_));
        let works = volatile::enables(card.keys(), by_aid, self.refresh_flag);
        let enable_result = match switch::enable_target(card, which) {
            Ok(_) if !works => Code::UNDEFINED_ERROR,
            Ok(_) if card.quirks.is_busy_for_enable(card.keys()) => Code::CAT_BUSY,
            Ok(aid) => {
                switch::enable(card, &aid)?;
                switch::carry_out(card, self.refresh_flag);
                if card.keys().enable.lie {
                    Code::UNDEFINED_ERROR
                } else {
                    Code::OK
                }
            }
            Err(Refused::NotFound) => Code::ICCID_OR_AID_NOT_FOUND,
            Err(Refused::WrongState) if card.keys().idempotent_enable => Code::OK,
            Err(Refused::WrongState) => Code::PROFILE_NOT_IN_DISABLED_STATE,
            Err(Refused::DisallowedByPolicy) => Code::DISALLOWED_BY_POLICY,
            Err(Refused::WrongReenabling) => Code::WRONG_PROFILE_REENABLING,
            Err(Refused::CatBusy) => Code::CAT_BUSY,
        };
        Ok(EnableProfileResponse {
            enable_result,
            target_esim_port: None,
            additions: Additions::none(),
        })
    }
}

/// DisableProfile (SGP.22 §5.7.17).
impl Function for DisableProfileRequest {
    type Response = DisableProfileResponse;

    fn execute(self, card: &mut Context<'_>) -> Result<DisableProfileResponse, Fault> {
        use DisableProfileResponseDisableResult as Code;
        let which = match &self.profile_identifier {
            DisableProfileRequestProfileIdentifier::IsdpAid(aid) => Which::Aid(aid),
            DisableProfileRequestProfileIdentifier::Iccid(iccid) => Which::Iccid(iccid),
        };
        let disable_result = match switch::disable_target(card, which) {
            Ok(aid) => {
                switch::disable(card, &aid)?;
                switch::carry_out(card, self.refresh_flag);
                Code::OK
            }
            Err(Refused::NotFound) => Code::ICCID_OR_AID_NOT_FOUND,
            Err(Refused::WrongState) => Code::PROFILE_NOT_IN_ENABLED_STATE,
            Err(Refused::DisallowedByPolicy | Refused::WrongReenabling) => {
                Code::DISALLOWED_BY_POLICY
            }
            Err(Refused::CatBusy) => Code::CAT_BUSY,
        };
        Ok(DisableProfileResponse {
            disable_result,
            additions: Additions::none(),
        })
    }
}

/// DeleteProfile (SGP.22 §5.7.18).
impl Function for DeleteProfileRequest {
    type Response = DeleteProfileResponse;

    fn execute(self, card: &mut Context<'_>) -> Result<DeleteProfileResponse, Fault> {
        use DeleteProfileResponseDeleteResult as Code;
        let which = match &self {
            Self::IsdpAid(aid) => Which::Aid(aid),
            Self::Iccid(iccid) => Which::Iccid(iccid),
        };
        let delete_result = match switch::delete_target(card, which) {
            Ok(aid) => {
                switch::delete(card, &aid)?;
                Code::OK
            }
            Err(Refused::NotFound) => Code::ICCID_OR_AID_NOT_FOUND,
            Err(Refused::WrongState) => Code::PROFILE_NOT_IN_DISABLED_STATE,
            Err(Refused::DisallowedByPolicy | Refused::WrongReenabling) => {
                Code::DISALLOWED_BY_POLICY
            }
            Err(Refused::CatBusy) => Code::UNDEFINED_ERROR,
        };
        Ok(DeleteProfileResponse {
            delete_result,
            additions: Additions::none(),
        })
    }
}

/// SetNickname (SGP.22 §5.7.21): an empty one removes it.
impl Function for SetNicknameRequest {
    type Response = SetNicknameResponse;

    fn execute(self, card: &mut Context<'_>) -> Result<SetNicknameResponse, Fault> {
        use SetNicknameResponseSetNicknameResult as Code;
        let fits = self.profile_nickname.len() <= LONGEST_NICKNAME;
        let profile = card
            .state
            .profiles
            .iter_mut()
            .find(|profile| profile.metadata.iccid == *self.iccid);
        let set_nickname_result = match profile {
            None => Code::ICCID_NOT_FOUND,
            Some(_) if !fits => Code::UNDEFINED_ERROR,
            Some(profile) => {
                let nickname = self.profile_nickname;
                profile.nickname = (!nickname.is_empty()).then_some(nickname);
                Code::OK
            }
        };
        Ok(SetNicknameResponse {
            set_nickname_result,
            additions: Additions::none(),
        })
    }
}
