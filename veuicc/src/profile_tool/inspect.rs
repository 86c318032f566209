// SPDX-License-Identifier: MIT OR Apache-2.0
//! From DER to what people read: annotated YAML, JSON, a tree of TLVs.

mod contents;
mod remarks;
mod yaml;

use std::fmt::Write as _;

use serde_json::Value;

use super::names;
use super::package::{Element, Package};
pub(super) use contents::{imsi as imsi_digits, service_numbers};
use remarks::Remarks;
use yaml::Writer;

/// The package as YAML that [`build`](super::build) makes the same bytes of, with comments.
#[must_use]
pub fn to_yaml(package: &Package) -> String {
    let mut writer = Writer::default();
    let mut remarks = Remarks::default();
    let total = package.elements().len();
    for element in package.elements() {
        if element.number() > 1 {
            writer.blank();
        }
        writer.comment(&title(element, total));
        for deviation in element.tree().deviations() {
            writer.comment(&format!("deviates: {deviation}"));
        }
        remarks.enter(element.name());
        writer.item(&element.to_value(), &mut remarks);
    }
    writer.finish()
}

/// `4/30 usim, identification 8, ADF.USIM template, 1205 bytes at offset 2612`
fn title(element: &Element, total: usize) -> String {
    let mut title = format!("{}/{total} {}", element.number(), element.name());
    if let Some(identification) = element.identification() {
        let _ = write!(title, ", identification {identification}");
    }
    if let Some(template) = element.template() {
        let name = names::template(&template).unwrap_or("unknown");
        let _ = write!(title, ", template {name}");
    }
    let size = element.tree().raw().len();
    let _ = write!(title, ", {size} bytes at offset {}", element.offset());
    title
}

/// The package as a JSON array of its elements.
#[must_use]
pub fn to_json(package: &Package) -> Value {
    package.elements().iter().map(Element::to_value).collect()
}

/// The package as a tree of TLVs with names, offsets and lengths.
#[must_use]
pub fn to_tree(package: &Package) -> String {
    let total = package.elements().len();
    let mut text = String::new();
    for element in package.elements() {
        let _ = writeln!(text, "# {}", title(element, total));
        text += &rsp::schema::print("ProfileElement", element.tree().raw());
    }
    text
}
