// SPDX-License-Identifier: MIT OR Apache-2.0
//! A look at a program before the first case: does it start, and does it make contact at all? A
//! program that does not is one mistake of its set-up, not a failure of every case.

use std::path::PathBuf;

use crate::capture::Piece;
use crate::case::{Case, Interface, RoleName, Wish, parse_case};
use crate::run::{Outcome, RunOptions, run_case};
use crate::under_test::device::last_words;
use crate::verdict::{Fault, Finding};

/// The first contact of an IPA. What it says first is for the cases to judge.
const IPA: &str = "
title: the program makes contact
spec: [SGP.32 v1.2 §3.1.1.1]
level: shall
iut: ipa
roles:
  eim:   scripted
  euicc: {actor: veuicc, fixture: euicc/associated-eim1-no-profile}
  smdp:  {actor: smdp, fixture: smdp/idle}
steps:
  - iut: start
  - ESipa:
      request:  {getEimPackageRequest: any}
      response: {getEimPackageResponse: {eimPackageError: noEimPackageAvailable}}
";

/// The first contact of an LPA with its card. What it shows is for the cases to judge.
const LPA: &str = "
title: the program uses its card
spec: [SGP.22 v2.5 §4.3.1]
level: shall
iut: lpa
roles:
  euicc: {actor: veuicc, fixture: euicc/no-eim}
  smdp:  {actor: smdp, fixture: smdp/idle}
steps:
  - user: {do: WISH, outcome: any}
";

/// The first contact with an eIM. What it answers is for the cases to judge.
const EIM: &str = "
title: the program answers
spec: [SGP.32 v1.2 §5.14.5]
level: shall
iut: eim
roles:
  ipa:   scripted
  euicc: {actor: veuicc, fixture: euicc/associated-eim1-no-profile}
  smdp:  {actor: smdp, fixture: smdp/idle}
given:
  eid: '89049032123451234512345678901235'
steps:
  - ESipa:
      request:  {getEimPackageRequest: {eidValue: $eid}}
      response: {getEimPackageResponse: any}
";

/// Why no case is worth running.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{name}: {reason}")]
pub struct NoContact {
    name: String,
    reason: String,
}

/// Starts the program under test and lets it make contact once; implementations of our own need no
/// such look.
///
/// # Errors
/// [`NoContact`] says how far it came.
pub async fn smoke(options: &RunOptions) -> Result<(), NoContact> {
    let Some(description) = options.under_test.clone() else {
        return Ok(());
    };
    let failed = |reason| NoContact {
        name: description.name(),
        reason,
    };
    let text = match description.role {
        RoleName::Ipa => IPA.to_owned(),
        RoleName::Lpa => {
            let mut looks = Wish::LOOKS.iter().map(Wish::name);
            let known = looks.find(|name| description.user.contains_key(*name));
            LPA.replace("WISH", known.unwrap_or("info"))
        }
        _ => EIM.to_owned(),
    };
    let file = parse_case(&text).map_err(failed)?;
    let case = Case::new("smoke".to_owned(), PathBuf::from("smoke.yaml"), file);
    let outcome = Box::pin(run_case(&case, options)).await;
    judge(&outcome, description.role).map_err(failed)
}

/// How far the program came, when that is not far enough.
fn judge(outcome: &Outcome, role: RoleName) -> Result<(), String> {
    let contact = outcome.tape.iter().any(|(_, entry)| match role {
        RoleName::Lpa => entry.interface == Interface::Es10b,
        RoleName::Ipa => entry.interface == Interface::Esipa,
        _ => entry.interface == Interface::Esipa && entry.response.is_some(),
    });
    match &outcome.finding {
        _ if contact => Ok(()),
        // a wrapper says so of each case by itself
        Some(finding) if finding.fault == Fault::Unsupported => Ok(()),
        Some(finding) if finding.fault == Fault::Harness => Err(finding.actual.join("; ")),
        finding => Err(story(outcome, role, finding.as_ref())),
    }
}

fn story(outcome: &Outcome, role: RoleName, finding: Option<&Finding>) -> String {
    // the line before says what came instead of the contact: nothing
    let seen = finding.and_then(|finding| finding.actual.last().cloned());
    let seen = seen.unwrap_or_default();
    let words = match outcome.iut {
        Some(_) => last_words(&outcome.iut_output),
        None => String::new(),
    };
    // an end that is told has its last words with it
    let words = if seen.contains(&words) {
        ""
    } else {
        words.as_str()
    };
    if role == RoleName::Lpa {
        return format!("it does not use the card: {seen}{words}");
    }
    if role != RoleName::Ipa {
        return format!("it gives no answer on ESipa: {seen}{words}");
    }
    let pieces = outcome.capture.snapshot();
    let esipa = |piece: &Piece| matches!(piece, Piece::Opened { interface, .. } if *interface == Interface::Esipa);
    let card = pieces
        .iter()
        .any(|piece| matches!(piece, Piece::Apdu { .. } | Piece::Reset(_)))
        || !outcome.tape.is_empty();
    let far = if pieces.iter().any(esipa) {
        "it opened a connection to the eIM but sent no request, as one does that does not trust the \
         eIM's certificate or offers no TLS version of the eIM"
    } else if card {
        "it used the card but opened no connection to the eIM: does it know where the host is \
         (reach), and does it look for work by itself?"
    } else {
        "it neither used the card nor opened a connection to the eIM"
    };
    format!("no first contact: {far}; {seen}{words}")
}
