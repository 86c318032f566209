// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a case must hold beyond its form: nothing that would only be noticed while it runs.

mod exchange;
mod steps;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::clause::{Known, look_up};
use super::inventory::target;
use super::node::Variable;
use super::options::find_option;
use super::reading::{Reading, readings};
use super::role::{Actor, ActorName, Role, RoleName};
use super::{Binding, CaseFile, Dialect, Position, Problem};
use crate::defect::{Defect, EimDefect, IpaDefect, LpaDefect};

/// What a case may refer to.
#[derive(Clone, Debug, Default)]
pub struct Context {
    /// The folder of fixtures; without it, fixtures are not looked for.
    pub fixtures: Option<PathBuf>,
    /// The folder of procedures; without it there are none.
    pub procedures: Option<PathBuf>,
    /// The readings by name; without them, they are not looked for.
    pub readings: Option<BTreeMap<String, Reading>>,
}

impl Context {
    /// What the cases below `root` may refer to.
    #[must_use]
    pub fn of(root: &Path) -> Self {
        Self {
            fixtures: Some(root.join("fixtures")),
            procedures: Some(root.join("procedures")),
            readings: readings(root),
        }
    }
}

/// Where a mistake belongs that has no place of its own.
const START: Position = Position::new(1, 1);

/// Everything that is wrong with a well-formed case, in the order of the file.
#[must_use]
pub fn problems(case: &CaseFile, context: &Context) -> Vec<Problem> {
    let mut checker = Checker {
        case,
        context,
        known: case.given.keys().cloned().collect(),
        problems: Vec::new(),
        at: START,
    };
    checker.head();
    checker.references();
    checker.covers();
    checker.wire();
    checker.roles();
    checker.steps(&case.steps);
    checker.problems
}

struct Checker<'a> {
    case: &'a CaseFile,
    context: &'a Context,
    known: BTreeSet<String>,
    problems: Vec<Problem>,
    at: Position,
}

impl Checker<'_> {
    fn problem(&mut self, message: impl Into<String>) {
        self.problems.push(Problem {
            position: self.at,
            message: message.into(),
        });
    }

    fn head(&mut self) {
        if self.case.title.trim().is_empty() {
            self.problem("expected a title, got nothing");
        }
        if self
            .case
            .varies
            .as_ref()
            .is_some_and(|why| why.trim().is_empty())
        {
            self.problem("varies: expected the reason, got nothing");
        }
        if self.case.spec.is_empty() {
            self.problem("expected at least one reference under spec, got none");
        }
        if self.case.steps.is_empty() {
            self.problem("expected at least one step, got none");
        }
        for (name, node) in &self.case.given {
            if Variable::parse(&format!("${name}")).is_none() {
                self.problem(format!(
                    "given: expected a name of letters and digits, got {name:?}"
                ));
            }
            if !node.is_value() || !node.variables().is_empty() {
                self.problem(format!("given: {name} is not a value: {node}"));
            }
        }
    }

    /// What the head refers to: clauses, options, defects.
    fn references(&mut self) {
        for reference in &self.case.spec {
            self.at = reference.position;
            if look_up(reference) == Known::Missing {
                self.problem(format!(
                    "no clause {} is known (harness/src/case/clauses.txt)",
                    **reference
                ));
            }
        }
        let iut = self.case.iut;
        for need in &self.case.needs {
            self.at = need.position;
            for term in &need.terms {
                match find_option(&term.option) {
                    None => self.problem(format!(
                        "no option {:?} (harness list --options)",
                        term.option
                    )),
                    Some(option) if !option.roles.contains(&iut) => {
                        self.problem(format!("no {iut} has the option {}", option.name));
                    }
                    Some(_) => (),
                }
            }
        }
        for defect in &self.case.catches {
            self.at = defect.position;
            let known = match iut {
                RoleName::Ipa => has_name::<IpaDefect>(defect),
                RoleName::Lpa => has_name::<LpaDefect>(defect) || has_name::<IpaDefect>(defect),
                RoleName::Eim => has_name::<EimDefect>(defect),
                _ => false,
            };
            if !known {
                self.problem(format!(
                    "no defect {:?} of the {iut} (harness mutants --list)",
                    defect.as_str()
                ));
            }
        }
        self.at = START;
    }

    /// The rows of the target list that it covers.
    fn covers(&mut self) {
        let iut = self.case.iut;
        for id in &self.case.covers {
            self.at = id.position;
            match target(id) {
                None => self.problem(format!(
                    "no row {:?} (harness/coverage/parts_a_b.tsv)",
                    id.as_str()
                )),
                Some(row) if row.role() != iut => {
                    self.problem(format!("{} is a row of the {}", row.id, row.role()));
                }
                Some(_) => (),
            }
        }
        self.at = START;
    }

    /// Version and binding that do not go together.
    fn wire(&mut self) {
        let (dialect, binding) = (self.case.dialect, self.case.binding);
        if dialect == Some(Dialect::V1_0) && binding == Some(Binding::Json) {
            self.problem("binding: json carries v1.2 and v1.3 only, got dialect: v1.0");
        }
    }

    fn roles(&mut self) {
        let iut = self.case.iut;
        if let Some(role) = self.case.roles.role(iut) {
            self.at = role.position;
            self.problem(format!("{iut} is under test and cannot be played"));
        }
        for name in RoleName::ALL {
            let Some(role) = self.case.roles.role(name) else {
                if name != iut && name != RoleName::Smds && name.is_beside(iut) {
                    self.at = START;
                    self.problem(format!("nobody plays {name}"));
                }
                continue;
            };
            self.at = role.position;
            if !name.is_beside(iut) {
                self.problem(format!("no {name} has a part in what the {iut} does"));
            }
            let real = matches!(name, RoleName::Euicc | RoleName::Smdp | RoleName::Smds);
            match &**role {
                role if real && role.is_scripted() => self.problem(format!(
                    "{name} cannot be scripted; it is played by an actor"
                )),
                Role::Scripted => (),
                Role::Actor(actor) => self.actor(name, actor),
            }
        }
        self.at = START;
    }

    fn actor(&mut self, name: RoleName, actor: &Actor) {
        if actor.actor != actor_for(name) && actor.actor != ActorName::Scripted {
            self.problem(format!("{:?} cannot play {name}", actor.actor));
        }
        if let (Some(fixture), Some(folder)) = (&actor.fixture, &self.context.fixtures)
            && !folder.join(format!("{fixture}.yaml")).is_file()
        {
            self.problem(format!("no fixture {fixture:?} in {}", folder.display()));
        }
        if let Some(personality) = &actor.personality {
            if name != RoleName::Euicc {
                self.problem(format!("only a card has a personality, got one for {name}"));
            } else if let Err(error) = veuicc::Personality::named(personality) {
                self.problem(error.to_string());
            }
        }
        if matches!(name, RoleName::Smdp | RoleName::Smds | RoleName::Eim) {
            self.faults(name, &actor.faults);
        } else if !actor.faults.is_empty() {
            self.problem(format!("only servers have faults, got some for {name}"));
        }
    }

    /// Names of faults that the server does not have.
    fn faults(&mut self, server: RoleName, faults: &[String]) {
        for fault in faults {
            if server == RoleName::Eim {
                if let Err(error) = eim_fault(fault) {
                    self.problem(format!("fault {fault:?}: {error}"));
                }
                continue;
            }
            let known = fault
                .parse::<smdp::ArmedFault>()
                .and_then(|fault| smdp::fault::by_name(&fault.name).map(|_| ()));
            if let Err(error) = known {
                self.problem(format!("fault {fault:?}: {error}"));
            }
        }
    }
}

/// What is wrong with a fault of an eIM: it has those of TLS, HTTP and JSON of `smdp`, and its own
/// of CoAP and DTLS.
fn eim_fault(fault: &str) -> Result<(), String> {
    if fault.starts_with("coap-") || fault.starts_with("dtls-") {
        let known = fault.parse::<crate::wire::coap::ArmedCoapFault>();
        return known.map(|_| ()).map_err(|error| error.to_string());
    }
    let known = fault.parse::<smdp::ArmedFault>();
    let known = known.and_then(|fault| smdp::fault::by_name(&fault.name));
    match known.map(|row| row.level().touches_esipa()) {
        Ok(true) => Ok(()),
        Ok(false) => Err("expected a fault of TLS, HTTP, JSON, CoAP or DTLS".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

fn has_name<D: Defect>(name: &str) -> bool {
    D::ALL.iter().any(|defect| defect.name() == name)
}

const fn actor_for(name: RoleName) -> ActorName {
    match name {
        RoleName::Ipa | RoleName::Lpa => ActorName::Ipa,
        RoleName::Eim => ActorName::Eim,
        RoleName::Euicc => ActorName::Veuicc,
        RoleName::Smdp => ActorName::Smdp,
        RoleName::Smds => ActorName::Smds,
    }
}
