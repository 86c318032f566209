// SPDX-License-Identifier: MIT OR Apache-2.0
//! What an SM-DP+ offers through the eIM: whether it is taken, and the package that follows.

use rsp::der;
use rsp::sgp22::{CancelSessionReason as Reason, PrepareDownloadRequest, StoreMetadataRequest};
use rsp::sgp32::{
    AuthenticateClientOkDpEsipa, GetBoundProfilePackageRequestEsipa,
    GetBoundProfilePackageResponseEsipa,
    GetBoundProfilePackageResponseEsipaGetBoundProfilePackageErrorEsipa as PackageError,
};

use super::{Outcome, tags};
use crate::defect::IpaDefect;
use crate::ipa::Ipa;
use crate::ipa::compaction::Session;
use crate::ipa::eim::Eim;
use crate::ipa::policy::Verdict;
use crate::ipa::session::{Failure, decode};

impl Ipa {
    /// What speaks against an offer before the card prepares its download.
    pub(super) async fn consider(
        &mut self,
        eim: &Eim,
        session: &Session,
        client: &AuthenticateClientOkDpEsipa,
    ) -> Outcome<()> {
        let signed = Some(&client.smdp_signed2.transaction_id);
        let mut named = signed.into_iter().chain(&client.transaction_id);
        if named.any(|id| *id != session.transaction_id)
            && !self.has(IpaDefect::SkipsTransactionIdCheck)
        {
            self.cancel_for(eim, session, Some(Reason::UNDEFINED_REASON))
                .await?;
            let cause =
                "AuthenticateClient: expected the transactionId of the session, got another";
            return Ok(Err(Failure::new(cause)));
        }
        let given = client.hash_cc.as_ref();
        if client.smdp_signed2.cc_required_flag && given.is_none() {
            self.cancel_for(eim, session, Some(Reason::END_USER_REJECTION))
                .await?;
            let cause = "the SM-DP+ wants a confirmation code, and the eIM gave no hash of one";
            return Ok(Err(Failure::new(cause)));
        }
        let shown = client.profile_meta_data.as_ref();
        let shown = shown.and_then(|metadata| der::encode(metadata).ok());
        let shown: Option<StoreMetadataRequest> = shown.and_then(|bytes| der::decode(&bytes).ok());
        if let Some(metadata) = shown
            && let Verdict::NotAllowed(cause) = self.judge_rules(&metadata)?
        {
            self.cancel_for(eim, session, Some(Reason::PPR_NOT_ALLOWED))
                .await?;
            return Ok(Err(Failure::new(cause)));
        }
        Ok(Ok(()))
    }

    /// ES10b.PrepareDownload, then ESipa.GetBoundProfilePackage (SGP.32 §5.14.2): the package's
    /// bytes.
    pub(super) async fn bound_profile_package(
        &mut self,
        eim: &Eim,
        session: &mut Session,
        client: AuthenticateClientOkDpEsipa,
    ) -> Outcome<Vec<u8>> {
        let ignores = self.has(IpaDefect::IgnoresHashCc);
        let announced = client.profile_meta_data.clone();
        let request = PrepareDownloadRequest {
            smdp_signed2: client.smdp_signed2,
            smdp_signature2: client.smdp_signature2,
            hash_cc: client.hash_cc.filter(|_| !ignores),
            smdp_certificate: client.smdp_certificate,
            additions: Default::default(),
        };
        let answer = match self.prepare_download(&request)? {
            Ok(answer) => answer,
            Err(refusal) => {
                self.go_on_regardless(tags::BOUND_PACKAGE);
                self.cancel_for(eim, session, Some(Reason::UNDEFINED_REASON))
                    .await?;
                return Ok(Err(refusal));
            }
        };
        let response = decode("PrepareDownload", &answer)?;
        let request = GetBoundProfilePackageRequestEsipa {
            transaction_id: session.transaction_id.clone(),
            prepare_download_response: self.short_prepared(session, response),
            additions: Default::default(),
        };
        let package = match eim.call(request).await? {
            GetBoundProfilePackageResponseEsipa::GetBoundProfilePackageOkEsipa(ok) => {
                ok.bound_profile_package
            }
            GetBoundProfilePackageResponseEsipa::GetBoundProfilePackageErrorEsipa(code) => {
                let reason = stopped_by(code);
                session.refused = reason.filter(|_| code == PackageError::METADATA_MISMATCH);
                self.cancel_for(eim, session, reason).await?;
                return self.refused_at("GetBoundProfilePackage", &code, tags::BOUND_PACKAGE);
            }
        };
        let loaded = rsp::metadata::of_package(&package);
        if let Some(announced) = announced {
            let loaded = loaded.as_deref().and_then(|bytes| der::decode(bytes).ok());
            if loaded != Some(announced) {
                self.cancel_for(eim, session, Some(Reason::METADATA_MISMATCH))
                    .await?;
                let cause = "the metadata of the package are not those that were announced";
                return Ok(Err(Failure::new(cause)));
            }
        }
        session.bound(loaded.as_deref());
        Ok(Ok(der::encode(&package)?))
    }
}

/// The same for GetBoundProfilePackage. An order whose confirmation code was missing or wrong stays
/// for somebody who knows it.
fn stopped_by(code: PackageError) -> Option<Reason> {
    match code {
        PackageError::METADATA_MISMATCH => Some(Reason::METADATA_MISMATCH),
        PackageError::CONFIRMATION_CODE_MISSING | PackageError::CONFIRMATION_CODE_REFUSED => {
            Some(Reason::POSTPONED)
        }
        PackageError::UNDEFINED_ERROR => Some(Reason::TIMEOUT),
        _ => None,
    }
}
