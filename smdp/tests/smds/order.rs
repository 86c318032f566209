// SPDX-License-Identifier: MIT OR Apache-2.0
//! ES12 from the SM-DP+: the event of an order, from its registration to its deletion, and the
//! whole way of a card from the SM-DS to the profile.

use std::sync::Arc;

use hyper::Method;
use rsp::sgp22::{CancelSessionReason, TransactionId};
use smdp::admin::{AdminHandler, Administered};
use smdp::config::{OrderConfig, SmDsConfig};
use smdp::peer::{PeerError, Sender as _};
use smdp::{Binding, OrderState, Profiles, SmDsEvent};
use veuicc::CardConfig;

use crate::card::retrieve;
use crate::kit::{ALTERNATIVE, DsKit, ROOT, SMDP, Wires, entries, entry, smdp1, test_eid};
use crate::support::card::CardRun;
use crate::support::kit::{Kit, Setup};
use crate::support::lpa::Lpa;
use crate::support::profile::{ICCID, package, ts48};

/// An SM-DP+ with wires to an SM-DS.
struct Scene {
    smdp: Kit,
    smds: DsKit,
    wires: Arc<Wires>,
}

fn order() -> OrderConfig {
    OrderConfig {
        matching_id: "MATCHING-1".to_owned(),
        eid: Some(test_eid().to_string()),
        smds: Some(ROOT.to_owned()),
        ..OrderConfig::default()
    }
}

impl Scene {
    fn new(order: OrderConfig) -> Self {
        Self::with(DsKit::new(), Kit::new(order))
    }

    fn with(smds: DsKit, smdp: Kit) -> Self {
        let wires = Wires::new(smdp1(), &[(ROOT, &smds)]);
        Self { smdp, smds, wires }
    }

    /// Delivers what is due now, until nothing is.
    fn deliver(&self) {
        deliver(&self.smdp, &self.wires);
    }

    fn event(&self) -> SmDsEvent {
        self.smdp.order(|order| order.smds.clone().unwrap())
    }
}

fn deliver(smdp: &Kit, wires: &Arc<Wires>) {
    use smdp::peer::Peers as _;
    loop {
        let due = smdp.service.take_due(8);
        if due.is_empty() {
            break;
        }
        for dispatch in due {
            let outcome = smdp.runtime.block_on(wires.call(&dispatch.message));
            smdp.service.settle(dispatch.id, outcome);
        }
    }
}

#[test]
fn a_configured_order_is_registered_when_the_server_starts() {
    let scene = Scene::new(order());
    assert!(!scene.event().registered);
    scene.deliver();
    assert!(scene.event().registered);
    assert_eq!(scene.smds.listed(), [entry("MATCHING-1", SMDP)]);
    assert!(!scene.smdp.service.is_waiting());
}

#[test]
fn an_order_that_is_not_released_is_not_registered() {
    let scene = Scene::new(OrderConfig {
        state: OrderState::Confirmed,
        ..order()
    });
    scene.deliver();
    assert_eq!(scene.smds.events(), 0);
}

#[test]
fn an_sm_ds_that_is_away_is_asked_again() {
    let scene = Scene::new(order());
    let away = PeerError::Timeout {
        address: ROOT.to_owned(),
        seconds: 10,
    };
    *scene.wires.broken.lock().unwrap() = Some(away);
    scene.deliver();
    assert!(!scene.event().registered);
    assert!(scene.smdp.service.is_waiting());
    *scene.wires.broken.lock().unwrap() = None;
    scene.deliver();
    assert_eq!(scene.wires.sent.lock().unwrap().len(), 1);
    scene.smdp.clock.advance(2);
    scene.deliver();
    assert!(scene.event().registered);
}

#[test]
fn a_refusal_is_kept_with_the_order() {
    let full = DsKit::with(SmDsConfig {
        event_limit: 1,
        ..SmDsConfig::default()
    });
    full.register(&crate::kit::smdp2(), "EVENT-1").unwrap();
    let scene = Scene::with(full, Kit::new(order()));
    scene.deliver();
    let event = scene.event();
    assert!(!event.registered);
    assert!(event.problem.unwrap().contains("8.9/4.8"));
    assert!(!scene.smdp.service.is_waiting());
}

#[test]
fn a_registration_whose_answer_got_lost_counts() {
    let scene = Scene::new(order());
    scene.smds.register(&smdp1(), "MATCHING-1").unwrap();
    scene.deliver();
    assert!(scene.event().registered);
}

/// A download up to where a test wants it, with the device that made it.
fn downloaded(scene: &Scene) -> (Lpa, TransactionId) {
    let mut lpa = Lpa::new(&scene.smdp);
    let ok = lpa.downloaded(&scene.smdp);
    (lpa, ok.transaction_id)
}

#[test]
fn the_event_is_deleted_after_the_installation() {
    let scene = Scene::new(order());
    scene.deliver();
    let (lpa, transaction_id) = downloaded(&scene);
    scene.deliver();
    assert_eq!(scene.smds.events(), 1);
    lpa.report(&scene.smdp, &transaction_id, ICCID, None);
    assert_eq!(scene.smdp.state(), OrderState::Installed);
    scene.deliver();
    assert_eq!(scene.smds.events(), 0);
    assert!(!scene.event().registered);
}

#[test]
fn the_event_is_deleted_after_a_cancellation_for_good() {
    for (reason, left) in [
        (CancelSessionReason::END_USER_REJECTION, 0),
        (CancelSessionReason::POSTPONED, 1),
    ] {
        let scene = Scene::new(order());
        scene.deliver();
        let mut lpa = Lpa::new(&scene.smdp);
        let ok = lpa.authenticated(&scene.smdp);
        lpa.cancel(&scene.smdp, &ok.transaction_id, reason);
        scene.deliver();
        assert_eq!(scene.smds.events(), left, "{reason}");
    }
}

#[test]
fn an_order_that_has_ended_before_its_registration_leaves_no_event() {
    let scene = Scene::new(order());
    let due = scene.smdp.service.take_due(8);
    let (lpa, transaction_id) = downloaded(&scene);
    lpa.report(&scene.smdp, &transaction_id, ICCID, None);
    for dispatch in due {
        use smdp::peer::Peers as _;
        let call = scene.wires.call(&dispatch.message);
        let outcome = scene.smdp.runtime.block_on(call);
        scene.smdp.service.settle(dispatch.id, outcome);
    }
    assert_eq!(scene.smds.events(), 1);
    scene.deliver();
    assert_eq!(scene.smds.events(), 0);
}

#[test]
fn a_reusable_order_keeps_its_event() {
    let scene = Scene::new(OrderConfig {
        reusable: true,
        ..order()
    });
    scene.deliver();
    let (lpa, transaction_id) = downloaded(&scene);
    lpa.report(&scene.smdp, &transaction_id, ICCID, None);
    scene.deliver();
    assert_eq!(scene.smds.listed(), [entry("MATCHING-1", SMDP)]);
}

/// What the administration does to an order, its SM-DS learns of.
#[test]
fn events_follow_what_the_administration_does() {
    use smdp::http::{Call, Handler as _};
    let scene = Scene::new(OrderConfig {
        state: OrderState::Confirmed,
        ..order()
    });
    let handler = AdminHandler::new(Administered {
        service: scene.smdp.service.clone(),
        smds: None,
        faults: None,
        profiles: Profiles::default(),
        name: SMDP.to_owned(),
        listeners: Vec::new(),
        is_kept: false,
    });
    let id = scene.smdp.orders[0].0;
    let ask = |method: Method, body: &str| {
        let answer = scene.smdp.runtime.block_on(handler.call(Call {
            method,
            path: format!("/api/orders/{id}"),
            host: Some("localhost".to_owned()),
            media_type: Some("application/json".to_owned()),
            body: body.as_bytes().to_vec(),
            ..Call::default()
        }));
        assert!(matches!(answer.status, 200 | 204), "{answer:?}");
        scene.deliver();
        scene.smds.events()
    };
    assert_eq!(ask(Method::GET, ""), 0);
    assert_eq!(ask(Method::PATCH, r#"{"state":"released"}"#), 1);
    assert_eq!(ask(Method::PATCH, r#"{"state":"error"}"#), 0);
    assert_eq!(ask(Method::PATCH, r#"{"state":"released"}"#), 1);
    assert_eq!(ask(Method::DELETE, ""), 0);
}

#[test]
fn orders_with_an_sm_ds_need_an_eid_and_a_matching_id() {
    for change in [
        |order: &mut OrderConfig| order.eid = None,
        |order: &mut OrderConfig| order.matching_id.clear(),
    ] {
        let mut order = OrderConfig {
            profile: "package.der".into(),
            ..order()
        };
        order.check().unwrap();
        change(&mut order);
        let problem = order.check().unwrap_err().to_string();
        assert!(problem.starts_with("smds: "), "{problem}");
    }
    drop(package());
}

#[test]
fn a_card_goes_from_the_sm_ds_to_its_profile() {
    let Some(profiles) = ts48() else { return };
    let (_, profile) = profiles.iter().next().unwrap();
    let setup = Setup {
        profile: (**profile).clone(),
        orders: vec![order()],
        ..Setup::default()
    };
    let config = CardConfig::from_pki(&setup.pki, certs::TEST_EID).unwrap();
    let mut run = CardRun::of(Kit::with(setup), config);
    let smds = DsKit::new();
    let wires = Wires::new(smdp1(), &[(ROOT, &smds)]);
    deliver(&run.kit, &wires);

    let events = retrieve(&mut run.terminal, &smds, ROOT, Binding::Json, None).events();
    assert_eq!(entries(&events), [entry("MATCHING-1", SMDP)]);
    // The EventID is the MatchingID at the server that the event names.
    let bpp = run.get_package(None).bound_profile_package;
    assert_eq!(run.install(&bpp), OrderState::Installed);

    deliver(&run.kit, &wires);
    let events = retrieve(&mut run.terminal, &smds, ROOT, Binding::Json, None).events();
    assert_eq!(entries(&events), []);
}

/// An order that an operator makes and confirms, with an event at `smds`.
fn ordered_by_an_operator(smdp: &Kit, profile: &smdp::Profile, smds: &str) {
    use rsp::json::{
        CallHeader, ConfirmOrder, DownloadOrder, Es2Call, Es2Ok, Es2Request, decode_es2_response,
    };
    let mut profiles = Profiles::default();
    profiles.insert("package.der", profile.clone());
    let kind = smdp::config::ProfileTypeConfig::new("GENERIC", "package.der");
    smdp.service
        .with_smdp(|smdp| smdp.add_profile_type(&kind, &profiles))
        .unwrap();
    let call = |call: Es2Call| {
        let function = call.function();
        let header = CallHeader {
            function_requester_identifier: "2.999.1".to_owned(),
            function_call_identifier: function.name().to_owned(),
        };
        let body = Es2Request { header, call }.to_json();
        let answer = smdp.send(crate::kit::call(None, &function.path(), &body));
        decode_es2_response(function, &answer.body)
            .unwrap()
            .unwrap()
    };
    let ordered = call(Es2Call::DownloadOrder(DownloadOrder {
        eid: Some(test_eid()),
        profile_type: Some("GENERIC".to_owned()),
        ..DownloadOrder::default()
    }));
    let Es2Ok::DownloadOrder { iccid } = ordered else {
        panic!("another answer: {ordered:?}");
    };
    let confirmed = call(Es2Call::ConfirmOrder(ConfirmOrder {
        iccid,
        eid: Some(test_eid()),
        matching_id: Some("MATCHING-1".to_owned()),
        confirmation_code: None,
        smds_address: Some(smds.to_owned()),
        release_flag: true,
    }));
    assert!(matches!(confirmed, Es2Ok::ConfirmOrder { .. }));
}

#[test]
fn from_the_order_of_an_operator_over_both_sm_ds_to_the_profile() {
    let Some(profiles) = ts48() else { return };
    let (_, profile) = profiles.iter().next().unwrap();
    let setup = Setup {
        profile: (**profile).clone(),
        ..Setup::default()
    };
    let config = CardConfig::from_pki(&setup.pki, certs::TEST_EID).unwrap();
    let mut smdp = Kit::with(setup);
    let (root, alternative) = (DsKit::new(), DsKit::alternative());
    let ds_tls = crate::kit::client(certs::Role::DsTls);
    alternative
        .service
        .set_peers(Wires::new(ds_tls, &[(ROOT, &root)]));
    let wires = Wires::new(smdp1(), &[(ALTERNATIVE, &alternative)]);
    let handler = smdp::Es2PlusHandler::new(smdp.service.clone(), Some(wires.clone()));
    smdp.mount("ES2+", Arc::new(handler));

    ordered_by_an_operator(&smdp, profile, ALTERNATIVE);
    let id = smdp
        .service
        .with_smdp(|smdp| smdp.orders().iter().next().unwrap().0);
    smdp.orders.push(id);
    let mut run = CardRun::of(smdp, config);
    let card = &mut run.terminal;
    // The root sends the card to the alternative SM-DS, and that one to the SM-DP+.
    let events = retrieve(card, &root, ROOT, Binding::Asn1, None).events();
    let (event_id, address) = entries(&events).remove(0);
    assert_eq!(address, ALTERNATIVE);
    let events = retrieve(
        card,
        &alternative,
        ALTERNATIVE,
        Binding::Json,
        Some(&event_id),
    )
    .events();
    assert_eq!(entries(&events), [entry("MATCHING-1", SMDP)]);

    let bpp = run.get_package(None).bound_profile_package;
    assert_eq!(run.install(&bpp), OrderState::Installed);
    deliver(&run.kit, &wires);
    assert_eq!((alternative.events(), root.events()), (0, 0));
}
