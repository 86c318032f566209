// SPDX-License-Identifier: MIT OR Apache-2.0
//! The HTTPS client and the delivery of an outbox, on real sockets.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use certs::{Curve, Pki, Role};
use rsp::json::{Es12Function, write_status};
use smdp::HttpAnswer;
use smdp::credentials::TlsIdentity;
use smdp::http::{Answering, Call, Handler, Limits, Resource, Server, TlsVersions, serve};
use smdp::peer::{
    Client, ClientOptions, Delivery, Dispatch, Interface, LetterId, Message, Outbox, OutboxLimits,
    PeerError, Peers, Sender, Settled, deliver, roots_of,
};
use tokio::net::TcpListener;
use tokio::sync::Notify;

use crate::kit::{DsKit, ROOT, register};
use crate::support::kit::pki;

/// Answers whatever it is told to, and keeps what came.
struct Script {
    answer: HttpAnswer,
    seen: Mutex<Vec<(String, Vec<u8>)>>,
}

impl Handler for Script {
    fn resource(&self, _: &str) -> Option<Resource<'_>> {
        Some(Resource {
            methods: &[hyper::Method::POST],
            media_type: smdp::JSON,
            needs_client: false,
            admin_protocol: None,
        })
    }

    fn call(&self, call: Call) -> Answering<'_> {
        self.seen
            .lock()
            .unwrap()
            .push((call.path.clone(), call.body));
        assert_eq!(call.protocol.unwrap().to_string(), "gsma/rsp/v2.5.0");
        let answer = self.answer.clone();
        Box::pin(async move { answer })
    }
}

struct Listening {
    server: Server,
    script: Arc<Script>,
}

async fn listen(pki: &Pki, role: Role, hosts: &[&str], answer: HttpAnswer) -> Listening {
    let credential = pki.issue_tls(role, hosts, Curve::NistP256).unwrap();
    let identity = TlsIdentity {
        key_pkcs8: credential.key_der().unwrap(),
        chain: vec![credential.certificate],
    };
    let tls = smdp::http::server_config(&identity, TlsVersions::Both, None).unwrap();
    let script = Arc::new(Script {
        answer,
        seen: Mutex::default(),
    });
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    Listening {
        server: serve(listener, script.clone(), tls, Limits::default()).unwrap(),
        script,
    }
}

fn client_to(server: &Server, pki: &Pki) -> Client {
    client_with(server, pki, |_| ())
}

fn client_with(server: &Server, pki: &Pki, change: impl FnOnce(&mut ClientOptions)) -> Client {
    let mut options = ClientOptions {
        roots: roots_of(pki).unwrap(),
        hosts: [(ROOT.to_owned(), server.local_addr())].into(),
        ..ClientOptions::default()
    };
    change(&mut options);
    Client::new(options).unwrap()
}

fn message(interface: Interface) -> Message {
    Message {
        interface,
        address: ROOT.to_owned(),
        path: Es12Function::RegisterEvent.path(),
        body: register("EVENT-1").to_json(),
    }
}

fn ok() -> HttpAnswer {
    HttpAnswer::json(write_status(&Ok(())))
}

#[tokio::test]
async fn a_message_is_carried_with_its_path_and_body() {
    let pki = pki();
    let listening = listen(&pki, Role::DsTls, &[ROOT], ok()).await;
    let client = client_to(&listening.server, &pki);
    for interface in [Interface::Es12, Interface::Es15, Interface::Es2Plus] {
        let message = message(interface);
        assert_eq!(client.call(&message).await.unwrap(), ok().body);
        let seen = listening.script.seen.lock().unwrap().pop().unwrap();
        assert_eq!(seen, (message.path, message.body));
    }
}

#[tokio::test]
async fn no_content_is_an_answer_and_other_statuses_are_none() {
    let pki = pki();
    for (status, expected) in [
        (204, Ok(Vec::new())),
        (401, Err(PeerError::Http(401))),
        (503, Err(PeerError::Http(503))),
        (302, Err(PeerError::Http(302))),
    ] {
        let listening = listen(&pki, Role::DsTls, &[ROOT], HttpAnswer::empty(status)).await;
        let client = client_to(&listening.server, &pki);
        assert_eq!(client.call(&message(Interface::Es12)).await, expected);
    }
}

/// TC_SM-DS_ES12/ES15 mutual authentication (group)
#[tokio::test]
async fn only_a_server_of_the_right_role_name_and_ci_is_trusted() {
    let pki = pki();
    let other = Pki::seeded(2).unwrap();
    for (issuer, role, host) in [
        (&*pki, Role::DpTls, ROOT),
        (&*pki, Role::DsTls, "other.test.example"),
        (&other, Role::DsTls, ROOT),
    ] {
        let listening = listen(issuer, role, &[host], ok()).await;
        let client = client_to(&listening.server, &pki);
        let error = client.call(&message(Interface::Es12)).await.unwrap_err();
        assert!(error.is_absence(), "{error}");
        assert!(listening.script.seen.lock().unwrap().is_empty());
    }
}

#[tokio::test]
async fn an_operator_is_trusted_below_the_roots_whatever_its_role() {
    let pki = pki();
    let listening = listen(&pki, Role::DpTls, &[ROOT], ok()).await;
    let client = client_to(&listening.server, &pki);
    client.call(&message(Interface::Es2Plus)).await.unwrap();
    let other = client_to(&listening.server, &Pki::seeded(2).unwrap());
    let error = other.call(&message(Interface::Es2Plus)).await.unwrap_err();
    assert!(error.is_absence(), "{error}");
}

#[tokio::test]
async fn answers_and_patience_are_bounded() {
    let pki = pki();
    let listening = listen(
        &pki,
        Role::DsTls,
        &[ROOT],
        HttpAnswer::json(vec![b' '; 2000]),
    )
    .await;
    let client = client_with(&listening.server, &pki, |options| options.body = 1000);
    let error = client.call(&message(Interface::Es12)).await.unwrap_err();
    assert!(matches!(error, PeerError::Answer(_)), "{error}");

    // A port that accepts and says nothing.
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let client = client_with(&listening.server, &pki, |options| {
        options.patience = Duration::from_millis(50);
        options.hosts = [(ROOT.to_owned(), silent.local_addr().unwrap())].into();
    });
    let error = client.call(&message(Interface::Es12)).await.unwrap_err();
    assert!(matches!(error, PeerError::Timeout { .. }), "{error}");
}

/// A server that has nothing but an outbox.
struct Post {
    outbox: Mutex<Outbox<u32>>,
    posted: Notify,
    settled: Mutex<Vec<Settled<u32>>>,
    done: Notify,
    now: Mutex<i64>,
}

impl Post {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            outbox: Mutex::new(Outbox::new(OutboxLimits::default())),
            posted: Notify::new(),
            settled: Mutex::default(),
            done: Notify::new(),
            now: Mutex::new(0),
        })
    }

    fn push(&self, purpose: u32) {
        let now = *self.now.lock().unwrap();
        let message = message(Interface::Es12);
        self.outbox.lock().unwrap().push(message, purpose, now);
        self.posted.notify_one();
    }

    async fn wait_for(&self, count: usize) {
        while self.settled.lock().unwrap().len() < count {
            self.done.notified().await;
        }
    }
}

impl Sender for Post {
    fn take_due(&self, count: usize) -> Vec<Dispatch> {
        let now = *self.now.lock().unwrap();
        self.outbox.lock().unwrap().take_due(now, count)
    }

    fn settle(&self, id: LetterId, outcome: Result<Vec<u8>, PeerError>) {
        let now = *self.now.lock().unwrap();
        let settled = self.outbox.lock().unwrap().settle(id, outcome, now);
        self.settled.lock().unwrap().push(settled);
        self.done.notify_one();
    }

    fn put_back(&self, id: LetterId) {
        self.outbox.lock().unwrap().put_back(id);
    }

    fn is_waiting(&self) -> bool {
        !self.outbox.lock().unwrap().is_empty()
    }

    fn posted(&self) -> &Notify {
        &self.posted
    }
}

/// Fails while it is told to.
struct Flaky(Mutex<Option<PeerError>>);

impl Peers for Flaky {
    fn call<'a>(&'a self, _: &'a Message) -> smdp::peer::Calling<'a> {
        let error = self.0.lock().unwrap().clone();
        Box::pin(async move { error.map_or(Ok(Vec::new()), Err) })
    }
}

#[tokio::test]
async fn a_delivery_tries_again_when_the_time_has_come() {
    let post = Post::new();
    let peers = Arc::new(Flaky(Mutex::new(Some(PeerError::Http(503)))));
    let delivery: Delivery = deliver(post.clone(), peers.clone());
    post.push(1);
    post.wait_for(1).await;
    assert_eq!(post.settled.lock().unwrap()[0], Settled::Later);
    *peers.0.lock().unwrap() = None;
    // The clock of the server decides, not the time that passes.
    *post.now.lock().unwrap() += 2;
    post.wait_for(2).await;
    assert_eq!(
        post.settled.lock().unwrap()[1],
        Settled::Answered(1, Vec::new())
    );
    post.push(2);
    post.push(3);
    post.wait_for(4).await;
    delivery.shutdown().await;
    assert!(!post.is_waiting());
}

#[tokio::test]
async fn after_an_absence_the_others_to_the_same_address_wait_too() {
    let post = Post::new();
    let absent = PeerError::Timeout {
        address: ROOT.to_owned(),
        seconds: 1,
    };
    for purpose in 0..3 {
        post.push(purpose);
    }
    let delivery = deliver(post.clone(), Arc::new(Flaky(Mutex::new(Some(absent)))));
    post.wait_for(3).await;
    delivery.shutdown().await;
    let settled = post.settled.lock().unwrap();
    assert!(
        settled.iter().all(|it| *it == Settled::Later),
        "{settled:?}"
    );
    assert!(post.is_waiting());
}

/// Answers when it is told to.
#[derive(Default)]
struct Slow {
    asked: Notify,
    go_on: Notify,
}

impl Peers for Slow {
    fn call<'a>(&'a self, _: &'a Message) -> smdp::peer::Calling<'a> {
        Box::pin(async move {
            self.asked.notify_one();
            self.go_on.notified().await;
            Ok(Vec::new())
        })
    }
}

#[tokio::test]
async fn a_delivery_ends_after_the_message_under_way() {
    let post = Post::new();
    for purpose in 0..3 {
        post.push(purpose);
    }
    let peers = Arc::new(Slow::default());
    let delivery = deliver(post.clone(), peers.clone());
    peers.asked.notified().await;
    let end = tokio::spawn(delivery.shutdown());
    // The end is asked for before the message is answered.
    tokio::task::yield_now().await;
    peers.go_on.notify_one();
    end.await.unwrap();
    assert_eq!(
        *post.settled.lock().unwrap(),
        [Settled::Answered(0, Vec::new())]
    );
    assert_eq!(post.take_due(8).len(), 2);
}

/// TC_SM-DS_ES11 HTTPS server authentication (group)
#[test]
fn the_listener_of_es11_shows_a_certificate_of_its_role() {
    use crate::support::wire::{Client, Listening};
    let kit = DsKit::new();
    let credentials = kit.service.with_smds(|smds| smds.credentials().clone());
    let view = rsp::chain::CertificateView::parse(&credentials.tls.chain[0]).unwrap();
    let roles: Vec<_> = view
        .policies()
        .iter()
        .filter_map(rsp::chain::Role::from_policy)
        .map(|(role, _)| role)
        .collect();
    assert_eq!(roles, [rsp::chain::Role::DsTls]);
    let tls = smdp::http::server_config(&credentials.tls, TlsVersions::Tls12, None).unwrap();
    let listening = Listening::new(&kit, tls, Limits::default());
    let client = Client {
        name: ROOT.to_owned(),
        ..Client::new(&kit.pki)
    };
    let mut wire = listening.connect(&client).unwrap();
    let request = kit.lpa().euicc.initiate();
    let request = rsp::json::Es9Request::InitiateAuthentication(request);
    for binding in crate::support::answer::Binding::ALL {
        wire.call(binding, &request).initiated();
    }
    let stranger = Client {
        name: "other.test.example".to_owned(),
        ..client
    };
    assert!(listening.connect(&stranger).is_err());
}
