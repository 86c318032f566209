// SPDX-License-Identifier: MIT OR Apache-2.0
//! From YAML to DER, and packages with another ICCID.

use rsp::id::Iccid;
use rsp::schema::{Edit, EditError, Tree};
use serde_json::Value;

use super::package::{Package, ReadError};
use super::source::{Content, Node, Position};

/// What is wrong with the YAML of a package.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{line}:{column}: {message}")]
pub struct BuildError {
    /// Line, from 1; 0 when there is none.
    pub line: u64,
    /// Column, from 1; 0 when there is none.
    pub column: u64,
    /// What is wrong: for a value, with the element and the members that lead to it.
    pub message: String,
}

impl BuildError {
    fn at(position: Position, message: impl Into<String>) -> Self {
        Self {
            line: position.line,
            column: position.column,
            message: message.into(),
        }
    }
}

/// Builds a package from YAML: a list with one entry per profile element, each a map with the name
/// of the element as its one key.
///
/// # Errors
/// When the text is no YAML, or the module does not allow a value; with line and column.
pub fn build(text: &str) -> Result<Vec<u8>, BuildError> {
    let options = serde_saphyr::options! { strict_booleans: true };
    let root: Node = serde_saphyr::from_str_with_options(text, options).map_err(|error| {
        let position = error.location().map(Position::from).unwrap_or_default();
        BuildError::at(position, plain(&error))
    })?;
    let nodes = match &root.content {
        Content::List(nodes) if !nodes.is_empty() => nodes,
        _ => {
            let message = "expected a YAML list of profile elements, each `- name: {…}`, or DER";
            return Err(BuildError::at(root.position, message));
        }
    };
    let values: Vec<Value> = nodes.iter().map(Node::to_value).collect();
    rsp::package::build(&values).map_err(|error| {
        let node = nodes.get(error.number.saturating_sub(1)).unwrap_or(&root);
        BuildError::at(node.find(&error.source.path), error.to_string())
    })
}

/// The parser's words without its excerpt of the file.
fn plain(error: &serde_saphyr::Error) -> String {
    let text = error.without_snippet().to_string();
    let text = text.lines().next().unwrap_or_default();
    text.strip_prefix("error: ").unwrap_or(text).to_owned()
}

/// Why a package cannot be given another ICCID.
#[derive(Debug, thiserror::Error)]
pub enum IccidError {
    /// The bytes are no package.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The place of an ICCID cannot be written.
    #[error("profile element {number}: {source}")]
    Edit {
        /// Position of the element, from 1.
        number: usize,
        /// What is wrong.
        source: EditError,
    },
    /// There is no content of EF.ICCID that could be changed.
    #[error("expected content of EF.ICCID in mf or iot, saw none")]
    NoFile,
}

/// The package with this ICCID in its header and in EF.ICCID; everything else stays, byte for byte.
///
/// # Errors
/// When the bytes are no package with a header and an EF.ICCID.
pub fn with_iccid(package: &[u8], iccid: &Iccid) -> Result<Vec<u8>, IccidError> {
    let package = Package::read(package)?;
    let swapped = hex::encode(iccid.as_bytes());
    let printed = hex::encode(iccid.as_bytes().map(|byte| byte.rotate_left(4)));
    let mut out = Vec::new();
    let mut files = 0;
    for element in package.elements() {
        let mut edits = Vec::new();
        match element.name() {
            "header" => edits.push(("header.iccid".to_owned(), &printed)),
            name @ ("mf" | "iot") => {
                let path = content_of_iccid(element.tree(), name);
                // the IoT minimal profile takes the content of EF.ICCID from the header
                files += usize::from(path.is_some() || name == "iot");
                edits.extend(path.map(|path| (path, &swapped)));
            }
            _ => {}
        }
        let mut tree = element.tree().clone();
        for (path, digits) in edits {
            let edited = tree.edit(&path, &Edit::Set(Value::from(digits.as_str())));
            let edited = edited.map_err(|source| IccidError::Edit {
                number: element.number(),
                source,
            })?;
            tree = rsp::schema::decode_lenient("ProfileElement", &edited);
        }
        out.extend_from_slice(tree.raw());
    }
    if files == 0 {
        return Err(IccidError::NoFile);
    }
    Ok(out)
}

/// Where the element writes EF.ICCID.
fn content_of_iccid(tree: &Tree, name: &str) -> Option<String> {
    let file = tree.find(&format!("{name}.ef-iccid"))?;
    let item = file
        .children
        .iter()
        .find(|item| item.child("fillFileContent").is_some())?;
    Some(format!("{name}.ef-iccid.{}.fillFileContent", item.name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> String {
        build(text).unwrap_err().to_string()
    }

    #[test]
    fn bad_yaml_has_a_place() {
        assert!(
            refused("- header: {\n").starts_with("1:11: "),
            "{}",
            refused("- header: {\n")
        );
        let twice = "- end:\n    end-header: {identification: 1}\n    end-header: {}\n";
        assert!(refused(twice).starts_with("3:5: "), "{}", refused(twice));
        for no_list in ["header: {}", "[]"] {
            let told = refused(no_list);
            assert!(told.starts_with("1:1: expected a YAML list"), "{told}");
        }
    }

    #[test]
    fn a_bad_value_has_a_place_and_a_path() {
        let text = "\
- end:
    end-header: {identification: 1}
- mf:
    mf-header: {identification: 2}
    templateID: '2.23.143.1.2.1'
    mf:
      - fillFileContent: 00ff";
        assert_eq!(
            refused(&text.replace("00ff", "3030")),
            "7:26: profile element 2: mf.mf[0].fillFileContent: \
             expected octets as quoted hexadecimal, saw 3030"
        );
        let unknown = refused("- end:\n    end-heder: {identification: 1}\n");
        assert!(
            unknown.starts_with("2:5: profile element 1: end: unknown member end-heder"),
            "{unknown}"
        );
    }

    #[test]
    fn another_iccid_reaches_header_and_file() {
        let text = "\
- header:
    major-version: 2
    minor-version: 3
    iccid: '8988100000000000015f'
    eUICC-Mandatory-services: {}
    eUICC-Mandatory-GFSTEList: []
- mf:
    mf-header: {identification: 1}
    templateID: '2.23.143.1.2.1'
    mf: []
    ef-iccid:
      - fileDescriptor: {securityAttributesReferenced: '2f0602'}
      - fillFileContent: '988801000000000010f5'
    ef-dir: []
    ef-arr: []
- end:
    end-header: {identification: 2}
";
        let package = build(text).unwrap();
        let iccid: Iccid = "89001012012341234003".parse().unwrap();
        let expected = text
            .replace("8988100000000000015f", "89001012012341234003")
            .replace("988801000000000010f5", "98000121103214320430");
        assert_eq!(
            with_iccid(&package, &iccid).unwrap(),
            build(&expected).unwrap()
        );
        let bare = build("- end:\n    end-header: {identification: 2}\n").unwrap();
        assert!(matches!(with_iccid(&bare, &iccid), Err(IccidError::NoFile)));
    }
}
