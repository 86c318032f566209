// SPDX-License-Identifier: MIT OR Apache-2.0
//! The profile elements as they come out of the segments: split, parsed, kept.
//!
//! Elements are parsed whole, so an element that this card cannot read is refused when it arrives
//! and names itself in the response. They are kept as they came; carrying them out, with a file
//! system and applications, is the interpreter's work.

use rsp::pe::{
    EuiccResponse, PeStatus, PeStatusStatus, ProfileElement, ProfileHeader, ServicesList,
};
use rsp::raw::Additions;
use rsp::tlv::{Tlv, TlvError};

/// Newest major version of profile packages that is understood.
const NEWEST_MAJOR_VERSION: i64 = 3;

/// `EUICCResponse` of a profile that was installed: one status, ok.
pub(crate) const SIMA_OK: [u8; 9] = [0x30, 0x07, 0xA0, 0x05, 0x30, 0x03, 0x80, 0x01, 0x00];

/// Why profile elements are refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ElementError {
    /// An element cannot be processed.
    #[error("profile element {index}: {status}: {reason}")]
    Element {
        /// Position, from 0.
        index: usize,
        /// `PEStatus`.
        status: PeStatusStatus,
        /// Why.
        reason: String,
    },
    /// The profile is for another ICCID than the metadata.
    #[error("expected iccid {expected} in the profile header, got {found}")]
    Iccid {
        /// Of the metadata.
        expected: String,
        /// Of the header.
        found: String,
    },
}

impl ElementError {
    /// The `EUICCResponse` that reports it, for a processing error.
    pub(crate) fn sima_response(&self) -> Option<Vec<u8>> {
        let Self::Element { status, .. } = self else {
            return None;
        };
        let response = EuiccResponse {
            pe_status: vec![PeStatus {
                status: *status,
                identification: None,
                additional_information: None,
                offset: None,
                additions: Additions::none(),
            }],
            profile_installation_aborted: Some(()),
            status_message: None,
            additions: Additions::none(),
        };
        rsp::der::encode(&response).ok()
    }
}

/// Profile elements read so far.
#[derive(Debug)]
pub(crate) struct Elements {
    /// ICCID of the metadata as in EF.ICCID.
    iccid: Vec<u8>,
    bytes: Vec<u8>,
    offset: usize,
    count: usize,
    ended: bool,
}

impl Elements {
    /// Expects the header of the profile with that ICCID.
    pub(crate) fn new(iccid: &[u8]) -> Self {
        Self {
            iccid: iccid.to_vec(),
            bytes: Vec::new(),
            offset: 0,
            count: 0,
            ended: false,
        }
    }

    /// Bytes so far.
    pub(crate) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Takes bytes and parses every element that is whole.
    pub(crate) fn push(&mut self, bytes: &[u8]) -> Result<(), ElementError> {
        self.bytes.extend_from_slice(bytes);
        loop {
            let rest = self.bytes.get(self.offset..).unwrap_or_default();
            if rest.is_empty() {
                return Ok(());
            }
            match Tlv::read(rest) {
                Ok((element, _)) => {
                    let ended = self.element(element.raw)?;
                    self.offset += element.raw.len();
                    self.ended = ended;
                    self.count += 1;
                }
                // more is to come; the card's memory is the limit
                Err(TlvError::Truncated { .. } | TlvError::Short { .. }) => return Ok(()),
                Err(error) => {
                    return Err(self.refuse(PeStatusStatus::INVALID_REQUEST_FORMAT, &error));
                }
            }
        }
    }

    /// The elements, all of them there.
    pub(crate) fn finish(self) -> Result<Vec<u8>, ElementError> {
        if self.ended && self.offset == self.bytes.len() {
            return Ok(self.bytes);
        }
        Err(self.refuse(
            PeStatusStatus::INVALID_REQUEST_FORMAT,
            &"the end element is missing",
        ))
    }

    fn refuse(&self, status: PeStatusStatus, reason: &dyn std::fmt::Display) -> ElementError {
        ElementError::Element {
            index: self.count,
            status,
            reason: reason.to_string(),
        }
    }

    /// Judges one element; true when it is the end element.
    fn element(&self, raw: &[u8]) -> Result<bool, ElementError> {
        let element: ProfileElement = rsp::der::decode(raw)
            .map_err(|error| self.refuse(PeStatusStatus::INVALID_REQUEST_FORMAT, &error))?;
        let malformed = PeStatusStatus::INVALID_REQUEST_FORMAT;
        match (element, self.count) {
            _ if self.ended => Err(self.refuse(malformed, &"an element follows the end element")),
            (ProfileElement::Header(header), 0) => self.header(&header).map(|()| false),
            (ProfileElement::Header(_), _) => Err(self.refuse(malformed, &"a second header")),
            (_, 0) => Err(self.refuse(malformed, &"the header is missing")),
            (ProfileElement::End(_), _) => Ok(true),
            _ => Ok(false),
        }
    }

    fn header(&self, header: &ProfileHeader) -> Result<(), ElementError> {
        if !(1..=NEWEST_MAJOR_VERSION).contains(&header.major_version) {
            let reason = format!("version {}.{}", header.major_version, header.minor_version);
            return Err(self.refuse(PeStatusStatus::UNSUPPORTED_PROFILE_VERSION, &reason));
        }
        if let Some(service) = unsupported_service(&header.euicc_mandatory_services) {
            return Err(self.refuse(PeStatusStatus::FEATURE_NOT_SUPPORTED, &service));
        }
        // the header writes the digits in their order, EF.ICCID and the metadata swap them
        let swapped: Vec<u8> = header
            .iccid
            .iter()
            .map(|byte| byte.rotate_left(4))
            .collect();
        if swapped != self.iccid {
            return Err(ElementError::Iccid {
                expected: hex::encode(&self.iccid),
                found: hex::encode(&swapped),
            });
        }
        Ok(())
    }
}

/// A service that the profile cannot do without and the card does not have.
fn unsupported_service(services: &ServicesList) -> Option<&'static str> {
    let missing = [
        (services.contactless, "contactless"),
        (services.mbms, "mbms"),
        (services.multos, "multos"),
        (services.multiple_csim, "multiple-csim"),
        (services.cat_tp, "cat-tp"),
        (services.suci_calculator_api, "suciCalculatorApi"),
        (services.dns_resolution, "dns-resolution"),
        (services.scp11ac, "scp11ac"),
        (
            services.scp11c_authorization_mechanism,
            "scp11c-authorization-mechanism",
        ),
        (services.s16mode, "s16mode"),
        (services.eaka, "eaka"),
    ];
    missing
        .into_iter()
        .find(|(wanted, _)| wanted.is_some())
        .map(|(_, name)| name)
}
