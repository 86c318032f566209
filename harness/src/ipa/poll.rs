// SPDX-License-Identifier: MIT OR Apache-2.0
//! eIM package retrieval (SGP.32 §3.1.1.1): poll, execute, report, until there is nothing more.

use rsp::sgp22::TransactionId;
use rsp::sgp32::{
    EimPackageResult, EimPackageResultErrorCode, EimPackageResultResponseError,
    GetEimPackageResponseEimPackageError as PackageError,
};

use super::eim::Eim;
use super::{Error, Ipa};
use crate::defect::IpaDefect;
use crate::wire::dialect::Package;

impl Ipa {
    /// Polls one eIM until it answers noEimPackageAvailable.
    pub(crate) async fn poll(&mut self, eim: &Eim) -> Result<(), Error> {
        let most = self.settings.policy.most_packages;
        for _ in 0..most {
            if !self.online() {
                return Err(Error::Offline);
            }
            let request = self.poll_request(eim);
            let package = match eim.package(request.clone()).await {
                Err(_) if self.has(IpaDefect::RetriesAtFullSpeed) => continue,
                package => package?,
            };
            if self.has(IpaDefect::RetriesAtFullSpeed) && is_refusal(&package) {
                continue;
            }
            tracing::info!("eIM {}: {}", eim.id, package.name());
            if !is_refusal(&package) {
                self.told(eim, &request)?;
            }
            let more = self.execute(eim, package).await?;
            if !more || self.has(IpaDefect::StopsAfterFirstPackage) {
                return Ok(());
            }
        }
        Err(Error::Endless(most))
    }

    /// Executes what the eIM has; false when there is nothing more to do.
    async fn execute(&mut self, eim: &Eim, package: Package) -> Result<bool, Error> {
        match package {
            Package::Error(code) => return no_package(code).map(|()| false),
            // boxed: the states of procedures are large, and callers would carry them on their stacks
            Package::Euicc(request) => Box::pin(self.execute_package(eim, &request)).await?,
            Package::Data(request) => Box::pin(self.answer_data_request(eim, &request)).await?,
            Package::Trigger(trigger) => Box::pin(self.follow_trigger(eim, &trigger)).await?,
            Package::Unusable { transaction, code } => self.refuse(eim, transaction, code).await?,
            // no package of GetEimPackage
            Package::Acknowledgements(_) => {
                let code = EimPackageResultErrorCode::UNKNOWN_PACKAGE;
                self.refuse(eim, None, code).await?;
            }
        }
        Ok(true)
    }

    /// The transaction of a package as it is echoed in an answer to it: as it came, or absent when
    /// it was absent (SGP.32 §2.11.2).
    pub(crate) fn transaction(&self, echoed: Option<TransactionId>) -> Option<TransactionId> {
        if self.has(IpaDefect::InventsTransactionId) {
            return Some(TransactionId::from(vec![0xA5; 8]));
        }
        echoed.filter(|_| !self.has(IpaDefect::DropsTransactionId))
    }

    /// Reports a package that is not executed (SGP.32 §5.14.6), echoing its transaction.
    pub(crate) async fn refuse(
        &mut self,
        eim: &Eim,
        eim_transaction_id: Option<TransactionId>,
        code: EimPackageResultErrorCode,
    ) -> Result<(), Error> {
        tracing::warn!("package not executed: {code}");
        let unknown = code == EimPackageResultErrorCode::UNKNOWN_PACKAGE;
        if unknown && self.has(IpaDefect::SilentOnUnknownPackage) {
            return Ok(());
        }
        let error = EimPackageResultResponseError {
            eim_transaction_id: self.transaction(eim_transaction_id),
            eim_package_result_error_code: code,
            additions: Default::default(),
        };
        let result = EimPackageResult::EimPackageResultResponseError(error);
        self.provide_or_keep(eim, result).await
    }
}

/// Whether the eIM refused the poll itself.
fn is_refusal(package: &Package) -> bool {
    matches!(package, Package::Error(code) if *code != PackageError::NO_EIM_PACKAGE_AVAILABLE)
}

/// An eIM without work is no fault; every other error is.
fn no_package(code: PackageError) -> Result<(), Error> {
    if code == PackageError::NO_EIM_PACKAGE_AVAILABLE {
        return Ok(());
    }
    Err(Error::Refused {
        function: "GetEimPackage",
        code: code.to_string(),
    })
}
