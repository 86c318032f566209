// SPDX-License-Identifier: MIT OR Apache-2.0
//! The HTML page, used as a person uses it.

use std::fs;

use serde_json::json;

use crate::browser::Browser;
use crate::kit::{copy, good, harness, poor};

const FAILED: &str = "ipa/data-request/nominal";

#[test]
fn a_failure_is_found_opened_and_read() {
    let Some(mut browser) = Browser::start(1400, 1000) else {
        return;
    };
    browser.open(&poor().join("index.html"));
    browser.picture("results");
    assert!(browser.text("h1").contains("not as expected"));
    let all = browser.seen("tr.case");
    let failed: u64 = browser.text("label.fail b").parse().unwrap();
    assert!(failed >= 1 && failed < all);
    // what needs somebody comes first
    assert!(browser.text("tr.case").contains("fail"));

    browser.click("label.fail");
    browser.wait(&format!(
        "document.querySelectorAll('tr.case:not([hidden])').length === {failed}"
    ));
    browser.click("#q");
    browser.write("data-request transactionid");
    browser.wait("document.querySelectorAll('tr.case:not([hidden])').length === 1");
    browser.click("tr.case:not([hidden]) th > a");
    browser.wait("document.querySelector('.look h3')");
    assert_eq!(browser.text(".title h2"), FAILED);
    let block = browser.text("dl.block");
    for part in [
        "expected",
        "actual",
        "nominal.yaml:",
        "harness run ipa/data-request/nominal --seed 1",
    ] {
        assert!(block.contains(part), "{part}: {block}");
    }
    // the message that shows it is open
    assert_eq!(browser.text(".look h3"), "provideEimPackageResult");
    assert_eq!(browser.seen(".seq .m.bad"), 2);
    browser.picture("case");

    browser.key("Escape");
    browser.wait("!document.querySelector('#results').hidden");
    assert_eq!(
        browser.value("document.querySelector('#q').value"),
        "data-request transactionid"
    );
    assert_eq!(browser.seen("tr.case"), 1);
    assert_eq!(browser.trouble(), Vec::<String>::new());
}

#[test]
fn a_click_decodes_a_message_and_finds_its_octets() {
    let Some(mut browser) = Browser::start(1400, 1000) else {
        return;
    };
    browser.open(&poor().join("index.html"));
    browser.click(&format!("a[href='#/case/{FAILED}@reference-ipa']"));
    browser.wait("document.querySelector('.seq')");
    browser.click("[aria-label$='request getEimPackageRequest'] .hit");
    browser.wait("document.querySelector('.look h3').innerText === 'getEimPackageRequest'");
    let value = "[...document.querySelectorAll('.node')].find((it) => it.querySelector('b').innerText === 'eidValue').querySelector('.val').innerText";
    let eid = browser.value(value);
    assert_eq!(eid.as_str().unwrap().len(), 32);
    // a value shows its octets, and an octet its value
    browser.click(".node:nth-child(2)");
    let octets = "[...document.querySelectorAll('.hex s.hc')].map((it) => it.innerText).join('').toUpperCase()";
    assert_eq!(browser.value(octets), eid);
    browser.click(".hex s[data-o='0']");
    assert_eq!(browser.seen(".node.on"), 1);
    assert!(browser.text(".node.on").contains("GetEimPackageRequest"));
    browser.key("j");
    browser.wait("document.querySelector('.look h3').innerText === 'getEimPackageResponse'");
    // the address leads back to this very message
    let address = browser.value("location.hash");
    assert!(address.as_str().unwrap().ends_with("r"), "{address}");
    assert_eq!(browser.trouble(), Vec::<String>::new());
}

#[test]
fn changes_coverage_and_circumstances() {
    let Some(mut browser) = Browser::start(800, 900) else {
        return;
    };
    browser.prefer("dark");
    browser.open(&poor().join("index.html"));
    assert_eq!(
        browser.value("document.documentElement.dataset.theme"),
        "dark"
    );
    browser.click("nav [data-view=changes]");
    browser.wait("!document.querySelector('#changes').hidden");
    assert!(browser.text("#changes").contains("No longer as expected"));
    assert!(browser.text("#changes li").contains(FAILED));
    browser.picture("changes-dark");
    browser.click("nav [data-view=run]");
    assert!(browser.text("#run").contains("reference-ipa"));
    browser.click("nav [data-view=coverage]");
    browser.wait("!document.querySelector('#coverage').hidden");
    browser.click("tr[data-q='call:getEimPackageRequest']");
    browser.wait("!document.querySelector('#results').hidden");
    let all = browser.value("document.querySelectorAll('tr.case').length");
    assert_eq!(json!(browser.seen("tr.case")), all);
    browser.click("nav [data-view=coverage]");
    browser.click("tr[data-q='SGP.32 v1.2 §2.11.1.2']");
    browser.wait("document.querySelector('#q').value.includes('2.11.1.2')");
    assert_eq!(browser.seen("tr.case"), 1);
    // nothing is wider than the window
    assert_eq!(
        browser.value("document.documentElement.scrollWidth <= innerWidth"),
        true
    );
    assert_eq!(browser.trouble(), Vec::<String>::new());
}

#[test]
fn nothing_is_fetched() {
    let Some(mut browser) = Browser::start(1000, 800) else {
        return;
    };
    browser.open(&good().join("index.html"));
    assert!(browser.text("h1").starts_with("All "));
    let fetched = browser.value("performance.getEntriesByType('resource').length");
    assert_eq!(fetched, 0);
    let others = "document.querySelectorAll('[src], link, iframe, object').length";
    assert_eq!(browser.value(others), 0);
    assert_eq!(browser.trouble(), Vec::<String>::new());
}

#[test]
fn what_an_implementation_writes_stays_text() {
    let Some(mut browser) = Browser::start(1000, 800) else {
        return;
    };
    let hostile = "</script><img src=x onerror=\"window.caught=1\"><b id=caught>'\"&\u{1b}[31m";
    let run = copy(&poor());
    let folder = run.path().join(format!("{FAILED}@reference-ipa"));
    fs::write(folder.join("iut.log"), hostile).unwrap();
    let tape = folder.join("tape.jsonl");
    let text = fs::read_to_string(&tape).unwrap();
    let named = format!("\"name\":{}", json!(hostile));
    let text = text.replace("\"name\":\"getCertsRequest\"", &named);
    assert!(text.contains("onerror"));
    fs::write(tape, text).unwrap();
    let path = run.path().join("run.json");
    let mut record: serde_json::Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    for case in record["cases"].as_array_mut().unwrap() {
        case["title"] = json!(hostile);
        case["iut_end"] = json!(hostile);
        if !case["finding"].is_null() {
            case["finding"]["actual"] = json!([hostile]);
        }
    }
    fs::write(&path, record.to_string()).unwrap();
    let output = harness(&["report", run.path().to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    browser.open(&run.path().join("index.html"));
    assert!(browser.text("tr.case th > span").contains("<img"));
    browser.click(&format!("a[href='#/case/{FAILED}@reference-ipa']"));
    browser.wait("document.querySelector('.look h3')");
    browser.click("[aria-label*='onerror'] .hit");
    assert!(browser.text(".look h3").contains("onerror"));
    assert!(
        browser
            .text("#case")
            .contains("What the implementation wrote")
    );
    let caught = "!!window.caught || !!document.querySelector('#caught, main img')";
    assert_eq!(browser.value(caught), false);
    assert_eq!(browser.trouble(), Vec::<String>::new());
}
