// SPDX-License-Identifier: MIT OR Apache-2.0
//! Requests in forms that some cards want and others refuse: brought to the form that the functions
//! know before any of them sees it.

use std::borrow::Cow;

use rsp::tlv::{Tag, Tlv, tlv};

use super::Keys;
use super::values::{CriteriaForm, RefreshFlagTag};
use crate::isdr::Es10;
use crate::status_word::StatusWord;

/// RetrieveNotificationsList.
const RETRIEVE: Tag = Tag::new(0xBF2B);
/// `notificationsListResultError { undefinedError(127) }`.
const RETRIEVE_ERROR: [u8; 6] = [0xBF, 0x2B, 3, 0x81, 1, 0x7F];

/// Why a request does not reach its function.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Turned {
    /// By a status word.
    Away(StatusWord),
    /// By a response.
    Down(Vec<u8>),
}

/// The request in the form that its function knows.
pub(crate) fn normal<'a>(
    keys: &Keys,
    function: Es10,
    request: &'a [u8],
) -> Result<Cow<'a, [u8]>, Turned> {
    match function {
        Es10::RetrieveNotificationsList if keys.bf2b_accept != CriteriaForm::Wrapped => {
            search_criteria(keys.bf2b_accept, request)
        }
        _ if keys.refreshflag_tag != RefreshFlagTag::Context && has_refresh_flag(function) => {
            refresh_flag(keys.refreshflag_tag, request)
        }
        _ => Ok(Cow::Borrowed(request)),
    }
}

/// Functions of SGP.32 whose only member is refreshFlag.
fn has_refresh_flag(function: Es10) -> bool {
    matches!(
        function.tag(),
        0xBF58 | 0xBF5A | 0xBF5B | 0xBF5C | 0xBF5D | 0xBF5E
    )
}

/// searchCriteria is a CHOICE without a tag of its own, and so A0 encloses it.
fn search_criteria(accepted: CriteriaForm, request: &[u8]) -> Result<Cow<'_, [u8]>, Turned> {
    let criteria = Tlv::only(request).map_or(&[][..], |whole| whole.value);
    match criteria.first() {
        Some(0x80..=0x82) => Ok(Cow::Owned(tlv(RETRIEVE, &tlv(Tag::new(0xA0), criteria)))),
        Some(0xA0) if accepted == CriteriaForm::Bare => Err(Turned::Down(RETRIEVE_ERROR.to_vec())),
        _ => Ok(Cow::Borrowed(request)),
    }
}

fn refresh_flag(accepted: RefreshFlagTag, request: &[u8]) -> Result<Cow<'_, [u8]>, Turned> {
    let whole = Tlv::only(request).map_err(|_| Turned::Away(StatusWord::INCORRECT_DATA))?;
    match whole.value {
        [0x01, rest @ ..] => {
            let mut content = vec![0x80];
            content.extend_from_slice(rest);
            Ok(Cow::Owned(tlv(whole.tag, &content)))
        }
        [0x80, ..] if accepted == RefreshFlagTag::Universal => {
            Err(Turned::Away(StatusWord::INCORRECT_DATA))
        }
        _ => Ok(Cow::Borrowed(request)),
    }
}
