// SPDX-License-Identifier: MIT OR Apache-2.0
//! ES10 as the IPA uses it: typed requests and answers over any card link.

use std::sync::Arc;

use rasn::{Decode, Encode};
use rsp::der;
use rsp::sgp22::{
    EuiccInfo1, GetEuiccChallengeRequest, GetEuiccChallengeResponse, GetEuiccDataRequest,
    GetEuiccDataResponse, GetEuiccInfo1Request, NotificationSentRequest, NotificationSentResponse,
    Octet16,
};
use rsp::sgp32::{
    EuiccPackageResult, GetEimConfigurationDataRequest, GetEimConfigurationDataResponse,
    Sgp32PendingNotification, Sgp32RetrieveNotificationsListRequest,
    Sgp32RetrieveNotificationsListRequestSearchCriteria as Criteria,
    Sgp32RetrieveNotificationsListResponse as Retrieved,
};
use veuicc::terminal::{Terminal, TerminalOptions, Transmit};

use super::Error;
use crate::iut::{CardLink, LinkError};

/// A card link as the terminal wants it.
struct Link(Arc<dyn CardLink>);

impl Transmit for Link {
    type Error = LinkError;

    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, LinkError> {
        self.0.transmit(command)
    }

    fn reset(&mut self) -> Result<Vec<u8>, LinkError> {
        self.0.reset()
    }
}

/// The eUICC with its ISD-R selected.
pub(crate) struct Card {
    terminal: Terminal<Link>,
}

impl Card {
    /// Resets the card and selects the ISD-R (SGP.32 §5.9, SGP.22 §5.7.1).
    pub(crate) fn open(link: Arc<dyn CardLink>) -> Result<Self, Error> {
        let terminal = Terminal::open(Link(link), TerminalOptions::default())?;
        Ok(Self { terminal })
    }

    /// Executes a function whose request and answer stay bytes.
    pub(crate) fn bytes(&mut self, request: &[u8]) -> Result<Vec<u8>, Error> {
        Ok(self.terminal.es10(request)?)
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

    fn retrieve(&mut self, criteria: Option<Criteria>) -> Result<Retrieved, Error> {
        let request = Sgp32RetrieveNotificationsListRequest {
            search_criteria: criteria,
            additions: Default::default(),
        };
        self.call("RetrieveNotificationsList", &request)
    }

    /// ES10b.RemoveNotificationFromList (SGP.32 §5.9.12). The card may have nothing under that
    /// number any more: that is no fault.
    pub(crate) fn remove(&mut self, seq_number: i64) -> Result<(), Error> {
        let request = NotificationSentRequest {
            seq_number,
            additions: Default::default(),
        };
        let _: NotificationSentResponse = self.call("RemoveNotificationFromList", &request)?;
        Ok(())
    }

    /// ES10b.LoadBoundProfilePackage (SGP.22 §5.7.6): the card's BF37, or what came instead.
    pub(crate) fn load(&mut self, package: &[u8]) -> Result<Vec<u8>, Error> {
        Ok(self.terminal.load_bound_profile_package(package)?)
    }
}
