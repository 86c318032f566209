// SPDX-License-Identifier: MIT OR Apache-2.0
//! A scripted eUICC: it signs whatever a test wants a server to see, right or wrong.
//!
//! Every member that ends up in a message is open. To sign wrongly, change a message after it was
//! made or give the eUICC another key; to show another certificate, replace `euicc` or `eum`.

pub(crate) mod download;
pub(crate) mod info;
pub(crate) mod reissue;
pub(crate) mod report;

use certs::{Credential, Curve, Pki};
use rsp::asn1::Certificate;
use rsp::ecdsa::PrivateKey;
use rsp::env::{Env, SeededEnv};
use rsp::id::Eid;
use rsp::raw::Raw;
use rsp::sgp22::*;

/// A software eUICC with one certificate.
pub(crate) struct Euicc {
    pub(crate) eid: Eid,
    /// Certificate it shows, and key it signs with.
    pub(crate) euicc: Credential,
    pub(crate) eum: Credential,
    /// Certificates between EUM and CI.
    pub(crate) other_certs_in_chain: Option<CertificateChain>,
    /// The CI under which its certificate is.
    pub(crate) ci_key_id: Vec<u8>,
    pub(crate) env: SeededEnv,
    /// The server that it is told to call.
    pub(crate) address: String,
    pub(crate) info1: EuiccInfo1,
    pub(crate) info2: EuiccInfo2,
    pub(crate) device_info: DeviceInfo,
    one_time_key: Option<PrivateKey>,
    euicc_signature1: Vec<u8>,
}

impl Euicc {
    /// An eUICC of the PKI with the test EID.
    pub(crate) fn new(pki: &Pki, curve: Curve) -> Self {
        let eid = Eid::from_bytes(&certs::TEST_EID).unwrap();
        Self::with_eid(pki, curve, eid)
    }

    /// An eUICC of the PKI with an EID of its own.
    pub(crate) fn with_eid(pki: &Pki, curve: Curve, eid: Eid) -> Self {
        let ci_key_id = pki.ci_key_id(curve).unwrap();
        Self {
            eid,
            euicc: pki.issue_euicc(eid.as_bytes(), curve).unwrap(),
            eum: pki.eum_for(eid.as_bytes(), curve).unwrap(),
            other_certs_in_chain: None,
            info1: info::info1(&ci_key_id),
            info2: info::info2(&ci_key_id),
            device_info: info::device_info(),
            ci_key_id,
            env: SeededEnv::new(7, "euicc"),
            address: "smdp1.test.example".to_owned(),
            one_time_key: None,
            euicc_signature1: Vec::new(),
        }
    }

    /// The request that opens a session, with a fresh challenge.
    pub(crate) fn initiate(&mut self) -> InitiateAuthenticationRequest {
        let challenge: [u8; 16] = (&mut self.env as &mut dyn Env).array();
        InitiateAuthenticationRequest {
            euicc_challenge: challenge.into(),
            smdp_address: self.address.clone(),
            euicc_info1: self.info1.clone(),
            lpa_rsp_capability: None,
            additions: Default::default(),
        }
    }

    /// What the eUICC signs in AuthenticateServer.
    pub(crate) fn signed1(
        &self,
        ok: &InitiateAuthenticationOkEs9,
        matching_id: Option<&str>,
    ) -> EuiccSigned1 {
        let params =
            CtxParams1::for_device(matching_id.map(str::to_owned), self.device_info.clone());
        EuiccSigned1 {
            transaction_id: ok.transaction_id.clone(),
            server_address: ok.server_signed1.server_address.clone(),
            server_challenge: ok.server_signed1.server_challenge.clone(),
            euicc_info2: self.info2.clone(),
            ctx_params1: params,
            additions: Default::default(),
        }
    }

    /// A signed AuthenticateServer answer around any content.
    pub(crate) fn authenticate_with(
        &mut self,
        ok: &InitiateAuthenticationOkEs9,
        signed: Raw<EuiccSigned1>,
    ) -> AuthenticateClientRequest {
        let signature = self.euicc.key.sign(signed.bytes());
        self.euicc_signature1 = signature.to_vec();
        AuthenticateClientRequest {
            transaction_id: ok.transaction_id.clone(),
            authenticate_server_response: AuthenticateServerResponse::AuthenticateResponseOk(
                AuthenticateResponseOk {
                    euicc_signed1: signed,
                    euicc_signature1: signature.into(),
                    euicc_certificate: self.euicc_certificate(),
                    eum_certificate: self.eum_certificate(),
                    other_certs_in_chain: self.other_certs_in_chain.clone(),
                    additions: Default::default(),
                },
            ),
            use_matching_id_for_acr: None,
            additions: Default::default(),
        }
    }

    /// A signed AuthenticateServer answer with a MatchingID.
    pub(crate) fn authenticate(
        &mut self,
        ok: &InitiateAuthenticationOkEs9,
        matching_id: &str,
    ) -> AuthenticateClientRequest {
        let signed = Raw::new(self.signed1(ok, Some(matching_id))).unwrap();
        self.authenticate_with(ok, signed)
    }

    /// AuthenticateServer that ends in an error of the eUICC.
    pub(crate) fn authenticate_error(
        &self,
        ok: &InitiateAuthenticationOkEs9,
        code: AuthenticateErrorCode,
    ) -> AuthenticateClientRequest {
        AuthenticateClientRequest {
            transaction_id: ok.transaction_id.clone(),
            authenticate_server_response: AuthenticateServerResponse::AuthenticateResponseError(
                AuthenticateResponseError {
                    transaction_id: ok.transaction_id.clone(),
                    authenticate_error_code: code,
                    additions: Default::default(),
                },
            ),
            use_matching_id_for_acr: None,
            additions: Default::default(),
        }
    }

    pub(crate) fn euicc_certificate(&self) -> Certificate {
        Certificate::from_der(self.euicc.certificate.clone())
    }

    pub(crate) fn eum_certificate(&self) -> Certificate {
        Certificate::from_der(self.eum.certificate.clone())
    }
}
