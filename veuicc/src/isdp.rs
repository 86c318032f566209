// SPDX-License-Identifier: MIT OR Apache-2.0
//! An ISD-P: the metadata of its profile, its state, its policy rules and its profile elements.

use serde::{Deserialize, Serialize};

use crate::state::hex_bytes;
use crate::uicc::Overlay;

/// AID of an ISD-P: a fixed RID and PIX with a two-byte instance number (SGP.02 Annex H).
const ISDP_AID: [u8; 16] = [
    0xA0, 0, 0, 5, 0x59, 0x10, 0x10, 0xFF, 0xFF, 0xFF, 0xFF, 0x89, 0, 0, 0, 0,
];

/// AID of the ISD-P with that instance number; the first is '0010'.
#[must_use]
pub(crate) fn isdp_aid(instance: u16) -> Vec<u8> {
    let mut aid = ISDP_AID;
    let [.., fourteenth, fifteenth, _] = &mut aid;
    [*fourteenth, *fifteenth] = instance.to_be_bytes();
    aid.to_vec()
}

/// State of a profile (SGP.22 §3.1.5, `ProfileState`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ProfileState {
    /// Installed, not selectable.
    #[default]
    Disabled,
    /// The profile the terminal sees.
    Enabled,
}

/// `ProfileClass`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ProfileClass {
    /// Test profile.
    Test,
    /// Provisioning profile.
    Provisioning,
    /// Operational profile, the default.
    #[default]
    Operational,
}

impl ProfileClass {
    /// The wire value.
    #[must_use]
    pub fn value(self) -> i64 {
        match self {
            Self::Test => 0,
            Self::Provisioning => 1,
            Self::Operational => 2,
        }
    }

    /// From the wire value.
    #[must_use]
    pub fn from_value(value: i64) -> Option<Self> {
        match value {
            0 => Some(Self::Test),
            1 => Some(Self::Provisioning),
            2 => Some(Self::Operational),
            _ => None,
        }
    }
}

/// An operation a notification reports (`NotificationEvent`, one bit).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Event {
    /// notificationInstall(0)
    Install,
    /// notificationEnable(1)
    Enable,
    /// notificationDisable(2)
    Disable,
    /// notificationDelete(3)
    Delete,
}

impl Event {
    /// All of them, in bit order.
    pub const ALL: [Self; 4] = [Self::Install, Self::Enable, Self::Disable, Self::Delete];

    /// Bit number in `NotificationEvent`.
    #[must_use]
    pub fn bit(self) -> usize {
        match self {
            Self::Install => 0,
            Self::Enable => 1,
            Self::Disable => 2,
            Self::Delete => 3,
        }
    }
}

/// One entry of `notificationConfigurationInfo`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NotificationConfiguration {
    /// Operations to report.
    pub events: Vec<Event>,
    /// Receiver.
    pub address: String,
}

/// `OperatorId`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Operator {
    /// MCC and MNC as in TS 24.008.
    #[serde(with = "hex_bytes")]
    pub mcc_mnc: Vec<u8>,
    /// GID1, if given.
    #[serde(
        default,
        with = "hex_bytes::option",
        skip_serializing_if = "Option::is_none"
    )]
    pub gid1: Option<Vec<u8>>,
    /// GID2, if given.
    #[serde(
        default,
        with = "hex_bytes::option",
        skip_serializing_if = "Option::is_none"
    )]
    pub gid2: Option<Vec<u8>>,
}

/// Profile policy rules (`PprIds`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PolicyRules {
    /// pprUpdateControl(0)
    pub update_control: bool,
    /// ppr1(1): disabling is not allowed.
    pub ppr1: bool,
    /// ppr2(2): deletion is not allowed.
    pub ppr2: bool,
}

/// What the ISD-R knows about a profile (`StoreMetadataRequest`, SGP.22 §5.5.3).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Metadata {
    /// ICCID as in EF.ICCID.
    #[serde(with = "hex_bytes")]
    pub iccid: Vec<u8>,
    /// `serviceProviderName`.
    pub service_provider_name: String,
    /// `profileName`.
    pub profile_name: String,
    /// `iconType`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub icon_type: Option<i64>,
    /// `icon`.
    #[serde(
        default,
        with = "hex_bytes::option",
        skip_serializing_if = "Option::is_none"
    )]
    pub icon: Option<Vec<u8>>,
    /// `profileClass`.
    pub profile_class: ProfileClass,
    /// `notificationConfigurationInfo`.
    pub notification_configuration_info: Vec<NotificationConfiguration>,
    /// `profileOwner`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile_owner: Option<Operator>,
    /// `profilePolicyRules`; absent and empty differ on the wire.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile_policy_rules: Option<PolicyRules>,
    /// `serviceSpecificDataStoredInEuicc`, the whole BF22 TLV.
    #[serde(
        default,
        with = "hex_bytes::option",
        skip_serializing_if = "Option::is_none"
    )]
    pub service_specific_data_stored_in_euicc: Option<Vec<u8>>,
    /// `ecallIndication`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ecall_indication: Option<bool>,
    /// `fallbackAllowed`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fallback_allowed: Option<bool>,
}

impl Metadata {
    /// The least there is to say about a profile: for fixtures.
    #[must_use]
    pub fn for_iccid(iccid: &[u8; 10], profile_name: &str) -> Self {
        Self {
            iccid: iccid.to_vec(),
            service_provider_name: "Test".to_owned(),
            profile_name: profile_name.to_owned(),
            ..Self::default()
        }
    }
}

/// A profile on the card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Isdp {
    /// AID of the ISD-P.
    #[serde(with = "hex_bytes")]
    pub aid: Vec<u8>,
    /// State after the last reset or REFRESH.
    pub state: ProfileState,
    /// What StoreMetadata said.
    pub metadata: Metadata,
    /// `profileNickname`, set by the end user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nickname: Option<String>,
    /// The fallback attribute (SGP.32 §3.4.6).
    #[serde(default)]
    pub fallback_attribute: bool,
    /// `dpProprietaryData` of ConfigureISDP, the whole B8 TLV.
    #[serde(
        default,
        with = "hex_bytes::option",
        skip_serializing_if = "Option::is_none"
    )]
    pub dp_proprietary_data: Option<Vec<u8>>,
    /// The profile elements as they came, one after the other.
    #[serde(with = "hex_bytes")]
    pub profile_elements: Vec<u8>,
    /// True for profiles that were there when the card left the factory.
    #[serde(default)]
    pub pre_loaded: bool,
    /// What commands changed in its files, codes and counters.
    #[serde(default, skip_serializing_if = "Overlay::is_empty")]
    pub uicc: Overlay,
}

impl Isdp {
    /// True when the profile is enabled.
    #[must_use]
    pub fn is_enabled(&self) -> bool {
        self.state == ProfileState::Enabled
    }

    /// The rules, none when the metadata has none.
    #[must_use]
    pub fn policy_rules(&self) -> PolicyRules {
        self.metadata.profile_policy_rules.unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn isdp_aid_carries_the_instance_in_bytes_14_and_15() {
        assert_eq!(
            hex::encode(isdp_aid(0x0010)),
            "a0000005591010ffffffff8900001000"
        );
        assert_eq!(
            hex::encode(isdp_aid(0x1234)),
            "a0000005591010ffffffff8900123400"
        );
    }
}
