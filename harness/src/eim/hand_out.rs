// SPDX-License-Identifier: MIT OR Apache-2.0
//! Orders as they go out: transaction, counter and token once and for all, then the package.

use rsp::asn1::SubjectPublicKeyInfo;
use rsp::der::CodecError;
use rsp::ecdsa::PrivateKey;
use rsp::env::Env;
use rsp::sgp22::TransactionId;
use rsp::sgp32::{
    Eco, EimConfigurationData, EimConfigurationDataEimPublicKeyData, EuiccPackage,
    EuiccPackageRequest, GetEimPackageResponse,
};

use super::careless;
use super::limits;
use super::order::Job;
use super::package::Signing;
use super::queue::Queue;
use super::source;
use crate::defect::EimDefect;
use crate::iut::{Order, OrderStatus};
use crate::wire::dialect::DialectError;

/// Every tag that a data request may name.
const EVERY_TAG: [u8; 13] = [
    0xA0, 0x81, 0xA2, 0xBF, 0x20, 0xBF, 0x22, 0x83, 0x84, 0xA5, 0xA6, 0xA8, 0xA9,
];

impl Queue {
    /// The package of an order, which is sent from now on; nothing when it has no encoding.
    pub(super) fn hand_out(
        &mut self,
        index: usize,
        env: &mut dyn Env,
    ) -> Option<GetEimPackageResponse> {
        let entry = self.entries.get(index)?;
        let renews = self.has(EimDefect::RenewsPackage);
        if renews || (entry.transaction.is_none() && entry.counter_value.is_none()) {
            if self.has_no_counter_left(index) {
                let entry = self.entries.get_mut(index)?;
                let why = "no counterValue is left: the card needs a new key of this eIM";
                entry.becomes(OrderStatus::Failed, why);
                return None;
            }
            self.prepare(index, env);
        }
        let entry = self.entries.get_mut(index)?;
        entry.deliveries = entry.deliveries.saturating_add(1);
        entry.connection = self.connection;
        entry.changed = env.now();
        entry.becomes(OrderStatus::Sent, entry.job.name());
        let transaction = entry.transaction.clone();
        match &entry.job {
            Job::Package(package) => {
                let package = package.clone();
                match self.signed(index, package) {
                    Ok(request) => Some(GetEimPackageResponse::EuiccPackageRequest(request)),
                    Err(source) => {
                        let why = format!("eUICC package cannot be encoded: {source}");
                        let entry = self.entries.get_mut(index)?;
                        entry.becomes(OrderStatus::Failed, &why);
                        None
                    }
                }
            }
            Job::Data(request) => {
                let mut request = request.clone();
                if self.defects.has(EimDefect::AsksForAll) {
                    request.tag_list = EVERY_TAG.to_vec().into();
                }
                request.eim_transaction_id = transaction;
                if self.defects.has(EimDefect::DropsLastTag) {
                    request.tag_list = careless::but_the_last(&request.tag_list).into();
                }
                Some(GetEimPackageResponse::IpaEuiccDataRequest(request))
            }
            Job::Trigger(trigger) => {
                let mut trigger = trigger.clone();
                trigger.eim_transaction_id = transaction;
                if self.defects.has(EimDefect::WithholdsDownloadData) {
                    trigger.profile_download_data = None;
                }
                Some(GetEimPackageResponse::ProfileDownloadTriggerRequest(
                    trigger,
                ))
            }
            Job::Indirect(download) => {
                let euicc = self.euiccs.iter().find(|euicc| euicc.eid == entry.eid)?;
                let tells = self.defects.has(EimDefect::SendsDownloadData);
                let trigger = source::trigger(download, &euicc.knowledge, tells, transaction);
                Some(GetEimPackageResponse::ProfileDownloadTriggerRequest(
                    trigger,
                ))
            }
        }
    }

    /// Whether the counter of an association has come to its end (SGP.32 §2.11.1.1).
    fn has_no_counter_left(&self, index: usize) -> bool {
        let entry = self.entries.get(index);
        let package = entry.filter(|entry| entry.job.is_package());
        let euicc = package.and_then(|entry| self.known(&entry.eid));
        !self.has(EimDefect::CountsOn)
            && euicc.is_some_and(|it| it.counter_value >= limits::HIGHEST_COUNTER)
    }

    /// Gives an order its transaction, and a package its counter and token: once and for all.
    fn prepare(&mut self, index: usize, env: &mut dyn Env) {
        let transaction = if self.no_transaction_ids || self.has(EimDefect::NoTransactionId) {
            None
        } else if self.has(EimDefect::ReusesTransactionId) {
            Some(TransactionId::from([1; 8].to_vec()))
        } else {
            Some(TransactionId::from(env.array::<8>().to_vec()))
        };
        let step = if self.has(EimDefect::CounterGoesBack) {
            -1
        } else {
            1
        };
        let stands_still = self.has(EimDefect::CounterStandsStill);
        let eim_id = self.eim_id.clone();
        let Some(entry) = self.entries.get_mut(index) else {
            return;
        };
        entry.transaction = transaction;
        let eid = entry.eid;
        let Some(euicc) = self.euiccs.iter_mut().find(|euicc| euicc.eid == eid) else {
            return;
        };
        if !entry.job.is_package() {
            return;
        }
        let counter_value = euicc.counter_value.saturating_add(step);
        if !stands_still {
            euicc.counter_value = counter_value;
        }
        entry.counter_value = Some(counter_value);
        entry.token = euicc.association_token;
        entry.dialect = Some(euicc.dialect.unwrap_or(self.dialect));
        tracing::info!("order {} has counterValue {counter_value}", entry.id);
        if entry.order == Order::NewKey {
            let key = PrivateKey::generate(self.key.curve(), env);
            entry.job = Job::Package(new_key(&eim_id, &key));
            euicc.next_signing = Some(key);
        }
        self.dirty.insert(eid);
    }

    /// Signs the package of an order with what belongs to it.
    fn signed(
        &mut self,
        index: usize,
        package: EuiccPackage,
    ) -> Result<EuiccPackageRequest, DialectError> {
        let Some(entry) = self.entries.get(index) else {
            let expected = "EuiccPackage";
            let reason = "got no order".to_owned();
            return Err(CodecError::Encode { expected, reason }.into());
        };
        let own = self
            .known(&entry.eid)
            .and_then(|euicc| euicc.signing.as_ref());
        let signing = Signing {
            eim_id: &self.eim_id,
            key: own.unwrap_or(&self.key),
            defects: &self.defects,
            dialect: entry.spoken(),
            eid: entry.eid,
            counter_value: entry.counter_value.unwrap_or_default(),
            token: entry.token,
            transaction: entry.transaction.clone(),
        };
        let request = signing.sign(package)?;
        if let Some(entry) = self.entries.get_mut(index) {
            entry.signature = request.eim_signature.to_vec();
        }
        Ok(request)
    }
}

/// The updateEim that brings a key. The counter stays: the old key's packages are worth nothing
/// under the new one.
pub(super) fn new_key(eim_id: &str, key: &PrivateKey) -> EuiccPackage {
    let spki = SubjectPublicKeyInfo::from_der(key.public_key().to_spki());
    EuiccPackage::EcoList(vec![Eco::UpdateEim(EimConfigurationData {
        eim_id: eim_id.to_owned(),
        eim_public_key_data: Some(EimConfigurationDataEimPublicKeyData::EimPublicKey(spki)),
        ..Default::default()
    })])
}
