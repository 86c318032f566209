// SPDX-License-Identifier: MIT OR Apache-2.0
//! undefinedError(127): what the terminal gets when the card itself fails in a function.
//!
//! A function that has such a code answers with it, and nothing that it did is kept; one that has
//! none is answered with a status word. The response is written from the table of its ASN.1 type, so
//! no function has to provide for it.
//!
//! Traps: the response of AuthenticateServer and PrepareDownload repeats the transaction of the
//! request; the one of LoadEuiccPackage is signed, so it is made where the signer is.

use rsp::schema::{Kind, Need, Tree, Type, decode_lenient, find_type, from_value};
use rsp::sgp32::{EuiccResultData, EuiccResultDataProcessingTerminated};
use rsp::tlv::Tag;
use serde_json::{Value, json};

use crate::coverage::response_type;
use crate::dialect;
use crate::isdr::Es10;
use crate::personality::Keys;

/// Names of the code; the module writes it wrong once.
const NAMES: [&str; 2] = ["undefinedError", "undfinedError"];
/// What a response repeats of its request.
const TRANSACTION_ID: &str = "transactionId";

/// The response of a function that failed; nothing for one without such a code.
pub(crate) fn response(keys: &Keys, function: Es10, request: &[u8]) -> Option<Vec<u8>> {
    let name = dialect::response_type(keys, function).or_else(|| response_type(function))?;
    let value = value(find_type(name)?, &|| transaction_id(function, request))?;
    from_value(name, &value).ok()
}

/// The result of a command of an eUICC package that failed, named by its tag in `Psmo` or `Eco`.
pub(crate) fn result(list: &str, tag: Tag) -> EuiccResultData {
    let written = command(list, tag)
        .and_then(|command| {
            let arm = format!("{command}Result");
            let ty = find_type("EuiccResultData")?;
            let member = ty.members().iter().find(|member| member.name() == arm)?;
            let value = json!({ arm: value(member.ty(), &|| None)? });
            from_value("EuiccResultData", &value).ok()
        })
        .and_then(|bytes| rsp::der::decode(&bytes).ok());
    // getRAT has no code of its own
    written.unwrap_or(EuiccResultData::ProcessingTerminated(
        EuiccResultDataProcessingTerminated::UNDEFINED_ERROR,
    ))
}

/// The identifier of a command of an eUICC package.
pub(crate) fn command(list: &str, tag: Tag) -> Option<&'static str> {
    let arms = find_type(list)?.members().iter();
    let arm = arms.into_iter().find(|arm| arm.tag() == Some(tag))?;
    Some(arm.name())
}

/// A value of that type that says undefinedError, with nothing optional in it.
fn value(ty: &Type, transaction_id: &dyn Fn() -> Option<Value>) -> Option<Value> {
    match ty.kind() {
        Kind::Integer(names) => {
            let (name, _) = names.iter().find(|(name, _)| NAMES.contains(name))?;
            Some((*name).into())
        }
        Kind::Choice(arms) => arms
            .iter()
            .find_map(|arm| Some(json!({ arm.name(): value(arm.ty(), transaction_id)? }))),
        Kind::Sequence(members) => {
            let needed = members.iter().filter(|member| member.need() == Need::Must);
            let mut map = serde_json::Map::new();
            for member in needed {
                let value = if member.name() == TRANSACTION_ID {
                    transaction_id()
                } else {
                    value(member.ty(), transaction_id)
                };
                map.insert(member.name().to_owned(), value?);
            }
            (!map.is_empty()).then_some(Value::Object(map))
        }
        _ => None,
    }
}

fn transaction_id(function: Es10, request: &[u8]) -> Option<Value> {
    let name = match function {
        Es10::AuthenticateServer => "AuthenticateServerRequest",
        Es10::PrepareDownload => "PrepareDownloadRequest",
        _ => return None,
    };
    let tree = decode_lenient(name, request);
    let found = |(_, node): (String, &Tree)| (node.name == TRANSACTION_ID).then(|| node.to_value());
    tree.walk().into_iter().find_map(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_function_with_the_code_can_answer_it() {
        for function in Es10::ALL {
            // their results are signed
            if [Es10::LoadEuiccPackage, Es10::LoadBoundProfilePackage].contains(function) {
                continue;
            }
            let has = crate::coverage::codes()
                .iter()
                .any(|code| code.function == function.name() && NAMES.contains(&code.name));
            let mut request = function.tag().to_be_bytes().to_vec();
            request.extend([8, 0x30, 6, 0x80, 1, 0xAA, 0x81, 1, 0]);
            let response = response(&Keys::default(), *function, &request);
            assert_eq!(response.is_some(), has, "{}", function.name());
            if let Some(response) = response {
                assert!(response.contains(&127), "{}", function.name());
            }
        }
    }

    #[test]
    fn responses_are_those_of_the_module() {
        let of = |function, request: &str| {
            let request = hex::decode(request).unwrap();
            hex::encode(response(&Keys::default(), function, &request).unwrap())
        };
        assert_eq!(of(Es10::EnableProfile, "BF3100"), "bf310380017f");
        assert_eq!(of(Es10::ListNotification, "BF2800"), "bf280381017f");
        assert_eq!(
            of(Es10::PrepareDownload, "BF210830068001AA010100"),
            "bf2108a1068001aa02017f"
        );
    }

    #[test]
    fn commands_of_packages_have_results_of_their_own() {
        for (list, tag, expected) in [
            ("Psmo", 0xA3, "83017f"),
            ("Psmo", 0xBF2D, "bf2d0381017f"),
            ("Psmo", 0xA6, "02017f"),
            ("Psmo", 0xBF65, "bf650380017f"),
            ("Eco", 0xA8, "a80302017f"),
            ("Eco", 0xAB, "ab0381017f"),
            ("Eco", 0xA3, "02017f"),
        ] {
            let result = rsp::der::encode(&result(list, Tag::new(tag))).unwrap();
            assert_eq!(hex::encode(result), expected, "{list} {tag:X}");
        }
    }
}
