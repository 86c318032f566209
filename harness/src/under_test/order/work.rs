// SPDX-License-Identifier: MIT OR Apache-2.0
//! What an order is called in templates, and which template can say all of it.
//!
//! Trap: an eIM must not be judged by what its template left out, so a template that says less than
//! the order is none.

use std::collections::BTreeMap;

use rsp::id::Iccid;
use rsp::schema;
use serde_json::Value;

use super::OrderError;
use crate::iut::{DownloadSource, Order};
use crate::under_test::description::HttpOrder;
use crate::under_test::substitute::names_in;

/// Something with names that the order replaces.
pub(super) trait Template {
    /// The texts in which they stand.
    fn texts(&self) -> Vec<&str>;

    /// Whether one of the names is used.
    fn uses(&self, names: &[&str]) -> bool {
        let mut used = self.texts().into_iter().flat_map(names_in);
        used.any(|name| names.contains(&name))
    }
}

impl Template for HttpOrder {
    fn texts(&self) -> Vec<&str> {
        let headers = self.headers.values().map(String::as_str);
        let own = [self.url.as_str()].into_iter();
        own.chain(self.body.as_deref()).chain(headers).collect()
    }
}

impl Template for Vec<String> {
    fn texts(&self) -> Vec<&str> {
        self.iter().map(String::as_str).collect()
    }
}

/// What says an order whole.
const WHOLE: [&str; 2] = ["value", "der"];

/// One order in the words of a template.
pub(super) struct Work {
    /// The keys of `place`, the first that is there counts.
    keys: Vec<String>,
    kind: &'static str,
    pub(super) names: Vec<(&'static str, String)>,
    /// Groups of names; a template has to use one of each.
    wanted: Vec<&'static [&'static str]>,
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
            keys.extend(keys_of(kind, operation, about));
            names.push(("operation", operation.to_owned()));
            names.push(("arguments", about.to_string()));
            names.extend(iccid(about));
        }
        keys.extend([kind.to_owned(), "any".to_owned()]);
        Ok(Self {
            keys,
            kind,
            names,
            wanted: wanted(order),
        })
    }

    /// The first template that can say all of the order.
    pub(super) fn template<'a, T: Template>(
        &self,
        place: &'a BTreeMap<String, T>,
    ) -> Result<(&'a str, &'a T), OrderError> {
        let found = self.keys.iter().find_map(|key| {
            let found = place.get_key_value(key.as_str());
            found.filter(|(key, template)| self.says_all(key, *template))
        });
        found
            .map(|(key, template)| (key.as_str(), template))
            .ok_or_else(|| OrderError::NoTemplate {
                kind: self.kind,
                expected: self.keys.iter().map(|key| format!("place.{key}")).collect(),
            })
    }
}

impl Work {
    fn says_all(&self, key: &str, template: &impl Template) -> bool {
        if template.uses(&WHOLE) {
            return true;
        }
        // one of a single operation may say it in the words of the product
        match key.split_once('.') {
            Some((_, operation)) => self.says_operation(operation, template),
            None => self.wanted.iter().all(|names| template.uses(names)),
        }
    }

    /// The members beside the ICCID are in the key, or the template has them all.
    fn says_operation(&self, operation: &str, template: &impl Template) -> bool {
        let whole = self.keys.first().and_then(|key| key.split_once('.'));
        template.uses(&["arguments"]) || whole.is_some_and(|(_, named)| named == operation)
    }
}

/// What a template of this order has to use, where it does not say it whole.
fn wanted(order: &Order) -> Vec<&'static [&'static str]> {
    let Order::IndirectDownload(download) = order else {
        return match order {
            Order::NewKey => Vec::new(),
            _ => vec![&WHOLE],
        };
    };
    let mut wanted: Vec<&[&str]> = match &download.source {
        DownloadSource::ActivationCode(_) => vec![&["activation_code", "matching_id"]],
        DownloadSource::Smdp(_) => vec![&["smdp"]],
        DownloadSource::Smds(_) => vec![&["smds"]],
    };
    if download.confirmation_code.is_some() {
        wanted.push(&["confirmation_code"]);
    }
    wanted
}

/// The keys of a single operation: `psmo.enable+rollbackFlag`, `psmo.enable`.
fn keys_of(kind: &str, operation: &str, about: &Value) -> Vec<String> {
    let members = about.as_object().into_iter().flatten();
    let further: String = members
        .filter(|(member, _)| *member != "iccid")
        .map(|(member, _)| format!("+{member}"))
        .collect();
    let plain = format!("{kind}.{operation}");
    let whole = (!further.is_empty()).then(|| format!("{plain}{further}"));
    whole.into_iter().chain([plain]).collect()
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
