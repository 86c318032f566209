// SPDX-License-Identifier: MIT OR Apache-2.0
//! Signed messages with one bit flipped: whatever still decodes is refused, and nothing changes.
//! More sessions than are remembered.

use certs::Curve;
use rsp::der;
use rsp::json::Es9Request;
use rsp::sgp22::*;
use smdp::{Binding, Config, Event, OrderState};

use crate::cancel::{cancel, signed};
use crate::scene::{Scene, acknowledged};
use crate::support::kit::{Setup, order};
use crate::support::profile::ICCID;

/// Every message that decodes, from bytes with one bit flipped.
fn flipped<T: rasn::Encode + rasn::Decode + PartialEq>(message: &T, step: usize) -> Vec<T> {
    let bytes = der::encode(message).unwrap();
    let mut messages = Vec::new();
    for bit in (0..8 * bytes.len()).step_by(step) {
        let mut bytes = bytes.clone();
        bytes[bit / 8] ^= 1 << (bit % 8);
        messages.extend(der::decode::<T>(&bytes).ok().filter(|it| it != message));
    }
    assert!(messages.len() > 10, "only {} decode", messages.len());
    messages
}

#[test]
fn no_flipped_bit_of_a_cancellation_is_accepted() {
    let mut scene = Scene::new(order());
    let id = scene.downloaded().transaction_id;
    let content = signed(&id, CancelSessionReason::END_USER_REJECTION);
    let request = scene.lpa.euicc.cancel(&id, content);
    for response in flipped(&request.cancel_session_response, 1) {
        let request = CancelSessionRequestEs9 {
            cancel_session_response: response,
            ..request.clone()
        };
        cancel(&scene, request).failure();
    }
    assert_eq!(scene.state(), OrderState::Downloaded);
    assert_eq!(scene.kit.open_sessions(), 1);
    cancel(&scene, request).ok();
}

#[test]
fn no_flipped_bit_of_a_result_is_accepted() {
    let mut scene = Scene::new(order());
    let id = scene.downloaded().transaction_id;
    let notification = scene.lpa.euicc.result(&id, ICCID, None);
    for pending_notification in flipped(&notification.pending_notification, 1) {
        let request = HandleNotification {
            pending_notification,
            additions: Default::default(),
        };
        let request = Es9Request::HandleNotification(request);
        acknowledged(&scene.lpa.call(&scene.kit, request));
        let journal = scene.kit.journal();
        let last = journal.last().unwrap();
        assert!(
            matches!(last, Event::NotificationRefused { .. }),
            "{last:?}"
        );
    }
    assert_eq!(scene.state(), OrderState::Downloaded);
    let request = Es9Request::HandleNotification(notification);
    acknowledged(&scene.lpa.call(&scene.kit, request));
    assert_eq!(scene.state(), OrderState::Installed);
}

#[test]
fn no_flipped_bit_of_a_preparation_is_accepted() {
    let mut scene = Scene::new(order());
    let ok = scene.authenticated();
    let request = scene.lpa.euicc.prepare(&ok, None);
    let count = flipped(&request.prepare_download_response, 11).len();
    // A refusal ends the session: each bit gets one of its own.
    for number in 0..count {
        let ok = scene.authenticated();
        let request = scene.lpa.euicc.prepare(&ok, None);
        let responses = flipped(&request.prepare_download_response, 11);
        let Some(prepare_download_response) = responses.into_iter().nth(number) else {
            continue;
        };
        let request = GetBoundProfilePackageRequest {
            prepare_download_response,
            ..request
        };
        scene.get(request).failure();
    }
    assert_eq!(scene.state(), OrderState::Released);
    assert!(scene.downloaded().bound_profile_package.sequence_of86.len() > 1);
}

/// The oldest sessions and deliveries make room; their orders are not harmed.
#[test]
fn sessions_and_deliveries_are_bounded() {
    let config = Config {
        session_limit: 2,
        ..Config::default()
    };
    let setup = Setup {
        config,
        orders: vec![order()],
        ..Setup::default()
    };
    let mut scene = Scene::of(setup, Curve::NistP256, Binding::Json);
    let ok = scene.authenticated();
    let first = scene.lpa.euicc.prepare(&ok, None);
    scene.get(first.clone()).package();
    for _ in 0..3 {
        scene.downloaded();
        assert!(scene.kit.open_sessions() <= 2);
    }
    scene.get(first).refused("8.10.1", "3.9");
    let content = signed(&ok.transaction_id, CancelSessionReason::END_USER_REJECTION);
    let request = scene.lpa.euicc.cancel(&ok.transaction_id, content);
    cancel(&scene, request).refused("8.10.1", "3.9");
    // Its result can no longer be verified, that of the last one can.
    let report = scene.lpa.euicc.result(&ok.transaction_id, ICCID, None);
    acknowledged(
        &scene
            .lpa
            .call(&scene.kit, Es9Request::HandleNotification(report)),
    );
    assert_eq!(scene.state(), OrderState::Downloaded);
    let last = scene.downloaded();
    scene.installed(&last.transaction_id);
}
