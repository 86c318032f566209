// SPDX-License-Identifier: MIT OR Apache-2.0
//! A whole download between the virtual card and the server, for tests and benchmarks.

use std::sync::Arc;

use certs::{Curve, Pki};
use rsp::der;
use rsp::env::SeededEnv;
use rsp::json::Es9Request;
use rsp::kdf::hash_cc;
use rsp::sgp22::*;
use smdp::config::OrderConfig;
use smdp::{Binding, OrderState, Profile};
use veuicc::terminal::{Terminal, TerminalOptions};
use veuicc::{Card, CardConfig};

use super::answer::Answer;
use super::euicc::info::device_info;
use super::kit::{Kit, Setup};

/// A card and a server with one order, and the download between them.
pub(crate) struct CardRun {
    pub(crate) kit: Kit,
    pub(crate) terminal: Terminal<Card>,
    pub(crate) binding: Binding,
}

impl CardRun {
    /// A card with certificates on every curve of the PKI.
    pub(crate) fn under(pki: Arc<Pki>, profile: &Profile, order: OrderConfig) -> Self {
        let config = CardConfig::from_pki(&pki, certs::TEST_EID).unwrap();
        let setup = Setup {
            pki,
            profile: profile.clone(),
            orders: vec![order],
            ..Setup::default()
        };
        Self::of(Kit::with(setup), config)
    }

    /// A card that knows the CI on one curve only.
    pub(crate) fn on(curve: Curve, profile: &Profile, order: OrderConfig) -> Self {
        let setup = Setup {
            profile: profile.clone(),
            orders: vec![order],
            ..Setup::default()
        };
        let mut config = CardConfig::from_pki(&setup.pki, certs::TEST_EID).unwrap();
        let ci = setup.pki.ci_key_id(curve).unwrap();
        config.trusted_cis.retain(|anchor| anchor.key_id() == ci);
        config
            .credentials
            .retain(|credential| credential.ci_key_id == ci);
        Self::of(Kit::with(setup), config)
    }

    /// Any card and any server.
    pub(crate) fn of(kit: Kit, config: CardConfig) -> Self {
        let card = Card::new(config, Box::new(SeededEnv::new(1, "card")));
        let terminal = Terminal::open(card, TerminalOptions::default()).unwrap();
        Self {
            kit,
            terminal,
            binding: Binding::Json,
        }
    }

    fn es10<T: rasn::Decode>(&mut self, request: &impl rasn::Encode) -> T {
        let response = self.terminal.es10(&der::encode(request).unwrap()).unwrap();
        der::decode(&response).unwrap()
    }

    #[track_caller]
    fn es9(&self, request: Es9Request) -> Answer {
        self.kit.call(self.binding, request)
    }

    #[track_caller]
    pub(crate) fn authenticate(&mut self) -> AuthenticateClientOk {
        let challenge: GetEuiccChallengeResponse = self.es10(&GetEuiccChallengeRequest::default());
        let euicc_info1: EuiccInfo1 = self.es10(&GetEuiccInfo1Request::default());
        let request = InitiateAuthenticationRequest {
            euicc_challenge: challenge.euicc_challenge,
            smdp_address: "smdp1.test.example".to_owned(),
            euicc_info1,
            lpa_rsp_capability: None,
            additions: Default::default(),
        };
        let answer = self.es9(Es9Request::InitiateAuthentication(request));
        let ok = answer.initiated();
        let params = CtxParams1::for_device(Some("MATCHING-1".to_owned()), device_info());
        let transaction_id = ok.transaction_id.clone();
        let authenticate_server_response: AuthenticateServerResponse =
            self.es10(&ok.into_authenticate_server(params));
        let request = AuthenticateClientRequest {
            transaction_id,
            authenticate_server_response,
            use_matching_id_for_acr: None,
            additions: Default::default(),
        };
        self.es9(Es9Request::AuthenticateClient(request))
            .authenticated()
    }

    #[track_caller]
    pub(crate) fn get_package(&mut self, code: Option<&str>) -> GetBoundProfilePackageOk {
        let ok = self.authenticate();
        let transaction_id = ok.transaction_id.clone();
        let (signed2, signature2, certificate) = ok.download_parts().unwrap();
        let prepare_download_response: PrepareDownloadResponse =
            self.es10(&PrepareDownloadRequest {
                smdp_signed2: signed2.clone(),
                smdp_signature2: signature2.clone(),
                hash_cc: code.map(|code| hash_cc(code, &transaction_id).into()),
                smdp_certificate: certificate.clone(),
                additions: Default::default(),
            });
        let request = GetBoundProfilePackageRequest {
            transaction_id,
            prepare_download_response,
            additions: Default::default(),
        };
        self.es9(Es9Request::GetBoundProfilePackage(request))
            .package()
    }

    /// Loads the package, delivers the result, and returns where the order stands.
    #[track_caller]
    pub(crate) fn install(&mut self, bpp: &BoundProfilePackage) -> OrderState {
        let encoded = der::encode(bpp).unwrap();
        let result = self.terminal.load_bound_profile_package(&encoded).unwrap();
        let result: ProfileInstallationResult = der::decode(&result).unwrap();
        let data = &result.profile_installation_result_data;
        assert!(
            matches!(
                data.final_result,
                ProfileInstallationResultDataFinalResult::SuccessResult(_)
            ),
            "{data:?}"
        );
        let pending_notification = PendingNotification::ProfileInstallationResult(result);
        self.es9(Es9Request::HandleNotification(HandleNotification {
            pending_notification,
            additions: Default::default(),
        }));
        self.kit.state()
    }
}
