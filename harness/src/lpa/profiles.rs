// SPDX-License-Identifier: MIT OR Apache-2.0
//! The profiles of the card (SGP.22 §3.2): listed, enabled, disabled, deleted, named.

use std::error::Error as StdError;

use rsp::sgp22::{
    DeleteProfileRequest, DeleteProfileResponse, DeleteProfileResponseDeleteResult as DeleteCode,
    DisableProfileRequest, DisableProfileRequestProfileIdentifier as DisableTarget,
    DisableProfileResponse, DisableProfileResponseDisableResult as DisableCode, ProfileClass,
    ProfileState, SetNicknameRequest, SetNicknameResponse,
    SetNicknameResponseSetNicknameResult as NicknameCode,
};
use rsp::sgp32::Sgp32ProfileInfo;

use super::command::{NicknameArgs, ProfileArgs};
use super::download::digits;
use super::{Device, Refused, notifications, say, table};
use crate::by_hand::BadInput;
use crate::ipa::{Error, Ipa};

/// Bytes of a nickname, at most (SGP.22 §5.7.21).
const MOST_NICKNAME: usize = 64;

/// `harness lpa profiles`.
pub(super) fn list(device: &Device) -> Result<(), Box<dyn StdError>> {
    let profiles = device.open()?.card.profiles()?;
    if profiles.is_empty() {
        say("the card has no profile");
        return Ok(());
    }
    let head = ["ICCID", "state", "class", "name", "provider", "nickname"];
    let mut rows = vec![head.map(str::to_owned)];
    rows.extend(profiles.iter().map(row));
    table(&rows);
    Ok(())
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

/// `harness lpa enable`.
pub(super) async fn enable(args: &ProfileArgs) -> Result<(), Box<dyn StdError>> {
    let mut lpa = args.device.open()?;
    enable_by_iccid(&mut lpa, args.iccid.as_bytes())?;
    finish(&mut lpa, args, "enabled").await
}

/// Enables a profile; the terminal carries out the REFRESH that follows.
pub(super) fn enable_by_iccid(lpa: &mut Ipa, iccid: &[u8]) -> Result<(), Box<dyn StdError>> {
    match lpa.enable(iccid) {
        Err(Error::Refused { function, code }) => judge(function, false, code),
        other => Ok(other?),
    }
}

/// `harness lpa disable`.
pub(super) async fn disable(args: &ProfileArgs) -> Result<(), Box<dyn StdError>> {
    let mut lpa = args.device.open()?;
    let request = DisableProfileRequest {
        profile_identifier: DisableTarget::Iccid((*args.iccid.as_bytes()).into()),
        refresh_flag: true,
        additions: Default::default(),
    };
    let answer: DisableProfileResponse = lpa.card.call("DisableProfile", &request)?;
    let code = answer.disable_result;
    judge("DisableProfile", code == DisableCode::OK, code)?;
    finish(&mut lpa, args, "disabled").await
}

/// `harness lpa delete`.
pub(super) async fn delete(args: &ProfileArgs) -> Result<(), Box<dyn StdError>> {
    let mut lpa = args.device.open()?;
    let request = DeleteProfileRequest::Iccid((*args.iccid.as_bytes()).into());
    let answer: DeleteProfileResponse = lpa.card.call("DeleteProfile", &request)?;
    let code = answer.delete_result;
    judge("DeleteProfile", code == DeleteCode::OK, code)?;
    finish(&mut lpa, args, "deleted").await
}

/// `harness lpa nickname`.
pub(super) fn nickname(args: &NicknameArgs) -> Result<(), Box<dyn StdError>> {
    let length = args.nickname.len();
    if length > MOST_NICKNAME {
        let wrong = format!("expected a nickname of at most {MOST_NICKNAME} bytes, got {length}");
        return Err(BadInput::new(wrong).into());
    }
    let request = SetNicknameRequest {
        iccid: (*args.iccid.as_bytes()).into(),
        profile_nickname: args.nickname.clone(),
        additions: Default::default(),
    };
    let answer: SetNicknameResponse = args.device.open()?.card.call("SetNickname", &request)?;
    let code = answer.set_nickname_result;
    judge("SetNickname", code == NicknameCode::OK, code)?;
    say(format_args!("{} is called {:?}", args.iccid, args.nickname));
    Ok(())
}

fn judge(
    function: &str,
    is_ok: bool,
    code: impl std::fmt::Display,
) -> Result<(), Box<dyn StdError>> {
    if is_ok {
        return Ok(());
    }
    Err(Refused::new(format_args!("the card refused {function}: {code}")).into())
}

/// Tells it, and lets the servers know that want to.
async fn finish(lpa: &mut Ipa, args: &ProfileArgs, done: &str) -> Result<(), Box<dyn StdError>> {
    say(format_args!("{} is {done}", args.iccid));
    if args.keep_notifications {
        return Ok(());
    }
    notifications::send(lpa, |_| true).await
}
