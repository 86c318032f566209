// SPDX-License-Identifier: MIT OR Apache-2.0
//! Indirect download (SGP.32 §3.2.3.2): the eIM in the LPA's place on ES9+' and ES11'. What the card
//! and the servers have signed passes through as it came.
//!
//! The first message names the order by its transaction; the others name the server's transaction,
//! under which `download` remembers the rest.

use rsp::activation::same_address;
use rsp::chain::{CertificateView, Role};
use rsp::der;
use rsp::json::{Es9Ok, Es9Request, Interface};
use rsp::sgp22::CtxParams1;
use rsp::sgp22::{
    EuiccInfo1, InitiateAuthenticationOkEs9, InitiateAuthenticationRequest, TransactionId,
};
use rsp::sgp32::{
    InitiateAuthenticationOkEsipa, InitiateAuthenticationRequestEsipa,
    InitiateAuthenticationResponseEsipa,
    InitiateAuthenticationResponseEsipaInitiateAuthenticationErrorEsipa as InitiateError,
    IpaCapabilitiesIpaFeatures as Features,
};
use rsp::status;
use rsp::tlv::{self, Tag};

use super::download::Download;
use super::euicc::Euicc;
use super::order::Job;
use super::source::{self, Target};
use super::upstream::Codes;
use super::{Eim, Work, lock};
use crate::defect::EimDefect;

/// The shortest beginning of a CI key identifier that is sent.
const KEY_ID_START: usize = 4;

/// The order that a session serves.
struct Task {
    order: String,
    euicc: Euicc,
    target: Target,
}

impl Eim {
    /// ESipa.InitiateAuthentication (SGP.32 §5.14.1).
    pub(super) async fn initiate_authentication(
        &self,
        work: &mut Work,
        request: InitiateAuthenticationRequestEsipa,
    ) -> InitiateAuthenticationResponseEsipa {
        self.initiate(work, request).await.map_or_else(
            InitiateAuthenticationResponseEsipa::InitiateAuthenticationErrorEsipa,
            InitiateAuthenticationResponseEsipa::InitiateAuthenticationOkEsipa,
        )
    }

    async fn initiate(
        &self,
        work: &mut Work,
        request: InitiateAuthenticationRequestEsipa,
    ) -> Result<InitiateAuthenticationOkEsipa, InitiateError> {
        let given = request.smdp_address.as_deref();
        let task = self
            .task(request.eim_transaction_id.as_ref(), given)
            .ok_or(InitiateError::INVALID_EIM_TRANSACTION_ID)?;
        let address = task.target.address.clone();
        if given.is_some_and(|given| !same_address(given, &address)) {
            return Err(InitiateError::SMDP_ADDRESS_MISMATCH);
        }
        let known = || known_info1(&task.euicc).filter(|_| !self.has(EimDefect::RequiresInfo1));
        let euicc_info1 = request.euicc_info1.or_else(known);
        let relayed = Es9Request::InitiateAuthentication(InitiateAuthenticationRequest {
            euicc_challenge: request.euicc_challenge,
            smdp_address: if self.has(EimDefect::AddressWithScheme) {
                format!("https://{address}")
            } else {
                address.clone()
            },
            euicc_info1: euicc_info1.clone().ok_or(InitiateError::UNDEFINED_ERROR)?,
            lpa_rsp_capability: None,
            additions: Default::default(),
        });
        let codes = self.codes(status::Function::InitiateAuthentication);
        let answer = work.relay(&address, Interface::Es9, &relayed, codes).await;
        let Es9Ok::InitiateAuthentication(server) = answer.map_err(InitiateError)? else {
            return Err(InitiateError::UNDEFINED_ERROR);
        };
        let certificate = CertificateView::parse(server.server_certificate.as_der());
        let certificate = certificate.map_err(|error| {
            tracing::warn!(%error, "certificate of {address}");
            InitiateError::UNDEFINED_ERROR
        })?;
        self.check_server(&server, &certificate, &task.target)?;
        let mut download = opened(&task, &server, &certificate);
        download.started = work.env.now();
        if self.has(EimDefect::OwnTransactionId) {
            download.told_transaction = work.env.array::<16>().to_vec();
        }
        let ok = self.initiate_ok(server, &task, euicc_info1.as_ref(), &mut download);
        work.downloads.open(download);
        Ok(ok)
    }

    /// The integers that this eIM has for what a function is refused with.
    pub(super) fn codes(&self, function: status::Function) -> Codes {
        let mut mistakes = [
            EimDefect::UndefinedForEveryRefusal,
            EimDefect::GuessesRefusal,
            EimDefect::InvalidAddressWhenGone,
        ]
        .into_iter();
        Codes {
            function,
            dialect: self.settings.dialect,
            mistake: mistakes.find(|defect| self.has(*defect)),
        }
    }

    /// The sent order of a transaction; without one, the only one that is out. `given` is the
    /// server that the IPA names, when only it knows.
    fn task(&self, transaction: Option<&TransactionId>, given: Option<&str>) -> Option<Task> {
        let careless = self.has(EimDefect::TakesAnyTransaction);
        let mut queue = lock(&self.queue);
        let mut found = queue.sent().filter_map(|entry| {
            let wanted =
                transaction.is_none() || careless || entry.transaction.as_ref() == transaction;
            let target = match &entry.job {
                Job::Indirect(download) => source::target(&download.source).ok(),
                Job::Trigger(trigger) => source::target_of(trigger, given),
                Job::Package(_) | Job::Data(_) => None,
            };
            let target = target.filter(|_| wanted)?;
            Some((entry.id.clone(), entry.eid, target))
        });
        let (order, eid, target) = found.next()?;
        let is_only_one = found.next().is_none();
        drop(found);
        let euicc = queue.known(&eid).cloned()?;
        is_only_one.then_some(Task {
            order,
            euicc,
            target,
        })
    }

    /// The checks that an LPA makes before the card sees the answer (SGP.22 §3.0.1 step 7).
    fn check_server(
        &self,
        server: &InitiateAuthenticationOkEs9,
        certificate: &CertificateView,
        target: &Target,
    ) -> Result<(), InitiateError> {
        let signed = &server.server_signed1.server_address;
        if !same_address(signed, &target.address) && !self.has(EimDefect::SkipsAddressCheck) {
            tracing::warn!(
                "expected {} as signed address, got {signed:?}",
                target.address
            );
            return Err(InitiateError::SMDP_ADDRESS_MISMATCH);
        }
        let wrong = target
            .oid
            .as_ref()
            .is_some_and(|oid| certificate.registered_id() != Some(oid));
        if wrong && !self.has(EimDefect::SkipsOidCheck) {
            tracing::warn!("the certificate of {} names another OID", target.address);
            return Err(InitiateError::SMDP_OID_MISMATCH);
        }
        Ok(())
    }

    fn initiate_ok(
        &self,
        server: InitiateAuthenticationOkEs9,
        task: &Task,
        info1: Option<&EuiccInfo1>,
        download: &mut Download,
    ) -> InitiateAuthenticationOkEsipa {
        let knowledge = &task.euicc.knowledge;
        let matching_id = task.target.matching_id.clone();
        let writes = knowledge.has(Features::EIM_CTX_PARAMS1_GENERATION);
        let device = knowledge.device_info().filter(|_| writes);
        let ctx_params1 = device.map(|it| CtxParams1::for_device(matching_id.clone(), it));
        download.ctx_params1 = ctx_params1.as_ref().and_then(|it| der::encode(it).ok());
        let key_id = server.euicc_ci_pk_id_to_be_used.as_ref();
        let key_id = key_id.map(|id| id.to_vec()).unwrap_or_default();
        let shortened = knowledge.has(Features::MINIMIZE_ESIPA_BYTES);
        let key_id = match info1 {
            Some(info1) if shortened => beginning(&key_id, info1),
            _ => key_id,
        };
        let mut ok = InitiateAuthenticationOkEsipa {
            transaction_id: Some(TransactionId::from(download.told_transaction.clone())),
            server_signed1: server.server_signed1,
            server_signature1: server.server_signature1,
            euicc_ci_pk_identifier_to_be_used: key_id.into(),
            server_certificate: server.server_certificate,
            // whoever writes ctxParams1 has to know it
            matching_id: matching_id.filter(|_| ctx_params1.is_none()),
            ctx_params1,
            additions: Default::default(),
        };
        if self.has(EimDefect::WithholdsMatchingId) {
            (ok.matching_id, ok.ctx_params1) = (None, None);
        }
        if self.has(EimDefect::DoubleEnvelope) {
            let twice = tlv::tlv(Tag::new(0x5F37), &ok.server_signature1);
            ok.server_signature1 = twice.into();
        }
        if self.has(EimDefect::ReencodesServerAnswer) {
            ok.server_signed1 = crate::wire::reencode::longer(&ok.server_signed1);
        }
        ok
    }
}

fn opened(
    task: &Task,
    server: &InitiateAuthenticationOkEs9,
    certificate: &CertificateView,
) -> Download {
    let transaction = server.transaction_id.to_vec();
    let oid = certificate.registered_id();
    let is_smds = |policy| matches!(Role::from_policy(policy), Some((Role::DsAuth, _)));
    Download {
        told_transaction: transaction.clone(),
        transaction,
        order: task.order.clone(),
        eid: task.euicc.eid,
        address: task.target.address.clone(),
        // an event may lead to a further SM-DS; the certificate tells, whatever was expected
        is_smds: task.target.is_smds || certificate.policies().iter().any(is_smds),
        oid: oid.map(|oid| oid.as_bytes().to_vec()).unwrap_or_default(),
        server_signed1: server.server_signed1.bytes().to_vec(),
        ..Download::default()
    }
}

/// `EUICCInfo1` that the IPA has told before, since it may be left out then.
fn known_info1(euicc: &Euicc) -> Option<EuiccInfo1> {
    der::decode(euicc.knowledge.info1.as_ref()?).ok()
}

/// The beginning of a CI key identifier that tells it from the others of the eUICC.
fn beginning(key_id: &[u8], info1: &EuiccInfo1) -> Vec<u8> {
    let ids = &info1.euicc_ci_pk_id_list_for_signing;
    let fits = |length: usize| {
        let start = key_id.get(..length)?;
        let same = ids.iter().filter(|id| id.starts_with(start)).count();
        (same == 1).then(|| start.to_vec())
    };
    (KEY_ID_START..key_id.len())
        .find_map(fits)
        .unwrap_or_else(|| key_id.to_vec())
}
