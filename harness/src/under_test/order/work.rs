// SPDX-License-Identifier: MIT OR Apache-2.0
//! What an order is called in templates.

use std::collections::BTreeMap;

use rsp::id::Iccid;
use rsp::schema;
use serde_json::Value;

use super::OrderError;
use crate::iut::{DownloadSource, Order};

/// One order in the words of a template.
pub(super) struct Work {
    /// The keys of `place`, the first that is there counts.
    keys: Vec<String>,
    kind: &'static str,
    pub(super) names: Vec<(&'static str, String)>,
}

impl Work {
    pub(super) fn new(eid: [u8; 16], order: &Order) -> Result<Self, OrderError> {
        let whole = order.to_value();
        let part = |path: &str| whole.pointer(path).cloned().unwrap_or_default();
        let (kind, value, der) = match order {
            Order::EuiccPackage(_) => {
                let (kind, value) = package(&part("/package"))?;
                (
                    kind,
                    value.clone(),
                    Some(encoded("EuiccPackage", &part("/package"))?),
                )
            }
            Order::IpaEuiccDataRequest(der) => ("data", part("/data"), Some(der.clone())),
            Order::ProfileDownloadTrigger(der) => ("trigger", part("/trigger"), Some(der.clone())),
            Order::IndirectDownload(_) => ("indirect", part("/download"), None),
            Order::NewKey => ("new-key", part("/newKey"), None),
        };
        let mut names = vec![
            ("eid", hex::encode(eid)),
            ("order", kind.to_owned()),
            ("value", value.to_string()),
        ];
        names.extend(der.map(|der| ("der", hex::encode(der))));
        names.extend(of_download(order));
        let mut keys = Vec::new();
        if let Some((operation, about)) = single(kind, &value) {
            keys.push(format!("{kind}.{operation}"));
            names.push(("operation", operation.to_owned()));
            names.extend(iccid(about));
        }
        keys.extend([kind.to_owned(), "any".to_owned()]);
        Ok(Self { keys, kind, names })
    }

    pub(super) fn template<'a, T>(
        &self,
        place: &'a BTreeMap<String, T>,
    ) -> Result<(&'a str, &'a T), OrderError> {
        let found = self.keys.iter().find_map(|key| place.get_key_value(key));
        found
            .map(|(key, template)| (key.as_str(), template))
            .ok_or_else(|| OrderError::NoTemplate {
                kind: self.kind,
                expected: self.keys.iter().map(|key| format!("place.{key}")).collect(),
            })
    }
}

/// Kind and list of an eUICC package.
fn package(package: &Value) -> Result<(&'static str, Value), OrderError> {
    let lists = [("psmo", "psmoList"), ("eco", "ecoList")];
    let mut found = lists
        .iter()
        .filter_map(|(kind, member)| Some((*kind, package.get(member)?)));
    let (kind, list) = found.next().ok_or_else(|| {
        OrderError::Order(format!("expected a psmoList or an ecoList, got {package}"))
    })?;
    Ok((kind, list.clone()))
}

fn encoded(type_name: &str, value: &Value) -> Result<Vec<u8>, OrderError> {
    schema::from_value(type_name, value).map_err(|error| OrderError::Order(error.to_string()))
}

/// The operation of a list that has one.
fn single<'a>(kind: &str, value: &'a Value) -> Option<(&'a str, &'a Value)> {
    let list = value
        .as_array()
        .filter(|_| kind == "psmo" || kind == "eco")?;
    let (first, []) = list.split_first()? else {
        return None;
    };
    let (name, about) = first.as_object()?.iter().next()?;
    Some((name, about))
}

/// The ICCID that an operation is about: as on the card, and in digits.
fn iccid(operation: &Value) -> Vec<(&'static str, String)> {
    let Some(iccid) = operation.get("iccid").and_then(Value::as_str) else {
        return Vec::new();
    };
    let digits = hex::decode(iccid)
        .ok()
        .and_then(|octets| Iccid::from_bytes(&octets).ok());
    let digits = digits.map(|iccid| ("iccid_digits", iccid.to_string()));
    [("iccid", iccid.to_owned())]
        .into_iter()
        .chain(digits)
        .collect()
}

/// Where a profile is, in parts.
fn of_download(order: &Order) -> Vec<(&'static str, String)> {
    let Order::IndirectDownload(download) = order else {
        return Vec::new();
    };
    let mut names = match &download.source {
        DownloadSource::ActivationCode(code) => {
            let mut parts = code.split('$').skip(1);
            let mut part = || parts.next().unwrap_or_default().to_owned();
            let (address, matching_id) = (part(), part());
            vec![
                ("activation_code", code.clone()),
                ("smdp", address),
                ("matching_id", matching_id),
            ]
        }
        DownloadSource::Smdp(address) => vec![("smdp", address.clone())],
        DownloadSource::Smds(address) => vec![("smds", address.clone())],
    };
    names.extend(
        download
            .confirmation_code
            .clone()
            .map(|code| ("confirmation_code", code)),
    );
    names
}
