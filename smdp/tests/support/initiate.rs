// SPDX-License-Identifier: MIT OR Apache-2.0
//! The first request of a client that has no card.

use certs::{Curve, Pki};
use rsp::json::Es9Request;
use rsp::sgp22::{EuiccInfo1, InitiateAuthenticationRequest};

/// The body of InitiateAuthentication.
pub(crate) fn initiate(pki: &Pki, address: &str) -> String {
    let key_id = pki.ci_key_id(Curve::NistP256).unwrap();
    let key_ids = vec![key_id.as_slice().into()];
    let request = InitiateAuthenticationRequest {
        euicc_challenge: [1; 16].into(),
        smdp_address: address.to_owned(),
        euicc_info1: EuiccInfo1 {
            svn: [2, 5, 0].into(),
            euicc_ci_pk_id_list_for_verification: key_ids.clone(),
            euicc_ci_pk_id_list_for_signing: key_ids,
            euicc_ci_pk_id_list_for_signing_v3: None,
            euicc_rsp_capability: None,
            highest_svn: None,
            additions: Default::default(),
        },
        lpa_rsp_capability: None,
        additions: Default::default(),
    };
    let body = Es9Request::InitiateAuthentication(request)
        .to_json()
        .unwrap();
    String::from_utf8(body).unwrap()
}
