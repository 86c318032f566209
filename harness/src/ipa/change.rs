// SPDX-License-Identifier: MIT OR Apache-2.0
//! Telling eIMs that the profile state changed without them (SGP.32 §5.14.5): each hears of it in
//! its next poll, once, and not less because the device was restarted meanwhile.

use rsp::asn1::OctetString;
use rsp::sgp32::{GetEimPackageRequest, StateChangeCause};

use super::eim::Eim;
use super::{Error, Ipa};
use crate::defect::IpaDefect;

impl Ipa {
    /// Remembers a change for every associated eIM but `author`, which learns of it by the result
    /// of its own package. A later change replaces the cause of an earlier one.
    pub(crate) fn changed(
        &mut self,
        cause: StateChangeCause,
        author: Option<&str>,
    ) -> Result<(), Error> {
        if self.associated.is_empty() {
            self.associations()?;
        }
        let ids = self.associated.clone();
        self.memory.change(|kept| {
            // an eIM that is no longer associated is told nothing
            kept.state_changes.retain(|id, _| ids.contains(id));
            for id in ids.iter().filter(|id| Some(id.as_str()) != author) {
                kept.state_changes.insert(id.clone(), cause.0);
            }
        })?;
        Ok(())
    }

    /// The next poll of an eIM: with the change that it has not heard of, and with the PLMN that
    /// the device is in when the modem knows it.
    pub(crate) fn poll_request(&self, eim: &Eim) -> GetEimPackageRequest {
        let told = self.memory.kept().state_changes.get(&eim.id);
        let mut cause = told.map(|cause| StateChangeCause(*cause));
        if self.has(IpaDefect::ForgetsStateChange) {
            cause = None;
        }
        if self.has(IpaDefect::WrongStateChangeCause) {
            cause = cause.map(|_| StateChangeCause::UNDEFINED);
        }
        let mut eid_value = self.eid.clone();
        if self.has(IpaDefect::WrongEid) {
            let mut octets = eid_value.to_vec();
            if let Some(last) = octets.last_mut() {
                *last ^= 1;
            }
            eid_value = octets.into();
        }
        let modem = self.settings.modem.as_ref();
        GetEimPackageRequest {
            eid_value,
            notify_state_change: cause.map(|_| ()),
            state_change_cause: cause.filter(|_| !self.has(IpaDefect::StateChangeWithoutCause)),
            r_plmn: modem
                .and_then(|modem| modem.plmn())
                .map(|plmn| OctetString::from(plmn.to_vec())),
            additions: Default::default(),
        }
    }

    /// An eIM has answered a poll that told it of a change.
    pub(crate) fn told(&mut self, eim: &Eim, request: &GetEimPackageRequest) -> Result<(), Error> {
        if request.notify_state_change.is_none() || self.has(IpaDefect::RepeatsStateChange) {
            return Ok(());
        }
        tracing::info!("eIM {} knows of the change of the profile state", eim.id);
        self.memory
            .change(|kept| kept.state_changes.remove(&eim.id))?;
        Ok(())
    }
}
