// SPDX-License-Identifier: MIT OR Apache-2.0
//! AUTHENTICATE and GET IDENTITY: the application of the channel, its PIN, its files.

use super::Uicc;
use super::image::{DirId, Entry};
use super::{authenticate, identity};
use crate::apdu::Response;
use crate::status_word::StatusWord;

/// Files of a USIM (TS 31.102 §4.2, §4.4.11; DF.SAIP of the TCA profile package).
const SERVICE_TABLE: &[u16] = &[0x6F38];
const IMSI: &[u16] = &[0x6F07];
const ADMINISTRATIVE_DATA: &[u16] = &[0x6FAD];
const SUPI_NAI: &[u16] = &[0x5FC0, 0x4F09];
const ROUTING_INDICATOR: &[u16] = &[0x5FC0, 0x4F0A];
const CALCULATION_INFO: &[u16] = &[0x5FD0, 0x4F01];

impl Uicc<'_> {
    /// The sequence numbers count even where the answer is an error: an algorithm that may run a
    /// limited number of times has run.
    pub(super) fn authenticate(
        &mut self,
        parameters: (u8, u8),
        data: &[u8],
    ) -> Result<Response, StatusWord> {
        let adf = self.application()?;
        let service_table = self.content(adf, SERVICE_TABLE);
        let before = self.overlay.sequence_numbers(self.image);
        let mut states = before.clone();
        let answer = authenticate::run(
            self.image,
            Some(adf),
            &mut states,
            parameters,
            &service_table,
            data,
        );
        if answer.is_err() {
            // a refused vector alone is nothing to keep
            states.retain(|adf, state| before.contains_key(adf) || state.authentications > 0);
        }
        if states != before {
            let image = self.image;
            self.overlay.to_mut().set_sequence_numbers(image, states);
        }
        Ok(answer.map_or_else(Response::status, Response::data))
    }

    pub(super) fn get_identity(
        &mut self,
        parameters: (u8, u8),
        data: &[u8],
    ) -> Result<Response, StatusWord> {
        let adf = self.application()?;
        let files = identity::IdentityFiles {
            service_table: &self.content(adf, SERVICE_TABLE),
            imsi: &self.content(adf, IMSI),
            administrative_data: &self.content(adf, ADMINISTRATIVE_DATA),
            supi_nai: &self.content(adf, SUPI_NAI),
            routing_indicator: &self.content(adf, ROUTING_INDICATOR),
            calculation_info: &self.content(adf, CALCULATION_INFO),
        };
        identity::get_identity(parameters, data, &files, self.env).map(Response::data)
    }

    /// The application that is active on the channel and has the current directory, its PIN
    /// verified (TS 31.102 §7.1.1).
    fn application(&self) -> Result<DirId, StatusWord> {
        let adf = self
            .current
            .application
            .filter(|adf| self.image.adf_of(self.current.directory) == Some(*adf))
            .ok_or(StatusWord::CONDITIONS_NOT_SATISFIED)?;
        let dir = self.image.dir(adf).ok_or(StatusWord::FAULT)?;
        // the global PIN of the application: key references '01' to '08'
        let pin = dir.pin_status.iter().find(|key| (1..=8).contains(*key));
        match pin {
            Some(pin) if !self.is_verified(adf, *pin) => {
                Err(StatusWord::SECURITY_STATUS_NOT_SATISFIED)
            }
            _ => Ok(adf),
        }
    }

    /// The body of a file of an application; nothing when there is none.
    fn content(&self, adf: DirId, path: &[u16]) -> Vec<u8> {
        match self.image.walk(adf, path) {
            Some(Entry::Ef(file)) => self.body(file).into_owned(),
            _ => Vec::new(),
        }
    }
}
