// SPDX-License-Identifier: MIT OR Apache-2.0
//! The eIMs that the card is associated with (SGP.32 §5.9.18), as the card describes them.

use rsp::sgp32::{AddInitialEimResponse, EimConfigurationData};

use super::eim::Eim;
use super::{Error, Ipa, misencode};
use crate::defect::IpaDefect;

impl Ipa {
    /// The associated eIMs, in the card's order. An entry that cannot be used is passed over: the
    /// others are not to suffer from it, and no address is invented.
    pub(crate) fn eims(&mut self) -> Result<Vec<Eim>, Error> {
        let mut eims: Vec<Eim> = Vec::new();
        let mut first = Error::NoEim;
        let mut list = self.associations()?;
        if list.is_empty() && self.has(IpaDefect::AsksWithoutAssociation) {
            list.push(misencode::invented_eim());
        }
        for data in list {
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
                    if self.has(IpaDefect::StopsAtUnusableEim) {
                        return Err(error);
                    }
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

    /// ES10b.AddInitialEim (SGP.32 §5.9.4) with a request that is written already.
    ///
    /// # Errors
    /// [`Error::Refused`] with the card's code.
    pub(crate) fn add_initial_eim(&mut self, request: &[u8]) -> Result<(), Error> {
        const FUNCTION: &str = "AddInitialEim";
        let answer = self.card.bytes(request)?;
        let answer = rsp::der::decode(&answer).map_err(|source| Error::Answer {
            function: FUNCTION,
            source,
        })?;
        match answer {
            AddInitialEimResponse::AddInitialEimError(code)
                if !self.has(IpaDefect::TakesRefusedAssociation) =>
            {
                Err(Error::Refused {
                    function: FUNCTION,
                    code: code.to_string(),
                })
            }
            _ => Ok(()),
        }
    }

    /// What the card has under ES10b.GetEimConfigurationData, read again.
    pub(crate) fn associations(&mut self) -> Result<Vec<EimConfigurationData>, Error> {
        let list = self.card.eim_configuration()?.eim_configuration_data_list;
        self.associated = list.iter().map(|data| data.eim_id.clone()).collect();
        Ok(list)
    }
}
