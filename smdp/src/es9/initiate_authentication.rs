// SPDX-License-Identifier: MIT OR Apache-2.0
//! ES9+.InitiateAuthentication (SGP.22 §5.6.1).

use rsp::asn1::Certificate;
use rsp::env::Env;
use rsp::json::Failure;
use rsp::raw::Raw;
use rsp::sgp22::{
    EuiccInfo1, InitiateAuthenticationOkEs9, InitiateAuthenticationRequest, ServerSigned1,
    TransactionId,
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
    pub(super) fn initiate_authentication(
        &mut self,
        request: &InitiateAuthenticationRequest,
        env: &mut dyn Env,
    ) -> Result<InitiateAuthenticationOkEs9, Failure> {
        // The SM-DP+ verifies that the address is its own.
        let refused = || Failure::because(SMDP_ADDRESS_REFUSED, &request.smdp_address);
        let own = self.config.own_address(&request.smdp_address);
        let server_address = own.ok_or_else(refused)?.to_owned();
        // It verifies that it supports the specification version of the eUICC.
        let major = request.euicc_info1.svn.first();
        if !major.is_some_and(|major| self.config.svn_majors.contains(major)) {
            return Err(Failure::because(
                SMDP_VERSION_UNSUPPORTED,
                &request.euicc_info1.svn,
            ));
        }
        // It selects the CI under which the eUICC shall sign, in the eUICC's order of preference.
        let euicc_ci = self.euicc_ci(&request.euicc_info1)?.ci_key_id().to_vec();
        // It selects a CERT.DPauth that the eUICC can verify.
        let server = self.server_ci(&request.euicc_info1)?;

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
        let signature = server.dp_auth.key.sign(server_signed1.bytes());
        let answer = InitiateAuthenticationOkEs9 {
            transaction_id: TransactionId::from(transaction_id),
            server_signed1,
            server_signature1: signature.into(),
            euicc_ci_pk_id_to_be_used: Some(euicc_ci.clone().into()),
            server_certificate: Certificate::from_der(server.dp_auth.certificate.clone()),
            other_certs_in_chain: None,
            crl_list: None,
            additions: Default::default(),
        };
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

    fn euicc_ci(&self, info: &EuiccInfo1) -> Result<&CiCredentials, Failure> {
        info.euicc_ci_pk_id_list_for_signing
            .iter()
            .find_map(|key_id| self.credentials.by_ci(key_id))
            .ok_or(SMDP_SECURITY_UNSUPPORTED.into())
    }

    fn server_ci(&self, info: &EuiccInfo1) -> Result<&CiCredentials, Failure> {
        info.euicc_ci_pk_id_list_for_verification
            .iter()
            .find_map(|key_id| self.credentials.by_ci(key_id))
            .ok_or(SMDP_CERTIFICATE_UNAVAILABLE.into())
    }
}
