// SPDX-License-Identifier: MIT OR Apache-2.0
//! The order API and the status page over plain HTTP.

use std::net::SocketAddr;
use std::sync::Arc;

use certs::TEST_EID;
use harness::eim::Api;
use harness::iut::OrderStatus;
use serde_json::{Value, json};
use smdp::http::{Limits, Server, serve_plain};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::kit::Bench;

/// The digits of the EID.
pub(crate) fn eid() -> String {
    hex::encode(TEST_EID)
}

/// One request of HTTP/1.1 and the answer: status and body.
pub(crate) async fn http(
    address: SocketAddr,
    method: &str,
    path: &str,
    body: Option<&Value>,
) -> (u16, String) {
    let kind = body.map_or("", |_| "Content-Type: application/json\r\n");
    exchange(
        address,
        method,
        path,
        kind,
        &body.map(Value::to_string).unwrap_or_default(),
    )
    .await
}

async fn exchange(
    address: SocketAddr,
    method: &str,
    path: &str,
    headers: &str,
    body: &str,
) -> (u16, String) {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let length = body.len();
    let host = if headers.contains("Host:") {
        String::new()
    } else {
        format!("Host: {address}\r\n")
    };
    let request = format!(
        "{method} {path} HTTP/1.1\r\n{host}{headers}Content-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    (status, body.to_owned())
}

struct Desk {
    bench: Bench,
    address: SocketAddr,
    _server: Server,
}

async fn desk() -> Desk {
    let bench = Bench::new().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let api = Arc::new(Api(Arc::clone(&bench.eim)));
    let server = serve_plain(listener, api, Limits::default()).unwrap();
    Desk {
        bench,
        address: server.local_addr(),
        _server: server,
    }
}

impl Desk {
    async fn get(&self, path: &str) -> (u16, Value) {
        let (status, body) = http(self.address, "GET", path, None).await;
        (status, serde_json::from_str(&body).unwrap())
    }

    async fn post(&self, path: &str, body: Value) -> (u16, Value) {
        let (status, body) = http(self.address, "POST", path, Some(&body)).await;
        (status, serde_json::from_str(&body).unwrap())
    }
}

#[tokio::test]
async fn an_order_is_taken_carried_out_and_told() {
    let mut desk = desk().await;
    let order = json!({ "eid": eid(), "psmo": [{ "listProfileInfo": {} }] });
    let (status, taken) = desk.post("/orders", order).await;
    assert_eq!((status, &taken["status"]), (201, &json!("waiting")));
    desk.bench.round().await;
    let id = taken["id"].as_str().unwrap();
    let (_, told) = desk.get(&format!("/orders/{id}")).await;
    assert_eq!(told["status"], "done");
    assert_eq!(told["operations"][0]["name"], "listProfileInfo");
    let profiles = "/result/euiccPackageResultSigned/euiccPackageResultDataSigned/euiccResult/0/listProfileInfoResult/profileInfoListOk";
    assert_eq!(told.pointer(profiles).unwrap().as_array().unwrap().len(), 2);
    let (_, euicc) = desk.get(&format!("/euiccs/{}", eid())).await;
    assert_eq!(euicc["counterValue"], 0x80);
    assert_eq!(euicc["profiles"].as_object().unwrap().len(), 2);
}

#[tokio::test]
async fn orders_are_listed_by_page_status_and_eid() {
    let desk = desk().await;
    for _ in 0..3 {
        desk.bench.eco(json!([{ "listEim": {} }]));
    }
    desk.bench.fetch().await;
    let (_, page) = desk.get("/orders?limit=2").await;
    assert_eq!((&page["total"], &page["next"]), (&json!(3), &json!(2)));
    let (_, page) = desk.get("/orders?limit=2&after=2").await;
    assert_eq!(
        (page["orders"].as_array().unwrap().len(), &page["next"]),
        (1, &Value::Null)
    );
    let (_, page) = desk
        .get(&format!("/orders?status=sent&eid={}", eid()))
        .await;
    assert_eq!(page["total"], 1);
    let (status, _) = http(desk.address, "DELETE", "/orders/3", None).await;
    assert_eq!(status, 204);
    assert_eq!(desk.get("/orders/3").await.0, 404);
}

#[tokio::test]
async fn what_is_wrong_is_said_in_a_sentence() {
    let desk = desk().await;
    let iccid = "98001032547698103214";
    let twice = json!([{ "enable": { "iccid": iccid } }, { "enable": { "iccid": iccid } }]);
    for (body, part) in [
        (json!({ "psmo": [] }), "eid"),
        (json!({ "eid": "89" }), "eid"),
        (json!({ "eid": eid() }), "one of package"),
        (json!({ "eid": eid(), "psmo": [] }), "an operation"),
        (json!({ "eid": eid(), "psmo": twice }), "one enable"),
        (
            json!({ "eid": eid(), "psmo": [{ "enabel": {} }] }),
            "enabel",
        ),
        (json!({ "eid": eid(), "newKey": {}, "when": 1 }), "\"when\""),
        (
            json!({ "eid": "89049032123451234512345678901299", "newKey": {} }),
            "manages",
        ),
    ] {
        let (status, told) = desk.post("/orders", body.clone()).await;
        assert_eq!(status, 400, "{body}");
        let told = told["error"].as_str().unwrap();
        assert!(told.contains(part), "{body}: {told}");
    }
    let unchecked = json!({ "eid": eid(), "psmo": twice, "unchecked": true });
    assert_eq!(desk.post("/orders", unchecked).await.0, 400);
    assert_eq!(desk.get("/orders?page=2").await.0, 400);
    assert_eq!(desk.get("/orders?status=open").await.0, 400);
    assert_eq!(desk.get("/orders/x").await.0, 404);
    assert_eq!(http(desk.address, "GET", "/elsewhere", None).await.0, 404);
}

#[tokio::test]
async fn only_this_machine_is_answered_and_only_json_is_taken() {
    let desk = desk().await;
    let other = "Host: eim.example\r\n";
    assert_eq!(
        exchange(desk.address, "GET", "/orders", other, "").await.0,
        403
    );
    let form = "Content-Type: application/x-www-form-urlencoded\r\n";
    assert_eq!(
        exchange(desk.address, "POST", "/orders", form, "a=b")
            .await
            .0,
        415
    );
}

#[tokio::test]
async fn euiccs_are_added_and_an_association_is_set_anew() {
    let desk = desk().await;
    let other = "89049032123451234512345678901235";
    let (status, told) = desk
        .post("/euiccs", json!({ "eid": other, "counterValue": 4 }))
        .await;
    if other == eid() {
        assert_eq!(status, 409);
    } else {
        assert_eq!(
            (status, &told["counterValue"], &told["certified"]),
            (201, &json!(4), &json!(false))
        );
    }
    let path = format!("/euiccs/{}", eid());
    let change = json!({ "counterValue": 900, "associationToken": null });
    let (status, body) = http(desk.address, "PATCH", &path, Some(&change)).await;
    let told: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(
        (status, &told["counterValue"], &told["associationToken"]),
        (200, &json!(900), &Value::Null)
    );
    let order = desk.bench.eco(json!([{ "listEim": {} }]));
    let request = desk.bench.fetch().await;
    assert_eq!(request.euicc_package_signed.counter_value, 901);
    assert_eq!(desk.bench.status(&order), OrderStatus::Sent);
}

#[tokio::test]
async fn the_page_the_routes_and_the_configuration_are_there() {
    let desk = desk().await;
    let (status, page) = http(desk.address, "GET", "/", None).await;
    assert_eq!(status, 200);
    assert!(page.starts_with("<!doctype html>"));
    let (_, routes) = desk.get("/routes").await;
    for route in routes.as_array().unwrap() {
        let path = route["path"].as_str().unwrap().replace("{id}", &eid());
        if route["method"] == "GET" && !path.starts_with("/orders/") {
            assert_eq!(desk.get(&path).await.0, 200, "{path}");
        }
    }
    let (_, told) = desk.get("/configuration?token=1&counter=7").await;
    assert_eq!(told["eimConfigurationData"]["counterValue"], 7);
    assert_eq!(told["eimConfigurationData"]["associationToken"], -1);
    let (_, health) = desk.get("/health").await;
    assert_eq!(health["euiccs"], 1);
}
