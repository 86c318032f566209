// SPDX-License-Identifier: MIT OR Apache-2.0
//! Sessions between the two functions of ES11.

use crate::open::{Open, Timed};

/// One session.
#[derive(Debug, Clone)]
pub(super) struct Session {
    pub(super) transaction_id: Vec<u8>,
    pub(super) started: i64,
    /// The address that `serverSigned1` names.
    pub(super) server_address: String,
    pub(super) server_challenge: [u8; 16],
    /// Key identifier of the CI under which the eUICC was told to authenticate itself.
    pub(super) euicc_ci: Vec<u8>,
}

/// The open sessions; AuthenticateClient is the last function of each, whatever comes of it.
pub(super) type Sessions = Open<Session>;

impl Timed for Session {
    fn transaction_id(&self) -> &[u8] {
        &self.transaction_id
    }

    fn started(&self) -> i64 {
        self.started
    }

    fn is_authenticated(&self) -> bool {
        false
    }
}
