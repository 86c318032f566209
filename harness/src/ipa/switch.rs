// SPDX-License-Identifier: MIT OR Apache-2.0
//! Changes of the enabled profile that the device asks for itself: fallback and return (SGP.32
//! §3.4.1, §5.9.20, §5.9.21), Emergency Profile (§5.9.22, §5.9.23), immediate enabling (§5.9.15).
//!
//! Each ends with the card's REFRESH carried out, the modem on the new profile, and every eIM to be
//! told at its next poll.

use rsp::sgp32::{
    DisableEmergencyProfileRequest, DisableEmergencyProfileResponse, EnableEmergencyProfileRequest,
    EnableEmergencyProfileResponse, ExecuteFallbackMechanismRequest,
    ExecuteFallbackMechanismResponse, ImmediateEnableRequest, ImmediateEnableResponse,
    ReturnFromFallbackRequest, ReturnFromFallbackResponse, StateChangeCause,
};

use super::memory::Kept;
use super::profiles::is_enabled;
use super::{Error, Ipa};
use crate::defect::IpaDefect;

/// catBusy, the same in every function: a toolkit session is running, and ends.
const CAT_BUSY: i64 = 5;

/// One switch: the function, its request and answer, the member that carries the code, the cause
/// that eIMs are told.
macro_rules! switch {
    ($(#[$meta:meta])* $visibility:vis $name:ident, $function:literal, $request:ident, $response:ident . $code:ident, $cause:ident) => {
        $(#[$meta])*
        ///
        /// # Errors
        /// [`Error::Refused`] with the card's code, after which the profile is the one of before.
        $visibility fn $name(&mut self) -> Result<(), Error> {
            self.switch($function, StateChangeCause::$cause, |ipa| {
                let request = $request {
                    refresh_flag: true,
                    additions: Default::default(),
                };
                let answer: $response = ipa.card.call($function, &request)?;
                Ok((answer.$code.0, answer.$code.to_string()))
            })
        }
    };
}

impl Ipa {
    switch! {
        /// ES10b.ExecuteFallbackMechanism.
        fallback, "ExecuteFallbackMechanism", ExecuteFallbackMechanismRequest,
        ExecuteFallbackMechanismResponse.execute_fallback_mechanism_result, FALLBACK
    }
    switch! {
        /// ES10b.ReturnFromFallback.
        fallback_return, "ReturnFromFallback", ReturnFromFallbackRequest,
        ReturnFromFallbackResponse.return_from_fallback_result, FALLBACK
    }
    switch! {
        /// Enables the Emergency Profile (SGP.32 §5.9.22).
        pub enable_emergency_profile, "EnableEmergencyProfile", EnableEmergencyProfileRequest,
        EnableEmergencyProfileResponse.enable_emergency_profile_result, EMERGENCY_PROFILE
    }
    switch! {
        /// Enables the profile of before the emergency (SGP.32 §5.9.23).
        pub disable_emergency_profile, "DisableEmergencyProfile", DisableEmergencyProfileRequest,
        DisableEmergencyProfileResponse.disable_emergency_profile_result, EMERGENCY_PROFILE
    }
    switch! {
        /// Enables the profile that was just installed (SGP.32 §5.9.15), in the session of its
        /// installation.
        pub immediate_enable, "ImmediateEnable", ImmediateEnableRequest,
        ImmediateEnableResponse.immediate_enable_result, IMMEDIATE_ENABLE_PROFILE
    }

    /// Enables the profile with the fallback attribute (SGP.32 §3.4.1, §5.9.20).
    ///
    /// # Errors
    /// [`Error::Refused`] with the card's code, after which the profile is the one of before.
    pub fn execute_fallback(&mut self) -> Result<(), Error> {
        self.memory.change(|kept| kept.switching = true)?;
        let outcome = self.fallback();
        self.switched(&outcome, |kept| kept.fallback_rounds = Some(0))?;
        outcome
    }

    /// Enables the profile of before the fallback (SGP.32 §5.9.21).
    ///
    /// # Errors
    /// [`Error::Refused`] with the card's code, after which the profile is the fallback profile.
    pub fn return_from_fallback(&mut self) -> Result<(), Error> {
        self.memory.change(|kept| kept.switching = true)?;
        let outcome = self.fallback_return();
        self.switched(&outcome, |kept| {
            kept.fallback_rounds = None;
            // back to none as soon as the network turns out to be there
            kept.failed_returns = kept.failed_returns.saturating_add(1).min(8);
        })?;
        outcome
    }

    /// Remembers on which side of the fallback the device is. A card that could not be asked is
    /// looked at when it can be.
    fn switched(
        &mut self,
        outcome: &Result<(), Error>,
        done: impl FnOnce(&mut Kept),
    ) -> Result<(), Error> {
        match outcome {
            Ok(()) => self.memory.change(|kept| {
                kept.switching = false;
                kept.silent_rounds = 0;
                done(kept);
            })?,
            Err(Error::Refused { .. }) => self.memory.change(|kept| kept.switching = false)?,
            Err(_) => {}
        }
        Ok(())
    }

    /// After an interruption in the middle of a fallback or a return, the card tells on which side
    /// the device is.
    pub(super) fn settle_fallback(&mut self) -> Result<(), Error> {
        if !self.memory.kept().switching {
            return Ok(());
        }
        let on_fallback = self
            .card
            .profiles()?
            .iter()
            .any(|profile| is_enabled(profile) && profile.fallback_attribute);
        self.memory.change(|kept| {
            kept.switching = false;
            kept.silent_rounds = 0;
            kept.fallback_rounds = on_fallback.then_some(0);
        })?;
        Ok(())
    }

    /// Carries one out. The change is remembered before the card is asked, so that a power cut
    /// between the two tells eIMs of a change that may not have been rather than hides one.
    fn switch(
        &mut self,
        function: &'static str,
        cause: StateChangeCause,
        mut ask: impl FnMut(&mut Self) -> Result<(i64, String), Error>,
    ) -> Result<(), Error> {
        let before = self.memory.kept().state_changes.clone();
        self.changed(cause, None)?;
        let mut attempt = 0;
        let (code, name) = loop {
            attempt += 1;
            let (code, name) = ask(self)?;
            if code != CAT_BUSY || attempt >= self.settings.policy.attempts {
                break (code, name);
            }
            tracing::info!("{function}: {name}, asking again");
        };
        self.settle()?;
        if code == 0 {
            tracing::info!("{function}: done");
            return Ok(());
        }
        self.memory.change(|kept| kept.state_changes = before)?;
        if self.has(IpaDefect::HidesCardRefusals) && function != "ImmediateEnable" {
            return Ok(());
        }
        Err(Error::Refused {
            function,
            code: name,
        })
    }
}
