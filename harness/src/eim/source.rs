// SPDX-License-Identifier: MIT OR Apache-2.0
//! Where the profile of an indirect download is, and what the trigger tells the IPA about it
//! (SGP.32 §2.11.1.3, §3.2.3.2).

use rsp::activation::{ActivationCode, is_fqdn};
use rsp::id::Oid;
use rsp::sgp22::TransactionId;
use rsp::sgp32::{
    ProfileDownloadData, ProfileDownloadDataContactSmds, ProfileDownloadTriggerRequest,
};

use super::Error;
use super::knowledge::Knowledge;
use crate::iut::{DownloadSource, IndirectDownload};

/// The server of a download, and what it is asked for.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Target {
    /// FQDN.
    pub(super) address: String,
    /// MatchingID or EventID; nothing when the server finds the order by the EID.
    pub(super) matching_id: Option<String>,
    /// The OID that its certificate must show.
    pub(super) oid: Option<Oid>,
    /// Whether it is an SM-DS.
    pub(super) is_smds: bool,
}

/// The target of a source.
///
/// # Errors
/// The activation code is none, or the address is no FQDN.
pub(super) fn target(source: &DownloadSource) -> Result<Target, Error> {
    let bare = |address: &String, is_smds| {
        if !is_fqdn(address) {
            return Err(Error::Address(address.clone()));
        }
        Ok(Target {
            address: address.clone(),
            matching_id: None,
            oid: None,
            is_smds,
        })
    };
    match source {
        DownloadSource::ActivationCode(text) => {
            let code: ActivationCode = text.parse()?;
            let matching_id = code.matching_id.as_str();
            Ok(Target {
                matching_id: (!matching_id.is_empty()).then(|| matching_id.to_owned()),
                address: code.smdp_address,
                oid: code.smdp_oid,
                is_smds: false,
            })
        }
        DownloadSource::Smdp(address) => bare(address, false),
        DownloadSource::Smds(address) => bare(address, true),
    }
}

/// The target of a trigger that was ordered as it is; `given` is the server that the IPA names where
/// the trigger leaves it to the card.
pub(super) fn target_of(
    trigger: &ProfileDownloadTriggerRequest,
    given: Option<&str>,
) -> Option<Target> {
    let source = match trigger.profile_download_data.as_ref()? {
        ProfileDownloadData::ActivationCode(code) => DownloadSource::ActivationCode(code.clone()),
        ProfileDownloadData::ContactDefaultSmdp(()) => DownloadSource::Smdp(given?.to_owned()),
        ProfileDownloadData::ContactSmds(smds) => {
            let address = smds.smds_address.as_deref().or(given)?;
            DownloadSource::Smds(address.to_owned())
        }
    };
    target(&source).ok()
}

/// The trigger of an indirect download. The source stays with the eIM, where the IPA asks for it by
/// the transaction, unless the IPA has said that it wants to know it.
pub(super) fn trigger(
    download: &IndirectDownload,
    knowledge: &Knowledge,
    tells: bool,
    transaction: Option<TransactionId>,
) -> ProfileDownloadTriggerRequest {
    let tell = download
        .tell_source
        .unwrap_or_else(|| tells || knowledge.wants_download_data());
    ProfileDownloadTriggerRequest {
        profile_download_data: tell.then(|| data(&download.source)),
        eim_transaction_id: transaction,
        additions: Default::default(),
    }
}

fn data(source: &DownloadSource) -> ProfileDownloadData {
    match source {
        DownloadSource::ActivationCode(code) => ProfileDownloadData::ActivationCode(code.clone()),
        // an activation code without MatchingID means the order of this EID
        DownloadSource::Smdp(address) => {
            ProfileDownloadData::ActivationCode(format!("1${address}$"))
        }
        DownloadSource::Smds(address) => {
            ProfileDownloadData::ContactSmds(ProfileDownloadDataContactSmds {
                smds_address: Some(address.clone()),
                additions: Default::default(),
            })
        }
    }
}
