// SPDX-License-Identifier: MIT OR Apache-2.0
//! Orders in words: JSON with the identifiers of the ASN.1 modules, both ways.

use rsp::schema;
use rsp::sgp32::{Eco, EuiccPackage, Psmo};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::iut::{DownloadSource, IndirectDownload, Order};

/// The members of `IpaEuiccData` with their tags.
const TAGS: [(&str, &str); 11] = [
    ("notificationsList", "A0"),
    ("defaultSmdpAddress", "81"),
    ("euiccPackageResultList", "A2"),
    ("euiccInfo1", "BF20"),
    ("euiccInfo2", "BF22"),
    ("rootSmdsAddress", "83"),
    ("associationToken", "84"),
    ("eumCertificate", "A5"),
    ("euiccCertificate", "A6"),
    ("ipaCapabilities", "A8"),
    ("deviceInfo", "A9"),
];

/// What an order can be, for messages.
const KINDS: &str = "one of package, psmo, eco, data, trigger, download, newKey";

/// Reads the order that an object describes.
pub(super) fn order(object: &Map<String, Value>) -> Result<Order, String> {
    let kinds = [
        "package", "psmo", "eco", "data", "trigger", "download", "newKey",
    ];
    let mut given = kinds
        .iter()
        .filter_map(|kind| Some((*kind, object.get(*kind)?)));
    let (Some((kind, value)), None) = (given.next(), given.next()) else {
        return Err(format!("expected {KINDS}"));
    };
    let written = |name: &str, value: &Value| {
        schema::from_value(name, value).map_err(|error| format!("{kind}: {error}"))
    };
    Ok(match kind {
        "package" => Order::EuiccPackage(written("EuiccPackage", value)?),
        "psmo" => Order::EuiccPackage(written("EuiccPackage", &json!({ "psmoList": value }))?),
        "eco" => Order::EuiccPackage(written("EuiccPackage", &json!({ "ecoList": value }))?),
        "data" => Order::IpaEuiccDataRequest(written("IpaEuiccDataRequest", &tagged(value)?)?),
        "trigger" => {
            Order::ProfileDownloadTrigger(written("ProfileDownloadTriggerRequest", value)?)
        }
        "download" => download(value)?,
        _ => Order::NewKey,
    })
}

/// A data request whose `tags` are named instead of its `tagList` written.
fn tagged(value: &Value) -> Result<Value, String> {
    let mut request = value.clone();
    let Some(members) = request.as_object_mut() else {
        return Ok(request);
    };
    let Some(names) = members.remove("tags") else {
        return Ok(request);
    };
    let names = names.as_array().ok_or("data: expected a list of tags")?;
    let mut list = String::new();
    for name in names {
        let known = TAGS.iter().find(|(known, _)| Some(*known) == name.as_str());
        let (_, tag) = known.ok_or_else(|| {
            let all: Vec<_> = TAGS.iter().map(|(name, _)| *name).collect();
            format!("data: expected tags of {}, got {name}", all.join(", "))
        })?;
        list.push_str(tag);
    }
    members.insert("tagList".to_owned(), list.into());
    Ok(request)
}

/// What is refused of an eUICC package before it is signed (SGP.32 §2.11.1.1.3).
pub(super) fn objection(order: &Order) -> Option<String> {
    let Order::EuiccPackage(bytes) = order else {
        return None;
    };
    let package: EuiccPackage = rsp::der::decode(bytes).ok()?;
    let EuiccPackage::PsmoList(list) = &package else {
        let EuiccPackage::EcoList(list) = &package else {
            return None;
        };
        return empty::<Eco>(list);
    };
    let count = |kind: fn(&Psmo) -> bool| list.iter().filter(|psmo| kind(psmo)).count();
    if count(|psmo| matches!(psmo, Psmo::Enable(_))) > 1 {
        return Some("expected one enable in a package at most".to_owned());
    }
    if count(|psmo| matches!(psmo, Psmo::Disable(_))) > 1 {
        return Some("expected one disable in a package at most".to_owned());
    }
    empty(list)
}

fn empty<T>(list: &[T]) -> Option<String> {
    list.is_empty()
        .then(|| "expected an operation in the package".to_owned())
}

impl Order {
    /// The order in the words of the ASN.1 modules, as the order API takes it.
    #[must_use]
    pub fn to_value(&self) -> Value {
        let words = |name: &str, bytes: &[u8]| schema::decode_lenient(name, bytes).to_value();
        match self {
            Self::EuiccPackage(bytes) => json!({ "package": words("EuiccPackage", bytes) }),
            Self::IpaEuiccDataRequest(bytes) => {
                json!({ "data": words("IpaEuiccDataRequest", bytes) })
            }
            Self::ProfileDownloadTrigger(bytes) => {
                json!({ "trigger": words("ProfileDownloadTriggerRequest", bytes) })
            }
            Self::IndirectDownload(download) => json!({ "download": indirect(download) }),
            Self::NewKey => json!({ "newKey": {} }),
        }
    }
}

/// A download, as an operator asks for it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Download {
    activation_code: Option<String>,
    smdp: Option<String>,
    smds: Option<String>,
    #[serde(default)]
    indirect: bool,
    confirmation_code: Option<String>,
    tell_source: Option<bool>,
}

fn download(value: &Value) -> Result<Order, String> {
    let wanted: Download =
        serde_json::from_value(value.clone()).map_err(|error| format!("download: {error}"))?;
    let source = match (wanted.activation_code, wanted.smdp, wanted.smds) {
        (Some(code), None, None) => DownloadSource::ActivationCode(code),
        (None, Some(address), None) => DownloadSource::Smdp(address),
        (None, None, Some(address)) => DownloadSource::Smds(address),
        _ => return Err("download: expected one of activationCode, smdp, smds".to_owned()),
    };
    if wanted.indirect {
        return Ok(Order::IndirectDownload(IndirectDownload {
            source,
            confirmation_code: wanted.confirmation_code,
            tell_source: wanted.tell_source,
        }));
    }
    match source {
        DownloadSource::ActivationCode(code) => {
            Order::direct_download(&code).map_err(|error| error.to_string())
        }
        DownloadSource::Smdp(_) | DownloadSource::Smds(_) => Err(
            "download: expected \"indirect\": true beside an address (a trigger sends the IPA there by itself)"
                .to_owned(),
        ),
    }
}

fn indirect(download: &IndirectDownload) -> Value {
    let (name, text) = match &download.source {
        DownloadSource::ActivationCode(code) => ("activationCode", code),
        DownloadSource::Smdp(address) => ("smdp", address),
        DownloadSource::Smds(address) => ("smds", address),
    };
    let mut value = json!({ name: text, "indirect": true });
    if let (Some(code), Some(members)) = (&download.confirmation_code, value.as_object_mut()) {
        members.insert("confirmationCode".to_owned(), code.clone().into());
    }
    if let (Some(tell), Some(members)) = (download.tell_source, value.as_object_mut()) {
        members.insert("tellSource".to_owned(), tell.into());
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(value: Value) -> Result<Order, String> {
        order(value.as_object().unwrap())
    }

    #[test]
    fn an_order_is_given_back_as_it_was_given() {
        let iccid = "98001032547698103214";
        for given in [
            json!({ "package": { "psmoList": [{ "enable": { "iccid": iccid, "rollbackFlag": {} } }] } }),
            json!({ "package": { "ecoList": [{ "listEim": {} }] } }),
            json!({ "data": { "tagList": "bf22a5" } }),
            json!({ "trigger": { "profileDownloadData": { "contactDefaultSmdp": {} } } }),
            json!({ "download": { "activationCode": "1$smdp.example$M", "indirect": true, "confirmationCode": "1" } }),
            json!({ "newKey": {} }),
        ] {
            assert_eq!(read(given.clone()).unwrap().to_value(), given);
        }
    }

    #[test]
    fn every_tag_of_the_data_has_a_name() {
        let names: Vec<_> = TAGS.iter().map(|(name, _)| *name).collect();
        let order = read(json!({ "data": { "tags": names } })).unwrap();
        let whole = json!({ "data": { "tagList": "a081a2bf20bf228384a5a6a8a9" } });
        assert_eq!(order.to_value(), whole);
        let wrong = read(json!({ "data": { "tags": ["iccid"] } })).unwrap_err();
        assert!(wrong.contains("eumCertificate") && wrong.contains("\"iccid\""));
    }

    #[test]
    fn an_order_is_one_thing() {
        assert!(read(json!({})).is_err());
        assert!(read(json!({ "newKey": {}, "data": {} })).is_err());
        assert!(
            read(json!({ "psmo": [{ "enabel": {} }] }))
                .unwrap_err()
                .contains("enabel")
        );
    }

    #[test]
    fn packages_that_break_the_composition_rule_are_objected_to() {
        let enable = json!({ "enable": { "iccid": "98001032547698103214" } });
        let disable = json!({ "disable": { "iccid": "98001032547698103214" } });
        for (list, fine) in [
            (json!([]), false),
            (json!([enable, enable]), false),
            (json!([disable, disable]), false),
            (json!([disable, enable]), true),
        ] {
            let order = read(json!({ "psmo": list })).unwrap();
            assert_eq!(objection(&order).is_none(), fine, "{list}");
        }
    }
}
