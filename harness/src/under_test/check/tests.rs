// SPDX-License-Identifier: MIT OR Apache-2.0
//! Mistakes in descriptions, each with its place.

use crate::under_test::{Card, Description, Reach};

const IPA: &str = r#"role = "ipa"
start = ["ipa", "--card", "{card}", "--resolve", "{resolve}"]
"#;

fn mistakes(text: &str) -> Vec<String> {
    let problems = Description::parse(text).err().unwrap_or_default();
    problems
        .into_iter()
        .map(|problem| {
            let position = problem.position;
            format!("{}:{} {}", position.line, position.column, problem.message)
        })
        .collect()
}

/// The one mistake of a text.
fn mistake(text: &str) -> String {
    let mut found = mistakes(text);
    assert_eq!(found.len(), 1, "{text}: {found:?}");
    found.remove(0)
}

#[test]
fn a_short_description_is_enough() {
    let description = Description::parse(IPA).unwrap();
    assert!(matches!(description.card, Card::Tcp));
    assert_eq!(description.reach, Reach::Resolve);
    assert_eq!(description.name(), "ipa");
}

#[test]
fn names_that_stand_for_nothing_are_found_where_they_are() {
    let text = IPA.replace("{card}", "{crad}");
    let found = mistake(&text);
    assert!(
        found.starts_with("2:27 unknown name {crad}, did you mean \"card\"?; known: {scratch}"),
        "{found}"
    );
    for (old, new, place, message) in [
        ("{card}", "{reader}", "2:27", "card = { link = \"vpcd\" }"),
        (
            "{card}",
            "{tls_key}",
            "2:27",
            "it is not for role = \"ipa\"",
        ),
        ("{card}", "{ca}", "2:27", "expected ca in [trust]"),
        ("{card}", "{proxy}", "2:27", "expected reach = \"proxy\""),
    ] {
        let found = mistake(&IPA.replace(old, new));
        assert!(found.starts_with(place), "{found}");
        assert!(found.contains(message), "{found}");
    }
}

#[test]
fn mistakes_of_form_have_their_place() {
    for (added, place, message) in [
        ("tiemout = 3\n", "3:1", "unknown field `tiemout`"),
        ("timeout = \"3\"\n", "3:11", "invalid type"),
        ("timeout = \n", "3:11", ""),
        ("reach = \"magic\"\n", "3:9", "unknown variant `magic`"),
        (
            "card = { link = \"usb\" }\n",
            "3:17",
            "unknown variant `usb`",
        ),
    ] {
        let found = mistake(&format!("{IPA}{added}"));
        assert!(found.starts_with(place), "{added}: {found}");
        assert!(found.contains(message), "{added}: {found}");
    }
}

#[test]
fn contradictions_are_found() {
    for (added, place, message) in [
        ("timeout = 0\n", "3:11", "expected seconds above 0"),
        ("start-timeout = inf\n", "3:17", "expected seconds above 0"),
        ("quiet = -1\n", "3:9", "expected seconds above 0"),
        ("parallel = 0\n", "3:12", "expected at least 1"),
        (
            "options = [\"nist\", \"esipa-http\"]\n",
            "3:20",
            "did you mean \"esipa-https\"?",
        ),
        (
            "[trust]\nca = \"../ca.pem\"\n",
            "4:6",
            "below the scratch folder",
        ),
        (
            "[trust.files]\n\"x.conf\" = \"{weather}\"\n",
            "4:12",
            "unknown name {weather}",
        ),
        (
            "[env]\n\"A=B\" = \"c\"\n",
            "4:9",
            "expected a name and a text",
        ),
        (
            "[order.command]\nplace = {}\nstatus = []\n",
            "3:2",
            "an IPA takes no orders",
        ),
    ] {
        let found = mistake(&format!("{IPA}{added}"));
        assert!(found.starts_with(place), "{added}: {found}");
        assert!(found.contains(message), "{added}: {found}");
    }
    for name in ["../../x", "a/b", "", "..", "a b"] {
        let found = mistake(&format!("{IPA}name = {name:?}\n"));
        assert!(found.contains(" name: expected letters"), "{found}");
    }
    let slots = "card = { link = \"vpcd\", ports = [35963], readers = [] }\n";
    let found = mistake(&format!("{}{slots}", IPA.replace("{card}", "x")));
    assert!(found.contains("as many readers as ports"), "{found}");
    let found = mistake("role = \"ipa\"\nstart = [\"ipa\"]\n");
    assert!(
        found.contains("does not learn where the servers are"),
        "{found}"
    );
    let found = mistake("role = \"ipa\"\nstart = [\"ipa\"]\nreach = \"localhost\"\n");
    assert!(found.starts_with("3:9 unknown variant"), "{found}");
    for reach in ["proxy", "hosts"] {
        let found = mistakes(&format!(
            "role = \"eim\"\nstart = [\"eim\"]\nreach = \"{reach}\"\n"
        ));
        let words = format!("3:9 reach: {reach} is for an IPA; expected resolve");
        assert!(found.iter().any(|it| it.starts_with(&words)), "{found:?}");
    }
    let files = "role = \"ipa\"\nstart = [\"ipa\", \"{resolve}\"]\nparallel = 2\ntrust = { ca = \"/etc/ca.pem\" }\n";
    let found = mistake(files);
    assert!(
        found.contains("would write /etc/ca.pem for each other"),
        "{found}"
    );
    let found = mistakes("role = \"euicc\"\n");
    assert!(
        found
            .iter()
            .any(|it| it.contains("expected ipa, eim or lpa"))
    );
}

#[test]
fn templates_of_orders_know_the_order() {
    let text = r#"role = "eim"
start = ["eim", "{esipa_port}", "{id}"]
[order.http]
place.any = { method = "POST", url = "http://127.0.0.1:{api_port}/{order}", body = '{"v": {vlaue}}' }
status = { method = "GET", url = "http://127.0.0.1:{api_port}/{id}" }
"#;
    let found = mistakes(text);
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found[0].starts_with("2:33 {id} has no value"), "{found:?}");
    assert!(
        found[1].contains("unknown name {vlaue}, did you mean \"value\"?"),
        "{found:?}"
    );
}

const LPA: &str = r#"role = "lpa"
reach = "proxy"
[user]
download = ["lpa", "download", "{activation_code}", "-c", "{confirmation_code}"]
"#;

#[test]
fn an_lpa_has_a_command_per_wish() {
    let description = Description::parse(LPA).unwrap();
    assert_eq!(description.user.len(), 1);
    for (old, new, message) in [
        (
            "download =",
            "downlaod =",
            "4:12 user: unknown wish \"downlaod\", did you mean \"download\"?",
        ),
        (
            "{activation_code}",
            "{eim_id}",
            "{eim_id} has no value: it is not for role = \"lpa\"",
        ),
        (
            "reach = \"proxy\"",
            "reach = \"resolve\"",
            "the program does not learn where the servers are",
        ),
        (
            "[user]",
            "start = [\"lpa\"]\n[user]",
            "3:9 start: an LPA is started by the commands of [user]",
        ),
        (
            "[\"lpa\", \"download\",",
            "[\"\", \"download\",",
            "user.download: expected a program",
        ),
    ] {
        let found = mistakes(&LPA.replacen(old, new, 1)).join("; ");
        assert!(found.contains(message), "{found}");
    }
    let none = mistake("role = \"lpa\"\nreach = \"proxy\"\n");
    assert!(
        none.contains("expected [user] with a command for each wish"),
        "{none}"
    );
}

#[test]
fn a_name_is_that_of_the_role() {
    let order = r#"role = "eim"
start = ["eim"]
[order.command]
place = { indirect = ["order", "{activation_code}", "{confirmation_code}"] }
status = ["status", "{id}"]
"#;
    assert_eq!(mistakes(order), Vec::<String>::new());
}
