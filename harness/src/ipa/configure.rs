// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a device configures on its card itself (SGP.32 §5.9.17, §5.9.25).

use rsp::asn1::ObjectIdentifier;
use rsp::sgp32::{
    ConfigureImmediateProfileEnablingRequest, ConfigureImmediateProfileEnablingResponse,
    Sgp32SetDefaultDpAddressRequest, Sgp32SetDefaultDpAddressResponse,
};

use super::{Error, Ipa};
use crate::defect::IpaDefect;

impl Ipa {
    /// Switches immediate enabling on or off (SGP.32 §5.9.17).
    ///
    /// # Errors
    /// [`Error::Refused`] with the card's code.
    pub fn configure_immediate_enabling(
        &mut self,
        on: bool,
        oid: Option<ObjectIdentifier>,
        address: Option<String>,
    ) -> Result<(), Error> {
        let request = ConfigureImmediateProfileEnablingRequest {
            immediate_enable_flag: on.then_some(()),
            default_smdp_oid: oid,
            default_smdp_address: address,
            additions: Default::default(),
        };
        let function = "ConfigureImmediateProfileEnabling";
        if self.has(IpaDefect::DropsConfiguration) {
            return Ok(());
        }
        let answer: ConfigureImmediateProfileEnablingResponse =
            self.card.call(function, &request)?;
        let code = answer.config_immediate_enable_result;
        self.done(function, code.0, &code.to_string())
    }

    /// Sets the default SM-DP+ address, or clears it with an empty one (SGP.32 §5.9.25).
    ///
    /// # Errors
    /// [`Error::Refused`] with the card's code.
    pub fn set_default_smdp(&mut self, address: &str) -> Result<(), Error> {
        let request = Sgp32SetDefaultDpAddressRequest {
            default_dp_address: address.to_owned(),
            additions: Default::default(),
        };
        let function = "SetDefaultDpAddress";
        if self.has(IpaDefect::DropsConfiguration) {
            return Ok(());
        }
        let answer: Sgp32SetDefaultDpAddressResponse = self.card.call(function, &request)?;
        let code = answer.set_default_dp_address_result;
        self.done(function, code.0, &code.to_string())
    }

    fn done(&self, function: &'static str, code: i64, name: &str) -> Result<(), Error> {
        if code == 0 || self.has(IpaDefect::HidesCardRefusals) {
            tracing::info!("{function}: done");
            return Ok(());
        }
        Err(Error::Refused {
            function,
            code: name.to_owned(),
        })
    }
}
