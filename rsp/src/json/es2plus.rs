// SPDX-License-Identifier: MIT OR Apache-2.0
//! ES2+ between operator and SM-DP+ (SGP.22 §5.3, §6.5.2.1 to §6.5.2.5), for both sides: the
//! operator orders and is told of the progress, the SM-DP+ answers and tells.
//!
//! Written exactly, read with tolerance. Traps:
//! - a request has a `header` (SGP.22 §6.5.1.3), other than on ES9+;
//! - an ICCID comes with or without its trailing F, and always in the order of its digits;
//! - peers send `notificationPointId` and `releaseFlag` as text, and `timestamp` as `timeStamp` with
//!   seconds since 1970.

mod request;
mod response;
mod timestamp;

use std::fmt;

use crate::id::{Eid, Iccid};

use super::{CallHeader, Failure};

pub use response::{decode_es2_response, encode_es2_response};
pub use timestamp::{Timestamp, TimestampError};

/// A function of ES2+ (SGP.22 §5.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Es2Function {
    /// ES2+.DownloadOrder (SGP.22 §5.3.1).
    DownloadOrder,
    /// ES2+.ConfirmOrder (SGP.22 §5.3.2).
    ConfirmOrder,
    /// ES2+.CancelOrder (SGP.22 §5.3.3).
    CancelOrder,
    /// ES2+.ReleaseProfile (SGP.22 §5.3.4).
    ReleaseProfile,
    /// ES2+.HandleDownloadProgressInfo (SGP.22 §5.3.5), from the SM-DP+ to the operator.
    HandleDownloadProgressInfo,
    /// ES2+.HandleNotification, its name from version 3 on.
    HandleNotification,
}

/// The path prefix of ES2+ (SGP.22 §6.5.2).
const PREFIX: &str = "/gsma/rsp2/es2plus/";

impl Es2Function {
    /// Every function, in the order of the clauses.
    pub const ALL: [Self; 6] = [
        Self::DownloadOrder,
        Self::ConfirmOrder,
        Self::CancelOrder,
        Self::ReleaseProfile,
        Self::HandleDownloadProgressInfo,
        Self::HandleNotification,
    ];

    /// The name as it stands in the path.
    pub const fn name(self) -> &'static str {
        match self {
            Self::DownloadOrder => "downloadOrder",
            Self::ConfirmOrder => "confirmOrder",
            Self::CancelOrder => "cancelOrder",
            Self::ReleaseProfile => "releaseProfile",
            Self::HandleDownloadProgressInfo => "handleDownloadProgressInfo",
            Self::HandleNotification => "handleNotification",
        }
    }

    /// The clause that defines the function.
    pub const fn clause(self) -> &'static str {
        match self {
            Self::DownloadOrder => "SGP.22 §5.3.1",
            Self::ConfirmOrder => "SGP.22 §5.3.2",
            Self::CancelOrder => "SGP.22 §5.3.3",
            Self::ReleaseProfile => "SGP.22 §5.3.4",
            Self::HandleDownloadProgressInfo | Self::HandleNotification => "SGP.22 §5.3.5",
        }
    }

    /// The HTTP path.
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

    /// Whether the SM-DP+ tells the operator by it; such a message is acknowledged by HTTP 204
    /// alone (SGP.22 §6.3).
    pub const fn is_notification(self) -> bool {
        matches!(
            self,
            Self::HandleDownloadProgressInfo | Self::HandleNotification
        )
    }
}

impl fmt::Display for Es2Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A request of ES2+.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Es2Request {
    /// Who calls.
    pub header: CallHeader,
    /// The function with its members.
    pub call: Es2Call,
}

/// The function that is called, with its members.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Es2Call {
    /// SGP.22 §5.3.1.
    DownloadOrder(DownloadOrder),
    /// SGP.22 §5.3.2.
    ConfirmOrder(ConfirmOrder),
    /// SGP.22 §5.3.3.
    CancelOrder(CancelOrder),
    /// SGP.22 §5.3.4.
    ReleaseProfile(ReleaseProfile),
    /// SGP.22 §5.3.5.
    HandleDownloadProgressInfo(DownloadProgress),
    /// The same under its later name.
    HandleNotification(DownloadProgress),
}

impl Es2Call {
    /// The function that is called.
    pub const fn function(&self) -> Es2Function {
        match self {
            Self::DownloadOrder(_) => Es2Function::DownloadOrder,
            Self::ConfirmOrder(_) => Es2Function::ConfirmOrder,
            Self::CancelOrder(_) => Es2Function::CancelOrder,
            Self::ReleaseProfile(_) => Es2Function::ReleaseProfile,
            Self::HandleDownloadProgressInfo(_) => Es2Function::HandleDownloadProgressInfo,
            Self::HandleNotification(_) => Es2Function::HandleNotification,
        }
    }
}

/// Reserves a profile (SGP.22 §5.3.1).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DownloadOrder {
    /// The eUICC that is to get it.
    pub eid: Option<Eid>,
    /// The profile.
    pub iccid: Option<Iccid>,
    /// Any profile of a type.
    pub profile_type: Option<String>,
}

/// Confirms a reservation (SGP.22 §5.3.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfirmOrder {
    /// The reserved profile.
    pub iccid: Iccid,
    /// The eUICC that is to get it.
    pub eid: Option<Eid>,
    /// MatchingID chosen by the operator; empty for a download by EID alone.
    pub matching_id: Option<String>,
    /// Code that the user has to type.
    pub confirmation_code: Option<String>,
    /// SM-DS at which the eUICC finds the download.
    pub smds_address: Option<String>,
    /// Whether the download may begin at once.
    pub release_flag: bool,
}

/// Withdraws an order (SGP.22 §5.3.3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CancelOrder {
    /// The profile of the order.
    pub iccid: Iccid,
    /// The eUICC of the order.
    pub eid: Option<Eid>,
    /// The MatchingID of the order.
    pub matching_id: Option<String>,
    /// What becomes of the profile.
    pub final_profile_status_indicator: FinalProfileStatus,
}

/// What becomes of the profile of a withdrawn order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FinalProfileStatus {
    /// It may be ordered again.
    Available,
    /// It is never delivered.
    Unavailable,
}

impl FinalProfileStatus {
    const ALL: [Self; 2] = [Self::Available, Self::Unavailable];

    /// The word on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Available => "Available",
            Self::Unavailable => "Unavailable",
        }
    }
}

/// Lets the download of a confirmed order begin (SGP.22 §5.3.4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReleaseProfile {
    /// The profile of the order.
    pub iccid: Iccid,
}

/// How far a download has come (SGP.22 §5.3.5).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DownloadProgress {
    /// The eUICC, when it is known.
    pub eid: Option<Eid>,
    /// The profile.
    pub iccid: Iccid,
    /// Its type.
    pub profile_type: String,
    /// When it came that far.
    pub timestamp: Timestamp,
    /// The point that was reached; 1 to 4 in SGP.22 §5.3.5.
    pub notification_point_id: u32,
    /// What went wrong there; nothing for a success.
    pub failure: Option<Failure>,
    /// What the eUICC said, as it came.
    pub result_data: Option<Vec<u8>>,
}

/// A successful answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Es2Ok {
    /// SGP.22 §5.3.1.
    DownloadOrder {
        /// The reserved profile.
        iccid: Iccid,
    },
    /// SGP.22 §5.3.2.
    ConfirmOrder {
        /// The eUICC of the order.
        eid: Option<Eid>,
        /// The MatchingID of the order.
        matching_id: String,
        /// Where the eUICC downloads.
        smdp_address: Option<String>,
    },
    /// SGP.22 §5.3.3: the header alone.
    CancelOrder,
    /// SGP.22 §5.3.4: the header alone.
    ReleaseProfile,
    /// SGP.22 §5.3.5: HTTP 204 without a body.
    Told,
}

/// What a function answers.
pub type Es2Response = Result<Es2Ok, Failure>;

#[cfg(test)]
mod tests;
