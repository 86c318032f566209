// SPDX-License-Identifier: MIT OR Apache-2.0
//! Deliberate mistakes in the bindings, seen from the other end.

use harness::defect::{EimDefect, IpaDefect};
use harness::wire::binding::Binding;
use harness::wire::esipa::{ADMIN_PROTOCOL, PATH};
use harness::wire::http::{HttpClient, PostError, Reply, header};
use harness::wire::tls::Trust;
use rsp::env::{Env as _, SeededEnv};

use crate::HOST;
use crate::world::{Way, World, tls};

const ASN1: (&str, &str) = ("content-type", "application/x-gsma-rsp-asn1");
const JSON: (&str, &str) = ("content-type", "application/json;charset=UTF-8");
const POLL: &str = "/gsma/rsp2/esipa/getEimPackage";

async fn eim_with(defect: Option<EimDefect>) -> World {
    World::new(Way {
        eim: defect.into_iter().collect(),
        ..Way::default()
    })
    .await
}

impl World {
    async fn post(&self, path: &str, fields: &[(&str, &str)], body: &[u8]) -> Reply {
        let trust = Trust::Certificate(tls(&self.pki, HOST).certificate);
        let now = SeededEnv::new(1, "clock").now();
        let http = HttpClient::new(HOST, self.resolver.clone(), &trust, now).unwrap();
        http.post(path, fields, body.to_vec()).await.unwrap()
    }

    async fn poll(&self) -> Reply {
        let poll = hex::decode("bf4f125a1089049032123451234512345678901235").unwrap();
        self.post(PATH, &[ASN1], &poll).await
    }
}

/// What a defect shows, and what it does not show without it.
macro_rules! shows {
    ($($name:ident $defect:ident $shown:expr;)+) => {$(
        #[tokio::test]
        async fn $name() {
            let shown = async |world: World| {
                let shown: fn(Reply, Reply, Reply, Reply) -> bool = $shown;
                let parameter = ("content-type", "application/x-gsma-rsp-asn1;a=b");
                let notification = hex::decode("bf3d05a003bf3700").unwrap();
                shown(
                    world.poll().await,
                    world.post(PATH, &[parameter], &[0]).await,
                    world.post(POLL, &[JSON], br#"{"eidValue":"1"}"#).await,
                    world.post(PATH, &[ASN1], &notification).await,
                )
            };
            assert!(shown(eim_with(Some(EimDefect::$defect)).await).await);
            assert!(!shown(eim_with(None).await).await);
        }
    )+};
}

shows! {
    wrong_media_type WrongMediaType
        |poll, _, _, _| header(&poll.headers, "content-type") == Some("application/octet-stream");
    no_admin_protocol NoAdminProtocol
        |poll, _, _, _| header(&poll.headers, ADMIN_PROTOCOL).is_none();
    exact_media_type ExactMediaType
        |_, parameter, _, _| parameter.status == 415;
    server_error_on_garbage ServerErrorOnGarbage
        |_, garbage, _, _| garbage.status == 500;
    success_header_on_error SuccessHeaderOnError
        |_, _, refused, _| String::from_utf8_lossy(&refused.body).contains("Executed-Success");
}

/// An IPA with a defect at an eIM that records what comes.
async fn ipa_with(defect: Option<IpaDefect>) -> (World, Result<(), harness::ipa::Error>) {
    let world = World::new(Way {
        binding: Binding::Asn1,
        ipa: defect.into_iter().collect(),
        ..Way::default()
    })
    .await;
    let outcome = world.run().await;
    (world, outcome)
}

fn status(outcome: Result<(), harness::ipa::Error>) -> Option<u16> {
    match outcome {
        Err(harness::ipa::Error::Esipa {
            source: PostError::Status { status, .. },
            ..
        }) => Some(status),
        _ => None,
    }
}

#[tokio::test]
async fn an_ipa_that_posts_to_the_wrong_place_or_type_is_refused() {
    let (_, outcome) = ipa_with(Some(IpaDefect::WrongPath)).await;
    assert_eq!(status(outcome), Some(404));
    let (_, outcome) = ipa_with(Some(IpaDefect::WrongContentType)).await;
    assert_eq!(status(outcome), Some(415));
    let (world, outcome) = ipa_with(None).await;
    outcome.unwrap();
    assert!(!world.seen().is_empty());
}

#[tokio::test]
async fn an_ipa_that_leaves_header_fields_out_is_noticed() {
    let (world, outcome) = ipa_with(Some(IpaDefect::NoAdminProtocol)).await;
    outcome.unwrap();
    assert_eq!(world.seen().pop().unwrap().version, None);
    let (world, outcome) = ipa_with(Some(IpaDefect::NoUserAgent)).await;
    outcome.unwrap();
    assert_eq!(world.seen().pop().unwrap().agent, None);
    let (world, outcome) = ipa_with(None).await;
    outcome.unwrap();
    let exchange = world.seen().pop().unwrap();
    assert_eq!(exchange.agent.as_deref(), Some("gsma-rsp-ipad"));
    assert_eq!(exchange.version.as_deref(), Some("gsma/rsp/v2.1.0"));
}

#[tokio::test]
async fn an_ipa_that_trusts_anybody_talks_to_a_stranger() {
    for (defect, talks) in [(Some(IpaDefect::SkipsTlsVerification), true), (None, false)] {
        let world = World::behind_a_stranger(Way {
            ipa: defect.into_iter().collect(),
            ..Way::default()
        })
        .await;
        assert_eq!(world.run().await.is_ok(), talks, "{defect:?}");
        assert_eq!(world.seen().is_empty(), !talks);
    }
}
