// SPDX-License-Identifier: MIT OR Apache-2.0
//! What came before, as far as later messages are judged by it. What is kept grows with what is
//! different in the messages, and is found without looking at them again.

use std::collections::{BTreeSet, HashMap, HashSet};

use rsp::schema::Tree;

use super::Said;
use crate::case::{Interface, RoleName};
use crate::message::Direction;

/// A member that somebody signed, or the signature.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Part {
    /// The signed data; a compact form has it in other words.
    Data,
    /// The signature.
    Signature,
}

/// The members that are handed on as they are, with the role that makes them.
pub(super) const SIGNED: &[(&str, Part, RoleName)] = &[
    ("serverSigned1", Part::Data, RoleName::Smdp),
    ("serverSignature1", Part::Signature, RoleName::Smdp),
    ("smdpSigned2", Part::Data, RoleName::Smdp),
    ("smdpSignature2", Part::Signature, RoleName::Smdp),
    ("boundProfilePackage", Part::Data, RoleName::Smdp),
    ("euiccPackageSigned", Part::Data, RoleName::Eim),
    ("eimSignature", Part::Signature, RoleName::Eim),
    ("euiccSigned1", Part::Data, RoleName::Euicc),
    ("euiccSignature1", Part::Signature, RoleName::Euicc),
    ("euiccSigned2", Part::Data, RoleName::Euicc),
    ("euiccSignature2", Part::Signature, RoleName::Euicc),
    ("euiccCancelSessionSigned", Part::Data, RoleName::Euicc),
    (
        "euiccCancelSessionSignature",
        Part::Signature,
        RoleName::Euicc,
    ),
    ("tbsOtherNotification", Part::Data, RoleName::Euicc),
    (
        "euiccNotificationSignature",
        Part::Signature,
        RoleName::Euicc,
    ),
    ("profileInstallationResultData", Part::Data, RoleName::Euicc),
    ("euiccSignPIR", Part::Signature, RoleName::Euicc),
    ("euiccPackageResultDataSigned", Part::Data, RoleName::Euicc),
    ("euiccSignEPR", Part::Signature, RoleName::Euicc),
    ("euiccPackageErrorDataSigned", Part::Data, RoleName::Euicc),
    ("euiccSignEPE", Part::Signature, RoleName::Euicc),
];

/// `eimId` and EID.
pub(super) type Association = (Vec<u8>, Vec<u8>);
/// An `eimTransactionId` of that eIM for that eUICC.
type Transaction = (Association, Vec<u8>);

/// The packages that the eIM handed out, by what answers them.
#[derive(Debug, Default)]
pub(super) struct Handed {
    /// How many.
    pub(super) count: usize,
    /// How many had no `eimTransactionId`.
    pub(super) without_id: usize,
}

/// Messages that are no DER, as far as they are kept: each is searched for what is handed on.
#[derive(Debug, Default)]
struct Deviating {
    messages: Vec<Vec<u8>>,
    octets: usize,
    /// There were more than are kept.
    lost: bool,
}

impl Deviating {
    const MOST: usize = 64;
    const MOST_OCTETS: usize = 256 << 10;

    fn keep(&mut self, raw: &[u8]) {
        let octets = self.octets.saturating_add(raw.len());
        if self.messages.len() >= Self::MOST || octets > Self::MOST_OCTETS {
            self.lost = true;
            return;
        }
        self.octets = octets;
        self.messages.push(raw.to_vec());
    }
}

#[derive(Debug, Default)]
pub(super) struct Memory {
    /// Contents of the signed members that the implementation got, by name.
    received: HashMap<&'static str, HashSet<Vec<u8>>>,
    /// The interfaces on which it was spoken to.
    heard: BTreeSet<Interface>,
    /// A compact form was in use.
    pub(super) compact: bool,
    pub(super) challenges: HashSet<Vec<u8>>,
    pub(super) transactions: HashSet<Vec<u8>>,
    pub(super) eim_transactions: HashSet<Vec<u8>>,
    pub(super) triggers: Handed,
    pub(super) data_requests: Handed,
    /// Sequence numbers that the implementation got in results and notifications.
    pub(super) numbers: HashSet<i64>,
    /// Sequence numbers that the eIM acknowledged.
    pub(super) acknowledged: HashSet<i64>,
    /// Sequence numbers of what was delivered and answered.
    pub(super) delivered: HashSet<i64>,
    /// The eUICC packages of the eIM, and the highest counter, by `eimId` and EID.
    packages: HashSet<Vec<u8>>,
    counters: HashMap<Association, i64>,
    /// The commands that went out under an `eimTransactionId` of this eIM for this eUICC.
    commands: HashMap<Transaction, Vec<u8>>,
    /// The association of an eIM changed: its key, its token and its counter may be others.
    pub(super) reassociated: bool,
    /// What came was no DER.
    deviating: Deviating,
    /// Something came whose members cannot be read.
    pub(super) unread: bool,
}

impl Memory {
    /// Learns from a message.
    pub(super) fn learn(&mut self, said: &Said<'_>, iut: RoleName) {
        self.learn_association(said);
        let own = said.speaker == Some(iut);
        if own {
            self.learn_own(said, iut);
        } else if said.hearer(iut) == Some(iut) || said.speaker.is_none() {
            self.learn_received(said);
        }
        if iut.has_the_card() && said.direction == Direction::Response && !own {
            self.learn_delivery(said);
        }
    }

    fn learn_received(&mut self, said: &Said<'_>) {
        self.heard.insert(said.interface);
        let Some(tree) = &said.message.tree else {
            self.deviating.keep(&said.message.raw);
            self.unread = true;
            return;
        };
        if !tree.is_faithful() {
            self.deviating.keep(&said.message.raw);
        }
        self.learn_member(&said.message.name, tree);
        if let Some(package) = tree.child("profileDownloadTriggerRequest") {
            self.triggers.count_in(package);
        }
        if let Some(package) = tree.child("ipaEuiccDataRequest") {
            self.data_requests.count_in(package);
        }
    }

    fn learn_member(&mut self, name: &str, node: &Tree) {
        let contents = || node.contents().to_vec();
        match name {
            "euiccChallenge" => drop(self.challenges.insert(contents())),
            "transactionId" => drop(self.transactions.insert(contents())),
            "eimTransactionId" => drop(self.eim_transactions.insert(contents())),
            "seqNumber" => self.numbers.extend(integer(node.contents())),
            "eimAcknowledgements" => {
                let numbers = node.children.iter();
                self.acknowledged
                    .extend(numbers.filter_map(|it| integer(it.contents())));
            }
            name if name.starts_with("compact") => self.compact = true,
            name => {
                if let Some((name, ..)) = SIGNED.iter().find(|(known, ..)| *known == name) {
                    self.received.entry(name).or_default().insert(contents());
                }
            }
        }
        for child in &node.children {
            self.learn_member(&child.name, child);
        }
    }

    /// The packages of an eIM under test.
    fn learn_own(&mut self, said: &Said<'_>, iut: RoleName) {
        let Some(tree) = &said.message.tree else {
            return;
        };
        let package = tree.child("euiccPackageRequest");
        if iut == RoleName::Eim
            && let Some(signed) = package.and_then(|it| it.child("euiccPackageSigned"))
            && let Some((key, counter)) = counter_of(signed)
        {
            let highest = self.counters.entry(key).or_insert(counter);
            *highest = (*highest).max(counter);
            self.packages.insert(signed.contents().to_vec());
            if let Some((transaction, commands)) = transaction_of(signed) {
                self.commands.entry(transaction).or_insert(commands);
            }
        }
    }

    /// What the IPA delivered, once it was answered.
    fn learn_delivery(&mut self, said: &Said<'_>) {
        let Some(tree) = &said.request.tree else {
            return;
        };
        let whole = match said.request.name.as_str() {
            "handleNotification" | "handleNotificationEsipa" => Some(tree),
            // the installation result of a download is not acknowledged by a number
            "provideEimPackageResult" => tree
                .child("eimPackageResult")
                .and_then(|result| result.child("profileDownloadTriggerResult")),
            _ => None,
        };
        if let Some(whole) = whole {
            numbers_in(whole, &mut self.delivered);
        }
    }

    fn learn_association(&mut self, said: &Said<'_>) {
        let changes = |tree: &Tree| {
            let nodes = tree.walk();
            nodes
                .iter()
                .any(|(_, node)| matches!(&*node.name, "addEim" | "updateEim" | "deleteEim"))
        };
        let name = said.message.name.as_str();
        let tells = matches!(
            name,
            "getEimPackageResponse" | "transferEimPackageRequest" | "euiccPackageRequest"
        );
        self.reassociated |= matches!(name, "addInitialEimRequest" | "euiccMemoryResetRequest")
            || (tells && said.message.tree.as_ref().is_some_and(changes));
    }

    /// Whether the implementation was spoken to on this interface.
    pub(super) fn heard(&self, interface: Interface) -> bool {
        self.heard.contains(&interface)
    }

    /// Whether it got a member with these contents.
    pub(super) fn received(&self, name: &str, contents: &[u8]) -> bool {
        self.received
            .get(name)
            .is_some_and(|seen| seen.contains(contents))
    }

    /// Whether these bytes, which are no message of theirs, came to it.
    pub(super) fn handed_on(&self, raw: &[u8]) -> bool {
        let contents = rsp::tlv::Tlv::only(raw).map_or(raw, |tlv| tlv.value);
        self.came(raw) || self.came(contents)
    }

    /// Whether the place of a deviation came to it as it is, alone or inside something bigger.
    pub(super) fn brought(&self, tree: &Tree, path: &str) -> bool {
        let mut node = tree;
        let mut parts = path.split(['.', '[', ']']).filter(|part| !part.is_empty());
        loop {
            if self.came(node.raw()) || self.came(node.contents()) {
                return true;
            }
            match parts.next().and_then(|part| node.child(part)) {
                Some(child) => node = child,
                None => return false,
            }
        }
    }

    fn came(&self, bytes: &[u8]) -> bool {
        /// Shorter ones are found anywhere.
        const TELLING: usize = 12;
        let inside = |raw: &Vec<u8>| raw.windows(bytes.len()).any(|part| part == bytes);
        // what is not kept any more may have been it
        self.deviating.lost
            || (bytes.len() >= TELLING && self.deviating.messages.iter().any(inside))
    }

    /// Whether the eIM handed this package out before.
    pub(super) fn knows_package(&self, signed: &Tree) -> bool {
        self.packages.contains(signed.contents())
    }

    /// Whether other commands went out under the `eimTransactionId` of this package.
    pub(super) fn had_other_commands(&self, signed: &Tree) -> bool {
        let found = transaction_of(signed);
        found.is_some_and(|(key, commands)| {
            self.commands
                .get(&key)
                .is_some_and(|known| *known != commands)
        })
    }

    /// The highest counter of the packages of this eIM for this eUICC.
    pub(super) fn highest(&self, key: &Association) -> Option<i64> {
        self.counters.get(key).copied()
    }
}

impl Handed {
    fn count_in(&mut self, package: &Tree) {
        self.count += 1;
        self.without_id += usize::from(package.child("eimTransactionId").is_none());
    }

    /// Whether every one of them had an identifier.
    pub(super) const fn all_have_one(&self) -> bool {
        self.count > 0 && self.without_id == 0
    }
}

/// `eimId` with EID, and the counter of a package.
pub(super) fn counter_of(signed: &Tree) -> Option<(Association, i64)> {
    let contents = |name| signed.child(name).map(|node| node.contents().to_vec());
    let key = (contents("eimId")?, contents("eidValue")?);
    Some((key, integer(&contents("counterValue")?)?))
}

/// `eimTransactionId` with the association, and the commands of a package.
fn transaction_of(signed: &Tree) -> Option<(Transaction, Vec<u8>)> {
    let (association, _) = counter_of(signed)?;
    let transaction = signed.child("eimTransactionId")?.contents().to_vec();
    let commands = signed.child("euiccPackage")?.raw().to_vec();
    Some(((association, transaction), commands))
}

fn numbers_in(node: &Tree, numbers: &mut HashSet<i64>) {
    if node.name == "seqNumber" {
        numbers.extend(integer(node.contents()));
    }
    for child in &node.children {
        numbers_in(child, numbers);
    }
}

/// The contents of an INTEGER.
pub(super) fn integer(octets: &[u8]) -> Option<i64> {
    let (first, rest) = octets.split_first()?;
    if rest.len() > 7 {
        return None;
    }
    let start = i64::from(i8::from_be_bytes([*first]));
    Some(
        rest.iter()
            .fold(start, |sum, octet| (sum << 8) | i64::from(*octet)),
    )
}
