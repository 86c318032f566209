// SPDX-License-Identifier: MIT OR Apache-2.0
//! Which EIDs an EUM may issue certificates for (SGP.22 §4.5.2.1, SGP.26 §2.3).
//!
//! Traps: the serialNumber of the directoryName is a prefix of the EID, which is not what RFC 5280
//! means by a subtree, so general verifiers refuse every eUICC certificate of variant O. Version 3
//! keeps only the organisation there and moves the prefixes to the permittedEins extension.

use super::view::{CertificateError, ORGANIZATION, SERIAL_NUMBER};
use super::view::{attribute, elements, is_context, sequence};
use crate::id::Eid;

/// The limits one extension sets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EidRange {
    /// nameConstraints.
    NameConstraints {
        /// Names of which one must fit.
        permitted: Vec<Subtree>,
        /// Names of which none may fit.
        excluded: Vec<Subtree>,
    },
    /// permittedEins: prefixes of which one must fit.
    PermittedEins(Vec<String>),
}

/// A directoryName of nameConstraints.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Subtree {
    /// organizationName the subject must have.
    pub organization: Option<String>,
    /// Prefix the EID must have.
    pub eid_prefix: Option<String>,
}

impl Subtree {
    fn fits(&self, organization: &str, eid: &Eid) -> bool {
        self.organization
            .as_deref()
            .is_none_or(|wanted| wanted == organization)
            && self
                .eid_prefix
                .as_deref()
                .is_none_or(|prefix| eid.starts_with(prefix))
    }
}

impl EidRange {
    pub(super) fn from_name_constraints(value: &[u8]) -> Result<Self, CertificateError> {
        let (mut permitted, mut excluded) = (Vec::new(), Vec::new());
        for part in sequence(value)? {
            let list = if is_context(&part, 0) {
                &mut permitted
            } else {
                &mut excluded
            };
            for subtree in elements(part.value())? {
                let Some(base) = elements(subtree.value())?.first().copied() else {
                    continue;
                };
                // Only directoryName speaks about eUICC subjects.
                if !is_context(&base, 4) {
                    continue;
                }
                for name in elements(base.value())? {
                    list.push(Subtree {
                        organization: attribute(name.value(), &ORGANIZATION),
                        eid_prefix: attribute(name.value(), &SERIAL_NUMBER)
                            .filter(|prefix| !prefix.is_empty()),
                    });
                }
            }
        }
        Ok(Self::NameConstraints {
            permitted,
            excluded,
        })
    }

    pub(super) fn from_permitted_eins(value: &[u8]) -> Result<Self, CertificateError> {
        let prefixes = sequence(value)?;
        let text = prefixes
            .iter()
            .map(|ein| String::from_utf8_lossy(ein.value()).into_owned());
        Ok(Self::PermittedEins(text.collect()))
    }

    /// Whether a subject with this organisation and EID is inside.
    pub fn contains(&self, organization: &str, eid: &Eid) -> bool {
        match self {
            Self::NameConstraints {
                permitted,
                excluded,
            } => {
                let fits = permitted
                    .iter()
                    .any(|subtree| subtree.fits(organization, eid));
                (fits || permitted.is_empty())
                    && !excluded
                        .iter()
                        .any(|subtree| subtree.fits(organization, eid))
            }
            Self::PermittedEins(prefixes) => prefixes
                .iter()
                .any(|prefix| !prefix.is_empty() && eid.starts_with(prefix)),
        }
    }

    /// Whether the extension says anything about EIDs, and not about organisations only.
    pub fn limits_eids(&self) -> bool {
        match self {
            Self::NameConstraints { permitted, .. } => {
                permitted.iter().any(|subtree| subtree.eid_prefix.is_some())
            }
            Self::PermittedEins(_) => true,
        }
    }
}
