// SPDX-License-Identifier: MIT OR Apache-2.0
//! Memory reset, in both forms: eUICCMemoryReset of ES10c (SGP.22 §5.7.19) and EuiccMemoryReset of
//! ES10b (SGP.32 §5.9.5).
//!
//! Traps: profiles go whatever their state and their policy rules are, each with its delete
//! notifications; the results for eIM configuration and immediate enabling are there only when
//! these were asked for; what waits for the eIM or a server is kept.

use rsp::raw::Additions;
use rsp::sgp22::{
    EuiccMemoryResetRequest, EuiccMemoryResetRequestResetOptions, EuiccMemoryResetResponse,
    EuiccMemoryResetResponseResetResult,
};
use rsp::sgp32::{
    Sgp32EuiccMemoryResetRequest, Sgp32EuiccMemoryResetRequestResetOptions,
    Sgp32EuiccMemoryResetResponse, Sgp32EuiccMemoryResetResponseResetEimResult as EimCode,
    Sgp32EuiccMemoryResetResponseResetImmediateEnableConfigResult as ImmediateCode,
    Sgp32EuiccMemoryResetResponseResetResult,
};

use crate::context::{Context, Fault};
use crate::es10c::switch;
use crate::isdp::{Isdp, ProfileClass};
use crate::isdr::Function;
use crate::session::Session;

/// What is to be reset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Options {
    operational: bool,
    field_loaded_test: bool,
    default_smdp_address: bool,
    pre_loaded_test: bool,
    provisioning: bool,
    eim_config: bool,
    immediate_enable_config: bool,
}

impl Options {
    fn includes(self, profile: &Isdp) -> bool {
        match profile.metadata.profile_class {
            ProfileClass::Operational => self.operational,
            ProfileClass::Provisioning => self.provisioning,
            ProfileClass::Test if profile.pre_loaded => self.pre_loaded_test,
            ProfileClass::Test => self.field_loaded_test,
        }
    }

    /// True when nothing but what has a result of its own is to be reset.
    fn is_iot_only(self) -> bool {
        let iot = Self {
            eim_config: self.eim_config,
            immediate_enable_config: self.immediate_enable_config,
            ..Self::default()
        };
        self == iot && self != Self::default()
    }
}

impl From<&EuiccMemoryResetRequestResetOptions> for Options {
    fn from(bits: &EuiccMemoryResetRequestResetOptions) -> Self {
        use EuiccMemoryResetRequestResetOptions as Bits;
        Self {
            operational: bits.has(Bits::DELETE_OPERATIONAL_PROFILES),
            field_loaded_test: bits.has(Bits::DELETE_FIELD_LOADED_TEST_PROFILES),
            default_smdp_address: bits.has(Bits::RESET_DEFAULT_SMDP_ADDRESS),
            pre_loaded_test: bits.has(Bits::DELETE_PRE_LOADED_TEST_PROFILES),
            provisioning: bits.has(Bits::DELETE_PROVISIONING_PROFILES),
            eim_config: false,
            immediate_enable_config: false,
        }
    }
}

impl From<&Sgp32EuiccMemoryResetRequestResetOptions> for Options {
    fn from(bits: &Sgp32EuiccMemoryResetRequestResetOptions) -> Self {
        use Sgp32EuiccMemoryResetRequestResetOptions as Bits;
        Self {
            operational: bits.has(Bits::DELETE_OPERATIONAL_PROFILES),
            field_loaded_test: bits.has(Bits::DELETE_FIELD_LOADED_TEST_PROFILES),
            default_smdp_address: bits.has(Bits::RESET_DEFAULT_SMDP_ADDRESS),
            pre_loaded_test: bits.has(Bits::DELETE_PRE_LOADED_TEST_PROFILES),
            provisioning: bits.has(Bits::DELETE_PROVISIONING_PROFILES),
            eim_config: bits.has(Bits::RESET_EIM_CONFIG_DATA),
            immediate_enable_config: bits.has(Bits::RESET_IMMEDIATE_ENABLE_CONFIG),
        }
    }
}

/// Why nothing was reset.
enum Refused {
    Emergency,
    CatBusy,
    Nothing,
}

/// eUICCMemoryReset. It has no code for an emergency.
impl Function for EuiccMemoryResetRequest {
    type Response = EuiccMemoryResetResponse;

    fn execute(self, card: &mut Context<'_>) -> Result<EuiccMemoryResetResponse, Fault> {
        use EuiccMemoryResetResponseResetResult as Code;
        let reset_result = match reset(card, Options::from(&self.reset_options))? {
            Ok(()) => Code::OK,
            Err(Refused::Nothing) => Code::NOTHING_TO_DELETE,
            Err(Refused::CatBusy) => Code::CAT_BUSY,
            Err(Refused::Emergency) => Code::UNDEFINED_ERROR,
        };
        Ok(EuiccMemoryResetResponse {
            reset_result,
            additions: Additions::none(),
        })
    }
}

/// EuiccMemoryReset. When it is refused as a whole, the parts have no result.
impl Function for Sgp32EuiccMemoryResetRequest {
    type Response = Sgp32EuiccMemoryResetResponse;

    fn execute(self, card: &mut Context<'_>) -> Result<Sgp32EuiccMemoryResetResponse, Fault> {
        use Sgp32EuiccMemoryResetResponseResetResult as Code;
        let options = Options::from(&self.reset_options);
        let outcome = reset(card, options)?;
        let carried_out = matches!(outcome, Ok(()) | Err(Refused::Nothing));
        Ok(Sgp32EuiccMemoryResetResponse {
            reset_result: match outcome {
                Ok(()) => Code::OK,
                Err(Refused::Nothing) => Code::NOTHING_TO_DELETE,
                Err(Refused::CatBusy) => Code::CAT_BUSY,
                Err(Refused::Emergency) => Code::ECALL_ACTIVE,
            },
            reset_eim_result: (options.eim_config && carried_out).then(|| reset_eims(card)),
            reset_immediate_enable_config_result: (options.immediate_enable_config && carried_out)
                .then(|| reset_immediate_enable(card)),
            additions: Additions::none(),
        })
    }
}

/// Resets what has no result of its own.
fn reset(card: &mut Context<'_>, options: Options) -> Result<Result<(), Refused>, Fault> {
    if card.is_emergency_active() {
        return Ok(Err(Refused::Emergency));
    }
    if card.toolkit.is_busy() {
        return Ok(Err(Refused::CatBusy));
    }
    let deleted = delete_profiles(card, options)?;
    let initial = &card.config.default_dp_address;
    let address = options.default_smdp_address && card.state.default_dp_address != *initial;
    if address {
        card.state.default_dp_address.clone_from(initial);
    }
    Ok(if deleted || address || options.is_iot_only() {
        Ok(())
    } else {
        Err(Refused::Nothing)
    })
}

/// Deletes the profiles of the classes asked for; true when there was one.
fn delete_profiles(card: &mut Context<'_>, options: Options) -> Result<bool, Fault> {
    let chosen = card
        .state
        .profiles
        .iter()
        .filter(|profile| options.includes(profile));
    let chosen: Vec<Vec<u8>> = chosen.map(|profile| profile.aid.clone()).collect();
    if chosen.is_empty() {
        return Ok(false);
    }
    let enabled = card.state.enabled_profile();
    let waiting = enabled.and_then(|enabled| switch::set_aside(&card.state, enabled));
    let waiting = waiting.map(|waiting| waiting.aid.clone());
    let enabled = enabled.map(|enabled| enabled.aid.clone());
    for aid in &chosen {
        switch::delete(card, aid)?;
    }
    // SGP.32 §5.9.16: nothing is as the package left it
    card.state.rollback = None;
    if matches!(card.session, Session::Installed(_)) {
        *card.session = Session::Idle;
    }
    if enabled.is_some_and(|aid| chosen.contains(&aid)) {
        replace_enabled(card, waiting)?;
    }
    Ok(true)
}

/// The enabled profile is gone: what a test profile set aside comes back, and the terminal is told
/// by REFRESH.
fn replace_enabled(card: &mut Context<'_>, waiting: Option<Vec<u8>>) -> Result<(), Fault> {
    card.state.fallback_return = None;
    card.state.test_return = None;
    card.announce_loss();
    let waiting = waiting.filter(|aid| card.state.profile_by_aid(aid).is_some());
    if let Some(waiting) = waiting {
        switch::enable(card, &waiting)?;
        switch::carry_out(card, true);
    }
    Ok(())
}

/// Removes every association. Counters of tokens go on, so old packages stay invalid.
fn reset_eims(card: &mut Context<'_>) -> EimCode {
    if !card.config.capabilities.eim_reset {
        return EimCode::EIM_RESET_NOT_SUPPORTED;
    }
    if card.state.eims.is_empty() {
        return EimCode::NOTHING_TO_DELETE;
    }
    if card.checkpoint("resetEimConfigData").is_err() {
        return EimCode::UNDEFINED_ERROR;
    }
    card.state.eims.clear();
    card.state.rollback = None;
    EimCode::OK
}

fn reset_immediate_enable(card: &mut Context<'_>) -> ImmediateCode {
    if !card.config.capabilities.immediate_enable_reset {
        return ImmediateCode::RESET_IEC_NOT_SUPPORTED;
    }
    if card.checkpoint("resetImmediateEnableConfig").is_err() {
        return ImmediateCode::UNDEFINED_ERROR;
    }
    card.state.immediate_enable = None;
    ImmediateCode::OK
}
