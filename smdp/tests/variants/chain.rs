// SPDX-License-Identifier: MIT OR Apache-2.0
//! What travels in otherCertsInChain, and what becomes of a session without it.

use certs::{Curve, Role, TEST_EID, Variant};
use rsp::asn1::Certificate;
use rsp::der;
use rsp::json::Es9Request;
use rsp::sgp22::*;
use veuicc::terminal::Terminal;

use crate::download::{pki, run};
use crate::support::card::CardRun;
use crate::support::euicc::info::device_info;

fn es10<T: rasn::Decode>(terminal: &mut Terminal<veuicc::Card>, request: &impl rasn::Encode) -> T {
    let response = terminal.es10(&der::encode(request).unwrap()).unwrap();
    der::decode(&response).unwrap()
}

/// InitiateAuthentication of the card, and its answer.
fn initiate(run: &mut CardRun) -> InitiateAuthenticationOkEs9 {
    let challenge: GetEuiccChallengeResponse =
        es10(&mut run.terminal, &GetEuiccChallengeRequest::default());
    let request = InitiateAuthenticationRequest {
        euicc_challenge: challenge.euicc_challenge,
        smdp_address: "smdp1.test.example".to_owned(),
        euicc_info1: es10(&mut run.terminal, &GetEuiccInfo1Request::default()),
        lpa_rsp_capability: None,
        additions: Default::default(),
    };
    let request = Es9Request::InitiateAuthentication(request);
    run.kit.call(run.binding, request).initiated()
}

/// What the card says to a server with these certificates above its own.
fn authenticate(
    run: &mut CardRun,
    others: Option<CertificateChain>,
) -> (TransactionId, AuthenticateServerResponse) {
    let ok = initiate(run);
    let params = CtxParams1::for_device(Some("MATCHING-1".to_owned()), device_info());
    let transaction_id = ok.transaction_id.clone();
    let request = AuthenticateServerRequest {
        server_signed1: ok.server_signed1,
        server_signature1: ok.server_signature1,
        euicc_ci_pk_id_to_be_used: ok.euicc_ci_pk_id_to_be_used,
        server_certificate: ok.server_certificate,
        ctx_params1: params,
        other_certs_in_chain: others,
        crl_list: None,
        additions: Default::default(),
    };
    (transaction_id, es10(&mut run.terminal, &request))
}

fn ders(chain: Option<&CertificateChain>) -> Vec<Vec<u8>> {
    let chain = chain.into_iter().flatten();
    chain
        .map(|certificate| certificate.as_der().to_vec())
        .collect()
}

#[test]
fn the_server_delivers_the_certificates_above_its_own() {
    for variant in Variant::ALL {
        for curve in Curve::ALL {
            let mut run = run(variant, variant, curve);
            let ok = initiate(&mut run);
            let expected = pki(variant).chain(Role::DpAuth, curve).unwrap();
            assert_eq!(ok.other_certs_in_chain.is_some(), !expected.is_empty());
            assert_eq!(ders(ok.other_certs_in_chain.as_ref()), expected);
        }
    }
}

#[test]
fn the_card_delivers_the_certificates_above_that_of_its_issuer() {
    for variant in Variant::ALL {
        let curve = Curve::NistP256;
        let mut run = run(variant, variant, curve);
        let others = initiate(&mut run).other_certs_in_chain;
        let (_, response) = authenticate(&mut run, others);
        let AuthenticateServerResponse::AuthenticateResponseOk(ok) = response else {
            panic!("{response:?}")
        };
        let chain = pki(variant).euicc_chain(&TEST_EID, curve).unwrap();
        let (next, others) = chain.split_first().unwrap();
        assert_eq!(ok.eum_certificate.as_der(), next, "{variant}");
        assert_eq!(ders(ok.other_certs_in_chain.as_ref()), others, "{variant}");
    }
}

#[test]
fn without_the_sub_cas_a_server_leads_to_no_ci() {
    for variant in [Variant::A, Variant::B, Variant::C] {
        let mut run = run(variant, variant, Curve::NistP256);
        let (_, response) = authenticate(&mut run, None);
        let AuthenticateServerResponse::AuthenticateResponseError(error) = response else {
            panic!("{response:?}")
        };
        let code = error.authenticate_error_code;
        assert_eq!(code, AuthenticateErrorCode::CI_PK_UNKNOWN, "{variant}");
    }
}

/// The certificates of another role's sub-CA do not help either.
#[test]
fn a_sub_ca_of_the_sm_ds_issues_nothing_for_an_sm_dp() {
    let curve = Curve::NistP256;
    let mut run = run(Variant::A, Variant::A, curve);
    let others = pki(Variant::A).chain(Role::DsAuth, curve).unwrap();
    let others = others.into_iter().map(Certificate::from_der).collect();
    let (_, response) = authenticate(&mut run, Some(others));
    assert!(matches!(
        response,
        AuthenticateServerResponse::AuthenticateResponseError(_)
    ));
}

#[test]
fn without_the_sub_cas_an_euicc_leads_to_no_ci() {
    for variant in [Variant::A, Variant::B, Variant::C] {
        let mut run = run(variant, variant, Curve::NistP256);
        let others = initiate(&mut run).other_certs_in_chain;
        let (transaction_id, mut response) = authenticate(&mut run, others);
        let AuthenticateServerResponse::AuthenticateResponseOk(ok) = &mut response else {
            panic!("{response:?}")
        };
        ok.other_certs_in_chain = None;
        let request = AuthenticateClientRequest {
            transaction_id,
            authenticate_server_response: response,
            use_matching_id_for_acr: None,
            additions: Default::default(),
        };
        let request = Es9Request::AuthenticateClient(request);
        run.kit.call(run.binding, request).refused("8.11.1", "3.9");
    }
}
