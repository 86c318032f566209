// SPDX-License-Identifier: MIT OR Apache-2.0
//! A card in a reader of the PC/SC service, whose library is loaded when a reader is asked for.
//!
//! Trap: who lets go of a card that was taken out, or that somebody else has reset, must not reset
//! it once more: it may be back, and somebody else's.

use std::fmt::Display;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use veuicc_pcsc::{Card, Context, Disposition};

use crate::iut::{CardLink, LinkError};

/// A connection to the card in a reader.
#[derive(Debug)]
pub(crate) struct PcscCard {
    card: Mutex<Card>,
    context: Context,
    reader: String,
    timeout: Duration,
}

fn failed(error: impl Display) -> LinkError {
    LinkError(format!("PC/SC: {error}"))
}

impl PcscCard {
    /// Connects to the card in the only reader whose name contains `wanted`, for which it waits.
    pub(crate) fn connect(wanted: &str, timeout: Duration) -> Result<Self, LinkError> {
        let context = Context::establish().map_err(failed)?;
        let readers = context.readers().map_err(failed)?;
        let reader = choose(&readers, wanted)?;
        context.wait_for_card(&reader, timeout).map_err(failed)?;
        let mut card = context.connect(&reader).map_err(failed)?;
        // whoever comes next finds a card without channels of ours
        card.leave_with(Disposition::Reset);
        Ok(Self {
            card: Mutex::new(card),
            context,
            reader,
            timeout,
        })
    }
}

fn choose(readers: &[String], wanted: &str) -> Result<String, LinkError> {
    if let Some(exact) = readers.iter().find(|reader| *reader == wanted) {
        return Ok(exact.clone());
    }
    let fitting: Vec<_> = readers
        .iter()
        .filter(|reader| reader.contains(wanted))
        .collect();
    match fitting.as_slice() {
        [one] => Ok((*one).clone()),
        _ => Err(LinkError(format!(
            "expected one reader called {wanted:?}, got {} among {readers:?}",
            fitting.len()
        ))),
    }
}

impl CardLink for PcscCard {
    fn transmit(&self, command: &[u8]) -> Result<Vec<u8>, LinkError> {
        let mut card = self.card.lock().unwrap_or_else(PoisonError::into_inner);
        let answer = card.transmit(command);
        if answer.is_err() {
            card.leave_with(Disposition::Leave);
        }
        answer.map_err(failed)
    }

    /// A cold reset. The card may be away for some seconds while it carries out a REFRESH, so it is
    /// waited for.
    fn reset(&self) -> Result<Vec<u8>, LinkError> {
        let mut card = self.card.lock().unwrap_or_else(PoisonError::into_inner);
        if card.reconnect(Disposition::Unpower).is_err() {
            card.leave_with(Disposition::Leave);
            self.context
                .wait_for_card(&self.reader, self.timeout)
                .map_err(failed)?;
            *card = self.context.connect(&self.reader).map_err(failed)?;
            card.reconnect(Disposition::Unpower).map_err(failed)?;
        }
        card.leave_with(Disposition::Reset);
        self.context
            .wait_for_card(&self.reader, self.timeout)
            .map_err(failed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_is_found_by_a_part_of_its_name_that_only_it_has() {
        let readers = ["Reader 00 00".to_owned(), "Reader 00 01".to_owned()];
        assert_eq!(choose(&readers, "00 01").unwrap(), "Reader 00 01");
        assert!(choose(&readers, "Reader").is_err());
        assert_eq!(choose(&readers[..1], "").unwrap(), "Reader 00 00");
        let error = choose(&[], "").unwrap_err().to_string();
        assert_eq!(error, "expected one reader called \"\", got 0 among []");
    }
}
