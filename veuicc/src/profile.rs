// SPDX-License-Identifier: MIT OR Apache-2.0
//! The profile package interpreter (TCA eUICC Profile Package: Interoperable Format): profile
//! elements in, an [`Image`] out.
//!
//! [`interpret`] takes a whole package; the loader of bound profile packages feeds an
//! [`Interpreter`] element by element, so that the response names the one that fails. Nothing is
//! executed: files, codes and keys become data, applications are kept and listed.
//!
//! Traps: a file of a template that is created by default exists although the package does not
//! mention it; PIN and AKA elements belong to the directory of the last element that made an
//! application or DF.TELECOM, not to the last file; an element that is not `mandated` and not
//! supported is left out, and that is no error.

mod builder;
mod check;
mod codes;
mod directory;
mod element;
mod file;
mod header;
mod management;
mod shape;
mod template;
#[cfg(test)]
mod tests;
mod value;

use rsp::der::CodecError;
use rsp::pe::{PeStatusStatus, ProfileElement};
use rsp::tlv::{Tlv, TlvError};

use crate::uicc::image::Image;
use builder::Builder;
pub use check::{Shortcoming, shortcomings};
pub(crate) use template::identifier as template_identifier;

/// Bytes that the files of a profile may take when nothing else limits them.
pub const DEFAULT_MEMORY: u64 = 0x10_0000;

/// Why a profile package is refused: one of its elements cannot be processed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("profile element {}{}: {status}: {reason}", index + 1, identified(*.identification))]
pub struct ElementError {
    /// Position of the element, from 0; its text counts from 1, as the profile tools do.
    pub index: usize,
    /// `identification` in its header, if it has one.
    pub identification: Option<i64>,
    /// `PEStatus`.
    pub status: PeStatusStatus,
    /// Why.
    pub reason: String,
}

fn identified(identification: Option<i64>) -> String {
    identification.map_or_else(String::new, |number| format!(" (identification {number})"))
}

/// Why something in an element is refused; the interpreter adds which element it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    pub(crate) status: PeStatusStatus,
    pub(crate) reason: String,
}

impl Problem {
    pub(crate) fn new(status: PeStatusStatus, reason: impl Into<String>) -> Self {
        Self {
            status,
            reason: reason.into(),
        }
    }

    /// A value that is not allowed where it is.
    pub(crate) fn value(reason: impl Into<String>) -> Self {
        Self::new(PeStatusStatus::BAD_VALUES, reason)
    }

    /// The package is not put together as it should be.
    pub(crate) fn format(reason: impl Into<String>) -> Self {
        Self::new(PeStatusStatus::INVALID_REQUEST_FORMAT, reason)
    }

    /// More than the card can hold.
    pub(crate) fn memory(reason: impl Into<String>) -> Self {
        Self::new(PeStatusStatus::NOT_ENOUGH_MEMORY, reason)
    }
}

/// An element that was left out: not supported and not mandated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// `identification` in its header.
    pub identification: Option<i64>,
    /// Why: `PEStatus`.
    pub status: PeStatusStatus,
}

/// Interprets a whole package.
///
/// # Errors
/// When the bytes are not a sequence of profile elements from a header to an end element, or when
/// one of them cannot be processed.
pub fn interpret(elements: &[u8]) -> Result<Image, ElementError> {
    let mut interpreter = Interpreter::new(DEFAULT_MEMORY);
    let mut rest = elements;
    while !rest.is_empty() {
        let (element, after) = Tlv::read(rest).map_err(|error| interpreter.unreadable(&error))?;
        interpreter.element(element.raw)?;
        rest = after;
    }
    interpreter.finish()
}

/// Interprets a package element by element.
#[derive(Debug)]
pub struct Interpreter {
    builder: Builder,
    /// Elements taken.
    count: usize,
    ended: bool,
    left_out: Vec<LeftOut>,
    newest_version: i64,
}

impl Interpreter {
    /// Expects the header. The files may take `memory` bytes.
    #[must_use]
    pub fn new(memory: u64) -> Self {
        Self {
            builder: Builder::new(memory),
            count: 0,
            ended: false,
            left_out: Vec::new(),
            newest_version: header::NEWEST_MAJOR_VERSION,
        }
    }

    /// Takes packages up to that major version only.
    pub fn understand_up_to(&mut self, version: i64) {
        self.newest_version = version;
    }

    /// True after the end element.
    #[must_use]
    pub fn ended(&self) -> bool {
        self.ended
    }

    /// The ICCID of the header in the order of its digits; empty before the header.
    #[must_use]
    pub fn iccid(&self) -> &[u8] {
        &self.builder.image.header.iccid
    }

    /// Elements that were left out so far.
    #[must_use]
    pub fn left_out(&self) -> &[LeftOut] {
        &self.left_out
    }

    /// The error of bytes that are no element.
    #[must_use]
    pub fn unreadable(&self, error: &TlvError) -> ElementError {
        self.refuse(None, Problem::format(error.to_string()))
    }

    /// The error of a package that ends before it should.
    #[must_use]
    pub fn unfinished(&self, reason: &str) -> ElementError {
        self.refuse(None, Problem::format(reason))
    }

    /// Takes one element, its tag and length included.
    ///
    /// # Errors
    /// When it cannot be processed.
    pub fn element(&mut self, raw: &[u8]) -> Result<(), ElementError> {
        let (header, outcome) = match rsp::der::decode::<ProfileElement>(raw) {
            Ok(element) => {
                let header = element::header_of(&element);
                self.builder.element = (self.count, header.identification);
                (header, self.take(element))
            }
            Err(error) => (element::raw_header(raw), Err(self.undecoded(raw, &error))),
        };
        let identification = header.identification;
        match outcome {
            Ok(()) => {}
            Err(problem) if !header.mandated && is_unsupported(problem.status) => {
                self.left_out.push(LeftOut {
                    identification,
                    status: problem.status,
                });
            }
            Err(problem) => return Err(self.refuse(identification, problem)),
        }
        self.count += 1;
        Ok(())
    }

    /// Why an element cannot be decoded: it is wrong, or of a type that came later.
    fn undecoded(&self, raw: &[u8], error: &CodecError) -> Problem {
        if element::is_of_later_type(raw) && self.count > 0 && !self.ended {
            let status = PeStatusStatus::PE_NOT_SUPPORTED;
            return Problem::new(status, "an element of an unknown type");
        }
        Problem::format(error.to_string())
    }

    fn take(&mut self, element: ProfileElement) -> Result<(), Problem> {
        if self.ended {
            return Err(Problem::format("an element follows the end element"));
        }
        match (element, self.count) {
            (ProfileElement::Header(header), 0) => {
                header::judge(&header, self.newest_version)?;
                self.builder.image.header = header;
            }
            (ProfileElement::Header(_), _) => return Err(Problem::format("a second header")),
            (_, 0) => return Err(Problem::format("the header is missing")),
            (ProfileElement::End(_), _) => self.ended = true,
            (element, _) => element::process(&mut self.builder, element)?,
        }
        Ok(())
    }

    /// The image, after the end element.
    ///
    /// # Errors
    /// When the end element is missing, or when the elements do not fit together.
    pub fn finish(mut self) -> Result<Image, ElementError> {
        if !self.ended {
            return Err(self.refuse(None, Problem::format("the end element is missing")));
        }
        if let Err(((index, identification), problem)) = check::consistent(&self.builder) {
            self.count = index;
            return Err(self.refuse(identification, problem));
        }
        let image = self.builder.into_image();
        // looking for them costs a third of an interpretation
        if tracing::enabled!(tracing::Level::DEBUG) {
            for shortcoming in shortcomings(&image) {
                tracing::debug!(%shortcoming, "profile");
            }
        }
        Ok(image)
    }

    fn refuse(&self, identification: Option<i64>, problem: Problem) -> ElementError {
        ElementError {
            index: self.count,
            identification,
            status: problem.status,
            reason: problem.reason,
        }
    }
}

/// True for what says that the card lacks something, not that the element is wrong.
fn is_unsupported(status: PeStatusStatus) -> bool {
    [
        PeStatusStatus::PE_NOT_SUPPORTED,
        PeStatusStatus::TEMPLATE_NOT_SUPPORTED,
        PeStatusStatus::FEATURE_NOT_SUPPORTED,
        PeStatusStatus::RUNTIME_NOT_SUPPORTED,
        PeStatusStatus::LIB_NOT_SUPPORTED,
    ]
    .contains(&status)
}
