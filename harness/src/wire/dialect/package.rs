// SPDX-License-Identifier: MIT OR Apache-2.0
//! The eIM package in an answer to GetEimPackage or in a TransferEimPackage (SGP.32 §2.11.1).
//!
//! An eUICC package stays bytes: only the card can say whether its commands are known. Anything
//! else is read whole, and what cannot be read is told apart as the IPA has to report it.

use rsp::der::{self, CodecError};
use rsp::dialect::Dialect;
use rsp::sgp22::TransactionId;
use rsp::sgp32::{
    EimAcknowledgements, EimPackageResultErrorCode,
    GetEimPackageResponseEimPackageError as PackageError, IpaEuiccDataRequest,
    ProfileDownloadTriggerRequest,
};
use rsp::sgp32_v1_0 as v1_0;
use rsp::tlv::{self, Tag, Tlv};

use super::{DialectError, check, form_of_answer, read};

const GET_EIM_PACKAGE: Tag = Tag::new(0xBF4F);
const TRANSFER_EIM_PACKAGE: Tag = Tag::new(0xBF4E);
const EUICC_PACKAGE_REQUEST: Tag = Tag::new(0xBF51);
const IPA_EUICC_DATA_REQUEST: Tag = Tag::new(0xBF52);
const EIM_ACKNOWLEDGEMENTS: Tag = Tag::new(0xBF53);
const PROFILE_DOWNLOAD_TRIGGER: Tag = Tag::new(0xBF54);
const PACKAGE_ERROR: Tag = Tag::new(0x02);
/// Members named `eimTransactionId` of the three packages: `82` or `83`.
const TRANSACTION_IDS: [Tag; 2] = [Tag::new(0x82), Tag::new(0x83)];

/// What an eIM has for its IPA.
#[derive(Clone, Debug, PartialEq)]
pub enum Package {
    /// An `EuiccPackageRequest`, byte for byte as it came.
    Euicc(Vec<u8>),
    /// An `IpaEuiccDataRequest`.
    Data(IpaEuiccDataRequest),
    /// A `ProfileDownloadTriggerRequest`.
    Trigger(ProfileDownloadTriggerRequest),
    /// `EimAcknowledgements`, which only TransferEimPackage carries.
    Acknowledgements(EimAcknowledgements),
    /// No package, for this reason.
    Error(PackageError),
    /// A package that the IPA cannot execute.
    Unusable {
        /// Its transaction, when it can be seen.
        transaction: Option<TransactionId>,
        /// What to report.
        code: EimPackageResultErrorCode,
    },
}

impl Package {
    /// Its name, for the log.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Euicc(_) => "euiccPackageRequest".to_owned(),
            Self::Data(_) => "ipaEuiccDataRequest".to_owned(),
            Self::Trigger(_) => "profileDownloadTriggerRequest".to_owned(),
            Self::Acknowledgements(_) => "eimAcknowledgements".to_owned(),
            Self::Error(code) => code.to_string(),
            Self::Unusable { code, .. } => format!("a package that is not executed: {code}"),
        }
    }
}

/// Reads the answer to GetEimPackage, or a TransferEimPackage.
///
/// # Errors
/// The message is neither, or its error code cannot be read.
pub fn read_package(dialect: Dialect, message: &[u8]) -> Result<Package, DialectError> {
    let outer = [GET_EIM_PACKAGE, TRANSFER_EIM_PACKAGE]
        .iter()
        .find_map(|tag| tlv::find(message, *tag));
    let Some(package) = outer.and_then(|outer| outer.children().next()?.ok()) else {
        let reason = format!("got {} bytes without a package", message.len());
        let expected = "GetEimPackageResponse";
        return Err(CodecError::Decode { expected, reason }.into());
    };
    let unusable = |code| Package::Unusable {
        transaction: transaction_id(&package),
        code,
    };
    let broken = || unusable(EimPackageResultErrorCode::INVALID_PACKAGE_FORMAT);
    Ok(match package.tag {
        PACKAGE_ERROR => Package::Error(der::decode(package.raw)?),
        EUICC_PACKAGE_REQUEST => Package::Euicc(package.raw.to_vec()),
        IPA_EUICC_DATA_REQUEST => check(form_of_answer(message), dialect)
            .and_then(|()| read::<_, v1_0::IpaEuiccDataRequest>(dialect, package.raw))
            .map_or_else(|_| broken(), Package::Data),
        EIM_ACKNOWLEDGEMENTS => {
            der::decode(package.raw).map_or_else(|_| broken(), Package::Acknowledgements)
        }
        PROFILE_DOWNLOAD_TRIGGER => {
            der::decode(package.raw).map_or_else(|_| broken(), Package::Trigger)
        }
        _ => unusable(EimPackageResultErrorCode::UNKNOWN_PACKAGE),
    })
}

/// The transaction of a package that cannot be decoded as a whole, when it can be seen.
fn transaction_id(package: &Tlv<'_>) -> Option<TransactionId> {
    let found = TRANSACTION_IDS.iter().find_map(|tag| package.child(*tag))?;
    Some(TransactionId::from(found.value.to_vec()))
}
