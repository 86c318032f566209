// SPDX-License-Identifier: MIT OR Apache-2.0
//! The way of an injected package: the IPA serves, the eIM calls and shows who it is (SGP.32
//! §5.14.4).

use certs::{Credential, Curve, Pki, Role};
use harness::wire::binding::Binding;
use harness::wire::esipa::{MEDIA_TYPE, Manner, PATH, Server, Side, handler};
use harness::wire::esipa_client::{Caller, Client, Speech};
use harness::wire::http::HttpClient;
use harness::wire::net::Resolver;
use harness::wire::tls::{Identity, Trust, accepts_client, server_config_for, spki_of};
use tokio::net::TcpListener;

use crate::{HOST, IPA, NOW};

struct Device {
    pki: Pki,
    resolver: Resolver,
    _server: Server,
}

fn tls(pki: &Pki, host: &str) -> Credential {
    pki.issue_tls(Role::EimTls, &[host], Curve::NistP256)
        .unwrap()
}

fn identity(credential: &Credential) -> Identity {
    Identity {
        chain: vec![credential.certificate.clone()],
        key: credential.key_der().unwrap(),
    }
}

/// An IPA that lets in whom `trust` accepts, and says eimPackageReceived to every package.
async fn device(trust: impl Fn(&Pki) -> Trust) -> Device {
    let pki = Pki::seeded(1).unwrap();
    let trust = trust(&pki);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let resolver = Resolver::new();
    resolver.insert(IPA, listener.local_addr().unwrap());
    let config = server_config_for(
        &identity(&tls(&pki, IPA)),
        std::slice::from_ref(&trust),
        NOW,
    )
    .unwrap();
    let take = handler(move |posted| {
        let known = accepts_client(&trust, &posted.peer, NOW);
        async move {
            assert!(known, "a client that nobody trusts came in");
            assert!(posted.body.starts_with(&[0xBF, 0x4E]));
            vec![0xBF, 0x4E, 0x02, 0x05, 0x00]
        }
    });
    let manner = Manner {
        side: Side::Ipa,
        ..Manner::default()
    };
    Device {
        pki,
        resolver,
        _server: Server::start_as(listener, config, take, manner),
    }
}

impl Device {
    fn trust(&self) -> Trust {
        Trust::Certificate(tls(&self.pki, IPA).certificate)
    }

    fn client(&self, own: &str, binding: Binding) -> Client {
        let own = identity(&tls(&self.pki, own));
        let resolver = self.resolver.clone();
        let client = Client::injecting(IPA, resolver, &self.trust(), &own, NOW).unwrap();
        client.speaking(Speech {
            binding,
            caller: Caller::Eim,
            ..Speech::default()
        })
    }
}

/// A download trigger, and what the device answers to it.
const TRIGGER: [u8; 8] = [0xBF, 0x4E, 0x05, 0xBF, 0x54, 0x02, 0x82, 0x00];
const RECEIVED: [u8; 5] = [0xBF, 0x4E, 0x02, 0x05, 0x00];

#[tokio::test]
async fn an_associated_eim_injects_in_either_binding() {
    let leaf = |pki: &Pki| Trust::Certificate(tls(pki, HOST).certificate);
    let key = |pki: &Pki| {
        let certificate = tls(pki, HOST).certificate;
        Trust::PublicKey(spki_of(&certificate).unwrap().to_vec())
    };
    let authority = |pki: &Pki| {
        let ci = pki.credential(Role::Ci, Curve::NistP256).unwrap();
        Trust::Certificate(ci.certificate.clone())
    };
    let trusts: [&dyn Fn(&Pki) -> Trust; 3] = [&leaf, &key, &authority];
    for trust in trusts {
        let device = device(trust).await;
        for binding in [Binding::Asn1, Binding::Json] {
            let client = device.client(HOST, binding);
            assert_eq!(client.post(TRIGGER.to_vec()).await.unwrap(), RECEIVED);
        }
    }
}

#[tokio::test]
async fn nobody_else_is_let_in() {
    let device = device(|pki| Trust::Certificate(tls(pki, HOST).certificate)).await;
    let stranger = device.client("eim2.test.example", Binding::Asn1);
    assert!(stranger.post(TRIGGER.to_vec()).await.is_err());
    let nameless = Client::new(IPA, device.resolver.clone(), &device.trust(), NOW).unwrap();
    assert!(nameless.post(TRIGGER.to_vec()).await.is_err());
}

#[tokio::test]
async fn an_ipa_serves_nothing_but_packages() {
    let device = device(|pki| Trust::Certificate(tls(pki, HOST).certificate)).await;
    let own = identity(&tls(&device.pki, HOST));
    let resolver = device.resolver.clone();
    let http = HttpClient::with_identity(IPA, resolver, &device.trust(), &own, NOW).unwrap();
    let poll = hex::decode("bf4f125a1089049032123451234512345678901235").unwrap();
    let fields = [("content-type", MEDIA_TYPE)];
    for (path, body, status) in [
        (PATH, TRIGGER.to_vec(), 200),
        (PATH, poll, 400),
        (PATH, vec![0xBF, 0x4E, 0x05], 200),
        ("/gsma/rsp2/esipa/getEimPackage", TRIGGER.to_vec(), 404),
    ] {
        let reply = http.post(path, &fields, body).await.unwrap();
        assert_eq!(reply.status, status, "{path}");
    }
}
