// SPDX-License-Identifier: MIT OR Apache-2.0
//! eUICC packages and acknowledgements of an eIM under test.

use rsp::association::token_tlv;
use rsp::schema::Tree;

use super::memory::{counter_of, integer};
use super::{Breach, RuleName, Said, Watch};
use crate::case::{Dialect, Interface, RoleName};

/// Judges what an eIM hands out.
pub(super) fn of_message(watch: &Watch, said: &Said<'_>) -> Option<Breach> {
    if watch.iut != RoleName::Eim || said.interface != Interface::Esipa {
        return None;
    }
    let tree = said.message.tree.as_ref()?;
    let acknowledged = tree
        .child("eimAcknowledgements")
        .and_then(|list| of_acknowledgements(watch, list));
    acknowledged.or_else(|| {
        let package = tree.child("euiccPackageRequest")?;
        let signed = package.child("euiccPackageSigned")?;
        of_receiver(watch, said, signed)
            .or_else(|| of_counter(watch, signed))
            .or_else(|| of_transaction(watch, signed))
            .or_else(|| of_commands(signed))
            .or_else(|| of_signature(watch, package, signed))
    })
}

fn of_acknowledgements(watch: &Watch, list: &Tree) -> Option<Breach> {
    let numbers = list.children.iter().filter_map(|it| integer(it.contents()));
    let unknown: Vec<String> = numbers
        .filter(|number| !watch.memory.numbers.contains(number))
        .map(|number| number.to_string())
        .collect();
    (!unknown.is_empty()).then(|| {
        let numbers = unknown.join(", ");
        let actual =
            format!("eimAcknowledgements: {numbers} did not come in any result or notification");
        Breach::new(RuleName::Acknowledged, actual)
    })
}

fn of_receiver(watch: &Watch, said: &Said<'_>, signed: &Tree) -> Option<Breach> {
    let eid = signed.child("eidValue")?.contents();
    let asked = said.request.tree.as_ref();
    if let Some(asked) = asked.and_then(|tree| tree.child("eidValue"))
        && asked.contents() != eid
    {
        let (wanted, got) = (hex::encode(asked.contents()), hex::encode(eid));
        let actual = format!("eidValue: expected {wanted}, which asked, got {got}");
        return Some(Breach::new(RuleName::PackageOf, actual));
    }
    let known = &watch.known.eims;
    let eim_id = String::from_utf8_lossy(signed.child("eimId")?.contents());
    if known.is_empty() || known.contains_key(&*eim_id) || watch.memory.reassociated {
        return None;
    }
    let wanted: Vec<&str> = known.keys().map(String::as_str).collect();
    let actual = format!("eimId: expected {}, got {eim_id}", wanted.join(" or "));
    Some(Breach::new(RuleName::PackageOf, actual))
}

/// Whether a package is for a card that takes part, and not only for one that the eIM knows of.
fn is_of_a_card(watch: &Watch, signed: &Tree) -> bool {
    let eids = &watch.known.eids;
    eids.is_empty()
        || signed
            .child("eidValue")
            .is_none_or(|eid| eids.contains(&hex::encode(eid.contents())))
}

fn of_counter(watch: &Watch, signed: &Tree) -> Option<Breach> {
    let (key, counter) = counter_of(signed)?;
    if watch.memory.knows_package(signed) || watch.memory.reassociated {
        return None;
    }
    let eim_id = String::from_utf8_lossy(&key.0);
    let known = watch.known.eims.get(&*eim_id).map(|eim| eim.counter_value);
    let known = known.map(|counter| {
        if is_of_a_card(watch, signed) {
            counter
        } else {
            0
        }
    });
    let (last, of) = match watch.memory.highest(&key) {
        Some(last) => (last, "the package before"),
        None => (known?, "the association"),
    };
    (counter <= last).then(|| {
        let actual = format!("counterValue: expected more than {last} of {of}, got {counter}");
        Breach::new(RuleName::Counter, actual)
    })
}

fn of_transaction(watch: &Watch, signed: &Tree) -> Option<Breach> {
    let transaction = signed.child("eimTransactionId")?.contents();
    watch.memory.had_other_commands(signed).then(|| {
        let transaction = hex::encode(transaction);
        let actual =
            format!("eimTransactionId: {transaction} was that of a package with other commands");
        Breach::new(RuleName::OneTransaction, actual)
    })
}

fn of_commands(signed: &Tree) -> Option<Breach> {
    let list = signed.find("euiccPackage.psmoList")?;
    let count = |name: &str| {
        let commands = list.children.iter();
        commands.filter(|it| it.child(name).is_some()).count()
    };
    let twice = ["enable", "disable"]
        .into_iter()
        .find(|name| count(name) > 1)?;
    let actual = format!("psmoList: {} times {twice}", count(twice));
    Some(Breach::new(RuleName::Commands, actual))
}

fn of_signature(watch: &Watch, package: &Tree, signed: &Tree) -> Option<Breach> {
    if watch.memory.reassociated || watch.dialect == Dialect::V1_0 {
        return None;
    }
    let eim_id = String::from_utf8_lossy(signed.child("eimId")?.contents());
    let eim = watch.known.eims.get(&*eim_id)?;
    // an association that only the eIM knows of has no token
    let token = eim
        .association_token
        .filter(|_| is_of_a_card(watch, signed));
    let signature = package.child("eimSignature")?.contents();
    let mut input = signed.raw().to_vec();
    input.extend(token_tlv(token));
    let error = eim.key.verify(&input, signature).err()?;
    let token = token.map_or("none".to_owned(), |token| token.to_string());
    let actual = format!(
        "eimSignature {} with the key of {eim_id} and association token {token}: {error}",
        hex::encode(signature)
    );
    Some(Breach::new(RuleName::EimSignature, actual))
}
