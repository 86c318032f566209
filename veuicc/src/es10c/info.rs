// SPDX-License-Identifier: MIT OR Apache-2.0
//! GetProfilesInfo (SGP.22 §5.7.15, SGP.32 §5.9.14), for ES10c and for the PSMO listProfileInfo.

use rsp::asn1::OctetString;
use rsp::raw::Additions;
use rsp::sgp22::{
    Iccid, IconType, NotificationConfigurationInformation, NotificationEvent, OctetTo16,
    ProfileClass as WireProfileClass, ProfileInfoListRequest, ProfileInfoListRequestSearchCriteria,
    ProfileState as WireProfileState,
};
use rsp::sgp32::{
    Sgp32ProfileInfo, Sgp32ProfileInfoIotSpecificProfileInfo, Sgp32ProfileInfoListError,
    Sgp32ProfileInfoListResponse,
};
use rsp::tlv::{Tag, Tlv};

use crate::context::{Context, Fault};
use crate::es10a;
use crate::isdp::{Isdp, NotificationConfiguration, ProfileClass, ProfileState};
use crate::isdr::Function;
use crate::status_word::StatusWord;
use crate::verbatim::GetProfilesInfo;

/// Tag of request and response.
const PROFILE_INFO_LIST: u32 = 0xBF2D;

/// What is told about a profile when the request has no tagList: iccid, isdpAid, profileState,
/// profileNickname, serviceProviderName, profileName, iconType, icon, profileClass, and what
/// SGP.32 added: ecallIndication, fallbackAttribute, fallbackAllowed.
const DEFAULT_TAGS: [u32; 12] = [
    0x5A, 0x4F, 0x9F70, 0x90, 0x91, 0x92, 0x93, 0x94, 0x95, 0x9F7B, 0x9F26, 0x9F67,
];

/// GetProfilesInfo.
impl Function for GetProfilesInfo {
    type Response = Sgp32ProfileInfoListResponse;

    fn decode_request(request: &[u8]) -> Result<Self, StatusWord> {
        match Tlv::only(request) {
            Ok(tlv) if tlv.tag == Tag::new(PROFILE_INFO_LIST) => Ok(Self(request.to_vec())),
            _ => Err(StatusWord::INCORRECT_DATA),
        }
    }

    fn execute(self, card: &mut Context<'_>) -> Result<Sgp32ProfileInfoListResponse, Fault> {
        list(&self.0, card)
    }
}

/// Answers a ProfileInfoListRequest, given as its TLV.
pub(crate) fn list(
    request: &[u8],
    card: &Context<'_>,
) -> Result<Sgp32ProfileInfoListResponse, Fault> {
    use Sgp32ProfileInfoListError as Code;
    let refuse = |code| Ok(Sgp32ProfileInfoListResponse::ProfileInfoListError(code));
    let Some(filter) = rsp::der::decode(request).ok().and_then(Filter::new) else {
        return refuse(Code::INCORRECT_INPUT_VALUES);
    };
    if card.state.profile_change.is_some() {
        return refuse(Code::PROFILE_CHANGE_ONGOING);
    }
    let chosen = card
        .quirks
        .shown(&card.state)
        .iter()
        .filter(|profile| filter.matches(profile));
    let list = chosen
        .map(|profile| info(profile, &filter.tags))
        .collect::<Result<_, _>>()?;
    Ok(Sgp32ProfileInfoListResponse::ProfileInfoListOk(list))
}

/// A request that makes sense.
struct Filter {
    criteria: Option<ProfileInfoListRequestSearchCriteria>,
    tags: Vec<u32>,
}

impl Filter {
    /// Nothing when a value is outside what it may be.
    fn new(request: ProfileInfoListRequest) -> Option<Self> {
        let sensible = match &request.search_criteria {
            None => true,
            Some(ProfileInfoListRequestSearchCriteria::IsdpAid(aid)) => aid.has_valid_size(),
            Some(ProfileInfoListRequestSearchCriteria::Iccid(iccid)) => iccid.has_valid_size(),
            Some(ProfileInfoListRequestSearchCriteria::ProfileClass(class)) => {
                ProfileClass::from_value(class.0).is_some()
            }
        };
        let tags = match &request.tag_list {
            None => DEFAULT_TAGS.to_vec(),
            Some(tags) => read_tags(tags)?,
        };
        sensible.then_some(Self {
            criteria: request.search_criteria,
            tags,
        })
    }

    fn matches(&self, profile: &Isdp) -> bool {
        match &self.criteria {
            None => true,
            Some(ProfileInfoListRequestSearchCriteria::IsdpAid(aid)) => **aid == *profile.aid,
            Some(ProfileInfoListRequestSearchCriteria::Iccid(iccid)) => {
                **iccid == *profile.metadata.iccid
            }
            Some(ProfileInfoListRequestSearchCriteria::ProfileClass(class)) => {
                class.0 == profile.metadata.profile_class.value()
            }
        }
    }
}

/// The tags of a tagList, one after the other; nothing when the last one is cut off.
fn read_tags(mut list: &[u8]) -> Option<Vec<u32>> {
    let mut tags = Vec::new();
    while !list.is_empty() {
        let tag = Tag::read(list).ok()?;
        tags.push(tag.octets());
        list = list.get(tag.size()..)?;
    }
    Some(tags)
}

/// What `tags` ask about a profile; tags that are not of ProfileInfo ask nothing.
fn info(profile: &Isdp, tags: &[u32]) -> Result<Sgp32ProfileInfo, Fault> {
    let metadata = &profile.metadata;
    let asked = |tag: u32| tags.contains(&tag);
    let notifications = &metadata.notification_configuration_info;
    let stored = metadata.service_specific_data_stored_in_euicc.as_deref();
    Ok(Sgp32ProfileInfo {
        iccid: asked(0x5A).then(|| Iccid::from(metadata.iccid.as_slice())),
        isdp_aid: asked(0x4F).then(|| OctetTo16::from(profile.aid.as_slice())),
        profile_state: asked(0x9F70).then(|| state(profile.state)),
        profile_nickname: profile.nickname.clone().filter(|_| asked(0x90)),
        service_provider_name: asked(0x91).then(|| metadata.service_provider_name.clone()),
        profile_name: asked(0x92).then(|| metadata.profile_name.clone()),
        icon_type: metadata.icon_type.filter(|_| asked(0x93)).map(IconType),
        icon: metadata
            .icon
            .clone()
            .filter(|_| asked(0x94))
            .map(OctetString::from),
        profile_class: asked(0x95).then(|| WireProfileClass(metadata.profile_class.value())),
        notification_configuration_info: (asked(0xB6) && !notifications.is_empty()).then(|| {
            notifications
                .iter()
                .map(notification_configuration)
                .collect()
        }),
        profile_owner: metadata
            .profile_owner
            .as_ref()
            .filter(|_| asked(0xB7))
            .map(es10a::operator_id),
        dp_proprietary_data: as_sequence(profile.dp_proprietary_data.as_deref(), asked(0xB8))?,
        profile_policy_rules: metadata
            .profile_policy_rules
            .filter(|_| asked(0x99))
            .map(es10a::ppr_ids),
        service_specific_data_stored_in_euicc: as_sequence(stored, asked(0xBF22))?,
        ecall_indication: metadata.ecall_indication.filter(|_| asked(0x9F7B)),
        fallback_attribute: profile.fallback_attribute && asked(0x9F26),
        fallback_allowed: metadata.fallback_allowed.filter(|_| asked(0x9F67)),
        iot_specific_profile_info: asked(0xBF64)
            .then(Sgp32ProfileInfoIotSpecificProfileInfo::default),
        additions: Additions::none(),
    })
}

fn state(state: ProfileState) -> WireProfileState {
    match state {
        ProfileState::Disabled => WireProfileState::DISABLED,
        ProfileState::Enabled => WireProfileState::ENABLED,
    }
}

fn notification_configuration(
    configuration: &NotificationConfiguration,
) -> NotificationConfigurationInformation {
    let bits: Vec<usize> = configuration
        .events
        .iter()
        .map(|event| event.bit())
        .collect();
    NotificationConfigurationInformation {
        profile_management_operation: NotificationEvent::of(&bits),
        notification_address: configuration.address.clone(),
        additions: Additions::none(),
    }
}

/// A kept TLV under an IMPLICIT tag, read as the SEQUENCE it is.
fn as_sequence<T: rasn::Decode>(kept: Option<&[u8]>, asked: bool) -> Result<Option<T>, Fault> {
    let Some(kept) = kept.filter(|_| asked) else {
        return Ok(None);
    };
    let inconsistent = |error: String| Fault::Inconsistent(format!("kept metadata: {error}"));
    let tlv = Tlv::only(kept).map_err(|error| inconsistent(error.to_string()))?;
    rsp::der::decode(&rsp::tlv::tlv(Tag::SEQUENCE, tlv.value))
        .map(Some)
        .map_err(|error| inconsistent(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tag_lists_mix_short_and_long_tags() {
        let list = hex::decode("5A9F70BF2290").unwrap();
        assert_eq!(read_tags(&list), Some(vec![0x5A, 0x9F70, 0xBF22, 0x90]));
        assert_eq!(read_tags(&list[..2]), None);
        assert_eq!(read_tags(&[]), Some(Vec::new()));
    }
}
