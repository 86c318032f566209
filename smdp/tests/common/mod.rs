// SPDX-License-Identifier: MIT OR Apache-2.0
//! A whole download between the real card and the server, for tests and benchmarks.

use std::path::PathBuf;

use certs::Pki;
use rsp::der;
use rsp::env::SeededEnv;
use rsp::json::{Es9Ok, Es9Request, Interface, decode_response};
use rsp::kdf::hash_cc;
use rsp::sgp22::*;
use smdp::config::OrderConfig;
use smdp::{Config, Credentials, Entity, Es9Service, OrderState, Profile, Profiles, SmDp};
use veuicc::terminal::{Terminal, TerminalOptions};
use veuicc::{Card, CardConfig};

/// The TS.48 packages, by file name. Outside CI the folder may be missing, and then so is the test.
pub(crate) fn ts48() -> Option<Profiles> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/profiles/ts48-v7.0");
    if !folder.is_dir() {
        assert_ne!(
            std::env::var("CI").as_deref(),
            Ok("true"),
            "{} is missing",
            folder.display()
        );
        println!("skipped: {} is missing", folder.display());
        return None;
    }
    Some(Profiles::load(&folder).unwrap())
}

/// A card and a server with one order, and the download between them.
pub(crate) struct Run {
    pub(crate) service: Es9Service,
    pub(crate) terminal: Terminal<Card>,
}

impl Run {
    pub(crate) fn under(pki: &Pki, profile: &Profile, order: OrderConfig) -> Self {
        let credentials =
            Credentials::from_pki(pki, Entity::First, &["smdp1.test.example"]).unwrap();
        let mut profiles = Profiles::default();
        profiles.insert("p.der", profile.clone());
        let mut smdp = SmDp::new(Config::default(), credentials);
        smdp.add_order(
            &OrderConfig {
                profile: "p.der".into(),
                ..order
            },
            &profiles,
        )
        .unwrap();
        let config = CardConfig::from_pki(pki, certs::TEST_EID).unwrap();
        let card = Card::new(config, Box::new(SeededEnv::new(1, "card")));
        let terminal = Terminal::open(card, TerminalOptions::default()).unwrap();
        let service = Es9Service::new(smdp, Box::new(SeededEnv::new(1, "smdp")));
        Self { service, terminal }
    }

    fn es10<T: rasn::Decode>(&mut self, request: &impl rasn::Encode) -> T {
        let response = self.terminal.es10(&der::encode(request).unwrap()).unwrap();
        der::decode(&response).unwrap()
    }

    fn es9(&self, request: Es9Request) -> Es9Ok {
        let function = request.function();
        let answer = self
            .service
            .call_json(function, None, &request.to_json().unwrap());
        assert_eq!(
            answer.status,
            if function.has_response_body() {
                200
            } else {
                204
            }
        );
        decode_response(Interface::Es9, function, &answer.body)
            .unwrap()
            .unwrap()
    }

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
        let Es9Ok::InitiateAuthentication(ok) =
            self.es9(Es9Request::InitiateAuthentication(request))
        else {
            panic!("another answer")
        };
        let params = CtxParamsForCommonAuthentication {
            matching_id: Some("MATCHING-1".to_owned()),
            device_info: DeviceInfo {
                tac: [0x35; 8].into(),
                device_capabilities: DeviceCapabilities::default(),
                imei: None,
                preferred_languages: None,
                device_test_mode: None,
                lpa_rsp_capability: None,
                additions: Default::default(),
            },
            operation_type: None,
            iccid: None,
            matching_id_source: None,
            vendor_specific_extension: None,
            additions: Default::default(),
        };
        let transaction_id = ok.transaction_id.clone();
        let authenticate_server_response: AuthenticateServerResponse =
            self.es10(&AuthenticateServerRequest {
                server_signed1: ok.server_signed1,
                server_signature1: ok.server_signature1,
                euicc_ci_pk_id_to_be_used: ok.euicc_ci_pk_id_to_be_used,
                server_certificate: ok.server_certificate,
                ctx_params1: CtxParams1::CtxParamsForCommonAuthentication(params),
                other_certs_in_chain: None,
                crl_list: None,
                additions: Default::default(),
            });
        let request = AuthenticateClientRequest {
            transaction_id,
            authenticate_server_response,
            use_matching_id_for_acr: None,
            additions: Default::default(),
        };
        match self.es9(Es9Request::AuthenticateClient(request)) {
            Es9Ok::AuthenticateClient(ok) => ok,
            other => panic!("{other:?}"),
        }
    }

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
        match self.es9(Es9Request::GetBoundProfilePackage(request)) {
            Es9Ok::GetBoundProfilePackage(ok) => ok,
            other => panic!("{other:?}"),
        }
    }

    /// Loads the package, delivers the result, and returns where the order stands.
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
        self.service
            .with_smdp(|smdp| smdp.orders().iter().next().unwrap().1.state)
    }
}

/// An order for `MATCHING-1`.
pub(crate) fn order() -> OrderConfig {
    OrderConfig {
        matching_id: "MATCHING-1".to_owned(),
        ..OrderConfig::default()
    }
}
