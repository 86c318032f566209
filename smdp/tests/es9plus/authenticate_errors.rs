// SPDX-License-Identifier: MIT OR Apache-2.0
//! AuthenticateClient that is refused (SGP.22 §5.6.3), each from a real request with one thing
//! wrong, in both bindings. Certificates have a file of their own.

use certs::Curve;
use rsp::json::Es9Request;
use rsp::raw::Raw;
use rsp::sgp22::AuthenticateErrorCode;
use smdp::config::OrderConfig;
use smdp::{Binding, Event, NotificationPoint, OrderState};

use crate::support::answer::Answer;
use crate::support::euicc::Euicc;
use crate::support::kit::{Kit, order};
use crate::support::lpa::{Lpa, signed_part};

/// An eUICC that no order is for.
const OTHER_EID: &str = "89049032000000000000000000000066";

fn test_eid() -> String {
    rsp::id::Eid::from_bytes(&certs::TEST_EID)
        .unwrap()
        .to_string()
}

/// Runs a refused AuthenticateClient in both bindings: the session is closed, and the order stays
/// as it was.
#[track_caller]
pub(crate) fn refused(
    order: &OrderConfig,
    subject: &str,
    reason: &str,
    run: impl Fn(&Kit, &mut Lpa) -> Answer,
) {
    for binding in Binding::ALL {
        let kit = Kit::new(order.clone());
        let before = kit.state();
        let mut lpa = Lpa::on(&kit, Curve::NistP256, binding);
        run(&kit, &mut lpa).refused(subject, reason);
        assert_eq!(kit.open_sessions(), 0);
        assert_eq!(kit.state(), before);
    }
}

/// TC_SM-DP+_ES9+.AuthenticateClientNIST_ErrorCases#05
#[test]
fn error_05_signature() {
    for wrong in [vec![1; 64], vec![0; 64], vec![1; 63], Vec::new()] {
        refused(&order(), "8.1", "6.1", |kit, lpa| {
            lpa.authenticate_with(kit, |request| {
                signed_part(request).euicc_signature1 = wrong.clone().into();
            })
        });
    }
    // the key of another eUICC of the same EUM
    refused(&order(), "8.1", "6.1", |kit, lpa| {
        let other = OTHER_EID.parse().unwrap();
        lpa.euicc.euicc.key = Euicc::with_eid(&kit.pki, Curve::NistP256, other).euicc.key;
        lpa.authenticate(kit)
    });
}

/// TC_SM-DP+_ES9+.AuthenticateClientNIST_ErrorCases#06
#[test]
fn error_06_server_challenge() {
    refused(&order(), "8.1", "6.1", |kit, lpa| {
        lpa.authenticate_signed(kit, |signed| signed.server_challenge = [1; 16].into())
    });
    refused(&order(), "8.1", "6.1", |kit, lpa| {
        lpa.authenticate_signed(kit, |signed| {
            signed.server_address = "smdp2.test.example".to_owned();
        })
    });
}

/// TC_SM-DP+_ES9+.AuthenticateClientNIST_ErrorCases#08
#[test]
fn error_08_not_released() {
    for state in [
        OrderState::Allocated,
        OrderState::Linked,
        OrderState::Confirmed,
    ] {
        let config = OrderConfig { state, ..order() };
        refused(&config, "8.2", "1.2", |kit, lpa| lpa.authenticate(kit));
    }
}

/// TC_SM-DP+_ES9+.AuthenticateClientNIST_ErrorCases#09
#[test]
fn error_09_unknown_transaction_id_outside() {
    for binding in Binding::ALL {
        let kit = Kit::new(order());
        let mut lpa = Lpa::on(&kit, Curve::NistP256, binding);
        lpa.authenticate_with(&kit, |request| request.transaction_id = [1; 16].into())
            .refused("8.10.1", "3.9");
        // the session that it would have been is untouched
        assert_eq!(kit.open_sessions(), 1);
    }
}

/// TC_SM-DP+_ES9+.AuthenticateClientNIST_ErrorCases#10
#[test]
fn error_10_unknown_transaction_id_inside() {
    refused(&order(), "8.10.1", "3.9", |kit, lpa| {
        lpa.authenticate_signed(kit, |signed| signed.transaction_id = [1; 16].into())
    });
}

/// TC_SM-DP+_ES9+.AuthenticateClientNIST_ErrorCases#11
#[test]
fn error_11_matching_id_refused_default() {
    let config = OrderConfig {
        eid: Some(test_eid()),
        ..OrderConfig::default()
    };
    refused(&config, "8.2.6", "3.8", |kit, lpa| lpa.authenticate(kit));
    // and the other way round: nothing waits for this eUICC
    for nothing in [None, Some(String::new())] {
        refused(&order(), "8.2.6", "3.8", |kit, lpa| {
            lpa.matching_id.clone_from(&nothing);
            lpa.authenticate(kit)
        });
    }
}

/// TC_SM-DP+_ES9+.AuthenticateClientNIST_ErrorCases#12
#[test]
fn error_12_matching_id_refused_activation_code() {
    let config = OrderConfig {
        eid: Some(test_eid()),
        ..order()
    };
    for wrong in ["MATCHING-2", "matching-1", "MATCHING-", "MATCHING-1 "] {
        refused(&config, "8.2.6", "3.8", |kit, lpa| {
            lpa.matching_id = Some(wrong.to_owned());
            lpa.authenticate(kit)
        });
    }
}

/// TC_SM-DP+_ES9+.AuthenticateClientNIST_ErrorCases#13
#[test]
fn error_13_matching_id_refused_event() {
    let config = OrderConfig {
        matching_id: "EVENT-0815".to_owned(),
        eid: Some(test_eid()),
        ..OrderConfig::default()
    };
    refused(&config, "8.2.6", "3.8", |kit, lpa| {
        lpa.matching_id = Some("EVENT-0816".to_owned());
        lpa.authenticate(kit)
    });
}

/// An order for another eUICC.
#[track_caller]
fn other_eid(matching_id: &str) {
    let config = OrderConfig {
        matching_id: matching_id.to_owned(),
        eid: Some(OTHER_EID.to_owned()),
        ..OrderConfig::default()
    };
    refused(&config, "8.1.1", "3.8", |kit, lpa| {
        lpa.matching_id = Some(matching_id.to_owned());
        lpa.authenticate(kit)
    });
}

/// TC_SM-DP+_ES9+.AuthenticateClientNIST_ErrorCases#14
#[test]
fn error_14_other_eid_default() {
    other_eid("");
}

/// TC_SM-DP+_ES9+.AuthenticateClientNIST_ErrorCases#15
#[test]
fn error_15_no_eligible_profile() {
    for version in [[2, 2, 9], [1, 9, 0]] {
        refused(&order(), "8.2.5", "4.3", |kit, lpa| {
            lpa.euicc.info2.profile_version = version.into();
            let answer = lpa.authenticate(kit);
            let told = kit.journal().into_iter().any(|event| {
                matches!(
                    event,
                    Event::Progress {
                        point: NotificationPoint::Eligibility,
                        refusal: Some(refusal),
                        ..
                    } if refusal.is("8.2.5", "4.3")
                )
            });
            assert!(told);
            answer
        });
    }
}

/// TC_SM-DP+_ES9+.AuthenticateClientNIST_ErrorCases#16
#[test]
fn error_16_order_expired() {
    for binding in Binding::ALL {
        let kit = Kit::new(order());
        let mut lpa = Lpa::on(&kit, Curve::NistP256, binding);
        let now = kit.clock.now();
        kit.order(|order| order.expires = Some(now + 10));
        lpa.authenticated(&kit);
        kit.clock.advance(10);
        lpa.authenticate(&kit).refused("8.8.5", "4.10");
        assert_eq!(kit.state(), OrderState::Error);
        lpa.authenticate(&kit).refused("8.2.6", "3.8");
    }
}

/// TC_SM-DP+_ES9+.AuthenticateClientNIST_ErrorCases#17
#[test]
fn error_17_retries_exceeded() {
    for binding in Binding::ALL {
        let kit = Kit::new(OrderConfig {
            attempts: Some(2),
            ..order()
        });
        let mut lpa = Lpa::on(&kit, Curve::NistP256, binding);
        lpa.authenticated(&kit);
        lpa.authenticated(&kit);
        lpa.authenticate(&kit).refused("8.8.5", "6.4");
        assert_eq!(kit.state(), OrderState::Error);
        lpa.authenticate(&kit).refused("8.2.6", "3.8");
    }
}

/// TC_SM-DP+_ES9+.AuthenticateClientNIST_ErrorCases#19
#[test]
fn error_19_other_eid_event() {
    other_eid("EVENT-0815");
}

/// TC_SM-DP+_ES9+.AuthenticateClientNIST_ErrorCases#20
#[test]
fn error_20_other_eid_activation_code() {
    other_eid("MATCHING-1");
}

/// TC_SM-DP+_ES9+.AuthenticateClientNIST_ErrorCases#21
#[test]
fn error_21_matching_id_refused_unbound() {
    refused(&order(), "8.2.6", "3.8", |kit, lpa| {
        lpa.matching_id = Some("MATCHING-2".to_owned());
        lpa.authenticate(kit)
    });
}

#[test]
fn an_order_that_has_ended_is_refused() {
    for state in [
        OrderState::Installed,
        OrderState::Error,
        OrderState::Unavailable,
    ] {
        let config = OrderConfig { state, ..order() };
        refused(&config, "8.2.6", "3.8", |kit, lpa| lpa.authenticate(kit));
    }
}

#[test]
fn an_error_of_the_euicc_ends_the_session() {
    for (code, _) in AuthenticateErrorCode::NAMED {
        refused(&order(), "8.1", "4.2", |kit, lpa| {
            let ok = lpa.initiated(kit);
            let request = lpa.euicc.authenticate_error(&ok, *code);
            lpa.call(kit, Es9Request::AuthenticateClient(request))
        });
    }
    // with the identifier of another session inside
    refused(&order(), "8.10.1", "3.9", |kit, lpa| {
        let mut ok = lpa.initiated(kit);
        let own = ok.transaction_id.clone();
        ok.transaction_id = [1; 16].into();
        let mut request = lpa
            .euicc
            .authenticate_error(&ok, AuthenticateErrorCode::INVALID_SIGNATURE);
        request.transaction_id = own;
        lpa.call(kit, Es9Request::AuthenticateClient(request))
    });
}

#[test]
fn a_session_is_authenticated_once_and_while_it_lasts() {
    for binding in Binding::ALL {
        let kit = Kit::new(order());
        let mut lpa = Lpa::on(&kit, Curve::NistP256, binding);
        let ok = lpa.initiated(&kit);
        let request = Es9Request::AuthenticateClient(lpa.euicc.authenticate(&ok, "MATCHING-1"));
        lpa.call(&kit, request.clone()).authenticated();
        lpa.call(&kit, request).refused("8.10.1", "3.9");

        let ok = lpa.initiated(&kit);
        let request = Es9Request::AuthenticateClient(lpa.euicc.authenticate(&ok, "MATCHING-1"));
        kit.clock.advance(3601);
        lpa.call(&kit, request).refused("8.10.1", "3.9");
    }
}

#[test]
fn checks_run_in_the_order_of_the_clause() {
    // the signature before the MatchingID
    refused(&order(), "8.1", "6.1", |kit, lpa| {
        lpa.matching_id = Some("UNKNOWN".to_owned());
        lpa.authenticate_with(kit, |request| {
            signed_part(request).euicc_signature1 = [1; 64].into();
        })
    });
    // the transaction identifier before the challenge
    refused(&order(), "8.10.1", "3.9", |kit, lpa| {
        lpa.authenticate_signed(kit, |signed| {
            signed.transaction_id = [1; 16].into();
            signed.server_challenge = [1; 16].into();
        })
    });
    // the EID before the state, and the state before the attempts
    let not_released = OrderConfig {
        state: OrderState::Linked,
        attempts: Some(0),
        expires: Some(1),
        ..order()
    };
    refused(&not_released, "8.2", "1.2", |kit, lpa| {
        lpa.authenticate(kit)
    });
    let foreign = OrderConfig {
        eid: Some(OTHER_EID.to_owned()),
        ..not_released
    };
    refused(&foreign, "8.1.1", "3.8", |kit, lpa| lpa.authenticate(kit));
    // the attempts before the time, and that before the eligibility
    for (attempts, subject, reason) in [(Some(0), "8.8.5", "6.4"), (Some(1), "8.8.5", "4.10")] {
        let kit = Kit::new(OrderConfig {
            attempts,
            expires: Some(1),
            ..order()
        });
        let mut lpa = Lpa::new(&kit);
        lpa.euicc.info2.profile_version = [1, 0, 0].into();
        lpa.authenticate(&kit).refused(subject, reason);
    }
}

#[test]
fn signatures_are_verified_over_the_bytes_that_came() {
    for binding in Binding::ALL {
        let kit = Kit::new(order());
        let mut lpa = Lpa::on(&kit, Curve::NistP256, binding);
        let ok = lpa.initiated(&kit);
        let signed = rsp::der::encode(&lpa.euicc.signed1(&ok, Some("MATCHING-1"))).unwrap();
        // the same structure with a length that DER would write shorter
        let content = rsp::tlv::Tlv::only(&signed).unwrap().value;
        let length = u16::try_from(content.len()).unwrap().to_be_bytes();
        let mut long = vec![0x30, 0x83, 0x00, length[0], length[1]];
        long.extend_from_slice(content);
        let signed = Raw::from_bytes(long).unwrap();
        let request = lpa.euicc.authenticate_with(&ok, signed);
        lpa.call(&kit, Es9Request::AuthenticateClient(request))
            .authenticated();
    }
}
