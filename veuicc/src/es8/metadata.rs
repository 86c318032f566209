// SPDX-License-Identifier: MIT OR Apache-2.0
//! ConfigureISDP (SGP.22 §5.5.2) and StoreMetadata (SGP.22 §5.5.3, SGP.32 §5.5.1).

use rsp::asn1::ObjectIdentifier;
use rsp::sgp22::{
    BppCommandId, ConfigureIsdpRequest, ErrorReason, NotificationConfigurationInformation,
    OperatorId, PprIds,
};
use rsp::sgp32::{IconType, Sgp32StoreMetadataRequest};
use rsp::tlv::{Tag, Tlv};

use super::BppError;
use crate::config::Capabilities;
use crate::isdp::{
    Event, Metadata, NotificationConfiguration, Operator, PolicyRules, ProfileClass,
};
use crate::state::{AuthorisationRule, State};

/// Longest dpProprietaryData, tag and length included (SGP.22 §5.5.2).
const LONGEST_PROPRIETARY_DATA: usize = 128;
/// Sizes of the members of StoreMetadataRequest.
const LONGEST_SERVICE_PROVIDER_NAME: usize = 32;
const LONGEST_PROFILE_NAME: usize = 64;
const LONGEST_ICON: usize = 1024;

/// ConfigureISDP: returns dpProprietaryData, the whole B8 TLV.
pub(crate) fn configure_isdp(plain: &[u8], smdp_oid: &str) -> Result<Option<Vec<u8>>, BppError> {
    let incorrect = || {
        BppError::new(
            BppCommandId::CONFIGURE_ISDP,
            ErrorReason::INCORRECT_INPUT_VALUES,
        )
    };
    let request: ConfigureIsdpRequest = rsp::der::decode(plain).map_err(|_| incorrect())?;
    let Some(data) = request.dp_proprietary_data else {
        return Ok(None);
    };
    // dpOid is in the tree of the SM-DP+
    let smdp: ObjectIdentifier = smdp_oid.parse().map_err(|_| incorrect())?;
    if !data.dp_oid.content().starts_with(smdp.content()) {
        return Err(incorrect());
    }
    let tlv = Tlv::only(plain)
        .ok()
        .and_then(|tlv| tlv.child(Tag::new(0xB8)));
    let raw = tlv.map(|tlv| tlv.raw.to_vec()).ok_or_else(incorrect)?;
    if raw.len() > LONGEST_PROPRIETARY_DATA {
        return Err(incorrect());
    }
    Ok(Some(raw))
}

/// StoreMetadata: reads and judges the metadata against what the card holds.
pub(crate) fn store_metadata(
    plain: &[u8],
    state: &State,
    capabilities: &Capabilities,
) -> Result<Metadata, BppError> {
    let refuse = |reason| BppError::new(BppCommandId::STORE_METADATA, reason);
    let request: Sgp32StoreMetadataRequest =
        rsp::der::decode(plain).map_err(|_| refuse(ErrorReason::INCORRECT_INPUT_VALUES))?;
    let class = ProfileClass::from_value(request.profile_class.0)
        .filter(|class| capabilities.test_profiles || *class != ProfileClass::Test)
        .ok_or_else(|| refuse(ErrorReason::UNSUPPORTED_PROFILE_CLASS))?;
    let metadata = convert(request, class, plain)
        .ok_or_else(|| refuse(ErrorReason::INCORRECT_INPUT_VALUES))?;
    if state.profile_by_iccid(&metadata.iccid).is_some() {
        return Err(refuse(
            ErrorReason::INSTALL_FAILED_DUE_TO_ICCID_ALREADY_EXISTS_ON_EUICC,
        ));
    }
    if !rules_allowed(&metadata, state) {
        return Err(refuse(ErrorReason::PPR_NOT_ALLOWED));
    }
    Ok(metadata)
}

/// The members as the card keeps them; nothing when one is outside its limits.
fn convert(
    request: Sgp32StoreMetadataRequest,
    class: ProfileClass,
    plain: &[u8],
) -> Option<Metadata> {
    let icon_fits = match (&request.icon_type, &request.icon) {
        (None, Some(_)) => false,
        (Some(kind), icon) => {
            [IconType::JPG, IconType::PNG].contains(kind)
                && icon.as_ref().is_none_or(|icon| icon.len() <= LONGEST_ICON)
        }
        (None, None) => true,
    };
    let fits = request.iccid.has_valid_size()
        && request.service_provider_name.len() <= LONGEST_SERVICE_PROVIDER_NAME
        && request.profile_name.len() <= LONGEST_PROFILE_NAME
        && icon_fits;
    if !fits {
        return None;
    }
    let service_specific = request.service_specific_data_stored_in_euicc.is_some();
    let stored = || {
        Tlv::only(plain)
            .ok()?
            .child(Tag::new(0xBF22))
            .map(|tlv| tlv.raw.to_vec())
    };
    Some(Metadata {
        iccid: request.iccid.0,
        service_provider_name: request.service_provider_name,
        profile_name: request.profile_name,
        icon_type: request.icon_type.map(|kind| kind.0),
        icon: request.icon.map(|icon| icon.0),
        profile_class: class,
        notification_configuration_info: request
            .notification_configuration_info
            .unwrap_or_default()
            .into_iter()
            .map(notification_configuration)
            .collect(),
        profile_owner: request.profile_owner.map(operator),
        profile_policy_rules: request.profile_policy_rules.as_ref().map(policy_rules),
        service_specific_data_stored_in_euicc: service_specific.then(stored).flatten(),
        ecall_indication: request.ecall_indication,
        fallback_allowed: request.fallback_allowed,
    })
}

fn notification_configuration(
    information: NotificationConfigurationInformation,
) -> NotificationConfiguration {
    let named = |event: &Event| information.profile_management_operation.has(event.bit());
    NotificationConfiguration {
        events: Event::ALL.into_iter().filter(named).collect(),
        address: information.notification_address,
    }
}

fn operator(operator: OperatorId) -> Operator {
    Operator {
        mcc_mnc: operator.mcc_mnc.0,
        gid1: operator.gid1.map(|gid| gid.0),
        gid2: operator.gid2.map(|gid| gid.0),
    }
}

fn policy_rules(rules: &PprIds) -> PolicyRules {
    PolicyRules {
        update_control: rules.has(PprIds::PPR_UPDATE_CONTROL),
        ppr1: rules.has(PprIds::PPR1),
        ppr2: rules.has(PprIds::PPR2),
    }
}

/// Every rule of the profile has an entry in the RAT for its owner, and PPR1 comes only to a card
/// without an operational profile (SGP.22 §2.9.3.1).
fn rules_allowed(metadata: &Metadata, state: &State) -> bool {
    let rules = metadata.profile_policy_rules.unwrap_or_default();
    let operational = state
        .profiles
        .iter()
        .any(|profile| profile.metadata.profile_class == ProfileClass::Operational);
    if rules.ppr1 && operational {
        return false;
    }
    let owner = metadata.profile_owner.as_ref();
    let authorised = |has: fn(&PolicyRules) -> bool| {
        !has(&rules)
            || state
                .rules_authorisation_table
                .iter()
                .any(|entry: &AuthorisationRule| {
                    has(&entry.rules)
                        && owner.is_some_and(|owner| {
                            entry
                                .allowed_operators
                                .iter()
                                .any(|allowed| matches(allowed, owner))
                        })
                })
    };
    authorised(|rules| rules.ppr1) && authorised(|rules| rules.ppr2)
}

/// A nibble E of mccMnc stands for any digit; an absent GID for any GID (SGP.22 §2.9.2.3).
fn matches(allowed: &Operator, owner: &Operator) -> bool {
    let nibble = |allowed: u8, owner: u8| allowed == 0xE || allowed == owner;
    let digits = allowed.mcc_mnc.len() == owner.mcc_mnc.len()
        && allowed
            .mcc_mnc
            .iter()
            .zip(&owner.mcc_mnc)
            .all(|(allowed, owner)| {
                nibble(allowed >> 4, owner >> 4) && nibble(allowed & 0xF, owner & 0xF)
            });
    let gid =
        |allowed: &Option<Vec<u8>>, owner: &Option<Vec<u8>>| allowed.is_none() || allowed == owner;
    digits && gid(&allowed.gid1, &owner.gid1) && gid(&allowed.gid2, &owner.gid2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(mcc_mnc: [u8; 3], gid1: Option<Vec<u8>>) -> Operator {
        Operator {
            mcc_mnc: mcc_mnc.to_vec(),
            gid1,
            gid2: None,
        }
    }

    #[test]
    fn operators_match_by_wildcards() {
        let owner = named([0x62, 0xF2, 0x10], Some(vec![1]));
        assert!(matches(&named([0xEE, 0xEE, 0xEE], None), &owner));
        assert!(matches(&named([0x62, 0xF2, 0xEE], None), &owner));
        assert!(matches(&named([0x62, 0xF2, 0x10], Some(vec![1])), &owner));
        assert!(!matches(&named([0x62, 0xF2, 0x10], Some(vec![2])), &owner));
        assert!(!matches(&named([0x62, 0xF2, 0x20], None), &owner));
    }
}
