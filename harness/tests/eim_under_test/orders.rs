// SPDX-License-Identifier: MIT OR Apache-2.0
//! Orders by HTTP and by command.

use std::time::Duration;

use certs::TEST_EID;
use harness::iut::{EuiccCertificates, IndirectDownload, Order, OrderStatus};
use harness::under_test::substitute::Names;
use harness::under_test::{Managed, OrderAdapter, OrderError, Orders, Surroundings};
use rsp::schema::from_value;
use serde_json::{Value, json};

use crate::northbound::Northbound;

const PATIENCE: Duration = Duration::from_secs(20);
const ICCID: &str = "988801000000000010f5";

fn orders(adapter: &str, at: &str) -> Orders {
    let adapter: OrderAdapter = toml::from_str(adapter).unwrap();
    let mut names = Names::default();
    names.set("api", at);
    Orders::new(adapter, names, Surroundings::default(), PATIENCE)
}

fn psmo(list: &Value) -> Order {
    let package = from_value("EuiccPackage", &json!({ "psmoList": list })).unwrap();
    Order::EuiccPackage(package)
}

fn enable() -> Order {
    psmo(&json!([{ "enable": { "iccid": ICCID, "rollbackFlag": {} } }]))
}

const HTTP: &str = r#"
[http.place.any]
method = "POST"
url = "http://{api}/{eid}/orders?kind={order}"
headers = { X-Token = "secret" }
body = '{"order": {"kind": "{order}", "work": {value}}}'
answer = "/order/number"
[http.place."psmo.delete"]
method = "DELETE"
url = "http://{api}/profiles/{iccid}"
answer = "/number"
[http.place.indirect]
method = "POST"
url = "http://{api}/downloads"
body = '{"ac": "{activation_code}", "at": "{smdp}", "match": "{matching_id}"}'
answer = ""
[http.status]
method = "GET"
url = "http://{api}/orders/{id}"
answer = "/state"
[http.words]
QUEUED = "waiting"
running = "sent"
success = "done"
"#;

#[tokio::test]
async fn templates_are_filled_as_their_place_wants_it() {
    let server = Northbound::saying(&[("201 Created", r#"{"order": {"number": 17}}"#)]).await;
    let orders = orders(HTTP, &server.address.to_string());
    assert_eq!(orders.place(TEST_EID, &enable()).await.unwrap(), "17");
    let seen = server.seen().remove(0);
    let eid = hex::encode(TEST_EID);
    assert_eq!(seen.line, format!("POST /{eid}/orders?kind=psmo HTTP/1.1"));
    assert!(
        seen.head.to_lowercase().contains("x-token: secret"),
        "{}",
        seen.head
    );
    assert!(
        seen.head
            .to_lowercase()
            .contains("content-type: application/json")
    );
    let body: Value = serde_json::from_str(&seen.body).unwrap();
    let work = json!([{ "enable": { "iccid": ICCID, "rollbackFlag": {} } }]);
    assert_eq!(body, json!({ "order": { "kind": "psmo", "work": work } }));
}

#[tokio::test]
async fn a_template_of_one_operation_wins_over_that_of_its_kind() {
    let server =
        Northbound::saying(&[("200 OK", r#"{"number":"a b/c","order":{"number":2}}"#)]).await;
    let orders = orders(HTTP, &server.address.to_string());
    let delete = json!({ "delete": { "iccid": ICCID } });
    let id = orders
        .place(TEST_EID, &psmo(&json!([delete])))
        .await
        .unwrap();
    assert_eq!(id, "a b/c");
    // two operations are not one
    let two = psmo(&json!([delete, delete]));
    assert_eq!(orders.place(TEST_EID, &two).await.unwrap(), "2");
    let lines: Vec<String> = server.seen().into_iter().map(|seen| seen.line).collect();
    assert_eq!(lines[0], format!("DELETE /profiles/{ICCID} HTTP/1.1"));
    assert!(lines[1].starts_with("POST /"), "{lines:?}");
}

#[tokio::test]
async fn what_the_eim_says_cannot_leave_its_place() {
    let server = Northbound::saying(&[("200 OK", r#"{"state": "success"}"#)]).await;
    let orders = orders(HTTP, &server.address.to_string());
    let status = orders.status("1/../2?x\r\nHost: a").await.unwrap();
    assert_eq!(status, OrderStatus::Done);
    let line = "GET /orders/1%2F..%2F2%3Fx%0D%0AHost:%20a HTTP/1.1";
    assert_eq!(server.seen()[0].line, line);
}

#[tokio::test]
async fn text_is_escaped_in_json() {
    let server = Northbound::saying(&[("200 OK", "  order-9\n")]).await;
    let orders = orders(HTTP, &server.address.to_string());
    let download = Order::IndirectDownload(IndirectDownload::new("1$smdp.example$A\"B"));
    assert_eq!(orders.place(TEST_EID, &download).await.unwrap(), "order-9");
    let body: Value = serde_json::from_str(&server.seen()[0].body).unwrap();
    let wanted = json!({ "ac": "1$smdp.example$A\"B", "at": "smdp.example", "match": "A\"B" });
    assert_eq!(body, wanted);
}

#[tokio::test]
async fn the_end_of_an_order_is_awaited() {
    let server = Northbound::saying(&[
        ("200 OK", r#"{"state": "QUEUED"}"#),
        ("200 OK", r#"{"state": "Running"}"#),
        ("200 OK", r#"{"state": "success"}"#),
    ])
    .await;
    let orders = orders(HTTP, &server.address.to_string());
    let done = orders.status_within("1", OrderStatus::Done, PATIENCE).await;
    assert_eq!(done.unwrap(), OrderStatus::Done);
    assert_eq!(server.seen().len(), 3);
    // what has ended is not asked for again
    let failed = orders
        .status_within("1", OrderStatus::Failed, PATIENCE)
        .await;
    assert_eq!(failed.unwrap(), OrderStatus::Done);
    assert_eq!(server.seen().len(), 4);
}

#[tokio::test]
async fn waiting_for_the_end_has_one() {
    let server = Northbound::saying(&[("200 OK", r#"{"state": "waiting"}"#)]).await;
    let orders = orders(HTTP, &server.address.to_string());
    let patience = Duration::from_millis(60);
    let status = orders.status_within("1", OrderStatus::Done, patience).await;
    assert_eq!(status.unwrap(), OrderStatus::Waiting);
    assert!(server.seen().len() >= 2, "{:?}", server.seen());
}

#[tokio::test]
async fn what_is_wrong_is_said() {
    for (answer, words) in [
        (
            ("404 Not Found", "no such\n  page"),
            "expected HTTP 2xx, got 404: no such page",
        ),
        (
            ("200 OK", r#"{"state": "odd"}"#),
            "add \"odd\" = \"...\" to `words`",
        ),
        (
            ("200 OK", r#"{"status": "done"}"#),
            r#"expected a value at "/state" of the answer, got {"status""#,
        ),
        (("200 OK", ""), "got nothing"),
    ] {
        let server = Northbound::saying(&[answer]).await;
        let orders = orders(HTTP, &server.address.to_string());
        let error = orders.status("1").await.unwrap_err().to_string();
        assert!(error.contains(words), "{error}");
    }
    let server = Northbound::saying(&[(
        "200 OK",
        &format!(r#"{{"order":{{"number":"{}"}}}}"#, "9".repeat(2000)),
    )])
    .await;
    let error = orders(HTTP, &server.address.to_string())
        .place(TEST_EID, &enable())
        .await;
    assert!(matches!(error, Err(OrderError::Id { .. })), "{error:?}");
}

#[tokio::test]
async fn what_it_cannot_and_what_it_refuses_are_told_apart() {
    for (status, unsupported, refusal) in [
        ("501 Not Implemented", true, false),
        ("400 Bad Request", false, true),
        ("409 Conflict", false, true),
        ("500 Internal Server Error", false, false),
    ] {
        let server = Northbound::saying(&[(status, "no")]).await;
        let orders = orders(HTTP, &server.address.to_string());
        let error = orders.place(TEST_EID, &enable()).await.unwrap_err();
        assert_eq!(error.is_unsupported(), unsupported, "{error}");
        assert_eq!(error.is_refusal(), refusal, "{error}");
        assert!(!error.is_cut_off(), "{error}");
    }
    for (code, unsupported) in [(127, true), (1, false)] {
        let orders = orders(&script(&format!("exit {code}"), "true"), "");
        let error = orders.place(TEST_EID, &enable()).await.unwrap_err();
        assert_eq!(error.is_unsupported(), unsupported, "{error}");
    }
}

#[tokio::test]
async fn an_interface_that_is_not_there_is_named() {
    let server = Northbound::saying(&[("200 OK", "")]).await;
    let address = server.address.to_string();
    drop(server);
    // the port is free again as soon as the task has ended
    let error = loop {
        match orders(HTTP, &address).status("1").await {
            Err(OrderError::Http {
                source: harness::under_test::HttpError::Connect { url, .. },
                ..
            }) => break url,
            _ => tokio::task::yield_now().await,
        }
    };
    assert_eq!(error, format!("http://{address}/orders/1"));
}

#[tokio::test]
async fn a_name_that_an_order_does_not_have_is_a_mistake_of_the_template() {
    let adapter = HTTP.replace("{activation_code}", "{iccid}");
    let orders = orders(&adapter, "127.0.0.1:1");
    let download = Order::IndirectDownload(IndirectDownload::new("1$a$b"));
    let error = orders
        .place(TEST_EID, &download)
        .await
        .unwrap_err()
        .to_string();
    assert!(
        error.starts_with("template of place.indirect: {iccid}"),
        "{error}"
    );
    let only = HTTP.replace("place.any", "place.data");
    let error = self::orders(&only, "127.0.0.1:1")
        .place(TEST_EID, &enable())
        .await;
    let error = error.unwrap_err().to_string();
    let words =
        "expected place.psmo.enable+rollbackFlag or place.psmo.enable or place.psmo or place.any";
    assert!(error.contains(words), "{error}");
}

#[tokio::test]
async fn an_euicc_is_made_known_with_what_is_known_of_it() {
    let adapter = format!(
        "{HTTP}\n[http.euicc]\nmethod = \"PUT\"\nurl = \"http://{{api}}/euiccs/{{eid}}\"\n\
         body = '{{\"counter\": {{counter}}, \"token\": {{token}}, \"cert\": \"{{euicc_certificate_hex}}\"}}'\n"
    );
    let server = Northbound::saying(&[("204 No Content", "")]).await;
    let orders = orders(&adapter, &server.address.to_string());
    let mut managed = Managed {
        eid: TEST_EID,
        counter_value: 127,
        association_token: None,
        certificates: Some(EuiccCertificates {
            euicc: vec![0x30, 0x00],
            eum: Vec::new(),
        }),
    };
    orders.manage(&managed).await.unwrap();
    managed.association_token = Some(5);
    orders.manage(&managed).await.unwrap();
    let bodies: Vec<Value> = server
        .seen()
        .iter()
        .map(|seen| serde_json::from_str(&seen.body).unwrap())
        .collect();
    assert_eq!(
        bodies[0],
        json!({ "counter": 127, "token": null, "cert": "3000" })
    );
    assert_eq!(bodies[1]["token"], 5);
}

fn script(place: &str, status: &str) -> String {
    format!(
        "[command]\nplace = {{ any = ['sh', '-c', '{place}', 'sh', '{{order}}', '{{der}}'] }}\nstatus = ['sh', '-c', '{status}', 'sh', '{{id}}']\nwords = {{ ok = 'done' }}\n"
    )
}

#[cfg(unix)]
#[tokio::test]
async fn commands_take_orders_as_arguments() {
    let adapter = script(
        "echo \"$1-$2\"; echo more; echo noise >&2",
        "test \"$1\" = 7 && echo ok",
    );
    let orders = orders(&adapter, "");
    let Order::EuiccPackage(der) = enable() else {
        unreachable!()
    };
    let id = orders.place(TEST_EID, &enable()).await.unwrap();
    assert_eq!(id, format!("psmo-{}", hex::encode(der)));
    assert_eq!(orders.status("7").await.unwrap(), OrderStatus::Done);
    let error = orders.status("8").await.unwrap_err().to_string();
    assert!(
        error.contains("sh: expected success, got exit code 1"),
        "{error}"
    );
}

#[cfg(unix)]
#[tokio::test]
async fn a_command_that_does_not_end_is_ended_with_its_children() {
    let folder = tempfile::tempdir().unwrap();
    let pid = folder.path().join("pid");
    // the child keeps the pipe open and outlives its shell unless it is ended, too
    let place = format!("sleep 600 & echo $! > {}; wait", pid.display());
    let adapter: OrderAdapter = toml::from_str(&script(&place, "true")).unwrap();
    let orders = Orders::new(
        adapter,
        Names::default(),
        Surroundings::default(),
        Duration::from_secs(2),
    );
    let error = orders
        .place(TEST_EID, &enable())
        .await
        .unwrap_err()
        .to_string();
    assert!(error.contains("expected an end within 2 s"), "{error}");
    let child = std::fs::read_to_string(&pid).unwrap();
    let stat = format!("/proc/{}/stat", child.trim());
    let alive = || std::fs::read_to_string(&stat).is_ok_and(|stat| !stat.contains(") Z "));
    tokio::time::timeout(PATIENCE, async {
        while alive() {
            tokio::task::yield_now().await;
        }
    })
    .await
    .unwrap();
}

const BY_LOCATION: &str = r#"
[http.place.any]
method = "POST"
url = "http://{api}/psmo/create"
body = '{"order": {value}}'
location = true
[http.status]
method = "GET"
url = "http://{api}{id}"
answer = "/status"
[http.words]
new = "waiting"
done = "over"
"#;

#[tokio::test]
async fn an_order_may_be_where_location_says_and_over_without_more() {
    let place = "303 See Other\r\nLocation: /psmo/lookup/8a901bd9-f203";
    let server = Northbound::saying(&[(place, ""), ("200 OK", r#"{"status": "done"}"#)]).await;
    let orders = orders(BY_LOCATION, &server.address.to_string());
    let id = orders.place(TEST_EID, &enable()).await.unwrap();
    assert_eq!(id, "/psmo/lookup/8a901bd9-f203");
    assert_eq!(orders.status(&id).await.unwrap(), OrderStatus::Over);
    assert!(
        server.seen()[1]
            .line
            .starts_with("GET /psmo/lookup/8a901bd9-f203 ")
    );
    let silent = Northbound::saying(&[("303 See Other", "")]).await;
    let orders = self::orders(BY_LOCATION, &silent.address.to_string());
    let error = orders.place(TEST_EID, &enable()).await.unwrap_err();
    assert!(
        error
            .to_string()
            .contains("expected Location, where the order is"),
        "{error}"
    );
}
