// SPDX-License-Identifier: MIT OR Apache-2.0
//! What an eIM answers to a message that it cannot read: for a missing EID there is a code of its
//! own (SGP.32 §5.14.5).

use rsp::sgp32::{
    EsipaMessageFromEimToIpa as Answer, GetEimPackageResponse,
    GetEimPackageResponseEimPackageError as PackageError,
};
use rsp::tlv::{Tag, Tlv};

use crate::wire::dialect::undecodable;

const EID: Tag = Tag::new(0x5A);
const GET_EIM_PACKAGE: Tag = Tag::new(0xBF4F);

/// The answer, or nothing to a notification.
pub(super) fn of(message: &[u8]) -> Option<Answer> {
    match Tlv::only(message) {
        Ok(outer) if outer.tag == GET_EIM_PACKAGE && outer.child(EID).is_none() => {
            Some(Answer::GetEimPackageResponse(
                GetEimPackageResponse::EimPackageError(PackageError::MISSING_EID),
            ))
        }
        _ => undecodable(message),
    }
}
