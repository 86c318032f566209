// SPDX-License-Identifier: MIT OR Apache-2.0
//! Profile packages from values (TCA eUICC Profile Package §8): a package is its profile elements
//! one after the other, each the DER of a `ProfileElement`.

use serde_json::Value;

use crate::schema::{EncodeError, from_value};

/// A profile element that cannot be encoded.
#[derive(Debug, Clone, thiserror::Error)]
#[error("profile element {number}: {source}")]
pub struct PackageError {
    /// Position of the element, from 1.
    pub number: usize,
    /// What is wrong with it.
    pub source: EncodeError,
}

/// Builds a package from its elements, each a one-key object as `{"header": {…}}` with the
/// identifiers of the PEDefinitions module.
///
/// # Errors
/// The first element that the module does not allow.
pub fn build(elements: &[Value]) -> Result<Vec<u8>, PackageError> {
    let mut package = Vec::new();
    for (index, element) in elements.iter().enumerate() {
        let der = from_value("ProfileElement", element).map_err(|source| PackageError {
            number: index + 1,
            source,
        })?;
        package.extend_from_slice(&der);
    }
    Ok(package)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pe::ProfileElement;
    use serde_json::json;

    #[test]
    fn elements_follow_each_other() {
        let elements = [
            json!({"header": {
                "major-version": 2, "minor-version": 3, "iccid": "8988100000000000015f",
                "eUICC-Mandatory-services": {"usim": {}}, "eUICC-Mandatory-GFSTEList": [],
            }}),
            json!({"end": {"end-header": {"mandated": {}, "identification": 2}}}),
        ];
        let package = build(&elements).unwrap();
        let (header, rest) = crate::der::decode_first::<ProfileElement>(&package).unwrap();
        assert!(matches!(header, ProfileElement::Header(_)));
        let end: ProfileElement = crate::der::decode(rest).unwrap();
        assert!(matches!(end, ProfileElement::End(_)));
    }

    #[test]
    fn a_wrong_element_is_named() {
        let error = build(&[json!({"header": {"icid": "00"}})]).unwrap_err();
        assert!(
            error.to_string().starts_with("profile element 1: "),
            "{error}"
        );
        assert!(error.to_string().contains("icid"), "{error}");
    }
}
