// SPDX-License-Identifier: MIT OR Apache-2.0
//! The tape without what changes from seed to seed: what snapshots are made of.
//!
//! One line per TLV that holds a value: interface, direction, path, value. A value is hidden by its
//! place in the message, never by what it looks like, and only after its shape was checked; one
//! that has another shape stays visible and is marked, so that a snapshot cannot hide a fault.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use certs::{Pki, PkiError, Role};
use rsp::schema::Tree;
use serde_json::Value;

use crate::fixture::Fixtures;
use crate::message::Message;
use crate::tape::Tape;

/// Shape of a value that is hidden.
#[derive(Clone, Copy, Debug)]
enum Shape {
    /// Exactly so many octets.
    Octets(usize),
    /// At least one and at most so many octets.
    UpTo(usize),
    /// Any number of octets; the number is shown.
    Sized,
}

/// Name of the member, shape that it must have, placeholder.
const TABLE: [(&str, Shape, &str); 22] = [
    // free memory depends on the lengths of keys and signatures in eIM configurations
    ("extCardResource", Shape::Octets(15), "card resources"),
    ("euiccChallenge", Shape::Octets(16), "challenge"),
    ("serverChallenge", Shape::Octets(16), "challenge"),
    ("transactionId", Shape::UpTo(16), "transactionId"),
    ("eimTransactionId", Shape::UpTo(16), "eimTransactionId"),
    ("serverSignature1", Shape::Octets(64), "signature"),
    ("euiccSignature1", Shape::Octets(64), "signature"),
    ("smdpSignature2", Shape::Octets(64), "signature"),
    ("euiccSignature2", Shape::Octets(64), "signature"),
    ("smdpSign", Shape::Octets(64), "signature"),
    ("eimSignature", Shape::Octets(64), "signature"),
    ("euiccSignEPR", Shape::Octets(64), "signature"),
    ("euiccSignEPE", Shape::Octets(64), "signature"),
    ("euiccSignPIR", Shape::Octets(64), "signature"),
    ("euiccNotificationSignature", Shape::Octets(64), "signature"),
    (
        "euiccCancelSessionSignature",
        Shape::Octets(64),
        "signature",
    ),
    ("euiccOtpk", Shape::Octets(65), "one-time key"),
    ("smdpOtpk", Shape::Octets(65), "one-time key"),
    ("bppEuiccOtpk", Shape::Octets(65), "one-time key"),
    ("firstSequenceOf87", Shape::Sized, "protected"),
    ("sequenceOf88", Shape::Sized, "protected"),
    ("sequenceOf86", Shape::Sized, "protected"),
];

/// Hides what changes from seed to seed, and names certificates and keys by their role.
#[derive(Clone, Debug)]
pub struct Redactor {
    names: BTreeMap<Vec<u8>, String>,
}

impl Redactor {
    /// Knows the certificates of `pki` and what is issued under it for the eUICC `eid` and the
    /// eIMs `eims`.
    ///
    /// # Errors
    /// The PKI lacks a certificate.
    pub fn new(pki: &Pki, eid: &[u8; 16], eims: &[&str]) -> Result<Self, PkiError> {
        let mut names = BTreeMap::new();
        for curve in pki.curves() {
            let suffix = certs::curve_suffix(curve);
            for role in Role::ALL {
                if let Ok(credential) = pki.credential(role, curve) {
                    let name = format!("CERT.{role}.{suffix}");
                    names.insert(credential.certificate.clone(), name);
                }
            }
            let euicc = pki.issue_euicc(eid, curve)?;
            names.insert(euicc.certificate, format!("CERT.euicc.{suffix}"));
            let key_id = pki.ci_key_id(curve)?;
            names.insert(key_id, format!("key id of CERT.ci.{suffix}"));
            for eim in eims {
                let signing = pki.issue_eim_signing(eim, curve)?;
                let spki = signing.key.public_key().to_spki();
                names.insert(spki, format!("signing key of {eim}"));
            }
        }
        for eim in eims {
            let tls = crate::eim::issue_tls(pki, eim)?;
            names.insert(tls.certificate, format!("TLS certificate of {eim}"));
        }
        Ok(Self { names })
    }

    /// Knows the certificates of `pki` and what is issued under it for every card and every eIM of
    /// `fixtures`.
    ///
    /// # Errors
    /// The PKI lacks a certificate.
    pub fn of(pki: &Pki, fixtures: &Fixtures) -> Result<Self, PkiError> {
        let mut eids = BTreeSet::new();
        let mut eims = BTreeSet::from(["eim1.test.example".to_owned()]);
        for card in fixtures.euiccs() {
            let eid = card.eid.and_then(|eid| hex::decode(eid).ok());
            eids.extend(eid.and_then(|eid| <[u8; 16]>::try_from(eid).ok()));
            eims.extend(card.eims.into_iter().map(|eim| eim.id));
        }
        let eims: Vec<&str> = eims.iter().map(String::as_str).collect();
        let mut all = Self::new(pki, &certs::TEST_EID, &eims)?;
        for eid in eids {
            // the names of the first card, where both know a certificate
            let mut more = Self::new(pki, &eid, &[])?;
            more.names.append(&mut all.names);
            all = more;
        }
        Ok(all)
    }

    /// The redacted tape.
    #[must_use]
    pub fn text(&self, tape: &Tape) -> String {
        let mut text = String::new();
        for (_, entry) in tape.iter() {
            if let Some(host) = &entry.host {
                // writing to a String cannot fail
                let _ = writeln!(text, "{} of {host}", entry.interface);
            }
            self.message(&mut text, &format!("{} >", entry.interface), &entry.request);
            if let Some(response) = &entry.response {
                self.message(&mut text, &format!("{} <", entry.interface), response);
            }
            for note in &entry.notes {
                let _ = writeln!(text, "{} ! {note}", entry.interface);
            }
            text.push('\n');
        }
        text
    }

    fn message(&self, text: &mut String, start: &str, message: &Message) {
        let name = &message.name;
        // writing to a String cannot fail
        match &message.tree {
            None => {
                let _ = writeln!(text, "{start} {name}");
                if let Value::Object(members) = &message.value {
                    for (member, value) in members {
                        let value = beginning(&plain(value));
                        let _ = writeln!(text, "{start} {name}.{member}: {value}");
                    }
                }
            }
            Some(tree) => {
                let before = text.len();
                self.tree(text, start, name, tree, None);
                if text.len() == before {
                    let _ = writeln!(text, "{start} {name}");
                }
            }
        }
    }

    fn tree(
        &self,
        text: &mut String,
        start: &str,
        path: &str,
        tree: &Tree,
        hidden: Option<(Shape, &str)>,
    ) {
        let hidden = hidden.or_else(|| rule(&tree.name));
        if tree.children.is_empty() || self.names.contains_key(&tree.certificate()) {
            let _ = writeln!(text, "{start} {path}: {}", self.value(tree, hidden));
            return;
        }
        for child in &tree.children {
            self.tree(
                text,
                start,
                &format!("{path}.{}", child.name),
                child,
                hidden,
            );
        }
    }

    fn value(&self, tree: &Tree, hidden: Option<(Shape, &str)>) -> String {
        let contents = tree.contents();
        let known = [tree.certificate(), tree.raw().to_vec(), contents.to_vec()];
        if let Some(name) = known.iter().find_map(|bytes| self.names.get(bytes)) {
            return format!("[{name}]");
        }
        match hidden {
            None => plain(&tree.to_value()),
            Some((shape, name)) => hide(contents, shape, name),
        }
    }
}

/// What is no message may hold anything, also what changes from seed to seed.
fn beginning(value: &str) -> String {
    const SHOWN: usize = 64;
    match value.char_indices().nth(SHOWN) {
        Some((end, _)) => {
            let start = value.get(..end).unwrap_or_default();
            format!("{start}… [{} characters]", value.len())
        }
        None => value.to_owned(),
    }
}

fn rule(name: &str) -> Option<(Shape, &'static str)> {
    TABLE
        .iter()
        .find(|(member, ..)| *member == name)
        .map(|(_, shape, placeholder)| (*shape, *placeholder))
}

fn hide(contents: &[u8], shape: Shape, name: &str) -> String {
    let length = contents.len();
    let fits = match shape {
        Shape::Octets(wanted) => length == wanted,
        Shape::UpTo(most) => (1..=most).contains(&length),
        Shape::Sized => return format!("[{name}, {length} octets]"),
    };
    if fits {
        format!("[{name}]")
    } else {
        format!("no {name}: {length} octets {}", hex::encode(contents))
    }
}

fn plain(value: &Value) -> String {
    match value {
        // one line whatever a peer sends
        Value::String(text) if !text.contains(char::is_control) => text.clone(),
        Value::Object(members) if members.is_empty() => "{}".to_owned(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_of_another_shape_stays_visible() {
        assert_eq!(
            hide(&[0; 16], Shape::Octets(16), "challenge"),
            "[challenge]"
        );
        assert_eq!(
            hide(&[1, 2], Shape::Octets(16), "challenge"),
            "no challenge: 2 octets 0102"
        );
        assert_eq!(
            hide(&[], Shape::UpTo(16), "transactionId"),
            "no transactionId: 0 octets "
        );
    }

    #[test]
    fn a_value_stays_on_its_line() {
        assert_eq!(plain(&"a b".into()), "a b");
        assert_eq!(plain(&"a\nES9+ > b".into()), "\"a\\nES9+ > b\"");
    }

    #[test]
    fn no_member_is_listed_twice() {
        let names: BTreeSet<_> = TABLE.iter().map(|(name, ..)| name).collect();
        assert_eq!(names.len(), TABLE.len());
    }
}
