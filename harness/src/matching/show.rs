// SPDX-License-Identifier: MIT OR Apache-2.0
//! Values in explanations: as a case would write them, and not longer than a reader takes in.

use serde_json::Value;

/// A value as it would be written in a case.
#[must_use]
pub fn show(value: Option<&Value>) -> String {
    match value {
        None => "nothing".to_owned(),
        Some(Value::String(text)) if text.is_empty() => "''".to_owned(),
        Some(Value::String(text)) => clip(text),
        Some(Value::Array(items)) => {
            let items: Vec<String> = items.iter().map(|item| show(Some(item))).collect();
            clip(&format!("[{}]", items.join(", ")))
        }
        Some(Value::Object(members)) => {
            let members: Vec<String> = members
                .iter()
                .map(|(name, value)| format!("{name}: {}", show(Some(value))))
                .collect();
            clip(&format!("{{{}}}", members.join(", ")))
        }
        Some(other) => other.to_string(),
    }
}

const SHOWN: usize = 600;

fn clip(text: &str) -> String {
    if text.chars().count() <= SHOWN {
        return text.to_owned();
    }
    let start: String = text.chars().take(SHOWN).collect();
    format!("{start}… ({} characters)", text.chars().count())
}
