// SPDX-License-Identifier: MIT OR Apache-2.0
//! EF.ICCID as a package makes it, with the place in the package that each octet comes from.

use rsp::tlv::Tag;

use super::{Member, RewriteError, children};

/// File identifier of EF.ICCID.
const EF_ICCID: [u8; 2] = [0x2F, 0xE2];
/// File identifier of the MF.
const MF: [u8; 2] = [0x3F, 0x00];

/// EF.ICCID, as far as the elements read so far make it.
#[derive(Debug, Default)]
pub(super) struct EfIccid {
    origins: [Option<usize>; 10],
    exists: bool,
    from_header: bool,
    /// Where the next content goes.
    position: usize,
}

impl EfIccid {
    /// Whether the eUICC makes the file from the ProfileHeader, as for an IoT minimal profile.
    pub(super) fn is_from_header(&self) -> bool {
        self.from_header
    }

    /// Where the octets come from; nothing for those that stay FF.
    pub(super) fn origins(&self) -> Result<&[Option<usize>; 10], RewriteError> {
        if self.exists {
            Ok(&self.origins)
        } else {
            Err(RewriteError::NoFile)
        }
    }

    /// Takes a profile element in.
    pub(super) fn read(&mut self, element: Member<'_>) -> Result<(), RewriteError> {
        match element.tlv.tag.octets() {
            // PE-MF and PE-IoT with ef-iccid
            0xB0 => self.template(element, false),
            0xBF20 => self.template(element, true),
            0xA1 => self.generic(element),
            _ => Ok(()),
        }
    }

    /// An element of a template: a list of descriptor, offsets and contents.
    fn template(&mut self, element: Member<'_>, optional: bool) -> Result<(), RewriteError> {
        let file = children(element)
            .filter_map(Result::ok)
            .find(|member| member.tlv.tag == Tag::new(0xA4));
        let Some(file) = file else {
            self.exists |= optional;
            self.from_header |= optional;
            return Ok(());
        };
        // doNotCreate (80) has no effect in the MF.
        *self = Self {
            exists: true,
            ..Self::default()
        };
        for command in children(file) {
            let command = command?;
            match command.tlv.tag.octets() {
                0xA1 => self.describe(command)?,
                0x82 => self.skip(command.tlv.value),
                0x83 => self.fill(command),
                _ => {}
            }
        }
        Ok(())
    }

    /// Generic file management: a row of command lists. A path stays until the next one; a file
    /// that is created is another one, since the template has made EF.ICCID.
    fn generic(&mut self, element: Member<'_>) -> Result<(), RewriteError> {
        let mut selected = false;
        let lists = children(element)
            .filter_map(Result::ok)
            .find(|member| member.tlv.tag == Tag::new(0xA1));
        for list in lists.into_iter().flat_map(children) {
            for command in children(list?) {
                let command = command?;
                match command.tlv.tag.octets() {
                    0x80 => {
                        let path = command.tlv.value;
                        selected = path.strip_prefix(&MF).unwrap_or(path) == EF_ICCID;
                        self.position = 0;
                    }
                    0x62 => selected = false,
                    0x02 if selected => self.skip(command.tlv.value),
                    0x81 if selected => self.fill(command),
                    _ => {}
                }
            }
        }
        Ok(())
    }

    /// File control parameters: a pattern fills the file before any content.
    fn describe(&mut self, fcp: Member<'_>) -> Result<(), RewriteError> {
        if fcp.tlv.child(Tag::new(0xC7)).is_some() {
            return Err(RewriteError::Linked);
        }
        let info = children(fcp)
            .filter_map(Result::ok)
            .find(|member| member.tlv.tag == Tag::new(0xA5));
        for pattern in info.into_iter().flat_map(children) {
            let pattern = pattern?;
            let length = pattern.tlv.value.len();
            let repeat = match pattern.tlv.tag.octets() {
                0xC1 => false,
                0xC2 => true,
                _ => continue,
            };
            let Some(last) = length.checked_sub(1) else {
                continue;
            };
            for (at, origin) in self.origins.iter_mut().enumerate() {
                let from = if repeat { at % length } else { at.min(last) };
                *origin = Some(pattern.start + from);
            }
        }
        Ok(())
    }

    /// An offset counts from the end of the content before.
    fn skip(&mut self, integer: &[u8]) {
        let by = integer.iter().fold(0_usize, |sum, octet| {
            sum.saturating_mul(256).saturating_add(usize::from(*octet))
        });
        self.position = self.position.saturating_add(by);
    }

    fn fill(&mut self, content: Member<'_>) {
        let length = content.tlv.value.len();
        let origins = self.origins.iter_mut().skip(self.position);
        for (at, origin) in origins.take(length).enumerate() {
            *origin = Some(content.start + at);
        }
        self.position = self.position.saturating_add(length);
    }
}
