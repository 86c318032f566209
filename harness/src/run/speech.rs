// SPDX-License-Identifier: MIT OR Apache-2.0
//! How ESipa is spoken in a case: wire version and binding, and what the judge sees of it.
//!
//! Cases are written in the messages of SGP.32 v1.2. Version 1.0 has others: they are translated on
//! their way to the judge and, where the case makes or changes a message, on their way out. What the
//! judge did not change goes out as it came. Version 1.3 only adds to v1.2 and is shown as it is.

use rsp::dialect::Dialect;
use rsp::json::esipa::{request_to_json, response_to_json};

use super::{RunOptions, SetUpError};
use crate::case::{self, Binding, Case, RoleName};
use crate::tape::Wire;
use crate::under_test::Description;
use crate::wire;
use crate::wire::dialect::{
    DialectError, from_card, read_answer, read_request, write_answer, write_request,
};

/// Wire version and binding of a case.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Speech {
    pub(super) dialect: Dialect,
    pub(super) binding: Binding,
    /// Whether the version is that of a program under test, which the case does not ask for.
    pub(super) theirs: bool,
}

impl Speech {
    /// What the case says, else what the implementation under test speaks, else v1.2 in ASN.1 over
    /// HTTPS.
    pub(super) fn of(case: &Case, options: &RunOptions) -> Self {
        let theirs = options.under_test.as_deref();
        let told = match case.file.iut {
            RoleName::Eim => Some(options.eim.dialect),
            _ => options.ipa.dialect,
        };
        let dialect = case.file.dialect.or(theirs.and_then(|it| it.dialect));
        let binding = case.file.binding.or(theirs.and_then(|it| it.binding));
        Self {
            dialect: dialect.map_or_else(|| told.unwrap_or_default(), dialect_of),
            binding: binding.unwrap_or(Binding::Asn1),
            theirs: case.file.dialect.is_none() && theirs.is_some(),
        }
    }

    /// The binding as clients and servers know it.
    pub(super) const fn wire_binding(self) -> wire::binding::Binding {
        match self.binding {
            Binding::Asn1 => wire::binding::Binding::Asn1,
            Binding::Json => wire::binding::Binding::Json,
            Binding::Coap => wire::binding::Binding::Coap,
        }
    }

    /// The wire version as cases write it.
    pub(super) const fn written(self) -> case::Dialect {
        match self.dialect {
            Dialect::V1_0 => case::Dialect::V1_0,
            Dialect::V1_2 => case::Dialect::V1_2,
            Dialect::V1_3 => case::Dialect::V1_3,
        }
    }

    fn is_old(self) -> bool {
        self.dialect == Dialect::V1_0
    }

    /// A message of an IPA as the judge sees it; what cannot be read is shown as it is.
    pub(super) fn request_in(self, message: &[u8]) -> Vec<u8> {
        let read = || write_request(Dialect::V1_2, &read_request(self.dialect, message)?);
        self.translated(message, read)
            .unwrap_or_else(|_| message.to_vec())
    }

    /// A message of an eIM as the judge sees it; what cannot be read is shown as it is.
    pub(super) fn answer_in(self, message: &[u8]) -> Vec<u8> {
        let read = || write_answer(Dialect::V1_2, &read_answer(self.dialect, message)?);
        self.translated(message, read)
            .unwrap_or_else(|_| message.to_vec())
    }

    /// A message that the case makes for an eIM.
    ///
    /// # Errors
    /// The version of the case cannot say it.
    pub(super) fn request_out(self, message: &[u8]) -> Result<Vec<u8>, DialectError> {
        let write = || write_request(self.dialect, &read_request(Dialect::V1_2, message)?);
        self.translated(message, write)
    }

    /// A message that the case makes for an IPA.
    ///
    /// # Errors
    /// The version of the case cannot say it.
    pub(super) fn answer_out(self, message: &[u8]) -> Result<Vec<u8>, DialectError> {
        let write = || write_answer(self.dialect, &read_answer(Dialect::V1_2, message)?);
        self.translated(message, write)
    }

    /// An answer of the card as the judge sees it.
    pub(super) fn es10_in(self, request: &[u8], answer: &[u8]) -> Vec<u8> {
        from_card(self.dialect, request, answer.to_vec()).unwrap_or_else(|_| answer.to_vec())
    }

    fn translated(
        self,
        message: &[u8],
        translate: impl FnOnce() -> Result<Vec<u8>, DialectError>,
    ) -> Result<Vec<u8>, DialectError> {
        if message.is_empty() || !self.is_old() {
            return Ok(message.to_vec());
        }
        translate()
    }

    /// The bodies on the wire, where they are not what the judge sees.
    pub(super) fn wire(self, request: &[u8], answer: &[u8]) -> Option<Wire> {
        let status = if answer.is_empty() { 204 } else { 200 };
        let (request, response) = match self.binding {
            Binding::Json => {
                let (function, body) = request_to_json(request).ok()?;
                let answer = match answer {
                    [] => Vec::new(),
                    answer => response_to_json(function, answer, None).ok()?,
                };
                (body, answer)
            }
            _ if self.is_old() => (request.to_vec(), answer.to_vec()),
            _ => return None,
        };
        Some(Wire {
            status,
            request,
            response,
        })
    }
}

/// The wire version as the codecs know it.
const fn dialect_of(dialect: case::Dialect) -> Dialect {
    match dialect {
        case::Dialect::V1_0 => Dialect::V1_0,
        case::Dialect::V1_2 => Dialect::V1_2,
        case::Dialect::V1_3 => Dialect::V1_3,
    }
}

/// A case that is about another version or binding than the program has does not apply to it.
pub(super) fn can_speak(case: &Case, description: &Description) -> Result<(), SetUpError> {
    let file = &case.file;
    let differs = |case: &str, own: &str| {
        SetUpError::Unsupported(format!("the case speaks {case}, the program {own}"))
    };
    match (file.dialect, description.dialect) {
        (Some(case), Some(own)) if case != own => {
            return Err(differs(version(case), version(own)));
        }
        _ => (),
    }
    match (file.binding, description.binding) {
        (Some(case), Some(own)) if case != own => Err(differs(form(case), form(own))),
        _ => Ok(()),
    }
}

const fn version(dialect: case::Dialect) -> &'static str {
    match dialect {
        case::Dialect::V1_0 => "SGP.32 v1.0",
        case::Dialect::V1_2 => "SGP.32 v1.2",
        case::Dialect::V1_3 => "SGP.32 v1.3",
    }
}

const fn form(binding: Binding) -> &'static str {
    match binding {
        Binding::Asn1 => "ESipa in ASN.1 over HTTPS",
        Binding::Json => "ESipa in JSON over HTTPS",
        Binding::Coap => "ESipa over CoAP",
    }
}
