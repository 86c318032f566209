// SPDX-License-Identifier: MIT OR Apache-2.0
//! Answers that the case makes or changes.

use serde_json::json;

use super::state::State;
use crate::case::{Exchange, Interface, Node, Signer};
use crate::message::{self, Direction, Message};
use crate::mutate::{self, MakeError};
use crate::tape::Index;

impl State {
    pub(super) fn scripted(
        &self,
        interface: Interface,
        exchange: &Exchange,
    ) -> Result<Vec<u8>, MakeError> {
        let node = exchange
            .response
            .as_ref()
            .ok_or_else(|| MakeError::NoMessage("nothing".to_owned()))?;
        let signer = exchange.sign.map(|signer| match signer {
            Signer::Eim1 => "eim1.test.example",
            Signer::Eim2 => "eim2.test.example",
        });
        let Some(signer) = signer else {
            return mutate::build(interface, Direction::Response, node, &self.bindings);
        };
        let eim = self
            .keys
            .eims
            .iter()
            .find(|eim| eim.eim_id == signer)
            .ok_or(MakeError::NoKey("this eIM"))?;
        let node = with_signature(node);
        let raw = mutate::build(interface, Direction::Response, &node, &self.bindings)?;
        let type_name = self.type_name(interface, &raw)?;
        mutate::sign_package(type_name, &raw, eim)
    }

    /// The answer with the changes that the case makes to it.
    pub(super) fn changed(
        &self,
        interface: Interface,
        exchange: &Exchange,
        answer: Vec<u8>,
    ) -> Result<Vec<u8>, MakeError> {
        if exchange.mutate.is_empty() {
            return Ok(answer);
        }
        let type_name = self.type_name(interface, &answer)?;
        let mut raw = answer;
        for (path, node) in &exchange.mutate {
            let value = mutate::value_of(node, &self.bindings)?;
            raw = mutate::set(type_name, &raw, path, value.as_ref())?;
        }
        match exchange.resign {
            None => Ok(raw),
            Some(what) => {
                let signature1 = self.signature1.as_deref();
                mutate::resign(type_name, &raw, what, &self.keys, signature1)
            }
        }
    }

    pub(super) fn type_name(
        &self,
        interface: Interface,
        raw: &[u8],
    ) -> Result<&'static str, MakeError> {
        let message = Message::decode(interface, Direction::Response, raw);
        message::type_of(interface, Direction::Response, &message.name)
            .ok_or(MakeError::NoMessage(message.name))
    }

    /// What a scripted eIM says outside the listed exchanges: that it has no work.
    pub(super) fn idle(&self, index: Index) -> Vec<u8> {
        let request = self
            .tape
            .get(index)
            .map(|entry| entry.request.name.as_str());
        let (name, value) = match request {
            Some("getEimPackageRequest") => (
                "getEimPackageResponse",
                json!({ "eimPackageError": "noEimPackageAvailable" }),
            ),
            Some("provideEimPackageResult") => (
                "provideEimPackageResultResponse",
                json!({ "emptyResponse": {} }),
            ),
            _ => return Vec::new(),
        };
        message::encode(Interface::Esipa, Direction::Response, name, &value).unwrap_or_default()
    }
}

/// A package that is going to be signed has a place for the signature.
fn with_signature(node: &Node) -> Node {
    let Node::Map(members) = node else {
        return node.clone();
    };
    let mut members: Vec<(String, Node)> = members
        .iter()
        .map(|(name, node)| (name.clone(), with_signature(node)))
        .collect();
    let has = |name: &str| members.iter().any(|(found, _)| found == name);
    if has("euiccPackageSigned") && !has("eimSignature") {
        members.push(("eimSignature".to_owned(), Node::Text(String::new())));
    }
    Node::Map(members)
}
