// SPDX-License-Identifier: MIT OR Apache-2.0
//! ES11 (SGP.22 §5.8): a device asks with its eUICC's signature what waits for it.

use rsp::asn1::Certificate;
use rsp::env::Env;
use rsp::json::Failure;
use rsp::raw::Raw;
use rsp::sgp22::{
    AuthenticateClientOkEs11, AuthenticateClientRequest, AuthenticateServerResponse, CtxParams1,
    EuiccInfo1, EuiccSigned1, EventEntries, InitiateAuthenticationOkEs9,
    InitiateAuthenticationRequest, ServerSigned1, TransactionId,
};
use rsp::status::{
    CI_KEY_UNKNOWN, EUICC_EXECUTION_ERROR, EVENT_UNKNOWN, SMDS_ADDRESS_REFUSED,
    SMDS_CERTIFICATE_UNAVAILABLE, SMDS_SECURITY_UNSUPPORTED, SMDS_VERSION_UNSUPPORTED,
    TRANSACTION_ID_UNKNOWN,
};

use super::credentials::SmDsCiCredentials;
use super::session::Session;
use super::{Event, SmDs, internal};
use crate::credentials::chain_member;
use crate::mutual::{Challenge, check_signed1, verify_euicc};

impl SmDs {
    pub(super) fn initiate_authentication(
        &mut self,
        request: &InitiateAuthenticationRequest,
        env: &mut dyn Env,
    ) -> Result<InitiateAuthenticationOkEs9, Failure> {
        // The SM-DS verifies that the address is its own.
        let refused = || Failure::because(SMDS_ADDRESS_REFUSED, &request.smdp_address);
        let own = self.config.own_address(&request.smdp_address);
        let server_address = own.ok_or_else(refused)?.to_owned();
        // It verifies that it supports the specification version of the eUICC.
        let svn = &request.euicc_info1.svn;
        let major = svn.first();
        if !major.is_some_and(|major| self.config.svn_majors.contains(major)) {
            return Err(Failure::because(SMDS_VERSION_UNSUPPORTED, svn));
        }
        // It selects the CI under which the eUICC shall sign, in the eUICC's order of preference,
        // and a CERT.DSauth that the eUICC can verify.
        let euicc_ci = self.euicc_ci(&request.euicc_info1)?.ci_key_id().to_vec();
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
        let signature = server.ds_auth.key.sign(server_signed1.bytes());
        let answer = InitiateAuthenticationOkEs9 {
            transaction_id: TransactionId::from(transaction_id),
            server_signed1,
            server_signature1: signature.into(),
            euicc_ci_pk_id_to_be_used: Some(euicc_ci.clone().into()),
            server_certificate: Certificate::from_der(server.ds_auth.certificate.clone()),
            other_certs_in_chain: chain_member(&server.others),
            crl_list: None,
            additions: Default::default(),
        };
        self.sessions.open(Session {
            transaction_id: transaction_id.to_vec(),
            started: env.now(),
            server_address,
            server_challenge,
            euicc_ci,
        });
        Ok(answer)
    }

    fn euicc_ci(&self, info: &EuiccInfo1) -> Result<&SmDsCiCredentials, Failure> {
        info.euicc_ci_pk_id_list_for_signing
            .iter()
            .find_map(|key_id| self.credentials.by_ci(key_id))
            .ok_or(SMDS_SECURITY_UNSUPPORTED.into())
    }

    fn server_ci(&self, info: &EuiccInfo1) -> Result<&SmDsCiCredentials, Failure> {
        info.euicc_ci_pk_id_list_for_verification
            .iter()
            .find_map(|key_id| self.credentials.by_ci(key_id))
            .ok_or(SMDS_CERTIFICATE_UNAVAILABLE.into())
    }

    pub(super) fn authenticate_client(
        &mut self,
        request: &AuthenticateClientRequest,
        now: i64,
    ) -> Result<AuthenticateClientOkEs11, Failure> {
        // The TransactionID has to be known; the session ends here, whatever comes of it.
        let session = self
            .sessions
            .close(&request.transaction_id)
            .ok_or(TRANSACTION_ID_UNKNOWN)?;
        let ok = match &request.authenticate_server_response {
            AuthenticateServerResponse::AuthenticateResponseOk(ok) => ok,
            AuthenticateServerResponse::AuthenticateResponseError(error) => {
                if error.transaction_id != request.transaction_id {
                    return Err(TRANSACTION_ID_UNKNOWN.into());
                }
                let code = &error.authenticate_error_code;
                return Err(Failure::because(EUICC_EXECUTION_ERROR, code));
            }
        };
        let ci = self
            .credentials
            .by_ci(&session.euicc_ci)
            .ok_or(CI_KEY_UNKNOWN)?;
        let euicc = verify_euicc(&ci.ci, ok, now)?;
        let signed: &EuiccSigned1 = &ok.euicc_signed1;
        let sent = Challenge {
            transaction_id: &session.transaction_id,
            server_challenge: &session.server_challenge,
            server_address: &session.server_address,
        };
        check_signed1(sent, signed)?;

        let CtxParams1::CtxParamsForCommonAuthentication(params) = &signed.ctx_params1;
        let event_id = params.matching_id.as_deref().unwrap_or_default();
        // Without an EventID every event of the eUICC is meant, even when there is none.
        let events = self.events.listed(&euicc.eid);
        let meant = events.filter(|event| event_id.is_empty() || event.is_called(event_id));
        let event_entries: Vec<_> = meant.map(entry).collect();
        if event_entries.is_empty() && !event_id.is_empty() {
            return Err(Failure::because(EVENT_UNKNOWN, &event_id));
        }
        Ok(AuthenticateClientOkEs11 {
            transaction_id: request.transaction_id.clone(),
            event_entries,
            additions: Default::default(),
        })
    }
}

fn entry(event: &Event) -> EventEntries {
    EventEntries {
        event_id: event.event_id.clone(),
        rsp_server_address: event.rsp_server_address.clone(),
        additions: Default::default(),
    }
}
