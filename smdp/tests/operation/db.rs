// SPDX-License-Identifier: MIT OR Apache-2.0
//! `--db FILE`: orders that outlive the process, and files that are somebody else's.

use serde_json::json;

use super::process::{Smdp, package, smdp};

#[test]
fn orders_are_kept_and_configured_ones_taken_once() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    std::fs::write(at("one.der"), package()).unwrap();
    let (db, one, two) = (
        at("db"),
        format!("ONE={}", at("one.der")),
        format!("TWO={}", at("one.der")),
    );
    let arguments = [
        "--listen",
        "127.0.0.1:0",
        "--admin",
        "127.0.0.1:0",
        "--db",
        &db,
        "--order",
        &one,
        "--order",
        &two,
    ];
    let mut server = Smdp::start(&arguments);
    server.es9();
    let admin = server.admin();
    assert_eq!(admin.orders().len(), 2);
    assert_eq!(
        admin.send("DELETE", "/api/orders/1", &json!(null)).status,
        204
    );
    let changed = admin.send(
        "PATCH",
        "/api/orders/2",
        &json!({"state": "confirmed", "attempts": 7}),
    );
    assert_eq!(changed.status, 200, "{changed:?}");
    server.kill();

    // the package comes from the file as well
    std::fs::write(at("one.der"), "gone").unwrap();
    let mut server = Smdp::start(&[
        "--listen",
        "127.0.0.1:0",
        "--admin",
        "127.0.0.1:0",
        "--db",
        &db,
    ]);
    server.es9();
    let orders = server.admin().orders();
    assert_eq!(orders.len(), 1, "{orders:?}");
    assert_eq!(orders[0]["matching_id"], "TWO");
    assert_eq!(orders[0]["state"], "confirmed");
    assert_eq!(orders[0]["attempts"], 7);
    assert_eq!(orders[0]["id"], 2);
    assert_eq!(server.terminate().0, Some(0));

    // the same orders again: none comes back, and none is there twice
    std::fs::write(at("one.der"), package()).unwrap();
    let mut server = Smdp::start(&arguments);
    server.es9();
    let admin = server.admin();
    assert_eq!(admin.orders().len(), 1);
    // a number is never used again
    std::fs::write(at("three.der"), package()).unwrap();
    server.kill();
    let three = format!("THREE={}", at("three.der"));
    let mut server = Smdp::start(&[
        "--listen",
        "127.0.0.1:0",
        "--admin",
        "127.0.0.1:0",
        "--db",
        &db,
        "--order",
        &three,
    ]);
    server.es9();
    assert_eq!(server.admin().orders()[1]["id"], 3);
}

#[test]
fn a_file_that_is_not_usable_is_one_line_and_stays() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("db");
    let db = path.to_str().unwrap();
    std::fs::write(&path, "my letters").unwrap();
    let refused = |expected: &str| {
        let output = smdp(&["--listen", "127.0.0.1:0", "--db", db])
            .output()
            .unwrap();
        let errors = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{errors}");
        assert_eq!(errors, format!("smdp: {db}: {expected}\n"));
    };
    refused("expected a file of smdp serve --db, got another one");
    assert_eq!(std::fs::read(&path).unwrap(), b"my letters");

    std::fs::remove_file(&path).unwrap();
    let mut first = Smdp::start(&["--listen", "127.0.0.1:0", "--db", db]);
    first.line();
    refused("expected a store of our own, got one that another process has open");
    assert_eq!(first.terminate().0, Some(0));
}
