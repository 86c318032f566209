// SPDX-License-Identifier: MIT OR Apache-2.0
//! A package cut into its elements, each decoded as far as that goes.

use rsp::schema::{Tree, decode_lenient};
use rsp::tlv::Tlv;
use serde_json::Value;

/// Elements of the longest package that is read: far more than any profile has.
const MOST_ELEMENTS: usize = 10_000;

/// Why bytes are not a package.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// There is nothing.
    #[error("expected a profile package, got no bytes")]
    Empty,
    /// An element is no TLV, or is cut.
    #[error("profile element {number} at offset {offset}: {reason}")]
    Element {
        /// Position, from 1.
        number: usize,
        /// Where it begins.
        offset: usize,
        /// What is wrong.
        reason: String,
    },
    /// There are too many elements.
    #[error("expected at most {MOST_ELEMENTS} profile elements")]
    TooMany,
}

/// A profile element.
#[derive(Debug, Clone)]
pub struct Element {
    number: usize,
    offset: usize,
    tree: Tree,
}

impl Element {
    /// Position in the package, from 1.
    #[must_use]
    pub fn number(&self) -> usize {
        self.number
    }

    /// Where it begins in the package.
    #[must_use]
    pub fn offset(&self) -> usize {
        self.offset
    }

    /// What kind of element it is, in the words of the module; `unknown` when it has no word.
    #[must_use]
    pub fn name(&self) -> &str {
        self.body().map_or("unknown", |body| body.name.as_ref())
    }

    /// The whole element.
    #[must_use]
    pub fn tree(&self) -> &Tree {
        &self.tree
    }

    /// The alternative of `ProfileElement` that it is.
    pub(crate) fn body(&self) -> Option<&Tree> {
        self.tree.children.first()
    }

    /// The members, in the order of the package.
    pub(crate) fn members(&self) -> &[Tree] {
        self.body().map_or(&[], |body| &body.children)
    }

    /// The identification number of the PEHeader; the profile header has none.
    #[must_use]
    pub fn identification(&self) -> Option<i64> {
        let header = self.members().first()?;
        header.child("identification")?.to_value().as_i64()
    }

    /// The template that the element refers to.
    #[must_use]
    pub fn template(&self) -> Option<String> {
        let value = self.body()?.child("templateID")?.to_value();
        value.as_str().map(str::to_owned)
    }

    /// The value that builds into the same bytes.
    #[must_use]
    pub fn to_value(&self) -> Value {
        self.tree.to_exact_value()
    }
}

/// A profile package.
#[derive(Debug, Clone)]
pub struct Package {
    elements: Vec<Element>,
}

impl Package {
    /// Cuts a package into its elements. What is inside an element need not be right.
    ///
    /// # Errors
    /// When the bytes are not a sequence of TLVs.
    pub fn read(bytes: &[u8]) -> Result<Self, ReadError> {
        if bytes.is_empty() {
            return Err(ReadError::Empty);
        }
        let mut elements = Vec::new();
        let mut rest = bytes;
        while !rest.is_empty() {
            let number = elements.len() + 1;
            if number > MOST_ELEMENTS {
                return Err(ReadError::TooMany);
            }
            let offset = bytes.len() - rest.len();
            let (tlv, after) = Tlv::read(rest).map_err(|error| ReadError::Element {
                number,
                offset,
                reason: error.to_string(),
            })?;
            elements.push(Element {
                number,
                offset,
                tree: decode_lenient("ProfileElement", tlv.raw),
            });
            rest = after;
        }
        Ok(Self { elements })
    }

    /// The bytes of the package.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        let elements = self.elements.iter().map(|element| element.tree.raw());
        elements.collect::<Vec<_>>().concat()
    }

    /// The elements in their order.
    #[must_use]
    pub fn elements(&self) -> &[Element] {
        &self.elements
    }

    /// The profile header, when it is where it belongs.
    pub(crate) fn header(&self) -> Option<&Tree> {
        let first = self.elements.first()?;
        first.body().filter(|body| body.name == "header")
    }
}
