// SPDX-License-Identifier: MIT OR Apache-2.0
//! GetConnectivityParameters (SGP.32 §5.9.24): what the enabled profile brought in
//! connectivityParameters of its header.
//!
//! Trap: the header has an OCTET STRING whose content the TCA module leaves open. Where it is a
//! list of TLVs as in SGP.02, the parameters for HTTP are those under context tag 1; anything else
//! is taken as these parameters themselves.

use rsp::asn1::OctetString;
use rsp::pe::ProfileElement;
use rsp::raw::Additions;
use rsp::sgp32::{
    ConnectivityParameters, ConnectivityParametersError, GetConnectivityParametersRequest,
    GetConnectivityParametersResponse,
};
use rsp::tlv::{Tag, Tlv, walk};

use crate::context::{Context, Fault};
use crate::isdp::Isdp;
use crate::isdr::Function;

/// Context tag 1, constructed and primitive: the parameters for HTTP.
const HTTP: [Tag; 2] = [Tag::new(0xA1), Tag::new(0x81)];
/// Context tags of the other bearers.
const OTHERS: [Tag; 4] = [
    Tag::new(0xA0),
    Tag::new(0x80),
    Tag::new(0xA2),
    Tag::new(0x82),
];

/// GetConnectivityParameters.
impl Function for GetConnectivityParametersRequest {
    type Response = GetConnectivityParametersResponse;

    fn execute(self, card: &mut Context<'_>) -> Result<Self::Response, Fault> {
        let parameters = match card.state.enabled_profile() {
            Some(profile) => parameters(profile)?,
            None => None,
        };
        let http = parameters.as_deref().and_then(http);
        Ok(match http {
            Some(http) => {
                GetConnectivityParametersResponse::ConnectivityParameters(ConnectivityParameters {
                    http_params: Some(OctetString::from(http)),
                    additions: Additions::none(),
                })
            }
            None => GetConnectivityParametersResponse::ConnectivityParametersError(
                ConnectivityParametersError::PARAMETERS_NOT_AVAILABLE,
            ),
        })
    }
}

/// connectivityParameters of the profile's header.
fn parameters(profile: &Isdp) -> Result<Option<Vec<u8>>, Fault> {
    let damaged = |error: &dyn std::fmt::Display| {
        Fault::Inconsistent(format!("kept profile header: {error}"))
    };
    let (header, _) = Tlv::read(&profile.profile_elements).map_err(|error| damaged(&error))?;
    match rsp::der::decode(header.raw).map_err(|error| damaged(&error))? {
        ProfileElement::Header(header) => Ok(header
            .connectivity_parameters
            .map(|parameters| parameters.to_vec())),
        _ => Err(damaged(&"another element")),
    }
}

/// The part of the parameters that is for HTTP.
fn http(parameters: &[u8]) -> Option<&[u8]> {
    let members: Option<Vec<Tlv<'_>>> = walk(parameters).collect::<Result<_, _>>().ok();
    let members = members.filter(|members| {
        let known = |tlv: &Tlv<'_>| HTTP.contains(&tlv.tag) || OTHERS.contains(&tlv.tag);
        members.iter().all(known)
    });
    match members {
        Some(members) => members
            .into_iter()
            .find(|tlv| HTTP.contains(&tlv.tag))
            .map(|tlv| tlv.value),
        None => Some(parameters),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_for_http_are_found_among_others_or_are_all_there_is() {
        let bytes = |text: &str| hex::decode(text).unwrap();
        assert_eq!(http(&bytes("A0020102A10335010A")), Some(&[0x35, 1, 10][..]));
        assert_eq!(http(&bytes("8102AABB")), Some(&[0xAA, 0xBB][..]));
        assert_eq!(http(&bytes("A0020102")), None);
        assert_eq!(http(&bytes("35010A4701")), Some(&bytes("35010A4701")[..]));
        assert_eq!(http(&[]), None);
    }
}
