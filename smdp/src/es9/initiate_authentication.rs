// SPDX-License-Identifier: MIT OR Apache-2.0
//! ES9+.InitiateAuthentication (SGP.22 §5.6.1).

use rsp::asn1::Certificate;
use rsp::env::Env;
use rsp::json::Failure;
use rsp::raw::Raw;
use rsp::sgp22::{
    InitiateAuthenticationOkEs9, InitiateAuthenticationRequest, ServerSigned1,
    SubjectKeyIdentifier, TransactionId,
};
use rsp::status::{
    SMDP_ADDRESS_REFUSED, SMDP_CERTIFICATE_UNAVAILABLE, SMDP_SECURITY_UNSUPPORTED,
    SMDP_VERSION_UNSUPPORTED,
};

use super::internal;
use crate::SmDp;
use crate::credentials::CiCredentials;
use crate::session::{Phase, Session};

impl SmDp {
    /// `cis` are the CIs of the listener, by key identifier; `None` for all.
    pub(super) fn initiate_authentication(
        &mut self,
        cis: Option<&[Vec<u8>]>,
        request: &InitiateAuthenticationRequest,
        env: &mut dyn Env,
    ) -> Result<InitiateAuthenticationOkEs9, Failure> {
        let info = &request.euicc_info1;
        // The SM-DP+ verifies that the address is its own.
        let refused = || Failure::because(SMDP_ADDRESS_REFUSED, &request.smdp_address);
        let own = self.config.own_address(&request.smdp_address);
        let server_address = own.ok_or_else(refused)?.to_owned();
        // It verifies that it supports the specification version of the eUICC.
        if !self.config.supports_svn(&info.svn) {
            return Err(Failure::because(SMDP_VERSION_UNSUPPORTED, &info.svn));
        }
        // It selects the CI under which the eUICC shall sign, in the eUICC's order of preference.
        let euicc_ci = self.first_known(cis, &info.euicc_ci_pk_id_list_for_signing);
        let euicc_ci = euicc_ci.ok_or(SMDP_SECURITY_UNSUPPORTED)?;
        let euicc_ci = euicc_ci.ci_key_id().to_vec();
        // It selects a CERT.DPauth that the eUICC can verify.
        let server = self.first_known(cis, &info.euicc_ci_pk_id_list_for_verification);
        let server = server.ok_or(SMDP_CERTIFICATE_UNAVAILABLE)?;

        let transaction_id: [u8; 16] = env.array();
        let server_challenge: [u8; 16] = env.array();
        let server_signed1 = Raw::new(ServerSigned1 {
            transaction_id: TransactionId::from(transaction_id),
            euicc_challenge: request.euicc_challenge.clone(),
            server_address: server_address.clone(),
            server_challenge: server_challenge.into(),
            session_context: None,
            server_rsp_capability: None,
            additions: Default::default(),
        })
        .map_err(internal)?;
        let answer = answer(server, &euicc_ci, server_signed1);
        let server_ci = server.ci_key_id().to_vec();
        self.sessions.open(Session {
            transaction_id: transaction_id.to_vec(),
            started: env.now(),
            server_address,
            server_challenge,
            server_ci,
            euicc_ci,
            phase: Phase::Initiated,
        });
        Ok(answer)
    }

    /// The credentials for the first CI of a list that the server has and the listener stands for.
    fn first_known(
        &self,
        cis: Option<&[Vec<u8>]>,
        list: &[SubjectKeyIdentifier],
    ) -> Option<&CiCredentials> {
        list.iter()
            .filter(|key_id| cis.is_none_or(|cis| cis.iter().any(|ci| *ci == ***key_id)))
            .find_map(|key_id| self.credentials.by_ci(key_id))
    }
}

/// What the server says of itself, signed under one CI, and under which CI the eUICC shall sign.
fn answer(
    server: &CiCredentials,
    euicc_ci: &[u8],
    server_signed1: Raw<ServerSigned1>,
) -> InitiateAuthenticationOkEs9 {
    let signature = server.dp_auth.key.sign(server_signed1.bytes());
    InitiateAuthenticationOkEs9 {
        transaction_id: server_signed1.transaction_id.clone(),
        server_signed1,
        server_signature1: signature.into(),
        euicc_ci_pk_id_to_be_used: Some(euicc_ci.into()),
        server_certificate: Certificate::from_der(server.dp_auth.certificate.clone()),
        other_certs_in_chain: server.other_certificates(),
        crl_list: None,
        additions: Default::default(),
    }
}
