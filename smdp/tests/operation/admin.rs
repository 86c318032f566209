// SPDX-License-Identifier: MIT OR Apache-2.0
//! The JSON API and the status page of a running server.

use serde_json::{Value, json};

use super::process::{Admin, Smdp, package};

/// A server with one package and its order.
fn server() -> (Smdp, Admin, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("one.der"), package()).unwrap();
    let profiles = folder.path().to_str().unwrap();
    let mut server = Smdp::start(&[
        "--listen",
        "127.0.0.1:0",
        "--admin",
        "127.0.0.1:0",
        "--profiles",
        profiles,
        "--host",
        "smdp9.test.example",
    ]);
    server.es9();
    let admin = server.admin();
    (server, admin, folder)
}

#[test]
fn orders_are_created_found_changed_and_deleted() {
    let (_server, admin, _folder) = server();
    let order = json!({
        "profile": "one.der", "matching_id": "NEW", "confirmation_code": "1234",
        "eid": "89049032123451234512345678901235", "expires": "2030-01-01T00:00:00Z",
    });
    let created = admin.send("POST", "/api/orders", &order);
    assert_eq!(created.status, 201, "{created:?}");
    let created = created.json();
    assert_eq!(
        created["activation_code"],
        "LPA:1$smdp9.test.example$NEW$$1"
    );
    assert_eq!(created["expires"], 1_893_456_000);
    let path = format!("/api/orders/{}", created["id"]);
    assert_eq!(admin.get(&path).json(), created);

    for (filter, count) in [
        ("", 2),
        ("?state=released", 2),
        ("?state=installed", 0),
        ("?matching_id=NEW", 1),
        ("?eid=89049032123451234512345678901235", 1),
        ("?iccid=89000123456789012341", 2),
        ("?matching_id=%4EEW", 1),
    ] {
        let page = admin.get(&format!("/api/orders{filter}")).json();
        assert_eq!(page["orders"].as_array().unwrap().len(), count, "{filter}");
        assert_eq!((&page["total"], &page["next"]), (&json!(2), &Value::Null));
    }
    let first = admin.get("/api/orders?limit=1").json();
    assert_eq!(first["next"], 1);
    let second = admin.get("/api/orders?limit=1&after=1").json();
    assert_eq!(second["orders"], json!([created]));
    assert_eq!(second["next"], Value::Null);

    let patch = json!({"state": "error", "confirmation_code": null, "expires": null});
    let changed = admin.send("PATCH", &path, &patch).json();
    assert_eq!(changed["state"], "error");
    assert_eq!(
        (&changed["confirmation_code"], &changed["expires"]),
        (&Value::Null, &Value::Null)
    );
    assert_eq!(changed["confirmation_code_tries"], 3);

    assert_eq!(admin.send("DELETE", &path, &Value::Null).status, 204);
    assert_eq!(
        admin.get(&path).error(404),
        "expected the number of an order, got 2"
    );
}

#[test]
fn a_wrong_request_is_told_in_one_sentence() {
    let (_server, admin, _folder) = server();
    let order = |member: &str, value: Value| {
        let mut order = json!({"profile": "one.der", "matching_id": "NEW"});
        order[member] = value;
        admin.send("POST", "/api/orders", &order)
    };
    let error = order("colour", json!("red")).error(400);
    assert!(
        error.starts_with("unknown field `colour`, expected one of `profile`"),
        "{error}"
    );
    assert_eq!(
        order("profile", json!("two.der")).error(400),
        "order NEW: expected a profile package, found no two.der"
    );
    // a path of the machine is no name of a package
    let error = order("profile", json!("/etc/passwd")).error(400);
    assert_eq!(
        error,
        "order NEW: expected a profile package, found no /etc/passwd"
    );
    let error = order("matching_id", json!("ONE")).error(400);
    assert!(
        error.starts_with("order ONE: expected a MatchingID of its own"),
        "{error}"
    );
    assert!(order("eid", json!("12")).error(400).starts_with("eid: "));
    for body in [json!([]), json!(null), json!("x")] {
        let refused = admin.send("POST", "/api/orders", &body);
        assert_eq!(refused.error(400), "expected a JSON object");
    }
    assert!(
        admin
            .get("/api/orders?state=gone")
            .error(400)
            .starts_with("state: unknown variant")
    );
    assert_eq!(
        admin.get("/api/orders?colour=red").error(400),
        "expected after, limit, state, matching_id, eid, iccid, got \"colour\""
    );
    assert_eq!(
        admin.get("/api/health?x").error(400),
        "expected no parameter, got \"x\""
    );
    assert_eq!(
        admin.get("/api/orders/x").error(404),
        "expected a number, got \"x\""
    );
    assert!(admin.get("/api/other").error(404).contains("/openapi.json"));
    assert!(
        admin
            .send("PATCH", "/api/orders/1", &json!({"iccid": "1"}))
            .error(400)
            .contains("unknown field")
    );
    let method = admin.send("PUT", "/api/orders", &Value::Null);
    assert_eq!(method.status, 405);
    assert!(method.head.contains("\nallow: get, post\r"), "{method:?}");
}

#[test]
fn other_sites_cannot_reach_it_through_a_browser() {
    let (_server, admin, _folder) = server();
    for host in [
        "Host: evil.example\r\n",
        "Host: 127.0.0.1.evil.example\r\n",
        "Host: 192.0.2.1\r\n",
        "Host: \r\n",
    ] {
        for path in ["/", "/api/orders", "/openapi.json"] {
            let error = admin.ask("GET", path, host, "").error(403);
            assert!(
                error.starts_with("expected a Host of localhost or a loopback address"),
                "{error}"
            );
        }
    }
    for host in ["localhost", "LOCALHOST:1", "127.0.0.1:1", "[::1]:1"] {
        assert_eq!(
            admin
                .ask("GET", "/api/health", &format!("Host: {host}\r\n"), "")
                .status,
            200
        );
    }
    let body = json!({"name": "nothing"}).to_string();
    for content_type in [
        "",
        "Content-Type: text/plain\r\n",
        "Content-Type: application/x-www-form-urlencoded\r\n",
    ] {
        let headers = format!("Host: localhost\r\n{content_type}");
        let error = admin.ask("POST", "/api/orders", &headers, &body).error(415);
        assert!(
            error.starts_with("expected a content type of application/json"),
            "{error}"
        );
    }
}

#[test]
fn faults_are_armed_and_disarmed() {
    let (_server, admin, _folder) = server();
    let known = admin.get("/api/faults/known").json();
    let name = known[0]["name"].as_str().unwrap();
    let armed = admin.send("POST", "/api/faults", &json!({"name": name, "times": 2}));
    assert_eq!(armed.status, 201, "{armed:?}");
    let armed = armed.json();
    assert_eq!(admin.get("/api/faults").json(), json!([armed]));
    assert_eq!(admin.get("/api/health").json()["faults"], 1);
    let path = format!("/api/faults/{}", armed["id"]);
    assert_eq!(admin.send("DELETE", &path, &Value::Null).status, 204);
    assert_eq!(admin.send("DELETE", &path, &Value::Null).status, 404);
    assert_eq!(
        admin.send("DELETE", "/api/faults", &Value::Null).status,
        204
    );
    let error = admin
        .send("POST", "/api/faults", &json!({"name": "no-such"}))
        .error(400);
    assert!(error.starts_with("expected a fault"), "{error}");
}

#[test]
fn everything_else_can_be_looked_at() {
    let (_server, admin, _folder) = server();
    let health = admin.get("/api/health").json();
    assert_eq!(
        (&health["status"], &health["orders"], &health["kept"]),
        (&json!("ok"), &json!(1), &json!(false))
    );
    assert_eq!(health["listeners"][0]["interfaces"], json!(["es9plus"]));
    assert_eq!(admin.get("/api/version").json()["name"], "smdp");
    assert_eq!(
        admin.get("/api/profiles").json()[0]["iccid"],
        "89000123456789012341"
    );
    for path in [
        "/api/profile-types",
        "/api/sessions",
        "/api/events",
        "/api/smds/events",
        "/api/faults",
    ] {
        assert_eq!(admin.get(path).json(), json!([]), "{path}");
    }
    assert_eq!(admin.get("/openapi.json").json()["openapi"], "3.1.0");
}

#[test]
fn the_page_needs_nothing_from_elsewhere() {
    let (_server, admin, _folder) = server();
    let page = admin.get("/");
    assert_eq!(page.status, 200);
    assert!(
        page.head.contains("content-type: text/html;charset=utf-8"),
        "{}",
        page.head
    );
    assert!(!page.body.contains("http://") && !page.body.contains("https://"));
    // whatever it asks for exists
    let described = admin.get("/openapi.json").json();
    let paths = page.body.split("\"/api/").skip(1);
    for path in paths.map(|rest| rest.split(['"', '?']).next().unwrap()) {
        let path = format!("/api/{}", path.trim_end_matches('/'));
        assert!(described["paths"].get(&path).is_some(), "{path}");
    }
}
