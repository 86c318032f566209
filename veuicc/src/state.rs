// SPDX-License-Identifier: MIT OR Apache-2.0
//! Everything the card remembers without power, as one serialisable value.
//!
//! Signed things (notifications, eUICC package results) are kept as the bytes that were signed:
//! asking twice gives the same answer twice.

use serde::{Deserialize, Serialize};

use crate::isdp::{Event, Isdp, Metadata, Operator, PolicyRules, ProfileState, isdp_aid};
use crate::uicc::Overlay;

/// Version of the state format; older states are brought to it, newer ones refused.
pub const STATE_VERSION: u32 = 2;

/// First instance number of an ISD-P ('0001' is the ISD-R, '0002' the ECASD).
const FIRST_ISDP: u16 = 0x0010;

/// Persistent state of a card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct State {
    /// [`STATE_VERSION`].
    pub version: u32,
    /// EID, 16 bytes.
    #[serde(with = "hex_bytes")]
    pub eid: Vec<u8>,
    /// Default SM-DP+ address.
    pub default_dp_address: Option<String>,
    /// Root SM-DS address.
    pub root_ds_address: String,
    /// Installed profiles in the order of installation.
    pub profiles: Vec<Isdp>,
    /// Instance number of the next ISD-P.
    pub next_isdp: u16,
    /// Sequence number of the next notification or eUICC package result: one space for both
    /// (SGP.32 §5.9.11).
    pub next_sequence_number: i64,
    /// Notifications and eUICC package results that were not removed yet, oldest first.
    pub pending: Vec<Pending>,
    /// Associated eIMs.
    pub eims: Vec<Eim>,
    /// The next association token; it only grows, so that packages signed before a
    /// re-association stay invalid (SGP.32 §2.11.1.1).
    pub next_association_token: i64,
    /// Rules authorisation table.
    pub rules_authorisation_table: Vec<AuthorisationRule>,
    /// Change of the enabled profile that waits for REFRESH or reset.
    pub profile_change: Option<ProfileChange>,
    /// What ES10b.ProfileRollback may undo.
    pub rollback: Option<Rollback>,
    /// Configuration of immediate enabling (SGP.32 §5.9.17).
    pub immediate_enable: Option<ImmediateEnable>,
    /// AID of the profile to return to from fallback.
    #[serde(with = "hex_bytes::option")]
    pub fallback_return: Option<Vec<u8>>,
    /// AID of the profile to return to when the Emergency Profile is disabled.
    #[serde(default, with = "hex_bytes::option")]
    pub emergency_return: Option<Vec<u8>>,
    /// AID of the profile to return to when the enabled test profile is disabled.
    #[serde(default, with = "hex_bytes::option")]
    pub test_return: Option<Vec<u8>>,
    /// A profile installation that has begun; found after a reset it was interrupted.
    pub installation: Option<Installation>,
    /// Revocation lists of the CIs (SGP.22 §5.7.12).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub revocation_lists: Vec<RevocationList>,
    /// An eUICC package that was accepted and not executed yet; found after a reset it was
    /// interrupted. Only a card with a journal of packages has it.
    #[serde(default)]
    pub package: Option<AcceptedPackage>,
    /// One-time keys of profile downloads that did not reach their end (SGP.22 §5.7.5).
    pub one_time_keys: Vec<OneTimeKey>,
    /// Bytes of non-volatile memory that failed installations did not give back; a card that
    /// follows the specification loses none.
    pub lost_memory: u32,
    /// Sequence number of the next eUICC package result on a card that counts them apart from
    /// notifications.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_result_number: Option<i64>,
}

impl State {
    /// State of a card that leaves the factory.
    #[must_use]
    pub fn new(eid: [u8; 16], default_dp_address: Option<String>, root_ds_address: String) -> Self {
        Self {
            version: STATE_VERSION,
            eid: eid.to_vec(),
            default_dp_address,
            root_ds_address,
            profiles: Vec::new(),
            next_isdp: FIRST_ISDP,
            next_sequence_number: 1,
            pending: Vec::new(),
            eims: Vec::new(),
            next_association_token: 1,
            rules_authorisation_table: Vec::new(),
            profile_change: None,
            rollback: None,
            immediate_enable: None,
            fallback_return: None,
            emergency_return: None,
            test_return: None,
            installation: None,
            revocation_lists: Vec::new(),
            package: None,
            one_time_keys: Vec::new(),
            lost_memory: 0,
            next_result_number: None,
        }
    }

    /// The profile with that ICCID.
    #[must_use]
    pub fn profile_by_iccid(&self, iccid: &[u8]) -> Option<&Isdp> {
        self.profiles
            .iter()
            .find(|profile| profile.metadata.iccid == iccid)
    }

    /// The profile in the ISD-P with that AID.
    #[must_use]
    pub fn profile_by_aid(&self, aid: &[u8]) -> Option<&Isdp> {
        self.profiles.iter().find(|profile| profile.aid == aid)
    }

    /// The enabled profile.
    #[must_use]
    pub fn enabled_profile(&self) -> Option<&Isdp> {
        self.profiles.iter().find(|profile| profile.is_enabled())
    }

    /// Adds a profile in state disabled and returns the AID of its new ISD-P.
    pub(crate) fn add_profile(
        &mut self,
        metadata: Metadata,
        dp_proprietary_data: Option<Vec<u8>>,
        profile_elements: Vec<u8>,
    ) -> Vec<u8> {
        let aid = self.take_isdp_aid();
        self.profiles.push(Isdp {
            aid: aid.clone(),
            state: ProfileState::Disabled,
            metadata,
            nickname: None,
            fallback_attribute: false,
            dp_proprietary_data,
            profile_elements,
            pre_loaded: false,
            uicc: Overlay::default(),
        });
        aid
    }

    /// An AID that no profile has, and that nothing to return to is waiting under: numbers come
    /// again after the last one.
    fn take_isdp_aid(&mut self) -> Vec<u8> {
        let mut aid = Vec::new();
        // memory ends long before the numbers do
        for _ in FIRST_ISDP..=u16::MAX {
            aid = isdp_aid(self.next_isdp);
            self.next_isdp = self.next_isdp.checked_add(1).unwrap_or(FIRST_ISDP);
            let returns = [
                &self.fallback_return,
                &self.emergency_return,
                &self.test_return,
            ];
            let waits = returns.into_iter().flatten().any(|other| *other == aid);
            if !waits && self.profile_by_aid(&aid).is_none() {
                break;
            }
        }
        aid
    }

    /// Disables and enables what the change names.
    pub(crate) fn set_enabled(&mut self, change: &ProfileChange) {
        for profile in &mut self.profiles {
            if change.disable.as_ref() == Some(&profile.aid) {
                profile.state = ProfileState::Disabled;
            }
            if change.enable.as_ref() == Some(&profile.aid) {
                profile.state = ProfileState::Enabled;
            }
        }
    }

    /// Takes the next number of an eUICC package result: of the same space, unless the card counts
    /// them apart.
    pub(crate) fn take_result_number(&mut self) -> i64 {
        let Some(number) = self.next_result_number else {
            return self.take_sequence_number();
        };
        self.next_result_number = Some(number.saturating_add(1));
        number
    }

    /// Takes the next sequence number.
    pub(crate) fn take_sequence_number(&mut self) -> i64 {
        let number = self.next_sequence_number;
        self.next_sequence_number = number.saturating_add(1);
        number
    }
}

/// A notification or an eUICC package result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Pending {
    /// `seqNumber`.
    pub sequence_number: i64,
    /// Which of the two.
    pub kind: PendingKind,
    /// `PendingNotification` or `EuiccPackageResult` as it was signed.
    #[serde(with = "hex_bytes")]
    pub bytes: Vec<u8>,
}

/// What a [`Pending`] entry is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub enum PendingKind {
    /// A notification; `metadata` is its `NotificationMetadata` TLV.
    Notification {
        /// Operation reported.
        event: Event,
        /// The BF2F TLV.
        #[serde(with = "hex_bytes")]
        metadata: Vec<u8>,
    },
    /// An eUICC package result.
    EuiccPackageResult,
}

/// An associated eIM.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Eim {
    /// `eimId`.
    pub eim_id: String,
    /// Highest counter value of an accepted package, or the initial one.
    pub counter_value: i64,
    /// Token the eUICC gave, if one was asked for.
    pub association_token: Option<i64>,
    /// `EimConfigurationData` as it was received.
    #[serde(with = "hex_bytes")]
    pub configuration: Vec<u8>,
}

/// One entry of the rules authorisation table (SGP.22 §2.9.2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AuthorisationRule {
    /// Rules this entry allows.
    pub rules: PolicyRules,
    /// Profile owners it allows them to.
    pub allowed_operators: Vec<Operator>,
    /// `consentRequired(0)`.
    pub consent_required: bool,
}

/// A change of the enabled profile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ProfileChange {
    /// AID of the ISD-P to disable.
    #[serde(with = "hex_bytes::option")]
    pub disable: Option<Vec<u8>>,
    /// AID of the ISD-P to enable.
    #[serde(with = "hex_bytes::option")]
    pub enable: Option<Vec<u8>>,
}

/// What a rollback restores (SGP.32 §5.9.16).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Rollback {
    /// AID of the profile that was enabled before.
    #[serde(with = "hex_bytes")]
    pub previous: Vec<u8>,
    /// eIM that authorised it.
    pub eim_id: String,
    /// Counter of its package.
    pub counter_value: i64,
    /// Transaction of its package.
    #[serde(with = "hex_bytes::option")]
    pub eim_transaction_id: Option<Vec<u8>>,
    /// `eimSignature`, which the result are signed over in SGP.32 v1.0.
    #[serde(default, with = "hex_bytes", skip_serializing_if = "Vec::is_empty")]
    pub eim_signature: Vec<u8>,
    /// Sequence numbers of the notifications and then of the result that a rollback discards.
    pub sequence_numbers: Vec<i64>,
    /// [`State::fallback_return`] before the package.
    #[serde(default, with = "hex_bytes::option")]
    pub fallback_return: Option<Vec<u8>>,
    /// [`State::test_return`] before the package.
    #[serde(default, with = "hex_bytes::option")]
    pub test_return: Option<Vec<u8>>,
}

/// An accepted eUICC package: what its result needs if it is interrupted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AcceptedPackage {
    /// `eimId`.
    pub eim_id: String,
    /// `counterValue`.
    pub counter_value: i64,
    /// `eimTransactionId`.
    #[serde(with = "hex_bytes::option")]
    pub eim_transaction_id: Option<Vec<u8>>,
    /// `eimSignature`, which its results are signed over in SGP.32 v1.0.
    #[serde(default, with = "hex_bytes", skip_serializing_if = "Vec::is_empty")]
    pub eim_signature: Vec<u8>,
}

/// Configuration of immediate enabling.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ImmediateEnable {
    /// `defaultSmdpOid`, dotted.
    pub default_smdp_oid: Option<String>,
    /// `defaultSmdpAddress`.
    pub default_smdp_address: Option<String>,
}

/// A begun profile installation: what its result needs if it is interrupted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Installation {
    /// `transactionId`.
    #[serde(with = "hex_bytes")]
    pub transaction_id: Vec<u8>,
    /// OID of the SM-DP+, dotted.
    pub smdp_oid: String,
    /// Address the result goes to.
    pub smdp_address: String,
    /// ICCID, once the metadata came.
    #[serde(default, with = "hex_bytes::option")]
    pub iccid: Option<Vec<u8>>,
    /// The command in progress (`BppCommandId`).
    pub bpp_command_id: i64,
    /// Which of the card's credentials signs the result: the CI key identifier.
    #[serde(with = "hex_bytes")]
    pub ci_key_id: Vec<u8>,
}

/// A revocation list of a CI, or a part of one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RevocationList {
    /// Subject key identifier of the CI.
    #[serde(with = "hex_bytes")]
    pub ci_key_id: Vec<u8>,
    /// `cRLNumber`.
    pub number: u64,
    /// Which part this is, from 1.
    pub part: u32,
    /// Serial numbers of what is revoked, hexadecimal.
    pub serials: Vec<String>,
}

/// A one-time key pair kept for a retry of its download.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OneTimeKey {
    /// otPK.EUICC.ECKA, an uncompressed point.
    #[serde(with = "hex_bytes")]
    pub public_key: Vec<u8>,
    /// otSK.EUICC.ECKA.
    #[serde(with = "hex_bytes")]
    pub private_key: Vec<u8>,
    /// True for brainpoolP256r1, false for P-256.
    pub brainpool: bool,
    /// OID of the SM-DP+ it was made for, dotted.
    pub smdp_oid: String,
}

impl std::fmt::Debug for OneTimeKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OneTimeKey")
            .field("public_key", &hex::encode(&self.public_key))
            .finish()
    }
}

/// Bytes as lower-case hex in state files.
pub(crate) mod hex_bytes {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(crate) fn serialize<S: Serializer>(bytes: &[u8], to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&hex::encode(bytes))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<u8>, D::Error> {
        let text = String::deserialize(from)?;
        hex::decode(&text).map_err(|_| D::Error::custom(format!("expected hex, got \"{text}\"")))
    }

    /// The same for a member that can be absent.
    pub(crate) mod option {
        use serde::{Deserialize, Deserializer, Serializer, de::Error};

        pub(crate) fn serialize<S: Serializer>(
            bytes: &Option<Vec<u8>>,
            to: S,
        ) -> Result<S::Ok, S::Error> {
            match bytes {
                Some(bytes) => to.serialize_some(&hex::encode(bytes)),
                None => to.serialize_none(),
            }
        }

        pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
            from: D,
        ) -> Result<Option<Vec<u8>>, D::Error> {
            let text = Option::<String>::deserialize(from)?;
            text.map(|text| {
                hex::decode(&text)
                    .map_err(|_| D::Error::custom(format!("expected hex, got \"{text}\"")))
            })
            .transpose()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_isd_ps_come_again_but_never_twice() {
        let mut state = State::new([0; 16], None, String::new());
        let add = |state: &mut State| state.add_profile(Metadata::default(), None, Vec::new());
        let first = add(&mut state);
        state.fallback_return = Some(isdp_aid(FIRST_ISDP + 1));
        state.next_isdp = u16::MAX;
        assert_eq!(add(&mut state), isdp_aid(u16::MAX));
        assert_eq!(first, isdp_aid(FIRST_ISDP));
        assert_eq!(add(&mut state), isdp_aid(FIRST_ISDP + 2));
    }
}
