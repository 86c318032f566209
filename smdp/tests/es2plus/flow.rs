// SPDX-License-Identifier: MIT OR Apache-2.0
//! From the order of an operator to the profile on a card.

use std::sync::Arc;
use std::sync::mpsc;
use std::time::Duration;

use rsp::json::{ConfirmOrder, Es2Call, Es2Function, Es2Request};
use smdp::config::OperatorConfig;
use smdp::peer::{Calling, Message, Peers, deliver};
use smdp::{Config, OrderState, Profile};
use veuicc::CardConfig;

use crate::desk::{Desk, confirmation, of_type};
use crate::support::card::CardRun;
use crate::support::profile::ts48;

/// An operator that hands over what it is told.
struct Listener(mpsc::SyncSender<Message>);

impl Peers for Listener {
    fn call<'a>(&'a self, message: &'a Message) -> Calling<'a> {
        self.0.send(message.clone()).unwrap();
        Box::pin(async { Ok(Vec::new()) })
    }
}

fn desk(profile: &Profile) -> Desk {
    let operator = OperatorConfig {
        name: "mno1".to_owned(),
        requester: Some("2.999.1".to_owned()),
        oid: None,
        certificate_sha256: None,
        notify: Some("mno1.test.example".to_owned()),
        notify_as_v3: false,
        profile_types: None,
    };
    let config = Config {
        operators: vec![operator],
        ..Config::default()
    };
    Desk::of(config, profile)
}

/// TC_ES2Plus_ES9Plus_FullFlow
#[test]
fn an_ordered_profile_is_installed_and_the_operator_is_told() {
    let Some(profiles) = ts48() else { return };
    let (_, profile) = profiles.iter().next().unwrap();
    let mut desk = desk(profile);
    let ordered = desk.order(of_type("ENDLESS")).unwrap();
    let call = ConfirmOrder {
        matching_id: Some("MATCHING-1".to_owned()),
        confirmation_code: Some("1234".to_owned()),
        ..confirmation(&ordered)
    };
    desk.confirm(call).unwrap();
    let id = desk
        .kit
        .service
        .with_smdp(|smdp| smdp.orders().of_iccid(&ordered).unwrap().0);
    desk.kit.orders.push(id);

    let card = CardConfig::from_pki(&desk.kit.pki, certs::TEST_EID).unwrap();
    let mut run = CardRun::of(desk.kit, card);
    let bpp = run.get_package(Some("1234")).bound_profile_package;
    assert_eq!(run.install(&bpp), OrderState::Installed);
    let installed = run.terminal.card().profiles();
    let iccids: Vec<_> = installed
        .iter()
        .map(|it| it.metadata.iccid.as_slice())
        .collect();
    assert_eq!(iccids, [ordered.as_bytes()]);

    let (sender, told) = mpsc::sync_channel(10);
    let service = run.kit.service.clone();
    let delivery = run
        .kit
        .runtime
        .block_on(async { deliver(service, Arc::new(Listener(sender))) });
    let mut points = Vec::new();
    while points.last() != Some(&4) {
        let message = told.recv_timeout(Duration::from_secs(20)).unwrap();
        let function = Es2Function::from_path(&message.path).unwrap();
        let request = Es2Request::from_json(function, &message.body).unwrap();
        let Es2Call::HandleDownloadProgressInfo(progress) = request.call else {
            panic!("another function")
        };
        assert_eq!(progress.iccid, ordered);
        assert_eq!(progress.failure, None);
        points.push(progress.notification_point_id);
    }
    assert_eq!(points, [1, 3, 4]);
    run.kit.runtime.block_on(delivery.shutdown());
}
