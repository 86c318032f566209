// SPDX-License-Identifier: MIT OR Apache-2.0
//! What can be wrong with a description that has the right form: names that stand for nothing, and
//! members that contradict each other.

mod order;
#[cfg(test)]
mod tests;
mod user;

use std::path::{Component, Path};

use super::description::{Card, Description, Reach, Trust};
use super::place::{Key, Places};
use super::substitute::{NAMES, Name, Needs, names_in, nearest};
use crate::case::{OPTIONS, Problem, RoleName};

/// A text with names, and where it is written.
struct Template<'a> {
    path: Vec<Key>,
    text: &'a str,
    /// Whether it is filled for an order.
    order: bool,
}

/// Everything that is wrong, in the order of the file.
pub(super) fn problems(description: &Description, places: &Places<'_>) -> Vec<Problem> {
    let mut judge = Judge {
        description,
        places,
        problems: Vec::new(),
    };
    judge.name();
    judge.role();
    judge.options();
    judge.numbers();
    judge.card();
    judge.reach();
    judge.trust();
    judge.env();
    judge.orders();
    for template in templates(description) {
        judge.names(&template);
    }
    let mut problems = judge.problems;
    problems.sort();
    problems.dedup();
    problems
}

struct Judge<'a> {
    description: &'a Description,
    places: &'a Places<'a>,
    problems: Vec<Problem>,
}

impl Judge<'_> {
    fn wrong(&mut self, path: &[Key], message: impl Into<String>) {
        self.problems.push(Problem {
            position: self.places.of(path),
            message: message.into(),
        });
    }

    /// A name is part of the names of files and folders.
    fn name(&mut self) {
        if let Some(name) = &self.description.name
            && !is_name(name)
        {
            let text = format!("name: expected {NAME_FORM}, got {name:?}");
            self.wrong(&[key("name")], text);
        }
    }

    fn role(&mut self) {
        let description = self.description;
        match description.role {
            RoleName::Ipa => {
                if description.start.is_empty() {
                    self.wrong(&[key("start")], "start: expected the command of the IPA");
                }
                if description.order.is_some() {
                    let text = "order: an IPA takes no orders; expected role = \"eim\"";
                    self.wrong(&[key("order")], text);
                }
            }
            RoleName::Eim => {
                if description.order.is_none() {
                    let text = "order: expected [order.command] or [order.http], by which the eIM takes orders";
                    self.wrong(&[], text);
                }
                if description.start.is_empty() && description.eim.address.is_none() {
                    let text = "start: expected the command of the eIM, or [eim] with the address of one that runs already";
                    self.wrong(&[key("start")], text);
                }
            }
            RoleName::Lpa => self.lpa(),
            other => {
                let text = format!("role: expected ipa, eim or lpa, got {other}");
                self.wrong(&[key("role")], text);
            }
        }
        for (member, command) in commands(description) {
            if command.first().is_some_and(String::is_empty) {
                let text = format!("{member}: expected a program, got an empty word");
                self.wrong(&[key(member)], text);
            }
        }
    }

    fn options(&mut self) {
        for (index, option) in self.description.options.iter().enumerate() {
            let known = || OPTIONS.iter().map(|option| option.name);
            if known().any(|name| name == option) {
                continue;
            }
            let text = format!(
                "options: unknown option {option:?}{} (`harness list --options` has them)",
                meant(option, known())
            );
            self.wrong(&[key("options"), Key::Index(index)], text);
        }
    }

    fn numbers(&mut self) {
        let description = self.description;
        for (name, value) in [
            ("timeout", description.timeout),
            ("start-timeout", description.start_timeout),
            ("quiet", description.quiet.unwrap_or(1.0)),
        ] {
            if !(value.is_finite() && value > 0.0 && value <= 86_400.0) {
                let text = format!("{name}: expected seconds above 0, got {value}");
                self.wrong(&[key(name)], text);
            }
        }
        if description.parallel == 0 {
            let text = "parallel: expected at least 1 case at a time, got 0";
            self.wrong(&[key("parallel")], text);
        }
        if description.parallel > 1 && description.reach == Reach::Hosts {
            let text = "parallel: reach = \"hosts\" has one port 443 per host: expected 1";
            self.wrong(&[key("parallel")], text);
        }
    }

    fn card(&mut self) {
        let Card::Vpcd { ports, readers } = &self.description.card else {
            return;
        };
        let path = [key("card")];
        if ports.is_empty() || ports.len() != readers.len() {
            let text = format!(
                "card: expected as many readers as ports, at least one of each, got {} and {}",
                readers.len(),
                ports.len()
            );
            self.wrong(&path, text);
        } else if self.description.parallel > ports.len() {
            let text = format!(
                "parallel: {} cases at a time need as many slots, got {}",
                self.description.parallel,
                ports.len()
            );
            self.wrong(&[key("parallel")], text);
        }
    }

    /// An IPA that is never told where the hosts are cannot find them; an eIM has one way.
    fn reach(&mut self) {
        let description = self.description;
        if description.role == RoleName::Eim && description.reach != Reach::Resolve {
            let text = format!(
                "reach: {} is for an IPA; expected resolve for an eIM",
                reach_of(description.reach)
            );
            self.wrong(&[key("reach")], text);
        }
        // a name that nobody knows may be meant for it, and is a mistake of its own
        let tells = |name: &str| name == "resolve" || !NAMES.iter().any(|it| it.name == name);
        let told = templates(description)
            .iter()
            .any(|it| !it.order && names_in(it.text).into_iter().any(tells));
        // a proxy is named in the environment anyway, and an eIM may be asked for no download
        if description.role.has_the_card() && description.reach == Reach::Resolve && !told {
            let text = "reach: expected {resolve} in start, env or trust.files, or another reach \
                        (proxy, hosts): the program does not learn where the servers are";
            self.wrong(&[key("reach")], text);
        }
    }

    fn trust(&mut self) {
        for (name, path) in trust_paths(&self.description.trust) {
            if path.is_absolute() && self.description.parallel > 1 {
                let text = format!(
                    "trust: cases at the same time would write {} for each other; expected \
                     parallel = 1 or a path below the scratch folder",
                    path.display()
                );
                self.wrong(&[key("trust"), name.clone()], text);
            }
            let leaves = path.is_relative()
                && path
                    .components()
                    .any(|it| matches!(it, Component::ParentDir));
            if path.as_os_str().is_empty() || leaves {
                let text = format!(
                    "trust: expected a path below the scratch folder or an absolute one, got {:?}",
                    path.display().to_string()
                );
                self.wrong(&[key("trust"), name], text);
            }
        }
    }

    fn env(&mut self) {
        for (name, value) in &self.description.env {
            if name.is_empty() || name.contains(['=', '\0']) || value.contains('\0') {
                let text = format!("env: expected a name and a text, got {name:?} = {value:?}");
                self.wrong(&[key("env"), key(name)], text);
            }
        }
    }

    fn names(&mut self, template: &Template<'_>) {
        for name in names_in(template.text) {
            if let Some(text) = self.unusable(name, template.order) {
                self.wrong(&template.path, text);
            }
        }
    }

    /// Why a name has no value in this description.
    fn unusable(&self, name: &str, order: bool) -> Option<String> {
        let description = self.description;
        let fits = |known: &Name| known.roles.contains(&description.role);
        let mut called = NAMES.iter().filter(|known| known.name == name);
        let first = called.clone().next();
        let Some(known) = called.find(|known| fits(known)).or(first) else {
            let names = NAMES.iter().filter(|known| fits(known));
            let names: Vec<_> = names
                .filter(|known| order || known.needs != Needs::Order)
                .map(|known| known.name)
                .collect();
            let hint = meant(name, names.iter().copied());
            let all = names.join("}, {");
            return Some(format!("unknown name {{{name}}}{hint}; known: {{{all}}}"));
        };
        let lacks = |what: String| Some(format!("{{{name}}} has no value: {what}"));
        if !fits(known) {
            return lacks(format!("it is not for role = \"{}\"", description.role));
        }
        match known.needs {
            Needs::Nothing => None,
            Needs::Order if order => None,
            Needs::Order => lacks("expected it in a template of [order]".to_owned()),
            Needs::Link(link) => (link_of(&description.card) != link)
                .then(|| lacks(format!("expected card = {{ link = \"{link}\" }}")))?,
            Needs::Reach(reach) => (reach_of(description.reach) != reach)
                .then(|| lacks(format!("expected reach = \"{reach}\"")))?,
            Needs::Trust(member) => (!has_trust(&description.trust, member)).then(|| {
                lacks(format!(
                    "expected {member} in [trust], the path of that file"
                ))
            })?,
        }
    }
}

fn key(name: impl Into<String>) -> Key {
    Key::Name(name.into())
}

fn meant<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    nearest(name, known).map_or_else(String::new, |it| format!(", did you mean {it:?}?"))
}

/// What the name of an implementation consists of.
pub(crate) const NAME_FORM: &str = "letters, digits, '-', '_' and '.', a letter or digit first";

/// Whether an implementation may have this name, which is part of the names of files and folders.
pub(crate) fn is_name(text: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    text.starts_with(|c: char| c.is_ascii_alphanumeric()) && text.chars().all(fits)
}

/// The word for a link.
pub(super) const fn link_of(card: &Card) -> &'static str {
    match card {
        Card::Tcp => "tcp",
        Card::Vpcd { .. } => "vpcd",
        Card::Stdio => "stdio",
        Card::At => "at",
    }
}

/// The word for a way to find hosts.
pub(super) const fn reach_of(reach: Reach) -> &'static str {
    match reach {
        Reach::Resolve => "resolve",
        Reach::Proxy => "proxy",
        Reach::Hosts => "hosts",
    }
}

fn has_trust(trust: &Trust, member: &str) -> bool {
    match member {
        "ca" => trust.ca.is_some(),
        "ca-folder" => trust.ca_folder.is_some(),
        "initial-eim" => trust.initial_eim.is_some(),
        "tls" => trust.tls.is_some(),
        "signing" => trust.signing.is_some(),
        "euicc" => trust.euicc.is_some(),
        _ => false,
    }
}

/// Every path below `[trust]`, with the member that has it.
fn trust_paths(trust: &Trust) -> Vec<(Key, &Path)> {
    let one = [
        ("ca", &trust.ca),
        ("ca-folder", &trust.ca_folder),
        ("initial-eim", &trust.initial_eim),
    ];
    let two = [
        ("tls", &trust.tls),
        ("signing", &trust.signing),
        ("euicc", &trust.euicc),
    ];
    let mut paths = Vec::new();
    for (name, path) in one {
        paths.extend(path.as_deref().map(|path| (key(name), path)));
    }
    for (name, pair) in two {
        let pair = pair.iter().flat_map(|(first, second)| [first, second]);
        paths.extend(pair.map(|path| (key(name), path.as_path())));
    }
    paths.extend(
        trust
            .files
            .keys()
            .map(|path| (key("files"), path.as_path())),
    );
    paths
}

fn commands(description: &Description) -> [(&'static str, &[String]); 4] {
    [
        ("start", &description.start),
        ("trigger", &description.trigger),
        ("device", &description.device),
        ("stop", &description.stop),
    ]
}

/// Every text of the description in which names are replaced.
fn templates(description: &Description) -> Vec<Template<'_>> {
    let mut templates = Vec::new();
    let mut add = |path: Vec<Key>, text, order| templates.push(Template { path, text, order });
    for (member, command) in commands(description) {
        for (index, argument) in command.iter().enumerate() {
            add(vec![key(member), Key::Index(index)], argument, false);
        }
    }
    user::templates(description, &mut add);
    for (name, value) in &description.env {
        add(vec![key("env"), key(name)], value, false);
    }
    for (path, text) in &description.trust.files {
        let name = path.to_string_lossy().into_owned();
        add(vec![key("trust"), key("files"), key(name)], text, false);
    }
    order::templates(description, &mut add);
    templates
}
