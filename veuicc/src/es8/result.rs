// SPDX-License-Identifier: MIT OR Apache-2.0
//! ProfileInstallationResult (SGP.22 §2.5.6): signed, kept as a notification, returned.

use rsp::asn1::{ObjectIdentifier, OctetString};
use rsp::raw::{Additions, Raw};
use rsp::sgp22::{
    BppCommandId, ErrorReason, ErrorResult, EuiccSignPir, ProfileInstallationResult,
    ProfileInstallationResultData, ProfileInstallationResultDataFinalResult as FinalResult,
    SuccessResult, TransactionId,
};

use super::BppError;
use super::elements::Package;
use crate::context::{Context, Fault};
use crate::es10b::notification;
use crate::isdp::{Event, Metadata};
use crate::personality::encoding::signed;
use crate::session::{Installed, Prepared, Session};
use crate::state::Installation;

/// Whom a result is for.
struct Receiver<'a> {
    transaction_id: &'a [u8],
    smdp_oid: &'a str,
    smdp_address: &'a str,
    ci_key_id: &'a [u8],
    iccid: Option<&'a [u8]>,
}

impl<'a> Receiver<'a> {
    fn of(prepared: &'a Prepared, iccid: Option<&'a [u8]>) -> Self {
        let authenticated = &prepared.authenticated;
        Self {
            transaction_id: &authenticated.transaction_id,
            smdp_oid: &authenticated.server_oid,
            smdp_address: &authenticated.server_address,
            ci_key_id: &authenticated.ci_key_id,
            iccid,
        }
    }
}

/// The package was right: the profile is installed, the result and the notifications that the
/// metadata asks for are queued.
pub(crate) fn installed(
    card: &mut Context<'_>,
    prepared: &Prepared,
    metadata: Metadata,
    dp_proprietary_data: Option<Vec<u8>>,
    package: Package,
) -> Result<Vec<u8>, Fault> {
    let authenticated = &prepared.authenticated;
    let sima_response = package.sima_response();
    let aid = card
        .state
        .add_profile(metadata.clone(), dp_proprietary_data, package.bytes);
    let success = FinalResult::SuccessResult(SuccessResult {
        aid: OctetString::from(aid.as_slice()),
        sima_response: OctetString::from(sima_response),
        additions: Additions::none(),
    });
    let receiver = Receiver::of(prepared, Some(&metadata.iccid));
    let result = report(card, &receiver, success)?;
    let credential = card.credential(&authenticated.ci_key_id)?;
    notification::notify_with(card, credential, Event::Install, &metadata)?;
    forget(card, prepared);
    *card.session = Session::Installed(Box::new(Installed {
        aid,
        smdp_oid: authenticated.server_oid.clone(),
        smdp_address: authenticated.server_address.clone(),
    }));
    Ok(result)
}

/// The package was wrong.
pub(crate) fn refused(
    card: &mut Context<'_>,
    prepared: &Prepared,
    iccid: Option<&[u8]>,
    error: BppError,
) -> Result<Vec<u8>, Fault> {
    let result = report(card, &Receiver::of(prepared, iccid), failure(error))?;
    forget(card, prepared);
    Ok(result)
}

/// The end of the installation, whatever it was: its keys are used up.
fn forget(card: &mut Context<'_>, prepared: &Prepared) {
    let used = prepared.one_time_key.public_key().to_point();
    card.state.installation = None;
    card.state
        .one_time_keys
        .retain(|key| key.public_key != used);
}

fn failure(error: BppError) -> FinalResult {
    FinalResult::ErrorResult(ErrorResult {
        bpp_command_id: error.command,
        error_reason: error.reason,
        sima_response: error.sima_response.map(OctetString::from),
        additions: Additions::none(),
    })
}

/// Signs a result over its BF27 TLV and queues it.
fn report(
    card: &mut Context<'_>,
    receiver: &Receiver<'_>,
    final_result: FinalResult,
) -> Result<Vec<u8>, Fault> {
    let credential = card.credential(receiver.ci_key_id)?;
    let oid: ObjectIdentifier = receiver
        .smdp_oid
        .parse()
        .map_err(|error| Fault::Inconsistent(format!("oid of the SM-DP+: {error}")))?;
    let address = receiver.smdp_address;
    let metadata =
        notification::notification_metadata(card, Event::Install, address, receiver.iccid);
    let kept = Raw::new(metadata.clone())
        .map_err(|error| Fault::encode("NotificationMetadata", &error))?;
    let data = ProfileInstallationResultData {
        transaction_id: TransactionId::from(receiver.transaction_id),
        notification_metadata: metadata,
        smdp_oid: Some(oid),
        final_result,
        additions: Additions::none(),
    };
    let data = signed(card.keys(), "ProfileInstallationResultData", data)?;
    let signature = credential.private_key.sign(data.bytes());
    let result = rsp::der::encode(&ProfileInstallationResult {
        profile_installation_result_data: data,
        euicc_sign_pir: EuiccSignPir::from(signature),
        additions: Additions::none(),
    })
    .map_err(|error| Fault::encode("ProfileInstallationResult", &error))?;
    notification::queue(card, Event::Install, &kept, result.clone());
    Ok(result)
}

/// Reports an installation that is no longer under way: the card lost power, or another session
/// began. Its one-time key stays, so that the same package can be loaded again.
pub(crate) fn report_interruption(card: &mut Context<'_>) -> Result<(), Fault> {
    if card.state.installation.is_none() || matches!(card.session, Session::Loading(_)) {
        return Ok(());
    }
    let Some(Installation {
        transaction_id,
        smdp_oid,
        smdp_address,
        iccid,
        bpp_command_id,
        ci_key_id,
    }) = card.state.installation.take()
    else {
        return Ok(());
    };
    let receiver = Receiver {
        transaction_id: &transaction_id,
        smdp_oid: &smdp_oid,
        smdp_address: &smdp_address,
        ci_key_id: &ci_key_id,
        iccid: iccid.as_deref(),
    };
    let interruption = BppError::new(
        BppCommandId(bpp_command_id),
        ErrorReason::INSTALL_FAILED_DUE_TO_INTERRUPTION,
    );
    match report(card, &receiver, failure(interruption)) {
        // the card has other keys than it had then: nobody could verify the result, and the card
        // goes on without it
        Err(Fault::Credential(key)) => {
            tracing::warn!(%key, "no credential to report an interrupted installation with");
            Ok(())
        }
        reported => reported.map(drop),
    }
}
