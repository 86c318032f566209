// SPDX-License-Identifier: MIT OR Apache-2.0
//! The messages of an indirect download after the first (SGP.32 §5.14.2, §5.14.3, §5.14.8): answers
//! of the card go to the server in full form, and what the server gives is checked where the IPA
//! leaves that to the eIM.

use rsp::der;
use rsp::json::{Es9Ok, Es9Request, Interface};
use rsp::kdf::hash_cc;
use rsp::sgp22::{
    AuthenticateClientOk, AuthenticateClientOkEs11, AuthenticateClientRequest, BoundProfilePackage,
    CancelSessionReason, CancelSessionRequestEs9, GetBoundProfilePackageRequest, PprIds,
    StoreMetadataRequest, TransactionId,
};
use rsp::sgp32::{
    AuthenticateClientOkDpEsipa, AuthenticateClientOkDsEsipa, AuthenticateClientRequestEsipa,
    AuthenticateClientResponseEsipa,
    AuthenticateClientResponseEsipaAuthenticateClientErrorEsipa as AuthenticateError,
    CancelSessionRequestEsipa, CancelSessionResponseEsipa,
    CancelSessionResponseEsipaCancelSessionError as CancelError, GetBoundProfilePackageOkEsipa,
    GetBoundProfilePackageRequestEsipa, GetBoundProfilePackageResponseEsipa,
    GetBoundProfilePackageResponseEsipaGetBoundProfilePackageErrorEsipa as PackageError,
    IpaCapabilitiesIpaFeatures as Features, ProfileDownloadTriggerRequest,
    Sgp32AuthenticateServerResponse as Authenticated,
};
use rsp::status;
use rsp::tlv::{self, Tag};
use sha2::{Digest, Sha256};

use super::download::Download;
use super::euicc::Euicc;
use super::expand::{Expander, Unusable, converted};
use super::order::Job;
use super::{Eim, Work, lock, source};
use crate::defect::EimDefect;
use crate::iut::{DownloadSource, EuiccCertificates, IndirectDownload, Order, OrderStatus};

const EUICC_INFO2: Tag = Tag::new(0xBF22);

impl Eim {
    /// ESipa.AuthenticateClient (SGP.32 §5.14.3).
    pub(super) async fn authenticate_client(
        &self,
        work: &mut Work,
        request: AuthenticateClientRequestEsipa,
    ) -> AuthenticateClientResponseEsipa {
        self.authenticate(work, request)
            .await
            .unwrap_or_else(AuthenticateClientResponseEsipa::AuthenticateClientErrorEsipa)
    }

    async fn authenticate(
        &self,
        work: &mut Work,
        request: AuthenticateClientRequestEsipa,
    ) -> Result<AuthenticateClientResponseEsipa, AuthenticateError> {
        let unknown = self.unknown_session(AuthenticateError::INVALID_TRANSACTION_ID);
        let download = work
            .downloads
            .find(&request.transaction_id)
            .ok_or(unknown)?;
        let download = download.clone();
        let response = request.authenticate_server_response;
        let swallows = self.has(EimDefect::SwallowsCardError);
        if swallows && matches!(response, Authenticated::AuthenticateResponseError(_)) {
            return Err(AuthenticateError::UNDEFINED_ERROR);
        }
        self.learn_certificates_of(work, &download.eid, &response);
        let euicc = self.euicc_of(&download.eid).ok_or(unknown)?;
        let full = self
            .expander(&download, &euicc)
            .authenticated(response)
            .map_err(|why| refused(&why, AuthenticateError::EUICC_SIGNATURE_INVALID))?;
        self.learn_info2(&euicc, &full);
        let relayed = Es9Request::AuthenticateClient(AuthenticateClientRequest {
            transaction_id: download.transaction_id(),
            authenticate_server_response: converted(&full)
                .ok_or(AuthenticateError::UNDEFINED_ERROR)?,
            use_matching_id_for_acr: None,
            additions: Default::default(),
        });
        let (interface, function) = if download.is_smds {
            (Interface::Es11, status::Function::AuthenticateClientSmds)
        } else {
            (Interface::Es9, status::Function::AuthenticateClient)
        };
        let codes = self.codes(function);
        let answer = work
            .relay(&download.address, interface, &relayed, codes)
            .await;
        match answer.map_err(AuthenticateError)? {
            Es9Ok::AuthenticateClient(client) => self
                .downloadable(work, &download, &euicc, &client)
                .map(AuthenticateClientResponseEsipa::AuthenticateClientOkDpEsipa),
            Es9Ok::AuthenticateClientEs11(events) => {
                let ok = self.events(&download, &events);
                Ok(AuthenticateClientResponseEsipa::AuthenticateClientOkDsEsipa(ok))
            }
            _ => Err(AuthenticateError::UNDEFINED_ERROR),
        }
    }

    /// What an SM-DP+ has for the eUICC; without the metadata, when the IPA leaves them to the eIM.
    fn downloadable(
        &self,
        work: &mut Work,
        download: &Download,
        euicc: &Euicc,
        client: &AuthenticateClientOk,
    ) -> Result<AuthenticateClientOkDpEsipa, AuthenticateError> {
        let undefined = AuthenticateError::UNDEFINED_ERROR;
        let (signed2, signature2, certificate) = client.download_parts().ok_or(undefined)?;
        let hash_cc = if signed2.cc_required_flag {
            self.hashed_code(download)
        } else {
            None
        };
        let metadata = client.profile_meta_data.as_ref();
        let verifies = euicc
            .knowledge
            .has(Features::EIM_PROFILE_METADATA_VERIFICATION);
        let allows = work.relay.allow_policy_rules || self.has(EimDefect::AllowsPolicyRules);
        let refuses = verifies && !allows && metadata.is_some_and(has_rules);
        if let Some(kept) = work.downloads.find_mut(&download.told_transaction) {
            kept.metadata = metadata.and_then(|metadata| der::encode(metadata).ok());
            kept.smdp_signature2 = signature2.to_vec();
            kept.bpp_euicc_otpk = signed2.bpp_euicc_otpk.as_deref().map(<[u8]>::to_vec);
            kept.hash_cc = hash_cc;
            kept.refused = refuses.then_some(CancelSessionReason::PPR_NOT_ALLOWED.0);
        }
        if refuses {
            return Err(AuthenticateError::PPR_NOT_ALLOWED);
        }
        Ok(AuthenticateClientOkDpEsipa {
            transaction_id: Some(TransactionId::from(download.told_transaction.clone())),
            profile_meta_data: metadata
                .filter(|_| !verifies && !self.has(EimDefect::KeepsMetadata))
                .and_then(converted),
            smdp_signed2: signed2.clone(),
            smdp_signature2: signature2.clone(),
            smdp_certificate: certificate.clone(),
            hash_cc: hash_cc.map(Into::into),
            additions: Default::default(),
        })
    }

    /// `hashCc` of the order's confirmation code, when it has one (SGP.22 §5.7.5).
    fn hashed_code(&self, download: &Download) -> Option<[u8; 32]> {
        let queue = lock(&self.queue);
        let Job::Indirect(order) = &queue.entry(&download.order)?.job else {
            return None;
        };
        let code = order.confirmation_code.as_ref()?;
        if self.has(EimDefect::DropsConfirmationCode) {
            return None;
        }
        if self.has(EimDefect::PlainConfirmationCode) {
            return Some(Sha256::digest(code.as_bytes()).into());
        }
        Some(hash_cc(code, &download.transaction))
    }

    /// What an SM-DS has for the eUICC: the first event is downloaded in place of the order that
    /// asked for events, each further one is an order of its own.
    fn events(
        &self,
        download: &Download,
        answer: &AuthenticateClientOkEs11,
    ) -> AuthenticateClientOkDsEsipa {
        let mut found = answer.event_entries.iter().filter_map(|event| {
            let code = format!("1${}${}", event.rsp_server_address, event.event_id);
            let order = IndirectDownload {
                source: DownloadSource::ActivationCode(code),
                ..self.ordered(download)?
            };
            source::target(&order.source)
                .inspect_err(|error| tracing::warn!(%error, "event left out"))
                .ok()?;
            Some(order)
        });
        let first = found.next().filter(|_| !self.has(EimDefect::ForgetsEvents));
        let further: Vec<IndirectDownload> = found.collect();
        let mut queue = lock(&self.queue);
        let knowledge = queue
            .known(&download.eid)
            .map(|euicc| euicc.knowledge.clone());
        let tells = self.has(EimDefect::SendsDownloadData);
        let trigger = queue.entry_mut(&download.order).and_then(|entry| {
            let Some(order) = first else {
                entry.becomes(OrderStatus::Done, "the SM-DS has no event for this EID");
                return self
                    .has(EimDefect::InventsEvents)
                    .then(|| ProfileDownloadTriggerRequest {
                        profile_download_data: None,
                        eim_transaction_id: entry.transaction.clone(),
                        additions: Default::default(),
                    });
            };
            entry.job = Job::Indirect(order.clone());
            entry.dirty = true;
            let transaction = entry.transaction.clone();
            let trigger = source::trigger(&order, &knowledge?, tells, transaction);
            entry.order = Order::IndirectDownload(order);
            Some(trigger)
        });
        for order in further {
            if let Err(error) = queue.order(download.eid, Order::IndirectDownload(order)) {
                tracing::warn!(%error, "event left out");
            }
        }
        AuthenticateClientOkDsEsipa {
            transaction_id: TransactionId::from(download.told_transaction.clone()),
            profile_download_trigger: trigger,
            additions: Default::default(),
        }
    }

    /// The order behind a session, as an indirect download whatever it was given as.
    fn ordered(&self, download: &Download) -> Option<IndirectDownload> {
        Some(match &lock(&self.queue).entry(&download.order)?.job {
            Job::Indirect(order) => order.clone(),
            Job::Trigger(_) => IndirectDownload {
                source: DownloadSource::Smds(download.address.clone()),
                confirmation_code: None,
                tell_source: Some(true),
            },
            Job::Package(_) | Job::Data(_) => return None,
        })
    }

    /// ESipa.GetBoundProfilePackage (SGP.32 §5.14.2).
    pub(super) async fn get_bound_profile_package(
        &self,
        work: &mut Work,
        request: GetBoundProfilePackageRequestEsipa,
    ) -> GetBoundProfilePackageResponseEsipa {
        self.bound_profile_package(work, request).await.map_or_else(
            GetBoundProfilePackageResponseEsipa::GetBoundProfilePackageErrorEsipa,
            GetBoundProfilePackageResponseEsipa::GetBoundProfilePackageOkEsipa,
        )
    }

    async fn bound_profile_package(
        &self,
        work: &mut Work,
        request: GetBoundProfilePackageRequestEsipa,
    ) -> Result<GetBoundProfilePackageOkEsipa, PackageError> {
        let unknown = self.unknown_session(PackageError::INVALID_TRANSACTION_ID);
        let download = work
            .downloads
            .find(&request.transaction_id)
            .ok_or(unknown)?;
        let download = download.clone();
        let euicc = self.euicc_of(&download.eid).ok_or(unknown)?;
        let full = self
            .expander(&download, &euicc)
            .prepared(request.prepare_download_response)
            .map_err(|why| refused(&why, PackageError::EUICC_SIGNATURE_INVALID))?;
        let relayed = Es9Request::GetBoundProfilePackage(GetBoundProfilePackageRequest {
            transaction_id: download.transaction_id(),
            prepare_download_response: converted(&full).ok_or(PackageError::UNDEFINED_ERROR)?,
            additions: Default::default(),
        });
        let codes = self.codes(status::Function::GetBoundProfilePackage);
        let answer = work
            .relay(&download.address, Interface::Es9, &relayed, codes)
            .await;
        if answer.is_err() && self.has(EimDefect::ForgetsSessionOnFailure) {
            work.downloads.forget(&download.told_transaction);
        }
        let Es9Ok::GetBoundProfilePackage(mut package) = answer.map_err(PackageError)? else {
            return Err(PackageError::UNDEFINED_ERROR);
        };
        let verifies = euicc
            .knowledge
            .has(Features::EIM_PROFILE_METADATA_VERIFICATION)
            && !self.has(EimDefect::SkipsMetadataCheck);
        if verifies && !has_announced(&download, &package.bound_profile_package) {
            if let Some(kept) = work.downloads.find_mut(&download.told_transaction) {
                kept.refused = Some(CancelSessionReason::METADATA_MISMATCH.0);
            }
            return Err(PackageError::METADATA_MISMATCH);
        }
        if self.has(EimDefect::CutsPackage) {
            package.bound_profile_package.sequence_of86.pop();
        }
        Ok(GetBoundProfilePackageOkEsipa {
            transaction_id: Some(TransactionId::from(download.told_transaction)),
            bound_profile_package: package.bound_profile_package,
            additions: Default::default(),
        })
    }

    /// ESipa.CancelSession (SGP.32 §5.14.8).
    pub(super) async fn cancel_session(
        &self,
        work: &mut Work,
        request: CancelSessionRequestEsipa,
    ) -> CancelSessionResponseEsipa {
        match self.cancel(work, request).await {
            Ok(()) => CancelSessionResponseEsipa::CancelSessionOk(Default::default()),
            Err(code) => CancelSessionResponseEsipa::CancelSessionError(code),
        }
    }

    async fn cancel(
        &self,
        work: &mut Work,
        request: CancelSessionRequestEsipa,
    ) -> Result<(), CancelError> {
        let unknown = self.unknown_session(CancelError::INVALID_TRANSACTION_ID);
        let download = work
            .downloads
            .find(&request.transaction_id)
            .ok_or(unknown)?;
        let download = download.clone();
        let euicc = self.euicc_of(&download.eid).ok_or(unknown)?;
        let full = self
            .expander(&download, &euicc)
            .cancelled(request.cancel_session_response)
            .map_err(|why| refused(&why, CancelError::EUICC_SIGNATURE_INVALID))?;
        // ES11 has no such function (SGP.22 §5.8)
        if download.is_smds || self.has(EimDefect::KeepsCancellation) {
            return Ok(());
        }
        let relayed = Es9Request::CancelSession(CancelSessionRequestEs9 {
            transaction_id: download.transaction_id(),
            cancel_session_response: converted(&full).ok_or(CancelError::UNDEFINED_ERROR)?,
            additions: Default::default(),
        });
        let codes = self.codes(status::Function::CancelSession);
        let answer = work
            .relay(&download.address, Interface::Es9, &relayed, codes)
            .await;
        answer.map(drop).map_err(CancelError)
    }

    /// The code for a transaction that no session has.
    fn unknown_session<E: From<i64>>(&self, code: E) -> E {
        if self.has(EimDefect::UndefinedForUnknownSession) {
            return E::from(status::UNDEFINED_ERROR);
        }
        code
    }

    /// The eUICC of an EID as it is known now.
    pub(super) fn euicc_of(&self, eid: &[u8]) -> Option<Euicc> {
        lock(&self.queue).known(eid).cloned()
    }

    pub(super) fn expander<'a>(&self, download: &'a Download, euicc: &'a Euicc) -> Expander<'a> {
        Expander {
            download,
            euicc,
            wrong_octets: self.has(EimDefect::WrongExpansion),
        }
    }

    /// Believes the certificates that come with an answer, when they lead to a CI.
    fn learn_certificates_of(&self, work: &Work, eid: &[u8; 16], response: &Authenticated) {
        let pair = match response {
            Authenticated::AuthenticateResponseOk(full) => {
                Some((&full.euicc_certificate, &full.eum_certificate))
            }
            Authenticated::CompactAuthenticateResponseOk(short) => short
                .euicc_certificate
                .as_ref()
                .zip(short.eum_certificate.as_ref()),
            Authenticated::AuthenticateResponseError(_) => None,
        };
        let Some((euicc, eum)) = pair else { return };
        let pair = EuiccCertificates {
            euicc: euicc.as_der().to_vec(),
            eum: eum.as_der().to_vec(),
        };
        if let Some(known) = lock(&self.queue).euicc(eid) {
            known.learn(pair, &work.network.anchors, false);
        }
    }

    /// Remembers `EUICCInfo2` of an answer that the eUICC has signed.
    fn learn_info2(&self, euicc: &Euicc, response: &Authenticated) {
        let Authenticated::AuthenticateResponseOk(full) = response else {
            return;
        };
        let signed = full.euicc_signed1.bytes();
        if !euicc.has_signed(signed, &full.euicc_signature1) {
            return;
        }
        let info2 = tlv::Tlv::only(signed)
            .ok()
            .and_then(|it| it.child(EUICC_INFO2));
        if let Some(info2) = info2
            && let Some(known) = lock(&self.queue).euicc(&euicc.eid)
        {
            known.knowledge.info2 = Some(info2.raw.to_vec());
        }
    }
}

/// The code for an answer of the card that is not relayed.
fn refused<E: From<i64>>(why: &Unusable, wrong_signature: E) -> E {
    tracing::warn!("answer of the card not relayed: {why}");
    match why {
        Unusable::Signature(_) => wrong_signature,
        Unusable::Expand(_) => E::from(status::UNDEFINED_ERROR),
    }
}

/// Whether metadata carry profile policy rules.
fn has_rules(metadata: &StoreMetadataRequest) -> bool {
    let rules = metadata.profile_policy_rules.as_ref();
    rules.is_some_and(|rules| {
        [PprIds::PPR1, PprIds::PPR2]
            .iter()
            .any(|bit| rules.has(*bit))
    })
}

/// Whether a package has the metadata that were announced (SGP.32 §5.14.2).
fn has_announced(download: &Download, package: &BoundProfilePackage) -> bool {
    let read = |bytes: &[u8]| der::decode::<StoreMetadataRequest>(bytes).ok();
    let announced = download.metadata.as_deref().and_then(read);
    let loaded = rsp::metadata::of_package(package);
    announced.is_some() && announced == loaded.as_deref().and_then(read)
}
