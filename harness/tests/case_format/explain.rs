// SPDX-License-Identifier: MIT OR Apache-2.0
//! `harness explain` of every case that there is.

use harness::case::{parse_case, readings};
use harness::collect::collect;
use harness::explain::explain;

use super::{load_all, root};

#[test]
fn every_case_can_be_told() {
    let readings = readings(&root()).unwrap();
    assert!(readings.contains_key("poll-again"));
    let cases = collect(&root()).unwrap();
    assert!(cases.len() > 30);
    for found in cases {
        let case = found.case.unwrap();
        let text = explain(&case, &readings);
        assert!(text.contains(&case.file.title), "{}", case.id);
        for (_, exchange) in case.file.steps.iter().filter_map(|step| step.exchange()) {
            if let Some((name, _)) = exchange.request.as_choice() {
                assert!(text.contains(&format!(" {name}.")), "{}: {name}", case.id);
            }
        }
        assert!(
            text.lines().all(|line| line.trim_end() == line),
            "{}",
            case.id
        );
    }
}

const EVERYTHING: &str = "\
title: A case with every step
spec: [SGP.32 v1.2 §3.1.1.1]
level: may
iut: ipa
needs: [not rollback, direct-download or indirect-download]
roles:
  eim:   scripted
  euicc: {actor: veuicc, fixture: euicc/associated-eim1-no-profile}
  smdp:  {actor: smdp, fixture: smdp/idle}
given: {eid: '89049032123451234512345678901235'}
steps:
  - iut: start   # as a device does
  - any_order:
    - ESipa: &poll
        request:  {getEimPackageRequest: {eidValue: $eid}}
        response: {getEimPackageResponse: {eimPackageError: eidNotFound}}
    - ES10b: {request: {getEuiccChallengeRequest: {}}, optional: true, within: 3}
  - either:
    - [ESipa: *poll]
    - [ES9+: {request: {initiateAuthenticationRequest: {}}, unclear: poll-again}]
  - card: reset
  - network: {ES9+: {delay: 2}}
  - coverage: {none: [ESipa]}
  - never: {ES10b: loadCRLRequest}
  - iut: kill
  - check: {euicc.profiles: []}
";

#[test]
fn every_step_is_told() {
    let (mut cases, _folder) = load_all(EVERYTHING, &[]);
    let case = cases.remove(0).1.unwrap();
    let text = explain(&case, &readings(&root()).unwrap());
    for words in [
        "may         SGP.32 v1.2 §3.1.1.1 (eIM package retrieval)",
        "an IPA with not rollback, direct-download or indirect-download",
        "The SM-DP+ is a real server in the state smdp/idle",
        "1.  The IPA is told to look for work.",
        "(as a device does)",
        "2.  All of these, in any order:",
        "ES10b: the IPA may send getEuiccChallengeRequest within 3 s. This may be left out.",
        "3.  One of these, as the IPA chooses:",
        "what differs is inconclusive (poll-again)",
        "4.  The card loses power for a moment.",
        "ES9+ is 2 s late",
        "none reaches ESipa",
        "there must be no loadCRLRequest on ES10b",
        "The IPA is ended without warning.",
        "the card's profiles: the list is []",
        "poll-again (SGP.32 §3.1.1.1): ",
    ] {
        assert!(text.contains(words), "{words}\n{text}");
    }
}

#[test]
fn a_case_without_a_page_of_readings_is_told() {
    let file = parse_case(EVERYTHING).unwrap();
    let case = harness::case::Case::new("x".to_owned(), "/nowhere/x.yaml".into(), file);
    let text = explain(&case, &Default::default());
    assert!(text.contains("READINGS\n  poll-again"), "{text}");
}
