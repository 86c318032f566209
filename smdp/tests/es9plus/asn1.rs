// SPDX-License-Identifier: MIT OR Apache-2.0
//! The ASN.1 binding (SGP.22 §6.6): the same functions with the same content, and what a server
//! has to put up with.

use certs::Curve;
use rsp::env::Env;
use rsp::json::{Es9Request, Es9Response};
use rsp::sgp22::*;
use rsp::tlv::{Tag, Tlv, tlv};
use smdp::{ASN1, ASN1_PATH, Binding, OrderState};

use crate::support::kit::{Kit, order};
use crate::support::lpa::Lpa;
use crate::support::profile::ICCID;

/// The message inside an answer of the binding.
fn message(body: &[u8]) -> Vec<u8> {
    let wrapper = Tlv::only(body).unwrap();
    assert_eq!(wrapper.tag, Tag::new(0xA2));
    Tlv::only(wrapper.value).unwrap().raw.to_vec()
}

/// The tags of the members in the success arm of a message.
fn members(message: &[u8]) -> Vec<u32> {
    let ok = Tlv::only(message).unwrap().child(Tag::new(0xA0)).unwrap();
    ok.children()
        .map(|member| member.unwrap().tag.octets())
        .collect()
}

/// TC_SM_DP_ES9_InitiateAuthenticationASN1_01_Nominal
#[test]
fn initiate_authentication_01_nominal() {
    let kit = Kit::new(order());
    let mut lpa = Lpa::on(&kit, Curve::NistP256, Binding::Asn1);
    let answer = lpa.initiate(&kit);
    assert_eq!(answer.http.media_type, ASN1);
    let message = message(&answer.http.body);
    assert!(message.starts_with(&[0xBF, 0x39]));
    assert_eq!(members(&message), [0x80, 0x30, 0x5F37, 0x04, 0x30]);
    answer.initiated();
}

/// TC_SM_DP_ES9_AuthenticateClientASN1_01_Nominal
#[test]
fn authenticate_client_01_nominal() {
    let kit = Kit::new(order());
    let mut lpa = Lpa::on(&kit, Curve::NistP256, Binding::Asn1);
    let answer = lpa.authenticate(&kit);
    let message = message(&answer.http.body);
    assert!(message.starts_with(&[0xBF, 0x3B]));
    assert_eq!(members(&message), [0x80, 0xBF25, 0x30, 0x5F37, 0x30]);
    answer.authenticated();
    // with the member of v2.6 at the end
    lpa.authenticate_with(&kit, |request| request.use_matching_id_for_acr = Some(()))
        .authenticated();
}

/// A whole download in one binding, and one refusal of each function.
fn conversation(binding: Binding) -> Vec<Es9Response> {
    let kit = Kit::new(order());
    let mut lpa = Lpa::on(&kit, Curve::NistP256, binding);
    let mut responses = Vec::new();
    let mut ask = |lpa: &mut Lpa, request: Es9Request| {
        let response = lpa.call(&kit, request).response();
        responses.push(response.clone());
        response
    };
    let unknown: TransactionId = [7; 16].into();

    let mut initiate = lpa.euicc.initiate();
    initiate.smdp_address = "smdp2.test.example".to_owned();
    let refused = ask(&mut lpa, Es9Request::InitiateAuthentication(initiate));
    assert!(refused.is_err());
    let initiate = lpa.euicc.initiate();
    let Ok(rsp::json::Es9Ok::InitiateAuthentication(ok)) =
        ask(&mut lpa, Es9Request::InitiateAuthentication(initiate))
    else {
        panic!("no session")
    };
    let request = lpa.euicc.authenticate(&ok, "MATCHING-1");
    let mut wrong = request.clone();
    wrong.transaction_id = unknown.clone();
    ask(&mut lpa, Es9Request::AuthenticateClient(wrong)).unwrap_err();
    let Ok(rsp::json::Es9Ok::AuthenticateClient(ok)) =
        ask(&mut lpa, Es9Request::AuthenticateClient(request))
    else {
        panic!("not authenticated")
    };
    let request = lpa.euicc.prepare(&ok, None);
    let mut wrong = request.clone();
    wrong.transaction_id = unknown.clone();
    ask(&mut lpa, Es9Request::GetBoundProfilePackage(wrong)).unwrap_err();
    ask(&mut lpa, Es9Request::GetBoundProfilePackage(request)).unwrap();
    let cancel = |lpa: &Lpa, id: &TransactionId| {
        let signed = EuiccCancelSessionSigned {
            transaction_id: id.clone(),
            smdp_oid: "2.999.10".parse().unwrap(),
            reason: CancelSessionReason::POSTPONED,
            additions: Default::default(),
        };
        Es9Request::CancelSession(lpa.euicc.cancel(id, signed))
    };
    let request = cancel(&lpa, &unknown);
    ask(&mut lpa, request).unwrap_err();
    let result = lpa.euicc.result(&ok.transaction_id, ICCID, None);
    ask(&mut lpa, Es9Request::HandleNotification(result)).unwrap();
    responses
}

/// TC_ES9_Mode_Comparison
#[test]
fn mode_comparison() {
    let [json, asn1] = Binding::ALL.map(conversation);
    assert_eq!(json.len(), asn1.len());
    for (json, asn1) in json.into_iter().zip(asn1) {
        match (json, asn1) {
            (Ok(json), Ok(asn1)) => assert_eq!(json, asn1),
            // the message of the refusal is JSON's alone
            (Err(json), Err(asn1)) => {
                let pair = |failure: &rsp::json::Failure| {
                    let data = failure.status_code_data.clone().unwrap();
                    (data.subject_code, data.reason_code)
                };
                assert_eq!(pair(&json), pair(&asn1));
            }
            (json, asn1) => panic!("{json:?} and {asn1:?}"),
        }
    }
}

#[test]
fn what_is_no_request_is_bad() {
    let kit = Kit::new(order());
    let mut lpa = Lpa::new(&kit);
    let good = Es9Request::InitiateAuthentication(lpa.euicc.initiate());
    let whole = good.to_asn1().unwrap();
    let bare = good.to_der().unwrap();
    let mut cases = vec![
        Vec::new(),
        b"{}".to_vec(),
        vec![0xA2, 0x00],
        vec![0xA2, 0x80, 0x00, 0x00],
        // an ESipa message, which has no wrapper
        bare.clone(),
        tlv(Tag::new(0xA3), &bare),
        // a function that is not one of ES9+
        tlv(Tag::new(0xA2), &[0xBF, 0x4F, 0x00]),
        tlv(Tag::new(0xA2), &[0xBF, 0x39, 0x00]),
        // a notification that is none
        tlv(Tag::new(0xA2), &[0xBF, 0x3D, 0x00]),
        // two messages
        tlv(Tag::new(0xA2), &[bare.clone(), bare].concat()),
        [whole.clone(), vec![0x00]].concat(),
    ];
    cases.extend((1..whole.len()).step_by(7).map(|end| whole[..end].to_vec()));
    for body in cases {
        let answer = kit.post(ASN1_PATH, ASN1, &body);
        assert_eq!((answer.status, answer.body.len()), (400, 0), "{body:02X?}");
    }
    assert_eq!(kit.open_sessions(), 0);
    assert_eq!(kit.post(ASN1_PATH, ASN1, &whole).status, 200);
}

/// Cancels a session with the request written by `write` from the identifier and the answer of
/// the card (BF41).
fn cancel_as(write: impl Fn(&[u8], &Tlv<'_>) -> Vec<u8>) {
    let kit = Kit::new(order());
    let mut lpa = Lpa::on(&kit, Curve::NistP256, Binding::Asn1);
    let id = lpa.authenticated(&kit).transaction_id;
    let signed = EuiccCancelSessionSigned {
        transaction_id: id.clone(),
        smdp_oid: "2.999.10".parse().unwrap(),
        reason: CancelSessionReason::END_USER_REJECTION,
        additions: Default::default(),
    };
    let request = lpa.euicc.cancel(&id, signed);
    let card = rsp::der::encode(&request.cancel_session_response).unwrap();
    let card = Tlv::only(&card).unwrap();
    assert_eq!(card.tag, Tag::new(0xBF41));
    let body = tlv(Tag::new(0xA2), &tlv(Tag::new(0xBF41), &write(&id, &card)));
    let answer = kit.post(ASN1_PATH, ASN1, &body);
    assert_eq!(answer.body, [0xA2, 0x05, 0xBF, 0x41, 0x02, 0xA0, 0x00]);
    assert_eq!(kit.state(), OrderState::Error);
}

#[test]
fn cancel_session_is_understood_as_peers_write_it() {
    let id = |id: &[u8]| tlv(Tag::new(0x80), id);
    // as the module says: A1 in the place of the tag of the card
    cancel_as(|tid, card| [id(tid), tlv(Tag::new(0xA1), card.value)].concat());
    cancel_as(|tid, card| [id(tid), tlv(Tag::new(0xA1), card.raw)].concat());
    cancel_as(|tid, card| [id(tid), card.raw.to_vec()].concat());
    cancel_as(|_, card| card.raw.to_vec());
}

#[test]
fn our_own_cancel_session_has_the_regular_form() {
    let kit = Kit::new(order());
    let lpa = Lpa::new(&kit);
    let error = CancelSessionResponseCancelSessionResponseError::INVALID_TRANSACTION_ID;
    let request = lpa.euicc.cancel_error(&[0xAA].into(), error);
    let body = Es9Request::CancelSession(request).to_asn1().unwrap();
    assert_eq!(hex::encode_upper(body), "A20BBF41088001AAA103810105");
}

#[test]
fn a_notification_without_its_wrapper_is_taken() {
    let kit = Kit::new(order());
    let mut lpa = Lpa::on(&kit, Curve::NistP256, Binding::Asn1);
    let id = lpa.downloaded(&kit).transaction_id;
    let request = lpa.euicc.result(&id, ICCID, None);
    let notification = rsp::der::encode(&request.pending_notification).unwrap();
    let body = tlv(Tag::new(0xA2), &tlv(Tag::new(0xBF3D), &notification));
    let answer = kit.post(ASN1_PATH, ASN1, &body);
    assert_eq!((answer.status, answer.body.len()), (204, 0));
    assert_eq!(kit.state(), OrderState::Installed);
}

/// Sends good requests, each with one bit flipped somewhere: they are refused, or cannot be read.
fn flip(make: impl Fn(&Kit, &mut Lpa) -> Es9Request) {
    let kit = Kit::new(order());
    let mut lpa = Lpa::new(&kit);
    let mut random = rsp::env::SeededEnv::new(3, "flips");
    let mut refused = 0;
    for _ in 0..60 {
        let mut body = make(&kit, &mut lpa).to_asn1().unwrap();
        let place = u32::from_be_bytes((&mut random as &mut dyn Env).array());
        let bit = usize::try_from(place).unwrap() % (body.len() * 8);
        body[bit / 8] ^= 0x80 >> (bit % 8);
        let answer = kit.post(ASN1_PATH, ASN1, &body);
        match answer.status {
            200 => {
                let message = message(&answer.body);
                let message = Tlv::only(&message).unwrap();
                assert!(message.child(Tag::new(0x81)).is_some(), "bit {bit}");
                refused += 1;
            }
            status => assert_eq!(status, 400, "bit {bit}"),
        }
    }
    assert!(refused > 30, "{refused}");
    let good = make(&kit, &mut lpa).to_asn1().unwrap();
    let answer = kit.post(ASN1_PATH, ASN1, &good);
    let message = message(&answer.body);
    assert!(Tlv::only(&message).unwrap().child(Tag::new(0xA0)).is_some());
}

#[test]
fn no_flipped_bit_of_an_authentication_is_accepted() {
    flip(|kit, lpa| {
        let ok = lpa.initiated(kit);
        Es9Request::AuthenticateClient(lpa.euicc.authenticate(&ok, "MATCHING-1"))
    });
}

#[test]
fn no_flipped_bit_of_a_package_request_is_accepted() {
    flip(|kit, lpa| {
        let ok = lpa.authenticated(kit);
        Es9Request::GetBoundProfilePackage(lpa.euicc.prepare(&ok, None))
    });
}
