// SPDX-License-Identifier: MIT OR Apache-2.0
//! The JSON schemas that editors complete and check with.

use schemars::JsonSchema;
use serde_json::{Map, Value, json};

/// Where a schema has schemas in it, by name.
const NAMED: [&str; 2] = ["properties", "$defs"];
/// Where it has a list of them.
const LISTED: [&str; 3] = ["anyOf", "oneOf", "allOf"];
/// Where it has one.
const SINGLE: [&str; 2] = ["items", "additionalProperties"];

/// The schema of `T` as text. Wherever a number or one of several names is asked for, `${key}` is
/// right too: editors see the file before its rows are put in.
pub(super) fn of<T: JsonSchema>() -> String {
    let mut schema = schemars::schema_for!(T).to_value();
    loosen(&mut schema);
    let mut text = serde_json::to_string_pretty(&schema).unwrap_or_default();
    text.push('\n');
    text
}

fn loosen(schema: &mut Value) {
    let Some(members) = schema.as_object_mut() else {
        return;
    };
    // with a placeholder, several arms may fit
    if let Some(arms) = members.remove("oneOf") {
        members.insert("anyOf".to_owned(), arms);
    }
    for name in NAMED {
        if let Some(inner) = members.get_mut(name).and_then(Value::as_object_mut) {
            inner.values_mut().for_each(loosen);
        }
    }
    for name in LISTED {
        if let Some(inner) = members.get_mut(name).and_then(Value::as_array_mut) {
            inner.iter_mut().for_each(loosen);
        }
    }
    for name in SINGLE {
        if let Some(inner) = members.get_mut(name) {
            loosen(inner);
        }
    }
    if is_narrow(members) {
        let placeholder = json!({ "type": "string", "pattern": r"\$\{[A-Za-z0-9_-]+\}" });
        let description = members.remove("description");
        let narrow = Value::Object(std::mem::take(members));
        if let Some(description) = description {
            members.insert("description".to_owned(), description);
        }
        members.insert("anyOf".to_owned(), json!([narrow, placeholder]));
    }
}

/// Whether a text with a placeholder would not fit.
fn is_narrow(members: &Map<String, Value>) -> bool {
    let types = members.get("type").map_or(Vec::new(), |types| match types {
        Value::Array(types) => types.iter().filter_map(Value::as_str).collect(),
        Value::String(one) => vec![one.as_str()],
        _ => Vec::new(),
    });
    let picky = ["enum", "const", "pattern"];
    let number = ["integer", "number", "boolean"];
    picky.iter().any(|key| members.contains_key(*key))
        || types.iter().any(|one| number.contains(one)) && !types.contains(&"string")
}
