// SPDX-License-Identifier: MIT OR Apache-2.0
//! TLS clients with a certificate: who is taken, and as whom.

use std::sync::{Arc, Mutex};

use certs::{Credential, Curve, Flaw, Pki, Role};
use hyper::Method;
use rsp::chain::{Anchor, CertificateView, Role as ChainRole};
use rsp::env::{Clock, SEEDED_START};
use rustls::version::{TLS12, TLS13};
use smdp::HttpAnswer;
use smdp::http::{
    Answering, Call, Client, ClientCertificates, ClientTrust, Handler, Limits, Pin, Resource,
    TlsClock, TlsOptions, TlsVersions,
};
use tokio::io::AsyncWriteExt;

use crate::kit::{Bench, HOST, answer, client_config, exchange, identity, options, post};

/// `/open` is for everybody, `/closed` for clients; remembers who called.
#[derive(Default)]
struct Door(Arc<Mutex<Vec<Option<Client>>>>);

impl Handler for Door {
    fn resource(&self, path: &str) -> Option<Resource<'_>> {
        ["/open", "/closed"].contains(&path).then_some(Resource {
            methods: &[Method::POST],
            media_type: "",
            needs_client: path == "/closed",
            admin_protocol: None,
        })
    }

    fn call(&self, call: Call) -> Answering<'_> {
        self.0.lock().unwrap().push(call.client);
        Box::pin(async { HttpAnswer::empty(204) })
    }
}

/// A listener with a [`Door`].
struct House {
    bench: Bench,
    callers: Arc<Mutex<Vec<Option<Client>>>>,
}

impl House {
    async fn new(options: &TlsOptions) -> Self {
        let pki = Pki::seeded(1).unwrap();
        let tls = pki
            .issue_tls(Role::DpTls, &[HOST], Curve::NistP256)
            .unwrap();
        let door = Door::default();
        let callers = Arc::clone(&door.0);
        let identities = [identity(&tls)];
        let bench = Bench::behind(&pki, &identities, options, Limits::default(), |_| {
            Arc::new(door)
        });
        Self {
            bench: bench.await,
            callers,
        }
    }

    /// The statuses of both paths; nothing when there is no connection.
    async fn knock(&self, own: Option<&Credential>) -> Option<[String; 2]> {
        let mut answers = Vec::new();
        for version in [&TLS12, &TLS13] {
            let config = client_config(&self.bench.pki, &[version], own);
            let Ok(mut stream) = self.bench.connect_with(config, HOST).await else {
                answers.push(None);
                continue;
            };
            let mut statuses = Vec::new();
            for path in ["/open", "/closed"] {
                let request = post(path, "", "");
                // in TLS 1.3 the client learns afterwards that it was refused
                if stream.write_all(request.as_bytes()).await.is_err() {
                    break;
                }
                let answered = answer(&mut stream).await;
                statuses.extend(answered.map(|(head, _)| head[9..12].to_owned()));
            }
            answers.push(<[String; 2]>::try_from(statuses).ok());
        }
        assert_eq!(answers[0], answers[1], "TLS 1.2 and 1.3 differ");
        answers.remove(0)
    }
}

fn ci(pki: &Pki) -> Anchor {
    let ci = pki.credential(Role::Ci, Curve::NistP256).unwrap();
    Anchor::from_certificate(&CertificateView::parse(&ci.certificate).unwrap()).unwrap()
}

fn by_ci(roles: &[ChainRole]) -> Arc<ClientTrust> {
    let pki = Pki::seeded(1).unwrap();
    Arc::new(ClientTrust::default().with_ci([ci(&pki)], roles))
}

fn required(trust: Arc<ClientTrust>) -> TlsOptions {
    TlsOptions {
        clients: ClientCertificates::Required(trust),
        ..options(TlsVersions::Both)
    }
}

fn optional(trust: Arc<ClientTrust>) -> TlsOptions {
    TlsOptions {
        clients: ClientCertificates::Optional(trust),
        ..options(TlsVersions::Both)
    }
}

const SERVED: [&str; 2] = ["204", "204"];
const ANONYMOUS: [&str; 2] = ["204", "401"];

fn is(answers: Option<[String; 2]>, expected: [&str; 2]) -> bool {
    answers.is_some_and(|answers| answers == expected)
}

#[tokio::test]
async fn a_server_of_the_ci_is_taken_and_known_by_its_oid() {
    let house = House::new(&required(by_ci(&[ChainRole::DpTls, ChainRole::DsTls]))).await;
    let pki = &house.bench.pki;
    for (role, oid) in [(Role::Dp2Tls, "2.999.12"), (Role::DsTls, "2.999.15")] {
        let own = pki.credential(role, Curve::NistP256).unwrap();
        assert!(is(house.knock(Some(own)).await, SERVED), "{role}");
        let caller = house.callers.lock().unwrap().pop().unwrap().unwrap();
        assert_eq!(caller.certificate, own.certificate);
        assert_eq!(caller.oid.unwrap().to_string(), oid);
    }
    assert!(house.knock(None).await.is_none());
}

#[tokio::test]
async fn a_wrong_certificate_ends_the_handshake_where_one_is_required() {
    let house = House::new(&required(by_ci(&[ChainRole::DsTls]))).await;
    let pki = &house.bench.pki;
    let of = |role| pki.credential(role, Curve::NistP256).unwrap().clone();
    let flawed = |flaw| pki.invalid(Role::DsTls, Curve::NistP256, flaw).unwrap();
    let foreign = Pki::seeded(2).unwrap();
    for (what, own) in [
        ("another role", of(Role::DpTls)),
        ("not for TLS", of(Role::DsAuth)),
        ("the CI itself", of(Role::Ci)),
        ("signature", flawed(Flaw::Signature)),
        ("policy of another role", flawed(Flaw::WrongRole)),
        ("no policy", flawed(Flaw::NoRole)),
        ("expired", flawed(Flaw::Expired)),
        ("not yet valid", flawed(Flaw::NotYetValid)),
        ("unknown CI of the same name", flawed(Flaw::UnknownCi)),
        (
            "unknown critical extension",
            flawed(Flaw::CriticalExtension),
        ),
        ("no OID", flawed(Flaw::NoOid)),
        (
            "another CI",
            foreign
                .credential(Role::DsTls, Curve::NistP256)
                .unwrap()
                .clone(),
        ),
    ] {
        assert!(house.knock(Some(&own)).await.is_none(), "{what}");
    }
    assert!(is(house.knock(Some(&of(Role::DsTls))).await, SERVED));
}

#[tokio::test]
async fn where_a_certificate_is_optional_a_wrong_one_makes_nobody() {
    let house = House::new(&optional(by_ci(&[ChainRole::DpTls]))).await;
    let pki = &house.bench.pki;
    let own = pki.credential(Role::DpTls, Curve::NistP256).unwrap();
    let expired = pki
        .invalid(Role::DpTls, Curve::NistP256, Flaw::Expired)
        .unwrap();
    assert!(is(house.knock(None).await, ANONYMOUS));
    assert!(is(house.knock(Some(&expired)).await, ANONYMOUS));
    assert!(
        house
            .callers
            .lock()
            .unwrap()
            .drain(..)
            .all(|caller| caller.is_none())
    );
    assert!(is(house.knock(Some(own)).await, SERVED));
    assert!(house.callers.lock().unwrap().iter().all(Option::is_some));
}

#[tokio::test]
async fn no_certificate_is_asked_for_without_trust() {
    let house = House::new(&options(TlsVersions::Both)).await;
    let own = house
        .bench
        .pki
        .credential(Role::DpTls, Curve::NistP256)
        .unwrap()
        .clone();
    assert!(is(house.knock(Some(&own)).await, ANONYMOUS));
}

#[tokio::test]
async fn a_pinned_certificate_or_key_needs_no_ci() {
    let pki = Pki::seeded(7).unwrap();
    let of = |role| pki.credential(role, Curve::NistP256).unwrap().clone();
    let (first, second, third) = (of(Role::DpTls), of(Role::Dp2Tls), of(Role::EimTls));
    let spki = second.key.public_key().to_spki();
    let trust = ClientTrust::default()
        .with_pin(Pin::Certificate(first.certificate.clone()))
        .with_pin(Pin::PublicKey(spki));
    let house = House::new(&required(Arc::new(trust))).await;
    assert!(is(house.knock(Some(&first)).await, SERVED));
    assert!(is(house.knock(Some(&second)).await, SERVED));
    assert!(house.knock(Some(&third)).await.is_none());
    // the pinned key in another certificate is still the key
    let again = pki
        .invalid(Role::Dp2Tls, Curve::NistP256, Flaw::Expired)
        .unwrap();
    assert!(is(house.knock(Some(&again)).await, SERVED));
    // the pinned certificate without its key is nothing
    let mut stolen = first.clone();
    stolen.key = third.key.clone();
    assert!(house.knock(Some(&stolen)).await.is_none());
}

#[tokio::test]
async fn a_ca_of_operators_is_trusted_by_the_rules_of_the_web() {
    let operators = Pki::seeded(3).unwrap();
    let ca = operators.credential(Role::Ci, Curve::NistP256).unwrap();
    let trust = ClientTrust::default().with_ca(std::slice::from_ref(&ca.certificate));
    let house = House::new(&required(Arc::new(trust.unwrap()))).await;
    let own = operators
        .issue_tls(Role::EimTls, &["operator.example"], Curve::NistP256)
        .unwrap();
    assert!(is(house.knock(Some(&own)).await, SERVED));
    let other = house
        .bench
        .pki
        .credential(Role::DpTls, Curve::NistP256)
        .unwrap();
    assert!(house.knock(Some(other)).await.is_none());
    assert!(
        ClientTrust::default()
            .with_ca(&[b"no certificate".to_vec()])
            .is_err()
    );
}

#[tokio::test]
async fn the_clock_of_the_listener_judges() {
    let clock = Clock::default();
    let trust = by_ci(&[ChainRole::DpTls]);
    let options = TlsOptions {
        clock: Arc::new(TlsClock(clock.clone())),
        ..required(trust)
    };
    let house = House::new(&options).await;
    let own = house
        .bench
        .pki
        .credential(Role::DpTls, Curve::NistP256)
        .unwrap();
    assert!(is(house.knock(Some(own)).await, SERVED));
    clock.set(SEEDED_START + 100 * 365 * 86_400);
    assert!(house.knock(Some(own)).await.is_none());
}

#[tokio::test]
async fn the_statuses_are_those_of_the_paths() {
    let house = House::new(&options(TlsVersions::Both)).await;
    let mut stream = house.bench.open().await;
    let (head, _) = exchange(&mut stream, &post("/closed", "", "")).await;
    assert!(head.starts_with("http/1.1 401 "), "{head}");
    let (head, _) = exchange(&mut stream, &post("/elsewhere", "", "")).await;
    assert!(head.starts_with("http/1.1 404 "), "{head}");
}
