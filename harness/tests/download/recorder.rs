// SPDX-License-Identifier: MIT OR Apache-2.0
//! What everybody around the IPA saw, in the order in which it happened.

use std::sync::{Arc, Mutex};

use rsp::json::{Es9Request, Es9Response};
use rsp::sgp22::{CancelSessionReason, CancelSessionRequest};
use rsp::sgp32::EimPackageResult;
use smdp::{Credentials, Es9Tap};
use veuicc::Es10Tap;

/// One thing that was seen.
#[derive(Clone, Debug)]
pub(crate) enum Seen {
    /// A request at the SM-DP+ of that name.
    Es9(&'static str, Box<Es9Request>),
    /// A whole request at the card.
    Es10(Vec<u8>),
    /// A result at the eIM.
    Result(Box<EimPackageResult>),
    /// A notification at the eIM.
    Notified,
}

/// All of it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Recorder(Arc<Mutex<Vec<Seen>>>);

impl Recorder {
    pub(crate) fn note(&self, seen: Seen) {
        self.0.lock().unwrap().push(seen);
    }

    pub(crate) fn all(&self) -> Vec<Seen> {
        self.0.lock().unwrap().clone()
    }

    /// Names of the functions that the SM-DP+s were asked for.
    pub(crate) fn functions(&self) -> Vec<&'static str> {
        let all = self.all();
        let name = |seen: &Seen| match seen {
            Seen::Es9(_, request) => Some(request.function().name()),
            _ => None,
        };
        all.iter().filter_map(name).collect()
    }

    /// Tags of what the card was asked.
    pub(crate) fn card(&self) -> Vec<u16> {
        let all = self.all();
        let tag = |seen: &Seen| match seen {
            Seen::Es10(request) => request.first_chunk().map(|tag| u16::from_be_bytes(*tag)),
            _ => None,
        };
        all.iter().filter_map(tag).collect()
    }

    /// The reason of the cancellation, if there was one.
    pub(crate) fn cancelled(&self) -> Option<CancelSessionReason> {
        let all = self.all();
        let reason = |seen: &Seen| match seen {
            Seen::Es10(request) => rsp::der::decode::<CancelSessionRequest>(request)
                .ok()
                .map(|request| request.reason),
            _ => None,
        };
        all.iter().find_map(reason)
    }

    /// The results that the eIM got.
    pub(crate) fn results(&self) -> Vec<EimPackageResult> {
        let all = self.all();
        let result = |seen: &Seen| match seen {
            Seen::Result(result) => Some((**result).clone()),
            _ => None,
        };
        all.iter().filter_map(result).collect()
    }

    /// Servers that got notifications, in order.
    pub(crate) fn notified(&self) -> Vec<&'static str> {
        let all = self.all();
        let server = |seen: &Seen| match seen {
            Seen::Es9(server, request) => {
                matches!(**request, Es9Request::HandleNotification(_)).then_some(*server)
            }
            _ => None,
        };
        all.iter().filter_map(server).collect()
    }
}

/// Looks on at an SM-DP+.
pub(crate) struct ServerTap(pub(crate) &'static str, pub(crate) Recorder);

impl Es9Tap for ServerTap {
    fn edit(
        &mut self,
        _: &Credentials,
        request: &Es9Request,
        response: Es9Response,
    ) -> Es9Response {
        self.1.note(Seen::Es9(self.0, Box::new(request.clone())));
        response
    }
}

/// Looks on at the card.
pub(crate) struct CardTap(pub(crate) Recorder);

impl Es10Tap for CardTap {
    fn exchange(&mut self, request: &[u8], response: Vec<u8>) -> Vec<u8> {
        self.0.note(Seen::Es10(request.to_vec()));
        response
    }
}
