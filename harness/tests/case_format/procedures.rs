// SPDX-License-Identifier: MIT OR Apache-2.0
//! `use`.

use harness::case::Step;

use super::{GOOD, load_all, refused};

const POLL: &str = "title: The IPA asks and gets an error
parameters: [error, twice]
defaults: {twice: any}
steps:
  - ESipa:
      request:  {getEimPackageRequest: {eidValue: $eid}}
      response: {getEimPackageResponse: {eimPackageError: '${error}'}}
      as: $answer
  - ESipa:
      request:  {getEimPackageRequest: {eidValue: $eid}}
      response: {getEimPackageResponse: {eimPackageError: '${twice}'}}
";

fn using(with: &str) -> String {
    let step = format!("  - use: {{procedure: poll, with: {with}}}\n");
    GOOD.replace("  - never", &format!("{step}  - never"))
}

#[test]
fn a_procedure_gives_its_steps() {
    let procedures = [("poll", POLL)];
    let (mut cases, folder) = load_all(&using("{error: eidNotFound}"), &procedures);
    let case = cases.remove(0).1.unwrap();
    assert_eq!(case.file.steps.len(), 5);
    let place = case.file.steps[1].position.place(&case.path);
    let file = folder.path().join("procedures/poll.yaml");
    assert_eq!(place, format!("{}:5:5", file.display()));
    let (_, exchange) = case.file.steps[2].exchange().unwrap();
    let response = exchange.response.as_ref().unwrap().to_string();
    assert_eq!(response, "{getEimPackageResponse: {eimPackageError: any}}");
    assert_eq!((case.used[0].first, case.used[0].count), (1, 2));
}

#[test]
fn procedures_may_use_procedures() {
    let outer = "title: Twice\nsteps:\n  - either:\n    - [use: {procedure: poll, with: {error: any}}]\n    - [iut: start]\n";
    let procedures = [("poll", POLL), ("outer", outer)];
    let text = using("{}").replace("procedure: poll", "procedure: outer");
    let (mut cases, _folder) = load_all(&text, &procedures);
    let case = cases.remove(0).1.unwrap();
    let Step::Either(ways) = &*case.file.steps[1] else {
        panic!("expected either, got {:?}", case.file.steps[1]);
    };
    assert_eq!(ways[0].len(), 2);
    assert_eq!(ways[0][1].position.line, 9);
}

#[test]
fn mistakes_with_procedures_have_their_place() {
    let mistakes = [
        (
            "{error: any, eror: any}",
            "",
            "",
            "x.yaml:17:5: poll has no parameter \"eror\"; known are error, twice",
        ),
        (
            "{}",
            "",
            "",
            "x.yaml:17:5: poll needs a value for \"error\"",
        ),
        ("{error: any}", "title", "titel", "poll.yaml"),
        (
            "{error: any}",
            "'${twice}'",
            "'${thrice}'",
            "poll.yaml:11:60: no parameter \"thrice\"",
        ),
        (
            "{error: any}",
            "'${twice}'",
            "any",
            "poll.yaml:2:21: nothing in the file uses ${twice}",
        ),
        (
            "{error: any}",
            "{twice:",
            "{thrice:",
            "poll.yaml:1:1: defaults: no parameter \"thrice\"",
        ),
        (
            "{error: noSuch}",
            "",
            "",
            "poll.yaml:5:5: getEimPackageResponse.eimPackageError: unknown name",
        ),
        (
            "{error: any}",
            "eidValue: $eid",
            "eidValue: $aid",
            "poll.yaml:5:5: $aid is not known here",
        ),
    ];
    for (with, old, new, says) in mistakes {
        let procedure = POLL.replacen(old, new, usize::from(!old.is_empty()));
        let error = refused(&using(with), &[("poll", &procedure)]);
        assert!(error.contains(says), "{with} {new}: {error}");
    }
    let recursive = format!("{POLL}  - use: {{procedure: poll, with: {{error: any}}}}\n");
    for (procedures, says) in [
        (&[][..], "x.yaml:17:5: no procedure \"poll\""),
        (
            &[("poll", recursive.as_str())][..],
            "poll.yaml:12:5: poll is used within poll",
        ),
    ] {
        let error = refused(&using("{error: any}"), procedures);
        assert!(error.contains(says), "{error}");
    }
    let outside = using("{error: any}").replace("procedure: poll", "procedure: ../x");
    assert!(refused(&outside, &[]).contains("no procedure \"../x\""));
}

#[test]
fn procedures_have_an_end() {
    let chain: Vec<(String, String)> = (0..20)
        .map(|at| {
            let steps = format!("  - use: {{procedure: p{}}}\n", at + 1).repeat(10);
            (format!("p{at}"), format!("title: t\nsteps:\n{steps}"))
        })
        .collect();
    let chain: Vec<(&str, &str)> = chain
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_str()))
        .collect();
    let text = using("{}").replace("procedure: poll", "procedure: p0");
    let error = refused(&text, &chain);
    assert!(error.contains("p8 is used within p0, p1"), "{error}");
}
