// SPDX-License-Identifier: MIT OR Apache-2.0
//! Comments: what a value means, where hexadecimal does not say it.
//!
//! Values come in the order of the package, so a content is explained by the file that was named
//! last.

use std::collections::HashMap;

use serde_json::Value;

use super::super::names;
use super::contents;

/// What has been seen so far.
#[derive(Debug, Default)]
pub(super) struct Remarks {
    /// Members that lead to the current place.
    path: Vec<String>,
    /// The file whose content comes: the member of a template, or an identifier.
    file: Option<String>,
    /// The element it is in.
    element: String,
    /// What the directories are called that the package has named so far, by their identifiers.
    directories: HashMap<String, String>,
}

impl Remarks {
    /// A new element begins.
    pub(super) fn enter(&mut self, element: &str) {
        self.path.clear();
        self.file = None;
        element.clone_into(&mut self.element);
    }

    /// A member begins; the remark on it.
    pub(super) fn begin(&mut self, key: &str, value: &Value) -> Option<String> {
        let remark = self.remark(key, value);
        self.path.push(key.to_owned());
        remark
    }

    /// The member ends.
    pub(super) fn end(&mut self, _key: &str) {
        self.path.pop();
    }

    /// The remark on an element of a list.
    pub(super) fn element(&self, value: &Value) -> Option<String> {
        match self.path.last().map(String::as_str) {
            Some("eUICC-Mandatory-GFSTEList") => {
                names::template(value.as_str()?).map(str::to_owned)
            }
            _ => None,
        }
    }

    fn remark(&mut self, key: &str, value: &Value) -> Option<String> {
        if value.is_array() && is_file(key) {
            self.file = Some(key.to_owned());
            let title = file_title(&self.element, key, value);
            if let Some((name, fid)) = title.split_once(' ')
                && !key.starts_with("ef-")
            {
                let fid = fid.to_ascii_lowercase();
                self.directories.insert(fid, name.to_owned());
            }
            return Some(title);
        }
        if key == "createFCP" {
            self.file = value
                .get("fileID")
                .and_then(Value::as_str)
                .map(str::to_owned);
            return None;
        }
        if value.get("raw").is_some() {
            return Some("not as DER writes it".to_owned());
        }
        if let Some(number) = value.as_i64() {
            return number_remark(key, number);
        }
        let text = value.as_str()?;
        if key == "iccid" {
            return Some(format!("ICCID {}", text.trim_end_matches('f')));
        }
        if key == "templateID" {
            return names::template(text).map(str::to_owned);
        }
        let bytes = hex::decode(text).ok()?;
        match key {
            "fileDescriptor" => Some(structure(&bytes)),
            "securityAttributesReferenced" => access(&bytes),
            "efFileSize" | "maximumFileSize" => Some(format!("{} bytes", size(&bytes)?)),
            "shortEFID" => Some(match bytes.first() {
                Some(sfi) => format!("SFI {:02X}", sfi >> 3),
                None => "no SFI".to_owned(),
            }),
            "pinStatusTemplateDO" => {
                let keys: Vec<_> = bytes.iter().map(|key| names::key(*key)).collect();
                Some(keys.join(", "))
            }
            "filePath" | "linkPath" => {
                if key == "filePath" {
                    self.file = None;
                }
                Some(self.path_of(&bytes))
            }
            "dfName" | "adfAID" | "instanceAID" | "aid" => {
                names::application(text).map(str::to_owned)
            }
            "pinValue" | "pukValue" => Some(digits(&bytes)),
            "keyType" => key_type(&bytes).map(str::to_owned),
            "fillFileContent" => contents::remark(self.file.as_deref()?, &bytes),
            _ => None,
        }
    }
}

impl Remarks {
    /// `DF.TELECOM/DF.PHONEBOOK/4F3A`: names of what is known, identifiers of the rest.
    fn path_of(&self, bytes: &[u8]) -> String {
        if bytes.is_empty() {
            return "MF".to_owned();
        }
        let parts: Vec<_> = bytes
            .chunks(2)
            .map(|fid| {
                let fid = hex::encode(fid);
                let own = self.directories.get(&fid).map(String::as_str);
                let name = own.or_else(|| names::directory(&fid));
                name.map_or_else(|| fid.to_ascii_uppercase(), str::to_owned)
            })
            .collect();
        parts.join("/")
    }
}

/// Whether a member is a file of a template.
fn is_file(key: &str) -> bool {
    key == "mf"
        || ["ef-", "df-", "adf-"]
            .iter()
            .any(|start| key.starts_with(start))
}

/// `EF.IMSI 6F07`
fn file_title(element: &str, key: &str, items: &Value) -> String {
    let name = key.to_ascii_uppercase().replacen('-', ".", 1);
    let first = items.get(0);
    if first.is_some_and(|item| item.get("doNotCreate").is_some()) {
        return format!("{name}, not created");
    }
    let fid = first
        .and_then(|item| item.get("fileDescriptor")?.get("fileID")?.as_str())
        .map(str::to_ascii_uppercase)
        .or_else(|| Some(format!("{:04X}", names::identifier(element, key)?)));
    match fid {
        Some(fid) => format!("{name} {fid}"),
        None => name,
    }
}

fn number_remark(key: &str, value: i64) -> Option<String> {
    match key {
        // both halves count attempts: allowed, and left
        "maxNumOfAttemps-retryNumLeft" => Some(format!(
            "{} of {} attempts left",
            value & 0x0F,
            value >> 4 & 0x0F
        )),
        "pinAttributes" => {
            let bit = |mask: i64, yes: &'static str, no: &'static str| {
                if value & mask == 0 { no } else { yes }
            };
            let state = bit(1, "enabled", "disabled");
            let change = bit(2, "can be changed", "cannot be changed");
            let off = bit(4, "can be disabled", "cannot be disabled");
            Some(format!("{state}, {change}, {off}"))
        }
        _ => None,
    }
}

/// File descriptor of TS 102 222 §6.3.2.2.2: structure and record length.
fn structure(descriptor: &[u8]) -> String {
    let Some((&kind, rest)) = descriptor.split_first() else {
        return "empty".to_owned();
    };
    let shape = match kind & 0x3F {
        0x38 => "DF",
        0x39 => "BER-TLV",
        low => match low & 0x07 {
            1 => "transparent",
            2 => "linear fixed",
            6 => "cyclic",
            _ => "unknown structure",
        },
    };
    let shared = if kind & 0x40 == 0 {
        "not shareable "
    } else {
        ""
    };
    match rest.get(1..).and_then(size).filter(|length| *length > 0) {
        Some(length) => format!("{shared}{shape}, records of {length} bytes"),
        None => format!("{shared}{shape}"),
    }
}

/// Reference to EF.ARR: file and record (TS 102 221 §9.2.7).
fn access(reference: &[u8]) -> Option<String> {
    match reference {
        [record] => Some(format!("EF.ARR record {record}")),
        [high, low, record] => Some(format!("EF.ARR {high:02X}{low:02X} record {record}")),
        _ => None,
    }
}

/// A big-endian size.
fn size(bytes: &[u8]) -> Option<u64> {
    if bytes.is_empty() || bytes.len() > 4 {
        return None;
    }
    Some(
        bytes
            .iter()
            .fold(0, |sum, byte| sum << 8 | u64::from(*byte)),
    )
}

/// PIN and PUK values are digits padded with FF.
fn digits(bytes: &[u8]) -> String {
    let text: Vec<u8> = bytes
        .iter()
        .copied()
        .take_while(|byte| *byte != 0xFF)
        .collect();
    format!("\"{}\"", String::from_utf8_lossy(&text))
}

/// Key types of GlobalPlatform Card Specification §11.1.8.
fn key_type(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0x80] => Some("DES"),
        [0x82] => Some("3DES in CBC mode"),
        [0x85] => Some("TLS PSK"),
        [0x88] => Some("AES"),
        [0xB0] => Some("ECC public key"),
        [0xB1] => Some("ECC private key"),
        [0xF0] => Some("ECC key parameters reference"),
        _ => None,
    }
}
