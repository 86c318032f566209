// SPDX-License-Identifier: MIT OR Apache-2.0
//! The same card over every way that needs no service.

use std::io::{Read as _, Write as _};
use std::time::Duration;

use certs::Pki;
use rsp::env::SeededEnv;
use veuicc::link::frame::{read_frame, write_frame};

use super::*;
use crate::under_test::process::{Launch, Supervised};
use crate::under_test::scratch::Scratch;

fn slot() -> Slot {
    let pki = Pki::seeded(1).unwrap();
    let config = veuicc::CardConfig::from_pki(&pki, certs::TEST_EID).unwrap();
    Slot::new(veuicc::Card::new(
        config,
        Box::new(SeededEnv::new(1, "card")),
    ))
}

async fn offered(card: &Card) -> (CardServer, Names, Scratch, Slot) {
    let (slot, scratch) = (slot(), Scratch::new().unwrap());
    let server = CardServer::start(card, slot.clone(), scratch.path())
        .await
        .unwrap();
    let mut names = Names::default();
    server.tell(&mut names);
    (server, names, scratch, slot)
}

#[tokio::test]
async fn tcp_ends_with_the_case() {
    let (server, names, _scratch, slot) = offered(&Card::Tcp).await;
    let address = names.get("card").unwrap().to_owned();
    let asked = tokio::task::spawn_blocking(move || {
        let mut stream = TcpStream::connect(address).unwrap();
        write_frame(&mut stream, &[]).unwrap();
        let atr = read_frame(&mut stream).unwrap().unwrap();
        (stream, atr)
    });
    let (mut stream, atr) = asked.await.unwrap();
    assert_eq!(atr.first(), Some(&0x3B));
    assert_eq!(slot.log(10).len(), 1);
    drop(server);
    let ended = tokio::task::spawn_blocking(move || {
        stream
            .set_read_timeout(Some(Duration::from_secs(10)))
            .unwrap();
        stream.read(&mut [0]).unwrap()
    });
    assert_eq!(ended.await.unwrap(), 0);
}

#[tokio::test]
async fn a_modem_answers() {
    let (server, names, _scratch, _slot) = offered(&Card::At).await;
    let tty = names.get("tty").unwrap().to_owned();
    let asked = tokio::task::spawn_blocking(move || {
        let mut modem = std::fs::File::options()
            .read(true)
            .write(true)
            .open(tty)
            .unwrap();
        modem.write_all(b"ATE0\r").unwrap();
        let mut text = String::new();
        while !text.contains("OK") {
            let mut octet = [0];
            modem.read_exact(&mut octet).unwrap();
            text.push(octet[0].into());
        }
        text
    });
    let text = tokio::time::timeout(Duration::from_secs(10), asked).await;
    assert!(text.unwrap().unwrap().contains("OK"));
    drop(server);
}

#[tokio::test]
async fn standard_input_and_output_carry_the_card() {
    let (server, _, _scratch, slot) = offered(&Card::Stdio).await;
    assert!(server.wants_pipes());
    let script = r#"echo hello
echo '{"type":"apdu","payload":{"func":"connect","param":null}}'
read answer
echo "$answer" >&2"#;
    let launch = Launch {
        command: ["sh", "-c", script].map(str::to_owned).to_vec(),
        ..Launch::default()
    };
    let (mut running, pipes) = Supervised::start_with_pipes(&launch).unwrap();
    server.serve_pipes(pipes, running.aside());
    assert!(running.ended().await.is_success());
    let text = String::from_utf8(running.output()).unwrap();
    assert!(text.contains("hello\n"), "{text}");
    assert!(text.contains(r#""ecode":0"#), "{text}");
    assert_eq!(slot.log(10).len(), 1);
}

#[tokio::test]
async fn a_reader_that_is_not_there_is_named() {
    let scratch = Scratch::new().unwrap();
    let card = Card::Vpcd {
        ports: vec![1],
        readers: vec!["No such reader".to_owned()],
    };
    let error = CardServer::start(&card, slot(), scratch.path())
        .await
        .unwrap_err();
    let text = error.to_string();
    assert!(
        text.starts_with("card: expected it in the reader \"No such reader\""),
        "{text}"
    );
}
