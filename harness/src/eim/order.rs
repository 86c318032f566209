// SPDX-License-Identifier: MIT OR Apache-2.0
//! Orders: what they ask for, how far they have come, and what their results have told.

use rsp::der;
use rsp::dialect::Dialect;
use rsp::sgp22::TransactionId;
use rsp::sgp32::{EuiccPackage, IpaEuiccDataRequest, ProfileDownloadTriggerRequest};
use serde::Serialize;

use super::Error;
use super::operation::Operation;
use super::source;
use crate::iut::{IndirectDownload, Order, OrderStatus};

/// Results of one package that are kept: more than one comes only after a rollback or an
/// interruption.
const RESULTS: usize = 8;

/// Work as it will be sent.
#[derive(Clone, Debug)]
pub(super) enum Job {
    Package(EuiccPackage),
    Data(IpaEuiccDataRequest),
    Trigger(ProfileDownloadTriggerRequest),
    Indirect(IndirectDownload),
}

impl Job {
    /// The package that carries it.
    pub(super) const fn name(&self) -> &'static str {
        match self {
            Self::Package(_) => "euiccPackageRequest",
            Self::Data(_) => "ipaEuiccDataRequest",
            Self::Trigger(_) => "profileDownloadTriggerRequest",
            Self::Indirect(_) => "profileDownloadTriggerRequest of an indirect download",
        }
    }

    /// Whether an eUICC package carries it.
    pub(super) const fn is_package(&self) -> bool {
        matches!(self, Self::Package(_))
    }
}

/// One order.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) id: String,
    pub(super) eid: [u8; 16],
    /// As it was given.
    pub(super) order: Order,
    pub(super) job: Job,
    pub(super) status: OrderStatus,
    /// Why it has that status.
    pub(super) note: String,
    /// Whether the eIM gave it to itself.
    pub(super) own: bool,
    /// Where the IPA takes packages by injection; none when it is to fetch this one.
    pub(super) inject: Option<String>,
    /// The IPA could not be reached, so that it may fetch this one all the same.
    pub(super) unreached: bool,
    /// What was sent, once it was.
    pub(super) transaction: Option<TransactionId>,
    /// `counterValue` of its eUICC package, once sent.
    pub(super) counter_value: Option<i64>,
    /// The association token that its package was signed with.
    pub(super) token: Option<i64>,
    /// `eimSignature` of its package.
    pub(super) signature: Vec<u8>,
    /// The wire version that it was sent in.
    pub(super) dialect: Option<Dialect>,
    /// How often it was handed out.
    pub(super) deliveries: u32,
    /// The connection that it was handed out on.
    pub(super) connection: Option<u64>,
    /// The card has said that it has executed the package before: its result is on the way.
    pub(super) replayed: bool,
    /// Signed data of the results that were accepted, byte for byte.
    pub(super) results: Vec<Vec<u8>>,
    /// What each operation came to.
    pub(super) operations: Vec<Operation>,
    /// What came last, as (type, DER).
    pub(super) response: Option<(String, Vec<u8>)>,
    /// When it was given and when it last changed, in seconds since 1970.
    pub(super) created: i64,
    pub(super) changed: i64,
    /// Whether the store has an older row.
    pub(super) dirty: bool,
}

impl Entry {
    pub(super) fn new(id: String, eid: [u8; 16], order: Order, now: i64) -> Result<Self, Error> {
        Ok(Self {
            id,
            eid,
            job: job(&order)?,
            order,
            status: OrderStatus::Waiting,
            note: String::new(),
            own: false,
            inject: None,
            unreached: false,
            transaction: None,
            counter_value: None,
            token: None,
            signature: Vec::new(),
            dialect: None,
            deliveries: 0,
            connection: None,
            replayed: false,
            results: Vec::new(),
            operations: Vec::new(),
            response: None,
            created: now,
            changed: now,
            dirty: true,
        })
    }

    /// Goes on to `status`, for the reason given.
    pub(super) fn becomes(&mut self, status: OrderStatus, why: &str) {
        self.status = status;
        why.clone_into(&mut self.note);
        self.dirty = true;
        let (id, word) = (&self.id, status.as_str());
        if status == OrderStatus::Failed {
            tracing::warn!("order {id} {word}: {why}");
        } else {
            tracing::info!("order {id} {word}: {why}");
        }
    }

    /// Keeps what came for it.
    pub(super) fn answered(&mut self, type_name: &str, answer: Vec<u8>) {
        self.response = Some((type_name.to_owned(), answer));
        self.dirty = true;
    }

    /// Keeps an accepted result.
    pub(super) fn accepted(&mut self, signed: &[u8]) {
        if self.results.len() >= RESULTS {
            self.results.remove(0);
        }
        self.results.push(signed.to_vec());
        self.dirty = true;
    }

    /// The wire version in which it was sent.
    pub(super) fn spoken(&self) -> Dialect {
        self.dialect.unwrap_or_default()
    }

    /// Whether it waits for its result.
    pub(super) fn is_sent(&self) -> bool {
        self.status == OrderStatus::Sent
    }

    /// Its number, by which orders are kept.
    pub(super) fn number(&self) -> u64 {
        self.id.parse().unwrap_or_default()
    }
}

/// What an order asks for.
pub(super) fn job(order: &Order) -> Result<Job, Error> {
    Ok(match order {
        Order::EuiccPackage(bytes) => Job::Package(der::decode(bytes).map_err(Error::Order)?),
        Order::IpaEuiccDataRequest(bytes) => Job::Data(der::decode(bytes).map_err(Error::Order)?),
        Order::ProfileDownloadTrigger(bytes) => {
            Job::Trigger(der::decode(bytes).map_err(Error::Order)?)
        }
        Order::IndirectDownload(download) => {
            source::target(&download.source)?;
            Job::Indirect(download.clone())
        }
        // the updateEim is made when it is sent
        Order::NewKey => Job::Package(EuiccPackage::EcoList(Vec::new())),
    })
}

/// An order as a program looks at it.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
#[schemars(rename = "Order")]
#[serde(rename_all = "camelCase")]
pub struct OrderReport {
    /// Its number.
    pub id: String,
    /// The eUICC, 32 digits.
    pub eid: String,
    /// The package that carries it.
    pub package: String,
    /// What was ordered, in the words of the ASN.1 module.
    pub order: serde_json::Value,
    /// `waiting`, `sent`, `done` or `failed`.
    pub status: String,
    /// Why it has that status.
    pub note: String,
    /// Whether the eIM gave it to itself.
    pub own: bool,
    /// Where it is injected; null when the IPA fetches it.
    pub inject: Option<String>,
    /// `eimTransactionId` in hex, once sent.
    pub transaction_id: Option<String>,
    /// `counterValue`, once sent in an eUICC package.
    pub counter_value: Option<i64>,
    /// How often it was handed out.
    pub deliveries: u32,
    /// What each operation of an eUICC package came to, in its order.
    pub operations: Vec<Operation>,
    /// What came for it, in the words of the ASN.1 module.
    pub result: Option<serde_json::Value>,
    /// When it was given, in seconds since 1970.
    pub created: i64,
    /// When it last changed.
    pub changed: i64,
}

impl Entry {
    /// As a program looks at it.
    pub(super) fn report(&self) -> OrderReport {
        let words =
            |(name, bytes): &(String, Vec<u8>)| rsp::schema::decode_lenient(name, bytes).to_value();
        OrderReport {
            id: self.id.clone(),
            eid: hex::encode(self.eid),
            package: self.job.name().to_owned(),
            order: self.order.to_value(),
            status: self.status.as_str().to_owned(),
            note: self.note.clone(),
            own: self.own,
            inject: self.inject.clone(),
            transaction_id: self.transaction.as_ref().map(hex::encode),
            counter_value: self.counter_value,
            deliveries: self.deliveries,
            operations: self.operations.clone(),
            result: self.response.as_ref().map(words),
            created: self.created,
            changed: self.changed,
        }
    }
}
