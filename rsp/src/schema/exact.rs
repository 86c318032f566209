// SPDX-License-Identifier: MIT OR Apache-2.0
//! From a [`Tree`] to a value that gives the same bytes back.

use serde_json::{Map, Value};

use super::encode;
use super::tree::{Role, Tree};
use super::types::{Kind, Need, Slot};
use super::value::raw;

impl Tree {
    /// The message as a value from which [`from_value`](super::from_value) writes these very bytes.
    ///
    /// It is [`Tree::to_value`], with `{"raw": "…"}` for the innermost TLV that DER would write in
    /// another way: a DEFAULT that is spelled out, a length that is too long, members out of order.
    #[must_use]
    pub fn to_exact_value(&self) -> Value {
        match self.ty {
            Some(ty) => self.exact(ty.slot(), Need::Must),
            None => raw(self.raw()),
        }
    }

    /// The value of this node in that place.
    fn exact(&self, slot: Slot, need: Need) -> Value {
        let value = self.exact_contents();
        let mut written = Vec::new();
        let same = encode::place(&mut written, slot, need, &value).is_ok() && written == self.raw();
        if same { value } else { raw(self.raw()) }
    }

    fn exact_contents(&self) -> Value {
        let Some(ty) = self.ty else {
            return raw(self.raw());
        };
        match ty.kind() {
            Kind::Sequence(members) | Kind::Set(members) | Kind::Choice(members) => {
                let mut map = Map::new();
                let mut unknown = Vec::new();
                for child in &self.children {
                    let member = match child.role {
                        Role::Member(position) => members.get(position),
                        Role::Root | Role::Element | Role::Unknown | Role::Rubbish => None,
                    };
                    match member.filter(|member| !map.contains_key(member.name())) {
                        Some(member) => {
                            let value = child.exact(member.slot(), member.need());
                            map.insert(member.name().to_owned(), value);
                        }
                        None => unknown.push(Value::from(hex::encode(child.raw()))),
                    }
                }
                if !unknown.is_empty() {
                    map.insert("unknown".to_owned(), unknown.into());
                }
                map.into()
            }
            Kind::SequenceOf(tag, element) | Kind::SetOf(tag, element) => self
                .children
                .iter()
                .map(|child| child.exact(Slot::element(tag, element), Need::Must))
                .collect(),
            _ => self.to_value(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{decode, decode_lenient, from_value};
    use serde_json::json;

    fn there_and_back(type_name: &str, spaced: &str) -> serde_json::Value {
        let bytes = hex::decode(spaced.replace(' ', "")).unwrap();
        let value = decode_lenient(type_name, &bytes).to_exact_value();
        assert_eq!(from_value(type_name, &value).unwrap(), bytes, "{value}");
        value
    }

    #[test]
    fn what_der_writes_needs_no_raw_member() {
        let value = there_and_back("Fcp", "3010 82024121 83026f07 8b03010203 800109");
        let expected = json!({
            "fileDescriptor": "4121", "fileID": "6f07",
            "securityAttributesReferenced": "010203", "efFileSize": "09",
        });
        assert_eq!(value, expected);
    }

    #[test]
    fn a_default_that_is_spelled_out_stays() {
        let value = there_and_back("Fcp", "3007 83026f07 8a0105");
        assert_eq!(value, json!({"fileID": "6f07", "lcsi": {"raw": "8a0105"}}));
    }

    #[test]
    fn only_the_innermost_place_that_needs_it_is_raw() {
        // the length of identification takes two octets
        let value = there_and_back("ProfileElement", "aa06 a004 81810108");
        let expected = json!({"end": {"end-header": {"identification": {"raw": "81810108"}}}});
        assert_eq!(value, expected);
    }

    #[test]
    fn what_the_module_does_not_know_or_order_stays() {
        there_and_back("Fcp", "3007 800109 83026f07");
        there_and_back("Fcp", "300a 83026f07 9f7f00 800109");
        there_and_back("ProfileElement", "bf7f03 800101");
        assert!(decode("ProfileElement", &[0xBF, 0x7F, 0]).is_err());
    }
}
