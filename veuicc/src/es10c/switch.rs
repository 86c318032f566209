// SPDX-License-Identifier: MIT OR Apache-2.0
//! Enabling, disabling and deleting profiles, for ES10c and for PSMOs.
//!
//! A `…_target` function judges, the function of the bare name records the change and generates
//! its notifications, and [`carry_out`] lets it happen. Until then, and until the REFRESH is done,
//! the profiles keep their state and `profile_change` holds what they will be; every judgement
//! looks at what they will be.

use crate::context::{Context, Fault};
use crate::es10b::notification::notify;
use crate::isdp::{Event, Isdp, Metadata, ProfileClass};
use crate::state::{ProfileChange, State};

/// How a command names a profile.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Which<'a> {
    /// By the AID of its ISD-P.
    Aid(&'a [u8]),
    /// By ICCID.
    Iccid(&'a [u8]),
}

/// Why a profile cannot be enabled, disabled or deleted; in the order of judgement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refused {
    /// There is no such profile.
    NotFound,
    /// It is not in the state the command needs.
    WrongState,
    /// A profile policy rule forbids it, or the Emergency Profile does.
    DisallowedByPolicy,
    /// A test profile set another profile aside than the one to be enabled.
    WrongReenabling,
    /// A proactive command is under way.
    CatBusy,
}

/// The profile a command names.
pub(crate) fn find<'a>(state: &'a State, which: Which<'_>) -> Result<&'a Isdp, Refused> {
    match which {
        Which::Aid(aid) => state.profile_by_aid(aid),
        Which::Iccid(iccid) => state.profile_by_iccid(iccid),
    }
    .ok_or(Refused::NotFound)
}

/// The profile that is enabled once the change that waits has happened.
pub(crate) fn next_enabled(state: &State) -> Option<&Isdp> {
    match &state.profile_change {
        None => state.enabled_profile(),
        Some(ProfileChange {
            enable: Some(aid), ..
        }) => state.profile_by_aid(aid),
        Some(ProfileChange {
            disable,
            enable: None,
        }) => state
            .enabled_profile()
            .filter(|profile| Some(&profile.aid) != disable.as_ref()),
    }
}

/// Whether that profile is enabled once the change that waits has happened.
pub(crate) fn will_be_enabled(state: &State, profile: &Isdp) -> bool {
    next_enabled(state).is_some_and(|enabled| enabled.aid == profile.aid)
}

/// Judges EnableProfile; returns the AID to enable.
pub(crate) fn enable_target(card: &Context<'_>, which: Which<'_>) -> Result<Vec<u8>, Refused> {
    let profile = find(&card.state, which)?;
    if will_be_enabled(&card.state, profile) {
        return Err(Refused::WrongState);
    }
    // the Emergency Profile has functions of its own, and nothing else ends it (SGP.32 §5.9.22)
    if card.is_emergency(profile) || card.is_emergency_active() {
        return Err(Refused::DisallowedByPolicy);
    }
    let enabled = next_enabled(&card.state);
    if !is_test(profile) {
        // a test profile is let in even where PPR1 keeps the operational one (SGP.22 §5.7.16)
        if enabled.is_some_and(|enabled| enabled.policy_rules().ppr1) {
            return Err(Refused::DisallowedByPolicy);
        }
        // behind a test profile waits the profile that it set aside
        let waiting = enabled.and_then(|enabled| set_aside(&card.state, enabled));
        if waiting.is_some_and(|waiting| waiting.aid != profile.aid) {
            return Err(Refused::WrongReenabling);
        }
    }
    if card.toolkit.is_busy() {
        return Err(Refused::CatBusy);
    }
    Ok(profile.aid.clone())
}

/// Judges DisableProfile; returns the AID to disable.
pub(crate) fn disable_target(card: &Context<'_>, which: Which<'_>) -> Result<Vec<u8>, Refused> {
    let profile = find(&card.state, which)?;
    if !will_be_enabled(&card.state, profile) {
        return Err(Refused::WrongState);
    }
    if profile.policy_rules().ppr1 || card.is_emergency_active() {
        return Err(Refused::DisallowedByPolicy);
    }
    if card.toolkit.is_busy() {
        return Err(Refused::CatBusy);
    }
    Ok(profile.aid.clone())
}

/// Judges DeleteProfile; returns the AID to delete.
pub(crate) fn delete_target(card: &Context<'_>, which: Which<'_>) -> Result<Vec<u8>, Refused> {
    let profile = find(&card.state, which)?;
    if will_be_enabled(&card.state, profile) {
        return Err(Refused::WrongState);
    }
    if profile.policy_rules().ppr2 || card.is_emergency_active() {
        return Err(Refused::DisallowedByPolicy);
    }
    Ok(profile.aid.clone())
}

fn is_test(profile: &Isdp) -> bool {
    profile.metadata.profile_class == ProfileClass::Test
}

/// The profile that a test profile set aside, when it is still there.
pub(crate) fn set_aside<'a>(state: &'a State, test: &Isdp) -> Option<&'a Isdp> {
    let aid = state.test_return.as_deref().filter(|_| is_test(test))?;
    state.profile_by_aid(aid)
}

/// Records that a profile is to be enabled, and the one that is enabled to be disabled. Returns
/// the numbers of the notifications: disable first. Fallback ends, and the right to roll back.
pub(crate) fn enable(card: &mut Context<'_>, aid: &[u8]) -> Result<Vec<i64>, Fault> {
    let disabled = next_enabled(&card.state).map(|profile| profile.metadata.clone());
    let enabled = metadata(&card.state, aid)?;
    remember(&mut card.state, aid);
    plan(&mut card.state, Some(aid));
    card.state.rollback = None;
    let mut numbers = Vec::new();
    if let Some(disabled) = disabled {
        numbers.extend(notify(card, Event::Disable, &disabled)?);
    }
    numbers.extend(notify(card, Event::Enable, &enabled)?);
    Ok(numbers)
}

/// Keeps which profile a test profile sets aside (SGP.22 §5.7.16).
fn remember(state: &mut State, enable: &[u8]) {
    let test = state.profile_by_aid(enable).is_some_and(is_test);
    let test_return = match next_enabled(state) {
        // a second test profile changes nothing about what waits behind them
        Some(enabled) if test && is_test(enabled) => state.test_return.clone(),
        Some(enabled) if test => Some(enabled.aid.clone()),
        _ => None,
    };
    state.test_return = test_return;
    state.fallback_return = None;
}

/// Records that a profile is to be disabled; behind a test profile, the one it set aside is enabled
/// again (SGP.22 §5.7.17). Returns the numbers of the notifications.
pub(crate) fn disable(card: &mut Context<'_>, aid: &[u8]) -> Result<Vec<i64>, Fault> {
    let disabled = metadata(&card.state, aid)?;
    let profile = find(&card.state, Which::Aid(aid)).ok();
    let waiting = profile.and_then(|profile| set_aside(&card.state, profile));
    if let Some(waiting) = waiting.map(|waiting| waiting.aid.clone()) {
        return enable(card, &waiting);
    }
    card.state.test_return = None;
    card.state.fallback_return = None;
    card.state.rollback = None;
    plan(&mut card.state, None);
    notify(card, Event::Disable, &disabled)
}

/// Deletes a profile, at once. Returns the numbers of the notifications. There is no going back to
/// a profile that is gone.
pub(crate) fn delete(card: &mut Context<'_>, aid: &[u8]) -> Result<Vec<i64>, Fault> {
    let deleted = metadata(&card.state, aid)?;
    card.state.profiles.retain(|profile| profile.aid != aid);
    let rollback = card.state.rollback.as_ref();
    if rollback.is_some_and(|rollback| rollback.previous == aid) {
        card.state.rollback = None;
    }
    notify(card, Event::Delete, &deleted)
}

/// Lets the recorded change happen: by REFRESH when it is wanted, else at once.
pub(crate) fn carry_out(card: &mut Context<'_>, refresh: bool) {
    if let Some(change) = card.state.profile_change.take() {
        card.change_profile(change, refresh);
    }
}

fn metadata(state: &State, aid: &[u8]) -> Result<Metadata, Fault> {
    let profile = state.profile_by_aid(aid);
    profile
        .map(|profile| profile.metadata.clone())
        .ok_or_else(|| Fault::Inconsistent(format!("no profile in {}", hex::encode(aid))))
}

/// Records which profile is to be enabled, if any, whatever was recorded before.
pub(crate) fn plan(state: &mut State, enable: Option<&[u8]>) {
    let enabled = state.enabled_profile().map(|profile| profile.aid.clone());
    let stays = enabled.as_deref() == enable;
    state.profile_change = Some(ProfileChange {
        disable: enabled.filter(|_| !stays),
        enable: enable.filter(|_| !stays).map(<[u8]>::to_vec),
    });
}
