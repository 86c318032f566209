// SPDX-License-Identifier: MIT OR Apache-2.0
//! An answer of ES9+ or ES11 in either binding, and what a test says of it.

use rsp::json::{
    Es9Ok, Es9Response, Failure, Function, Interface, decode_response, error_code,
    response_from_asn1,
};
use rsp::sgp22::*;
pub(crate) use smdp::Binding;
use smdp::HttpAnswer;

/// What a function answered.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) interface: Interface,
    pub(crate) function: Function,
    pub(crate) binding: Binding,
    /// The answer as it was on the wire.
    pub(crate) http: HttpAnswer,
}

impl Answer {
    /// The answer as typed message. In the ASN.1 binding a failure has the first pair of codes
    /// that its integer stands for.
    #[track_caller]
    pub(crate) fn response(&self) -> Es9Response {
        let has_body = self.function.has_response_body();
        let status = if has_body { 200 } else { 204 };
        assert_eq!(self.http.status, status, "{}: HTTP status", self.function);
        let body = &self.http.body;
        match self.binding {
            Binding::Json => decode_response(self.interface, self.function, body).unwrap(),
            Binding::Asn1 => response_from_asn1(self.interface, self.function, body).unwrap(),
        }
    }

    #[track_caller]
    pub(crate) fn ok(&self) -> Es9Ok {
        match self.response() {
            Ok(ok) => ok,
            Err(failure) => panic!("expected a success of {}, got {failure}", self.function),
        }
    }

    #[track_caller]
    pub(crate) fn failure(&self) -> Failure {
        match self.response() {
            Ok(_) => panic!("expected a failure of {}, got a success", self.function),
            Err(failure) => failure,
        }
    }

    /// Asserts a refusal: the pair of codes in JSON, the integer of the pair in ASN.1.
    #[track_caller]
    pub(crate) fn refused(&self, subject: &str, reason: &str) {
        let failure = self.failure();
        match self.binding {
            Binding::Json => assert!(
                failure.is(subject, reason),
                "expected {subject}/{reason}, got {failure}"
            ),
            Binding::Asn1 => {
                let expected = Failure::failed(rsp::json::StatusCodeData {
                    subject_code: subject.to_owned(),
                    reason_code: reason.to_owned(),
                    subject_identifier: None,
                    message: None,
                });
                let code = |failure| error_code(self.interface, self.function, failure);
                assert_eq!(
                    code(&failure),
                    code(&expected),
                    "expected {subject}/{reason}, got {failure}"
                );
            }
        }
    }

    #[track_caller]
    pub(crate) fn initiated(&self) -> InitiateAuthenticationOkEs9 {
        match self.ok() {
            Es9Ok::InitiateAuthentication(ok) => ok,
            other => panic!("another answer: {other:?}"),
        }
    }

    #[track_caller]
    pub(crate) fn authenticated(&self) -> AuthenticateClientOk {
        match self.ok() {
            Es9Ok::AuthenticateClient(ok) => ok,
            other => panic!("another answer: {other:?}"),
        }
    }

    #[track_caller]
    pub(crate) fn events(&self) -> AuthenticateClientOkEs11 {
        match self.ok() {
            Es9Ok::AuthenticateClientEs11(ok) => ok,
            other => panic!("another answer: {other:?}"),
        }
    }

    #[track_caller]
    pub(crate) fn package(&self) -> GetBoundProfilePackageOk {
        match self.ok() {
            Es9Ok::GetBoundProfilePackage(ok) => ok,
            other => panic!("another answer: {other:?}"),
        }
    }
}
