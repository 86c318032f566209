// SPDX-License-Identifier: MIT OR Apache-2.0
//! Immediate enabling: ImmediateEnable (SGP.32 §5.9.15), ConfigureImmediateProfileEnabling
//! (SGP.32 §5.9.17), and the configuration that the PSMO configureImmediateEnable shares with it.
//!
//! The configuration stays until it is changed; the permission is good for one download and ends
//! with the session of that download.

use rsp::asn1::ObjectIdentifier;
use rsp::raw::Additions;
use rsp::sgp32::{
    ConfigureImmediateProfileEnablingRequest, ConfigureImmediateProfileEnablingResponse,
    ConfigureImmediateProfileEnablingResponseConfigImmediateEnableResult as ConfigureCode,
    ImmediateEnableRequest, ImmediateEnableResponse,
    ImmediateEnableResponseImmediateEnableResult as Code,
};

use super::info;
use crate::context::{Context, Fault};
use crate::es10c::switch::{self, Refused, Which};
use crate::isdr::Function;
use crate::session::{Installed, Session};
use crate::state::ImmediateEnable;

/// Longest address that is kept: an FQDN has at most 255 characters.
const LONGEST_ADDRESS: usize = 255;

/// What is to be configured; without the flag immediate enabling is switched off.
#[derive(Debug)]
pub(crate) struct Wanted {
    pub(crate) flag: bool,
    pub(crate) default_smdp_oid: Option<ObjectIdentifier>,
    pub(crate) default_smdp_address: Option<String>,
}

/// Why immediate enabling cannot be configured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unconfigurable {
    /// The card has no room for it.
    InsufficientMemory,
    /// A value means nothing, or the card does not support immediate enabling.
    Command,
}

/// Configures immediate enabling.
pub(crate) fn configure(card: &mut Context<'_>, wanted: Wanted) -> Result<(), Unconfigurable> {
    if !card.config.capabilities.immediate_enable {
        return Err(Unconfigurable::Command);
    }
    if !wanted.flag {
        card.state.immediate_enable = None;
        return Ok(());
    }
    let oid = wanted.default_smdp_oid;
    let address = wanted.default_smdp_address;
    let readable = oid.as_ref().is_none_or(|oid| oid.arcs().is_some());
    let fits = address
        .as_ref()
        .is_none_or(|address| address.len() <= LONGEST_ADDRESS);
    if !readable || !fits {
        return Err(Unconfigurable::Command);
    }
    let configuration = ImmediateEnable {
        default_smdp_oid: oid.map(|oid| oid.to_string()),
        default_smdp_address: address,
    };
    let before = card.state.immediate_enable.as_ref().map_or(0, size);
    if size(&configuration) > before + info::free(card) {
        return Err(Unconfigurable::InsufficientMemory);
    }
    card.state.immediate_enable = Some(configuration);
    Ok(())
}

/// Memory that the configuration takes.
pub(crate) fn size(configuration: &ImmediateEnable) -> usize {
    let length = |text: &Option<String>| text.as_ref().map_or(0, String::len);
    1 + length(&configuration.default_smdp_oid) + length(&configuration.default_smdp_address)
}

/// ConfigureImmediateProfileEnabling: for an IPA, as long as no eIM is in charge.
impl Function for ConfigureImmediateProfileEnablingRequest {
    type Response = ConfigureImmediateProfileEnablingResponse;

    fn execute(self, card: &mut Context<'_>) -> Result<Self::Response, Fault> {
        let result = if card.state.eims.is_empty() {
            let wanted = Wanted {
                flag: self.immediate_enable_flag.is_some(),
                default_smdp_oid: self.default_smdp_oid,
                default_smdp_address: self.default_smdp_address,
            };
            match configure(card, wanted) {
                Ok(()) => ConfigureCode::OK,
                Err(Unconfigurable::InsufficientMemory) => ConfigureCode::INSUFFICIENT_MEMORY,
                Err(Unconfigurable::Command) => ConfigureCode::UNDEFINED_ERROR,
            }
        } else {
            ConfigureCode::ASSOCIATED_EIM_ALREADY_EXISTS
        };
        Ok(ConfigureImmediateProfileEnablingResponse {
            config_immediate_enable_result: result,
            additions: Additions::none(),
        })
    }
}

/// ImmediateEnable: the profile that was just installed.
impl Function for ImmediateEnableRequest {
    type Response = ImmediateEnableResponse;

    fn execute(self, card: &mut Context<'_>) -> Result<ImmediateEnableResponse, Fault> {
        let immediate_enable_result = match target(card) {
            Ok(aid) => {
                switch::enable(card, &aid)?;
                switch::carry_out(card, self.refresh_flag);
                *card.session = Session::Idle;
                Code::OK
            }
            Err(code) => code,
        };
        Ok(ImmediateEnableResponse {
            immediate_enable_result,
            additions: Additions::none(),
        })
    }
}

/// The checks in the clause's order; returns the AID to enable.
fn target(card: &Context<'_>) -> Result<Vec<u8>, Code> {
    // verify that immediate enabling is configured
    let Some(configuration) = &card.state.immediate_enable else {
        return Err(Code::IMMEDIATE_ENABLE_NOT_AVAILABLE);
    };
    // verify that the session is the one of a download that installed a profile
    let Session::Installed(installed) = &*card.session else {
        return Err(Code::NO_SESSION_CONTEXT);
    };
    // verify that the profile came from the SM-DP+ that is configured
    if !allows(configuration, installed) {
        return Err(Code::IMMEDIATE_ENABLE_NOT_AVAILABLE);
    }
    switch::enable_target(card, Which::Aid(&installed.aid)).map_err(|refused| match refused {
        Refused::NotFound => Code::NO_SESSION_CONTEXT,
        Refused::WrongState | Refused::DisallowedByPolicy | Refused::WrongReenabling => {
            Code::IMMEDIATE_ENABLE_NOT_AVAILABLE
        }
        Refused::CatBusy => Code::CAT_BUSY,
    })
}

/// What is not configured is not asked for. Host names are compared as DNS compares them.
fn allows(configuration: &ImmediateEnable, installed: &Installed) -> bool {
    let host = |address: &str| address.trim_end_matches('.').to_ascii_lowercase();
    let oid = configuration.default_smdp_oid.as_ref();
    let address = configuration.default_smdp_address.as_ref();
    oid.is_none_or(|oid| *oid == installed.smdp_oid)
        && address.is_none_or(|address| host(address) == host(&installed.smdp_address))
}
