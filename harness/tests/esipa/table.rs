// SPDX-License-Identifier: MIT OR Apache-2.0
//! The table: every function of ESipa, in every binding, in every wire version that has it. Each cell
//! is a round trip between the reference IPA with its card and the mock eIM with its SM-DP+.
//!
//! JSON begins with v1.1, so v1.0 has no cells there (SGP.32 §6.4).

use std::sync::Arc;

use harness::ipa::Ipa;
use harness::iut::OrderStatus;
use harness::wire::binding::Binding;
use harness::wire::coap::{CoapServer, Settings};
use harness::wire::esipa::{Server, admin_protocol, handler};
use harness::wire::esipa_client::{Caller, Client, Speech};
use harness::wire::tls::Trust;
use rsp::dialect::Dialect;
use rsp::env::{Env as _, SeededEnv};
use rsp::json::esipa::Function;
use rsp::tlv::{Tag, Tlv, tlv};
use tokio::net::{TcpListener, UdpSocket};
use veuicc::terminal::{Terminal, TerminalOptions};

use crate::world::{CODED, Exchange, PLAIN, Way, World, identity, tls};
use crate::{HOST, IPA};

/// One module a function and a binding, one test a version.
macro_rules! table {
    ($($function:ident $name:ident { $($binding:ident $in_binding:ident [$($version:ident $in_version:ident)+])+ })+) => {
        $(mod $name {
            $(mod $in_binding {
                $(#[tokio::test]
                async fn $in_version() {
                    use harness::wire::binding::Binding;
                    use rsp::dialect::Dialect;
                    use rsp::json::esipa::Function;
                    crate::table::cell(Function::$function, Binding::$binding, Dialect::$version).await;
                })+
            })+
        })+
    };
    ($($function:ident $name:ident)+) => {
        table! { $($function $name {
            Asn1 asn1 [V1_0 v1_0 V1_2 v1_2 V1_3 v1_3]
            Json json [V1_2 v1_2 V1_3 v1_3]
            Coap coap [V1_0 v1_0 V1_2 v1_2 V1_3 v1_3]
        })+ }
    };
}

table! {
    InitiateAuthentication initiate_authentication
    AuthenticateClient authenticate_client
    GetBoundProfilePackage get_bound_profile_package
    TransferEimPackage transfer_eim_package
    GetEimPackage get_eim_package
    ProvideEimPackageResult provide_eim_package_result
    HandleNotification handle_notification
    CancelSession cancel_session
}

#[test]
fn no_function_binding_or_version_is_missing() {
    // the macro above names 8 functions, 3 bindings and 3 versions
    assert_eq!(Function::ALL.len(), 8);
    assert_eq!(Binding::ALL.len(), 3);
    assert_eq!(Dialect::ALL.len(), 3);
}

/// One cell: the procedure that needs the function, and what went over the wire.
async fn cell(function: Function, binding: Binding, dialect: Dialect) {
    let world = World::new(Way {
        binding,
        dialect,
        ..Way::default()
    })
    .await;
    match function {
        Function::TransferEimPackage => return injected(&world, binding, dialect).await,
        Function::GetEimPackage | Function::ProvideEimPackageResult => {
            let order = world.order_list();
            world.run().await.unwrap();
            assert_eq!(world.status(&order), OrderStatus::Done);
        }
        Function::InitiateAuthentication
        | Function::AuthenticateClient
        | Function::GetBoundProfilePackage
        | Function::HandleNotification => {
            world.order_download(PLAIN);
            world.run().await.unwrap();
            assert_eq!(world.profiles(), 1);
        }
        Function::CancelSession => {
            world.order_download(CODED);
            world.run().await.unwrap();
            assert_eq!(world.profiles(), 0);
        }
    }
    let seen = world.seen();
    let calls: Vec<&Exchange> = seen
        .iter()
        .filter(|exchange| exchange.function() == Some(function))
        .collect();
    assert!(!calls.is_empty(), "{function} was not called: {seen:?}");
    for exchange in calls {
        assert_eq!(exchange.binding, binding);
        let announced = (binding != Binding::Coap).then(|| admin_protocol(dialect).to_owned());
        assert_eq!(exchange.version, announced);
    }
    let good = |exchange: &&Exchange| {
        exchange.function() == Some(function) && succeeded(function, &exchange.answer)
    };
    assert!(seen.iter().any(|exchange| good(&exchange)), "{seen:?}");
}

/// Whether an answer is the successful one of its function.
fn succeeded(function: Function, answer: &[u8]) -> bool {
    if function == Function::HandleNotification {
        return answer.is_empty();
    }
    let outer = Tlv::only(answer).unwrap();
    let arm = outer.children().next().transpose().unwrap();
    let arm = arm.map(|object| object.tag.octets());
    outer.tag == function.tag()
        && match function {
            Function::GetEimPackage => matches!(arm, Some(0xBF51 | 0xBF52 | 0xBF54)),
            Function::ProvideEimPackageResult => arm == Some(0xBF53),
            _ => arm == Some(0xA0),
        }
}

/// The package that waits is pushed; its result comes in the answer and ends the order.
async fn injected(world: &World, binding: Binding, dialect: Dialect) {
    let order = world.order_list();
    let poll = tlv(Tag::new(0xBF4F), &tlv(Tag::new(0x5A), &certs::TEST_EID));
    let package = world.eim.handle(&poll).await;
    let package = Tlv::only(&package).unwrap().value;
    let (client, _device) = device(world, binding, dialect).await;
    let transfer = tlv(Function::TransferEimPackage.tag(), package);
    let answer = client.post(transfer).await.unwrap();
    let answer = Tlv::only(&answer).unwrap();
    assert_eq!(answer.tag, Function::TransferEimPackage.tag());
    let mut result = tlv(Tag::new(0x5A), &certs::TEST_EID);
    if dialect == Dialect::V1_0 {
        result.clear();
    }
    result.extend(answer.value);
    let result = tlv(Function::ProvideEimPackageResult.tag(), &result);
    let acknowledged = world.eim.handle(&result).await;
    assert!(succeeded(Function::ProvideEimPackageResult, &acknowledged));
    assert_eq!(world.status(&order), OrderStatus::Done);
}

/// What keeps the device reachable.
enum Serving {
    Https(#[expect(dead_code, reason = "it serves while it lives")] Server),
    Coap(#[expect(dead_code, reason = "it serves while it lives")] CoapServer),
}

/// A device that takes injected packages, and the eIM's way to it: the reference IPA over HTTPS; over
/// CoAP its card alone.
async fn device(world: &World, binding: Binding, dialect: Dialect) -> (Client, Serving) {
    let now = SeededEnv::new(1, "clock").now();
    let own = identity(&tls(&world.pki, IPA));
    let trust = Trust::Certificate(tls(&world.pki, IPA).certificate);
    let resolver = world.resolver.clone();
    if binding == Binding::Coap {
        let card = harness::iut::Link(world.card.clone());
        let terminal = Terminal::open(card, TerminalOptions::default()).unwrap();
        let terminal = Arc::new(std::sync::Mutex::new(terminal));
        let execute = handler(move |posted| {
            let request = Tlv::only(&posted.body).unwrap().value.to_vec();
            let answer = terminal.lock().unwrap().es10(&request).unwrap();
            async move { tlv(Function::TransferEimPackage.tag(), &answer) }
        });
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        resolver.insert(IPA, socket.local_addr().unwrap());
        let server = CoapServer::start(socket, &own, Settings::default(), execute).unwrap();
        let client = Client::coap(IPA, resolver, &trust, now, Settings::default());
        return (client, Serving::Coap(server));
    }
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    resolver.insert(IPA, listener.local_addr().unwrap());
    let ipa = Ipa::start(world.environment()).unwrap();
    let ipa = Arc::new(tokio::sync::Mutex::new(ipa));
    let server = harness::ipa::receive(ipa, listener, &own).await.unwrap();
    let eim = identity(&tls(&world.pki, HOST));
    let client = Client::injecting(IPA, resolver, &trust, &eim, now).unwrap();
    let client = client.speaking(Speech {
        binding,
        dialect,
        caller: Caller::Eim,
        ..Speech::default()
    });
    (client, Serving::Https(server))
}

/// Refusals of an SM-DP+ pass through with their codes (SGP.32 §5.14.3).
#[tokio::test]
async fn a_refusal_keeps_its_codes_in_json() {
    for binding in [Binding::Asn1, Binding::Json] {
        let world = World::new(Way {
            binding,
            ..Way::default()
        })
        .await;
        world.order_download("UNKNOWN");
        world.run().await.unwrap();
        let seen = world.seen();
        let refused = seen
            .iter()
            .find(|exchange| exchange.function() == Some(Function::AuthenticateClient))
            .unwrap();
        let pair = ("8.2.6".to_owned(), "3.8".to_owned());
        assert_eq!(refused.pair, Some(pair));
        assert_eq!(refused.answer, hex::decode("bf3b03820106").unwrap());
    }
}
