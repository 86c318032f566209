// SPDX-License-Identifier: MIT OR Apache-2.0
//! What checks see of a card.

use serde_json::{Map, Value, json};
use veuicc::{PendingKind, ProfileClass, ProfileState};

use super::SharedCard;

impl SharedCard {
    /// The profiles, as GetProfilesInfo tells them.
    pub(in crate::run) fn profiles(&self) -> Value {
        self.with(|card| card.profiles().iter().map(profile).collect())
    }

    /// What waits to be retrieved, oldest first: notifications as ListNotification tells them,
    /// eUICC package results by their sequence number alone.
    pub(in crate::run) fn notifications(&self) -> Value {
        self.with(|card| {
            let pending = card.state().pending.iter();
            pending
                .map(|pending| {
                    let number = || json!({ "seqNumber": pending.sequence_number });
                    match &pending.kind {
                        PendingKind::Notification { metadata, .. } => {
                            let read = rsp::schema::decode("NotificationMetadata", metadata);
                            read.map_or_else(|_| number(), |tree| tree.to_value())
                        }
                        PendingKind::EuiccPackageResult => number(),
                    }
                })
                .collect()
        })
    }

    /// The associated eIMs, as GetEimConfigurationData tells them, with the counters of now.
    pub(in crate::run) fn eims(&self) -> Value {
        self.with(|card| {
            let eims = card.state().eims.iter();
            eims.map(|eim| {
                let read = rsp::schema::decode("EimConfigurationData", &eim.configuration);
                let mut value = read.map_or_else(|_| json!({}), |tree| tree.to_value());
                put(&mut value, "eimId", Some(eim.eim_id.clone().into()));
                put(&mut value, "counterValue", Some(eim.counter_value.into()));
                put(
                    &mut value,
                    "associationToken",
                    eim.association_token.map(Value::from),
                );
                value
            })
            .collect()
        })
    }

    /// What else there is: addresses, immediate enabling, memory, what a change waits for.
    pub(in crate::run) fn state(&self) -> Value {
        self.with(|card| {
            let state = card.state();
            let enabled = state.enabled_profile().map(|it| &it.metadata.iccid);
            let mut value = json!({
                "eid": hex::encode(&state.eid),
                "rootSmds": state.root_ds_address,
                "immediateEnable": state.immediate_enable.is_some(),
                "nextSequenceNumber": state.next_sequence_number,
                "canRollBack": state.rollback.is_some(),
                "onFallback": state.fallback_return.is_some(),
                "onEmergency": state.emergency_return.is_some(),
            });
            put(
                &mut value,
                "defaultSmdp",
                state.default_dp_address.clone().map(Value::from),
            );
            put(
                &mut value,
                "enabled",
                enabled.map(|iccid| hex::encode(iccid).into()),
            );
            value
        })
    }
}

fn profile(profile: &veuicc::Isdp) -> Value {
    let state = match profile.state {
        ProfileState::Enabled => "enabled",
        ProfileState::Disabled => "disabled",
    };
    let class = match profile.metadata.profile_class {
        ProfileClass::Test => "test",
        ProfileClass::Provisioning => "provisioning",
        ProfileClass::Operational => "operational",
    };
    let mut value = json!({
        "iccid": hex::encode(&profile.metadata.iccid),
        "isdpAid": hex::encode(&profile.aid),
        "profileState": state,
        "serviceProviderName": profile.metadata.service_provider_name,
        "profileName": profile.metadata.profile_name,
        "profileClass": class,
        "fallbackAttribute": profile.fallback_attribute,
    });
    put(
        &mut value,
        "profileNickname",
        profile.nickname.clone().map(Value::from),
    );
    put(
        &mut value,
        "ecallIndication",
        profile.metadata.ecall_indication.map(Value::from),
    );
    value
}

/// Sets a member, or takes it away: what is not there is absent, not null.
fn put(value: &mut Value, name: &str, member: Option<Value>) {
    let Some(members): Option<&mut Map<String, Value>> = value.as_object_mut() else {
        return;
    };
    match member {
        Some(member) => members.insert(name.to_owned(), member),
        None => members.remove(name),
    };
}
