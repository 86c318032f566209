// SPDX-License-Identifier: MIT OR Apache-2.0
//! Every refusal that a server may answer, as ESipa has it (SGP.32 §5.14.1 to §5.14.3, §5.14.8), in
//! both bindings of ES9+'.

use harness::iut::{OrderStatus, RelaySettings};
use harness::wire::es9::Es9Binding;
use rsp::dialect::Dialect;
use rsp::json::Function;
use rsp::sgp32::{EsipaMessageFromEimToIpa as Answer, *};
use rsp::status::{self, Refusal, Row};
use smdp::config::OrderConfig;

use crate::bench::{Bench, Setup};

fn code_of(answer: &Answer) -> Option<i64> {
    match answer {
        Answer::InitiateAuthenticationResponseEsipa(
            InitiateAuthenticationResponseEsipa::InitiateAuthenticationErrorEsipa(code),
        ) => Some(code.0),
        Answer::AuthenticateClientResponseEsipa(
            AuthenticateClientResponseEsipa::AuthenticateClientErrorEsipa(code),
        ) => Some(code.0),
        Answer::GetBoundProfilePackageResponseEsipa(
            GetBoundProfilePackageResponseEsipa::GetBoundProfilePackageErrorEsipa(code),
        ) => Some(code.0),
        Answer::CancelSessionResponseEsipa(CancelSessionResponseEsipa::CancelSessionError(
            code,
        )) => Some(code.0),
        _ => None,
    }
}

const fn called(function: status::Function) -> Option<Function> {
    match function {
        status::Function::InitiateAuthentication => Some(Function::InitiateAuthentication),
        status::Function::AuthenticateClient => Some(Function::AuthenticateClient),
        status::Function::GetBoundProfilePackage => Some(Function::GetBoundProfilePackage),
        status::Function::CancelSession => Some(Function::CancelSession),
        _ => None,
    }
}

/// What the IPA is told when the SM-DP+ refuses a function like this.
async fn told(es9: Es9Binding, dialect: Dialect, function: Function, refusal: Refusal) -> i64 {
    // a session is cancelled when nobody knows the confirmation code
    let cancels = function == Function::CancelSession;
    let bench = Bench::new(Setup {
        dialect,
        relay: RelaySettings {
            es9,
            ..RelaySettings::default()
        },
        order: OrderConfig {
            confirmation_code: cancels.then(|| "1234".to_owned()),
            ..OrderConfig::default()
        },
        ..Setup::default()
    })
    .await;
    bench.watch.lock().unwrap().refuse = Some((function, refusal));
    let order = bench.order();
    bench.run().await;
    assert_eq!(bench.status(&order), OrderStatus::Failed, "{refusal}");
    assert!(bench.profiles().is_empty());
    bench.answers().iter().find_map(code_of).unwrap()
}

fn rows() -> impl Iterator<Item = (Function, &'static Row)> {
    let rows = status::TABLE.iter();
    rows.filter_map(|row| Some((called(row.function)?, row)))
}

#[tokio::test]
async fn every_pair_has_its_integer_in_the_json_binding() {
    for (function, row) in rows() {
        let expected = match row.esipa {
            // a code of v1.3
            Some(18) | None => 127,
            Some(code) => code,
        };
        let told = told(Es9Binding::Json, Dialect::V1_2, function, row.refusal).await;
        assert_eq!(told, expected, "{function} {}", row.refusal);
    }
}

#[tokio::test]
async fn every_integer_has_its_integer_in_the_asn1_binding() {
    for (function, row) in rows() {
        // a pair without an integer of its own arrives as 127
        let listed = row
            .es9
            .and_then(|code| status::from_es9_code(row.function, code));
        let expected = listed.map_or(127, |refusal| refusal.esipa_code(row.function));
        let told = told(Es9Binding::Asn1, Dialect::V1_2, function, row.refusal).await;
        assert_eq!(told, expected, "{function} {}", row.refusal);
    }
}

#[tokio::test]
async fn an_unlisted_pair_is_undefined() {
    let unlisted = status::FUNCTION_NOT_ALLOWED;
    for function in [
        Function::InitiateAuthentication,
        Function::AuthenticateClient,
        Function::GetBoundProfilePackage,
        Function::CancelSession,
    ] {
        let told = told(Es9Binding::Json, Dialect::V1_2, function, unlisted).await;
        assert_eq!(told, 127, "{function}");
    }
}

#[tokio::test]
async fn a_server_that_is_away_is_undefined_and_the_order_fails() {
    let bench = Bench::new(Setup::default()).await;
    bench.resolver.remove(crate::bench::SMDP);
    let order = bench.order();
    bench.run().await;
    assert_eq!(bench.answers().iter().find_map(code_of), Some(127));
    assert_eq!(bench.status(&order), OrderStatus::Failed);
}
