// SPDX-License-Identifier: MIT OR Apache-2.0
//! Orders that are reusable without end: any eUICC, any number of times, and every start with the
//! tries and attempts of the configuration. And one that is not: the first eUICC has it.

use certs::Curve;
use rsp::id::Eid;
use rsp::json::Es9Request;
use rsp::sgp22::{GetBoundProfilePackageOk, NotificationEvent};
use smdp::config::OrderConfig;
use smdp::{Binding, Event, NotificationPoint, OrderState};

use crate::notification::{deliver, other, trusted};
use crate::scene::{Scene, acknowledged};
use crate::support::euicc::Euicc;
use crate::support::kit::order;
use crate::support::lpa::Lpa;
use crate::support::profile::ICCID;

fn reusable() -> OrderConfig {
    OrderConfig {
        reusable: true,
        ..order()
    }
}

/// A device with an EID of its own.
fn another(scene: &Scene, number: u8) -> Lpa {
    let mut eid = certs::TEST_EID;
    eid[15] = number;
    let eid = Eid::from_bytes(&eid).unwrap();
    let euicc = Euicc::with_eid(&scene.kit.pki, Curve::NistP256, eid);
    let mut lpa = Lpa::around(euicc, Binding::Json);
    lpa.code.clone_from(&scene.lpa.code);
    lpa
}

fn report(scene: &Scene, lpa: &Lpa, ok: &GetBoundProfilePackageOk) {
    let answer = lpa.report(&scene.kit, &ok.transaction_id, ICCID, None);
    acknowledged(&answer);
}

#[test]
fn every_euicc_gets_it_one_after_the_other() {
    let mut scene = Scene::new(reusable());
    for number in [1, 2, 1, 3] {
        let mut lpa = another(&scene, number);
        let ok = lpa.downloaded(&scene.kit);
        assert_eq!(scene.state(), OrderState::Downloaded);
        report(&scene, &lpa, &ok);
        assert_eq!(scene.state(), OrderState::Released);
        // The operator is told which of them it was.
        let journal = scene.kit.journal();
        let installed = journal.iter().rev().find_map(|event| match event {
            Event::Progress { point, eid, .. } if *point == NotificationPoint::Installation => {
                Some(*eid)
            }
            _ => None,
        });
        assert_eq!(installed, Some(Some(lpa.euicc.eid)));
    }
    scene.downloaded();
}

#[test]
fn an_euicc_that_never_reports_does_not_keep_it_from_others() {
    for rebinding in [true, false] {
        let scene = Scene::new(OrderConfig {
            rebinding,
            ..reusable()
        });
        let mut first = another(&scene, 1);
        let mut second = another(&scene, 2);
        let early = first.downloaded(&scene.kit);
        let late = second.downloaded(&scene.kit);
        report(&scene, &first, &early);
        report(&scene, &second, &late);
        assert_eq!(scene.state(), OrderState::Released);
        assert_eq!(scene.kit.order(|order| order.eid), None);
    }
}

#[test]
fn what_an_euicc_says_later_is_told_with_the_order() {
    let mut scene = Scene::new(reusable());
    // Another order for the same profile, which another eUICC has had.
    scene.kit.add_order(OrderConfig {
        matching_id: "MATCHING-2".to_owned(),
        ..reusable()
    });
    let mut lpa = another(&scene, 2);
    let ok = lpa.downloaded(&scene.kit);
    report(&scene, &lpa, &ok);
    let mut other_lpa = another(&scene, 3);
    other_lpa.matching_id = Some("MATCHING-2".to_owned());
    other_lpa.downloaded(&scene.kit);
    let event = NotificationEvent::NOTIFICATION_ENABLE;
    let notification = other(lpa.euicc.notify(event, ICCID));
    trusted(&scene, &deliver(&scene, notification));
    assert_eq!(scene.state(), OrderState::Released);
}

#[test]
fn wrong_codes_run_out_and_then_it_starts_anew() {
    let mut scene = Scene::new(OrderConfig {
        confirmation_code: Some("1234".to_owned()),
        confirmation_code_tries: 2,
        ..reusable()
    });
    for _ in 0..2 {
        for (code, reason) in [("4321", "3.8"), ("4321", "3.8"), ("1234", "6.4")] {
            scene.lpa.code = Some(code.to_owned());
            scene.download().refused("8.2.7", reason);
        }
        assert_eq!(scene.state(), OrderState::Released);
        assert_eq!(scene.kit.order(|order| order.confirmation_code_tries), 2);
    }
    // A wrong code before an installation is none after it.
    scene.lpa.code = Some("4321".to_owned());
    scene.download().refused("8.2.7", "3.8");
    scene.lpa.code = Some("1234".to_owned());
    let ok = scene.downloaded();
    assert_eq!(scene.kit.order(|order| order.confirmation_code_tries), 1);
    report(&scene, &scene.lpa, &ok);
    assert_eq!(scene.kit.order(|order| order.confirmation_code_tries), 2);
    another(&scene, 2).downloaded(&scene.kit);
}

#[test]
fn attempts_run_out_and_then_it_starts_anew() {
    let mut scene = Scene::new(OrderConfig {
        attempts: Some(2),
        ..reusable()
    });
    for _ in 0..2 {
        scene.authenticated();
        scene.authenticated();
        scene.lpa.authenticate(&scene.kit).refused("8.8.5", "6.4");
        assert_eq!(scene.kit.order(|order| order.attempts), Some(2));
    }
    let ok = scene.downloaded();
    assert_eq!(scene.kit.order(|order| order.attempts), Some(1));
    report(&scene, &scene.lpa, &ok);
    assert_eq!(scene.kit.order(|order| order.attempts), Some(2));
}

/// Two eUICCs have authenticated for an order that names none: the first one to fetch it has it.
#[test]
fn an_order_that_is_not_reusable_goes_to_one_euicc() {
    let scene = Scene::new(order());
    let mut first = another(&scene, 1);
    let mut second = another(&scene, 2);
    let authenticated = second.authenticated(&scene.kit);
    let ok = first.downloaded(&scene.kit);
    let request = second.euicc.prepare(&authenticated, None);
    let request = Es9Request::GetBoundProfilePackage(request);
    let answer = second.call(&scene.kit, request);
    answer.refused("8.2", "3.7");
    report(&scene, &first, &ok);
    assert_eq!(scene.state(), OrderState::Installed);
    assert_eq!(scene.kit.order(|order| order.eid), Some(first.euicc.eid));
}
