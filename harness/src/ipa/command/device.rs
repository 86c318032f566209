// SPDX-License-Identifier: MIT OR Apache-2.0
//! `harness ipa status|fallback|return|emergency|reset`: what a device asks of its card itself.

use std::error::Error;

use clap::{Args, ValueEnum};
use rsp::sgp32::{Sgp32EuiccMemoryResetRequestResetOptions as Options, Sgp32ProfileInfo};

use super::super::Ipa;
use super::super::modem::printed;
use super::super::profiles::is_enabled;
use super::{DeviceArgs, say};
use crate::by_hand::BadInput;

macro_rules! plain_arguments {
    ($($(#[$meta:meta])* $name:ident)+) => {$(
        $(#[$meta])*
        #[derive(Args, Debug)]
        pub struct $name {
            #[command(flatten)]
            device: DeviceArgs,
        }
    )+};
}

plain_arguments! {
    /// Says what is on the card and what waits to be delivered.
    StatusArgs
    /// Enables the profile with the fallback attribute (ES10b.ExecuteFallbackMechanism).
    FallbackArgs
    /// Enables the profile of before the fallback (ES10b.ReturnFromFallback).
    ReturnArgs
}

/// Enables or disables the Emergency Profile (ES10b.EnableEmergencyProfile,
/// DisableEmergencyProfile).
#[derive(Args, Debug)]
pub struct EmergencyArgs {
    /// Whether there is an emergency
    emergency: OnOff,
    #[command(flatten)]
    device: DeviceArgs,
}

/// On or off.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub enum OnOff {
    /// Yes.
    On,
    /// No.
    Off,
}

/// Deletes or resets what is asked for (ES10b.EuiccMemoryReset).
#[derive(Args, Debug)]
pub struct ResetArgs {
    /// Delete operational profiles
    #[arg(long)]
    operational: bool,
    /// Delete test profiles that were loaded in the field
    #[arg(long)]
    field_test: bool,
    /// Reset the default SM-DP+ address
    #[arg(long)]
    default_smdp: bool,
    /// Delete test profiles that were there from the start
    #[arg(long)]
    preloaded_test: bool,
    /// Delete provisioning profiles
    #[arg(long)]
    provisioning: bool,
    /// Forget all eIMs
    #[arg(long)]
    eim_config: bool,
    /// Forget the configuration of immediate enabling
    #[arg(long)]
    immediate_enable: bool,
    #[command(flatten)]
    device: DeviceArgs,
}

impl ResetArgs {
    fn options(&self) -> Result<Options, BadInput> {
        let asked = [
            (self.operational, Options::DELETE_OPERATIONAL_PROFILES),
            (self.field_test, Options::DELETE_FIELD_LOADED_TEST_PROFILES),
            (self.default_smdp, Options::RESET_DEFAULT_SMDP_ADDRESS),
            (
                self.preloaded_test,
                Options::DELETE_PRE_LOADED_TEST_PROFILES,
            ),
            (self.provisioning, Options::DELETE_PROVISIONING_PROFILES),
            (self.eim_config, Options::RESET_EIM_CONFIG_DATA),
            (
                self.immediate_enable,
                Options::RESET_IMMEDIATE_ENABLE_CONFIG,
            ),
        ];
        let bits: Vec<_> = asked
            .into_iter()
            .filter_map(|(asked, bit)| asked.then_some(bit))
            .collect();
        if bits.is_empty() {
            return Err(BadInput::new(
                "expected something to reset, such as --operational (--help has all)",
            ));
        }
        Ok(Options::of(&bits))
    }
}

/// Says what is on the card and what waits to be delivered.
///
/// # Errors
/// What stopped it: the card or the state file.
pub fn status(args: &StatusArgs) -> Result<(), Box<dyn Error>> {
    let mut ipa = args.device.start()?;
    say(format_args!("EID {}", hex::encode(&ipa.eid)));
    for profile in ipa.card.profiles()? {
        say(described(&profile));
    }
    for eim in ipa.associations()? {
        let at = eim.eim_fqdn.unwrap_or_else(|| "no address".to_owned());
        let token = eim
            .association_token
            .map(|token| format!(", token {token}"));
        say(format_args!(
            "eIM {} at {at}{}",
            eim.eim_id,
            token.unwrap_or_default()
        ));
    }
    say(format_args!(
        "{} notifications and {} package results wait on the card",
        ipa.card.notifications(None)?.len(),
        ipa.card.package_results()?.len()
    ));
    remembered(&ipa);
    Ok(())
}

fn described(profile: &Sgp32ProfileInfo) -> String {
    let iccid = profile.iccid.as_ref().map(|iccid| printed(iccid));
    let mut words = vec![
        "profile".to_owned(),
        iccid.unwrap_or_else(|| "without ICCID".to_owned()),
        if is_enabled(profile) {
            "enabled"
        } else {
            "disabled"
        }
        .to_owned(),
    ];
    words.extend(profile.profile_name.iter().map(|name| format!("{name:?}")));
    if profile.fallback_attribute {
        words.push("fallback".to_owned());
    }
    if profile.ecall_indication == Some(true) {
        words.push("emergency".to_owned());
    }
    words.join(" ")
}

/// What the state file has.
fn remembered(ipa: &Ipa) {
    let kept = ipa.memory.kept();
    for (eim, cause) in &kept.state_changes {
        let cause = rsp::sgp32::StateChangeCause(*cause);
        say(format_args!("eIM {eim} is to be told of a change: {cause}"));
    }
    if let Some(package) = &kept.package {
        say(format_args!(
            "the result of a package of eIM {} waits",
            package.eim
        ));
    }
    if !kept.messages.is_empty() {
        say(format_args!("{} messages wait", kept.messages.len()));
    }
}

/// Executes the fallback mechanism.
///
/// # Errors
/// What stopped it: the card with its code, or the state file.
pub fn fallback(args: &FallbackArgs) -> Result<(), Box<dyn Error>> {
    switched(&args.device, "fell back", Ipa::execute_fallback)
}

/// Returns from the fallback profile.
///
/// # Errors
/// What stopped it: the card with its code, or the state file.
pub fn return_from_fallback(args: &ReturnArgs) -> Result<(), Box<dyn Error>> {
    switched(&args.device, "returned", Ipa::return_from_fallback)
}

/// Enables or disables the Emergency Profile.
///
/// # Errors
/// What stopped it: the card with its code, or the state file.
pub fn emergency(args: &EmergencyArgs) -> Result<(), Box<dyn Error>> {
    match args.emergency {
        OnOff::On => switched(&args.device, "emergency", Ipa::enable_emergency_profile),
        OnOff::Off => switched(
            &args.device,
            "emergency over",
            Ipa::disable_emergency_profile,
        ),
    }
}

fn switched(
    device: &DeviceArgs,
    done: &str,
    switch: impl FnOnce(&mut Ipa) -> Result<(), super::super::Error>,
) -> Result<(), Box<dyn Error>> {
    let mut ipa = device.start()?;
    switch(&mut ipa)?;
    let enabled = ipa.card.profiles()?.into_iter().find(is_enabled);
    let enabled = enabled.map_or_else(|| "no profile is enabled".to_owned(), |it| described(&it));
    say(format_args!("{done}: {enabled}"));
    Ok(())
}

/// Resets the card's memory.
///
/// # Errors
/// What stopped it: the card with its codes, or the state file.
pub fn reset(args: &ResetArgs) -> Result<(), Box<dyn Error>> {
    let options = args.options()?;
    let told = args.device.start()?.memory_reset(options)?;
    say(format_args!("memory reset: {told}"));
    Ok(())
}
