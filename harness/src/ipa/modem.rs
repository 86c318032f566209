// SPDX-License-Identifier: MIT OR Apache-2.0
//! The device around the IPA: its modem follows the card, and the network follows the profile
//! (SGP.32 §3.3.1).

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use rsp::id::Iccid;

use super::{Error, Ipa};
use crate::iut::Modem;

/// A modem whose network depends on the enabled profile, by a table.
#[derive(Debug, Default)]
pub struct TableModem {
    /// Whether there is a network under a profile, by ICCID; a profile that is not listed has one.
    table: BTreeMap<String, bool>,
    enabled: Mutex<Option<String>>,
}

impl TableModem {
    /// A modem with a table of ICCIDs, as they are printed.
    #[must_use]
    pub fn new(table: impl IntoIterator<Item = (Iccid, bool)>) -> Self {
        Self {
            table: table
                .into_iter()
                .map(|(iccid, network)| (iccid.to_string(), network))
                .collect(),
            enabled: Mutex::new(None),
        }
    }
}

impl Modem for TableModem {
    fn refreshed(&self, enabled: Option<&[u8]>) {
        let iccid = enabled.map(printed);
        *self.enabled.lock().unwrap_or_else(PoisonError::into_inner) = iccid;
    }

    fn network(&self) -> bool {
        let enabled = self.enabled.lock().unwrap_or_else(PoisonError::into_inner);
        let listed = |iccid: &String| self.table.get(iccid).copied().unwrap_or(true);
        enabled.as_ref().is_some_and(listed)
    }
}

/// An ICCID of tag 5A as it is printed.
pub(crate) fn printed(iccid: &[u8]) -> String {
    Iccid::from_bytes(iccid).map_or_else(|_| hex::encode(iccid), |iccid| iccid.to_string())
}

impl Ipa {
    /// Lets the modem follow the card: after the start and after every reset, which is how a
    /// REFRESH ends.
    pub(crate) fn settle(&mut self) -> Result<(), Error> {
        if !self.card.take_restarted() {
            return Ok(());
        }
        let Some(modem) = self.settings.modem.clone() else {
            return Ok(());
        };
        let profiles = match self.card.profiles() {
            // the modem finds out by itself what the card does not tell us
            Err(error @ (Error::Refused { .. } | Error::Answer { .. })) => {
                tracing::warn!("{error}");
                Vec::new()
            }
            other => other?,
        };
        let enabled = profiles.into_iter().find(super::profiles::is_enabled);
        let iccid = enabled.and_then(|profile| profile.iccid);
        modem.refreshed(iccid.as_ref().map(|iccid| iccid.as_ref()));
        let named = iccid.map_or_else(|| "no profile".to_owned(), |iccid| printed(&iccid));
        let network = if modem.network() {
            "there is"
        } else {
            "there is no"
        };
        tracing::info!("the modem follows the card: {named} is enabled, {network} network");
        Ok(())
    }

    /// Whether the device has a network.
    pub(crate) fn online(&self) -> bool {
        self.settings
            .modem
            .as_ref()
            .is_none_or(|modem| modem.network())
    }
}
