// SPDX-License-Identifier: MIT OR Apache-2.0
//! The queue of work per EID, and what goes out when an IPA polls.

use std::collections::BTreeMap;

use rsp::activation::ActivationCode;
use rsp::chain::Anchor;
use rsp::der;
use rsp::ecdsa::{PrivateKey, PublicKey};
use rsp::env::Env;
use rsp::sgp22::TransactionId;
use rsp::sgp32::{
    EuiccPackage, GetEimPackageResponse, GetEimPackageResponseEimPackageError as PackageError,
    IpaEuiccDataRequest, ProfileDownloadTriggerRequest,
};

use super::Error;
use super::certificates::trusted_key;
use super::package::sign;
use crate::iut::{EuiccCertificates, KnownEuicc, Order, OrderStatus};

/// What is known of one eUICC.
#[derive(Debug)]
pub(super) struct Euicc {
    pub(super) eid: [u8; 16],
    /// Value of the last package that was sent.
    pub(super) counter_value: i64,
    pub(super) association_token: Option<i64>,
    /// The key of its certificate, once that has been checked.
    pub(super) key: Option<PublicKey>,
    /// Sequence numbers of results that were accepted, with the results.
    pub(super) accepted: BTreeMap<i64, Vec<u8>>,
}

/// Work as it will be sent.
#[derive(Debug)]
pub(super) enum Job {
    Package(EuiccPackage),
    Data(IpaEuiccDataRequest),
    Trigger(ProfileDownloadTriggerRequest),
    Indirect(ActivationCode),
}

impl Job {
    /// The package that carries it.
    const fn name(&self) -> &'static str {
        match self {
            Self::Package(_) => "euiccPackageRequest",
            Self::Data(_) => "ipaEuiccDataRequest",
            Self::Trigger(_) => "profileDownloadTriggerRequest",
            Self::Indirect(_) => "profileDownloadTriggerRequest of an indirect download",
        }
    }
}

/// One order.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) id: String,
    pub(super) eid: [u8; 16],
    pub(super) job: Job,
    pub(super) status: OrderStatus,
    /// `eimTransactionId`, once sent.
    pub(super) transaction: Option<TransactionId>,
    /// `counterValue` of its eUICC package, once sent.
    pub(super) counter_value: Option<i64>,
}

impl Entry {
    /// Goes on to `status`, for the reason given.
    pub(super) fn becomes(&mut self, status: OrderStatus, why: &str) {
        self.status = status;
        let (id, word) = (&self.id, status.as_str());
        if status == OrderStatus::Failed {
            tracing::warn!("order {id} {word}: {why}");
        } else {
            tracing::info!("order {id} {word}: {why}");
        }
    }
}

/// All eUICCs and orders.
#[derive(Debug)]
pub(super) struct Queue {
    eim_id: String,
    key: PrivateKey,
    pub(super) euiccs: Vec<Euicc>,
    pub(super) entries: Vec<Entry>,
}

impl Queue {
    pub(super) const fn new(eim_id: String, key: PrivateKey) -> Self {
        Self {
            eim_id,
            key,
            euiccs: Vec::new(),
            entries: Vec::new(),
        }
    }

    /// Adds an eUICC. Certificates that do not lead to a CI are as good as none.
    pub(super) fn manage(&mut self, euicc: KnownEuicc, anchors: &[Anchor]) {
        let check =
            |given: &EuiccCertificates| trusted_key(&given.euicc, &given.eum, anchors, &euicc.eid);
        self.euiccs.push(Euicc {
            eid: euicc.eid,
            counter_value: euicc.counter_value,
            association_token: euicc.association_token,
            key: euicc.certificates.as_ref().and_then(check),
            accepted: BTreeMap::new(),
        });
    }

    /// The eUICC of an EID.
    pub(super) fn euicc(&mut self, eid: &[u8]) -> Option<&mut Euicc> {
        self.euiccs.iter_mut().find(|euicc| euicc.eid == eid)
    }

    pub(super) fn order(&mut self, eid: [u8; 16], order: Order) -> Result<String, Error> {
        if self.euicc(&eid).is_none() {
            return Err(Error::UnknownEid(hex::encode(eid)));
        }
        let id = (self.entries.len() + 1).to_string();
        self.entries.push(Entry {
            id: id.clone(),
            eid,
            job: job(order)?,
            status: OrderStatus::Waiting,
            transaction: None,
            counter_value: None,
        });
        Ok(id)
    }

    pub(super) fn status(&self, id: &str) -> Option<OrderStatus> {
        self.entries
            .iter()
            .find(|entry| entry.id == id)
            .map(|entry| entry.status)
    }

    /// The next work for an EID, which is sent from now on (SGP.32 §5.14.5).
    pub(super) fn next_package(&mut self, eid: &[u8], env: &mut dyn Env) -> GetEimPackageResponse {
        let error = GetEimPackageResponse::EimPackageError;
        let Some(euicc) = self.euiccs.iter_mut().find(|euicc| euicc.eid == eid) else {
            return error(PackageError::EID_NOT_FOUND);
        };
        let waiting = |entry: &&mut Entry| entry.eid == eid && entry.status == OrderStatus::Waiting;
        let Some(entry) = self.entries.iter_mut().find(waiting) else {
            return error(PackageError::NO_EIM_PACKAGE_AVAILABLE);
        };
        let transaction = TransactionId::from(env.array::<8>().to_vec());
        entry.becomes(OrderStatus::Sent, entry.job.name());
        entry.transaction = Some(transaction.clone());
        match &entry.job {
            Job::Package(package) => {
                euicc.counter_value = euicc.counter_value.saturating_add(1);
                entry.counter_value = Some(euicc.counter_value);
                tracing::info!(
                    "order {} has counterValue {}",
                    entry.id,
                    euicc.counter_value
                );
                match sign(&self.eim_id, &self.key, euicc, transaction, package.clone()) {
                    Ok(request) => GetEimPackageResponse::EuiccPackageRequest(request),
                    Err(source) => {
                        let why = format!("eUICC package cannot be encoded: {source}");
                        entry.becomes(OrderStatus::Failed, &why);
                        error(PackageError::UNDEFINED_ERROR)
                    }
                }
            }
            Job::Data(request) => {
                let mut request = request.clone();
                request.eim_transaction_id = Some(transaction);
                GetEimPackageResponse::IpaEuiccDataRequest(request)
            }
            Job::Trigger(trigger) => {
                let mut trigger = trigger.clone();
                trigger.eim_transaction_id = Some(transaction);
                GetEimPackageResponse::ProfileDownloadTriggerRequest(trigger)
            }
            // the address stays here: the IPA will ask for it by its transaction
            Job::Indirect(_) => GetEimPackageResponse::ProfileDownloadTriggerRequest(
                ProfileDownloadTriggerRequest {
                    profile_download_data: None,
                    eim_transaction_id: Some(transaction),
                    additions: Default::default(),
                },
            ),
        }
    }

    /// The sent order of a transaction.
    pub(super) fn by_transaction(&mut self, transaction: &TransactionId) -> Option<&mut Entry> {
        self.sent()
            .find(|entry| entry.transaction.as_ref() == Some(transaction))
    }

    /// Orders that wait for their result.
    pub(super) fn sent(&mut self) -> impl Iterator<Item = &mut Entry> {
        self.entries
            .iter_mut()
            .filter(|entry| entry.status == OrderStatus::Sent)
    }

    /// `eimId` of this eIM.
    pub(super) fn eim_id(&self) -> &str {
        &self.eim_id
    }
}

fn job(order: Order) -> Result<Job, Error> {
    Ok(match order {
        Order::EuiccPackage(bytes) => Job::Package(der::decode(&bytes).map_err(Error::Order)?),
        Order::IpaEuiccDataRequest(bytes) => Job::Data(der::decode(&bytes).map_err(Error::Order)?),
        Order::ProfileDownloadTrigger(bytes) => {
            Job::Trigger(der::decode(&bytes).map_err(Error::Order)?)
        }
        Order::IndirectDownload { activation_code } => Job::Indirect(activation_code.parse()?),
    })
}
