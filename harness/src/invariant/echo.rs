// SPDX-License-Identifier: MIT OR Apache-2.0
//! Identifiers and signed members that an implementation repeats.

use rsp::schema::Tree;

use super::memory::{Part, SIGNED};
use super::{Breach, RuleName, Said, Watch};
use crate::case::{Dialect, Interface, RoleName};

/// Judges what a message repeats.
pub(super) fn of_message(watch: &Watch, said: &Said<'_>) -> Option<Breach> {
    let tree = said.message.tree.as_ref()?;
    of_eid(watch, said, tree)
        .or_else(|| of_challenge(watch, said, tree))
        .or_else(|| of_transaction(watch, tree))
        .or_else(|| of_eim_transaction(watch, tree))
        .or_else(|| signed_members(watch, &said.message.name, tree))
}

fn of_eid(watch: &Watch, said: &Said<'_>, tree: &Tree) -> Option<Breach> {
    let known = &watch.known.eids;
    if watch.iut != RoleName::Ipa || said.interface != Interface::Esipa || known.is_empty() {
        return None;
    }
    let eid = hex::encode(tree.child("eidValue")?.contents());
    let wanted = known.join(" or ");
    (!known.contains(&eid)).then(|| {
        Breach::new(
            RuleName::Eid,
            format!("eidValue: expected {wanted}, got {eid}"),
        )
    })
}

fn of_challenge(watch: &Watch, said: &Said<'_>, tree: &Tree) -> Option<Breach> {
    let asks = said
        .message
        .name
        .starts_with("initiateAuthenticationRequest");
    let source = match watch.iut {
        RoleName::Eim => Interface::Esipa,
        _ => Interface::Es10b,
    };
    let challenge = tree.child("euiccChallenge").filter(|_| asks)?.contents();
    if !watch.memory.heard(source) || watch.memory.challenges.contains(challenge) {
        return None;
    }
    let challenge = hex::encode(challenge);
    let actual = format!("euiccChallenge {challenge} did not come on {source}");
    Some(Breach::new(RuleName::Challenge, actual))
}

fn of_transaction(watch: &Watch, tree: &Tree) -> Option<Breach> {
    let node = tree.child("transactionId")?;
    let known = &watch.memory.transactions;
    if known.is_empty() || known.contains(node.contents()) {
        return None;
    }
    let seen: Vec<String> = known.iter().map(hex::encode).collect();
    let actual = format!(
        "transactionId: expected {}, got {}",
        some(seen),
        hex::encode(node.contents())
    );
    Some(Breach::new(RuleName::Transaction, actual))
}

/// An IPA repeats the identifier of the package; an eIM makes it.
fn of_eim_transaction(watch: &Watch, tree: &Tree) -> Option<Breach> {
    if watch.iut != RoleName::Ipa {
        return None;
    }
    let mut found = Vec::new();
    named(tree, "eimTransactionId", &mut found);
    let known = &watch.memory.eim_transactions;
    if watch.memory.unread {
        // whose identifier it repeats cannot be told
        return None;
    }
    if let Some(other) = found.iter().find(|node| !known.contains(node.contents())) {
        let seen: Vec<String> = known.iter().map(hex::encode).collect();
        let got = hex::encode(other.contents());
        let actual = format!("eimTransactionId: expected {}, got {got}", some(seen));
        return Some(Breach::new(RuleName::EimTransaction, actual));
    }
    if watch.dialect == Dialect::V1_0 {
        return None;
    }
    let result = tree.child("eimPackageResult").unwrap_or(tree);
    let answers = [
        (
            result.child("profileDownloadTriggerResult"),
            &watch.memory.triggers,
        ),
        (
            result
                .child("ipaEuiccDataResponse")
                .and_then(|it| it.child("ipaEuiccData")),
            &watch.memory.data_requests,
        ),
    ];
    answers.into_iter().find_map(|(answer, handed)| {
        let lacks = answer?.child("eimTransactionId").is_none() && handed.all_have_one();
        let actual = "eimTransactionId: expected that of the package, got nothing";
        lacks.then(|| Breach::new(RuleName::EimTransaction, actual))
    })
}

fn some(mut seen: Vec<String>) -> String {
    seen.sort();
    match seen.len() {
        0 => "none at all, since none was given".to_owned(),
        1..=4 => seen.join(" or "),
        count => format!("one of the {count} that were given"),
    }
}

fn named<'a>(node: &'a Tree, name: &str, found: &mut Vec<&'a Tree>) {
    if node.name == name {
        found.push(node);
    }
    for child in &node.children {
        named(child, name, found);
    }
}

fn signed_members(watch: &Watch, name: &str, node: &Tree) -> Option<Breach> {
    signed_member(watch, name, node).or_else(|| {
        node.children
            .iter()
            .find_map(|child| signed_members(watch, &child.name, child))
    })
}

fn signed_member(watch: &Watch, name: &str, node: &Tree) -> Option<Breach> {
    let (name, part, maker) = SIGNED.iter().find(|(known, ..)| *known == name)?;
    let source = match (maker, watch.iut) {
        (RoleName::Euicc, RoleName::Ipa | RoleName::Lpa) => Interface::Es10b,
        (RoleName::Euicc, _) => Interface::Esipa,
        (RoleName::Smdp, RoleName::Eim) => Interface::Es9Plus,
        (RoleName::Smdp, _) if watch.memory.heard(Interface::Es9Plus) => Interface::Es9Plus,
        (RoleName::Eim, RoleName::Eim) => return None,
        _ => Interface::Esipa,
    };
    let memory = &watch.memory;
    // other words for the same: the compact forms, and the data of v1.0
    let reworded = memory.compact || watch.dialect == Dialect::V1_0;
    if !memory.heard(source)
        || (*part == Part::Data && reworded)
        || memory.received(name, node.contents())
    {
        return None;
    }
    let actual = format!(
        "{name} ({} octets) differs from every {name} that came on {source}",
        node.contents().len()
    );
    Some(Breach::new(RuleName::AsReceived, actual))
}
