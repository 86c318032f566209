// SPDX-License-Identifier: MIT OR Apache-2.0
//! The virtual card as client of ES11: it verifies the CERT.DSauth and signs for it.

use certs::{Curve, Role};
use rsp::chain::CertificateView;
use rsp::der;
use rsp::env::SeededEnv;
use rsp::json::Es9Request;
use rsp::sgp22::*;
use smdp::Binding;
use smdp::smds::SmDsTap;
use veuicc::terminal::{Terminal, TerminalOptions};
use veuicc::{Card, CardConfig};

use crate::kit::{DsKit, ROOT, SMDP, entries, entry, smdp1};
use crate::support::answer::Answer;
use crate::support::euicc::info::device_info;
use crate::support::host::Host;
use crate::support::kit::pki;

fn es10<T: rasn::Decode>(card: &mut Terminal<Card>, request: &impl rasn::Encode) -> T {
    let response = card.es10(&der::encode(request).unwrap()).unwrap();
    der::decode(&response).unwrap()
}

/// A card with certificates on one curve.
fn card_on(curve: Curve) -> Terminal<Card> {
    let pki = pki();
    let mut config = CardConfig::from_pki(&pki, certs::TEST_EID).unwrap();
    let ci = pki.ci_key_id(curve).unwrap();
    config.trusted_cis.retain(|anchor| anchor.key_id() == ci);
    config
        .credentials
        .retain(|credential| credential.ci_key_id == ci);
    let card = Card::new(config, Box::new(SeededEnv::new(1, "card")));
    Terminal::open(card, TerminalOptions::default()).unwrap()
}

/// Lets a card ask an SM-DS for its events.
pub(crate) fn retrieve(
    card: &mut Terminal<Card>,
    host: &Host,
    address: &str,
    binding: Binding,
    event_id: Option<&str>,
) -> Answer {
    let challenge: GetEuiccChallengeResponse = es10(card, &GetEuiccChallengeRequest::default());
    let request = InitiateAuthenticationRequest {
        euicc_challenge: challenge.euicc_challenge,
        smdp_address: address.to_owned(),
        euicc_info1: es10(card, &GetEuiccInfo1Request::default()),
        lpa_rsp_capability: None,
        additions: Default::default(),
    };
    let ok = host
        .call(binding, Es9Request::InitiateAuthentication(request))
        .initiated();
    let params = CtxParams1::for_device(event_id.map(str::to_owned), device_info());
    let transaction_id = ok.transaction_id.clone();
    let authenticate_server_response = es10(card, &ok.into_authenticate_server(params));
    let request = AuthenticateClientRequest {
        transaction_id,
        authenticate_server_response,
        use_matching_id_for_acr: None,
        additions: Default::default(),
    };
    host.call(binding, Es9Request::AuthenticateClient(request))
}

#[test]
fn a_card_retrieves_its_events() {
    for curve in Curve::ALL {
        for binding in Binding::ALL {
            let kit = DsKit::new();
            kit.register(&smdp1(), "EVENT-1").unwrap();
            kit.register(&smdp1(), "EVENT-2").unwrap();
            let mut card = card_on(curve);
            let all = retrieve(&mut card, &kit, ROOT, binding, None).events();
            assert_eq!(
                entries(&all),
                [entry("EVENT-1", SMDP), entry("EVENT-2", SMDP)]
            );
            let one = retrieve(&mut card, &kit, ROOT, binding, Some("EVENT-2")).events();
            assert_eq!(entries(&one), [entry("EVENT-2", SMDP)]);
        }
    }
}

/// Puts the certificate of another role into the answer.
struct AnotherRole;

impl SmDsTap for AnotherRole {
    fn edit(
        &mut self,
        _: &smdp::SmDsCredentials,
        _: &Es9Request,
        response: rsp::json::Es9Response,
    ) -> rsp::json::Es9Response {
        let response = response?;
        Ok(match response {
            rsp::json::Es9Ok::InitiateAuthentication(mut ok) => {
                let pki = pki();
                let dp_pb = pki.credential(Role::DpPb, Curve::NistP256).unwrap();
                ok.server_signature1 = dp_pb.key.sign(ok.server_signed1.bytes()).into();
                ok.server_certificate = rsp::asn1::Certificate::from_der(dp_pb.certificate.clone());
                rsp::json::Es9Ok::InitiateAuthentication(ok)
            }
            other => other,
        })
    }
}

#[test]
fn a_card_refuses_a_certificate_of_another_role() {
    let kit = DsKit::new();
    kit.register(&smdp1(), "EVENT-1").unwrap();
    kit.service.set_tap(Some(Box::new(AnotherRole)));
    let mut card = card_on(Curve::NistP256);
    // The card answers with an error, which the SM-DS takes as the end of the session.
    retrieve(&mut card, &kit, ROOT, Binding::Json, None).refused("8.1", "4.2");
}

#[test]
fn the_certificate_names_the_role_of_an_sm_ds() {
    let pki = pki();
    for curve in Curve::ALL {
        let credential = pki.credential(Role::DsAuth, curve).unwrap();
        let view = CertificateView::parse(&credential.certificate).unwrap();
        let roles: Vec<_> = view
            .policies()
            .iter()
            .filter_map(rsp::chain::Role::from_policy)
            .map(|(role, _)| role)
            .collect();
        assert_eq!(roles, [rsp::chain::Role::DsAuth]);
    }
}
