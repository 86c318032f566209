// SPDX-License-Identifier: MIT OR Apache-2.0
//! The profile elements as they come out of the segments: split, carried out by the interpreter
//! when they are whole, kept as they came.
//!
//! An element that this card cannot process is refused when it arrives and names itself in the
//! response. What the interpreter makes of them is thrown away after the installation: the image
//! is made again from the bytes when the profile is enabled.

use rsp::pe::{EuiccResponse, PeStatus, PeStatusStatus};
use rsp::raw::Additions;
use rsp::tlv::{Tlv, TlvError};

use crate::profile::{ElementError, Interpreter, LeftOut};

/// Why profile elements are refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum PackageError {
    /// An element cannot be processed.
    #[error(transparent)]
    Element(#[from] ElementError),
    /// The profile is for another ICCID than the metadata.
    #[error("expected iccid {expected} in the profile header, got {found}")]
    Iccid {
        /// Of the metadata.
        expected: String,
        /// Of the header.
        found: String,
    },
}

impl PackageError {
    /// True when the card has too little memory.
    pub(crate) fn is_memory(&self) -> bool {
        matches!(self, Self::Element(error) if error.status == PeStatusStatus::NOT_ENOUGH_MEMORY)
    }

    /// The `EUICCResponse` that reports it, for a processing error.
    pub(crate) fn sima_response(&self) -> Option<Vec<u8>> {
        let Self::Element(error) = self else {
            return None;
        };
        encode(&EuiccResponse {
            pe_status: vec![status(error.status, error.identification)],
            profile_installation_aborted: Some(()),
            ..EuiccResponse::default()
        })
    }
}

fn status(status: PeStatusStatus, identification: Option<i64>) -> PeStatus {
    PeStatus {
        status,
        identification,
        additional_information: None,
        offset: None,
        additions: Additions::none(),
    }
}

fn encode(response: &EuiccResponse) -> Option<Vec<u8>> {
    rsp::der::encode(response).ok()
}

/// Profile elements, all of them there and carried out.
#[derive(Debug)]
pub(crate) struct Package {
    pub(crate) bytes: Vec<u8>,
    left_out: Vec<LeftOut>,
}

impl Package {
    /// `EUICCResponse` of the installation: one status for each element that was left out, then
    /// ok.
    pub(crate) fn sima_response(&self) -> Vec<u8> {
        let left_out = self.left_out.iter();
        let mut pe_status: Vec<PeStatus> = left_out
            .map(|left_out| status(left_out.status, left_out.identification))
            .collect();
        pe_status.push(status(PeStatusStatus::OK, None));
        encode(&EuiccResponse {
            pe_status,
            ..EuiccResponse::default()
        })
        .unwrap_or_default()
    }
}

/// Profile elements read so far.
#[derive(Debug)]
pub(crate) struct Elements {
    /// ICCID of the metadata as in EF.ICCID.
    iccid: Vec<u8>,
    bytes: Vec<u8>,
    offset: usize,
    interpreter: Interpreter,
}

impl Elements {
    /// Expects the header of the profile with that ICCID; its files may take `memory` bytes.
    pub(crate) fn new(iccid: &[u8], memory: u64) -> Self {
        Self {
            iccid: iccid.to_vec(),
            bytes: Vec::new(),
            offset: 0,
            interpreter: Interpreter::new(memory),
        }
    }

    /// The newest major version of profile packages that is understood.
    pub(crate) fn understand_up_to(&mut self, version: i64) {
        self.interpreter.understand_up_to(version);
    }

    /// Bytes so far.
    pub(crate) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Takes bytes and carries out every element that is whole.
    pub(crate) fn push(&mut self, bytes: &[u8]) -> Result<(), PackageError> {
        self.bytes.extend_from_slice(bytes);
        loop {
            let rest = self.bytes.get(self.offset..).unwrap_or_default();
            if rest.is_empty() {
                return Ok(());
            }
            match Tlv::read(rest) {
                Ok((element, _)) => {
                    self.interpreter.element(element.raw)?;
                    let is_first = self.offset == 0;
                    self.offset += element.raw.len();
                    if is_first {
                        self.compare_iccid()?;
                    }
                }
                // more is to come; the card's memory is the limit
                Err(TlvError::Truncated { .. } | TlvError::Short { .. }) => return Ok(()),
                Err(error) => return Err(self.interpreter.unreadable(&error).into()),
            }
        }
    }

    /// The elements, all of them there.
    pub(crate) fn finish(self) -> Result<Package, PackageError> {
        let left_out = self.interpreter.left_out().to_vec();
        if self.offset != self.bytes.len() {
            return Err(self
                .interpreter
                .unfinished("an element is not whole")
                .into());
        }
        self.interpreter.finish()?;
        Ok(Package {
            bytes: self.bytes,
            left_out,
        })
    }

    /// The header writes the digits in their order, EF.ICCID and the metadata swap them.
    fn compare_iccid(&self) -> Result<(), PackageError> {
        let header = self.interpreter.iccid().iter();
        let swapped: Vec<u8> = header.map(|byte| byte.rotate_left(4)).collect();
        if swapped == self.iccid {
            return Ok(());
        }
        Err(PackageError::Iccid {
            expected: hex::encode(&self.iccid),
            found: hex::encode(&swapped),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_installation_without_exceptions_has_one_status_ok() {
        let package = Package {
            bytes: Vec::new(),
            left_out: Vec::new(),
        };
        assert_eq!(hex::encode(package.sima_response()), "3007a0053003800100");
    }

    #[test]
    fn the_response_names_elements_that_were_left_out_and_the_one_that_failed() {
        let package = Package {
            bytes: Vec::new(),
            left_out: vec![LeftOut {
                identification: Some(9),
                status: PeStatusStatus::TEMPLATE_NOT_SUPPORTED,
            }],
        };
        assert_eq!(
            hex::encode(package.sima_response()),
            "300fa00d30068001098101093003800100"
        );
        let error = PackageError::Element(ElementError {
            index: 3,
            identification: Some(7),
            status: PeStatusStatus::BAD_VALUES,
            reason: "ef-imsi: shortEFID ff".to_owned(),
        });
        assert_eq!(
            hex::encode(error.sima_response().unwrap()),
            "300ca00830068001038101078100"
        );
    }
}
