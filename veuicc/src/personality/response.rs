// SPDX-License-Identifier: MIT OR Apache-2.0
//! Responses in forms that cards have been seen with. The function has answered; here its answer
//! gets the shape, and then the encoding, that the keys ask for.

use rsp::tlv::{Tag, Tlv, tlv, walk};

use super::values::{AddEimForm, EmptyList, EprForm, ProfileListForm};
use super::{Keys, encoding};
use crate::dialect;
use crate::isdr::Es10;
use crate::status_word::StatusWord;

const PROFILE_LIST: Tag = Tag::new(0xBF2D);
const PACKAGE_RESULT: Tag = Tag::new(0xBF51);
const ADD_INITIAL_EIM: Tag = Tag::new(0xBF57);
const ROLLBACK: Tag = Tag::new(0xBF58);
/// First arm of a CHOICE, constructed.
const ARM_0: Tag = Tag::new(0xA0);

/// A response as this card gives it; a status word where it gives none.
pub(crate) fn shaped(
    keys: &Keys,
    function: Es10,
    response: Vec<u8>,
) -> Result<Vec<u8>, StatusWord> {
    let Some(response) = empty_list(keys, function, response)? else {
        return Ok(Vec::new());
    };
    let response = match dialect::response_type(keys, function).or_else(|| type_of(function)) {
        Some(name) => encoding::rewrite(keys, name, response),
        None => response,
    };
    let response = profile_lists(keys, response);
    let response = match keys.addeim_form {
        AddEimForm::Spec => response,
        form => mapped(&response, ADD_INITIAL_EIM, &|added| add_eim(form, added)),
    };
    let doubled = keys.double_choice_tag && Tlv::only(&response).is_ok_and(|it| it.tag == ROLLBACK);
    let response = if doubled {
        mapped(&response, PACKAGE_RESULT, &|result| {
            tlv(PACKAGE_RESULT, result.raw)
        })
    } else {
        response
    };
    Ok(match keys.epr_form {
        EprForm::Spec => response,
        EprForm::Bare => mapped(&response, PACKAGE_RESULT, &bare_result),
    })
}

/// The ASN.1 name of what a function answers.
fn type_of(function: Es10) -> Option<&'static str> {
    let tag = match function {
        Es10::LoadBoundProfilePackage => 0xBF37,
        other => other.tag(),
    };
    rsp::schema::MESSAGES
        .iter()
        .filter(|message| message.interface.starts_with("ES10"))
        .find(|message| message.tag == Tag::new(u32::from(tag)))
        .and_then(|message| message.response)
}

/// What is answered instead of a list without entries; nothing where that is no data at all.
fn empty_list(
    keys: &Keys,
    function: Es10,
    response: Vec<u8>,
) -> Result<Option<Vec<u8>>, StatusWord> {
    let lists = matches!(
        function,
        Es10::ListNotification | Es10::RetrieveNotificationsList
    );
    let empty =
        || Tlv::only(&response).is_ok_and(|whole| matches!(whole.value, [0xA0 | 0xA2, 0x00]));
    if keys.empty_notif == EmptyList::List || !lists || !empty() {
        return Ok(Some(response));
    }
    match keys.empty_notif {
        EmptyList::List => Ok(Some(response)),
        EmptyList::Error => {
            let tag = Tag::new(u32::from(function.tag()));
            Ok(Some(tlv(tag, &[0x81, 1, 0x7F])))
        }
        EmptyList::NotFound => Err(StatusWord::REFERENCED_DATA_NOT_FOUND),
        EmptyList::Nothing => Ok(None),
    }
}

/// The message with every answer of GetProfilesInfo in it in the form of the keys.
pub(crate) fn profile_lists(keys: &Keys, message: Vec<u8>) -> Vec<u8> {
    match keys.bf2d_form {
        ProfileListForm::Spec => message,
        form => mapped(&message, PROFILE_LIST, &|list| profile_list(form, list)),
    }
}

fn profile_list(form: ProfileListForm, list: &Tlv<'_>) -> Vec<u8> {
    let inner = Tlv::only(list.value).ok();
    match (form, inner) {
        (ProfileListForm::Sequence, Some(arm)) if arm.tag == ARM_0 => {
            tlv(PROFILE_LIST, &tlv(Tag::SEQUENCE, arm.value))
        }
        (ProfileListForm::Bare, Some(arm)) if arm.tag == ARM_0 => tlv(PROFILE_LIST, arm.value),
        (ProfileListForm::UniversalError, Some(arm)) if arm.tag == Tag::new(0x81) => {
            tlv(PROFILE_LIST, &tlv(Tag::new(0x02), arm.value))
        }
        _ => list.raw.to_vec(),
    }
}

fn add_eim(form: AddEimForm, added: &Tlv<'_>) -> Vec<u8> {
    match (form, Tlv::only(added.value)) {
        (AddEimForm::Bare, Ok(arm)) if arm.tag == ARM_0 => tlv(ADD_INITIAL_EIM, arm.value),
        (AddEimForm::OkOnFailure, Ok(arm)) if arm.tag != ARM_0 => {
            tlv(ADD_INITIAL_EIM, &tlv(ARM_0, &[0x05, 0x00]))
        }
        _ => added.raw.to_vec(),
    }
}

/// Without the tag of its arm.
fn bare_result(result: &Tlv<'_>) -> Vec<u8> {
    match Tlv::only(result.value) {
        Ok(arm) if arm.tag != PACKAGE_RESULT => tlv(PACKAGE_RESULT, arm.value),
        _ => result.raw.to_vec(),
    }
}

/// The message with every TLV of that tag replaced; what is inside a replaced one is left alone.
fn mapped(message: &[u8], tag: Tag, change: &dyn Fn(&Tlv<'_>) -> Vec<u8>) -> Vec<u8> {
    let mut out = Vec::new();
    let mut read = 0;
    for item in walk(message) {
        // what is no TLV stays as it is
        let Ok(item) = item else { break };
        read += item.raw.len();
        let constructed = item.raw.first().is_some_and(|first| first & 0x20 != 0);
        if item.tag == tag {
            out.extend(change(&item));
        } else if constructed && contains(item.value, tag) {
            out.extend(tlv(item.tag, &mapped(item.value, tag, change)));
        } else {
            out.extend_from_slice(item.raw);
        }
    }
    out.extend_from_slice(message.get(read..).unwrap_or_default());
    out
}

/// Whether such a TLV is inside, so that all others keep the form of their lengths.
fn contains(message: &[u8], tag: Tag) -> bool {
    walk(message).map_while(Result::ok).any(|item| {
        let constructed = item.raw.first().is_some_and(|first| first & 0x20 != 0);
        item.tag == tag || (constructed && contains(item.value, tag))
    })
}
