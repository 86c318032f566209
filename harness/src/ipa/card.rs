// SPDX-License-Identifier: MIT OR Apache-2.0
//! ES10 as the IPA uses it: typed requests and answers over any card link.

use std::sync::Arc;

use veuicc::terminal::TerminalError;

use super::Error;
use super::misencode::unsigned_removal;
use super::terminal::Terminal;
use crate::defect::{Defects, IpaDefect};
use crate::iut::CardLink;
use crate::wire::dialect::{from_card, to_card};
use rasn::{Decode, Encode};
use rsp::der;
use rsp::dialect::Dialect;
use rsp::sgp22::{
    EuiccInfo1, GetEuiccChallengeRequest, GetEuiccChallengeResponse, GetEuiccDataRequest,
    GetEuiccDataResponse, GetEuiccInfo1Request, GetEuiccInfo2Request, NotificationSentRequest,
    NotificationSentResponse, Octet16,
};
use rsp::sgp32::{
    EuiccPackageResult, GetEimConfigurationDataRequest, GetEimConfigurationDataResponse,
    Sgp32EuiccInfo2, Sgp32PendingNotification, Sgp32RetrieveNotificationsListRequest,
    Sgp32RetrieveNotificationsListRequestSearchCriteria as Criteria,
    Sgp32RetrieveNotificationsListResponse as Retrieved,
};

/// The eUICC with its ISD-R selected.
pub(crate) struct Card {
    terminal: Terminal,
    /// The wire version of ES10b.
    pub(crate) dialect: Dialect,
    /// Numbers lack the octet that keeps them positive: a deliberate mistake.
    unsigned: bool,
    /// What it takes ill of the card: deliberate mistakes.
    pub(crate) takes_ill: TakesIll,
}

/// Refusals of the card that end a round: deliberate mistakes.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct TakesIll {
    /// That a notification cannot be removed.
    pub(crate) removal: bool,
    /// That there is no list of notifications.
    pub(crate) list: bool,
}

impl Card {
    /// Resets the card and selects the ISD-R (SGP.32 §5.9, SGP.22 §5.7.1).
    pub(crate) fn open(
        link: Arc<dyn CardLink>,
        defects: &Defects<IpaDefect>,
    ) -> Result<Self, Error> {
        let terminal = Terminal::open(link, &[], defects)?;
        Ok(Self {
            terminal,
            dialect: Dialect::default(),
            unsigned: false,
            takes_ill: TakesIll::default(),
        })
    }

    /// Writes sequence numbers without their sign from now on: a deliberate mistake.
    pub(crate) const fn forget_sign(&mut self) {
        self.unsigned = true;
    }

    /// Whether the card was reset since this was asked the last time.
    pub(crate) fn take_restarted(&mut self) -> bool {
        self.terminal.take_restarted()
    }

    /// Executes a function whose request and answer stay bytes.
    pub(crate) fn bytes(&mut self, request: &[u8]) -> Result<Vec<u8>, Error> {
        let wrong = |source| Error::Message {
            function: "ES10b",
            source,
        };
        let sent = to_card(self.dialect, request).map_err(wrong)?;
        let answer = self.terminal.es10(&sent)?;
        from_card(self.dialect, request, answer).map_err(wrong)
    }

    /// The newest wire version that the card announces (SGP.32 §5.9.2); v1.2 when it announces none
    /// that is known here, as a card of SGP.22 does.
    pub(crate) fn announced(&mut self) -> Dialect {
        let request = GetEuiccInfo2Request {
            additions: Default::default(),
        };
        let info: Result<Sgp32EuiccInfo2, _> = self.call("GetEUICCInfo2", &request);
        let told = info.ok().and_then(|info| info.iot_specific_info);
        let versions = told.iter().flat_map(|iot| &iot.iot_version);
        let known = versions.filter_map(|version| version.to_vec().try_into().ok());
        Dialect::newest_of(known).unwrap_or_else(|| {
            tracing::info!("the card announces no known version of SGP.32: v1.2 is assumed");
            Dialect::default()
        })
    }

    /// Executes a function.
    pub(crate) fn call<Q: Encode, R: Decode>(
        &mut self,
        function: &'static str,
        request: &Q,
    ) -> Result<R, Error> {
        let request = der::encode(request)?;
        let answer = self.bytes(&request)?;
        der::decode(&answer).map_err(|source| Error::Answer { function, source })
    }

    /// ES10c.GetEID (SGP.22 §5.7.20).
    pub(crate) fn eid(&mut self) -> Result<Octet16, Error> {
        let request = GetEuiccDataRequest {
            tag_list: [0x5A].into(),
            additions: Default::default(),
        };
        let answer: GetEuiccDataResponse = self.call("GetEID", &request)?;
        Ok(answer.eid_value)
    }

    /// ES10b.GetEUICCChallenge (SGP.22 §5.7.7).
    pub(crate) fn challenge(&mut self) -> Result<Octet16, Error> {
        let request = GetEuiccChallengeRequest {
            additions: Default::default(),
        };
        let answer: GetEuiccChallengeResponse = self.call("GetEUICCChallenge", &request)?;
        Ok(answer.euicc_challenge)
    }

    /// ES10b.GetEUICCInfo, EUICCInfo1 (SGP.22 §5.7.8).
    pub(crate) fn info1(&mut self) -> Result<EuiccInfo1, Error> {
        let request = GetEuiccInfo1Request {
            additions: Default::default(),
        };
        self.call("GetEUICCInfo1", &request)
    }

    /// ES10b.GetEimConfigurationData (SGP.32 §5.9.18).
    pub(crate) fn eim_configuration(&mut self) -> Result<GetEimConfigurationDataResponse, Error> {
        let request = GetEimConfigurationDataRequest {
            search_criteria: None,
            additions: Default::default(),
        };
        self.call("GetEimConfigurationData", &request)
    }

    /// Pending notifications (SGP.32 §5.9.11); none when the card says that it has none.
    pub(crate) fn notifications(
        &mut self,
        criteria: Option<Criteria>,
    ) -> Result<Vec<Sgp32PendingNotification>, Error> {
        match self.retrieve(criteria)? {
            Retrieved::NotificationList(list) => Ok(list),
            Retrieved::NotificationsListResultError(code) if self.takes_ill.list => {
                Err(Error::Check(format!("RetrieveNotificationsList: {code}")))
            }
            Retrieved::NotificationsListResultError(_) | Retrieved::EuiccPackageResultList(_) => {
                Ok(Vec::new())
            }
        }
    }

    /// eUICC package results that wait for delivery (SGP.32 §5.9.11).
    pub(crate) fn package_results(&mut self) -> Result<Vec<EuiccPackageResult>, Error> {
        match self.retrieve(Some(Criteria::EuiccPackageResults(())))? {
            Retrieved::EuiccPackageResultList(list) => Ok(list),
            Retrieved::NotificationList(_) | Retrieved::NotificationsListResultError(_) => {
                Ok(Vec::new())
            }
        }
    }

    /// Cards have several ways to say that a list is empty: an empty list, an error, 6A88, nothing.
    fn retrieve(&mut self, criteria: Option<Criteria>) -> Result<Retrieved, Error> {
        const FUNCTION: &str = "RetrieveNotificationsList";
        let request = Sgp32RetrieveNotificationsListRequest {
            search_criteria: criteria,
            additions: Default::default(),
        };
        let answer = match self.bytes(&der::encode(&request)?) {
            Err(Error::Card(TerminalError::Status { status, .. })) if status.0 == 0x6A88 => {
                Vec::new()
            }
            other => other?,
        };
        if answer.is_empty() {
            tracing::warn!("{FUNCTION}: the card has no answer, which is taken for an empty list");
            return Ok(Retrieved::NotificationList(Vec::new()));
        }
        let answer = der::decode(&answer).map_err(|source| Error::Answer {
            function: FUNCTION,
            source,
        })?;
        if let Retrieved::NotificationsListResultError(code) = &answer {
            tracing::warn!("{FUNCTION}: {code}, which is taken for an empty list");
        }
        Ok(answer)
    }

    /// ES10b.RemoveNotificationFromList (SGP.32 §5.9.12). The card may have nothing under that
    /// number any more, or fail to remove it: neither is a reason to stop.
    pub(crate) fn remove(&mut self, seq_number: i64) -> Result<(), Error> {
        let request = NotificationSentRequest {
            seq_number,
            additions: Default::default(),
        };
        if self.unsigned {
            return self.bytes(&unsigned_removal(seq_number)).map(drop);
        }
        match self.call::<_, NotificationSentResponse>("RemoveNotificationFromList", &request) {
            Err(error @ (Error::Answer { .. } | Error::Card(TerminalError::Status { .. }))) => {
                tracing::warn!("{seq_number} stays on the card: {error}");
                Ok(())
            }
            Ok(answer) if self.takes_ill.removal && answer.delete_notification_status.0 != 0 => {
                Err(Error::Refused {
                    function: "RemoveNotificationFromList",
                    code: answer.delete_notification_status.to_string(),
                })
            }
            other => other.map(drop),
        }
    }

    /// One segment of a bound profile package, or another request in as many blocks as it takes
    /// (SGP.22 §5.7.6): the card's answer, empty when it has none yet.
    pub(crate) fn segment(&mut self, segment: &[u8]) -> Result<Vec<u8>, Error> {
        Ok(self.terminal.segment(segment)?)
    }
}
