// SPDX-License-Identifier: MIT OR Apache-2.0
//! The device around a scripted eUICC: it takes a session as far as a test wants and lets the test
//! change what goes out on the way.
//!
//! `authenticate` runs everything up to AuthenticateClient and gives the answer as it came;
//! `authenticated` expects a success. So with the other functions.

use certs::Curve;
use rsp::json::Es9Request;
use rsp::raw::Raw;
use rsp::sgp22::*;
use smdp::Binding;

use super::answer::Answer;
use super::euicc::Euicc;
use super::host::Host;
use super::kit::Kit;

/// A device with an eUICC.
pub(crate) struct Lpa {
    pub(crate) euicc: Euicc,
    pub(crate) binding: Binding,
    /// MatchingID of the activation code; `None` leaves it out.
    pub(crate) matching_id: Option<String>,
    /// Confirmation code that the user types.
    pub(crate) code: Option<String>,
}

impl Lpa {
    /// A device on NIST P-256 that speaks JSON and sends `MATCHING-1`.
    pub(crate) fn new(kit: &Kit) -> Self {
        Self::on(kit, Curve::NistP256, Binding::Json)
    }

    pub(crate) fn on(kit: &Kit, curve: Curve, binding: Binding) -> Self {
        Self::around(Euicc::new(&kit.pki, curve), binding)
    }

    pub(crate) fn around(euicc: Euicc, binding: Binding) -> Self {
        Self {
            euicc,
            binding,
            matching_id: Some("MATCHING-1".to_owned()),
            code: None,
        }
    }

    pub(crate) fn call(&self, host: &Host, request: Es9Request) -> Answer {
        host.call(self.binding, request)
    }

    #[track_caller]
    pub(crate) fn initiate(&mut self, host: &Host) -> Answer {
        self.initiate_with(host, |_| ())
    }

    /// InitiateAuthentication with the request changed.
    #[track_caller]
    pub(crate) fn initiate_with(
        &mut self,
        host: &Host,
        change: impl FnOnce(&mut InitiateAuthenticationRequest),
    ) -> Answer {
        let mut request = self.euicc.initiate();
        change(&mut request);
        self.call(host, Es9Request::InitiateAuthentication(request))
    }

    #[track_caller]
    pub(crate) fn initiated(&mut self, host: &Host) -> InitiateAuthenticationOkEs9 {
        self.initiate(host).initiated()
    }

    #[track_caller]
    pub(crate) fn authenticate(&mut self, host: &Host) -> Answer {
        self.authenticate_with(host, |_| ())
    }

    /// AuthenticateClient with the request changed after it was signed.
    #[track_caller]
    pub(crate) fn authenticate_with(
        &mut self,
        host: &Host,
        change: impl FnOnce(&mut AuthenticateClientRequest),
    ) -> Answer {
        let ok = self.initiated(host);
        let signed = self.euicc.signed1(&ok, self.matching_id.as_deref());
        let signed = Raw::new(signed).unwrap();
        let mut request = self.euicc.authenticate_with(&ok, signed);
        change(&mut request);
        self.call(host, Es9Request::AuthenticateClient(request))
    }

    /// AuthenticateClient with the signed structure changed before it is signed.
    #[track_caller]
    pub(crate) fn authenticate_signed(
        &mut self,
        host: &Host,
        change: impl FnOnce(&mut EuiccSigned1),
    ) -> Answer {
        let ok = self.initiated(host);
        let mut signed = self.euicc.signed1(&ok, self.matching_id.as_deref());
        change(&mut signed);
        let signed = Raw::new(signed).unwrap();
        let request = self.euicc.authenticate_with(&ok, signed);
        self.call(host, Es9Request::AuthenticateClient(request))
    }

    #[track_caller]
    pub(crate) fn authenticated(&mut self, host: &Host) -> AuthenticateClientOk {
        self.authenticate(host).authenticated()
    }

    #[track_caller]
    pub(crate) fn download(&mut self, host: &Host) -> Answer {
        self.download_with(host, |_| ())
    }

    /// GetBoundProfilePackage with the request changed after it was signed.
    #[track_caller]
    pub(crate) fn download_with(
        &mut self,
        host: &Host,
        change: impl FnOnce(&mut GetBoundProfilePackageRequest),
    ) -> Answer {
        let ok = self.authenticated(host);
        let mut request = self.euicc.prepare(&ok, self.code.as_deref());
        change(&mut request);
        self.call(host, Es9Request::GetBoundProfilePackage(request))
    }

    #[track_caller]
    pub(crate) fn downloaded(&mut self, host: &Host) -> GetBoundProfilePackageOk {
        self.download(host).package()
    }

    /// Delivers the result of an installation; `None` is success.
    #[track_caller]
    pub(crate) fn report(
        &self,
        host: &Host,
        transaction_id: &TransactionId,
        iccid: [u8; 10],
        error: Option<ErrorReason>,
    ) -> Answer {
        let result = self.euicc.result(transaction_id, iccid, error);
        self.call(host, Es9Request::HandleNotification(result))
    }

    /// Cancels a session with the server of OID 2.999.10.
    #[track_caller]
    pub(crate) fn cancel(
        &self,
        host: &Host,
        transaction_id: &TransactionId,
        reason: CancelSessionReason,
    ) -> Answer {
        let signed = EuiccCancelSessionSigned {
            transaction_id: transaction_id.clone(),
            smdp_oid: "2.999.10".parse().unwrap(),
            reason,
            additions: Default::default(),
        };
        let request = self.euicc.cancel(transaction_id, signed);
        self.call(host, Es9Request::CancelSession(request))
    }
}

/// The part of an AuthenticateClient request that the eUICC has signed.
#[track_caller]
pub(crate) fn signed_part(request: &mut AuthenticateClientRequest) -> &mut AuthenticateResponseOk {
    match &mut request.authenticate_server_response {
        AuthenticateServerResponse::AuthenticateResponseOk(ok) => ok,
        other => panic!("{other:?}"),
    }
}

/// Puts another MatchingID into what the eUICC signs.
pub(crate) fn set_matching_id(signed: &mut EuiccSigned1, matching_id: Option<&str>) {
    let CtxParams1::CtxParamsForCommonAuthentication(params) = &mut signed.ctx_params1;
    params.matching_id = matching_id.map(str::to_owned);
}
