// SPDX-License-Identifier: MIT OR Apache-2.0
//! What can be wrong with the way in which an eIM takes orders.

use super::super::description::{Description, HttpOrder, OrderAdapter};
use super::super::place::Key;
use super::{Judge, key, meant};
use crate::iut::OrderStatus;

/// The kinds of orders, and the kinds of lists of which a single operation may have a template.
const KINDS: [&str; 7] = [
    "psmo", "eco", "data", "trigger", "indirect", "new-key", "any",
];
const LISTS: [&str; 2] = ["psmo", "eco"];
const METHODS: [&str; 5] = ["GET", "POST", "PUT", "PATCH", "DELETE"];

impl Judge<'_> {
    /// Kinds, words, methods, addresses and pointers of `[order]`.
    pub(super) fn orders(&mut self) {
        let Some(adapter) = &self.description.order else {
            return;
        };
        let at = |member: &str| at(adapter, member);
        let (words, kinds): (_, Vec<&String>) = match adapter {
            OrderAdapter::Command { words, place, .. } => (words, place.keys().collect()),
            OrderAdapter::Http { words, place, .. } => (words, place.keys().collect()),
        };
        for (word, meaning) in words {
            let known = OrderStatus::ALL.into_iter().chain([OrderStatus::Over]);
            let known: Vec<&str> = known.map(OrderStatus::as_str).collect();
            if !known.contains(&meaning.as_str()) {
                let text = format!(
                    "words: {word:?} has to mean one of {}, got {meaning:?}",
                    known.join(", ")
                );
                self.wrong(&[at("words"), vec![key(word)]].concat(), text);
            }
        }
        for kind in kinds {
            self.kind(&at("place"), kind);
        }
        if let OrderAdapter::Http {
            place,
            status,
            euicc,
            ..
        } = adapter
        {
            for (kind, order) in place {
                self.http(&[at("place"), vec![key(kind)]].concat(), order);
            }
            self.http(&at("status"), status);
            if let Some(euicc) = euicc {
                self.http(&at("euicc"), euicc);
            }
        }
    }

    fn kind(&mut self, path: &[Key], kind: &str) {
        let list = kind.split_once('.').map_or(kind, |(list, _)| list);
        let known = if list == kind { &KINDS[..] } else { &LISTS[..] };
        if !known.contains(&list) {
            let text = format!(
                "unknown kind of order {kind:?}{}; known: {}, and OPERATION of psmo or eco as \"psmo.enable\"",
                meant(kind, KINDS),
                KINDS.join(", ")
            );
            self.wrong(&[path, &[key(kind)]].concat(), text);
        }
    }

    fn http(&mut self, path: &[Key], order: &HttpOrder) {
        let at = |member: &str| [path, &[key(member)]].concat();
        if !METHODS.contains(&order.method.to_ascii_uppercase().as_str()) {
            let text = format!(
                "method: expected one of {}, got {:?}",
                METHODS.join(", "),
                order.method
            );
            self.wrong(&at("method"), text);
        }
        if !["http://", "https://"]
            .iter()
            .any(|scheme| order.url.starts_with(scheme))
        {
            let text = format!("url: expected http:// or https://, got {:?}", order.url);
            self.wrong(&at("url"), text);
        }
        if !(order.answer.is_empty() || order.answer.starts_with('/')) {
            let text = format!(
                "answer: expected a JSON pointer such as \"/id\", got {:?}",
                order.answer
            );
            self.wrong(&at("answer"), text);
        }
    }
}

fn at(adapter: &OrderAdapter, member: &str) -> Vec<Key> {
    let way = match adapter {
        OrderAdapter::Command { .. } => "command",
        OrderAdapter::Http { .. } => "http",
    };
    vec![key("order"), key(way), key(member)]
}

/// Tells `add` every text in which names of an order are replaced.
pub(super) fn templates<'a>(
    description: &'a Description,
    add: &mut impl FnMut(Vec<Key>, &'a str, bool),
) {
    let Some(adapter) = &description.order else {
        return;
    };
    let at = |member: &str| at(adapter, member);
    let mut command = |path: Vec<Key>, command: &'a [String]| {
        for (index, argument) in command.iter().enumerate() {
            let path = [path.as_slice(), &[Key::Index(index)]].concat();
            add(path, argument, true);
        }
    };
    match adapter {
        OrderAdapter::Command {
            place,
            status,
            euicc,
            ..
        } => {
            for (kind, arguments) in place {
                command([at("place"), vec![key(kind)]].concat(), arguments);
            }
            command(at("status"), status);
            command(at("euicc"), euicc);
        }
        OrderAdapter::Http {
            place,
            status,
            euicc,
            ..
        } => {
            for (kind, order) in place {
                http(&[at("place"), vec![key(kind)]].concat(), order, add);
            }
            http(&at("status"), status, add);
            if let Some(euicc) = euicc {
                http(&at("euicc"), euicc, add);
            }
        }
    }
}

fn http<'a>(path: &[Key], order: &'a HttpOrder, add: &mut impl FnMut(Vec<Key>, &'a str, bool)) {
    let at = |member: &str| [path, &[key(member)]].concat();
    add(at("url"), &order.url, true);
    for (name, value) in &order.headers {
        add([at("headers"), vec![key(name)]].concat(), value, true);
    }
    if let Some(body) = &order.body {
        add(at("body"), body, true);
    }
}
