// SPDX-License-Identifier: MIT OR Apache-2.0
//! The mock eIM believes nothing that is not signed by the eUICC it knows, and acknowledges exactly
//! what it has taken over.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::sync::Arc;
use std::time::Duration;

use certs::{Credential, Pki, Role, TEST_EID};
use harness::eim::{Eim, roots};
use harness::iut::{EimEnvironment, EuiccCertificates, KnownEuicc, Order, OrderStatus};
use harness::wire::net::Resolver;
use harness::wire::tls::Identity;
use rsp::der::{decode, encode};
use rsp::ecdsa::Curve;
use rsp::env::SeededEnv;
use rsp::raw::Raw;
use rsp::sgp32::*;

const EIM_ID: &str = "eim1.test.example";
/// The association token of the eUICC: one that needs a leading zero in DER.
const TOKEN: i64 = 200;

struct Bench {
    eim: Arc<Eim>,
    euicc: Credential,
}

impl Bench {
    async fn new() -> Self {
        let pki = Pki::seeded(1).unwrap();
        let curve = Curve::NistP256;
        let euicc = pki.issue_euicc(&TEST_EID, curve).unwrap();
        let tls = pki.credential(Role::EimTls, curve).unwrap();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let eim = Eim::new(EimEnvironment {
            eim_id: EIM_ID.to_owned(),
            signing: pki.issue_eim_signing(EIM_ID, curve).unwrap(),
            tls: Identity {
                chain: vec![tls.certificate.clone()],
                key: tls.key_der().unwrap(),
            },
            listener,
            resolver: Resolver::new(),
            roots: roots(&pki),
            euiccs: vec![KnownEuicc {
                eid: TEST_EID,
                counter_value: 0x7F,
                association_token: Some(TOKEN),
                certificates: Some(EuiccCertificates {
                    euicc: euicc.certificate.clone(),
                    eum: pki.eum_for(&TEST_EID, curve).unwrap().certificate,
                }),
            }],
            env: Box::new(SeededEnv::new(1, "eim")),
            timeout: Duration::from_secs(2),
        });
        Self {
            eim: eim.unwrap(),
            euicc,
        }
    }

    /// Orders a listEim and fetches it.
    async fn sent(&self) -> (String, EuiccPackageSigned) {
        let list = Eco::ListEim(EcoListEim::default());
        let package = encode(&EuiccPackage::EcoList(vec![list])).unwrap();
        let order = self.eim.order(TEST_EID, Order::EuiccPackage(package));
        let GetEimPackageResponse::EuiccPackageRequest(request) = self.poll(TEST_EID).await else {
            panic!("expected an eUICC package")
        };
        (order.unwrap(), request.euicc_package_signed.into_value())
    }

    async fn poll(&self, eid: [u8; 16]) -> GetEimPackageResponse {
        let request = GetEimPackageRequest {
            eid_value: eid.into(),
            notify_state_change: None,
            state_change_cause: None,
            r_plmn: None,
            additions: Default::default(),
        };
        decode(&self.eim.handle(&encode(&request).unwrap()).await).unwrap()
    }

    /// The eUICC's result of a package, signed over `token`.
    fn result(&self, package: &EuiccPackageSigned, token: &[u8]) -> EuiccPackageResult {
        let data = Raw::new(EuiccPackageResultDataSigned {
            eim_id: package.eim_id.clone(),
            counter_value: package.counter_value,
            eim_transaction_id: package.eim_transaction_id.clone(),
            seq_number: 5,
            euicc_result: Vec::new(),
            additions: Default::default(),
        })
        .unwrap();
        let signature = self.euicc.key.sign(&[data.bytes(), token].concat());
        EuiccPackageResult::EuiccPackageResultSigned(EuiccPackageResultSigned {
            euicc_package_result_data_signed: data,
            euicc_sign_epr: signature.into(),
            additions: Default::default(),
        })
    }

    async fn provide(&self, result: EuiccPackageResult) -> ProvideEimPackageResultResponse {
        let message = ProvideEimPackageResult {
            eid_value: Some(TEST_EID.into()),
            eim_package_result: EimPackageResult::EuiccPackageResult(result),
            additions: Default::default(),
        };
        decode(&self.eim.handle(&encode(&message).unwrap()).await).unwrap()
    }
}

/// `84 02 00C8`: the token as it is signed.
const SIGNED_TOKEN: [u8; 4] = [0x84, 0x02, 0x00, 0xC8];

fn acknowledged(response: &ProvideEimPackageResultResponse) -> Vec<i64> {
    match response {
        ProvideEimPackageResultResponse::EimAcknowledgements(list) => {
            list.0.iter().map(|number| number.0).collect()
        }
        ProvideEimPackageResultResponse::EmptyResponse(_) => Vec::new(),
        other => panic!("expected acknowledgements, got {other:?}"),
    }
}

#[tokio::test]
async fn a_signed_result_ends_the_order_and_is_acknowledged_as_often_as_it_comes() {
    let bench = Bench::new().await;
    let (order, package) = bench.sent().await;
    assert_eq!(package.counter_value, 0x80);
    assert_eq!(bench.eim.order_status(&order), Some(OrderStatus::Sent));
    let result = bench.result(&package, &SIGNED_TOKEN);
    assert_eq!(acknowledged(&bench.provide(result.clone()).await), [5]);
    assert_eq!(bench.eim.order_status(&order), Some(OrderStatus::Done));
    assert_eq!(acknowledged(&bench.provide(result).await), [5]);
}

#[tokio::test]
async fn a_result_signed_over_another_token_changes_nothing() {
    let bench = Bench::new().await;
    let (order, package) = bench.sent().await;
    for token in [&[0x84, 0x01, 0x00][..], &[0x84, 0x01, 0xC8], &[]] {
        let result = bench.result(&package, token);
        assert_eq!(acknowledged(&bench.provide(result).await), [0; 0]);
        assert_eq!(bench.eim.order_status(&order), Some(OrderStatus::Sent));
    }
}

#[tokio::test]
async fn a_result_of_a_package_that_was_not_sent_is_not_acknowledged() {
    let bench = Bench::new().await;
    let (order, mut package) = bench.sent().await;
    package.counter_value += 1;
    let result = bench.result(&package, &SIGNED_TOKEN);
    for _ in 0..2 {
        assert_eq!(acknowledged(&bench.provide(result.clone()).await), [0; 0]);
    }
    assert_eq!(bench.eim.order_status(&order), Some(OrderStatus::Sent));
}

#[tokio::test]
async fn who_has_no_work_and_who_is_unknown_are_told_apart() {
    use GetEimPackageResponseEimPackageError as Code;
    let bench = Bench::new().await;
    let idle = GetEimPackageResponse::EimPackageError(Code::NO_EIM_PACKAGE_AVAILABLE);
    assert_eq!(bench.poll(TEST_EID).await, idle);
    let unknown = GetEimPackageResponse::EimPackageError(Code::EID_NOT_FOUND);
    assert_eq!(bench.poll([0x89; 16]).await, unknown);
}
