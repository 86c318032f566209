// SPDX-License-Identifier: MIT OR Apache-2.0
//! One message of ESipa at a time: it is read, done and answered.

use rsp::sgp32::{
    EsipaMessageFromEimToIpa as Answer, EsipaMessageFromIpaToEim as Request, GetEimPackageRequest,
    GetEimPackageResponse, GetEimPackageResponseEimPackageError as PackageError,
};

use super::{Eim, Work, forward, lock, refusal};
use crate::defect::EimDefect;
use crate::wire::dialect::{read_request, undecodable, write_answer};
use crate::wire::esipa;

impl Eim {
    /// Handles one ESipa message and returns the answer; no bytes mean HTTP 204.
    pub async fn handle(&self, message: &[u8]) -> Vec<u8> {
        self.handle_from(None, message).await
    }

    /// Handles a message of a connection, which should make no difference.
    pub async fn handle_from(&self, connection: Option<u64>, message: &[u8]) -> Vec<u8> {
        self.respond(connection, message).await.message
    }

    /// Handles a message, and tells the pair of codes beside an error where a server gave one.
    pub async fn respond(&self, connection: Option<u64>, message: &[u8]) -> esipa::Answer {
        let mut answer = esipa::Answer::from(Vec::new());
        answer.message = self.reply(connection, message, &mut answer).await;
        answer
    }

    async fn reply(
        &self,
        connection: Option<u64>,
        message: &[u8],
        beside: &mut esipa::Answer,
    ) -> Vec<u8> {
        lock(&self.queue).connection = connection;
        let dialect = self.dialect_of(message).await;
        let answer = match read_request(dialect, message) {
            Ok(mut request) => {
                self.complete(dialect, &mut request);
                self.answer(request, beside).await
            }
            Err(error) => {
                tracing::warn!(%error, "ESipa message cannot be decoded");
                let refusal = match self.has(EimDefect::UndefinedForMissingEid) {
                    true => undecodable(message),
                    false => refusal::of(message),
                };
                beside.malformed = refusal.is_none();
                refusal
            }
        };
        if let Err(error) = self.commit().await {
            tracing::error!(%error, "answer withheld");
            let Some(refusal) = undecodable(message) else {
                beside.untaken = true;
                return Vec::new();
            };
            return write_answer(dialect, &refusal).unwrap_or_default();
        }
        if self.has(EimDefect::SilentWhenIdle) && answer.as_ref() == Some(&idle()) {
            return Vec::new();
        }
        let Some(answer) = answer else {
            return Vec::new();
        };
        // what an older version cannot say is refused
        write_answer(dialect, &answer)
            .or_else(|error| {
                tracing::error!(%error, "answer cannot be written");
                undecodable(message).map_or(Err(error), |refusal| write_answer(dialect, &refusal))
            })
            .unwrap_or_default()
    }

    /// Does what a message asks for, and notes for the store what that has changed.
    async fn answer(&self, request: Request, beside: &mut esipa::Answer) -> Option<Answer> {
        let mut work = self.work.lock().await;
        forward::retry(&mut work).await;
        work.refused = None;
        work.untaken = false;
        // a relayed message is too large for the stack of everybody who waits for it
        let answer = Box::pin(self.execute(&mut work, request)).await;
        beside.failure = work.refused.take();
        beside.untaken = work.untaken;
        work.note_changes(self.keeper.is_some());
        answer
    }

    /// Does what a message asks for; a notification has no answer.
    async fn execute(&self, work: &mut Work, request: Request) -> Option<Answer> {
        Some(match request {
            Request::GetEimPackageRequest(request) => {
                Answer::GetEimPackageResponse(self.get_eim_package(work, &request))
            }
            Request::ProvideEimPackageResult(provided) => {
                Answer::ProvideEimPackageResultResponse(self.provide_result(work, &provided).await)
            }
            Request::InitiateAuthenticationRequestEsipa(request) => {
                let response = self.initiate_authentication(work, request).await;
                Answer::InitiateAuthenticationResponseEsipa(response)
            }
            Request::AuthenticateClientRequestEsipa(request) => {
                let response = self.authenticate_client(work, request).await;
                Answer::AuthenticateClientResponseEsipa(response)
            }
            Request::GetBoundProfilePackageRequestEsipa(request) => {
                let response = self.get_bound_profile_package(work, request).await;
                Answer::GetBoundProfilePackageResponseEsipa(response)
            }
            Request::CancelSessionRequestEsipa(request) => {
                Answer::CancelSessionResponseEsipa(self.cancel_session(work, request).await)
            }
            Request::HandleNotificationEsipa(notification) => {
                self.handle_notification(work, &notification).await;
                return None;
            }
            // an answer to what this eIM sends, never something posted to it
            Request::TransferEimPackageResponse(_) => Answer::GetEimPackageResponse(
                GetEimPackageResponse::EimPackageError(PackageError::UNDEFINED_ERROR),
            ),
        })
    }

    /// ESipa.GetEimPackage (SGP.32 §5.14.5).
    fn get_eim_package(
        &self,
        work: &mut Work,
        request: &GetEimPackageRequest,
    ) -> GetEimPackageResponse {
        lock(&self.queue).next_package(request, work.env.as_mut())
    }
}

/// What an eIM without work answers (SGP.32 §5.14.5).
const fn idle() -> Answer {
    Answer::GetEimPackageResponse(GetEimPackageResponse::EimPackageError(
        PackageError::NO_EIM_PACKAGE_AVAILABLE,
    ))
}
