// SPDX-License-Identifier: MIT OR Apache-2.0
//! Every mistake is refused with its place.

use super::{GOOD, load};

/// What is put in place of what, and what the message must say; the line is that of the mistake.
const MISTAKES: [(&str, &str, &str, usize); 49] = [
    (
        "'89049032123451234512345678901235'",
        "89049032123451234512345678901235",
        "quotes",
        11,
    ),
    ("'89049032123451234512345678901235'", "0010", "quotes", 11),
    ("level: shall", "level: must", "must", 3),
    ("level: shall", "level: shall\nlevel: may", "duplicate", 4),
    (
        "iut: eim",
        "iut: eim\ntimeout: 3",
        "unknown field `timeout`",
        5,
    ),
    ("      as:", "      at:", "unknown field `at`", 16),
    ("SGP.32 v1.2 §5.14.5", "SGP.32 §5.14.5", "version", 2),
    ("SGP.32 v1.2 §5.14.5", "SGP.32 v1.2 5.14.5", "§clause", 2),
    ("ipa:   scripted", "ipa:   script", "scripted or", 7),
    ("actor: smdp", "actor: server", "server", 9),
    ("- never", "- nevr", "nevr", 17),
    (
        "O_S_PKG_RETRIEVAL",
        "O_S_NOTHING",
        "no option \"O_S_NOTHING\"",
        5,
    ),
    (
        "euicc/associated-eim1-no-profile",
        "euicc/none",
        "no fixture \"euicc/none\"",
        8,
    ),
    ("actor: smdp", "actor: veuicc", "cannot play smdp", 9),
    (
        "  smdp:  {actor: smdp, fixture: smdp/idle}\n",
        "",
        "nobody plays smdp",
        1,
    ),
    (
        "getEimPackageRequest:",
        "getEimPakageRequest:",
        "no message \"getEimPakageRequest\"",
        13,
    ),
    (
        "euiccPackageRequest}",
        "euiccPakageRequest}",
        "no message \"euiccPakageRequest\"",
        17,
    ),
    (
        "eidValue: $eid",
        "eidValu: $eid",
        "getEimPackageRequest: unknown member \"eidValu\"; known are eidValue",
        13,
    ),
    (
        "eimPackageError: any",
        "eimPackageErr: any",
        "getEimPackageResponse: unknown member \"eimPackageErr\"",
        13,
    ),
    (
        "eimPackageError: any",
        "eimPackageError: noEimPackage",
        "unknown name \"noEimPackage\"; known are noEimPackageAvailable",
        13,
    ),
    (
        "eimPackageError: any",
        "eimPackageError: []",
        "expected a number or its name",
        13,
    ),
    (
        "euicc.profiles: []",
        "euicc.profiles: [{profileState: enabld}]",
        "euicc.profiles[0].profileState: unknown name \"enabld\"",
        18,
    ),
    (
        "{euicc.profiles: []}",
        "{order: $answer, status: dun}",
        "unknown \"dun\"; known are waiting, sent, done, failed",
        18,
    ),
    (
        "eidValue: $eid",
        "eidValue: $aid",
        "$aid is not known here",
        13,
    ),
    ("eidValue: $eid", "eidValue: any", "pattern", 13),
    ("as: $answer", "as: answer", "expected $name", 13),
    (
        "as: $answer",
        "resign: eimSignature",
        "resign without mutate",
        13,
    ),
    ("as: $answer", "sign: eim1", "scripted eim", 13),
    (
        "[SGP.32 v1.2 §5.14.5]",
        "[SGP.32 v1.2 §5.14.5, SGP.32 v1.2 §5.14.9]",
        "no clause SGP.32 v1.2 §5.14.9",
        2,
    ),
    (
        "O_S_PKG_RETRIEVAL",
        "rollback",
        "no eim has the option rollback",
        5,
    ),
    ("O_S_PKG_RETRIEVAL", "O_S_TRID and O_S_JSON", "X or Y", 5),
    (
        "level: shall",
        "level: shall\ncatches: [skips-everything]",
        "no defect \"skips-everything\" of the eim",
        4,
    ),
    (
        "level: shall",
        "level: shall\ndialect: v1.0\nbinding: json",
        "v1.2 and v1.3 only",
        1,
    ),
    (
        "smdp/idle}",
        "smdp/idle, personality: none}",
        "only a card has a personality",
        9,
    ),
    (
        "smdp/idle}",
        "smdp/idle, faults: [no-such-fault]}",
        "no-such-fault",
        9,
    ),
    (
        "no-profile}",
        "no-profile, personality: nobody}",
        "nobody",
        8,
    ),
    (
        "no-profile}",
        "no-profile, faults: [x]}",
        "only servers have faults",
        8,
    ),
    ("as: $answer", "within: 0", "seconds above 0", 13),
    (
        "as: $answer",
        "unclear: no-such-reading",
        "no reading \"no-such-reading\"",
        13,
    ),
    (
        "- never: {ES10b: euiccPackageRequest}",
        "- any_order: [iut: start]",
        "two steps or more",
        17,
    ),
    (
        "- never: {ES10b: euiccPackageRequest}",
        "- either: [[iut: start]]",
        "two ways or more",
        17,
    ),
    (
        "- never: {ES10b: euiccPackageRequest}",
        "- network: {ES10b: gone}",
        "ES10b has none",
        17,
    ),
    (
        "- never: {ES10b: euiccPackageRequest}",
        "- network: {ESipa: {delay: -1}}",
        "delay above 0",
        17,
    ),
    (
        "- never: {ES10b: euiccPackageRequest}",
        "- fault: {smds: [x]}",
        "nobody plays smds",
        17,
    ),
    (
        "- never: {ES10b: euiccPackageRequest}",
        "- coverage: {'9888': [ESipa]}",
        "ICCID of 20 digits",
        17,
    ),
    ("{euicc.profiles: []}", "{}", "something to look at", 18),
    (
        "{euicc.profiles: []}",
        "{euicc.state: {enabld: any}}",
        "euicc.state: unknown member \"enabld\"",
        18,
    ),
    (
        "{euicc.profiles: []}",
        "{smdp.orders: [{matching: any}]}",
        "smdp.orders: unknown member \"matching\"",
        18,
    ),
    (
        "{euicc.profiles: []}",
        "{euicc.eims: {contains: {eimIdd: x}}}",
        "euicc.eims: unknown member \"eimIdd\"",
        18,
    ),
];

#[test]
fn every_mistake_is_refused_with_its_place() {
    for (old, new, says, line) in MISTAKES {
        assert!(GOOD.contains(old), "{old}");
        let error = load(&GOOD.replacen(old, new, 1)).unwrap_err();
        assert!(error.contains(says), "{new}: {error}");
        let place = [format!("line {line} "), format!("x.yaml:{line}:")];
        assert!(
            place.iter().any(|place| error.contains(place)),
            "{new}, line {line}: {error}"
        );
    }
}

/// Variables that are only seen in what may be left out are not known afterwards.
#[test]
fn what_may_not_be_seen_is_not_known() {
    let poll = |answer: &str, more: &str| {
        format!(
            "ESipa: {{request: {{getEimPackageRequest: {{eidValue: $eid}}}}, \
             response: {{getEimPackageResponse: {{eimPackageError: {answer}}}}}{more}}}"
        )
    };
    let after = "  - ESipa: {request: {getEimPackageRequest: {eidValue: $x}}}\n";
    let never = "  - never: {ES10b: euiccPackageRequest}\n";
    for (steps, known) in [
        (format!("  - {}\n", poll("$x", "")), true),
        (format!("  - {}\n", poll("$x", ", optional: true")), false),
        (
            format!(
                "  - either:\n    - [{}]\n    - [{}]\n",
                poll("$x", ""),
                poll("any", "")
            ),
            false,
        ),
        (
            format!(
                "  - either:\n    - [{}]\n    - [{}]\n",
                poll("$x", ""),
                poll("$x", "")
            ),
            true,
        ),
        (
            format!(
                "  - any_order:\n    - {}\n    - {}\n",
                poll("$x", ""),
                poll("any", "")
            ),
            true,
        ),
    ] {
        let text = GOOD.replace(never, &format!("{steps}{after}"));
        match load(&text) {
            Ok(_) => assert!(known, "{steps}"),
            Err(error) => assert!(
                !known && error.contains("$x is not known here"),
                "{steps}{error}"
            ),
        }
    }
}

const LPA: &str = "title: x
spec: [SGP.22 v2.5 §3.1.3]
level: shall
iut: lpa
catches: [reports-success]
roles:
  euicc: {actor: veuicc, fixture: euicc/no-eim}
  smdp:  {actor: smdp, fixture: smdp/idle}
steps:
  - user: {do: {enable: '988801000000000010f5'}, outcome: failed}
";

#[test]
fn an_lpa_has_a_user_and_no_eim() {
    load(LPA).unwrap();
    for (old, new, says) in [
        ("988801000000000010f5", "9888", "user: expected an ICCID"),
        ("{enable: '988801000000000010f5'}", "enabel", "enabel"),
        (
            "- user: {do: {enable: '988801000000000010f5'}, outcome: failed}",
            "- iut: start",
            "an LPA is started by `user:`",
        ),
        (
            "- user: {do: {enable: '988801000000000010f5'}, outcome: failed}",
            "- ESipa: {request: {getEimPackageRequest: any}}",
            "an LPA has no eIM",
        ),
        (
            "{enable: '988801000000000010f5'}, outcome: failed",
            "{download: {activationCode: 2$x}}",
            "\"2$x\" is no activation code",
        ),
        (
            "roles:\n",
            "roles:\n  eim: scripted\n",
            "no eim has a part in what the lpa does",
        ),
        (
            "reports-success",
            "signs-zero-token",
            "no defect \"signs-zero-token\" of the lpa",
        ),
    ] {
        assert!(LPA.contains(old), "{old}");
        let error = load(&LPA.replacen(old, new, 1)).unwrap_err();
        assert!(error.contains(says), "{new}: {error}");
    }
    let other = GOOD.replacen("steps:\n", "steps:\n  - user: {do: info}\n", 1);
    let error = load(&other).unwrap_err();
    assert!(error.contains("only an LPA under test has one"), "{error}");
}
