// SPDX-License-Identifier: MIT OR Apache-2.0
//! The eIMs that the card is associated with (SGP.32 §5.9.18), as the card describes them.

use rsp::sgp32::EimConfigurationData;

use super::eim::Eim;
use super::{Error, Ipa};

impl Ipa {
    /// The associated eIMs, in the card's order. An entry that cannot be used is passed over: the
    /// others are not to suffer from it, and no address is invented.
    pub(crate) fn eims(&mut self) -> Result<Vec<Eim>, Error> {
        let mut eims: Vec<Eim> = Vec::new();
        let mut first = Error::NoEim;
        for data in self.associations()? {
            if eims.iter().any(|eim| eim.id == data.eim_id) {
                tracing::warn!(
                    "eIM {:?} is configured twice: the first entry counts",
                    data.eim_id
                );
                continue;
            }
            match Eim::new(&data, self) {
                Ok(eim) => eims.push(eim),
                Err(error) => {
                    tracing::warn!("eIM {:?} is passed over: {error}", data.eim_id);
                    first = error;
                }
            }
        }
        if eims.is_empty() {
            Err(first)
        } else {
            Ok(eims)
        }
    }

    /// What the card has under ES10b.GetEimConfigurationData, read again.
    pub(crate) fn associations(&mut self) -> Result<Vec<EimConfigurationData>, Error> {
        let list = self.card.eim_configuration()?.eim_configuration_data_list;
        self.associated = list.iter().map(|data| data.eim_id.clone()).collect();
        Ok(list)
    }
}
