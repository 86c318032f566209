// SPDX-License-Identifier: MIT OR Apache-2.0
//! Addresses of servers (SGP.22 §5.7.3, §5.7.4, SGP.32 §5.9.25) and the rules authorisation table
//! (SGP.22 §5.7.22).

use rsp::asn1::OctetString;
use rsp::raw::Additions;
use rsp::sgp22::{
    EuiccConfiguredAddressesRequest, EuiccConfiguredAddressesResponse, GetRatRequest,
    GetRatResponse, OperatorId, PprIds, ProfilePolicyAuthorisationRule,
    ProfilePolicyAuthorisationRulePprFlags, RulesAuthorisationTable, SetDefaultDpAddressRequest,
    SetDefaultDpAddressResponse,
    SetDefaultDpAddressResponseSetDefaultDpAddressResult as Es10aResult,
};
use rsp::sgp32::{
    Sgp32SetDefaultDpAddressRequest, Sgp32SetDefaultDpAddressResponse,
    Sgp32SetDefaultDpAddressResponseSetDefaultDpAddressResult as Es10bResult,
};

use crate::context::{Context, Fault};
use crate::isdp::{Operator, PolicyRules};
use crate::isdr::Function;
use crate::state::State;

/// Longest address that is kept: an FQDN has at most 255 characters.
const LONGEST_ADDRESS: usize = 255;

/// GetEuiccConfiguredAddresses (SGP.22 §5.7.3).
impl Function for EuiccConfiguredAddressesRequest {
    type Response = EuiccConfiguredAddressesResponse;

    fn execute(self, card: &mut Context<'_>) -> Result<EuiccConfiguredAddressesResponse, Fault> {
        Ok(EuiccConfiguredAddressesResponse {
            default_dp_address: card.state.default_dp_address.clone(),
            root_ds_address: card.state.root_ds_address.clone(),
            additions: Additions::none(),
        })
    }
}

/// Sets the address, or removes it when it is empty; false when it is too long to keep.
pub(crate) fn set_default_dp_address(state: &mut State, address: String) -> bool {
    if address.len() > LONGEST_ADDRESS {
        return false;
    }
    state.default_dp_address = (!address.is_empty()).then_some(address);
    true
}

/// SetDefaultDpAddress of an LPA (SGP.22 §5.7.4).
impl Function for SetDefaultDpAddressRequest {
    type Response = SetDefaultDpAddressResponse;

    fn execute(self, card: &mut Context<'_>) -> Result<SetDefaultDpAddressResponse, Fault> {
        let kept = set_default_dp_address(&mut card.state, self.default_dp_address);
        Ok(SetDefaultDpAddressResponse {
            set_default_dp_address_result: if kept {
                Es10aResult::OK
            } else {
                Es10aResult::UNDEFINED_ERROR
            },
            additions: Additions::none(),
        })
    }
}

/// SetDefaultDpAddress of an IPA (SGP.32 §5.9.25).
impl Function for Sgp32SetDefaultDpAddressRequest {
    type Response = Sgp32SetDefaultDpAddressResponse;

    fn execute(self, card: &mut Context<'_>) -> Result<Sgp32SetDefaultDpAddressResponse, Fault> {
        let kept = set_default_dp_address(&mut card.state, self.default_dp_address);
        Ok(Sgp32SetDefaultDpAddressResponse {
            set_default_dp_address_result: if kept {
                Es10bResult::OK
            } else {
                Es10bResult::UNDEFINED_ERROR
            },
            additions: Additions::none(),
        })
    }
}

/// GetRAT (SGP.22 §5.7.22).
impl Function for GetRatRequest {
    type Response = GetRatResponse;

    fn execute(self, card: &mut Context<'_>) -> Result<GetRatResponse, Fault> {
        Ok(GetRatResponse {
            rat: rules_authorisation_table(&card.state),
            additions: Additions::none(),
        })
    }
}

/// The rules authorisation table as it is answered.
pub(crate) fn rules_authorisation_table(state: &State) -> RulesAuthorisationTable {
    let rule = |entry: &crate::state::AuthorisationRule| ProfilePolicyAuthorisationRule {
        ppr_ids: ppr_ids(entry.rules),
        allowed_operators: entry.allowed_operators.iter().map(operator_id).collect(),
        ppr_flags: if entry.consent_required {
            let consent = ProfilePolicyAuthorisationRulePprFlags::CONSENT_REQUIRED;
            ProfilePolicyAuthorisationRulePprFlags::of(&[consent])
        } else {
            ProfilePolicyAuthorisationRulePprFlags::default()
        },
        additions: Additions::none(),
    };
    state.rules_authorisation_table.iter().map(rule).collect()
}

/// Policy rules on the wire.
pub(crate) fn ppr_ids(rules: PolicyRules) -> PprIds {
    let bits = [
        (PprIds::PPR_UPDATE_CONTROL, rules.update_control),
        (PprIds::PPR1, rules.ppr1),
        (PprIds::PPR2, rules.ppr2),
    ];
    let set: Vec<usize> = bits
        .into_iter()
        .filter(|(_, set)| *set)
        .map(|(bit, _)| bit)
        .collect();
    PprIds::of(&set)
}

/// An operator on the wire.
pub(crate) fn operator_id(operator: &Operator) -> OperatorId {
    OperatorId {
        mcc_mnc: OctetString::from(operator.mcc_mnc.as_slice()),
        gid1: operator.gid1.clone().map(OctetString::from),
        gid2: operator.gid2.clone().map(OctetString::from),
        additions: Additions::none(),
    }
}
