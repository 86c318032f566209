// SPDX-License-Identifier: MIT OR Apache-2.0
//! The functions of ESipa with their paths and tags, and the integers that stand for their pairs of
//! codes (SGP.32 §5.14, §6.3, §6.4.1).

use std::fmt;

use crate::json::{ExecutionStatus, Failure};
use crate::status;
use crate::tlv::Tag;

/// The path prefix of the JSON binding (SGP.32 §6.4.1).
const PREFIX: &str = "/gsma/rsp2/esipa/";

/// A function of ESipa.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Function {
    /// SGP.32 §5.14.1.
    InitiateAuthentication,
    /// SGP.32 §5.14.3.
    AuthenticateClient,
    /// SGP.32 §5.14.2.
    GetBoundProfilePackage,
    /// SGP.32 §5.14.4: the one that an eIM calls.
    TransferEimPackage,
    /// SGP.32 §5.14.5.
    GetEimPackage,
    /// SGP.32 §5.14.6.
    ProvideEimPackageResult,
    /// SGP.32 §5.14.7.
    HandleNotification,
    /// SGP.32 §5.14.8.
    CancelSession,
}

impl Function {
    /// Every function, in the order of SGP.32 §6.4.1.
    pub const ALL: [Self; 8] = [
        Self::InitiateAuthentication,
        Self::AuthenticateClient,
        Self::GetBoundProfilePackage,
        Self::TransferEimPackage,
        Self::GetEimPackage,
        Self::ProvideEimPackageResult,
        Self::HandleNotification,
        Self::CancelSession,
    ];

    /// The name as it stands in the path.
    pub const fn name(self) -> &'static str {
        match self {
            Self::InitiateAuthentication => "initiateAuthentication",
            Self::AuthenticateClient => "authenticateClient",
            Self::GetBoundProfilePackage => "getBoundProfilePackage",
            Self::TransferEimPackage => "transferEimPackage",
            Self::GetEimPackage => "getEimPackage",
            Self::ProvideEimPackageResult => "provideEimPackageResult",
            Self::HandleNotification => "handleNotification",
            Self::CancelSession => "cancelSession",
        }
    }

    /// The HTTP path of the JSON binding.
    pub fn path(self) -> String {
        format!("{PREFIX}{}", self.name())
    }

    /// The function behind an HTTP path, if there is one. Paths are compared exactly.
    pub fn from_path(path: &str) -> Option<Self> {
        let name = path.strip_prefix(PREFIX)?;
        Self::ALL
            .into_iter()
            .find(|function| function.name() == name)
    }

    /// The tag of its messages in the ASN.1 binding (SGP.32 §6.3.1).
    pub const fn tag(self) -> Tag {
        Tag::new(match self {
            Self::InitiateAuthentication => 0xBF39,
            Self::AuthenticateClient => 0xBF3B,
            Self::GetBoundProfilePackage => 0xBF3A,
            Self::TransferEimPackage => 0xBF4E,
            Self::GetEimPackage => 0xBF4F,
            Self::ProvideEimPackageResult => 0xBF50,
            Self::HandleNotification => 0xBF3D,
            Self::CancelSession => 0xBF41,
        })
    }

    /// The function that a message of the ASN.1 binding calls or answers, by its tag alone.
    pub fn of_message(message: &[u8]) -> Option<Self> {
        let tag = Tag::read(message).ok()?;
        Self::ALL.into_iter().find(|function| function.tag() == tag)
    }

    /// Whether the IPA calls it; the other one is called by the eIM.
    pub const fn is_called_by_ipa(self) -> bool {
        !matches!(self, Self::TransferEimPackage)
    }

    /// The lists of refusals that have its integers, the more likely one first.
    const fn listed(self) -> &'static [status::Function] {
        match self {
            Self::InitiateAuthentication => &[status::Function::InitiateAuthentication],
            Self::AuthenticateClient => &[
                status::Function::AuthenticateClient,
                status::Function::AuthenticateClientSmds,
            ],
            Self::GetBoundProfilePackage => &[status::Function::GetBoundProfilePackage],
            Self::GetEimPackage => &[status::Function::GetEimPackage],
            Self::ProvideEimPackageResult => &[status::Function::ProvideEimPackageResult],
            Self::CancelSession => &[status::Function::CancelSession],
            Self::TransferEimPackage | Self::HandleNotification => &[],
        }
    }
}

impl fmt::Display for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The error integer of a failure; 127 for every pair that the function does not list.
pub fn error_code(function: Function, failure: &Failure) -> i64 {
    let Some(data) = &failure.status_code_data else {
        return status::UNDEFINED_ERROR;
    };
    let code =
        |list: &status::Function| status::esipa_code(*list, &data.subject_code, &data.reason_code);
    let codes = function.listed().iter().map(code);
    codes
        .into_iter()
        .find(|code| *code != status::UNDEFINED_ERROR)
        .unwrap_or(status::UNDEFINED_ERROR)
}

/// The failure of an error integer; without codes when the integer stands for none.
pub fn failure_of(function: Function, code: i64) -> Failure {
    let refusal = |list: &status::Function| status::from_esipa_code(*list, code);
    function.listed().iter().find_map(refusal).map_or(
        Failure {
            status: ExecutionStatus::Failed,
            status_code_data: None,
        },
        Failure::from,
    )
}
