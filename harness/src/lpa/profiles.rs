// SPDX-License-Identifier: MIT OR Apache-2.0
//! The profiles of the card (SGP.22 §3.2): listed, enabled, disabled, deleted, named.

use rsp::id::Iccid;
use rsp::sgp22::{
    DeleteProfileRequest, DeleteProfileResponse, DeleteProfileResponseDeleteResult as DeleteCode,
    DisableProfileRequest, DisableProfileRequestProfileIdentifier as DisableTarget,
    DisableProfileResponse, DisableProfileResponseDisableResult as DisableCode,
    EuiccMemoryResetRequest, EuiccMemoryResetRequestResetOptions as Options,
    EuiccMemoryResetResponse, EuiccMemoryResetResponseResetResult as ResetCode, ProfileClass,
    ProfileState, SetNicknameRequest, SetNicknameResponse,
    SetNicknameResponseSetNicknameResult as NicknameCode,
};
use rsp::sgp32::Sgp32ProfileInfo;

use super::download::digits;
use super::{Failed, Lpa, Refused};
use crate::by_hand::BadInput;
use crate::ipa::Error;

/// Bytes of a nickname, at most (SGP.22 §5.7.21).
const MOST_NICKNAME: usize = 64;

impl Lpa {
    /// Lists the profiles.
    pub(super) fn profiles(&mut self) -> Result<(), Failed> {
        let profiles = self.ipa.card.profiles()?;
        if profiles.is_empty() {
            self.screen.say("the card has no profile");
            return Ok(());
        }
        let head = ["ICCID", "state", "class", "name", "provider", "nickname"];
        let mut rows = vec![head.map(str::to_owned)];
        rows.extend(profiles.iter().map(row));
        self.screen.table(&rows);
        Ok(())
    }

    /// Enables a profile, and lets the servers know unless the notifications are kept.
    pub(super) async fn enable(&mut self, iccid: &Iccid, keep: bool) -> Result<(), Failed> {
        self.enable_by_iccid(iccid.as_bytes())?;
        self.done(iccid, "enabled", keep).await
    }

    /// Enables a profile; the terminal carries out the REFRESH that follows.
    pub(super) fn enable_by_iccid(&mut self, iccid: &[u8]) -> Result<(), Failed> {
        match self.ipa.enable(iccid) {
            Err(Error::Refused { function, code }) => judge(function, false, code),
            other => Ok(other?),
        }
    }

    /// Disables a profile.
    pub(super) async fn disable(&mut self, iccid: &Iccid, keep: bool) -> Result<(), Failed> {
        let request = DisableProfileRequest {
            profile_identifier: DisableTarget::Iccid((*iccid.as_bytes()).into()),
            refresh_flag: true,
            additions: Default::default(),
        };
        let answer: DisableProfileResponse = self.ipa.card.call("DisableProfile", &request)?;
        let code = answer.disable_result;
        judge("DisableProfile", code == DisableCode::OK, code)?;
        self.done(iccid, "disabled", keep).await
    }

    /// Deletes a profile.
    pub(super) async fn delete(&mut self, iccid: &Iccid, keep: bool) -> Result<(), Failed> {
        let request = DeleteProfileRequest::Iccid((*iccid.as_bytes()).into());
        let answer: DeleteProfileResponse = self.ipa.card.call("DeleteProfile", &request)?;
        let code = answer.delete_result;
        judge("DeleteProfile", code == DeleteCode::OK, code)?;
        self.done(iccid, "deleted", keep).await
    }

    /// Names a profile.
    pub(super) fn nickname(&mut self, iccid: &Iccid, nickname: &str) -> Result<(), Failed> {
        let length = nickname.len();
        if length > MOST_NICKNAME {
            let wrong =
                format!("expected a nickname of at most {MOST_NICKNAME} bytes, got {length}");
            return Err(BadInput::new(wrong).into());
        }
        let request = SetNicknameRequest {
            iccid: (*iccid.as_bytes()).into(),
            profile_nickname: nickname.to_owned(),
            additions: Default::default(),
        };
        let answer: SetNicknameResponse = self.ipa.card.call("SetNickname", &request)?;
        let code = answer.set_nickname_result;
        judge("SetNickname", code == NicknameCode::OK, code)?;
        self.screen
            .say(format_args!("{iccid} is called {nickname:?}"));
        Ok(())
    }

    /// Deletes the operational profiles and resets the default SM-DP+ address.
    pub(super) async fn reset(&mut self) -> Result<(), Failed> {
        let request = EuiccMemoryResetRequest {
            reset_options: Options::of(&[
                Options::DELETE_OPERATIONAL_PROFILES,
                Options::RESET_DEFAULT_SMDP_ADDRESS,
            ]),
            additions: Default::default(),
        };
        let answer: EuiccMemoryResetResponse = self.ipa.card.call("EuiccMemoryReset", &request)?;
        let code = answer.reset_result;
        judge("EuiccMemoryReset", code == ResetCode::OK, code)?;
        self.screen.say("the card is reset");
        self.send(|_| true).await
    }

    /// Tells what was done, and lets the servers know that want to.
    async fn done(&mut self, iccid: &Iccid, what: &str, keep: bool) -> Result<(), Failed> {
        self.screen.say(format_args!("{iccid} is {what}"));
        if keep {
            return Ok(());
        }
        self.send(|_| true).await
    }
}

fn row(profile: &Sgp32ProfileInfo) -> [String; 6] {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let state = match profile.profile_state {
        Some(ProfileState::ENABLED) => "enabled",
        _ => "disabled",
    };
    let class = match profile.profile_class {
        Some(ProfileClass::TEST) => "test",
        Some(ProfileClass::PROVISIONING) => "provisioning",
        _ => "operational",
    };
    [
        profile.iccid.as_deref().map(digits).unwrap_or_default(),
        state.to_owned(),
        class.to_owned(),
        text(&profile.profile_name),
        text(&profile.service_provider_name),
        text(&profile.profile_nickname),
    ]
}

fn judge(function: &str, is_ok: bool, code: impl std::fmt::Display) -> Result<(), Failed> {
    if is_ok {
        return Ok(());
    }
    Err(Refused::new(format_args!("the card refused {function}: {code}")).into())
}
