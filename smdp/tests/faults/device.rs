// SPDX-License-Identifier: MIT OR Apache-2.0
//! A device without a mind of its own around the virtual card: it hands on what it gets, so that
//! the card, or else the server, is the first to notice.

use std::sync::OnceLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rsp::der;
use rsp::json::{Es9Ok, Es9Request};
use rsp::kdf::hash_cc;
use rsp::sgp22::*;
use smdp::config::OrderConfig;
use smdp::{ArmedFault, Profile};

use crate::support::answer::Answer;
use crate::support::card::CardRun;
use crate::support::euicc::info::device_info;
use crate::support::kit::{order, pki};
use crate::support::profile::ts48;

/// How a download ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// AuthenticateServer answered with this code.
    Authenticate(AuthenticateErrorCode),
    /// PrepareDownload answered with this code.
    Prepare(DownloadErrorCode),
    /// The server refused a function.
    Refused(&'static str, String),
    /// The result of the installation names a command and a reason.
    Result(BppCommandId, ErrorReason),
    /// The profile is installed.
    Installed,
}

/// A device with a card, and the server it downloads from.
pub(crate) struct Device {
    pub(crate) run: CardRun,
    /// Confirmation code that the user types.
    pub(crate) code: Option<&'static str>,
}

/// A real profile; outside CI the packages may be missing.
pub(crate) fn profile() -> Option<&'static Profile> {
    static PROFILE: OnceLock<Option<Profile>> = OnceLock::new();
    let profile = PROFILE.get_or_init(|| {
        let profiles = ts48()?;
        let (_, profile) = profiles.iter().next()?;
        Some((**profile).clone())
    });
    profile.as_ref()
}

/// The order of these tests.
pub(crate) fn reusable() -> OrderConfig {
    OrderConfig {
        reusable: true,
        ..order()
    }
}

impl Device {
    pub(crate) fn new(profile: &Profile, order: OrderConfig) -> Self {
        let mut run = CardRun::under(pki(), profile, order);
        run.kit.conformant = false;
        Self { run, code: None }
    }

    pub(crate) fn arm(&self, fault: &str) -> u64 {
        let armed: ArmedFault = fault.parse().unwrap();
        self.run.kit.service.faults().arm(armed).unwrap()
    }

    fn es10<T: rasn::Decode>(&mut self, request: &impl rasn::Encode) -> T {
        let request = der::encode(request).unwrap();
        der::decode(&self.run.terminal.es10(&request).unwrap()).unwrap()
    }

    pub(crate) fn es9(&self, request: Es9Request) -> Answer {
        self.run.kit.call(self.run.binding, request)
    }

    fn ok(&self, request: Es9Request) -> Result<Es9Ok, Outcome> {
        let name = request.function().name();
        let response = self.es9(request).response();
        response.map_err(|failure| {
            let data = failure.status_code_data.unwrap();
            Outcome::Refused(name, format!("{}/{}", data.subject_code, data.reason_code))
        })
    }

    pub(crate) fn initiate(&mut self) -> InitiateAuthenticationOkEs9 {
        let challenge: GetEuiccChallengeResponse = self.es10(&GetEuiccChallengeRequest::default());
        let request = InitiateAuthenticationRequest {
            euicc_challenge: challenge.euicc_challenge,
            smdp_address: "smdp1.test.example".to_owned(),
            euicc_info1: self.es10(&GetEuiccInfo1Request::default()),
            lpa_rsp_capability: None,
            additions: Default::default(),
        };
        self.es9(Es9Request::InitiateAuthentication(request))
            .initiated()
    }

    /// Hands the server's answer to the card, and the card's to the server.
    pub(crate) fn authenticate(&mut self) -> Result<AuthenticateClientOk, Outcome> {
        let ok = self.initiate();
        let params = CtxParams1::for_device(Some("MATCHING-1".to_owned()), device_info());
        let transaction_id = ok.transaction_id.clone();
        let response = self.es10(&ok.into_authenticate_server(params));
        if let AuthenticateServerResponse::AuthenticateResponseError(error) = &response {
            return Err(Outcome::Authenticate(error.authenticate_error_code));
        }
        let request = Es9Request::AuthenticateClient(AuthenticateClientRequest {
            transaction_id,
            authenticate_server_response: response,
            use_matching_id_for_acr: None,
            additions: Default::default(),
        });
        match self.ok(request)? {
            Es9Ok::AuthenticateClient(ok) => Ok(ok),
            other => panic!("another answer: {other:?}"),
        }
    }

    pub(crate) fn prepare(
        &mut self,
        ok: &AuthenticateClientOk,
    ) -> Result<GetBoundProfilePackageRequest, Outcome> {
        let (signed2, signature2, certificate) = ok.download_parts().unwrap();
        let code = self.code.filter(|_| signed2.cc_required_flag);
        let transaction_id = ok.transaction_id.clone();
        let response: PrepareDownloadResponse = self.es10(&PrepareDownloadRequest {
            smdp_signed2: signed2.clone(),
            smdp_signature2: signature2.clone(),
            hash_cc: code.map(|code| hash_cc(code, &transaction_id).into()),
            smdp_certificate: certificate.clone(),
            additions: Default::default(),
        });
        if let PrepareDownloadResponse::DownloadResponseError(error) = &response {
            return Err(Outcome::Prepare(error.download_error_code));
        }
        Ok(GetBoundProfilePackageRequest {
            transaction_id,
            prepare_download_response: response,
            additions: Default::default(),
        })
    }

    /// The bound profile package as its bytes, which may be none that the types know.
    pub(crate) fn package(
        &self,
        request: GetBoundProfilePackageRequest,
    ) -> Result<Vec<u8>, Outcome> {
        let answer = self.es9(Es9Request::GetBoundProfilePackage(request));
        let body: serde_json::Value = serde_json::from_slice(&answer.http.body).unwrap();
        let Some(package) = body["boundProfilePackage"].as_str() else {
            let data = &body["header"]["functionExecutionStatus"]["statusCodeData"];
            let code = |name: &str| data[name].as_str().unwrap().to_owned();
            let pair = format!("{}/{}", code("subjectCode"), code("reasonCode"));
            return Err(Outcome::Refused("getBoundProfilePackage", pair));
        };
        Ok(STANDARD.decode(package).unwrap())
    }

    pub(crate) fn load(&mut self, package: &[u8]) -> Outcome {
        let result = self.run.terminal.load_bound_profile_package(package);
        let result: ProfileInstallationResult = der::decode(&result.unwrap()).unwrap();
        match &result.profile_installation_result_data.final_result {
            ProfileInstallationResultDataFinalResult::SuccessResult(_) => Outcome::Installed,
            ProfileInstallationResultDataFinalResult::ErrorResult(error) => {
                Outcome::Result(error.bpp_command_id, error.error_reason)
            }
        }
    }

    /// A download to its end.
    pub(crate) fn download(&mut self) -> Outcome {
        let to_package = |device: &mut Self| {
            let ok = device.authenticate()?;
            let request = device.prepare(&ok)?;
            device.package(request)
        };
        match to_package(self) {
            Ok(package) => self.load(&package),
            Err(outcome) => outcome,
        }
    }
}
