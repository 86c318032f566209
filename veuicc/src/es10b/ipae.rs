// SPDX-License-Identifier: MIT OR Apache-2.0
//! IpaeActivation (SGP.32 §3.8.4): hands over from the IPA in the device to the one in the eUICC,
//! until the next reset.
//!
//! Trap: LpaeActivation of SGP.22 §5.7.1 has the same tag and the same form. A card without either
//! answers notSupported to both.

use rsp::raw::Additions;
use rsp::sgp32::{
    IpaeActivationRequest, IpaeActivationRequestIpaeOption as Options, IpaeActivationResponse,
    IpaeActivationResponseIpaeActivationResult as Code,
};

use crate::context::{Context, Fault};
use crate::isdr::Function;

/// IpaeActivation.
impl Function for IpaeActivationRequest {
    type Response = IpaeActivationResponse;

    fn execute(self, card: &mut Context<'_>) -> Result<IpaeActivationResponse, Fault> {
        let supported = card.config.capabilities.ipae;
        let activated = supported && self.ipae_option.has(Options::ACTIVATE_IPAE);
        card.until_reset.ipae_active |= activated;
        Ok(IpaeActivationResponse {
            ipae_activation_result: if activated {
                Code::OK
            } else {
                Code::NOT_SUPPORTED
            },
            additions: Additions::none(),
        })
    }
}
