// SPDX-License-Identifier: MIT OR Apache-2.0
//! Who is there, and with what they begin.

use super::{Text, name_of};
use crate::case::{Actor, ActorName, Binding, Case, Dialect, Role, RoleName};

pub(super) fn set_up(case: &Case, text: &mut Text) {
    let file = &case.file;
    for name in RoleName::ALL {
        let called = name_of(name);
        let sentence = match file.roles.role(name).map(|role| &**role) {
            _ if name == file.iut => format!("The {called} is under test."),
            Some(Role::Scripted) => {
                format!("The {called} is played by the case: it says every message.")
            }
            Some(Role::Actor(actor)) => format!("The {called} is {}.", played(actor)),
            None => continue,
        };
        text.paragraph(2, &sentence);
    }
    let version = match file.dialect {
        Some(Dialect::V1_0) => "v1.0",
        None | Some(Dialect::V1_2) => "v1.2",
        Some(Dialect::V1_3) => "v1.3",
    };
    let binding = match file.binding {
        None | Some(Binding::Asn1) => "ASN.1 over HTTPS",
        Some(Binding::Json) => "JSON over HTTPS",
        Some(Binding::Coap) => "ASN.1 over CoAP and DTLS",
    };
    let speech = match file.iut {
        RoleName::Lpa => "They speak SGP.22 v2.5.".to_owned(),
        _ => format!("They speak SGP.32 {version}, on ESipa {binding}."),
    };
    text.paragraph(2, &speech);
    for (name, value) in &file.given {
        text.paragraph(2, &format!("Given: ${name} = {value}"));
    }
}

fn played(actor: &Actor) -> String {
    let what = match actor.actor {
        ActorName::Veuicc => "a virtual card",
        ActorName::Smdp | ActorName::Smds => "a real server",
        ActorName::Eim => "the eIM of the harness",
        ActorName::Ipa => "the reference IPA of the harness",
        ActorName::Scripted => "played by the case, which says every message",
    };
    let mut words = what.to_owned();
    if let Some(fixture) = &actor.fixture {
        words.push_str(&format!(
            " in the state {fixture} (testcases/fixtures/{fixture}.yaml)"
        ));
    }
    if let Some(personality) = &actor.personality {
        words.push_str(&format!(", with the personality {personality}"));
    }
    if !actor.also.is_empty() {
        words.push_str(&format!(", and further ones at {}", actor.also.join(", ")));
    }
    if !actor.faults.is_empty() {
        words.push_str(&format!(", which misbehaves: {}", actor.faults.join(", ")));
    }
    words
}
