// SPDX-License-Identifier: MIT OR Apache-2.0
//! The profiles on the card (SGP.32 §5.9.14), and whether the Emergency Profile is in use.

use rsp::sgp22::{ProfileInfoListRequest, ProfileState};
use rsp::sgp32::{Sgp32ProfileInfo, Sgp32ProfileInfoListResponse};

use super::card::Card;
use super::{Error, Ipa};
use crate::defect::IpaDefect;

/// ICCID, ISD-P AID, state, nickname, provider, name, class, policy rules, and the IoT members:
/// ecallIndication, fallbackAttribute, fallbackAllowed.
const TAGS: [u8; 15] = [
    0x5A, 0x4F, 0x9F, 0x70, 0x90, 0x91, 0x92, 0x95, 0x99, 0x9F, 0x7B, 0x9F, 0x26, 0x9F, 0x67,
];

impl Card {
    /// ES10b.GetProfilesInfo. A card that does not know the IoT tags is asked again without a list.
    pub(crate) fn profiles(&mut self) -> Result<Vec<Sgp32ProfileInfo>, Error> {
        let mut last = String::new();
        for tag_list in [Some(TAGS.as_slice().into()), None] {
            let request = ProfileInfoListRequest {
                search_criteria: None,
                tag_list,
                additions: Default::default(),
            };
            match self.call("GetProfilesInfo", &request)? {
                Sgp32ProfileInfoListResponse::ProfileInfoListOk(list) => return Ok(list),
                Sgp32ProfileInfoListResponse::ProfileInfoListError(code) => last = code.to_string(),
            }
        }
        Err(Error::Refused {
            function: "GetProfilesInfo",
            code: last,
        })
    }
}

impl Ipa {
    /// Whether the Emergency Profile is enabled: data requests, downloads and packages are then
    /// answered with ecallActive (SGP.32 §2.11.2.2, §2.11.2.3).
    pub(crate) fn emergency(&mut self) -> Result<bool, Error> {
        let profiles = self.card.profiles()?;
        Ok(!self.has(IpaDefect::IgnoresEmergency)
            && profiles
                .iter()
                .any(|profile| is_enabled(profile) && profile.ecall_indication == Some(true)))
    }
}

/// Whether a profile is the enabled one.
pub(crate) fn is_enabled(profile: &Sgp32ProfileInfo) -> bool {
    profile.profile_state == Some(ProfileState::ENABLED)
}
