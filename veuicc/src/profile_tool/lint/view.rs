// SPDX-License-Identifier: MIT OR Apache-2.0
//! Files and numbers as rules want to see them.

use rsp::schema::Tree;

use super::super::package::{Element, Package};

/// A file that an element creates: member of a template, or made by generic file management.
#[derive(Debug)]
pub(super) struct File<'a> {
    pub(super) element: &'a Element,
    /// The member of the template; none in generic file management.
    pub(super) member: Option<&'a str>,
    /// Where generic file management has gone to.
    pub(super) folder: &'a [u8],
    pub(super) fcp: Option<&'a Tree>,
    /// Offsets and contents, in their order.
    pub(super) fill: Vec<&'a Tree>,
}

impl File<'_> {
    /// How a finding names it: member or identifier.
    pub(super) fn place(&self) -> String {
        match (self.member, self.field("fileID")) {
            (Some(member), _) => member.to_owned(),
            (None, Some(fid)) => {
                let folder = if self.folder.is_empty() {
                    "3F00".to_owned()
                } else {
                    hex::encode_upper(self.folder)
                };
                format!("file {folder}/{}", hex::encode_upper(fid))
            }
            (None, None) => "file without identifier".to_owned(),
        }
    }

    /// A member of the file control parameters.
    pub(super) fn field(&self, name: &str) -> Option<&[u8]> {
        Some(self.fcp?.child(name)?.contents())
    }

    /// The size that the parameters give.
    pub(super) fn size(&self) -> Option<usize> {
        self.field("efFileSize").and_then(number)
    }

    /// The record length that the descriptor gives.
    pub(super) fn record_length(&self) -> Option<usize> {
        let length = self.field("fileDescriptor")?.get(2..4)?;
        number(length).filter(|length| *length > 0)
    }

    /// Pieces of content with their offsets.
    pub(super) fn pieces(&self) -> Vec<(usize, &[u8])> {
        let mut at = 0_usize;
        let mut pieces = Vec::new();
        for item in &self.fill {
            match item.name.as_ref() {
                "fillFileOffset" => at = at.saturating_add(number(item.contents()).unwrap_or(0)),
                _ => {
                    pieces.push((at, item.contents()));
                    at = at.saturating_add(item.contents().len());
                }
            }
        }
        pieces
    }
}

/// The files of the whole package.
pub(super) fn files(package: &Package) -> Vec<File<'_>> {
    package.elements().iter().flat_map(of_element).collect()
}

/// The files of an element; those that it leaves out are not among them.
pub(super) fn of_element(element: &Element) -> Vec<File<'_>> {
    if element.name() == "genericFileManagement" {
        return managed(element);
    }
    let members = element.members().iter();
    members
        .filter(|member| member.type_name() == "File" && !skipped(member))
        .map(|member| {
            let items = member
                .children
                .iter()
                .filter_map(|item| item.children.first());
            let mut file = File {
                element,
                member: Some(member.name.as_ref()),
                folder: &[],
                fcp: None,
                fill: Vec::new(),
            };
            for item in items {
                match item.name.as_ref() {
                    "fileDescriptor" => file.fcp = Some(item),
                    _ => file.fill.push(item),
                }
            }
            file
        })
        .collect()
}

fn skipped(member: &Tree) -> bool {
    let mut items = member.children.iter();
    items.any(|item| item.child("doNotCreate").is_some())
}

fn managed(element: &Element) -> Vec<File<'_>> {
    let Some(commands) = element
        .body()
        .and_then(|body| body.child("fileManagementCMD"))
    else {
        return Vec::new();
    };
    let mut files: Vec<File<'_>> = Vec::new();
    let mut folder: &[u8] = &[];
    let lists = commands.children.iter().flat_map(|list| &list.children);
    for item in lists.filter_map(|item| item.children.first()) {
        match item.name.as_ref() {
            "filePath" => folder = item.contents(),
            "createFCP" => files.push(File {
                element,
                member: None,
                folder,
                fcp: Some(item),
                fill: Vec::new(),
            }),
            _ => {
                if let Some(file) = files.last_mut() {
                    file.fill.push(item);
                }
            }
        }
    }
    files
}

/// A big-endian number of a size that can be counted.
pub(super) fn number(bytes: &[u8]) -> Option<usize> {
    if bytes.is_empty() || bytes.len() > 4 {
        return None;
    }
    Some(
        bytes
            .iter()
            .fold(0, |sum, byte| sum << 8 | usize::from(*byte)),
    )
}

/// The content of the first file with that member name.
pub(super) fn content<'a>(
    package: &'a Package,
    element: &str,
    member: &str,
) -> Option<(&'a Element, &'a [u8])> {
    let element = package
        .elements()
        .iter()
        .find(|candidate| candidate.name() == element)?;
    content_in(element, member).map(|content| (element, content))
}

/// The first piece of content of a file of an element.
pub(super) fn content_in<'a>(element: &'a Element, member: &str) -> Option<&'a [u8]> {
    let file = element.body()?.child(member)?;
    let mut items = file
        .children
        .iter()
        .filter_map(|item| item.child("fillFileContent"));
    Some(items.next()?.contents())
}
