// SPDX-License-Identifier: MIT OR Apache-2.0
//! `--trace`: every exchange of a session, as it was and as it reads; and the end in order.

use certs::Pki;
use serde_json::Value;

use super::device::Device;
use super::kill::package;
use super::process::Smdp;

fn lines(text: &str) -> Vec<Value> {
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[test]
fn a_download_is_traced_by_its_transaction_id() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    std::fs::write(at("one.der"), package()).unwrap();
    let (order, file, traces) = (
        format!("ONE={},reusable", at("one.der")),
        at("all.jsonl"),
        at("traces"),
    );
    for place in [&file, &traces] {
        let mut server = Smdp::start(&[
            "--listen",
            "127.0.0.1:0",
            "--trace",
            place,
            "--order",
            &order,
        ]);
        let mut device = Device::new(&Pki::seeded(1).unwrap(), certs::TEST_EID);
        device.download(server.es9(), "ONE", &mut |_| {}).unwrap();
        let (status, errors) = server.terminate();
        assert_eq!(status, Some(0), "{errors}");
    }

    let all = lines(&std::fs::read_to_string(&file).unwrap());
    let paths: Vec<_> = all
        .iter()
        .map(|line| line["path"].as_str().unwrap())
        .collect();
    let functions = [
        "initiateAuthentication",
        "authenticateClient",
        "getBoundProfilePackage",
        "handleNotification",
    ];
    assert_eq!(
        paths,
        functions.map(|name| format!("/gsma/rsp2/es9plus/{name}"))
    );
    let id = &all[0]["transactionId"];
    assert_eq!(id.as_str().unwrap().len(), 32);
    assert!(all.iter().all(|line| line["transactionId"] == *id));
    let answer = &all[0]["answer"];
    assert_eq!(answer["status"], 200);
    assert_eq!(
        answer["decoded"]["serverSigned1"]["serverAddress"],
        "smdp1.test.example"
    );
    let body: Value = serde_json::from_str(answer["text"].as_str().unwrap()).unwrap();
    assert_eq!(body["transactionId"], *id);
    assert_eq!(all[3]["answer"]["status"], 204);

    let files: Vec<_> = std::fs::read_dir(&traces)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    let [file] = files.as_slice() else {
        panic!("{files:?}")
    };
    let session = lines(&std::fs::read_to_string(file).unwrap());
    assert_eq!(session.len(), 4);
    let name = format!("{}.jsonl", session[0]["transactionId"].as_str().unwrap());
    assert_eq!(file.file_name().unwrap().to_str().unwrap(), name);
}
