// SPDX-License-Identifier: MIT OR Apache-2.0
//! What is left of events and of messages to others when a server is started again with its store.

use std::path::Path;
use std::sync::Arc;

use rsp::env::{Clock, SeededEnv};
use smdp::config::{OrderConfig, SmDsConfig, SmDsEventConfig};
use smdp::peer::{KeptSender, LetterId, PeerError, Peers as _, Sender};
use smdp::smds::{SmDs, SmDsCredentials, SmDsService};
use smdp::store::{Keeper, Source, Store};
use smdp::{Config, Credentials, Entity, Profiles, SmDp, SmDpService};

use crate::kit::{DsKit, ROOT, SMDP, Wires, entry, register, smdp1, test_eid};
use crate::support::kit::pki;
use crate::support::profile::package;

/// An SM-DP+ with a store, as the delivery sees it.
struct Running {
    service: Arc<SmDpService>,
    sender: KeptSender,
}

impl Running {
    /// Starts on a file; takes an order when it is the first start.
    fn start(file: &Path, clock: &Clock, order: Option<OrderConfig>) -> Self {
        let credentials = Credentials::from_pki(&pki(), Entity::First, &[SMDP]).unwrap();
        let mut smdp = SmDp::new(Config::default(), credentials);
        let store = Store::open(file).unwrap();
        smdp.restore(&store).unwrap();
        if let Some(order) = order {
            let mut profiles = Profiles::default();
            profiles.insert("package.der", package());
            smdp.add_order(&order, &profiles).unwrap();
        }
        let env = SeededEnv::with_clock(1, "smdp", clock.clone());
        let service = Arc::new(SmDpService::new(smdp, Box::new(env)));
        let source = service.clone() as Arc<dyn Source>;
        let keeper = Arc::new(Keeper::new(store, vec![source]));
        keeper.commit().unwrap();
        Self {
            sender: KeptSender::new(service.clone(), keeper),
            service,
        }
    }

    fn is_registered(&self) -> bool {
        self.service.with_smdp(|smdp| {
            let (_, order) = smdp.orders().iter().next().unwrap();
            order.smds.as_ref().unwrap().registered
        })
    }

    fn take(&self) -> LetterId {
        let due = self.sender.take_due(8);
        assert_eq!(due.len(), 1);
        due[0].id
    }
}

fn order() -> OrderConfig {
    OrderConfig {
        profile: "package.der".into(),
        matching_id: "MATCHING-1".to_owned(),
        eid: Some(test_eid().to_string()),
        smds: Some(ROOT.to_owned()),
        ..OrderConfig::default()
    }
}

/// Delivers the one message that is due.
fn deliver(running: &Running, smds: &DsKit) {
    let wires = Wires::new(smdp1(), &[(ROOT, smds)]);
    let due = running.sender.take_due(8);
    assert_eq!(due.len(), 1);
    let outcome = smds.runtime.block_on(wires.call(&due[0].message));
    running.sender.settle(due[0].id, outcome);
}

#[test]
fn an_order_whose_event_was_never_sent_is_registered_after_the_restart() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("smdp.db");
    let (clock, smds) = (Clock::default(), DsKit::new());
    drop(Running::start(&file, &clock, Some(order())));
    let running = Running::start(&file, &clock, None);
    deliver(&running, &smds);
    assert!(running.is_registered());
    drop(running);
    let running = Running::start(&file, &clock, None);
    assert!(running.is_registered());
    assert!(running.sender.take_due(8).is_empty());
}

#[test]
fn a_message_that_waits_or_was_under_way_is_sent_after_the_restart() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("smdp.db");
    let (clock, smds) = (Clock::default(), DsKit::new());
    let running = Running::start(&file, &clock, Some(order()));
    let id = running.take();
    running.sender.settle(id, Err(PeerError::Http(503)));
    drop(running);

    let running = Running::start(&file, &clock, None);
    assert!(running.sender.take_due(8).is_empty());
    assert!(running.sender.is_waiting());
    clock.advance(2);
    running.take();
    // Killed before an answer came, which the SM-DS has given.
    smds.register(&smdp1(), "MATCHING-1").unwrap();
    drop(running);

    let running = Running::start(&file, &clock, None);
    deliver(&running, &smds);
    assert!(running.is_registered());
    assert!(!running.sender.is_waiting());
    assert_eq!(smds.listed(), [entry("MATCHING-1", SMDP)]);
}

/// An SM-DS with a store and one event in its configuration.
fn start_smds(file: &Path) -> (Arc<SmDsService>, Keeper) {
    let config = SmDsConfig {
        events: vec![SmDsEventConfig {
            eid: test_eid().to_string(),
            event_id: "CONFIGURED".to_owned(),
            rsp_server_address: SMDP.to_owned(),
            registrant: None,
        }],
        ..SmDsConfig::default()
    };
    let credentials = SmDsCredentials::from_pki(&pki(), &[ROOT]).unwrap();
    let mut smds = SmDs::new(config, credentials).unwrap();
    let store = Store::open(file).unwrap();
    smds.restore(&store).unwrap();
    let env = SeededEnv::new(1, "smds");
    let service = Arc::new(SmDsService::new(smds, Box::new(env)));
    let keeper = Keeper::new(store, vec![service.clone() as Arc<dyn Source>]);
    keeper.commit().unwrap();
    (service, keeper)
}

fn event_ids(service: &SmDsService) -> Vec<String> {
    service.with_smds(|smds| {
        let events = smds.events().iter();
        events.map(|(_, event)| event.event_id.clone()).collect()
    })
}

#[test]
fn the_events_of_an_sm_ds_are_there_after_the_restart() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("smds.db");
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let registrant = smdp::smds::Registrant::from(&smdp1());
    let (service, keeper) = start_smds(&file);
    for request in [
        register("EVENT-1"),
        register("EVENT-2"),
        crate::kit::delete("EVENT-1"),
    ] {
        let body = request.to_json();
        let call = service.call_es12(request.function(), &registrant, &body);
        assert_eq!(runtime.block_on(call).status, 200);
    }
    keeper.commit().unwrap();
    let before = event_ids(&service);
    assert_eq!(before, ["CONFIGURED", "EVENT-2"]);
    drop((service, keeper));

    let (service, _keeper) = start_smds(&file);
    assert_eq!(event_ids(&service), before);
    // The registrant is known as before.
    let request = crate::kit::delete("EVENT-2");
    let body = request.to_json();
    let call = service.call_es12(request.function(), &registrant, &body);
    let answer = runtime.block_on(call);
    assert_eq!(rsp::json::read_status(&answer.body).unwrap(), Ok(()));
    assert_eq!(event_ids(&service), ["CONFIGURED"]);
}
