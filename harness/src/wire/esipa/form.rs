// SPDX-License-Identifier: MIT OR Apache-2.0
//! Whether a JSON body is written as the binding has it (SGP.32 §6.4): a reader takes more than a
//! writer may write.

use rsp::json::esipa::request_to_json;
use serde_json::Value;

/// What of a request is written in another form than that of the binding. Members that the
/// binding does not have are nobody's business.
pub(super) fn deviation(body: &[u8], message: &[u8]) -> Option<String> {
    let (_, canonical) = request_to_json(message).ok()?;
    let canonical: Value = serde_json::from_slice(&canonical).ok()?;
    let seen: Value = serde_json::from_slice(body).ok()?;
    different("", &canonical, &seen)
}

fn different(path: &str, wanted: &Value, seen: &Value) -> Option<String> {
    match (wanted, seen) {
        (Value::Object(wanted), Value::Object(seen)) => wanted.iter().find_map(|(name, value)| {
            let path = format!("{path}/{name}");
            different(&path, value, seen.get(name)?)
        }),
        (Value::Array(wanted), Value::Array(seen)) if wanted.len() == seen.len() => wanted
            .iter()
            .zip(seen)
            .find_map(|(wanted, seen)| different(path, wanted, seen)),
        (wanted, seen) if wanted == seen => None,
        (wanted, seen) => Some(format!("{path}: expected {wanted}, got {seen}")),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_the_form_of_known_members_counts() {
        let wanted = json!({"transactionId": "0A", "list": [{"a": 1}]});
        let differs = |seen| different("", &wanted, &seen);
        assert_eq!(
            differs(json!({"transactionId": "0A", "list": [{"a": 1}], "x": 1})),
            None
        );
        let words = differs(json!({"transactionId": "0a", "list": []}));
        assert!(words.is_some());
        assert_eq!(
            differs(json!({"transactionId": "0a"})).as_deref(),
            Some("/transactionId: expected \"0A\", got \"0a\"")
        );
    }
}
