// SPDX-License-Identifier: MIT OR Apache-2.0
//! Every rule can fail, and holds for a peer that does right.

mod eim;
mod forms;
mod ipa;

use std::collections::{BTreeMap, BTreeSet};

use rsp::ecdsa::{Curve, PrivateKey};
use serde_json::{Value, json};

use super::*;
use crate::message::encode;

const EID: &str = "89049032123451234512345678901235";
const OTHER_EID: &str = "89049032123451234512345678909999";
const EIM: &str = "eim1.test.example";
/// Contents of a signature; who made it does not matter.
const SIGNATURE: &str = "11223344556677881122334455667788112233445566778811223344556677881122334455667788112233445566778811223344556677881122334455667788";

/// A watch, with the request of the exchange that is going on.
struct Bench {
    watch: Watch,
    request: Option<Message>,
}

fn key() -> PrivateKey {
    PrivateKey::from_scalar(Curve::NistP256, &[7; 32]).unwrap()
}

impl Bench {
    fn new(iut: RoleName) -> Self {
        let mut watch = Watch::new(iut, None);
        let eim = KnownEim {
            key: key().public_key().clone(),
            counter_value: 4,
            association_token: Some(200),
        };
        watch.knowing(Known {
            dialect: None,
            eids: vec![EID.to_owned()],
            eims: BTreeMap::from([(EIM.to_owned(), eim)]),
        });
        Self {
            watch,
            request: None,
        }
    }

    /// Says a message; gives the name of the rule that it breaks.
    fn says(
        &mut self,
        speaker: RoleName,
        interface: Interface,
        direction: Direction,
        raw: &[u8],
    ) -> Option<&'static str> {
        let message = Message::decode(interface, direction, raw);
        if direction == Direction::Request {
            self.request = Some(message.clone());
        }
        let request = self.request.clone().unwrap_or_else(|| message.clone());
        let breach = self.watch.look(&Said {
            interface,
            direction,
            speaker: Some(speaker),
            message: &message,
            request: &request,
        });
        breach.map(|breach| {
            assert!(!breach.actual.is_empty());
            breach.rule.text
        })
    }

    /// A request from the IPA, in names and values.
    fn asks(&mut self, interface: Interface, name: &str, value: &Value) -> Option<&'static str> {
        let raw = encode(interface, Direction::Request, name, value).unwrap();
        let speaker = match (interface, self.watch.iut) {
            (Interface::Es9Plus, iut) => iut,
            _ => RoleName::Ipa,
        };
        self.says(speaker, interface, Direction::Request, &raw)
    }

    /// The answer to it.
    fn answers(&mut self, interface: Interface, name: &str, value: &Value) -> Option<&'static str> {
        let raw = encode(interface, Direction::Response, name, value).unwrap();
        let speaker = match interface {
            Interface::Esipa => RoleName::Eim,
            Interface::Es10b => RoleName::Euicc,
            Interface::Es9Plus => RoleName::Smdp,
            Interface::Es11 => RoleName::Smds,
        };
        self.says(speaker, interface, Direction::Response, &raw)
    }

    fn polls(&mut self) -> Option<&'static str> {
        self.asks(
            Interface::Esipa,
            "getEimPackageRequest",
            &json!({ "eidValue": EID }),
        )
    }
}

#[test]
fn every_rule_has_a_name_of_its_own_a_clause_and_a_sentence() {
    for (index, rule) in RULES.iter().enumerate() {
        assert!(rule.clause.contains('§'), "{rule}");
        assert!(rule.sentence.len() > 20, "{rule}");
        assert_eq!(rule.name.row(), rule);
        let same = RULES.iter().filter(|other| other.text == rule.text);
        assert_eq!(same.count(), 1, "{index}");
    }
}

/// A message for each rule that breaks it: a new rule needs one.
#[test]
fn every_rule_can_be_broken() {
    let broken = [eim::broken(), forms::broken(), ipa::broken()].concat();
    assert!(!broken.contains(&None), "holds every rule: {broken:?}");
    let broken: BTreeSet<_> = broken.into_iter().flatten().collect();
    let rules: BTreeSet<_> = RULES.iter().map(|rule| rule.text).collect();
    assert_eq!(broken, rules);
}
