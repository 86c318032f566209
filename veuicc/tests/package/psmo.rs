// SPDX-License-Identifier: MIT OR Apache-2.0
//! Every PSMO with every result code it can have here, and the rules of their list.

mod disable;
mod enable;
mod list;
mod order;
mod settings;

use crate::fixture::*;
use rsp::sgp32::*;
use veuicc::{Metadata, PolicyRules};

pub(crate) fn with_rules(metadata: Metadata, rules: PolicyRules) -> Metadata {
    Metadata {
        profile_policy_rules: Some(rules),
        ..metadata
    }
}

/// listProfileInfo that is refused because of a change.
fn ongoing() -> EuiccResultData {
    EuiccResultData::ListProfileInfoResult(Sgp32ProfileInfoListResponse::ProfileInfoListError(
        Sgp32ProfileInfoListError::PROFILE_CHANGE_ONGOING,
    ))
}

pub(crate) fn set_fallback(n: u8) -> Psmo {
    Psmo::SetFallbackAttribute(PsmoSetFallbackAttribute {
        iccid: wire_iccid(n),
        ..Default::default()
    })
}
