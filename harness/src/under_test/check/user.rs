// SPDX-License-Identifier: MIT OR Apache-2.0
//! What can be wrong with the way in which the user of an LPA gets what he wants.

use super::super::description::Description;
use super::super::place::Key;
use super::{Judge, commands, key, meant};
use crate::case::WISHES;

impl Judge<'_> {
    /// Commands of `[user]`, and what only others have.
    pub(super) fn lpa(&mut self) {
        let description = self.description;
        if description.user.is_empty() {
            let text = "user: expected [user] with a command for each wish, such as download";
            self.wrong(&[], text);
        }
        for member in ["start", "trigger", "device"] {
            let command = commands(description).into_iter().find(|it| it.0 == member);
            if command.is_some_and(|(_, command)| !command.is_empty()) {
                let text = format!("{member}: an LPA is started by the commands of [user]");
                self.wrong(&[key(member)], text);
            }
        }
        if description.order.is_some() {
            let text = "order: an LPA takes no orders; expected role = \"eim\"";
            self.wrong(&[key("order")], text);
        }
        for (wish, command) in &description.user {
            let path = [key("user"), key(wish)];
            if !WISHES.contains(&wish.as_str()) {
                let hint = meant(wish, WISHES);
                let all = WISHES.join(", ");
                let text = format!("user: unknown wish {wish:?}{hint}; known: {all}");
                self.wrong(&path, text);
            }
            if command.first().is_none_or(String::is_empty) {
                self.wrong(
                    &path,
                    format!("user.{wish}: expected a program and its arguments"),
                );
            }
        }
    }
}

/// The texts of `[user]` in which names are replaced.
pub(super) fn templates<'a>(
    description: &'a Description,
    add: &mut impl FnMut(Vec<Key>, &'a str, bool),
) {
    for (wish, command) in &description.user {
        for (index, argument) in command.iter().enumerate() {
            let path = vec![key("user"), key(wish), Key::Index(index)];
            add(path, argument, false);
        }
    }
}
