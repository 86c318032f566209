// SPDX-License-Identifier: MIT OR Apache-2.0
//! Who calls: the operator that has the client certificate and the functionRequesterIdentifier
//! (SGP.22 §6.1, §6.5.1.3), and what belongs to it.

use rsp::asn1::ObjectIdentifier;
use rsp::json::CallHeader;
use sha2::{Digest as _, Sha256};

use super::UnknownClient;
use crate::SmDp;
use crate::config::{Config, OperatorConfig};
use crate::http::Client;
use crate::order::Order;

/// Who calls; without an operator, somebody who may do everything.
#[derive(Debug, Clone)]
pub(super) struct Caller(Option<OperatorConfig>);

impl Caller {
    /// The operator of this name.
    pub(super) fn named(name: Option<&str>, config: &Config) -> Self {
        let named = |operator: &&OperatorConfig| Some(operator.name.as_str()) == name;
        Self(config.operators.iter().find(named).cloned())
    }

    pub(super) fn name(&self) -> Option<&str> {
        self.0.as_ref().map(|operator| operator.name.as_str())
    }

    /// Whether it may order profiles of a type.
    pub(super) fn may_order(&self, profile_type: &str) -> bool {
        let types = self.0.as_ref().map(|operator| &operator.profile_types);
        match types {
            Some(Some(types)) => types.iter().any(|name| name == profile_type),
            Some(None) | None => true,
        }
    }

    /// Whether an order is its own. An order of the configuration that names nobody is everybody's.
    pub(super) fn owns(&self, order: &Order) -> bool {
        match (self.name(), &order.operator) {
            (Some(name), Some(owner)) => name == owner,
            (Some(_), None) => order
                .profile_type
                .as_ref()
                .is_none_or(|profile_type| self.may_order(profile_type)),
            (None, _) => true,
        }
    }
}

impl SmDp {
    /// Who calls; nothing for the holder of an operator's certificate who calls in another name.
    pub(super) fn caller(
        &self,
        client: Option<&Client>,
        header: &CallHeader,
    ) -> Result<Option<Caller>, UnknownClient> {
        let operators = &self.config.operators;
        if operators.is_empty() {
            return Ok(Some(Caller(None)));
        }
        let mut known = operators
            .iter()
            .filter(|operator| is_certificate_of(operator, client))
            .peekable();
        if known.peek().is_none() {
            return Err(UnknownClient);
        }
        let requester = &header.function_requester_identifier;
        let meant = known.find(|operator| {
            operator
                .requester
                .as_ref()
                .is_none_or(|expected| expected == requester)
        });
        Ok(meant.cloned().map(|operator| Caller(Some(operator))))
    }
}

/// Whether a client shows the certificate of an operator: the pinned one, one with its OID, or any
/// when neither is configured.
fn is_certificate_of(operator: &OperatorConfig, client: Option<&Client>) -> bool {
    let pinned = operator.certificate_sha256.as_ref().map(|expected| {
        client.is_some_and(|client| {
            let digest = hex::encode(Sha256::digest(&client.certificate));
            digest.eq_ignore_ascii_case(expected)
        })
    });
    let named = operator.oid.as_ref().map(|expected| {
        let expected = expected.parse::<ObjectIdentifier>().ok();
        let oid = client.and_then(|client| client.oid.clone());
        expected.is_some() && oid == expected
    });
    pinned.unwrap_or(true) && named.unwrap_or(true)
}
