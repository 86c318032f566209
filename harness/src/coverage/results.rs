// SPDX-License-Identifier: MIT OR Apache-2.0
//! The results that functions can have, and how many cases make each of them happen.
//!
//! What is possible is read from the ASN.1 modules: every named number of a result, an error or a
//! reason in the messages of a function. A case makes one happen when it stands in a half of an
//! exchange of that function, or is put there by `mutate`.

use std::collections::{BTreeMap, BTreeSet};

use rsp::schema::{self, Kind, MESSAGES, Names, Type};

use super::{folded, head, row};
use crate::case::{At, CardAction, Case, Exchange, Interface, Node, Step};
use crate::message::{self, Direction};
use crate::mutate::place;

/// How the names of types end whose numbers say how something went.
const ENDINGS: [&str; 8] = [
    "Error",
    "Esipa",
    "Code",
    "Reason",
    "Result",
    "Status",
    "Terminated",
    "Cause",
];

/// Lists in which a card keeps results of other functions.
const KEPT: [&str; 2] = ["EuiccPackageResultList", "PendingNotificationList"];

/// A result: interface, function, member, name.
type Key = (Interface, &'static str, &'static str, &'static str);

pub(super) fn write(page: &mut String, cases: &[&Case]) {
    let mut made: BTreeMap<Key, usize> = BTreeMap::new();
    for case in cases {
        for key in of_case(case) {
            *made.entry(key).or_default() += 1;
        }
    }
    page.push_str("## Functions and results\n\n");
    page.push_str(
        "Cases in which a result stands in a message of the function, or is put there. One in which \
         only the state of card or server leads to it is not counted.\n\n",
    );
    for interface in [
        Interface::Esipa,
        Interface::Es9Plus,
        Interface::Es11,
        Interface::Es10b,
    ] {
        let owed = owed(interface);
        let (mut total, mut reached) = (0, 0);
        for (function, member, names) in owed.iter().flat_map(|(function, members)| {
            members
                .iter()
                .map(move |(member, names)| (*function, *member, *names))
        }) {
            total += names.len();
            let is_made = |name: &str| {
                made.keys()
                    .any(|key| (key.0, key.1, key.2, key.3) == (interface, function, member, name))
            };
            reached += names.iter().filter(|(name, _)| is_made(name)).count();
        }
        let summary = format!("{interface}: {reached} of {total} results");
        folded(page, &summary, |page| {
            head(page, &["function", "member", "cases", "in none"]);
            for (function, members) in owed {
                for (member, names) in members {
                    let count = |name| {
                        let key = (interface, function, member, name);
                        made.get(&key).copied().unwrap_or_default()
                    };
                    let (with, without): (Vec<_>, Vec<_>) = names
                        .iter()
                        .map(|(name, _)| *name)
                        .partition(|name| count(name) > 0);
                    let with: Vec<String> = with
                        .iter()
                        .map(|name| format!("{name} {}", count(name)))
                        .collect();
                    row(
                        page,
                        &[
                            function.to_owned(),
                            member.to_owned(),
                            with.join(", "),
                            without.join(", "),
                        ],
                    );
                }
            }
        });
    }
    failures(page, cases);
}

/// Functions of an interface with the members that carry results, and the names these have.
type Owed = BTreeMap<&'static str, BTreeMap<&'static str, Names>>;

fn owed(interface: Interface) -> Owed {
    let mut owed = Owed::new();
    for message in MESSAGES.iter().filter(|message| is_on(message, interface)) {
        let mut seen = BTreeSet::new();
        for name in [Some(message.request), message.response]
            .into_iter()
            .flatten()
        {
            if let Some(ty) = schema::find_type(name) {
                let members = owed.entry(message.function).or_default();
                results(ty, message.function, &mut seen, members);
            }
        }
    }
    owed.retain(|_, members| !members.is_empty());
    owed
}

fn is_on(message: &schema::Message, interface: Interface) -> bool {
    match interface {
        Interface::Esipa => message.interface == "ESipa",
        Interface::Es9Plus => {
            message.interface == "ES9+" && message.function != "RemoteProfileProvisioning"
        }
        Interface::Es11 => {
            message.interface == "ES11"
                || message.interface == "ES9+" && message.function == "InitiateAuthentication"
        }
        Interface::Es10b => message.interface.starts_with("ES10"),
    }
}

fn results(
    ty: &'static Type,
    member: &'static str,
    seen: &mut BTreeSet<(&'static str, &'static str)>,
    found: &mut BTreeMap<&'static str, Names>,
) {
    if KEPT.contains(&ty.name()) || !seen.insert((member, ty.name())) {
        return;
    }
    match ty.kind() {
        Kind::Sequence(members) | Kind::Set(members) | Kind::Choice(members) => {
            for member in members {
                results(member.ty(), member.name(), seen, found);
            }
        }
        Kind::SequenceOf(_, element) | Kind::SetOf(_, element) | Kind::Alias(element) => {
            results(element, member, seen, found);
        }
        Kind::Integer(names) | Kind::Enumerated(names) if is_result(ty, names) => {
            found.entry(member).or_insert(names);
        }
        _ => (),
    }
}

fn is_result(ty: &Type, names: Names) -> bool {
    !names.is_empty() && ENDINGS.iter().any(|ending| ty.name().ends_with(ending))
}

/// The results that a case makes happen.
fn of_case(case: &Case) -> BTreeSet<Key> {
    let mut keys = BTreeSet::new();
    steps(&case.file.steps, &mut |step| {
        if let Some((interface, exchange)) = step.exchange() {
            of_exchange(interface, exchange, &mut keys);
        }
    });
    keys
}

fn steps<'a>(all: &'a [At<Step>], visit: &mut impl FnMut(&'a Step)) {
    for step in all {
        match &**step {
            Step::AnyOrder(inner) => steps(inner, visit),
            Step::Either(ways) => ways.iter().for_each(|way| steps(way, visit)),
            step => visit(step),
        }
    }
}

fn of_exchange(interface: Interface, exchange: &Exchange, keys: &mut BTreeSet<Key>) {
    let Some((name, content)) = exchange.request.as_choice() else {
        return;
    };
    let Some(function) = message::function_of(interface, name) else {
        return;
    };
    let mut written = |ty: &'static Type, member, node: &Node| {
        made(ty, member, node, &mut |member, name| {
            keys.insert((interface, function.function, member, name));
        });
    };
    let halves = [
        (Direction::Request, Some((name, content))),
        (
            Direction::Response,
            exchange.response.as_ref().and_then(Node::as_choice),
        ),
    ];
    for (direction, half) in halves {
        let ty = half.and_then(|(name, content)| {
            let ty = schema::find_type(message::type_of(interface, direction, name)?)?;
            Some((ty, content))
        });
        if let Some((ty, content)) = ty {
            written(ty, function.function, content);
        }
    }
    let answers = message::answers_to(interface, name);
    for (path, node) in exchange.changes() {
        let types = [function.request]
            .into_iter()
            .chain(answers.iter().copied());
        for ty in types.filter_map(|ty| place_of(ty, path)) {
            written(ty.0, ty.1, node);
        }
    }
}

/// The type at the end of a path, and the member that is called there.
fn place_of(ty: &'static str, path: &str) -> Option<(&'static Type, &'static str)> {
    let found = place(ty, path)?;
    let mut parts = path.split(['.', '[', ']']).rev();
    let last = parts.find(|part| !part.is_empty() && part.parse::<usize>().is_err())?;
    // the name as the modules have it, which lives as long as they do
    let name = schema::types()
        .flat_map(|(_, ty)| ty.members())
        .map(schema::Member::name)
        .find(|name| *name == last)?;
    Some((found, name))
}

fn made(
    ty: &'static Type,
    member: &'static str,
    node: &Node,
    found: &mut impl FnMut(&'static str, &'static str),
) {
    if KEPT.contains(&ty.name()) {
        return;
    }
    match (ty.kind(), node) {
        (Kind::Sequence(known) | Kind::Set(known) | Kind::Choice(known), Node::Map(members)) => {
            for (name, node) in members {
                if let Some(member) = known.iter().find(|member| member.name() == name) {
                    made(member.ty(), member.name(), node, found);
                }
            }
        }
        (Kind::SequenceOf(_, element) | Kind::SetOf(_, element), Node::List(items)) => {
            for item in items {
                made(element, member, item, found);
            }
        }
        (Kind::SequenceOf(..) | Kind::SetOf(..), Node::Contains(item)) => {
            made(ty, member, &Node::List(vec![(**item).clone()]), found);
        }
        (Kind::Integer(names) | Kind::Enumerated(names), node) if is_result(ty, names) => {
            let name = names.iter().find(|(name, number)| match node {
                Node::Text(text) => text == name,
                Node::Integer(value) => value == number,
                _ => false,
            });
            if let Some((name, _)) = name {
                found(member, name);
            }
        }
        _ => (),
    }
}

/// What servers and cards are made to do wrong, by name.
fn failures(page: &mut String, cases: &[&Case]) {
    let mut faults: BTreeMap<String, usize> = BTreeMap::new();
    let mut failures: BTreeMap<String, usize> = BTreeMap::new();
    for case in cases {
        let (mut armed, mut failed) = (BTreeSet::new(), BTreeSet::new());
        for role in [&case.file.roles.smdp, &case.file.roles.smds] {
            if let Some(crate::case::Role::Actor(actor)) = role.as_deref() {
                armed.extend(actor.faults.iter().filter_map(|fault| name(fault)));
            }
        }
        steps(&case.file.steps, &mut |step| match step {
            Step::Fault(fault) => {
                let names = fault.smdp.iter().chain(&fault.smds);
                armed.extend(names.filter_map(|fault| name(fault)));
            }
            Step::Card(CardAction::Fail(what)) => {
                failed.insert(what.clone());
            }
            _ => (),
        });
        armed
            .into_iter()
            .for_each(|it| *faults.entry(it).or_default() += 1);
        failed
            .into_iter()
            .for_each(|it| *failures.entry(it).or_default() += 1);
    }
    let unarmed: Vec<&str> = smdp::fault::all()
        .map(|fault| fault.name)
        .filter(|name| !faults.keys().any(|armed| armed.starts_with(name)))
        .collect();
    let summary = format!("Misbehaviour of servers: {} in use", faults.len());
    folded(page, &summary, |page| {
        counted(page, "fault", &faults);
        page.push_str(&format!("\nIn no case: {}\n", unarmed.join(", ")));
    });
    let summary = format!("Failures of the card: {} in use", failures.len());
    folded(page, &summary, |page| counted(page, "failure", &failures));
}

/// A fault with what is said behind the colon, without its limits.
fn name(fault: &str) -> Option<String> {
    let fault: smdp::ArmedFault = fault.parse().ok()?;
    Some(match fault.parameter {
        Some(parameter) => format!("{}:{parameter}", fault.name),
        None => fault.name,
    })
}

fn counted(page: &mut String, what: &str, counts: &BTreeMap<String, usize>) {
    head(page, &[what, "cases"]);
    for (name, count) in counts {
        row(page, &[name.clone(), count.to_string()]);
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::case::parse_case;

    const CASE: &str = "
title: t
spec: [SGP.32 v1.2 §5.14.5]
level: shall
iut: ipa
roles: {eim: scripted, euicc: {actor: veuicc}, smdp: {actor: smdp}}
steps:
  - ESipa:
      request:  {getEimPackageRequest: any}
      response: {getEimPackageResponse: {eimPackageError: 127}}
  - any_order:
      - ES10b:
          request: {euiccPackageRequest: any}
          mutate: {enableResult: catBusy}
      - ES9+:
          request: {initiateAuthenticationRequest: any}
          response: {initiateAuthenticationResponse: {initiateAuthenticationError: any}}
";

    #[test]
    fn results_are_found_in_halves_and_changes() {
        let file = parse_case(CASE).unwrap();
        let case = Case::new("a/b".to_owned(), PathBuf::from("a/b.yaml"), file);
        let keys: Vec<Key> = of_case(&case).into_iter().collect();
        assert_eq!(
            keys,
            [
                (
                    Interface::Esipa,
                    "GetEimPackage",
                    "eimPackageError",
                    "undefinedError"
                ),
                (
                    Interface::Es10b,
                    "LoadEuiccPackage",
                    "enableResult",
                    "catBusy"
                ),
            ]
        );
    }

    #[test]
    fn what_is_found_is_owed() {
        for (interface, function, member, name) in [
            (
                Interface::Esipa,
                "GetEimPackage",
                "eimPackageError",
                "eidNotFound",
            ),
            (
                Interface::Es9Plus,
                "InitiateAuthentication",
                "initiateAuthenticationError",
                "invalidDpAddress",
            ),
            (
                Interface::Es10b,
                "LoadEuiccPackage",
                "enableResult",
                "catBusy",
            ),
        ] {
            let owed = owed(interface);
            let names = owed[function][member];
            assert!(names.iter().any(|(known, _)| *known == name), "{name}");
        }
    }
}
