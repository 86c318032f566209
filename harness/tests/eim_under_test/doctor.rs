// SPDX-License-Identifier: MIT OR Apache-2.0
//! Typical mistakes, and what the doctor says about them.

use crate::program::{Bench, described};

/// A description with some text put in the place of another.
fn changed(name: &str, changes: &[(&str, &str)]) -> Bench {
    let mut text = described(name);
    for (old, new) in changes {
        assert!(text.contains(old), "{old}");
        text = text.replace(old, new);
    }
    Bench::with(&text)
}

#[test]
fn a_healthy_eim_is_told_so() {
    let told = changed("mock-eim.toml", &[]).harness(&["doctor"]);
    told.says(
        0,
        &[
            "shows the certificate that the card trusts",
            "no package is available",
            "takes an order",
            "the card takes its signature",
            "says that the order is done",
            "trusts its certificate",
            "All is well",
        ],
    );
}

#[test]
fn a_healthy_ipa_is_told_so() {
    let told = changed("reference-ipa.toml", &[]).harness(&["doctor"]);
    let words = [
        "of ES10",
        "trusts the eIM's certificate",
        "for the EID of its card",
        "All is well",
    ];
    told.says(0, &words);
}

#[test]
fn a_healthy_lpa_is_told_so() {
    let told = changed("reference-lpa.toml", &[]).harness(&["doctor"]);
    let words = [
        "info: started",
        "of ES10",
        "trusts its certificate",
        "All is well",
    ];
    told.says(0, &words);
}

/// One that offers HTTP/2 and is not asked for a certificate of the server (as curl in lpac).
#[test]
fn an_lpa_that_would_speak_http_2_is_looked_over_as_well() {
    if std::process::Command::new("curl")
        .arg("-V")
        .output()
        .is_err()
    {
        assert!(
            std::env::var_os("CI").is_none(),
            "expected curl to be installed"
        );
        eprintln!("left out: curl is not installed");
        return;
    }
    let download = "role = \"lpa\"\nreach = \"proxy\"\n[user]\n\
         download = [\"curl\", \"-sk\", \"-d\", \"{activation_code}\", \"https://smdp1.test.example/x\"]\n";
    let told = Bench::with(download).harness(&["doctor"]);
    told.says(
        0,
        &[
            "no command for info",
            "trusts its certificate",
            "All is well",
        ],
    );
}

#[test]
fn a_wrong_port_is_told() {
    let bench = changed(
        "mock-eim.toml",
        &[
            ("127.0.0.1:{esipa_port}", "127.0.0.1:0"),
            ("start-timeout = 20", "start-timeout = 2"),
        ],
    );
    let words = [
        "WRONG  start",
        "put {esipa_port} into start",
        "ports that were opened since the start",
    ];
    bench.harness(&["doctor"]).says(1, &words);
    let bench = changed(
        "mock-eim.toml",
        &[
            ("{esipa_port}\",", "{api_port}\","),
            (
                "\"--api\", \"127.0.0.1:{api_port}\"",
                "\"--api\", \"127.0.0.1:{esipa_port}\"",
            ),
        ],
    );
    let words = [
        "WRONG  TLS",
        "what it sends is not TLS",
        "or that of another interface?",
    ];
    bench.harness(&["doctor"]).says(1, &words);
}

#[test]
fn keys_of_another_run_are_told() {
    let bench = changed(
        "mock-eim.toml",
        &[("\"--seed\", \"{seed}\"", "\"--seed\", \"2\"")],
    );
    let words = [
        "WRONG  TLS",
        "the card will not trust it",
        "[eim] tls-certificate",
        "the card refuses the package",
    ];
    bench.harness(&["doctor"]).says(1, &words);
}

#[test]
fn a_wrong_path_of_the_order_adapter_is_told() {
    let bench = changed(
        "mock-eim.toml",
        &[("{api_port}/orders\"", "{api_port}/order\"")],
    );
    let words = [
        "WRONG  orders",
        "expected HTTP 2xx, got 404",
        "wrong path or method?",
    ];
    bench.harness(&["doctor"]).says(1, &words);
    let bench = changed(
        "mock-eim.toml",
        &[("answer = \"/id\"", "answer = \"/number\"")],
    );
    bench
        .harness(&["doctor"])
        .says(1, &["WRONG  orders", "expected a value at \"/number\""]);
    let bench = changed(
        "mock-eim.toml",
        &[(
            "http://127.0.0.1:{api_port}/orders\"",
            "http://127.0.0.1:1/orders\"",
        )],
    );
    bench
        .harness(&["doctor"])
        .says(1, &["WRONG  orders", "no connection", "wrong port?"]);
}

#[test]
fn an_euicc_that_nobody_has_told_of_is_told() {
    let bench = changed(
        "mock-eim.toml",
        &[("[order.http.euicc]", "[order.http.place.eco]")],
    );
    let words = [
        "WRONG  first contact",
        "does the eIM manage it?",
        "make it known",
    ];
    bench.harness(&["doctor"]).says(1, &words);
}

#[test]
fn a_wrong_ca_is_told() {
    let certificate = certs::Pki::seeded(2).unwrap();
    let ci = certificate
        .credential(certs::Role::Ci, certs::Curve::NistP256)
        .unwrap();
    let pem = ci.certificate_pem().unwrap();
    let bench = changed("mock-eim.toml", &[("\"{ca}\"", "\"{here}/other.pem\"")]);
    std::fs::write(bench.path("other.pem"), pem).unwrap();
    let told = bench.harness(&["doctor"]);
    told.says(1, &["WRONG  result", "does it trust the CI of this run"]);
    let bench = changed("reference-ipa.toml", &[("\"{seed}\"", "\"2\"")]);
    let told = bench.harness(&["doctor"]);
    told.says(
        1,
        &[
            "WRONG  ES9+ ",
            "it does not trust the certificate",
            "wrong CA?",
        ],
    );
}

#[test]
fn no_program_and_one_that_ends_are_told() {
    let bench = changed("mock-eim.toml", &[("\"{harness}\"", "\"./none\"")]);
    bench.harness(&["doctor"]).says(
        1,
        &[
            "WRONG  start",
            "cannot be started",
            "looked for from the folder",
        ],
    );
    let bench = changed("mock-eim.toml", &[("\"--eim-id\"", "\"--no-such-option\"")]);
    let words = [
        "WRONG  start",
        "ended before it served",
        "it wrote:",
        "--no-such-option",
    ];
    bench.harness(&["doctor"]).says(1, &words);
}

#[cfg(unix)]
#[test]
fn an_ipa_that_never_comes_to_its_card_is_told() {
    let text =
        "role = \"ipa\"\nstart = [\"sleep\", \"600\"]\nreach = \"hosts\"\nstart-timeout = 1\n";
    let told = Bench::with(text).harness(&["doctor"]);
    told.says(
        1,
        &[
            "WRONG  card",
            "nobody came to the card within 1 s",
            "{card}",
        ],
    );
}

#[cfg(unix)]
#[test]
fn a_reader_that_is_not_there_is_told() {
    let text = "role = \"ipa\"\nstart = [\"true\"]\nreach = \"hosts\"\nstart-timeout = 1\ntimeout = 1\n\
                card = { link = \"vpcd\", ports = [1], readers = [\"Virtual PCD 00 00\"] }\n";
    let told = Bench::with(text).harness(&["doctor"]);
    told.says(1, &["WRONG  card", "no reader?", "Virtual PCD 00 00"]);
}

#[test]
fn a_mistake_of_the_file_is_told_with_its_place() {
    let bench = changed("mock-eim.toml", &[("{esipa_port}", "{esipa_prot}")]);
    bench.harness(&["doctor"]).says(
        2,
        &["unknown name {esipa_prot}", "did you mean \"esipa_port\"?"],
    );
    for (old, new, words) in [
        (
            "answer = \"/status\"",
            "answer = \"status\"",
            "expected a JSON pointer",
        ),
        (
            "method = \"GET\"",
            "method = \"FETCH\"",
            "method: expected one of GET",
        ),
        (
            "[order.http.place.indirect]",
            "[order.http.place.indirct]",
            "did you mean \"indirect\"?",
        ),
        (
            "[order.http.status]",
            "[order.http.words]\nready = \"finished\"\n[order.http.status]",
            "has to mean one of waiting",
        ),
    ] {
        changed("mock-eim.toml", &[(old, new)])
            .harness(&["doctor"])
            .says(2, &[words]);
    }
}

#[test]
fn an_eim_with_keys_of_its_own_is_told_by_its_certificates() {
    let own = certs::Pki::seeded(9).unwrap();
    let (id, curve) = ("eim1.test.example", certs::Curve::NistP256);
    let tls = own
        .issue_tls(certs::Role::EimTls, &[id, "localhost"], curve)
        .unwrap();
    let signing = own.issue_eim_signing(id, curve).unwrap();
    let keys =
        "[eim]\ntls-certificate = \"tls.pem\"\nsigning-certificate = \"signing.der\"\n[trust]\n";
    let bench = changed(
        "mock-eim.toml",
        &[("\"{seed}\"", "\"9\""), ("[trust]\n", keys)],
    );
    std::fs::write(bench.path("tls.pem"), tls.certificate_pem().unwrap()).unwrap();
    std::fs::write(bench.path("signing.der"), &signing.certificate).unwrap();
    bench.harness(&["doctor"]).says(0, &["All is well"]);
    bench
        .harness(&["run", "eim/psmo"])
        .says(0, &["eim/psmo/enable-with-notification"]);
    std::fs::write(bench.path("tls.pem"), "-----BEGIN NOTHING-----").unwrap();
    bench.harness(&["run", "eim/psmo"]).says(3, &["tls.pem"]);
}

#[test]
fn an_eim_that_runs_already_is_found_by_its_address() {
    use std::io::{BufRead as _, BufReader};
    let text = described("mock-eim.toml");
    let (_, orders) = text.split_once("[order.http.euicc]").unwrap();
    let mut running = std::process::Command::new(env!("CARGO_BIN_EXE_harness"))
        .args([
            "eim",
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--api",
            "127.0.0.1:0",
            "--token",
            "1",
        ])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(running.stdout.take().unwrap()).lines();
    let mut address = |scheme: &str| {
        let line = lines.next().unwrap().unwrap();
        let (_, rest) = line.split_once(scheme).unwrap();
        rest.split('/').next().unwrap().to_owned()
    };
    let (esipa, api) = (address("https://"), address("http://"));
    let (_, orders) = orders.split_once("[order.http.place.any]").unwrap();
    let orders = orders.replace("127.0.0.1:{api_port}", &api);
    let text =
        format!("role = \"eim\"\n[eim]\naddress = \"{esipa}\"\n[order.http.place.any]{orders}");
    let told = Bench::with(&text).harness(&["doctor"]);
    running.kill().unwrap();
    running.wait().unwrap();
    told.says(
        0,
        &[
            "somebody serves on",
            "says that the order is done",
            "All is well",
        ],
    );
    assert!(!told.text.contains("  ok     end"), "{}", told.text);
}
