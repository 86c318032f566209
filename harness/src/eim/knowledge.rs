// SPDX-License-Identifier: MIT OR Apache-2.0
//! What an eUICC and its IPA have told of themselves: what the IPA may leave out of an indirect
//! download, and what the eIM may do in its place (SGP.32 §2.11.2.2).

use rsp::der;
use rsp::sgp22::DeviceInfo;
use rsp::sgp32::{IpaCapabilities, IpaCapabilitiesIpaFeatures as Features, IpaEuiccData};
use serde::{Deserialize, Serialize};

/// Everything in DER, as it came, so that it can be kept as it is.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Knowledge {
    /// `EUICCInfo1` (BF20).
    pub(super) info1: Option<Vec<u8>>,
    /// `EUICCInfo2` (BF22).
    pub(super) info2: Option<Vec<u8>>,
    /// `deviceInfo`.
    pub(super) device_info: Option<Vec<u8>>,
    /// `ipaCapabilities`.
    pub(super) capabilities: Option<Vec<u8>>,
}

impl Knowledge {
    /// Takes over what the answer to a data request has.
    pub(super) fn learn(&mut self, data: &IpaEuiccData) {
        learn(&mut self.info1, data.euicc_info1.as_ref());
        learn(&mut self.info2, data.euicc_info2.as_ref());
        learn(&mut self.device_info, data.device_info.as_ref());
        learn(&mut self.capabilities, data.ipa_capabilities.as_ref());
    }

    /// `deviceInfo`, when the IPA has told it.
    pub(super) fn device_info(&self) -> Option<DeviceInfo> {
        der::decode(self.device_info.as_ref()?).ok()
    }

    /// Whether the IPA has told that it can do this; false when it has told nothing.
    pub(super) fn has(&self, feature: usize) -> bool {
        self.features()
            .is_some_and(|features| features.has(feature))
    }

    /// Whether the IPA has said that it does not leave download data to the eIM.
    pub(super) fn wants_download_data(&self) -> bool {
        self.features()
            .is_some_and(|features| !features.has(Features::EIM_DOWNLOAD_DATA_HANDLING))
    }

    fn features(&self) -> Option<Features> {
        let capabilities: IpaCapabilities = der::decode(self.capabilities.as_ref()?).ok()?;
        Some(capabilities.ipa_features)
    }
}

fn learn<T: rasn::Encode>(slot: &mut Option<Vec<u8>>, value: Option<&T>) {
    if let Some(bytes) = value.and_then(|value| der::encode(value).ok()) {
        *slot = Some(bytes);
    }
}
