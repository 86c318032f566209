// SPDX-License-Identifier: MIT OR Apache-2.0
//! From a configured order to an order with its profile and its metadata.

use std::path::PathBuf;
use std::sync::Arc;

use rsp::der::{self, CodecError};
use rsp::id::{Eid, IdError};
use rsp::sgp22::{
    IconType, NotificationConfigurationInformation, NotificationEvent, OperatorId, PprIds,
    ProfileClass,
};
use rsp::sgp32::Sgp32StoreMetadataRequest;

use super::{Counts, Order, OrderId, OrderState, SmDsEvent};
use crate::SmDp;
use crate::config::{
    EventConfig, MetadataConfig, NotificationConfig, OrderConfig, ProfileClassConfig,
    ProfileTypeConfig,
};
use crate::profile::{Profile, Profiles};

/// Why an order cannot be taken.
#[derive(Debug, thiserror::Error)]
pub enum OrderError {
    /// Another order has the MatchingID.
    #[error("order {0}: expected a MatchingID of its own, got one that is taken")]
    MatchingIdTaken(String),
    /// The profile is not in the folder.
    #[error("order {}: expected a profile package, found no {}", .0, .1.display())]
    NoProfile(String, PathBuf),
    /// The EID is none.
    #[error("order {0}: {1}")]
    Eid(String, #[source] IdError),
    /// A profile type cannot be offered.
    #[error("profile type {0}: {1}")]
    ProfileType(String, String),
    /// A metadata value is out of range.
    #[error("order {0}: {1}")]
    Metadata(String, String),
    /// The metadata has no encoding.
    #[error("order {0}: {1}")]
    Codec(String, #[source] CodecError),
}

impl SmDp {
    /// Takes an order, with its package from `profiles`.
    ///
    /// # Errors
    /// The package is missing, the MatchingID is taken or a value is out of range.
    pub fn add_order(
        &mut self,
        order: &OrderConfig,
        profiles: &Profiles,
    ) -> Result<OrderId, OrderError> {
        let profile = profiles.get(&order.profile).ok_or_else(|| {
            OrderError::NoProfile(order.matching_id.clone(), order.profile.clone())
        })?;
        let receiver = self.config.notification_address.as_ref();
        let receiver = receiver.unwrap_or(&self.config.address);
        let expires = order.expires_in.map(|after| self.now + i64::from(after));
        let mut order = Order::from_config(order, profile, receiver)?;
        order.expires = order.expires.or(expires);
        let is_released = order.smds.is_some() && order.state == OrderState::Released;
        let id = self.orders.add(order)?;
        if is_released {
            self.unregistered.insert(id);
        }
        Ok(id)
    }
}

impl SmDp {
    /// Offers a profile type, with its package from `profiles`.
    ///
    /// # Errors
    /// The package is missing or cannot have other ICCIDs, or a name or an ICCID is taken.
    pub fn add_profile_type(
        &mut self,
        config: &ProfileTypeConfig,
        profiles: &Profiles,
    ) -> Result<(), OrderError> {
        self.es2.types.add(config, profiles)
    }
}

impl Order {
    /// An order for a profile. Notifications go to `address` where the configuration names nobody.
    ///
    /// # Errors
    /// A value is out of range.
    pub fn from_config(
        config: &OrderConfig,
        profile: Arc<Profile>,
        address: &str,
    ) -> Result<Self, OrderError> {
        let name = || config.matching_id.clone();
        let eid = config.eid.as_deref().map(str::parse::<Eid>).transpose();
        let eid = eid.map_err(|error| OrderError::Eid(name(), error))?;
        let metadata = metadata(&config.metadata, &profile, address)
            .map_err(|problem| OrderError::Metadata(name(), problem))?;
        let metadata = der::encode(&metadata).map_err(|error| OrderError::Codec(name(), error))?;
        Ok(Self {
            matching_id: name(),
            eid,
            profile,
            metadata,
            confirmation_code: config.confirmation_code.clone(),
            confirmation_code_tries: config.confirmation_code_tries,
            attempts: config.attempts,
            expires: config.expires,
            state: config.state,
            key_mode: config.key_mode,
            rebinding: config.rebinding,
            reusable: config.reusable,
            start: Some(Counts {
                confirmation_code_tries: config.confirmation_code_tries,
                attempts: config.attempts,
            }),
            metadata_segment: config.metadata_segment,
            requires: config.requires.clone(),
            operator: config.operator.clone(),
            profile_type: None,
            smds: config.smds.as_deref().map(SmDsEvent::new),
            binding: None,
        })
    }
}

fn metadata(
    config: &MetadataConfig,
    profile: &Profile,
    address: &str,
) -> Result<Sgp32StoreMetadataRequest, String> {
    let icon = config
        .icon_png
        .as_deref()
        .map(|text| bytes("icon_png", text))
        .transpose()?;
    Ok(Sgp32StoreMetadataRequest {
        iccid: profile.iccid().into(),
        service_provider_name: limited("service_provider_name", &config.service_provider_name, 32)?,
        profile_name: limited("profile_name", &config.profile_name, 64)?,
        icon_type: icon.is_some().then_some(IconType::PNG),
        icon: icon.map(Into::into),
        profile_class: match config.profile_class {
            ProfileClassConfig::Test => ProfileClass::TEST,
            ProfileClassConfig::Provisioning => ProfileClass::PROVISIONING,
            ProfileClassConfig::Operational => ProfileClass::OPERATIONAL,
        },
        notification_configuration_info: notifications(config.notifications.as_deref(), address),
        profile_owner: owner(config)?,
        profile_policy_rules: policy_rules(&config.profile_policy_rules)?,
        service_specific_data_stored_in_euicc: None,
        service_specific_data_not_stored_in_euicc: None,
        ecall_indication: config.ecall_indication,
        fallback_allowed: config.fallback_allowed,
        iot_specific_metadata: None,
        additions: Default::default(),
    })
}

/// One entry per event: eUICCs exist that read the first bit of an entry only.
fn notifications(
    config: Option<&[NotificationConfig]>,
    address: &str,
) -> Option<Vec<NotificationConfigurationInformation>> {
    let entry = |event: &EventConfig, address: &str| NotificationConfigurationInformation {
        profile_management_operation: NotificationEvent::of(&[match event {
            EventConfig::Install => NotificationEvent::NOTIFICATION_INSTALL,
            EventConfig::Enable => NotificationEvent::NOTIFICATION_ENABLE,
            EventConfig::Disable => NotificationEvent::NOTIFICATION_DISABLE,
            EventConfig::Delete => NotificationEvent::NOTIFICATION_DELETE,
        }]),
        notification_address: address.to_owned(),
        additions: Default::default(),
    };
    let entries: Vec<_> = match config {
        None => EventConfig::ALL
            .iter()
            .map(|event| entry(event, address))
            .collect(),
        Some(config) => {
            let entries_of = |it: &NotificationConfig| {
                let address = it.address.as_deref().unwrap_or(address);
                it.events
                    .iter()
                    .map(|event| entry(event, address))
                    .collect::<Vec<_>>()
            };
            config.iter().flat_map(entries_of).collect()
        }
    };
    (!entries.is_empty()).then_some(entries)
}

fn owner(config: &MetadataConfig) -> Result<Option<OperatorId>, String> {
    let gid =
        |name, text: &Option<String>| text.as_deref().map(|text| bytes(name, text)).transpose();
    let Some(mcc_mnc) = config.owner_mcc_mnc.as_deref() else {
        return Ok(None);
    };
    let mcc_mnc = bytes("owner_mcc_mnc", mcc_mnc)?;
    if mcc_mnc.len() != 3 {
        return Err(format!(
            "owner_mcc_mnc: expected 3 bytes, got {}",
            mcc_mnc.len()
        ));
    }
    Ok(Some(OperatorId {
        mcc_mnc: mcc_mnc.into(),
        gid1: gid("owner_gid1", &config.owner_gid1)?.map(Into::into),
        gid2: gid("owner_gid2", &config.owner_gid2)?.map(Into::into),
        additions: Default::default(),
    }))
}

fn policy_rules(rules: &[u8]) -> Result<Option<PprIds>, String> {
    let bit = |rule: &u8| match rule {
        1 => Ok(PprIds::PPR1),
        2 => Ok(PprIds::PPR2),
        3 => Ok(PprIds::PPR3),
        other => Err(format!(
            "profile_policy_rules: expected 1, 2 or 3, got {other}"
        )),
    };
    let bits = rules.iter().map(bit).collect::<Result<Vec<_>, _>>()?;
    Ok((!bits.is_empty()).then(|| PprIds::of(&bits)))
}

fn bytes(name: &str, text: &str) -> Result<Vec<u8>, String> {
    hex::decode(text).map_err(|error| format!("{name}: expected hexadecimal: {error}"))
}

fn limited(name: &str, text: &str, limit: usize) -> Result<String, String> {
    if text.len() > limit {
        return Err(format!(
            "{name}: expected at most {limit} bytes, got {}",
            text.len()
        ));
    }
    Ok(text.to_owned())
}
