// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the tests of CancelSession share, whichever function it comes after.

use certs::Curve;
use rsp::json::Es9Request;
use rsp::sgp22::*;
use smdp::{Binding, Event, NotificationPoint, OrderState};

use crate::scene::Scene;
use crate::support::answer::Answer;
use crate::support::kit::order;

/// What a test cancels with.
pub(crate) fn signed(
    transaction_id: &TransactionId,
    reason: CancelSessionReason,
) -> EuiccCancelSessionSigned {
    EuiccCancelSessionSigned {
        transaction_id: transaction_id.clone(),
        smdp_oid: "2.999.10".parse().unwrap(),
        reason,
        additions: Default::default(),
    }
}

#[track_caller]
pub(crate) fn cancel(scene: &Scene, request: CancelSessionRequestEs9) -> Answer {
    scene
        .lpa
        .call(&scene.kit, Es9Request::CancelSession(request))
}

/// What the operator is told: the point, and the pair of codes.
pub(crate) type Told = Option<(NotificationPoint, &'static str, &'static str)>;

/// A session is cancelled and gone; the order stands where the reason leaves it.
#[track_caller]
pub(crate) fn cancels(scene: &mut Scene, id: &TransactionId, reason: i64, told: Told) {
    let before = scene.state();
    let steps = scene.progress().len();
    let reason = CancelSessionReason(reason);
    let request = scene.lpa.euicc.cancel(id, signed(id, reason));
    cancel(scene, request.clone()).ok();
    assert_eq!(scene.kit.open_sessions(), 0);
    let ended = told.map_or(before, |_| OrderState::Error);
    assert_eq!(scene.state(), ended, "{reason}");
    let expected = told.map(|(point, subject, reason)| (point, Some((subject, reason))));
    assert_eq!(scene.progress().get(steps), expected.as_ref());
    let cancelled =
        |event: &Event| matches!(event, Event::Cancelled { reason: it, .. } if *it == reason);
    assert_eq!(
        scene
            .kit
            .journal()
            .iter()
            .filter(|it| cancelled(it))
            .count(),
        1
    );
    cancel(scene, request).refused("8.10.1", "3.9");
    if told.is_some() {
        scene.lpa.authenticate(&scene.kit).refused("8.2.6", "3.8");
    } else {
        let ok = scene.downloaded();
        scene.opens(&ok);
    }
}

/// The session stays open after a refusal, and can still be cancelled.
#[track_caller]
pub(crate) fn still_open(scene: &Scene, id: &TransactionId) {
    assert_eq!(scene.kit.open_sessions(), 1);
    let reason = CancelSessionReason::POSTPONED;
    scene.lpa.cancel(&scene.kit, id, reason).ok();
    assert_eq!(scene.kit.open_sessions(), 0);
}

pub(crate) fn forge(request: &mut CancelSessionRequestEs9) {
    match &mut request.cancel_session_response {
        CancelSessionResponse::CancelSessionResponseOk(ok) => {
            ok.euicc_cancel_session_signature = [1; 64].into();
        }
        other => panic!("{other:?}"),
    }
}

/// How far a session comes before it is cancelled, and what that makes of the order.
#[derive(Clone, Copy)]
pub(crate) struct After {
    pub(crate) reach: fn(&mut Scene) -> TransactionId,
    pub(crate) state: OrderState,
    /// The reason that the device gives.
    pub(crate) reason: CancelSessionReason,
}

impl After {
    /// A refused request, made from the TransactionID and what a right one would sign, leaves
    /// order and session as they were.
    #[track_caller]
    pub(crate) fn refuses(
        self,
        make: impl Fn(&mut Scene, &TransactionId, EuiccCancelSessionSigned) -> CancelSessionRequestEs9,
        subject: &str,
        reason: &str,
    ) {
        for mut scene in Scene::both(&order()) {
            let id = (self.reach)(&mut scene);
            let request = make(&mut scene, &id, signed(&id, self.reason));
            cancel(&scene, request).refused(subject, reason);
            assert_eq!(scene.state(), self.state);
            still_open(&scene, &id);
        }
    }

    #[track_caller]
    pub(crate) fn refuses_an_unknown_outer_transaction_id(self) {
        self.refuses(
            |scene, _, content| scene.lpa.euicc.cancel(&[1; 16].into(), content),
            "8.10.1",
            "3.9",
        );
    }

    #[track_caller]
    pub(crate) fn refuses_an_unknown_signed_transaction_id(self) {
        self.refuses(
            |scene, id, mut content| {
                content.transaction_id = [1; 16].into();
                scene.lpa.euicc.cancel(id, content)
            },
            "8.10.1",
            "3.9",
        );
    }

    #[track_caller]
    pub(crate) fn refuses_a_wrong_signature(self) {
        self.refuses(
            |scene, id, content| {
                let mut request = scene.lpa.euicc.cancel(id, content);
                forge(&mut request);
                request
            },
            "8.1",
            "6.1",
        );
    }

    #[track_caller]
    pub(crate) fn refuses_the_oid_of_another_server(self) {
        self.refuses(
            |scene, id, mut content| {
                content.smdp_oid = "2.999.12".parse().unwrap();
                scene.lpa.euicc.cancel(id, content)
            },
            "8.8",
            "3.10",
        );
    }

    /// A session on Brainpool is cancelled like any other.
    #[track_caller]
    pub(crate) fn cancels_on_brainpool(self, told: Told) {
        for binding in Binding::ALL {
            let mut scene = Scene::on(Curve::BrainpoolP256r1, binding, order());
            let id = (self.reach)(&mut scene);
            cancels(&mut scene, &id, self.reason.0, told);
        }
    }
}
