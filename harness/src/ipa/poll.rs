// SPDX-License-Identifier: MIT OR Apache-2.0
//! eIM package retrieval (SGP.32 §3.1.1.1): poll, execute, report, until there is nothing more.

use rsp::der;
use rsp::sgp22::TransactionId;
use rsp::sgp32::{
    EimPackageResult, EimPackageResultErrorCode, EimPackageResultResponseError,
    GetEimPackageRequest, GetEimPackageResponseEimPackageError as PackageError,
    IpaEuiccDataRequest, ProfileDownloadTriggerRequest, ProvideEimPackageResult,
};
use rsp::tlv::{self, Tag, Tlv};

use super::eim::Eim;
use super::{Error, Ipa};

/// Packages taken in one run: an eIM that always has another one is not followed for ever.
const MOST_PACKAGES: usize = 16;

const GET_EIM_PACKAGE: Tag = Tag::new(0xBF4F);
const EUICC_PACKAGE_REQUEST: Tag = Tag::new(0xBF51);
const IPA_EUICC_DATA_REQUEST: Tag = Tag::new(0xBF52);
const PROFILE_DOWNLOAD_TRIGGER: Tag = Tag::new(0xBF54);
const PACKAGE_ERROR: Tag = Tag::new(0x02);
/// Members named `eimTransactionId` of the three packages: `82` or `83`.
const TRANSACTION_IDS: [Tag; 2] = [Tag::new(0x82), Tag::new(0x83)];

impl Ipa {
    /// Polls one eIM until it answers noEimPackageAvailable.
    pub(crate) async fn poll(&mut self, eim: &Eim) -> Result<(), Error> {
        for _ in 0..MOST_PACKAGES {
            let request = GetEimPackageRequest {
                eid_value: self.eid.clone(),
                notify_state_change: None,
                state_change_cause: None,
                r_plmn: None,
                additions: Default::default(),
            };
            let answer = eim.post("GetEimPackage", &request).await?;
            if !self.execute(eim, &answer).await? {
                return Ok(());
            }
        }
        Err(Error::Endless(MOST_PACKAGES))
    }

    /// Executes what the eIM answered; false when there is nothing more to do.
    async fn execute(&mut self, eim: &Eim, answer: &[u8]) -> Result<bool, Error> {
        let outer = tlv::find(answer, GET_EIM_PACKAGE);
        let Some(package) = outer.and_then(|outer| outer.children().next()?.ok()) else {
            let message = format!(
                "GetEimPackage: expected BF4F with a package, got {} bytes",
                answer.len()
            );
            return Err(Error::Check(message));
        };
        tracing::info!("eIM {}: {}", eim.id, named(&package));
        match package.tag {
            PACKAGE_ERROR => return no_package(&package).map(|()| false),
            EUICC_PACKAGE_REQUEST => self.execute_package(eim, package.raw).await?,
            IPA_EUICC_DATA_REQUEST => match der::decode::<IpaEuiccDataRequest>(package.raw) {
                Ok(request) => self.answer_data_request(eim, &request).await?,
                Err(_) => self.refuse_format(eim, &package).await?,
            },
            PROFILE_DOWNLOAD_TRIGGER => {
                match der::decode::<ProfileDownloadTriggerRequest>(package.raw) {
                    Ok(trigger) => self.follow_trigger(eim, &trigger).await?,
                    Err(_) => self.refuse_format(eim, &package).await?,
                }
            }
            _ => {
                let code = EimPackageResultErrorCode::UNKNOWN_PACKAGE;
                self.refuse(eim, transaction_id(&package), code).await?;
            }
        }
        Ok(true)
    }

    /// Reports a package that cannot be decoded.
    async fn refuse_format(&mut self, eim: &Eim, package: &Tlv<'_>) -> Result<(), Error> {
        let code = EimPackageResultErrorCode::INVALID_PACKAGE_FORMAT;
        self.refuse(eim, transaction_id(package), code).await
    }

    /// Reports a package that is not executed (SGP.32 §5.14.6), echoing its transaction.
    pub(crate) async fn refuse(
        &mut self,
        eim: &Eim,
        eim_transaction_id: Option<TransactionId>,
        code: EimPackageResultErrorCode,
    ) -> Result<(), Error> {
        tracing::warn!("package not executed: {code}");
        let error = EimPackageResultResponseError {
            eim_transaction_id,
            eim_package_result_error_code: code,
            additions: Default::default(),
        };
        let result = EimPackageResult::EimPackageResultResponseError(error);
        self.provide(eim, result).await.map(|_| ())
    }

    /// Provides a result and removes what the eIM acknowledged from the card, once each (SGP.32
    /// §3.1.1.1 step 8).
    pub(crate) async fn provide(
        &mut self,
        eim: &Eim,
        eim_package_result: EimPackageResult,
    ) -> Result<(), Error> {
        let message = ProvideEimPackageResult {
            eid_value: Some(self.eid.clone()),
            eim_package_result,
            additions: Default::default(),
        };
        let mut acknowledged = eim.provide(&message).await?;
        acknowledged.sort_unstable();
        acknowledged.dedup();
        tracing::info!("result delivered, the eIM acknowledges sequence numbers {acknowledged:?}");
        acknowledged
            .into_iter()
            .try_for_each(|number| self.card.remove(number))
    }
}

/// What the eIM sent, by its name.
fn named(package: &Tlv<'_>) -> String {
    match package.tag {
        PACKAGE_ERROR => match der::decode::<PackageError>(package.raw) {
            Ok(code) => code.to_string(),
            Err(_) => "an error that cannot be decoded".to_owned(),
        },
        EUICC_PACKAGE_REQUEST => "euiccPackageRequest".to_owned(),
        IPA_EUICC_DATA_REQUEST => "ipaEuiccDataRequest".to_owned(),
        PROFILE_DOWNLOAD_TRIGGER => "profileDownloadTriggerRequest".to_owned(),
        other => format!("unknown package {other}"),
    }
}

/// An eIM without work is no fault; every other error is.
fn no_package(error: &Tlv<'_>) -> Result<(), Error> {
    let code: PackageError = der::decode(error.raw).map_err(|source| Error::Answer {
        function: "GetEimPackage",
        source,
    })?;
    if code == PackageError::NO_EIM_PACKAGE_AVAILABLE {
        return Ok(());
    }
    Err(Error::Refused {
        function: "GetEimPackage",
        code: code.to_string(),
    })
}

/// The transaction of a package that cannot be decoded as a whole, when it can be seen.
fn transaction_id(package: &Tlv<'_>) -> Option<TransactionId> {
    let found = TRANSACTION_IDS.iter().find_map(|tag| package.child(*tag))?;
    Some(TransactionId::from(found.value.to_vec()))
}
